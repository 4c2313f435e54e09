"""A role that owns a register names who asked for it and who confirmed it. Those given before were given by one."""

import uuid

from peewee import *

BEFORE = "id, uid, version, person_id, role, unit_id, starts_on, ends_on"


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

    class RoleGrant(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        role = CharField(max_length=40)
        unit = ForeignKeyField(Unit, null=True, on_delete="RESTRICT")
        starts_on = DateField()
        ends_on = DateField(null=True)
        asked_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", index=False, backref="asked")
        confirmed_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", index=False, backref="confirmed")

        class Meta:
            database = db
            table_name = "role_grant"

    db.execute_sql(f"CREATE TEMPORARY TABLE kept AS SELECT {BEFORE} FROM role_grant")
    db.execute_sql("DROP TABLE role_grant")
    db.create_tables([RoleGrant])
    db.execute_sql(f"INSERT INTO role_grant ({BEFORE}) SELECT {BEFORE} FROM kept ORDER BY id")
    db.execute_sql("DROP TABLE kept")
    if isinstance(db, PostgresqlDatabase):
        newest = "(SELECT MAX(id) FROM role_grant)"
        db.execute_sql(f"SELECT setval(pg_get_serial_sequence('role_grant', 'id'), {newest}) WHERE {newest} > 0")
