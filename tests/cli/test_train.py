"""Training from the command line: from folders to adapters that segment, and one line for what is wrong."""

import csv
import json
import os
import subprocess
import sys

import pytest
import torch

from lab import pictures, save_network, verse
from napari_spinalsam.training.run_folder import CHECKPOINT


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    save_network(folder / "network")
    pictures(folder / "pictures")
    verse(folder / "verse", levels=(20, 21))
    return folder


@pytest.fixture
def words(lab):
    folder = lab / "pictures"
    return ["train", "--images", folder / "images", "--masks", folder / "masks", "--model", lab / "network",
            "--device", "cpu"]  # fmt: skip


def test_from_pictures_to_adapters_that_segment(lab, words, command, tmp_path):
    done = command(*words, "--out", tmp_path / "run", "--epochs", 2, "--rank", 2)
    assert done.status == 0, done.err
    adapters = tmp_path / "run" / "adapters"
    assert done.out.strip() == str(adapters)
    with (tmp_path / "run" / "log.csv").open() as log:
        assert [row["epoch"] for row in csv.DictReader(log)] == ["1", "2"]
    assert "1 to train on, 1 held out" in done.err
    image = lab / "pictures" / "images" / "Case1_01.png"
    mask = tmp_path / "mask.png"
    done = command("segment", image, "--box", "5,9,19,28", "--model", adapters, "--device", "cpu", "-o", mask)
    assert done.status == 0, done.err
    assert mask.is_file()


def test_it_can_go_on_but_not_start_again_in_the_same_folder(words, command, tmp_path):
    words = [*words, "--out", tmp_path, "--no-lora", "--epochs"]
    assert command(*words, 1).status == 0
    again = command(*words, 2)
    assert again.status == 1
    assert again.err.splitlines()[-1].endswith("Continue it with --resume, or give another --out.")
    done = command(*words, 2, "--resume")
    assert done.status == 0, done.err
    assert "continuing after epoch 1" in done.err
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["epoch"] == 2


def test_the_whole_network_is_a_model_and_programs_can_follow(lab, words, command, tmp_path):
    pytest.importorskip("tensorboard")
    done = command(
        *words,
        "--out",
        tmp_path,
        "--epochs",
        1,
        "--full",
        "--progress",
        "json",
        "--tensorboard",
        "--validation-share",
        0,
    )
    assert done.status == 0, done.err
    assert done.out.strip() == str(tmp_path / "network")
    events = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    stages = {event["stage"]: event for event in events if "stage" in event}
    assert list(stages) == ["preparing slices", "epoch 1 of 1"]
    for event in stages.values():  # the last of each
        assert event["done"] == event["total"] == 6
    assert stages["epoch 1 of 1"]["note"].startswith("loss ")
    assert any(event.get("message", "").startswith("epoch 1: loss") for event in events)
    assert list((tmp_path / "tensorboard").iterdir())
    image, mask = lab / "pictures" / "images" / "Case1_01.png", tmp_path / "mask.png"
    done = command(
        "segment", image, "--box", "5,9,19,28", "--model", tmp_path / "network", "--device", "cpu", "-o", mask
    )
    assert done.status == 0, done.err


def test_a_dry_run_describes_and_measures_and_trains_nothing(lab, command, tmp_path):
    config = tmp_path / "run.toml"
    config.write_text(f'images = "{lab / "verse"}"\nmodel = "{lab / "network"}"\nclasses = "each"\ncbam = false\n')
    done = command("train", config, "--dry-run", "--no-lora", "--out", tmp_path / "run", "--device", "cpu")
    assert done.status == 0, done.err
    described = ("3: 2 to train on, 1 held out", "L1 (3 patients), L2 (3 patients)", "HU ")
    measured = ("| mask decoder |", "GB at most", "min an epoch")
    for part in (*described, *measured):
        assert part in done.out
    assert "LoRA" not in done.out
    assert "CBAM" not in done.out
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"dataset.png", "index.json"}


def test_what_is_wrong_is_said_in_one_line(lab, words, command, tmp_path):
    out = ["--out", tmp_path / "run"]
    for more, reason in (
        (["--classes", "many"], "classes: Input should be 'binary', 'each' or 'union'"),
        (["--rank", 4, "--no-lora"], "A rank was given, and no LoRA"),
        (["--full", "--lora"], "the settings: full fine-tuning trains the network itself"),
        (["--precision", "float16"], "float16 trains on a CUDA GPU only"),
        (["--progress", "smoke"], "There is no progress 'smoke'. Choose from bar, json."),
        (["--patient-pattern", "Case"], "All 6 images are of one patient"),
        (
            ["--masks", lab / "verse"],
            "No counterpart was found for Case1_00.png, Case1_01.png, Case1_02.png and 9 more",
        ),
        (["--model", tmp_path / "absent.pth"], "There is no model and no file"),
    ):
        failed = command(*words, *out, *more)
        assert failed.status == (2 if "--progress" in more else 1)
        assert failed.err.splitlines()[-1].startswith(f"napari-spinalsam: {reason}")
    failed = command("train", "--images", lab / "verse", *out)
    assert failed.status == 1
    assert "holds 2 classes (20, 21), not one" in failed.err.splitlines()[-1]
    assert command("train").status == 2


def test_two_processes_train_as_one_does(words, command, tmp_path):
    words = [*words, "--no-lora", "--epochs", 1, "--out"]
    assert command(*words, tmp_path / "one").status == 0
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    arguments = [*launcher, "-m", "napari_spinalsam.cli", *map(str, words), str(tmp_path / "two")]
    done = subprocess.run(arguments, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(tmp_path / "two" / "adapters")]
    one, two = (torch.load(tmp_path / name / CHECKPOINT, weights_only=True) for name in ("one", "two"))
    for name, tensor in one["tensors"].items():
        torch.testing.assert_close(two["tensors"][name], tensor, atol=1e-5, rtol=1e-4)
    assert two["history"][0]["validation_dice"] == pytest.approx(one["history"][0]["validation_dice"], abs=1e-3)
