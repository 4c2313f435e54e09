"""Risk processes, the yearly rounds as counts, and remarks of the audit."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import fn

from models.calendar import months_before
from models.common import Unit
from models.integrity.rules import no_more_than, year_of
from models.integrity.words import COUNTS_ONLY, NO_CASE, REGISTER
from models.kinds import Choice, Day, Flag, Link, Note, Number, Text
from models.people import RoleGrant
from models.record import Record, among, declares, selection
from models.words import N_, Labelled, Message, Problem, named

FUNCTION = N_("A function, never a name.")


class Process(Labelled):
    PURCHASING = named("purchasing", "Purchasing")
    PERMITS = named("permits", "Building permits and other permits")
    GRANTS = named("grants", "Grants to associations")
    RECRUITING = named("recruiting", "Recruitment")
    AUTHORITY = named("authority", "Exercise of authority")
    ACCESS = named("access", "Access rights in IT")
    OTHER = named("other", "Other")


class Level(Labelled):
    LOW = named("1", "1 Low", "ok")
    MEDIUM = named("2", "2 Medium", "part")
    HIGH = named("3", "3 High", "no")


class OfUnit(Record):
    """A row that belongs to a unit and those who head it."""

    unit = Link("Unit", to=Unit)

    @classmethod
    def own(cls, scope: str, person: int, today: dt.date) -> Any:
        return among(cls.unit, RoleGrant.headed(person, today))


@declares(
    "Risk process",
    "Risk processes",
    register=REGISTER,
    slug="riskprocesser",
    title="area",
    columns=("area", "unit", "year", "residual", "owner", "tested_on"),
    filters=("unit", "area", "residual"),
    sorts=("-year",),
    form=("unit", "area", "year", "risk", "likelihood", "effect", "control", "residual", "owner", "tested_on"),
)
class RiskProcess(OfUnit):
    """A process where irregularities can arise, with its control and owner: ties to the internal control plan."""

    area = Choice("Process", Process)
    year = Number("Year", least=2000, most=2100)
    risk = Note("Risk", longest=1000, hint=NO_CASE)
    likelihood = Choice("Likelihood", Level)
    effect = Choice("Effect", Level)
    control = Note("Control", longest=1000, hint=NO_CASE)
    residual = Choice("Risk that remains", Level)
    owner = Text("Owner (function)", max_length=80, hint=FUNCTION)
    tested_on = Day("Control tested", optional=True)

    @selection("Of this year")
    def this_year(cls, today):
        return cls.year == today.year

    @selection("Of this year, control tested this year")
    def tested_this_year(cls, today):
        return (cls.year == today.year) & cls.tested_on.between(*year_of(today))

    @selection("Of this year, control not tested")
    def not_tested(cls, today):
        return (cls.year == today.year) & ~fn.COALESCE(cls.tested_on.between(*year_of(today)), False)

    @selection("Control not tested in 12 months")
    def untested(cls, today):
        return cls.tested_on.is_null() | (cls.tested_on <= months_before(today, 12))


@declares(
    "Round of side jobs",
    "Rounds of side jobs",
    register=REGISTER,
    slug="bisyssleomgangar",
    title="year",
    columns=("year", "unit", "informed", "asked", "answered", "assessed", "prohibited"),
    filters=("unit",),
    sorts=("-year",),
    form=("unit", "year", "informed", "asked", "answered", "assessed", "prohibited"),
)
class SideJobRound(OfUnit):
    """The yearly round about bisysslor (LOA 7–7 c §§): counts only, the decisions lie in the personnel files."""

    year = Number("Year", least=2000, most=2100)
    informed = Flag("Staff informed of what is not allowed")
    asked = Number("Asked", most=100_000, hint=COUNTS_ONLY)
    answered = Number("Answered", most=100_000)
    assessed = Number("Assessed", most=100_000, hides_few=True)
    prohibited = Number("Prohibited", most=100_000, hides_few=True)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        return no_more_than(values, ("answered", "asked"), ("assessed", "answered"), ("prohibited", "assessed"))

    @selection("Of this year")
    def this_year(cls, today):
        return cls.year == today.year


@declares(
    "Sample on jäv",
    "Samples on jäv",
    register=REGISTER,
    slug="javsprov",
    title="checked_on",
    columns=("checked_on", "unit", "decisions", "noted", "followed"),
    filters=("unit",),
    sorts=("-checked_on",),
    form=("unit", "checked_on", "decisions", "noted", "followed"),
)
class JavSample(OfUnit):
    """A sample of minutes and decisions: in how many jäv was noted, and followed (KL 6:28–32, 7:4; FL 16–18 §§)."""

    checked_on = Day("Checked on")
    decisions = Number("Decisions in the sample", least=1, most=100_000)
    noted = Number("Jäv noted", most=100_000)
    followed = Number("Jäv noted and followed", most=100_000)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        return no_more_than(values, ("noted", "decisions"), ("followed", "noted"))

    @selection("Last 12 months")
    def last_year(cls, today):
        return (cls.checked_on > months_before(today, 12)) & (cls.checked_on <= today)

    @selection("Of this year")
    def this_year(cls, today):
        return cls.checked_on.between(*year_of(today))


@declares(
    "Remark of the audit",
    "Remarks of the audit",
    register=REGISTER,
    slug="revisionsanmarkningar",
    title="year",
    columns=("year", "reference", "answered_on", "done_on"),
    sorts=("-year",),
    form=("year", "reference", "remark", "answer", "answered_on", "measure", "done_on"),
)
class AuditRemark(Record):
    """What the elected auditors remarked on the work against irregularities, and what was answered (KL 12:1)."""

    year = Number("Year", least=2000, most=2100)
    reference = Text("Report (diarienummer)", max_length=40)
    remark = Note("Remark", hint=NO_CASE)
    answer = Note("Answer", optional=True, hint=NO_CASE)
    answered_on = Day("Answered", optional=True)
    measure = Note("Measure", optional=True, longest=2000, hint=NO_CASE)
    done_on = Day("Done", optional=True)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("answered_on") and not values.get("answer"):
            yield Problem("answer", Message("Tell what was answered."))

    @selection("Not answered")
    def waiting(cls, today):
        return cls.answered_on.is_null()

    @selection("Answered")
    def answered(cls, today):
        return cls.answered_on.is_null(False)
