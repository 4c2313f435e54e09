"""Reading a file that somebody sends: Excel (.xlsx) or CSV, told apart by content, into a sheet of texts.

Whatever is wrong with it is an Unreadable with a sentence.
"""

import csv
import datetime as dt
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
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

_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError,
    SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error, InvalidFileException,
)  # fmt: skip
"""What openpyxl, zipfile and the XML readers are known to raise on files that are not what they say."""

_NOT_EXCEL = Message("The Excel file is damaged, or is not what it says. Save it anew as .xlsx, or as CSV.")


def read(content: bytes) -> Sheet:
    """The sheet in a file. Raises Unreadable."""
    if not content.strip():
        raise Unreadable(Message("Choose a file. The one that came was empty."))
    if len(content) > LARGEST:
        raise Unreadable(Message("The file may be at most %(most)s MB.", most=LARGEST // 1024**2))
    if content.startswith(_OLE):
        raise Unreadable(
            Message("This is an old Excel file (.xls), or one with a password. Save it as .xlsx without password.")
        )
    return _excel(content) if content.startswith(_ZIP) else _csv(content)


def _excel(content: bytes) -> Sheet:
    try:
        _check_archive(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and the like, which nobody asked for
            return sheet_of(_excel_lines(content))
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


def _excel_lines(content: bytes) -> Iterator[Sequence[str]]:
    """The values of the first sheet; of formulas, what they last gave."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        for values in book.worksheets[0].iter_rows(max_row=LAST_ROW, max_col=COLUMNS + 1, values_only=True):
            empty = values.count(None) == len(values)  # a million of these take a second, not half a minute
            yield () if empty else [_text(value) for value in values]
    finally:
        book.close()


def _text(value: Any) -> str:
    """A cell's value as it would be typed: dates as year-month-day, whole numbers without decimals."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _csv(content: bytes) -> Sheet:
    text = _decoded(content)
    if "\0" in text:
        raise Unreadable(Message("The file is neither Excel (.xlsx) nor CSV."))
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep="):  # what Excel writes to tell itself the delimiter
        return _lines(rest, first.strip()[4:] or ";", skipped=1)
    return _lines(text, _delimiter(text))


def _lines(text: str, delimiter: str, skipped: int = 0) -> Sheet:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        lines = ([_unquoted(cell) for cell in line] for line in reader)  # one at a time: a file can be all line breaks
        return sheet_of(chain([[]] * skipped, lines))
    except (csv.Error, TypeError, ValueError) as error:
        raise Unreadable(
            Message("The CSV file cannot be read: a quotation mark or a delimiter is out of place.")
        ) from error


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else as Swedish Windows writes."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(Message("The file is neither Excel (.xlsx) nor CSV."))


def _delimiter(text: str) -> str:
    """The sign that divides the first line that holds something."""
    line = next((line for line in io.StringIO(text) if line.strip()), "")
    return max(_DELIMITERS, key=line.count)


def _unquoted(cell: str) -> str:
    """Our own exports put an apostrophe before what could become a formula; here it comes off again."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip().startswith(FORMULA) else cell
