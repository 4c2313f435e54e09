"""Sessions and one-time links carry a seal. Those made before have none, so they are void: everyone signs in anew."""

from peewee import *


class Model(Model):
    """Names its indexes after its table, as the models do."""

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    db.execute_sql("DROP TABLE session")
    db.execute_sql("DROP TABLE one_time_link")

    class OneTimeLink(Model):
        token = CharField(unique=True, max_length=64)
        person = IntegerField(index=True)
        purpose = CharField(max_length=10)
        requested_by = IntegerField(null=True)
        confirmed_by = IntegerField(null=True)
        needs_second = BooleanField(default=False)
        expires_at = DateTimeField()
        used_at = DateTimeField(null=True)
        seal = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "one_time_link"

    db.create_tables([OneTimeLink])

    class Session(Model):
        token = CharField(unique=True, max_length=64)
        person = IntegerField(index=True)
        data = CharField(max_length=4000, default="{}")
        started_at = DateTimeField()
        seen_at = DateTimeField(index=True)
        seal = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "session"

    db.create_tables([Session])
