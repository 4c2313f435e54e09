"""The vault: its epochs, holders and grants; sealed reports; and who may open them."""

import uuid

from peewee import *

WRITTEN_ONCE = {
    "vault_epoch": "id = NEW.id OR uid = NEW.uid OR number = NEW.number",
    "vault_drill": "id = NEW.id OR uid = NEW.uid",
}
"""SQLite's INSERT OR REPLACE takes a row away without asking the DELETE trigger: which row that would be."""


def up(migrator, db):
    class Row(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)

        class Meta:
            database = db
            legacy_table_names = False

    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    def link(to, **more):
        return ForeignKeyField(to, field=to.id, on_delete="RESTRICT", **more)

    class VaultEpoch(Row):
        number = IntegerField(unique=True)
        public = TextField()
        previous = CharField(max_length=64)
        made_at = CharField(max_length=40)
        installation = CharField(max_length=32)
        root = CharField(max_length=64)
        signature = CharField(max_length=128)

    class VaultHolder(Row):
        person = link(Person, null=True)
        kind = CharField(max_length=40)
        public = TextField()
        wrapped = CharField(max_length=1000, null=True)
        made_on = DateField()
        ended_on = DateField(null=True)

    class VaultGrant(Row):
        epoch = link(VaultEpoch)
        holder = link(VaultHolder)
        keys = BlobField(null=True)
        by = link(Person)
        ends_on = DateField(null=True)
        signature = CharField(max_length=128)
        ended_on = DateField(null=True)

    class VaultCarry(Row):
        epoch = link(VaultEpoch, unique=True)
        seed = BlobField(null=True)
        by = link(Person)
        done_on = DateField(null=True)

    class VaultDrill(Row):
        held_on = DateField(index=True)
        by = link(Person)

    class VaultSession(Model):
        token = CharField(max_length=64, unique=True)
        person = IntegerField(index=True)
        share = CharField(max_length=64)
        wrapped = TextField()
        started_at = DateTimeField()
        seen_at = DateTimeField(index=True)

        class Meta:
            database = db
            legacy_table_names = False

    class Clearance(Row):
        person = link(Person, unique=True)
        vetted_on = DateField()
        trained_on = DateField()
        silence_on = DateField()

    class Deposit(Row):
        edition = IntegerField(default=1)
        by = link(Person)
        sent_on = DateField(index=True)
        state = CharField(max_length=40, default="new")
        body = BlobField()
        photo = BlobField()
        outcome = CharField(max_length=40, null=True)

    db.create_tables([VaultEpoch, VaultHolder, VaultGrant, VaultCarry, VaultDrill, VaultSession, Clearance, Deposit])
    (_postgresql if isinstance(db, PostgresqlDatabase) else _sqlite)(db)


def _sqlite(db):
    for table, same in WRITTEN_ONCE.items():
        for event, when in (
            ("DELETE", "1"),
            ("UPDATE", "1"),
            ("INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {same})"),
        ):
            db.execute_sql(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _postgresql(db):
    db.execute_sql("ALTER TABLE vault_session SET UNLOGGED")  # its rows are in no log, no replica and no backup
    for table in WRITTEN_ONCE:
        for event, how in (("DELETE", "ROW"), ("UPDATE", "ROW"), ("TRUNCATE", "STATEMENT")):
            db.execute_sql(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} FOR EACH {how} "
                "EXECUTE FUNCTION append_only()"
            )
