"""Orders (uppdrag) as their recipients know them: a number and a day, and one answer. The register stays closed."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from models.happenings import Verb
from models.people import Actor
from models.protective_security import OrderState, ProtectiveMeasure, SecurityOrder
from models.words import Act, Register
from tracker.language import today
from tracker.laws import ledger, policy
from tracker.spine.errors import Missing, Refused
from tracker.spine.records import as_uid


@dataclass(frozen=True)
class Order:
    """All that a recipient sees: its name in an address, the measure's number, and the day it was sent."""

    uid: str
    reference: str
    sent_on: dt.date


def waiting(actor: Actor) -> Iterator[Order]:
    """The orders that are this person's to answer, the oldest first."""
    if actor.id is None or not policy.may(actor, Register.PROTECTIVE_SECURITY, Act.ANSWER):
        return
    asked = SecurityOrder.select(SecurityOrder.uid, ProtectiveMeasure.code, SecurityOrder.sent_on)
    mine = asked.join(ProtectiveMeasure).where(SecurityOrder.waits_for(actor.id))
    for uid, reference, sent_on in mine.order_by(SecurityOrder.sent_on, SecurityOrder.id).tuples():
        yield Order(uid.hex, reference, sent_on)


def answer(actor: Actor, uid: str, at: dt.datetime) -> Order:
    """Answers that an order is carried out. Raises Refused, Missing (also when it is another's), Conflict, NoTurn."""
    if actor.id is None or not policy.may(actor, Register.PROTECTIVE_SECURITY, Act.ANSWER):
        raise Refused
    name = as_uid(uid)
    mine = (SecurityOrder.uid == name) & SecurityOrder.waits_for(actor.id)
    row = SecurityOrder.get_or_none(mine) if name else None
    if row is None:
        raise Missing
    row.state, row.answered_on = OrderState.ANSWERED, today(at)
    with ledger.act(actor, Verb.ANSWERED, row, at=at) as act:
        act.save(row)
    return Order(row.uid.hex, row.measure.code, row.sent_on)
