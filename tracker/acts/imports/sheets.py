"""A sheet of texts: what a file is turned into before its content is asked about, and carried as until it is saved."""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from models.words import Message

ROWS = 20_000
COLUMNS = 60
TEXT = 8 * 1024 * 1024  # bytes of a sheet as it is carried, unpacked
CARRIED = 12 * 1024 * 1024  # bytes of a sheet as it is carried, packed: what TEXT can become at worst, and some

_LOST = Message("The file lost its way between the two pages. Choose it again.")


class Unreadable(Exception):
    """The file cannot be taken in at all; `message` tells why, and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.msgid)
        self.message = message


@dataclass(frozen=True)
class Sheet:
    """A header and the rows beneath it that hold something, each with the number it has in the file. All is text."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def sheet_of(lines: Iterable[Sequence[str]]) -> Sheet:
    """The first line that holds something is the header. Raises Unreadable for what is too large or empty."""
    filled = ((number, _trimmed(line)) for number, line in enumerate(lines, 1) if line)
    kept: list[tuple[int, tuple[str, ...]]] = []
    room = TEXT
    for number, cells in filled:
        if not cells:
            continue
        if len(cells) > COLUMNS:
            raise Unreadable(Message("At most %(most)s columns can be brought in at a time.", most=COLUMNS))
        room -= sum(len(cell.encode()) + 4 for cell in cells) + 12
        if len(kept) > ROWS:
            raise Unreadable(Message("At most %(most)s rows can be brought in at a time. Divide the file.", most=ROWS))
        if room < 0:
            raise Unreadable(Message("The file holds too much text. Divide it."))
        kept.append((number, cells))
    if len(kept) < 2:
        raise Unreadable(Message("The file holds no rows beneath its headings."))
    return Sheet(kept[0][1], tuple(kept[1:]))


def packed(sheet: Sheet) -> str:
    """The sheet as one text that a hidden field can carry."""
    plain = json.dumps([sheet.header, sheet.rows], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(zlib.compress(plain.encode())).decode().rstrip("=")


def unpacked(text: str) -> Sheet:
    """The sheet again. Raises Unreadable for anything that `packed` did not make, however large it would unpack."""
    try:
        stream = zlib.decompressobj()
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        plain = stream.decompress(raw, TEXT * 2)
        header, rows = json.loads(plain) if stream.eof else ([], [])
        return _whole(header, rows)
    except (binascii.Error, zlib.error, ValueError, TypeError, RecursionError) as error:
        raise Unreadable(_LOST) from error


def _whole(header: Any, rows: Any) -> Sheet:
    made = Sheet(_texts(header), tuple((number, _texts(cells)) for number, cells in rows))
    numbers = [number for number, _ in made.rows]
    if not made.header or not 0 < len(numbers) <= ROWS or not all(type(n) is int and 0 < n < 10**8 for n in numbers):
        raise TypeError("not a sheet")
    return made


def _texts(cells: Any) -> tuple[str, ...]:
    if not isinstance(cells, list) or len(cells) > COLUMNS or not all(isinstance(cell, str) for cell in cells):
        raise TypeError("not a row of texts")
    "".join(cells).encode()  # half a sign cannot be shown, nor stored
    return tuple(cells)


def _trimmed(line: Sequence[str]) -> tuple[str, ...]:
    """The cells as whole signs, without space around them, and without the empty ones at the end."""
    whole = (cell.encode("utf-8", "replace").decode() for cell in line)
    cells = [cell.replace("\r\n", "\n").replace("\xa0", " ").strip() for cell in whole]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)
