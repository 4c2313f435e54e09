"""How an entry is hashed, chained and signed, and how a change is committed to."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from models.kinds import Kind, Sealed
from models.ledger import Entry
from models.words import N_
from tracker.octets import joined

NOTHING = "0" * 64
LABEL = b"varna/ledger/v1"

_key: list[Ed25519PrivateKey] = []
_others: list[bytes] = []


def use_key(seed: bytes, others: Iterable[bytes] = ()) -> bytes:
    """Signs from now on with the host's Ed25519 key of this 32-byte seed; returns its public key.

    `others` are public keys that signed before this host did, and are trusted as its own.
    """
    _key[:], _others[:] = [Ed25519PrivateKey.from_private_bytes(seed)], list(others)
    return public_key()


def public_key() -> bytes:
    """The 32 bytes of this host's public key."""
    return _key[0].public_key().public_bytes_raw()


def trusted() -> dict[str, bytes]:
    """By their names: the public keys whose signatures hold here."""
    return {key_id(public): public for public in (public_key(), *_others)}


def own_key_id() -> str:
    return key_id(public_key())


def key_id(public: bytes) -> str:
    """Sixteen hex digits that name a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def signed(message: bytes) -> str:
    return _key[0].sign(message).hex()


def signature_holds(public: bytes, signature: str, message: bytes) -> bool:
    """Whether `signature` is this key's, in the one spelling that `signed` gives."""
    try:
        raw = bytes.fromhex(signature)
        Ed25519PublicKey.from_public_bytes(public).verify(raw, message)
    except (InvalidSignature, ValueError):
        return False
    return raw.hex() == signature


def canonical(value: Any) -> str:
    """A value of `Kind.canonical` as the one JSON text for it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def commitment(salt: str, old: str, new: str) -> str:
    """SHA-256(salt | old | new): tells nothing of the values without the salt."""
    return hashlib.sha256(joined((salt.encode(), old.encode(), new.encode()))).hexdigest()


def verifier_commitment(kind: Kind, salt: str, value: Any) -> str:
    """What the ledger names for a value that no detail may show: the envelope's own hash, or a salted one."""
    if isinstance(kind, Sealed):
        return hashlib.sha256(bytes(value or b"")).hexdigest()
    return commitment(salt, "", canonical(kind.canonical(value)))


def digest(lines: Iterable[str]) -> str:
    """One hash over many lines, whatever order they come in."""
    return hashlib.sha256(joined(line.encode() for line in sorted(lines))).hexdigest()


def entry_bytes(entry: Entry) -> bytes:
    """The canonical body of an entry: everything it says, and the hash before it."""
    said = (
        str(entry.number), entry.at, entry.actor, entry.actor_name, entry.verb,
        entry.record_type, entry.record_uid, entry.body, entry.previous, entry.key_id,
    )  # fmt: skip
    return joined((LABEL, *(part.encode() for part in said)))


def hashed(entry: Entry) -> str:
    return hashlib.sha256(entry_bytes(entry)).hexdigest()


def flaw(entry: Entry, number: int, previous: str, trusted: Mapping[str, bytes]) -> str:
    """Why an entry cannot be the one of this number after the hash `previous`; "" when it can."""
    if entry.number != number:
        return N_("the entries do not follow one another")
    if entry.previous != previous or hashed(entry) != entry.hash:
        return N_("the entry or the one before it was altered")
    public = trusted.get(entry.key_id)
    if public is None or not signature_holds(public, entry.signature, bytes.fromhex(entry.hash)):
        return N_("the entry is not signed by a trusted host")
    return ""
