"""Exercise mode: scenarios with their injects, and each playing of one."""

import uuid

from peewee import *


class Model(Model):
    """Names its indexes after its table, as the models do."""

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    class Exercise(Model):
        class Meta:
            database = db
            table_name = "exercise"

    class Incident(Model):
        class Meta:
            database = db
            table_name = "incident"

    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class DrillScenario(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        code = CharField(max_length=30, null=True)
        name = CharField(max_length=120)
        kind = CharField(max_length=40)
        brief = TextField()
        goals = TextField(null=True)
        source = CharField(max_length=200, null=True)

        class Meta:
            database = db
            table_name = "drill_scenario"

    class Inject(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        scenario = ForeignKeyField(DrillScenario, on_delete="RESTRICT", backref="+")
        minute = IntegerField()
        to = CharField(max_length=80)
        text = TextField()
        expected = TextField(null=True)

        class Meta:
            database = db
            table_name = "inject"

    class DrillRun(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        exercise = ForeignKeyField(Exercise, on_delete="RESTRICT", backref="+")
        scenario = ForeignKeyField(DrillScenario, on_delete="RESTRICT", backref="+")
        incident = ForeignKeyField(Incident, on_delete="RESTRICT", backref="+", unique=True)
        leader = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
        started_at = DateTimeField()
        skipped = IntegerField(default=0)
        ended_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "drill_run"

    db.create_tables([DrillScenario, Inject, DrillRun])
