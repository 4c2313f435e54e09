"""The day when an adoption was noted, after which it cannot have been adopted; and when content was destroyed."""

from peewee import *


def up(migrator, db):
    migrator.add_column("analysis", "noted_on", DateField(null=True)).run()
    migrator.add_column("measure_core", "destroyed_on", DateField(null=True)).run()
