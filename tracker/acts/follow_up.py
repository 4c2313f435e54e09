"""The verdict on a follow-up point, computed from the registers' evidence by a rule that is data.

A rule names claims and the levels they decide; the first level that holds wins, else "not". There is no expression
language: a level is a list of alternatives, an alternative a list of claims that must all hold.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from peewee import fn

from models.programme import FocusArea, FollowUpPoint, Programme, ProgrammeMeasure, ProgrammeState
from models.protective_security import ProtectiveMeasure
from models.record import DECLARED, Record, answers
from tracker.acts import small_counts

IN_THE_SENTENCE = ("met", "met_en", "wanted", "wanted_en")
"""What a claim may bring to its point's sentence: what holds, and what is missing when it does not."""


class Fact(NamedTuple):
    """A figure that a rule names: how many, the newest day, a target's row, or whether there is any at all."""

    kind: str
    slug: str
    name: str = ""  # of a selection; of a target
    day: str = ""


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
    verdicts = judged(points, on)
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


def verdict(point: FollowUpPoint, on: dt.date) -> Verdict:
    """The computed verdict of one point on a day."""
    return judged([point], on)[0]


def judged(points: Iterable[FollowUpPoint], on: dt.date) -> list[Verdict]:
    """The computed verdicts of points on a day: every figure that their rules name, each asked once, all together."""
    rules = [(point, json.loads(point.rule) if point.rule else None) for point in points]
    facts = dict.fromkeys(fact for _, rule in rules if rule for fact in _facts(rule))
    found = answers({fact: _asked(fact, on) for fact in facts})
    return [_judged(point, rule, on, found) for point, rule in rules]


def _judged(point: FollowUpPoint, rule: Mapping[str, Any] | None, on: dt.date, found: Mapping[Fact, Any]) -> Verdict:
    if rule is None:
        return Verdict(point, Level.LATER)
    claims = {name: _claim(name, said, on, found) for name, said in rule["claims"].items()}
    absent = point.absent_since is not None and point.absent_since <= on
    evidence = absent or any(found[Fact("any", slug)] for slug in rule["evidence"])
    level = decided(rule, {name: claim.holds for name, claim in claims.items()}) if evidence else Level.NO_EVIDENCE
    return Verdict(point, level, claims, tuple(rule["shown"]), tuple(rule.get("performance", ())))


def decided(rule: Mapping[str, Any], holds: Mapping[str, bool]) -> Level:
    """The first level of which one alternative holds whole; else NOT."""
    for level in (Level.FULFILLED, Level.PARTLY):
        if any(all(holds[name] for name in alternative) for alternative in rule[level.value]):
            return level
    return Level.NOT


def _facts(rule: Mapping[str, Any]) -> Iterator[Fact]:
    for slug in rule["evidence"]:
        yield Fact("any", slug)
    for said in rule["claims"].values():
        for name in (said["selection"], said.get("of")):
            if name:
                yield Fact("count", said["record"], name)
        if "day" in said:
            yield Fact("newest", said["record"], said["selection"], said["day"])
        if "/" in (target := str(said.get("target", ""))):
            yield Fact("target", *target.split("/"))


def _asked(fact: Fact, on: dt.date) -> Any:
    record: Any = DECLARED[fact.slug]
    if fact.kind == "any":
        return fn.EXISTS(record.select(record.id))
    if fact.kind == "target":
        return record.of(fact.name)
    if fact.kind == "count":
        return record.counting(fact.name, on)
    chosen = record.declared.selections[fact.name].where(record, on)
    return record.select(fn.MAX(record._meta.fields[fact.day])).where(chosen)


def _claim(name: str, said: Mapping[str, Any], on: dt.date, found: Mapping[Fact, Any]) -> Claim:
    record, kind, slug, selection = DECLARED[said["record"]], said["is"], said["record"], said["selection"]
    target = _target(said.get("target", 0), found)
    count = int(found[Fact("count", slug, selection)])
    of = int(found[Fact("count", slug, said["of"])]) if kind == "share" else 0
    newest = _newest(record, said, found) if "day" in said else None
    holds = {
        "exists": count > 0,
        "none": count <= target,
        "share": of > 0 and count * 100 >= target * of,
        "newest": newest is not None and 0 <= (on - newest).days <= target,
    }[kind]
    return Claim(
        name, said["label"], said["label_en"], kind, record, selection, holds, count, target, of,
        said.get("of", ""), said.get("rest", ""), newest,
        {each: text for each, text in said.items() if each in IN_THE_SENTENCE},
    )  # fmt: skip


def _target(said: int | str, found: Mapping[Fact, Any]) -> int:
    """A target as the rule says it, or the row that it names ("forankringsmal/signed"), else what it proposes."""
    if isinstance(said, int):
        return said
    slug, name = said.split("/")
    amount = found[Fact("target", slug, name)]
    kind: Any = DECLARED[slug]
    return int(kind.proposed[kind.aim.enum_class(name)] if amount is None else amount)


def _newest(record: type[Record], said: Mapping[str, Any], found: Mapping[Fact, Any]) -> dt.date | None:
    day = found[Fact("newest", said["record"], said["selection"], said["day"])]
    newest: dt.date | None = record._meta.fields[said["day"]].python_value(day)
    return newest
