"""The answers of those who held an event against the programme's definitions."""

import uuid

from peewee import *

from models.append_only import written_once


class Model(Model):
    """Names its indexes after its table, as the models do."""

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class Incident(Model):
        class Meta:
            database = db
            table_name = "incident"

    class EscalationTest(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        incident = ForeignKeyField(Incident, on_delete="RESTRICT", backref="+")
        ground_of = CharField(max_length=40)
        holds = BooleanField(default=False)
        answers = TextField()
        by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
        tested_at = DateTimeField()

        class Meta:
            database = db
            table_name = "escalation_test"

    db.create_tables([EscalationTest])
    written_once(db, ("escalation_test",))
