"""The open part of protective security: analyses, shells of measures, orders, checks, appointments, approval."""

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

    class AnalysisProcess(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        owner = CharField(max_length=80)
        owner_key = BlobField(index=True)
        adopted_on = DateField(null=True)
        paragraph = CharField(max_length=12, null=True)
        reference = CharField(max_length=30, null=True)
        describes_steps = BooleanField(default=False)
        describes_roles = BooleanField(default=False)
        revised_on = DateField(null=True)
        ended_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "analysis_process"

    class Analysis(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        code = CharField(unique=True, max_length=20)
        scope = CharField(max_length=40)
        state = CharField(max_length=40)
        started_on = DateField(null=True)
        described_on = DateField(null=True)
        valued_on = DateField(null=True)
        threats_on = DateField(null=True)
        vulnerabilities_on = DateField(null=True)
        consequences_on = DateField(null=True)
        measures_on = DateField(null=True)
        planned_on = DateField(null=True)
        adopted_on = DateField(null=True)
        adopted_by = CharField(max_length=80, null=True)
        next_due_on = DateField(null=True)
        kept_at = CharField(max_length=30, null=True)
        update_reason = CharField(max_length=40, null=True)
        update_since = DateField(null=True)

        class Meta:
            database = db
            table_name = "analysis"

    class ProtectiveMeasure(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        code = CharField(unique=True, max_length=20)
        area = CharField(max_length=40)
        kind = CharField(max_length=40)
        priority = CharField(max_length=40, null=True)
        function = CharField(max_length=80)
        due_on = DateField(index=True)
        state = CharField(max_length=40)
        budget_decided = BooleanField(default=False)
        kept_elsewhere = BooleanField(default=False)
        kept_at = CharField(max_length=30, null=True)
        done_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
        done_on = DateField(null=True)
        verified_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
        verified_on = DateField(null=True)
        postponed_until = DateField(null=True)
        postponed_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
        postponed_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "protective_measure"
            indexes = ((("state", "due_on"), False),)

    class SecurityOrder(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        measure = ForeignKeyField(ProtectiveMeasure, on_delete="RESTRICT", backref="+")
        recipient = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
        sent_on = DateField()
        sent_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
        answered_on = DateField(null=True)
        state = CharField(max_length=40)

        class Meta:
            database = db
            table_name = "security_order"
            indexes = ((("recipient", "state"), False),)

    class SecurityCheck(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        checked_on = DateField()
        area = CharField(max_length=40)
        result = CharField(max_length=40)
        followed_up_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "security_check"

    class TrainingCount(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        function_group = CharField(max_length=80)
        held_on = DateField()
        trained = IntegerField()
        of_all = IntegerField()

        class Meta:
            database = db
            table_name = "training_count"

    class Appointment(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        post = CharField(max_length=40)
        appointed_on = DateField()
        appointed_by = CharField(max_length=80)
        under_director = BooleanField(default=False)
        ended_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "appointment"

    class SecurityPlan(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        version_on = DateField()
        adopted_on = DateField(null=True)
        paragraph = CharField(max_length=12, null=True)
        reference = CharField(max_length=30, null=True)
        follow_up_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "security_plan"

    class SupervisorNotice(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        sent_on = DateField()
        sent_to = CharField(max_length=120)

        class Meta:
            database = db
            table_name = "supervisor_notice"

    class BoardReport(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        reported_on = DateField()
        held = CharField(max_length=40)
        paragraph = CharField(max_length=12, null=True)

        class Meta:
            database = db
            table_name = "board_report"

    class SystemApproval(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        reference = CharField(max_length=30)
        approved_on = DateField()
        decided_by = CharField(max_length=80)
        assessment = CharField(max_length=30)
        withdrawn_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "system_approval"

    db.create_tables(
        [
            AnalysisProcess,
            Analysis,
            ProtectiveMeasure,
            SecurityOrder,
            SecurityCheck,
            TrainingCount,
            Appointment,
            SecurityPlan,
            SupervisorNotice,
            BoardReport,
            SystemApproval,
        ]
    )
