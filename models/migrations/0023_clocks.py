"""When a clock's outcome was recorded, what lists of clocks are sorted by, and what was told of them."""

from peewee import *


class Model(Model):
    """Names its indexes after its table, as the models do."""

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    migrator.add_column("legal_clock", "decided_at", DateTimeField(null=True)).run()
    migrator.add_column("legal_clock", "urgent_at", DateTimeField(null=True)).run()

    class SentReminder(Model):
        clock = IntegerField()
        milestone = CharField(max_length=10)
        due = CharField(max_length=32)

        class Meta:
            database = db
            table_name = "sent_reminder"
            indexes = ((("clock", "milestone", "due"), True),)

    db.create_tables([SentReminder])
