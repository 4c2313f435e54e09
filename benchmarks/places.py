"""Where a benchmark keeps its databases: a directory of SQLite files, or a PostgreSQL of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg

from models.database import db
from tests.engines import Postgresql

ENGINES = ("sqlite", "postgresql")


class Place(Protocol):
    """Nobody may be connected to what is copied."""

    directory: Path

    def new(self, name: str) -> str: ...

    def copy(self, url: str, name: str) -> str: ...


class SqlitePlace:
    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def new(self, name: str) -> str:
        return f"sqlite:///{self.directory / name}.db"

    def copy(self, url: str, name: str) -> str:
        made = self.new(name)
        shutil.copyfile(url.removeprefix("sqlite:///"), made.removeprefix("sqlite:///"))
        return made


class PostgresqlPlace:
    def __init__(self, directory: Path, server: Postgresql) -> None:
        self.directory, self._server = directory, server

    def new(self, name: str) -> str:
        return self._server.empty()

    def copy(self, url: str, name: str) -> str:
        made = self.new(name)
        source, target = (where.partition("?")[0].rpartition("/")[2] for where in (url, made))
        with psycopg.connect(url.replace(f"/{source}?", "/postgres?"), autocommit=True) as server:
            server.execute(f'DROP DATABASE "{target}"')  # type: ignore[arg-type]
            server.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY file_copy')  # type: ignore[arg-type]
        return made


@contextmanager
def place(engine: str) -> Iterator[Place]:
    """A place of its own, taken away at the end."""
    with tempfile.TemporaryDirectory(prefix="varna-bench-") as name:
        directory = Path(name)
        if engine == "sqlite":
            yield SqlitePlace(directory)
            return
        server = Postgresql(directory, "bench")
        try:
            yield PostgresqlPlace(directory, server)
        finally:
            db.close_all()
            server.close()
