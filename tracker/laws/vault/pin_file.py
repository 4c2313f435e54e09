"""The file in which a host keeps its pin: whole or not at all, by one writer at a time."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """While this lasts nobody else on this host writes the file: its directory is locked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def write(path: Path, text: str) -> None:
    """Puts a new file in the place of the old one. Call it alone."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        _put(beside, text.encode("ascii"))
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    _settle(path.parent)


def _put(path: Path, octets: bytes) -> None:
    """Readable to others: whoever looks after the host may write it, and the application reads it."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with os.fdopen(file, "wb") as opened:
        opened.write(octets)
        opened.flush()
        os.fsync(opened.fileno())


def _settle(directory: Path) -> None:
    """What the directory says survives a power cut."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
