"""A list of records: narrowed by selection, filters and search, in Swedish order, one page at a time by key."""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from peewee import SQL, IntegerField, fn

from models.kinds import Day, Kind, SortKey
from models.ledger import Word
from models.measures import Mark
from models.people import Actor
from models.record import Record, among
from models.swedish import words
from models.words import Act
from tracker.language import today as day_of
from tracker.spine.reach import EVERYTHING, reach, reads_secret

PAGE = 50
COUNTED_TO = 1000


@dataclass(frozen=True)
class Asked:
    """What a reader asks of a list. `after` is the key of the last row already seen; `filters` are stored values."""

    selection: str = ""
    filters: dict[str, Any] = field(default_factory=dict)
    search: str = ""
    order: str = ""
    after: str = ""


@dataclass(frozen=True)
class Listing:
    """One page of rows, the key of the next page ("" at the end), and how many there are (at most COUNTED_TO + 1)."""

    rows: list[Record]
    after: str
    count: int


def listing(actor: Actor, record_type: type[Record], asked: Asked, at: dt.datetime, page: int = PAGE) -> Listing:
    """The rows of `record_type` that `actor` may see and asked for."""
    chosen = query(actor, record_type, asked, at)
    rows, after = page_of(chosen, record_type, asked, page)
    return Listing(rows, after, counting(chosen).scalar())


def query(actor: Actor, record_type: type[Record], asked: Asked, at: dt.datetime) -> Any:
    """All rows asked for, unordered, with `reads_secret` on each."""
    today = day_of(at)
    secret = reads_secret(actor, record_type, today)
    chosen = record_type.select(*_columns(record_type)).where(reach(actor, record_type, Act.SEE, today))
    if asked.selection:
        chosen = chosen.where(record_type.declared.selections[asked.selection].where(record_type, today, actor.id))
    for name, value in asked.filters.items():
        chosen = chosen.where(record_type._meta.fields[name] == value)
    return _searched(chosen, record_type, asked.search, secret, today)


def page_of(chosen: Any, record_type: type[Record], asked: Asked, page: int = PAGE) -> tuple[list[Record], str]:
    """The next `page` rows of a query in the asked order, and the key after them."""
    column, descending = _order(record_type, asked.order)
    if asked.after:
        chosen = chosen.where(_beyond(record_type, column, descending, asked.after))
    ways = (column.desc(), record_type.id.desc()) if descending else (column.asc(), record_type.id.asc())
    rows = list(chosen.order_by(*ways).limit(page + 1))
    return rows[:page], _key(column, rows[page - 1]) if len(rows) > page else ""


def all_pages(actor: Actor, record_type: type[Record], asked: Asked, at: dt.datetime) -> Iterator[list[Record]]:
    """Every row asked for, a page of 500 at a time."""
    chosen = query(actor, record_type, asked, at)
    while True:
        rows, after = page_of(chosen, record_type, asked, 500)
        if rows:
            yield rows
        if not after:
            return
        asked = replace(asked, after=after)


def counting(chosen: Any) -> Any:
    """How many rows, counted no further than one past COUNTED_TO: a subquery of one value."""
    first = chosen.select(chosen.model.id).order_by().limit(COUNTED_TO + 1).alias("first")
    return chosen.model.select(fn.COUNT(SQL("*"))).from_(first)


def _columns(record_type: type[Record]) -> list[Any]:
    """Only what a list shows or needs to say about a row, never its long texts."""
    declared = record_type.declared
    names = {"id", "uid", declared.title, *declared.columns, *(name.lstrip("-") for name in declared.sorts)}
    names |= {name for name in ("state", *record_type.timed) if name in record_type._meta.fields}
    return [record_type._meta.fields[name] for name in record_type._meta.sorted_field_names if name in names]


def _searched(chosen: Any, record_type: type[Record], text: str, secret: Any, today: dt.date) -> Any:
    """Rows that hold every word, by its beginning; a marked record is found only by those who read the mark."""
    wanted = sorted(words(text))[:8]
    for word in wanted:
        hits = Word.select(Word.record).where(
            (Word.record_type == record_type._meta.table_name) & (Word.word >= word) & (Word.word < word + b"\xff")
        )
        chosen = chosen.where(among(record_type.id, hits))
    if wanted and secret is not EVERYTHING:
        marked = Mark.select(Mark.about_uid).where(Mark.of(record_type._meta.table_name, today))
        chosen = chosen.where(record_type.uid.not_in(marked) | secret)
    return chosen


def _order(record_type: type[Record], order: str) -> tuple[Any, bool]:
    sorts = record_type.declared.sorts
    asked = order if order.lstrip("-") in {name.lstrip("-") for name in sorts} else (sorts[0] if sorts else "id")
    return record_type._meta.fields[asked.lstrip("-")], asked.startswith("-")


def _key(column: Any, row: Record) -> str:
    value = column.canonical(row.__data__[column.name]) if hasattr(column, "canonical") else row.__data__[column.name]
    return base64.urlsafe_b64encode(json.dumps([value, row.id]).encode()).decode().rstrip("=")


def _of(column: Any, value: Any) -> Any:
    """A value of `column` out of a key. Raises ValueError or TypeError for what cannot be one."""
    if type(value) is not (int if isinstance(column, IntegerField) else str):
        raise TypeError("no value of this column")
    if isinstance(column, SortKey):
        return bytes.fromhex(value)
    read = dt.date.fromisoformat(value) if isinstance(column, Day) else column.python_value(value)
    if (isinstance(read, int) and abs(read) >= 2**31) or (isinstance(column, Kind) and column.problem(read)):
        raise ValueError("no value of this column")
    return read


def _beyond(record_type: type[Record], column: Any, descending: bool, after: str) -> Any:
    """The rows after a key; a key that cannot be read is as none."""
    try:
        value, number = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        value = _of(column, value)
        if type(number) is not int or abs(number) >= 2**31:
            return EVERYTHING
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return EVERYTHING
    if descending:
        return (column <= value) & ((column < value) | (record_type.id < number))
    return (column >= value) & ((column > value) | (record_type.id > number))
