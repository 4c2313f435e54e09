"""The vault that this host may seal to: the database's epochs, held against what was pinned outside the database.

An epoch that is newer than the pin counts only when the root signed it and a signed entry of the ledger tells of it:
whoever once held the root and writes the database makes no epoch.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from models.sealed import Envelope
from models.vault import VaultEpoch
from tracker.laws.vault import envelopes, pin_file, roots
from tracker.laws.vault.envelopes import Place
from tracker.laws.vault.roots import Epoch, NotPinned, Pin

Witness = Callable[[Sequence[VaultEpoch]], set[UUID]]
"""Which of these rows the ledger witnessed."""


class NoVault(Exception):
    """There is no vault yet: the key ceremony comes first."""


_pin: list[Path] = []
_witness: list[Witness] = []


def use_pin(path: Path, witness: Witness) -> None:
    """Where this host keeps its pin, and whom it asks of epochs that are newer, from now on."""
    _pin[:], _witness[:] = [path], [witness]


def pinned() -> Pin:
    """What this host has pinned. Raises NoVault, and NotPinned for a file that says nothing."""
    pin = kept()
    if pin is not None:
        return pin
    if VaultEpoch.select().exists():
        raise NotPinned
    raise NoVault


def kept() -> Pin | None:
    """This host's pin, whatever the database says; None without one. Raises NotPinned for a file that says nothing."""
    try:
        return Pin.read(_pin[0].read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise NotPinned from None


def remember(epoch: Epoch) -> None:
    """Pins this epoch, unless a newer one is pinned already. Raises NotPinned where another vault is."""
    with pin_file.alone(_pin[0]):
        before, after = kept(), roots.pin(epoch)
        if before and (before.installation, before.fingerprint) != (after.installation, after.fingerprint):
            raise NotPinned
        if before is None or before.number < after.number:
            pin_file.write(_pin[0], after.text())


def put_back(pin: Pin) -> None:
    """This is what the host has pinned from now on, whatever it was: somebody decided so."""
    with pin_file.alone(_pin[0]):
        pin_file.write(_pin[0], pin.text())


def is_kept() -> bool:
    return _pin[0].exists()


def put_aside() -> None:
    """This host has pinned nothing from now on; what it had pinned lies beside."""
    _pin[0].replace(_pin[0].with_suffix(".replaced"))


def epochs() -> list[Epoch]:
    """All epochs, the oldest first; each is the pinned root's. Raises NoVault and NotPinned."""
    pin, rows = pinned(), stored()
    found = [told(row) for row in rows]
    newest = roots.check(found, pin)
    if newest.number > pin.number:  # another host has changed the key: from now on this one too knows how far it came
        if not are_witnessed(rows[pin.number :]):
            raise NotPinned
        remember(newest)
    return found


def stored() -> list[VaultEpoch]:
    """The epochs' rows as the database has them, the oldest first: held against nothing."""
    return list(VaultEpoch.select().order_by(VaultEpoch.number))


def are_witnessed(rows: Sequence[VaultEpoch]) -> bool:
    """Whether signed entries of the ledger tell of all these epochs as they stand."""
    return {row.uid for row in rows} <= _witness[0](rows)


def newest() -> Epoch:
    """The epoch that is sealed to. Raises NoVault and NotPinned."""
    return epochs()[-1]


def seal(text: bytes, place: Place, epoch: Epoch) -> Envelope:
    """`text`, sealed to an epoch that `newest` gave."""
    return envelopes.seal(text, place, epoch.target)


def told(row: VaultEpoch) -> Epoch:
    """An epoch as its row tells it. Raises NotPinned for what cannot be one."""
    try:
        return Epoch(
            row.number, bytes.fromhex(row.public), bytes.fromhex(row.previous), row.made_at,
            bytes.fromhex(row.installation), bytes.fromhex(row.root), bytes.fromhex(row.signature),
        )  # fmt: skip
    except ValueError:
        raise NotPinned from None


def row_of(epoch: Epoch) -> VaultEpoch:
    """An epoch as a row that is not saved yet."""
    return VaultEpoch(
        number=epoch.number, public=epoch.public.hex(), previous=epoch.previous.hex(), made_at=epoch.made_at,
        installation=epoch.installation.hex(), root=epoch.root.hex(), signature=epoch.signature.hex(),
    )  # fmt: skip
