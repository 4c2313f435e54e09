"""Against irregularities: risk processes, the yearly rounds as counts, remarks of the audit, the channel's status."""

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

    class RiskProcess(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        area = CharField(max_length=40)
        year = IntegerField()
        risk = TextField()
        likelihood = CharField(max_length=40)
        effect = CharField(max_length=40)
        control = TextField()
        residual = CharField(max_length=40)
        owner = CharField(max_length=80)
        tested_on = DateField(null=True)
        unit = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+")

        class Meta:
            database = db
            table_name = "risk_process"

    class SideJobRound(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        year = IntegerField()
        informed = BooleanField(default=False)
        asked = IntegerField()
        answered = IntegerField()
        assessed = IntegerField()
        prohibited = IntegerField()
        unit = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+")

        class Meta:
            database = db
            table_name = "side_job_round"

    class JavSample(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        checked_on = DateField()
        decisions = IntegerField()
        noted = IntegerField()
        followed = IntegerField()
        unit = ForeignKeyField(Unit, on_delete="RESTRICT", backref="+")

        class Meta:
            database = db
            table_name = "jav_sample"

    class AuditRemark(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        year = IntegerField()
        reference = CharField(max_length=40)
        remark = TextField()
        answer = TextField(null=True)
        answered_on = DateField(null=True)
        measure = TextField(null=True)
        done_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "audit_remark"

    class ChannelStatus(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        owner = CharField(max_length=80)
        exists = BooleanField(default=False)
        address = CharField(max_length=200, null=True)
        tested_on = DateField()

        class Meta:
            database = db
            table_name = "channel_status"

    db.create_tables([RiskProcess, SideJobRound, JavSample, AuditRemark, ChannelStatus])
