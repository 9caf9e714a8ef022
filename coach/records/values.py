"""What the records hand out: plain frozen values, detached from the database."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from coach.errors import CoachError
from coach.reply import Disclosure, DisclosureKind, Fact, Reply, Turn

__all__ = [
    "CheckIn",
    "CorrectionError",
    "ExchangeIds",
    "FoundThread",
    "Moment",
    "Rating",
    "StoredDisclosure",
    "StoredFact",
    "StoredPage",
    "StoredTurn",
    "ThreadInfo",
    "User",
    "UserError",
]

Moment = Literal["start", "end"]
Rating = Literal["good", "bad", "misheard", "cold", "long"]
"""What she thought of an answer: it helped, or what was wrong with it."""

_CORRECTABLE: Final[frozenset[DisclosureKind]] = frozenset(
    {"abuse", "violence", "cheating", "no_contact"}
)


class CorrectionError(CoachError):
    """A disclosure that cannot be called a misunderstanding."""

    exit_code = 2


class UserError(CoachError):
    """A name or password that cannot be taken, or a name that is not there."""

    exit_code = 2


class ExchangeIds(NamedTuple):
    """Ids of the two turns that one exchange stored.

    Attributes:
        user: The person's turn.
        coach: The coach's turn; the `parent` of the exchange that follows it.
    """

    user: str
    coach: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadInfo:
    """One conversation, without its turns.

    Attributes:
        id: Unguessable id.
        title: A short title, None until something was said.
        created_at: When it was started, UTC.
        updated_at: When something was last said in it, UTC.
    """

    id: str
    title: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundThread:
    """A conversation that holds what was searched for.

    Attributes:
        thread: The conversation.
        excerpt: A few words around the newest place where it was said, on one line; None when
            only the title holds it.
    """

    thread: ThreadInfo
    excerpt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTurn:
    """One turn of a conversation, as it was shown.

    Attributes:
        id: Unguessable id.
        parent: Id of the turn before it on its branch, None for a first message.
        turn: Who said what.
        reply: The reply behind a turn of the coach, without its `facts` and its exercise's
            `page`, which are kept by themselves; None for the person's own turns.
        created_at: When it was stored, UTC.
    """

    id: str
    parent: str | None
    turn: Turn
    reply: Reply | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDisclosure:
    """Something a person disclosed, and what became of it.

    Attributes:
        id: Unguessable id.
        disclosure: What was disclosed; `evidence` is empty once its thread was deleted.
        thread: Where it was said, None once that thread was deleted.
        turn: The person's turn it was said in, None once its thread was deleted.
        created_at: When it was stored, UTC.
        corrected: Whether the person has said that it was a misunderstanding.
    """

    id: str
    disclosure: Disclosure
    thread: str | None
    turn: str | None
    created_at: datetime
    corrected: bool

    @property
    def correctable(self) -> bool:
        """Whether the person may call it a misunderstanding.

        Only false alarms about the past relationship are: a crisis ends when she says
        that she is safe, and being under age does not end by saying so.
        """
        return self.disclosure.kind in _CORRECTABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFact:
    """Something she told that the coach may come back to.

    Attributes:
        id: Unguessable id.
        fact: What she told.
        thread: Where she first told it, None when it was in no conversation.
        created_at: When it was stored, UTC.
    """

    id: str
    fact: Fact
    thread: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """How she said she was. It has a face or a word, not both.

    Attributes:
        id: Unguessable id.
        moment: Whether she had just come or was about to go.
        mood: One of five faces, 1 (worst) to 5 (best), None when she chose a word.
        word: Her word, None when she chose a face.
        thread: The conversation around it, None when there was none or it was deleted.
        created_at: When it was stored, UTC.
    """

    id: str
    moment: Moment
    mood: int | None
    word: str | None
    thread: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """One page of her journal.

    Attributes:
        id: Unguessable id.
        exercise: Id of the exercise it came from, None for a page she began herself.
        title: Its heading.
        text: Markdown.
        revisit_on: From which day on it should be laid before her again, None for never.
        thread: The conversation it came from, None when there was none or it was deleted.
        created_at: When it was stored, UTC.
        updated_at: When its words last changed, UTC.
    """

    id: str
    exercise: str | None
    title: str
    text: str
    revisit_on: date | None
    thread: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who may sign in.

    Attributes:
        name: The name to sign in with, case-folded.
        person: The person whose words these are.
        created_at: When the name was added, UTC.
        locked_until: Until when it takes no password, None when it does.
    """

    name: str
    person: str
    created_at: datetime
    locked_until: datetime | None
