"""The database: read-only for everyone, except through a door.

`connect_to(url)` binds `db`, to which every model belongs, to SQLite or PostgreSQL. Each connection is read-only;
`writing(door)` is the one primitive that makes one writable, for one transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from peewee import DatabaseProxy, PostgresqlDatabase, Value, fn
from playhouse.migrations import Runner

from models.doors import HOUSEKEEPING, Door, DoorInsideDoor, NoDoor, WrongDoor
from models.engines import engine_for
from models.turns import PATIENCE, NoTurn

__all__ = [
    "HOUSEKEEPING",
    "MIGRATIONS",
    "Door",
    "DoorInsideDoor",
    "NoDoor",
    "NoTurn",
    "WrongDoor",
    "connect_to",
    "connection",
    "days_between",
    "db",
    "housekeeping",
    "migrate",
    "months_ago",
    "pending",
    "writing",
]

MIGRATIONS = Path(__file__).parent / "migrations"

db: Any = DatabaseProxy()


def days_between(first: Any, last: Any) -> Any:
    """The days from one column of days to another, as SQL: the engines count them in ways of their own."""
    if isinstance(db.obj, PostgresqlDatabase):
        return fn.DATE_MI(last, first)
    return fn.JULIANDAY(last) - fn.JULIANDAY(first)


def months_ago(today: dt.date, months: Any) -> Any:
    """The same day so many months ago, or its month's last: `calendar.months_before` as SQL."""
    if isinstance(db.obj, PostgresqlDatabase):
        return (Value(today.isoformat()).cast("date") - fn.MAKE_INTERVAL(0, months)).cast("date")
    first = fn.DATE(today.replace(day=1).isoformat(), fn.PRINTF("-%d months", months))
    return fn.MIN(fn.DATE(first, f"+{today.day - 1} days"), fn.DATE(first, "+1 month", "-1 day"))


def connect_to(url: str) -> None:
    """Binds `db` to `sqlite:////absolute/path.db` or `postgresql://…`. An earlier binding is closed."""
    database = engine_for(url)
    if db.obj is not None:
        db.obj.close_all()
    db.initialize(database)


@contextmanager
def connection() -> Iterator[None]:
    """One connection from the pool for one request or thread, given back at its end; inside another, the same one."""
    opened = db.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if opened:
            db.close()


def writing(door: Door, patience: float = PATIENCE) -> AbstractContextManager[Door]:
    """One write transaction through `door`, on the open connection.

    Commits at the end, rolls back on any exception, and is read-only again in every case. Raises NoTurn when others
    keep writing for `patience` seconds, and DoorInsideDoor when a door or a transaction is already open.
    """
    return db.writing(door, patience)


def housekeeping(*models: Any) -> AbstractContextManager[Door]:
    """The door for what is no record: only for the models named, and only those of HOUSEKEEPING."""
    tables = frozenset(model._meta.table_name for model in models)
    strangers = sorted(tables - HOUSEKEEPING)
    if strangers or not tables:
        raise TypeError(
            f"Housekeeping is for {', '.join(sorted(HOUSEKEEPING))}, not for {', '.join(strangers) or 'nothing'}: "
            "records are written in ledger.act."
        )
    return writing(Door("housekeeping", tables))


def migrate(directory: Path = MIGRATIONS) -> list[str]:
    """Applies what is pending, one process at a time; returns the names applied now."""
    with connection(), db.migrating():
        return Runner(db.obj, str(directory)).up()


def pending(directory: Path = MIGRATIONS) -> list[str]:
    """The names of the migrations not applied yet, in their order."""
    with connection():
        return [step.name for step in Runner(db.obj, str(directory)).status() if not step.applied]
