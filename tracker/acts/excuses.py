"""What people have said to the free-text guard, for those who look over it: the rule, the field, who, when and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from models.excuses import Excuse
from models.measures import Comment, Mark
from models.people import Person
from models.record import Record
from tracker.acts import log
from tracker.acts.log import CLOSED, TABLES
from tracker.pages import Shown
from tracker.spine.reading import Reading

Place = tuple[str, str]
"""A record by its table and its uid."""


def newest(reading: Reading, most: int, before: int | None = None) -> list[Excuse]:
    """The newest excuses, those of closed registers left out: not even how many they are is this reader's to know."""
    found = Excuse.select(Excuse, Person.name).join(Person)
    found = found.where(Excuse.about_type.not_in(sorted(log.closed(reading))))
    if before is not None:
        found = found.where(Excuse.id < before)
    return list(found.order_by(Excuse.id.desc()).limit(most))


def places(excuses: Sequence[Excuse]) -> dict[int, Place]:
    """The record that each excuse is about, by the excuse's id: of a remark or a mark, the record that bears it."""
    borne: dict[Any, Place] = {}
    for model in (Comment, Mark):
        uids = [excuse.about_uid for excuse in excuses if excuse.about_type == model._meta.table_name]
        asked: Any = model.select(model.uid, model.about_type, model.about_uid).where(model.uid.in_(uids))
        borne |= {row.uid: (row.about_type, row.about_uid.hex) for row in asked}
    return {each.id: borne.get(each.about_uid, (each.about_type, each.about_uid.hex)) for each in excuses}


def reasons(reading: Reading, excuses: Sequence[Excuse], about: dict[int, Place]) -> dict[int, Shown]:
    """Why each is let through, by its id; masked for whoever may not read the text that it is about."""
    rows = _rows(reading, about.values())
    return {each.id: _reason(reading, each, rows.get(about[each.id])) for each in excuses}


def _rows(reading: Reading, about: Iterable[Place]) -> dict[Place, Record]:
    """The records within the reader's registers, ready to be read."""
    asked: dict[type[Record], set[str]] = defaultdict(set)
    for table, uid in about:
        if table in TABLES and reading.may_see(TABLES[table]):
            asked[TABLES[table]].add(uid)
    found: dict[Place, Record] = {}
    for record_type, uids in asked.items():
        rows = list(record_type.select().where(record_type.uid.in_(sorted(uids))))
        reading.prepare(rows, ())
        found |= {(row._meta.table_name, row.uid.hex): row for row in rows}
    return found


def _reason(reading: Reading, excuse: Excuse, row: Record | None) -> Shown:
    said = excuse.reason or ""
    if row is None:
        return Shown(masked=reading.say(CLOSED)) if said else Shown()
    own = excuse.about_type == row._meta.table_name
    masked = (reading.shown(row, excuse.field) if own else reading.remark(row, said)).masked
    return Shown(masked=masked) if masked and said else Shown(said)
