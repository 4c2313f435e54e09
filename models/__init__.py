"""What there is: records, their fields and rules, and the tables beside them."""

from typing import Any

from models import (
    calendar,
    common,
    database,
    exercises,
    fire_safety,
    guarding,
    incidents,
    integrity,
    kinds,
    ledger,
    measures,
    people,
    programme,
    protective_security,
    record,
    sealed,
    sealing,
    second_factor,
    staged,
    vault,
    words,
)
from models.record import Record


def _all(base: Any) -> list[Any]:
    found: list[Any] = []
    for child in base.__subclasses__():
        found += [child, *_all(child)]
    return found


RECORDS: tuple[type[Record], ...] = tuple(
    sorted((r for r in _all(Record) if not r.__subclasses__()), key=lambda r: r.__name__)
)
TABLES = (*RECORDS, *_all(ledger.Table))
