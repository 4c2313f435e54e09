"""Does a row say what the newest signed entries about it say? Asked of one that is about to be given something.

Whoever writes the database signs no entry. What was altered beside Värna is not named by the newest entry about it; and
an entry that took something back is missed, where the chain is looked through from a day on, when it is gone.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.database import db
from models.kinds import Kind, SortKey
from models.ledger import Entry, EntryDetail, Head
from models.record import Record
from tracker.laws.ledger import chain
from tracker.laws.ledger.opening import signed
from tracker.laws.ledger.writing import ID, PARTS

BATCH = 500

Newest = dict[tuple[str, str], EntryDetail]
"""By uid and field: the newest detail about it."""


@dataclass(frozen=True)
class Walk:
    """Entries that follow one another, each signed, up to one of them; and which tell of which table."""

    number: int
    hash: str
    about: dict[str, list[int]] = field(default_factory=dict)


_walks: dict[tuple[int, str], Walk] = {}


def witnessed(rows: Iterable[Record], since: Record | None = None) -> set[uuid.UUID]:
    """The uids of those rows that say in every field what the newest signed entry about it says.

    `since` is a row that is written once: every entry after the one that made it is then looked at too, so that none
    which took something back can be gone. The first time that costs what they are; after it, what is new.
    """
    numbers = _after(since) if since else {}
    if numbers is None:
        return set()
    types: dict[type[Record], list[Record]] = defaultdict(list)
    for row in rows:
        types[type(row)].append(row)
    return {uid for kind, some in types.items() for uid in _agreeing(some, numbers.get(kind._meta.table_name, ()))}


def _agreeing(rows: Sequence[Record], later: Iterable[int]) -> set[uuid.UUID]:
    """Those of these rows, of one type, that agree; `later` are entries that tell of that type for certain."""
    table, uids = rows[0]._meta.table_name, [row.uid.hex for row in rows]
    newest = _newest(table, uids)
    told = signed(table, _hashes({detail.entry for detail in newest.values()} | set(later)))
    if any(number not in told or not told[number].complete for number in later):
        return set()
    hidden = {
        uid for number in later for uid, name in told[number].named
        if uid in uids and not name.startswith(PARTS) and _entry_of(newest.get((uid, name))) < number
    }  # fmt: skip
    trusted = {
        place: detail for place, detail in newest.items()
        if detail.entry in told and told[detail.entry].named.get(place) == detail.commitment
    }  # fmt: skip
    lying = {uid for uid, name in newest if (uid, name) not in trusted}
    return {row.uid for row in rows if row.uid.hex not in hidden | lying and _says(row, trusted)}


def _hashes(numbers: set[int]) -> dict[int, str]:
    found: Any = Entry.select(Entry.number, Entry.hash).where(Entry.number.in_(db.listed(sorted(numbers)))).tuples()
    return dict(found) if numbers else {}


def _entry_of(detail: EntryDetail | None) -> int:
    return detail.entry if detail else 0


def _newest(table: str, uids: Sequence[str]) -> Newest:
    about = (EntryDetail.record_type == table) & EntryDetail.record_uid.in_(uids)
    found = EntryDetail.select().where(about).order_by(EntryDetail.entry)
    return {(row.record_uid, row.field): row for row in found if not row.field.startswith(PARTS)}


def _says(row: Record, trusted: Newest) -> bool:
    """Whether a row says in every field what is committed to. What cannot be a value of its field does not."""
    uid = row.uid.hex
    number = trusted.get((uid, ID))
    if number is None or not _holds(number, chain.canonical(row.id)):
        return False
    try:
        return all(_agrees(row, name, kind, trusted.get((uid, name))) for name, kind in type(row).kinds().items())
    except (ValueError, TypeError, AttributeError):
        return False


def _agrees(row: Record, name: str, kind: Kind, detail: EntryDetail | None) -> bool:
    value = row.__data__.get(name)
    if isinstance(kind, SortKey):
        return True
    if detail is None:  # the field came with a later version, and nobody has written it since
        return value in (None, kind.default)  # type: ignore[attr-defined]
    if detail.new is None:
        return bool(chain.verifier_commitment(kind, detail.salt or "", value) == detail.commitment)
    return _holds(detail, chain.canonical(kind.canonical(value)))


def _holds(detail: EntryDetail, value: str) -> bool:
    """Whether a readable detail says this value, and is what its own commitment says."""
    return detail.new == value and chain.commitment(detail.salt or "", detail.old or "", value) == detail.commitment


def _after(since: Record) -> dict[str, list[int]] | None:
    """By table: the entries that tell of it, from the one that made `since` to the last. None unless all are whole."""
    table = since._meta.table_name
    made = _newest(table, [since.uid.hex]).get((since.uid.hex, ID))
    first = Entry.get_or_none(Entry.number == made.entry) if made else None
    if first is None or not _agreeing([since], ()):
        return None
    begun, start = _walks.get((first.number, first.hash)), Walk(first.number - 1, first.previous)
    walk = (begun and _walked(begun)) or _walked(start)  # an older copy may have been put in place meanwhile
    if walk is None:
        return None
    _walks.clear()  # one is enough: the next starts where this one ended
    _walks[first.number, first.hash] = walk
    return walk.about


def _walked(walk: Walk) -> Walk | None:
    """On from where a walk ended, to the head. None where an entry is altered, is gone or was slipped in."""
    head, trusted = Head.get_by_id(1), chain.trusted()
    number, previous, about = walk.number, walk.hash, {table: list(some) for table, some in walk.about.items()}
    while number < head.size:
        chosen = Entry.select().where((Entry.number > number) & (Entry.number <= head.size))
        batch = list(chosen.order_by(Entry.number).limit(BATCH))
        if not batch:
            return None
        for entry in batch:
            if chain.flaw(entry, number + 1, previous, trusted):
                return None
            number, previous = entry.number, entry.hash
            for table in _tables(entry):
                about.setdefault(table, []).append(number)
    return Walk(number, previous, about) if (number, previous) == (head.size, head.hash) else None


def _tables(entry: Entry) -> set[str]:
    """The tables in which an entry changed something."""
    body: dict[str, Any] = json.loads(entry.body)
    return {*body["others"], *([entry.record_type] if body["changes"] else [])}
