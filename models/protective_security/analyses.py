"""The säkerhetsskyddsanalyser: that they are made, when, and by when again. Never what they say."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, cast

from models.calendar import latest_reaching, months_before
from models.kinds import Choice, Day, Text
from models.protective_security.words import REGISTER, a_number, a_register_number
from models.record import Record, Step, declares, selection
from models.words import N_, Act, Labelled, Message, Problem, named

LONGEST = 24
"""Months from one adoption to the next: at least every second year (säkerhetsskyddsförordningen 2:1)."""


class AnalysisScope(Labelled):
    WHOLE = named("whole", "The whole municipality")
    COMPANIES = named("companies", "The municipal companies")
    PART = named("part", "A part of the municipality")


class AnalysisState(Labelled):
    NOT_BEGUN = named("not_begun", "Not begun", "none")
    ONGOING = named("ongoing", "Under way", "part")
    ADOPTED = named("adopted", "Adopted", "ok")
    REPLACED = named("replaced", "Replaced by a newer", "none")


class Standing(Labelled):
    """What an adopted analysis comes to on a day; never stored."""

    CURRENT = named("current", "Up to date", "ok")
    UPDATE = named("update", "Must be updated", "part")
    OVERDUE = named("overdue", "Overdue", "no")


class UpdateReason(Labelled):
    ACTIVITY = named("activity", "What the municipality does has changed")
    THREAT = named("threat", "The threats have changed")
    EVENT = named("event", "Something has happened")
    CHECK = named("check", "A check had remarks")
    SUPERVISOR = named("supervisor", "The supervisory authority asks for it")
    RULES = named("rules", "The rules have changed")


STEPS = (
    "described_on",
    "valued_on",
    "threats_on",
    "vulnerabilities_on",
    "consequences_on",
    "measures_on",
    "planned_on",
    "adopted_on",
)
"""The eight steps of an analysis in their order, each by the day it was done; what was found is kept elsewhere."""

WORK = STEPS[:-2]
"""What is done before it is adopted; its plan may follow."""

NOTED = {"noted_on": "today"}
ADOPTION = ("adopted_on", "adopted_by", "next_due_on")


@declares(
    "Analysis",
    "Analyses",
    register=REGISTER,
    slug="analyser",
    title="code",
    columns=("code", "scope", "adopted_on", "next_due_on", "state"),
    filters=("scope",),
    sorts=("-code",),
    form=("code", "scope", "started_on", *STEPS[:-1], "kept_at"),
    steps={
        "start": Step(
            "Start",
            Act.EDIT,
            (AnalysisState.NOT_BEGUN,),
            AnalysisState.ONGOING,
            asks=("started_on",),
            needs=("started_on",),
        ),
        "adopt": Step(
            "Adopt",
            Act.DECIDE,
            (AnalysisState.NOT_BEGUN, AnalysisState.ONGOING),
            AnalysisState.ADOPTED,
            asks=ADOPTION,
            needs=("adopted_on", "adopted_by"),
            stamps=NOTED,
        ),
        "correct": Step(
            "Correct what was decided",
            Act.DECIDE,
            (AnalysisState.ADOPTED,),
            AnalysisState.ADOPTED,
            asks=ADOPTION,
            needs=("adopted_on", "adopted_by"),
            stamps=NOTED,
        ),
        "outdate": Step(
            "It must be updated earlier",
            Act.DECIDE,
            (AnalysisState.ADOPTED,),
            AnalysisState.ADOPTED,
            asks=("update_reason",),
            needs=("update_reason",),
            stamps={"update_since": "today"},
        ),
        "uphold": Step(
            "It need not be updated earlier",
            Act.DECIDE,
            (AnalysisState.ADOPTED,),
            AnalysisState.ADOPTED,
            clears=("update_reason", "update_since"),
        ),
        "replace": Step("A newer one has replaced it", Act.DECIDE, (AnalysisState.ADOPTED,), AnalysisState.REPLACED),
    },
)
class Analysis(Record):
    """A säkerhetsskyddsanalys as the public may know of it: its number, its days, and that it is kept elsewhere."""

    timed = ("adopted_on", "next_due_on", "update_reason")

    code = Text("No.", max_length=20, unique=True, check=a_number, hint=N_("Says nothing: such as SSA-2026."))
    scope = Choice("Scope", AnalysisScope)
    state = Choice("State", AnalysisState, default=AnalysisState.NOT_BEGUN, typed=False)
    started_on = Day("Started", optional=True)
    described_on = Day("1. What the municipality does: done", optional=True)
    valued_on = Day("2. What is to be protected: done", optional=True)
    threats_on = Day("3. Threats: done", optional=True)
    vulnerabilities_on = Day("4. Vulnerabilities: done", optional=True)
    consequences_on = Day("5. Consequences and risks: done", optional=True)
    measures_on = Day("6. Measures: done", optional=True)
    planned_on = Day("7. Protective security plan: done", optional=True)
    adopted_on = Day("Adopted", optional=True)
    adopted_by = Text("Adopted by (function)", max_length=80, optional=True)
    next_due_on = Day(
        "To be updated by",
        optional=True,
        deadline=True,
        hint=N_("At most two years after; left empty it is two years."),
    )
    noted_on = Day("Adoption noted", optional=True, typed=False)
    kept_at = Text("Kept in another place, register number", max_length=30, optional=True, check=a_register_number)
    update_reason = Choice("Why it must be updated earlier", UpdateReason, optional=True)
    update_since = Day("Must be updated, since", optional=True, typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        adopted, due = values.get("adopted_on"), values.get("next_due_on")
        if adopted and values.get("started_on") and adopted < values["started_on"]:
            yield Problem("adopted_on", Message("The last day cannot come before the first."))
        if adopted and values.get("noted_on") and adopted > values["noted_on"]:
            yield Problem("adopted_on", Message("It cannot have been adopted on a day to come."))
        if adopted and (last := max(filter(None, map(values.get, WORK)), default=adopted)) > adopted:
            yield Problem("adopted_on", Message("A step is dated %(day)s, after it was adopted.", day=last))
        if adopted and (newer := cls._newer(values)) is not None:
            yield Problem(
                "adopted_on", Message("A newer one of this scope was adopted on %(day)s.", day=newer.adopted_on)
            )
        if due and adopted:
            yield from cls._wrong_due(adopted, due)
        elif due:
            yield Problem("adopted_on", Message("Tell when it was adopted."))

    @classmethod
    def _newer(cls, values: Mapping[str, Any]) -> "Analysis | None":
        """The adopted analysis of the same scope that one with these values would come before."""
        if values.get("state") is not AnalysisState.ADOPTED:
            return None
        newer = (cls.scope == values["scope"]) & (cls.adopted_on > values["adopted_on"]) & (cls.uid != values["uid"])
        return cls.select().where(cls._adopted() & newer).first()

    @staticmethod
    def _wrong_due(adopted: dt.date, due: dt.date) -> Iterable[Problem]:
        if due <= adopted:
            yield Problem("next_due_on", Message("It is updated after it was adopted, not before."))
        elif due > (latest := latest_update(adopted)):
            yield Problem(
                "next_due_on",
                Message(
                    "An analysis is updated at least every second year (2 kap. 1 § säkerhetsskyddsförordningen): "
                    "%(latest)s is the last day.",
                    latest=latest,
                ),
            )

    def follows(self, today: dt.date) -> Iterable[Record]:
        """The analysis of the same scope that this one replaces."""
        if self.state is not AnalysisState.ADOPTED:
            return
        cls = type(self)
        older = (cls.scope == self.scope) & (cls.adopted_on <= self.adopted_on) & (cls.id != self.id)
        for row in cls.select().where(older & (cls.state == AnalysisState.ADOPTED)):
            row.__data__["state"] = AnalysisState.REPLACED
            yield row

    def as_of(self, name: str, today: dt.date) -> Any:
        """Adopted, it is up to date until its day or a reason to update it; its day is two years on unless earlier."""
        if name == "next_due_on":
            return self.due_on
        if name == "state" and self.state is AnalysisState.ADOPTED:
            if self.due_on < today:
                return Standing.OVERDUE
            return Standing.UPDATE if self.update_reason else Standing.CURRENT
        return super().as_of(name, today)

    @property
    def due_on(self) -> Any:
        """The day by which an adopted analysis is to be updated; None for others."""
        if self.state is not AnalysisState.ADOPTED:
            return None
        adopted = cast(dt.date, self.adopted_on)
        return self.next_due_on or latest_update(adopted)

    @property
    def is_waiting(self) -> bool:
        return self.state is AnalysisState.ADOPTED

    @property
    def steps_done(self) -> int:
        return sum(self.__data__.get(name) is not None for name in STEPS)

    @classmethod
    def _adopted(cls):
        return cls.state == AnalysisState.ADOPTED

    @classmethod
    def _due_by(cls, day):
        """To be updated on `day` or before."""
        told = cls.next_due_on.is_null(False) & (cls.next_due_on <= day)
        return told | (cls.next_due_on.is_null() & (cls.adopted_on <= latest_reaching(day, -LONGEST)))

    @classmethod
    def _due_within(cls, today, months, but):
        """To be updated in at most `months` months, but not in at most `but` (or before today, where that is 0)."""
        soon = latest_reaching(today, but) if but else today - dt.timedelta(days=1)
        return cls._adopted() & cls._due_by(latest_reaching(today, months)) & ~cls._due_by(soon)

    @classmethod
    def _current(cls, today):
        return cls._adopted() & cls.update_reason.is_null() & ~cls._due_by(today - dt.timedelta(days=1))

    @selection("Adopted")
    def adopted(cls, today):
        return cls._adopted()

    @selection("Under way")
    def ongoing(cls, today):
        return cls.state.in_((AnalysisState.NOT_BEGUN, AnalysisState.ONGOING))

    @selection("Up to date")
    def up_to_date(cls, today):
        return cls._current(today)

    @selection("Of the whole municipality, up to date")
    def whole_up_to_date(cls, today):
        """What the follow-up asks for: neither an analysis of a part, nor one that is overdue."""
        return (cls.scope == AnalysisScope.WHOLE) & cls._current(today)

    @selection("Must be updated")
    def outdated(cls, today):
        return cls._adopted() & cls.update_reason.is_null(False)

    @selection("To be updated within six months")
    def within_six(cls, today):
        """The first reminder: 18 months after an adoption that holds for two years."""
        return cls._due_within(today, 6, but=3)

    @selection("To be updated within three months")
    def within_three(cls, today):
        """The second: 21 months after."""
        return cls._due_within(today, 3, but=1)

    @selection("To be updated within a month")
    def within_one(cls, today):
        """The third: 23 months after."""
        return cls._due_within(today, 1, but=0)

    @selection("Overdue")
    def overdue(cls, today):
        return cls._adopted() & cls._due_by(today - dt.timedelta(days=1))


def latest_update(adopted: dt.date) -> dt.date:
    """The last day on which an analysis adopted on `adopted` is to be updated; 28 February for 29 February."""
    return months_before(adopted, -LONGEST)
