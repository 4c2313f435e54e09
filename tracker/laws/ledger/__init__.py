"""Wall one: no write without a witness. The only door for records, and the chain of what went through it."""

from tracker.laws.ledger.agreeing import witnessed
from tracker.laws.ledger.broken import UNREADABLE, Broken, Verified
from tracker.laws.ledger.chain import key_id, own_key_id, trusted, use_key
from tracker.laws.ledger.checkpoints import checkpoint, latest
from tracker.laws.ledger.history import Told, count_of_entries, entries, told
from tracker.laws.ledger.opening import opening
from tracker.laws.ledger.verifying import verify
from tracker.laws.ledger.witnessing import Witness, attest, attested, hashes, head, holds, lost_after, said_by
from tracker.laws.ledger.writing import PARTS, Clash, Conflict, Frozen, Writing, act, empty, note

__all__ = [
    "PARTS",
    "UNREADABLE",
    "Broken",
    "Clash",
    "Conflict",
    "Frozen",
    "Told",
    "Verified",
    "Witness",
    "Writing",
    "act",
    "attest",
    "attested",
    "checkpoint",
    "count_of_entries",
    "empty",
    "entries",
    "hashes",
    "head",
    "holds",
    "key_id",
    "latest",
    "lost_after",
    "note",
    "opening",
    "own_key_id",
    "said_by",
    "told",
    "trusted",
    "use_key",
    "verify",
    "witnessed",
]
