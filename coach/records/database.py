"""The database under the records: opening, migrating, erasing, and its failures.

Everything that differs between SQLite and PostgreSQL lives in this file.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from coach.errors import ConfigError, StorageError

__all__ = ["Database"]

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 15.0
_CONNECT_SECONDS = 10
_TRUNCATE = "PRAGMA wal_checkpoint(TRUNCATE)"
_ADVISORY_LOCK = 0x636F616368  # any number will do, as long as it is always this one
_ALEMBIC = threading.Lock()  # Alembic keeps the running migration in globals of its own


class Database:
    """One database, SQLite or PostgreSQL, behind short transactions.

    Args:
        url: SQLAlchemy address.

    Raises:
        ConfigError: The address is wrong or its driver is not installed.
    """

    def __init__(self, url: str) -> None:
        self._url = _parse(url)
        self._path = Path(self._url.database or "") if _is_sqlite(self._url) else None
        self._engine: Engine | None = None
        self._write_turn = threading.Lock()
        self._name = (
            f"The records in {str(self._path)!r}"
            if self._path
            else f"The records at {self._url.render_as_string(hide_password=True)!r}"
        )

    def open(self) -> None:
        """Make the file if there is none, and connect lazily.

        Raises:
            StorageError: The directory or the file cannot be made.
        """
        if self._engine is not None:
            return
        if self._path is not None:
            self._make_private_file(self._path)
        self._engine = _engine(self._url)

    def close(self) -> None:
        """Close every connection. May be opened again."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with self._failures(), Session(self._ready()) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes: all of it is kept, or nothing.

        SQLite takes the write lock at once; a transaction that first reads and then
        wants to write fails when another process wrote in between.
        """
        engine = self._ready().execution_options(sqlite_begin="BEGIN IMMEDIATE")
        with (
            self._turn(),
            self._failures(),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the threads of this process write to SQLite in turn.

        SQLite's own waiting is a poll with pauses, in which one of several busy writers
        may go without for seconds.
        """
        if self._path is None:
            yield
            return
        if not self._write_turn.acquire(timeout=_BUSY_SECONDS):
            raise StorageError(f"{self._name} are too busy to answer.")
        try:
            yield
        finally:
            self._write_turn.release()

    def migrate(self) -> None:
        """Bring the schema to the newest revision. May be called at any time, by many.

        Raises:
            StorageError: The database cannot be changed or is newer than this program.
        """
        self._ready()
        # A connection of its own: with foreign keys on, making a table anew in SQLite
        # would cascade its rows away.
        engine = _engine(self._url, pool=NullPool, foreign_keys=False).execution_options(
            sqlite_begin="BEGIN IMMEDIATE"
        )
        with self._failures():
            if self._path is not None:
                with engine.execution_options(sqlite_begin=None).connect() as connection:
                    _patiently(connection, "PRAGMA journal_mode = WAL")  # stays with the file
            with _ALEMBIC, engine.begin() as connection:
                self._upgrade(connection)
            if self._path is not None:
                _truncate_log(engine)

    def _upgrade(self, connection: Connection) -> None:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:  # BEGIN IMMEDIATE has done as much for SQLite
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StorageError(
                f"{self._name} were written by a newer version of the coach; please update it."
            ) from error
        if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise StorageError(f"{self._name} could not be brought up to date: rows are missing.")

    def purge(self, *, rewrite: bool) -> None:
        """Make sure that deleted words are in none of SQLite's files any more.

        PostgreSQL's own vacuum and log rotation do this in their own time.

        Args:
            rewrite: Also write the whole file anew, without the space that was freed.

        Raises:
            StorageError: Somebody kept reading the old version all the while.
        """
        if self._path is None:
            return
        engine = self._ready().execution_options(sqlite_begin=None)
        with self._failures(), engine.connect() as connection:
            if rewrite:
                _patiently(connection, "VACUUM")
            clean = _patiently(connection, _TRUNCATE)
        if not clean:
            raise StorageError(
                "What was to be deleted is deleted, but traces of it stay in the files next to "
                f"{str(self._path)!r} for as long as another program keeps reading them; end that "
                "program, then start the coach anew."
            )

    def _ready(self) -> Engine:
        if self._engine is None:
            raise StorageError(f"{self._name} are not open.")
        # SQLite would go on writing into a deleted file, and nobody would notice.
        if self._path is not None and not self._path.exists():
            raise StorageError(f"{self._name} are gone: the file was moved or deleted.")
        return self._engine

    def _make_private_file(self, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)  # SQLite gives its other files the same mode
            if path.stat().st_mode & 0o077:
                with suppress(PermissionError):  # somebody else's file: theirs to decide
                    path.chmod(0o600)
        except FileExistsError as error:
            raise StorageError(
                f"{self._name} cannot be opened: there is a file where a folder should be."
            ) from error
        except OSError as error:
            raise StorageError(f"{self._name} cannot be opened: {error.strerror}.") from error

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Say what went wrong in one sentence, without anybody's words.

        The original error is not chained: PostgreSQL's details quote whole rows.
        """
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            lines = str(error.orig).strip().splitlines()
            reason = lines[0].rstrip(".") if lines else "the database gave no reason"
            raise StorageError(f"{self._name} cannot be used: {reason}.") from None
        except PoolTimeoutError:
            raise StorageError(f"{self._name} are too busy to answer.") from None


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigError("COACH_DATABASE_URL is not a database address.") from None
    name = parsed.get_backend_name()
    if name not in ("sqlite", "postgresql"):
        raise ConfigError(f"COACH_DATABASE_URL must be sqlite or postgresql, not {name!r}.")
    try:
        parsed.get_dialect().import_dbapi()
    except (ImportError, NoSuchModuleError):
        raise ConfigError(
            f"COACH_DATABASE_URL needs the driver of {parsed.drivername!r}, which is not installed."
        ) from None
    if name == "sqlite" and (parsed.database or ":memory:").startswith((":memory:", "file:")):
        raise ConfigError("COACH_DATABASE_URL must name a file: sqlite:///path/to/coach.sqlite3.")
    return parsed


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _engine(url: URL, *, pool: type[NullPool] | None = None, foreign_keys: bool = True) -> Engine:
    # hide_parameters keeps people's words out of error messages and logs.
    options: dict[str, Any] = {"hide_parameters": True, "poolclass": pool}
    if not _is_sqlite(url):
        arguments = {"connect_timeout": _CONNECT_SECONDS}
        return create_engine(url, pool_pre_ping=True, connect_args=arguments, **options)
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, **options)

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
            "secure_delete = ON",
            "synchronous = FULL",  # a disclosure must survive a power cut
            "temp_store = MEMORY",  # VACUUM must not copy anybody's words elsewhere
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("sqlite_begin", "BEGIN")
        if statement is not None:
            connection.exec_driver_sql(statement)

    return engine


def _patiently(connection: Connection, statement: str) -> bool:
    """Run a statement for which SQLite does not always wait its turn by itself.

    Returns:
        Whether it got its turn in time; a checkpoint tells in its first column.
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            result = connection.exec_driver_sql(statement)
            row = result.first() if result.returns_rows else None
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > deadline:
                raise
        else:
            if row is None or row[0] != 1:
                return True
            if time.monotonic() > deadline:
                return False
        time.sleep(0.02)


def _truncate_log(engine: Engine) -> None:
    """Empty the write-ahead log of a run that ended between deleting and cleaning up."""
    with engine.execution_options(sqlite_begin=None).connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")  # in use: leave it to them
        connection.exec_driver_sql(_TRUNCATE)
