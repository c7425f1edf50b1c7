"""Embedding whole archives of scans ahead, here or on a dask cluster, a few slices a task.

A task leaves nothing but entries in the store, each written whole or not at all. So a task that was lost with its
worker is simply done again by another one, which finds what is there already and computes the rest; a run that was
killed goes on where it was. A process holds one volume at a time, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from napari_spinalsam.errors import ConfigError, ImageError, SpinalSamError
from napari_spinalsam.imaging.reading import read_volume
from napari_spinalsam.imaging.volume import Axis, Volume
from napari_spinalsam.segmentation.embedding_store import EmbeddingStore
from napari_spinalsam.segmentation.loading import load_predictor
from napari_spinalsam.segmentation.predictor import Predictor
from napari_spinalsam.segmentation.slice_image import model_slice

#: Slices a task: so few that a lost worker costs little, so many that a volume is not read too often.
SLICES_A_TASK: Final = 16
_CONNECT_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Embedder:
    """Which network embeds, and where its embeddings go.

    Parameters
    ----------
    model : str
        As for `segmentation.loading.load_network`.
    device : str or None
    store : Path
        Folder that all workers reach.
    max_bytes : int
        Of the store.
    """

    model: str
    device: str | None
    store: Path
    max_bytes: int


@dataclass(frozen=True, slots=True)
class EmbedTask:
    """Some slices of one scan.

    Parameters
    ----------
    path : Path
        As for `imaging.reading.read_volume`.
    axis : {"axial", "coronal", "sagittal"}
    first, end : int
        The first slice and the one after the last.
    embedder : Embedder
    """

    path: Path
    axis: Axis
    first: int
    end: int
    embedder: Embedder


@dataclass(frozen=True, slots=True)
class Embedded:
    """What became of a task.

    Parameters
    ----------
    task : EmbedTask
    computed, found : int
        Slices embedded now, and those that were in the store before.
    empty : int
        Slices that show nothing and cannot be embedded.
    """

    task: EmbedTask
    computed: int
    found: int
    empty: int


def split(paths: Iterable[Path], axes: Sequence[Axis], embedder: Embedder) -> Iterator[EmbedTask]:
    """Split scans into tasks, one scan after the other.

    Raises
    ------
    ImageError
        If a scan cannot be read; those before it have been yielded.
    """
    for path in paths:
        volume = read_volume(path)
        counts = [(axis, volume.n_slices(axis)) for axis in axes]
        del volume  # it is not held while its tasks are done
        for axis, n in counts:
            for first in range(0, n, SLICES_A_TASK):
                yield EmbedTask(path, axis, first, min(first + SLICES_A_TASK, n), embedder)


def embed(task: EmbedTask) -> Embedded:
    """Do one task; done again, it computes nothing.

    Raises
    ------
    SpinalSamError
        If the scan or the network cannot be read.
    """
    predictor, store = _predictor(task.embedder)
    volume = _volume(task.path)
    before, empty = store.written, 0
    for index in range(task.first, task.end):
        try:
            image = model_slice(volume, task.axis, index)
            predictor.embed(image)
        except ImageError:
            empty += 1
    computed = store.written - before
    return Embedded(task, computed, task.end - task.first - computed - empty, empty)


def embed_here(tasks: Iterable[EmbedTask]) -> Iterator[Embedded]:
    """Do tasks in this process."""
    return map(embed, tasks)


def embed_on_cluster(tasks: Iterable[EmbedTask], scheduler: str) -> Iterator[Embedded]:
    """Do tasks on a dask cluster, in whichever order they are done.

    Parameters
    ----------
    tasks : iterable of EmbedTask
    scheduler : str
        Its address, e.g. "tcp://node1:8786".

    Raises
    ------
    ConfigError
        If dask.distributed is missing, there is no scheduler, or a task lost one worker after the other.
    SpinalSamError
        If a task cannot be done.
    """
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError as error:
        raise ConfigError(
            "A cluster needs dask.distributed", "Install it: pip install 'napari-spinalsam[cluster]'"
        ) from error
    try:
        client = Client(scheduler, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise ConfigError(f"There is no dask scheduler at {scheduler}", "Start one: dask scheduler") from error
    with client:
        futures = client.map(_embed_or_refuse, list(tasks), pure=False)
        try:
            for _, result in as_completed(futures, with_results=True):
                if isinstance(result, SpinalSamError):
                    raise result
                yield result
        except KilledWorker as error:
            raise ConfigError(f"Workers died one after the other: {error}", "Give them more memory") from error


def _embed_or_refuse(task: EmbedTask) -> Embedded | SpinalSamError:
    """Do a task; an error of ours comes back as a value, so that it arrives as it was raised."""
    try:
        return embed(task)
    except SpinalSamError as error:
        return error


@lru_cache(maxsize=1)
def _predictor(embedder: Embedder) -> tuple[Predictor, EmbeddingStore]:
    store = EmbeddingStore(embedder.store, embedder.max_bytes)
    return load_predictor(embedder.model, embedder.device, store), store


@lru_cache(maxsize=1)
def _volume(path: Path) -> Volume:
    return read_volume(path)
