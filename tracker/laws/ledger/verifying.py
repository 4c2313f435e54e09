"""Is the ledger whole, and does every row say what its entries say? Needs no server and trusts no content."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from models.happenings import Verb
from models.kinds import SortKey
from models.ledger import Checkpoint, Entry, EntryDetail, Head, Tally
from models.record import Record
from tracker.laws.ledger import chain
from tracker.laws.ledger.checkpoints import read_note
from tracker.laws.ledger.writing import part_commitment, part_line

BATCH = 500


@dataclass(frozen=True)
class Broken:
    """The first thing that does not hold. Names the place, never the content."""

    what: str
    entry: int | None = None
    record_type: str = ""
    uid: str = ""
    field: str = ""

    def __str__(self) -> str:
        place = [f"entry {self.entry}" if self.entry else "", f"{self.record_type} {self.uid}".strip(), self.field]
        return f"{', '.join(filter(None, place))}: {self.what}" if any(place) else self.what


@dataclass(frozen=True)
class Verified:
    """How much was looked at, and the first thing that broke (None: whole)."""

    entries: int
    rows: int
    broken: Broken | None = None

    @property
    def whole(self) -> bool:
        return self.broken is None


class _Stop(Exception):
    def __init__(self, broken: Broken) -> None:
        self.broken = broken


def verify(records: Iterable[type[Record]], trusted: Iterable[bytes], checkpoints: Iterable[str] = ()) -> Verified:
    """Checks the chain, its signatures, every commitment, every row, the tallies and all checkpoints.

    `trusted` are public keys of hosts; `checkpoints` are notes kept outside. Never raises on hostile content.
    """
    looking = _Looking({chain.key_id(public): public for public in trusted})
    try:
        looking.chain()
        looking.checkpoints([*(c.note for c in Checkpoint.select(Checkpoint.note)), *checkpoints])
        for record_type in sorted(records, key=lambda r: r._meta.table_name):
            looking.rows(record_type)
        looking.tallies()
    except _Stop as stop:
        return Verified(looking.entries, looking.seen, stop.broken)
    return Verified(looking.entries, looking.seen)


class _Looking:
    def __init__(self, trusted: dict[str, bytes]) -> None:
        self.trusted = trusted
        self.entries = self.seen = 0
        self.emptied: set[tuple[str, str, str]] = set()
        self.counted: Counter[tuple[str, Any]] = Counter()

    def chain(self) -> None:
        """Each entry follows the one before, is signed, and names exactly its details."""
        previous = chain.NOTHING
        pending: list[tuple[int, str, str, str]] = []
        for batch in _batches(Entry, Entry.number):
            details = _details_of([entry.number for entry in batch])
            for entry in batch:
                number = self.entries + 1
                if entry.number != number:
                    raise _Stop(Broken("the entries do not follow one another", number))
                if entry.previous != previous or chain.hashed(entry) != entry.hash:
                    raise _Stop(Broken("the entry or the one before it was altered", number))
                public = self.trusted.get(entry.key_id)
                if public is None or not chain.signature_holds(public, entry.signature, bytes.fromhex(entry.hash)):
                    raise _Stop(Broken("the entry is not signed by a trusted host", number))
                pending += self._details(entry, details.get(entry.number, []))
                previous, self.entries = entry.hash, number
        self._head(previous)
        for number, record_type, uid, field in pending:
            if (record_type, uid, field) not in self.emptied:
                raise _Stop(
                    Broken(
                        "the readable detail is gone without an act that emptied it", number, record_type, uid, field
                    )
                )
        self._stray_details()

    def _head(self, last: str) -> None:
        head = Head.get_or_none(Head.id == 1)
        if head is None or head.size != self.entries or head.hash != last:
            raise _Stop(Broken("the head does not point at the last entry", self.entries))

    def _stray_details(self) -> None:
        stray = EntryDetail.select().where(EntryDetail.entry.not_in(Entry.select(Entry.number))).first()
        if stray:
            raise _Stop(
                Broken("a detail belongs to no entry", stray.entry, stray.record_type, stray.record_uid, stray.field)
            )

    def _details(self, entry: Entry, details: list[EntryDetail]) -> list[tuple[int, str, str, str]]:
        """Compares an entry's commitments with its details; returns the emptied ones, to be accounted for."""
        try:
            body = json.loads(entry.body)
            changes, others, facts = dict(body["changes"]), dict(body["others"]), dict(body["facts"])
        except (ValueError, TypeError, KeyError) as error:
            raise _Stop(Broken("the entry's body cannot be read", entry.number)) from error
        if entry.verb == Verb.EMPTIED.value:
            self.emptied |= {(entry.record_type, entry.record_uid, str(name)) for name in facts.get("fields", ())}
        lines: dict[str, list[str]] = defaultdict(list)
        gone = []
        for detail in details:
            place = (entry.number, detail.record_type, detail.record_uid, detail.field)
            if detail.salt is None:
                gone.append(place)
            elif (
                detail.new is not None
                and not detail.field.startswith("parts:")
                and detail.commitment != chain.commitment(detail.salt, detail.old or "", detail.new)
            ):
                raise _Stop(Broken("the detail is not what the entry committed to", *place))
            if (detail.record_type, detail.record_uid) == (entry.record_type, entry.record_uid):
                if changes.pop(detail.field, None) != detail.commitment:
                    raise _Stop(Broken("the detail is not what the entry committed to", *place))
            else:
                lines[detail.record_type].append(f"{detail.record_uid}|{detail.field}|{detail.commitment}")
        found = {table: [len({line[:32] for line in some}), chain.digest(some)] for table, some in lines.items()}
        if changes or found != others:
            missing = next(iter(changes), "")
            raise _Stop(
                Broken("details are missing or were added", entry.number, entry.record_type, entry.record_uid, missing)
            )
        return gone

    def checkpoints(self, notes: Iterable[str]) -> None:
        """Every checkpoint's head must still be the hash of the entry it counted to."""
        for text in notes:
            try:
                size, head = read_note(text, self.trusted)
            except ValueError as error:
                raise _Stop(Broken(str(error))) from error
            entry = Entry.get_or_none(Entry.number == size)
            if (entry.hash if entry else chain.NOTHING) != head or (size and not entry):
                raise _Stop(Broken("the ledger no longer holds what the checkpoint witnessed", size))

    def rows(self, record_type: type[Record]) -> None:
        """Every row says what the newest entry about each of its fields says; none is missing, none is unwitnessed."""
        table = record_type._meta.table_name
        whole_of = _whole(record_type)
        for batch in _readable_batches(record_type):
            if whole_of:
                self._seen(batch)
                continue
            newest = _newest(table, [row.uid.hex for row in batch])
            for row in batch:
                self._row(record_type, row, newest.pop(row.uid.hex, {}))
            self._seen(batch)
        if not whole_of:
            self._missing(record_type)
        for part_type in _parts(record_type):
            self._parts(record_type, part_type)

    def _seen(self, batch: list[Record]) -> None:
        self.seen += len(batch)
        for row in batch:
            self.counted.update(row.tallied(dict(row.__data__)))

    def _row(self, record_type: type[Record], row: Record, newest: dict[str, EntryDetail]) -> None:
        table, uid = record_type._meta.table_name, row.uid.hex
        if not newest:
            raise _Stop(Broken("the row has no entry: nobody witnessed it", None, table, uid))
        for name, kind in record_type.kinds().items():
            detail = newest.get(name)
            if isinstance(kind, SortKey):
                continue
            if detail is None:
                raise _Stop(Broken("the field has no entry", None, table, uid, name))
            if not _agrees(kind, row, detail):
                raise _Stop(Broken("the row does not say what its entry says", detail.entry, table, uid, name))

    def _missing(self, record_type: type[Record]) -> None:
        table = record_type._meta.table_name
        known = EntryDetail.select(EntryDetail.record_uid).where(EntryDetail.record_type == table).distinct()
        for batch in _chunks((detail.record_uid for detail in known.iterator()), BATCH):
            there = {row.uid.hex for row in record_type.select(record_type.uid).where(record_type.uid.in_(batch))}
            gone = sorted(set(batch) - there)
            if gone:
                raise _Stop(Broken("the row was removed", None, table, gone[0]))

    def _parts(self, whole: type[Record], part: type[Record]) -> None:
        """Each whole's parts are exactly those that its entry counted."""
        link = next(kind for kind in part.kinds().values() if getattr(kind, "rel_model", None) is whole)
        table, name = whole._meta.table_name, f"parts:{part._meta.table_name}"
        witnessed = 0
        for batch in _readable_batches(whole):
            rows: dict[int, list[Record]] = defaultdict(list)
            for row in part.select().where(link.in_([w.id for w in batch])):
                rows[row.__data__[link.name]].append(row)
            committed = {
                d.record_uid: d
                for d in EntryDetail.select().where(
                    (EntryDetail.record_type == table) & EntryDetail.record_uid.in_([w.uid.hex for w in batch])
                    & (EntryDetail.field == name)
                )
            }  # fmt: skip
            for one in batch:
                detail, parts = committed.get(one.uid.hex), rows.get(one.id, [])
                witnessed += len(parts)
                if detail is None and not parts:
                    continue
                said = detail and detail.salt and part_commitment(detail.salt, [part_line(p) for p in parts])
                if detail is None or (detail.salt and said != detail.commitment):
                    raise _Stop(
                        Broken(
                            "its parts are not those that were witnessed",
                            detail and detail.entry,
                            table,
                            one.uid.hex,
                            name,
                        )
                    )
        if witnessed != part.select().count():
            raise _Stop(Broken("parts without a whole", None, part._meta.table_name))

    def tallies(self) -> None:
        """The kept figures are what a recount gives."""
        kept = {(tally.figure, tally.day): tally.count for tally in Tally.select() if tally.count}
        for figure, day in sorted(set(kept) | {k for k, v in self.counted.items() if v}, key=str):
            if kept.get((figure, day), 0) != self.counted[(figure, day)]:
                raise _Stop(Broken(f"the tally of {day} is not what the rows give", None, "tally", "", figure))


def _agrees(kind: Any, row: Record, detail: EntryDetail) -> bool:
    if detail.salt is None:
        return True
    value = row.__data__.get(kind.name)
    if not kind.readable:
        return chain.verifier_commitment(kind, detail.salt, value) == detail.commitment
    return chain.canonical(kind.canonical(value)) == detail.new


def _whole(record_type: type[Record]) -> bool:
    """Whether rows of this type are witnessed as parts of another record rather than one by one."""
    return any(record_type in _parts(other) for other in _all_records())


def _all_records() -> Iterator[type[Record]]:
    from models import RECORDS

    yield from RECORDS


def _parts(whole: type[Record]) -> tuple[type[Record], ...]:
    return tuple(part for part in _all_records() if part.counted_in == whole.__name__)


def _batches(model: Any, column: Any) -> Iterator[list[Any]]:
    last: Any = None
    while True:
        query = model.select().order_by(column).limit(BATCH)
        batch = list(query.where(column > last) if last is not None else query)
        if not batch:
            return
        yield batch
        last = getattr(batch[-1], column.name)


def _readable_batches(record_type: type[Record]) -> Iterator[list[Any]]:
    """Rows in batches; a row whose values cannot even be read is broken, not a crash."""
    try:
        yield from _batches(record_type, record_type.id)
    except (ValueError, TypeError, AttributeError) as error:
        raise _Stop(_unreadable(record_type)) from error


def _unreadable(record_type: type[Record]) -> Broken:
    table = record_type._meta.table_name
    for (number,) in record_type.select(record_type.id).tuples():
        try:
            record_type.get_by_id(number).uid.hex  # noqa: B018
        except (ValueError, TypeError, AttributeError):
            (uid,) = record_type.select(record_type.uid.cast("text")).where(record_type.id == number).tuples()[0]
            return Broken("the row holds a value that cannot be read", None, table, str(uid).replace("-", ""))
    return Broken("a row holds a value that cannot be read", None, table)


def _details_of(numbers: list[int]) -> dict[int, list[EntryDetail]]:
    found: dict[int, list[EntryDetail]] = defaultdict(list)
    for detail in EntryDetail.select().where(EntryDetail.entry.in_(numbers)):
        found[detail.entry].append(detail)
    return found


def _newest(table: str, uids: list[str]) -> dict[str, dict[str, EntryDetail]]:
    """Of each row, the newest detail per field."""
    found: dict[str, dict[str, EntryDetail]] = defaultdict(dict)
    rows = EntryDetail.select().where((EntryDetail.record_type == table) & EntryDetail.record_uid.in_(uids))
    for detail in rows.order_by(EntryDetail.entry):
        found[detail.record_uid][detail.field] = detail
    return found


def _chunks(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
