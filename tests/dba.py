"""Somebody who writes the database behind Värna's back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import psycopg


class Dba:
    """A hostile administrator of the database: takes every trigger away, writes what they like, and puts them back."""

    def __init__(self, url: str) -> None:
        self.engine = url.partition(":")[0]
        self.connection: Any = raw(url)
        if self.engine == "postgresql":
            self.run("SET session_replication_role = replica")

    @contextmanager
    def unguarded(self) -> Iterator[None]:
        triggers = self.connection.execute(TRIGGERS).fetchall() if self.engine == "sqlite" else []
        for name, _ in triggers:
            self.connection.execute(f"DROP TRIGGER {name}")
        try:
            yield
        finally:
            for _, sql in triggers:
                with suppress(sqlite3.OperationalError):  # its table is gone
                    self.connection.execute(sql)

    def run(self, sql: str, *values: Any) -> int:
        mark = "?" if self.engine == "sqlite" else "%s"
        with self.unguarded():
            given = (sql.replace("?", mark), values) if values else (sql,)
            return self.connection.execute(*given).rowcount

    def says(self, table: str, column: str, where: str, value: Any) -> bool:
        """Whether a column of a row is this very value."""
        same = (
            "{0} IS ? AND typeof({0}) = typeof(?)"
            if self.engine == "sqlite"
            else "{0} IS NOT DISTINCT FROM %s OR {0} = %s"
        )
        found = self.connection.execute(f"SELECT {same.format(column)} FROM {table} WHERE {where}", (value, value))
        return bool(found.fetchone()[0])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.unguarded() if "UPDATE" in sql else nullcontext():
            return self.connection.execute(sql).fetchall()


TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


def raw(url: str) -> Any:
    """A connection of nobody's making but the engine's."""
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    return psycopg.connect(url, autocommit=True)
