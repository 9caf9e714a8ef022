"""The gate: no drafted sentence is shown before it has passed.

A sentence is stopped for what it says (gate.yaml, and a trained classifier for what no
pattern foresees), for advice that no passage in front of the model supports, for what this
person's disclosures close to her, or for telling of the prompt it was drafted with (leak.py).
It is left out, and the draft goes on, when it is a second question or says again what was
said.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from coach.respond.echo import Encoder
from coach.respond.gate_classifier import GateClassifier
from coach.respond.gate_rules import is_directive, is_offer, load_rules
from coach.respond.leak import guard_of

__all__ = ["Gate", "GateSession", "Verdict", "tidy"]

_SUPPORTED = 0.40  # cosine to the nearest allowed sentence of a passage; advice below has none
_RESTS_ON = 0.50  # a statement nearer than this is said to rest on the passage
_SAME = 0.93  # two sentences nearer than this say the same
_RETOLD = 0.70  # a sentence nearer than this to a rule of the prompt tells it in other words
_MAX_WORDS = 90  # of an answer, before its question
_CONTACTS = "number-or-link"  # the rule of gate.yaml that stops at what is in no list

_MARKUP = re.compile(
    r"^\s*(?:(?:assistant|coach|answer|reply)\s*:\s*|[-•]\s+|\d+[.)]\s+)|</?\w[^<>]*>|"
    r"[*_`#<>|~]+",
    re.IGNORECASE,
)
# Said in front of a passage that does speak to it, by a model that copies an example.
_DENIES = re.compile(
    r"\b(?:article|source)\b.{0,30}"
    r"(?:(?:does not|doesn['’]t) (?:speak|cover|mention|touch|address)|says nothing|is silent)|"
    r"\bi (?:will not|won['’]t) guess\b",
    re.IGNORECASE,
)
# A telephone number, or where a link leads.
_NUMBER = re.compile(r"\d[\d -]*\d|\d")
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[a-z\d-]+\.)+[a-z]{2,})[\w/.?=&%#-]*", re.IGNORECASE
)
_YEAR_OR_SMALL = re.compile(r"(?:19|20)\d\d|\d{1,2}")
_LOUD = re.compile(r"[!?]*!+[!?]*")
_SPACE = re.compile(r"\s+")
# What may not be drafted under any restriction, unless it is said that it is not so.
_REOPENS = re.compile(
    r"\b(?:reconcil\w*|reunit\w*|reunion|reconnect\w*|second chance|start over with|try again with|"
    r"(?:get|getting|be|being) back (?:together|with)|back together|win (?:him|her|them) back|"
    r"warm and polite|polite (?:reply|answer)|answer (?:him|her|them)|miss(?:es|ing)? you|"
    r"give (?:him|her|them) space|forgive (?:him|her|them))\b",
    re.IGNORECASE,
)
# The same for looking at the good in the ex, which no wish for distance closes.
_PRAISES_EX = re.compile(r"\b(?:admir\w+|good (?:sides?|qualities))\b", re.IGNORECASE)
# After these what leads back is closed; the trained half learned it from such threads.
_HARM = frozenset({"abuse", "cheating"})
_IS_NOT = re.compile(
    r"\b(?:no|not|never|nobody|cannot|without|(?:do|does|did|is|was|will|wo|ca)n[’']t)\b"
    r"[^.?!;:,—–]{0,40}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of one sentence.

    Attributes:
        decision: `pass`, `drop` (leave it out, go on) or `stop` (cancel the model).
        reason: Name of the rule that spoke, None for a pass.
        passage: Slug of the passage it rests on, None for a feeling or a question.
    """

    decision: Literal["pass", "drop", "stop"]
    reason: str | None = None
    passage: str | None = None


class Gate:
    """Judges drafted sentences; holds rules and models, nothing of any person.

    Args:
        encoder: Embeds sentences.
        vetted: Numbers and links of the helplines, the only ones a sentence may name.
        classifier: The trained half; the one that comes with the coach when left out.
    """

    def __init__(
        self,
        encoder: Encoder,
        vetted: Iterable[str] = (),
        classifier: GateClassifier | None = None,
    ) -> None:
        self._encoder = encoder
        self._classifier = classifier or GateClassifier.load()
        text = " ; ".join(vetted)
        self._vetted = {_digits(found) for found in _NUMBER.findall(text)} | {
            found.lower() for found in _LINK.findall(text)
        }
        self._rules = load_rules()
        # Of our own texts only, so it holds no more than the data files do.
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def open(
        self,
        support: Mapping[str, Sequence[str]],
        forbidden: Set[str] = frozenset(),
        said: Sequence[str] = (),
        rules: str = "",
        *,
        whole: bool = False,
    ) -> "GateSession":
        """Begin to judge one answer.

        Args:
            support: By slug of the passages the model was given, what may be said of each.
            forbidden: Restrictions in force.
            said: What the coach said earlier in the thread.
            rules: The rules of the prompt, which no sentence may give away.
            whole: Whether the support is all there is, and no model was given any of it. Advice
                that is like none of it is then stopped only where the trained half has a
                doubt, since it knows what the article advises.

        Returns:
            A session that judges the answer's sentences in order.
        """
        return GateSession(self, support, forbidden, said, rules, whole)

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of sentences of ours, kept, since the same ones come back every turn.

        Args:
            texts: At least one sentence out of the data files.

        Returns:
            Array of shape (texts, dimensions).
        """
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known |= dict(zip(missing, self._encoder.encode(missing), strict=True))
        return np.stack([self._known[text] for text in texts])

    def vector(self, sentence: str) -> npt.NDArray[np.float32]:
        """Vector of a drafted sentence, not kept."""
        encoded: npt.NDArray[np.float32] = self._encoder.encode([sentence])[0]
        return encoded

    def check(self, sentence: str, forbidden: Set[str] = frozenset()) -> Verdict:
        """Judge a sentence by its words alone, without passages or a thread.

        Args:
            sentence: The sentence.
            forbidden: Restrictions in force.

        Returns:
            The verdict of the rules.
        """
        return self.weigh(sentence, forbidden)[0]

    def weigh(self, sentence: str, forbidden: Set[str] = frozenset()) -> tuple[Verdict, bool]:
        """As `check`, and whether the trained half is sure that the sentence is fine.

        Args:
            sentence: The sentence.
            forbidden: Restrictions in force.

        Returns:
            The verdict, and whether it is sure.
        """
        odds, wrong = self._classifier.read(sentence, bool(forbidden & _HARM))
        return self._word(sentence, forbidden, odds, wrong), odds < self.pardon_at

    @property
    def pardon_at(self) -> float:
        """Odds below which the trained half is sure that a sentence is fine."""
        return self._classifier.thresholds.pardon_at

    def _word(self, sentence: str, forbidden: Set[str], odds: float, wrong: str) -> Verdict:
        limits = self._classifier.thresholds
        for rule in self._rules:
            if not rule.fires(sentence) or (rule.pardon and odds < limits.pardon_at):
                continue
            if rule.id == _CONTACTS and self.names_vetted_only(sentence):
                continue
            return Verdict(rule.verdict, rule.id)
        if forbidden and _says(_REOPENS, sentence):
            return Verdict("stop", "reopens")
        if forbidden - {"no_contact"} and _says(_PRAISES_EX, sentence):
            return Verdict("stop", "reopens")
        return Verdict("stop", wrong) if odds >= limits.stop_at else Verdict("pass")

    def names_vetted_only(self, sentence: str) -> bool:
        """Whether every number and link of a sentence stands in the list of helplines.

        Args:
            sentence: The sentence, in any language.

        Returns:
            True also when it names none; years and numbers of one or two digits are none.
        """
        links = [found.lower() for found in _LINK.findall(sentence)]
        numbers = _NUMBER.findall(_LINK.sub(" ", sentence))
        named = [_digits(n) for n in numbers if not _YEAR_OR_SMALL.fullmatch(n)]
        return all(found in self._vetted for found in [*links, *named])


class GateSession:
    """Judges the sentences of one answer, in order.

    Args:
        gate: The gate.
        support: As for `Gate.open`.
        forbidden: As for `Gate.open`.
        said: As for `Gate.open`.
        rules: As for `Gate.open`.
        whole: As for `Gate.open`.
    """

    def __init__(
        self,
        gate: Gate,
        support: Mapping[str, Sequence[str]],
        forbidden: Set[str],
        said: Sequence[str],
        rules: str,
        whole: bool,
    ) -> None:
        self._gate = gate
        self._whole = whole
        self._guard = guard_of(rules)
        self._rules = gate.embed(self._guard.lines) if self._guard.lines else None
        self._slugs = [slug for slug, texts in support.items() for _ in texts]
        texts = [text for texts in support.values() for text in texts]
        self._support = gate.embed(texts) if texts else None
        self._forbidden = forbidden
        self._said = "\n".join(said)
        self._shown: list[npt.NDArray[np.float32]] = []
        self._text = ""
        self._asked = False
        self._words = 0

    @property
    def full(self) -> bool:
        """Whether the answer has its question or its length, and nothing more is wanted."""
        return self._asked or self._words >= _MAX_WORDS

    def judge(self, sentence: str) -> Verdict:
        """Judge the next sentence, and remember it when it passes.

        Args:
            sentence: A sentence as `tidy` leaves it.

        Returns:
            The verdict.
        """
        if self._guard.gives_away(sentence, self._text):
            return Verdict("stop", "gives-away-prompt")
        verdict, sure = self._gate.weigh(sentence, self._forbidden)
        if verdict.decision != "pass":
            return verdict
        if self._support is not None and _DENIES.search(sentence):
            return Verdict("drop", "denies-article")
        question = sentence.rstrip("”\"’'").endswith("?")
        if question and self._asked:
            return Verdict("drop", "second-question")
        words = len(sentence.split())
        if not question and self._words + words > _MAX_WORDS:
            return Verdict("drop", "too-long")
        vector = self._gate.vector(sentence)
        if sentence in self._said or any(float(old @ vector) > _SAME for old in self._shown):
            return Verdict("drop", "repeats")
        if self._rules is not None and float((self._rules @ vector).max()) >= _RETOLD:
            return Verdict("stop", "retells-prompt")
        likeness, slug = self._nearest(vector)
        if (
            is_directive(sentence)
            and (not question or is_offer(sentence))
            and likeness < _SUPPORTED
            and not (self._whole and sure)
        ):
            return Verdict("stop", "unsupported")
        self._shown.append(vector)
        self._text = f"{self._text} {sentence}".strip()
        self._asked = self._asked or question
        self._words += words
        rests = not question and (likeness >= _RESTS_ON or is_directive(sentence))
        return Verdict("pass", passage=slug if rests else None)

    def _nearest(self, vector: npt.NDArray[np.float32]) -> tuple[float, str | None]:
        if self._support is None:
            return 0.0, None
        scores = self._support @ vector
        best = int(scores.argmax())
        return float(scores[best]), self._slugs[best]


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


def _says(pattern: re.Pattern[str], sentence: str) -> bool:
    found = pattern.finditer(sentence)
    return any(not _IS_NOT.search(sentence[: match.start()]) for match in found)


def tidy(sentence: str) -> str:
    """Make a drafted sentence plain text: no markup, no list marks, no exclamation.

    Args:
        sentence: As the model wrote it.

    Returns:
        The sentence; empty when nothing is left of it.
    """
    plain = _SPACE.sub(" ", _MARKUP.sub("", sentence)).strip()
    quiet = _LOUD.sub(lambda marks: "?" if "?" in marks.group() else ".", plain)
    return quiet if re.search(r"\w", quiet) else ""
