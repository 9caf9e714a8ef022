"""What the composer knows when it writes, and what comes out."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from coach.reply import Fact, Scope, Sentence, Turn
from coach.respond.acts import ActName
from coach.respond.partner import Partner, find_partner
from knowledge.article import Passage

__all__ = ["Composed", "Situation", "partner_of"]


@dataclass(frozen=True, slots=True)
class Situation:
    """What the composer knows when it writes.

    Attributes:
        message: Her message.
        history: The thread before it.
        passages: Passages that fit the message, best first; empty when nothing fits.
        forbidden: Restrictions in force.
        asks: Whether nothing fitting means the article is silent (she asks for something),
            or that she only says how she is.
        scores: How well each of the passages fits, 0 to 1; empty where that is not known.
        more: Further passages that may be used, for when the moment she is in calls for one.
        facts: What she told so far that may be called back to mind, the newest last.
        offer: A sentence that offers something, such as an exercise, to end the answer with.
        already: Answers that she was given to this message and asked to have again.
    """

    message: str
    history: Sequence[Turn] = ()
    passages: Sequence[Passage] = ()
    forbidden: Set[str] = frozenset()
    asks: bool = False
    scores: Sequence[float] = ()
    more: Sequence[Passage] = ()
    facts: Sequence[Fact] = ()
    offer: Sentence | None = None
    already: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Composed:
    """A composed answer.

    Attributes:
        sentences: In the order they are shown.
        scope: What it rests on.
        moment: The moment that was recognised, None for none.
        act: What kind of message it answers.
    """

    sentences: tuple[Sentence, ...]
    scope: Scope
    moment: str | None = None
    act: ActName = "story"

    @property
    def ideas(self) -> tuple[Sentence, ...]:
        """What it says of the article."""
        return tuple(one for one in self.sentences if one.passage)

    @property
    def suits_exercise(self) -> bool:
        """Whether an exercise may follow: not on a light day, nor after what is no story."""
        return self.act not in ("good_news", "form")


def partner_of(situation: Situation) -> Partner:
    """Her word for the ex, from everything she wrote in the thread, the newest first."""
    hers = [turn.content for turn in situation.history if turn.role == "user"]
    return find_partner([situation.message, *reversed(hers)])
