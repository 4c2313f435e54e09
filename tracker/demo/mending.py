"""What became of the deficiencies: each takes one of a few ways through its states, with somebody for every step."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from models.fire_safety import Deficiency, Party, Severity
from tracker.demo import data
from tracker.demo.clock import DAY, at_work
from tracker.demo.town import Duties, Town
from tracker.spine import records

PACE = {Severity.ACUTE: 0.16, Severity.SERIOUS: 7, Severity.MINOR: 30, Severity.IMPROVEMENT: 90}
"""Days that a way's figures are shares of: the time limit; for an acute one, some hours."""

VERIFIED = ("verify", "checker", 0.1, 0.7)
FATES: dict[str, tuple[tuple[str, str, float, float], ...]] = {
    "mended": (("finish", "mender", 0.2, 0.9), VERIFIED),
    "begun": (("start", "mender", 0.1, 0.3), ("finish", "mender", 0.2, 0.6), VERIFIED),
    "late": (("finish", "mender", 1.1, 2.0), VERIFIED),
    "waited": (("wait", "mender", 0.1, 0.3), ("finish", "mender", 0.5, 1.5), VERIFIED),
    "returned": (
        ("finish", "mender", 0.2, 0.5),
        ("return", "checker", 0.1, 0.3),
        ("finish", "mender", 0.1, 0.4),
        VERIFIED,
    ),
    "accepted": (("accept", "decider", 0.3, 0.8),),
    "rejected": (("reject", "decider", 0.1, 0.3),),
    "left_open": (),
    "left_ongoing": (("start", "mender", 0.1, 0.4),),
    "left_waiting": (("wait", "mender", 0.1, 0.4), ("remark", "checker", 0.2, 0.4)),
    "left_done": (("finish", "mender", 0.2, 0.6),),
    "acute_done": (("start", "mender", 0.1, 0.3), ("finish", "mender", 6, 7)),
}
"""The steps of each way: which, who takes it, and after how long at least and at most."""

COMMON = ("mended",) * 9 + ("begun",) * 3 + ("late", "late", "waited", "waited", "returned", "accepted", "rejected")
LEFT = ("left_open", "left_ongoing", "left_waiting", "left_done")
LATELY = {Severity.SERIOUS: 21, Severity.MINOR: 60, Severity.IMPROVEMENT: 75}
"""Days: what was found before is not left lying."""


def begin(town: Town, number: str, deficiency: Deficiency, finding: Mapping[str, Any], at: dt.datetime) -> None:
    """Lets a deficiency that was just found take its way."""
    fate = finding.get("fate") or _fate(town, deficiency, at)
    _next(town, town.duties[number], deficiency, finding, FATES[fate], at)


def _fate(town: Town, deficiency: Deficiency, at: dt.datetime) -> str:
    """An acute one is mended and verified on the day when it is found."""
    if deficiency.severity is Severity.ACUTE:
        return "mended"
    lately = at > town.ago(LATELY[deficiency.severity])
    return town.dice.choice(COMMON + LEFT * 3 if lately else COMMON)


def _next(
    town: Town, duties: Duties, deficiency: Deficiency, finding: Mapping[str, Any], steps: tuple, at: dt.datetime
) -> None:
    if not steps:
        return
    (name, who, least, most), rest = steps[0], steps[1:]
    after = town.dice.uniform(least, most) * PACE[deficiency.severity] * DAY
    acute = deficiency.severity is Severity.ACUTE
    when = at + after if acute else at_work(at + after)
    town.agenda.put(when, _take, town, duties, deficiency, finding, name, who, rest)


def _take(
    town: Town,
    duties: Duties,
    deficiency: Deficiency,
    finding: Mapping[str, Any],
    name: str,
    who: str,
    rest: tuple,
    at: dt.datetime,
) -> None:
    actor = town.actor(_person(duties, deficiency, who))
    if name == "remark":
        records.remark(actor, deficiency, "Ringt och frågat i dag: delen väntas inom två veckor.", at)
    else:
        values = _asked(town, name, deficiency.party, finding, at)
        deficiency = records.step(actor, Deficiency, deficiency.uid.hex, name, values, deficiency.version, at)
    _next(town, duties, deficiency, finding, rest, at)


def _person(duties: Duties, deficiency: Deficiency, who: str) -> str:
    """What is the landlord's the caretaker mends and the manager checks; the rest the manager and the walker."""
    landlords = deficiency.party is Party.LANDLORD
    return {
        "mender": duties.caretaker if landlords else duties.manager,
        "checker": duties.manager if landlords else duties.walker,
        "decider": duties.head,
    }[who]


def _asked(town: Town, name: str, party: Party, finding: Mapping[str, Any], at: dt.datetime) -> dict[str, Any]:
    said = data.findings()
    return {
        "finish": {"done_how": finding["how"]},
        "wait": {"waiting_for": town.dice.choice(said["waiting_for"][party.value])},
        "return": {"returned_because": said["returned"]},
        "accept": {"accepted_because": said["accepted"], "accepted_until": at.date() + 365 * DAY},
        "reject": {"rejected_because": said["rejected"]},
    }.get(name, {})
