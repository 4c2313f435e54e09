"""Legal clocks: the rules as rows with a source, and each clock that one incident runs."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.common import Unit
from models.incidents import deadlines
from models.incidents.incidents import Incident
from models.incidents.words import FUNCTION, OPEN_CLOCK, OVER, REGISTER, ClockState, Length, Trigger
from models.kinds import Choice, Day, Flag, Link, Moment, Note, Number, Text
from models.people import Person
from models.record import Record, Step, declares, selection
from models.words import N_, Act, Message, Problem, Protection

SECRET = Protection.SECRET
BY_WHOM = {"decided_by": "who", "decided_at": "now"}


@declares(
    "Rule of a legal clock",
    "Rules of legal clocks",
    register=REGISTER,
    slug="klockregler",
    title="code",
    columns=("code", "name", "law", "length", "unit", "confirmed", "checked_on"),
    filters=("trigger",),
    sorts=("position",),
    form=(
        "name", "law", "trigger", "length", "unit", "after", "receiver", "channel", "provision", "in_use", "source",
        "doubt", "confirmed", "checked_on",
    ),
    creatable=False,
)  # fmt: skip
class ClockRule(Record):
    """One deadline of one law, the municipality's own to change: laws, receivers and names of authorities do."""

    position = Number("Order", typed=False)
    code = Text("Code", max_length=20, unique=True, typed=False)
    name = Text("What is to be sent", max_length=120)
    law = Text("Law", max_length=160)
    trigger = Choice("Starts when", Trigger)
    length = Number("Length", least=1, most=10_000, optional=True)
    unit = Choice("Counted in", Length)
    after = Link("Counts from when this was sent", to="self", optional=True)
    receiver = Text("Receiver", max_length=160)
    channel = Text("How it is sent", max_length=200, optional=True)
    provision = Text(
        "Masks the incident by", max_length=60, optional=True,
        hint=N_("The provision (OSL) that the incident's content is marked with as this clock starts."),
    )  # fmt: skip
    per_controller = Flag("One clock for each nämnd whose personal data are hit", typed=False)
    hushed = Flag("Tick and time only: that it runs is itself masked", typed=False)
    in_use = Flag("In use", default=True)
    source = Text("Source", max_length=200)
    doubt = Text("What is uncertain", max_length=300, optional=True)
    confirmed = Flag("Confirmed by the municipality")
    checked_on = Day("Last checked")

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        counted = values.get("unit") in (Length.HOURS, Length.MONTHS)
        if counted and not values.get("length"):
            yield Problem("length", Message("Say how many."))
        if values.get("trigger") is Trigger.SENT and not values.get("after"):
            yield Problem("after", Message("Say after which report."))

    @selection("In use")
    def current(cls, today):
        return cls.in_use == True  # noqa: E712

    @selection("Uncertain")
    def uncertain(cls, today):
        return (cls.in_use == True) & (cls.confirmed == False)  # noqa: E712

    @selection("Not in use")
    def unused(cls, today):
        return cls.in_use == False  # noqa: E712


@declares(
    "Legal clock",
    "Legal clocks",
    register=REGISTER,
    slug="klockor",
    title="rule",
    columns=("rule", "incident", "controller", "due_at", "state", "sent_at"),
    filters=("state",),
    sorts=("urgent_at", "-id"),
    part_of="incident",
    creatable=False,
    editable=False,
    steps={
        "send": Step(
            "Record as sent", Act.DECIDE, OPEN_CLOCK, ClockState.SENT,
            asks=("sent_at", "receipt", "as_status"), needs=("sent_at",), stamps=BY_WHOM,
        ),
        "propose": Step(
            "Not reportable", Act.DECIDE, (ClockState.RUNNING,), ClockState.PROPOSED,
            asks=("because",), needs=("because",), stamps=BY_WHOM,
        ),
        "agree": Step(
            "Agree: not reportable", Act.VERIFY, (ClockState.PROPOSED,), ClockState.NOT_REPORTABLE,
            stamps={"second_reader": "who", "read_on": "today"}, barred="decided_by",
        ),
        "disagree": Step(
            "Do not agree: the clock runs on", Act.VERIFY, (ClockState.PROPOSED,), ClockState.RUNNING,
            asks=("objection",), needs=("objection",), clears=tuple(BY_WHOM), barred="decided_by",
        ),
        "leave": Step(
            "Someone else reports", Act.DECIDE, (ClockState.RUNNING,), ClockState.ELSEWHERE,
            asks=("elsewhere", "because"), needs=("elsewhere", "because"), stamps=BY_WHOM,
        ),
        "rerun": Step(
            "Let the clock run again",
            Act.VERIFY, (ClockState.NOT_REPORTABLE, ClockState.ELSEWHERE), ClockState.RUNNING,
            asks=("objection",), needs=("objection",),
            clears=("decided_by", "decided_at", "second_reader", "read_on"), barred="decided_by",
        ),
    },
)  # fmt: skip
class LegalClock(Record):
    """One deadline of one incident, and its outcome. What it was started with stands on its own row.

    While no outcome is recorded it follows the incident's times; the first submission freezes it.
    """

    alone_in = "incident"

    incident = Link("Incident", to=Incident, typed=False)
    rule = Link("Clock", to=ClockRule, typed=False)
    controller = Link("Personuppgiftsansvarig", to=Unit, optional=True, typed=False)
    trigger = Choice("Starts when", Trigger, typed=False)
    length = Number("Length", optional=True, typed=False)
    unit = Choice("Counted in", Length, typed=False)
    started_at = Moment("Counts from", typed=False)
    due_at = Moment("Due", optional=True, typed=False, deadline=True)
    urgent_at = Moment(
        optional=True, typed=False
    )  # as due_at, and the start where it is promptly: lists are sorted by it
    state = Choice("State", ClockState, default=ClockState.RUNNING, typed=False)
    sent_at = Moment("Sent", optional=True)
    receipt = Text("Receipt", max_length=80, optional=True, protection=SECRET)
    as_status = Flag(
        "Sent as a status report (lägesrapport): the incident goes on",
        hint=N_("For the final report only: a new month then counts from when the incident is handled."),
    )
    because = Note("Why", longest=2000, optional=True, protection=SECRET)
    decided_by = Link("Decided by", to=Person, optional=True, typed=False)
    decided_at = Moment("Outcome recorded", optional=True, typed=False)
    second_reader = Link("Second reader", to=Person, optional=True, typed=False)
    read_on = Day("Read by the second", optional=True, typed=False)
    objection = Note("What the second reader says", longest=2000, optional=True, protection=SECRET)
    elsewhere = Text("Who reports", max_length=120, optional=True, hint=FUNCTION, protection=SECRET)
    hushed = Flag(typed=False)
    drill = Flag(typed=False)

    class Meta:
        indexes = ((("incident", "rule"), False), (("drill", "state", "due_at"), False))

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("sent_at") and values["sent_at"] < values["started_at"]:
            yield Problem("sent_at", Message("It cannot be sent before the clock started."))
        if values.get("sent_at") and values.get("decided_at") and values["sent_at"] > values["decided_at"]:
            yield Problem("sent_at", Message("This is for what has happened: choose a time that has come."))
        if values.get("state") in OPEN_CLOCK and cls._twins(values).exists():
            yield Problem("rule", Message("This clock runs already."))
        whole = Incident.select(Incident.state).where(Incident.id == values["incident"]).scalar()
        if values.get("state") in OPEN_CLOCK and whole in OVER:
            yield Problem("", Message("The incident is closed: open it again first."))

    @classmethod
    def _twins(cls, values: Mapping[str, Any]) -> Any:
        """The same clock once more. An authority may ask twice, but not twice by the same time."""
        same = (cls.incident == values["incident"]) & (cls.rule == values["rule"])
        whose = values.get("controller")
        same &= cls.controller.is_null() if whose is None else cls.controller == whose
        if values.get("trigger") is Trigger.BY_HAND:
            same &= (cls.started_at == values["started_at"]) & (cls.due_at == values.get("due_at"))
        return cls.select().where(same & (cls.uid != values["uid"]))

    def floor(self, name: str) -> Protection:
        """Of a report to Säkerhetspolisen not even that it was made (guide C.2)."""
        return SECRET if self.hushed and name not in ("incident", "drill") else super().floor(name)

    @classmethod
    def veiled(cls) -> Any:
        return cls.hushed == True  # noqa: E712

    def passes_on(self, other: Record, today: dt.date) -> Iterable[Record]:
        return self.incident.passes_on(other, today)

    def set_off(self) -> None:
        """Works out when it is due from what it counts from."""
        self.due_at = deadlines.due(self.started_at, self.length, self.unit, self.due_at)
        self.urgent_at = self.due_at or self.started_at

    def follows(self, today: dt.date) -> Iterable[Record]:
        """What starts as this one is sent: the report that is counted from it."""
        from models.incidents.starting import called_for  # which makes clocks

        return called_for(self.__data__["incident"], today)

    @property
    def is_waiting(self) -> bool:
        return self.state in OPEN_CLOCK

    @property
    def is_locked(self) -> bool:
        return self.state not in OPEN_CLOCK

    @classmethod
    def real(cls) -> Any:
        return cls.drill == False  # noqa: E712

    @selection("Running")
    def running(cls, today):
        return cls.real() & cls.state.in_(OPEN_CLOCK)

    @selection("Awaiting a second reader")
    def proposed(cls, today):
        return cls.real() & (cls.state == ClockState.PROPOSED)

    @selection("Awaiting a second reader, not me")
    def to_read(cls, today, person):
        return cls.real() & (cls.state == ClockState.PROPOSED) & (cls.decided_by != person)

    @selection("Due today or before")
    def due_today(cls, today):
        return cls.real() & cls.state.in_(OPEN_CLOCK) & (cls.due_at < deadlines.midnight_after(today))

    @selection("Sent in time")
    def in_time(cls, today):
        return cls.real() & (cls.state == ClockState.SENT) & (cls.due_at.is_null() | (cls.sent_at <= cls.due_at))

    @selection("Sent late")
    def late(cls, today):
        return cls.real() & (cls.state == ClockState.SENT) & (cls.sent_at > cls.due_at)

    @selection("Not reportable")
    def not_reportable(cls, today):
        return cls.real() & (cls.state == ClockState.NOT_REPORTABLE)

    @selection("Exercises")
    def drills(cls, today):
        return cls.drill == True  # noqa: E712


def open_clocks(incident: int) -> Any:
    """The clocks of an incident that have no outcome yet."""
    return LegalClock.select().where((LegalClock.incident == incident) & LegalClock.state.in_(OPEN_CLOCK))


def with_open_clock() -> Any:
    """Ids of the incidents that have one which is not itself secret."""
    open_ones = LegalClock.state.in_(OPEN_CLOCK) & ~LegalClock.veiled()
    return LegalClock.select(LegalClock.incident).where(open_ones)
