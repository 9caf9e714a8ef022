"""Which idea of the article is given, and in which sentences."""

import re
from collections.abc import Mapping, Sequence, Set

import numpy as np
import numpy.typing as npt

from coach.reply import Sentence
from coach.respond.drawing import Draw, Place
from coach.respond.echo import Encoder
from coach.respond.evidence import Shown, load_evidence
from coach.respond.moments import Moment
from coach.respond.partner import Partner
from coach.respond.phrasebook import Voice
from coach.respond.situation import Situation
from coach.respond.thread import Thread
from knowledge.article import Passage

__all__ = ["Advisor"]

_LIKELY = 0.5  # a passage this likely is taken where no moment was recognised
_SURE = 0.75  # and this likely, against the moment
_SHORT = 45  # words; a longer message speaks of many things, and likeness finds any of them
_CRY = 7  # words; a message this short that asks nothing
_NEAR = 7  # lines among which is drawn
_REST = 3  # turns before an idea comes again
_QUOTED_WORDS = 45
_LINE = re.compile(r"(?<=[.!?])\s+|\n+")
# A belief of the moment, put as a plan or a certainty.
_BELIEF = re.compile(
    r"\b(?:if (?:i|he|she|they|id|i could|only)|so (?:that )?(?:he|she|they)(?:ll| will)?|"
    r"then (?:he|she|they)(?:ll| will| would)|(?:he|she|they)(?:ll| will| would) (?:see|"
    r"understand|realise|realize|come|regret|change|know)|(?:have|need|want) to (?:make|"
    r"explain|convince|prove|show|tell|know|talk)|make (?:him|her|them)|the only way|"
    r"one (?:more|last)|never (?:find|love|be|meet|get)|no one will|nobody will|it means|"
    r"must (?:be|have|mean)|everyone|should be over)\b"
)


class Advisor:
    """Gives the ideas.

    Args:
        voice: The sentences.
        encoder: Finds the passage a line is nearest to.
    """

    def __init__(self, voice: Voice, encoder: Encoder) -> None:
        self._voice = voice
        self._encoder = encoder
        self._evidence = load_evidence()
        self._lines: dict[str, npt.NDArray[np.float32]] = {}

    def believes(self, message: str) -> bool:
        """Whether a message puts a belief as a plan or a certainty: "if I only …, he will …"."""
        return _BELIEF.search(message.lower().replace("’", "").replace("'", "")) is not None

    def advise(
        self,
        situation: Situation,
        thread: Thread,
        draw: Draw,
        moment: Moment | None,
        *,
        new: bool,
        much: bool,
        likely: Sequence[str] = (),
    ) -> list[Sentence]:
        """One idea, in a sentence or two.

        Args:
            situation: Her message, passages and restrictions.
            thread: The thread before it.
            draw: Draws the lines.
            moment: The moment she is in, None for none.
            new: Whether it was recognised in this message.
            much: Whether a second sentence is wanted.
            likely: Passages that go with how she feels, for where nothing speaks for a nearer one.

        Returns:
            The sentences, each with its passage; none where no idea fits.
        """
        resting = thread.ideas(_REST)
        if (own := self._of_operator(situation, resting)) is not None:
            return self._quotation(situation, own, draw)
        turned = self._turn(situation, draw, moment, resting)
        if turned is not None and turned.passage is not None:
            return [turned]
        # A line that only looks at it another way leaves room for an idea.
        before = [turned] if turned is not None else []
        shown = self._evidence.of("\n".join([*thread.hers, situation.message]))
        usable = self._usable(situation, thread, resting, shown, moment)
        passage = self._passage(situation, usable, moment, new)
        if passage is None:
            passage = next((usable[slug] for slug in likely if slug in usable), None)
        if passage is None:
            return before
        forbidden = situation.forbidden
        if not self._voice.speaks(passage.slug, forbidden):
            return before + self._quotation(situation, passage, draw)
        ideas = self._fitting(passage.slug, self._voice.ideas(passage.slug, forbidden), shown)
        sources = {draw.filled(text): source for text, source in ideas.items()}
        nearest = self.nearest(situation.message, list(ideas))
        if (idea := draw.one(Place.IDEA, nearest)) is None:
            return before
        rests_on = sources[idea]
        sentences = [*before, Sentence(text=idea, passage=passage.slug, rests_on=rests_on)]
        then = self._fitting(passage.slug, self._voice.then(passage.slug, forbidden), shown)
        # Said twice in other words it is no help.
        other = [text for text, source in then.items() if source != rests_on]
        if much and not before and (more := draw.one(Place.THEN, other or list(then))):
            rests_on = {draw.filled(text): source for text, source in then.items()}[more]
            sentences.append(Sentence(text=more, passage=passage.slug, rests_on=rests_on))
        return sentences

    def _of_operator(self, situation: Situation, resting: Set[str]) -> Passage | None:
        """A passage we have no notes on that fits the message best.

        Whoever added the article added it for such messages, so no moment of ours outdoes it.
        """
        if not situation.passages or not situation.scores or situation.scores[0] < _LIKELY:
            return None
        first = situation.passages[0]
        if first.slug in resting or self._voice.speaks(first.slug, frozenset()):
            return None
        return first if self._voice.quotable(first, situation.forbidden) else None

    def _usable(
        self,
        situation: Situation,
        thread: Thread,
        resting: Set[str],
        shown: Shown,
        moment: Moment | None,
    ) -> dict[str, Passage]:
        # A moment is the evidence for its passages, and of a short message the retriever is.
        known = {s for s in (moment.passages if moment else ()) if not shown.speaks_against(s)}
        if len(situation.message.split()) <= _SHORT and situation.scores:
            near = zip(situation.passages, situation.scores, strict=True)
            sure = {passage.slug for passage, score in near if score >= _LIKELY}
            known |= {slug for slug in sure if not shown.speaks_against(slug)}
        return {
            p.slug: p
            for p in (*situation.passages, *situation.more)
            if p.slug not in resting
            and not thread.heard_often(p.slug)
            and self._speaks(p, situation.forbidden)
            and (p.slug in known or shown.speaks_for(p.slug))
            and self._sayable(p.slug, situation.forbidden, shown)
        }

    def _sayable(self, slug: str, forbidden: Set[str], shown: Shown) -> bool:
        """Whether what she wrote leaves a sentence of it to say."""
        ideas = self._voice.ideas(slug, forbidden)
        return not ideas or bool(self._fitting(slug, ideas, shown))

    def _fitting(self, slug: str, pairs: Sequence[tuple[str, str]], shown: Shown) -> dict[str, str]:
        """The (sentence, rests_on) pairs that her words give reason for."""
        return {text: on for text, on in pairs if shown.allows(slug, on, text)}

    def _passage(
        self,
        situation: Situation,
        usable: Mapping[str, Passage],
        moment: Moment | None,
        new: bool,
    ) -> Passage | None:
        wanted = [usable[slug] for slug in (moment.passages if moment else ()) if slug in usable]
        first = situation.passages[0].slug if situation.passages else None
        score = situation.scores[0] if situation.scores else None
        if wanted:
            sure = score is None or score >= _LIKELY
            return next((p for p in wanted if sure and p.slug == first), wanted[0])
        if first is None or first not in usable or (moment is None and self._general(situation)):
            return None
        enough = _SURE if moment is not None and new else _LIKELY
        if score is None:
            return None if moment is not None and new else usable[first]
        return usable[first] if score >= enough else None

    def _general(self, situation: Situation) -> bool:
        """Whether it is a cry and no more: then every idea would be beside the point."""
        return len(situation.message.split()) <= _CRY and not situation.asks

    def nearest(self, message: str, lines: list[str], most: int = _NEAR) -> list[str]:
        """The lines that come nearest to the message, the nearest first."""
        if len(lines) < 2:
            return lines
        scores = self._known(lines) @ self._encoder.encode([message])[0]
        return [lines[i] for i in (-scores).argsort()[:most]]

    def _known(self, lines: list[str]) -> npt.NDArray[np.float32]:
        """Vectors of our own lines; each is made once in a process."""
        neutral = Partner(pronoun="he")
        for line in lines:
            if line not in self._lines:
                filled = neutral.fill(line)
                self._lines[line] = self._encoder.encode([filled])[0]
        return np.stack([self._lines[line] for line in lines])

    def _speaks(self, passage: Passage, forbidden: Set[str]) -> bool:
        known = self._voice.speaks(passage.slug, forbidden)
        return known or bool(self._voice.quotable(passage, forbidden))

    def _turn(
        self, situation: Situation, draw: Draw, moment: Moment | None, resting: Set[str]
    ) -> Sentence | None:
        """The moment's line against a belief that goes with it.

        It has no sentence of the article noted under it, so nobody under a restriction reads it.
        """
        if moment is None or situation.forbidden:
            return None
        asked = situation.asks or self.believes(situation.message)
        if not asked and draw.value(Place.CHOICE) % 4 == 0:
            return None
        at_hand = {p.slug for p in (*situation.passages, *situation.more)} - resting
        pairs = {t: s for t, s in self._voice.turns(moment) if s is None or s in at_hand}
        shown = {draw.filled(text): slug for text, slug in pairs.items()}
        for text in self.nearest(situation.message, list(pairs), most=len(pairs)):
            if line := draw.one(Place.IDEA, [text]):
                return Sentence(text=line, passage=shown[line])
        return None

    def _quotation(self, situation: Situation, passage: Passage, draw: Draw) -> list[Sentence]:
        """The sentence of a passage without notes that comes nearest."""
        words = self._voice.quotable(passage, situation.forbidden)
        lines = [" ".join(line.split()) for line in _LINE.split(words)]
        lines = [line for line in lines if len(line.split()) >= 3] or [" ".join(words.split())]
        vectors = self._encoder.encode([situation.message, *lines])
        nearest = lines[int((vectors[1:] @ vectors[0]).argmax())]
        shortened = " ".join(nearest.split()[:_QUOTED_WORDS])
        said = draw.one(
            Place.IDEA,
            self._voice.hearing.quoting,
            again=True,
            source=passage.path[0] if passage.path else passage.article,
            words=shortened if shortened == nearest else f"{shortened} …",
        )
        return [Sentence(text=said, passage=passage.slug, rests_on=nearest)] if said else []
