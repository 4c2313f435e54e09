"""The tables of the ledger: entries, their readable details, the head, checkpoints, tallies and search words."""

from typing import Any

from peewee import (
    BlobField,
    CharField,
    CompositeKey,
    DateField,
    IntegerField,
    Model,
    TextField,
)

from models.database import db


class Table(Model):
    """A table that is no record: it has no life of its own in the ledger."""

    id: Any

    class Meta:
        database = db
        legacy_table_names = False


class Entry(Table):
    """One act. `hash` covers `body` and the previous hash; `body` commits to every change."""

    number = IntegerField(primary_key=True)
    at = CharField(max_length=32)
    actor = CharField(max_length=64, index=True)
    actor_name = CharField(max_length=200)
    verb = CharField(max_length=40)
    record_type = CharField(max_length=40)
    record_uid = CharField(max_length=32)
    body = TextField()
    previous = CharField(max_length=64)
    hash = CharField(max_length=64)
    key_id = CharField(max_length=16)
    signature = CharField(max_length=128)

    class Meta:
        indexes = ((("record_type", "record_uid", "number"), False), (("verb", "number"), False))


class EntryDetail(Table):
    """What one act changed in one field, readable until it is emptied; the commitment stays."""

    entry = IntegerField()
    record_type = CharField(max_length=40)
    record_uid = CharField(max_length=32)
    field = CharField(max_length=40)
    commitment = CharField(max_length=64)
    salt = CharField(max_length=32, null=True)
    old = TextField(null=True)
    new = TextField(null=True)

    class Meta:
        table_name = "entry_detail"
        primary_key = CompositeKey("record_type", "record_uid", "entry", "field")
        indexes = ((("entry",), False),)


class Head(Table):
    """One row: the newest entry. Locked just before each append."""

    size = IntegerField()
    hash = CharField(max_length=64)


class Checkpoint(Table):
    """A signed note of the ledger's size and head, to be witnessed outside."""

    size = IntegerField(index=True)
    at = CharField(max_length=32)
    note = TextField()


class Tally(Table):
    """How many rows count in a figure on a day; kept in the act that changes them."""

    figure = CharField(max_length=40)
    day = DateField()
    count = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("figure", "day")


class Word(Table):
    """One searchable word of one record, folded by `models.swedish`."""

    record_type = CharField(max_length=40)
    word = BlobField()
    record = IntegerField()

    class Meta:
        primary_key = CompositeKey("record_type", "word", "record")
        indexes = ((("record_type", "record"), False),)
