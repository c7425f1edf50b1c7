"""A folder that Vosk loads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.training.voice import decoding_graph
from napari_spinalsam.training.voice.acoustic_model import AffineLayer
from napari_spinalsam.training.voice.features import SUBSAMPLING, mfcc_configuration
from napari_spinalsam.training.voice.fst_file import Fst, write_fst
from napari_spinalsam.training.voice.lexicon import Lexicon
from napari_spinalsam.training.voice.nnet3_file import write_model
from napari_spinalsam.training.voice.patterns import command_grammar
from napari_spinalsam.training.voice.phones import NOISE, SILENCE, phone_ids, word_boundaries

#: Kaldi's beams, and when an utterance has ended: after half a second without speech.
_DECODING: Final = (
    "--min-active=200",
    "--max-active=3000",
    "--beam=11.0",
    "--lattice-beam=3.0",
    "--acoustic-scale=1.0",
    f"--frame-subsampling-factor={SUBSAMPLING}",
    "--endpoint.rule2.min-trailing-silence=0.5",
    "--endpoint.rule3.min-trailing-silence=0.75",
    "--endpoint.rule4.min-trailing-silence=1.0",
)


def write_acoustic_model(folder: Path, layers: Sequence[AffineLayer], priors: NDArray[np.float32]) -> None:
    """Write ``am/`` and ``conf/``."""
    (folder / "am").mkdir(parents=True, exist_ok=True)
    (folder / "conf").mkdir(exist_ok=True)
    write_model(folder / "am" / "final.mdl", layers, priors)
    (folder / "conf" / "mfcc.conf").write_text(mfcc_configuration())
    ids = phone_ids()
    silence = f"--endpoint.silence-phones={ids[SILENCE]}:{ids[NOISE]}"
    (folder / "conf" / "model.conf").write_text("\n".join([*_DECODING, silence]) + "\n")


def write_graphs(folder: Path, lexicon: Lexicon, bigram: NDArray[np.float64], vocabulary: Sequence[str]) -> None:
    """Write ``graph/`` with the command grammar."""
    words = decoding_graph.number_words(vocabulary)
    write_graph_files(
        folder, decoding_graph.sound_graph(lexicon, words, bigram), decoding_graph.command_graph(words), words
    )
    (folder / "graph" / "commands.txt").write_text(command_grammar(), encoding="utf-8")


def write_graph_files(folder: Path, sounds: Fst, grammar: Fst, words: Mapping[str, int]) -> None:
    """Write any two transducers with what belongs to them."""
    graph = folder / "graph"
    (graph / "phones").mkdir(parents=True, exist_ok=True)
    write_fst(graph / "HCLr.fst", sounds)
    write_fst(graph / "Gr.fst", grammar)
    (graph / "words.txt").write_text("".join(f"{word} {number}\n" for word, number in words.items()))
    (graph / "disambig_tid.int").write_text("")  # Vosk wants the file; there are no disambiguation symbols
    (graph / "phones" / "word_boundary.int").write_text(word_boundaries())
