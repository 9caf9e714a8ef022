"""Who may sign in on a server that several people share."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coach.records import convert, marks, passwords
from coach.records.database import Database
from coach.records.sessions import begin, end_all
from coach.records.tables import PersonRow, UserRow, new_id, now
from coach.records.values import User, UserError

__all__ = ["Users", "folded"]

_Done = TypeVar("_Done")

_NAME: Final = re.compile(r"[\w.@+-]{1,64}")
_FREE_FAILURES: Final = 5
# Longer, and whoever knows her name keeps her out with a guess now and then.
_LONGEST_LOCK: Final = timedelta(minutes=5)


class Users:
    """Everybody who may sign in, reached as `Records.users`.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def check_new(self, name: str) -> None:
        """Refuse a name that cannot be added.

        Raises:
            UserError: It has another form, or is taken.
        """
        with self._database.reading() as session:
            if _row(session, _folded(name)) is not None:
                raise _taken(name)

    def add(self, name: str, password: str, person: str | None = None) -> User:
        """Add somebody.

        Args:
            name: 1 to 64 letters, digits and . _ - + @; upper and lower case are the same.
            password: At least 10 characters.
            person: Whose words these will be, such as the person of a name that was removed
                without her data; default is a new one.

        Returns:
            Who was added.

        Raises:
            UserError: The name is taken, or one of the three cannot be.
        """
        key = _folded(name)
        passwords.check_password(password)
        row = UserRow(
            name=key,
            password=passwords.hashed(password),
            person_id=person or new_id(),
            failures=0,
            created_at=now(),
        )
        try:
            with self._database.writing() as session:
                if person is not None and not _is_free(session, person):
                    raise UserError(f"There is no person {person[:80]!r} without a name here.")
                if _row(session, key) is not None:
                    raise _taken(name)
                session.add(row)
        except IntegrityError:  # another process was quicker
            raise _taken(name) from None
        return _user(row)

    def change_password(self, name: str, password: str, keep: str | None = None) -> None:
        """Give somebody another password, lift a lock, and end her sessions.

        Args:
            name: Whose.
            password: At least 10 characters.
            keep: The token of the one session that goes on, None for none.

        Raises:
            UserError: There is no such name, or the password is too short.
        """
        passwords.check_password(password)
        kept = passwords.hashed(password)
        with self._database.writing() as session:
            row = _known(session, name)
            row.password, row.failures, row.locked_until = kept, 0, None
            end_all(session, row.seq, keep)

    def remove(self, name: str, *, data: bool) -> User:
        """Remove somebody; she is signed out everywhere.

        Args:
            name: Whom.
            data: Whether everything she wrote is deleted as well, also from the bytes of
                SQLite's files.

        Returns:
            Who was removed.

        Raises:
            UserError: There is no such name.
            StorageError: Also when all is deleted but another program holds on to the files,
                so that traces stay for now.
        """
        with self._database.writing() as session:
            row = _known(session, name)
            removed = _user(row)
            end_all(session, row.seq)
            session.delete(row)
            if data:
                session.execute(delete(PersonRow).where(PersonRow.id == removed.person))
        self._database.purge(rewrite=data)
        return removed

    def known(self, name: str) -> User:
        """Somebody by name.

        Raises:
            UserError: There is no such name.
        """
        with self._database.reading() as session:
            return _user(_known(session, name))

    def everybody(self) -> list[User]:
        """Everybody who may sign in, by name."""
        with self._database.reading() as session:
            return [_user(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))]

    def nobody(self) -> bool:
        """Whether nobody has been added yet."""
        with self._database.reading() as session:
            return session.scalar(select(UserRow.seq).limit(1)) is None

    def check(self, name: str, password: str) -> bool:
        """Whether a name and a password go together; wrong ones are counted.

        After 5 wrong ones in a row the name takes none for a minute, then for twice as long
        with each that follows, up to 5 minutes. Neither the answer nor the time it takes tells
        whether there is such a name, or whether it is locked.
        """
        return self._admit(name, password, lambda _session, _user: True) or False

    def sign_in(self, name: str, password: str, mark: str | None = None) -> str | None:
        """Begin a session.

        Args:
            name: Her name.
            password: Her password; see `check` for wrong ones.
            mark: What `mark` gave to her browser. Wrong passwords are not counted with it, nor
                does it matter how many there were: whoever takes them has to.

        Returns:
            The token of the session, None when they do not go together.
        """
        return self._admit(name, password, begin, mark)

    def mark(self, name: str) -> str:
        """A mark for a browser that somebody has signed in with.

        Raises:
            UserError: There is no such name.
        """
        with self._database.reading() as session:
            return marks.new(_known(session, name).password)

    def knows(self, name: str, mark: str) -> bool:
        """Whether a mark is one that was made for a name, and the password is still the same."""
        with self._database.reading() as session:
            row = _row(session, _sought(name))
            return row is not None and marks.fits(row.password, mark)

    def _admit(
        self,
        name: str,
        password: str,
        act: Callable[[Session, UserRow], _Done],
        mark: str | None = None,
    ) -> _Done | None:
        key = _sought(name)
        with self._database.reading() as session:
            row = _row(session, key)
            kept = passwords.unknown() if row is None else row.password
        # Outside any transaction: it takes long, and others want to write meanwhile.
        right = passwords.fits(kept, password)
        if row is None:
            return None
        anew = passwords.hashed(password) if right and passwords.outdated(kept) else kept
        with self._database.writing() as session:
            # Read again: of many guesses at once, those after the fifth find it locked.
            current = _row(session, key, lock=True)
            time = now()
            if current is None or current.password != kept:
                return None
            hers = mark is not None and marks.fits(kept, mark)
            if not hers and _locked(current, time):
                return None
            if not right and hers:
                return None
            if not right:
                current.failures += 1
                current.locked_until = _lock(current.failures, time)
                return None
            current.failures, current.locked_until, current.password = 0, None, anew
            return act(session, current)


def folded(name: str) -> str:
    """A name as it is kept, whichever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _folded(name: str) -> str:
    key = folded(name)
    if not _NAME.fullmatch(key):
        raise UserError(
            f"{name[:80]!r} cannot be a name: use 1 to 64 letters, digits and . _ - + @, no spaces."
        )
    return key


def _sought(name: str) -> str:
    try:
        return _folded(name)
    except UserError:
        return ""  # nobody's, and to look for that takes as long


def _row(session: Session, key: str, *, lock: bool = False) -> UserRow | None:
    wanted = select(UserRow).where(UserRow.name == key)
    return session.scalar(wanted.with_for_update() if lock else wanted)


def _known(session: Session, name: str) -> UserRow:
    row = _row(session, _folded(name))
    if row is None:
        raise UserError(f"There is nobody named {name[:80]!r} here.")
    return row


def _is_free(session: Session, person: str) -> bool:
    return (
        convert.is_id(person)
        and session.get(PersonRow, person) is not None
        and session.scalar(select(UserRow.seq).where(UserRow.person_id == person)) is None
    )


def _locked(row: UserRow, time: datetime) -> bool:
    return row.locked_until is not None and time < row.locked_until


def _lock(failures: int, time: datetime) -> datetime | None:
    over = failures - _FREE_FAILURES
    if over < 0:
        return None
    # The exponent is held down, or a year of guesses would overflow.
    return time + min(timedelta(minutes=2 ** min(over, 10)), _LONGEST_LOCK)


def _taken(name: str) -> UserError:
    return UserError(f"There is somebody named {name[:80]!r} already.")


def _user(row: UserRow) -> User:
    locked = row.locked_until
    return User(
        name=row.name,
        person=row.person_id,
        created_at=row.created_at,
        locked_until=locked if locked is not None and now() < locked else None,
    )
