"""A lab's own data: image files with their mask files, and which patient each belongs to.

Three layouts are found without being told: two folders of pictures, two folders of NIfTI volumes, and the layout of
VerSe and BIDS (``sub-*/…_ct.nii.gz`` with ``…_seg-vert_msk.nii.gz``, in one tree or under ``rawdata`` and
``derivatives``). Files are paired by their names without such words at the end, and by the subfolder that they lie in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from napari_spinalsam.errors import ConfigError, ImageError
from napari_spinalsam.imaging.nifti import is_nifti
from napari_spinalsam.imaging.picture import is_picture, natural_key

#: Words at the end of a mask's and of an image's name that say what it is ("0000" is nnU-Net's first channel).
_MASK_WORDS: Final = re.compile(r"(seg|dseg|mask|msk|label|labels|segmentation|seg-.+|desc-.+)$", re.IGNORECASE)
_IMAGE_WORDS: Final = re.compile(r"(ct|image|img|0000)$", re.IGNORECASE)
#: Folders that tell images from masks and are no part of what both have in common.
_ROLES: Final = frozenset({"rawdata", "derivatives", "images", "masks", "labels", "imagestr", "labelstr", "ct", "anat"})
_NAMES_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Case:
    """One image with its mask.

    Parameters
    ----------
    name : str
        Unique among the cases, for messages.
    patient : str
        Cases of one patient are never on both sides of a split.
    image, mask : Path
    """

    name: str
    patient: str
    image: Path
    mask: Path


def find_cases(images: Path, masks: Path | None = None, patient_pattern: str | None = None) -> list[Case]:
    """Pair the images of a folder, and of the folders within it, with their masks.

    Pictures beside NIfTI files are taken for previews and left out.

    Parameters
    ----------
    images : Path
    masks : Path, optional
        By default the masks lie in the same tree, and their names end in a word such as "mask" or "seg-vert_msk".
    patient_pattern : str, optional
        A regular expression found in every image's path from `images` on; its first group, or all that it matches, is
        the patient. By default the patient is the path's ``sub-…``; else the folder within `images`; else a picture's
        name without the number at its end, or a volume's whole name.

    Returns
    -------
    list of Case
        In the natural order of their names.

    Raises
    ------
    ImageError
        If a folder is missing or holds no images, a file has no counterpart, or two have the same name.
    ConfigError
        If the pattern is no regular expression or not found in a path.
    """
    pattern = _compiled(patient_pattern)
    found = _files(images)
    if masks is None:
        pairs = _pair(
            _keyed((p for p in found if not _is_mask(p)), images, _IMAGE_WORDS),
            _keyed((p for p in found if _is_mask(p)), images, _MASK_WORDS),
        )
    else:
        pairs = _pair(_keyed(found, images, _IMAGE_WORDS), _keyed(_files(masks), masks, _MASK_WORDS))
    return [
        Case(key, _patient(key, image.relative_to(images), pattern), image, mask)
        for key, (image, mask) in sorted(
            pairs.items(), key=lambda item: [natural_key(Path(part)) for part in item[0].split("/")]
        )
    ]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ImageError(f"There is no folder {folder}", "Give a folder of images and a folder of masks")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    volumes = [path for path in files if is_nifti(path)]
    found = volumes or [path for path in files if is_picture(path)]
    if not found:
        raise ImageError(f"There are no images in {folder}", "Give a folder of pictures or .nii.gz files")
    return found


def _is_mask(path: Path) -> bool:
    return bool(_MASK_WORDS.search(_stem(path).rsplit("_", 1)[-1]))


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").rsplit(".", 1)[0]


def _keyed(files: Iterable[Path], root: Path, words: re.Pattern[str]) -> dict[str, Path]:
    """Key -> file, the key being what an image and its mask have in common."""
    found: dict[str, Path] = {}
    for path in files:
        parts = _stem(path).split("_")
        while len(parts) > 1 and words.match(parts[-1]):
            parts.pop()
        folders = [part for part in path.relative_to(root).parts[:-1] if part.lower() not in _ROLES]
        key = "/".join([*folders, "_".join(parts)])
        if key in found:
            raise ImageError(f"{found[key]} and {path} have the same name {key!r}", "Keep or rename one of them")
        found[key] = path
    return found


def _pair(images: dict[str, Path], masks: dict[str, Path]) -> dict[str, tuple[Path, Path]]:
    lonely = [
        path for one, other in ((images, masks), (masks, images)) for key, path in one.items() if key not in other
    ]
    if lonely:
        more = len(lonely) - _NAMES_TOLD
        told = ", ".join(path.name for path in lonely[:_NAMES_TOLD]) + f" and {more} more" * (more > 0)
        raise ImageError(f"No counterpart was found for {told}", "Give every image one mask of the same name")
    return {key: (image, masks[key]) for key, image in images.items()}


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern) if pattern is not None else None
    except re.error as error:
        raise ConfigError(f"{pattern!r} is no regular expression ({error})", "Mend the patient pattern") from error


def _patient(key: str, path: Path, pattern: re.Pattern[str] | None) -> str:
    if pattern is not None:
        match = pattern.search(path.as_posix())
        if match is None:
            raise ConfigError(f"The patient pattern {pattern.pattern!r} is not found in {path}", "Mend the pattern")
        return match.group(1) if pattern.groups else match.group()
    subject = re.search(r"sub-[^_/]+", path.as_posix())
    if subject:
        return subject.group()
    *folders, name = key.split("/")
    if folders:
        return folders[0]
    return name if is_nifti(path) else re.sub(r"[\W_]*\d+$", "", name) or "all"
