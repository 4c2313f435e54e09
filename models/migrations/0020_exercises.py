"""Exercises: plans for what can strike, the nämnder's plans of exercises, exercises, tests, training and reviews."""

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

    class Unit(Model):
        class Meta:
            database = db
            table_name = "unit"

    class ContinuityPlan(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        name = CharField(unique=True, max_length=120)
        name_key = BlobField(index=True)
        scenario = CharField(max_length=40)
        state = CharField(max_length=40)
        adopted_on = DateField(null=True)
        adopted_by = CharField(max_length=80, null=True)
        paragraph = CharField(max_length=12, null=True)
        reference = CharField(max_length=30, null=True)
        review_on = DateField(index=True, null=True)
        replaces = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")
        kept_at = CharField(max_length=120)
        on_paper = BooleanField(default=False)
        contacts_checked_on = DateField(null=True)
        noted_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "continuity_plan"

    class ExercisePlan(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        unit = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+")
        year = IntegerField()
        name = CharField(max_length=140)
        name_key = BlobField(index=True)
        state = CharField(max_length=40)
        adopted_on = DateField(null=True)
        adopted_by = CharField(max_length=80, null=True)
        paragraph = CharField(max_length=12, null=True)
        reference = CharField(max_length=30, null=True)
        noted_on = DateField(null=True)
        exempt_because = TextField(null=True)
        exempted_by = CharField(max_length=80, null=True)

        class Meta:
            database = db
            table_name = "exercise_plan"
            indexes = ((("unit", "year"), True),)

    class Exercise(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        unit = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+")
        name = CharField(max_length=120)
        plan = ForeignKeyField(ExercisePlan, null=True, on_delete="RESTRICT", backref="+")
        kind = CharField(max_length=40)
        scenario = CharField(max_length=40, null=True)
        planned_on = DateField(index=True)
        planned_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
        held_on = DateField(index=True, null=True)
        minutes = IntegerField(null=True)
        functions = CharField(max_length=300, null=True)
        participants = IntegerField(null=True)
        noted_on = DateField(null=True)
        evaluate_by = DateField(null=True)
        evaluated_on = DateField(null=True)
        report = CharField(max_length=120, null=True)
        next_on = DateField(null=True)
        called_off_because = TextField(null=True)
        state = CharField(max_length=40)

        class Meta:
            database = db
            table_name = "exercise"
            indexes = ((("state", "planned_on"), False),)

    class ExerciseGoal(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        exercise = ForeignKeyField(Exercise, on_delete="RESTRICT", backref="+")
        goal = CharField(max_length=200)
        outcome = CharField(max_length=40, null=True)
        seen = TextField(null=True)

        class Meta:
            database = db
            table_name = "exercise_goal"

    class ExerciseObservation(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        exercise = ForeignKeyField(Exercise, on_delete="RESTRICT", backref="+")
        about = CharField(max_length=80)
        observed = TextField()
        noted_on = DateField()

        class Meta:
            database = db
            table_name = "exercise_observation"

    class ExerciseTarget(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        amount = IntegerField()
        source = CharField(max_length=200)
        checked_on = DateField()
        aim = CharField(unique=True, max_length=40)

        class Meta:
            database = db
            table_name = "exercise_target"

    class ManagementReview(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        held_on = DateField()
        body = CharField(max_length=80)
        paragraph = CharField(max_length=12, null=True)
        reference = CharField(max_length=30)
        decisions = TextField()
        next_on = DateField(null=True)
        noted_on = DateField()

        class Meta:
            database = db
            table_name = "management_review"

    class TechnicalTest(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        unit = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+")
        reference = CharField(max_length=30)
        kind = CharField(max_length=40)
        tested_on = DateField(index=True)
        system = CharField(max_length=20, null=True)
        minutes = IntegerField(null=True)
        goal_minutes = IntegerField(null=True)
        counted = IntegerField(null=True)
        of_all = IntegerField(null=True)
        goal_share = IntegerField(null=True)
        outcome = TextField(null=True)
        met = CharField(max_length=40, null=True)
        noted_on = DateField()

        class Meta:
            database = db
            table_name = "technical_test"

    class Training(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        unit = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+")
        group = CharField(max_length=40, column_name="of_group")
        counted_on = DateField()
        of_all = IntegerField()
        trained = IntegerField()
        noted_on = DateField()
        noted_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")

        class Meta:
            database = db
            table_name = "training"
            indexes = ((("unit", "group", "counted_on"), False),)

    made = [ContinuityPlan, ExercisePlan, Exercise, ExerciseGoal, ExerciseObservation, ExerciseTarget]
    db.create_tables([*made, ManagementReview, TechnicalTest, Training])
