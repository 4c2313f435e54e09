"""Who accepted a risk, and on which day: an acceptance has an end, and lapses. And who reported a deficiency."""

from peewee import *

COLUMNS = {"deficiency": ("accepted_by_id", "reported_by_id"), "measure": ("accepted_by_id",)}


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    for table, people in COLUMNS.items():
        migrator.add_column(table, "accepted_on", DateField(null=True)).run()
        for column in people:
            who = ForeignKeyField(Person, field=Person.id, null=True, on_delete="RESTRICT")
            migrator.add_column(table, column, who).run()
