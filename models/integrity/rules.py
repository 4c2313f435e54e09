"""Rules over several fields that the types of this register share."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.words import Message, Problem


def not_to_come(values: Mapping[str, Any], name: str) -> Iterable[Problem]:
    """What has been done or counted has its day behind it: else it would count before it has happened."""
    if values.get("noted_on") and values[name] > values["noted_on"]:
        yield Problem(name, Message("This is for what has happened: choose a day that has come."))


def no_more_than(values: Mapping[str, Any], *pairs: tuple[str, str]) -> Iterable[Problem]:
    """Of each pair, `some` is counted among `of_all`."""
    for some, of_all in pairs:
        if values[some] > values[of_all]:
            yield Problem(some, Message("This cannot be more than the number before it."))


def year_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """From the first day of a day's year to that day."""
    return day.replace(month=1, day=1), day
