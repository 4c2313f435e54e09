"""What belongs to an incident: what it hit, what was seen and done, decided, referred to, learnt and told."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.common import Unit
from models.incidents.incidents import Incident
from models.incidents.words import (
    FUNCTION,
    NOT_CLASSIFIED,
    REGISTER,
    AfterActionState,
    Answer,
    EntryKind,
    EscalationGround,
    ReferenceKind,
    Told,
)
from models.kinds import Choice, Day, Flag, Link, Moment, Note, Number, Text
from models.people import Person
from models.record import Record, Step, declares, selection
from models.words import N_, Act, Message, Problem, Protection

SECRET = Protection.SECRET


class OfIncident(Record):
    """A part of an incident. What it says freely is secret, and marked when the incident is."""

    CONTENT: tuple[str, ...] = ()

    incident = Link("Incident", to=Incident)

    def follows(self, today: dt.date) -> Iterable[Record]:
        return self.incident.passes_on(self, today)

    @property
    def is_locked(self) -> bool:
        """What belongs to an incident stands with it: it is opened again before anything is changed."""
        return bool(self.incident.is_locked)

    def passes_on(self, other: Record, today: dt.date) -> Iterable[Record]:
        return self.incident.passes_on(other, today)


@declares(
    "Activity hit",
    "Activities hit",
    register=REGISTER,
    slug="drabbade",
    title="unit",
    columns=("unit", "service", "limited_hours", "workaround_hours", "personal_data", "persons"),
    sorts=("id",),
    form=("unit", "service", "limited_hours", "workaround_hours", "personal_data", "data_kind", "persons", "others"),
    part_of="incident",
)
class Impact(OfIncident):
    """A unit that was hit: for how long, with what, and whose data. It may start its nämnd's own clock."""

    alone_in = "incident"
    CONTENT = ("service", "data_kind", "others")

    unit = Link("Unit", to=Unit)
    service = Text("Service", max_length=160, optional=True, protection=SECRET)
    limited_hours = Number("Limited, hours", most=10_000, optional=True)
    workaround_hours = Number("With work-arounds, hours", most=10_000, optional=True)
    personal_data = Choice("Personal data affected", Answer)
    data_kind = Text(
        "What kind of personal data", max_length=160, optional=True, protection=SECRET,
        hint=N_("The kind, never whose."),
    )  # fmt: skip
    persons = Number("About how many people", most=20_000_000, optional=True, hides_few=True)
    others = Text("Other organisations hit", max_length=200, optional=True, protection=SECRET)

    def follows(self, today: dt.date) -> Iterable[Record]:
        from models.incidents.starting import called_for  # which makes clocks

        yield from called_for(self.__data__["incident"], today)
        yield from super().follows(today)


@declares(
    "Entry in the timeline",
    "Timeline",
    register=REGISTER,
    slug="handelser",
    title="happened_at",
    columns=("happened_at", "kind", "text", "by", "noted_at", "follows_on"),
    filters=("kind",),
    sorts=("-happened_at",),
    form=("happened_at", "kind", "text"),
    part_of="incident",
    editable=False,
    begins={"by": "who", "noted_at": "now"},
)
class TimelineEntry(OfIncident):
    """What was seen, done, said or handed over. It cannot be changed, only followed by another."""

    frozen = True
    CONTENT = ("text",)

    happened_at = Moment("When")
    kind = Choice("Kind", EntryKind)
    text = Note("What", longest=2000, protection=SECRET, hint=NOT_CLASSIFIED)
    by = Link("Written by", to=Person, typed=False)
    noted_at = Moment("Noted", typed=False)
    follows_on = Link("Follows on", to="self", optional=True, typed=False)

    class Meta:
        indexes = ((("incident", "happened_at"), False),)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values["happened_at"] > values["noted_at"]:
            yield Problem("happened_at", Message("This is for what has happened: choose a time that has come."))


@declares(
    "Decision in an incident",
    "Decisions in incidents",
    register=REGISTER,
    slug="incidentbeslut",
    title="decided_at",
    columns=("decided_at", "decision", "decided_by", "noted_by"),
    sorts=("-id",),
    form=("decided_at", "decision", "because", "decided_by"),
    part_of="incident",
    editable=False,
    begins={"noted_by": "who", "noted_at": "now"},
)
class IncidentDecision(OfIncident):
    """What was decided, why and by whom. Written once."""

    frozen = True
    CONTENT = ("decision", "because")

    decided_at = Moment("Decided")
    decision = Note("Decision", longest=1000, protection=SECRET, hint=NOT_CLASSIFIED)
    because = Note("Why", longest=2000, protection=SECRET)
    decided_by = Text("Decided by", max_length=80, hint=FUNCTION)
    noted_by = Link("Noted by", to=Person, typed=False)
    noted_at = Moment("Noted", typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values["decided_at"] > values["noted_at"]:
            yield Problem("decided_at", Message("This is for what has happened: choose a time that has come."))


@declares(
    "External reference",
    "External references",
    register=REGISTER,
    slug="referenser",
    title="kind",
    columns=("kind", "number", "on"),
    sorts=("id",),
    form=("kind", "number", "on"),
    part_of="incident",
)
class Reference(OfIncident):
    """A number that somebody else knows the incident by."""

    CONTENT = ("number",)

    kind = Choice("Where", ReferenceKind)
    number = Text("Their number", max_length=60, protection=SECRET)
    on = Day("Day", column_name="given_on")


@declares(
    "Review after an incident",
    "Reviews after incidents",
    register=REGISTER,
    slug="efteranalyser",
    title="held_on",
    columns=("held_on", "lessons", "state", "approved_on"),
    sorts=("-held_on",),
    form=("held_on", "happened", "worked", "root_cause", "failed_control", "lessons", "told"),
    part_of="incident",
    begins={"written_by": "who"},
    steps={
        "approve": Step(
            "Approve the review", Act.VERIFY, (AfterActionState.DRAFT,), AfterActionState.APPROVED,
            stamps={"approved_by": "who", "approved_on": "today"}, barred="written_by",
        ),
    },
)  # fmt: skip
class AfterAction(OfIncident):
    """The efteranalys: what happened, what worked, why, and what is learnt. Approved by another than its writer."""

    CONTENT = ("happened", "worked", "root_cause", "failed_control")

    state = Choice("State", AfterActionState, default=AfterActionState.DRAFT, typed=False)
    held_on = Day("Held")
    happened = Note("What happened", protection=SECRET)
    worked = Note("What worked", optional=True, protection=SECRET)
    root_cause = Note("Root cause", protection=SECRET, hint=N_("Ask why until there is nothing more to ask."))
    failed_control = Note("What should have stopped it", optional=True, protection=SECRET)
    lessons = Note("Lessons in general words", longest=2000, hint=N_("Open to all who see the register."))
    told = Text("Who has been told (functions)", max_length=200, optional=True)
    written_by = Link("Written by", to=Person, typed=False)
    approved_by = Link("Approved by", to=Person, optional=True, typed=False)
    approved_on = Day("Approved", optional=True, typed=False)

    @property
    def is_locked(self) -> bool:
        return self.state is AfterActionState.APPROVED

    @selection("Draft")
    def drafts(cls, today):
        return cls.state == AfterActionState.DRAFT

    @selection("Approved")
    def approved(cls, today):
        return cls.state == AfterActionState.APPROVED


@declares(
    "Alert",
    "Alerts",
    register=REGISTER,
    slug="larm",
    title="told",
    columns=("told", "told_at", "ground_of", "how", "by"),
    sorts=("id",),
    part_of="incident",
    creatable=False,
    editable=False,
)
class Alert(Record):
    """Who was told that this is a serious or an extraordinary event, and when. Written once."""

    frozen = True

    incident = Link("Incident", to=Incident, typed=False)
    told = Choice("Told", Told)
    ground_of = Choice("Because", EscalationGround)
    told_at = Moment("When")
    how = Text("How", max_length=80, optional=True)
    by = Link("By", to=Person, typed=False)


@declares(
    "Test of an event",
    "Tests of events",
    register=REGISTER,
    slug="handelseprovningar",
    title="tested_at",
    columns=("tested_at", "ground_of", "holds", "by"),
    sorts=("-id",),
    part_of="incident",
    creatable=False,
    editable=False,
)
class EscalationTest(Record):
    """What somebody answered when the event was held against one of the definitions. Written once."""

    frozen = True

    incident = Link("Incident", to=Incident, typed=False)
    ground_of = Choice("Held against", EscalationGround)
    holds = Flag("Every condition is met")
    answers = Note("Answers", longest=4000)
    by = Link("By", to=Person, typed=False)
    tested_at = Moment("When it was tried", typed=False)
