"""What people in Ekdala noted and set going: secrecy marks, corrections on signed rounds, and measures."""

import datetime as dt
from typing import Any

from models.fire_safety import Deficiency, Premises, Round
from models.measures import Measure
from models.record import DECLARED, Record
from tracker.acts import marking
from tracker.demo import data
from tracker.demo.clock import DAY
from tracker.demo.town import Town
from tracker.spine import records


def plan(town: Town) -> None:
    """Puts all of it on the agenda."""
    town.agenda.put(town.ago(6, 15), _mark, town)
    town.agenda.put(town.ago(5, 11), _correct, town)
    for measure in data.measures():
        town.agenda.put(town.ago(measure["added"], 10), _measure, town, measure)


def _mark(town: Town, at: dt.datetime) -> None:
    """What a person marks, beside what checklist points mark by themselves."""
    for number, field in (("205", "what"), ("205", "place"), ("202", "place")):
        marking.mark(town.actor("malin"), _newest(town, Deficiency, number), field, "OSL 18:8", at)


def _correct(town: Town, at: dt.datetime) -> None:
    """Remarks on signed rounds, which correct them."""
    for number, text in (
        ("202", "Rättelse: släckaren i punkt 12 sitter vid entrén, inte vid hemkunskapen."),
        ("401", "Rättelse: ronden gicks tillsammans med nattpersonalen, vilket inte antecknades."),
    ):
        walk = _newest(town, Round, number)
        records.remark(town.actor(town.duties[number].walker), walk, text, at)


def _measure(town: Town, said: dict[str, Any], at: dt.datetime) -> None:
    values = {
        "title": said["title"],
        "unit": town.units[said["unit"]],
        "responsible": town.people[said["responsible"]],
        "due_on": town.today - said["due"] * DAY,
    }
    actor, origin = town.actor(said["by"]), _origin(town, said)
    made = records.add_from(actor, Measure, origin, values, at) if origin else records.add(actor, Measure, values, at)
    for days, step, who, asked in said.get("steps", ()):
        town.agenda.put(town.ago(days, 11), _step, town, made.id, step, who, asked)


def _origin(town: Town, said: dict[str, Any]) -> Record | None:
    slug, number = said.get("from", (None, ""))
    if slug is None or slug == Premises.declared.slug:
        return town.premises.get(number)
    return _newest(town, DECLARED[slug], number) or town.premises[number]


def _step(town: Town, measure: int, step: str, who: str, asked: dict[str, Any], at: dt.datetime) -> None:
    row = Measure.get_by_id(measure)
    values = {name: town.today - value * DAY if isinstance(value, int) else value for name, value in asked.items()}
    records.step(town.actor(who), Measure, row.uid.hex, step, values, row.version, at)


def _newest(town: Town, record_type: type[Record], number: str) -> Record | None:
    """The newest deficiency or signed round of a premises."""
    rows = record_type.select().where(record_type.premises == town.premises[number])
    rows = rows.where(Round.signed_on.is_null(False)) if record_type is Round else rows
    return rows.order_by(record_type.id.desc()).first()
