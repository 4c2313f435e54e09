"""Ekdala's guidelines against irregularities in three versions, and how far each unit has come with the third."""

import datetime as dt
from typing import Any

from models.calendar import months_before
from models.common import Unit
from models.integrity import (
    Activity,
    Anchoring,
    AnchoringActivity,
    Coverage,
    Guideline,
    GuidelineReview,
    Outcome,
    Trigger,
)
from models.people import Actor
from models.record import Record
from tracker.acts import anchoring
from tracker.demo import data
from tracker.demo.clock import DAY, moment
from tracker.demo.town import Town
from tracker.spine import records

OFFICER = "gunilla"
EXECUTIVE = "Kommunstyrelsen"
NAME = "Riktlinjer mot oegentligheter, version {}"
CHANGES = {
    2: "Avsnitt om jäv och bisyssla omarbetat efter förvaltningslagen.",
    3: "Nytt avsnitt om intern kontroll (6 kap. 6 § kommunallagen) och om gåvor från leverantörer.",
}


def plan(town: Town) -> None:
    """Puts all of it on the agenda."""
    put = town.agenda.put
    put(moment(town.start, 6), _take_part)
    put(moment(town.start, 10), _older_versions, town)
    put(town.ago(290, 10), _review, town)
    put(town.ago(270, 10), _draft, town)
    put(town.ago(240, 10), _refer, town)
    put(town.ago(205, 10), _adopt, town, 3, months_before(town.today, 7), "§ 41")
    put(town.ago(204, 10), _reviewed, town)
    for code, said in data.anchoring().items():
        _plan_unit(town, code, said)


def _take_part(at: dt.datetime) -> None:
    anchoring.cover(Actor.system("daily"), at)


def _older_versions(town: Town, at: dt.datetime) -> None:
    """What was there when Ekdala began with Värna."""
    for number, months, paragraph in ((1, 92, "§ 77"), (2, 44, "§ 63")):
        _written(town, number, at)
        _adopt(town, number, months_before(town.today, months), paragraph, at)


def _draft(town: Town, at: dt.datetime) -> None:
    _written(town, 3, at)


def _written(town: Town, number: int, at: dt.datetime) -> None:
    replaces = _version(number - 1).id if number > 1 else None
    values = {"name": NAME.format(number), "changes": CHANGES.get(number), "replaces": replaces}
    records.add(town.actor(OFFICER), Guideline, values, at)


def _refer(town: Town, at: dt.datetime) -> None:
    _step(town, _version(3), "refer", {}, at)


def _adopt(town: Town, number: int, decided: dt.date, paragraph: str, at: dt.datetime) -> None:
    decision = {"body": EXECUTIVE, "decided_on": decided, "paragraph": paragraph}
    valid = {"reference": f"KS/{decided.year}:208", "valid_from": decided + 7 * DAY}
    _step(town, _version(number), "adopt", decision | valid, at)


def _step(town: Town, row: Guideline, name: str, asked: dict[str, Any], at: dt.datetime) -> None:
    records.step(town.actor(OFFICER), Guideline, row.uid.hex, name, asked, row.version, at)


def _review(town: Town, at: dt.datetime) -> None:
    values = {
        "guideline": _version(2).id, "started_on": at.date(), "trigger": Trigger.LAW,
        "scope": "Ändringen i 6 kap. 6 § kommunallagen och revisorernas synpunkter.",
        "consulted": "Samtliga förvaltningar och bolag, HR-chef, upphandlingschef, kommunjurist.",
    }  # fmt: skip
    records.add(town.actor(OFFICER), GuidelineReview, values, at)


def _reviewed(town: Town, at: dt.datetime) -> None:
    row, version = GuidelineReview.get(), _version(3)
    decision = {name: getattr(version, name) for name in ("body", "decided_on", "paragraph", "reference")}
    records.change(town.actor(OFFICER), row, {"outcome": Outcome.CHANGED} | decision, row.version, at)


def _plan_unit(town: Town, code: str, said: dict[str, Any]) -> None:
    if "planned" in said:
        town.agenda.put(town.ago(said["planned"], 13), _planned, town, code, said["staff"])
    for version, kind, days, took_part in said.get("did", ()):
        values = {"kind": Activity(kind), "held_on": town.today - days * DAY, "participants": took_part}
        town.agenda.put(town.ago(days, 15), _did, town, code, version, values)
    for days, trained, staff in said.get("counted", ()):
        values = {"counted_on": town.today - days * DAY, "trained": trained, "staff": staff}
        town.agenda.put(town.ago(min(days, 380), 11), _part, town, code, Coverage, values)
    if "signed" in said:
        town.agenda.put(town.ago(said["signed"][1], 14), _sign, town, code, said["head"])


def _planned(town: Town, code: str, staff: int, at: dt.datetime) -> None:
    row = _of(town, code)
    values = {
        "target_group": "Alla medarbetare, chefer och förtroendevalda", "head_count": staff,
        "plan": "Genomgång på APT, dilemmaövning för chefer, webbkurs för nyanställda.",
        "planned_on": at.date(), "anchor_by": at.date() + 180 * DAY,
    }  # fmt: skip
    records.change(town.actor(OFFICER), row, values, row.version, at)


def _did(town: Town, code: str, version: int, values: dict[str, Any], at: dt.datetime) -> None:
    _part(town, code, AnchoringActivity, values | {"guideline": _version(version).id}, at)


def _part(town: Town, code: str, part: type[Record], values: dict[str, Any], at: dt.datetime) -> None:
    records.add(town.actor(OFFICER), part, values | {"anchoring": _of(town, code).id}, at)


def _sign(town: Town, code: str, head: str, at: dt.datetime) -> None:
    actor, uid = town.actor(head), _of(town, code).uid.hex
    asked = anchoring.signing(actor, uid, at)
    if asked.guideline is None:
        raise LookupError("there is no version to sign")
    anchoring.sign(actor, uid, anchoring.shown(asked.guideline), at)


def _of(town: Town, code: str) -> Anchoring:
    return Anchoring.select().join(Unit).where(Unit.code == code).get()


def _version(number: int) -> Guideline:
    return Guideline.get(Guideline.name == NAME.format(number))
