"""Report sheets: what each authority's form asks, in its order, filled in from the incident. The questions are data."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from models.incidents import Incident, LegalClock
from models.people import Actor
from tracker.acts.incidents.sources import FILLED, SOURCES, Told
from tracker.spine.reading import Reading

SHIPPED = Path(__file__).parent.parent.parent / "data" / "sheets.yaml"
LANGUAGE = "sv"
"""Reports are written in Swedish, whoever reads the screen in which language."""
UNKNOWN = "Ej känt ännu"


@dataclass(frozen=True)
class Question:
    """What is asked, and where the answer comes from: a source by its name, or a text that stands as it is."""

    ask: str
    source: str = ""
    text: str = ""


@dataclass(frozen=True)
class Sheet:
    """The questions of one report, with where they are from; `doubt` is what is uncertain of them."""

    code: str
    name: str
    source: str
    doubt: str
    checked_on: dt.date
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Answered:
    """A question with its lines, none where nothing is known yet; `fill` is where it is then written."""

    ask: str
    lines: tuple[str, ...]
    fill: str = ""


@cache
def sheets() -> Mapping[str, Sheet]:
    """Every sheet, by the code of its rule. A rule without one is nowhere reported from here."""
    shipped = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return {said["code"]: _sheet(said, shipped["checked_on"]) for said in shipped["sheets"]}


def _sheet(said: Mapping[str, Any], checked_on: dt.date) -> Sheet:
    asked = tuple(Question(each["ask"], each.get("from", ""), each.get("text", "")) for each in said["questions"])
    return Sheet(said["code"], said["name"], said["source"], said.get("doubt", ""), checked_on, asked)


def of(clock: LegalClock) -> Sheet | None:
    """The sheet of a clock; None for Säkerhetspolisen's, of which nothing may be written, and for rules unknown."""
    return sheets().get(clock.rule.code)


def filled(actor: Actor, incident: Incident, clock: LegalClock, at: dt.datetime) -> list[Answered]:
    """Each question of the clock's sheet with what is known of it, as `actor` may read it."""
    sheet = of(clock)
    told = Told(incident, clock, Reading(actor, at, LANGUAGE))
    return [_answered(question, told) for question in sheet.questions] if sheet else []


def _answered(question: Question, told: Told) -> Answered:
    if question.text:
        return Answered(question.ask, (question.text,))
    lines = tuple(line for line in SOURCES[question.source](told) if line)
    return Answered(question.ask, lines, "" if lines else FILLED[question.source])


STAMP = "ÖVNING – SKA INTE SKICKAS"


def whole(sheet: Sheet, answers: list[Answered], drill: bool) -> str:
    """The sheet as one text, to be copied; an exercise's says so first and last."""
    stamp = [STAMP] if drill else []
    parts = [*stamp, f"{sheet.name} ({sheet.code})"]
    for number, each in enumerate(answers, 1):
        parts.append(f"{number}. {each.ask}\n" + "\n".join(each.lines or (UNKNOWN,)))
    return "\n\n".join([*parts, *stamp])
