"""A list as CSV that a Swedish Excel opens: semicolons, UTF-8 with BOM, ISO dates, no cell that can be a formula."""

import csv
import io
from collections.abc import Iterator, Mapping

from models.happenings import Verb
from models.record import Record
from tracker.laws import ledger
from tracker.pages import Shown
from tracker.spine.form_page import choices
from tracker.spine.list_page import asked_of, whole_of
from tracker.spine.lists import Asked, all_pages
from tracker.spine.reading import Reading

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "|", "%")


def csv_lines(reading: Reading, record_type: type[Record], query: Mapping[str, str]) -> Iterator[str]:
    """The rows that the list at this address shows, masked as the list is; the export is noted before the first."""
    declared = record_type.declared
    alternatives = choices(reading, {name: record_type._meta.fields[name] for name in declared.filters})
    asked, _ = asked_of(record_type, query, alternatives, whole_of(reading, record_type, query))
    ledger.note(
        reading.actor, Verb.EXPORTED, None, at=reading.at, facts={"list": declared.slug, "selection": asked.selection}
    )
    return _lines(reading, record_type, asked)


def _lines(reading: Reading, record_type: type[Record], asked: Asked) -> Iterator[str]:
    """The lines, some hundreds at a time: each piece is sent by itself."""
    declared = record_type.declared
    yield "\ufeff" + _line([reading.say(record_type._meta.fields[name].label) for name in declared.columns])
    for rows in all_pages(reading.actor, record_type, asked, reading.at):
        reading.prepare(rows, declared.columns)
        yield "".join(_line([cell(reading.shown(row, name)) for name in declared.columns]) for row in rows)


def cell(shown: Shown) -> str:
    """What stands in a cell: the machine's form of a date or a number, the reason of a mask, and never a formula."""
    text = shown.masked or ("•••" if shown.sealed else shown.iso or shown.plain or shown.text)
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def _line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow(cells)
    return line.getvalue()
