"""What the tables hold, read without trust: a value that Värna would not have stored so is named, never guessed at.

SQLite keeps whatever it is given. A date written "2026-1-5" reads as the same day but sorts as another, and a text kept
as bytes reads the same but is never found; so each value must be exactly what its field would store.
"""

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any

from peewee import (
    BlobField,
    BooleanField,
    CharField,
    DatabaseError,
    DataError,
    DateField,
    DateTimeField,
    Field,
    ForeignKeyField,
    IntegerField,
    SqliteDatabase,
    Table,
    TextField,
)
from peewee import __exception_wrapper__ as peewees_errors  # type: ignore[attr-defined]

from models.database import db

BATCH = 500
_PYTHON: dict[type, type | tuple[type, ...]] = {
    BooleanField: bool,
    DateTimeField: datetime,
    DateField: date,
    IntegerField: int,
    CharField: str,
    TextField: str,
    BlobField: (bytes, bytearray, memoryview),
}
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, OverflowError)


class Unreadable(Exception):
    """A row holds a value that cannot be read. `said` is what could be read of it, by column name."""

    def __init__(self, model: Any, said: dict[str, Any], field: str) -> None:
        super().__init__("A row holds a value that cannot be read.")
        self.model, self.said, self.field = model, said, field


def rows(model: Any, where: Any, *order: Any, most: int | None = None) -> list[Any]:
    """The rows that `where` selects. Raises Unreadable."""
    fields = model._meta.sorted_fields
    query = model.select(*fields).where(where).order_by(*order).limit(most)
    try:
        found = _fetched(query)
    except DatabaseError as error:
        if isinstance(db.obj, SqliteDatabase) or isinstance(error, DataError):  # a date beyond all days, on PostgreSQL
            _name_the_culprit(model, where)
        raise
    return [_row(model, fields, values) for values in found]


def batches(model: Any, column: Any) -> Iterator[list[Any]]:
    """All rows, a batch at a time, in the order of a column that tells them apart. Raises Unreadable."""
    last: Any = None
    while batch := rows(model, column > last if last is not None else column.is_null(False), column, most=BATCH):
        yield batch
        last = batch[-1].__data__[column.name]


def names(table: str, column: str, *where: tuple[str, Any]) -> set[str]:
    """A column of one of the engine's own tables, where others say what is asked."""
    catalogue = Table(table)
    chosen = catalogue.select(getattr(catalogue.c, column))
    for name, values in where:
        chosen = chosen.where(getattr(catalogue.c, name).in_(values))
    return {str(name) for (name,) in _fetched(chosen)}


def _fetched(query: Any) -> list[tuple[Any, ...]]:
    """As the driver gives them."""
    with peewees_errors:
        return list(db.execute(query).fetchall())


def _row(model: Any, fields: list[Field], values: tuple[Any, ...]) -> Any:
    said = dict(zip((field.name for field in fields), values, strict=True))
    data = {}
    for field in fields:
        try:
            data[field.name] = _value(field, said[field.name])
        except _UNREADABLE as error:
            raise Unreadable(model, said, field.name) from error
    return model(__no_default__=True, **data)


def _value(field: Field, raw: Any) -> Any:
    value = field.python_value(raw)
    if not (field.null if value is None else isinstance(value, _python(field))):
        raise ValueError
    if isinstance(db.obj, SqliteDatabase) and not _same(raw, field.db_value(value)):
        raise ValueError
    return value


def _python(field: Field) -> type | tuple[type, ...]:
    """What a field's values are in Python."""
    field = field.rel_field if isinstance(field, ForeignKeyField) else field
    return next((kind for of, kind in _PYTHON.items() if isinstance(field, of)), object)


def _same(raw: Any, value: Any) -> bool:
    """Whether SQLite's value is, with its type, what the driver makes of ours."""
    if isinstance(value, Enum):
        value = str(value.value)
    elif isinstance(value, bool):
        value = int(value)
    elif isinstance(value, (memoryview, bytearray)):
        value = bytes(value)
    elif isinstance(value, date):
        value = str(value)
    return type(raw) is type(value) and raw == value


def _name_the_culprit(model: Any, where: Any) -> None:
    """Some value cannot even be fetched: looks for it one at a time."""
    fields = model._meta.fields
    keys = [fields[name] for name in ("id", "number", "entry", "figure", "record") if name in fields][:1]
    try:
        numbers = _fetched(model.select(*keys).where(where))
    except DatabaseError as error:
        raise Unreadable(model, {}, keys[0].name) from error
    for (number,) in numbers:
        said = {keys[0].name: number}
        for name in sorted(fields, key=lambda name: name != "uid"):
            try:
                said[name] = _fetched(model.select(fields[name]).where(keys[0] == number))[0][0]
            except DatabaseError as error:
                raise Unreadable(model, said, name) from error
