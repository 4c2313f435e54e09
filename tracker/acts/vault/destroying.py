"""Destroying here what must not be here: a report or an edition, and where else its words stand, in one act."""

import datetime as dt
from collections.abc import Collection

from models.happenings import Verb
from models.people import Actor, Person
from models.protective_security import Deposit, DepositState, MeasureCore
from models.sealing import SealedRecord
from models.words import Act, Message
from tracker.acts.vault import sealed
from tracker.acts.vault.asking import must, must_be_cleared
from tracker.language import today
from tracker.spine import records
from tracker.spine.errors import Refused

MOST_EDITIONS = 1_000_000  # what no row comes to by itself


def beside(row: SealedRecord) -> list[SealedRecord]:
    """Where else its words may stand: editions of its measure, and reports that became it. To be shown, not saved."""
    measure = row.__data__.get("measure")
    if measure is None:
        return []
    editions = MeasureCore.select(MeasureCore.id, MeasureCore.uid, MeasureCore.edition, MeasureCore.written_on)
    editions = editions.where((MeasureCore.measure == measure) & MeasureCore.destroyed_on.is_null())
    reports = Deposit.select(Deposit.id, Deposit.uid, Deposit.sent_on)
    reports = reports.where((Deposit.measure == measure) & (Deposit.state != DepositState.QUARANTINED))
    found = [*editions.order_by(MeasureCore.edition), *reports.order_by(Deposit.id)]
    return [each for each in found if each.uid != row.uid]


def destroy(
    actor: Actor, kind: type[SealedRecord], uid: str, version: int, also: Collection[str] = (), *, at: dt.datetime
) -> SealedRecord:
    """Empty texts take the place of what it said, and of what stands `beside` it in the rows `also` (uids).

    What was destroyed already can be destroyed anew, should somebody have put something else in its place. Copies and
    backups are a runbook's matter. Raises Missing, Refused and Conflict.
    """
    must_be_cleared(must(actor, Act.DECIDE))
    row = records.find(actor, kind, uid, Act.DECIDE, at)
    row.version = version
    chosen = [each for each in beside(row) if each.uid.hex in also]
    rows = [row, *(records.find(actor, type(each), each.uid.hex, Act.DECIDE, at) for each in chosen)]
    sealings = [_emptied(each, at) for each in rows]
    with sealed.act(actor, Verb.QUARANTINED, row, sealings, at=at) as act:
        for each in rows:
            act.save(each)
    return row


def _emptied(row: SealedRecord, at: dt.datetime) -> sealed.Sealing:
    if isinstance(row, MeasureCore):
        row.destroyed_on = today(at)
    elif isinstance(row, Deposit):
        row.state, row.edition = DepositState.QUARANTINED, row.edition + 1 if 0 < row.edition < MOST_EDITIONS else 1
    writer = Person.get_or_none(Person.id == row.__data__["by"])
    by = Actor(writer.id, writer.uid.hex, writer.name) if writer else Actor(None, "", "")
    try:
        return sealed.seal(by, row, {})
    except OverflowError:
        raise Refused(
            Message("Somebody has changed which edition this is, beside Värna. Verify the event log.")
        ) from None
