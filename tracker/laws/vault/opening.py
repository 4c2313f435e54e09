"""The one door to what is sealed: an envelope opens against the receipt of an entry that is committed already."""

import hashlib
import hmac

from models.sealed import Envelope, Receipt
from tracker.laws.vault import envelopes
from tracker.laws.vault.envelopes import CannotOpen, Place
from tracker.laws.vault.keys import Seed
from tracker.laws.vault.roots import Epoch


def opened(envelope: Envelope, receipt: Receipt, place: Place, epoch: Epoch, seed: Seed) -> bytes:
    """The text of an envelope that the ledger names. Raises CannotOpen for any other."""
    named = receipt.digests.get(place.column, "")
    if receipt.row != place.row or not hmac.compare_digest(named, hashlib.sha256(envelope).hexdigest()):
        raise CannotOpen
    return envelopes.opened(envelope, place, epoch.target, seed)
