"""The typical moments after a breakup, and which of them a message is.

A moment has example messages: some beside its words (`says`), more in training/moment_examples.
Softmax regression learns from their sentence embeddings how likely each moment is, and how likely
none; patterns (voice/cues.yaml) add to it where the words leave little doubt, or take away. Of a
long story every sentence is read: people come to the point in one line of it, mostly the last.
The more there is to read, the surer it has to be: a wrong moment is worse than none.

The weights are shipped (voice/moments.npz). After a change of the moments make them anew:

    python -m coach.respond.training.moments
"""

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import BaseModel, ConfigDict, Field

from coach.respond.echo import Encoder

__all__ = ["Moment", "MomentBook", "Recognised", "fit"]

WEIGHTS = Path(__file__).with_name("voice") / "moments.npz"
EXAMPLES = Path(__file__).with_name("training") / "moment_examples"

_CUED = 0.2  # what a moment's own words add to its likelihood
_DENIED = 0.6  # and what words that speak against it take away
_NONE = "none"  # name of the examples that are no moment
# Score from which a moment is recognised, by the words up to which it holds.
_LEAST = ((2, 0.8), (25, 0.57), (60, 0.6), (10**9, 0.68))
_GENERAL = frozenset({"what-should-i-do"})  # in a long story the question at its end is no moment
_PENALTY = 0.05  # on the squared weights, shared among the examples
_STEPS = 400
_RATE = 0.05
_WHOLE, _EDGE, _MOST = 0.4, 0.35, 0.25  # shares of a long message
_LONG = 25  # words; a shorter message is read as one
_TINY = 4  # words; "Twice." says nothing without the sentence before it
_PARTS = 12  # sentences read of a long story: its beginning and, mostly, its end
_BATCH = 16
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_PLAIN = str.maketrans({"’": "", "'": "", "`": ""})
_SLOT = re.compile(r"\{(\w+)\}")
_HIM = {"ex": "my ex", "Ex": "My ex", "s": "s"}
_NOUNS = r"(?:husband|wife|boyfriend|girlfriend|bf|gf|partner|man|girl|fiance\w*)"
_WAYS = {
    "HE": rf"he|she|they|hes|shes|theyre|my ex|my ex ?\w+|my {_NOUNS}",
    "EX": rf"him|her|them|my ex|my ex ?\w+|my {_NOUNS}",
    "HIS": r"his|her|their|my exs|my ex ?\w+s",
}
_WAY = re.compile(r"\b(HE|EX|HIS)\b")
_AGAINST = "!"  # a pattern that begins with it speaks against the moment

_log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]


class Moment(BaseModel):
    """A moment many people come through, and the words for it.

    Attributes:
        id: Its name.
        when: What it is, in a line.
        passages: Passages of the article whose idea fits, best first.
        about_ex: Whether it is about the ex or a way back; then it is closed to a person under a
            restriction.
        says: How people put it who are in it.
        feelings: What most of them feel.
        hear: Lines that hear it.
        stay: Lines that keep company where no idea is given.
        turn: Lines that kindly contradict a belief that goes with it.
        ask: Open questions.
        soon: Lines for the second turn in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    when: str
    passages: tuple[str, ...]
    about_ex: bool
    says: tuple[str, ...] = Field(min_length=8)
    feelings: tuple[str, ...]
    hear: tuple[str, ...] = Field(min_length=5)
    stay: tuple[str, ...] = Field(min_length=3)
    turn: tuple[str, ...]
    ask: tuple[str, ...] = Field(min_length=5)
    soon: tuple[str, ...] = Field(min_length=2)

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything the coach may say in it."""
        return (*self.hear, *self.stay, *self.turn, *self.ask, *self.soon)


class Recognised(NamedTuple):
    """A moment that was recognised.

    Attributes:
        moment: The moment.
        score: How likely it is, with what its own words add; from about a half it is taken to be
            the one.
    """

    moment: Moment
    score: float


class _Weights(NamedTuple):
    dense: Floats  # (384, moments and none)
    bias: Floats  # (moments and none,)


class MomentBook:
    """Recognises moments; safe to share between threads.

    Args:
        moments: All moments.
        cues: Patterns by moment id, as in voice/cues.yaml; one that begins with `!` speaks
            against the moment.
        encoder: Embeds messages.
        weights: File of weights. Where it was made for other moments, they are learned anew on
            the first message, which takes some twenty seconds.
    """

    def __init__(
        self,
        moments: Sequence[Moment],
        cues: Mapping[str, Sequence[str]],
        encoder: Encoder,
        weights: Path = WEIGHTS,
    ) -> None:
        self._moments = tuple(moments)
        self._cues = [_compiled(cues.get(m.id, ())) for m in moments]
        self._encoder = encoder
        self._file = weights
        self._weights: _Weights | None = None
        self._lock = Lock()

    def __iter__(self) -> Iterator[Moment]:
        return iter(self._moments)

    def recognise(self, message: str) -> Recognised | None:
        """The moment a message is in.

        Args:
            message: Her message, of any length.

        Returns:
            The moment, or None where none is likely enough.
        """
        words = len(message.split())
        found = self.ranked(message)
        if words > _LONG:
            found = [one for one in found if one.moment.id not in _GENERAL]
        least = next(score for most, score in _LEAST if words <= most)
        return found[0] if found and found[0].score >= least else None

    def ranked(self, message: str) -> list[Recognised]:
        """All moments, the likeliest first.

        Args:
            message: Her message.

        Returns:
            The moments with their scores.
        """
        if not self._moments or not message.strip():
            return []
        parts = _parts(message)
        dense, bias = self._known()
        like = _softmax(self._encoder.encode([message, *parts]) @ dense + bias)[:, :-1]
        scores = like + np.array([self._cued(text) for text in [message, *parts]])
        total = scores[0]
        if parts:
            most = np.sort(scores[1:], axis=0)[-2:].mean(axis=0)
            edge = scores[[1, -2, -1]].max(axis=0)  # a title, or the first sentence, and the end
            total = _WHOLE * total + _EDGE * edge + _MOST * most
        return [Recognised(self._moments[i], float(total[i])) for i in np.argsort(-total)]

    def _cued(self, text: str) -> list[float]:
        plain = " ".join(text.lower().translate(_PLAIN).split())
        return [
            _CUED * any(p.search(plain) for p in speaks)
            - _DENIED * any(p.search(plain) for p in denies)
            for speaks, denies in self._cues
        ]

    def _known(self) -> _Weights:
        with self._lock:
            if self._weights is None:
                self._weights = _read(self._file, self._moments) or fit(
                    self._moments, self._encoder
                )
            return self._weights


def fit(moments: Sequence[Moment], encoder: Encoder, file: Path | None = None) -> _Weights:
    """Learn the weights from the moments' examples.

    Args:
        moments: All moments.
        encoder: Embeds the examples.
        file: Where to keep them, None for nowhere.

    Returns:
        The weights.
    """
    rows = [(_filled(text), i) for i, m in enumerate(moments) for text in _taught(m)]
    more = _more()
    rows += [(text, i) for i, m in enumerate(moments) for text in more.get(m.id, ())]
    rows += [(text, len(moments)) for text in more[_NONE]]
    texts = [text for text, _ in rows]
    batches = range(0, len(texts), _BATCH)
    vectors = np.concatenate([encoder.encode(texts[i : i + _BATCH]) for i in batches])
    target = np.eye(len(moments) + 1, dtype=np.float32)[[i for _, i in rows]]
    weights = _regression(vectors, target)
    if file is not None:
        half = weights.dense.astype(np.float16)
        np.savez_compressed(file, dense=half, bias=weights.bias, digest=_digest(moments))
    return weights


def _regression(vectors: Floats, target: Floats) -> _Weights:
    """Softmax regression by gradient descent with Adam; the same rows give the same weights."""
    count = len(vectors)
    with_bias = np.hstack([vectors, np.ones((count, 1), dtype=np.float32)])
    weights = np.zeros((with_bias.shape[1], target.shape[1]), dtype=np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        slope = with_bias.T @ (_softmax(with_bias @ weights) - target) / count
        slope[:-1] += _PENALTY / count * weights[:-1]
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        rate = _RATE * (1 - step / (_STEPS + 1)) * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        weights -= (rate * mean / (np.sqrt(square) + 1e-8)).astype(np.float32)
    return _Weights(weights[:-1], weights[-1])


def _softmax(logits: Floats) -> Floats:
    raised: Floats = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _taught(moment: Moment) -> Iterable[str]:
    # What we say in a moment speaks of it too.
    return (*moment.says, moment.when, *moment.hear, *moment.ask, *moment.soon)


def _more() -> dict[str, list[str]]:
    """Further examples by moment, which only training reads."""
    found: dict[str, list[str]] = {}
    for path in sorted(EXAMPLES.glob("*.yaml")):
        found |= yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


def _filled(text: str) -> str:
    return _SLOT.sub(lambda slot: _HIM.get(slot[1], slot[1]), text)


def _digest(moments: Sequence[Moment]) -> str:
    texts = "\n".join(f"{m.id}\n{text}" for m in moments for text in _taught(m))
    return hashlib.sha256(texts.encode()).hexdigest()


def _read(file: Path, moments: Sequence[Moment]) -> _Weights | None:
    try:
        with np.load(file, allow_pickle=False) as data:
            fits = len(data["bias"]) == len(moments) + 1
            if fits and str(data["digest"]) == _digest(moments):
                return _Weights(data["dense"].astype(np.float32), data["bias"])
    except (OSError, ValueError, KeyError):
        pass
    _log.warning("the weights of the moments are stale and are learned anew")
    return None


def _compiled(patterns: Sequence[str]) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    """The patterns that speak for a moment, and those that speak against it."""
    named = [_WAY.sub(lambda way: _WAYS[way[1]], p).replace("~", "[^.!?]{0,40}") for p in patterns]
    speaks = [re.compile(p) for p in named if not p.startswith(_AGAINST)]
    denies = [re.compile(p.removeprefix(_AGAINST)) for p in named if p.startswith(_AGAINST)]
    return speaks, denies


def _parts(message: str) -> list[str]:
    """The sentences of a long message; none for a short one."""
    if len(message.split()) <= _LONG:
        return []
    parts: list[str] = []
    for match in _SENTENCE.finditer(message):
        part = match[0].strip()
        if parts and min(len(part.split()), len(parts[-1].split())) < _TINY:
            parts[-1] = f"{parts[-1]} {part}"
        elif part.strip(" .!?"):
            parts.append(part)
    if len(parts) < 2:
        return []
    return parts if len(parts) <= _PARTS else [*parts[:3], *parts[3 - _PARTS :]]
