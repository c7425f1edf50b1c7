"""A report of a session as one HTML file: what was segmented, measured, compared and said, with pictures.

The file holds its pictures, so that it can be sent by itself.
"""

from __future__ import annotations

import base64
import html
import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from napari_spinalsam.imaging.volume import AXES, Axis, Volume
from napari_spinalsam.imaging.window import PRESETS, full
from napari_spinalsam.session.comparison import compare_labels
from napari_spinalsam.session.level_order import order_notices
from napari_spinalsam.session.measurement import measure_labels
from napari_spinalsam.session.tables import Table, agreement_table, measurement_table, write_text
from napari_spinalsam.vertebrae import label_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from napari_spinalsam.session.document import ReviewMark
    from napari_spinalsam.session.scene import Scene

#: Height of a picture in pixels, and what is shown round a label, in mm.
_HEIGHT: Final = 240
_ROUND_MM: Final = 25.0

#: Orange is told apart from grey by everyone (Okabe and Ito 2008).
_OUTLINE: Final = (230, 159, 0)

_STYLE: Final = """
body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1a1a1a; }
table { border-collapse: collapse; } td, th { padding: .2rem .7rem; border-bottom: 1px solid #ccc; text-align: right; }
td:first-child, th:first-child { text-align: left; } figure { display: inline-block; margin: .5rem 1rem .5rem 0; }
figcaption { font-size: .85rem; color: #555; }
"""


def write_report(path: Path, scene: Scene) -> Path:
    """Write the report of what is open now.

    Parameters
    ----------
    path : Path
        The HTML file.
    scene : Scene

    Raises
    ------
    ImageError
        If no image is open.
    ConfigError
        If the file cannot be written.
    """
    write_text(path, report(scene))
    return path


def report(scene: Scene) -> str:
    """Make the report's HTML.

    Raises
    ------
    ImageError
        If no image is open.
    """
    opened = scene.need()
    volume, labels = opened.volume, opened.labels
    measurements = measure_labels(volume, labels)
    title = f"Report on {volume.path.name if volume.path else 'an image without a file'}"
    parts = [f"<h1>{_text(title)}</h1>", _about(volume)]
    if measurements:
        parts += ["<h2>Measurements</h2>", _table(measurement_table(measurements))]
        notices = order_notices(labels, volume.spacing_mm) if volume.known_spacing else ()
        parts += [f"<p>Notice: {_text(notice.message)}.</p>" for notice in notices]
    else:
        parts.append("<p>Nothing is segmented yet.</p>")
    if scene.reference is not None and measurements:
        agreements = compare_labels(labels, scene.reference, volume.spacing_mm)
        parts += ["<h2>Agreement with the reference</h2>", _table(agreement_table(agreements, volume.length_unit))]
    if scene.document.reviews:
        parts += ["<h2>Review</h2>", _reviews(scene.document.reviews)]
    if measurements:
        parts.append("<h2>Pictures</h2>")
        parts += [_pictures(volume, labels == each.label, each.label) for each in measurements]
    body = "\n".join(parts)
    head = f'<meta charset="utf-8"><title>{_text(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _about(volume: Volume) -> str:
    shape = " × ".join(map(str, volume.shape))
    spacing = " × ".join(f"{side:.2f}" for side in volume.spacing_mm)
    grid = f"{shape} voxels of {spacing} mm" if volume.known_spacing else f"{shape} pixels"
    return f"<p>{grid} (head to feet, front to back, right to left).</p>"


def _reviews(reviews: Mapping[int, ReviewMark]) -> str:
    lines = [
        f"<li>{_text(label_name(label))}: {_text('; '.join((mark.status or 'not decided', *mark.comments)))}</li>"
        for label, mark in sorted(reviews.items())
    ]
    return f"<ul>{''.join(lines)}</ul>"


def _table(table: Table) -> str:
    head = "".join(f"<th>{_text(column)}</th>" for column in table.columns)
    rows = "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in table.cells())
    return f"<table><tr>{head}</tr>{rows}</table>"


def _pictures(volume: Volume, mask: NDArray[np.bool_], label: int) -> str:
    """One picture in each view, on the slice that has most of the label; of a picture, the picture."""
    axes: tuple[Axis, ...] = AXES if volume.n_slices("axial") > 1 else ("axial",)
    figures = []
    for axis in axes:
        others = tuple(i for i in range(3) if i != AXES.index(axis))
        index = int(np.count_nonzero(mask, axis=others).argmax())
        name = f"{label_name(label)}, {axis} slice {index}"
        source = base64.b64encode(_png(volume, axis, index, np.take(mask, index, AXES.index(axis)))).decode()
        figures.append(
            f'<figure><img alt="{_text(name)}" src="data:image/png;base64,{source}">'
            f"<figcaption>{_text(name)}</figcaption></figure>"
        )
    return "".join(figures)


def _png(volume: Volume, axis: Axis, index: int, mask: NDArray[np.bool_]) -> bytes:
    """Draw the surroundings of a label on one slice, in the bone window, with its outline."""
    window = PRESETS["bone"] if volume.intensity == "hu" else full(volume.array)
    spacing = volume.slice_spacing_mm(axis)
    box = ndimage.find_objects(mask.astype(np.uint8))[0]
    around = tuple(
        slice(max(0, span.start - round(_ROUND_MM / side)), span.stop + round(_ROUND_MM / side))
        for span, side in zip(box, spacing, strict=True)
    )
    grey, part = window.apply(volume.slice(axis, index)[around]), mask[around]
    rows, columns = part.shape
    size = (max(1, round(_HEIGHT * columns * spacing[1] / (rows * spacing[0]))), _HEIGHT)
    picture = Image.fromarray((grey * 255).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
    inside = np.asarray(Image.fromarray(part.astype(np.uint8)).resize(size, Image.Resampling.NEAREST)) > 0
    pixels = np.repeat(np.asarray(picture)[..., None], 3, axis=2)
    pixels[inside & ~ndimage.binary_erosion(inside, iterations=2)] = _OUTLINE
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def _text(text: str) -> str:
    return html.escape(text)
