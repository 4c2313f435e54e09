"""Unannounced controls: where and when is secret until they are done."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.common import Unit
from models.integrity.controls import FUNCTION, Process
from models.integrity.rules import not_to_come
from models.integrity.words import NO_CASE, REGISTER
from models.kinds import Choice, Day, Link, Note, Number, Text
from models.people import RoleGrant
from models.record import Record, Step, among, declares, selection
from models.words import Act, Labelled, Message, Problem, Protection, named

SECRET = Protection.SECRET


class ControlState(Labelled):
    PLANNED = named("planned", "Planned", "none")
    HELD = named("held", "Done", "ok")


@declares(
    "Unannounced control",
    "Unannounced controls",
    register=REGISTER,
    slug="oanmalda-kontroller",
    title="reference",
    columns=("reference", "area", "state", "unit", "planned_on", "held_on", "looked_at", "faults"),
    filters=("area",),
    sorts=("-id",),
    form=("reference", "area", "unit", "planned_on", "sample", "owner"),
    steps={
        "hold": Step(
            "Record as done",
            Act.DECIDE,
            (ControlState.PLANNED,),
            ControlState.HELD,
            asks=("held_on", "looked_at", "faults"),
            needs=("held_on", "looked_at", "faults"),
            stamps={"noted_on": "today"},
        ),
    },
)
class UnannouncedControl(Record):
    """A control that is not told of beforehand. Its unit, day and sample are masked until it is done (OSL 17:1).

    The unit's own head learns of it when it is done, not before; what it came to is counts, never who.
    """

    ground = "OSL 17:1"

    reference = Text("Diarienummer or number", max_length=30, hint=NO_CASE)
    area = Choice("Process", Process)
    state = Choice("State", ControlState, default=ControlState.PLANNED, typed=False)
    unit = Link("Unit", to=Unit, protection=SECRET)
    planned_on = Day("Planned for", protection=SECRET)
    sample = Note("Sample", longest=1000, protection=SECRET, hint=NO_CASE)
    owner = Text("Owner (function)", max_length=80, hint=FUNCTION)
    held_on = Day("Done", optional=True)
    looked_at = Number("Looked at", least=1, most=100_000, optional=True)
    faults = Number("Of them with faults", most=100_000, optional=True)

    noted_on = Day("Noted", optional=True, typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("held_on"):
            yield from not_to_come(values, "held_on")
        if (values.get("faults") or 0) > (values.get("looked_at") or 0):
            yield Problem("faults", Message("This cannot be more than the number before it."))

    @classmethod
    def own(cls, scope: str, person: int, today: dt.date) -> Any:
        return among(cls.unit, RoleGrant.headed(person, today)) & (cls.state == ControlState.HELD)

    def floor(self, name: str) -> Protection:
        """Nothing of it is secret any longer when it is done."""
        return Protection.OPEN if self.state == ControlState.HELD else super().floor(name)

    @property
    def is_locked(self) -> bool:
        return self.state == ControlState.HELD

    @selection("Planned")
    def planned(cls, today):
        return cls.state == ControlState.PLANNED

    @selection("Done")
    def held(cls, today):
        return cls.state == ControlState.HELD

    @selection("Done this year")
    def held_this_year(cls, today):
        return (cls.state == ControlState.HELD) & cls.held_on.between(today.replace(month=1, day=1), today)
