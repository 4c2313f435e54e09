"""Is the ledger whole, and does every row say what its entries say? Needs no server and trusts no content."""

import json
from collections import defaultdict
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from peewee import DatabaseError, PostgresqlDatabase

from models.database import db
from models.happenings import Verb
from models.ledger import Checkpoint, Entry, EntryDetail, Head, Tally, Word
from models.record import Record
from tracker.laws.ledger import chain, stored
from tracker.laws.ledger.broken import UNREADABLE, Broken, Stop, Verified, unreadable
from tracker.laws.ledger.checkpoints import read_note
from tracker.laws.ledger.recounting import Recount
from tracker.laws.ledger.stored import Unreadable
from tracker.laws.ledger.writing import ID, PARTS

Place = tuple[str, str, str]
"""A field of a record: table, uid, field."""


def verify(records: Iterable[type[Record]], trusted: Iterable[bytes], checkpoints: Iterable[str] = ()) -> Verified:
    """Checks the chain, its signatures, every commitment, every row, words, tallies, triggers and all checkpoints.

    `trusted` are public keys of hosts; `checkpoints` are notes kept outside. Sees one moment, however much is written
    meanwhile. Never raises on hostile content.
    """
    records = sorted(records, key=lambda record_type: record_type._meta.table_name)
    looking = _Looking(records, {chain.key_id(public): public for public in trusted})
    recount = Recount(records)
    try:
        with stored.peewees_errors, _one_moment():
            _tables_are_there(records)
            looking.chain()
            looking.checkpoints(checkpoints)
            recount.all()
            _written_once_is_kept(records)
    except Stop as stop:
        return Verified(looking.entries, recount.seen, stop.broken)
    except Unreadable as error:
        return Verified(looking.entries, recount.seen, unreadable(error))
    except DatabaseError:
        return Verified(looking.entries, recount.seen, UNREADABLE)
    return Verified(looking.entries, recount.seen)


def _one_moment() -> AbstractContextManager[Any]:
    """A transaction in which nothing that others write is seen."""
    return db.transaction("REPEATABLE READ") if isinstance(db.obj, PostgresqlDatabase) else db.transaction("DEFERRED")


def _tables_are_there(records: Iterable[type[Record]]) -> None:
    there = set(db.get_tables())
    models: tuple[Any, ...] = (Entry, EntryDetail, Head, Checkpoint, Tally, Word, *records)
    for model in models:
        if model._meta.table_name not in there:
            raise Stop(Broken("the table is gone", None, model._meta.table_name))


def _written_once_is_kept(records: Iterable[type[Record]]) -> None:
    """The triggers by which the engine itself refuses to change what is written once are there, and on."""
    if isinstance(db.obj, PostgresqlDatabase):
        there, last = stored.names("pg_trigger", "tgname", ("tgenabled", ("O", "A"))), "truncate"
    else:
        there, last = stored.names("sqlite_master", "name", ("type", ("trigger",))), "insert"
    models: tuple[Any, ...] = (Entry, EntryDetail, Checkpoint, *(each for each in records if each.frozen))
    for table in (model._meta.table_name for model in models):
        for event in ("delete", "update", last):
            if f"{table}_no_{event}" not in there:
                raise Stop(Broken("the database no longer refuses changes of what is written once", None, table))


class _Looking:
    """What is seen as one goes through the chain."""

    def __init__(self, records: Iterable[type[Record]], trusted: dict[str, bytes]) -> None:
        self.trusted = trusted
        self.entries = 0
        self._hashes = [chain.NOTHING]
        self._kinds = {record_type._meta.table_name: record_type.kinds() for record_type in records}
        self._gone: list[tuple[int, Place]] = []
        self._emptied: dict[Place, int] = {}

    def chain(self) -> None:
        """Each entry follows the one before, is signed, and names exactly its details."""
        for batch in stored.batches(Entry, Entry.number):
            details: dict[int, list[EntryDetail]] = defaultdict(list)
            for detail in stored.rows(EntryDetail, EntryDetail.entry.in_([entry.number for entry in batch])):
                details[detail.entry].append(detail)
            for entry in batch:
                self._entry(entry, details[entry.number])
        self._head()
        self._nothing_gone()
        self._stray_details()

    def checkpoints(self, outside: Iterable[str]) -> None:
        """Every checkpoint's head must still be the hash of the entry it counted to."""
        for kept in stored.rows(Checkpoint, Checkpoint.id.is_null(False), Checkpoint.id):
            if self._witnessed(kept.note) != kept.size or kept.note.splitlines()[3] != kept.at:
                raise Stop(Broken("a kept checkpoint says something else than its note", kept.size))
        for note in outside:
            self._witnessed(note)

    def _witnessed(self, note: str) -> int:
        try:
            size, head = read_note(note, self.trusted)
        except ValueError as error:
            raise Stop(Broken(str(error))) from error
        if not 0 <= size <= self.entries or self._hashes[size] != head:
            raise Stop(Broken("the ledger no longer holds what the checkpoint witnessed", size))
        return size

    def _entry(self, entry: Entry, details: list[EntryDetail]) -> None:
        number = self.entries + 1
        if flaw := chain.flaw(entry, number, self._hashes[-1], self.trusted):
            raise Stop(Broken(flaw, number))
        self._details(entry, details)
        self._hashes.append(entry.hash)
        self.entries = number

    def _head(self) -> None:
        heads = stored.rows(Head, Head.id.is_null(False))
        if [(head.id, head.size, head.hash) for head in heads] != [(1, self.entries, self._hashes[-1])]:
            raise Stop(Broken("the head does not point at the last entry", self.entries))

    def _nothing_gone(self) -> None:
        """Every detail that cannot be read any more was emptied by an act that came after it."""
        for number, place in self._gone:
            if self._emptied.get(place, 0) <= number:
                raise Stop(Broken("the readable detail is gone without an act that emptied it", number, *place))

    def _stray_details(self) -> None:
        for stray in stored.rows(EntryDetail, EntryDetail.entry.not_in(Entry.select(Entry.number)), most=1):
            raise Stop(Broken("a detail belongs to no entry", stray.entry, *_place(stray)))

    def _details(self, entry: Entry, details: list[EntryDetail]) -> None:
        """Compares an entry's commitments with its details."""
        changes, others, emptied = _body(entry)
        self._emptied |= {(entry.record_type, entry.record_uid, name): entry.number for name in emptied}
        lines: dict[str, list[str]] = defaultdict(list)
        for detail in details:
            own = (detail.record_type, detail.record_uid) == (entry.record_type, entry.record_uid)
            named = changes.pop(detail.field, None) if own else detail.commitment
            if named != detail.commitment or not self._holds(entry, detail):
                raise Stop(Broken("the detail is not what the entry committed to", entry.number, *_place(detail)))
            if not own:
                lines[detail.record_type].append(f"{detail.record_uid}|{detail.field}|{detail.commitment}")
        found = {table: [len({line[:32] for line in some}), chain.digest(some)] for table, some in lines.items()}
        if changes or found != others:
            place = (entry.record_type, entry.record_uid, next(iter(changes), ""))
            raise Stop(Broken("details are missing or were added", entry.number, *place))

    def _holds(self, entry: Entry, detail: EntryDetail) -> bool:
        """Whether a detail's readable part is what its commitment says, and is there where it has to be."""
        if detail.salt is None:
            self._gone.append((entry.number, _place(detail)))
            return detail.old is None and detail.new is None
        if detail.field.startswith(PARTS):
            return True  # the rows themselves are committed to: recounted with them
        kind = self._kinds.get(detail.record_type, {}).get(detail.field)
        readable = detail.field == ID or (kind is not None and kind.readable and entry.verb != Verb.EMPTIED.value)
        if detail.new is None:
            return not readable and detail.old is None
        if detail.old == "" or (kind is not None and not kind.readable):
            return False
        return bool(detail.commitment == chain.commitment(detail.salt, detail.old or "", detail.new))


def _body(entry: Entry) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """What an entry's body commits to: its own changes, others' digests, and the fields it emptied."""
    try:
        body = json.loads(entry.body)
        emptied = body["facts"].get("fields", []) if entry.verb == Verb.EMPTIED.value else []
        return dict(body["changes"]), dict(body["others"]), [str(name) for name in emptied]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Stop(Broken("the entry's body cannot be read", entry.number)) from error


def _place(detail: EntryDetail) -> Place:
    return detail.record_type, detail.record_uid, detail.field
