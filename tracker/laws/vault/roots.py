"""The vault's root: an Ed25519 key that signs each epoch, whose fingerprint is pinned outside the database."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tracker.laws.vault.envelopes import Target
from tracker.octets import joined

LABEL = b"varna/epoch/v1"
FIRST = bytes(32)  # what the first epoch follows


class NotPinned(Exception):
    """The database's vault is not the one that was pinned when it was made: nothing is sealed to it."""


@dataclass(frozen=True)
class Epoch:
    """A key pair's public half for a time: what it says, and the root's signature on it."""

    number: int
    public: bytes
    previous: bytes  # digest of the epoch before it
    made_at: str  # UTC, ISO 8601
    installation: bytes
    root: bytes  # the root's public key
    signature: bytes = b""

    @property
    def target(self) -> Target:
        return Target(self.number, self.public)

    def body(self) -> bytes:
        number, at = self.number.to_bytes(4, "big"), self.made_at.encode()
        return joined((LABEL, self.installation, number, self.public, self.previous, at, self.root))

    def digest(self) -> bytes:
        return hashlib.sha256(self.body()).digest()


def public_of(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def fingerprint(root: bytes) -> str:
    """What is pinned and printed: SHA-256 of the root's public key in groups of four hex digits."""
    digits = hashlib.sha256(b"varna/root/v1" + root).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, 64, 4))


def same(typed: str, fingerprint: str) -> bool:
    """Whether somebody typed this fingerprint, with or without its spaces."""
    return "".join(typed.split()).casefold() == fingerprint.replace(" ", "").casefold()


def signature(seed: bytes, body: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(body)


@dataclass(frozen=True)
class Pin:
    """What a host remembers outside the database: the root, and how far its epochs had come."""

    installation: bytes
    fingerprint: str
    number: int
    digest: bytes

    def text(self) -> str:
        """As it stands in its file: four lines."""
        return f"varna-vault-pin-1\n{self.installation.hex()}\n{self.fingerprint}\n{self.number} {self.digest.hex()}\n"

    @classmethod
    def read(cls, text: str) -> "Pin":
        """The pin of a file. Raises NotPinned for anything else, and for the same said in another way."""
        try:
            _, installation, root, newest = text.strip().split("\n")
            number, digest = newest.split(" ")
            pin = cls(bytes.fromhex(installation), root, int(number), bytes.fromhex(digest))
        except ValueError:
            raise NotPinned from None
        if pin.number < 1 or pin.text().strip() != text.strip():
            raise NotPinned
        return pin


def pin(epoch: Epoch) -> Pin:
    """What to remember once this epoch is the newest."""
    return Pin(epoch.installation, fingerprint(epoch.root), epoch.number, epoch.digest())


def check(epochs: Sequence[Epoch], pinned: Pin) -> Epoch:
    """The newest of these epochs. Raises NotPinned unless they are 1, 2, 3 … signed by the pinned root, and the
    newest that was pinned is among them: none was swapped, slipped in or taken away.
    """
    previous = FIRST
    for number, epoch in enumerate(epochs, start=1):
        follows = (epoch.number, epoch.previous, epoch.installation) == (number, previous, pinned.installation)
        if not (
            follows
            and fingerprint(epoch.root) == pinned.fingerprint
            and signed(epoch.root, epoch.signature, epoch.body())
        ):
            raise NotPinned
        previous = epoch.digest()
    if len(epochs) < pinned.number or epochs[pinned.number - 1].digest() != pinned.digest:
        raise NotPinned
    return epochs[-1]


def signed(root: bytes, signature: bytes, body: bytes) -> bool:
    """Whether the root of this public key signed this."""
    try:
        Ed25519PublicKey.from_public_bytes(root).verify(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True
