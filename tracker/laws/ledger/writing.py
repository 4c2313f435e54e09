"""The door for records: `with act(…) as writing: writing.save(row)` witnesses itself."""

import datetime as dt
import secrets
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

from peewee import IntegrityError, PostgresqlDatabase

from models.database import Door, db, writing
from models.happenings import Verb
from models.kinds import Kind, SortKey
from models.ledger import Entry, EntryDetail, Head, Tally, Word
from models.people import Actor
from models.record import Record
from models.swedish import key, words
from tracker.laws.ledger import chain

ID = "id"
"""The detail in which a new row's own number is committed to."""

PARTS = "parts:"
"""What stands before the table of a record's parts, in the detail that counts them."""

request_id: ContextVar[str] = ContextVar("request_id", default="")


class Conflict(Exception):
    """Somebody else changed the record since it was read. `current` is what is stored now."""

    def __init__(self, current: Record | None) -> None:
        super().__init__("The record was changed by somebody else since it was read.")
        self.current = current


class Clash(IntegrityError):
    """Meanwhile somebody wrote what this cannot stand beside."""


class Frozen(Exception):
    """A record that is written once was to be changed."""


@dataclass(frozen=True)
class ActDoor(Door):
    """Leads to a table only while the act itself writes it, so that nothing slips past the act inside its own door."""

    now: set[str] = field(default_factory=set)

    def may(self, table: str) -> bool:
        return table in self.now


@contextmanager
def act(
    actor: Actor, verb: Verb, record: Record, *, at: dt.datetime, facts: dict[str, Any] | None = None
) -> Iterator["Writing"]:
    """One act on `record`: what is saved inside is written together with exactly one entry, or not at all.

    `facts` are open words about the act itself (a count, a selection's name), never content. An act in which nothing
    changed leaves no entry. Raises Conflict, Clash, Frozen and NoTurn.
    """
    door = ActDoor(f"act: {verb.value}")
    with writing(door):
        witness = Writing(actor, verb, record, at, dict(facts or {}), door)
        yield witness
        if witness.changed:
            witness.append()


def note(
    actor: Actor, verb: Verb, record: Record | None, *, at: dt.datetime, facts: dict[str, Any] | None = None
) -> Entry:
    """An entry about something that changed no record (an export, a sign-in); committed when this returns."""
    door = ActDoor(f"note: {verb.value}")
    with writing(door):
        witness = Writing(actor, verb, record, at, dict(facts or {}), door)
        witness.append()
    return cast(Entry, witness.entry)


def empty(actor: Actor, record: Any, fields: Sequence[str], *, at: dt.datetime) -> None:
    """Takes the readable history of `fields` away for ever; the chain and its commitments stay whole.

    This is what quarantine and gallring use when something was written that must not be here. The row itself is not
    touched: change it first. What it says now is committed to anew, or else it could be altered unseen.
    """
    door = ActDoor("empty")
    with writing(door):
        witness = Writing(actor, Verb.EMPTIED, record, at, {"fields": sorted(fields)}, door)
        mine = (EntryDetail.record_type == _table(record)) & (EntryDetail.record_uid == record.uid.hex)
        with witness.hand(EntryDetail):
            EntryDetail.update(salt=None, old=None, new=None).where(mine & EntryDetail.field.in_(fields)).execute()
        witness.commit_anew(type(record).get_by_id(record.id), fields)
        witness.append()


class Writing:
    """What one act writes. Computes the differences itself, against what is stored."""

    def __init__(
        self, actor: Actor, verb: Verb, record: Record | None, at: dt.datetime, facts: dict[str, Any], door: ActDoor
    ) -> None:
        if at.tzinfo is None:
            raise TypeError("An act needs an instant with its zone.")
        self.actor, self.verb, self.record, self.at, self.facts, self._door = actor, verb, record, at, facts, door
        self._details: list[dict[str, Any]] = []
        self._tallies: Counter[tuple[str, dt.date]] = Counter()
        self._words: dict[tuple[str, int], set[bytes]] = {}
        self._saved: set[uuid.UUID] = set()
        self.entry: Entry | None = None

    @property
    def changed(self) -> bool:
        return bool(self._details)

    def held(self, row: Record) -> Any:
        """The row as it stands now, which no other act holds until this one ends: what is asked meanwhile stays true.

        Raises Conflict when it is gone.
        """
        found = _locked(type(row).select().where(type(row).id == row.id)).first()
        if found is None:
            raise Conflict(None)
        return found

    def save(self, row: Record) -> bool:
        """Writes what differs from the stored row; False when nothing does. `row.version` must be the one read.

        Raises TypeError for a row written in this act already: its entry could not tell the two apart.
        """
        if row.counted_in:
            raise TypeError(f"A {type(row).__name__} is part of a {row.counted_in} and added with it.")
        self._alone(row)
        row.settle()
        kinds = type(row).kinds()
        stored = self._stored(row)
        _order_keys(row, kinds)
        changes = {
            name: (old, new)
            for name, kind in kinds.items()
            if (new := _canonical(kind, row)) != (old := _canonical(kind, stored) if stored else None)
        }
        if stored is not None and all(isinstance(kinds[name], SortKey) for name in changes):
            return False
        if stored is not None and row.frozen:
            raise Frozen(f"A {type(row).__name__} is written once and never changed.")
        if row.uid in self._saved:
            raise TypeError(f"A {type(row).__name__} is saved once in an act: change it first, then save it.")
        self._saved.add(row.uid)
        self._write(row, stored, changes)
        self._remember(row, stored, kinds, changes)
        return True

    def add(self, whole: Record, rows: Sequence[Record]) -> None:
        """Writes frozen parts of `whole` (a round's answers); they enter the entry as a count and one digest.

        Once for a whole, all together: the newest digest is the one that verification compares with.
        """
        if not rows:
            return
        model = type(rows[0])
        if not model.frozen or model.counted_in != type(whole).__name__:
            raise TypeError(f"{model.__name__} is no part of {type(whole).__name__}, so each is saved by itself.")
        if model.select().where(link_between(model, type(whole)) == whole.id).exists():
            raise TypeError(f"The {type(whole).__name__} has its {model.__name__}s already: they are added at once.")
        with self.hand(model):
            names = [name for name in model._meta.sorted_field_names if name != ID]
            db.insert_rows(model, [{name: row.__data__.get(name) for name in names} | {"version": 1} for row in rows])
        made: Any = model.select(model.uid, model.id).where(model.uid.in_([row.uid for row in rows])).tuples()
        numbers: dict[Any, int] = dict(made)
        for row in rows:
            row.id = numbers[row.uid]
        salt = secrets.token_hex(16)
        lines = [part_line(row) for row in rows]
        self._detail(whole, f"{PARTS}{_table(rows[0])}", part_commitment(salt, lines), salt, None, str(len(rows)))

    def commit_anew(self, row: Record, fields: Iterable[str]) -> None:
        """Commits to what the row says now in these fields, without a readable copy."""
        for name, kind in type(row).kinds().items():
            if name in fields and not isinstance(kind, SortKey):
                salt = secrets.token_hex(16)
                value = row.__data__.get(name)
                self._detail(row, name, chain.verifier_commitment(kind, salt, value), salt, None, None)

    @contextmanager
    def hand(self, *models: Any) -> Iterator[None]:
        """The act's own hand on these tables."""
        tables = {model._meta.table_name for model in models}
        self._door.now.update(tables)
        try:
            yield
        finally:
            self._door.now.difference_update(tables)

    def append(self) -> None:
        """The entry, last in the transaction: details, tallies and words first, then the chain under its lock."""
        self._write_tallies()
        self._write_words()
        with self.hand(Entry, EntryDetail, Head):
            head = _locked(Head.select().where(Head.id == 1)).get()
            self.entry = self._sealed_entry(head)
            db.insert_rows(Entry, [self.entry.__data__])
            db.insert_rows(EntryDetail, [{**detail, "entry": self.entry.number} for detail in self._details])
            Head.update(size=self.entry.number, hash=self.entry.hash).where(Head.id == 1).execute()

    def _alone(self, row: Record) -> None:
        """Two at once may each have found nothing that they cannot stand beside: asked again, one at a time."""
        if not row.alone_in or (whole := getattr(row, row.alone_in)).id is None:
            return
        self.held(whole)
        if any(type(row).problems(_values(row))):
            raise Clash

    def _stored(self, row: Record) -> Record | None:
        if row.id is None:
            return None
        stored = type(row).get_or_none(type(row).id == row.id)
        if stored is None or stored.version != row.version:
            raise Conflict(stored)
        return stored

    def _write(self, row: Record, stored: Record | None, changes: dict[str, Any]) -> None:
        model = type(row)
        with self.hand(model):
            if stored is None:
                row.version = 1
                row.id = model.insert({k: v for k, v in row.__data__.items() if k != "id"}).execute()
                return
            row.version = stored.version + 1
            values = {name: getattr(row, _attribute(model, name)) for name in changes} | {"version": row.version}
            written = model.update(values).where((model.id == row.id) & (model.version == stored.version)).execute()
        if not written:
            raise Conflict(model.get_or_none(model.id == row.id))

    def _remember(
        self, row: Record, stored: Record | None, kinds: dict[str, Kind], changes: dict[str, tuple[str | None, str]]
    ) -> None:
        if stored is None:  # links point at ids: two rows that changed theirs would change what others say
            number, salt = chain.canonical(row.id), secrets.token_hex(16)
            self._detail(row, ID, chain.commitment(salt, "", number), salt, None, number)
        for name, (old, new) in changes.items():
            kind, salt = kinds[name], secrets.token_hex(16)
            if isinstance(kind, SortKey):
                continue
            if kind.readable:
                self._detail(row, name, chain.commitment(salt, old or "", new), salt, old, new)
            else:
                value = getattr(row, name)
                self._detail(row, name, chain.verifier_commitment(kind, salt, value), salt, None, None)
        self._tallies.update(row.tallied(_values(row)))
        if stored is not None:
            self._tallies.subtract(stored.tallied(_values(stored)))
        declared = getattr(row, "declared", None)
        if declared and declared.search and (stored is None or set(changes) & set(declared.search)):
            self._words[_table(row), row.id] = words(*(getattr(row, name) for name in declared.search))

    def _detail(self, row: Record, name: str, commitment: str, salt: str, old: str | None, new: str | None) -> None:
        self._details.append(
            dict(
                record_type=_table(row), record_uid=row.uid.hex, field=name,
                commitment=commitment, salt=salt, old=old, new=new,
            )
        )  # fmt: skip

    def _write_tallies(self) -> None:
        changed = sorted((key, change) for key, change in self._tallies.items() if change)
        with self.hand(Tally):
            for (figure, day), change in changed:
                Tally.insert(figure=figure, day=day, count=change).on_conflict(
                    conflict_target=(Tally.figure, Tally.day), update={Tally.count: Tally.count + change}
                ).execute()

    def _write_words(self) -> None:
        with self.hand(Word):
            for (record_type, record), found in self._words.items():
                Word.delete().where((Word.record_type == record_type) & (Word.record == record)).execute()
                db.insert_rows(
                    Word, [dict(record_type=record_type, word=word, record=record) for word in sorted(found)]
                )

    def _sealed_entry(self, head: Head) -> Entry:
        entry = Entry(
            number=head.size + 1, at=self.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            actor=self.actor.uid, actor_name=self.actor.name, verb=self.verb.value,
            record_type=_table(self.record) if self.record else "",
            record_uid=self.record.uid.hex if self.record else "",
            body=chain.canonical(body_of(self.record, self._details, self.facts, request_id.get())),
            previous=head.hash, key_id=chain.key_id(chain.public_key()),
        )  # fmt: skip
        entry.hash = chain.hashed(entry)
        entry.signature = chain.signed(bytes.fromhex(entry.hash))
        return entry


def body_of(record: Record | None, details: Iterable[Any], facts: dict[str, Any], request: str) -> dict[str, Any]:
    """What an entry commits to: its own record's fields one by one, other records as a count and one digest."""
    own = (_table(record), record.uid.hex) if record else None
    changes: dict[str, str] = {}
    others: dict[str, list[str]] = defaultdict(list)
    for detail in details:
        if (detail["record_type"], detail["record_uid"]) == own:
            changes[detail["field"]] = detail["commitment"]
        else:
            others[detail["record_type"]].append(f"{detail['record_uid']}|{detail['field']}|{detail['commitment']}")
    counted = {table: [len({line[:32] for line in lines}), chain.digest(lines)] for table, lines in others.items()}
    return {"changes": changes, "others": counted, "facts": facts, "request": request}


def link_between(part: type[Record], whole: type[Record]) -> Any:
    """The field by which a part names its whole."""
    return next(kind for kind in part.kinds().values() if getattr(kind, "rel_model", None) is whole)


def part_line(row: Record) -> str:
    """A frozen part as one line: its uid, its number and all its values."""
    values = {name: kind.canonical(row.__data__.get(name)) for name, kind in type(row).kinds().items()} | {ID: row.id}
    return f"{row.uid.hex}|{chain.canonical(values)}"


def part_commitment(salt: str, lines: Iterable[str]) -> str:
    return chain.commitment(salt, "", chain.digest(lines))


def _locked(query: Any) -> Any:
    """SQLite has one writer at a time anyway."""
    return query.for_update() if isinstance(db.obj, PostgresqlDatabase) else query


def _table(row: Record) -> str:
    return row._meta.table_name


def _attribute(model: type[Record], name: str) -> str:
    return model._meta.fields[name].object_id_name if hasattr(model._meta.fields[name], "object_id_name") else name


def _canonical(kind: Kind, row: Record) -> str:
    return chain.canonical(kind.canonical(row.__data__.get(kind.name)))  # type: ignore[attr-defined]


def _values(row: Record) -> dict[str, Any]:
    return dict(row.__data__)


def _order_keys(row: Record, kinds: dict[str, Kind]) -> None:
    for name, kind in kinds.items():
        if isinstance(kind, SortKey):
            setattr(row, name, key(getattr(row, kind.of)))
