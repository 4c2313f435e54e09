"""How often Ekdala's buildings are walked."""

import datetime as dt
from typing import Any

from models.calendar import months_before
from models.fire_safety import Interval, PremisesKind
from tracker.demo.town import LIBRARY, TOWN_HALL


def rhythm(number: str, kind: PremisesKind, today: dt.date) -> dict[str, Any]:
    """A control plan's values: schools, preschools and care homes monthly, offices quarterly.

    The town hall's quarterly and yearly points fall in this month, so that its round has all of the office's points;
    the library's quarter was last month, and it has long days of grace, so that its round is late but not missed.
    """
    if number == TOWN_HALL:
        return _monthly(today.month, today.month)
    if number == LIBRARY:
        last = months_before(today.replace(day=1), 1).month
        return _monthly(last, (last + 5) % 12 + 1) | {"grace_days": 31}
    if kind is PremisesKind.OFFICE:
        return {"interval": Interval.QUARTER, "quarter_month": 2, "year_month": (5, 11)[int(number) % 2]}
    return _monthly(int(number) % 3 + 1, int(number) % 12 + 1)


def _monthly(quarter: int, year: int) -> dict[str, Any]:
    return {"interval": Interval.MONTH, "quarter_month": (quarter - 1) % 3 + 1, "year_month": year}
