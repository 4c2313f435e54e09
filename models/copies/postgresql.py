"""Copies of a PostgreSQL database, by its own pg_dump and pg_restore."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from playhouse.db_url import parse
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from models.copies.programs import CannotCopy, ended, known, run, start
from models.copies.sqlite import LEFT_OUT

DUMP = (
    "--format=custom",
    "--no-owner",
    "--no-privileges",
    "--no-unlogged-table-data",
    "--lock-wait-timeout=60s",
    *(f"--exclude-table-data={table}" for table in LEFT_OUT),
)
RESTORE = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")


class NotPermitted(CannotCopy):
    """This role makes no databases, so there is no room to look at a copy in."""


class PostgresqlCopies:
    """`copy_to` a file, look at one in `scratch`, `put_in_place` what is there."""

    engine = "postgresql"
    member = "varna.dump"

    def __init__(self, url: str) -> None:
        self._url = url
        self._given = known(parse(url, unquote_password=True, unquote_user=True))

    def copy_to(self, file: Path) -> None:
        """A copy of this moment, without LEFT_OUT, readable by its owner only. Raises CannotCopy."""
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            run("pg_dump", self._version, self._given, *DUMP, stdout=out)

    @contextmanager
    def scratch(self, file: Path) -> Iterator[str]:
        """The URL of a database that holds this copy, for as long as this lasts. Raises NotPermitted, CannotCopy."""
        name = f"{str(self._given['database'])[:40]}_scratch_{secrets.token_hex(6)}"
        self._make(name)
        try:
            run("pg_restore", self._version, self._at(name), *RESTORE, f"--dbname={name}", str(file))
            yield _named(self._url, name)
        finally:
            self._server(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    def put_in_place(self, scratch: str) -> None:
        """The database becomes what `scratch` is, in one transaction: until its end, the old one stands."""
        given, target = self._at(parse(scratch)["database"]), str(self._given["database"])
        with start("pg_dump", self._version, given, *DUMP, stdout=subprocess.PIPE) as dump:
            arguments = (*RESTORE, "--clean", "--if-exists", f"--dbname={target}")
            run("pg_restore", self._version, self._given, *arguments, stdin=dump.stdout)
            ended(dump, "pg_dump")

    def _at(self, name: str) -> dict[str, Any]:
        return self._given | {"database": name}

    @cached_property
    def _version(self) -> int:
        with self._connected() as server:
            return server.info.server_version // 10000

    def _make(self, name: str) -> None:
        try:
            self._server(
                SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'").format(Identifier(name))
            )
        except InsufficientPrivilege as error:
            raise NotPermitted(
                "The database's role may not make a database to look at the copy in. Let it, for as long as this "
                "takes: ALTER ROLE … CREATEDB."
            ) from error

    def _server(self, statement: Any) -> None:
        with self._connected() as server:
            server.execute(statement)

    def _connected(self) -> psycopg.Connection[Any]:
        given = {("dbname" if name == "database" else name): value for name, value in self._given.items()}
        try:
            return psycopg.connect(**given, autocommit=True)
        except psycopg.OperationalError as error:
            raise CannotCopy("The database's server does not answer.") from error


def _named(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    where, mark, settings = url.partition("?")
    return f"{where.rpartition('/')[0]}/{name}{mark}{settings}"
