"""What Ekdala decided: its policy and guideline, time limits, a new checklist, a reorganisation, and measures."""

import datetime as dt
from typing import Any

from models.calendar import months_before
from models.common import Unit, UnitKind
from models.fire_safety import (
    Assignment,
    Checklist,
    Deficiency,
    DocumentKind,
    DocumentState,
    Function,
    PolicyDocument,
    Premises,
    PremisesKind,
    Round,
    SeverityLimit,
)
from models.measures import Measure
from models.record import DECLARED, Record
from tracker.acts import checklists, people
from tracker.demo import data
from tracker.demo.clock import DAY, moment
from tracker.demo.town import Town
from tracker.language import today as day_of
from tracker.spine import records

FULL_COUNCIL, EXECUTIVE = "Kommunfullmäktige", "Kommunstyrelsen"


def plan(town: Town) -> None:
    """Puts all of it on the agenda."""
    policy, guideline = months_before(town.today, 11), months_before(town.today, 10)
    put = town.agenda.put
    put(moment(town.start, 9), _old_guideline, town)
    put(moment(town.start + 9 * DAY, 14), _refer, town)
    put(moment(policy + 6 * DAY), _adopt, town, DocumentKind.POLICY, FULL_COUNCIL, policy, "§ 104")
    put(moment(guideline + 6 * DAY), _adopt, town, DocumentKind.GUIDELINE, EXECUTIVE, guideline, "§ 12")
    put(moment(guideline + 7 * DAY), _confirm_limits, town, guideline)
    put(moment(town.month(5) - 10 * DAY, 13), _revise_checklist, town)
    put(moment(town.month(8) - 20 * DAY, 10), _reorganise, town)
    put(town.ago(60, 13), _end_access, town)
    put(town.ago(20, 10), _close_next_term, town)
    put(town.ago(12, 10), _change_walker, town)
    put(town.ago(6, 15), _mark, town)
    put(town.ago(5, 11), _correct, town)
    for measure in data.measures():
        put(town.ago(measure["added"], 10), _measure, town, measure)


def _old_guideline(town: Town, at: dt.datetime) -> None:
    decided = months_before(town.start, 50)
    values = _decision(DocumentKind.GUIDELINE, f"Riktlinje för brandskydd {decided.year}", EXECUTIVE, decided, "§ 87")
    records.add(town.actor("malin"), PolicyDocument, values, at)


def _refer(town: Town, at: dt.datetime) -> None:
    """Both new documents go out for comment."""
    for kind, title in (
        (DocumentKind.POLICY, "Policy för systematiskt brandskyddsarbete"),
        (DocumentKind.GUIDELINE, "Riktlinje för systematiskt brandskyddsarbete"),
    ):
        values = {"kind": kind, "title": title, "state": DocumentState.REFERRED, "revise_by": day_of(at) + 200 * DAY}
        records.add(town.actor("malin"), PolicyDocument, values, at)


def _adopt(town: Town, kind: DocumentKind, body: str, decided: dt.date, paragraph: str, at: dt.datetime) -> None:
    """The new one is adopted; the old one of the same kind repealed."""
    for document in PolicyDocument.select().where(PolicyDocument.kind == kind).order_by(PolicyDocument.id):
        new = document.state is DocumentState.REFERRED
        values = _decision(kind, document.title, body, decided, paragraph) if new else {"state": DocumentState.REPEALED}
        records.change(town.actor("malin"), document, values, document.version, at)


def _decision(kind: DocumentKind, title: str, body: str, decided: dt.date, paragraph: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "title": title,
        "state": DocumentState.ADOPTED,
        "body": body,
        "decided_on": decided,
        "paragraph": paragraph,
        "reference": f"KS/{decided.year}:311",
        "valid_from": decided,
        "valid_to": months_before(decided, -48),
        "revise_by": months_before(decided, -42),
    }


def _confirm_limits(town: Town, decided: dt.date, at: dt.datetime) -> None:
    source = f"Riktlinje för systematiskt brandskyddsarbete, KS/{decided.year}:311, § 12"
    for limit in SeverityLimit.select().order_by(SeverityLimit.id):
        records.change(town.actor("malin"), limit, {"source": source, "checked_on": day_of(at)}, limit.version, at)


def _revise_checklist(town: Town, at: dt.datetime) -> None:
    """Schools get stricter about containers, and a new point about scooters."""
    base = Checklist.get(Checklist.kind == PremisesKind.SCHOOL)
    kept = {item.number: {name: getattr(item, name) for name in checklists.FIELDS} for item in checklists.points(base)}
    kept[14]["text"] += " (minst 6 meter)"
    kept[21] = kept[16] | {
        "number": 21, "text": "Elsparkcyklar laddas bara på avsedd plats utomhus", "deficiency": "Laddning i entré eller kapprum"
    }  # fmt: skip
    why = "Punkt 14 med avstånd; ny punkt 21 om laddning av elsparkcyklar."
    checklists.revise(town.actor("malin"), base.uid.hex, kept, why, town.month(5), at)


def _reorganise(town: Town, at: dt.datetime) -> None:
    """A unit ends by a date; another follows it, and takes over its premises on that day."""
    said, first = data.places()["reorganised"], town.month(8)
    admin, ended = town.actor("administrator"), town.units[said["ended"]]
    records.change(admin, ended, {"valid_to": first - DAY}, ended.version, at)
    values = {"code": said["code"], "name": said["name"], "kind": UnitKind.UNIT, "valid_from": first}
    new = records.add(admin, Unit, values | {"parent": town.units[said["belongs_to"]]}, at)
    town.agenda.put(moment(first, 8), _change_premises, town, said["moved"], {"unit": new})


def _change_premises(town: Town, number: str, values: dict[str, Any], at: dt.datetime) -> None:
    premises = Premises.get_by_id(town.premises[number].id)
    records.change(town.actor("malin"), premises, values, premises.version, at)


def _close_next_term(town: Town, at: dt.datetime) -> None:
    _change_premises(town, "222", {"ended_on": town.month(-5)}, at)


def _change_walker(town: Town, at: dt.datetime) -> None:
    """From the first of next month somebody else walks two preschools; both are named until then."""
    for number in ("311", "312"):
        premises = town.premises[number]
        mine = (Assignment.premises == premises) & (Assignment.function == Function.WALKER)
        old = Assignment.get(mine)
        records.change(town.actor("malin"), old, {"ended_on": town.month(-1)}, old.version, at)
        values = {"premises": premises, "person": town.people["petra"], "function": Function.WALKER}
        records.add(town.actor("malin"), Assignment, values, at)


def _end_access(town: Town, at: dt.datetime) -> None:
    people.deactivate(town.actor("administrator"), town.people["roland"], at=at)


def _mark(town: Town, at: dt.datetime) -> None:
    """What a person marks, beside what checklist points mark by themselves."""
    for number, field in (("205", "what"), ("205", "place"), ("202", "place")):
        records.mark(town.actor("malin"), newest(town, Deficiency, number), field, "OSL 18:8", at)


def _correct(town: Town, at: dt.datetime) -> None:
    """Remarks on signed rounds, which correct them."""
    for number, text in (
        ("202", "Rättelse: släckaren i punkt 12 sitter vid entrén, inte vid hemkunskapen."),
        ("401", "Rättelse: ronden gicks tillsammans med nattpersonalen, vilket inte antecknades."),
    ):
        walk = newest(town, Round, number)
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
    return newest(town, DECLARED[slug], number) or town.premises[number]


def _step(town: Town, measure: int, step: str, who: str, asked: dict[str, Any], at: dt.datetime) -> None:
    row = Measure.get_by_id(measure)
    values = {name: town.today - value * DAY if isinstance(value, int) else value for name, value in asked.items()}
    records.step(town.actor(who), Measure, row.uid.hex, step, values, row.version, at)


def newest(town: Town, record_type: type[Record], number: str) -> Record | None:
    """The newest deficiency or signed round of a premises."""
    rows = record_type.select().where(record_type.premises == town.premises[number])
    rows = rows.where(Round.signed_on.is_null(False)) if record_type is Round else rows
    return rows.order_by(record_type.id.desc()).first()
