"""Wrapping a secret under a passphrase: Argon2id, then a key that is compared before it decrypts.

The parameters are the code's, never the row's: whoever writes the database can make an opening fail, not cheap or dear.
"""

import hmac
import secrets
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tracker import stretching
from tracker.laws.vault.envelopes import CannotOpen
from tracker.octets import joined

MAGIC = b"VRW1"
SALT, NONCE, PROOF = 16, 12, 32  # bytes
LABEL = b"varna/wrap/v1"


class Cost(NamedTuple):
    """What one stretching takes: memory in KiB, passes over it, and lanes side by side."""

    memory: int
    passes: int
    lanes: int


COST = Cost(256 * 1024, 4, 2)


@dataclass(frozen=True)
class Context:
    """What a wrap is bound to: whose key it is, and what for."""

    installation: bytes
    holder: str  # uid
    purpose: str

    def octets(self) -> bytes:
        return joined((LABEL, self.installation, self.holder.encode(), self.purpose.encode()))


def wrap(secret: bytes, passphrase: str, pepper: bytes, context: Context, cost: Cost = COST) -> bytes:
    """`"VRW1" | salt | commitment | nonce | ciphertext` of a secret under a passphrase."""
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    key, proof = _stretched(passphrase, salt, pepper, context, cost)
    return MAGIC + salt + proof + nonce + AESGCM(key).encrypt(nonce, secret, context.octets())


def unwrap(wrapped: bytes, passphrase: str, pepper: bytes, context: Context, cost: Cost = COST) -> bytes:
    """The secret again. Raises CannotOpen for a wrong passphrase as for anything altered, and Busy."""
    rest = wrapped.removeprefix(MAGIC)
    if len(rest) != len(wrapped) - len(MAGIC) or len(rest) <= SALT + PROOF + NONCE:
        raise CannotOpen
    salt, proof, rest = rest[:SALT], rest[SALT : SALT + PROOF], rest[SALT + PROOF :]
    key, expected = _stretched(passphrase, salt, pepper, context, cost)
    if not hmac.compare_digest(proof, expected):
        raise CannotOpen
    try:
        return AESGCM(key).decrypt(rest[:NONCE], rest[NONCE:], context.octets())
    except InvalidTag:
        raise CannotOpen from None


def _stretched(passphrase: str, salt: bytes, pepper: bytes, context: Context, cost: Cost) -> tuple[bytes, bytes]:
    """An encryption key, and the commitment to it that may stand beside the ciphertext."""
    with stretching.turn():
        slow = Argon2id(
            salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory,
            secret=pepper, ad=context.octets(),
        ).derive(passphrase.encode("utf-8", "surrogatepass"))  # fmt: skip
    both = HKDF(SHA256(), length=64, salt=salt, info=context.octets()).derive(slow)
    return both[:32], both[32:]
