"""Keys to the vault as the event log tells of them. Whoever writes the database writes rows; nothing is given to those.

Signed entries tell whose a key is, which, and that it was not given up. What took a key back since the vault got its
present key is missed when it is gone: an older key has nothing that opens the present one.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from models.happenings import Verb
from models.people import Actor
from models.record import Record
from models.vault import HolderKind, VaultEpoch, VaultHolder
from models.words import Message
from tracker.acts import people
from tracker.language import today
from tracker.laws import ledger
from tracker.laws.ledger import Conflict, Writing
from tracker.laws.vault import standing
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.roots import Epoch
from tracker.spine.errors import Refused

ALTERED = Message("A key to the vault does not match its trace. Somebody has changed it. Verify the event log.")


def altered(rows: Iterable[Record]) -> list[Record]:
    """Those of these rows that are not as signed entries tell. Raises NoVault and NotPinned."""
    asked = list(rows)
    epoch = VaultEpoch.get(VaultEpoch.number == standing.newest().number)
    witnessed = ledger.witnessed(asked, since=epoch)
    return [row for row in asked if row.uid not in witnessed]


def must_be_trusted(actor: Actor, rows: Iterable[Record], *, at: dt.datetime) -> None:
    """Raises Refused, and leaves an entry about each that is not as signed entries tell."""
    if wrong := altered(rows):
        told(actor, wrong, at=at)
        raise Refused(ALTERED)


def told(actor: Actor, rows: Iterable[Record], *, at: dt.datetime) -> None:
    for row in rows:
        ledger.note(actor, Verb.KEY_ALTERED, row, at=at)


def whole(holder: VaultHolder, at: dt.datetime) -> Sequence[Record]:
    """The rows that say whose a key is, and that they have their roles. The recovery shares are nobody's."""
    if holder.kind is HolderKind.RECOVERY or holder.person_id is None:
        return [holder]
    return [holder, *people.roles_of(holder.person_id, today(at))]


def held(act: Writing, epoch: Epoch, keys: Keys | None = None) -> VaultEpoch:
    """The newest epoch's row, which no change of key passes before the act ends. Raises Conflict where one has."""
    row: VaultEpoch = act.held(VaultEpoch.get(VaultEpoch.number == epoch.number))
    later = VaultEpoch.select().where(VaultEpoch.number > epoch.number).exists()
    if later or (keys is not None and keys.epoch.public() != epoch.public):
        raise Conflict(None)
    return row
