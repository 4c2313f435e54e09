"""Shells of protective measures: how many, of what area, by when and how far. What they are for is never said here."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import fn

from models.kinds import Choice, Day, Flag, Link, Text
from models.people import Person
from models.protective_security.words import (
    REGISTER,
    Area,
    MeasureKind,
    Priority,
    a_number,
    a_register_number,
)
from models.record import Record, Step, declares, selection
from models.words import N_, Act, Labelled, Message, Problem, named

SOON = dt.timedelta(days=30)
FIRST = "Å-001"


class MeasureState(Labelled):
    IDENTIFIED = named("identified", "Identified", "none")
    PRIORITISED = named("prioritised", "Prioritised", "none")
    DECIDED = named("decided", "Decided in the plan", "part")
    ONGOING = named("ongoing", "Under way", "part")
    DONE = named("done", "Carried out", "part")
    VERIFIED = named("verified", "Checked", "ok")
    POSTPONED = named("postponed", "Postponed", "none")
    DROPPED = named("dropped", "Not relevant", "none")


OPEN = (MeasureState.IDENTIFIED, MeasureState.PRIORITISED, MeasureState.DECIDED, MeasureState.ONGOING)
CARRIED_OUT = (MeasureState.DONE, MeasureState.VERIFIED)

MEASURE_STEPS = {
    "prioritise": Step(
        "Set the priority",
        Act.DECIDE,
        (MeasureState.IDENTIFIED,),
        MeasureState.PRIORITISED,
        asks=("priority",),
        needs=("priority",),
    ),
    "decide": Step(
        "Decide in the plan",
        Act.DECIDE,
        (MeasureState.PRIORITISED,),
        MeasureState.DECIDED,
        asks=("due_on", "budget_decided"),
        needs=("due_on",),
    ),
    "start": Step("Start", Act.MEND, (MeasureState.DECIDED,), MeasureState.ONGOING),
    "finish": Step(
        "Report carried out",
        Act.MEND,
        (MeasureState.DECIDED, MeasureState.ONGOING),
        MeasureState.DONE,
        asks=("done_by",),
        needs=("done_by",),
        stamps={"done_on": "today"},
    ),
    "verify": Step(
        "Check that it is done",
        Act.VERIFY,
        (MeasureState.DONE,),
        MeasureState.VERIFIED,
        stamps={"verified_by": "who", "verified_on": "today"},
        barred="done_by",
    ),
    "return": Step(
        "Send back",
        Act.VERIFY,
        (MeasureState.DONE,),
        MeasureState.ONGOING,
        clears=("done_by", "done_on"),
        barred="done_by",
    ),
    "postpone": Step(
        "Postpone",
        Act.ACCEPT,
        (MeasureState.PRIORITISED, MeasureState.DECIDED, MeasureState.ONGOING),
        MeasureState.POSTPONED,
        asks=("postponed_until",),
        needs=("postponed_until",),
        stamps={"postponed_by": "who", "postponed_on": "today"},
    ),
    "resume": Step(
        "Take up again",
        Act.ACCEPT,
        (MeasureState.POSTPONED,),
        MeasureState.PRIORITISED,
        clears=("postponed_until", "postponed_by", "postponed_on"),
    ),
    "drop": Step("Not relevant", Act.ACCEPT, (*OPEN, MeasureState.POSTPONED), MeasureState.DROPPED),
    "reopen": Step(
        "Reopen",
        Act.ACCEPT,
        (MeasureState.VERIFIED, MeasureState.DROPPED),
        MeasureState.IDENTIFIED,
        clears=(
            "done_by",
            "done_on",
            "verified_by",
            "verified_on",
            "postponed_until",
            "postponed_by",
            "postponed_on",
        ),
    ),
}


def next_code() -> str:
    """The number after the highest of the letters that were used last: Å-015 after Å-014."""
    code = ProtectiveMeasure.code
    last = ProtectiveMeasure.select(code).order_by(ProtectiveMeasure.id.desc()).scalar()
    letters = (last or FIRST).rpartition("-")[0] + "-"
    digits = fn.SUBSTR(code, len(letters) + 1).cast("integer")
    highest = ProtectiveMeasure.select(fn.MAX(digits)).where(fn.SUBSTR(code, 1, len(letters)) == letters).scalar()
    return f"{letters}{(highest or 0) + 1:03}"


@declares(
    "Protective measure",
    "Protective measures",
    register=REGISTER,
    slug="skyddsatgarder",
    title="code",
    columns=("code", "area", "kind", "priority", "function", "due_on", "state"),
    filters=("area", "kind", "priority", "state"),
    sorts=("due_on", "code"),
    search=("code", "function"),
    form=(
        "code",
        "area",
        "kind",
        "priority",
        "function",
        "due_on",
        "budget_decided",
        "kept_elsewhere",
        "kept_at",
    ),
    parts=("innehall", "sakerhetsuppdrag"),
    steps=MEASURE_STEPS,
)
class ProtectiveMeasure(Record):
    """The shell of a measure: a number, an area, a neutral kind, a function and days. It has no text of its own."""

    code = Text("No.", max_length=20, unique=True, check=a_number, default=next_code)
    area = Choice("Area", Area)
    kind = Choice("Neutral kind", MeasureKind)
    priority = Choice("Priority", Priority, optional=True)
    function = Text(
        "Responsible function", max_length=80, hint=N_("A function, never a name, a place or what the measure is.")
    )
    due_on = Day("To be done by", index=True, deadline=True)
    state = Choice("State", MeasureState, default=MeasureState.IDENTIFIED, typed=False)
    budget_decided = Flag("Budget decided")
    kept_elsewhere = Flag("Kept in another place")
    kept_at = Text("Register number there", max_length=30, optional=True, check=a_register_number)
    done_by = Link("Carried out by", to=Person, optional=True)
    done_on = Day("Carried out", optional=True, typed=False)
    verified_by = Link("Checked by", to=Person, optional=True, typed=False)
    verified_on = Day("Checked on", optional=True, typed=False)
    postponed_until = Day("Postponed until", optional=True)
    postponed_by = Link("Postponed by", to=Person, optional=True, typed=False)
    postponed_on = Day("Postponed on", optional=True, typed=False)

    class Meta:
        indexes = ((("state", "due_on"), False),)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("kept_elsewhere") and not values.get("kept_at"):
            yield Problem("kept_at", Message("Tell the number in the register where it is kept."))
        if values.get("kept_at") and not values.get("kept_elsewhere"):
            yield Problem("kept_elsewhere", Message("A register number belongs to what is kept in another place."))
        if values.get("kept_elsewhere") and cls._has_content(values.get("id")):
            yield Problem("kept_elsewhere", Message("Something is sealed here for this measure: destroy that first."))
        state, begun = values.get("state"), values.get("postponed_on")
        if state not in (None, MeasureState.IDENTIFIED, MeasureState.DROPPED) and not values.get("priority"):
            yield Problem("priority", Message("A measure keeps its priority once it has one."))
        if begun and values.get("postponed_until") and values["postponed_until"] <= begun:
            yield Problem("postponed_until", Message("Choose a day to come: until then it is postponed, not longer."))

    @staticmethod
    def _has_content(measure: int | None) -> bool:
        from models.protective_security.cores import MeasureCore  # which knows of measures

        return measure is not None and MeasureCore.stands_in(measure)

    def follows(self, today: dt.date) -> Iterable[Record]:
        """What was sent of a measure is withdrawn when nothing more is to be done."""
        from models.protective_security.orders import SecurityOrder  # which knows of measures

        return SecurityOrder.withdrawn_with(self) if self.is_locked else ()

    @property
    def is_waiting(self) -> bool:
        return self.state in OPEN

    @property
    def is_locked(self) -> bool:
        """What was checked, or found not relevant, stands; it can be reopened."""
        return self.state in (MeasureState.VERIFIED, MeasureState.DROPPED)

    @selection("Still open")
    def unfinished(cls, today):
        return cls.state.in_(OPEN)

    @selection("Late")
    def late(cls, today):
        """Open past its day, or postponed until a day that has passed."""
        return (cls.state.in_(OPEN) & (cls.due_on < today)) | cls._lapsed(today)

    @selection("Due within 30 days")
    def due_soon(cls, today):
        return cls.state.in_(OPEN) & (cls.due_on >= today) & (cls.due_on <= today + SOON)

    @selection("Carried out, to be checked")
    def to_verify(cls, today):
        return cls.state == MeasureState.DONE

    @selection("Checked")
    def verified(cls, today):
        return cls.state == MeasureState.VERIFIED

    @selection("Postponed")
    def postponed(cls, today):
        return cls.state == MeasureState.POSTPONED

    @selection("Information security")
    def information(cls, today):
        return cls.area == Area.INFORMATION

    @selection("Physical security")
    def physical(cls, today):
        return cls.area == Area.PHYSICAL

    @selection("Personnel security")
    def personnel(cls, today):
        return cls.area == Area.PERSONNEL

    @selection("Whose day has passed")
    def fallen_due(cls, today):
        """With a day before today, or postponed until one; not what was dropped. Of these the share in time is."""
        return cls._fallen_due(today)

    @selection("Carried out in time")
    def in_time(cls, today):
        return cls._fallen_due(today) & cls._kept()

    @selection("Not carried out in time")
    def not_in_time(cls, today):
        return cls._fallen_due(today) & ~cls._kept()

    @classmethod
    def _fallen_due(cls, today):
        return (cls.state.in_((*OPEN, *CARRIED_OUT)) & (cls.due_on < today)) | cls._lapsed(today)

    @classmethod
    def _kept(cls):
        """Carried out on its day or before. Never NULL, so that it can be turned round."""
        return cls.state.in_(CARRIED_OUT) & cls.done_on.is_null(False) & (cls.done_on <= cls.due_on)

    @classmethod
    def _lapsed(cls, today):
        return (cls.state == MeasureState.POSTPONED) & (cls.postponed_until < today)
