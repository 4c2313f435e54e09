"""The only place that translates and words dates, numbers and times. The locale is an argument."""

import datetime as dt
import io
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from models.calendar import STOCKHOLM
from models.words import N_, Labelled, Message

LOCALES = ("sv", "en")
YES, NO = N_("Yes"), N_("No")
CATALOGUES = Path(__file__).parent.parent / "translations"


@cache
def catalogue(locale: str) -> NullTranslations:
    """The texts of a locale. English is the source language and has no catalogue of its own."""
    source = CATALOGUES / locale / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    return Translations(compiled)


def say(text: "str | Message | Labelled | None", locale: str) -> str:
    """`text` in the reader's language, its values worded too."""
    if text is None or text == "":
        return ""
    if isinstance(text, Labelled):
        return catalogue(locale).ugettext(text.label)
    if isinstance(text, Message):
        return catalogue(locale).ugettext(text.msgid) % {name: word(v, locale) for name, v in text.values.items()}
    return catalogue(locale).ugettext(text)


def count(one: str, many: str, number: int, locale: str) -> str:
    """`one` or `many` as the number asks for, in the reader's language."""
    return catalogue(locale).ungettext(one, many, number)


def word(value: Any, locale: str) -> str:
    """A value in words: dates as 23 nov 2026, instants in Stockholm's time, numbers in groups that keep together."""
    if value is None or value == "":
        return ""
    if isinstance(value, (Message, Labelled)):
        return say(value, locale)
    if isinstance(value, bool):
        return say(YES if value else NO, locale)
    if isinstance(value, dt.datetime):
        local = value.astimezone(STOCKHOLM)
        return format_datetime(local, "d MMM y HH:mm", locale=locale).replace(".", "") + _zone(local, locale)
    if isinstance(value, dt.date):
        return format_date(value, "d MMM y", locale=locale).replace(".", "")
    if isinstance(value, (int, Decimal)):
        return format_decimal(value, locale=locale)
    if isinstance(value, (list, tuple, set, frozenset)):
        return listed(value, locale)
    return str(value)


SUMMER, STANDARD = N_("CEST"), N_("CET")


def _zone(local: dt.datetime, locale: str) -> str:
    """Which of the two it is, in the hour that comes twice; else nothing."""
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return ""
    return f" {say(STANDARD if local.fold else SUMMER, locale)}"


def number(value: int, locale: str) -> str:
    """A number in a row of numbers: in groups from five digits on, so that a year stays as it is written."""
    return format_decimal(value, locale=locale) if abs(value) >= 10_000 else str(value)


def clock(at: dt.datetime) -> str:
    """The time of day in Sweden, as 14:05."""
    return at.astimezone(STOCKHOLM).strftime("%H:%M")


def day_and_month(day: dt.date, locale: str) -> str:
    """A day where the year is plain: 23 nov."""
    return format_date(day, "d MMM", locale=locale).replace(".", "")


def month(day: dt.date, locale: str, short: bool = False) -> str:
    """The month that a day lies in: "november 2026", or "nov"."""
    return format_date(day, "LLL" if short else "LLLL y", locale=locale).replace(".", "")


def span(first: dt.date, last: dt.date, locale: str) -> str:
    """From month to month: nov 2025–okt 2026."""
    told = [f"{month(day, locale, short=True)} {day.year}" for day in (first, last)]
    return told[0] if told[0] == told[1] else "–".join(told)


def listed(values: Iterable[Any], locale: str) -> str:
    return ", ".join(word(value, locale) for value in values)


def distance(day: dt.date, today: dt.date, locale: str) -> str:
    """A deadline in words: "today", "in 3 days", "2 days late"; of instants also the hours and minutes."""
    if isinstance(day, dt.datetime) and isinstance(today, dt.datetime):
        return time_left(day, today, locale)
    days = (day - today).days
    if days == 0:
        return say("today", locale)
    if days > 0:
        return count("in %(days)s day", "in %(days)s days", days, locale) % {"days": days}
    return count("%(days)s day late", "%(days)s days late", -days, locale) % {"days": -days}


def time_left(due: dt.datetime, now: dt.datetime, locale: str) -> str:
    """What is left until an instant: "in 1 day 3 h 12 min", or "3 h 12 min late". In whole minutes, rounded down."""
    late = due < now
    days, rest = divmod(abs(due - now) // dt.timedelta(minutes=1), 24 * 60)
    parts = [count("%(days)s day", "%(days)s days", days, locale) % {"days": days}] if days else []
    parts += [f"{rest // 60} h"] if days or rest >= 60 else []
    told = " ".join([*parts, f"{rest % 60} min"])
    return say(Message("%(time)s late", time=told) if late else Message("in %(time)s", time=told), locale)


def today(at: dt.datetime) -> dt.date:
    """The day in Stockholm at an instant."""
    return at.astimezone(STOCKHOLM).date()
