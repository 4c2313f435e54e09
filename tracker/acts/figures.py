"""Figures of guarding coming in: either all of a delivery count, or none of them does."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from models.guarding import Contract, DeliveryState, FigureBatch, FigureDelivery, MonthlyFigure, Origin
from models.happenings import Verb
from models.people import Actor
from models.words import Act, Register
from tracker.laws import ledger, policy
from tracker.spine.errors import Refused

TOGETHER = 1000
"""Rows written in one act: a fraction of a second, so that nobody else's writing waits for a long file."""


def receive(
    actor: Actor,
    contract: Contract,
    figures: Iterable[MonthlyFigure],
    at: dt.datetime,
    *,
    origin: Origin = Origin.TYPED,
    fingerprint: str | None = None,
    left_out: Callable[[], int] = lambda: 0,
    progress: Callable[[int], None] = lambda rows: None,
) -> FigureDelivery | None:
    """Writes a delivery of figures that were checked before; None when there are none. Raises Refused and NoTurn.

    What is cut off on its way stays as a delivery that did not come in whole, of which nothing counts. `progress` is
    told how many rows are in; `left_out` is asked at the end how many were not taken. Needs no more memory for a long
    file than for a short one.
    """
    if not policy.may(actor, Register.GUARDING, Act.IMPORT):
        raise Refused
    batches = _batches(figures)
    first = next(batches, None)
    if first is None:
        return None
    delivery = FigureDelivery(
        contract=contract.id, origin=origin, fingerprint=fingerprint, left_out=0, received_at=at, by=actor.id,
        rows=0, state=DeliveryState.COMING,
    )  # fmt: skip
    waiting: list[MonthlyFigure] | None = first
    place = 0
    while waiting is not None:
        batch, waiting, place = waiting, next(batches, None), place + 1
        _told(delivery, batch)
        if waiting is None:
            delivery.state, delivery.left_out = DeliveryState.COMPLETE, left_out()
        facts = {"rows": len(batch), "so_far": delivery.rows}
        with ledger.act(actor, Verb.FIGURES_CAME, delivery, at=at, facts=facts) as act:
            act.save(delivery)
            part = FigureBatch(delivery=delivery.id, place=place)
            act.save(part)
            for row in batch:
                row.batch, row.delivery = part.id, delivery.id
            act.add(part, batch)
        progress(delivery.rows)
    return delivery


def _batches(figures: Iterable[MonthlyFigure]) -> Iterator[list[MonthlyFigure]]:
    coming = iter(figures)
    while batch := list(islice(coming, TOGETHER)):
        yield batch


def _told(delivery: FigureDelivery, batch: list[MonthlyFigure]) -> None:
    """What the delivery says of itself once this batch is in, too."""
    months = [row.month for row in batch] + [day for day in (delivery.first_month, delivery.last_month) if day]
    delivery.first_month, delivery.last_month = min(months), max(months)
    delivery.rows += len(batch)
