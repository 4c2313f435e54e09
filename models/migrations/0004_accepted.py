"""Who accepted a risk, and on which day: an acceptance has an end, and lapses."""

from peewee import *

ACCEPTING = ("deficiency", "measure")


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    for table in ACCEPTING:
        by = ForeignKeyField(Person, field=Person.id, null=True, on_delete="RESTRICT")
        migrator.add_column(table, "accepted_on", DateField(null=True)).run()
        migrator.add_column(table, "accepted_by_id", by).run()
