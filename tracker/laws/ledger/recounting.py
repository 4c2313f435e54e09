"""Does every row say what its entries say? Counts every row, part, search word and tally again."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from models.happenings import Verb
from models.kinds import Kind, SortKey
from models.ledger import Entry, EntryDetail, Tally, Word
from models.record import Record
from models.swedish import key, words
from models.words import N_
from tracker.laws.ledger import chain, stored
from tracker.laws.ledger.broken import Broken, Stop
from tracker.laws.ledger.writing import ID, PARTS, link_between, part_commitment, part_line


class Recount:
    """Every row of these types, compared with the newest detail about each of its fields."""

    def __init__(self, records: Iterable[type[Record]]) -> None:
        self.seen = 0
        self._records = tuple(records)
        self._counted: Counter[tuple[str, Any]] = Counter()
        self._emptying: set[int] = set()

    def all(self) -> None:
        """Call after the chain was found whole: what the details say is trusted here."""
        emptying: Any = Entry.select(Entry.number).where(Entry.verb == Verb.EMPTIED.value).tuples()
        self._emptying = {number for (number,) in emptying}
        for record_type in self._records:
            if record_type.counted_in:
                self._nobody_elses(record_type)
                continue
            for batch in stored.batches(record_type, record_type.id):
                self._rows(record_type, batch)
            self._missing(record_type)
        self._tallies()
        self._nobodys_words()

    def _rows(self, record_type: type[Record], batch: list[Record]) -> None:
        table = record_type._meta.table_name
        newest, acts = _newest(table, [row.uid.hex for row in batch], self._emptying)
        for row in batch:
            _compare(row, newest.get(row.uid.hex, {}), acts[row.uid.hex])
            self._counted.update(row.tallied(dict(row.__data__)))
        for part in (part for part in self._records if part.counted_in == record_type.__name__):
            self._parts(batch, part, newest)
        self.seen += len(batch)
        _search_words(record_type, batch)

    def _parts(self, wholes: list[Record], part: type[Record], newest: dict[str, dict[str, EntryDetail]]) -> None:
        """Each whole's parts are exactly those that its entry counted."""
        link, name = link_between(part, type(wholes[0])), f"{PARTS}{part._meta.table_name}"
        rows: dict[int, list[Record]] = defaultdict(list)
        for row in stored.rows(part, link.in_([whole.id for whole in wholes])):
            rows[row.__data__[link.name]].append(row)
            self.seen += 1
            if row.version != 1:
                raise Stop(_otherwise(None, row, "version"))
        for whole in wholes:
            detail = newest.get(whole.uid.hex, {}).get(name)
            if not _counts(detail, rows[whole.id]):
                what = N_("its parts are not those that were witnessed")
                raise Stop(Broken(what, detail.entry if detail else None, whole._meta.table_name, whole.uid.hex, name))

    def _nobody_elses(self, part: type[Record]) -> None:
        """No part without a whole to count it."""
        whole = next(other for other in self._records if other.__name__ == part.counted_in)
        for row in stored.rows(part, link_between(part, whole).not_in(whole.select(whole.id)), most=1):
            raise Stop(Broken("a part without its whole", None, part._meta.table_name, row.uid.hex))

    def _missing(self, record_type: type[Record]) -> None:
        """No row is gone that an entry tells of."""
        table = record_type._meta.table_name
        known = EntryDetail.select(EntryDetail.record_uid).where(EntryDetail.record_type == table).distinct()
        for names in _chunks((name for (name,) in known.tuples().iterator()), stored.BATCH):
            uids = [_uid(table, name) for name in names]
            found: Any = record_type.select(record_type.uid).where(record_type.uid.in_(uids)).tuples()
            there = {uid for (uid,) in found}
            for gone in sorted(set(uids) - there):
                raise Stop(Broken("the row was removed", None, table, gone.hex))

    def _nobodys_words(self) -> None:
        """No search word of a row that is not there, or of a type that nobody searches."""
        searched = [record_type for record_type in self._records if _searched(record_type)]
        for record_type in searched:
            mine = Word.record_type == record_type._meta.table_name
            for word in stored.rows(Word, mine & Word.record.not_in(record_type.select(record_type.id)), most=1):
                raise Stop(Broken("a search word belongs to no row", None, word.record_type))
        for word in stored.rows(Word, Word.record_type.not_in([each._meta.table_name for each in searched]), most=1):
            raise Stop(Broken("a search word belongs to no row", None, "word", "", word.record_type))

    def _tallies(self) -> None:
        """The kept figures are what a recount gives."""
        tallies = stored.rows(Tally, Tally.figure.is_null(False))
        kept = {(tally.figure, tally.day): tally.count for tally in tallies if tally.count}
        for place in sorted(set(kept) | {place for place, count in self._counted.items() if count}, key=str):
            if kept.get(place, 0) != self._counted[place]:
                figure, day = place
                raise Stop(Broken("the tally is not what the rows give", None, "tally", "", f"{figure} {day}"))


def _compare(row: Record, newest: dict[str, EntryDetail], acts: set[int]) -> None:
    """`acts` are the entries that tell of a change of the row: each made its version one more."""
    table, uid = row._meta.table_name, row.uid.hex
    if ID not in newest:
        raise Stop(Broken("the row has no entry: nobody witnessed it", None, table, uid))
    if newest[ID].new != chain.canonical(row.id):
        raise Stop(_otherwise(newest[ID].entry, row, ID))
    for name, kind in type(row).kinds().items():
        detail = newest.get(name)
        if isinstance(kind, SortKey):
            agrees = bytes(row.__data__[name]) == key(row.__data__[kind.of])
        elif detail is None:  # the field came with a later version, and nobody has written it since
            agrees = row.__data__[name] in (None, kind.default)  # type: ignore[attr-defined]
        else:
            agrees = _agrees(kind, row.__data__[name], detail)
        if not agrees:
            raise Stop(_otherwise(detail.entry if detail else None, row, name))
    if row.version != len(acts):
        raise Stop(_otherwise(max(acts, default=None), row, "version"))


def _otherwise(entry: int | None, row: Record, field: str) -> Broken:
    return Broken("the row does not say what its entry says", entry, row._meta.table_name, row.uid.hex, field)


def _search_words(record_type: type[Record], batch: list[Record]) -> None:
    """A row is found by the words it says, and by no others."""
    names = _searched(record_type)
    if not names:
        return
    kept: dict[int, set[bytes]] = defaultdict(set)
    table = record_type._meta.table_name
    for word in stored.rows(Word, (Word.record_type == table) & Word.record.in_([row.id for row in batch])):
        kept[word.record].add(bytes(word.word))
    for row in batch:
        if kept[row.id] != set(words(*(getattr(row, name) for name in names))):
            raise Stop(Broken("the search words are not those of the row", None, table, row.uid.hex))


def _searched(record_type: type[Record]) -> tuple[str, ...]:
    declared = getattr(record_type, "declared", None)
    return declared.search if declared else ()


def _agrees(kind: Kind, value: Any, detail: EntryDetail) -> bool:
    if detail.new is not None:
        return bool(chain.canonical(kind.canonical(value)) == detail.new)
    return bool(detail.salt and chain.verifier_commitment(kind, detail.salt, value) == detail.commitment)


def _counts(detail: EntryDetail | None, parts: list[Record]) -> bool:
    """Whether a whole's count and digest are those of its parts; without its salt a digest tells nothing more."""
    if detail is None:
        return not parts
    if detail.salt is None:
        return True
    counted = detail.new == str(len(parts))
    return counted and part_commitment(detail.salt, [part_line(part) for part in parts]) == detail.commitment


def _newest(
    table: str, uids: list[str], emptying: set[int]
) -> tuple[dict[str, dict[str, EntryDetail]], dict[str, set[int]]]:
    """Of each row, the newest detail per field; and the entries that changed it, which those of `emptying` did not."""
    found: dict[str, dict[str, EntryDetail]] = defaultdict(dict)
    acts: dict[str, set[int]] = defaultdict(set)
    about = (EntryDetail.record_type == table) & EntryDetail.record_uid.in_(uids)
    for detail in EntryDetail.select().where(about).order_by(EntryDetail.entry):
        found[detail.record_uid][detail.field] = detail
        if detail.entry not in emptying and not detail.field.startswith(PARTS):
            acts[detail.record_uid].add(detail.entry)
    return found, acts


def _uid(table: str, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(hex=name)
    except ValueError as error:
        raise Stop(Broken("an entry tells of a row that cannot be", None, table)) from error


def _chunks(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
