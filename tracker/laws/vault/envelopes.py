"""Sealing a value to the vault's public key, bound to the very place where it stands. The only caller of HPKE.

RFC 9180 in base mode. `Suite.encrypt` takes no associated data, so the whole place goes into `info`, and is computed
anew at opening: a value that was moved, renamed or written by another does not open.
"""

import uuid
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from models.sealed import MAGIC, Envelope
from tracker.laws.vault.keys import Seed, key_id, public_key
from tracker.octets import joined

LABEL = b"varna/field/v1"
HYBRID = 1
SUITES = {HYBRID: Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)}
"""What this code opens; a row never says which algorithm to use, only which of these."""

COMMITMENT = bytes(32)  # HPKE does not commit to its key: what opens under another key does not begin like this
BLOCK = 1024
LARGEST = 32 * 1024 * 1024
HEAD = len(MAGIC) + 1 + 4


class CannotOpen(Exception):
    """The record does not match its trace: the key, the place or the ciphertext is another."""


class Place(NamedTuple):
    """Where a sealed value stands: all that its envelope is bound to beside the epoch's key."""

    installation: bytes  # sixteen random bytes
    table: str
    row: uuid.UUID
    column: str
    version: int  # of the field, which is append-only
    writer: str  # uid of who wrote it


@dataclass(frozen=True)
class Target:
    """Whom it is sealed to: an epoch's number and public key, out of a record that the root signed."""

    epoch: int
    public: bytes


def seal(text: bytes, place: Place, target: Target) -> Envelope:
    """`text` as an envelope, in one of few sizes. Seal what is empty too: presence and length tell nothing."""
    body = SUITES[HYBRID].encrypt(_padded(text), public_key(target.public), info=_info(place, target, HYBRID))
    return Envelope(MAGIC + bytes([HYBRID]) + target.epoch.to_bytes(4, "big") + body)


def opened(envelope: Envelope, place: Place, target: Target, seed: Seed) -> bytes:
    """The text of an envelope. Raises CannotOpen."""
    if not envelope.startswith(MAGIC) or len(envelope) <= HEAD:
        raise CannotOpen
    suite, epoch = envelope[len(MAGIC)], epoch_of(envelope)
    if suite not in SUITES or epoch != target.epoch:
        raise CannotOpen
    try:
        padded = SUITES[suite].decrypt(bytes(envelope[HEAD:]), seed.private(), info=_info(place, target, suite))
    except (InvalidTag, ValueError):
        raise CannotOpen from None
    return _unpadded(padded)


def epoch_of(envelope: Envelope) -> int:
    """The number of the epoch that an envelope says it was sealed to."""
    return int.from_bytes(envelope[len(MAGIC) + 1 : HEAD], "big")


def _info(place: Place, target: Target, suite: int) -> bytes:
    return joined(
        (
            LABEL,
            place.installation,
            bytes([suite]),
            target.epoch.to_bytes(4, "big"),
            key_id(target.public),
            place.table.encode(),
            place.row.bytes,
            place.column.encode(),
            place.version.to_bytes(4, "big"),
            place.writer.encode(),
        )
    )


def _padded(text: bytes) -> bytes:
    """Zeros that commit to the key, the text, 0x80, and zeros up to 1, 2, 4, 8 … KiB."""
    if len(text) > LARGEST:
        raise ValueError(f"At most {LARGEST} bytes are sealed.")
    plain = COMMITMENT + text + b"\x80"
    size = BLOCK
    while size < len(plain):
        size *= 2
    return plain + bytes(size - len(plain))


def _unpadded(padded: bytes) -> bytes:
    body = padded.rstrip(b"\x00")
    if not padded.startswith(COMMITMENT) or not body.endswith(b"\x80") or len(body) <= len(COMMITMENT):
        raise CannotOpen
    return body[len(COMMITMENT) : -1]
