"""Opening an image and saving the labels."""

from __future__ import annotations

import os
from pathlib import Path

from napari_spinalsam.commands.operations import OpenImage, SaveLabels
from napari_spinalsam.errors import ImageError, LabelsError, SpinalSamError
from napari_spinalsam.imaging.nifti import is_nifti, read_labels, write_labels
from napari_spinalsam.imaging.reading import read_volume
from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.session.dialogue import Dialogue, Question
from napari_spinalsam.session.opening import Opened
from napari_spinalsam.session.review_file import read_reviews, write_reviews
from napari_spinalsam.session.scene import Effect, Scene

#: What the name of the labels ends with beside the image.
SUFFIX = "_spinalsam.nii.gz"


def open_image(scene: Scene, operation: OpenImage, *, confirmed: bool = False) -> Effect:
    """Open an image; asks first where labels would be lost, because undo does not reach back to another image."""
    if operation.path is None:
        return Effect("Choose an image to open", status="waiting", data={"dialog": "open"})
    if scene.unsaved and not confirmed:
        text = "The labels have changes that are not saved. Open another image without them?"
        return _ask(text, operation)
    path = Path(_expand(operation.path))
    _look_up(path, ImageError)
    volume = read_volume(path)
    n0, n1, n2 = volume.shape
    opened, note = with_saved_work(volume)
    return Effect(f"Opened {path.name}, {n0} axial slices of {n1} x {n2}{note}", opened=opened)


def with_saved_work(volume: Volume) -> tuple[Opened, str]:
    """Open a volume with the labels and review marks that were saved beside it, and say so in half a sentence.

    What cannot be read, or does not fit, is told and left alone.
    """
    if volume.path is None or not labels_path(volume, None).is_file():
        return Opened.of(volume), ""
    path = labels_path(volume, None)
    try:
        labels, _ = read_labels(path, volume)
    except SpinalSamError as error:
        return Opened.of(volume), f"; the labels beside it are not taken up: {error.message}"
    try:
        reviews = read_reviews(path)
    except LabelsError as error:
        return Opened.of(volume, labels), f", with the labels in {path.name}; {error.message}"
    return Opened.of(volume, labels, reviews), f", with the labels in {path.name}"


def save_labels(scene: Scene, operation: SaveLabels, *, confirmed: bool = False) -> Effect:
    """Write the labels onto the image's own grid, and the review marks beside; asks before it overwrites a file."""
    opened = scene.need()
    path = labels_path(opened.volume, operation.path)
    if path.exists() and not confirmed:
        return _ask(f"{path} exists. Overwrite it?", operation)
    written = write_labels(path, opened.labels, opened.volume)
    write_reviews(written, scene.document.reviews)
    return Effect(f"Saved the labels to {written}", saved=True, dialogue=Dialogue(), data={"path": written})


def labels_path(volume: Volume, name: str | None) -> Path:
    """Find the file that labels of ``volume`` go to: beside the image unless ``name`` says otherwise.

    Raises
    ------
    LabelsError
        If neither tells a place, it is no NIfTI name, a folder, or the image itself.
    """
    if name is None:
        if volume.path is None:
            raise LabelsError("The image has no file to put the labels beside", "Say e.g. 'save to labels.nii.gz'")
        return volume.path.with_name(_stem(volume.path) + SUFFIX)
    path = Path(_expand(name))
    if volume.path is not None:
        # Beside the image, not in whatever folder the program was started from; an absolute path stays as it is.
        path = volume.path.parent / path
    if path.name and not path.suffix:
        path = path.with_name(path.name + ".nii.gz")
    _look_up(path, LabelsError)
    if not is_nifti(path):
        raise LabelsError(f"{path.name} is no name of a NIfTI file", "Let it end in .nii.gz")
    if path.is_dir():
        raise LabelsError(f"{path} is a folder", "Name a file in it")
    if volume.path is not None and path.resolve() == volume.path.resolve():
        raise LabelsError("That is the image itself", "Give the labels another name")
    return path


def _ask(text: str, operation: OpenImage | SaveLabels) -> Effect:
    return Effect(text, status="asking", dialogue=Dialogue(question=Question(text, operation)))


def _expand(name: str) -> str:
    """Put the home folder for ``~``; ``Path.expanduser`` raises where there is no such user."""
    return os.path.expanduser(name)  # noqa: PTH111


def _look_up(path: Path, error: type[SpinalSamError]) -> None:
    """Refuse a path that need not exist, but that the system cannot even look for."""
    try:
        path.resolve().exists()
    except (OSError, ValueError, RuntimeError) as reason:  # too long, forbidden, a NUL in it, links in a circle
        raise error(f"{str(path)!r} cannot be looked up ({reason})", "Give the path of a file") from reason


def _stem(path: Path) -> str:
    name = path.name
    for suffix in (".nii.gz", path.suffix):
        if suffix and name.lower().endswith(suffix.lower()):
            return name[: -len(suffix)]
    return name
