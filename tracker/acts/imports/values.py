"""From a cell's text to the value that a field takes, or to the sentence that tells why not."""

import datetime as dt
import re
from collections.abc import Iterable
from enum import Enum
from typing import Any

from models.common import Unit
from models.kinds import Choice, Day, Kind, Link
from models.people import Person
from models.words import Message
from tracker.acts.imports.shapes import labels

_DAYS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: 00:00(?::00)?)?", re.ASCII), (1, 2, 3)),
    (re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII), (1, 2, 3)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII), (3, 2, 1)),
)
EXCEL_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SAKNAS!", "#VÄRDEFEL!"})
_BETWEEN = re.compile(r"[,;\n]")

NOT_A_DAY = Message("Write the date as year-month-day, such as 2026-11-23, or as day/month/year.")


class Wrong(Exception):
    """A cell that cannot be read; `message` tells why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.msgid)
        self.message = message


class Units:
    """The units that a cell can name, by code or by name; those of the file itself among them."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.by_id: dict[int, Unit] = {}
        self._codes: dict[str, list[Unit]] = {}
        self._names: dict[str, list[Unit]] = {}
        for unit in units:
            self.by_id[unit.id] = unit
            self.learn(unit)

    def learn(self, unit: Unit) -> None:
        for known, word in ((self._codes, unit.code), (self._names, unit.name)):
            if word and unit not in (same := known.setdefault(word.casefold(), [])):
                same.append(unit)

    def named(self, text: str) -> Unit:
        """Raises Wrong when no unit, or more than one, is called this."""
        found = self._codes.get(text.casefold()) or self._names.get(text.casefold()) or []
        exact = [unit for unit in found if text in (unit.code, unit.name)] or found
        if len(exact) > 1:
            raise Wrong(Message("Several units are called “%(name)s”. Write the unit's code instead.", name=text))
        if not exact:
            raise Wrong(Message("There is no unit with the code or name “%(name)s”.", name=text))
        return exact[0]


class People:
    """The people that a cell can name, by e-mail."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._known = {person.email.lower(): person for person in people}

    def named(self, text: str) -> list[Person]:
        """Several are divided by commas. Raises Wrong for an address of nobody, or of somebody who has left."""
        return [self._one(word) for word in dict.fromkeys(re.split(r"[,;\s]+", text.lower())) if word]

    def _one(self, word: str) -> Person:
        person = self._known.get(word)
        if person is None:
            raise Wrong(Message("Nobody here has the e-mail address %(address)s.", address=word))
        if not person.active:
            raise Wrong(Message("%(name)s's access has ended. Give it back first.", name=person.name))
        return person


def value(kind: Kind, text: str, units: Units) -> Any:
    """What a cell means in a field of this kind; None when it is empty. Raises Wrong."""
    if text.upper() in EXCEL_ERRORS:
        raise Wrong(Message("The cell holds an error from Excel: %(error)s.", error=text))
    if not text:
        return None
    if isinstance(kind, Day):
        return _day(text)
    if isinstance(kind, Choice):
        return member(kind.enum_class, text)
    return units.named(text) if isinstance(kind, Link) else text


def member(members: Iterable[Enum], text: str) -> Any:
    """The member that `text` is the value or the label of, in either language. Raises Wrong."""
    wanted = text.casefold()
    found = next((each for each in members if wanted in _called(each)), None)
    if found is None:
        names = list(members)
        raise Wrong(Message("“%(text)s” is none of the alternatives: %(names)s.", text=text, names=names))
    return found


def several(members: Iterable[Enum], text: str) -> list[Any]:
    """Members divided by commas, each once."""
    return list(dict.fromkeys(member(members, word.strip()) for word in _BETWEEN.split(text) if word.strip()))


def _called(each: Enum) -> set[str]:
    """Its value, its labels, and of “Committee (nämnd)” either half."""
    words = {each.value.casefold(), *(label.casefold() for label in labels(each))}
    return words | {half.strip(" )") for word in words if word.endswith(")") for half in word.split("(")}


def _day(text: str) -> dt.date:
    for pattern, order in _DAYS:
        if found := pattern.fullmatch(text):
            year, month, day = (int(found[place]) for place in order)
            return _real(year, month, day)
    raise Wrong(NOT_A_DAY)


def _real(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise Wrong(NOT_A_DAY) from error
