"""Which rounds of Ekdala's were walked, and when: most in time, some late, a few missed. Dice, but no database."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from models.calendar import Window, month_end, months_before, windows
from models.fire_safety import Interval
from tracker.demo import data
from tracker.demo.clock import DAY, moment, workdays
from tracker.demo.town import LIBRARY, TOWN_HALL, Town

MISSED, LATE = 0.009, 0.015
"""The shares of the rounds that the last twelve months count."""
IN_GRACE = 0.12
"""The share of walks in the days after the month's end, which still is in time."""
CLOSED_IN_JULY = {"214": "Skolan är stängd hela juli.", "306": "Sommarstängt i juli; barnen är på Regnbågen."}
LEFT_TO_COUNTERSIGN = ("201", "203", "411")
SETTLED = 10 * DAY
"""How old a round is, at least, in which a deficiency that waits for the demo's people was found."""


@dataclass(frozen=True)
class Visit:
    """A planned round, and when it was walked or, for a reason, cancelled. `found` are the set pieces found in it."""

    number: str
    window: Window
    at: dt.datetime | None = None
    cancelled: str = ""
    found: tuple[dict[str, Any], ...] = ()
    countersigned: bool = True

    @property
    def walked(self) -> bool:
        return self.at is not None and not self.cancelled


def visits(town: Town) -> list[Visit]:
    """Every round from the first month to this."""
    planned = [_visit(town, number, window) for number in town.premises for window in _windows(town, number)]
    planned = _not_in_time(town, planned)
    return [_told(visit, planned, town.today) for visit in planned]


def _windows(town: Town, number: str) -> Iterator[Window]:
    plan = town.plans[number]
    return windows(
        plan.starts_on,
        month_end(town.today),
        monthly=plan.interval is Interval.MONTH,
        quarter_offset=plan.quarter_month,
        year_month=plan.year_month,
        grace_days=plan.grace_days,
    )


def _visit(town: Town, number: str, window: Window) -> Visit:
    at = _walked(town, number, window)
    first, this_month, last_month = window.opens_on, town.month(0), town.month(1)
    if number == LIBRARY and first == this_month:
        return Visit(number, window, moment(first - 12 * DAY, 10), "Biblioteket är stängt för golvbyte hela månaden.")
    if (number, first) in ((TOWN_HALL, this_month), (LIBRARY, last_month)):
        return Visit(number, window)
    if first.month == 7 and number in CLOSED_IN_JULY:
        return Visit(number, window, moment(first, 10), CLOSED_IN_JULY[number])
    return Visit(number, window, at if at < town.agenda.until else None)


def _walked(town: Town, number: str, window: Window) -> dt.datetime:
    """When a round is walked that is walked in time; the demo's warden is never late but once."""
    dice = town.dice
    days = workdays(window.opens_on + 2 * DAY, window.due_on)
    if dice.random() < IN_GRACE and number not in (TOWN_HALL, LIBRARY):
        days = workdays(window.due_on + DAY, window.due_on + 5 * DAY)
    return moment(dice.choice(days), dice.randint(7, 14), dice.randint(0, 59))


def _not_in_time(town: Town, planned: list[Visit]) -> list[Visit]:
    """Lets a few of those that the last twelve months count be missed or late, but none where the demo's people act."""
    spared = {TOWN_HALL, LIBRARY, *LEFT_TO_COUNTERSIGN, *(piece["premises"] for piece in data.findings()["set_pieces"])}
    first, last = months_before(town.today, 12), town.today - 15 * DAY
    counted = [n for n, visit in enumerate(planned) if first <= visit.window.closes_on < last and visit.walked]
    missed, late = (math.ceil(share * len(counted)) for share in (MISSED, LATE))
    chosen = town.dice.sample([n for n in counted if planned[n].number not in spared], missed + late)
    for n in chosen[:missed]:
        planned[n] = replace(planned[n], at=None)
    for n in chosen[missed:]:
        day = town.dice.choice(workdays(planned[n].window.closes_on + DAY, last + 14 * DAY)[:7])
        planned[n] = replace(planned[n], at=moment(day, 15, 20))
    return planned


def _told(visit: Visit, planned: list[Visit], today: dt.date) -> Visit:
    """With what is found in it for the demo's people, and whether it is left to be counter-signed."""
    pieces = tuple(piece for piece in data.findings()["set_pieces"] if piece["premises"] == visit.number)
    walked = [one for one in planned if one.number == visit.number and one.walked]
    settled = [one for one in walked if one.at < moment(today) - SETTLED]
    if pieces and visit is settled[-1]:
        visit = replace(visit, found=pieces)
    full = [one.window for one in walked if {"K", "A"} & set(one.window.covers)]
    return replace(visit, countersigned=visit.number not in LEFT_TO_COUNTERSIGN or visit.window != full[-1])
