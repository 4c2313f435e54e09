"""Which clocks an incident's answers and times call for. Nothing that was called for goes away by itself."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from models.incidents.clocks import ClockRule, LegalClock
from models.incidents.incidents import Incident
from models.incidents.masking import controller, over_all
from models.incidents.parts import Impact
from models.incidents.words import OPEN_CLOCK, Answer, ClockState, Trigger
from models.record import Record

ANSWER = {
    Trigger.SIGNIFICANT: "significant",
    Trigger.PERSONAL_DATA: "personal_data",
    Trigger.HIGH_RISK: "high_risk",
    Trigger.SECURITY_SENSITIVE: "security_sensitive",
    Trigger.POLICE: "police",
}
"""Which answer of the triage each trigger looks at; `sector` is any sector."""


def counted_from(incident: Incident) -> dt.datetime:
    """The earliest that the law allows: kännedom, or when it was assessed if that came first; else the discovery."""
    known = [at for at in (incident.known_at, incident.assessed_at) if at is not None]
    return min(known, default=incident.discovered_at)


def called_for(incident: Incident, today: dt.date) -> Iterator[Record]:
    """The new clocks of an incident, those whose start has moved, and the marks that a new one brings."""
    there = list(LegalClock.select().where(LegalClock.incident == incident))
    started = counted_from(incident)
    for clock in there:
        if clock.state in OPEN_CLOCK and clock.trigger in (*ANSWER, Trigger.SECTOR) and clock.started_at != started:
            clock.started_at = started
            clock.set_off()
            yield clock
    new = [clock for rule in _rules() for clock in _begun(incident, rule, there, started)]
    yield from new
    yield from _marks(incident, new, today)


def after_sending(sent: LegalClock, today: dt.date) -> Iterator[Record]:
    """What is counted from a report that was sent."""
    if sent.state is not ClockState.SENT:
        return
    there = list(LegalClock.select().where(LegalClock.incident == sent.incident))
    incident = sent.incident
    for rule in _rules():
        if rule.__data__["after"] != sent.__data__["rule"] or _is_there(rule, None, there):
            continue
        if rule.trigger is Trigger.SENT:
            yield clock_of(incident, rule, sent.sent_at)
        elif rule.trigger is Trigger.HANDLED and sent.as_status and incident.restored_at:
            yield clock_of(incident, rule, max(incident.restored_at, sent.sent_at))


def by_impact(impact: Impact) -> Iterator[Record]:
    """The clock of the nämnd whose personal data a hit unit holds."""
    incident = impact.incident
    if impact.personal_data is not Answer.YES:
        return
    there = list(LegalClock.select().where(LegalClock.incident == incident))
    for rule in _rules():
        if rule.trigger is Trigger.PERSONAL_DATA:
            whose = controller(impact.unit).id if rule.per_controller else None
            if not _is_there(rule, whose, there):
                yield clock_of(incident, rule, counted_from(incident), whose)


def clock_of(
    incident: Incident, rule: ClockRule, start: dt.datetime, whose: int | None = None, stated: dt.datetime | None = None
) -> LegalClock:
    """A clock as the rule says today; a later change of the rule does not move it. `stated` is the authority's time."""
    clock = LegalClock(
        incident=incident.id, rule=rule.id, controller=whose, trigger=rule.trigger, length=rule.length, unit=rule.unit,
        started_at=start, due_at=stated, hushed=rule.hushed, drill=incident.drill,
    )  # fmt: skip
    clock.set_off()
    return clock


def _rules() -> list[ClockRule]:
    return list(ClockRule.select().where(ClockRule.in_use == True).order_by(ClockRule.position))  # noqa: E712


def _begun(incident: Incident, rule: ClockRule, there: list[LegalClock], start: dt.datetime) -> Iterator[LegalClock]:
    trigger = rule.trigger
    if trigger is Trigger.HANDLED:
        status = any(clock.__data__["rule"] == rule.__data__["after"] and clock.as_status for clock in there)
        if status and incident.restored_at and not _is_there(rule, None, there):
            yield clock_of(incident, rule, incident.restored_at)
        return
    answered = incident.__data__.get(ANSWER[trigger]) is Answer.YES if trigger in ANSWER else False
    if not answered and not (trigger is Trigger.SECTOR and incident.sector is not None):
        return
    for whose in _controllers(incident) if rule.per_controller else [None]:
        if not _is_there(rule, whose, there):
            yield clock_of(incident, rule, start, whose)


def _controllers(incident: Incident) -> list[int | None]:
    """Each nämnd whose personal data are hit; while no unit is named, the incident's own."""
    hit = Impact.select().where((Impact.incident == incident) & (Impact.personal_data == Answer.YES))
    found: list[Any] = sorted({controller(row.unit).id for row in hit})
    if found:
        return found
    return [controller(incident.unit).id if incident.unit else None]


def _is_there(rule: ClockRule, whose: int | None, there: list[LegalClock]) -> bool:
    return any(clock.__data__["rule"] == rule.id and clock.__data__["controller"] == whose for clock in there)


def _marks(incident: Incident, new: list[LegalClock], today: dt.date) -> Iterator[Record]:
    words = next((clock.rule.provision for clock in new if clock.rule.provision), None)
    if words:
        yield from over_all(incident, words, today)
