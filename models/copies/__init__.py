"""Whole copies of a database: made for a backup, looked at in a room of their own, and put in the place of another.

Putting one in place goes round the doors, which guard rows: here the whole database, ledger and all, becomes another.
Only the host's command does it, through `tracker.acts.keeping`; a test finds no other caller.
"""

from __future__ import annotations

from models.copies.postgresql import NotPermitted, PostgresqlCopies
from models.copies.programs import CannotCopy, NoProgram
from models.copies.sqlite import LEFT_OUT, SqliteCopies

__all__ = [
    "LEFT_OUT",
    "CannotCopy",
    "Copies",
    "NoProgram",
    "NotPermitted",
    "PostgresqlCopies",
    "SqliteCopies",
    "copies_of",
    "engine_of",
]

Copies = SqliteCopies | PostgresqlCopies


def engine_of(url: str) -> str:
    """ "sqlite" or "postgresql"."""
    return "sqlite" if url.startswith("sqlite:") else "postgresql"


def copies_of(url: str) -> Copies:
    """How the database of this URL is copied."""
    return SqliteCopies(url) if engine_of(url) == "sqlite" else PostgresqlCopies(url)
