"""What a municipality has from its first day: checklists, the programme and the time limits, all its own to change."""

import datetime as dt

from models.exercises import ExerciseTarget
from models.fire_safety import Severity, SeverityLimit
from models.guarding import GuardingTarget
from models.happenings import Verb
from models.incidents import IncidentThreshold
from models.integrity import AnchoringTarget
from models.people import Actor
from models.programme import Programme
from models.targets import Target
from tracker.acts import checklists, guarding, programmes
from tracker.acts.incidents import installing as incidents
from tracker.language import today as day_of
from tracker.laws import ledger

LIMITS = {Severity.ACUTE: 0, Severity.SERIOUS: 7, Severity.MINOR: 30, Severity.IMPROVEMENT: 90}
"""Days per severity. A proposal of practice, not law: shown with its source until the municipality confirms it."""

TARGETS: dict[type[Target], str] = {
    GuardingTarget: "Förslag ur praxis, ej bekräftat",
    AnchoringTarget: "Förslag ur programmet, ej bekräftat",
    IncidentThreshold: "MCFFS 2026:8 enligt sekundärkällor, och praxis; ej bekräftat",
    ExerciseTarget: "Förslag ur programmet, ej bekräftat",
}
"""What registers are measured against, and whose proposal it is until the municipality confirms it."""


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
    incidents.install(actor, at)
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
    """What registers are measured against; also the targets that a later version of Värna brought, once each."""
    for kind, source in TARGETS.items():
        there = {row.aim for row in kind.select(kind.aim)}
        rows = [
            kind(aim=aim, amount=amount, source=source, checked_on=day_of(at))
            for aim, amount in kind.proposed.items()
            if aim not in there
        ]
        if rows:
            with ledger.act(actor, Verb.INSTALLED, rows[0], at=at) as act:
                for row in rows:
                    act.save(row)
