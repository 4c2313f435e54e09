"""The vault of a backup, held against what this host has pinned."""

from collections.abc import Sequence

from tracker.acts.keeping.archive import NotRestored
from tracker.laws.vault import roots, standing
from tracker.laws.vault.roots import Epoch, NotPinned, Pin


def of_copy(pin: Pin | None) -> Pin | None:
    """What to pin of the vault in the database in use; None where there is none.

    Raises NotRestored where it is no vault of one root, or not the one of the backup's own `pin`.
    """
    epochs = _epochs()
    if not epochs and pin is None:
        return None
    later = standing.stored()[pin.number :] if pin else []
    if not epochs or not _checks(epochs, pin or roots.pin(epochs[-1])) or not standing.are_witnessed(later):
        raise NotRestored("The vault in the backup is not the one that its pin names, or is not signed by its root.")
    return roots.pin(epochs[-1])


def objection() -> tuple[str, str]:
    """Why this host's pin speaks against the vault in the database in use, and the fingerprint that overrules it.

    Two empty texts when it does not.
    """
    epochs = _epochs()
    try:
        here = standing.kept()
    except NotPinned:
        here = None if not epochs else Pin(b"", "", 0, b"")
    if here is None or (epochs and _checks(epochs, here)):
        return "", ""
    if not epochs:
        return "This host has pinned a vault, and the backup holds none.", here.fingerprint
    fingerprint = roots.fingerprint(epochs[-1].root)
    if (here.fingerprint, here.installation) == (fingerprint, epochs[-1].installation) and here.number > len(epochs):
        newer = f"This host has pinned key {here.number} of the vault, and the backup knows only key {len(epochs)}."
        return newer, fingerprint
    return "This host has pinned another vault than the backup's.", fingerprint


def settle(vault: Pin | None, pinned: bool) -> None:
    """The host's pin from now on: of the copy's vault, when its backup was `pinned` or a person compared it."""
    if vault and pinned:
        standing.put_back(vault)
    elif vault is None and standing.is_kept():
        standing.put_aside()


def _epochs() -> Sequence[Epoch]:
    try:
        return [standing.told(row) for row in standing.stored()]
    except NotPinned:
        raise NotRestored("The vault in the backup cannot be read.") from None


def _checks(epochs: Sequence[Epoch], pin: Pin) -> bool:
    try:
        roots.check(epochs, pin)
    except NotPinned:
        return False
    return True
