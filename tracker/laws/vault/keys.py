"""The vault's key pair: ML-KEM-768 with X25519 (X-Wing), kept as its 32-byte seed.

Source: draft-connolly-cfrg-xwing-kem; the seed is expanded with SHAKE-256 to ML-KEM's 64 bytes and X25519's 32.
"""

import hashlib
import secrets

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

SEED = 32  # bytes
LATTICE = 1184  # bytes of ML-KEM-768's public key, which stands first
PUBLIC = LATTICE + 32


class Seed:
    """The secret that opens what is sealed to an epoch. Printing it prints nothing of it."""

    __slots__ = ("_octets", "_private")

    def __init__(self, octets: bytes) -> None:
        if len(octets) != SEED:
            raise ValueError(f"A seed has {SEED} bytes.")
        self._octets = bytes(octets)
        self._private: MLKEM768X25519PrivateKey | None = None

    @classmethod
    def made(cls) -> "Seed":
        return cls(secrets.token_bytes(SEED))

    def reveal(self) -> bytes:
        """The seed itself, to be wrapped."""
        return self._octets

    def private(self) -> MLKEM768X25519PrivateKey:
        """Expanded once: that takes longer than to open something with it."""
        if self._private is None:
            self._private = MLKEM768X25519PrivateKey(*self._pair())
        return self._private

    def public(self) -> bytes:
        """The public key: 1 216 bytes."""
        lattice, curve = self._pair()
        return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()

    def _pair(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        expanded = hashlib.shake_256(self._octets).digest(96)
        return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])

    def __repr__(self) -> str:
        return "<seed>"


def public_key(octets: bytes) -> MLKEM768X25519PublicKey:
    """The key of these 1 216 bytes. Raises ValueError for what is none."""
    if len(octets) != PUBLIC:
        raise ValueError(f"A public key of the vault has {PUBLIC} bytes.")
    lattice = MLKEM768PublicKey.from_public_bytes(octets[:LATTICE])
    return MLKEM768X25519PublicKey(lattice, X25519PublicKey.from_public_bytes(octets[LATTICE:]))


def key_id(octets: bytes) -> bytes:
    """Eight bytes that name a public key."""
    return hashlib.sha256(b"varna/vault-key/v1" + octets).digest()[:8]
