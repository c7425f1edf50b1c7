"""What a data set is like before anything is trained on it: as text, and as a plot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.training.cases import Case
from napari_spinalsam.training.slice_index import PERCENTILES, CaseIndex
from napari_spinalsam.vertebrae import label_name

_DIRECTIONS: Final = ("between slices", "rows", "columns")


@dataclass(frozen=True, eq=False)
class Description:
    """Facts of a data set; ``str`` of it is for the user.

    Parameters
    ----------
    cases : sequence of Case
    indices : sequence of CaseIndex
        One a case.
    held_out : frozenset of str
        Patients that are not trained on.
    named : bool
        Whether the values of the masks are vertebral levels.
    """

    cases: Sequence[Case]
    indices: Sequence[CaseIndex]
    held_out: frozenset[str] = frozenset()
    named: bool = False

    @property
    def share_empty(self) -> float:
        """Share of all slices that show no structure."""
        slices = sum(index.n_slices for index in self.indices)
        return 1 - sum(len(index.structures) for index in self.indices) / slices

    def levels(self) -> dict[str, int]:
        """Structure -> number of patients that have it, in the order of the values."""
        owners: dict[int, set[str]] = {}
        for case, index in zip(self.cases, self.indices, strict=True):
            for value in index.voxels:
                owners.setdefault(value, set()).add(case.patient)
        return {self._name(value): len(owners[value]) for value in sorted(owners)}

    def slices_of_patients(self) -> dict[str, tuple[int, int]]:
        """Patient -> (slices with a structure, empty slices)."""
        full: Counter[str] = Counter()
        empty: Counter[str] = Counter()
        for case, index in zip(self.cases, self.indices, strict=True):
            full[case.patient] += len(index.structures)
            empty[case.patient] += index.n_slices - len(index.structures)
        return {patient: (full[patient], empty[patient]) for patient in full}

    def __str__(self) -> str:
        patients = self.slices_of_patients()
        n_held_out = len(self.held_out & set(patients))
        full = sum(n for n, _ in patients.values())
        full_held_out = sum(n for patient, (n, _) in patients.items() if patient in self.held_out)
        total = sum(index.n_slices for index in self.indices)
        lines = [
            f"patients     {len(patients)}: {len(patients) - n_held_out} to train on, {n_held_out} held out",
            f"files        {len(self.cases)}",
            f"slices       {total}, of which {self.share_empty:.1%} are empty; "
            f"{full - full_held_out} with a structure to train on, {full_held_out} held out",
            f"structures   {', '.join(f'{name} ({n} patients)' for name, n in self.levels().items())}",
            f"spacing      {self._spacing()}",
        ]
        return "\n".join(lines + [f"{name:<13}{text}" for name, text in self._intensities()])

    def _name(self, value: int) -> str:
        return label_name(value) if self.named else "the structure"

    def _spacing(self) -> str:
        known = [index.spacing_mm for index in self.indices if index.known_spacing]
        unknown = len(self.indices) - len(known)
        parts = []
        for direction, values in zip(_DIRECTIONS, np.array(known).T, strict=False):
            parts.append(f"{direction} {values.min():.2f} to {values.max():.2f} mm, median {np.median(values):.2f}")
        return "; ".join([*parts, *([f"unknown for {unknown} pictures"] if unknown else [])])

    def _intensities(self) -> list[tuple[str, str]]:
        """Percentiles, the median over the cases: of all voxels and of those inside a mask."""
        found = []
        for unit, label in (("hu", "HU"), ("grey", "grey level")):
            for where, text in (("percentiles", "everywhere"), ("percentiles_inside", "in structures")):
                rows = [getattr(index, where) for index in self.indices if index.intensity == unit]
                rows = [row for row in rows if row]
                if rows:
                    medians = np.median(np.array(rows), axis=0)
                    numbers = ", ".join(f"{p} % {v:.0f}" for p, v in zip(PERCENTILES, medians, strict=True))
                    found.append((label, f"{text}: {numbers}"))
        return found


def plot_description(description: Description, path: Path) -> Path:
    """Draw slices a patient, structures, spacing and intensities into a PNG.

    Raises
    ------
    ConfigError
        If matplotlib is not installed or the file cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ConfigError("The plot needs matplotlib", 'Run: pip install "napari-spinalsam[training]"') from error
    figure = Figure(figsize=(11, 7), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, 2)
    patients = description.slices_of_patients()
    full, empty = (np.array(numbers) for numbers in zip(*patients.values(), strict=True))
    colours = ["tab:orange" if patient in description.held_out else "tab:blue" for patient in patients]
    axes[0, 0].bar(range(len(patients)), full, color=colours)
    axes[0, 0].bar(range(len(patients)), empty, bottom=full, color="lightgrey")
    axes[0, 0].set(title="slices a patient (orange: held out, grey: empty)", xlabel="patient", ylabel="slices")
    levels = description.levels()
    axes[0, 1].bar(list(levels), list(levels.values()))
    axes[0, 1].tick_params(axis="x", rotation=90)
    axes[0, 1].set(title="structures", ylabel="patients that have it")
    spacing = np.array([index.spacing_mm for index in description.indices if index.known_spacing])
    if spacing.size:
        axes[1, 0].boxplot(spacing, tick_labels=_DIRECTIONS)
    axes[1, 0].set(title="spacing" if spacing.size else "spacing: unknown (pictures)", ylabel="mm")
    for where, label in (("percentiles", "everywhere"), ("percentiles_inside", "in structures")):
        rows = np.array([row for index in description.indices if (row := getattr(index, where))])
        low, middle, high = np.percentile(rows, (10, 50, 90), axis=0)
        axes[1, 1].plot(PERCENTILES, middle, marker="o", label=label)
        axes[1, 1].fill_between(PERCENTILES, low, high, alpha=0.2)
    units = sorted({"HU" if index.intensity == "hu" else "grey level" for index in description.indices})
    axes[1, 1].set(title="intensities (band: 10 to 90 % of the files)", xlabel="percentile", ylabel=" or ".join(units))
    axes[1, 1].legend()
    try:
        figure.savefig(path, dpi=110)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror})", "Choose another folder") from error
    return path
