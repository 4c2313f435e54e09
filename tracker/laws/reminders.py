"""The law of reminders: each milestone of a clock is told of once, whoever asks and from however many hosts.

It is written before the letter is handed over. So a host that dies in between loses one letter at most, and the next
milestone comes; the other order would send it twice each time a mail server answers late.
"""

from collections.abc import Iterable
from typing import Any

from peewee import IntegrityError

from models.database import housekeeping
from models.reminders import SentReminder

Told = tuple[int, str, str]
"""A clock's id, the milestone, and the time that it is due (ISO, "" for none)."""


def told(clocks: Iterable[int]) -> set[Told]:
    """What was told of these clocks."""
    rows: Any = SentReminder.select(SentReminder.clock, SentReminder.milestone, SentReminder.due)
    return set(rows.where(SentReminder.clock.in_(list(clocks))).tuples())


def claim(what: Told) -> bool:
    """Whether this is for the caller to tell: of all who ask, one is answered yes, and no one afterwards."""
    clock, milestone, due = what
    try:
        with housekeeping(SentReminder):
            SentReminder.insert(clock=clock, milestone=milestone, due=due).execute()
    except IntegrityError:
        return False
    return True
