"""Against irregularities: unannounced controls, and how many reports the whistleblower channel had in a year."""

import uuid

from peewee import *


class Model(Model):
    """Names its indexes after its table, as the models do."""

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    class Unit(Model):
        class Meta:
            database = db
            table_name = "unit"

    class UnannouncedControl(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        reference = CharField(max_length=30)
        area = CharField(max_length=40)
        state = CharField(max_length=40, default="planned")
        unit = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+")
        planned_on = DateField()
        sample = TextField()
        owner = CharField(max_length=80)
        held_on = DateField(null=True)
        noted_on = DateField(null=True)
        looked_at = IntegerField(null=True)
        faults = IntegerField(null=True)

        class Meta:
            database = db
            table_name = "unannounced_control"

    class ChannelYear(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        year = IntegerField(unique=True)
        received = IntegerField()

        class Meta:
            database = db
            table_name = "channel_year"

    db.create_tables([UnannouncedControl, ChannelYear])
