"""What Ekdala decided: its policy and guideline, time limits, a new checklist, a reorganisation."""

import datetime as dt
from typing import Any

from models.calendar import months_before
from models.common import Unit, UnitKind
from models.fire_safety import (
    Assignment,
    Checklist,
    DocumentKind,
    DocumentState,
    Function,
    PolicyDocument,
    Premises,
    PremisesKind,
    SeverityLimit,
)
from tracker.acts import checklists, people
from tracker.demo import data
from tracker.demo.clock import DAY, moment
from tracker.demo.town import Town
from tracker.language import today as day_of
from tracker.spine import records

SCOOTERS = {
    "number": 21,
    "text": "Elsparkcyklar laddas bara på avsedd plats utomhus",
    "deficiency": "Laddning i entré eller kapprum",
}
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
    kept[21] = kept[16] | SCOOTERS
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
