"""A fine-tuning run learns, stops when it should, and continues bit for bit after it was killed."""

import os
import resource as system_limits
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from lab import save_network, verse
from napari_spinalsam.errors import ConfigError, TrainingError, WeightsError
from napari_spinalsam.network.parameter_report import difference, forward_answers
from napari_spinalsam.segmentation.loading import load_network, load_predictor
from napari_spinalsam.segmentation.prompts import Box, Prompts
from napari_spinalsam.segmentation.slice_image import SliceImage
from napari_spinalsam.training import finetune as module
from napari_spinalsam.training.finetune import finetune, start_run, train_step, training_format, validation_dice
from napari_spinalsam.training.finetune_checkpoint import resume, save_checkpoint
from napari_spinalsam.training.finetune_config import make_config, read_settings
from napari_spinalsam.training.finetune_data import find_data, prepare_data
from napari_spinalsam.training.processes import Processes
from napari_spinalsam.training.run_folder import CHECKPOINT
from napari_spinalsam.training.trained_part import Adapters

ADAPTERS = Adapters.folder
ALONE = Processes(on_cpu=True)
LORA = {"rank": 2, "dropout": 0.3}


@pytest.fixture(autouse=True)
def one_thread():
    """The order of sums depends on the number of threads, and bits on the order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    save_network(folder / "network")
    verse(folder / "data", n=4)
    return folder


def settings(lab, out, **changed):
    return make_config(
        {
            "images": lab / "data", "out": out, "model": str(lab / "network"), "device": "cpu", "precision": "float32",
            "epochs": 3, "lora": LORA, "seed": 5,
        }
        | changed
    )  # fmt: skip


def prepared(config):
    run = start_run(config)
    training, held_out = prepare_data(config, find_data(config), run.network_input.window, 64)
    run.training_key = training.key
    return run, training, held_out


def trained(lab, out, **changed):
    config = settings(lab, out, **changed)
    run, training, held_out = prepared(config)
    finetune(run, training, held_out, out, ALONE)
    return run


def test_held_out_patients_are_outlined_better_from_epoch_to_epoch(lab, tmp_path):
    # The encoder's own weights are random and stay so: all that is learned is in the adapters and the decoder.
    quick = {"epochs": 6, "batch": 1, "rounds": 1, "point_share": 0.0, "learning_rate": 1e-2, "patience": None}
    config = settings(lab, tmp_path, lora={"rank": 4, "proj": True}, **quick)
    run, training, held_out = prepared(config)
    before = validation_dice(run, held_out, ALONE)
    finetune(run, training, held_out, tmp_path, ALONE)
    scores = [row["validation_dice"] for row in run.history]
    assert max(scores) > before + 0.3
    assert np.mean(scores[3:]) > np.mean(scores[:3])
    assert run.history[-1]["loss"] < run.history[0]["loss"]
    assert run.best_epoch == int(np.argmax(scores)) + 1
    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert lines[0] == "epoch,loss,validation_dice,seconds"
    assert [float(line.split(",")[2]) for line in lines[1:]] == pytest.approx(scores, abs=1e-5)
    assert (tmp_path / "curve.png").stat().st_size > 5000


def test_the_adapters_work_in_the_predictor_and_the_base_is_as_it_was(lab, tmp_path):
    before = (lab / "network" / "model.safetensors").read_bytes()
    run = trained(lab, tmp_path, epochs=1)
    assert (lab / "network" / "model.safetensors").read_bytes() == before
    images = torch.randn(1, 3, 64, 64)
    run.sam.eval()
    ours, theirs = (forward_answers(sam, images) for sam in (run.sam, load_network(tmp_path / ADAPTERS).sam))
    found = difference(ours, theirs)
    assert max(found.embedding, found.logits) < 1e-4
    predictor = load_predictor(tmp_path / ADAPTERS, "cpu")
    image = SliceImage(np.random.default_rng(0).normal(200, 300, (50, 50)).astype(np.float32))
    assert predictor.predict(predictor.embed(image), Prompts(boxes=(Box(5, 5, 30, 30),))).masks.shape == (3, 50, 50)


def test_only_the_adapters_move(lab, tmp_path):
    run, training, _ = prepared(settings(lab, tmp_path))
    before = {name: tensor.clone() for name, tensor in run.sam.state_dict().items()}
    for step in range(2):  # B and the gate move in the first step, A and the rest of CBAM in the second
        train_step(run, training, [0, 1, 2], 3 * step, ALONE)
    moved = {name for name, tensor in run.sam.state_dict().items() if not torch.equal(tensor, before[name])}
    assert all(".lora_" in name or ".cbam." in name or name.startswith("mask_decoder.") for name in moved)
    for part in ("lora_A", "lora_B", "cbam.gate", "cbam.mlp", "cbam.conv", "mask_decoder.transformer"):
        assert any(part in name for name in moved), part


def test_accumulated_gradients_are_those_of_the_whole_batch(lab, tmp_path):
    run, training, _ = prepared(settings(lab, tmp_path, lora={"rank": 2}))
    run.sam.train()
    losses = [module.slice_loss(run, training, i, i) for i in range(3)]
    torch.stack(losses).mean().backward()
    together = {name: p.grad.clone() for name, p in run.sam.named_parameters() if p.grad is not None}
    run.optimizer.zero_grad()
    for i in range(3):
        (module.slice_loss(run, training, i, i) / 3).backward()
    for name, parameter in run.sam.named_parameters():
        if parameter.grad is not None:
            torch.testing.assert_close(parameter.grad, together[name], atol=1e-6, rtol=1e-4)


def test_a_resumed_run_ends_where_one_that_was_not_stopped_does(lab, tmp_path):
    whole = trained(lab, tmp_path / "whole")
    trained(lab, tmp_path / "parts", epochs=1)
    config = settings(lab, tmp_path / "parts")
    run, training, held_out = prepared(config)
    resume(run, tmp_path / "parts")
    assert run.epoch == 1
    finetune(run, training, held_out, tmp_path / "parts", ALONE)
    assert_same_weights(tmp_path / "whole", tmp_path / "parts")
    ours, theirs = ([row["validation_dice"] for row in each.history] for each in (whole, run))
    assert ours == theirs


def assert_same_weights(one, other):
    ours, theirs = (torch.load(folder / CHECKPOINT, weights_only=True) for folder in (one, other))
    assert ours["tensors"].keys() == theirs["tensors"].keys()
    assert all(torch.equal(ours["tensors"][name], tensor) for name, tensor in theirs["tensors"].items())
    ours, theirs = (load_file(folder / ADAPTERS / "adapter.safetensors") for folder in (one, other))
    assert all(torch.equal(ours[name], tensor) for name, tensor in theirs.items())


COMMAND = """
import sys
from pathlib import Path
import typer
from napari_spinalsam.cli.train import train
app = typer.Typer()
app.command()(train)
app(sys.argv[1:])
"""


def start_process(config, out, *words):
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    arguments = [sys.executable, "-c", COMMAND, str(config), "--out", str(out), *words]
    return subprocess.Popen(arguments, env=one_thread, stderr=subprocess.PIPE, text=True)


def test_a_killed_process_is_resumed_to_the_same_weights(lab, tmp_path):
    toml = tmp_path / "run.toml"
    toml.write_text(
        f"""
images = "{lab / "data"}"
model = "{lab / "network"}"
device = "cpu"
precision = "float32"
epochs = 3
seed = 5
[lora]
rank = 2
dropout = 0.3
"""
    )
    killed = start_process(toml, tmp_path / "killed")
    waited_until = time.monotonic() + 200
    while not (tmp_path / "killed" / CHECKPOINT).exists() and time.monotonic() < waited_until:
        assert killed.poll() is None, killed.stderr.read()
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    done = torch.load(tmp_path / "killed" / CHECKPOINT, weights_only=True)["epoch"]
    assert 1 <= done < 3
    resumed = start_process(toml, tmp_path / "killed", "--resume")
    _, errors = resumed.communicate()
    assert resumed.returncode == 0, errors
    assert f"continuing after epoch {done}" in errors
    trained(lab, tmp_path / "whole")
    assert_same_weights(tmp_path / "whole", tmp_path / "killed")


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_last_checkpoint(lab, tmp_path, monkeypatch):
    config = settings(lab, tmp_path)
    run, training, held_out = prepared(config)
    honest, calls = module.slice_loss, []

    def sometimes_nan(run, slices, index, place):
        calls.append(slices.names[index])
        loss = honest(run, slices, index, place)
        return loss * float("nan") if run.epoch == 1 and place == 5 else loss

    monkeypatch.setattr(module, "slice_loss", sometimes_nan)
    with pytest.raises(TrainingError) as caught:
        finetune(run, training, held_out, tmp_path, ALONE)
    assert "The loss is nan in epoch 2, slices 4 to 7" in caught.value.message
    assert all(name in caught.value.message for name in calls[-4:])
    assert all(torch.isfinite(tensor).all() for tensor in run.sam.state_dict().values())
    kept = torch.load(tmp_path / CHECKPOINT, weights_only=True)
    assert kept["epoch"] == 1
    assert all(torch.isfinite(tensor).all() for tensor in kept["tensors"].values())
    assert load_network(tmp_path / ADAPTERS).source.comparison.fits


def test_training_stops_when_the_held_out_patients_stop_improving(lab, tmp_path, monkeypatch):
    scores = iter([0.5, 0.7, 0.6, 0.65, 0.7, 0.9])
    monkeypatch.setattr(module, "validation_dice", lambda *_: next(scores))
    run = trained(lab, tmp_path, epochs=9, patience=3, max_slices=4)
    assert run.epoch == 5
    assert run.best_epoch == 2
    best = load_file(tmp_path / ADAPTERS / "adapter.safetensors")
    last = torch.load(tmp_path / CHECKPOINT, weights_only=True)["tensors"]
    assert any(not torch.equal(best[name], last[name]) for name in best)


def test_a_run_is_continued_only_with_the_same_settings_network_and_slices(lab, tmp_path):
    trained(lab, tmp_path / "run", epochs=1)
    run, *_ = prepared(settings(lab, tmp_path / "run", learning_rate=2e-3, seed=6))
    with pytest.raises(ConfigError, match="another learning_rate, seed"):
        resume(run, tmp_path / "run")
    run, *_ = prepared(settings(lab, tmp_path / "run"))
    run.training_key = "another"
    with pytest.raises(ConfigError, match="trained on other slices"):
        resume(run, tmp_path / "run")
    run.part = Adapters(run.part.config.model_copy(update={"base_sha256": "0" * 64}))
    with pytest.raises(ConfigError, match="began with another"):
        resume(run, tmp_path / "run")
    with pytest.raises(ConfigError, match="There is no checkpoint"):
        resume(run, tmp_path)
    (tmp_path / CHECKPOINT).write_bytes(b"nothing")
    with pytest.raises(ConfigError, match="damaged"):
        resume(run, tmp_path)


@contextmanager
def files_of_at_most(n_bytes):
    """Let the operating system refuse to make a file longer, as a full disk does."""
    soft, hard = system_limits.getrlimit(system_limits.RLIMIT_FSIZE)
    system_limits.setrlimit(system_limits.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        system_limits.setrlimit(system_limits.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(("full", "error"), [(False, TrainingError), (True, WeightsError)])
def test_a_disk_that_is_full_leaves_the_last_good_checkpoint(lab, tmp_path, full, error):
    changed = {"epochs": 1, "full": True, "lora": None} if full else {"epochs": 1}
    trained(lab, tmp_path, **changed)
    config = settings(lab, tmp_path, **changed | {"epochs": 2, "patience": None})
    run, training, held_out = prepared(config)
    resume(run, tmp_path)
    run.history[0]["validation_dice"] = -1.0  # so that the next epoch is better, and saved
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    # The adapters still fit; a checkpoint with its optimiser does not, nor does a network.
    with files_of_at_most(150_000), pytest.raises(error, match=r"cannot be written.*File too large.*Make room"):
        finetune(run, training, held_out, tmp_path, ALONE)
    kept = (tmp_path / CHECKPOINT).read_bytes()
    assert kept == files[tmp_path / CHECKPOINT]
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(files)
    again, training, held_out = prepared(config)
    resume(again, tmp_path)
    finetune(again, training, held_out, tmp_path, ALONE)
    assert again.epoch == 2


def test_a_checkpoint_that_cannot_be_written(lab, tmp_path):
    run, *_ = prepared(settings(lab, tmp_path))
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match=r"epoch 0 cannot be written.*--resume"):
        save_checkpoint(run, tmp_path / "file")


@pytest.mark.parametrize("changed", [{"lora": None}, {"cbam": None, "decoder": False}, {"lora": None, "cbam": None}])
def test_any_choice_of_parts_is_trained(lab, tmp_path, changed):
    run, training, _ = prepared(settings(lab, tmp_path, **changed))
    before = [parameter.detach().clone() for parameter in run.trained]
    assert np.isfinite(train_step(run, training, [0, 1], 0, ALONE))
    assert any(not torch.equal(a, b) for a, b in zip(before, run.trained, strict=True))


def test_bfloat16_trains_too(lab, tmp_path):
    run, training, held_out = prepared(settings(lab, tmp_path, precision="bfloat16"))
    assert np.isfinite(train_step(run, training, [0, 1], 0, ALONE))
    assert 0 <= validation_dice(run, held_out, ALONE) <= 1


def test_float16_trains_on_cuda_only(lab, tmp_path):
    with pytest.raises(ConfigError, match=r"float16 trains on a CUDA GPU only.*small gradients vanish"):
        start_run(settings(lab, tmp_path, precision="float16"))
    assert training_format("float16", torch.device("cuda")) == torch.float16
    assert training_format("float32", torch.device("cuda")) == torch.float32


@pytest.mark.skipif(not torch.cuda.is_available(), reason="float16 needs a CUDA GPU")
def test_float16_trains_and_continues_on_cuda(lab, tmp_path):
    trained(lab, tmp_path, device="cuda", precision="float16", epochs=1)
    run, training, held_out = prepared(settings(lab, tmp_path, device="cuda", precision="float16"))
    resume(run, tmp_path)
    finetune(run, training, held_out, tmp_path, ALONE)
    assert all(np.isfinite(row["loss"]) for row in run.history)


def test_a_scaled_loss_makes_the_same_step(lab, tmp_path):
    plain, scaled = (prepared(settings(lab, tmp_path, lora={"rank": 2})) for _ in range(2))
    scaled[0].scaler = torch.amp.GradScaler("cpu", init_scale=2.0**10)
    for run, training, _ in (plain, scaled):
        train_step(run, training, [0, 1], 0, ALONE)
    for ours, theirs in zip(plain[0].trained, scaled[0].trained, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-5)


def test_a_scale_that_overflows_skips_the_step_shrinks_and_is_kept_in_the_checkpoint(lab, tmp_path):
    run, training, _ = prepared(settings(lab, tmp_path))
    run.scaler = torch.amp.GradScaler("cpu", init_scale=2.0**16)
    run.trained[0].register_hook(lambda gradient: gradient * float("inf"))
    before = [parameter.detach().clone() for parameter in run.trained]
    train_step(run, training, [0, 1], 0, ALONE)
    assert all(torch.equal(a, b) for a, b in zip(before, run.trained, strict=True))
    assert run.scaler.get_scale() == 2.0**15
    save_checkpoint(run, tmp_path)
    again, *_ = prepared(settings(lab, tmp_path))
    again.scaler = torch.amp.GradScaler("cpu")
    resume(again, tmp_path)
    assert again.scaler.get_scale() == run.scaler.get_scale()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"images": "x", "full": True, "lora": {}}, "full fine-tuning trains the network itself"),
        ({"images": "x", "full": True, "decoder": False}, "full fine-tuning trains the network itself"),
        ({"images": "x", "lora": None, "cbam": None, "decoder": False}, "nothing is trained"),
        ({"images": "x", "precision": "fp8"}, "precision: Input should be 'auto'"),
        ({}, "images: Field required"),
        ({"images": "x", "ranks": 3}, "ranks: Extra inputs"),
        ({"images": "x", "lora": {"rank": 0}}, "lora.rank: Input should be greater"),
        ({"images": "x", "axis": "oblique"}, "axis: Input should be 'axial'"),
        ({"images": "x", "validation_share": 1}, "validation_share"),
    ],
)
def test_settings_that_make_no_sense(settings, message):
    with pytest.raises(ConfigError, match=message):
        make_config(settings)


def test_a_toml_file_says_where_from_its_own_place(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text('images = "ct"\nlora = false\n[cbam]\nblocks = [1]\n')
    config = make_config(read_settings(path))
    assert config.images == tmp_path / "ct"
    assert config.lora is None
    assert config.cbam.blocks == (1,)
    path.write_text("images = ct")
    with pytest.raises(ConfigError, match="is no TOML file"):
        read_settings(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_settings(tmp_path / "absent.toml")
