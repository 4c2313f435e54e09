"""Control plans, the rounds that follow from them, and the answers given in a round."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import Case, Expression, Select, fn

from models.calendar import Window, months_before, windows
from models.fire_safety.checklists import Checklist, ChecklistItem
from models.fire_safety.premises import Premises
from models.fire_safety.words import REGISTER, Interval
from models.kinds import (
    Choice,
    Day,
    Link,
    Moment,
    Note,
    Number,
    Text,
    Uid,
)
from models.ledger import Tally
from models.people import Person
from models.record import Record, Step, declares, selection
from models.words import N_, Act, Labelled, Message, Problem, named

PLANNED_AHEAD = 100
"""Days: rounds stand planned at least three months ahead."""


@declares(
    "Control plan",
    "Control plans",
    register=REGISTER,
    slug="kontrollplaner",
    title="interval",
    columns=("premises", "interval", "starts_on", "ends_on"),
    filters=("interval",),
    sorts=("-starts_on",),
    form=("interval", "quarter_month", "year_month", "grace_days", "starts_on", "ends_on"),
    part_of="premises",
)
class ControlPlan(Record):
    """How often a premises is walked. Rounds are planned from it by the calendar, some months ahead."""

    alone_in = "premises"

    premises = Link("Premises", to=Premises)
    interval = Choice("Interval", Interval, hint=N_("Monthly for schools, preschools and care; quarterly for offices."))
    quarter_month = Number(
        "Month of the quarter", least=1, most=3, default=3, hint=N_("1, 2 or 3: when quarterly points are checked.")
    )
    year_month = Number("Month of the year", least=1, most=12, default=10, hint=N_("When yearly points are checked."))
    grace_days = Number(
        "Days of grace", most=31, default=5, hint=N_("How long after the month's end a round may be signed.")
    )
    starts_on = Day("Starts")
    ends_on = Day("Ends", optional=True)

    def follows(self, today: dt.date) -> Iterable[Record]:
        """The rounds of the next PLANNED_AHEAD days; planned ones that the plan no longer asks for are cancelled.

        What the plan itself cancelled comes back when the plan asks for it again; what a person cancelled does not.
        """
        walk: Any
        ahead = Round.select().where((Round.plan == self.id) & (Round.due_on >= today.replace(day=1)))
        planned = {walk.due_on: walk for walk in ahead}
        for window in self._windows(today):
            walk = planned.pop(window.due_on, None) or Round(plan=self.id, premises=self.__data__["premises"])
            if walk.state == RoundState.CANCELLED and walk.cancelled_by is None:
                walk.state, walk.cancelled_because = RoundState.PLANNED, None
            if walk.state == RoundState.PLANNED:
                walk.covers, walk.kind = window.covers, Interval(window.covers[-1])
                walk.opens_on = window.opens_on
                walk.due_on, walk.closes_on = window.due_on, window.closes_on
                yield walk
        for walk in planned.values():
            if walk.state == RoundState.PLANNED and walk.due_on > today:
                walk.state, walk.cancelled_because = RoundState.CANCELLED, "Kontrollplanen har ändrats."
                yield walk

    def _windows(self, today: dt.date) -> Iterable[Window]:
        closed = self.premises.ended_on
        ends = (today + dt.timedelta(days=PLANNED_AHEAD), self.ends_on, closed and closed - dt.timedelta(days=1))
        return windows(
            max(self.starts_on, today.replace(day=1)),
            min(day for day in ends if day),
            monthly=self.interval == Interval.MONTH,
            quarter_offset=self.quarter_month,
            year_month=self.year_month,
            grace_days=self.grace_days,
        )

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("interval") not in (None, Interval.MONTH, Interval.QUARTER):
            yield Problem(
                "interval", Message("A plan is monthly or quarterly; the other points follow the months below.")
            )
        if values.get("ends_on") and values.get("starts_on") and values["ends_on"] < values["starts_on"]:
            yield Problem("ends_on", Message("The last day cannot come before the first."))
        elif cls._beside(values).exists():
            yield Problem("starts_on", Message("There is such a plan for those days already. End that one first."))

    @classmethod
    def _beside(cls, values: Mapping[str, Any]) -> Select:
        """Other plans of the same kind in the same days; but not those that stood beside it already."""
        others = cls.select().where((cls.premises == values.get("premises")) & (cls.interval == values.get("interval")))
        stored = cls.get_or_none(cls.id == values["id"]) if values.get("id") else None
        if stored is None:
            return others.where(cls._valid_in(values))
        before = (cls.interval == stored.interval) & cls._valid_in(stored.__data__)
        return others.where((cls.id != stored.id) & cls._valid_in(values) & ~before)

    @classmethod
    def _valid_in(cls, values: Mapping[str, Any]) -> Expression:
        ends = values.get("ends_on") or dt.date.max
        return (cls.starts_on <= ends) & (cls.ends_on.is_null() | (cls.ends_on >= values.get("starts_on")))


class RoundState(Labelled):
    PLANNED = named("planned", "Planned", "none")
    SIGNED = named("signed", "Signed", "ok")
    AWAITING = named("awaiting", "Signed, to be counter-signed", "part")
    COUNTERSIGNED = named("countersigned", "Counter-signed", "ok")
    CANCELLED = named("cancelled", "Cancelled", "none")


class Lapse(Labelled):
    """What only time makes of a round that nobody walked."""

    MISSED = named("missed", "Missed", "no")


DUE, IN_TIME = "rounds.due", "rounds.in_time"
TALLIED = {"last_year": {DUE: 1}, "in_time_last_year": {IN_TIME: 1}, "not_in_time_last_year": {DUE: 1, IN_TIME: -1}}
"""The figures that are kept for a selection of the last twelve months, and how each counts."""

WALKED = (RoundState.SIGNED, RoundState.AWAITING, RoundState.COUNTERSIGNED)

ROUND_STEPS = {
    "cancel": Step(
        "Cancel the round",
        Act.CANCEL,
        (RoundState.PLANNED,),
        RoundState.CANCELLED,
        asks=("cancelled_because",),
        needs=("cancelled_because",),
        stamps={"cancelled_by": "who"},
    ),
    "countersign": Step(
        "Counter-sign",
        Act.COUNTERSIGN,
        (RoundState.AWAITING,),
        RoundState.COUNTERSIGNED,
        stamps={"countersigned_by": "who", "countersigned_on": "today"},
        barred="signed_by",
    ),
}


@declares(
    "Round",
    "Rounds",
    register=REGISTER,
    slug="ronder",
    title="due_on",
    columns=("premises", "kind", "due_on", "state", "signed_on", "signed_by", "deficient"),
    filters=("kind", "state"),
    sorts=("-due_on",),
    part_of="premises",
    parts=("brister", "svar"),
    steps=ROUND_STEPS,
    creatable=False,
    editable=False,
)
class Round(Record):
    """A walk through a premises by its checklist, inside a window. Signing locks it."""

    timed = ("plan", "closes_on")

    premises = Link("Premises", to=Premises, typed=False)
    plan = Link("Control plan", to=ControlPlan, optional=True, typed=False)
    kind = Choice("Kind", Interval, typed=False)
    covers = Text(max_length=8, typed=False)
    opens_on = Day("Opens", typed=False)
    due_on = Day("To be walked by", typed=False, index=True, deadline=True)
    closes_on = Day("Last day", typed=False)
    state = Choice("State", RoundState, default=RoundState.PLANNED, typed=False)
    checklist = Link("Checklist", to=Checklist, optional=True, typed=False)
    submission = Uid(optional=True, unique=True)
    started_at = Moment("Started", optional=True, typed=False)
    signed_at = Moment("Signed at", optional=True, typed=False)
    signed_on = Day("Signed", optional=True, typed=False)
    signed_by = Link("Signed by", to=Person, optional=True, typed=False)
    answers = Number("Points", default=0, typed=False)
    deficient = Number("Deficiencies", default=0, typed=False)
    remarks = Note("Remarks", optional=True, longest=2000)
    countersigned_by = Link("Counter-signed by", to=Person, optional=True, typed=False)
    countersigned_on = Day("Counter-signed", optional=True, typed=False)
    cancelled_because = Note("Why it is cancelled", optional=True, longest=1000)
    cancelled_by = Link("Cancelled by", to=Person, optional=True, typed=False)

    class Meta:
        indexes = ((("premises", "due_on"), False), (("state", "due_on"), False), (("closes_on", "state"), False))

    @property
    def is_waiting(self) -> bool:
        return self.state == RoundState.PLANNED

    def as_of(self, name: str, today: dt.date) -> Any:
        """A planned round whose last day has passed is missed: the row's own answer to the selection `missed`."""
        missed = self.is_waiting and self.__data__["plan"] is not None and self.closes_on < today
        return Lapse.MISSED if name == "state" and missed else super().as_of(name, today)

    @property
    def is_locked(self) -> bool:
        return self.state in WALKED

    @property
    def needs_countersign(self) -> bool:
        """Quarterly and yearly rounds are counter-signed (guide B.7)."""
        return bool({"K", "A"} & set(self.covers))

    @selection("To walk")
    def due(cls, today):
        """An extra round, which nobody asked for, waits only on its own day."""
        open_now = (cls.opens_on <= today) & (cls.plan.is_null(False) | (cls.closes_on >= today))
        return (cls.state == RoundState.PLANNED) & open_now

    @selection("Late")
    def late(cls, today):
        return (cls.state == RoundState.PLANNED) & (cls.due_on < today) & cls.plan.is_null(False)

    @selection("Missed rounds")
    def missed(cls, today):
        return (cls.state == RoundState.PLANNED) & (cls.closes_on < today) & cls.plan.is_null(False)

    @selection("To counter-sign")
    def to_countersign(cls, today):
        return cls.state == RoundState.AWAITING

    @selection("Due in the last 12 months")
    def last_year(cls, today):
        return cls._closed_last_year(today)

    @selection("In time in the last 12 months")
    def in_time_last_year(cls, today):
        return cls._closed_last_year(today) & (cls.signed_on <= cls.closes_on)

    @selection("Not in time in the last 12 months")
    def not_in_time_last_year(cls, today):
        """Signed after the last day, or missed."""
        return cls._closed_last_year(today) & (cls.signed_on.is_null() | (cls.signed_on > cls.closes_on))

    @classmethod
    def _closed_last_year(cls, today):
        """Planned rounds, not cancelled, whose last day has passed in the 12 months before `today`."""
        closed = (cls.closes_on >= months_before(today, 12)) & (cls.closes_on < today)
        return closed & cls.plan.is_null(False) & (cls.state != RoundState.CANCELLED)

    @classmethod
    def counting(cls, selection: str, today: dt.date) -> Select:
        """The last year's rounds are the sum of at most a year's days, however long the history."""
        if selection not in TALLIED:
            return super().counting(selection, today)
        days = (Tally.day >= months_before(today, 12)) & (Tally.day < today)
        signs = TALLIED[selection]
        signed = Case(Tally.figure, tuple((figure, sign * Tally.count) for figure, sign in signs.items()))
        return Tally.select(fn.COALESCE(fn.SUM(signed), 0)).where(Tally.figure.in_(list(signs)) & days)

    @classmethod
    def by_month(cls, today: dt.date) -> list[tuple[dt.date, int, int]]:
        """(first day of the month, rounds in time, rounds not in time) of the last 12 months, out of the tallies."""
        kept = Tally.select(Tally.figure, Tally.day, Tally.count).where(
            Tally.figure.in_([DUE, IN_TIME]) & (Tally.day >= months_before(today, 12)) & (Tally.day < today)
        )
        sums: Counter[tuple[dt.date, str]] = Counter()
        for tally in kept:
            sums[tally.day.replace(day=1), tally.figure] += tally.count
        months = sorted({month for month, _ in sums})
        return [(month, sums[month, IN_TIME], sums[month, DUE] - sums[month, IN_TIME]) for month in months]

    @classmethod
    def tallied(cls, values: Mapping[str, Any]) -> Iterable[tuple[str, dt.date]]:
        if values.get("plan") and values["state"] != RoundState.CANCELLED:
            yield DUE, values["closes_on"]
            if values.get("signed_on") and values["signed_on"] <= values["closes_on"]:
                yield IN_TIME, values["closes_on"]


class Answer(Labelled):
    OK = named("ok", "OK", "ok")
    DEFICIENT = named("deficient", "Deficiency", "no")
    FIXED = named("fixed", "Mended on the spot", "ok")
    NOT_APPLICABLE = named("not_applicable", "Not applicable", "none")
    NOT_CHECKED = named("not_checked", "Not checked", "part")


@declares(
    "Answer",
    "Answers",
    register=REGISTER,
    slug="svar",
    title="item",
    columns=("item", "answer", "remark"),
    part_of="round",
    creatable=False,
    editable=False,
)
class Observation(Record):
    """One point's answer in a round. Written once with its round, never changed."""

    frozen = True
    counted_in = "Round"

    round = Link("Round", to=Round, typed=False)
    item = Link("Point", to=ChecklistItem, typed=False, index=False)
    answer = Choice("Answer", Answer)
    remark = Note("Remark", optional=True, longest=1000)
