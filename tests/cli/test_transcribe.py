"""``transcribe``: a line of JSON for each utterance."""

import json
import shutil

import numpy as np
from scipy.io import wavfile

from napari_spinalsam.weights import BUNDLED_VOICE, bundled_path
from speaking import bundled_voice, speech

FIELDS = ["text", "operations", "start_s", "end_s"]


def lines(finished):
    return [json.loads(line) for line in finished.out.splitlines()]


def test_a_recording_becomes_operations(command, tmp_path):
    bundled_voice()
    sound = np.concatenate([speech("next slice", tmp_path), speech("point at c four", tmp_path)])
    wavfile.write(tmp_path / "said.wav", 16000, sound)
    finished = command("transcribe", tmp_path / "said.wav")
    assert finished.status == 0
    first, second = lines(finished)
    assert list(first) == FIELDS
    assert first["operations"] == [{"op": "NEXT_SLICE", "args": {}}]
    assert second["operations"] == [{"op": "ADD_POINTS", "args": {"cell": "C4"}}]
    assert 0 <= first["start_s"] < first["end_s"] < second["start_s"] < second["end_s"]


def test_text_can_be_given_as_if_it_had_been_heard(command):
    (line,) = lines(command("transcribe", "--mimic", "label l three and next slice"))
    assert line["operations"] == [{"op": "SET_LABEL", "args": {"label": "L3"}}, {"op": "NEXT_SLICE", "args": {}}]


def test_what_was_not_heard_in_full_means_nothing(command):
    (line,) = lines(command("transcribe", "--mimic", "next [unk] slice"))
    assert line == {"text": "next [unk] slice", "operations": [], "start_s": 0.0, "end_s": 0.0}


def test_words_that_the_model_lacks_are_told(command, tmp_path):
    bundled_voice()
    model = shutil.copytree(bundled_path(BUNDLED_VOICE), tmp_path / "model")
    (model / "graph" / "commands.txt").unlink()  # it is then held to phrases made from the catalogue
    words = model / "graph" / "words.txt"
    words.write_text(words.read_text(encoding="utf-8").replace("sagittal", "saggital"), encoding="utf-8")
    wavfile.write(tmp_path / "said.wav", 16000, speech("next slice", tmp_path))
    finished = command("transcribe", tmp_path / "said.wav", "--model", model)
    assert "does not know: sagittal." in finished.err
    assert lines(finished)[0]["operations"] == [{"op": "NEXT_SLICE", "args": {}}]


def test_wrong_usage_and_files_that_are_none(command, tmp_path):
    assert command("transcribe").status == 2
    assert command("transcribe", "a.wav", "--mimic", "undo").status == 2
    missing = command("transcribe", tmp_path / "none.wav")
    assert missing.status == 1
    assert "cannot be read" in missing.err
    (tmp_path / "bad.wav").write_bytes(b"this is no sound")
    assert "no WAV file" in command("transcribe", tmp_path / "bad.wav").err
    wavfile.write(tmp_path / "good.wav", 16000, np.zeros(1600, np.int16))
    assert "no model and no file" in command("transcribe", tmp_path / "good.wav", "--model", "nonesuch").err
