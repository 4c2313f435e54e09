"""Sealed reports: anybody signed in sends one; only who unlocks the vault opens it, and the ledger knows first."""

import datetime as dt
import uuid
from collections.abc import Mapping

from models.happenings import Verb
from models.people import Actor
from models.protective_security import Deposit, DepositState
from models.record import Record
from models.sealed import Envelope
from models.words import Act, Message, Problem, Register
from tracker.language import today
from tracker.laws import ledger, policy
from tracker.laws.vault import opening, standing
from tracker.laws.vault.envelopes import Place
from tracker.laws.vault.holding import Keys
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused

LONGEST = 20_000  # characters


def send(actor: Actor, text: str, photo: bytes, *, at: dt.datetime) -> Deposit:
    """Seals a report to the säkerhetsskyddschef. Raises Refused, Invalid, NoVault and NotPinned.

    `photo` is an image made anew by the host, or nothing; it is sealed all the same, so that its absence tells nothing.
    """
    if actor.id is None or not policy.may(actor, Register.PROTECTIVE_SECURITY, Act.DEPOSIT):
        raise Refused
    if not text.strip() or len(text) > LONGEST:
        raise Invalid([Problem("text", Message("Write what has happened, in at most %(most)s characters.", most=LONGEST))])
    epoch = standing.newest()
    row = Deposit(uid=uuid.uuid4(), sent_on=today(at), by=actor.id, state=DepositState.NEW)
    for column, value in (("body", text.encode()), ("photo", photo)):
        setattr(row, column, standing.seal(value, _place(row, column, epoch.installation, actor.uid), epoch))
    with ledger.act(actor, Verb.DEPOSITED, row, at=at) as act:
        act.save(row)
    return row


def open_one(actor: Actor, uid: str, keys: Keys, *, at: dt.datetime) -> tuple[Deposit, Mapping[str, bytes]]:
    """A report and its texts by column. The entry is committed first. Raises Missing, CannotOpen."""
    row = records.find(actor, Deposit, uid, Act.OPEN, at)
    epoch, sender = standing.newest(), row.by.uid.hex
    receipt = ledger.opening(actor, row, ("body", "photo"), at=at)
    texts = {
        column: opening.opened(
            getattr(row, column), receipt, _place(row, column, epoch.installation, sender), epoch, keys
        )
        for column in ("body", "photo")
    }
    if row.state is DepositState.NEW:
        row.state = DepositState.READ
        with ledger.act(actor, Verb.READ, row, at=at) as act:
            act.save(row)
    return row, texts




def _place(row: Deposit, column: str, installation: bytes, sender: str) -> Place:
    return Place(installation, "deposit", row.uid, column, 1, sender)
