"""What stands beside the event log's entries: who can have acted, and what the entries' records are called."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from models.people import Person
from models.record import DECLARED, Record
from models.words import Act, Message
from tracker.laws import policy
from tracker.pages import Shown
from tracker.spine.reach import reach
from tracker.spine.reading import Reading, address

TABLES = {record_type._meta.table_name: record_type for record_type in DECLARED.values()}
CLOSED = Message("masked: outside what you may read")

Names = dict[tuple[str, str], Shown]


def people() -> list[tuple[str, str]]:
    """The name in the ledger and the name in words of everybody, in Swedish order."""
    return [
        (person.uid.hex, person.name) for person in Person.select(Person.uid, Person.name).order_by(Person.name_key)
    ]


def closed(reading: Reading) -> frozenset[str]:
    """The tables of which this reader may not even count the entries: of registers whose small counts are hidden."""
    return frozenset(
        table
        for table, record_type in TABLES.items()
        if policy.who_may(record_type.declared.register, Act.OVERSEE) and not reading.may_see(record_type)
    )


def names(reading: Reading, records: Iterable[tuple[str, str]]) -> Names:
    """By table and uid: what each of these records is called, as this reader may read it now.

    A record out of their reach is masked; what no longer is there, or has no page, is not in the answer.
    """
    asked: dict[type[Record], set[uuid.UUID]] = defaultdict(set)
    for table, uid in records:
        if table in TABLES:
            asked[TABLES[table]].add(uuid.UUID(hex=uid))
    reading.fetch_marks([kind._meta.table_name for kind in asked], set().union(*asked.values()))
    return {
        key: shown for record_type, uids in asked.items() for key, shown in _named(reading, record_type, uids).items()
    }


def _named(reading: Reading, record_type: type[Record], uids: set[uuid.UUID]) -> Names:
    table, told = record_type._meta.table_name, _told(record_type)
    found: Names = {(table, uid.hex): Shown(masked=reading.say(CLOSED)) for uid in uids}
    if not reading.may_see(record_type):
        return found
    mine = record_type.uid.in_(list(uids)) & reach(reading.actor, record_type, Act.SEE, reading.today)
    kinds = record_type._meta.fields
    rows = list(record_type.select(record_type.id, record_type.uid, *(kinds[name] for name in told)).where(mine))
    reading.prepare(rows, told)
    return found | {(table, row.uid.hex): _title(reading, row, told) for row in rows}


def _told(record_type: type[Record]) -> list[str]:
    """The title; of a part, also what it is part of."""
    declared = record_type.declared
    return list(dict.fromkeys(filter(None, (declared.title, declared.part_of))))


def _title(reading: Reading, row: Record, told: list[str]) -> Shown:
    title, *whole = (reading.shown(row, name) for name in told)
    if title.masked:
        return title
    return Shown(", ".join([reading.title(row), *(one.text for one in whole if one.text)]), href=address(row))
