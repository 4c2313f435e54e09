"""The need-to-know gate: what must be so before somebody opens anything sealed for the first time."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.kinds import Day, Link
from models.people import Person
from models.record import Record
from models.words import N_, Message, Problem


class Clearance(Record):
    """That somebody is säkerhetsprövad and trained, and has acknowledged the duty of silence, each with its day.

    Source: säkerhetsskyddslagen (2018:585) 2 kap. 2 § p. 1 and 3 kap.; the duty of silence OSL 15:2 and the same law.
    """

    person = Link("Person", to=Person, unique=True, typed=False)
    vetted_on = Day("Security vetting (säkerhetsprövning) done", hint=N_("The day when the vetting was decided."))
    trained_on = Day("Trained in protective security")
    silence_on = Day("Duty of silence acknowledged", hint=N_("The day when you signed that you know of it."))

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        for name in ("vetted_on", "trained_on", "silence_on"):
            day = values.get(name)
            if day is not None and day < dt.date(1950, 1, 1):
                yield Problem(name, Message("This day is too long ago to be right."))

    @classmethod
    def passed(cls, person: int) -> bool:
        """Whether this person may open what is sealed, as far as the law on säkerhetsskydd asks."""
        return cls.select().where(cls.person == person).exists()
