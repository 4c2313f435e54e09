"""How delivery is watched between the reviews: deviations with the supplier's answer, and spot checks."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.database import days_between
from models.guarding.contracts import Contract
from models.guarding.sites import GuardedSite
from models.guarding.targets import Aim, aimed
from models.guarding.words import REGISTER, DeviationKind, Severity
from models.kinds import Choice, Day, Link, Note, Number, Text
from models.record import Record, declares, selection
from models.words import N_, Act, Message, Problem, Protection

SECRET = Protection.SECRET


@declares(
    "Deviation",
    "Deviations",
    register=REGISTER,
    slug="avvikelser",
    title="happened_on",
    columns=("site", "happened_on", "kind", "severity", "told_on", "answered_on"),
    filters=("kind", "severity"),
    sorts=("-happened_on",),
    form=("happened_on", "kind", "severity", "what", "told_on", "answer", "answered_on", "credit"),
    part_of="site",
    begins={"noted_on": "today"},
    adding=Act.REPORT,
)
class Deviation(Record):
    """An avvikelse: what a supplier did not do as agreed, what it answered, and what was credited."""

    site = Link("Guarded site", to=GuardedSite, typed=False)
    happened_on = Day("Happened", index=True)
    kind = Choice("Kind", DeviationKind)
    severity = Choice("Severity", Severity)
    what = Note("What happened", longest=2000, protection=SECRET, hint=N_("No codes, routes, times or guards' names."))
    told_on = Day("Supplier told", optional=True, index=True)
    answer = Note("Supplier's answer", optional=True, longest=2000, protection=SECRET)
    answered_on = Day("Supplier answered", optional=True)
    credit = Number("Credit, kronor", optional=True)
    noted_on = Day("Noted", typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("noted_on") and values["happened_on"] > values["noted_on"]:
            yield Problem("happened_on", Message("It cannot have happened on a day to come."))
        if values.get("told_on") and values["told_on"] < values["happened_on"]:
            yield Problem("told_on", Message("The supplier cannot have been told before it happened."))
        if values.get("answered_on") and values["answered_on"] < (values.get("told_on") or dt.date.max):
            yield Problem("answered_on", Message("The answer comes after the supplier was told."))

    @classmethod
    def late(cls) -> Any:
        """The condition that the answer took more days than the target gives."""
        return days_between(cls.told_on, cls.answered_on) > aimed(Aim.ANSWER)

    @selection("Not answered in time")
    def unanswered(cls, today):
        return cls.answered_on.is_null() & (cls.told_on < today - dt.timedelta(days=aimed(Aim.ANSWER)))

    @selection("Answered late")
    def answered_late(cls, today):
        return cls.answered_on.is_null(False) & cls.late()

    @selection("Supplier not told")
    def untold(cls, today):
        return cls.told_on.is_null()

    @selection("Last 12 months")
    def last_year(cls, today):
        return (cls.happened_on > today - dt.timedelta(days=365)) & (cls.happened_on <= today)


@declares(
    "Spot check",
    "Spot checks",
    register=REGISTER,
    slug="stickprov",
    title="checked_on",
    columns=("contract", "checked_on", "compared", "sample", "errors", "wrong"),
    sorts=("-checked_on",),
    form=("checked_on", "compared", "sample", "errors", "amount", "wrong", "reference"),
    part_of="contract",
    begins={"noted_on": "today"},
)
class SpotCheck(Record):
    """A stickprov: what was invoiced, laid beside what the supplier can show."""

    contract = Link("Contract", to=Contract, typed=False)
    checked_on = Day("Checked", index=True)
    compared = Text("What was compared", max_length=160, hint=N_("Such as a log of rounds against an invoice."))
    sample = Number("Rows compared", least=1, most=1_000_000)
    errors = Number("Rows with a fault", most=1_000_000)
    amount = Number("Amount compared, kronor", least=1)
    wrong = Number("Wrong amount, kronor")
    reference = Text("Evidence, where it is kept", max_length=40, optional=True)
    noted_on = Day("Noted", typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("noted_on") and values["checked_on"] > values["noted_on"]:
            yield Problem("checked_on", Message("It cannot have been done on a day to come."))
        for some, of_all in (("errors", "sample"), ("wrong", "amount")):
            if values[some] > values[of_all]:
                yield Problem(some, Message("It cannot be more than the whole that it is part of."))

    @selection("With faults")
    def faulty(cls, today):
        return (cls.errors > 0) | (cls.wrong > 0)

    @selection("Last 12 months")
    def last_year(cls, today):
        return (cls.checked_on > today - dt.timedelta(days=365)) & (cls.checked_on <= today)
