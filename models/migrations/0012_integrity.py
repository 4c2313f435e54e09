"""Against irregularities: guidelines in versions, reviews, and the anchoring of each unit with its targets."""

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

    class Unit(Model):
        class Meta:
            database = db
            table_name = "unit"

    class AnchoringTarget(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        aim = CharField(unique=True, max_length=40)
        amount = IntegerField()
        source = CharField(max_length=200)
        checked_on = DateField()

        class Meta:
            database = db
            table_name = "anchoring_target"

    class Guideline(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        name = CharField(unique=True, max_length=160)
        name_key = BlobField(index=True)
        state = CharField(max_length=40)
        body = CharField(max_length=80, null=True)
        decided_on = DateField(null=True)
        paragraph = CharField(max_length=12, null=True)
        reference = CharField(max_length=30, null=True)
        valid_from = DateField(null=True)
        valid_to = DateField(null=True)
        changes = TextField(null=True)
        replaces = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")
        risk_analysis = CharField(max_length=30, null=True)
        revise_by = DateField(null=True)

        class Meta:
            database = db
            table_name = "guideline"

    class GuidelineReview(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        guideline = ForeignKeyField(Guideline, on_delete="RESTRICT", backref="+")
        started_on = DateField()
        trigger = CharField(max_length=40)
        scope = TextField(null=True)
        consulted = TextField(null=True)
        outcome = CharField(max_length=40, null=True)
        body = CharField(max_length=80, null=True)
        decided_on = DateField(null=True)
        paragraph = CharField(max_length=12, null=True)
        reference = CharField(max_length=30, null=True)

        class Meta:
            database = db
            table_name = "guideline_review"

    class Anchoring(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        unit = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+")
        target_group = CharField(max_length=120, null=True)
        head_count = IntegerField(null=True)
        plan = TextField(null=True)
        planned_on = DateField(null=True)
        anchor_by = DateField(null=True)
        coverage_target = IntegerField(null=True)

        class Meta:
            database = db
            table_name = "anchoring"

    class AnchoringActivity(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        anchoring = ForeignKeyField(Anchoring, on_delete="RESTRICT", backref="+")
        kind = CharField(max_length=40)
        held_on = DateField()
        participants = IntegerField()
        guideline = ForeignKeyField(Guideline, on_delete="RESTRICT", backref="+")
        leader = CharField(max_length=80, null=True)
        noted_on = DateField()

        class Meta:
            database = db
            table_name = "anchoring_activity"

    class Coverage(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        anchoring = ForeignKeyField(Anchoring, on_delete="RESTRICT", backref="+")
        counted_on = DateField()
        staff = IntegerField()
        trained = IntegerField()
        managers = IntegerField(null=True)
        managers_trained = IntegerField(null=True)
        elected = IntegerField(null=True)
        elected_trained = IntegerField(null=True)
        noted_on = DateField()

        class Meta:
            database = db
            table_name = "coverage"

    class SignOff(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        anchoring = ForeignKeyField(Anchoring, on_delete="RESTRICT", backref="+")
        guideline = ForeignKeyField(Guideline, on_delete="RESTRICT", backref="+")
        signed_on = DateField()
        signed_by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")

        class Meta:
            database = db
            table_name = "sign_off"

    db.create_tables([AnchoringTarget, Guideline, GuidelineReview, Anchoring, AnchoringActivity, Coverage, SignOff])
    written_once(db, ["sign_off"])
