"""Who can open the vault: holders with a key pair of their own, and what the root granted each of them.

A grant is an epoch's keys sealed to the holder's public key. The root signs whose it is, what is in it and until when:
whoever only writes the database makes no grant, prolongs none and puts no other key in a holder's place.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from models.sealed import Envelope
from models.vault import HolderKind, VaultCarry, VaultGrant, VaultHolder
from tracker.laws.vault import envelopes, roots, wraps
from tracker.laws.vault.envelopes import CannotOpen, Place, Target
from tracker.laws.vault.keys import SEED, Seed
from tracker.laws.vault.roots import Epoch
from tracker.octets import joined

GRANT = b"varna/grant/v1"


@dataclass(frozen=True, repr=False)
class Keys:
    """What an unlocked vault has: the newest epoch's seed; for the säkerhetsskyddschef also the root's."""

    epoch: Seed
    root: Seed | None = None

    def octets(self) -> bytes:
        return self.epoch.reveal() + (self.root.reveal() if self.root else b"")

    @classmethod
    def of(cls, octets: bytes) -> "Keys":
        """Raises CannotOpen for what is not one seed or two."""
        if len(octets) not in (SEED, 2 * SEED):
            raise CannotOpen
        return cls(Seed(octets[:SEED]), Seed(octets[SEED:]) if len(octets) > SEED else None)


def wrapped(seed: Seed, words: str, pepper: bytes, installation: bytes, holder: str, cost: wraps.Cost) -> str:
    """A holder's own secret under their passphrase, as hex."""
    return wraps.wrap(seed.reveal(), words, pepper, wraps.Context(installation, holder, "holder"), cost).hex()


def unwrapped(holder: VaultHolder, words: str, pepper: bytes, installation: bytes, cost: wraps.Cost) -> Seed:
    """A holder's own secret again. Raises CannotOpen and Busy."""
    try:
        raw = bytes.fromhex(holder.wrapped or "")
    except ValueError:
        raise CannotOpen from None
    context = wraps.Context(installation, holder.uid.hex, "holder")
    return Seed(wraps.unwrap(raw, words, pepper, context, cost))


def fingerprint(holder: VaultHolder) -> str:
    """What two people compare before one grants the other anything: 24 hex digits in groups of four.

    "" for what is no public key. Ask first whether the row is as the ledger tells.
    """
    try:
        digits = hashlib.sha256(b"varna/holder/v1" + _public(holder)).hexdigest()
    except CannotOpen:
        return ""
    return " ".join(digits[at : at + 4] for at in range(0, 24, 4))


def granted(keys: Keys, epoch: Epoch, holder: VaultHolder, by: int, ends_on: dt.date | None = None) -> VaultGrant:
    """A grant that is not saved yet. The root's seed goes along except to a deputy. Raises CannotOpen without it."""
    if keys.root is None:
        raise CannotOpen
    given = Keys(keys.epoch) if holder.kind is HolderKind.DEPUTY else keys
    row = VaultGrant(holder=holder, by=by, ends_on=ends_on)
    row.keys = envelopes.seal(given.octets(), _place(row, epoch, holder), Target(epoch.number, _public(holder)))
    row.signature = roots.signature(keys.root.reveal(), _body(row, epoch, holder)).hex()
    return row


def holds(grant: VaultGrant, epoch: Epoch, holder: VaultHolder) -> bool:
    """Whether the root signed this grant, for this holder with this public key."""
    if grant.keys is None:
        return False
    try:
        return roots.signed(epoch.root, bytes.fromhex(grant.signature), _body(grant, epoch, holder))
    except (ValueError, CannotOpen):
        return False


def keys_of(grant: VaultGrant, epoch: Epoch, holder: VaultHolder, seed: Seed) -> Keys:
    """What a grant gives whoever has the holder's secret. Raises CannotOpen."""
    if not holds(grant, epoch, holder):
        raise CannotOpen
    target = Target(epoch.number, _public(holder))
    keys = Keys.of(envelopes.opened(grant.keys, _place(grant, epoch, holder), target, seed))
    if keys.epoch.public() != epoch.public:
        raise CannotOpen
    if keys.root is not None and roots.public_of(keys.root.reveal()) != epoch.root:
        raise CannotOpen
    return keys


def carried(old: Seed, epoch: Epoch, after: Epoch, row: VaultCarry) -> Envelope:
    """The seed of an epoch, sealed to the one after it."""
    return envelopes.seal(old.reveal(), _carry_place(epoch, row), after.target)


def seed_before(row: VaultCarry, epoch: Epoch, after: Epoch, seed: Seed) -> Seed:
    """The seed of `epoch`, out of what was sealed to `after`. Raises CannotOpen."""
    old = Seed(envelopes.opened(row.seed, _carry_place(epoch, row), after.target, seed))
    if old.public() != epoch.public:
        raise CannotOpen
    return old


def _place(grant: VaultGrant, epoch: Epoch, holder: VaultHolder) -> Place:
    return Place(epoch.installation, "vault_grant", grant.uid, "keys", 1, holder.uid.hex)


def _carry_place(epoch: Epoch, row: VaultCarry) -> Place:
    return Place(epoch.installation, "vault_carry", row.uid, "seed", 1, str(epoch.number))


def _body(grant: VaultGrant, epoch: Epoch, holder: VaultHolder) -> bytes:
    """What the root signs of a grant."""
    whose = (holder.uid.bytes, holder.kind.value.encode(), _public(holder))
    until = grant.ends_on.isoformat().encode() if grant.ends_on else b""
    digest = hashlib.sha256(bytes(grant.keys)).digest()
    return joined((GRANT, epoch.installation, epoch.digest(), grant.uid.bytes, *whose, until, digest))


def _public(holder: VaultHolder) -> bytes:
    """Raises CannotOpen for what is no public key."""
    try:
        return bytes.fromhex(holder.public)
    except ValueError:
        raise CannotOpen from None
