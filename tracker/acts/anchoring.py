"""The anchoring of the guidelines: who takes part, the head's sign-off, and how far each unit has come."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from models.happenings import Verb
from models.integrity import Aim, Anchoring, AnchoringTarget, Coverage, Guideline, SignOff, Standing, lasts_since
from models.people import Actor
from models.words import Act, Message
from tracker.language import today as day_of
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Refused


@dataclass(frozen=True)
class Signing:
    """What a unit's head is asked to sign, if anything; `signed` is the sign-off of it that is there."""

    anchoring: Anchoring
    guideline: Guideline | None
    signed: SignOff | None


@dataclass(frozen=True)
class Landed:
    """How far one unit has come. `covered` is per cent of its staff by a count that is not too old."""

    anchoring: Anchoring
    standing: Standing
    signed: SignOff | None
    coverage: Coverage | None
    target: int
    covered: int
    index: int


def cover(actor: Actor, at: dt.datetime) -> int:
    """Gives every förvaltning and bolag that is there an anchoring of its own; returns how many were new."""
    missing = list(Anchoring.missing(day_of(at)))
    if not missing:
        return 0
    rows = [Anchoring(unit=unit) for unit in missing]
    with ledger.act(actor, Verb.INSTALLED, rows[0], at=at, facts={"rows": len(rows)}) as act:
        for row in rows:
            act.save(row)
    return len(rows)


def in_force(today: dt.date) -> Guideline | None:
    """The version that is anchored."""
    return Guideline.get_or_none(Guideline.id.in_(Guideline.now(today)))


def signing(actor: Actor, uid: str, at: dt.datetime) -> Signing:
    """What stands on the page whose one button signs. Raises Missing outside what `actor` heads."""
    row = records.find(actor, Anchoring, uid, Act.COUNTERSIGN, at)
    guideline = in_force(day_of(at))
    signed = SignOff.select().where((SignOff.anchoring == row.id) & (SignOff.guideline == guideline))
    return Signing(row, guideline, signed.order_by(SignOff.signed_on.desc()).first() if guideline else None)


def sign(actor: Actor, uid: str, version: str, at: dt.datetime) -> Signing:
    """Signs "read and discussed" of the version that was shown; once a day is enough. Raises Missing, Refused, NoTurn.

    Refused when another version has come into force since the page was shown: nobody signs what they have not seen.
    """
    asked = signing(actor, uid, at)
    if asked.guideline is None or asked.guideline.uid.hex != version:
        raise Refused(Message("Another version is in force now. Open the page anew and read that one."))
    if asked.signed is not None and asked.signed.signed_on == day_of(at):
        return asked
    row = SignOff(anchoring=asked.anchoring.id, guideline=asked.guideline.id, signed_on=day_of(at), signed_by=actor.id)
    with ledger.act(actor, Verb.READ_AND_DISCUSSED, row, at=at) as act:
        act.save(row)
    return Signing(asked.anchoring, asked.guideline, row)


def places(rows: Iterable[Anchoring], today: dt.date) -> list[Landed]:
    """How far each of `rows` has come: five queries, however many."""
    rows = list(rows)
    numbers = [row.id for row in rows]
    standings = dict(
        Anchoring.select(Anchoring.id, Anchoring.standing(today)).where(Anchoring.id.in_(numbers)).tuples()
    )
    target, since = AnchoringTarget.wanted(Aim.COVERAGE), lasts_since(today)
    of_this_version = SignOff.guideline.in_(Guideline.now(today))
    signed = _latest(SignOff.select().where(of_this_version), SignOff.signed_on, numbers, today)
    counted = _latest(Coverage.select(), Coverage.counted_on, numbers, today)
    return [
        _place(
            row, Standing(standings[row.id]), signed.get(row.id), counted.get(row.id),
            row.coverage_target or target, since,
        )
        for row in rows
    ]  # fmt: skip


def whole(found: Sequence[Landed]) -> int | None:
    """The index of the whole: the units' mean in whole points, rounded down; None when no unit takes part."""
    return sum(place.index for place in found) // len(found) if found else None


def index(standing: Standing, signed: bool, covered: int, target: int) -> int:
    """A unit's index, 0 to 100: half is the head's sign-off, half the training (`covered` per cent) against its target.

    100 is what is anchored and nothing else; what has lapsed is 0 (Värna's own measure; the rule on time is guide B.3).
    """
    if standing not in (Standing.ANCHORED, Standing.ONGOING):
        return 0
    return (50 if signed else 0) + min(50, 50 * covered // target)


def _place(
    row: Anchoring, standing: Standing, signed: SignOff | None, counted: Coverage | None, target: int, since: dt.date
) -> Landed:
    """What is older than an anchoring lasts is shown, and counts as nothing."""
    covered = counted.trained * 100 // counted.staff if counted and counted.counted_on >= since else 0
    holds = signed is not None and signed.signed_on >= since
    return Landed(row, standing, signed, counted, target, covered, index(standing, holds, covered, target))


def _latest(rows: Any, day: Any, anchorings: list[int], today: dt.date) -> dict[int, Any]:
    """The latest of `rows` by `day` for each anchoring, none of a day to come."""
    column = day.model.anchoring
    wanted = rows.where(column.in_(anchorings) & (day <= today)).order_by(day, day.model.id)
    return {row.anchoring_id: row for row in wanted}
