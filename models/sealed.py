"""Ciphertext as a type of its own, so that plaintext cannot slip into its place."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

MAGIC = b"VRN1"


class Envelope(bytes):
    """A sealed value: `"VRN1" | suite u8 | epoch u32be | enc | ct`. Printing it prints nothing of it."""

    def __new__(cls, data: object) -> "Envelope":
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError("A sealed column takes ciphertext only, never text.")
        data = bytes(data)
        if not data.startswith(MAGIC) or len(data) < len(MAGIC) + 5 + 1120 + 16:
            raise TypeError("A sealed column takes an envelope of the vault only.")
        return super().__new__(cls, data)

    @classmethod
    def stored(cls, data: bytes) -> "Envelope":
        """What a sealed column holds, even if somebody put there what is no envelope: it opens nowhere."""
        return super().__new__(cls, data)

    def __repr__(self) -> str:
        return "<sealed>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "<sealed>"


@dataclass(frozen=True)
class Receipt:
    """Proof that an opening was witnessed before it happened, and what the ledger names for each sealed field.

    Only the ledger makes one, once its entry is committed.
    """

    entry: int
    row: uuid.UUID
    digests: Mapping[str, str]
