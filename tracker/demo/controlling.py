"""What Ekdala does against irregularities beside the guidelines: risk processes, rounds, remarks and the channel."""

import datetime as dt
from typing import Any

from models.common import Unit
from models.integrity import (
    AuditRemark,
    ChannelStatus,
    ChannelYear,
    JavSample,
    Level,
    Process,
    RiskProcess,
    SideJobRound,
    UnannouncedControl,
)
from models.record import Record
from tracker.demo import data
from tracker.demo.clock import DAY
from tracker.demo.town import Town
from tracker.spine import records

OFFICER = "gunilla"


def plan(town: Town) -> None:
    """Puts all of it on the agenda."""
    said, put = data.controls(), town.agenda.put
    for place, row in enumerate(said["processes"]):
        put(town.ago(215 - place, 9), _process, town, row)
    for code, rounds in said["side_jobs"].items():
        for back, counts in enumerate(rounds):
            if counts:
                put(town.ago(30 + 365 * back, 10), _side_jobs, town, code, back, counts)
    for code, days, *counts in said["jav"]:
        put(town.ago(days, 11), _sample, town, code, counts)
    for row in said["remarks"]:
        put(town.ago(min(row["days"], 400), 8), _remark, town, row)
    for row in said["unannounced"]:
        put(town.ago(60, 16), _unannounced, town, row)
    for days in said["channel"]:
        put(town.ago(min(days, 400), 12), _channel, town, days)
    for back, reports in enumerate(said["reports"], 1):
        values = {"year": town.today.year - back, "received": reports}
        put(town.ago(29, 12), _add, town, ChannelYear, values)


def _add(town: Town, record_type: type[Record], values: dict[str, Any], at: dt.datetime) -> Record:
    return records.add(town.actor(OFFICER), record_type, values, at)


def _later(town: Town, days: int, row: Record, values: dict[str, Any]) -> None:
    """A change so many days ago."""
    town.agenda.put(town.ago(days, 14), _change, town, row, values)


def _change(town: Town, row: Record, values: dict[str, Any], at: dt.datetime) -> None:
    now = type(row).get_by_id(row.id)
    records.change(town.actor(OFFICER), now, values, now.version, at)


def _unit(code: str) -> int:
    return Unit.get(Unit.code == code).id


def _process(town: Town, row: list[Any], at: dt.datetime) -> None:
    code, area, likelihood, effect, residual, owner, tested, risk, control = row
    levels = {"likelihood": likelihood, "effect": effect, "residual": residual}
    values = {name: Level(str(level)) for name, level in levels.items()}
    values |= {"unit": _unit(code), "area": Process(area), "year": town.today.year}
    made = _add(town, RiskProcess, values | {"owner": owner, "risk": risk, "control": control}, at)
    if tested:
        _later(town, tested, made, {"tested_on": town.today - tested * DAY})


def _side_jobs(town: Town, code: str, back: int, counts: list[int], at: dt.datetime) -> None:
    names = ("asked", "answered", "assessed", "prohibited")
    values = {"unit": _unit(code), "year": town.today.year - back, "informed": True}
    _add(town, SideJobRound, values | dict(zip(names, counts, strict=True)), at)


def _sample(town: Town, code: str, counts: list[int], at: dt.datetime) -> None:
    values = dict(zip(("decisions", "noted", "followed"), counts, strict=True))
    _add(town, JavSample, values | {"unit": _unit(code), "checked_on": at.date()}, at)


def _remark(town: Town, said: dict[str, Any], at: dt.datetime) -> None:
    year = (town.today - said["days"] * DAY).year
    made = _add(town, AuditRemark, {"year": year, "reference": f"REV/{year}:14", "remark": said["remark"]}, at)
    if "answer" in said:
        answer = {name: said[name] for name in ("answer", "measure")}
        _later(town, min(said["answered"], 399), made, answer | {"answered_on": town.today - said["answered"] * DAY})
    if "done" in said:
        _later(town, said["done"], made, {"done_on": town.today - said["done"] * DAY})


def _unannounced(town: Town, row: list[Any], at: dt.datetime) -> None:
    code, area, ahead, number, sample, held = row
    values = {"unit": _unit(code), "area": Process(area), "planned_on": town.today + ahead * DAY, "reference": number}
    made = _add(town, UnannouncedControl, values | {"sample": sample, "owner": "Controller"}, at)
    if held:
        days, looked_at, faults = held
        came_to = {"held_on": town.today - days * DAY, "looked_at": looked_at, "faults": faults}
        town.agenda.put(town.ago(days, 15), _hold, town, made.uid.hex, came_to)


def _hold(town: Town, uid: str, came_to: dict[str, Any], at: dt.datetime) -> None:
    records.step(town.actor(OFFICER), UnannouncedControl, uid, "hold", came_to, 1, at)


def _channel(town: Town, days: int, at: dt.datetime) -> None:
    values = {"owner": "Kommunjurist", "exists": True, "address": "ekdala.example/visselblasning"}
    _add(town, ChannelStatus, values | {"tested_on": town.today - days * DAY}, at)
