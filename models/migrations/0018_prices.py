"""Unit prices of guarding, the decision that keeps them secret, and marks that run out by themselves."""

from peewee import *


def up(migrator, db):
    migrator.add_column("contract", "awarded_on", DateField(null=True)).run()
    migrator.add_column("contract", "prices_decided_on", DateField(null=True)).run()
    migrator.add_column("contract", "prices_reference", CharField(max_length=30, null=True)).run()
    migrator.add_column("service", "unit_price", IntegerField(null=True)).run()
    migrator.add_column("mark", "until", DateField(null=True)).run()
