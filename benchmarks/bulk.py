"""Rows by the hundred thousand, straight into a closed database: past the doors, and so unwitnessed.

Only the benchmark does this; `ledger verify` says of such a database that nobody witnessed its rows.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import psycopg
from psycopg import sql

Values = Sequence[Any]


class Bulk(Protocol):
    """One transaction of plain rows. Texts stand for uids, days and instants on both engines."""

    def put(self, table: str, columns: Sequence[str], rows: Iterable[Values]) -> None: ...

    def run(self, statement: str) -> list[Values]: ...

    def close(self) -> None: ...


class SqliteBulk:
    """Without fsync and with all of the file's pages in memory: should it fail, it is made again."""

    def __init__(self, path: str) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        for pragma in ("synchronous = OFF", "journal_mode = MEMORY", "cache_size = -2000000", "foreign_keys = 0"):
            self._file.execute(f"PRAGMA {pragma}").fetchall()
        self._file.execute("BEGIN")

    def put(self, table: str, columns: Sequence[str], rows: Iterable[Values]) -> None:
        marks = ", ".join("?" * len(columns))
        self._file.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608

    def run(self, statement: str) -> list[Values]:
        return self._file.execute(statement).fetchall()

    def close(self) -> None:
        self._file.execute("COMMIT")
        self._file.execute("PRAGMA journal_mode = wal").fetchall()
        self._file.close()


class PostgresqlBulk:
    def __init__(self, url: str) -> None:
        self._server = psycopg.connect(url)
        self._filled: set[str] = set()

    def put(self, table: str, columns: Sequence[str], rows: Iterable[Values]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with self._server.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
        self._filled |= {table} if "id" in columns else set()

    def run(self, statement: str) -> list[Values]:
        found = self._server.execute(statement)  # type: ignore[arg-type]
        return found.fetchall() if found.description else []

    def close(self) -> None:
        for table in self._filled:
            self.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM \"{table}\"))")  # noqa: S608
        self._server.commit()
        self._server.autocommit = True
        self.run("VACUUM ANALYZE")  # what autovacuum does in a server that has it on
        self._server.close()


def bulk(url: str) -> Bulk:
    return SqliteBulk(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else PostgresqlBulk(url)
