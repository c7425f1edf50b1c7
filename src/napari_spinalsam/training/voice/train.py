"""Training of the voice model: synthesise, distort, fit, write.

``python -m napari_spinalsam.training.voice --out DIR``; needs espeak-ng, flite, festival and two festival voices
(Debian: espeak-ng flite festival festvox-kallpc16k festvox-us-slt-hts), ttspico and praat-parselmouth (pip).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import torch

from napari_spinalsam.training.voice import corpus, decoding_graph, patterns
from napari_spinalsam.training.voice.alignment import aligned
from napari_spinalsam.training.voice.corpus import CorpusSize
from napari_spinalsam.training.voice.examples import Examples, make_examples
from napari_spinalsam.training.voice.fitting import FitConfig, fit
from napari_spinalsam.training.voice.lexicon import Lexicon, harvest
from napari_spinalsam.training.voice.model_folder import write_acoustic_model, write_graphs
from napari_spinalsam.training.voice.nnet3_file import read_layers
from napari_spinalsam.training.voice.phones import PHONES, SPEECH
from napari_spinalsam.training.voice.synthesis.utterance import Utterance
from napari_spinalsam.training.voice.voices import ACCENTS

_EXAMPLES: Final = "examples.npz"
_LEXICON: Final = "lexicon.json"
_BIGRAM: Final = "bigram.npy"
#: Phrases that the lexicon's weak forms, and sentences that the bigram of phones, are heard from.
_LEXICON_PHRASES: Final = 160
_BIGRAM_SENTENCES: Final = 1000
#: Share of the corpus, and passes over it, that the network learns from which aligns untimed voices.
_ALIGNER_SHARE: Final = 0.2
_ALIGNER_PASSES: Final = 12


def train(out: Path, size: CorpusSize, config: FitConfig, copies: int, seed: int, start: Path | None = None) -> Path:
    """Make the model in ``out/model``; what is there of an earlier run's corpus and lexicon is used again.

    ``start`` is an earlier model to go on from.
    """
    out.mkdir(parents=True, exist_ok=True)
    lexicon, bigram = _lexicon(out, seed), _bigram(out)
    examples = _examples(out, size, copies, seed)
    _say(f"{len(examples.labels) * 0.03 / 3600:.2f} hours of distorted speech, {len(examples.starts)} examples")
    network = fit(examples, config, None if start is None else read_layers(start / "am" / "final.mdl"))
    write_acoustic_model(out / "model", network.folded(), examples.priors(len(PHONES)))
    write_graphs(out / "model", lexicon, bigram, patterns.vocabulary())
    return out / "model"


def _examples(out: Path, size: CorpusSize, copies: int, seed: int) -> Examples:
    path = out / _EXAMPLES
    if not path.exists():
        spoken = chain(corpus.speak_training(size, seed), _aligned(size, seed))
        make_examples(spoken, copies, np.random.default_rng(seed)).save(path)
    return Examples.load(path)


def _aligned(size: CorpusSize, seed: int) -> Iterator[Utterance]:
    """Speak with the voices that tell no times; a network that learnt from a part of the others aligns them."""
    timed = make_examples(corpus.speak_training(size.part(_ALIGNER_SHARE), seed), 2, np.random.default_rng(seed))
    network, priors = fit(timed, FitConfig(passes=_ALIGNER_PASSES, seed=seed)), timed.priors(len(PHONES))
    for utterance, phones in corpus.speak_untimed(size, seed):
        if (placed := aligned(utterance, phones, network, priors)) is not None:
            yield placed


def _lexicon(out: Path, seed: int) -> Lexicon:
    path = out / _LEXICON
    if not path.exists():
        sampler = patterns.PhraseSampler(seed)
        phrases = [sampler.command() for _ in range(_LEXICON_PHRASES)]
        made = harvest(patterns.vocabulary(), phrases, corpus.espeak(), ACCENTS, ("awb",))
        written = {word: {" ".join(phones): share for phones, share in ways.items()} for word, ways in made.items()}
        path.write_text(json.dumps(written, indent=1))
    read = json.loads(path.read_text())
    return {word: {tuple(phones.split()): share for phones, share in ways.items()} for word, ways in read.items()}


def _bigram(out: Path) -> np.ndarray:
    path = out / _BIGRAM
    if not path.exists():
        sentences = corpus.other_english(held_out=False)
        spoken = [
            [phone for phone in phones if phone in SPEECH]
            for sentence in sentences[:: max(1, len(sentences) // _BIGRAM_SENTENCES)]
            for _, phones in corpus.espeak().pronunciations(sentence, ACCENTS[0])
        ]
        np.save(path, decoding_graph.phone_bigram(spoken))
    return np.asarray(np.load(path))


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m napari_spinalsam.training.voice", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the corpus and the model")
    parser.add_argument("--passes", type=int, default=FitConfig.passes, help="over all examples")
    parser.add_argument("--width", type=int, default=FitConfig.width, help="units of a layer")
    parser.add_argument("--copies", type=int, default=3, help="distorted copies of every utterance")
    parser.add_argument("--start", type=Path, help="model to go on from")
    parser.add_argument("--learning-rate", type=float, default=FitConfig.learning_rate)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1, help="of torch")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    config = FitConfig(arguments.width, FitConfig.batch, arguments.passes, arguments.learning_rate, arguments.seed)
    made = train(arguments.out, CorpusSize(), config, arguments.copies, arguments.seed, arguments.start)
    _say(f"written to {made}")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
