"""Sealing what a record holds, and opening it: the ledger first, then the text."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from models.happenings import Verb
from models.people import Actor, Person
from models.sealed import Receipt
from models.sealing import SealedRecord
from models.vault import VaultCarry, VaultEpoch
from models.words import Act
from tracker.acts.vault.asking import must
from tracker.laws import ledger
from tracker.laws.vault import envelopes, holding, opening, standing
from tracker.laws.vault.envelopes import CannotOpen, Place
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.keys import Seed
from tracker.laws.vault.roots import Epoch

Texts = Mapping[str, bytes | None]
"""By field: what it says; None where it cannot be opened."""


def seal(actor: Actor, row: SealedRecord, texts: Mapping[str, bytes]) -> None:
    """Puts these texts, sealed to the newest epoch, into a row that is not saved yet. Raises NoVault, NotPinned."""
    epoch = standing.newest()
    for name in row.sealed():
        setattr(row, name, standing.seal(texts.get(name, b""), place(row, name, epoch.installation, actor.uid), epoch))


def again(row: SealedRecord, said: Texts, epoch: Epoch) -> None:
    """The same texts, sealed to another epoch: edition and writer stay what they were."""
    for name, text in said.items():
        setattr(row, name, standing.seal(text or b"", place(row, name, epoch.installation, row.by.uid.hex), epoch))


def open_rows(
    actor: Actor, rows: Sequence[SealedRecord], fields: Sequence[str], keys: Keys, *, at: dt.datetime
) -> dict[UUID, Texts]:
    """What these fields of these rows say, for somebody to read: all of one type, at most 1 000.

    What does not match its trace comes back as None, and the ledger is told so. Raises Refused and NotPinned.
    """
    must(actor, Act.OPEN)
    found = texts(actor, rows, fields, keys, Verb.OPENED, at=at)
    for row in [row for row in rows if None in found[row.uid].values()][:20]:
        fault = sorted(name for name, text in found[row.uid].items() if text is None)
        ledger.note(actor, Verb.NOT_OPENED, row, at=at, facts={"fields": fault})
    return found


def texts(
    actor: Actor, rows: Sequence[SealedRecord], fields: Sequence[str], keys: Keys, verb: Verb, *, at: dt.datetime
) -> dict[UUID, Texts]:
    """What these fields of these rows say; the entry, of this verb, is committed first."""
    if not rows:
        return {}
    receipts = ledger.opening(actor, rows, fields, verb, at=at)
    opener = Opener(keys)
    writers = {person.id: person.uid.hex for person in _writers(rows)}
    return {
        row.uid: {name: opener.text(row, name, receipts[row.uid], writers[row.__data__["by"]]) for name in fields}
        for row in rows
    }


class Opener:
    """Opens envelopes of the newest epoch, and of those that are being rotated away."""

    def __init__(self, keys: Keys) -> None:
        self._epochs = {epoch.number: epoch for epoch in standing.epochs()}
        self._newest = max(self._epochs)
        self._seeds = {self._newest: keys.epoch}

    def text(self, row: SealedRecord, name: str, receipt: Receipt, writer: str) -> bytes | None:
        envelope = getattr(row, name)
        try:
            epoch = self._epochs[envelopes.epoch_of(envelope)]
            spot = place(row, name, epoch.installation, writer)
            return opening.opened(envelope, receipt, spot, epoch, self.seed(epoch))
        except (CannotOpen, KeyError, TypeError):
            return None

    def seed(self, epoch: Epoch) -> Seed:
        """The seed of an epoch, carried from one to the next. Raises CannotOpen once it is destroyed."""
        if epoch.number not in self._seeds:
            after = self._epochs[epoch.number + 1]
            row = VaultCarry.select().join(VaultEpoch).where(VaultEpoch.number == epoch.number).first()
            if row is None or row.seed is None:
                raise CannotOpen
            self._seeds[epoch.number] = holding.seed_before(row, epoch, after, self.seed(after))
        return self._seeds[epoch.number]


def place(row: SealedRecord, field: str, installation: bytes, writer: str) -> Place:
    """Where a sealed field stands: what its envelope is bound to."""
    return Place(installation, row._meta.table_name, row.uid, field, row.edition, writer)


def _writers(rows: Sequence[SealedRecord]) -> Sequence[Person]:
    numbers = {row.__data__["by"] for row in rows}
    return list(Person.select(Person.id, Person.uid).where(Person.id.in_(numbers)))
