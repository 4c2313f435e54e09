"""The lines of an Excel file as they were read, kept while its person looks: reading it anew is most of the work."""

import datetime as dt
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tracker.acts.imports.files import is_excel, lines
from tracker.acts.imports.sheets import COLUMNS

_MADE: dict[str, Callable[[Any], Any]] = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "timedelta": lambda seconds: dt.timedelta(seconds=seconds),
    "str": str,
}
PIECE = 64 * 1024  # bytes unpacked at a time
MOST = 96 * 1024**2  # bytes of lines that are kept, unpacked: more is read anew, however small the file is


class Kept:
    """Notes lines on their way, packed: some twenty bytes a row."""

    def __init__(self) -> None:
        self._pack = zlib.compressobj(1)
        self._packed = bytearray()
        self._room = MOST

    def noting(self, coming: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        for line in coming:
            if self._room > 0:
                told = json.dumps(list(line[: COLUMNS + 1]), default=_told).encode() + b"\n"
                self._room -= len(told)
                self._packed += self._pack.compress(told)
            yield line

    def packed(self) -> bytes | None:
        """None for what was too much to keep."""
        self._packed += self._pack.flush()
        return bytes(self._packed) if self._room > 0 else None


def again(content: bytes, kept: bytes | None) -> Iterator[Sequence[Any]]:
    """The lines of a file: those that were kept, else out of the file. Raises Unreadable as `lines` does."""
    return _unpacked(kept) if kept else lines(content)


def is_worth_keeping(content: bytes) -> bool:
    """Of text the reading is a small part of the work."""
    return is_excel(content)


def _unpacked(kept: bytes) -> Iterator[Sequence[Any]]:
    unpack, rest = zlib.decompressobj(), b""
    for start in range(0, len(kept), PIECE):
        *whole, rest = (rest + unpack.decompress(kept[start : start + PIECE])).split(b"\n")
        for line in whole:
            yield json.loads(line, object_hook=_made)


def _told(value: Any) -> dict[str, Any]:
    """What JSON has no word for: the days and times that Excel has."""
    if type(value).__name__ not in _MADE:
        return {"str": str(value)}
    return {type(value).__name__: value.total_seconds() if isinstance(value, dt.timedelta) else value.isoformat()}


def _made(said: dict[str, Any]) -> Any:
    ((name, value),) = said.items()
    return _MADE[name](value)
