"""The demo's own clock: moments of a day in Stockholm, and what is to happen, in the order of time."""

import datetime as dt
import heapq
from collections.abc import Callable
from itertools import count
from typing import Any

from tracker.language import STOCKHOLM

DAY = dt.timedelta(days=1)


def moment(day: dt.date, hour: int = 8, minute: int = 0) -> dt.datetime:
    """An instant of a day in Stockholm."""
    return dt.datetime.combine(day, dt.time(hour, minute), STOCKHOLM).astimezone(dt.UTC)


def workdays(first: dt.date, last: dt.date) -> list[dt.date]:
    """Monday to Friday, from `first` to `last`."""
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def at_work(at: dt.datetime) -> dt.datetime:
    """The first instant from `at` on when people are at work."""
    local = at.astimezone(STOCKHOLM)
    hour = min(max(local.hour, 7), 16)
    day = local.date()
    while day.weekday() > 4:
        day += DAY
    return moment(day, hour, local.minute)


class Agenda:
    """What is to happen before `until`; what would come later has not happened yet."""

    def __init__(self, until: dt.datetime) -> None:
        self.until = until
        self._numbers = count()
        self._waiting: list[tuple[dt.datetime, int, Callable[..., Any], tuple[Any, ...]]] = []

    def put(self, at: dt.datetime, do: Callable[..., Any], *arguments: Any) -> None:
        """Lets `do(*arguments, at)` happen at an instant; what comes at the same one in the order it was put."""
        if at < self.until:
            heapq.heappush(self._waiting, (at, next(self._numbers), do, arguments))

    def run(self) -> None:
        """Lets everything happen, also what that leads to."""
        while self._waiting:
            at, _, do, arguments = heapq.heappop(self._waiting)
            do(*arguments, at)
