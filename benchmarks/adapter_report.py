"""Prove that adapters begin as nothing and merge without a trace, on a network of full size.

    python benchmarks/adapter_report.py --model vit_b

Prints the table of parameters, the greatest difference to plain SAM at the start, and the greatest difference that
merging makes after the adapters were given random values. No checkpoint is needed: random weights do as well.
"""

from __future__ import annotations

import argparse
import sys
import time

import torch

from napari_spinalsam.network.adapter import AdapterConfig, CbamSettings, LoraSettings, apply_adapters, merge_adapters
from napari_spinalsam.network.attention import install_fused_attention
from napari_spinalsam.network.build import MODEL_TYPES, build_sam
from napari_spinalsam.network.parameter_report import difference, forward_answers, parameter_report
from napari_spinalsam.network.small import SmallSamConfig, build_small_sam
from napari_spinalsam.peak_memory import peak_memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=("small", *MODEL_TYPES), default="vit_b")
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--stock-attention", action="store_true", help="Meta's own attention instead of the fused one")
    arguments = parser.parse_args()

    torch.manual_seed(0)
    small = arguments.model == "small"
    sam = build_small_sam(SmallSamConfig()).eval() if small else build_sam(arguments.model)
    for block in sam.image_encoder.blocks:  # these start as zeros, which would hide them
        torch.nn.init.normal_(block.attn.rel_pos_h, std=0.02)
        torch.nn.init.normal_(block.attn.rel_pos_w, std=0.02)
    if not arguments.stock_attention:
        install_fused_attention(sam.image_encoder)
    images = torch.randn(1, 3, sam.image_encoder.img_size, sam.image_encoder.img_size)
    plain = forward_answers(sam, images)

    config = AdapterConfig(
        lora=LoraSettings(rank=arguments.rank, alpha=2 * arguments.rank, proj=True), cbam=CbamSettings(blocks=(0, 2))
    )
    start = time.perf_counter()
    config = apply_adapters(sam, config)
    seconds = time.perf_counter() - start
    sys.stdout.write(f"{arguments.model}: {config}; base weights SHA-256 {config.base_sha256[:12]}…\n\n")
    sys.stdout.write(f"{parameter_report(sam)}\n\n")
    sys.stdout.write(
        f"at initialisation, against plain SAM: {difference(plain, forward_answers(sam.eval(), images))}\n"
    )

    with torch.no_grad():
        for name, parameter in sam.image_encoder.named_parameters():
            if parameter.requires_grad:
                parameter.normal_(std=0.3 if name.endswith("gate") else 0.02)
    adapted = forward_answers(sam, images)
    sys.stdout.write(f"with random adapters, against plain SAM: {difference(plain, adapted)}\n")
    merge_adapters(sam)
    sys.stdout.write(f"merged, against not merged: {difference(adapted, forward_answers(sam, images))}\n")
    peak = (peak_memory() or 0) / 2**30
    sys.stdout.write(f"putting the adapters on took {seconds:.1f} s; peak memory {peak:.1f} GiB\n")


if __name__ == "__main__":
    main()
