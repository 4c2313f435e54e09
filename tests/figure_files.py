"""Files as guarding suppliers send them, and as somebody might who wishes harm: each with what it ends in.

The contract has the sites 101 Rådhuset, 102 Björkskolan and 103 Badhuset (by the supplier's number and the name).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

HEAD = (
    "Objektnr",
    "Tjänst",
    "Månad",
    "Beställda",
    "Utförda",
    "Uteblivna",
    "Larm",
    "Obefogade",
    "Insatstider",
    "Belopp",
)
ROW = ("101", "Yttre rondering", "2026-10", "60", "59", "1", "3", "1", "12, 18, 25", "4250")
OTHER = ("Björkskolan", "Larmutryckning", "oktober 2026", "", "", "", "4", "2", "9;31", "1 200,50")

Line = Sequence[object]


def as_csv(*rows: Line, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def as_excel(*rows: Line, make: Callable[[Any, Any], None] = lambda book, sheet: None) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    make(book, sheet)
    book.close()
    return file.getvalue()


def many(rows: int, sites: int = 3, wrong: int = 0) -> Iterable[Line]:
    """The headings and so many rows, each of its own site, service and month; the first `wrong` of them are so."""
    services = ("Yttre rondering", "Inre rondering", "Larmutryckning", "Öppning/låsning", "Störningsjour")
    months = [f"{2016 + n // 12}-{n % 12 + 1:02}" for n in range(12 * 10)]
    keys = ((f"{101 + site}", service, month) for site in range(sites) for month in months for service in services)
    yield HEAD
    for number, (key, _) in enumerate(zip(keys, range(rows), strict=False)):
        yield *key, 30, "x" if number < wrong else 29, 1, 4, 2, f"12, 18, {20 + number % 40}", "4 250,50"


def _merged(book: Any, sheet: Any) -> None:
    sheet.merge_range("A1:J1", "Månadsrapport, Ek Bevakning")
    for first, last, word in (("D3", "F3", "Rondering"), ("G3", "H3", "Larm")):
        sheet.merge_range(f"{first}:{last}", word)


def _formulas(book: Any, sheet: Any) -> None:
    sheet.write_formula("D2", "=30+30", None, 60)


def _broken_formula(book: Any, sheet: Any) -> None:
    sheet.write_formula("D2", "=1/0", None, "#DIV/0!")


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return file.getvalue()


def _replaced(column: int, value: object, row: Line = ROW) -> Line:
    return (*row[:column], value, *row[column + 1 :])


@dataclass(frozen=True)
class Sent:
    """`rows` would be saved, and of those `told` (English) one sentence each is wrong; or nothing, and `told` is all."""

    make: Callable[[], bytes]
    rows: int = 0
    told: tuple[str, ...] = ()
    asks: bool = False  # whether somebody must say what a column means first
    values: dict[str, Any] | None = None  # of the first figure


_MERGED = (
    (), ("",), ("Objekt", "Tjänst", "Månad", "", "", "", "", "", "Svarstider (min)", "Belopp (kr)"),
    ("", "", "", "Beställda", "Utförda", "Uteblivna", "Totalt", "Obefogade", "", ""), ROW, OTHER,
)  # fmt: skip
_ROUNDED = {"ordered": 60, "delivered": 59, "missed": 1, "alarms": 3, "unjustified": 1, "invoiced": 4250}

FILES: dict[str, Sent] = {
    "semicolons with a mark": Sent(lambda: as_csv(HEAD, ROW, OTHER), 2, values=_ROUNDED | {"responses": "12:1 18:1 25:1"}),
    "commas": Sent(lambda: as_csv(HEAD, ROW, OTHER, delimiter=","), 2, values=_ROUNDED),
    "tabs": Sent(lambda: as_csv(HEAD, ROW, delimiter="\t"), 1),
    "Swedish Windows": Sent(lambda: as_csv(HEAD, ROW, OTHER, encoding="cp1252"), 2),
    "UTF-16": Sent(lambda: as_csv(HEAD, ROW, encoding="utf-16"), 1),
    "sep= first": Sent(lambda: b"sep=;\r\n" + as_csv(HEAD, ROW, encoding="utf-8"), 1),
    "Swedish decimals": Sent(
        lambda: as_csv(HEAD, _replaced(9, "4\u00a0250,50 kr"), _replaced(9, "1.204,49", OTHER)), 2,
        values={"invoiced": 4251},
    ),
    "a title above, with a comma": Sent(lambda: as_csv(("Rapport, oktober",), (), HEAD, ROW, OTHER), 2),
    "merged headings over two rows": Sent(lambda: as_excel(*_MERGED, make=_merged), 2, values=_ROUNDED),
    "empty rows between": Sent(lambda: as_csv(HEAD, (), ("",) * 10, ROW, (" ", ""), OTHER, ()), 2),
    "a sum at the end": Sent(lambda: as_csv(HEAD, ROW, OTHER, ("Summa", "", "", "60", "59")), 2),
    "Excel's own numbers and dates": Sent(
        lambda: as_excel(HEAD, (101, "rondering", dt.date(2026, 10, 31), 60, 59.0, 1, 3, 1, 12, 4250.5)), 1,
        values={"ordered": 60, "responses": "12:1", "invoiced": 4251, "month": dt.date(2026, 10, 1)},
    ),
    "a day as Excel counts": Sent(lambda: as_excel(HEAD, _replaced(2, 46296)), 1),
    "formulas with their last value": Sent(lambda: as_excel(HEAD, ROW, make=_formulas), 1, values={"ordered": 60}),
    "an error of Excel's": Sent(
        lambda: as_excel(HEAD, ROW, OTHER, make=_broken_formula), 1, ("The cell holds an error from Excel: #DIV/0!.",)
    ),
    "a text that looks like a formula": Sent(
        lambda: as_csv(HEAD, _replaced(3, "=60+1"), OTHER), 1, ("This is no number.",)
    ),
    "headings of their own": Sent(lambda: as_csv(("Kund", *HEAD[1:]), ROW), asks=True),
    "a column too many": Sent(lambda: as_csv((*HEAD, "Anm."), (*ROW, "Sen")), asks=True),
    "an unknown site": Sent(
        lambda: as_csv(HEAD, ROW, _replaced(0, "Slottet")), 1,
        ("The contract has no site with the number or name “Slottet”.",),
    ),
    "an unknown service": Sent(
        lambda: as_csv(HEAD, ROW, _replaced(1, "Städning")), 1,
        ("“Städning” is none of the services that are known here.",),
    ),
    "a month to come": Sent(lambda: as_csv(HEAD, ROW, _replaced(2, "2026-12")), 1, ("That month has not been yet.",)),
    "a month before the contract": Sent(
        lambda: as_csv(HEAD, ROW, _replaced(2, "2015-12")), 1, ("That month is before the contract's first day.",)
    ),
    "no month": Sent(lambda: as_csv(HEAD, ROW, _replaced(2, "")), 1, ("The row does not say which month.",)),
    "less than nothing": Sent(lambda: as_csv(HEAD, OTHER, _replaced(3, "-1")), 1, ("It cannot be less than nothing.",)),
    "more missed than ordered": Sent(
        lambda: as_csv(HEAD, OTHER, _replaced(5, "61")), 1, ("It cannot be more than the whole that it is part of.",)
    ),
    "more delivered than ordered": Sent(lambda: as_csv(HEAD, _replaced(4, "61")), 1, values={"delivered": 61}),
    "more unjustified than alarms": Sent(
        lambda: as_csv(HEAD, OTHER, _replaced(7, "4")), 1, ("It cannot be more than the whole that it is part of.",)
    ),
    "the same twice": Sent(
        lambda: as_csv(HEAD, ROW, OTHER, _replaced(0, "Rådhuset")), 2,
        ("The same site, service and month stand in row 2 already.",),
    ),
    "no figures": Sent(lambda: as_csv(HEAD, ROW, (*OTHER[:3], *[""] * 7)), 1, ("The row holds no figures.",)),
    "rows that end early": Sent(lambda: as_csv(HEAD, ROW[:5]), 1, values={"delivered": 59, "missed": None}),
    "two thousand and a bit": Sent(lambda: as_csv(*many(1500)), 1500),
    "a zip bomb": Sent(_bomb, told=("The Excel file becomes too large when it is unpacked. Save only the sheet that is needed.",)),
    "an old .xls renamed": Sent(
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        told=("This is an old Excel file (.xls), or one with a password. Save it as .xlsx without password.",),
    ),
    "half an Excel file": Sent(
        lambda: as_excel(HEAD, ROW)[:900],
        told=("The Excel file is damaged, or is not what it says. Save it anew as .xlsx, or as CSV.",),
    ),
    "a picture": Sent(lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, told=("The file is neither Excel (.xlsx) nor CSV.",)),
    "nothing": Sent(lambda: b"", told=("Choose a file. The one that came was empty.",)),
    "headings only": Sent(lambda: as_csv(HEAD), told=("The file holds no rows beneath its headings.",)),
    "a quotation mark without end": Sent(
        lambda: as_csv(HEAD, ROW) + b'"101;',
        told=("The CSV file cannot be read: a quotation mark or a delimiter is out of place.",),
    ),
    "sixty-one columns": Sent(
        lambda: as_csv((*HEAD, *map(str, range(51)))), told=("At most 60 columns can be brought in at a time.",)
    ),
    "more than 10 MB": Sent(lambda: b"x" * (10 * 1024 * 1024 + 1), told=("The file may be at most 10 MB.",)),
}  # fmt: skip
