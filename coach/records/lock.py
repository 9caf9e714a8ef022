"""The lock: what she wrote stays closed until she opens it, whoever else uses her browser.

A lock without a passphrase protects against a glance, one with a passphrase against somebody
who tries. It guards the page and not the files: whoever can read the database needs none.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from coach.errors import MessageError
from coach.records import queries
from coach.records.database import Database
from coach.records.tables import PersonRow, now

__all__ = ["Attempt", "Lock", "LockState"]

Attempt = Literal["right", "wrong", "wait"]

_SHORTEST: Final = 8
_FREE_TRIES: Final = 5
_FIRST_WAIT: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(hours=1)
_AWAY: Final = timedelta(minutes=10)
_SEEN_OFTEN_ENOUGH: Final = timedelta(seconds=30)

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class LockState:
    """How a person's lock stands.

    Attributes:
        locked: Whether nothing of hers may be read or shown.
        has_passphrase: Whether a passphrase opens it.
        when_away: Whether it closes by itself once she has been away for ten minutes.
        tried: Whether a passphrase was tried since it was last right, and was not.
        wait: How long no passphrase is taken.
    """

    locked: bool = False
    has_passphrase: bool = False
    when_away: bool = False
    tried: bool = False
    wait: timedelta = timedelta()


class Lock:
    """The locks of all persons, reached as `Records.lock`.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, person: str) -> LockState:
        """How a person's lock stands; open for somebody of whom nothing is kept."""
        with self._database.reading() as session:
            row = session.get(PersonRow, person)
            return LockState() if row is None else _state(row, now())

    def close(self, person: str) -> None:
        """Lock what is a person's, until she opens it."""
        with self._database.writing() as session:
            queries.lock(session, person)
            queries.owner(session, person).locked = True

    def open(self, person: str, passphrase: str = "") -> Attempt:
        """Unlock what is a person's.

        Args:
            person: Whose it is.
            passphrase: What was typed; anything will do where there is no passphrase.

        Returns:
            Whether it was right, and so is open, or that no attempt is taken now.
        """
        result = self._attempt(person, passphrase)
        if result == "right":
            with self._database.writing() as session:
                queries.lock(session, person)
                row = queries.owner(session, person)
                row.locked, row.seen_at = False, now()
        return result

    def set_passphrase(self, person: str, passphrase: str | None, old: str = "") -> Attempt:
        """Give a person's lock a passphrase, another one, or none.

        Args:
            person: Whose lock.
            passphrase: At least 8 characters; None takes it away, and the closing by itself
                with it.
            old: The one that was set before, if there was one.

        Returns:
            Whether the old one was right and the new one is set.

        Raises:
            MessageError: It is too short.
        """
        if passphrase is not None and len(passphrase) < _SHORTEST:
            raise MessageError(f"A passphrase has at least {_SHORTEST} characters.")
        result = self._attempt(person, old)
        if result == "right":
            hashed = None if passphrase is None else _hasher.hash(_bytes(passphrase))
            with self._database.writing() as session:
                queries.lock(session, person)
                row = queries.owner(session, person)
                row.passphrase = hashed
                row.lock_when_away = row.lock_when_away and hashed is not None
            self._database.purge(rewrite=False)
        return result

    def close_when_away(self, person: str, wanted: bool) -> None:
        """Let a person's lock close by itself once she has been away for ten minutes, or not.

        Raises:
            MessageError: There is no passphrase; everybody would open it again.
        """
        with self._database.writing() as session:
            queries.lock(session, person)
            row = queries.owner(session, person)
            if wanted and row.passphrase is None:
                raise MessageError("Only a lock with a passphrase closes by itself.")
            row.lock_when_away, row.seen_at = wanted, now()

    def seen(self, person: str) -> None:
        """Note that a person is here, where her lock asks for it. Never opens one."""
        time = now()
        with self._database.reading() as session:
            row = session.get(PersonRow, person)
            if row is None or not _is_due(row, time):
                return
        with self._database.writing() as session:
            queries.lock(session, person)
            row = queries.owner(session, person)
            if _is_due(row, time):
                row.seen_at = time

    def _attempt(self, person: str, passphrase: str) -> Attempt:
        """Count the attempt, then look whether it is right.

        In this order, many attempts at the same moment are no more than one after the other,
        and nobody's writes wait while a hash is worked out.
        """
        with self._database.writing() as session:
            queries.lock(session, person)
            row, time = queries.owner(session, person), now()
            expected = row.passphrase
            if expected is None:
                return "right"
            if _wait(row, time):
                return "wait"
            row.tries, row.tried_at = row.tries + 1, time
        try:
            _hasher.verify(expected, _bytes(passphrase))
        except VerifyMismatchError:
            return "wrong"
        with self._database.writing() as session:
            queries.lock(session, person)
            row = queries.owner(session, person)
            if row.passphrase != expected:  # changed meanwhile, in another tab
                return "wrong"
            row.tries, row.tried_at = 0, None
        return "right"


def _state(row: PersonRow, time: datetime) -> LockState:
    return LockState(
        locked=row.locked or _has_been_away(row, time),
        has_passphrase=row.passphrase is not None,
        when_away=row.lock_when_away,
        tried=row.tries > 0,
        wait=_wait(row, time),
    )


def _has_been_away(row: PersonRow, time: datetime) -> bool:
    # A clock that was set back must not keep it open: both directions count.
    return row.lock_when_away and (row.seen_at is None or abs(time - row.seen_at) >= _AWAY)


def _is_due(row: PersonRow, time: datetime) -> bool:
    if not row.lock_when_away or row.locked or _has_been_away(row, time):
        return False
    return row.seen_at is None or abs(time - row.seen_at) >= _SEEN_OFTEN_ENOUGH


def _wait(row: PersonRow, time: datetime) -> timedelta:
    """What is left of the pause after too many attempts; each pause is twice the one before."""
    over = row.tries - _FREE_TRIES
    if over < 0 or row.tried_at is None:
        return timedelta()
    pause: timedelta = min(_FIRST_WAIT * 2 ** min(over, 10), _LONGEST_WAIT)
    # A clock that was set back must not make the pause longer than it is.
    return max(timedelta(), min(pause, row.tried_at + pause - time))


def _bytes(passphrase: str) -> bytes:
    # The same letters are made of other code points on other keyboards.
    return unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
