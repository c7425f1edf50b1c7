"""``evaluate``: a table on stdout, numbers in JSON, progress on stderr."""

import json

import imageio.v3 as iio
import numpy as np
import pytest

from napari_spinalsam.network.small import SmallSamConfig, build_small_sam, save_small_sam


@pytest.fixture
def folders(tmp_path, sample):
    """Three sagittal slices of the sample CT in a bone window, as pictures with masks."""
    volume, labels = sample
    middle = int(np.argmax((labels > 0).sum((0, 1))))
    for index in (middle - 1, middle, middle + 1):
        grey = np.clip((volume.array[:, :, index] + 400.0) / 1500, 0, 1) * 255
        for folder, picture in (("images", grey), ("masks", (labels[:, :, index] > 0) * 255)):
            (tmp_path / folder).mkdir(exist_ok=True)
            iio.imwrite(tmp_path / folder / f"slice{index}.png", picture.astype(np.uint8))
    return tmp_path / "images", tmp_path / "masks"


@pytest.fixture
def random_model(tmp_path):
    config = SmallSamConfig(input_size=128, width=48, depth=1, window_size=4, global_blocks=(0,), channels=32)
    save_small_sam(tmp_path / "random", config, build_small_sam(config).state_dict(), {})
    return tmp_path / "random"


def rows_of(report):
    """Header and rows of the first table."""
    table = report.split("\n\n")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return lines[0], {(row[0], row[1]): row[2:] for row in lines[2:]}


def test_a_row_for_every_model_and_both_rivals(command, folders, random_model, tmp_path):
    numbers = tmp_path / "numbers.json"
    done = command("evaluate", *folders, "--model", "bundled", "--model", random_model, "--json", numbers)
    assert done.status == 0
    header, rows = rows_of(done.out)
    assert header == ["method", "holes filled", "slices", "Dice", "IoU", "MSD (px)", "HD95 (px)"]
    assert list(rows) == [
        ("bundled", "no"),
        ("bundled", "yes"),
        (str(random_model), "no"),
        (str(random_model), "yes"),
        ("filled box", "no"),
        ("Otsu in the box", "yes"),
    ]
    assert "3 slices" in done.err
    record = json.loads(numbers.read_text())
    assert record["settings"]["prompt"] == "box"
    assert len(record["slices"]) == 3 * len(rows)
    summary = {(row["method"], row["filled"]): row["mean"]["dice"] for row in record["summary"]}
    assert f"{summary['bundled', True]:.3f}" == rows["bundled", "yes"][1].split()[0]
    assert summary["bundled", True] > summary["filled box", False]
    assert summary["bundled", True] > 0.8
    (comparison,) = record["comparisons"]
    assert (comparison["unit"], comparison["n"]) == ("slices", 3)
    assert "Wilcoxon signed-rank test of the Dice of 3 slices, as predicted" in done.out


@pytest.mark.parametrize("prompt", ["points", "interactive", "clicks"])
def test_other_prompts(command, folders, random_model, prompt):
    done = command("evaluate", *folders, "--prompt", prompt, "--clicks", 1, "--model", random_model)
    assert done.status == 0
    assert len(rows_of(done.out)[1]) == 4
    assert ("NoC@0.95" in done.out) == (prompt != "points")


def test_the_worst_slices_are_drawn_and_the_report_is_written(command, folders, random_model, tmp_path):
    report, overlays = tmp_path / "report.md", tmp_path / "overlays"
    done = command(
        "evaluate", *folders, "--model", random_model, "--markdown", report, "--json", tmp_path / "numbers.json",
        "--overlays", overlays, "--worst", 2, "--fill-holes", "--patient-pattern", "slice[0-9]+",
    )  # fmt: skip
    assert done.status == 0, done.err
    assert done.out.strip() in report.read_text()
    assert "By patient, with holes filled" in report.read_text()
    slices = [each for each in json.loads((tmp_path / "numbers.json").read_text())["slices"]
              if each["filled"] and each["method"] == str(random_model)]  # fmt: skip
    worst = sorted(slices, key=lambda each: each["scores"]["dice"])[:2]
    drawn = sorted(overlays.iterdir())
    assert len(drawn) == 2
    for path, rank, each in zip(drawn, ("01", "02"), worst, strict=True):
        assert path.name.endswith(f"-{rank}-{each['slice_name']}.png")
        rows, columns = iio.imread(path).shape[:2]
        assert iio.imread(path)[50 : rows - 100, 50 : columns // 4].mean() > 20  # the slice is seen


def test_overlays_that_cannot_be_written(command, folders, random_model, tmp_path):
    (tmp_path / "file").touch()
    failed = command("evaluate", *folders, "--model", random_model, "--overlays", tmp_path / "file" / "overlays")
    assert failed.status == 1
    assert "The overlays cannot be written to" in failed.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "status", "error"),
    [
        (["--prompt", "words"], 2, "There is no prompt 'words'. Choose from box, points, interactive, clicks."),
        (["--axis", "oblique"], 2, "There is no view 'oblique'. Choose from axial, coronal, sagittal."),
        (["--json", "absent/numbers.json"], 1, "There is no folder absent. Make it first."),
        (["--markdown", "absent/report.md"], 1, "There is no folder absent. Make it first."),
        (
            ["--model", "nonesuch"],
            1,
            "There is no model and no file 'nonesuch'. "
            "Give bundled, spinalsam-small, vit_b, vit_l, vit_h, or the path of a checkpoint file.",
        ),
    ],
)
def test_errors_are_one_line(command, folders, words, status, error):
    failed = command("evaluate", *folders, *words)
    assert (failed.status, failed.out, failed.err) == (status, "", f"napari-spinalsam: {error}\n")


def test_lonely_files_are_named(command, folders):
    next(folders[1].iterdir()).rename(folders[1] / "other.png")
    failed = command("evaluate", *folders)
    assert failed.status == 1
    assert "No counterpart was found for slice" in failed.err
    assert "other.png" in failed.err
    assert failed.err.count("\n") == 1


def test_masks_without_parts(command, folders, random_model):
    for mask in folders[1].iterdir():
        iio.imwrite(mask, np.zeros_like(iio.imread(mask)))
    failed = command("evaluate", *folders, "--model", random_model)
    assert failed.status == 1
    assert failed.err.splitlines()[-1] == (
        "napari-spinalsam: No slice has a part of more than 50 pixels. Check the masks, or choose another --axis."
    )


def test_wrong_usage(command, folders):
    assert command("evaluate", folders[0]).status == 2
    assert command("evaluate", *folders, "--clicks", 0).status == 2
