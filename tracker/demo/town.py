"""Ekdala while it is being made: who and what there is by their short names, and what to roll dice with."""

import datetime as dt
import random
from dataclasses import dataclass, field
from functools import cached_property

from models.calendar import months_before
from models.common import Unit
from models.fire_safety import ControlPlan, Premises
from models.people import Actor, Person
from tracker.acts import people
from tracker.demo.clock import Agenda, moment

MONTHS = 14
TOWN_HALL, LIBRARY = "100", "110"
"""What the demo's fire warden walks."""


@dataclass(frozen=True)
class Duties:
    """The keys of those who answer for a premises. `head` decides; where a unit has none, the security coordinator."""

    manager: str
    walker: str
    caretaker: str
    head: str
    owner: str


@dataclass
class Town:
    today: dt.date
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    premises: dict[str, Premises] = field(default_factory=dict)
    plans: dict[str, ControlPlan] = field(default_factory=dict)
    duties: dict[str, Duties] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(f"Ekdala {self.today}")  # noqa: S311  dice, no secrets
        self.agenda = Agenda(moment(self.today, 0))
        self._actors: dict[str, Actor] = {}

    @cached_property
    def start(self) -> dt.date:
        """The day when Ekdala began with Värna."""
        return months_before(self.today, MONTHS).replace(day=1)

    def actor(self, key: str) -> Actor:
        """Somebody as one who acts; nobody changes roles during the demo's time."""
        if key not in self._actors:
            found = people.actor_for(self.people[key].id, self.start)
            if found is None:
                raise LookupError(f"{key} may not act")
            self._actors[key] = found
        return self._actors[key]

    def ago(self, days: int, hour: int = 9) -> dt.datetime:
        return moment(self.today - dt.timedelta(days=days), hour)

    def month(self, ago: int) -> dt.date:
        """The first day of a month so many months ago."""
        return months_before(self.today.replace(day=1), ago)
