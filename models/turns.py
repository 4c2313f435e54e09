"""Turns: SQLite has one writer at a time, and here they come in the order they asked.

SQLite's own busy handler lets writers starve one another. So threads queue first in their process; the first of
them draws a ticket in a file beside the database, and has its turn when every earlier ticket is done.

A ticket is a number and a lock on the byte of that number (the byte need not exist). The kernel frees the lock of a
process that dies, so nobody waits for the dead. Order is all that is at stake here: should the file be lost, SQLite
still lets only one write.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 10.0  # seconds
POLL = 0.0005  # seconds; a commit takes some milliseconds

_COUNTER = 0  # the byte that guards the counter
_FIRST = 1  # never drawn, so that the range of "every earlier ticket" is never empty
_NUMBER = 8  # bytes


class NoTurn(Exception):
    """Nobody could write in time; the same request may succeed later."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"No turn to write within {seconds:g} seconds. Nothing was written; try again.")


class Turns:
    """The turns of one SQLite database. One object per file and process: see `turns_of`."""

    def __init__(self, path: str) -> None:
        self._queue = Queue()
        self._path = path

    @contextmanager
    def turn(self, patience: float = PATIENCE) -> Iterator[None]:
        """Waits for the turn and holds it. Raises NoTurn after `patience` seconds."""
        deadline = time.monotonic() + patience
        with self._queue.first(deadline, patience), self._open() as file:
            number = _draw_ticket(file, deadline, patience)
            _wait_for(lambda: _lock(file, _FIRST, number), deadline, patience)
            yield

    @contextmanager
    def _open(self) -> Iterator[int]:
        """Closing the file gives up every lock on it."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield file
        finally:
            os.close(file)


class Queue:
    """The threads of one process, first come, first served."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def first(self, deadline: float, patience: float) -> Iterator[None]:
        turn = self._join()
        try:
            if not turn.wait(max(0.0, deadline - time.monotonic())):
                raise NoTurn(patience)
            yield
        finally:
            self._leave(turn)

    def _join(self) -> threading.Event:
        turn = threading.Event()
        with self._mutex:
            self._waiting.append(turn)
            self._waiting[0].set()
        return turn

    def _leave(self, turn: threading.Event) -> None:
        with self._mutex:
            self._waiting.remove(turn)
            if self._waiting:
                self._waiting[0].set()


_known: dict[str, Turns] = {}
_known_mutex = threading.Lock()


def turns_of(database: str) -> Turns:
    """The one Turns of a database file: two in a process would not see each other's locks."""
    path = os.path.realpath(database) + ".lock"
    with _known_mutex:
        return _known.setdefault(path, Turns(path))


def _draw_ticket(file: int, deadline: float, patience: float) -> int:
    """The next number, with its byte locked before anyone can draw another."""
    _wait_for(lambda: _lock(file, _COUNTER, _COUNTER), deadline, patience)
    number = max(_FIRST, int.from_bytes(os.pread(file, _NUMBER, 0), "little") % 2**62) + 1
    os.pwrite(file, number.to_bytes(_NUMBER, "little"), 0)
    _lock(file, number, number)
    fcntl.lockf(file, fcntl.LOCK_UN, 1, _COUNTER)
    return number


def _lock(file: int, first: int, last: int) -> bool:
    """Locks the bytes from first to last, both counted, unless another process holds one of them."""
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, last - first + 1, first)
    except (BlockingIOError, PermissionError):  # POSIX allows either for "held by another"
        return False
    return True


def _wait_for(done: Callable[[], bool], deadline: float, patience: float) -> None:
    while not done():
        if time.monotonic() >= deadline:
            raise NoTurn(patience)
        time.sleep(POLL)
