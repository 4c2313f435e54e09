"""Ekdala's incidents of a year: reported, triaged, told to authorities and learnt from; and one of last night."""

import datetime as dt
from typing import Any

from models.common import Unit
from models.incidents import (
    TRIAGE,
    AfterAction,
    Answer,
    Category,
    ClockRule,
    ClockState,
    EntryKind,
    EscalationGround,
    Impact,
    Incident,
    IncidentDecision,
    LegalClock,
    Reference,
    ReferenceKind,
    Sector,
    Severity,
    TimelineEntry,
    Told,
)
from models.measures import Measure
from models.record import Record
from tracker.acts.incidents import alerting, reporting
from tracker.demo import data
from tracker.demo.clock import DAY
from tracker.demo.town import Town
from tracker.language import today
from tracker.spine import records

COORDINATOR, SECOND = "ali", "eva"
CHOICES = {"category": Category, "also": Category, "severity": Severity, "sector": Sector}
FLAGS = ("confidentiality", "integrity", "availability")
PLAIN = {"supplier_incident": Answer.NO, "personal_data": Answer.NO, "significant": Answer.NO}


def plan(town: Town) -> None:
    """Puts every report on the agenda, which puts what follows on it."""
    for said in data.incidents():
        town.agenda.put(town.ago(said["days"], said["at"]), _report, town, said)


def _report(town: Town, said: dict[str, Any], at: dt.datetime) -> None:
    seen = at - dt.timedelta(minutes=said["seen"])
    values = {"what": said["what"], "service": said["service"], "discovered_at": seen}
    values["going_on"] = Answer(said.get("going_on", "yes"))
    row = reporting.report(town.actor(said["by"]), values, at, sealed=said.get("sealed", False))
    story = Story(town, row.id)
    if triage := said.get("triage"):
        _later(town, at, triage["after"], story.triage, triage)
    for hours, name, *more in said["then"]:
        _later(town, at, hours, getattr(story, name), *more)


def _later(town: Town, at: dt.datetime, hours: float, do: Any, *arguments: Any) -> None:
    town.agenda.put(at + dt.timedelta(minutes=round(hours * 60)), do, *arguments)


class Story:
    """What is done about one incident: each method is a word of the file, and does it at an instant."""

    def __init__(self, town: Town, number: int) -> None:
        self.town, self.number = town, number
        self.by, self.other = town.actor(COORDINATOR), town.actor(SECOND)

    def triage(self, said: dict[str, Any], at: dt.datetime) -> None:
        row = self._row()
        values: dict[str, Any] = (
            dict.fromkeys(TRIAGE) | dict.fromkeys(FLAGS, False) | {"known_at": row.known_at} | PLAIN
        )
        for name, text in said.items():
            if name != "after":
                values[name] = self._answer(name, text)
        values["availability"] = said["category"] in ("outage", "fault", "denial", "malware")
        values["confidentiality"] = values["personal_data"] is Answer.YES
        if values["significant"] is Answer.YES:
            values["assessed_at"] = at
        self._step(row, "triage", values, at)

    def take_on(self, at: dt.datetime) -> None:
        self._step(self._row(), "take_on", {}, at)

    def contain(self, at: dt.datetime) -> None:
        self._step(self._row(), "contain", {"contained_at": at}, at)

    def restore(self, at: dt.datetime) -> None:
        self._step(self._row(), "restore", {"restored_at": at}, at)

    def review(self, at: dt.datetime) -> None:
        self._step(self._row(), "review", {}, at)

    def close(self, at: dt.datetime) -> None:
        self._step(self._row(), "close", {"closed_at": at}, at)

    def dismiss(self, because: str, at: dt.datetime) -> None:
        self._step(self._row(), "dismiss", {"dismissed_because": because}, at)

    def send(self, code: str, receipt: str, at: dt.datetime) -> None:
        for clock in self._open(code):
            self._step(clock, "send", {"sent_at": at, "receipt": receipt or None, "as_status": False}, at)

    def propose(self, code: str, because: str, at: dt.datetime) -> None:
        for clock in self._open(code):
            self._step(clock, "propose", {"because": because}, at)

    def agree(self, code: str, at: dt.datetime) -> None:
        for clock in self._open(code, ClockState.PROPOSED):
            records.step(self.other, LegalClock, clock.uid.hex, "agree", {}, clock.version, at)

    def leave(self, code: str, elsewhere: str, because: str, at: dt.datetime) -> None:
        for clock in self._open(code):
            self._step(clock, "leave", {"elsewhere": elsewhere, "because": because}, at)

    def entry(self, kind: str, text: str, at: dt.datetime) -> None:
        self._add(TimelineEntry, {"happened_at": at, "kind": EntryKind(kind), "text": text}, at)

    def hit(self, unit: str, persons: int, hours: int | None, at: dt.datetime) -> None:
        values = {"unit": self.town.units[unit].id, "persons": persons, "limited_hours": hours}
        self._add(Impact, values | {"personal_data": Answer.YES}, at)

    def decide(self, decision: str, because: str, by: str, at: dt.datetime) -> None:
        values = {"decided_at": at, "decision": decision, "because": because, "decided_by": by}
        self._add(IncidentDecision, values, at)

    def refer(self, kind: str, number: str, at: dt.datetime) -> None:
        self._add(Reference, {"kind": ReferenceKind(kind), "number": number, "on": today(at)}, at)

    def alert(self, told: str, ground: str, how: str, at: dt.datetime) -> None:
        alerting.alert(self.by, self._row().uid.hex, Told(told), EscalationGround(ground), at, how, at=at)

    def learn(self, happened: str, worked: str, cause: str, failed: str, lessons: str, at: dt.datetime) -> None:
        values = {"held_on": today(at), "happened": happened, "worked": worked, "root_cause": cause}
        self._add(AfterAction, values | {"failed_control": failed, "lessons": lessons}, at)

    def approve(self, at: dt.datetime) -> None:
        row = AfterAction.get(AfterAction.incident == self.number)
        records.step(self.other, AfterAction, row.uid.hex, "approve", {}, row.version, at)

    def measure(self, title: str, unit: str, who: str, days: int, done: str, at: dt.datetime) -> None:
        """To be done within so many days; `done` says how, half-way there, and the second reader verifies it."""
        values = {"title": title, "unit": self.town.units[unit].id, "responsible": self.town.people[who].id}
        values["due_on"] = today(at) + days * DAY
        made = records.add_from(self.by, Measure, self._row(), values, at)
        if done:
            half = at + days * DAY / 2
            self.town.agenda.put(half, self._do, made.id, "finish", who, {"done_how": done})
            self.town.agenda.put(half + DAY, self._do, made.id, "verify", SECOND, {})

    def _do(self, measure: int, step: str, who: str, asked: dict[str, Any], at: dt.datetime) -> None:
        row = Measure.get_by_id(measure)
        records.step(self.town.actor(who), Measure, row.uid.hex, step, asked, row.version, at)

    def _row(self) -> Incident:
        found: Incident = Incident.get_by_id(self.number)
        return found

    def _open(self, code: str, state: ClockState = ClockState.RUNNING) -> list[LegalClock]:
        mine = (LegalClock.incident == self.number) & (LegalClock.state == state)
        return list(LegalClock.select().join(ClockRule).where(mine & (ClockRule.code == code)).order_by(LegalClock.id))

    def _step(self, row: Record, name: str, values: dict[str, Any], at: dt.datetime) -> None:
        records.step(self.by, type(row), row.uid.hex, name, values, row.version, at)

    def _add(self, record_type: type[Record], values: dict[str, Any], at: dt.datetime) -> None:
        records.add(self.by, record_type, {"incident": self.number} | values, at)

    def _answer(self, name: str, text: str) -> Any:
        if name == "unit":
            return Unit.get(Unit.code == text).id
        if name in ("name", "supplier"):
            return text
        return CHOICES.get(name, Answer)(text)
