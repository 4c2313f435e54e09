"""Guarding: contracts, sites and their needs, reviews, the usage process, targets and classes."""

import uuid

from peewee import *


class Model(Model):
    """Names its indexes after its table, as the models do."""

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class Premises(Model):
        class Meta:
            database = db
            table_name = "premises"

    class Unit(Model):
        class Meta:
            database = db
            table_name = "unit"

    class Contract(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        supplier = CharField(max_length=120)
        supplier_key = BlobField(index=True)
        company_number = CharField(max_length=11)
        reference = CharField(max_length=30)
        procurement = CharField(max_length=30, null=True)
        starts_on = DateField()
        ends_on = DateField(index=True)
        price_model = CharField(max_length=40)
        manager = CharField(max_length=80)
        authorised_on = DateField(null=True)
        security_agreement_on = DateField(null=True)
        terminated_on = DateField(null=True)
        state = CharField(max_length=40)

        class Meta:
            database = db
            table_name = "contract"

    class ContractOption(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        contract = ForeignKeyField(Contract, field=Contract.id, on_delete="RESTRICT")
        begins_on = DateField()
        ends_on = DateField()
        notice_months = IntegerField()
        notice_on = DateField(null=True)
        used_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "contract_option"

    class Service(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        contract = ForeignKeyField(Contract, field=Contract.id, on_delete="RESTRICT")
        kind = CharField(max_length=40)
        scope = CharField(max_length=160, null=True)
        inner_check = BooleanField(default=False)
        ended_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "service"

    class ResponseClass(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        name = CharField(max_length=40, unique=True)
        minutes = IntegerField()
        source = CharField(max_length=200)
        checked_on = DateField()

        class Meta:
            database = db
            table_name = "response_class"

    class GuardedSite(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        contract = ForeignKeyField(Contract, field=Contract.id, on_delete="RESTRICT")
        name = CharField(max_length=120)
        name_key = BlobField(index=True)
        premises = ForeignKeyField(Premises, field=Premises.id, null=True, on_delete="RESTRICT")
        unit = ForeignKeyField(Unit, field=Unit.id, on_delete="RESTRICT")
        level = CharField(max_length=40)
        response = ForeignKeyField(ResponseClass, field=ResponseClass.id, null=True, on_delete="RESTRICT")
        instruction = CharField(max_length=40, null=True)
        needed_since = DateField(null=True)
        yearly_cost = IntegerField(null=True)
        assess_by = DateField(index=True, null=True)
        ended_on = DateField(null=True)

        class Meta:
            database = db
            table_name = "guarded_site"

    class NeedAssessment(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        site = ForeignKeyField(GuardedSite, field=GuardedSite.id, on_delete="RESTRICT")
        assessed_on = DateField()
        risk = CharField(max_length=40)
        incidents = IntegerField()
        alternative = CharField(max_length=40)
        conclusion = CharField(max_length=40)
        because = TextField()
        reference = CharField(max_length=40, null=True)
        noted_on = DateField()
        by = ForeignKeyField(Person, field=Person.id, null=True, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "need_assessment"

    class ContractMeeting(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        contract = ForeignKeyField(Contract, field=Contract.id, on_delete="RESTRICT")
        held_on = DateField(index=True)
        present = CharField(max_length=200)
        decided = TextField(null=True)
        reference = CharField(max_length=40, null=True)
        noted_on = DateField()

        class Meta:
            database = db
            table_name = "contract_meeting"

    class Review(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        name = CharField(max_length=120)
        period_from = DateField()
        period_to = DateField()
        scope = TextField()
        findings = TextField(null=True)
        recommendations = TextField(null=True)
        referred_on = DateField(null=True)
        answer_by = DateField(null=True)
        decided_on = DateField(index=True, null=True)
        decided_by = CharField(max_length=80, null=True)
        paragraph = CharField(max_length=12, null=True)
        reference = CharField(max_length=30, null=True)
        noted_on = DateField(null=True)
        next_on = DateField(null=True)
        state = CharField(max_length=40)

        class Meta:
            database = db
            table_name = "review"

    class Criterion(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        number = IntegerField()
        text = CharField(max_length=200)
        in_use = BooleanField(default=True)
        source = CharField(max_length=200)
        checked_on = DateField()

        class Meta:
            database = db
            table_name = "criterion"

    class CriterionScore(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        review = ForeignKeyField(Review, field=Review.id, on_delete="RESTRICT")
        number = IntegerField()
        criterion = ForeignKeyField(Criterion, field=Criterion.id, on_delete="RESTRICT")
        score = CharField(max_length=40, null=True)
        evidence = TextField(null=True)

        class Meta:
            database = db
            table_name = "criterion_score"

    class ReviewAnswer(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        review = ForeignKeyField(Review, field=Review.id, on_delete="RESTRICT")
        unit = ForeignKeyField(Unit, field=Unit.id, on_delete="RESTRICT")
        answer_by = DateField()
        answered_on = DateField(null=True)
        answer = TextField(null=True)

        class Meta:
            database = db
            table_name = "review_answer"

    class UsageProcess(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        edition = CharField(max_length=20, unique=True)
        drafted_on = DateField(index=True)
        owner = CharField(max_length=80)
        describes_order = BooleanField(default=False)
        describes_change = BooleanField(default=False)
        describes_stop = BooleanField(default=False)
        budget = CharField(max_length=160, null=True)
        kept_at = CharField(max_length=40, null=True)
        adopted_on = DateField(null=True)
        adopted_by = CharField(max_length=80, null=True)
        paragraph = CharField(max_length=12, null=True)
        reference = CharField(max_length=30, null=True)
        noted_on = DateField(null=True)
        state = CharField(max_length=40)

        class Meta:
            database = db
            table_name = "usage_process"

    class GuardingTarget(Model):
        uid = UUIDField(unique=True, default=uuid.uuid4)
        version = IntegerField(default=0)
        aim = CharField(max_length=40, unique=True)
        amount = IntegerField()
        source = CharField(max_length=200)
        checked_on = DateField()

        class Meta:
            database = db
            table_name = "guarding_target"

    db.create_tables(
        [
            Contract,
            ContractOption,
            Service,
            ResponseClass,
            GuardedSite,
            NeedAssessment,
            ContractMeeting,
            Review,
            Criterion,
            CriterionScore,
            ReviewAnswer,
            UsageProcess,
            GuardingTarget,
        ]
    )
