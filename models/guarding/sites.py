"""What is guarded, whether it still needs to be, and that one meets the supplier about it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import fn

from models.common import Unit
from models.fire_safety import Premises
from models.guarding.contracts import Contract
from models.guarding.targets import Aim, ResponseClass, aimed, assessed_again_by
from models.guarding.words import IN_FORCE, REGISTER, Alternative, Conclusion, Risk, ServiceLevel
from models.kinds import Choice, Day, Link, Note, Number, SortKey, Text
from models.people import Person, RoleGrant
from models.record import Record, among, declares, selection
from models.words import N_, Act, Message, Problem, Protection

SECRET = Protection.SECRET


@declares(
    "Guarded site",
    "Guarded sites",
    register=REGISTER,
    slug="bevakningsobjekt",
    title="name",
    columns=("name", "contract", "unit", "assess_by", "yearly_cost"),
    filters=("contract", "unit"),
    sorts=("name_key", "assess_by"),
    search=("name",),
    form=(
        "name",
        "supplier_number",
        "premises",
        "unit",
        "level",
        "response",
        "instruction",
        "needed_since",
        "yearly_cost",
        "ended_on",
    ),
    part_of="contract",
    parts=("behovsprovningar", "avvikelser", "manadssiffror"),
)
class GuardedSite(Record):
    """An object in a contract. Of its instruction only where it is kept: no codes, routes, times or guards' names."""

    contract = Link("Contract", to=Contract, typed=False)
    name = Text("Name", max_length=120)
    name_key = SortKey(of="name")
    supplier_number = Text(
        "The supplier's number for it", max_length=40, optional=True, hint=N_("As it stands in the supplier's files.")
    )
    premises = Link("Premises", to=Premises, optional=True, hint=N_("Leave empty for a site that is no building."))
    unit = Link("Unit that pays", to=Unit)
    level = Choice("Service level", ServiceLevel, protection=SECRET)
    response = Link("Response class", to=ResponseClass, optional=True, protection=SECRET)
    instruction = Text(
        "Instruction, where it is kept",
        max_length=40,
        optional=True,
        protection=SECRET,
        hint=N_("A register number. Never what it says, nor codes, routes, times or guards' names."),
    )
    needed_since = Day("Guarded since", optional=True)
    yearly_cost = Number("Cost per year, kronor", optional=True)
    assess_by = Day("Need to be assessed by", optional=True, typed=False, index=True)
    ended_on = Day("No longer guarded from", optional=True, protection=SECRET)

    @classmethod
    def own(cls, scope, person, today):
        return among(cls.unit, RoleGrant.headed(person, today))

    @classmethod
    def guarded(cls, today: dt.date) -> Any:
        """Not ended, and in a contract that is in force."""
        in_force = Contract.select(Contract.id).where(Contract.state.in_(IN_FORCE))
        return (cls.ended_on.is_null() | (cls.ended_on > today)) & among(cls.contract, in_force)

    @classmethod
    def assessed_anew(cls) -> Iterable[Record]:
        """The assessed sites with the day that the limit in force gives."""
        newest = NeedAssessment.select(NeedAssessment.site, fn.MAX(NeedAssessment.assessed_on))
        rows: Any = newest.group_by(NeedAssessment.site).tuples()
        days, months = dict(rows), aimed(Aim.ASSESSMENT)
        for site in cls.select().where(cls.assess_by.is_null(False)).order_by(cls.id):
            site.assess_by = assessed_again_by(days[site.id], months)
            yield site

    @selection("Guarded now")
    def current(cls, today):
        return cls.guarded(today)

    @selection("Need assessed")
    def assessed(cls, today):
        return cls.guarded(today) & cls.assess_by.is_null(False) & (cls.assess_by >= today)

    @selection("Need to be assessed")
    def to_assess(cls, today):
        return cls.guarded(today) & (cls.assess_by.is_null() | (cls.assess_by < today))

    @selection("No event for long")
    def quiet(cls, today):
        return _suggests("quiet", today)

    @selection("Many unjustified alarms, no measure")
    def noisy(cls, today):
        return _suggests("noisy", today)

    @selection("Delivered below the target")
    def undelivered(cls, today):
        return _suggests("undelivered", today)


def _suggests(name: str, today: dt.date) -> Any:
    from models.guarding import usage  # which knows of sites

    return getattr(usage, name)(today)


@declares(
    "Need assessment",
    "Need assessments",
    register=REGISTER,
    slug="behovsprovningar",
    title="assessed_on",
    columns=("site", "assessed_on", "incidents", "conclusion"),
    sorts=("-assessed_on",),
    form=("assessed_on", "risk", "incidents", "alternative", "conclusion", "because", "reference"),
    part_of="site",
    begins={"noted_on": "today", "by": "who"},
    adding=Act.REPORT,
)
class NeedAssessment(Record):
    """A behovsprövning: is this site to be guarded as it is, otherwise, or not any longer?"""

    site = Link("Guarded site", to=GuardedSite, typed=False)
    assessed_on = Day("Assessed")
    risk = Choice("Risk", Risk, protection=SECRET)
    incidents = Number("Events in the last 24 months", most=100_000)
    alternative = Choice("Alternative tried", Alternative, protection=SECRET)
    conclusion = Choice("Conclusion", Conclusion, protection=SECRET)
    because = Note("Why", longest=2000, protection=SECRET)
    reference = Text("Minutes, where they are kept", max_length=40, optional=True)
    noted_on = Day("Noted", typed=False)
    by = Link("Noted by", to=Person, optional=True, typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("noted_on") and values["assessed_on"] > values["noted_on"]:
            yield Problem("assessed_on", Message("It cannot have been done on a day to come."))

    def follows(self, today: dt.date) -> Iterable[Record]:
        """The site, to be assessed again so long after its newest assessment as the municipality's limit says."""
        cls = type(self)
        newest = cls.select(fn.MAX(cls.assessed_on)).where(cls.site == self.__data__["site"]).scalar()
        site = GuardedSite.get_by_id(self.__data__["site"])
        site.assess_by = assessed_again_by(newest, aimed(Aim.ASSESSMENT))
        yield site

    @selection("Last 12 months")
    def last_year(cls, today):
        return (cls.assessed_on > today - dt.timedelta(days=365)) & (cls.assessed_on <= today)


@declares(
    "Contract meeting",
    "Contract meetings",
    register=REGISTER,
    slug="avtalsmoten",
    title="held_on",
    columns=("contract", "held_on", "reference"),
    sorts=("-held_on",),
    form=("held_on", "present", "decided", "reference"),
    part_of="contract",
    begins={"noted_on": "today"},
)
class ContractMeeting(Record):
    """An avtalsuppföljningsmöte that was held with the supplier. What is to be done becomes measures."""

    contract = Link("Contract", to=Contract, typed=False)
    held_on = Day("Held", index=True)
    present = Text("Present (functions)", max_length=200, hint=N_("Functions, never names."))
    decided = Note("What was decided", optional=True, longest=2000)
    reference = Text("Minutes, where they are kept", max_length=40, optional=True)
    noted_on = Day("Noted", typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("noted_on") and values["held_on"] > values["noted_on"]:
            yield Problem("held_on", Message("It cannot have been held on a day to come."))

    @selection("Held")
    def held(cls, today):
        return cls.held_on <= today
