"""The programme that kommunstyrelsen follows up, brought in from a file of data."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from models.happenings import Verb
from models.kinds import Day, Flag, Note, Number, Text
from models.people import Actor
from models.programme import FocusArea, FollowUpPoint, Programme, ProgrammeMeasure, ProgrammeState
from models.record import DECLARED, Record
from models.targets import Target
from models.words import Act, Register
from tracker.acts.follow_up import IN_THE_SENTENCE, Claim
from tracker.language import today
from tracker.laws import ledger, policy
from tracker.spine.errors import Refused

SHIPPED = Path(__file__).parent.parent / "data" / "programme.yaml"

LEVELS = ("fulfilled", "partly")
OPTIONAL = ("performance", "ages")
LISTS = ("evidence", *LEVELS, "shown", *OPTIONAL)
ASKED = {"exists": (), "none": (), "share": ("of", "target"), "newest": ("day", "target")}
ALLOWED = {
    "exists": ("day",),
    "none": ("target", "day"),
    "share": ("of", "target", "rest", "day"),
    "newest": ("day", "target"),
}
IN_WORDS = {"fulfilled": "Uppfylld: ", "partly": "Delvis: ", "not": "Inte uppfylld: ", "beside": ""}
WRITTEN = {Text: str, Note: str, Day: dt.date, Number: int, Flag: bool}

Rows = list[tuple[FocusArea, list[Record]]]


def install(actor: Actor, at: dt.datetime, source: Path = SHIPPED) -> Programme:
    """Brings in the programme of a file, once: a programme of the same name is left as it is.

    Raises Refused, and TypeError when the file or a rule in it is not what `programme.yaml` describes.
    """
    if actor.id is not None and not policy.may(actor, Register.PROGRAMME, Act.EDIT):
        raise Refused
    programme, areas = load(source)
    there = Programme.get_or_none(Programme.name == programme.name)
    if there is not None:
        return there
    _move_to_the_term_of(programme, today(at))
    with ledger.act(actor, Verb.INSTALLED, programme, at=at) as act:
        act.save(programme)
        for area, rows in areas:
            area.programme = programme.id
            act.save(area)
            for row in rows:
                row.area = area.id
                act.save(row)
    return programme


def renew(actor: Actor, at: dt.datetime, source: Path = SHIPPED) -> list[str]:
    """Gives the rules that came with a register to the shipped programme's points that waited for it; their codes.

    Only where the programme is not concluded, the point has the shipped words, and no rule: what has one is its own.
    """
    if actor.id is not None and not policy.may(actor, Register.PROGRAMME, Act.EDIT):
        raise Refused
    programme, areas = load(source)
    shipped = {row.code: row for _, rows in areas for row in rows if isinstance(row, FollowUpPoint) and row.rule}
    waiting = FollowUpPoint.select().join(FocusArea).join(Programme).where(
        (Programme.name == programme.name)
        & (Programme.state != ProgrammeState.CLOSED)
        & FollowUpPoint.rule.is_null()
    )  # fmt: skip
    points = [
        row for row in waiting.order_by(FollowUpPoint.id) if row.code in shipped and row.sv == shipped[row.code].sv
    ]
    for row in points:
        row.rule, row.rule_sv = shipped[row.code].rule, shipped[row.code].rule_sv
        with ledger.act(actor, Verb.RENEWED, row, at=at) as act:
            act.save(row)
    return [row.code for row in points]


def _move_to_the_term_of(programme: Programme, day: dt.date) -> None:
    """Terms of office of the same length follow one another: the shipped programme is for the one that runs."""
    years = programme.ends_on.year - programme.starts_on.year + 1
    while programme.ends_on < day:
        programme.starts_on = programme.starts_on.replace(year=programme.starts_on.year + years)
        programme.ends_on = programme.ends_on.replace(year=programme.ends_on.year + years)


def load(source: Path) -> tuple[Programme, Rows]:
    """The programme of a file, not saved: each focus area with its measures and points. Raises TypeError."""
    try:
        said = yaml.safe_load(source.read_text(encoding="utf-8")) or {}
        programme = Programme(**{**said["programme"], "state": ProgrammeState(said["programme"]["state"])})
        _checked(programme, but="")
        places = iter(range(1, 1000))
        return programme, [_area(area, places) for area in said["areas"]]
    except (yaml.YAMLError, KeyError, ValueError, AttributeError) as error:
        raise TypeError(f"{source.name} is not a programme as {SHIPPED.name} describes: {error}") from error


def check(rule: Any, point: str) -> None:
    """Raises TypeError with a sentence unless `rule` is one that the follow-up can compute."""
    told = f"The rule of {point}"
    if (
        not isinstance(rule, Mapping)
        or set(rule) - {"claims", *LISTS}
        or not {"claims", *LISTS} - set(OPTIONAL) <= set(rule)
    ):
        raise TypeError(
            f"{told} must have claims, {', '.join(LISTS[:-2])}, and may have {', '.join(OPTIONAL)}; nothing else."
        )
    if not isinstance(rule["claims"], Mapping):
        raise TypeError(f"{told} must have claims by name.")
    for slug in _texts(rule["evidence"], f"{told}: evidence"):
        _record(slug, told)
    for name, claim in rule["claims"].items():
        _check_claim(claim, f"{told}, claim “{name}”,")
    for place, names in _named(rule, told):
        for name in names:
            if name not in rule["claims"]:
                raise TypeError(f"{told} names “{name}” in {place}, but has no such claim.")


def _area(said: Mapping[str, Any], places: Iterator[int]) -> tuple[FocusArea, list[Record]]:
    goal = said["goal"]
    area = FocusArea(**_own_words(said), goal_sv=goal["sv"], goal_en=goal["en"])
    rows: list[Record] = [_measure(measure) for measure in said["measures"]]
    rows += [_point(point, next(places)) for point in said["points"]]
    _checked(area, but="programme")
    for row in rows:
        _checked(row, but="area")
    return area, rows


def _measure(said: Mapping[str, Any]) -> ProgrammeMeasure:
    return ProgrammeMeasure(**_own_words(said), followed_by=", ".join(said["followed_by"]) or None)


def _point(said: Mapping[str, Any], place: int) -> FollowUpPoint:
    rule = said.get("rule")
    if rule is not None:
        check(rule, said["code"])
    return FollowUpPoint(
        **_own_words(said),
        own=said.get("own", False),
        position=place,
        interval_days=said.get("interval_days", 365),
        rule=json.dumps(rule, ensure_ascii=False) if rule else None,
        rule_sv="\n".join(IN_WORDS[level] + sentence for level, sentence in said["rule_words"].items()),
    )


def _own_words(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in ("code", "sv", "en")}


def _checked(row: Record, but: str) -> None:
    """The same rules on values as everywhere, for rows that no form makes."""
    for name, kind in type(row).kinds().items():
        value, told = row.__data__.get(name), f"{type(row).__name__} {row.__data__.get('code') or ''}: {name}"
        if value is not None and not isinstance(value, WRITTEN.get(type(kind), object)):
            raise TypeError(f"{told} cannot be “{value}”: put texts in quotation marks, write dates as 2026-12-31.")
        if name != but and (message := kind.problem(value)):
            raise TypeError(f"{told}: {message.msgid % message.values}")


def _check_claim(claim: Any, told: str) -> None:
    kind = claim.get("is") if isinstance(claim, Mapping) else None
    if kind not in ASKED:
        raise TypeError(f"{told} must say that it is one of {', '.join(ASKED)}.")
    needed = {"label", "label_en", "record", "selection", "is", *ASKED[kind]}
    if not needed <= set(claim) or set(claim) - needed - set(ALLOWED[kind]) - set(IN_THE_SENTENCE):
        raise TypeError(f"{told} must have {', '.join(sorted(needed))}, and nothing that its kind does not know.")
    record = _record(claim["record"], told)
    for selection in (claim["selection"], *(claim[name] for name in ("of", "rest") if name in claim)):
        _check_selection(record, selection, told)
    if "day" in claim and not isinstance(record._meta.fields.get(claim["day"]), Day):
        raise TypeError(f"{told} names “{claim['day']}”, which is no date of {record.__name__}.")
    _check_target(claim, told)
    for name in set(IN_THE_SENTENCE) & set(claim):
        _check_words(claim[name], f"{told} {name}")


def _check_words(text: Any, told: str) -> None:
    try:
        Claim.worded(text, share=1, count=1, of=1, target=1)
    except (TypeError, LookupError) as error:
        raise TypeError(
            f"{told} must be a text in which only {{share}}, {{count}}, {{of}}, {{target}} vary."
        ) from error


def _check_selection(record: type[Record], name: Any, told: str) -> None:
    selection = record.declared.selections.get(name) if isinstance(name, str) else None
    if selection is None:
        raise TypeError(f"{told} counts “{name}”, but {record.__name__} has no such selection.")
    if selection.personal:
        raise TypeError(f"{told} counts “{name}”, which depends on who asks.")


def _check_target(claim: Mapping[str, Any], told: str) -> None:
    if isinstance(claim.get("target"), str):
        return _check_row(claim["target"], told)
    target, most = claim.get("target", 0), 100 if claim["is"] == "share" else 100_000
    if type(target) is not int or not 0 <= target <= most:
        raise TypeError(f"{told} has a target that is no whole number from 0 to {most}.")


def _check_row(name: str, told: str) -> None:
    """A target that is a row of its own: the type's slug and one of the aims it knows."""
    slug, _, aim = name.partition("/")
    record = _record(slug, told)
    aims = getattr(record._meta.fields.get("aim"), "enum_class", ())
    if not issubclass(record, Target) or aim not in list(aims):
        raise TypeError(f"{told} has “{name}” for a target, but there is no such row.")


def _record(slug: Any, told: str) -> type[Record]:
    if not isinstance(slug, str) or slug not in DECLARED:
        raise TypeError(f"{told} names “{slug}”, but there is no such register.")
    return DECLARED[slug]


def _named(rule: Mapping[str, Any], told: str) -> Iterable[tuple[str, list[str]]]:
    """Every list of claims in a rule, with the place it stands in."""
    for level in LEVELS:
        if not isinstance(rule[level], Sequence) or not rule[level]:
            raise TypeError(f"{told}: {level} must be a list of alternatives.")
        for alternative in rule[level]:
            yield level, _texts(alternative, f"{told}: an alternative of {level}")
    yield "shown", _texts(rule["shown"], f"{told}: shown")
    for place in OPTIONAL:
        if rule.get(place):
            yield place, _texts(rule[place], f"{told}: {place}")


def _texts(names: Any, told: str) -> list[str]:
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise TypeError(f"{told} must be a list of names.")
    return names
