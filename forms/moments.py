"""Instants as they are typed: a wall-clock time in Sweden. On the night it comes twice, with CEST or CET after it."""

import datetime as dt
import re

from models.calendar import STOCKHOLM
from models.words import Message

_TYPED = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2})[:.](\d{2})(?::[0-5]\d)?(?: ?(CEST|CET|sommartid|normaltid))?", re.I
)
_SUMMER = ("cest", "sommartid")

UNREADABLE = Message("Write the time as year-month-day hour:minute, such as 2026-11-23 14:05.")
TWICE = Message(
    "The clocks went back that night: this time came twice. Write CEST (summer time) or CET (standard time) after it."
)
NEVER = Message("The clocks went forward that night, so this time never came. Choose one before 02:00 or from 03:00.")
NOT_THEN = Message("CEST or CET is wrong for that day. Leave it out.")


def read(text: str) -> dt.datetime | Message:
    """The instant (UTC) that was typed, or the sentence that tells why it is none."""
    found = _TYPED.fullmatch(text.strip())
    if not found:
        return UNREADABLE
    day, hour, minute, zone = found.groups()
    try:
        wall = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(int(hour), int(minute)))
        first, second = (wall.replace(tzinfo=STOCKHOLM, fold=fold) for fold in (0, 1))
        at = first.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return UNREADABLE
    if first.utcoffset() != second.utcoffset():
        if at.astimezone(STOCKHOLM).replace(tzinfo=None) != wall:
            return NEVER
        if not zone:
            return TWICE
        return at if zone.lower() in _SUMMER else second.astimezone(dt.UTC)
    if zone and bool(first.dst()) != (zone.lower() in _SUMMER):
        return NOT_THEN
    return at


def written(at: dt.datetime) -> str:
    """An instant as it stands in its input: as the browser writes it, but for the hour that comes twice."""
    local = at.astimezone(STOCKHOLM)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return local.strftime("%Y-%m-%dT%H:%M")
    return local.strftime("%Y-%m-%d %H:%M %Z")


def in_browsers_words(text: str) -> bool:
    """Whether a text is such as the browser's own input of date and time takes: else it is a line to type in."""
    return not text or (len(text) == 16 and text[10] == "T" and not isinstance(read(text), Message))
