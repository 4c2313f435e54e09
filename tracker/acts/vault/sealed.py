"""Sealing what a record holds, and opening it: the ledger first, then the text."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from models.database import db
from models.happenings import Verb
from models.people import Actor, Person
from models.record import Record
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


KEYS = "keys"  # what is held by whoever saves what is sealed, and alone by whoever destroys a key


@dataclass(repr=False)
class Sealing:
    """A row that holds its texts sealed, and what it takes to seal them anew should the key change meanwhile."""

    row: SealedRecord
    texts: Mapping[str, bytes]
    writer: str  # uid
    epoch: Epoch

    def put(self) -> None:
        for name in self.row.sealed():
            spot = place(self.row, name, self.epoch.installation, self.writer)
            setattr(self.row, name, standing.seal(self.texts.get(name, b""), spot, self.epoch))


def seal(actor: Actor, row: SealedRecord, texts: Mapping[str, bytes]) -> Sealing:
    """Puts these texts, sealed to the newest epoch, into a row that is not saved yet: save it in `act`.

    Raises NoVault and NotPinned.
    """
    made = Sealing(row, texts, actor.uid, standing.newest())
    made.put()
    return made


@contextmanager
def act(
    actor: Actor, verb: Verb, record: Record, sealings: Sequence[Sealing], *, at: dt.datetime
) -> Iterator[ledger.Writing]:
    """The ledger's act in which these rows are saved: none under a key that is destroyed before it ends.

    Between sealing and saving the key may have been changed, everything sealed anew and the old key destroyed.
    """
    with ledger.act(actor, verb, record, at=at) as writing:
        db.hold(KEYS)
        newest = standing.newest()
        for one in sealings:
            if one.epoch.number != newest.number:
                one.epoch = newest
                one.put()
        yield writing


def wait_for_writers() -> None:
    """Inside the act that destroys a key: whoever saves what is sealed has done so, or seals to the newest key."""
    db.hold(KEYS, alone=True)


def again(row: SealedRecord, said: Texts, epoch: Epoch) -> None:
    """The same texts, sealed to another epoch: edition and writer stay what they were."""
    writer = row.by.uid.hex
    for name, text in said.items():
        setattr(row, name, standing.seal(text or b"", place(row, name, epoch.installation, writer), epoch))


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
    _name_writers(rows)
    return {row.uid: {name: opener.text(row, name, receipts[row.uid]) for name in fields} for row in rows}


class Opener:
    """Opens envelopes of the newest epoch, and of those that are being rotated away."""

    def __init__(self, keys: Keys) -> None:
        self._epochs = {epoch.number: epoch for epoch in standing.epochs()}
        self._newest = max(self._epochs)
        self._seeds = {self._newest: keys.epoch}

    def text(self, row: SealedRecord, name: str, receipt: Receipt) -> bytes | None:
        """None also where the row names a writer who is nobody, or an edition that none can be."""
        envelope = getattr(row, name)
        try:
            epoch = self._epochs[envelopes.epoch_of(envelope)]
            spot = place(row, name, epoch.installation, row.by.uid.hex)
            return opening.opened(envelope, receipt, spot, epoch, self.seed(epoch))
        except (CannotOpen, KeyError, TypeError, OverflowError, Person.DoesNotExist):
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


def _name_writers(rows: Sequence[SealedRecord]) -> None:
    """Who wrote each of them, in one query."""
    numbers = {row.__data__["by"] for row in rows}
    found = {person.id: person for person in Person.select(Person.id, Person.uid).where(Person.id.in_(numbers))}
    for row in rows:
        if row.__data__["by"] in found:
            row.by = found[row.__data__["by"]]
