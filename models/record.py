"""What a register declares, and the record that every declared type is.

A declaration holds data only, and checks itself as its module is read: a column that does not exist is a
TypeError with a sentence, not a missing label in production.
"""

import datetime as dt
import inspect
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, Self, TypeVar

from peewee import Expression, Model, Select, fn

from models.database import db
from models.kinds import Kind, Note, Number, SortKey, Text, Uid
from models.words import Act, Problem, Protection, Register

Name = TypeVar("Name")

DECLARED: dict[str, type["Record"]] = {}


@dataclass(frozen=True)
class Selection:
    """A named condition on a record type: what a list can be narrowed to and what a number counts.

    The rule takes (cls, today) or (cls, today, person's id), and answers with an SQL condition.
    """

    label: str
    rule: Callable[..., Expression]

    @property
    def personal(self) -> bool:
        return len(inspect.signature(self.rule).parameters) == 3

    def where(self, record_type: type["Record"], today: dt.date, person: int | None = None) -> Expression:
        return self.rule(record_type, today, person) if self.personal else self.rule(record_type, today)


def answers(asked: Mapping[Name, Any]) -> dict[Name, Any]:
    """What each of these subqueries of one value gives, by its name: all asked in one statement."""
    if not asked:
        return {}
    (given,) = Select(columns=list(asked.values())).bind(db).tuples()
    return dict(zip(asked, given, strict=True))


def selection(label: str) -> Callable[[Callable[..., Any]], Selection]:
    """Names a condition: `@selection("Overdue")` above `def overdue(cls, today)`."""
    return lambda rule: Selection(label, rule)


@dataclass(frozen=True)
class Step:
    """A move in a record's life, pressed as one button.

    From one of `before` to `after`; `act` is what policy is asked for; `asks` are the fields filled in with it
    (`needs` those of them that must be); `stamps` are fields set to who, now or today; `barred` names a field whose
    person may not take this step. The history's sentence is the `Verb` of the step's name.
    """

    label: str
    act: Act
    before: tuple[Enum, ...]
    after: Enum
    asks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    stamps: Mapping[str, str] = field(default_factory=dict)
    clears: tuple[str, ...] = ()
    barred: str = ""


@dataclass(frozen=True)
class Declaration:
    """What the spine needs to know of a record type. All names are field names of the type."""

    register: Register
    one: str
    many: str
    slug: str
    title: str
    columns: tuple[str, ...]
    filters: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    part_of: str = ""
    parts: tuple[str, ...] = ()
    steps: Mapping[str, Step] = field(default_factory=dict)
    begins: Mapping[str, str] = field(default_factory=dict)  # fields set to who or today as the record is made
    selections: Mapping[str, Selection] = field(default_factory=dict)
    creatable: bool = True
    adding: Act = Act.ADD  # what policy is asked for when one is made
    editable: bool = True


class Record(Model):
    """One row that has a life: made, changed and remembered through the ledger's act only."""

    id: Any
    uid: Any = Uid(unique=True, default=uuid.uuid4)
    version = Number(default=0, typed=False)

    declared: ClassVar[Declaration]
    frozen: ClassVar[bool] = False  # written once, never changed
    counted_in: ClassVar[str] = ""  # the type that these rows are parts of, witnessed as a count and one digest
    timed: ClassVar[tuple[str, ...]] = ()  # the fields besides `state` that `as_of` looks at
    ground: ClassVar[str] = "OSL 18:8"  # why what is secret from the start is
    alone_in: ClassVar[str] = ""  # the link whose row is held while one is saved: `problems` looks at the others there

    class Meta:
        database = db
        legacy_table_names = False

    @classmethod
    def kinds(cls) -> dict[str, Kind]:
        """The type's declared fields by name, without id and bookkeeping."""
        return {
            name: kind
            for name, kind in cls._meta.fields.items()
            if isinstance(kind, Kind) and name not in ("uid", "version")
        }

    @classmethod
    def as_read(cls, **values: Any) -> Self:
        """For `.objects(…)`: a row of a long list that is only read; peewee's own way sets each field anew."""
        row: Any = cls.__new__(cls)
        row.__data__, row.__rel__, row._dirty = values, {}, set()
        return row

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        """Rules over several fields, on values that each are right."""
        return ()

    @classmethod
    def tallied(cls, values: Mapping[str, Any]) -> Iterable[tuple[str, dt.date]]:
        """The (figure, day) pairs that a row with these stored values counts in; kept in the same act."""
        return ()

    @classmethod
    def markable(cls) -> list[str]:
        """Fields that a mark can make secret: typed texts that are neither the title nor secret already.

        Nor what lists are sorted by: the key of the next page would tell it.
        """
        sorted_by = {name.lstrip("-").removesuffix("_key") for name in cls.declared.sorts}
        return [
            name
            for name, kind in cls.kinds().items()
            if kind.typed and isinstance(kind, (Text, Note))
            and name not in (cls.declared.title, *sorted_by) and kind.protection is Protection.OPEN
        ]  # fmt: skip

    @classmethod
    def counting(cls, selection: str, today: dt.date) -> Select:
        """How many rows a selection holds, for `answers`. A type that keeps a tally of one answers from it."""
        return cls.select(fn.COUNT(cls.id)).where(cls.declared.selections[selection].where(cls, today))

    @classmethod
    def number(cls, selection: str, today: dt.date) -> int:
        return int(cls.counting(selection, today).scalar())

    @classmethod
    def own(cls, scope: str, person: int, today: dt.date) -> Any:
        """The condition that a row is within a person's scope: here, that what it is part of is.

        None for what belongs to nobody in particular (a policy, a time limit): all who see the register see it, and
        only those who reach everywhere write it.
        """
        declared = getattr(cls, "declared", None)
        if declared is None or not declared.part_of:
            return None
        link = cls._meta.fields[declared.part_of]
        whole = link.rel_model
        condition = whole.own(scope, person, today)
        return None if condition is None else among(link, whole.select(whole.id).where(condition))

    def as_of(self, name: str, today: dt.date) -> Any:
        """What a field comes to on a day: the stored value, but for what only time changes."""
        return self.__data__.get(name)

    def follows(self, today: dt.date) -> Iterable["Record"]:
        """What else is to be saved in the same act, once this record is."""
        return ()

    def settle(self) -> None:
        """Sets what follows from the record's other fields, each time before it is stored."""

    @classmethod
    def veiled(cls) -> Any:
        """The rows whose being there is itself secret, out of reach for whoever reads no secrets; or None."""
        return None

    def passes_on(self, other: "Record", today: dt.date) -> Iterable["Record"]:
        """The marks that what arises from this record gets from it."""
        return ()

    def echoes(self, field: str) -> Iterable[tuple["Record", str]]:
        """Where else the words of a field stand: what a mark on it must mask too."""
        return ()

    def floor(self, name: str) -> Protection:
        """How closely a field is kept in this record, before any mark."""
        return self._meta.fields[name].protection

    @property
    def is_waiting(self) -> bool:
        """Is something still to be done by its day?"""
        return False

    @property
    def is_locked(self) -> bool:
        """Can remarks only correct it, not change it?"""
        return False

    def __str__(self) -> str:
        return str(getattr(self, self.declared.title)) if hasattr(type(self), "declared") else self.uid.hex


def among(column: Any, rows: Select) -> Expression:
    """`column IN (rows)`. Peewee's `in_` builds the SQL of `rows` twice, to see if it is empty: 2ⁿ times, n deep."""
    return Expression(column, "in", rows)


def declares(
    one: str, many: str, *, register: Register, slug: str, title: str, columns: tuple[str, ...], **more: Any
) -> Callable[[type[Record]], type[Record]]:
    """Declares a record type. Raises TypeError with a sentence when a name in it does not exist."""

    def declare(cls: type[Record]) -> type[Record]:
        selections = {
            name: value
            for base in reversed(cls.__mro__)
            for name, value in vars(base).items()
            if isinstance(value, Selection)
        }
        declaration = Declaration(register, one, many, slug, title, columns, selections=selections, **more)
        _check(cls, declaration)
        if slug in DECLARED:
            raise TypeError(f"Two record types want the address “{slug}”: {DECLARED[slug].__name__}, {cls.__name__}.")
        cls.declared = declaration
        DECLARED[slug] = cls
        return cls

    return declare


def _check_secret(cls: type[Record], declaration: Declaration, name: str) -> None:
    """What is secret is neither searched, nor narrowed or sorted by, nor a title: each would tell of it."""
    sorted_by = {order.lstrip("-") for order in declaration.sorts}
    for place, names in (
        ("search", declaration.search),
        ("filter by", declaration.filters),
        ("sort by", sorted_by),
        ("be called by", (declaration.title,)),
    ):
        if name in names:
            raise TypeError(f"{cls.__name__} wants to {place} “{name}”, which is secret.")


def _check(cls: type[Record], declaration: Declaration) -> None:
    for place in ("columns", "filters", "sorts", "search", "form"):
        for name in getattr(declaration, place):
            plain = name.lstrip("-")
            if plain not in cls._meta.fields:
                raise TypeError(f"{cls.__name__} declares “{plain}” among its {place}, but has no such field.")
    for name in (declaration.title, *filter(None, [declaration.part_of])):
        if name not in cls._meta.fields:
            raise TypeError(f"{cls.__name__} declares “{name}”, but has no such field.")
    for name in declaration.begins:
        if name not in cls._meta.fields:
            raise TypeError(f"{cls.__name__} begins with “{name}”, but has no such field.")
    for name in declaration.form:
        if not cls._meta.fields[name].typed:
            raise TypeError(f"{cls.__name__} puts “{name}” in its form, but only acts write that field.")
    for step_name, step in declaration.steps.items():
        for name in (*step.asks, *step.needs, *step.stamps, *step.clears, *filter(None, [step.barred])):
            if name not in cls._meta.fields:
                raise TypeError(f"{cls.__name__}'s step “{step_name}” names “{name}”, but there is no such field.")
    for name, kind in cls.kinds().items():
        if kind.protection is Protection.SECRET:
            _check_secret(cls, declaration, name)
        if isinstance(kind, SortKey) and kind.of not in cls._meta.fields:
            raise TypeError(f"{cls.__name__}.{name} is the order of “{kind.of}”, but there is no such field.")
