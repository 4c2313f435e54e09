"""What is watched between the reviews of guarding: deviations and spot checks."""

import uuid

from peewee import *


class Model(Model):
    """Names its indexes after its table, as the models do."""

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    class Contract(Model):
        class Meta:
            database = db
            table_name = "contract"

    class GuardedSite(Model):
        class Meta:
            database = db
            table_name = "guarded_site"

    class Deviation(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        happened_on = DateField(index=True)
        kind = CharField(max_length=40)
        severity = CharField(max_length=40)
        what = TextField()
        told_on = DateField(index=True, null=True)
        answer = TextField(null=True)
        answered_on = DateField(null=True)
        credit = IntegerField(null=True)
        noted_on = DateField()
        site = ForeignKeyField(GuardedSite, on_delete="RESTRICT", backref="+")

        class Meta:
            database = db
            table_name = "deviation"

    class SpotCheck(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        checked_on = DateField(index=True)
        compared = CharField(max_length=160)
        sample = IntegerField()
        errors = IntegerField()
        amount = IntegerField()
        wrong = IntegerField()
        reference = CharField(max_length=40, null=True)
        noted_on = DateField()
        contract = ForeignKeyField(Contract, on_delete="RESTRICT", backref="+")

        class Meta:
            database = db
            table_name = "spot_check"

    db.create_tables([Deviation, SpotCheck])
