"""One way to write several parts as bytes: each after its length, so that no two lists of parts give the same."""

from collections.abc import Iterable


def joined(parts: Iterable[bytes]) -> bytes:
    """Each part after its length (u32be)."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
