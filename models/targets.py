"""What a register is measured against: rows with a source and a date, the municipality's own to change."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from peewee import Select, fn

from models.kinds import Day, Number, Text
from models.record import Record
from models.words import Labelled, Message, Problem


class Target(Record):
    """What targets of all registers have in common. Each kind names its `aim`s, and what it proposes for them."""

    proposed: ClassVar[Mapping[Any, int]] = {}
    """A proposal, not law: what the rows begin with, and what holds where a row is missing."""
    percents: ClassVar[frozenset[Labelled]] = frozenset()
    """The aims that are per cent of a whole."""

    aim: Any
    amount = Number("Amount", least=1, most=1000)
    source = Text("Source", max_length=200)
    checked_on = Day("Last checked")

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("aim") in cls.percents and values["amount"] > 100:
            yield Problem("amount", Message("At most 100 per cent."))

    @classmethod
    def of(cls, aim: Any) -> Select:
        """The amount of one target, as a subquery of at most one value."""
        return cls.select(cls.amount).where(cls.aim == aim)

    @classmethod
    def wanted_sql(cls, aim: Any) -> Any:
        """The amount that holds now, as SQL: for conditions, which then ask nothing of their own."""
        return fn.COALESCE(cls.of(aim), cls.proposed[aim])

    @classmethod
    def wanted(cls, aim: Any) -> int:
        """The amount that holds now."""
        found = cls.of(aim).scalar()
        return cls.proposed[aim] if found is None else int(found)
