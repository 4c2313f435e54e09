"""The clocks of an incident, and one that somebody starts by hand, because an authority asks for a report.

All others start by themselves, from the answer, the activity hit or the report that they count from: a start of one's
own choosing would be a second answer to when they are due.
"""

import datetime as dt

from models.common import Unit
from models.happenings import Verb
from models.incidents import ClockRule, Incident, LegalClock, Length, Trigger, clock_of
from models.incidents.masking import controller, over_all
from models.people import Actor
from models.words import Act, Message, Problem
from tracker.language import today
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused

SOMEBODY_ELSE = Message("Somebody else was first: the clock runs already, or the incident is closed.")


def of(incident: Incident) -> list[LegalClock]:
    """Its clocks, each with its rule: those without an outcome first, and of them what is most urgent."""
    rows = LegalClock.select(LegalClock, ClockRule).join(ClockRule).where(LegalClock.incident == incident)
    return sorted(rows, key=_urgency)


def _urgency(clock: LegalClock) -> tuple[bool, dt.datetime, int]:
    """Promptly is now: where no time is set, it is due as it starts."""
    return not clock.is_waiting, clock.due_at or clock.started_at, clock.rule.position


def by_hand() -> list[ClockRule]:
    """The rules that may be started by hand."""
    rows = ClockRule.select().where((ClockRule.in_use == True) & (ClockRule.trigger == Trigger.BY_HAND))  # noqa: E712
    return list(rows.order_by(ClockRule.position))


def start(
    actor: Actor,
    uid: str,
    rule: ClockRule,
    started_at: dt.datetime,
    stated: dt.datetime | None,
    unit: Unit | None,
    at: dt.datetime,
) -> LegalClock:
    """Starts a clock of `rule` from `started_at`; `stated` is the time that an authority asked for.

    Raises Missing, Refused, Invalid, NoTurn.
    """
    incident: Incident = records.find(actor, Incident, uid, Act.DECIDE, at)
    if incident.is_locked:
        raise Refused(Message("The incident is closed: open it again first."))
    if problems := list(_problems(rule, started_at, stated, at)):
        raise Invalid(problems)
    whose = controller(unit).id if unit and rule.per_controller else None
    clock = clock_of(incident, rule, started_at, whose, stated)
    if problems := list(LegalClock.problems(clock.__data__)):
        raise Invalid(problems)
    try:
        with ledger.act(actor, Verb.CLOCK_STARTED, clock, at=at) as act:
            act.save(clock)
            if rule.provision:
                for mark in over_all(incident, rule.provision, today(at)):
                    act.save(mark)
    except ledger.Clash:  # meanwhile it was closed, or somebody else started the same
        raise Invalid([Problem("", SOMEBODY_ELSE)]) from None
    return clock


def _problems(rule: ClockRule, start: dt.datetime, stated: dt.datetime | None, at: dt.datetime):  # type: ignore[no-untyped-def]
    if rule.trigger is not Trigger.BY_HAND or not rule.in_use:
        yield Problem("rule", Message("This clock starts by itself, from the incident's answers and times."))
    if start > at:
        yield Problem("started_at", Message("This is for what has happened: choose a time that has come."))
    if rule.unit is Length.STATED and stated is None:
        yield Problem("due_at", Message("Say by when the authority asks for it."))
    if rule.unit is not Length.STATED and stated is not None:
        yield Problem("due_at", Message("The rule says when this is due: leave it empty."))
    if stated is not None and stated <= start:
        yield Problem("due_at", Message("This cannot come before the time it follows on."))
