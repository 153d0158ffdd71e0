"""One way to run a transaction, on SQLite and on PostgreSQL.

A transaction is a plain function of a SQLAlchemy ``Connection``. On SQLite it runs in one thread of its own, so
that a whole transaction costs one hop; on PostgreSQL it runs on asyncpg through SQLAlchemy's bridge.
"""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from vault.errors import VaultUnavailable
from vault.statements import with_cursor

Result = TypeVar("Result")
Transaction = Callable[[Connection], Result]

_BUSY_MILLISECONDS = 10_000
"""How long a transaction waits for another process's."""
_MODE_RETRY_SECONDS = 0.01
_CONFLICT_ATTEMPTS = 5
_LOCK = 0x636F72646F6E
"""Which of PostgreSQL's advisory locks is ours."""
_DEADLOCK = "40P01"
"""PostgreSQL's code for two transactions that waited for each other; it undid this one."""
_MIGRATIONS = Path(__file__).with_name("migrations")


class WrongDatabase(ValueError):
    """The database URL cannot be used. Never quotes it: it may hold a password."""


class Database(Protocol):
    """Where transactions run."""

    async def run(self, transaction: Transaction[Result]) -> Result:
        """Run it to its commit. A conflict with another process repeats it from its start.

        Raises ``VaultUnavailable`` when the database does not answer; then nothing was kept.
        """
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...


async def open_database(url: str, migrations: Path = _MIGRATIONS) -> Database:
    """Connect, and bring the schema up to date. Raises ``WrongDatabase`` or ``VaultUnavailable``.

    ``migrations`` is the folder of another schema, which may share the database: its tables and its version are
    its own.
    """
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError:
        raise WrongDatabase("the database URL is malformed") from None
    if backend == "sqlite":
        database: Database = SqliteDatabase(url)
    elif backend == "postgresql":
        database = PostgresDatabase(url)
    else:
        raise WrongDatabase("the database is neither sqlite:///... nor postgresql://...")
    try:
        await database.run(lambda connection: migrate(connection, migrations))
    except BaseException:
        await database.close()
        raise
    return database


def migrate(connection: Connection, migrations: Path = _MIGRATIONS) -> None:
    """Bring the schema to the newest version, one process at a time."""
    take_turns(connection)
    command.upgrade(alembic_config(connection, migrations), "head")


def take_turns(connection: Connection) -> None:
    """Wait for every transaction that called this too, for what is made once: on SQLite all of them take turns."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def alembic_config(connection: Connection, migrations: Path = _MIGRATIONS) -> Config:
    """Alembic's settings for a connection that is open already."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _begin(cursor: Any) -> None:
    """Take the write lock at once: a transaction that read first and wanted it later could not have it."""
    cursor.execute("BEGIN IMMEDIATE")


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Have the file write ahead. Two processes that change its mode at once fail without waiting: one tries again."""
    deadline = time.monotonic() + _BUSY_MILLISECONDS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_MODE_RETRY_SECONDS)
        else:
            return


class SqliteDatabase:
    """A file, written ahead, flushed to disk at every commit, its freed pages overwritten with zeros."""

    def __init__(self, url: str) -> None:
        path = make_url(url).database
        if not path or path == ":memory:":
            raise WrongDatabase("the vault needs a database that outlives the process: sqlite:///FILE")
        self._path = path
        self._engine = create_engine(
            make_url(url).set(drivername="sqlite"),
            poolclass=StaticPool,
            hide_parameters=True,
            connect_args={"check_same_thread": False, "isolation_level": None},
        )
        self._connection: Connection | None = None
        event.listen(self._engine, "do_connect", self._ensure_private)
        event.listen(self._engine, "connect", self._prepare)
        event.listen(self._engine, "begin", lambda connection: with_cursor(connection, _begin))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vault-sqlite")

    async def run(self, transaction: Transaction[Result]) -> Result:
        """As the protocol says."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, transaction)

    def _run(self, transaction: Transaction[Result]) -> Result:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                return transaction(self._connection)
        except (SQLAlchemyError, OSError) as error:
            raise VaultUnavailable(f"the vault's database failed: {type(error).__name__}") from None

    def _ensure_private(self, *_connect: object) -> None:
        """The file is its owner's only; SQLite gives its journal the same mode."""
        if not Path(self._path).exists():
            Path(self._path).parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))

    @staticmethod
    def _prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        _write_ahead(cursor)
        for pragma in ("synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    async def close(self) -> None:
        """Fold the journal into the file and close it."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=True)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


class PostgresDatabase:
    """A server, by asyncpg."""

    def __init__(self, url: str) -> None:
        self._engine: AsyncEngine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            hide_parameters=True,
            pool_size=4,
            pool_pre_ping=True,
            connect_args={"timeout": 5, "command_timeout": 10},
        )

    async def run(self, transaction: Transaction[Result]) -> Result:
        """As the protocol says."""
        for attempt in range(_CONFLICT_ATTEMPTS):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(transaction)
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                if not _is_conflict(error):
                    raise VaultUnavailable(f"the vault's database failed: {type(error).__name__}") from None
                if attempt == _CONFLICT_ATTEMPTS - 1:
                    raise VaultUnavailable("the vault's database reports conflict after conflict") from None
        raise AssertionError  # the loop returns or raises

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _is_conflict(error: Exception) -> bool:
    """Whether another process was quicker, or in the way: inserted the same key, or waited for us as we for it."""
    return isinstance(error, IntegrityError) or (
        isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _DEADLOCK
    )
