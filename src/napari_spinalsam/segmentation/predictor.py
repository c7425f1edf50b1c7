"""Prompted segmentation of a slice: embed it once, prompt it many times (Kirillov et al. 2023, Segment Anything)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from napari_spinalsam.errors import PromptError
from napari_spinalsam.network.attention import install_fused_attention
from napari_spinalsam.segmentation.close_up import close_up_frame
from napari_spinalsam.segmentation.dense_prompt import add_to_previous
from napari_spinalsam.segmentation.device import DeviceReport, choose_device, choose_precision, describe_device
from napari_spinalsam.segmentation.embedding_store import EmbeddingStore, embedding_key
from napari_spinalsam.segmentation.input_frame import InputFrame, frame_slice
from napari_spinalsam.segmentation.model import ModelReport, NetworkInput, WeightsSource
from napari_spinalsam.segmentation.prompt_encoding import boxes_in_input, clicks_in_input, encode_prompts
from napari_spinalsam.segmentation.prompts import Prompts, check_prompts
from napari_spinalsam.segmentation.slice_image import SliceImage
from napari_spinalsam.segmentation.structures import Structure, structures
from napari_spinalsam.segmentation.tidy import tidy
from napari_spinalsam.weights import sha256_of

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

#: Candidate masks that a prediction has at most.
MAX_CANDIDATES: Final = 3


@dataclass(frozen=True, eq=False)
class Embedding:
    """A slice as the image encoder sees it, to be prompted many times.

    Parameters
    ----------
    features : (1, C, h, w) float32 tensor
    frame : InputFrame
        How the slice lies in the network's input.
    grey : (rows, columns) float32 or None
        Grey levels 0..1 of the slice, for networks that look closer at small boxes; None for others.
    close_ups : dict of InputFrame to Embedding
        Enlarged parts of the slice, embedded when a box in them is first answered.
    """

    features: Tensor
    frame: InputFrame
    grey: NDArray[np.float32] | None = None
    close_ups: dict[InputFrame, Embedding] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the slice."""
        return self.frame.shape


@dataclass(frozen=True, slots=True)
class _View:
    """What a structure is answered from, its prompts that lie there, and whether earlier answers to its box do too."""

    embedding: Embedding
    structure: Structure
    keeps_place: bool


@dataclass(frozen=True, eq=False)
class Prediction:
    """Masks for one set of prompts.

    Parameters
    ----------
    masks : (n, rows, columns) bool
        At most `MAX_CANDIDATES` candidates, best first. With several boxes there is one: the union of the best mask of
        every box.
    predicted_iou : (n,) float32
        The network's own estimate of each candidate's IoU; with several boxes, the mean over the boxes.
    low_res_logits : (n, h, w) float32
        What the network takes as mask prompt, to refine a candidate by further clicks.
    parts : tuple of (rows, columns) bool
        The best mask of every structure: one a box, in the boxes' order, else the best candidate.
    """

    masks: NDArray[np.bool_]
    predicted_iou: NDArray[np.float32]
    low_res_logits: NDArray[np.float32]
    parts: tuple[NDArray[np.bool_], ...]


class Predictor:
    """A network on a device.

    Parameters
    ----------
    sam : Sam
        The network with its weights. It is taken over: moved to the device, its attention replaced by the faster one,
        and its image encoder's matrices and its mask decoder kept in the device's own number format.
    network_input : NetworkInput
    source : WeightsSource
    device : str, optional
        The best at hand by default.
    store : EmbeddingStore, optional
        Where embeddings are kept from one session to the next; nowhere by default.

    Raises
    ------
    ConfigError
        If there is no such device.
    """

    def __init__(
        self,
        sam: Sam,
        network_input: NetworkInput,
        source: WeightsSource,
        device: str | None = None,
        store: EmbeddingStore | None = None,
    ) -> None:
        self.device = choose_device(device)
        self.precision = choose_precision(self.device)
        self.network_input = network_input
        self.source = source
        self._store = store
        self._sam = sam.eval().requires_grad_(requires_grad=False).to(self.device)
        install_fused_attention(self._sam.image_encoder)
        _keep_matrices_in(self.precision, self._sam.image_encoder)
        self._sam.mask_decoder.to(self.precision)

    @property
    def input_size(self) -> int:
        """Side of the network's square input, in pixels."""
        return int(self._sam.image_encoder.img_size)

    @cached_property
    def weights_id(self) -> str:
        """SHA-256 of the weights file: names the network wherever embeddings are kept."""
        return sha256_of(self.source.path)

    def describe_device(self) -> DeviceReport:
        """Device, memory and precision."""
        return describe_device(self.device, self.precision)

    def describe_model(self) -> ModelReport:
        """Which weights are loaded, and whether every parameter matches."""
        parameters = sum(tensor.numel() for tensor in self._sam.state_dict().values())
        source = self.source
        return ModelReport(source.name, source.path, self.weights_id, parameters, self.input_size, source.comparison)

    @torch.inference_mode()
    def embed(self, image: SliceImage) -> Embedding:
        """Run the image encoder, the slow part.

        Raises
        ------
        ImageError
            If the slice shows nothing in the model's window.
        """
        grey = image.grey(self.network_input.window)
        frame = frame_slice(grey, image.spacing, self.input_size)
        kept = grey if self.network_input.close_ups else None
        return Embedding(self._encode(grey, frame), frame, kept)

    def _encode(self, grey: NDArray[np.float32], frame: InputFrame) -> Tensor:
        """Features of a slice or a part of it: from the store, or computed now and stored."""
        if self._store is None:
            return self._run_encoder(grey, frame)
        key = embedding_key(grey, frame, self.weights_id, str(self.precision))
        stored = self._store.load(key)
        if stored is not None and stored.shape == self._features_shape and stored.dtype == np.float32:
            return torch.from_numpy(stored).to(self.device)
        features = self._run_encoder(grey, frame)
        self._store.save(key, _numpy(features))
        return features

    @cached_property
    def _image_positions(self) -> Tensor:
        """Positional encoding of the embedding's cells, the same for every prompt."""
        positions: Tensor = self._sam.prompt_encoder.get_dense_pe()
        return positions.to(self.precision)

    @property
    def _features_shape(self) -> tuple[int, ...]:
        rows, columns = self._sam.prompt_encoder.image_embedding_size
        return 1, int(self._sam.prompt_encoder.embed_dim), rows, columns

    def _run_encoder(self, grey: NDArray[np.float32], frame: InputFrame) -> Tensor:
        pixels = self._sam.preprocess(frame.resample(grey).to(self.device))[None]
        lower = self.precision != torch.float32
        with torch.autocast(self.device.type, dtype=self.precision if lower else None, enabled=lower):
            features: Tensor = self._sam.image_encoder(pixels)
        return features.float()

    def _closest(self, embedding: Embedding, structure: Structure) -> _View:
        """Where to answer a structure's prompts: on the slice, or on an enlarged part of it round a small box.

        The part is embedded now if it has not been. With a positive click outside of it the whole slice is the better
        view; a negative one there says nothing about the structure, and is left out.
        """
        if embedding.grey is None or structure.box is None:
            return _View(embedding, structure, keeps_place=True)
        frame = close_up_frame(embedding.frame, structure.box)
        if frame is None:
            return _View(embedding, structure, keeps_place=True)
        inside = tuple(point for point in structure.points if frame.shows(point.x, point.y))
        if any(point.positive for point in structure.points if point not in inside):
            return _View(embedding, structure, keeps_place=False)
        if frame not in embedding.close_ups:
            embedding.close_ups[frame] = Embedding(self._encode(embedding.grey, frame), frame)
        return _View(embedding.close_ups[frame], Structure(structure.box, inside), keeps_place=True)

    @torch.inference_mode()
    def predict(
        self, embedding: Embedding, prompts: Prompts, mask_logits: NDArray[np.float32] | None = None
    ) -> Prediction:
        """Run the mask decoder, the quick part.

        Every box is one structure; points refine the structure whose box they lie in or next to, see
        `segmentation.structures`.

        Parameters
        ----------
        embedding : Embedding
        prompts : Prompts
            In pixels of the slice.
        mask_logits : (1, h, w) float32, optional
            One of an earlier prediction's `low_res_logits`: the mask to correct. All earlier prompts go with it again.

        Raises
        ------
        PromptError
            If there are no prompts, one is not on the slice, all are negative points with nothing to take away from, or
            `mask_logits` is of another network.
        """
        check_prompts(prompts, embedding.shape)
        wanted = structures(prompts)
        previous = self._mask_prompt(mask_logits)
        if not any(each.box or previous is not None or _has_positive(each) for each in wanted):
            raise PromptError("The prompts say nothing of what to segment", "Add a box or a positive point")
        if len(wanted) == 1:
            return self._candidates(embedding, wanted[0], previous)
        return self._union(embedding, wanted, previous)

    def _candidates(self, embedding: Embedding, structure: Structure, previous: Tensor | None) -> Prediction:
        view = self._closest(embedding, structure)
        previous = previous if view.keeps_place else None
        logits, iou = self._decode(view.embedding, [view.structure], previous)
        order = _best_first(iou[0], ambiguous=_is_ambiguous(structure) and previous is None)
        logits, iou = logits[0, order], iou[0, order]
        masks = np.stack([self._tidied(mask, structure) for mask in _to_masks(view.embedding.frame, logits)])
        return Prediction(masks, _numpy(iou), _numpy(logits), (masks[0],))

    def _union(self, embedding: Embedding, wanted: Sequence[Structure], previous: Tensor | None) -> Prediction:
        views = [
            self._closest(embedding, each) if previous is None else _View(embedding, each, keeps_place=True)
            for each in wanted
        ]
        whole = torch.empty(len(wanted), *embedding.shape)
        best_iou = torch.zeros(len(wanted))
        batches: dict[tuple[InputFrame, int], list[int]] = {}  # a batch has one view and equally many clicks a row
        for i, view in enumerate(views):
            batches.setdefault((view.embedding.frame, len(view.structure.points)), []).append(i)
        for indices in batches.values():
            seen = views[indices[0]].embedding
            logits, iou = self._decode(seen, [views[i].structure for i in indices], previous)
            whole[indices] = seen.frame.logits_to_slice(logits[:, 0]).cpu()
            best_iou[indices] = iou[:, 0].cpu()
        parts = [self._tidied(mask, each) for mask, each in zip((whole > 0).numpy(), wanted, strict=True)]
        cells = self._sam.prompt_encoder.mask_input_size[0]
        either = embedding.frame.logits_to_input(whole.amax(0, keepdim=True), cells)
        return Prediction(
            np.any(parts, axis=0, keepdims=True), _numpy(best_iou.mean(0, keepdim=True)), _numpy(either), tuple(parts)
        )

    def _tidied(self, mask: NDArray[np.bool_], structure: Structure) -> NDArray[np.bool_]:
        """Without specks from this project's own networks; the masks of others are those of segment_anything."""
        return tidy(mask, structure.points) if self.network_input.dense_prompts else mask

    def _decode(self, embedding: Embedding, group: list[Structure], previous: Tensor | None) -> tuple[Tensor, Tensor]:
        """Logits (n, tokens, h, w) and predicted IoU (n, tokens) of every mask token, SAM's single mask first.

        A network that was trained on drawn prompts gets its answer to a box once more, as a mask to correct: its first
        mask starts from the box's rectangle, and the second look straightens what is left of that.
        """
        boxes = boxes_in_input(group, embedding.frame, self.device)
        points, labels = clicks_in_input(group, embedding.frame, self.device)
        if previous is not None:
            previous = previous.expand(len(group), -1, -1, -1)
        elif boxes is not None and self.network_input.dense_prompts:
            first, _ = self._decode_once(embedding, boxes, points, labels, None)
            previous = first[:, :1]
        return self._decode_once(embedding, boxes, points, labels, previous)

    def _decode_once(
        self, embedding: Embedding, boxes: Tensor | None, points: Tensor, labels: Tensor, previous: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        dense = self.network_input.dense_prompts
        sparse, dense_embedding = encode_prompts(self._sam, boxes, points, labels, previous, dense=dense)
        logits, iou = self._sam.mask_decoder.predict_masks(
            image_embeddings=embedding.features.to(self.precision),
            image_pe=self._image_positions,
            sparse_prompt_embeddings=sparse.to(self.precision),
            dense_prompt_embeddings=dense_embedding.to(self.precision),
        )
        logits, iou = logits.float(), iou.float()
        if dense and previous is not None:
            logits = add_to_previous(logits, previous)
        return logits, iou

    def _mask_prompt(self, mask_logits: NDArray[np.float32] | None) -> Tensor | None:
        if mask_logits is None:
            return None
        wanted = (1, *self._sam.prompt_encoder.mask_input_size)
        if mask_logits.shape != wanted:
            raise PromptError(
                f"The mask to correct has shape {mask_logits.shape} instead of {wanted}",
                "Segment again with this model first",
            )
        return torch.from_numpy(np.array(mask_logits, dtype=np.float32))[None].to(self.device)


def _keep_matrices_in(precision: torch.dtype, encoder: nn.Module) -> None:
    """Convert once what autocast would convert in every pass; sums and norms stay in float32."""
    for module in encoder.modules():
        if isinstance(module, nn.Linear | nn.Conv2d):
            module.to(precision)


def _has_positive(structure: Structure) -> bool:
    return any(point.positive for point in structure.points)


def _is_ambiguous(structure: Structure) -> bool:
    """Whether one click is all there is: part, whole or all of it may be meant (Kirillov et al. 2023, section 3)."""
    return structure.box is None and len(structure.points) == 1


def _best_first(iou: Tensor, *, ambiguous: bool) -> list[int]:
    """Order the mask tokens of one structure, given their predicted IoU.

    For a single click the three candidates by their predicted IoU. For everything else SAM's single-mask token, which
    is trained for that, then the better ones of the others.
    """
    others = sorted(range(1, len(iou)), key=lambda token: -float(iou[token]))
    return (others if ambiguous and others else [0, *others])[:MAX_CANDIDATES]


def _to_masks(frame: InputFrame, logits: Tensor) -> NDArray[np.bool_]:
    masks: NDArray[np.bool_] = (frame.logits_to_slice(logits) > 0).cpu().numpy()
    return masks


def _numpy(tensor: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = tensor.float().cpu().numpy()
    return array
