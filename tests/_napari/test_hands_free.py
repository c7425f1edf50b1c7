"""A review by voice alone: recorded speech → Vosk → operations → labels on disk, in a real viewer."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest
from qtpy.QtWidgets import QApplication
from scipy.io import wavfile

from napari_spinalsam._napari.demo import say, wait_until_idle
from napari_spinalsam.metrics import dice
from napari_spinalsam.segmentation.loading import load_predictor
from napari_spinalsam.session.grid import Grid
from napari_spinalsam.speech.pcm import read_wav
from napari_spinalsam.speech.phrase_list import spoken
from napari_spinalsam.vertebrae import VERSE
from played_sound import Plug
from speaking import bundled_voice, speech


def listen_to(dock, plug, path):
    """Play a recording to the dock's microphone, and let the dock do what it hears."""
    while plug.source is None:
        # Between two recordings there was no sound for so long that the microphone is being opened again.
        QApplication.processEvents()
    plug.play(read_wav(path))
    while dock.voice.voice.busy:
        QApplication.processEvents()
    wait_until_idle(dock)


@pytest.fixture
def reviewed(open_dock, tmp_path):
    """Function that opens an image in a dock that listens to a plug: ``reviewed(path, model=None) -> (dock, plug)``."""
    bundled_voice()

    def open_it(path, model=None):
        dock, plug = open_dock(model=model), Plug()
        dock.voice.voice.use_microphone(plug.microphone())
        say(dock, f"open {path}")
        say(dock, "start listening")
        return dock, plug

    return open_it


def recorded(folder, *sentences):
    """Sentences as WAV files, one after another."""
    for i, sentence in enumerate(sentences):
        path = folder / f"{i}.wav"
        wavfile.write(path, 16000, speech(sentence, folder))
        yield path


def save_image(volume, path):
    nibabel.save(nibabel.Nifti1Image(volume.array, volume.affine), path)


def test_next_slice_grid_point_segment_accept_undo_redo_save(reviewed, sample, tmp_path):
    volume, truth = sample
    path = tmp_path / "scan.nii.gz"
    save_image(volume, path)
    dock, plug = reviewed(path, load_predictor())
    session = dock.controller.session
    before = session.index
    bone = truth[before + 1] > 0
    cell = next(name for name in session.grid.names() if _inside(session.grid, name, bone))
    point = spoken(f"point at {cell}")
    sentences = ["next slice", "show grid", point, "generate point mask", "accept as l three"]
    for recording in recorded(tmp_path, *sentences):
        listen_to(dock, plug, recording)
    assert [(entry.heard, entry.error) for entry in session.log][2:] == [(sentence, None) for sentence in sentences]
    assert session.index == before + 1
    kept = session.labels.copy()
    assert set(np.unique(kept)) == {0, VERSE["L3"]}
    assert _inside(session.grid, cell, kept[before + 1] == VERSE["L3"])
    assert not kept[before].any()
    for recording in recorded(tmp_path, "undo"):
        listen_to(dock, plug, recording)
    assert not session.labels.any()
    for recording in recorded(tmp_path, "redo", "save"):
        listen_to(dock, plug, recording)
    assert [(entry.heard, entry.error) for entry in session.log][-2:] == [("redo", None), ("save", None)]
    saved = np.asarray(nibabel.load(tmp_path / "scan_spinalsam.nii.gz").dataobj)
    np.testing.assert_array_equal(saved, kept)


def _inside(grid: Grid, name: str, mask: np.ndarray) -> bool:
    """Whether the centre of a cell lies in a mask of the slice."""
    x, y = grid.centre(name)
    return bool(mask[round(y), round(x)])


def test_a_spoken_box_on_the_sample_ct_finds_the_vertebra(reviewed, sample, tmp_path):
    volume, truth = sample
    path = tmp_path / "lumbar.nii.gz"
    save_image(volume, path)
    dock, plug = reviewed(path, load_predictor())
    session = dock.controller.session
    wanted = truth == VERSE["L3"]
    k = int(np.argmax(wanted.sum((0, 1))))
    rows, columns = np.nonzero(wanted[:, :, k])
    say(dock, "sagittal view")
    box = " ".join(map(str, (columns.min() - 2, rows.min() - 2)))
    far = " ".join(map(str, (columns.max() + 2, rows.max() + 2)))
    say(dock, f"go to slice {k}")
    say(dock, f"box from {box} to {far}")
    for recording in recorded(tmp_path, "generate box mask", "accept as l three"):
        listen_to(dock, plug, recording)
    kept = session.labels[:, :, k] == VERSE["L3"]
    assert dice(kept, wanted[:, :, k]) > 0.5
