"""What guarding begins with: the criteria of a review and response classes."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import yaml

from models.guarding import Criterion, ResponseClass
from models.happenings import Verb
from models.people import Actor
from models.record import Record
from models.words import Act, Register
from tracker.language import today as day_of
from tracker.laws import ledger, policy
from tracker.spine.errors import Refused

SHIPPED = Path(__file__).parent.parent / "data" / "guarding.yaml"


def install(actor: Actor, at: dt.datetime) -> None:
    """Puts the shipped rows in place where there are none; a kind of row that is there is the municipality's own."""
    if actor.id is not None and not policy.may(actor, Register.GUARDING, Act.DECIDE):
        raise Refused
    rows = [row for kind in (_criteria, _classes) for row in kind(day_of(at))]
    if rows:
        with ledger.act(actor, Verb.INSTALLED, rows[0], at=at) as act:
            for row in rows:
                act.save(row)


def _criteria(day: dt.date) -> Iterator[Record]:
    if Criterion.select().exists():
        return
    said = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    for number, criterion in enumerate(said["criteria"], 1):
        yield Criterion(number=number, text=criterion["text"], in_use=True, source=said["source"], checked_on=day)


def _classes(day: dt.date) -> Iterator[Record]:
    if ResponseClass.select().exists():
        return
    said = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    for name, minutes in said["classes"]:
        yield ResponseClass(name=name, minutes=minutes, source=said["source"], checked_on=day)
