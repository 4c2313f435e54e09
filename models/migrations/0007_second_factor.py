"""A second factor beside the password. A session says whether it is for setting one up only: everyone signs in anew."""

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

    class CodeApp(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        name = CharField(max_length=60)
        secret = CharField(max_length=200)
        step = IntegerField(default=0)
        added_at = DateTimeField()
        removed_at = DateTimeField(null=True)
        seal = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "code_app"

    class Passkey(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        name = CharField(max_length=60)
        host = CharField(max_length=253)
        credential = CharField(max_length=1400)
        public_key = CharField(max_length=1400)
        counter = CharField(max_length=10)
        added_at = DateTimeField()
        removed_at = DateTimeField(null=True)
        seal = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "passkey"

    class RecoveryCode(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        digest = CharField(max_length=64)
        spent_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "recovery_code"

    class UsedChallenge(Model):
        challenge = CharField(max_length=64, unique=True)
        ends_at = DateTimeField(index=True)

        class Meta:
            database = db
            table_name = "used_challenge"

    db.execute_sql("DROP TABLE session")

    class Session(Model):
        token = CharField(unique=True, max_length=64)
        person = IntegerField(index=True)
        data = CharField(max_length=4000, default="{}")
        confined = BooleanField(default=False)
        started_at = DateTimeField()
        seen_at = DateTimeField(index=True)
        seal = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "session"

    db.create_tables([CodeApp, Passkey, RecoveryCode, UsedChallenge, Session])
