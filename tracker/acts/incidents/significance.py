"""Which thresholds an incident's impacts reach. A suggestion with its source, never a verdict (guide A.5)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.calendar import months_before
from models.incidents import Aim, Answer, Impact, Incident, IncidentState, IncidentThreshold, Sector
from models.kinds import FEWEST

MUNICIPALITY = ((Aim.GENERAL_LIMITED, Aim.GENERAL_WORKAROUND), (Aim.PUBLIC_LIMITED, Aim.PUBLIC_WORKAROUND))
"""What holds for every municipality; a sector adds its own."""
SECTORS = {
    Sector.WATER: (Aim.WATER_LIMITED, Aim.WATER_WORKAROUND),
    Sector.CARE: (Aim.CARE_LIMITED, Aim.CARE_WORKAROUND),
}


@dataclass(frozen=True)
class Hit:
    """What one unit was hit by, as far as thresholds ask: whole hours, or None while nobody knows."""

    limited: int | None = None
    workaround: int | None = None
    persons: int | None = None  # whose data are affected


@dataclass(frozen=True)
class Reached:
    """A threshold that is reached: which, and by how much."""

    aim: Aim
    by: int


def reached(
    amounts: Mapping[Aim, int], hits: Iterable[Hit], sector: Sector | None = None, recurring: int = 0
) -> Iterator[Reached]:
    """The thresholds that `hits` reach, in the order of `Aim`.

    Hours count when they are more than the amount ("longer than"), persons and recurring incidents from the amount on.
    `recurring` is how many of the same cause there were within the time, this one included.
    """
    found = list(hits)
    longest = {
        Aim.GENERAL_LIMITED: max((hit.limited or 0 for hit in found), default=0),
        Aim.GENERAL_WORKAROUND: max((hit.workaround or 0 for hit in found), default=0),
    }
    for limited, workaround in (*MUNICIPALITY, *([SECTORS[sector]] if sector in SECTORS else ())):
        for aim, hours in ((limited, longest[Aim.GENERAL_LIMITED]), (workaround, longest[Aim.GENERAL_WORKAROUND])):
            if aim in amounts and hours > amounts[aim]:
                yield Reached(aim, hours)
    persons = sum(hit.persons or 0 for hit in found)
    if Aim.PERSONS in amounts and persons >= amounts[Aim.PERSONS]:
        yield Reached(Aim.PERSONS, persons)
    if Aim.RECURRING in amounts and recurring >= max(amounts[Aim.RECURRING], 2):
        yield Reached(Aim.RECURRING, recurring)


def suggested(incident: Incident, today: dt.date) -> list[tuple[Reached, IncidentThreshold]]:
    """What this incident reaches, each with the row that it was held against."""
    rows = {row.aim: row for row in IncidentThreshold.select()}
    amounts = {aim: row.amount for aim, row in rows.items()}
    hits = [
        Hit(row.limited_hours, row.workaround_hours, _counted(row))
        for row in Impact.select().where(Impact.incident == incident)
    ]
    recurring = _of_the_same_kind(incident, amounts.get(Aim.RECURRING_MONTHS, 0), today)
    return [(each, rows[each.aim]) for each in reached(amounts, hits, incident.sector, recurring)]


def _counted(row: Impact) -> int | None:
    """Whose data are affected; what is read as few is left out of the sum, which would tell it."""
    return row.persons if row.personal_data is Answer.YES and (row.persons or 0) >= FEWEST else None


def _of_the_same_kind(incident: Incident, months: int, today: dt.date) -> int:
    """How many incidents of this category were reported in the last `months`, this one included."""
    if incident.category is None or not months or incident.drill:
        return 0
    same: Any = (Incident.category == incident.category) & Incident.real() & (Incident.state != IncidentState.DISMISSED)
    return int(Incident.select().where(same & (Incident.reported_on > months_before(today, months))).count())
