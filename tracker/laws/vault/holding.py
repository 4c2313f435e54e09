"""Who can open the vault: its seeds, wrapped for a holder under a passphrase or under the recovery shares."""

from dataclasses import dataclass

from models.people import Person
from models.vault import Purpose, VaultEpoch, VaultWrap
from tracker.laws.vault import wraps
from tracker.laws.vault.envelopes import CannotOpen
from tracker.laws.vault.keys import SEED, Seed
from tracker.laws.vault.roots import Epoch


@dataclass(frozen=True, repr=False)
class Keys:
    """What a holder has: the epoch's seed, and the root's, which signs the epochs to come."""

    epoch: Seed
    root: Seed

    def octets(self) -> bytes:
        return self.epoch.reveal() + self.root.reveal()

    @classmethod
    def of(cls, octets: bytes) -> "Keys":
        """Raises CannotOpen for what is not two seeds."""
        if len(octets) != 2 * SEED:
            raise CannotOpen
        return cls(Seed(octets[:SEED]), Seed(octets[SEED:]))


def wrapped(
    keys: Keys, words: str, pepper: bytes, epoch: Epoch, holder: str, purpose: Purpose, cost: wraps.Cost
) -> str:
    """The keys wrapped for a holder (uid), as hex."""
    return wraps.wrap(keys.octets(), words, pepper, _context(epoch, holder, purpose), cost).hex()


def unwrapped(
    text: str, words: str, pepper: bytes, epoch: Epoch, holder: str, purpose: Purpose, cost: wraps.Cost
) -> Keys:
    """The keys again, and they are this epoch's. Raises CannotOpen and Busy."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise CannotOpen from None
    keys = Keys.of(wraps.unwrap(raw, words, pepper, _context(epoch, holder, purpose), cost))
    if keys.epoch.public() != epoch.public:
        raise CannotOpen
    return keys


def wrap_of(person: Person, epoch: Epoch, purpose: Purpose) -> VaultWrap | None:
    """The holder's wrap that is in force for this epoch."""
    mine = (VaultWrap.holder == person) & (VaultWrap.purpose == purpose) & VaultWrap.ended_on.is_null()
    joined = VaultWrap.select(VaultWrap).join(VaultEpoch).where(mine & (VaultEpoch.number == epoch.number))
    return joined.order_by(VaultWrap.id.desc()).first()


def _context(epoch: Epoch, holder: str, purpose: Purpose) -> wraps.Context:
    return wraps.Context(epoch.installation, epoch.number, holder, purpose.value)
