"""How many parameters a network has, which of them are trained, and whether adapting it changed what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

LORA: Final = "LoRA"
CBAM: Final = "CBAM"
_PARTS: Final = {
    "image_encoder": "image encoder",
    "prompt_encoder": "prompt encoder",
    "mask_decoder": "mask decoder",
}


@dataclass(frozen=True, slots=True)
class PartCount:
    """Numbers in one part of a network: all of them, and those that are trained."""

    name: str
    total: int
    trainable: int


@dataclass(frozen=True, slots=True)
class ParameterReport:
    """Parameters of a network by part; ``str`` of it is a Markdown table.

    Parameters
    ----------
    parts : tuple of PartCount
        Image encoder, LoRA, CBAM, prompt encoder, mask decoder, as far as the network has them.
    """

    parts: tuple[PartCount, ...]

    @property
    def total(self) -> int:
        """Numbers in the network."""
        return sum(part.total for part in self.parts)

    @property
    def trainable(self) -> int:
        """Numbers that are trained."""
        return sum(part.trainable for part in self.parts)

    def __str__(self) -> str:
        rows = [*self.parts, PartCount("total", self.total, self.trainable)]
        lines = ["| part | parameters | trainable | share |", "| --- | ---: | ---: | ---: |"]
        lines += [f"| {r.name} | {r.total:,} | {r.trainable:,} | {r.trainable / max(r.total, 1):.2%} |" for r in rows]
        return "\n".join(lines)


def parameter_report(sam: Sam) -> ParameterReport:
    """Count the parameters of a network, adapted or not.

    SAM's fixed position code, which is a buffer, is not counted.
    """
    total: dict[str, int] = {}
    trainable: dict[str, int] = {}
    for name, parameter in sam.named_parameters():
        part = _part_of(name)
        total[part] = total.get(part, 0) + parameter.numel()
        trainable[part] = trainable.get(part, 0) + parameter.numel() * parameter.requires_grad
    order = ("image encoder", LORA, CBAM, "prompt encoder", "mask decoder")
    return ParameterReport(tuple(PartCount(part, total[part], trainable[part]) for part in order if part in total))


@dataclass(frozen=True, slots=True)
class Difference:
    """Greatest absolute difference of two networks' answers; 0 means that they are equal bit for bit.

    Parameters
    ----------
    embedding, logits : float
        Of the image embeddings and of the mask logits.
    """

    embedding: float
    logits: float

    @property
    def equal(self) -> bool:
        """Whether everything was the same bit for bit."""
        return self.embedding == 0 and self.logits == 0

    def __str__(self) -> str:
        if self.equal:
            return "equal bit for bit"
        return f"embedding within {self.embedding:.1e}, mask logits within {self.logits:.1e}"


@torch.inference_mode()
def forward_answers(sam: Sam, images: Tensor) -> tuple[Tensor, Tensor]:
    """Embed images and prompt each with a box over its middle.

    Parameters
    ----------
    sam : Sam
    images : (n, 3, size, size) float32 tensor
        Normalised, as the image encoder takes them.

    Returns
    -------
    embeddings, logits : (n, channels, h, w) and (n, tokens, 4h, 4w) tensors
    """
    size = images.shape[-1]
    box = torch.tensor([[size / 4, size / 4, 3 * size / 4, 3 * size / 4]], device=images.device)
    embeddings = sam.image_encoder(images)
    sparse, dense = sam.prompt_encoder(points=None, boxes=box, masks=None)
    positions = sam.prompt_encoder.get_dense_pe()
    logits = [sam.mask_decoder.predict_masks(each[None], positions, sparse, dense)[0] for each in embeddings]
    return embeddings, torch.cat(logits)


def difference(one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor]) -> Difference:
    """Compare two networks' `forward_answers` to the same images."""
    embedding, logits = (float((a - b).abs().max()) for a, b in zip(one, other, strict=True))
    return Difference(embedding, logits)


def _part_of(name: str) -> str:
    if ".lora_" in name:
        return LORA
    if ".cbam." in name:
        return CBAM
    return _PARTS[name.partition(".")[0]]
