"""The law of verdicts: a rule and its figures, both plain data, give a level. It asks nobody and remembers nothing.

A rule names claims and the levels they decide; the first level that holds wins, else "not". There is no expression
language: a level is a list of alternatives, an alternative a list of claims that must all hold. The figures are what
was counted, by name: `any ronder`, `count ronder/last_year`, `newest oversyner/decided/decided_on` (an ISO date or
None), `target bevakningsmal/met`. So what was computed once can be computed again from what was kept of it.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Figures = Mapping[str, Any]
Rule = Mapping[str, Any]


class Level(StrEnum):
    FULFILLED = "fulfilled"
    PARTLY = "partly"
    NOT = "not"
    NO_EVIDENCE = "no evidence"
    LATER = "later"


@dataclass(frozen=True)
class Outcome:
    """How one claim came out: `count` rows, of `of` where it is a share, held against `target`; `newest` dates them."""

    holds: bool
    count: int
    target: int = 0
    of: int = 0
    newest: dt.date | None = None


@dataclass(frozen=True)
class Judged:
    """A level, the claims it follows from, and the age in days of the evidence where that pulled it down."""

    level: Level
    claims: Mapping[str, Outcome] = field(default_factory=dict)
    aged: int | None = None


def named(kind: str, *parts: str) -> str:
    """The name of a figure."""
    return f"{kind} {'/'.join(parts)}"


def asked(rule: Rule) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The figures that a rule needs: (kind, parts)."""
    for slug in rule["evidence"]:
        yield "any", (slug,)
    for said in rule["claims"].values():
        for name in filter(None, (said["selection"], said.get("of"))):
            yield "count", (said["record"], name)
        if "day" in said:
            yield "newest", (said["record"], said["selection"], said["day"])
        if "/" in (target := str(said.get("target", ""))):
            yield "target", tuple(target.split("/"))


def judged(rule: Rule, figures: Figures, on: dt.date, interval: int, absent: bool = False) -> Judged:
    """What a rule says of its figures on a day. `interval` in days; `absent` where it is stated that there is nothing.

    Evidence ages: past its interval what is fulfilled is partly so, past twice the interval it is not.
    """
    claims = {name: _outcome(said, figures, on) for name, said in rule["claims"].items()}
    if not absent and not any(figures[named("any", slug)] for slug in rule["evidence"]):
        return Judged(Level.NO_EVIDENCE, claims)
    level = decided(rule, {name: claim.holds for name, claim in claims.items()})
    age = _age(rule, claims, on)
    now = _aged(level, age, interval)
    return Judged(now, claims, None if now is level else age)


def decided(rule: Rule, holds: Mapping[str, bool]) -> Level:
    """The first level of which one alternative holds whole; else NOT."""
    for level in (Level.FULFILLED, Level.PARTLY):
        if any(all(holds[name] for name in alternative) for alternative in rule[level.value]):
            return level
    return Level.NOT


def _outcome(said: Mapping[str, Any], figures: Figures, on: dt.date) -> Outcome:
    record, kind = said["record"], said["is"]
    target = _target(said.get("target", 0), figures)
    count = int(figures[named("count", record, said["selection"])])
    of = int(figures[named("count", record, said["of"])]) if kind == "share" else 0
    newest = _day(figures[named("newest", record, said["selection"], said["day"])]) if "day" in said else None
    holds = {
        "exists": count > 0,
        "none": count <= target,
        "share": of > 0 and count * 100 >= target * of,
        "newest": newest is not None and 0 <= (on - newest).days <= target,
    }[kind]
    return Outcome(holds, count, target, of, newest)


def _target(said: int | str, figures: Figures) -> int:
    """A target as the rule says it, or the row that it names ("forankringsmal/signed")."""
    return said if isinstance(said, int) else int(figures[named("target", *said.split("/"))])


def _day(said: str | None) -> dt.date | None:
    return dt.date.fromisoformat(said) if said else None


def _age(rule: Rule, claims: Mapping[str, Outcome], on: dt.date) -> int | None:
    """Days since the newest of the evidence that the rule lets age; of several kinds, of that which is oldest."""
    days = [claims[name].newest for name in rule.get("ages", ())]
    return max(((on - day).days for day in days if day), default=None)


def _aged(level: Level, age: int | None, interval: int) -> Level:
    if age is None or age <= interval or level is Level.NOT:
        return level
    return Level.PARTLY if age <= 2 * interval else Level.NOT
