"""Incidents: reports, legal clocks with their rules, and what belongs to an incident."""

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

    class Deposit(Model):
        class Meta:
            database = db
            table_name = "deposit"

    class Unit(Model):
        class Meta:
            database = db
            table_name = "unit"

    class Incident(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        number = CharField(max_length=20, unique=True)
        state = CharField(max_length=40, default="new")
        drill = BooleanField(default=False)
        reporter = ForeignKeyField(Person, on_delete="RESTRICT", backref="+", null=True)
        reported_on = DateField(index=True)
        reported_at = DateTimeField()
        what = TextField(null=True)
        service = CharField(max_length=160, null=True)
        going_on = CharField(max_length=40)
        sealed_report = ForeignKeyField(Deposit, on_delete="RESTRICT", backref="+", null=True)
        name = CharField(max_length=120, null=True)
        category = CharField(max_length=40, null=True)
        also = CharField(max_length=40, null=True)
        confidentiality = BooleanField(default=False)
        integrity = BooleanField(default=False)
        availability = BooleanField(default=False)
        severity = CharField(max_length=40, null=True)
        unit = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+", null=True)
        supplier_incident = CharField(max_length=40, null=True)
        supplier = CharField(max_length=160, null=True)
        personal_data = CharField(max_length=40, null=True)
        high_risk = CharField(max_length=40, null=True)
        significant = CharField(max_length=40, null=True)
        sector = CharField(max_length=40, null=True)
        security_sensitive = CharField(max_length=40, null=True)
        police = CharField(max_length=40, null=True)
        system = CharField(max_length=120, null=True)
        cost = IntegerField(null=True)
        happened_at = DateTimeField(null=True)
        discovered_at = DateTimeField()
        known_at = DateTimeField(null=True)
        assessed_at = DateTimeField(null=True)
        contained_at = DateTimeField(null=True)
        restored_at = DateTimeField(null=True)
        closed_at = DateTimeField(null=True)
        noted_at = DateTimeField(null=True)
        dismissed_because = TextField(null=True)

        class Meta:
            database = db
            table_name = "incident"
            indexes = ((("drill", "state"), False), (("drill", "severity", "reported_on"), False))

    class ClockRule(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        position = IntegerField()
        code = CharField(max_length=20, unique=True)
        name = CharField(max_length=120)
        law = CharField(max_length=160)
        trigger = CharField(max_length=40)
        length = IntegerField(null=True)
        unit = CharField(max_length=40)
        after = ForeignKeyField("self", on_delete="RESTRICT", backref="+", null=True)
        receiver = CharField(max_length=160)
        channel = CharField(max_length=200, null=True)
        provision = CharField(max_length=60, null=True)
        per_controller = BooleanField(default=False)
        hushed = BooleanField(default=False)
        in_use = BooleanField(default=True)
        source = CharField(max_length=200)
        doubt = CharField(max_length=300, null=True)
        confirmed = BooleanField(default=False)
        checked_on = DateField()

        class Meta:
            database = db
            table_name = "clock_rule"

    class LegalClock(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        incident = ForeignKeyField(Incident, on_delete="RESTRICT", backref="+")
        rule = ForeignKeyField(ClockRule, on_delete="RESTRICT", backref="+")
        controller = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+", null=True)
        trigger = CharField(max_length=40)
        length = IntegerField(null=True)
        unit = CharField(max_length=40)
        started_at = DateTimeField()
        due_at = DateTimeField(null=True)
        state = CharField(max_length=40, default="running")
        sent_at = DateTimeField(null=True)
        receipt = CharField(max_length=80, null=True)
        as_status = BooleanField(default=False)
        because = TextField(null=True)
        decided_by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+", null=True)
        second_reader = ForeignKeyField(Person, on_delete="RESTRICT", backref="+", null=True)
        read_on = DateField(null=True)
        objection = TextField(null=True)
        elsewhere = CharField(max_length=120, null=True)
        hushed = BooleanField(default=False)
        drill = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "legal_clock"
            indexes = ((("incident", "rule"), False), (("drill", "state", "due_at"), False))

    class Impact(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        incident = ForeignKeyField(Incident, on_delete="RESTRICT", backref="+")
        unit = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+")
        service = CharField(max_length=160, null=True)
        limited_hours = IntegerField(null=True)
        workaround_hours = IntegerField(null=True)
        personal_data = CharField(max_length=40)
        data_kind = CharField(max_length=160, null=True)
        persons = IntegerField(null=True)
        others = CharField(max_length=200, null=True)

        class Meta:
            database = db
            table_name = "impact"

    class TimelineEntry(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        incident = ForeignKeyField(Incident, on_delete="RESTRICT", backref="+")
        happened_at = DateTimeField()
        kind = CharField(max_length=40)
        text = TextField()
        by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
        noted_at = DateTimeField()
        follows_on = ForeignKeyField("self", on_delete="RESTRICT", backref="+", null=True)

        class Meta:
            database = db
            table_name = "timeline_entry"
            indexes = ((("incident", "happened_at"), False),)

    class IncidentDecision(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        incident = ForeignKeyField(Incident, on_delete="RESTRICT", backref="+")
        decided_at = DateTimeField()
        decision = TextField()
        because = TextField()
        decided_by = CharField(max_length=80)
        noted_by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
        noted_at = DateTimeField()

        class Meta:
            database = db
            table_name = "incident_decision"

    class Reference(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        incident = ForeignKeyField(Incident, on_delete="RESTRICT", backref="+")
        kind = CharField(max_length=40)
        number = CharField(max_length=60)
        on = DateField(column_name="given_on")

        class Meta:
            database = db
            table_name = "reference"

    class AfterAction(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        incident = ForeignKeyField(Incident, on_delete="RESTRICT", backref="+")
        state = CharField(max_length=40, default="draft")
        held_on = DateField()
        happened = TextField()
        worked = TextField(null=True)
        root_cause = TextField()
        failed_control = TextField(null=True)
        lessons = TextField()
        told = CharField(max_length=200, null=True)
        written_by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
        approved_by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+", null=True)
        approved_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "after_action"

    class Alert(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        incident = ForeignKeyField(Incident, on_delete="RESTRICT", backref="+")
        told = CharField(max_length=40)
        ground_of = CharField(max_length=40)
        told_at = DateTimeField()
        how = CharField(max_length=80, null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")

        class Meta:
            database = db
            table_name = "alert"

    class IncidentThreshold(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        amount = IntegerField()
        source = CharField(max_length=200)
        checked_on = DateField()
        aim = CharField(max_length=40, unique=True)
        confirmed = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "incident_threshold"

    db.create_tables(
        [
            Incident,
            ClockRule,
            LegalClock,
            Impact,
            TimelineEntry,
            IncidentDecision,
            Reference,
            AfterAction,
            Alert,
            IncidentThreshold,
        ]
    )
    written_once(
        db,
        (
            "timeline_entry",
            "incident_decision",
            "alert",
        ),
    )
