"""A demo on PostgreSQL without making it a second time: the rows of the one on SQLite, copied as they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier, Literal


def move(file: Path, url: str) -> None:
    """Fills the migrated database at `url` with every row of every table in `file`.

    Values go as text, which both engines read alike. Triggers and links rest meanwhile: the rows stood already.
    """
    with closing(sqlite3.connect(file)) as source, psycopg.connect(url) as target:
        target.execute("SET session_replication_role = replica")
        tables = source.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (table,) in tables.fetchall():
            rows = source.execute(f'SELECT * FROM "{table}"')
            columns = [column for column, *_ in rows.description]
            target.execute(SQL("DELETE FROM {}").format(Identifier(table)))
            into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(map(Identifier, columns)))
            with target.cursor().copy(into) as copy:
                for row in rows:
                    copy.write_row(row)
            if "id" in columns:
                _count_on(target, table)


def _count_on(target: psycopg.Connection, table: str) -> None:
    """The next new row gets a number that no row has."""
    last = SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), max(id)) FROM {}")
    target.execute(last.format(Literal(f'"{table}"'), Identifier(table)))
