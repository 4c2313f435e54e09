"""A supplier's file row by row: what each row would save, or what is wrong with it. Holds a thousand rows at a time."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from itertools import islice
from operator import or_
from typing import Any

from peewee import JOIN

from models.database import db
from models.fire_safety import Premises
from models.guarding import Contract, GuardedSite, MonthlyFigure, ServiceKind
from models.words import Message
from tracker.acts.imports.planning import Fate
from tracker.acts.imports.shapes import plain
from tracker.acts.imports.sheets import COLUMNS, Unreadable
from tracker.acts.imports.values import Wrong
from tracker.acts.supplier_files import cells
from tracker.acts.supplier_files.layouts import AMOUNTS, FIELDS, Layout

ROWS = 100_000
TOGETHER = 1000  # rows whose figures are looked for together
MONTHS = 12  # of them in one query: SQLite takes no condition of any depth

Key = tuple[int, ServiceKind, dt.date]
"""Which site, service and month a figure is of."""

SUMS = frozenset({"summa", "total", "totalt", "summatotalt", "totalsumma", "delsumma", "sum"})

NO_SITE = Message("The row does not say which site.")
NO_SERVICE = Message("The row does not say which service.")
NO_MONTH = Message("The row does not say which month.")
TO_COME = Message("That month has not been yet.")
BEFORE = Message("That month is before the contract's first day.")
NO_FIGURES = Message("The row holds no figures.")


@dataclass(frozen=True)
class Fault:
    """What is wrong in one column of the file, "" for the whole row."""

    row: int
    column: str
    message: Message


@dataclass
class Judged:
    """A row of the file, by its number there: the figure that it is, what it would do, and what is wrong with it."""

    row: int
    figure: MonthlyFigure | None = None
    fate: Fate = Fate.NEW
    faults: list[Fault] = field(default_factory=list)
    rounded: bool = False


class Sites:
    """The sites of a contract, by the supplier's number, the name or the number of the premises."""

    def __init__(self, contract: Contract) -> None:
        self.names: dict[int, str] = {}
        self._called: tuple[dict[str, set[int]], ...] = ({}, {}, {}, {})
        rows: Any = (
            GuardedSite.select(GuardedSite.id, GuardedSite.supplier_number, GuardedSite.name, Premises.number)
            .join(Premises, JOIN.LEFT_OUTER)
            .where(GuardedSite.contract == contract.id)
            .order_by(GuardedSite.id)
        )
        for site, number, name, premises in rows.tuples():
            self.names[site] = name
            bare = (number or "").lstrip("0")  # which Excel takes away
            for called, word in zip(self._called, (number, name, premises, bare), strict=True):
                if word and plain(word):
                    called.setdefault(plain(word), set()).add(site)

    def named(self, written: str) -> int:
        """Raises Wrong when no site, or more than one, is called this."""
        wanted = plain(written)
        ways = [(called, wanted) for called in self._called] + [(self._called[3], wanted.lstrip("0"))]
        found = next((called[word] for called, word in ways if word in called), set())
        if len(found) > 1:
            raise Wrong(Message("Several sites are called “%(name)s”. Give them the supplier's numbers.", name=written))
        if not found:
            raise Wrong(Message("The contract has no site with the number or name “%(name)s”.", name=written))
        return next(iter(found))


class Checking:
    """One reading of a file. What it came to so far stands in its counts."""

    def __init__(self, contract: Contract, layout: Layout, today: dt.date, site: int | None = None) -> None:
        """`site` holds where the layout has no column for it."""
        self.layout, self._of = layout, site
        self.sites = Sites(contract)
        self.fates: Counter[Fate] = Counter()
        self.read = self.wrong = self.sums = self.rounded = 0
        self.months: set[dt.date] = set()
        self.places: set[int] = set()
        self._first, self._last = contract.starts_on.replace(day=1), today.replace(day=1)
        self._seen: dict[int, int] = {}  # the row of each figure, by one number for its key
        self._month = _kept(self._named_month)
        self._service = _kept(cells.service)
        self._responses, self._kronor = _kept(cells.responses), _kept(cells.kronor)
        self._site = _kept(self._named_site)
        self._kept_back = [name for name in AMOUNTS if name not in layout.columns]

    def rows(self, coming: Iterable[Sequence[Any]]) -> Iterator[Judged]:
        """Each of a file's lines beneath the headings that holds something. Raises Unreadable, also on the way."""
        rows = (self._judged(number, line) for number, line in self._filled(coming) if not self._is_sum(line))
        while chunk := list(islice(rows, TOGETHER)):
            self._weigh(chunk)
            yield from chunk
        if not self.read:
            raise Unreadable(Message("The file holds no rows beneath its headings."))

    def one(self, line: Sequence[str]) -> Judged:
        """A row that was typed, judged as those of a file are."""
        judged = self._judged(1, line)
        self._weigh([judged])
        return judged

    def _filled(self, coming: Iterable[Sequence[Any]]) -> Iterator[tuple[int, Sequence[Any]]]:
        for number, line in enumerate(coming, 1):
            if number <= self.layout.last or not any(map(_holds, line)):
                continue
            if len(line) > COLUMNS and any(map(_holds, line[COLUMNS:])):
                raise Unreadable(Message("At most %(most)s columns can be brought in at a time.", most=COLUMNS))
            if self.read >= ROWS:
                most = Message("At most %(most)s rows can be brought in at a time. Divide the file.", most=ROWS)
                raise Unreadable(most)
            self.read += 1
            yield number, line

    def _judged(self, number: int, line: Sequence[Any]) -> Judged:
        """The row by its own cells."""
        judged, values = Judged(number), dict[str, Any]()
        for name, place in self.layout.columns.items():
            cell = line[place] if place < len(line) else None
            try:
                values[name] = self._value(name, cell, judged)
            except Wrong as wrong:
                judged.faults.append(Fault(number, self.layout.headings[place], wrong.message))
        broken = {fault.column for fault in judged.faults}
        for name, otherwise, missing in (
            ("site", self._of, NO_SITE), ("service", self.layout.service, NO_SERVICE),
            ("month", self.layout.month, NO_MONTH),
        ):  # fmt: skip
            if values.get(name) is None:
                values[name] = otherwise
            if values[name] is None and self.layout.heading(name) not in broken:
                judged.faults.append(Fault(number, self.layout.heading(name), missing))
        judged.figure = MonthlyFigure(**values)
        return judged

    def _is_sum(self, line: Sequence[Any]) -> bool:
        """Whether the row only adds up others."""
        place = self.layout.columns["site"]
        cell = line[place] if place < len(line) else None
        found = isinstance(cell, str) and len(cell) < 20 and plain(cell) in SUMS
        self.sums += found
        return found

    def _value(self, name: str, cell: Any, judged: Judged) -> Any:
        """What a cell means for one of our figures, within its limits. Raises Wrong."""
        if name == "site":
            return self._site(cell)
        if name == "service":
            return self._service(cell)
        if name == "month":
            return self._month(cell)
        if name == "responses":
            value: Any = self._responses(cell)
        elif name == "invoiced":
            value, rounded = self._kronor(cell)
            judged.rounded |= rounded
        else:
            value = cells.whole(cell)
        if value is not None and (value if isinstance(value, int) else len(value)) > _MOST[name]:
            raise Wrong(FIELDS[name].problem(value))
        return value

    def _named_site(self, cell: Any) -> int | None:
        written = cells.said(cell)
        return self.sites.named(written) if written else None

    def _named_month(self, cell: Any) -> dt.date | None:
        month = cells.month(cell)
        if month is not None and month > self._last:
            raise Wrong(TO_COME)
        if month is not None and month < self._first:
            raise Wrong(BEFORE)
        return month

    def _weigh(self, chunk: list[Judged]) -> None:
        """Holds rows against each other and against what holds now."""
        keyed = [(judged, _key(judged.figure)) for judged in chunk if judged.figure and not judged.faults]
        stored = _stored([key for _, key in keyed])
        for judged, key in keyed:
            first = self._seen.setdefault(_number(key), judged.row)
            if first != judged.row:
                heading = self.layout.heading("site")
                told = Message("The same site, service and month stand in row %(row)s already.", row=first)
                judged.faults.append(Fault(judged.row, heading, told))
            else:
                self._compare(judged, stored.get(key))
        for judged in chunk:
            self._count(judged)

    def _compare(self, judged: Judged, before: tuple[Any, ...] | None) -> None:
        """What the file has no column for stays as it is."""
        figure: Any = judged.figure
        if before is not None:
            for name in self._kept_back:
                setattr(figure, name, before[AMOUNTS.index(name)])
        values = tuple(figure.__data__.get(name) for name in AMOUNTS)
        if all(value is None for value in values):
            judged.faults.append(Fault(judged.row, "", NO_FIGURES))
        for name, message in figure.faults.items():
            judged.faults.append(Fault(judged.row, self.layout.heading(name), message))
        judged.fate = Fate.NEW if before is None else Fate.SAME if values == before else Fate.CHANGED

    def _count(self, judged: Judged) -> None:
        if judged.faults:
            self.wrong += 1
            return
        self.fates[judged.fate] += 1
        self.rounded += judged.rounded
        figure: Any = judged.figure
        self.months.add(figure.month)
        self.places.add(figure.__data__["site"])


_MOST = {name: FIELDS[name].max_length if name == "responses" else FIELDS[name].most for name in AMOUNTS}


def _holds(cell: Any) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _key(figure: Any) -> Key:
    said = figure.__data__
    return said["site"], said["service"], said["month"]


_PLACES = {kind: place for place, kind in enumerate(ServiceKind)}


def _number(key: Key) -> int:
    """One small number for a key: a hundred thousand of them take some megabytes."""
    site, service, month = key
    return (site * 4096 + month.year * 12 + month.month - 24_000) * 16 + _PLACES[service]


def _stored(keys: Iterable[Key]) -> Mapping[Key, tuple[Any, ...]]:
    """What holds now for these keys: the amounts in their order."""
    sites: dict[dt.date, set[int]] = {}
    for site, _, month in keys:
        sites.setdefault(month, set()).add(site)
    cls, months, found = MonthlyFigure, sorted(sites), {}
    fields = (cls.site, cls.service, cls.month, *(FIELDS[name] for name in AMOUNTS))
    for start in range(0, len(months), MONTHS):
        some = months[start : start + MONTHS]
        here = ((cls.month == month) & cls.site.in_(db.listed(sorted(sites[month]))) for month in some)
        rows: Any = cls.select(*fields).where(reduce(or_, here) & cls.holding()).tuples()
        found |= {(site, service, month): tuple(amounts) for site, service, month, *amounts in rows}
    return found


def _kept(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`read`, which says the same of the same text: a file says few things many times."""
    known = lru_cache(maxsize=4096)(read)
    return lambda cell: known(cell) if isinstance(cell, str) and len(cell) < 200 else read(cell)
