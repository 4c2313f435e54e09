"""The first report: what, when noticed, which service, is it still going on. Anybody signed in makes it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from peewee import IntegrityError, fn

from models.happenings import Verb
from models.incidents import Incident
from models.kinds import EMPTY
from models.people import Actor
from models.protective_security import Deposit
from models.words import Act, Message, Problem, Register
from tracker.acts.vault import deposits
from tracker.language import today as day_of
from tracker.laws import ledger, policy
from tracker.spine.errors import Invalid, Refused

ASKED = ("what", "discovered_at", "service", "going_on")
REAL, DRILL = "INC", "ÖVN"
TRIES = 5


def report(actor: Actor, values: Mapping[str, Any], at: dt.datetime, sealed: bool = False) -> Incident:
    """Makes an incident out of a first report. `sealed`: only the säkerhetsskyddschef reads what it says.

    Raises Refused, Invalid; for a sealed one also NoVault and NotPinned.
    """
    if actor.id is None or not policy.may(actor, Register.INCIDENTS, Act.REPORT):
        raise Refused
    row = unsaved(values, at, reporter=actor.id, unit=actor.unit)
    problems = list(_problems(row, at))
    if problems:
        raise Invalid(problems)
    if sealed:
        row.sealed_report = _sealed(actor, row, at).id
        row.what = row.service = None
    return save(actor, row, at)


def unsaved(values: Mapping[str, Any], at: dt.datetime, **more: Any) -> Incident:
    """An incident as it is first told. Until somebody says otherwise, whoever discovered it made it known."""
    given = {name: values.get(name) for name in ASKED}
    return Incident(**given, **more, known_at=given["discovered_at"], reported_on=day_of(at), reported_at=at)


def save(actor: Actor, row: Incident, at: dt.datetime) -> Incident:
    """Gives the incident its number and saves it; two at once get one each."""
    for _ in range(TRIES):
        row.number = next_number(row, at)
        try:
            with ledger.act(actor, Verb.REPORTED, row, at=at) as act:
                act.save(row)
        except IntegrityError:
            row.id, row.version = None, 0
            continue
        return row
    raise Invalid([Problem("", Message("Many reports came at once. Send yours again."))])


def _problems(row: Incident, at: dt.datetime) -> Any:
    for name in ASKED:
        kind = Incident._meta.fields[name]
        value = row.__data__.get(name)
        wrong = EMPTY if value in (None, "") and name != "service" else kind.problem(value)
        if wrong:
            yield Problem(name, wrong)
    if row.discovered_at and row.discovered_at > at:
        yield Problem("discovered_at", Message("This is for what has happened: choose a time that has come."))


def next_number(row: Incident, at: dt.datetime) -> str:
    """The next of its kind this year, such as INC-2026-0042."""
    begins = f"{DRILL if row.drill else REAL}-{day_of(at).year}-"
    last = Incident.select(fn.MAX(Incident.number)).where(Incident.number.startswith(begins)).scalar()
    return f"{begins}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"


def _sealed(actor: Actor, row: Incident, at: dt.datetime) -> Deposit:
    return deposits.send(actor, f"{row.what}\n\n{row.service or ''}".strip(), b"", at=at)
