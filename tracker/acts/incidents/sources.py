"""Where the answers of a report come from: a named set of sources, each of which gives lines of text, or none.

Every value passes the one door to values for people, so a source tells nothing that its reader may not read.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from models.incidents import (
    AfterAction,
    Category,
    ClockState,
    EntryKind,
    Impact,
    Incident,
    IncidentDecision,
    LegalClock,
    Reference,
    ReferenceKind,
)
from models.incidents.masking import authority, controller
from models.measures import Measure
from models.record import Record
from tracker.acts.incidents import clocks, timeline
from tracker.language import word
from tracker.spine.reading import Reading

HARMFUL = (
    Category.MALWARE, Category.INTRUSION, Category.PHISHING, Category.DENIAL, Category.INSIDER, Category.DEFACED,
    Category.PHYSICAL,
)  # fmt: skip
"""Categories in which somebody means harm."""
MOST = 30
"""Rows of a kind on one sheet, the newest; the whole stands in the incident."""
FIELDS = (
    "number", "what", "going_on", "severity", "happened_at", "discovered_at", "known_at", "assessed_at", "contained_at",
    "restored_at", "supplier", "cost", "high_risk", "sector",
)  # fmt: skip
"""Fields of the incident that answer by themselves."""


class Told:
    """An incident and one of its clocks, read by one person: what the sources ask of. Each table is asked once."""

    def __init__(self, incident: Incident, clock: LegalClock, look: Reading) -> None:
        self.incident, self.clock, self.look = incident, clock, look
        look.prepare([incident], [*FIELDS, "unit"])
        self._rows: dict[type[Record], list[Any]] = {}

    def field(self, row: Record, name: str) -> str:
        """A value as the reader reads it; "" for what is empty, masked or sealed."""
        return self.look.shown(row, name).text

    def rows(self, record_type: Any, *names: str) -> list[Any]:
        """The newest rows that belong to the incident, ready to be read; the oldest of them first."""
        if record_type not in self._rows:
            mine = record_type.select().where(record_type.incident == self.incident)
            self._rows[record_type] = list(mine.order_by(record_type.id.desc()).limit(MOST))[::-1]
            self.look.prepare(self._rows[record_type], names)
        return self._rows[record_type]

    def impacts(self) -> list[Any]:
        """What was hit; in a nämnd's own report only what is that nämnd's."""
        whose = self.clock.controller_id
        return [row for row in self.rows(Impact, "unit") if whose is None or controller(row.unit).id == whose]

    def entries(self, kind: EntryKind) -> Iterator[str]:
        found, _ = timeline.entries(self.look.actor, self.incident, self.look.at, kind=kind, most=MOST)
        self.look.prepare(found, ())
        for entry in reversed(found):
            if text := self.field(entry, "text"):
                yield f"{self.field(entry, 'happened_at')}: {text}"


Source = Callable[[Told], Iterable[str]]


def _own(name: str) -> Source:
    return lambda told: [told.field(told.incident, name)]


def _each(record_type: Any, name: str) -> Source:
    """One field of every row of a kind."""
    return lambda told: [told.field(row, name) for row in told.rows(record_type)]


def _said(told: Told, row: Record, *names: str) -> str:
    """Several fields of a row with their names, those that are filled in."""
    kinds = type(row).kinds()
    filled = ((told.look.say(kinds[name].label), told.field(row, name)) for name in names)
    return "; ".join(f"{label}: {text}" for label, text in filled if text)


def _kinds_hit(told: Told) -> Iterator[str]:
    for name in ("confidentiality", "integrity", "availability"):
        if told.incident.__data__[name]:
            yield told.look.say(Incident._meta.fields[name].label)


def _causes(told: Told) -> Iterator[str]:
    for name in ("category", "also"):
        yield told.field(told.incident, name)


def _deliberate(told: Told) -> Iterator[str]:
    """Where the category says that somebody meant harm; of any other nothing is known by it."""
    shown = (told.field(told.incident, name) for name in ("category", "also")
             if told.incident.__data__.get(name) in HARMFUL)  # fmt: skip
    yield from (f"Ja, misstänks: {word}" for word in shown if word)


def _systems(told: Told) -> Iterator[str]:
    for name in ("service", "system"):
        yield told.field(told.incident, name)


def _impacts(told: Told) -> Iterator[str]:
    for row in told.impacts():
        yield _said(told, row, "unit", "service", "limited_hours", "workaround_hours")


def _persons(told: Told) -> Iterator[str]:
    for row in told.impacts():
        if told.field(row, "persons"):
            yield _said(told, row, "unit", "persons")


def _course(told: Told) -> Iterator[str]:
    yield told.field(told.incident, "what")
    yield from (told.field(row, "happened") for row in told.rows(AfterAction))


def _decisions(told: Told) -> Iterator[str]:
    for row in told.rows(IncidentDecision):
        yield f"{told.field(row, 'decided_at')}, {told.field(row, 'decided_by')}: {told.field(row, 'decision')}"


def _references(told: Told, *kinds: ReferenceKind) -> Iterator[str]:
    for row in told.rows(Reference):
        if not kinds or row.kind in kinds:
            yield f"{told.field(row, 'kind')}: {told.field(row, 'number')} ({told.field(row, 'on')})"


def _sent_before(told: Told) -> Iterator[str]:
    for clock in clocks.of(told.incident):
        if clock.state is ClockState.SENT and clock.id != told.clock.id and not clock.hushed:
            told.look.prepare([clock], ())
            receipt = told.field(clock, "receipt")
            yield f"{clock.rule.name}: {word(clock.sent_at, told.look.locale)}" + (f" ({receipt})" if receipt else "")


def _controller(told: Told) -> Iterator[str]:
    yield told.clock.controller.name if told.clock.controller_id else authority(told.incident)


def _measures(told: Told) -> Iterator[str]:
    mine = (Measure.source_type == Incident.declared.slug) & (Measure.source_uid == told.incident.uid)
    found = list(Measure.select().where(mine).order_by(Measure.id).limit(MOST))
    told.look.prepare(found, ())
    for row in found:
        yield f"{told.field(row, 'title')} ({told.field(row, 'state')})"


def _informed(told: Told) -> Iterator[str]:
    """What the clock of article 34 came to."""
    for clock in clocks.of(told.incident):
        if clock.rule.code == "GDPR-34" and clock.controller_id == told.clock.controller_id:
            when = f" {word(clock.sent_at, told.look.locale)}" if clock.sent_at else ""
            yield "Inte ännu." if clock.is_waiting else told.look.say(clock.state) + when


def _why_late(told: Told) -> Iterator[str]:
    """Needed only where it is late; the reason stands among the decisions."""
    if told.clock.due_at is None or (told.clock.sent_at or told.look.at) <= told.clock.due_at:
        yield "Inom tiden."
    else:
        yield from _decisions(told)


SOURCES: dict[str, Source] = {name: _own(name) for name in FIELDS} | {
    "causes": _causes,
    "deliberate": _deliberate,
    "kinds_hit": _kinds_hit,
    "systems": _systems,
    "impacts": _impacts,
    "persons": _persons,
    "data_kinds": lambda told: [told.field(row, "data_kind") for row in told.impacts()],
    "others": lambda told: [told.field(row, "others") for row in told.impacts()],
    "seen": lambda told: told.entries(EntryKind.SEEN),
    "done": lambda told: told.entries(EntryKind.DONE),
    "course": _course,
    "decisions": _decisions,
    "references": _references,
    "police_reference": lambda told: _references(told, ReferenceKind.POLICE),
    "sent_before": _sent_before,
    "controller": _controller,
    "root_cause": _each(AfterAction, "root_cause"),
    "failed_control": _each(AfterAction, "failed_control"),
    "lessons": _each(AfterAction, "lessons"),
    "measures": _measures,
    "informed": _informed,
    "why_late": _why_late,
}
"""Every source that a sheet may name."""

FILLED: dict[str, str] = dict.fromkeys(FIELDS, "andra") | {
    "number": "", "what": "lage#ny", "going_on": "lage#ny", "discovered_at": "",
    "causes": "andra", "deliberate": "andra", "kinds_hit": "andra", "systems": "andra",
    "impacts": "drabbade/ny", "persons": "drabbade/ny", "data_kinds": "drabbade/ny", "others": "drabbade/ny",
    "seen": "lage#ny", "done": "lage#ny", "course": "lage#ny", "decisions": "incidentbeslut/ny",
    "references": "referenser/ny", "police_reference": "referenser/ny", "sent_before": "", "controller": "andra",
    "root_cause": "efteranalyser/ny", "failed_control": "efteranalyser/ny", "lessons": "efteranalyser/ny",
    "measures": "atgarder/ny", "informed": "", "why_late": "incidentbeslut/ny",
}  # fmt: skip
"""Where beneath the incident's page that which a source lacks is written; "" where it comes by itself."""
