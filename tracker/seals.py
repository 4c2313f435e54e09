"""Seals on rows that let somebody in: whoever only writes the database makes none that holds.

A seal is HMAC-SHA256, under the host's secret, of what a row says: hosts that share a database share the secret.
"""

import datetime as dt
import hashlib
import hmac
import json
import logging
from collections.abc import Iterable

from tracker.octets import joined

logger = logging.getLogger("varna")


class Seal:
    """The seal of one kind of row, by a label that no other kind has."""

    _secret: bytes

    def __init__(self, label: str) -> None:
        self._label = label

    def use_secret(self, secret: bytes) -> None:
        """Seals from now on with this secret, and knows no other."""
        self._secret = secret

    def of(self, *parts: object) -> str:
        """64 hex digits for these parts: texts, numbers, truths, instants as the column keeps them, and None."""
        return hmac.new(self._secret, _joined((self._label, *map(_plain, parts))), hashlib.sha256).hexdigest()

    def holds(self, seal: str, *parts: object, row: int) -> bool:
        """Whether `seal` is that of these parts. If not, the number of the row is logged, and nothing else of it."""
        same = hmac.compare_digest(seal.encode("utf-8", "surrogatepass"), self.of(*parts).encode())
        if not same:
            at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
            said = {"at": at, "event": "the seal does not hold", "seal": self._label, "row": row}
            logger.warning("%s", json.dumps(said))
        return same


def _plain(part: object) -> str:
    """One text for one value, whichever engine kept it; the kind of value stands before it."""
    if isinstance(part, dt.datetime):
        return f"at {part.isoformat(timespec='microseconds')}"
    return f"{type(part).__name__} {part}"


def _joined(parts: Iterable[str]) -> bytes:
    return joined(part.encode("utf-8", "surrogatepass") for part in parts)
