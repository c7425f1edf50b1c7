"""A predictor with the embeddings of the slices last looked at.

The window that the network sees is the predictor's own; what is on display never enters here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from napari_spinalsam.session.slice_key import SliceKey

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_spinalsam.imaging.volume import Volume
    from napari_spinalsam.segmentation.predictor import Embedding, Prediction
    from napari_spinalsam.segmentation.prompts import Prompts
    from napari_spinalsam.segmentation.slice_image import SliceImage

#: Embeddings kept; one of SAM's takes 4 MB.
CAPACITY = 32


class PredictorLike(Protocol):
    """What the session needs of ``segmentation.predictor.Predictor``."""

    def embed(self, image: SliceImage) -> Embedding:
        """Run the encoder once."""
        ...

    def predict(
        self, embedding: Embedding, prompts: Prompts, mask_logits: NDArray[np.float32] | None = None
    ) -> Prediction:
        """Run the mask decoder once."""
        ...

    def describe_device(self) -> object:
        """Device, memory and precision; ``str`` of it is for the user."""
        ...

    def describe_model(self) -> object:
        """Weights, and whether every parameter matches; ``str`` of it is for the user."""
        ...


def load_bundled() -> PredictorLike:
    """Load the bundled model on the best device at hand.

    Raises
    ------
    WeightsError
        If the weights are missing or damaged.
    """
    from napari_spinalsam.segmentation.embedding_store import EmbeddingStore
    from napari_spinalsam.segmentation.loading import load_predictor

    return load_predictor(store=EmbeddingStore.of_user())


class Segmenter:
    """Segments slices; thread-safe, so that a worker may embed while the main thread reads.

    Parameters
    ----------
    load : callable
        Makes the predictor when it is first needed; the bundled model by default. For one that is loaded already give
        ``lambda: predictor``.
    capacity : int
        Number of embeddings kept; the one longest unused goes first.

    Attributes
    ----------
    token : object
        Stands for the network, without holding it in memory.
    """

    def __init__(self, load: Callable[[], PredictorLike] = load_bundled, capacity: int = CAPACITY) -> None:
        self.token = object()
        self._load = load
        self._capacity = capacity
        self._predictor: PredictorLike | None = None
        self._embeddings: OrderedDict[tuple[int, SliceKey], Embedding] = OrderedDict()
        self._volumes: WeakKeyDictionary[Volume, int] = WeakKeyDictionary()
        self._numbers = count()
        self._cache_lock = threading.Lock()
        # Held while the network runs: two passes at once would only share the same cores.
        self._network_lock = threading.RLock()

    @property
    def predictor(self) -> PredictorLike:
        """The predictor, loaded on first use.

        Raises
        ------
        WeightsError
            If the weights are missing or damaged.
        """
        with self._network_lock:
            if self._predictor is None:
                self._predictor = self._load()
            return self._predictor

    @property
    def is_loaded(self) -> bool:
        """Whether the predictor is in memory."""
        return self._predictor is not None

    def has(self, volume: Volume, key: SliceKey) -> bool:
        """Whether the embedding of a slice is at hand; never waits for the network."""
        return self._cached(volume, key) is not None

    def embed(self, volume: Volume, key: SliceKey) -> Embedding:
        """Embedding of a slice, from the cache or computed now.

        Raises
        ------
        ImageError
            If the slice is empty or constant.
        WeightsError
            If the weights are missing or damaged.
        """
        cached = self._cached(volume, key)
        if cached is not None:
            return cached
        with self._network_lock:
            cached = self._cached(volume, key)  # another thread may have been faster
            return cached if cached is not None else self._compute(volume, key)

    def segment(
        self,
        volume: Volume,
        key: SliceKey,
        prompts: Prompts,
        previous: NDArray[np.float32] | None = None,
    ) -> Prediction:
        """Candidate masks of a slice.

        Parameters
        ----------
        volume : Volume
        key : SliceKey
        prompts : Prompts
        previous : (1, h, w) float32 or None
            Low-resolution logits of the mask that the prompts correct.

        Raises
        ------
        ImageError
            If the slice is empty or constant.
        PromptError
            If a prompt is not on the slice.
        WeightsError
            If the weights are missing or damaged.
        """
        embedding = self.embed(volume, key)
        with self._network_lock:
            return self.predictor.predict(embedding, prompts, previous)

    def _compute(self, volume: Volume, key: SliceKey) -> Embedding:
        from napari_spinalsam.segmentation.slice_image import model_slice

        predictor = self.predictor
        embedding = predictor.embed(model_slice(volume, key.axis, key.index))
        with self._cache_lock:
            self._embeddings[self._id(volume), key] = embedding
            while len(self._embeddings) > self._capacity:
                self._embeddings.popitem(last=False)
        return embedding

    def _cached(self, volume: Volume, key: SliceKey) -> Embedding | None:
        with self._cache_lock:
            name = (self._id(volume), key)
            if name not in self._embeddings:
                return None
            self._embeddings.move_to_end(name)
            return self._embeddings[name]

    def _id(self, volume: Volume) -> int:
        # Not id(volume): Python gives the id of a volume that is gone to the next one.
        if volume not in self._volumes:
            self._volumes[volume] = next(self._numbers)
        return self._volumes[volume]
