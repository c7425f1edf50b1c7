"""``napari-spinalsam train-parser``: train the command model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

#: Words that vectors are read of: the phrases have rare ones.
_WORDS = 60_000


def train_parser(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write the model to.")],
    minutes: Annotated[float, typer.Option(min=0.01, help="How long to train from scratch.")] = 40.0,
    start: Annotated[Path | None, typer.Option(help="Go on from this command model.")] = None,
    vectors: Annotated[Path | None, typer.Option(help="Word vectors, a word and its numbers a line.")] = None,
    remarks: Annotated[Path | None, typer.Option(help="More sentences that are no orders, one a line.")] = None,
    rate: Annotated[float, typer.Option(min=1e-6, help="Highest learning rate.")] = 2e-3,
    base: Annotated[Path | None, typer.Option(help="Adapt this big model by LoRA instead.")] = None,
    rank: Annotated[int, typer.Option(min=1, help="Rank of the LoRA updates.")] = 8,
    steps: Annotated[int, typer.Option(min=1, help="Steps of the adaptation.")] = 600,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 2,
    seed: int = 0,
) -> None:
    """Train the small command model from scratch, or adapt a big one, on the phrases of this package."""
    from napari_spinalsam.commands.language_model.loading import require_extra

    require_extra()
    import torch

    torch.set_num_threads(threads)
    if base is not None:
        from napari_spinalsam.training.parser.adaptation import AdaptationConfig, adapt

        adapt(base, out, AdaptationConfig(rank=rank, steps=steps, seed=seed))
    else:
        from napari_spinalsam.training.parser.scratch import ParserConfig, train_from_scratch
        from napari_spinalsam.training.parser.word_vectors import read_word_vectors

        known = None if vectors is None else read_word_vectors(vectors, _WORDS)
        sentences = () if remarks is None else remarks.read_text(encoding="utf-8").splitlines()
        config = ParserConfig(minutes=minutes, seed=seed, learning_rate=rate)
        train_from_scratch(config, out, start, known, sentences)
    typer.echo(out)
