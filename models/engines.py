"""The two engines, made read-only until a door opens.

Peewee's own queries are asked for their door before they run; the engine's read-only mode stops what goes round
peewee.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from peewee import SQL, Database, Query, __exception_wrapper__  # type: ignore[attr-defined]
from playhouse.db_url import parse
from playhouse.pool import PooledDatabase, PooledPostgresqlDatabase, PooledSqliteDatabase

from models.doors import Door, DoorInsideDoor, SchemaDoor, ask, ask_for_raw_sql, tables_written
from models.turns import PATIENCE, NoTurn, turns_of

MIGRATION_PATIENCE = 300.0  # seconds; whoever starts second waits until the first has migrated


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))


_SQLITE_PRAGMAS = {
    "busy_timeout": _milliseconds(PATIENCE),  # first: the others may have to wait
    "journal_mode": "wal",
    "synchronous": "FULL",
    "foreign_keys": 1,
    "query_only": 1,
}
_POSTGRESQL_OPTIONS = {
    "default_transaction_read_only": "on",
    "timezone": "UTC",
    "lock_timeout": _milliseconds(PATIENCE),
}
_MIGRATION_LOCK = int.from_bytes(b"Varna", "big")
_POSTGRESQL_MIGRATED = (
    "RESET default_transaction_read_only",
    "RESET lock_timeout",
    "SELECT pg_advisory_unlock_all()",
)
_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_POSTGRESQL_BUSY = {"55P03", "40P01"}  # lock_not_available, deadlock_detected


class ReadOnlyUntilDoor(ABC, PooledDatabase, Database):
    """What both engines share: which door this thread stands in, and what it may write there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._here = threading.local()
        super().__init__(*args, **kwargs)

    @property
    def door(self) -> Door | None:
        """The door in which this thread stands."""
        return getattr(self._here, "door", None)

    def execute(self, query: Any, **context_options: Any) -> Any:
        if not isinstance(query, Query):
            return super().execute(query, **context_options)  # SQL by hand, or DDL: asked in execute_sql
        for table in tables_written(query):
            ask(self.door, table)
        sql, params = self.get_sql_context(**context_options).sql(query).query()
        return super().execute_sql(sql, params)

    def insert_rows(self, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        """Inserts rows with the same fields: a short statement run for each, where peewee would write a long one."""
        if not rows:
            return
        table, fields = model._meta.table_name, [model._meta.fields[name] for name in rows[0]]
        ask(self.door, table)
        values = [tuple(field.db_value(row[field.name]) for field in fields) for row in rows]
        columns, marks = ", ".join(f'"{field.column_name}"' for field in fields), ", ".join([self.param] * len(fields))
        insert = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'  # noqa: S608 - names of our own
        with __exception_wrapper__:
            self.cursor().executemany(insert, values)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        ask_for_raw_sql(self.door, sql)
        return super().execute_sql(sql, params)

    @contextmanager
    def writing(self, door: Door, patience: float = PATIENCE) -> Iterator[Door]:
        self._refuse_second(door)
        with (
            self._late_is_no_turn(patience),
            self._turn(patience),
            self._writable(patience),
            self._standing_in(door),
            self._write_transaction(patience),
        ):
            yield door

    @contextmanager
    def migrating(self) -> Iterator[None]:
        """The third door: any statement, in transactions of the migration's own."""
        door = SchemaDoor("migrate")
        self._refuse_second(door)
        with self._late_is_no_turn(MIGRATION_PATIENCE), self._migration_turn(), self._standing_in(door):
            yield

    def _refuse_second(self, door: Door) -> None:
        if self.door is not None:
            raise DoorInsideDoor(f"The door “{door.name}” cannot open inside the door “{self.door.name}”.")
        if self.in_transaction():
            raise DoorInsideDoor(f"The door “{door.name}” cannot open inside a transaction: it begins its own.")

    @abstractmethod
    def listed(self, values: Sequence[Any]) -> SQL:
        """Numbers or texts for `in_`, some thousand of them, as one parameter: peewee would take 20 µs for each."""

    def hold(self, what: str, alone: bool = False) -> None:
        """In a write transaction, until it ends: whoever holds the same stands beside this one, or waits for it.

        `what` is a word of at most seven letters. Holds nothing where there is one writer at a time anyway.
        """

    @contextmanager
    def _standing_in(self, door: Door) -> Iterator[None]:
        self._here.door = door
        try:
            yield
        finally:
            self._here.door = None

    @contextmanager
    def _late_is_no_turn(self, patience: float) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if self._is_late(_driver_error(error)):
                raise NoTurn(patience) from error
            raise

    @contextmanager
    def _restoring(self, *statements: str) -> Iterator[None]:
        """Runs the statements at the end; a connection on which that fails is never used again."""
        try:
            yield
        finally:
            try:
                self._run(*statements)
            except Exception:
                self.manual_close()
                raise

    @abstractmethod
    def _turn(self, patience: float) -> AbstractContextManager[None]: ...

    @abstractmethod
    def _writable(self, patience: float) -> AbstractContextManager[None]: ...

    @abstractmethod
    def _write_transaction(self, patience: float) -> AbstractContextManager[Any]: ...

    @abstractmethod
    def _migration_turn(self) -> AbstractContextManager[None]: ...

    @abstractmethod
    def _is_late(self, error: BaseException) -> bool:
        """Whether the driver says that others held what was needed for too long."""

    def _run(self, *statements: str) -> None:
        """Statements of this module's own, which are not asked for a door."""
        cursor = self.cursor()
        for statement in statements:
            cursor.execute(statement)


class ReadOnlySqlite(ReadOnlyUntilDoor, PooledSqliteDatabase):
    """SQLite, with one writer at a time in the order they came."""

    def listed(self, values: Sequence[Any]) -> SQL:
        return SQL("(SELECT value FROM json_each(?))", [json.dumps(values)])

    def _turn(self, patience: float) -> AbstractContextManager[None]:
        return turns_of(self.database).turn(patience)

    @contextmanager
    def _writable(self, patience: float) -> Iterator[None]:
        """The queue is for us; the busy handler waits for programs that do not queue."""
        with self._restoring("PRAGMA query_only = 1", f"PRAGMA busy_timeout = {_milliseconds(PATIENCE)}"):
            self._run("PRAGMA query_only = 0", f"PRAGMA busy_timeout = {_milliseconds(patience)}")
            yield

    def _write_transaction(self, patience: float) -> AbstractContextManager[Any]:
        return self.transaction("IMMEDIATE")

    @contextmanager
    def _migration_turn(self) -> Iterator[None]:
        with self._turn(MIGRATION_PATIENCE), self._writable(MIGRATION_PATIENCE):
            yield

    def _is_late(self, error: BaseException) -> bool:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _SQLITE_BUSY


class ReadOnlyPostgresql(ReadOnlyUntilDoor, PooledPostgresqlDatabase):
    """PostgreSQL, whose writers wait for one another's rows only."""

    def listed(self, values: Sequence[Any]) -> SQL:
        kind = "bigint" if values and isinstance(values[0], int) else "text"
        return SQL(f"(SELECT unnest(%s::{kind}[]))", [list(values)])

    def hold(self, what: str, alone: bool = False) -> None:
        number = int.from_bytes(what.encode(), "big")
        self._run(f"SELECT pg_advisory_xact_lock{'' if alone else '_shared'}({number})")

    @contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        yield

    @contextmanager
    def _writable(self, patience: float) -> Iterator[None]:
        """The transaction itself is what is made writable, and ends with it."""
        yield

    @contextmanager
    def _write_transaction(self, patience: float) -> Iterator[None]:
        with self.transaction("READ COMMITTED"):
            self._run("SET TRANSACTION READ WRITE", f"SET LOCAL lock_timeout = {_milliseconds(patience)}")
            yield

    @contextmanager
    def _migration_turn(self) -> Iterator[None]:
        with self._restoring(*_POSTGRESQL_MIGRATED):
            self._run(
                f"SET lock_timeout = {_milliseconds(MIGRATION_PATIENCE)}",
                f"SELECT pg_advisory_lock({_MIGRATION_LOCK})",
                "SET default_transaction_read_only = off",
            )
            yield

    def _is_late(self, error: BaseException) -> bool:
        return getattr(error, "sqlstate", None) in _POSTGRESQL_BUSY


def _driver_error(error: BaseException) -> BaseException:
    """What peewee wrapped, or the error itself."""
    return getattr(error, "orig", None) or error


def engine_for(url: str) -> ReadOnlyUntilDoor:
    """The engine that a URL names. Raises ValueError when there is none."""
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        return _sqlite(**parse(url))
    if scheme in {"postgresql", "postgres"}:
        return _postgresql(**parse(url, unquote_password=True, unquote_user=True))
    raise ValueError(f"A database is sqlite:////absolute/path.db or postgresql://…, not “{scheme}”.")


def _sqlite(database: str, **settings: Any) -> ReadOnlySqlite:
    path = Path(database)
    if not path.is_absolute():
        raise ValueError(f"An SQLite database needs an absolute path, with four slashes after “sqlite:”: not “{path}”.")
    _make_file(path)
    return ReadOnlySqlite(database, pragmas=_SQLITE_PRAGMAS, check_same_thread=False, **_pool(settings))


def _make_file(path: Path) -> None:
    """An empty database that only its owner reads, already in WAL: two connections at once could not both switch it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    if _journal_mode(path) != "wal":
        with turns_of(str(path)).turn():
            _journal_mode(path, " = wal")


def _journal_mode(path: Path, change: str = "") -> str:
    file = sqlite3.connect(path, timeout=PATIENCE)
    try:
        return str(file.execute(f"PRAGMA journal_mode{change}").fetchone()[0])
    finally:
        file.close()


def _postgresql(database: str, options: str = "", **settings: Any) -> ReadOnlyPostgresql:
    ours = " ".join(f"-c {name}={value}" for name, value in _POSTGRESQL_OPTIONS.items())
    return ReadOnlyPostgresql(
        database, prefer_psycopg3=True, options=f"{options} {ours}".strip(), **_pool({"stale_timeout": 300} | settings)
    )


def _pool(settings: dict[str, Any]) -> dict[str, Any]:
    """A thread that opens no connection of its own is told so, instead of keeping one for ever."""
    return {"autoconnect": False, "max_connections": 32, "timeout": PATIENCE} | settings
