"""The verdicts on a programme's follow-up points: what the registers say on a day, judged by rules that are data."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.programme import FollowUpPoint, Programme, ProgrammeState
from models.protective_security import ProtectiveMeasure
from models.record import DECLARED, Record
from tracker.acts import small_counts
from tracker.acts.follow_up.measuring import Contents, figures, measured, said
from tracker.laws import verdicts
from tracker.laws.verdicts import Level, Outcome, decided

__all__ = [
    "IN_THE_SENTENCE",
    "Area",
    "Claim",
    "Contents",
    "FollowedUp",
    "Level",
    "Point",
    "Verdict",
    "Words",
    "decided",
    "followed_up",
    "judged",
    "measured",
    "running",
    "verdict",
]

IN_THE_SENTENCE = ("met", "met_en", "wanted", "wanted_en")
"""What a claim may bring to its point's sentence: what holds, and what is missing when it does not."""


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
class Words:
    """What the programme says, in the municipality's own words."""

    code: str
    sv: str
    en: str


@dataclass(frozen=True)
class Point(Words):
    """A follow-up point as it was on the day that is judged."""

    uid: str = ""
    own: bool = False
    interval_days: int = 365
    absent_since: str | None = None
    rule_sv: str = ""
    rule: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Verdict:
    """A point's level, the claims behind it, and how old in days the evidence was where its age pulled it down."""

    point: Point
    level: Level
    claims: Mapping[str, Claim] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    performance: tuple[str, ...] = ()
    aged: int | None = None


@dataclass(frozen=True)
class Area(Words):
    """A focus area with its goal, the verdicts on its points, and the measures that no point follows up."""

    goal_sv: str = ""
    goal_en: str = ""
    verdicts: tuple[Verdict, ...] = ()
    gaps: tuple[Words, ...] = ()


@dataclass(frozen=True)
class FollowedUp:
    """A programme on a day."""

    name: str
    on: dt.date
    areas: tuple[Area, ...]

    @property
    def verdicts(self) -> list[Verdict]:
        return [verdict for area in self.areas for verdict in area.verdicts]


def running(on: dt.date) -> Programme | None:
    """The programme that runs on a day."""
    term = (Programme.starts_on <= on) & (Programme.ends_on >= on) & (Programme.state == ProgrammeState.RUNNING)
    return Programme.select().where(term).order_by(Programme.starts_on.desc()).first()


def followed_up(programme: Programme, on: dt.date) -> FollowedUp:
    """Every point of a programme with its verdict on a day."""
    return judged(measured(programme, on))


def verdict(point: FollowUpPoint, on: dt.date) -> Verdict:
    """The computed verdict of one point on a day."""
    told = said(point)
    return _verdict(told, figures([told["rule"]], on), on)


def judged(contents: Contents) -> FollowedUp:
    """What `measured` gave, or what was kept of it, with its verdicts: nothing but the contents is asked."""
    on = dt.date.fromisoformat(contents["on"])
    areas = tuple(
        Area(
            **{name: each[name] for name in ("code", "sv", "en", "goal_sv", "goal_en")},
            verdicts=tuple(_verdict(point, contents["figures"], on) for point in each["points"]),
            gaps=tuple(Words(**gap) for gap in each["gaps"]),
        )
        for each in contents["areas"]
    )
    return FollowedUp(contents["programme"]["name"], on, areas)


def _verdict(told: Contents, found: verdicts.Figures, on: dt.date) -> Verdict:
    point, rule = Point(**told), told["rule"]
    if rule is None:
        return Verdict(point, Level.LATER)
    absent = point.absent_since is not None and point.absent_since <= on.isoformat()
    came = verdicts.judged(rule, found, on, point.interval_days, absent)
    claims = {name: _claim(name, rule["claims"][name], outcome) for name, outcome in came.claims.items()}
    return Verdict(point, came.level, claims, tuple(rule["shown"]), tuple(rule.get("performance", ())), came.aged)


def _claim(name: str, said: Mapping[str, Any], outcome: Outcome) -> Claim:
    return Claim(
        name=name,
        label=said["label"],
        label_en=said["label_en"],
        kind=said["is"],
        record=DECLARED[said["record"]],
        selection=said["selection"],
        holds=outcome.holds,
        count=outcome.count,
        target=outcome.target,
        of=outcome.of,
        of_selection=said.get("of", ""),
        rest_selection=said.get("rest", ""),
        newest=outcome.newest,
        words={each: text for each, text in said.items() if each in IN_THE_SENTENCE},
    )
