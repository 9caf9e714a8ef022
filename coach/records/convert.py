"""From rows to values, and from what people type to what every database takes."""

import logging
import re
import textwrap
from typing import Any, cast

from pydantic import ValidationError

from coach.errors import ConfigError
from coach.records.tables import CheckInRow, DisclosureRow, FactRow, PageRow, ThreadRow, TurnRow
from coach.records.values import (
    CheckIn,
    Moment,
    StoredDisclosure,
    StoredFact,
    StoredPage,
    StoredTurn,
    ThreadInfo,
)
from coach.reply import Disclosure, Fact, Reply, Turn

__all__ = [
    "check_in",
    "check_person_id",
    "clean",
    "clean_title",
    "is_id",
    "payload",
    "stored_disclosure",
    "stored_fact",
    "stored_page",
    "stored_turn",
    "thread_info",
    "title_from",
]

_log = logging.getLogger(__name__)

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_TITLE_CHARS = 120
_FIRST_WORDS_CHARS = 48
_LOOK_AT_CHARS = 1000


def is_id(text: str) -> bool:
    """Whether a text has the form of an id."""
    return _ID.fullmatch(text) is not None


def check_person_id(person: str) -> None:
    """Refuse what cannot be a person's id.

    Raises:
        ConfigError: It is not 1 to 64 letters, digits, `-` and `_`.
    """
    if not is_id(person):
        raise ConfigError(
            f"{person[:80]!r} cannot be a person's id: use 1 to 64 letters, digits, - and _."
        )


def clean(text: str) -> str:
    """Replace the characters that no database takes: NUL and halves of a pair."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def clean_title(title: str | None) -> str | None:
    """A title on one line, cut to a decent length; None when it is blank."""
    return _shorten(title or "", _TITLE_CHARS)


def title_from(message: str) -> str | None:
    """A short title from the first words of a message."""
    return _shorten(message, _FIRST_WORDS_CHARS)


def _shorten(text: str, width: int) -> str | None:
    # A message may be very long; its title lies at its beginning.
    words = " ".join(clean(text.lstrip()[:_LOOK_AT_CHARS]).split())
    if len(words) <= width:
        return words or None
    short = textwrap.shorten(words, width, placeholder="…")
    return short if len(short) > 1 else words[: width - 1] + "…"


def thread_info(row: ThreadRow) -> ThreadInfo:
    """The value of a thread's row."""
    return ThreadInfo(
        id=row.id, title=row.title, created_at=row.created_at, updated_at=row.updated_at
    )


def payload(reply: Reply) -> dict[str, Any]:
    """A reply as it is kept with its turn.

    What she can delete by itself, a fact or a page, is kept in one place only.
    """
    return reply.model_dump(mode="json", exclude={"facts": True, "exercise": {"page"}})


def stored_turn(row: TurnRow) -> StoredTurn:
    """The value of a turn's row."""
    reply = _reply(row)
    return StoredTurn(
        id=row.id,
        parent=row.parent_id,
        turn=Turn.model_validate(
            {
                "role": row.role,
                "content": row.content,
                "route": row.route,
                "exercise": _step(reply),
            }
        ),
        reply=reply,
        created_at=row.created_at,
    )


def _step(reply: Reply | None) -> str | None:
    state = reply.exercise if reply is not None else None
    return state.tag if state is not None else None


def _reply(row: TurnRow) -> Reply | None:
    if row.payload is None:
        return None
    try:
        return Reply.model_validate(row.payload)
    except ValidationError:
        # Written by a version with other fields. The words themselves are in `content`;
        # a conversation must not become unreadable over what lay beside them.
        _log.warning("the reply stored with turn %s has another form; left out", row.id)
        return None


def stored_disclosure(row: DisclosureRow, *, corrected: bool) -> StoredDisclosure:
    """The value of a disclosure's row."""
    return StoredDisclosure(
        id=row.id,
        disclosure=Disclosure.model_validate(
            {
                "kind": row.kind,
                "about": row.about,
                "evidence": row.evidence,
                "by": row.by,
                "score": row.score,
            }
        ),
        thread=row.thread_id,
        turn=row.turn_id,
        created_at=row.created_at,
        corrected=corrected,
    )


def stored_fact(row: FactRow) -> StoredFact:
    """The value of a fact's row."""
    fact = {"kind": row.kind, "value": row.value, "evidence": row.evidence}
    return StoredFact(
        id=row.id,
        fact=Fact.model_validate(fact),
        thread=row.thread_id,
        created_at=row.created_at,
    )


def check_in(row: CheckInRow) -> CheckIn:
    """The value of a check-in's row."""
    return CheckIn(
        id=row.id,
        moment=cast("Moment", row.moment),
        mood=row.mood,
        word=row.word,
        thread=row.thread_id,
        created_at=row.created_at,
    )


def stored_page(row: PageRow) -> StoredPage:
    """The value of a journal page's row."""
    return StoredPage(
        id=row.id,
        exercise=row.exercise,
        title=row.title,
        text=row.text,
        revisit_on=row.revisit_on,
        thread=row.thread_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
