"""Copies of an SQLite database, by SQLite itself: each is one moment, and each arrives whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playhouse.db_url import parse

from models.copies.programs import CannotCopy
from models.turns import PATIENCE, turns_of

LEFT_OUT = ("session", "one_time_link", "vault_session", "staged_file", "file_work")
"""Tables whose rows let somebody in, or open something, now; and files on their way in. No backup holds them."""

LONGEST = 60.0  # seconds that others may keep us from writing
PAGES = 4096  # copied between two looks at whether somebody interrupts


class SqliteCopies:
    """`copy_to` a file, look at one in `scratch`, `put_in_place` what is there."""

    engine = "sqlite"
    member = "varna.db"

    def __init__(self, url: str) -> None:
        self._path = Path(parse(url)["database"])

    def copy_to(self, file: Path) -> None:
        """A copy of this moment, without LEFT_OUT, readable by its owner only. Raises CannotCopy."""
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with _said():
            with closing(_read_only(self._path)) as source:
                source.execute("VACUUM INTO ?", (str(file),))  # no page of it holds what was deleted before
            with closing(sqlite3.connect(file, isolation_level=None)) as copy:
                _leave_out(copy)

    @contextmanager
    def scratch(self, file: Path) -> Iterator[str]:
        """The URL of a database that holds this copy: the file itself, which goes with its room."""
        yield f"sqlite:///{file}"

    def put_in_place(self, scratch: str) -> None:
        """The database becomes what `scratch` is, in one transaction: until its end, the old one stands."""
        with (
            _said(),
            turns_of(str(self._path)).turn(LONGEST),
            closing(_read_only(Path(parse(scratch)["database"]))) as source,
            closing(sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)) as target,
        ):
            target.execute("PRAGMA synchronous = FULL")
            source.backup(target, pages=PAGES, progress=_until(time.monotonic() + LONGEST))
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=PATIENCE)


def _leave_out(copy: sqlite3.Connection) -> None:
    """What is deleted is written over, and no journal keeps it."""
    copy.execute("PRAGMA journal_mode = MEMORY")
    copy.execute("PRAGMA secure_delete = ON")
    there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in there.intersection(LEFT_OUT):
        copy.execute(f"DELETE FROM {table}")  # noqa: S608  one of three names


def _until(deadline: float) -> Callable[[int, int, int], None]:
    """SQLite would try for ever while somebody else writes."""

    def progress(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
            raise CannotCopy("Somebody else kept writing in the database. Stop Värna first.")

    return progress


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise CannotCopy(f"SQLite says: {error}.") from error
