"""From a cell of a supplier's file to what it means: a month, an amount, response times, a service.

A cell is a text, or from Excel also a number or a date. Each reader gives None for an empty cell and raises Wrong,
with a sentence, for what it cannot read; nothing else.
"""

import datetime as dt
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import Any

from models.guarding import ServiceKind, spread_of
from models.guarding.figures import LONGEST_RESPONSE
from models.words import Message
from tracker.acts.imports.files import text
from tracker.acts.imports.shapes import labels, plain
from tracker.acts.imports.values import EXCEL_ERRORS, Wrong

MOST_RESPONSES = 1_000_000

NOT_A_MONTH = Message("Write the month as year-month, such as 2026-10, or as oktober 2026.")
NOT_A_NUMBER = Message("This is no number.")
NOT_WHOLE = Message("Write a whole number.")
NEGATIVE = Message("It cannot be less than nothing.")
TWO_WAYS = Message("“%(text)s” can be read in two ways. Write it without a sign between thousands.")
NO_MINUTES = Message("Write the response times as minutes, such as 12, 18, 25.")

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")
_MONEY = re.compile(r"(kr|sek|:-|st)\.?$", re.IGNORECASE)
_NUMBER = re.compile(r"([-+\u2212]?)(\d{1,15})(?:[.,](\d{0,15}))?", re.ASCII)
_GROUPED = re.compile(r"[-+\u2212]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d{1,15})?", re.ASCII)
_TWO_WAYS = re.compile(r"[-+\u2212]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_NOTHING = frozenset({"", "-", "–", "—"})

_YEAR_FIRST = re.compile(
    r"(\d{4})(?:[-/. ]?(?=\d{2})|[-/. ](?=\d$))(\d{1,2})(?:[-/. ]?\d{2}(?: 00:00(?::00)?)?)?", re.ASCII
)
_YEAR_LAST = re.compile(r"(?:\d{1,2}[-/. ])?(\d{1,2})[-/. ](\d{4})", re.ASCII)
_WORDED = re.compile(r"(?:\d{1,2}\.? )?([a-zåäö]+)\.?[ -]+(\d{4}|\d{2})", re.ASCII | re.IGNORECASE)
_YEAR_WORDED = re.compile(r"(\d{4}) +([a-z]+)\.?", re.ASCII | re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_LONG = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
)  # fmt: skip
_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NAMES = {name: number for names in (_MONTHS, _LONG, _ENGLISH) for number, name in enumerate(names, 1)} | {
    "sept": 9, "oct": 10,
}  # fmt: skip
_EXCEL_DAY_0, _EXCEL_DAYS = dt.date(1899, 12, 30), range(36526, 73051)  # 2000 to 2099

_TIME = re.compile(r"(\d{1,5})(?::(\d{1,7}))?", re.ASCII)
_BETWEEN = re.compile(r"[,;\s]+")
_A_DECIMAL = re.compile(r"\d+,\d+", re.ASCII)

_ALSO = {
    ServiceKind.OUTER_ROUND: ("rondering", "rond", "ronder", "yttre rond", "yttre rondering", "ronderingar"),
    ServiceKind.INNER_ROUND: ("inre rond", "inre rondering", "inre ronder"),
    ServiceKind.CALL_OUT: ("larmutryckning", "utryckning", "utryckningar", "larmutryckningar", "larm", "larmåtgärd"),
    ServiceKind.LOCKING: ("öppning/låsning", "öppning", "låsning", "öppning och låsning", "låsrond"),
    ServiceKind.STATIONED: ("stationär bevakning", "stationär", "stationär väktare", "bevakning på plats"),
    ServiceKind.HOST: ("trygghetsvärd", "ordningsvakt", "trygghetsvärdar", "ordningsvakter"),
    ServiceKind.ACTION: ("åtgärdsservice", "åtgärd", "service"),
    ServiceKind.DISTURBANCE: ("störningsjour", "störning", "störningsjouren"),
    ServiceKind.ALARM_CENTRE: ("larmcentral", "larmcentralen", "larmmottagning", "larmöverföring"),
}


def _called(kind: Enum) -> set[str]:
    return {plain(word) for word in (kind.value, *labels(kind), *_ALSO[ServiceKind(kind)])}


_SERVICES = {word: kind for kind in reversed(ServiceKind) for word in _called(kind)}


def said(cell: Any) -> str:
    """The cell as a text of one line, at most 200 signs of it. Raises Wrong for an error of Excel's."""
    written = " ".join(text(cell)[:400].encode("utf-8", "replace").decode().replace("\0", "").split())[:200]
    if written.upper() in EXCEL_ERRORS:
        raise Wrong(Message("The cell holds an error from Excel: %(error)s.", error=written))
    return written


def month(cell: Any) -> dt.date | None:
    """The first day of the month that a cell names, by a day in it or by year and month."""
    if isinstance(cell, dt.date):  # a datetime is one
        return _first(cell.year, cell.month)
    written = said(cell)
    if written.removesuffix(".0").isdecimal() and int(written.removesuffix(".0")) in _EXCEL_DAYS:
        day = _EXCEL_DAY_0 + dt.timedelta(days=int(written.removesuffix(".0")))
        return _first(day.year, day.month)
    if not written:
        return None
    if found := _YEAR_FIRST.fullmatch(written):
        return _first(int(found[1]), int(found[2]))
    if found := _YEAR_LAST.fullmatch(written):
        return _first(int(found[2]), int(found[1]))
    if found := _WORDED.fullmatch(written):
        return _first(int(found[2]) + (2000 if len(found[2]) == 2 else 0), _NAMES.get(found[1].lower(), 0))
    if found := _YEAR_WORDED.fullmatch(written):
        return _first(int(found[1]), _NAMES.get(found[2].lower(), 0))
    raise Wrong(NOT_A_MONTH)


def _first(year: int, number: int) -> dt.date:
    if not (2000 <= year < 2100 and 1 <= number <= 12):
        raise Wrong(NOT_A_MONTH)
    return dt.date(year, number, 1)


def whole(cell: Any) -> int | None:
    """A count: a whole number that is not negative."""
    if isinstance(cell, str) and len(cell) < 10 and cell.isascii() and cell.isdigit():
        return int(cell)  # nearly all of them
    number = _number(cell)
    if number is not None and number != number.to_integral_value():
        raise Wrong(NOT_WHOLE)
    return None if number is None else int(number)


def kronor(cell: Any) -> tuple[int | None, bool]:
    """Whole kronor, half of one upwards, and whether there were öre to round."""
    number = _number(cell)
    if number is None:
        return None, False
    rounded = number.to_integral_value(ROUND_HALF_UP)
    return int(rounded), rounded != number


def _number(cell: Any) -> Decimal | None:
    if isinstance(cell, (bool, dt.date, dt.time, dt.timedelta)):
        raise Wrong(NOT_A_NUMBER)
    if isinstance(cell, (int, float)):
        if not abs(cell) < 1e15:  # nor what is no number
            raise Wrong(NOT_A_NUMBER)
        return _positive(Decimal(repr(cell)))
    written = said(cell)
    bare = _SPACES.sub("", _MONEY.sub("", _SPACES.sub("", written)))
    if bare in _NOTHING:
        return None
    if _TWO_WAYS.fullmatch(bare):
        raise Wrong(Message(TWO_WAYS.msgid, text=written))
    return _positive(_decimal(_ungrouped(bare)))


def _ungrouped(bare: str) -> str:
    """Without the signs between thousands, where they are sure to be that."""
    grouped = _GROUPED.fullmatch(bare)
    return bare.replace(grouped[1], "") if grouped else bare


def _decimal(bare: str) -> Decimal:
    found = _NUMBER.fullmatch(bare)
    if not found:
        raise Wrong(NOT_A_NUMBER)
    number = Decimal(f"{found[2]}.{found[3] or '0'}")
    return -number if found[1] in ("-", "\u2212") else number


def _positive(number: Decimal) -> Decimal:
    if number < 0:
        raise Wrong(NEGATIVE)
    return number


def responses(cell: Any) -> str | None:
    """Response times as a spread ("12:3 18:1"), from minutes in a row or from such a spread."""
    if isinstance(cell, (bool, dt.date, dt.time, dt.timedelta)):
        raise Wrong(NO_MINUTES)
    if isinstance(cell, (int, float)):
        return spread_of([_minute(str(whole(cell)))])
    written = text(cell)[:20_000].replace("\u00a0", " ").strip()
    if len(written) < 200:
        written = said(written)
    if written in _NOTHING:
        return None
    if _A_DECIMAL.fullmatch(written):
        raise Wrong(
            Message("“%(text)s” can be one time or two. Divide several by “; ”, and write whole minutes.", text=written)
        )
    return spread_of(_counted(written.lower().replace("min", " "))) or None


def _counted(written: str) -> Counter[int]:
    counted: Counter[int] = Counter()
    for word in _BETWEEN.split(written):
        if word and not (found := _TIME.fullmatch(word)):
            raise Wrong(NO_MINUTES)
        if word and found and (times := int(found[2] or 1)):
            counted[_minute(found[1])] += times
    if counted.total() > MOST_RESPONSES:
        raise Wrong(NO_MINUTES)
    return counted


def _minute(word: str) -> int:
    if int(word) > LONGEST_RESPONSE:
        raise Wrong(Message("A response time is between 0 and %(most)s minutes.", most=LONGEST_RESPONSE))
    return int(word)


def service(cell: Any) -> ServiceKind | None:
    """What was done, by its name here in either language or by what suppliers call it."""
    written = said(cell)
    if not written:
        return None
    found = _SERVICES.get(plain(written))
    if found is None:
        raise Wrong(Message("“%(text)s” is none of the services that are known here.", text=written))
    return found
