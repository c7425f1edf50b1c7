"""How long every stage takes on this machine, beside segment_anything and the reference system as they are run.

Three ways to the same mask, with the same weights on the same slice, each in a process of its own, so that each has its
own peak of memory:

- "stock": ``segment_anything.SamPredictor`` in float32, the slice embedded once;
- "reload": what the paper's published script does, load the checkpoint and embed the slice for every prompt;
- "this": this project.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.peak_memory import peak_memory

if TYPE_CHECKING:
    from segment_anything import SamPredictor
    from segment_anything.modeling import Sam

    from napari_spinalsam.segmentation.predictor import Predictor
    from napari_spinalsam.segmentation.slice_image import SliceImage

    Way = Callable[["Task"], "WayTimes"]

_MATRIX: Final = 2048


@dataclass(frozen=True, slots=True)
class Task:
    """What is measured.

    Parameters
    ----------
    model : str
        As for `segmentation.loading.load_network`.
    threads : int or None
        Of torch; None leaves it alone.
    embeddings, prompts : int
        How often each is repeated.
    """

    model: str
    threads: int | None = None
    embeddings: int = 5
    prompts: int = 20


@dataclass(frozen=True, eq=False)
class WayTimes:
    """One way's figures.

    Parameters
    ----------
    times : dict of str to (n,) float64
        Seconds of every repetition, by stage.
    peak_bytes : int
        Of the whole process.
    mask : (rows, columns) bool or None
        What came out.
    encoder_flop, matrix_rate : float
        Floating-point operations of an embedding, and how many a second the machine reaches in a plain matrix product
        in the encoder's number format; 0 where they were not asked for.
    """

    times: dict[str, NDArray[np.float64]]
    peak_bytes: int
    mask: NDArray[np.bool_] | None
    encoder_flop: float = 0.0
    matrix_rate: float = 0.0


def measure(task: Task) -> dict[str, WayTimes]:
    """Measure all three ways, one after another.

    Raises
    ------
    WeightsError
        If there is no such model.
    """
    ways: dict[str, Way] = {"stock": _stock, "reload": _reload, "this": _this}
    return {name: _in_own_process(way, task) for name, way in ways.items()}


def _in_own_process(way: Way, task: Task) -> WayTimes:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_run, way, task).result()


def _run(way: Way, task: Task) -> WayTimes:
    import torch

    if task.threads is not None:
        torch.set_num_threads(task.threads)
    return way(task)


def _stock(task: Task) -> WayTimes:
    from napari_spinalsam.segmentation.loading import load_network

    sam = load_network(task.model).sam
    image, box = _sample()
    predictor, embed = _stock_predictor(sam, image)
    times = {"embedding": repeat(embed, task.embeddings)}
    times["prompt"] = repeat(lambda: predictor.predict(box=box, multimask_output=False), task.prompts)
    mask = predictor.predict(box=box, multimask_output=False)[0][0]
    return WayTimes(times, peak_memory() or 0, np.asarray(mask, dtype=bool))


def _reload(task: Task) -> WayTimes:
    from napari_spinalsam.segmentation.loading import load_network

    image, box = _sample()

    def whole_prompt() -> None:
        predictor, embed = _stock_predictor(load_network(task.model).sam, image)
        embed()
        predictor.predict(box=box, multimask_output=False)

    return WayTimes({"prompt": repeat(whole_prompt, max(1, task.embeddings // 2))}, peak_memory() or 0, None)


def _this(task: Task) -> WayTimes:
    from napari_spinalsam.segmentation.embedding_store import EmbeddingStore
    from napari_spinalsam.segmentation.loading import load_predictor
    from napari_spinalsam.segmentation.prompts import Box, Prompts
    from napari_spinalsam.segmentation.slice_image import SliceImage

    image, corners = _sample()
    grey = SliceImage(image.astype(np.float32), intensity="grey")
    prompts = Prompts(boxes=(Box(*(float(x) for x in corners)),))
    predictor = load_predictor(task.model)
    embedding = predictor.embed(grey)
    times = {"embedding": repeat(lambda: predictor.embed(grey), task.embeddings)}
    times["prompt"] = repeat(lambda: predictor.predict(embedding, prompts), task.prompts)
    mask = predictor.predict(embedding, prompts).masks[0]
    times["typed command to mask"] = _typed(predictor, task.prompts)
    peak = peak_memory() or 0
    with tempfile.TemporaryDirectory() as folder:
        stored = load_predictor(task.model, store=EmbeddingStore(Path(folder)))
        stored.embed(grey)
        times["embedding, from disk"] = repeat(lambda: stored.embed(grey), task.prompts)
    return WayTimes(times, peak, mask, encoder_flop(predictor, grey), matrix_rate(predictor))


def _typed(predictor: Predictor, n: int) -> NDArray[np.float64]:
    """From a typed sentence that the rules understand to the preview in the session, the slice embedded before."""
    from napari_spinalsam.commands.rules import parse
    from napari_spinalsam.imaging.sample import sample_ct
    from napari_spinalsam.session.segmenter import Segmenter
    from napari_spinalsam.session.session import Session

    volume, labels = sample_ct()
    session = Session(Segmenter(lambda: predictor))
    session.open_volume(volume)
    index = _middle(labels)
    x0, y0, x1, y1 = _box(labels[index])

    def say(text: str) -> None:
        for operation in parse(text).operations:
            session.execute(operation)

    say(f"go to slice {index}")
    say(f"box from {x0} {y0} to {x1} {y1}")
    return repeat(lambda: say("generate box mask"), n)


def _stock_predictor(sam: Sam, image: NDArray[np.uint8]) -> tuple[SamPredictor, Callable[[], None]]:
    from segment_anything import SamPredictor

    predictor = SamPredictor(sam)
    colour = np.repeat(image[..., None], 3, axis=2)
    return predictor, lambda: predictor.set_image(colour)


def _sample() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Take an axial slice of the sample CT in the bone window, 0..255, and the box (x0, y0, x1, y1) of a vertebra."""
    from napari_spinalsam.imaging.sample import sample_ct
    from napari_spinalsam.imaging.window import PRESETS

    volume, labels = sample_ct()
    index = _middle(labels)
    grey = PRESETS["bone"].apply(volume.slice("axial", index))
    return np.rint(grey * 255.0).astype(np.uint8), np.array(_box(labels[index]))


def _middle(labels: NDArray[np.uint16]) -> int:
    """Find the axial slice that shows most of a vertebra."""
    return int((labels > 0).sum(axis=(1, 2)).argmax())


def _box(labels: NDArray[np.uint16]) -> tuple[int, int, int, int]:
    """Box round the label that has most pixels."""
    largest = int(np.bincount(labels[labels > 0]).argmax())
    rows, columns = np.nonzero(labels == largest)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def repeat(stage: Callable[[], object], n: int) -> NDArray[np.float64]:
    """Seconds that each of ``n`` runs takes, after one that is not counted."""
    stage()
    seconds = np.empty(n)
    for i in range(n):
        start = time.perf_counter()
        stage()
        seconds[i] = time.perf_counter() - start
    return seconds


def encoder_flop(predictor: Predictor, image: SliceImage) -> float:
    """Count the floating-point operations of one embedding; a multiplication and an addition are two."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        predictor.embed(image)
    return float(counter.get_total_flops())


def matrix_rate(predictor: Predictor) -> float:
    """Measure the floating-point operations a second of a plain matrix product in the encoder's number format."""
    import torch

    left = torch.randn(_MATRIX, _MATRIX).to(predictor.device, predictor.precision)
    with torch.inference_mode():
        seconds = repeat(lambda: (left @ left).sum().item(), 10)
    return 2.0 * _MATRIX**3 / float(np.median(seconds))
