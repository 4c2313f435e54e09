"""Two ledgers held against each other: what one has witnessed, and whether the other still holds it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.ledger import Entry, Head
from tracker.laws.ledger import chain
from tracker.laws.ledger.checkpoints import read_note
from tracker.octets import joined

COPY = b"varna/backup/v1"


@dataclass(frozen=True)
class Witness:
    """That the ledger had so many entries, of which the last had this hash."""

    size: int
    head: str
    at: str = ""  # when it was said; UTC, ISO 8601


def head(at: dt.datetime) -> Witness:
    """How far the ledger has come. Raises peewee's DoesNotExist where there is none."""
    newest = Head.get_by_id(1)
    return Witness(newest.size, newest.hash, at.astimezone(dt.UTC).isoformat(timespec="seconds"))


def said_by(note: str, trusted: Iterable[bytes]) -> Witness:
    """What a checkpoint says. Raises ValueError, saying what for people, when it is none or not signed."""
    size, newest = read_note(note, {chain.key_id(public): public for public in trusted})
    return Witness(size, newest, note.splitlines()[3])


def holds(witness: Witness) -> bool:
    """Whether this ledger holds what was witnessed."""
    return hash_at(witness.size) == witness.head


def hash_at(size: int) -> str | None:
    """The hash of the last of so many entries; None where there are not so many."""
    if size == 0:
        return chain.NOTHING
    found = Entry.select(Entry.hash).where(Entry.number == size).first()
    return found.hash if found else None


def hashes() -> list[str]:
    """The hash of every entry, the oldest first."""
    return [said for (said,) in Entry.select(Entry.hash).order_by(Entry.number).tuples().iterator()]


def lost_after(kept: list[str]) -> tuple[int, str]:
    """How many entries here are not among those whose `hashes` are `kept`, and when the first of them was made."""
    common = sum(1 for here, there in zip(hashes(), kept, strict=False) if here == there)
    first = Entry.select(Entry.at).where(Entry.number == common + 1).first()
    return Entry.select().where(Entry.number > common).count(), first.at if first else ""


def attest(manifest: bytes) -> str:
    """This host's signature on a backup's manifest, in hex."""
    return chain.signed(joined((COPY, manifest)))


def attested(manifest: bytes, signature: str, key_id: str, trusted: Mapping[str, bytes]) -> bool:
    """Whether a trusted host signed this manifest."""
    public = trusted.get(key_id)
    return public is not None and chain.signature_holds(public, signature, joined((COPY, manifest)))
