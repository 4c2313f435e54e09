"""Checklists: the four that are shipped, and new versions of them. A version never changes."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from peewee import IntegrityError

from models.fire_safety import Checklist, ChecklistItem, Interval, Party, PremisesKind, Severity
from models.happenings import Verb
from models.people import Actor
from models.words import Act, Message, Problem, Register
from tracker.language import today as day_of
from tracker.laws import ledger, policy
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused

SHIPPED = Path(__file__).parent.parent / "data" / "checklists.yaml"
FIRST = "Första versionen."
MOST = 100

Point = Mapping[str, Any]
"""A point's values by ChecklistItem's field names."""

FIELDS = ("number", "category", "interval", "party", "severity", "text", "deficiency", "secret")


def install(actor: Actor, at: dt.datetime) -> None:
    """Adopts the shipped checklists as version 1 of each kind that has none. Raises Refused."""
    _ask(actor)
    there = {version.kind for version in Checklist.select(Checklist.kind)}
    for listed in yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["checklists"]:
        kind = PremisesKind(listed["id"])
        if kind not in there:
            version = Checklist(kind=kind, number=1, name=listed["namn"], valid_from=day_of(at), why=FIRST)
            _adopt(actor, Verb.INSTALLED, version, [_shipped(point) for point in listed["punkter"]], at)


def newest(checklist: Checklist) -> Checklist:
    """The newest version of the same kind's checklist, in force or not yet."""
    return Checklist.select().where(Checklist.kind == checklist.kind).order_by(Checklist.number.desc()).first()


def points(checklist: Checklist) -> list[ChecklistItem]:
    """A version's points in their order."""
    return list(ChecklistItem.select().where(ChecklistItem.checklist == checklist).order_by(ChecklistItem.number))


def found(actor: Actor, uid: str, at: dt.datetime) -> Checklist:
    """The version of this name, for somebody who may revise it. Raises Missing."""
    return records.find(actor, Checklist, uid, Act.DECIDE, at)


def revise(
    actor: Actor,
    checklist_uid: str,
    items: Mapping[int, Point],
    why: str | None,
    valid_from: dt.date | None,
    at: dt.datetime,
) -> Checklist:
    """Adopts the version after `checklist_uid`, with these points; the old one stays as it is.

    A point without text is left out. A problem's field is `why`, `valid_from`, or a point's field and its key in
    `items` ("text-3"). Raises Missing, Refused, Invalid, NoTurn, and ledger.Conflict with the newest version when that
    is another than the one that was edited.
    """
    _ask(actor)
    base = found(actor, checklist_uid, at)
    kept = {key: point for key, point in items.items() if point.get("text")}
    version = Checklist(kind=base.kind, number=base.number + 1, name=base.name, valid_from=valid_from, why=why)
    problems = [*_problems_of(version, base, day_of(at)), *_problems(kept, points(base))]
    if problems:
        raise Invalid(problems)
    _still_newest(base)
    if _same(points(base), kept.values()):
        raise Invalid([Problem("", Message("No point differs from the version before. There is nothing to adopt."))])
    try:
        _adopt(actor, Verb.REVISED, version, sorted(kept.values(), key=lambda point: point["number"]), at)
    except IntegrityError:
        _still_newest(base)
        raise
    return version


def _ask(actor: Actor) -> None:
    """A command on the host may install; of people, only who decides in fire safety."""
    if actor.id is not None and not policy.may(actor, Register.FIRE_SAFETY, Act.DECIDE):
        raise Refused


def _still_newest(base: Checklist) -> None:
    last = newest(base)
    if last.id != base.id:
        raise ledger.Conflict(last)


def _adopt(actor: Actor, verb: Verb, version: Checklist, given: Iterable[Point], at: dt.datetime) -> None:
    with ledger.act(actor, verb, version, at=at) as act:
        act.save(version)
        act.add(
            version, [ChecklistItem(checklist=version.id, **{name: point[name] for name in FIELDS}) for point in given]
        )


def _shipped(point: Mapping[str, Any]) -> Point:
    return {
        "number": point["nr"],
        "category": point["kat"],
        "interval": Interval(point["intervall"]),
        "party": Party(point["part"]),
        "severity": Severity(str(point["sev"])),
        "text": point["text"],
        "deficiency": point["brist"],
        "secret": point.get("sek", False),
    }


def _problems_of(version: Checklist, base: Checklist, today: dt.date) -> Iterator[Problem]:
    for name in ("why", "valid_from"):
        if message := Checklist.kinds()[name].problem(version.__data__[name]):
            yield Problem(name, message)
            return
    if version.valid_from < max(today, base.valid_from):
        sentence = Message("The new version cannot be valid before %(day)s.", day=max(today, base.valid_from))
        yield Problem("valid_from", sentence)


def _problems(items: Mapping[int, Point], base: Iterable[ChecklistItem]) -> Iterator[Problem]:
    kinds, stand = ChecklistItem.kinds(), {(name, item.__data__[name]) for item in base for name in FIELDS}
    numbers = Counter(point.get("number") for point in items.values())
    for key, point in items.items():
        for name in FIELDS:
            value = point.get(name)
            if message := kinds[name].problem(value, value if (name, value) in stand else None):
                yield Problem(f"{name}-{key}", message)
        if point.get("number") is not None and numbers[point["number"]] > 1:
            yield Problem(f"number-{key}", Message("Two points have the number %(number)s.", number=point["number"]))
    if not items:
        yield Problem("", Message("A checklist needs at least one point."))
    if len(items) > MOST:
        yield Problem("", Message("A checklist has at most %(most)s points.", most=MOST))


def _same(stored: Iterable[ChecklistItem], given: Iterable[Point]) -> bool:
    before = sorted(tuple(getattr(item, name) for name in FIELDS) for item in stored)
    return before == sorted(tuple(point[name] for name in FIELDS) for point in given)
