"""One stretching of a password or passphrase at a time in a process: passwords and the vault take turns.

OpenSSL runs the lanes of Argon2 in threads of one pool; two computations at once wait for each other's lanes and
never end (OpenSSL 4.0, two lanes or more). So the turn belongs to the process, whoever stretches.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 20.0  # seconds

_alone = threading.Lock()


class Busy(Exception):
    """Too many passwords and passphrases are being tried at once on this host."""


@contextmanager
def turn(patience: float = PATIENCE) -> Iterator[None]:
    """Raises Busy when it does not come in time."""
    if not _alone.acquire(timeout=patience):
        raise Busy
    try:
        yield
    finally:
        _alone.release()
