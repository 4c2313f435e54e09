"""What people have said of their own texts to the free-text guard."""

import uuid

from peewee import *

from models.append_only import written_once


class Model(Model):
    """Names its indexes after its table, as the models do."""

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class Excuse(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        about_type = CharField(max_length=40)
        about_uid = UUIDField()
        field = CharField(max_length=40)
        rule = CharField(max_length=40)
        reason = CharField(max_length=300, null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "excuse"
            indexes = ((("about_type", "about_uid"), False),)

    db.create_tables([Excuse])
    written_once(db, ["excuse"])
