"""What the clocks come to, against cases that were worked out by hand (`clock_cases.yaml`)."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.common import Unit
from models.incidents import Answer, ClockRule, Impact, Incident, LegalClock, Length, Sector, due
from models.people import Actor
from models.record import Record
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tracker.acts.incidents import clocks, installing
from tracker.language import today
from tracker.spine import records

CASES = yaml.load((Path(__file__).parent / "clock_cases.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
ZONES = {"UTC": 0, "CET": 1, "CEST": 2}
BEGAN = dt.datetime(2026, 1, 2, 8, tzinfo=dt.UTC)


def instant(text: str) -> dt.datetime | None:
    """`2026-10-25 02:30 CEST`, without a zone UTC: by the zone's own hours, no library of zones."""
    if text == "none":
        return None
    day, time, *zone = text.split()
    wall = dt.datetime.fromisoformat(f"{day}T{time}+00:00")
    return wall - dt.timedelta(hours=ZONES[zone[0]] if zone else 0)


def test_there_are_enough_and_no_two_are_called_alike() -> None:
    names = [case[0] for case in CASES["counts"]] + [story["name"] for story in CASES["stories"]]
    assert len(names) == len(set(names)) >= 80


@pytest.mark.parametrize(
    ("start", "length", "expected", "why"), [pytest.param(*c[1:], id=c[0]) for c in CASES["counts"]]
)
def test_counted(start: str, length: str, expected: str, why: str) -> None:
    number, _, unit = length.rpartition(" ")
    found = due(instant(start) or BEGAN, int(number) if number else None, Length(unit))
    assert found == instant(expected), why


@pytest.mark.parametrize("story", CASES["stories"], ids=lambda story: story["name"])
def test_told(database: Any, story: dict[str, Any]) -> None:
    told = Story()
    for fact in story["facts"]:
        ((name, said),) = fact.items()
        told.at = instant(said["at"]) or told.at
        getattr(told, name)(**{key: text for key, text in said.items() if key != "at"})
    assert told.clocks() == {name: instant(text) for name, text in story["clocks"].items()}
    assert told.late() == set(story.get("late", []))


class Story:
    """One incident, as its facts come. Each method is a fact of the file; texts are as they stand there."""

    incident: Incident

    def __init__(self) -> None:
        makers.use_key()
        self.at = BEGAN
        made.ready()
        self.by, self.other = made.coordinator(), makers.acting(Role.DEPUTY)
        self.units = {
            code: makers.unit(name, code=code) for code, name in (("VN", "Vårdnämnden"), ("SN", "Socialnämnden"))
        }

    def report(self, discovered: str) -> None:
        self.incident = made.incident(at=self.at, discovered_at=instant(discovered))

    def triage(self, significant: str = "", known: str = "", **answers: str) -> None:
        given: dict[str, Any] = {name: self._read(name, text) for name, text in answers.items()}
        given |= {"significant": Answer.NO, "assessed_at": None}
        if significant:
            given |= {"significant": Answer.YES, "assessed_at": instant(significant)}
        given["known_at"] = instant(known) if known else self.incident.known_at
        made.triaged(self.incident, self.by, at=self.at, **{"unit": None} | given)

    def hit(self, unit: str) -> None:
        values = dict(incident=self.incident.id, unit=self.units[unit].id, personal_data=Answer.YES)
        records.add(self.by, Impact, values, self.at)

    def send(self, clock: str, sent: str, as_status: str = "") -> None:
        given = {"sent_at": instant(sent), "as_status": bool(as_status)}
        self._moved(self._clock(clock), "send", self.by, **given)

    def propose(self, clock: str) -> None:
        self._moved(self._clock(clock), "propose", self.by, because="Under tröskeln.")

    def agree(self, clock: str) -> None:
        self._moved(self._clock(clock), "agree", self.other)

    def disagree(self, clock: str) -> None:
        self._moved(self._clock(clock), "disagree", self.other, objection="Över tröskeln.")

    def restore(self, restored: str) -> None:
        self._moved(self.incident, "restore", self.by, restored_at=instant(restored))

    def change(self, **said: str) -> None:
        now = Incident.get_by_id(self.incident.id)
        values = {name: self._read(name, text) for name, text in said.items()}
        records.change(self.by, now, values, now.version, self.at)

    def rule(self, code: str, **said: str) -> None:
        now = ClockRule.get(ClockRule.code == code)
        readers = {"length": int, "unit": Length, "in_use": lambda text: text == "true"}
        records.change(self.by, now, {name: readers[name](text) for name, text in said.items()}, now.version, self.at)

    def hand(self, code: str, by: str, **said: str) -> None:
        start = instant(said["from"])
        assert start
        clocks.start(
            self.by, self.incident.uid.hex, ClockRule.get(ClockRule.code == code), start, instant(by), None, self.at
        )

    def clocks(self) -> dict[str, dt.datetime | None]:
        """When each is due, by its rule's code and whose it is. Two of a name are a fault of their own."""
        rows = list(LegalClock.select().where(LegalClock.incident == self.incident))
        found = {self._name(row): row.due_at for row in rows}
        assert len(found) == len(rows), "a clock is there twice"
        return found

    def late(self) -> set[str]:
        """Those whose time passed before they had an outcome."""
        rows = LegalClock.select().where(LegalClock.incident == self.incident)
        return {
            self._name(row) for row in rows if row.due_at and row.due_at < (row.sent_at or row.decided_at or self.at)
        }

    def _name(self, row: LegalClock) -> str:
        return f"{row.rule.code}/{row.controller.code}" if row.controller_id else row.rule.code

    def _clock(self, code: str) -> LegalClock:
        return made.clocks_of(self.incident)[code]

    def _moved(self, row: Record, step: str, by: Actor, **values: Any) -> None:
        makers.moved(row, step, by, at=self.at, **values)

    def _read(self, name: str, text: str) -> Any:
        if name == "unit":
            return Unit.get(Unit.code == text).id
        if name == "sector":
            return Sector(text)
        if name == "cost":
            return int(text)
        return instant(text) if name.endswith("_at") else Answer(text)


def test_the_shipped_rules_are_what_the_cases_speak_of(database: Any) -> None:
    makers.use_key()
    installing.install(makers.OFFICE, BEGAN)
    hours = {row.code: row.length for row in ClockRule.select() if row.unit is Length.HOURS}
    months = {row.code: row.length for row in ClockRule.select() if row.unit is Length.MONTHS}
    assert (hours, months) == ({"CSL-24": 24, "CSL-72": 72, "GDPR-72": 72}, {"CSL-1M": 1, "CSL-1M-S": 1})
    assert today(BEGAN) == dt.date(2026, 1, 2)
