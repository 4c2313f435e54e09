"""Throw-away models for the tests of doors and turns, in a database of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peewee import CharField, ForeignKeyField, IntegerField, Model

from models.database import Door, connect_to, connection, db

TABLES = frozenset({"scratch", "scratch_other", "scratch_child"})


class Scratch(Model):
    name = CharField(unique=True)
    number = IntegerField(default=0)

    class Meta:
        database = db
        table_name = "scratch"


class Other(Model):
    name = CharField(null=True)

    class Meta:
        database = db
        table_name = "scratch_other"


class Child(Model):
    """Its parent is looked for at commit, so that a commit can fail."""

    parent = ForeignKeyField(Scratch, deferrable="INITIALLY DEFERRED")

    class Meta:
        database = db
        table_name = "scratch_child"


class Throttle(Model):
    key = CharField()

    class Meta:
        database = db
        table_name = "throttle"


DOOR = Door("scratching", TABLES)


@contextmanager
def scratch_database(url: str) -> Iterator[Any]:
    """`db` bound to `url`, with the tables above and one row, "first", on a connection that no door has touched."""
    connect_to(url)
    try:
        with connection(), db.migrating():
            db.create_tables([Scratch, Other, Child, Throttle])
            Scratch.create(name="first")
        db.close_all()
        with connection():
            yield db
    finally:
        db.close_all()
