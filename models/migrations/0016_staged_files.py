"""Files on their way in, and what the columns of a supplier's files mean."""

import uuid

from peewee import *


class Model(Model):
    """Names its indexes after its table, as the models do."""

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class StagedFile(Model):
        token = CharField(max_length=64, unique=True)
        person = IntegerField(index=True)
        whole = CharField(max_length=32)
        content = BlobField()
        lines = BlobField(null=True)
        layout = TextField(default="")
        expires_at = DateTimeField(index=True)

        class Meta:
            database = db
            table_name = "staged_file"

    class FileWork(Model):
        file = IntegerField(unique=True)
        run = CharField(max_length=32)
        task = CharField(max_length=10)
        state = CharField(max_length=10)
        rows = IntegerField(default=0)
        found = TextField(default="")
        beat_at = DateTimeField()

        class Meta:
            database = db
            table_name = "file_work"

    class FigureMapping(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        company_number = CharField(max_length=11, unique=True)
        headings = CharField(max_length=8000)
        used_at = DateTimeField()
        by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+", null=True)

        class Meta:
            database = db
            table_name = "figure_mapping"

    db.create_tables([StagedFile, FileWork, FigureMapping])
