"""Answer from the article alone, without a model: hear her, one idea, one question.

Which sentences are taken is decided by a code with distance: the message is hashed to a
polynomial over the integers modulo 13, and its values at 0, 1, 2, 3 choose the frame, the
idea, the second sentence and the question. Two different polynomials of degree two agree
in at most two places, so two different messages share at most two of our sentences, and
the same message in the same thread gets the same answer.
"""

import hashlib
import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from coach.reply import Sentence, Turn
from coach.respond.echo import Encoder, pick_clause, quoted, to_second_person
from coach.respond.feelings import Heard, hear
from coach.respond.partner import Partner, find_partner
from coach.respond.phrasebook import Voice
from knowledge.article import Passage

__all__ = ["Composed", "Composer", "Situation", "partner_of"]

_PRIME = 13
_ENOUGH = 60  # words of a broken-off answer after which only its question is wanted
_OPEN_SLOT = re.compile(r"\{(?:hers|quote|words|source)\}")
_QUOTED_WORDS = 45
_LINE = re.compile(r"(?<=[.!?])\s+|\n+")
_FRAME, _IDEA, _THEN, _QUESTION = range(4)
_HELLO = r"(?:hi+|hey+|hello+|hiya|yo|good (?:morning|evening|afternoon))"
_GREETING = re.compile(
    rf"^\W*(?:{_HELLO}(?: (?:there|again|coach|you|everyone|all))?\W*)?"
    rf"(?:{_HELLO}|(?:so )?(?:who|what) are you|how are you(?: (?:today|doing))?|nice to meet you|"
    r"is (?:anyone|anybody|somebody|someone) there|am i (?:talking|speaking|writing) to an? \w+|"
    r"(?:so )?are you (?:an? )?(?:real|ai|bot|robot|human|machine|computer|person|program)"
    r"(?: (?:person|human|being))?(?: or (?:an? )?\w+)?)?\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the composer knows when it writes.

    Attributes:
        message: Her message.
        history: The thread before it.
        passages: Passages that may be used, best first; empty when nothing fits.
        forbidden: Restrictions in force.
        asks: Whether nothing fitting means the article is silent (she asks for something),
            or that she only says how she is.
    """

    message: str
    history: Sequence[Turn] = ()
    passages: Sequence[Passage] = ()
    forbidden: Set[str] = frozenset()
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Composed:
    """A composed answer.

    Attributes:
        sentences: In the order they are shown.
        scope: What it rests on.
    """

    sentences: tuple[Sentence, ...]
    scope: str


class Composer:
    """Writes answers from the phrase book.

    Args:
        voice: The sentences.
        encoder: Embeds clauses, to pick the one that says most.
    """

    def __init__(self, voice: Voice, encoder: Encoder) -> None:
        self._voice = voice
        self._encoder = encoder

    def compose(self, situation: Situation) -> Composed:
        """Write a whole answer.

        Args:
            situation: Her message, thread, passages and restrictions.

        Returns:
            The answer; each sentence of advice names its passage.
        """
        draw = _Draw(situation)
        hearing = self._voice.hearing
        if self.greets(situation):
            say = draw.one(_IDEA, hearing.greeting.say)
            question = draw.one(_QUESTION, hearing.greeting.questions)
            return Composed((Sentence(text=say), Sentence(text=question)), "feeling")
        passage = self._passage(situation)
        first = Sentence(text=self._hear(situation, draw))
        if passage is None:
            pool = hearing.silent if situation.asks else hearing.feeling
            say = draw.one(_IDEA, pool.say)
            question = draw.one(_QUESTION, pool.questions)
            scope = "silent" if situation.asks else "feeling"
            return Composed((first, Sentence(text=say), Sentence(text=question)), scope)
        return Composed((first, *self._advice(situation, passage, draw)), "covered")

    def greets(self, situation: Situation) -> bool:
        """Whether the message is a hello, or asks who answers here, and nothing more."""
        return (
            re.search(r"\w", situation.message) is not None
            and _GREETING.match(situation.message) is not None
        )

    def question(self, situation: Situation) -> str:
        """The question a composed answer would end with; a model may ask it too.

        Args:
            situation: As for `compose`.

        Returns:
            One open question that the thread has not heard.
        """
        passage = self._passage(situation)
        if passage is not None:
            pool = self._voice.questions(passage.slug, situation.forbidden)
        else:
            hearing = self._voice.hearing
            pool = (hearing.silent if situation.asks else hearing.feeling).questions
        return _Draw(situation).one(_QUESTION, pool)

    def idea(self, situation: Situation) -> Sentence | None:
        """The first sentence of advice of a composed answer, None where there is none.

        Args:
            situation: As for `compose`.

        Returns:
            One sentence that names its passage.
        """
        advice = (sentence for sentence in self.compose(situation).sentences if sentence.passage)
        return next(advice, None)

    def finish(self, situation: Situation, shown: Sequence[Sentence]) -> tuple[Sentence, ...]:
        """Finish an answer that a model began and could not end.

        Args:
            situation: As for `compose`.
            shown: The sentences she has already read.

        Returns:
            The sentences that are missing: all of them when nothing was shown.
        """
        whole = self.compose(situation)
        if not shown:
            return whole.sentences
        if any(sentence.text.endswith("?") for sentence in shown):
            return ()
        rest = list(whole.sentences[1:])
        words = sum(len(sentence.text.split()) for sentence in shown)
        if words > _ENOUGH or any(sentence.passage for sentence in shown):
            rest = [sentence for sentence in rest if sentence.passage is None]
        if len(rest) > 1:
            bridge = _Draw(situation).one(_FRAME, self._voice.hearing.interrupted)
            rest.insert(0, Sentence(text=bridge))
        return tuple(rest)

    def _passage(self, situation: Situation) -> Passage | None:
        said = {t.content for t in situation.history if t.role == "assistant"}
        usable = [p for p in situation.passages if self._speaks(p, situation.forbidden)]
        if not usable:
            return None
        # A thread that stays on one idea hears the next best one before it hears it all again.
        fresh = [p for p in usable[:2] if not self._exhausted(p, situation, said)]
        return (fresh or usable)[0]

    def _speaks(self, passage: Passage, forbidden: Set[str]) -> bool:
        known = self._voice.speaks(passage.slug, forbidden)
        return known or bool(self._voice.quotable(passage, forbidden))

    def _exhausted(self, passage: Passage, situation: Situation, said: Set[str]) -> bool:
        partner = partner_of(situation)
        ideas = self._voice.ideas(passage.slug, situation.forbidden)
        heard = sum(any(_upper(partner.fill(text)) in turn for turn in said) for text, _ in ideas)
        return heard >= 2

    def _hear(self, situation: Situation, draw: "_Draw") -> str:
        heard: Heard = hear(situation.message, self._voice.hearing.feelings)
        feeling = self._voice.hearing.feelings[heard.name]
        clause = pick_clause(situation.message, self._encoder, heard.cues)
        if clause is None:
            plain = feeling.strong if heard.name != "calm" else self._voice.hearing.feeling.say
            return draw.one(_FRAME, plain)
        turned = to_second_person(clause)
        if turned is not None:
            return draw.one(_FRAME, feeling.echo, hers=turned)
        return draw.one(_FRAME, feeling.quote, quote=quoted(clause))

    def _advice(
        self, situation: Situation, passage: Passage, draw: "_Draw"
    ) -> tuple[Sentence, ...]:
        ideas = self._voice.ideas(passage.slug, situation.forbidden)
        if not ideas:
            return self._quotation(situation, passage, draw)
        idea, rests_on = draw.pair(_IDEA, ideas)
        then = self._voice.then(passage.slug, situation.forbidden)
        question = draw.one(_QUESTION, self._voice.questions(passage.slug, situation.forbidden))
        sentences = [Sentence(text=idea, passage=passage.slug)]
        if then:
            more, source = draw.pair(_THEN, then)
            # Said twice in other words it is no help: then one sentence is enough.
            if source != rests_on or len({pair[1] for pair in then}) == 1:
                sentences.append(Sentence(text=more, passage=passage.slug))
        return (*sentences, Sentence(text=question))

    def _quotation(
        self, situation: Situation, passage: Passage, draw: "_Draw"
    ) -> tuple[Sentence, ...]:
        """The sentence of a passage without notes that comes nearest, and a question."""
        words = self._voice.quotable(passage, situation.forbidden)
        lines = [" ".join(line.split()) for line in _LINE.split(words)]
        lines = [line for line in lines if len(line.split()) >= 3] or [" ".join(words.split())]
        vectors = self._encoder.encode([situation.message, *lines])
        nearest = lines[int((vectors[1:] @ vectors[0]).argmax())]
        shortened = " ".join(nearest.split()[:_QUOTED_WORDS])
        hearing = self._voice.hearing
        said = draw.one(
            _IDEA,
            hearing.quoting,
            source=passage.path[0] if passage.path else passage.article,
            words=shortened if shortened == nearest else f"{shortened} …",
        )
        question = draw.one(_QUESTION, hearing.feeling.questions)
        return Sentence(text=said, passage=passage.slug), Sentence(text=question)


class _Draw:
    """Draws sentences for one message: same message, same thread, same answer."""

    def __init__(self, situation: Situation) -> None:
        key = "\n".join([*(t.content for t in situation.history), situation.message])
        digest = hashlib.sha256(key.encode()).digest()
        self._coefficients = [int.from_bytes(digest[i : i + 4]) % _PRIME for i in (0, 4, 8)]
        self._said = "\n".join(t.content for t in situation.history if t.role == "assistant")
        self._partner = partner_of(situation)

    def one(self, place: int, pool: Sequence[str], **slots: str) -> str:
        """A sentence of the pool, filled, that this thread has not heard."""
        start = self._value(place)
        turned = [pool[(start + step) % len(pool)] for step in range(len(pool))]
        template = next((text for text in turned if not self._heard(text)), turned[0])
        filled = _upper(self._partner.fill(template, **slots))
        self._said += f"\n{filled}"
        return filled

    def pair(self, place: int, pool: Sequence[tuple[str, str]]) -> tuple[str, str]:
        """As `one`, for sentences that carry what they rest on."""
        texts = [text for text, _ in pool]
        drawn = self.one(place, texts)
        source = {_upper(self._partner.fill(text)): rests_on for text, rests_on in pool}
        return drawn, source[drawn]

    def _heard(self, template: str) -> bool:
        """Whether the thread holds this sentence, whatever words of hers were put into it."""
        first, *more = _OPEN_SLOT.split(template)
        fixed = [_upper(self._partner.fill(first)), *map(self._partner.fill, more)]
        pattern = r"[^.?!\n]+".join(map(re.escape, fixed))
        return re.search(rf"(?:^|[.?!:]\s){pattern}", self._said, re.MULTILINE) is not None

    def _value(self, place: int) -> int:
        a, b, c = self._coefficients
        return (a + b * place + c * place * place) % _PRIME


def partner_of(situation: Situation) -> Partner:
    """Her word for the ex, from everything she wrote in the thread, the newest first."""
    hers = [turn.content for turn in situation.history if turn.role == "user"]
    return find_partner([situation.message, *reversed(hers)])


def _upper(sentence: str) -> str:
    """Capital first letter, unless the sentence opens with her quoted words."""
    return sentence[:1].upper() + sentence[1:]
