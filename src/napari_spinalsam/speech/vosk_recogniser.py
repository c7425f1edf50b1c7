"""Vosk as the recogniser: streaming, offline, with a phrase list that changes with the situation.

See the Vosk API (https://alphacephei.com/vosk): ``AcceptWaveform`` takes sound, ``PartialResult`` tells the words so
far with their times, ``FinalResult`` ends the utterance.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from napari_spinalsam.errors import SpeechError
from napari_spinalsam.speech.background import Background
from napari_spinalsam.speech.phrase_list import Expecting, phrases
from napari_spinalsam.speech.recogniser import SAMPLE_RATE, UNKNOWN, Samples, Utterance, Word
from napari_spinalsam.speech.silence import Silence
from napari_spinalsam.speech.vocabulary import Fitted, fit
from napari_spinalsam.weights import BUNDLED_VOICE, bundled_path, resolve

#: Silence after which an utterance has ended, in seconds.
ENDPOINT_S: Final = 0.5
#: Sound is decoded in blocks of this many samples, 40 ms: no finer can the end of an utterance be told.
_BLOCK: Final = 640
#: The decoder lags behind the sound by this much at the most, and words this old do not change any more, in seconds.
_LAG_S: Final = 0.4
_SETTLED_S: Final = 0.1
#: Phrase lists whose decoding graphs are kept.
_KEPT: Final = 4
#: A model with this file brings a grammar of commands of its own, better than a word pair grammar of phrases.
_OWN_GRAMMAR: Final = Path("graph", "commands.txt")
#: A model with this file has its whole language compiled in, and cannot be held to a list of phrases.
_COMPILED: Final = Path("graph", "HCLG.fst")


class VoskModel:
    """A Vosk model in memory.

    Parameters
    ----------
    folder : Path
        With the folders ``am``, ``conf`` and ``graph``.

    Raises
    ------
    SpeechError
        If the package vosk is not installed, or the folder holds no model that it can load.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import vosk
        except (ImportError, OSError) as error:  # OSError: the library inside does not fit the system
            raise SpeechError(
                f"Voice needs the package vosk ({error})", "Install it with: pip install 'napari-spinalsam[voice]'"
            ) from error
        if not (folder / "am").is_dir() and not (folder / "final.mdl").is_file():
            raise SpeechError(f"{folder} holds no Vosk model", "Name the folder that has am, conf and graph in it")
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(folder))
        except Exception as error:  # vosk raises nothing more special
            raise SpeechError(f"The Vosk model in {folder} cannot be loaded ({error})", "Download it again") from error
        self.has_own_grammar = (folder / _OWN_GRAMMAR).is_file()
        self.takes_phrases = not (folder / _COMPILED).is_file()

    def knows(self, word: str) -> bool:
        """Whether the model can hear a word."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def decoder(self, phrases: tuple[str, ...] | None) -> Any:
        """Make a decoder (``vosk.KaldiRecognizer``) for these phrases and other speech, or for all the model knows."""
        import vosk

        if phrases is None:
            decoder = vosk.KaldiRecognizer(self._model, SAMPLE_RATE)
        else:
            grammar = json.dumps([*phrases, UNKNOWN], ensure_ascii=False)
            decoder = vosk.KaldiRecognizer(self._model, SAMPLE_RATE, grammar)
        decoder.SetWords(True)
        return decoder


def read_words(result: str) -> list[Word]:
    """Read the words, with their times, of what Vosk answers in JSON."""
    words = json.loads(result).get("result", [])
    return [Word(word["word"], float(word["start"]), float(word["end"])) for word in words]


class _Stream:
    """One decoder (``vosk.KaldiRecognizer``), and what it was fed."""

    def __init__(self, decoder: Any, fitted: Fitted | None) -> None:
        self.fitted = fitted
        self.fed = 0
        self._decoder = decoder
        self._text = ""
        self._changed_at = 0

    def feed(self, block: Samples) -> bool:
        """Decode some more sound; returns whether Vosk finds that the utterance is over."""
        self.fed += len(block)
        return bool(self._decoder.AcceptWaveform(block.tobytes()))

    def partial(self) -> str:
        """Tell the words so far, without their times."""
        text = str(json.loads(self._decoder.PartialResult()).get("partial", ""))
        if text != self._text:
            self._text, self._changed_at = text, self.fed
        return text

    @property
    def unchanged_s(self) -> float:
        """For how long the words so far have been the same."""
        return (self.fed - self._changed_at) / SAMPLE_RATE

    def result(self, *, final: bool = False) -> list[Word]:
        """Tell the words of the utterance that Vosk found to be over, or of what there is."""
        return read_words(self._decoder.FinalResult() if final else self._decoder.Result())

    def reset(self) -> None:
        """Forget the utterance so far."""
        self._decoder.Reset()
        self._text = ""


class VoskRecogniser:
    """Recognises speech with a Vosk model.

    Parameters
    ----------
    model : VoskModel
    endpoint_s : float
        Silence after which an utterance has ended, in seconds.

    Attributes
    ----------
    missing : frozenset of str
        Words of the phrases asked for that the model cannot hear.
    """

    def __init__(self, model: VoskModel, endpoint_s: float = ENDPOINT_S) -> None:
        self._model = model
        self.endpoint_s = endpoint_s
        self.missing: frozenset[str] = frozenset()
        self._streams: dict[tuple[str, ...] | None, _Stream] = {}
        self._wanted = self._phrases("commands", grid=True)
        self._stream = self._stream_for(self._wanted)
        self._fed = 0
        #: Words of the utterance in segments that Vosk has ended, and those that may still change.
        self._ended: list[Word] = []
        self._silence = Silence()
        self._background = Background()
        self._spoken = ""

    @property
    def partial(self) -> str:
        """What the utterance sounds like so far."""
        return self._meant(" ".join([*(word.text for word in self._ended), self._spoken]).strip())

    def expect(self, expecting: Expecting, *, grid: bool = True) -> None:
        """Listen for what makes sense now, from the next utterance on."""
        self._wanted = self._phrases(expecting, grid=grid)
        if not (self._ended or self._spoken):
            self._change_stream()

    def hear(self, samples: Samples) -> tuple[Utterance, ...]:
        """Take in sound, and return the utterances that ended in it."""
        heard = (self._hear_block(samples[i : i + _BLOCK]) for i in range(0, len(samples), _BLOCK))
        return tuple(utterance for utterance in heard if utterance is not None)

    def finish(self) -> tuple[Utterance, ...]:
        """End the utterance now."""
        utterance = self._end_utterance()
        return () if utterance is None else (utterance,)

    def _hear_block(self, block: Samples) -> Utterance | None:
        self._fed += len(block)
        self._silence.hear(block)
        self._background.hear(block)
        if self._stream.feed(block):
            self._ended += self._on_our_clock(self._stream.result())
            self._spoken = ""
        else:
            self._spoken = self._stream.partial()
        return self._end_utterance() if self._is_over() else None

    def _is_over(self) -> bool:
        """Whether there are words, and then nothing for long enough.

        The words so far come without their times: Vosk finds those up to two seconds later. So the quiet after them is
        measured in the sound; where noise hides it, the words have to stand still for a little longer than that.
        """
        if not self._spoken and not self._ended:
            return False
        still = self._stream.unchanged_s
        return (self._silence.seconds >= self.endpoint_s and still >= _SETTLED_S) or still >= self.endpoint_s + _LAG_S

    def _end_utterance(self) -> Utterance | None:
        words = self._background.without_talk_after(self._ended + self._on_our_clock(self._stream.result(final=True)))
        text = self._meant(" ".join(word.text for word in words))
        self._ended, self._spoken = [], ""
        self._silence.forget()
        self._change_stream()
        if not words:
            return None
        start_s, end_s = words[0].start_s, words[-1].end_s
        return Utterance(self._background.told_apart(text, start_s, end_s), start_s, end_s)

    def _meant(self, text: str) -> str:
        return text if self._stream.fitted is None else self._stream.fitted.meant(text)

    def _on_our_clock(self, words: list[Word]) -> list[Word]:
        """Each decoder's clock counts what it was fed itself; ours counts everything."""
        behind = (self._fed - self._stream.fed) / SAMPLE_RATE
        return [Word(word.text, word.start_s + behind, word.end_s + behind) for word in words]

    def _change_stream(self) -> None:
        if self._streams.get(self._wanted) is not self._stream:
            self._stream.reset()
            self._stream = self._stream_for(self._wanted)

    def _phrases(self, expecting: Expecting, *, grid: bool) -> tuple[str, ...] | None:
        """Phrases to hold the model to; None for all that it knows."""
        own = self._model.has_own_grammar and expecting == "commands"
        return None if own or not self._model.takes_phrases else phrases(expecting, grid=grid)

    def _stream_for(self, wanted: tuple[str, ...] | None) -> _Stream:
        if wanted not in self._streams:
            fitted = fit(wanted, self._model.knows) if wanted is not None else None
            self.missing |= fitted.missing if fitted is not None else frozenset()
            decoder = self._model.decoder(fitted.phrases if fitted is not None else None)
            if len(self._streams) == _KEPT:
                del self._streams[next(iter(self._streams))]
            self._streams[wanted] = _Stream(decoder, fitted)
        return self._streams[wanted]


def load_recogniser(name: str | Path = "bundled", endpoint_s: float = ENDPOINT_S) -> VoskRecogniser:
    """Load a voice model.

    Parameters
    ----------
    name : str or Path
        "bundled", the name of a registered model, or a folder with a Vosk model.
    endpoint_s : float
        Silence after which an utterance has ended, in seconds.

    Raises
    ------
    SpeechError
        If vosk is not installed, or the folder holds no model.
    WeightsError
        If there is no such model, or it has not been downloaded.
    """
    folder = bundled_path(BUNDLED_VOICE) if str(name) == "bundled" else resolve(name, "speech")
    return VoskRecogniser(VoskModel(folder), endpoint_s)
