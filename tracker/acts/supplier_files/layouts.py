"""What the columns of a supplier's file mean: where its headings stand, and which heading is which of our figures."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.guarding import Contract, FigureMapping, MonthlyFigure, ServiceKind
from models.happenings import Verb
from models.people import Actor
from models.words import Message
from tracker.acts.imports.files import text
from tracker.acts.imports.shapes import labels, plain
from tracker.acts.imports.sheets import COLUMNS, Unreadable
from tracker.acts.imports.values import Wrong
from tracker.acts.supplier_files import cells
from tracker.laws import ledger

LOOKED_AT = 20
"""Lines among which the headings are looked for: above them stand titles, names and days."""

HEADING = 80  # signs of a heading that are told and remembered

KEYS = ("site", "service", "month")
AMOUNTS = ("ordered", "delivered", "missed", "alarms", "unjustified", "responses", "invoiced")
FIELDS = {name: MonthlyFigure._meta.fields[name] for name in (*KEYS, *AMOUNTS)}

_ALSO = {
    "site": (
        "objektnummer", "objektnr", "objekt nr", "objekt-id", "objektid", "anläggningsnummer", "anläggningsnr",
        "bevakningsobjekt", "objekt", "objektnamn", "objekt namn", "anläggning", "kundobjekt", "site", "object",
    ),
    "service": ("tjänst", "tjänsteslag", "typ av tjänst", "uppdragstyp", "insatstyp", "service"),
    "month": ("månad", "period", "avser månad", "avser period", "år-månad", "month"),
    "ordered": (
        "beställda", "beställt", "beställda ronder", "antal beställda", "rondering beställda", "planerade",
        "avropade", "ordered",
    ),
    "delivered": (
        "utförda", "utfört", "levererade", "levererat", "utförda ronder", "antal utförda", "rondering utförda",
        "genomförda", "delivered",
    ),
    "missed": ("uteblivna", "missade", "missade ronder", "uteblivna ronder", "ej utförda", "missed rounds", "missed"),
    "alarms": ("larm", "antal larm", "larm antal", "larm totalt", "larm summa", "larmutryckningar", "alarms"),
    "unjustified": (
        "obefogade", "obefogade larm", "varav obefogade", "onödiga larm", "larm obefogade", "larm varav obefogade",
        "falsklarm", "unjustified",
    ),
    "responses": (
        "svarstider", "insatstider", "inställelsetider", "svarstid", "insatstid", "inställelsetid", "insatstider (min)",
        "svarstider (min)", "insatstid min", "svarstid min", "framkörningstider", "response times",
    ),
    "invoiced": (
        "fakturerat", "belopp", "faktura", "fakturabelopp", "summa kr", "kostnad", "kronor", "fakturerat belopp",
        "belopp kr", "belopp (kr)", "invoice", "invoiced",
    ),
}  # fmt: skip


def _words(name: str) -> tuple[str, ...]:
    return tuple(plain(word) for word in (name, *labels(Message(FIELDS[name].label)), *_ALSO[name]))


_RANKS = {name: {word: rank for rank, word in reversed(list(enumerate(_words(name))))} for name in FIELDS}
"""Of each figure the headings that mean it, the surest first: an object's number before its name."""


@dataclass(frozen=True)
class Layout:
    """`last` is the line of the (lower) headings, `columns` the place of each of our figures.

    `month` and `service` hold where the file says none.
    """

    last: int
    headings: tuple[str, ...]
    columns: Mapping[str, int] = field(default_factory=dict)
    month: dt.date | None = None
    service: ServiceKind | None = None
    sure: bool = False  # whether every heading was known, so that nobody needs to be asked

    @property
    def problems(self) -> Iterator[tuple[str, Message]]:
        """What is missing, by our figure."""
        if "site" not in self.columns:
            yield "site", Message("Choose the column that tells the site, by its number or its name.")
        if "service" not in self.columns and self.service is None:
            yield "service", Message("Choose a column, or below which service all rows are of.")
        if "month" not in self.columns and self.month is None:
            yield "month", Message("Choose a column, or below which month all rows are of.")
        if not any(name in self.columns for name in AMOUNTS):
            yield "ordered", Message("Choose at least one column with figures.")
        places = list(self.columns.values())
        for name, place in self.columns.items():
            if places.index(place) != list(self.columns).index(name):
                yield name, Message("This column is chosen for something else already.")

    def heading(self, name: str) -> str:
        """What the file calls one of our figures; "" when it does not have it."""
        place = self.columns.get(name)
        return "" if place is None else self.headings[place]


def packed(layout: Layout) -> str:
    said = vars(layout) | {"month": layout.month and layout.month.isoformat(), "columns": dict(layout.columns)}
    return json.dumps(said, ensure_ascii=False)


def unpacked(kept: str) -> Layout:
    said = json.loads(kept)
    month, service = said["month"], said["service"]
    return Layout(
        said["last"],
        tuple(said["headings"]),
        said["columns"],
        dt.date.fromisoformat(month) if month else None,
        ServiceKind(service) if service else None,
        said["sure"],
    )


@dataclass(frozen=True)
class Remembered:
    """What a supplier's headings were said to mean: our figure → heading; and all that were there then."""

    columns: Mapping[str, str] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    service: ServiceKind | None = None


NOTHING = Remembered()


def found(first: Sequence[Sequence[Any]], known: Remembered = NOTHING, month: dt.date | None = None) -> Layout:
    """The layout of a file by its first lines (LOOKED_AT of them, from line 1). Raises Unreadable for an empty one."""
    candidates = list(_candidates(first))
    if not candidates:
        raise Unreadable(Message("The file holds no rows beneath its headings."))
    matched = [(last, headings, _columns(headings, known)) for last, headings in candidates]
    last, headings, columns = max(matched, key=lambda each: len(each[2]))  # of equals the first
    if not columns:
        last, headings = max(candidates, key=lambda each: sum(map(bool, each[1])))
    if len(headings) > COLUMNS:
        raise Unreadable(Message("At most %(most)s columns can be brought in at a time.", most=COLUMNS))
    told = tuple(_joined(heading) for heading in headings)
    unknown = {plain(h) for n, h in enumerate(told) if h and n not in columns.values()} - known.seen
    layout = Layout(last, told, columns, month, known.service if "service" not in columns else None)
    return Layout(**vars(layout) | {"sure": not unknown and not list(layout.problems)})


def as_before(layout: Layout, before: Iterable[Layout]) -> Layout:
    """What was said of a file with the very same headings, which now comes corrected."""
    same = next((each for each in before if each.sure and each.headings == layout.headings), None)
    if same is None:
        return layout
    return Layout(**vars(same) | {"last": layout.last, "month": layout.month or same.month})


Heading = tuple[str, ...]
"""What stands above a column, from above: one line of headings, or two."""


def _candidates(first: Sequence[Sequence[Any]]) -> Iterator[tuple[int, list[Heading]]]:
    """Each line that can be the headings, and each pair: what spans several columns above, and what stands beneath."""
    lines = [[" ".join(text(c).split())[:HEADING] for c in line[: COLUMNS + 1]] for line in first[:LOOKED_AT]]
    for number, line in enumerate(lines, 1):
        if not any(line):
            continue
        yield number, [(cell,) if cell else () for cell in _whole(line)]
        below = lines[number] if number < len(lines) else []
        if _names(below) and any(cell and not _at(line, place) for place, cell in enumerate(below)):
            yield number + 1, list(_two(line, below))


def _whole(line: list[str]) -> list[str]:
    while line and not line[-1]:
        line = line[:-1]
    return line


def _two(above: list[str], below: list[str]) -> Iterator[Heading]:
    """What spans several columns is written in the first of them."""
    spans = ""
    for place in range(len(_whole(below)) if len(_whole(below)) > len(_whole(above)) else len(_whole(above))):
        upper, lower = _at(above, place), _at(below, place)
        spans = upper or (spans if lower else "")
        yield tuple(word for word in (spans, lower) if word)


def _at(line: Sequence[str], place: int) -> str:
    return line[place] if place < len(line) else ""


def _names(line: Sequence[str]) -> bool:
    """Whether a line can be headings: words, no figures and no months."""
    return any(line) and not any(_is_value(cell) for cell in line if cell)


def _is_value(cell: str) -> bool:
    for read in (cells.month, cells.whole):
        try:
            if read(cell) is not None:
                return True
        except Wrong:
            continue
    return False


def _joined(heading: Heading) -> str:
    return " ".join(heading)[:HEADING]


def _columns(headings: Sequence[Heading], known: Remembered) -> dict[str, int]:
    """The place of each figure that is known: as it was said before, else by what suppliers call it."""
    whole = [plain(_joined(heading)) for heading in headings]
    columns = {name: whole.index(said) for name, said in known.columns.items() if said in whole}
    for name in FIELDS:
        taken = set(columns.values())
        ranked = [
            (_rank(name, heading), place)
            for place, heading in enumerate(headings)
            if place not in taken and whole[place] not in known.seen
        ]
        sure = [(rank, place) for rank, place in ranked if rank is not None]
        if name not in columns and sure:
            columns[name] = min(sure)[1]
    return {name: columns[name] for name in FIELDS if name in columns}


def _rank(name: str, heading: Heading) -> int | None:
    """How surely a heading means this figure, by all of it or by its lower half."""
    if not heading:
        return None
    whole = _RANKS[name].get(plain(_joined(heading)))
    return whole if whole is not None else _RANKS[name].get(plain(heading[-1]))


def remembered(contract: Contract) -> Remembered:
    """What was said of the files of this supplier."""
    row = FigureMapping.get_or_none(FigureMapping.company_number == _number(contract))
    if row is None:
        return NOTHING
    said = json.loads(row.headings)
    return Remembered(
        said["columns"], frozenset(said["seen"]), ServiceKind(said["service"]) if said["service"] else None
    )


def remember(actor: Actor, contract: Contract, layout: Layout, at: dt.datetime) -> None:
    """Notes what the columns meant, for the next file of this supplier; the same again leaves no trace."""
    row = FigureMapping.get_or_none(FigureMapping.company_number == _number(contract))
    said = {
        "columns": {name: plain(layout.headings[place]) for name, place in layout.columns.items()},
        "seen": sorted({plain(heading) for heading in layout.headings if heading}),
        "service": layout.service,
    }
    headings = json.dumps(said, ensure_ascii=False, sort_keys=True)
    if row is not None and row.headings == headings:
        return
    row = row or FigureMapping(company_number=_number(contract))
    row.headings, row.by, row.used_at = headings, actor.id, at
    with ledger.act(actor, Verb.MAPPED, row, at=at) as act:
        act.save(row)


def _number(contract: Contract) -> str:
    return contract.company_number.replace("-", "")
