"""Ekdala's protective security as far as it is open: what was decided, what is under way, and forty shells."""

import datetime as dt
from typing import Any

from models.calendar import months_before
from models.protective_security import (
    Analysis,
    AnalysisProcess,
    AnalysisScope,
    Appointment,
    Area,
    BoardReport,
    CheckResult,
    MeasureKind,
    Post,
    Priority,
    ProtectiveMeasure,
    ReportForm,
    SecurityCheck,
    SecurityOrder,
    SecurityPlan,
    SupervisorNotice,
    SystemApproval,
    TrainingCount,
)
from models.protective_security.analyses import STEPS
from models.record import Record
from tracker.acts import orders
from tracker.demo import data
from tracker.demo.clock import DAY
from tracker.demo.town import Town
from tracker.spine import records

CHIEF, DEPUTY = "eva", "lars"
EXECUTIVE, DIRECTOR = "Kommunstyrelsen", "Kommundirektör"
AHEAD = {"verified": 40, "done": 12, "done_late": -9}
"""How many days before its day a measure was carried out."""

WAYS: dict[str, tuple[str, ...]] = {
    "identified": (),
    "prioritised": ("prioritise",),
    "decided": ("prioritise", "decide"),
    "ongoing": ("prioritise", "decide", "start"),
    "done": ("prioritise", "decide", "start", "finish"),
    "done_late": ("prioritise", "decide", "start", "finish"),
    "verified": ("prioritise", "decide", "start", "finish", "verify"),
    "postponed": ("prioritise", "postpone"),
    "dropped": ("drop",),
}
"""The steps that have led to where a measure has come."""

ORDERED = {"Å-024": ("jonny", 12, None), "Å-025": ("mikael", 9, 2)}
"""Which measures were sent as an order to whom, how many days ago, and how many days ago that was answered."""


def plan(town: Town) -> None:
    """Puts all of it on the agenda."""
    town.agenda.put(town.ago(400, 14), _begin, town)
    town.agenda.put(town.ago(390, 10), _plan_adopted, town)
    for place, shell in enumerate(data.shells()):
        town.agenda.put(town.ago(380, 9) + place * dt.timedelta(minutes=4), _shell, town, place, shell)
    for days, area, remarks, followed in (
        (330, Area.PHYSICAL, True, 250),
        (210, Area.INFORMATION, True, 100),
        (95, Area.PERSONNEL, False, None),
        (24, Area.PHYSICAL, True, None),
    ):
        town.agenda.put(town.ago(days, 15), _checked, town, area, remarks, followed)
    for days, group, trained, of_all in (
        (300, "Chefer", 31, 38),
        (180, "Drift och teknik", 22, 27),
        (40, "Kansli", 9, 14),
    ):
        town.agenda.put(town.ago(days, 11), _trained, town, group, trained, of_all)
    for days, held, paragraph in ((360, ReportForm.CLOSED, "§ 14"), (175, ReportForm.OPEN, "§ 88")):
        town.agenda.put(town.ago(days, 16), _reported, town, held, paragraph)
    town.agenda.put(months_ago(town, 5), _analyse, town)


def months_ago(town: Town, months: int) -> dt.datetime:
    return town.ago((town.today - months_before(town.today, months)).days, 13)


def _begin(town: Town, at: dt.datetime) -> None:
    """What was there when Ekdala began with Värna: the process, the appointments, an analysis, an approval."""
    adopted = months_before(town.today, 23)
    reference = f"KS/{adopted.year}"
    process = {
        "owner": "Säkerhetsskyddschef", "adopted_on": adopted - 200 * DAY, "paragraph": "§ 31",
        "reference": f"KS/{(adopted - 200 * DAY).year}:118", "describes_steps": True, "describes_roles": True,
        "revised_on": adopted - 190 * DAY,
    }  # fmt: skip
    _add(town, AnalysisProcess, process, at)
    for post in Post:
        told = {"appointed_on": adopted - 300 * DAY, "appointed_by": DIRECTOR, "under_director": post is Post.CHIEF}
        _add(town, Appointment, {"post": post, **told}, at)
    notice = {"sent_on": adopted - 280 * DAY, "sent_to": "Länsstyrelsen i Stockholms län"}
    _add(town, SupervisorNotice, notice, at)
    approval = {"approved_on": adopted + 60 * DAY, "decided_by": DIRECTOR, "assessment": f"{reference}:61"}
    _add(town, SystemApproval, {"reference": f"{reference}:62", **approval}, at)
    days = {name: adopted - (200 - 25 * place) * DAY for place, name in enumerate(STEPS[:-1])}
    told = {"code": f"SSA-{adopted.year}", "scope": AnalysisScope.WHOLE, "started_on": adopted - 210 * DAY}
    made = _add(town, Analysis, {**told, **days, "kept_at": f"SÄK {adopted.year}:3"}, at)
    decision = {"adopted_on": adopted, "adopted_by": DIRECTOR}
    records.step(town.actor(CHIEF), Analysis, made.uid.hex, "adopt", decision, made.version, at)


def _plan_adopted(town: Town, at: dt.datetime) -> None:
    day = months_before(town.today, 15)
    decision = {"adopted_on": day + 20 * DAY, "paragraph": "§ 56", "reference": f"KS/{day.year}:204"}
    _add(town, SecurityPlan, {"version_on": day, **decision, "follow_up_on": town.today + 45 * DAY}, at)


def _analyse(town: Town, at: dt.datetime) -> None:
    """The next analysis is under way."""
    begun = months_before(town.today, 5)
    told = {"code": f"SSA-{begun.year}", "scope": AnalysisScope.WHOLE}
    made = _add(town, Analysis, told, at)
    chief = town.actor(CHIEF)
    records.step(chief, Analysis, made.uid.hex, "start", {"started_on": begun}, made.version, at)
    for days, name in ((100, STEPS[0]), (60, STEPS[1]), (18, STEPS[2])):
        town.agenda.put(town.ago(days, 14), _step_done, town, made.id, name, town.today - days * DAY)


def _step_done(town: Town, number: int, name: str, day: dt.date, at: dt.datetime) -> None:
    row = Analysis.get_by_id(number)
    records.change(town.actor(CHIEF), row, {name: day}, row.version, at)


def _shell(town: Town, place: int, said: list[Any], at: dt.datetime) -> None:
    area, kind, priority, function, due, state = said
    values = {"area": Area(area), "kind": MeasureKind(kind), "function": function, "due_on": town.today - due * DAY}
    elsewhere = {"kept_elsewhere": True, "kept_at": f"SÄK {at.year}:{place + 20}"} if place % 6 == 0 else {}
    made = _add(town, ProtectiveMeasure, values | elsewhere, at)
    asked = {
        "prioritise": {"priority": Priority(str(priority))},
        "decide": {"due_on": values["due_on"], "budget_decided": place % 3 > 0},
        "finish": {"done_by": town.people["mikael" if place % 2 else "susanne"]},
        "postpone": {"postponed_until": town.today - due * DAY},
    }
    for days, step in zip(_days(WAYS[state], due, state), WAYS[state], strict=True):
        who = DEPUTY if step == "verify" else CHIEF
        town.agenda.put(town.ago(days, 10 + place % 5), _move, town, made.id, step, who, asked.get(step, {}))
    if made.code in ORDERED:
        recipient, sent, answered = ORDERED[made.code]
        town.agenda.put(town.ago(sent, 9), _order, town, made.id, recipient, answered)


def _days(way: tuple[str, ...], due: int, state: str) -> list[int]:
    """How many days ago each step was taken: in order, carried out as AHEAD says, checked a week later."""
    done = due + AHEAD.get(state, 0)
    told = {"prioritise": 370, "drop": 200, "decide": 360, "postpone": 100, "start": max(done + 50, 50)}
    return [(told | {"finish": done, "verify": done - 7})[step] for step in way]


def _move(town: Town, measure: int, step: str, who: str, asked: dict[str, Any], at: dt.datetime) -> None:
    row = ProtectiveMeasure.get_by_id(measure)
    records.step(town.actor(who), ProtectiveMeasure, row.uid.hex, step, asked, row.version, at)


def _order(town: Town, measure: int, recipient: str, answered: int | None, at: dt.datetime) -> None:
    values = {"measure": measure, "recipient": town.people[recipient]}
    made = _add(town, SecurityOrder, values, at)
    if answered is not None:
        town.agenda.put(town.ago(answered, 13), _answer, town, recipient, made)


def _answer(town: Town, recipient: str, sent: Record, at: dt.datetime) -> None:
    orders.answer(town.actor(recipient), sent.uid.hex, at)


def _checked(town: Town, area: Area, remarks: bool, followed: int | None, at: dt.datetime) -> None:
    result = CheckResult.REMARKS if remarks else CheckResult.CLEAN
    made = _add(town, SecurityCheck, {"checked_on": at.date(), "area": area, "result": result}, at)
    if followed is not None:
        town.agenda.put(town.ago(followed, 15), _followed_up, town, made.id, town.today - followed * DAY)


def _followed_up(town: Town, check: int, day: dt.date, at: dt.datetime) -> None:
    row = SecurityCheck.get_by_id(check)
    records.change(town.actor(CHIEF), row, {"followed_up_on": day}, row.version, at)


def _trained(town: Town, group: str, trained: int, of_all: int, at: dt.datetime) -> None:
    values = {"function_group": group, "held_on": at.date(), "trained": trained, "of_all": of_all}
    _add(town, TrainingCount, values, at)


def _reported(town: Town, held: ReportForm, paragraph: str, at: dt.datetime) -> None:
    _add(town, BoardReport, {"reported_on": at.date(), "held": held, "paragraph": paragraph}, at)


def _add(town: Town, record_type: type[Record], values: dict[str, Any], at: dt.datetime) -> Any:
    return records.add(town.actor(CHIEF), record_type, values, at)
