"""What each case holds, slice by slice, read once and kept in a JSON file.

Reading every mask of a large data set takes minutes. So what training needs to know of a case is kept under a key of
both files' paths, sizes and times of change: a file that was changed is read again, all others are not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.imaging.intensity import Intensity
from napari_spinalsam.imaging.volume import AXES, Axis
from napari_spinalsam.training.case_reading import Classes, read_case
from napari_spinalsam.training.cases import Case

#: A value with fewer pixels than this in a slice is no structure to prompt there.
MIN_PIXELS: Final = 40
#: Percentiles of intensity that are kept.
PERCENTILES: Final = (1, 25, 50, 75, 99)
_FORMAT: Final = "slices 1"


class CaseIndex(BaseModel):
    """What a case holds, cut along one axis.

    Parameters
    ----------
    n_slices : int
    spacing_mm : (float, float, float)
        Between slices, rows and columns; 1 where it is not known.
    known_spacing : bool
    intensity : {"hu", "grey"}
    structures : dict of int to list of int
        Index of a slice -> values with at least `MIN_PIXELS` pixels in it; slices without any are left out.
    voxels : dict of int to int
        Value -> voxels in the whole case.
    percentiles, percentiles_inside : list of float
        `PERCENTILES` of all voxels, and of those inside the mask (empty where there are none).
    """

    model_config = ConfigDict(frozen=True)

    n_slices: int
    spacing_mm: tuple[float, float, float]
    known_spacing: bool
    intensity: Intensity
    structures: dict[int, list[int]]
    voxels: dict[int, int]
    percentiles: list[float]
    percentiles_inside: list[float]

    @property
    def share_empty(self) -> float:
        """Share of the slices that show no structure."""
        return 1 - len(self.structures) / self.n_slices


_CACHE = TypeAdapter(dict[str, CaseIndex])


def slice_axis(axis: Axis, *, known_spacing: bool) -> Axis:
    """Axis to cut a case along: pictures are slices already, which lie along the first one."""
    return axis if known_spacing else "axial"


def index_cases(
    cases: Sequence[Case],
    axis: Axis = "axial",
    classes: Classes = "binary",
    cache: Path | None = None,
    on_read: Callable[[Case], None] | None = None,
) -> list[CaseIndex]:
    """Index every case, from the cache where it is there and still true.

    Parameters
    ----------
    cases : sequence of Case
    axis : {"axial", "coronal", "sagittal"}
        How volumes are cut.
    classes : {"binary", "each", "union"}
        As for `read_case`.
    cache : Path, optional
        A JSON file, written anew where something had to be read. A damaged one is made again.
    on_read : callable, optional
        Told of every case that has to be read.

    Raises
    ------
    ImageError, LabelsError
        As `read_case`; and if the cache cannot be written.
    """
    known = _read_cache(cache)
    found: dict[str, CaseIndex] = {}
    for case in cases:
        key = _key(case, axis, classes)
        if key not in known:
            if on_read is not None:
                on_read(case)
            known[key] = index_case(case, axis, classes)
        found[key] = known[key]
    if cache is not None and found != _read_cache(cache):
        try:
            cache.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(cache, _CACHE.dump_json(found))
        except OSError as error:
            raise ImageError(f"{cache} cannot be written ({error.strerror})", "Choose another folder") from error
    return [found[_key(case, axis, classes)] for case in cases]


def index_case(case: Case, axis: Axis, classes: Classes) -> CaseIndex:
    """Read one case and index it; raises as `read_case`."""
    volume, labels = read_case(case, classes)
    axis = slice_axis(axis, known_spacing=volume.known_spacing)
    number = AXES.index(axis)
    structures = {}
    for index in range(volume.n_slices(axis)):
        values, counts = np.unique(np.take(labels, index, axis=number), return_counts=True)
        large = [int(value) for value, n in zip(values, counts, strict=True) if value and n >= MIN_PIXELS]
        if large:
            structures[index] = large
    values, counts = np.unique(labels[labels != 0], return_counts=True)
    return CaseIndex(
        n_slices=volume.n_slices(axis),
        spacing_mm=(volume.spacing_mm[number], *volume.slice_spacing_mm(axis)),
        known_spacing=volume.known_spacing,
        intensity=volume.intensity,
        structures=structures,
        voxels={int(value): int(n) for value, n in zip(values, counts, strict=True)},
        percentiles=_percentiles(volume.array),
        percentiles_inside=_percentiles(volume.array[labels != 0]),
    )


def _percentiles(values: NDArray[Any]) -> list[float]:
    return [float(value) for value in np.percentile(values, PERCENTILES)] if values.size else []


def _key(case: Case, axis: Axis, classes: Classes) -> str:
    facts: list[object] = [_FORMAT, axis, classes]
    for path in (case.image, case.mask):
        stat = path.stat()
        facts += [str(path.resolve()), stat.st_size, stat.st_mtime_ns]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _read_cache(cache: Path | None) -> dict[str, CaseIndex]:
    if cache is None or not cache.is_file():
        return {}
    try:
        return _CACHE.validate_json(cache.read_bytes())
    except ValidationError:
        return {}
