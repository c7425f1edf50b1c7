"""An evaluation as Markdown for people and as JSON for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from napari_spinalsam.training.evaluation import SCORES, PromptKind, SliceResult
from napari_spinalsam.training.evaluation_summary import (
    ALL,
    TARGETS,
    ClickSummary,
    Summary,
    by_patient,
    by_structure,
    count_clicks,
    summarise,
)
from napari_spinalsam.training.significance import FEWEST, Comparison, compare_models

_TITLES = {"dice": "Dice", "iou": "IoU", "msd": "MSD", "hd95": "HD95"}


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Results of an evaluation, and how they came about.

    Parameters
    ----------
    results : sequence of SliceResult
        Of all methods.
    models : sequence of str
        The methods that are models, not rivals.
    prompt : str
    clicks : int
        As for `evaluate_slice`.
    filled : bool
        Whether tables by structure and by patient, clicks and comparisons are of masks with holes filled.
    in_mm : bool
        Whether distances are in mm; else they are in pixels.
    """

    results: Sequence[SliceResult]
    models: Sequence[str]
    prompt: PromptKind
    clicks: int
    filled: bool
    in_mm: bool

    @property
    def chosen(self) -> list[SliceResult]:
        """The models' results with holes filled, or those without."""
        return [each for each in self.results if each.method in self.models and each.filled == self.filled]

    def click_summaries(self, results: Sequence[SliceResult]) -> list[ClickSummary]:
        """Clicks that the models needed; none where there were no corrections."""
        if self.prompt not in ("interactive", "clicks"):
            return []
        models = [each for each in results if each.method in self.models]
        return count_clicks(models, self.clicks, first=0 if self.prompt == "interactive" else 1)

    def comparisons(self) -> list[Comparison]:
        """Compare every two models."""
        return compare_models(self.results, self.models, filled=self.filled)


def markdown_report(evaluation: Evaluation) -> str:
    """Write the table of all methods, and below it whatever has something to say.

    By structure and by patient where there are several, clicks where there were some, a test where there are models to
    compare.
    """
    chosen, in_mm = evaluation.chosen, evaluation.in_mm
    blocks = [markdown_table(summarise(evaluation.results), in_mm=in_mm)]
    holes = "with holes filled" if evaluation.filled else "as predicted"
    if len({name for each in chosen for name in each.structures}) > 1:
        blocks.append(f"By structure, {holes}:\n\n{markdown_table(by_structure(chosen), in_mm=in_mm)}")
    if len({each.patient for each in chosen}) > 1:
        blocks.append(f"By patient, {holes}:\n\n{markdown_table(by_patient(chosen), in_mm=in_mm)}")
    clicks = evaluation.click_summaries(chosen)
    if clicks:
        blocks.append(_clicks_table(clicks, evaluation, holes))
    comparisons = evaluation.comparisons()
    if comparisons:
        blocks.append(_comparison_table(comparisons, holes))
    return "\n\n".join(blocks)


def markdown_table(summaries: Sequence[Summary], *, in_mm: bool) -> str:
    """Lay out a Markdown table of summaries, columns aligned so that it reads well as plain text too.

    Parameters
    ----------
    summaries : sequence of Summary
    in_mm : bool
        Whether distances are in mm; else they are in pixels.
    """
    unit = "mm" if in_mm else "px"
    titles = [_TITLES[name] + (f" ({unit})" if name in ("msd", "hd95") else "") for name in SCORES]
    parted = any(each.of != ALL for each in summaries)
    rows = [
        [
            each.method,
            *([each.of] if parted else []),
            "yes" if each.filled else "no",
            str(each.n),
            *(_mean_sd(each, name) for name in SCORES),
        ]
        for each in summaries
    ]
    header = ["method", *(["of"] if parted else []), "holes filled", "n" if parted else "slices", *titles]
    table = _table(header, rows)
    lost = [
        f"{each.method}{f' {each.of}' if parted else ''}: {each.without_distance}"
        for each in summaries
        if each.without_distance
    ]
    if lost:
        table += f"\n\nSlices on which nothing was found, left out of MSD and HD95: {', '.join(lost)}."
    return table


def as_json(evaluation: Evaluation, **settings: object) -> dict[str, Any]:
    """Make a JSON-able record of everything (no distance: null).

    Settings; summaries of all methods, by structure, by patient; clicks; comparisons; the scores of every slice.
    """
    results = evaluation.results
    return {
        "settings": {"prompt": evaluation.prompt, "clicks": evaluation.clicks, "fill_holes": evaluation.filled}
        | settings,
        "summary": [_finite(asdict(each)) for each in summarise(results)],
        "structures": [_finite(asdict(each)) for each in by_structure(results)],
        "patients": [_finite(asdict(each)) for each in by_patient(results)],
        "clicks": [asdict(each) for each in evaluation.click_summaries(results)],
        "comparisons": [asdict(each) for each in evaluation.comparisons()],
        "slices": [_finite(asdict(each)) for each in results],
    }


def _clicks_table(summaries: Sequence[ClickSummary], evaluation: Evaluation, holes: str) -> str:
    box = evaluation.prompt == "interactive"
    after = " after the box" if box else ""
    title = (
        f"Clicks a part, {holes}, at most {evaluation.clicks}{after}. NoC@D is the mean number to reach a Dice of D; "
        "parts that never reach it, their number in brackets, count with all their clicks:"
    )
    first = "the box" if box else "1 click"
    steps = [f"Dice after {first}", *(str(i) for i in range(1 if box else 2, evaluation.clicks + 1))]
    rows = [
        [
            each.method,
            str(each.parts),
            *(f"{each.needed[target]:.2f} ({each.missed[target]})" for target in TARGETS),
            *(f"{value:.3f}" for value in each.mean_dice),
        ]
        for each in summaries
    ]
    return f"{title}\n\n{_table(['method', 'parts', *(f'NoC@{target:.2f}' for target in TARGETS), *steps], rows)}"


def _comparison_table(comparisons: Sequence[Comparison], holes: str) -> str:
    unit, n = comparisons[0].unit, comparisons[0].n
    title = f"Wilcoxon signed-rank test of the Dice of {n} {unit}, {holes}, p corrected after Holm"
    if unit == "slices":
        title += f" (fewer than {FEWEST} patients: slices of one patient are alike, so p is too small)"
    rows = [
        [each.first, each.second, f"{each.difference:+.4f}", f"{each.p:.2g}", f"{each.p_holm:.2g}"]
        for each in comparisons
    ]
    return f"{title}:\n\n{_table(['model', 'against', 'mean difference', 'p', 'p corrected'], rows)}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    rule = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([_line(header, widths), rule, *(_line(row, widths) for row in rows)])


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
