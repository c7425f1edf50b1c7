"""The prompt around a sentence: a prefix that never changes, the sentence as plain data, and the opening of the answer.

Two styles, told by ``command_prompt`` in the model's ``config.json``:

- ``"catalogue"`` (the default, any chat model): the system prompt explains the answer language;
- ``"plain"`` (models trained on this project's phrases): no system prompt, and the sentence in a plain spelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from napari_spinalsam.commands.language_model.answer import WORDS
from napari_spinalsam.errors import ConfigError

Style = Literal["catalogue", "plain"]
#: Put before a sentence in the plain style: its first word is then the token that it is elsewhere.
OPENING: Final = " "
#: Stands for the sentence while the chat template is applied.
_SENTINEL: Final = "@@sentence@@"
THINK_OPEN: Final = "<think>"
THINK_CLOSE: Final = "</think>"

_HINTS: Final[dict[str, str]] = {
    "OPEN_IMAGE": "open [#1]: open an image",
    "ADD_POINTS": "point [negative] [3 | at 10 20, 30 40 | cell C4 | here]: add prompt points",
    "ADD_BOX": "box [at 10 20 30 40 | B2 to E5]: add a prompt box",
    "SEGMENT_POINTS": "segment points: make the mask from points",
    "SEGMENT_BOX": "segment box: make the mask from the box",
    "CLEAR_POINTS": "clear points | clear boxes | clear all: remove prompts",
    "PREVIOUS_SLICE": "back [3]: earlier slice",
    "NEXT_SLICE": "forward [3]: later slice",
    "CHECK_DEVICE": "device: GPU status",
    "CHECK_MODEL": "weights: verify the model's parameters",
    "HELP": "help: what can be said",
    "UNDO": "undo [2]",
    "REDO": "redo [2]",
    "ACCEPT_MASK": "accept: keep the mask",
    "REJECT_MASK": "reject: discard the mask",
    "CHOOSE_MASK": "choose 2: another candidate mask",
    "SET_LABEL": "label L3: current label",
    "GO_TO_SLICE": "goto 42 | goto first | goto middle | goto last",
    "SET_VIEW": "view axial | coronal | sagittal | 3d",
    "SET_WINDOW": "window bone | soft_tissue | lung | full | level 40 width 400",
    "SHOW": "show mask | labels | points | boxes | image | grid",
    "HIDE": "hide mask | labels | points | boxes | image | grid",
    "ZOOM": "zoom in | out | reset | C4",
    "NEXT_LEVEL": "below: next vertebra",
    "PREVIOUS_LEVEL": "above: previous vertebra",
    "REVIEW": 'review approved | flagged | comment [L4] ["text"]',
    "PROPAGATE": "propagate [forward | backward] [10] [to 80]: track the mask through slices",
    "STOP": "stop: cancel the running job",
    "SAVE_LABELS": "save [#1]: write the labels",
    "MEASURE": "measure [L3]: volume and size",
    "EVALUATE": "evaluate: compare with ground truth",
    "START_LISTENING": "listen: microphone on",
    "STOP_LISTENING": "mute: microphone off",
    "REPEAT": "repeat: say it again",
    "CONFIRM": "yes",
    "CANCEL": "no",
}
_EXAMPLES: Final = (
    ("add three points and generate the mask", "point 3; segment points"),
    ("skip ahead ten", "forward 10"),
    ("I can't see the bone well", "window bone"),
    ("label L3, looks good, keep it", "label L3; accept"),
    ("上一张", "back"),
    ("there is a fracture of L1", "none"),
    ("don't delete anything", "none"),
    ("what does undo do", "none"),
)


def catalogue_prompt() -> str:
    """Write the system prompt: the answer language in its own words, with examples."""
    hints = "\n".join(_HINTS[code] for code in WORDS if code in _HINTS)
    examples = "\n".join(f"{said} => {answer}" for said, answer in _EXAMPLES)
    return (
        "Translate what the user of a spine CT viewer says into commands, in order, joined by '; '. "
        "Dictation, small talk, questions and negated wishes are no commands: answer none.\n"
        f"{hints}\n{examples}"
    )


@dataclass(frozen=True)
class PromptFrame:
    """Token ids before and after the sentence, what is put before it, and the strings that it must not contain."""

    prefix: tuple[int, ...]
    suffix: tuple[int, ...]
    forbidden: tuple[str, ...]
    opening: str = ""


def make_frame(tokenizer: Any, style: Style, *, think: bool) -> PromptFrame:
    """Make the prompt's two fixed parts for this tokenizer and its chat template.

    Raises
    ------
    ConfigError
        If the tokenizer has no chat template, or one that drops the sentence.
    """
    messages = [{"role": "user", "content": _SENTINEL}]
    if style == "catalogue":
        messages.insert(0, {"role": "system", "content": catalogue_prompt()})
    if not tokenizer.chat_template:
        raise ConfigError("The language model has no chat template", "Choose a chat or instruct model")
    rendered = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    before, sentinel, after = rendered.partition(_SENTINEL)
    if not sentinel:
        raise ConfigError("The language model's chat template drops the sentence", "Choose another model folder")
    return PromptFrame(
        prefix=tuple(tokenizer.encode(before, add_special_tokens=False)),
        suffix=tuple(tokenizer.encode(_open_answer(tokenizer, after, think=think), add_special_tokens=False)),
        forbidden=tuple(sorted(tokenizer.get_added_vocab(), key=len, reverse=True)),
        opening=OPENING if style == "plain" else "",
    )


def _open_answer(tokenizer: Any, after: str, *, think: bool) -> str:
    """Write the end of the prompt; thoughts are opened, and closed at once unless the model may think."""
    if THINK_CLOSE not in tokenizer.get_added_vocab():
        return after
    opened = after if after.rstrip().endswith(THINK_OPEN) else f"{after}{THINK_OPEN}\n"
    return opened if think else f"{opened.rstrip()}\n\n{THINK_CLOSE}\n\n"


def encode_sentence(tokenizer: Any, frame: PromptFrame, sentence: str) -> list[int]:
    """Token ids of the sentence, which is data: special tokens written in it lose their meaning.

    Their angle brackets and bars become look-alikes, again until none is left, before the tokenizer sees them; what it
    would still take for a special token is dropped.
    """
    for token in frame.forbidden:
        if token and token in sentence:
            sentence = sentence.replace(token, token.replace("<", "‹").replace(">", "›").replace("|", "¦"))
            sentence = sentence.replace(token, " ")
    special = set(tokenizer.get_added_vocab().values())
    ids = tokenizer.encode(frame.opening + sentence, add_special_tokens=False, split_special_tokens=True)
    return [i for i in ids if i not in special]
