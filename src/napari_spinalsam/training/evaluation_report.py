"""An evaluation as a table for people and as JSON for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from napari_spinalsam.training.evaluation import SCORES, SliceResult, Summary, summarise

_TITLES = {"dice": "Dice", "iou": "IoU", "msd": "MSD", "hd95": "HD95"}


def markdown_table(summaries: Sequence[Summary], *, in_mm: bool) -> str:
    """Lay out a Markdown table, a row a method, columns aligned so that it reads well as plain text too.

    Parameters
    ----------
    summaries : sequence of Summary
    in_mm : bool
        Whether distances are in mm; else they are in pixels.
    """
    unit = "mm" if in_mm else "px"
    titles = [_TITLES[name] + (f" ({unit})" if name in ("msd", "hd95") else "") for name in SCORES]
    header = ["method", "holes filled", "slices", *titles]
    rows = [
        [each.method, "yes" if each.filled else "no", str(each.n), *(_mean_sd(each, name) for name in SCORES)]
        for each in summaries
    ]
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = [_line(header, widths), "| " + " | ".join("-" * width for width in widths) + " |"]
    lines += [_line(row, widths) for row in rows]
    lost = [f"{each.method}: {each.without_distance}" for each in summaries if each.without_distance]
    if lost:
        lines.append(f"\nSlices on which nothing was found, left out of MSD and HD95: {', '.join(lost)}.")
    return "\n".join(lines)


def as_json(results: Sequence[SliceResult], **settings: object) -> dict[str, Any]:
    """Make a JSON-able record: the settings, the summaries and the scores of every slice (no distance: null)."""
    return {
        "settings": settings,
        "summary": [_finite(asdict(each)) for each in summarise(results)],
        "slices": [_finite(asdict(each)) for each in results],
    }


def _mean_sd(summary: Summary, name: str) -> str:
    mean, sd = summary.mean[name], summary.sd[name]
    digits = 2 if name in ("msd", "hd95") else 3
    return "–" if math.isnan(mean) else f"{mean:.{digits}f} ± {sd:.{digits}f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _finite(value: Any) -> Any:
    """Replace numbers that JSON has no word for by None."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
