"""The sealed content of protective measures; and which measure a sealed report became."""

import uuid

from peewee import *


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class ProtectiveMeasure(Model):
        class Meta:
            database = db
            table_name = "protective_measure"

    class MeasureCore(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        edition = IntegerField(default=1)
        by = ForeignKeyField(Person, field=Person.id, on_delete="RESTRICT")
        measure = ForeignKeyField(ProtectiveMeasure, field=ProtectiveMeasure.id, on_delete="RESTRICT")
        written_on = DateField(index=True)
        title = BlobField()
        protects = BlobField()
        vulnerability = BlobField()
        what = BlobField()
        notes = BlobField()
        document = BlobField()

        class Meta:
            database = db
            table_name = "measure_core"
            legacy_table_names = False
            indexes = ((("measure", "edition"), True),)

    db.create_tables([MeasureCore])
    measure = ForeignKeyField(ProtectiveMeasure, field=ProtectiveMeasure.id, null=True, on_delete="RESTRICT")
    migrator.add_column("deposit", "measure_id", measure).run()
