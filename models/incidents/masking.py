"""What a legal clock's provision marks: the incident's content, its parts' and that of the measures it gave rise to.

The mark states provision, day and authority (OSL 5:5). It is a warning, never the decision.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, cast

from models.common import Unit, UnitKind
from models.incidents.clocks import ClockRule, LegalClock
from models.incidents.incidents import Incident
from models.measures import Mark, Measure
from models.record import DECLARED, Record


def provision(incident: int) -> str | None:
    """The provision that a clock of this incident brought, if one did."""
    rules = ClockRule.select(ClockRule.provision).join(LegalClock, on=LegalClock.rule == ClockRule.id)
    found: str | None = rules.where((LegalClock.incident == incident) & ClockRule.provision.is_null(False)).scalar()
    return found


def over_all(incident: Incident, words: str, today: dt.date) -> Iterator[Mark]:
    """The marks that an incident gets as such a clock starts: on itself, and on all that belongs to it."""
    by = authority(incident)
    yield from _on([incident], words, by, today)
    sources = {incident.uid}
    for slug in incident.declared.parts:
        part: Any = DECLARED[slug]
        rows = list(part.select().where(part.incident == incident))
        sources |= {row.uid for row in rows}
        if hasattr(part, "CONTENT"):
            yield from _on(rows, words, by, today)
    yield from _on(list(Measure.select().where(Measure.source_uid.in_(list(sources)))), words, by, today)


def passed_on(part: Record, incident: Incident, today: dt.date) -> Iterator[Mark]:
    """The marks that a part, or a measure, gets from the incident that it belongs to."""
    words = provision(incident.id)
    if words:
        yield from _on([part], words, authority(incident), today)


def authority(incident: Incident) -> str:
    """The authority that makes the mark: the nämnd or bolag of the incident's unit, else the municipality's first."""
    mine = controller(incident.unit) if incident.unit else None
    if mine is None:
        first = Unit.kind == UnitKind.COMMITTEE
        mine = Unit.select().where(first & Unit.parent.is_null()).order_by(Unit.id).first()
    return mine.name if mine else ""


def controller(unit: Unit) -> Unit:
    """The nämnd or bolag that a unit belongs to: an authority of its own (OSL 8:1), personuppgiftsansvarig."""
    above: Any = unit
    while above.kind not in (UnitKind.COMMITTEE, UnitKind.COMPANY) and above.parent is not None:
        above = above.parent
    return cast(Unit, above)


def content(row: Any) -> tuple[str, ...]:
    """The fields of a row that such a mark is on."""
    return tuple(Measure.markable()) if isinstance(row, Measure) else row.CONTENT


def _on(rows: list[Any], words: str, by: str, today: dt.date) -> Iterable[Mark]:
    """One mark for each field that has none which stands."""
    if not rows:
        return
    table = rows[0]._meta.table_name
    there = Mark.select(Mark.about_uid, Mark.field).where(
        Mark.of(table, today) & Mark.about_uid.in_([row.uid for row in rows])
    )
    marked = set(there.tuples())
    for row in rows:
        for field in content(row):
            if (row.uid, field) not in marked:
                yield Mark(about_type=table, about_uid=row.uid, field=field, provision=words, on=today, by=by)
