"""Tokenizer of the answers: the first tokens alone, where a model knows words that only sentences need."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def without_later_tokens(tokenizer: Tokenizer, count: int) -> Tokenizer:
    """Leave out all tokens from number ``count`` on, and the merges that lead to them.

    Parameters
    ----------
    tokenizer : tokenizers.Tokenizer
        Byte-level BPE.
    count : int
        Tokens that are left; above 256 for any text to be written.
    """
    from tokenizers import Tokenizer

    state: dict[str, Any] = json.loads(tokenizer.to_str())
    model = state["model"]
    model["vocab"] = {token: number for token, number in model["vocab"].items() if number < count}
    model["merges"] = [pair for pair in model["merges"] if {*pair, "".join(pair)} <= model["vocab"].keys()]
    return Tokenizer.from_str(json.dumps(state))
