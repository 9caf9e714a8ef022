"""Where people are signed in: one session for each browser."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coach.records.database import Database
from coach.records.tables import SessionRow, UserRow, now

__all__ = ["Sessions", "begin", "end_all"]

_UNUSED: Final = timedelta(days=30)
# A request more or less is not worth a write each.
_SEEN_AGAIN: Final = timedelta(hours=1)


class Sessions:
    """Sessions of everybody, reached as `Records.sessions`; `Users.sign_in` begins them.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def person(self, token: str) -> str | None:
        """Who is signed in.

        Args:
            token: What her browser holds.

        Returns:
            The person, None when this session is not there, was ended, or was not used for
            30 days.
        """
        time, digest = now(), _digest(token)
        with self._database.reading() as session:
            found = session.execute(
                select(UserRow.person_id, SessionRow.last_seen)
                .join(UserRow, UserRow.seq == SessionRow.user_seq)
                .where(SessionRow.token == digest)
            ).first()
        if found is None or time - found.last_seen > _UNUSED:
            return None
        if time - found.last_seen > _SEEN_AGAIN:
            with self._database.writing() as session:
                session.execute(
                    update(SessionRow).where(SessionRow.token == digest).values(last_seen=time)
                )
        person: str = found.person_id
        return person

    def end(self, token: str) -> None:
        """Sign out here. Nothing happens when there is no such session."""
        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.token == _digest(token)))

    def end_everywhere(self, token: str) -> None:
        """Sign out here and wherever else the same user is signed in."""
        with self._database.writing() as session:
            user = session.scalar(
                select(SessionRow.user_seq).where(SessionRow.token == _digest(token))
            )
            if user is not None:
                end_all(session, user)


def begin(session: Session, user: UserRow) -> str:
    """Begin a session in a transaction that writes, and clear away what nobody uses.

    Returns:
        Its token, which is kept nowhere but in her browser.
    """
    time, token = now(), secrets.token_urlsafe(32)
    session.execute(delete(SessionRow).where(SessionRow.last_seen < time - _UNUSED))
    session.add(
        SessionRow(token=_digest(token), user_seq=user.seq, created_at=time, last_seen=time)
    )
    return token


def end_all(session: Session, user: int, keep: str | None = None) -> None:
    """End all sessions of a user in a transaction that writes, but for the one of a token."""
    others = delete(SessionRow).where(SessionRow.user_seq == user)
    if keep is not None:
        others = others.where(SessionRow.token != _digest(keep))
    session.execute(others)


def _digest(token: str) -> str:
    # A random token of 256 bits needs no slow hash.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
