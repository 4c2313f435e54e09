"""The targets of the anchoring: rows with source and date, the municipality's own to change."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import Select

from models.calendar import months_before
from models.integrity.words import REGISTER
from models.kinds import Choice, Day, Number, Text
from models.record import Record, declares
from models.words import Labelled, Message, Problem, named


class Aim(Labelled):
    SIGNED = named("signed", "Units that have signed the version in force, for fulfilled (per cent)")
    SIGNED_PARTLY = named("signed_partly", "Units that have signed the version in force, for partly (per cent)")
    COVERAGE = named("coverage", "Staff of a unit that is trained (per cent)")
    MONTHS = named("months", "Months until an anchoring lapses")


@declares(
    "Anchoring target",
    "Anchoring targets",
    register=REGISTER,
    slug="forankringsmal",
    title="aim",
    columns=("aim", "amount", "source", "checked_on"),
    sorts=("aim",),
    form=("amount", "source", "checked_on"),
    creatable=False,
)
class AnchoringTarget(Record):
    """One target of the anchoring (programme point 4.3-U2; guide B.3). The municipality's choice, with its source."""

    aim = Choice("Target", Aim, unique=True, typed=False)
    amount = Number("Amount", least=1, most=120)
    source = Text("Source", max_length=200)
    checked_on = Day("Last checked")

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("aim") is not Aim.MONTHS and values["amount"] > 100:
            yield Problem("amount", Message("At most 100 per cent."))

    @classmethod
    def of(cls, aim: Aim) -> Select:
        """The amount of one target, as a subquery of at most one value."""
        return cls.select(cls.amount).where(cls.aim == aim)


def lasts_since(today: dt.date) -> dt.date:
    """The first day that counts as not too long ago; where no target tells, only today."""
    months = AnchoringTarget.of(Aim.MONTHS).scalar()
    return months_before(today, months) if months else today
