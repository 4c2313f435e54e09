"""Makers of incidents, as `makers` are of everything else: a report, its triage, and one of every type."""

import datetime as dt
from typing import Any

from models.common import Unit
from models.exercises import DrillScenario, Inject
from models.incidents import (
    TRIAGE,
    AfterAction,
    Answer,
    Category,
    ClockRule,
    EntryKind,
    EscalationGround,
    Impact,
    Incident,
    IncidentDecision,
    IncidentThreshold,
    LegalClock,
    Reference,
    ReferenceKind,
    Severity,
    TimelineEntry,
    Told,
)
from models.people import Actor
from models.record import Record
from models.words import Role
from tests import makers
from tests.makers import AT, OFFICE, TODAY
from tracker.acts import exercise_mode, installing
from tracker.acts.incidents import alerting, escalating, reporting
from tracker.acts.incidents import installing as rules
from tracker.spine import records


def ready() -> None:
    """The rules of the clocks and the thresholds, as every municipality begins."""
    installing.targets(OFFICE, AT)
    rules.install(OFFICE, AT)


def coordinator() -> Actor:
    return makers.acting(Role.INFOSEC)


def incident(*, by: Actor | None = None, at: dt.datetime = AT, sealed: bool = False, **values: Any) -> Incident:
    """As it was first reported, discovered an hour ago unless said."""
    given = dict(what="Journalsystemet svarar inte.", service="Journalsystemet", going_on=Answer.YES)
    given |= {"discovered_at": at - dt.timedelta(hours=1)}
    return reporting.report(by or makers.acting(Role.EMPLOYEE), given | values, at, sealed)


def triaged(made: Incident | None = None, by: Actor | None = None, *, at: dt.datetime = AT, **answers: Any) -> Incident:
    """With the triage answered; significant unless said, so that the law's clocks run."""
    row = made or incident(at=at)
    significant = answers.get("significant", Answer.YES) is Answer.YES
    given = dict.fromkeys(TRIAGE) | dict(
        name="Avbrott hos leverantör", category=Category.FAULT, severity=Severity.SIGNIFICANT, known_at=row.known_at,
        supplier_incident=Answer.NO, personal_data=Answer.NO, significant=Answer.YES, unit=row.unit_id,
        assessed_at=at if significant else None, confidentiality=False, integrity=False, availability=True,
    )  # fmt: skip
    return makers.moved(row, "triage", by or coordinator(), at=at, **given | answers)  # type: ignore[return-value]


def clocks_of(row: Record) -> dict[str, LegalClock]:
    """An incident's clocks by the code of their rule."""
    return {clock.rule.code: clock for clock in LegalClock.select().where(LegalClock.incident == row.id)}


def entry(whole: Record, by: Actor, text: str = "Larm från övervakningen.", at: dt.datetime = AT) -> TimelineEntry:
    return records.add(by, TimelineEntry, dict(incident=whole.id, happened_at=at, kind=EntryKind.SEEN, text=text), at)  # type: ignore[return-value]


def incidents(unit: Unit) -> dict[str, Record]:
    """One record of every type of incidents, by slug."""
    ready()
    by = coordinator()
    row = triaged(by=by, unit=unit.id)
    decision = dict(incident=row.id, decided_at=AT, decision="Anmäls.", because="Över tröskeln.", decided_by="CISO")
    review = dict(incident=row.id, held_on=TODAY, happened="Ett avbrott.", root_cause="En disk.", lessons="Prova mer.")
    made = [
        row, ClockRule.select().first(), IncidentThreshold.select().first(), clocks_of(row)["CSL-24"], entry(row, by),
        alerting.alert(by, row.uid.hex, Told.TIB, EscalationGround.SERIOUS, AT, "Telefon", at=AT),
        escalating.answer(by, row.uid.hex, EscalationGround.SERIOUS, [Answer.YES, Answer.NO], at=AT),
        records.add(by, Impact, dict(incident=row.id, unit=unit.id, personal_data=Answer.NO), AT),
        records.add(by, IncidentDecision, decision, AT),
        records.add(by, Reference, dict(incident=row.id, kind=ReferenceKind.PORTAL, number="C-1", on=TODAY), AT),
        records.add(by, AfterAction, review, AT),
    ]  # fmt: skip
    made += _played(unit, by)
    return {one.declared.slug: type(one).get_by_id(one.id) for one in made}


def _played(unit: Unit, by: Actor) -> list[Record]:
    """A scenario that nobody has played, with an inject; and the playing of another."""
    exercise_mode.install(OFFICE, AT)
    free, played = DrillScenario.select().order_by(DrillScenario.id)
    run = exercise_mode.begin(by, makers.exercise(unit).uid.hex, played, AT)
    return [run, free, Inject.get(Inject.scenario == free)]
