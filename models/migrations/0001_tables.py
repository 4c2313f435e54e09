"""The tables as they were at the start; a frozen copy, independent of the models."""

import uuid

from peewee import *


class Model(Model):
    """Names its indexes after its table, as the models do."""

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    class Unit(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        code = CharField(unique=True, max_length=20)
        name = CharField(max_length=120)
        name_key = BlobField(index=True)
        kind = CharField(max_length=40)
        parent = ForeignKeyField("self", null=True, on_delete="RESTRICT")
        valid_from = DateField()
        valid_to = DateField(null=True)

        class Meta:
            database = db
            table_name = "unit"

    db.create_tables([Unit])

    class Premises(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        number = CharField(unique=True, max_length=20)
        name = CharField(max_length=120)
        name_key = BlobField(index=True)
        kind = CharField(max_length=40)
        address = CharField(max_length=160)
        unit = ForeignKeyField(Unit, on_delete="RESTRICT")
        owner = CharField(max_length=120)
        ended_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "premises"

    db.create_tables([Premises])

    class Person(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        name = CharField(max_length=120)
        name_key = BlobField(index=True)
        email = CharField(unique=True, max_length=200)
        phone = CharField(null=True, max_length=40)
        unit = ForeignKeyField(Unit, null=True, on_delete="RESTRICT")
        language = CharField(max_length=40, default="sv")
        active = BooleanField(default=True)

        class Meta:
            database = db
            table_name = "person"

    db.create_tables([Person])

    class Assignment(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        premises = ForeignKeyField(Premises, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        function = CharField(max_length=40)
        ended_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "assignment"
            indexes = ((("person", "premises"), False),)

    db.create_tables([Assignment])

    class Checklist(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        kind = CharField(max_length=40)
        number = IntegerField()
        name = CharField(max_length=120)
        valid_from = DateField()
        why = CharField(max_length=200)

        class Meta:
            database = db
            table_name = "checklist"
            indexes = ((("kind", "number"), True),)

    db.create_tables([Checklist])

    class ChecklistItem(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        checklist = ForeignKeyField(Checklist, on_delete="RESTRICT")
        number = IntegerField()
        category = CharField(max_length=60)
        interval = CharField(max_length=40)
        party = CharField(max_length=40)
        severity = CharField(max_length=40)
        text = CharField(max_length=300)
        deficiency = CharField(max_length=300)
        secret = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "checklist_item"

    db.create_tables([ChecklistItem])

    class Checkpoint(Model):
        size = IntegerField(index=True)
        at = CharField(max_length=32)
        note = TextField()

        class Meta:
            database = db
            table_name = "checkpoint"

    db.create_tables([Checkpoint])

    class Comment(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        about_type = CharField(max_length=40)
        about_uid = UUIDField()
        text = TextField()
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()
        correction = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "comment"
            indexes = ((("about_type", "about_uid"), False),)

    db.create_tables([Comment])

    class Contact(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        premises = ForeignKeyField(Premises, on_delete="RESTRICT")
        function = CharField(max_length=80)
        name = CharField(max_length=120)
        phone = CharField(null=True, max_length=40)
        email = CharField(null=True, max_length=200)

        class Meta:
            database = db
            table_name = "contact"

    db.create_tables([Contact])

    class ControlPlan(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        premises = ForeignKeyField(Premises, on_delete="RESTRICT")
        interval = CharField(max_length=40)
        quarter_month = IntegerField(default=3)
        year_month = IntegerField(default=10)
        grace_days = IntegerField(default=5)
        starts_on = DateField()
        ends_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "control_plan"

    db.create_tables([ControlPlan])

    class Credential(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        person = ForeignKeyField(Person, unique=True, on_delete="RESTRICT")
        password = CharField(max_length=300)

        class Meta:
            database = db
            table_name = "credential"

    db.create_tables([Credential])

    class Round(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        premises = ForeignKeyField(Premises, on_delete="RESTRICT")
        plan = ForeignKeyField(ControlPlan, null=True, on_delete="RESTRICT")
        kind = CharField(max_length=40)
        covers = CharField(max_length=8)
        opens_on = DateField()
        due_on = DateField(index=True)
        closes_on = DateField()
        state = CharField(max_length=40, default="planned")
        checklist = ForeignKeyField(Checklist, null=True, on_delete="RESTRICT")
        submission = UUIDField(unique=True, null=True)
        started_at = DateTimeField(null=True)
        signed_at = DateTimeField(null=True)
        signed_on = DateField(null=True)
        signed_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        answers = IntegerField(default=0)
        deficient = IntegerField(default=0)
        remarks = TextField(null=True)
        countersigned_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        countersigned_on = DateField(null=True)
        cancelled_because = TextField(null=True)
        cancelled_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "round"
            indexes = ((("premises", "due_on"), False), (("state", "due_on"), False), (("closes_on", "state"), False))

    db.create_tables([Round])

    class Deficiency(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        state = CharField(max_length=40, default="open")
        due_on = DateField(index=True)
        waiting_for = CharField(null=True, max_length=120)
        done_how = TextField(null=True)
        done_on = DateField(null=True)
        verified_on = DateField(null=True)
        returned_because = TextField(null=True)
        accepted_because = TextField(null=True)
        accepted_until = DateField(null=True)
        rejected_because = TextField(null=True)
        premises = ForeignKeyField(Premises, on_delete="RESTRICT")
        round = ForeignKeyField(Round, null=True, on_delete="RESTRICT")
        item = ForeignKeyField(ChecklistItem, null=True, on_delete="RESTRICT")
        headline = CharField(max_length=160)
        what = TextField()
        place = CharField(null=True, max_length=120)
        severity = CharField(max_length=40)
        party = CharField(max_length=40)
        responsible = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        fault_number = CharField(null=True, max_length=40)
        temporary_measure = TextField(null=True)
        found_on = DateField(index=True)
        done_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        verified_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        reported_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "deficiency"
            indexes = (
                (("premises", "state"), False),
                (("state", "severity", "due_on"), False),
                (("state", "due_on"), False),
            )

    db.create_tables([Deficiency])

    class Entry(Model):
        number = IntegerField(primary_key=True)
        at = CharField(max_length=32)
        actor = CharField(index=True, max_length=64)
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
            database = db
            table_name = "entry"
            indexes = ((("record_type", "record_uid", "number"), False), (("verb", "number"), False))

    db.create_tables([Entry])

    class EntryDetail(Model):
        entry = IntegerField()
        record_type = CharField(max_length=40)
        record_uid = CharField(max_length=32)
        field = CharField(max_length=40)
        commitment = CharField(max_length=64)
        salt = CharField(null=True, max_length=32)
        old = TextField(null=True)
        new = TextField(null=True)

        class Meta:
            database = db
            table_name = "entry_detail"
            primary_key = CompositeKey("record_type", "record_uid", "entry", "field")
            indexes = ((("entry",), False),)

    db.create_tables([EntryDetail])

    class Programme(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        name = CharField(max_length=160)
        starts_on = DateField()
        ends_on = DateField()
        state = CharField(max_length=40)

        class Meta:
            database = db
            table_name = "programme"

    db.create_tables([Programme])

    class FocusArea(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        programme = ForeignKeyField(Programme, on_delete="RESTRICT")
        code = CharField(max_length=12)
        sv = CharField(max_length=300)
        en = CharField(max_length=300)
        goal_sv = CharField(max_length=400)
        goal_en = CharField(max_length=400)

        class Meta:
            database = db
            table_name = "focus_area"

    db.create_tables([FocusArea])

    class FollowUpPoint(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        area = ForeignKeyField(FocusArea, on_delete="RESTRICT")
        code = CharField(max_length=12)
        sv = CharField(max_length=300)
        en = CharField(max_length=300)
        own = BooleanField(default=False)
        position = IntegerField()
        interval_days = IntegerField(default=365)
        rule = TextField(null=True)
        rule_sv = TextField(null=True)
        absent_since = DateField(null=True)
        absent_because = TextField(null=True)

        class Meta:
            database = db
            table_name = "follow_up_point"

    db.create_tables([FollowUpPoint])

    class Head(Model):
        size = IntegerField()
        hash = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "head"

    db.create_tables([Head])

    class Mark(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        about_type = CharField(max_length=40)
        about_uid = UUIDField()
        field = CharField(max_length=40)
        provision = CharField(max_length=60)
        on = DateField(column_name="marked_on")
        by = CharField(max_length=120)
        lifted_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "mark"
            indexes = ((("about_type", "about_uid"), False),)

    db.create_tables([Mark])

    class Measure(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        state = CharField(max_length=40, default="open")
        due_on = DateField(index=True)
        waiting_for = CharField(null=True, max_length=120)
        done_how = TextField(null=True)
        done_on = DateField(null=True)
        verified_on = DateField(null=True)
        returned_because = TextField(null=True)
        accepted_because = TextField(null=True)
        accepted_until = DateField(null=True)
        rejected_because = TextField(null=True)
        title = CharField(max_length=160)
        what = TextField(null=True)
        unit = ForeignKeyField(Unit, on_delete="RESTRICT")
        responsible = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        done_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        verified_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        proposed_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        source_type = CharField(null=True, max_length=40)
        source_uid = UUIDField(null=True)

        class Meta:
            database = db
            table_name = "measure"
            indexes = ((("source_type", "source_uid"), False), (("state", "due_on"), False))

    db.create_tables([Measure])

    class Observation(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        round = ForeignKeyField(Round, on_delete="RESTRICT")
        item = ForeignKeyField(ChecklistItem, index=False, on_delete="RESTRICT")
        answer = CharField(max_length=40)
        remark = TextField(null=True)

        class Meta:
            database = db
            table_name = "observation"

    db.create_tables([Observation])

    class OneTimeLink(Model):
        token = CharField(unique=True, max_length=64)
        person = IntegerField(index=True)
        purpose = CharField(max_length=10)
        requested_by = IntegerField(null=True)
        confirmed_by = IntegerField(null=True)
        needs_second = BooleanField(default=False)
        expires_at = DateTimeField()
        used_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "one_time_link"

    db.create_tables([OneTimeLink])

    class PolicyDocument(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        kind = CharField(max_length=40)
        title = CharField(max_length=160)
        title_key = BlobField(index=True)
        state = CharField(max_length=40)
        body = CharField(null=True, max_length=80)
        decided_on = DateField(null=True)
        paragraph = CharField(null=True, max_length=12)
        reference = CharField(null=True, max_length=30)
        valid_from = DateField(null=True)
        valid_to = DateField(null=True)
        revise_by = DateField()

        class Meta:
            database = db
            table_name = "policy_document"

    db.create_tables([PolicyDocument])

    class ProgrammeMeasure(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        area = ForeignKeyField(FocusArea, on_delete="RESTRICT")
        code = CharField(max_length=12)
        sv = CharField(max_length=300)
        en = CharField(max_length=300)
        followed_by = CharField(null=True, max_length=80)

        class Meta:
            database = db
            table_name = "programme_measure"

    db.create_tables([ProgrammeMeasure])

    class RoleGrant(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        role = CharField(max_length=40)
        unit = ForeignKeyField(Unit, null=True, on_delete="RESTRICT")
        starts_on = DateField()
        ends_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "role_grant"

    db.create_tables([RoleGrant])

    class Session(Model):
        token = CharField(unique=True, max_length=64)
        person = IntegerField(index=True)
        data = CharField(max_length=4000, default="{}")
        started_at = DateTimeField()
        seen_at = DateTimeField(index=True)
        elevated_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "session"

    db.create_tables([Session])

    class SeverityLimit(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        severity = CharField(unique=True, max_length=40)
        days = IntegerField()
        source = CharField(max_length=200)
        checked_on = DateField()

        class Meta:
            database = db
            table_name = "severity_limit"

    db.create_tables([SeverityLimit])

    class Tally(Model):
        figure = CharField(max_length=40)
        day = DateField()
        count = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "tally"
            primary_key = CompositeKey("figure", "day")

    db.create_tables([Tally])

    class Throttle(Model):
        key = CharField(unique=True, max_length=64)
        failures = IntegerField(default=0)
        last_at = DateTimeField()

        class Meta:
            database = db
            table_name = "throttle"

    db.create_tables([Throttle])

    class Word(Model):
        record_type = CharField(max_length=40)
        word = BlobField()
        record = IntegerField()

        class Meta:
            database = db
            table_name = "word"
            primary_key = CompositeKey("record_type", "word", "record")
            indexes = ((("record_type", "record"), False),)

    db.create_tables([Word])
