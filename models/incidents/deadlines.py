"""When something is due: pure rules on instants. Counted in UTC; a calendar month is Sweden's."""

import datetime as dt

from models.calendar import STOCKHOLM, months_before
from models.incidents.words import Length


def due(start: dt.datetime, length: int | None, unit: Length, stated: dt.datetime | None = None) -> dt.datetime | None:
    """The instant (UTC) by which a clock that started at `start` must have its outcome; None where no time is set.

    Hours are hours, through nights, weekends and changes of the clock. A month is a calendar month in Sweden: the same
    day and time of day in the month to come, the month's last day where it has no such day (31 January → 28 or 29
    February). It is the first instant at which Sweden's clocks show that day and time or later: for a time that they
    skip the skip itself, of one that comes twice the first. A weekend gives no more time (lag 1930:173 may): the
    earlier day is what is shown.
    """
    if unit is Length.PROMPTLY:
        return None
    if unit is Length.STATED:
        return stated.astimezone(dt.UTC) if stated else None
    if length is None:
        raise ValueError(f"A clock in {unit.value} needs its length.")
    if unit is Length.HOURS:
        return start.astimezone(dt.UTC) + dt.timedelta(hours=length)
    local = start.astimezone(STOCKHOLM)
    day = months_before(local.date(), -length)
    return instant(dt.datetime.combine(day, local.time().replace(fold=0)))


def instant(wall: dt.datetime) -> dt.datetime:
    """A wall-clock time in Sweden (without zone) as UTC. One that the clocks skip is the instant of the skip."""
    at = wall.replace(tzinfo=STOCKHOLM).astimezone(dt.UTC)
    if at.astimezone(STOCKHOLM).replace(tzinfo=None) == wall:
        return at
    return dt.datetime.combine(wall.date(), dt.time(1), dt.UTC)  # when all of the EU changes (directive 2000/84/EC)


def milestones(start: dt.datetime, due_at: dt.datetime) -> dict[str, dt.datetime]:
    """When a clock tells of itself, by name: at its start, half-way, six and two hours before, and when it is late.

    What would lie before the start is left out.
    """
    told = {
        "start": start,
        "half": start + (due_at - start) / 2,
        "six": due_at - dt.timedelta(hours=6),
        "two": due_at - dt.timedelta(hours=2),
        "late": due_at,
    }
    return {name: at for name, at in told.items() if name in ("start", "late") or at > start}


def midnight_after(day: dt.date) -> dt.datetime:
    """The first instant of the next day in Sweden."""
    return instant(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
