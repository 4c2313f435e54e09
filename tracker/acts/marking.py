"""Marking a field of a record as secret (OSL 5:5): a warning to those who keep it, never the decision."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from models.happenings import Verb
from models.measures import Mark
from models.people import Actor
from models.record import Record
from models.words import Act, Message, Problem
from tracker.language import today
from tracker.laws import ledger, policy
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing, Refused

PROVISIONS = Path(__file__).parent.parent / "data" / "provisions.yaml"


@dataclass(frozen=True)
class Provision:
    """A provision that a mark can name, with what it protects in both languages."""

    code: str
    sv: str
    en: str


@cache
def provisions() -> tuple[Provision, ...]:
    """Those that the municipality chooses from; others are written."""
    said = yaml.safe_load(PROVISIONS.read_text(encoding="utf-8"))
    return tuple(Provision(**each) for each in said["provisions"])


def mark(actor: Actor, row: Record, field: str, provision: str, at: dt.datetime) -> Mark:
    """Marks one field of one record as secret. Raises Refused, Invalid."""
    if not policy.may(actor, row.declared.register, Act.MARK):
        raise Refused
    if field not in type(row).markable():
        raise Invalid([Problem("field", Message("Choose one of the alternatives."))])
    made = unsaved(actor, row, field, provision, at)
    records.check(Mark, made, None)
    with ledger.act(actor, Verb.MARKED, row, at=at, facts={"field": field}) as act:
        act.save(made)
        for other, name in row.echoes(field):
            act.save(unsaved(actor, other, name, provision, at))
    return made


def marks_of(row: Record, day: dt.date) -> list[Mark]:
    """The marks that stand on a record on a day."""
    mine = Mark.of(row._meta.table_name, day) & (Mark.about_uid == row.uid)
    return list(Mark.select().where(mine).order_by(Mark.id))


def lift(actor: Actor, row: Record, field: str, at: dt.datetime) -> None:
    """Lifts the marks on a field, and on where its words stand again. Raises Refused; Missing when there is none."""
    if not policy.may(actor, row.declared.register, Act.MARK):
        raise Refused
    places = [(row, field), *row.echoes(field)]
    marks = [mark for other, name in places for mark in marks_of(other, today(at)) if mark.field == name]
    if not marks:
        raise Missing
    with ledger.act(actor, Verb.UNMARKED, row, at=at, facts={"field": field}) as act:
        for mark in marks:
            mark.lifted_on = today(at)
            act.save(mark)


def unsaved(actor: Actor, row: Record, field: str, provision: str, at: dt.datetime) -> Mark:
    """A mark that is not saved yet, for an act of its own."""
    about = dict(about_type=row._meta.table_name, about_uid=row.uid, field=field)
    return Mark(**about, provision=provision, on=today(at), by=actor.name)
