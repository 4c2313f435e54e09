"""An edition that was destroyed here says so, and since when."""

from peewee import DateField


def up(migrator, db):
    migrator.add_column("measure_core", "destroyed_on", DateField(null=True)).run()
