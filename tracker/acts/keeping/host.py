"""The host that a backup is made on, verified on or restored to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from models.database import connect_to, connection, db
from tracker.laws import ledger, passwords


@dataclass(frozen=True, repr=False)
class Host:
    """Where its database and its files are, what it checks passwords with, and which keys it trusts besides its own."""

    url: str
    data: Path
    pepper: bytes
    cost: passwords.Cost = passwords.COST
    keys: tuple[bytes, ...] = ()

    @property
    def trusted(self) -> dict[str, bytes]:
        """By their names: the keys whose backups and ledgers are taken here."""
        return ledger.trusted() | {ledger.key_id(key): key for key in self.keys}


@contextmanager
def using(url: str) -> Iterator[None]:
    """`db` is the database of this URL, with a connection, until the end; then nobody is connected to it."""
    connect_to(url)
    try:
        with connection():
            yield
    finally:
        db.close_all()
