"""The day when an adoption was noted, after which it cannot have been adopted."""

from peewee import *


def up(migrator, db):
    migrator.add_column("analysis", "noted_on", DateField(null=True)).run()
