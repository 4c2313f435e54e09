"""Exercise mode: a scenario with injects, run against the incident form and its clocks, for practice only."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.exercises.exercises import Exercise
from models.exercises.words import FUNCTIONS, REGISTER, Scenario
from models.incidents import Incident
from models.kinds import Choice, Link, Moment, Note, Number, Text
from models.people import Person
from models.record import Record, declares, selection
from models.words import N_, Message, Problem, Protection

MINUTE = dt.timedelta(minutes=1)


@declares(
    "Exercise scenario",
    "Exercise scenarios",
    register=REGISTER,
    slug="ovningsscenarier",
    title="name",
    columns=("name", "kind", "source"),
    filters=("kind",),
    sorts=("id",),
    form=("name", "kind", "brief", "goals", "source"),
    parts=("inspel",),
)
class DrillScenario(Record):
    """What an exercise plays: the lead-in, goals to judge it by, and injects. It stands as it was played.

    Two are shipped; the municipality writes its own.
    """

    code = Text(max_length=30, optional=True, typed=False)
    name = Text("Name", max_length=120)
    kind = Choice("Scenario", Scenario)
    brief = Note("Lead-in", longest=2000)
    goals = Note("Goals, one on each line", longest=2000, optional=True)
    source = Text("Source", max_length=200, optional=True)

    @property
    def is_locked(self) -> bool:
        return DrillRun.select().where(DrillRun.scenario == self.id).exists()

    @selection("All scenarios")
    def every(cls, today):
        return cls.id.is_null(False)


@declares(
    "Inject",
    "Injects",
    register=REGISTER,
    slug="inspel",
    title="minute",
    columns=("minute", "to", "text"),
    sorts=("minute",),
    form=("minute", "to", "text", "expected"),
    part_of="scenario",
)
class Inject(Record):
    """Something that is told to those who exercise, so many minutes in; what is expected of them is for the leader."""

    scenario = Link("Exercise scenario", to=DrillScenario)
    minute = Number("Minutes in", most=10_000)
    to = Text("Told to", max_length=80, hint=FUNCTIONS)
    text = Note("What is told", longest=2000)
    expected = Note("What is expected, for the leader", longest=1000, optional=True, protection=Protection.SECRET)

    @property
    def is_locked(self) -> bool:
        return DrillRun.select().where(DrillRun.scenario == self.__data__["scenario"]).exists()


@declares(
    "Playing of a scenario",
    "Playings of scenarios",
    register=REGISTER,
    slug="ovningsgenomforanden",
    title="started_at",
    columns=("started_at", "exercise", "scenario", "ended_at"),
    sorts=("-started_at",),
    part_of="exercise",
    creatable=False,
    editable=False,
)
class DrillRun(Record):
    """One playing of a scenario: an exercise's own incident, and how far the injects have come."""

    alone_in = "exercise"

    exercise = Link("The exercise", to=Exercise, typed=False)
    scenario = Link("Exercise scenario", to=DrillScenario, typed=False)
    incident = Link("Its incident", to=Incident, unique=True, typed=False)
    leader = Link("Led by", to=Person, typed=False)
    started_at = Moment("Started", typed=False)
    skipped = Number("Minutes skipped", typed=False, default=0)
    ended_at = Moment("Ended", optional=True, typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        others = (cls.exercise == values["exercise"]) & cls.ended_at.is_null() & (cls.uid != values["uid"])
        if values.get("ended_at") is None and cls.select().where(others).exists():
            yield Problem("", Message("This exercise is being played already."))

    def minutes(self, at: dt.datetime) -> int:
        """How far in it is at `at`: whole minutes since it started, with what was skipped."""
        return int((min(at, self.ended_at or at) - self.started_at) / MINUTE) + int(self.skipped)

    @property
    def is_locked(self) -> bool:
        return self.ended_at is not None

    @selection("Under way")
    def running(cls, today):
        return cls.ended_at.is_null()

    @selection("Ended")
    def ended(cls, today):
        return cls.ended_at.is_null(False)


NO_DRILL = N_("Exercise: nothing here has happened.")
