"""What LoRA and CBAM are worth: real training runs that differ in nothing but the part that is trained.

    python benchmarks/ablation.py --out ablation

Patients are drawn by ``imaging.sample`` from seeds. What the network has to learn is a new scanner and a new
convention: the images are blurred and far noisier than those it knows, and the spinal canal counts as vertebra. Every
run starts from the same network and sees the same slices in the same order with the same prompts. A run has a process
of its own, so that its greatest memory can be told, and one thread; its time is the processor's, so that other work on
the machine does not count. Runs that are done already in the folder are not made again. The table goes to stdout.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from scipy import ndimage

from napari_spinalsam.imaging.nifti import write_labels
from napari_spinalsam.imaging.sample import sample_ct
from napari_spinalsam.peak_memory import peak_memory

#: No run: the network as it is.
BEFORE = "bundled, not trained"
VARIANTS: dict[str, dict[str, Any]] = {
    "plain (decoder only)": {"lora": None, "cbam": None},
    "+ LoRA": {"cbam": None},
    "+ CBAM": {"lora": None},
    "+ LoRA + CBAM": {},
    "full fine-tuning": {"full": True},
}
#: Patients to train on and to hold out, as seeds of `sample_ct`; 0 is the sample that everybody knows.
TRAINING, HELD_OUT = (1, 2, 3, 4, 5), (6, 7, 8)
_NOISE_HU, _BLUR = 110.0, 1.2


@dataclass(frozen=True)
class Outcome:
    """One run: trainable parameters, held-out Dice afterwards, seconds a step, and greatest memory in bytes."""

    variant: str
    seed: int
    trainable: int
    dice: float
    step_seconds: float
    memory: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("ablation"))
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--slices", type=int, default=48, help="Slices to train on.")
    parser.add_argument("--held-out", type=int, default=15, help="Slices to measure on.")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=2, help="Slices a step.")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--seeds", type=int, default=2)
    arguments = parser.parse_args()
    for seed in (*TRAINING, *HELD_OUT):
        make_patient(arguments.out / "data", seed)
    outcomes = [run_apart(BEFORE, 0, arguments)]
    outcomes += [run_apart(variant, seed, arguments) for seed in range(arguments.seeds) for variant in VARIANTS]
    sys.stdout.write(report(outcomes))


def make_patient(folder: Path, seed: int) -> None:
    """Write the CT of a patient from the new scanner, and its masks with the canal filled."""
    name = f"patient{seed}.nii.gz"
    if (folder / "masks" / name).exists():
        return
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    volume, labels = sample_ct(seed)
    rng = np.random.default_rng(seed)
    hu = ndimage.gaussian_filter(volume.array.astype(np.float32), (0, _BLUR, _BLUR))
    hu += ndimage.gaussian_filter(rng.standard_normal(hu.shape, dtype=np.float32), (0, 0.6, 0.6)) * _NOISE_HU * 2
    nib.save(nib.Nifti1Image(np.rint(hu).astype(np.int16), volume.affine), folder / "images" / name)
    filled = np.zeros_like(labels)
    for value in np.unique(labels[labels != 0]):
        for part, whole in zip(labels == value, filled, strict=True):
            whole[ndimage.binary_fill_holes(part)] = value
    write_labels(folder / "masks" / name, filled, volume)


def run_apart(variant: str, seed: int, arguments: argparse.Namespace) -> Outcome:
    """Run in a fresh process, or read what such a run left."""
    record = arguments.out / f"{[BEFORE, *VARIANTS].index(variant)}-{seed}" / "outcome.json"
    if not record.exists():
        process = multiprocessing.get_context("spawn").Process(target=run, args=(variant, seed, arguments, record))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"{variant}, seed {seed}: the run ended with {process.exitcode}")
    return Outcome(**json.loads(record.read_text(encoding="utf-8")))


def run(variant: str, seed: int, arguments: argparse.Namespace, record: Path) -> None:
    """Train one variant and write its outcome."""
    import torch

    from napari_spinalsam.network.parameter_report import parameter_report
    from napari_spinalsam.training.finetune import finetune, start_run, validation_dice
    from napari_spinalsam.training.finetune_config import make_config
    from napari_spinalsam.training.processes import Processes

    torch.set_num_threads(1)
    config = make_config(
        {
            "images": arguments.out / "data" / "images", "masks": arguments.out / "data" / "masks", "classes": "each",
            "out": record.parent, "model": arguments.model, "epochs": arguments.epochs, "batch": arguments.batch,
            "learning_rate": arguments.learning_rate, "patience": None, "seed": seed, "device": "cpu",
            **VARIANTS.get(variant, {}),
        }
    )  # fmt: skip
    alone = Processes(on_cpu=True)
    started = start_run(config)
    training, held_out = slices_of(started, arguments)
    trainable, times = 0, [time.process_time()]
    if variant == BEFORE:
        dice = validation_dice(started, held_out, alone)
    else:
        finetune(started, training, held_out, config.out, alone, lambda *_: times.append(time.process_time()))
        trainable, dice = parameter_report(started.sam).trainable, started.history[-1]["validation_dice"]
    memory = peak_memory() or 0
    seconds = statistics.median(np.diff(times)) if trainable else 0.0
    outcome = Outcome(variant, seed, trainable, dice, seconds, memory)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(asdict(outcome)), encoding="utf-8")


def slices_of(started: Any, arguments: argparse.Namespace) -> tuple[Any, Any]:
    """Slices to train on and held-out slices, the same for every run."""
    from napari_spinalsam.training.cases import find_cases
    from napari_spinalsam.training.prepared_slices import prepare_slices, slices_to_prepare
    from napari_spinalsam.training.slice_index import index_cases

    data = arguments.out / "data"
    cases = find_cases(data / "images", data / "masks")
    indices = index_cases(cases, "axial", "each", data / "index.json")
    names = {f"patient{seed}" for seed in HELD_OUT}
    prepared = []
    for part, n in (("training", arguments.slices), ("held_out", arguments.held_out)):
        pairs = [
            (case, index)
            for case, index in zip(cases, indices, strict=True)
            if (case.patient in names) == (part == "held_out")
        ]
        chosen = slices_to_prepare([case for case, _ in pairs], [index for _, index in pairs], n)
        window, size = started.network_input.window, int(started.sam.image_encoder.img_size)
        prepared.append(prepare_slices(data / part, chosen, window, size, "axial", "each"))
    return prepared[0], prepared[1]


def report(outcomes: list[Outcome]) -> str:
    """Lay out the table."""
    lines = [
        "| trained | parameters | held-out Dice, mean | by seed | s a step | greatest memory |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        f"| {BEFORE} | 0 | {outcomes[0].dice:.3f} | | | |",
    ]
    for variant in VARIANTS:
        runs = [each for each in outcomes if each.variant == variant]
        mean = statistics.mean(each.dice for each in runs)
        seconds = statistics.median(each.step_seconds for each in runs)
        lines.append(
            f"| {variant} | {runs[0].trainable:,} | {mean:.3f} | {', '.join(f'{each.dice:.3f}' for each in runs)} | "
            f"{seconds:.2f} | {max(each.memory for each in runs) / 1e9:.2f} GB |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
