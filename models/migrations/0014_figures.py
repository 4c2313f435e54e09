"""What guarding companies did, month by month: figures, and the deliveries that they came in."""

import uuid

from peewee import *

from models.append_only import written_once


class Model(Model):
    """Names its indexes after its table, as the models do."""

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    class Contract(Model):
        class Meta:
            database = db
            table_name = "contract"

    class GuardedSite(Model):
        class Meta:
            database = db
            table_name = "guarded_site"

    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class FigureDelivery(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        origin = CharField(max_length=40)
        fingerprint = CharField(max_length=64, null=True)
        first_month = DateField(null=True)
        last_month = DateField(null=True)
        rows = IntegerField()
        left_out = IntegerField()
        received_at = DateTimeField()
        state = CharField(max_length=40, default="coming")
        contract = ForeignKeyField(Contract, on_delete="RESTRICT", backref="+")
        by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+", null=True)

        class Meta:
            database = db
            table_name = "figure_delivery"

    class FigureBatch(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        place = IntegerField()
        delivery = ForeignKeyField(FigureDelivery, on_delete="RESTRICT", backref="+")

        class Meta:
            database = db
            table_name = "figure_batch"

    class MonthlyFigure(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        service = CharField(max_length=40)
        month = DateField()
        ordered = IntegerField(null=True)
        delivered = IntegerField(null=True)
        missed = IntegerField(null=True)
        alarms = IntegerField(null=True)
        unjustified = IntegerField(null=True)
        responses = CharField(max_length=12_000, null=True)
        invoiced = IntegerField(null=True)
        batch = ForeignKeyField(FigureBatch, on_delete="RESTRICT", backref="+")
        delivery = ForeignKeyField(FigureDelivery, on_delete="RESTRICT", backref="+")
        site = ForeignKeyField(GuardedSite, on_delete="RESTRICT", backref="+", index=False)

        class Meta:
            database = db
            table_name = "monthly_figure"
            indexes = ((("site", "service", "month"), False), (("month", "site"), False))

    db.create_tables([FigureDelivery, FigureBatch, MonthlyFigure])
    written_once(db, ["figure_batch", "monthly_figure"])
    migrator.add_column("guarded_site", "supplier_number", CharField(max_length=40, null=True)).run()
