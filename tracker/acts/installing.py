"""What a municipality has from its first day: checklists, the programme and the time limits, all its own to change."""

import datetime as dt

from models.fire_safety import Severity, SeverityLimit
from models.happenings import Verb
from models.integrity import Aim, AnchoringTarget
from models.people import Actor
from models.programme import Programme
from tracker.acts import checklists, guarding, programmes
from tracker.language import today as day_of
from tracker.laws import ledger

LIMITS = {Severity.ACUTE: 0, Severity.SERIOUS: 7, Severity.MINOR: 30, Severity.IMPROVEMENT: 90}
"""Days per severity. A proposal of practice, not law: shown with its source until the municipality confirms it."""

AIMS = {Aim.SIGNED: 90, Aim.SIGNED_PARTLY: 30, Aim.COVERAGE: 80, Aim.MONTHS: 24}
"""The targets of programme point 4.3-U2 and how long an anchoring lasts: proposals too, not law."""


def is_installed() -> bool:
    return Programme.select().exists()


def install(actor: Actor, at: dt.datetime) -> None:
    """Puts the shipped data in place, once."""
    if is_installed():
        return
    checklists.install(actor, at)
    limits(actor, at)
    guarding.install(actor, at)
    targets(actor, at)
    programmes.install(actor, at)


def limits(actor: Actor, at: dt.datetime) -> None:
    """The time limits that deficiencies begin with."""
    rows = [
        SeverityLimit(severity=severity, days=days, source="Förslag ur praxis, ej bekräftat", checked_on=day_of(at))
        for severity, days in LIMITS.items()
    ]
    with ledger.act(actor, Verb.INSTALLED, rows[0], at=at) as act:
        for row in rows:
            act.save(row)


def targets(actor: Actor, at: dt.datetime) -> None:
    """The targets that the anchoring is measured by; also those that a later version of Värna brought, once each."""
    there = {row.aim for row in AnchoringTarget.select(AnchoringTarget.aim)}
    rows = [
        AnchoringTarget(aim=aim, amount=amount, source="Förslag ur programmet, ej bekräftat", checked_on=day_of(at))
        for aim, amount in AIMS.items()
        if aim not in there
    ]
    if rows:
        with ledger.act(actor, Verb.INSTALLED, rows[0], at=at) as act:
            for row in rows:
                act.save(row)
