"""Which clocks an incident's answers and times call for: worked out anew from the facts after each change of them.

So the order in which the facts come is of no consequence. Nothing that was called for goes away by itself, and what
has its outcome stands as it was.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from models.incidents.clocks import ClockRule, LegalClock
from models.incidents.incidents import Incident
from models.incidents.masking import controller, over_all
from models.incidents.parts import Impact
from models.incidents.words import OPEN_CLOCK, OVER, Answer, ClockState, Trigger
from models.record import Record

ANSWER = {
    Trigger.SIGNIFICANT: "significant",
    Trigger.PERSONAL_DATA: "personal_data",
    Trigger.HIGH_RISK: "high_risk",
    Trigger.SECURITY_SENSITIVE: "security_sensitive",
    Trigger.POLICE: "police",
}
"""Which answer of the triage each trigger looks at; `sector` is any sector."""
ANSWERS = (*ANSWER, Trigger.SECTOR)
"""What counts from the incident's own times."""


def counted_from(incident: Incident) -> dt.datetime:
    """The earliest that the law allows: kännedom (the discovery, while nobody said), or an earlier assessment."""
    known = incident.known_at or incident.discovered_at
    return min(known, incident.assessed_at or known)


def called_for(whole: int, today: dt.date) -> Iterator[Record]:
    """The clocks of an incident (its id) that follow its times, its new ones, and the marks that these bring.

    To be asked in an act that holds the incident's row: two at once would each start the same clock.
    """
    incident = Incident.get_by_id(whole)
    if incident.state in OVER:
        return
    there = list(LegalClock.select().where(LegalClock.incident == whole).order_by(LegalClock.id))
    for clock in there:
        _follow(incident, clock)
    new = [clock for rule in _rules() for clock in _begun(incident, rule, there)]
    yield from (clock for clock in there if clock.state in OPEN_CLOCK)
    yield from new
    yield from _marks(incident, new, today)


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


def _follow(incident: Incident, clock: LegalClock) -> None:
    """Lets an open clock count from what the incident says now."""
    if clock.state in OPEN_CLOCK and (start := _times(incident, clock.trigger)):
        clock.started_at = start
        clock.set_off()


def _times(incident: Incident, trigger: Trigger) -> dt.datetime | None:
    """Which of the incident's own times a trigger counts from, if any."""
    if trigger in ANSWERS:
        return counted_from(incident)
    return incident.restored_at if trigger is Trigger.HANDLED else None


def _rules() -> list[ClockRule]:
    return list(ClockRule.select().where(ClockRule.in_use == True).order_by(ClockRule.position))  # noqa: E712


def _begun(incident: Incident, rule: Any, there: list[Any]) -> Iterator[LegalClock]:
    """The clocks of a rule that are called for and not there. One that had no nämnd becomes the first that is named."""
    mine = [clock for clock in there if clock.rule_id == rule.id]
    start = _start(incident, rule, there)
    if start is None:
        return
    theirs = {clock.controller_id for clock in mine}
    wanted: list[Any] = sorted(_controllers(incident, rule)) if rule.per_controller else []
    nobodys = [clock for clock in mine if clock.controller_id is None and clock.state in OPEN_CLOCK]
    for whose in wanted or ([] if mine else [None]):
        if whose in theirs:
            continue
        if whose is not None and nobodys:
            nobodys.pop().controller = whose
        else:
            yield clock_of(incident, rule, start, whose)


def _start(incident: Incident, rule: Any, there: list[Any]) -> dt.datetime | None:
    """What a rule's clock counts from in this incident; None while nothing calls for it."""
    sent = [clock for clock in there if clock.rule_id == rule.after_id and clock.state is ClockState.SENT]
    if rule.trigger is Trigger.SENT:
        return min((clock.sent_at for clock in sent), default=None)
    if rule.trigger is Trigger.HANDLED:
        return incident.restored_at if any(clock.as_status for clock in sent) else None
    return counted_from(incident) if _answered(incident, rule.trigger) else None


def _answered(incident: Incident, trigger: Trigger) -> bool:
    if trigger is Trigger.SECTOR:
        return incident.sector is not None
    if trigger is Trigger.PERSONAL_DATA and _hit(incident).exists():
        return True
    return trigger in ANSWER and incident.__data__.get(ANSWER[trigger]) is Answer.YES


def _controllers(incident: Incident, rule: ClockRule) -> set[int]:
    """Each nämnd whose personal data a hit unit holds; and the incident's own, if its own answer says so."""
    units = [impact.unit for impact in _hit(incident)]
    if incident.unit and incident.__data__.get(ANSWER.get(rule.trigger, "")) is Answer.YES:
        units.append(incident.unit)
    return {controller(unit).id for unit in units}


def _hit(incident: Incident) -> Any:
    return Impact.select().where((Impact.incident == incident) & (Impact.personal_data == Answer.YES))


def _marks(incident: Incident, new: list[LegalClock], today: dt.date) -> Iterator[Record]:
    words = next((clock.rule.provision for clock in new if clock.rule.provision), None)
    if words:
        yield from over_all(incident, words, today)
