"""What a file would do: each row found or new, its values read and held against the same rules as the forms."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.common import Unit
from models.kinds import Link
from models.people import Actor
from models.record import Record
from models.words import Act, Labelled, Message, named
from tracker.acts.imports.along import Along
from tracker.acts.imports.shapes import Column, Shape, matched
from tracker.acts.imports.sheets import Sheet
from tracker.acts.imports.values import Units, Wrong, value
from tracker.language import today as day_of
from tracker.laws import policy
from tracker.spine import records
from tracker.spine.errors import Refused
from tracker.spine.reach import reach
from tracker.spine.reading import Reading

BATCH = 500


class Fate(Labelled):
    NEW = named("new", "New", "ok")
    CHANGED = named("changed", "Changed", "part")
    SAME = named("same", "Unchanged", "none")


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in one cell, or (without column) in one row."""

    number: int
    column: Message | None
    message: Message


@dataclass
class Draft:
    """One row of the file on its way to a record: the record with the file's values, and what comes along."""

    number: int
    texts: dict[str, str]
    row: Record
    before: dict[str, Any] | None
    links: dict[str, Record] = field(default_factory=dict)
    others: list[Record] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    @property
    def fate(self) -> Fate:
        if self.before is None:
            return Fate.NEW
        return Fate.CHANGED if self.changed else Fate.SAME


@dataclass(frozen=True)
class Plan:
    """What a file would do, row by row; with problems nothing of it is saved. `ignored` are headings unknown here."""

    shape: Shape
    sheet: Sheet
    drafts: tuple[Draft, ...]
    problems: tuple[RowProblem, ...]
    ignored: tuple[str, ...]

    def count(self, fate: Fate) -> int:
        return sum(draft.fate is fate for draft in self.drafts)


def look(actor: Actor, shape: Shape, sheet: Sheet, at: dt.datetime) -> Plan:
    """What `sheet` would do if it were saved now. Raises Refused, and Unreadable when its columns do not fit."""
    ask(actor, shape)
    columns, ignored = matched(shape, sheet.header)
    planning = _Planning(actor, shape, columns, at)
    drafts = [planning.draft(number, cells) for number, cells in sheet.rows]
    problems = [problem for draft in drafts for problem in planning.filled(draft)]
    problems += planning.together(drafts)
    return Plan(shape, sheet, tuple(drafts), tuple(sorted(problems, key=lambda p: p.number)), ignored)


def ask(actor: Actor, shape: Shape) -> None:
    if not policy.may(actor, shape.record_type.declared.register, Act.IMPORT):
        raise Refused


class _Planning:
    """What is known beforehand, each fetched once however many rows the file has."""

    def __init__(self, actor: Actor, shape: Shape, columns: Mapping[int, Column], at: dt.datetime) -> None:
        self.shape, self.columns, self.today = shape, columns, day_of(at)
        self.named = {column.name: column for column in columns.values()}
        self.kinds = {name: shape.record_type.kinds()[name] for name, column in self.named.items() if not column.extra}
        self.reading = Reading(actor, at, "en")
        self.along = Along(actor, columns, self.today)
        self.stored = list(shape.record_type.select())
        self.exact = {row.__data__[shape.key]: row for row in self.stored}
        self.folded = {row.__data__[shape.key].casefold(): row for row in self.stored}
        self.units = Units(self.stored if shape.record_type is Unit else Unit.select())
        self.within = self._within(actor)
        self.seen: dict[Any, int] = {}

    def draft(self, number: int, cells: tuple[str, ...]) -> Draft:
        """The row's record, found by its key or new. A unit can be named by any row from now on."""
        texts = {column.name: cells[place] if place < len(cells) else "" for place, column in self.columns.items()}
        if self.shape.key == "email":
            texts["email"] = texts["email"].lower()
        key = texts[self.shape.key]
        row = self.exact.get(key) or self.folded.get(key.casefold())
        before = dict(row.__data__) if row else None
        row = row or self.shape.record_type(**{self.shape.key: key})
        if isinstance(row, Unit):
            row.name = texts["name"]
            self.units.learn(row)
        return Draft(number, texts, row, before)

    def filled(self, draft: Draft) -> Iterator[RowProblem]:
        """Reads the row into its record, and tells all that is wrong with it."""
        yield from self._standing(draft)
        problems = [*self._read(draft), *self._ruled(draft)]
        yield from problems
        if not problems:
            self._compare(draft)
        yield from self._besides(draft)

    def together(self, drafts: list[Draft]) -> Iterator[RowProblem]:
        """What is wrong only when rows are seen together."""
        yield from self._circling(drafts)
        changed = [draft for draft in drafts if draft.before and draft.changed]
        for start in range(0, len(changed), BATCH):
            yield from self._unseen(changed[start : start + BATCH])

    def _circling(self, drafts: list[Draft]) -> Iterator[RowProblem]:
        """Units that would lie beneath themselves."""
        if self.shape.record_type is not Unit or "parent" not in self.named:
            return
        above = {unit.uid: self.units.by_id.get(unit.parent_id) for unit in self.stored}
        above |= {draft.row.uid: draft.links.get("parent") for draft in drafts}
        for draft in drafts:
            if _circles(draft.row, above):
                yield self._problem(draft, "parent", Message("The unit would lie beneath itself."))

    def _unseen(self, drafts: list[Draft]) -> Iterator[RowProblem]:
        """Changes of what the reader may not see."""
        self.reading.prepare([draft.row for draft in drafts], ())
        for draft in drafts:
            for name in draft.changed:
                if name in self.kinds and self.reading.shown(draft.row, name).masked:
                    yield self._problem(
                        draft, name, Message("You may not see what stands here, so you cannot change it.")
                    )

    def _within(self, actor: Actor) -> set[int]:
        mine = reach(actor, self.shape.record_type, Act.IMPORT, self.today)
        return {number for (number,) in self.shape.record_type.select(self.shape.record_type.id).where(mine).tuples()}

    def _standing(self, draft: Draft) -> Iterator[RowProblem]:
        """Whether the row may be here at all: once in the file, and within reach."""
        name = self.shape.key
        who = draft.row.uid if draft.before else draft.texts[name].casefold()
        first = self.seen.setdefault(who, draft.number) if draft.texts[name] else draft.number
        if first != draft.number:
            yield self._problem(draft, name, Message("The same stands in row %(row)s already.", row=first))
        if draft.before and draft.row.id not in self.within:
            yield self._problem(draft, None, Message("This lies outside what you are responsible for."))

    def _read(self, draft: Draft) -> Iterator[RowProblem]:
        for name, kind in self.kinds.items():
            if name == self.shape.key and draft.before:
                continue
            try:
                read = value(kind, draft.texts[name], self.units)
            except Wrong as wrong:
                draft.unread.add(name)
                yield self._problem(draft, name, wrong.message)
                continue
            if isinstance(kind, Link) and read is not None:
                yield from self._linked(draft, name, read)
            else:
                setattr(draft.row, name, read)

    def _linked(self, draft: Draft, name: str, unit: Unit) -> Iterator[RowProblem]:
        """A link to a unit, stored or still to be. One that has ended can only stay where it is."""
        before = draft.before[name] if draft.before else None
        if unit.valid_to and unit.valid_to < self.today and unit.id != before:
            yield self._problem(draft, name, Message("The unit “%(name)s” has ended.", name=unit.name))
        draft.links[name] = unit
        setattr(draft.row, name, unit if unit.id is None else unit.id)

    def _ruled(self, draft: Draft) -> Iterator[RowProblem]:
        """What breaks the rules, among the cells that could be read."""
        read = {name: kind for name, kind in self.shape.record_type.kinds().items() if name not in draft.unread}
        values = {**draft.row.__data__, **draft.links}
        for problem in records.checked(self.shape.record_type, values, read, draft.before):
            if problem.field not in draft.unread:
                yield self._problem(draft, problem.field, problem.message)

    def _compare(self, draft: Draft) -> None:
        """Notes which fields differ from what is stored."""
        if not draft.before:
            return
        for name, kind in self.kinds.items():
            unsaved = name in draft.links and draft.links[name].id is None
            if unsaved or kind.canonical(draft.before[name]) != kind.canonical(draft.row.__data__[name]):
                draft.changed.append(name)

    def _besides(self, draft: Draft) -> Iterator[RowProblem]:
        for name, column in self.named.items():
            if not column.extra:
                continue
            try:
                asked = self.along.asked(name, draft.texts[name], draft.row)
            except Wrong as wrong:
                yield self._problem(draft, name, wrong.message)
                continue
            draft.others += asked
            draft.changed += [name] if asked else []

    def _problem(self, draft: Draft, name: str | None, message: Message) -> RowProblem:
        column = self.named.get(name or "")
        return RowProblem(draft.number, column.label if column else None, message)


def _circles(unit: Unit, above: Mapping[Any, Unit | None]) -> bool:
    passed, here = set(), above.get(unit.uid)
    while here is not None and here.uid not in passed:
        if here.uid == unit.uid:
            return True
        passed.add(here.uid)
        here = above.get(here.uid)
    return False
