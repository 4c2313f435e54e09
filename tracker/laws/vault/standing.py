"""The vault that this host may seal to: the database's epochs, held against what was pinned outside the database."""

from pathlib import Path

from models.sealed import Envelope
from models.vault import VaultEpoch
from tracker.laws.vault import envelopes, roots
from tracker.laws.vault.envelopes import Place
from tracker.laws.vault.roots import Epoch, NotPinned, Pin


class NoVault(Exception):
    """There is no vault yet: the key ceremony comes first."""


_pin: list[Path] = []


def use_pin(path: Path) -> None:
    """Where this host keeps its pin, from now on."""
    _pin[:] = [path]


def pinned() -> Pin:
    """What this host has pinned. Raises NoVault, and NotPinned for a file that says nothing."""
    try:
        return Pin.read(_pin[0].read_text(encoding="ascii"))
    except (FileNotFoundError, UnicodeDecodeError):
        if VaultEpoch.select().exists():
            raise NotPinned from None
        raise NoVault from None


def remember(epoch: Epoch) -> None:
    """Pins this epoch as the newest, whole or not at all."""
    put_back(roots.pin(epoch))


def kept() -> Pin | None:
    """This host's pin, whatever the database says; None without one. Raises NotPinned for a file that says nothing."""
    try:
        return Pin.read(_pin[0].read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise NotPinned from None


def put_back(pin: Pin) -> None:
    """This is what the host has pinned from now on, whole or not at all."""
    path = _pin[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(pin.text(), encoding="ascii")
    beside.replace(path)


def is_kept() -> bool:
    return _pin[0].exists()


def put_aside() -> None:
    """This host has pinned nothing from now on; what it had pinned lies beside."""
    _pin[0].replace(_pin[0].with_suffix(".replaced"))


def epochs() -> list[Epoch]:
    """All epochs, the oldest first; each is the pinned root's. Raises NoVault and NotPinned."""
    pin = pinned()
    found = [told(row) for row in VaultEpoch.select().order_by(VaultEpoch.number)]
    newest = roots.check(found, pin)
    if newest.number > pin.number:  # another host has changed the key: from now on this one too knows how far it came
        remember(newest)
    return found


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
