"""What the registers say on a day, as plain data: all that a verdict follows from, and nothing of what it counted.

The same data is judged for the page, kept as a snapshot, frozen when kommunstyrelsen decides and put in its report:

    {"format": 1, "on": "2026-11-24",
     "programme": {"uid", "name", "starts_on", "ends_on"},
     "areas": [{"code", "sv", "en", "goal_sv", "goal_en",
                "gaps": [{"code", "sv", "en"}],
                "points": [{"uid", "code", "sv", "en", "own", "interval_days", "absent_since", "rule_sv", "rule"}]}],
     "figures": {"count ronder/last_year": 812, …}}

`rule` is the rule itself as in `tracker/data/programme.yaml`, None where a point waits for its register; `figures` are
named as in `tracker.laws.verdicts`.
"""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from peewee import fn

from models.programme import FocusArea, FollowUpPoint, Programme, ProgrammeMeasure
from models.record import DECLARED, answers
from tracker.laws import verdicts

FORMAT = 1
Contents = dict[str, Any]


def measured(programme: Programme, on: dt.date) -> Contents:
    """A programme on a day: its words, its rules, and every figure that they name."""
    areas = list(FocusArea.select().where(FocusArea.programme == programme).order_by(FocusArea.code))
    points = list(FollowUpPoint.select().where(FollowUpPoint.area.in_(areas)).order_by(FollowUpPoint.position))
    unfollowed = ProgrammeMeasure.select().where(
        ProgrammeMeasure.area.in_(areas)
        & ((ProgrammeMeasure.followed_by == "") | ProgrammeMeasure.followed_by.is_null())
    )
    gaps = list(unfollowed.order_by(ProgrammeMeasure.code))
    told = [
        _words(area, "goal_sv", "goal_en")
        | {
            "gaps": [_words(gap) for gap in gaps if gap.area_id == area.id],
            "points": [said(point) for point in points if point.area_id == area.id],
        }
        for area in areas
    ]
    return {
        "format": FORMAT,
        "on": on.isoformat(),
        "programme": {
            "uid": programme.uid.hex,
            "name": programme.name,
            "starts_on": programme.starts_on.isoformat(),
            "ends_on": programme.ends_on.isoformat(),
        },
        "areas": told,
        "figures": figures((point["rule"] for area in told for point in area["points"]), on),
    }


def said(point: FollowUpPoint) -> Contents:
    """A point as plain data."""
    return _words(point) | {
        "uid": point.uid.hex,
        "own": bool(point.own),
        "interval_days": point.interval_days,
        "absent_since": point.absent_since.isoformat() if point.absent_since else None,
        "rule_sv": point.rule_sv or "",
        "rule": json.loads(point.rule) if point.rule else None,
    }


def figures(rules: Iterable[verdicts.Rule | None], on: dt.date) -> Contents:
    """Every figure that rules name, each asked once, all in one statement."""
    wanted = {
        verdicts.named(kind, *parts): (kind, parts) for rule in rules if rule for kind, parts in verdicts.asked(rule)
    }
    found = answers({name: _asked(kind, parts, on) for name, (kind, parts) in wanted.items()})
    return {name: _plain(kind, parts, found[name]) for name, (kind, parts) in wanted.items()}


def _words(row: Any, *more: str) -> Contents:
    return {name: getattr(row, name) for name in ("code", "sv", "en", *more)}


def _asked(kind: str, parts: tuple[str, ...], on: dt.date) -> Any:
    slug, *names = parts
    record: Any = DECLARED[slug]
    if kind == "any":
        return fn.EXISTS(record.select(record.id))
    if kind == "target":
        return record.of(names[0])
    if kind == "count":
        return record.counting(names[0], on)
    selection, day = names
    chosen = record.declared.selections[selection].where(record, on)
    return record.select(fn.MAX(record._meta.fields[day])).where(chosen)


def _plain(kind: str, parts: tuple[str, ...], value: Any) -> bool | int | str | None:
    slug, *names = parts
    record: Any = DECLARED[slug]
    if kind == "any":
        return bool(value)
    if kind == "newest":
        day = record._meta.fields[names[1]].python_value(value)
        return day.isoformat() if day else None
    if kind == "target" and value is None:
        value = record.proposed[record.aim.enum_class(names[0])]
    return int(value)
