"""What a page costs the database, counted rather than timed: its queries, and on SQLite the steps of its machine."""

import datetime as dt
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from peewee import Database

from models.database import connection, db
from models.people import Person
from tracker.laws import sessions

STEPS = 10  # how finely SQLite counts


@dataclass
class Work:
    queries: int = 0
    steps: int = 0

    def step(self) -> None:
        self.steps += STEPS


def work_of(app: Flask, person: Person, path: str) -> Work:
    """The work of a page for a person, the second time it is asked for. `app` is bound to the database."""
    client = app.test_client()
    with connection():
        token, _ = sessions.start(person.id, dt.datetime.now(dt.UTC))
    client.set_cookie("varna", token)
    with quiet():
        if client.get(path).status_code != 200:
            raise RuntimeError(f"{path} cannot be opened.")
        with counted() as work:
            client.get(path).get_data()
    return work


@contextmanager
def counted() -> Iterator[Work]:
    """Counts what this thread asks of the database."""
    work, execute = Work(), Database.execute_sql

    def counting(self: Database, statement: str, *more: Any) -> Any:
        work.queries += 1
        return execute(self, statement, *more)

    Database.execute_sql = counting
    try:
        with _steps(work):
            yield work
    finally:
        Database.execute_sql = execute


@contextmanager
def _steps(work: Work) -> Iterator[None]:
    """The one connection that this thread gets from the pool counts its steps."""
    with connection():
        raw = db.connection()
    if not isinstance(raw, sqlite3.Connection):
        yield
        return
    raw.set_progress_handler(work.step, STEPS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)


@contextmanager
def quiet() -> Iterator[None]:
    """Without a line in the log for each request."""
    logger = logging.getLogger("varna")
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False
