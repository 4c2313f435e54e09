"""Tables that the database itself lets nobody change: for migrations that make one."""

from collections.abc import Iterable
from typing import Any

from peewee import PostgresqlDatabase


def written_once(db: Any, tables: Iterable[str]) -> None:
    """No row of these is ever changed or taken away, whoever asks (migration 0002 made the function that refuses)."""
    refuse = _on_postgresql if isinstance(db, PostgresqlDatabase) else _on_sqlite
    for table in tables:
        refuse(db, table)


def _on_sqlite(db: Any, table: str) -> None:
    """INSERT OR REPLACE would take a row away without asking the trigger on DELETE: which row that would be."""
    same = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR uid = NEW.uid)"  # noqa: S608 - names of our own tables
    for event, when in (("DELETE", "1"), ("UPDATE", "1"), ("INSERT", same)):
        db.execute_sql(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _on_postgresql(db: Any, table: str) -> None:
    for event, how in (("DELETE", "ROW"), ("UPDATE", "ROW"), ("TRUNCATE", "STATEMENT")):
        db.execute_sql(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} FOR EACH {how} "
            "EXECUTE FUNCTION append_only()"
        )
