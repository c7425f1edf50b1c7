"""What is shown and how: window, visibility, zoom. Nothing here reaches the network."""

from __future__ import annotations

from dataclasses import replace

from napari_spinalsam.commands.operations import Hide, SetWindow, Show, Zoom
from napari_spinalsam.errors import OperationError
from napari_spinalsam.imaging.window import PRESETS, Window, full
from napari_spinalsam.session import view as views
from napari_spinalsam.session.scene import Effect, Scene

_NAMES = {"mask": "mask preview"}

#: Bounds on the magnification, beyond which nothing is to be seen.
_LEAST, _MOST = 0.1, 100.0


def set_window(scene: Scene, operation: SetWindow) -> Effect:
    """Set the HU window on display."""
    volume = scene.need().volume
    if operation.preset == "full":
        window = full(volume.array)
    elif operation.preset is not None:
        if volume.intensity != "hu":
            raise OperationError(
                "A picture has grey levels and no Hounsfield units", "Say 'full window', or give level and width"
            )
        window = PRESETS[operation.preset]
    else:
        window = Window(float(operation.level or 0), float(operation.width or 0))
    name = f"{operation.preset.replace('_', ' ')} window" if operation.preset else "Window"
    message = f"{name.capitalize()}, level {window.level:g}, width {window.width:g}"
    return Effect(message, view=replace(scene.view, window=window), data={"window": window})


def show(scene: Scene, operation: Show) -> Effect:
    """Show a layer."""
    name = _NAMES.get(operation.target, operation.target)
    if operation.target not in scene.view.hidden:
        return Effect(f"The {name} is shown already", status="nothing")
    return Effect(f"The {name} is shown", view=replace(scene.view, hidden=scene.view.hidden - {operation.target}))


def hide(scene: Scene, operation: Hide) -> Effect:
    """Hide a layer."""
    name = _NAMES.get(operation.target, operation.target)
    if operation.target in scene.view.hidden:
        return Effect(f"The {name} is hidden already", status="nothing")
    return Effect(f"The {name} is hidden", view=replace(scene.view, hidden=scene.view.hidden | {operation.target}))


def zoom(scene: Scene, operation: Zoom) -> Effect:
    """Move the camera. A cell narrows the grid to itself; "out" first leaves the cells again, one by one."""
    scene.need()
    before = scene.view.zoom
    if operation.cell is not None:
        region = scene.grid.box(operation.cell)
        if region.x1 - region.x0 < 1 or region.y1 - region.y0 < 1:
            raise OperationError(f"Cell {operation.cell} is smaller than a pixel", "Say 'reset zoom'")
        after, message = views.Zoom(regions=(*before.regions, region)), f"Zoomed to {operation.cell}"
    elif operation.direction == "reset":
        after, message = views.Zoom(), "The whole slice is shown"
    elif operation.direction == "in":
        after, message = _scaled(before, views.ZOOM_STEP), "Zoomed in"
    elif before.factor <= 1 and before.regions:
        after, message = views.Zoom(regions=before.regions[:-1]), "Zoomed out of the cell"
    else:
        after, message = _scaled(before, 1 / views.ZOOM_STEP), "Zoomed out"
    return Effect(message, view=replace(scene.view, zoom=after), data={"factor": after.factor, "region": after.region})


def _scaled(before: views.Zoom, step: float) -> views.Zoom:
    factor = before.factor * step
    if not _LEAST <= factor <= _MOST:
        raise OperationError("The zoom goes no further", "Say 'reset zoom' to see the whole slice")
    # Steps in and out again must meet exactly at 1.
    return replace(before, factor=1.0 if abs(factor - 1) < 1e-6 else factor)
