"""The verdict on a follow-up point, computed from the registers' evidence by a rule that is data.

A rule names claims and the levels they decide; the first level that holds wins, else "not". There is no expression
language: a level is a list of alternatives, an alternative a list of claims that must all hold.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from peewee import fn

from models.programme import FocusArea, FollowUpPoint, Programme, ProgrammeMeasure, ProgrammeState
from models.protective_security import ProtectiveMeasure
from models.record import DECLARED, Record
from tracker.acts import small_counts

IN_THE_SENTENCE = ("met", "met_en", "wanted", "wanted_en")
"""What a claim may bring to its point's sentence: what holds, and what is missing when it does not."""


class Level(StrEnum):
    FULFILLED = "fulfilled"
    PARTLY = "partly"
    NOT = "not"
    NO_EVIDENCE = "no evidence"
    LATER = "later"


@dataclass(frozen=True)
class Claim:
    """One claim as it came out: `count` rows of `selection`, of `of` rows where it is a share (per cent in `share`)."""

    name: str
    label: str
    label_en: str
    kind: str
    record: type[Record]
    selection: str
    holds: bool
    count: int
    target: int = 0
    of: int = 0
    of_selection: str = ""
    rest_selection: str = ""
    newest: dt.date | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def tells_of_few(self) -> bool:
        """Whether its figures would tell of so few protective measures that only those who see them may read it."""
        parts = (self.count, self.of, self.of - self.count) if self.kind == "share" else (self.count,)
        return self.record is ProtectiveMeasure and any(map(small_counts.is_few, parts))

    @property
    def share(self) -> int | None:
        """Whole per cent, rounded down, so that 94.9 is never shown as 95; None when there is nothing to divide by."""
        return self.count * 100 // self.of if self.of else None

    def said(self, name: str) -> str:
        """One of IN_THE_SENTENCE with its figures; the claim's label where the rule says nothing."""
        text = self.words.get(name) or (self.label_en if name.endswith("_en") else self.label)
        figures = {"share": "–" if self.share is None else self.share, "count": self.count, "of": self.of}
        if self.tells_of_few:
            figures = dict.fromkeys(figures, "–")
        return self.worded(text, **figures, target=self.target)

    @staticmethod
    def worded(text: str, **figures: int | str) -> str:
        """`text` with each {figure} in its place. Raises LookupError for what is no figure."""
        return re.sub(r"{(.*?)}", lambda found: str(figures[found[1]]), text)


@dataclass(frozen=True)
class Verdict:
    """A point's level and the claims behind it."""

    point: FollowUpPoint
    level: Level
    claims: Mapping[str, Claim] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    performance: tuple[str, ...] = ()


@dataclass(frozen=True)
class FollowedUp:
    """A programme with its areas, each area's verdicts, and the measures that no point follows up."""

    programme: Programme
    areas: tuple[tuple[FocusArea, tuple[Verdict, ...], tuple[ProgrammeMeasure, ...]], ...]


def running(on: dt.date) -> Programme | None:
    """The programme that runs on a day."""
    term = (Programme.starts_on <= on) & (Programme.ends_on >= on) & (Programme.state == ProgrammeState.RUNNING)
    return Programme.select().where(term).order_by(Programme.starts_on.desc()).first()


def followed_up(programme: Programme, on: dt.date) -> FollowedUp:
    """Every point of a programme with its verdict on a day."""
    areas = list(FocusArea.select().where(FocusArea.programme == programme).order_by(FocusArea.code))
    points = FollowUpPoint.select().where(FollowUpPoint.area.in_(areas)).order_by(FollowUpPoint.position)
    unfollowed = ProgrammeMeasure.select().where(
        ProgrammeMeasure.area.in_(areas)
        & ((ProgrammeMeasure.followed_by == "") | ProgrammeMeasure.followed_by.is_null())
    )
    counts = Counts(on)
    verdicts = [verdict(point, on, counts) for point in points]
    gaps = list(unfollowed.order_by(ProgrammeMeasure.code))
    return FollowedUp(
        programme,
        tuple(
            (
                area,
                tuple(v for v in verdicts if v.point.area_id == area.id),
                tuple(gap for gap in gaps if gap.area_id == area.id),
            )
            for area in areas
        ),
    )


class Counts:
    """What claims count, each whole once: several claims, of several points, count the same."""

    def __init__(self, on: dt.date) -> None:
        self.on = on
        self.number = cache(lambda record, selection: record.number(selection, on))
        self.targets = cache(lambda slug: DECLARED[slug].all_wanted())

    def newest(self, record: type[Record], selection: str, day: str) -> tuple[int, dt.date | None]:
        """How many rows of a selection, and the newest of a date in them."""
        where = record.declared.selections[selection].where(record, self.on)
        asked: Any = record.select(fn.COUNT(record.id), fn.MAX(record._meta.fields[day])).where(where)
        number, newest = asked.tuples().get()
        return int(number), newest


def verdict(point: FollowUpPoint, on: dt.date, counts: Counts | None = None) -> Verdict:
    """The computed verdict of one point on a day."""
    if not point.rule:
        return Verdict(point, Level.LATER)
    rule = json.loads(point.rule)
    counts = counts or Counts(on)
    claims = {name: _claim(name, said, counts) for name, said in rule["claims"].items()}
    absent = point.absent_since is not None and point.absent_since <= on
    seen = {claim.record.declared.slug for claim in claims.values() if claim.count or claim.of}
    evidence = (
        absent
        or bool(seen.intersection(rule["evidence"]))
        or any(DECLARED[slug].select().exists() for slug in rule["evidence"])
    )
    level = decided(rule, {name: claim.holds for name, claim in claims.items()}) if evidence else Level.NO_EVIDENCE
    return Verdict(point, level, claims, tuple(rule["shown"]), tuple(rule.get("performance", ())))


def decided(rule: Mapping[str, Any], holds: Mapping[str, bool]) -> Level:
    """The first level of which one alternative holds whole; else NOT."""
    for level in (Level.FULFILLED, Level.PARTLY):
        if any(all(holds[name] for name in alternative) for alternative in rule[level.value]):
            return level
    return Level.NOT


def _claim(name: str, said: Mapping[str, Any], counts: Counts) -> Claim:
    record, kind, target = DECLARED[said["record"]], said["is"], _target(said.get("target", 0), counts)
    if "day" in said:
        count, newest = counts.newest(record, said["selection"], said["day"])
    else:
        count, newest = counts.number(record, said["selection"]), None
    of = counts.number(record, said["of"]) if kind == "share" else 0
    holds = {
        "exists": count > 0,
        "none": count <= target,
        "share": of > 0 and count * 100 >= target * of,
        "newest": newest is not None and 0 <= (counts.on - newest).days <= target,
    }[kind]
    return Claim(
        name, said["label"], said["label_en"], kind, record, said["selection"], holds, count, target, of,
        said.get("of", ""), said.get("rest", ""), newest,
        {each: text for each, text in said.items() if each in IN_THE_SENTENCE},
    )  # fmt: skip


def _target(said: int | str, counts: Counts) -> int:
    """A target as the rule says it, or the row that it names as "forankringsmal/signed"."""
    if isinstance(said, int):
        return said
    slug, name = said.split("/")
    return int(counts.targets(slug)[name])
