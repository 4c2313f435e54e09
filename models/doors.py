"""Doors: what makes writing possible, and how one is refused without them.

Every connection only reads. A door is a named reason to write, and it knows which tables it may write.
There are three: `ledger.act` for records, `housekeeping` for the tables below, `migrate` for the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from peewee import Query, _WriteQuery

HOUSEKEEPING = frozenset(
    {
        "session", "throttle", "one_time_link", "used_challenge", "vault_session", "sent_reminder", "staged_file",
        "file_work",
    }
)  # fmt: skip

_READS = re.compile(r"\s*(SELECT|VALUES|WITH|EXPLAIN|PRAGMA|SHOW|SAVEPOINT|RELEASE|ROLLBACK)\b", re.IGNORECASE)
_MAY_HIDE_A_WRITE = re.compile(r"\s*(WITH|EXPLAIN)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE|REPLACE|MERGE)\b", re.IGNORECASE)


class NoDoor(Exception):
    """A write was tried where no door is open."""


class WrongDoor(NoDoor):
    """A write was tried through a door that does not lead to its table."""


class DoorInsideDoor(NoDoor):
    """A door was opened inside a door, or inside a transaction already begun."""


@dataclass(frozen=True)
class Door:
    """A reason to write, and the tables it may write. Subclass it when the tables follow from a rule."""

    name: str
    tables: frozenset[str] = frozenset()

    def may(self, table: str) -> bool:
        return table in self.tables

    def may_raw_sql(self) -> bool:
        """Raw SQL does not say which table it writes, so only the schema's door takes it."""
        return False


class SchemaDoor(Door):
    """The door of `migrate`: every table, and the schema itself."""

    def may(self, table: str) -> bool:
        return True

    def may_raw_sql(self) -> bool:
        return True


def ask(door: Door | None, table: str) -> None:
    """Raises NoDoor or WrongDoor unless `door` leads to `table`."""
    if door is None:
        raise NoDoor(
            f"“{table}” cannot be written here: no door is open. Records are written in ledger.act, "
            "the tables of HOUSEKEEPING in housekeeping, the schema in migrate."
        )
    if not door.may(table):
        raise WrongDoor(f"“{table}” cannot be written through the door “{door.name}”: it does not lead there.")


def ask_for_raw_sql(door: Door | None, sql: str) -> None:
    """Raises NoDoor or WrongDoor if `sql`, written by hand, could write and `door` is not the schema's."""
    if only_reads(sql):
        return
    beginning = " ".join(sql.split())[:60]
    if door is None:
        raise NoDoor(f"Raw SQL that writes cannot run here: no door is open. It began: {beginning}")
    if not door.may_raw_sql():
        raise WrongDoor(f"Raw SQL that writes cannot run through the door “{door.name}”. It began: {beginning}")


def only_reads(sql: str) -> bool:
    """Whether hand-written SQL is sure to read only; in doubt it is not."""
    if _MAY_HIDE_A_WRITE.match(sql):
        return not _WRITES.search(sql)
    return bool(_READS.match(sql))


def tables_written(query: Any) -> Iterator[str]:
    """The tables that a peewee query writes: its own, and those of writes inside its WITH."""
    if isinstance(query, _WriteQuery):
        yield _table_name(query.table)
    for cte in query._cte_list or ():
        yield from _tables_written_by_cte(cte._query)


def _tables_written_by_cte(query: Any) -> Iterator[str]:
    if isinstance(query, Query):
        yield from tables_written(query)


def _table_name(table: Any) -> str:
    """Of a model, or of peewee's bare Table."""
    meta = getattr(table, "_meta", None)
    return meta.table_name if meta else table.__name__
