"""Reading a file that somebody sends: Excel (.xlsx) or CSV, told apart by content, into a sheet of texts.

Whatever is wrong with it is an Unreadable with a sentence.
"""

import codecs
import csv
import datetime as dt
import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from models.words import Message
from tracker.acts.imports.sheets import COLUMNS, Sheet, Unreadable, sheet_of
from tracker.spine.export import FORMULA

LARGEST = 10 * 1024 * 1024  # bytes
UNPACKED = 100 * 1024 * 1024
RATIO = 100  # more than this is a bomb, once it is larger than SMALL
SMALL = 1024 * 1024
PARTS = 2000
LAST_ROW = 1_048_576  # Excel's own

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ";,\t"
_QUOTED = re.compile(r'"[^"]*"')
LOOKED_AT = 20  # lines that tell the delimiter
PIECE = 64 * 1024  # bytes decoded at a time

_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError,
    SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error, InvalidFileException,
)  # fmt: skip
"""What openpyxl, zipfile and the XML readers are known to raise on files that are not what they say."""

warnings.filterwarnings("ignore", module="openpyxl")  # it warns of styles and the like, which nobody asked for

_NOT_EXCEL = Message("The Excel file is damaged, or is not what it says. Save it anew as .xlsx, or as CSV.")


def read(content: bytes) -> Sheet:
    """The sheet in a file, as texts. Raises Unreadable."""
    return sheet_of([text(value) for value in line] for line in lines(content))


def lines(content: bytes) -> Iterator[Sequence[Any]]:
    """The lines of a file, one at a time: texts, and from Excel also numbers and dates. Raises Unreadable on the way.

    A line without anything in it can be empty. However long the file is, no more than one line of it is held.
    """
    if not content.strip():
        raise Unreadable(Message("Choose a file. The one that came was empty."))
    if len(content) > LARGEST:
        raise Unreadable(Message("The file may be at most %(most)s MB.", most=LARGEST // 1024**2))
    if content.startswith(_OLE):
        raise Unreadable(
            Message("This is an old Excel file (.xls), or one with a password. Save it as .xlsx without password.")
        )
    yield from _excel(content) if is_excel(content) else _csv(content)


def is_excel(content: bytes) -> bool:
    """Whether a file is read as Excel's, by how it begins."""
    return content.startswith(_ZIP)


def _excel(content: bytes) -> Iterator[Sequence[Any]]:
    try:
        _check_archive(content)
        yield from _excel_lines(content)
    except _BROKEN as error:
        raise Unreadable(_NOT_EXCEL) from error


def _check_archive(content: bytes) -> None:
    """Looks at the list of contents before anything is unpacked; what it says is a ceiling that zipfile keeps to."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    whole = sum(part.file_size for part in parts)
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise Unreadable(Message("The file is neither Excel (.xlsx) nor CSV."))
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Unreadable(Message("The file holds macros, which are not let in. Save it as .xlsx."))
    if any(
        part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts
    ):
        raise Unreadable(_NOT_EXCEL)
    if len(parts) > PARTS or whole > UNPACKED or (whole > SMALL and whole > RATIO * len(content)):
        raise Unreadable(
            Message("The Excel file becomes too large when it is unpacked. Save only the sheet that is needed.")
        )


def _excel_lines(content: bytes) -> Iterator[Sequence[Any]]:
    """The values of the first sheet; of formulas, what they last gave."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        for values in book.worksheets[0].iter_rows(max_row=LAST_ROW, max_col=COLUMNS + 1, values_only=True):
            empty = values.count(None) == len(values)  # a million of these take a second, not half a minute
            yield () if empty else values
    finally:
        book.close()


def text(value: Any) -> str:
    """A cell's value as it would be typed: dates as year-month-day, whole numbers without decimals."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _csv(content: bytes) -> Iterator[Sequence[str]]:
    encoding = _encoding(content)
    file = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    first = list(islice(file, LOOKED_AT))
    begins = first[0].strip() if first else ""
    says = begins.lower().startswith("sep=")  # what Excel writes to tell itself the delimiter
    delimiter = (begins[4:] or ";") if says else _delimiter(first)
    if says:
        yield ()
    file.seek(0)
    try:
        reader = csv.reader(islice(file, int(says), None), delimiter=delimiter, strict=True)
        for line in reader:  # one at a time: a file can be all line breaks
            yield [_unquoted(cell) for cell in line]
    except (csv.Error, TypeError, ValueError) as error:
        raise Unreadable(
            Message("The CSV file cannot be read: a quotation mark or a delimiter is out of place.")
        ) from error


def _encoding(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else as Swedish Windows writes. Raises Unreadable."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            nothing = any("\0" in piece for piece in codecs.iterdecode(_pieces(content), encoding))
        except UnicodeDecodeError:
            continue
        if not nothing:
            return encoding
    raise Unreadable(Message("The file is neither Excel (.xlsx) nor CSV."))


def _pieces(content: bytes) -> Iterator[bytes]:
    return (content[start : start + PIECE] for start in range(0, len(content), PIECE))


def _delimiter(first: Sequence[str]) -> str:
    """The sign that divides most of the first lines alike: a heading or a decimal may hold another."""
    bare = [line for line in (_QUOTED.sub("", line) for line in first) if line.strip()]
    return max(_DELIMITERS, key=lambda sign: _divides([line.count(sign) for line in bare]))


def _divides(counts: Sequence[int]) -> tuple[int, int]:
    """In how many lines a sign stands equally often, and how often."""
    alike = Counter(count for count in counts if count).most_common()
    return max(((lines, count) for count, lines in alike), default=(0, 0))


def _unquoted(cell: str) -> str:
    """Our own exports put an apostrophe before what could become a formula; here it comes off again."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip().startswith(FORMULA) else cell
