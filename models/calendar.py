"""When rounds are to be walked: pure rules on dates, from a plan to its windows."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Window:
    """One planned round: which intervals it covers ("M", "MK", "MKTA", …), and its first, due and last day."""

    covers: str
    opens_on: dt.date
    due_on: dt.date
    closes_on: dt.date


def month_end(day: dt.date) -> dt.date:
    """The last day of the month that `day` lies in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day `months` earlier; the last day of the month where that day does not exist."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def latest_reaching(day: dt.date, months: int) -> dt.date:
    """The latest day that, moved `months` months back, has come by `day`; months below 0 move it ahead."""
    moved = months_before(day, -months)
    return month_end(moved) if day == month_end(day) else moved


def covers(month: int, monthly: bool, quarter_offset: int, term_months: tuple[int, int], year_month: int) -> str:
    """Which intervals fall due in `month`. `quarter_offset` 1–3 tells which month of each quarter.

    No point is left out of a plan that is not monthly: its quarterly round asks the monthly points too, and the points
    of each term that ends in the quarter.
    """
    quarterly = (month - 1) % 3 == quarter_offset - 1
    terms = {month} if monthly else {month - quarter_offset + n for n in (1, 2, 3)} if quarterly else set()
    due = "M" if monthly or quarterly else ""
    due += "K" if quarterly else ""
    due += "T" if terms & set(term_months) else ""
    return due + ("A" if month == year_month else "")


def windows(
    first: dt.date,
    last: dt.date,
    *,
    monthly: bool,
    quarter_offset: int = 3,
    term_months: tuple[int, int] = (5, 11),
    year_month: int = 10,
    grace_days: int = 5,
) -> Iterator[Window]:
    """The rounds whose month begins on or after `first`'s month and whose due day is at most `last`.

    A round is due on its month's last day and may be signed `grace_days` after it (guide B.7: "inside its calendar
    month + 5 days"). A plan that is not monthly has windows where a quarter's or the year's points fall due.
    """
    day = first.replace(day=1)
    while month_end(day) <= last:
        due = covers(day.month, monthly, quarter_offset, term_months, year_month)
        if due:
            end = month_end(day)
            yield Window(due, day, end, end + dt.timedelta(days=grace_days))
        day = month_end(day) + dt.timedelta(days=1)
