"""Does every row say what its entries say? Counts every row, part and tally again."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from models.kinds import Kind, SortKey
from models.ledger import EntryDetail, Tally
from models.record import Record
from models.swedish import key
from tracker.laws.ledger import chain, stored
from tracker.laws.ledger.broken import Broken, Stop
from tracker.laws.ledger.writing import ID, part_commitment, part_line


class Recount:
    """Every row of these types, compared with the newest detail about each of its fields."""

    def __init__(self, records: Iterable[type[Record]]) -> None:
        self.seen = 0
        self._records = tuple(records)
        self._counted: Counter[tuple[str, Any]] = Counter()

    def all(self) -> None:
        """Call after the chain was found whole: what the details say is trusted here."""
        for record_type in self._records:
            if record_type.counted_in:
                self._nobody_elses(record_type)
                continue
            for batch in stored.batches(record_type, record_type.id):
                self._rows(record_type, batch)
            self._missing(record_type)
        self._tallies()

    def _rows(self, record_type: type[Record], batch: list[Record]) -> None:
        table = record_type._meta.table_name
        newest = _newest(table, [row.uid.hex for row in batch])
        for row in batch:
            _compare(row, newest.get(row.uid.hex, {}))
            self._counted.update(row.tallied(dict(row.__data__)))
        for part in (part for part in self._records if part.counted_in == record_type.__name__):
            self._parts(batch, part, newest)
        self.seen += len(batch)

    def _parts(self, wholes: list[Record], part: type[Record], newest: dict[str, dict[str, EntryDetail]]) -> None:
        """Each whole's parts are exactly those that its entry counted."""
        link, name = _link(part, type(wholes[0])), f"parts:{part._meta.table_name}"
        rows: dict[int, list[Record]] = defaultdict(list)
        for row in stored.rows(part, link.in_([whole.id for whole in wholes])):
            rows[row.__data__[link.name]].append(row)
            self.seen += 1
        for whole in wholes:
            detail = newest.get(whole.uid.hex, {}).get(name)
            if not _counts(detail, rows[whole.id]):
                what = "its parts are not those that were witnessed"
                raise Stop(Broken(what, detail.entry if detail else None, whole._meta.table_name, whole.uid.hex, name))

    def _nobody_elses(self, part: type[Record]) -> None:
        """No part without a whole to count it."""
        whole = next(other for other in self._records if other.__name__ == part.counted_in)
        for row in stored.rows(part, _link(part, whole).not_in(whole.select(whole.id)), most=1):
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

    def _tallies(self) -> None:
        """The kept figures are what a recount gives."""
        tallies = stored.rows(Tally, Tally.figure.is_null(False))
        kept = {(tally.figure, tally.day): tally.count for tally in tallies if tally.count}
        for place in sorted(set(kept) | {place for place, count in self._counted.items() if count}, key=str):
            if kept.get(place, 0) != self._counted[place]:
                figure, day = place
                raise Stop(Broken(f"the tally of {day} is not what the rows give", None, "tally", "", figure))


def _compare(row: Record, newest: dict[str, EntryDetail]) -> None:
    table, uid = row._meta.table_name, row.uid.hex
    if ID not in newest:
        raise Stop(Broken("the row has no entry: nobody witnessed it", None, table, uid))
    if newest[ID].new != chain.canonical(row.id):
        raise Stop(Broken("the row does not say what its entry says", newest[ID].entry, table, uid, ID))
    for name, kind in type(row).kinds().items():
        detail = newest.get(name)
        if isinstance(kind, SortKey):
            agrees = bytes(row.__data__[name]) == key(row.__data__[kind.of])
        elif detail is None:  # the field came with a later version, and nobody has written it since
            agrees = row.__data__[name] in (None, kind.default)  # type: ignore[attr-defined]
        else:
            agrees = _agrees(kind, row.__data__[name], detail)
        if not agrees:
            entry = detail.entry if detail else None
            raise Stop(Broken("the row does not say what its entry says", entry, table, uid, name))


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


def _newest(table: str, uids: list[str]) -> dict[str, dict[str, EntryDetail]]:
    """Of each row, the newest detail per field."""
    found: dict[str, dict[str, EntryDetail]] = defaultdict(dict)
    about = (EntryDetail.record_type == table) & EntryDetail.record_uid.in_(uids)
    for detail in EntryDetail.select().where(about).order_by(EntryDetail.entry):
        found[detail.record_uid][detail.field] = detail
    return found


def _link(part: type[Record], whole: type[Record]) -> Any:
    return next(kind for kind in part.kinds().values() if getattr(kind, "rel_model", None) is whole)


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
