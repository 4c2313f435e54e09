"""Reading the ledger for people: what happened to a record, and what happened at all."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from models.ledger import Entry, EntryDetail, Head
from models.record import Record
from tracker.laws.ledger.writing import ID, PARTS


@dataclass(frozen=True)
class Told:
    """One entry and what it changed in the record asked about: field → (old, new) as canonical values.

    `emptied` names fields whose readable history was taken away.
    """

    entry: Entry
    changes: dict[str, tuple[Any, Any]]
    emptied: tuple[str, ...] = ()


def told(record: Record, most: int = 20, before: int | None = None) -> list[Told]:
    """The newest `most` happenings of a record, newest first; older than entry `before` when given."""
    table, uid = record._meta.table_name, record.uid.hex
    about = EntryDetail.select(EntryDetail.entry).where(
        (EntryDetail.record_type == table) & (EntryDetail.record_uid == uid)
    )
    own = Entry.select(Entry.number).where((Entry.record_type == table) & (Entry.record_uid == uid))
    chosen = Entry.select().where(Entry.number.in_(about | own))
    if before is not None:
        chosen = chosen.where(Entry.number < before)
    found = list(chosen.order_by(Entry.number.desc()).limit(most))
    details = _details(table, uid, [entry.number for entry in found])
    return [_told(entry, details[entry.number]) for entry in found]


def entries(
    most: int = 50, before: int | None = None, actor: str = "", verb: str = "", record_type: str = ""
) -> list[Entry]:
    """The newest entries of the whole ledger, newest first; of one actor, verb or table when given."""
    chosen = Entry.select(Entry.number, Entry.at, Entry.actor_name, Entry.verb, Entry.record_type, Entry.record_uid)
    if before is not None:
        chosen = chosen.where(Entry.number < before)
    if actor:
        chosen = chosen.where(Entry.actor == actor)
    if verb:
        chosen = chosen.where(Entry.verb == verb)
    if record_type:
        chosen = chosen.where(Entry.record_type == record_type)
    return list(chosen.order_by(Entry.number.desc()).limit(most))


def count_of_entries() -> int:
    return Head.get_by_id(1).size


def _details(table: str, uid: str, numbers: list[int]) -> dict[int, list[EntryDetail]]:
    found: dict[int, list[EntryDetail]] = defaultdict(list)
    rows = EntryDetail.select().where(
        (EntryDetail.record_type == table) & (EntryDetail.record_uid == uid) & EntryDetail.entry.in_(numbers or [-1])
    )
    for row in rows:
        found[row.entry].append(row)
    return found


def _told(entry: Entry, details: list[EntryDetail]) -> Told:
    changes: dict[str, tuple[Any, Any]] = {}
    emptied = []
    for detail in details:
        if detail.field.startswith(PARTS) or detail.field == ID:
            continue
        if detail.salt is None:
            emptied.append(detail.field)
        elif detail.new is not None:
            changes[detail.field] = (json.loads(detail.old or "null"), json.loads(detail.new))
    return Told(entry, changes, tuple(emptied))
