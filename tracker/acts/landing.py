"""How far the guidelines have landed in each unit, and in the whole: what is done, what is missing, and the index."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import fn

from models.integrity import (
    Aim,
    Anchoring,
    AnchoringTarget,
    Coverage,
    Guideline,
    JavSample,
    RiskProcess,
    SideJobRound,
    SignOff,
    Standing,
    lasts_since,
)


@dataclass(frozen=True)
class Controls:
    """What a unit has done this year: risk processes and how many of their controls are tested, and the two rounds."""

    processes: int
    tested: int
    side_jobs: SideJobRound | None
    sample: JavSample | None


@dataclass(frozen=True)
class Landed:
    """How far one unit has come. `covered` is per cent of its staff by a count that is not too old.

    `signed` is the sign-off of the version in force; it `holds` while it is not too old.
    """

    anchoring: Anchoring
    standing: Standing
    signed: SignOff | None
    holds: bool
    coverage: Coverage | None
    target: int
    covered: int
    counted: bool  # whether its count of the trained is not too old
    reaches: bool  # whether that count reaches the target
    planned_on: dt.date | None
    index: int
    controls: Controls


def places(rows: Iterable[Anchoring], today: dt.date, controlled: bool = True) -> list[Landed]:
    """How far each of `rows` has come: as many queries however many rows; fewer where `controlled` is not asked."""
    rows = list(rows)
    numbers = [row.id for row in rows]
    units = [row.unit_id for row in rows] if controlled else []
    target, since = AnchoringTarget.wanted(Aim.COVERAGE), lasts_since(today)
    stand = Anchoring.select(Anchoring.id, Anchoring.standing(today, since)).where(Anchoring.id.in_(numbers))
    standings = dict(stand.tuples())
    of_this_version = SignOff.guideline.in_(Guideline.now(today))
    signed = _latest(SignOff.select().where(of_this_version), SignOff.signed_on, numbers, today)
    counted = _latest(Coverage.select(), Coverage.counted_on, numbers, today)
    asked, tested = (_numbers(name, units, today) for name in ("this_year", "tested_this_year"))
    side_jobs, samples = _of_this_year(SideJobRound, units, today), _of_this_year(JavSample, units, today)
    return [
        _place(
            row, Standing(standings[row.id]), signed.get(row.id), counted.get(row.id),
            row.coverage_target or target, since, today,
            Controls(asked.get(row.unit_id, 0), tested.get(row.unit_id, 0),
                     side_jobs.get(row.unit_id), samples.get(row.unit_id)),
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
    row: Anchoring, standing: Standing, signed: SignOff | None, counted: Coverage | None, target: int, since: dt.date,
    today: dt.date, controls: Controls,
) -> Landed:  # fmt: skip
    """What is older than an anchoring lasts is shown, and counts as nothing."""
    counts = counted is not None and counted.counted_on >= since
    covered = counted.trained * 100 // counted.staff if counted and counts else 0
    holds = signed is not None and signed.signed_on >= since
    return Landed(
        anchoring=row,
        standing=standing,
        signed=signed,
        holds=holds,
        coverage=counted,
        target=target,
        covered=covered,
        counted=counts,
        reaches=counts and covered >= target,
        planned_on=row.planned_on if row.planned_on and row.planned_on <= today else None,
        index=index(standing, holds, covered, target),
        controls=controls,
    )


def _latest(rows: Any, day: Any, anchorings: list[int], today: dt.date) -> dict[int, Any]:
    """The latest of `rows` by `day` for each anchoring, none of a day to come."""
    column = day.model.anchoring
    wanted = rows.where(column.in_(anchorings) & (day <= today)).order_by(day, day.model.id)
    return {row.anchoring_id: row for row in wanted}


def _numbers(selection: str, units: list[int], today: dt.date) -> dict[int, int]:
    """How many risk processes of a selection each unit has."""
    if not units:
        return {}
    rule = RiskProcess.declared.selections[selection].where(RiskProcess, today)
    rows = RiskProcess.select(RiskProcess.unit, fn.COUNT(RiskProcess.id)).where(RiskProcess.unit.in_(units) & rule)
    return dict(rows.group_by(RiskProcess.unit).tuples())


def _of_this_year(kind: type[Any], units: list[int], today: dt.date) -> dict[int, Any]:
    """Each unit's latest row of this year."""
    if not units:
        return {}
    rule = kind.declared.selections["this_year"].where(kind, today)
    return {row.unit_id: row for row in kind.select().where(kind.unit.in_(units) & rule).order_by(kind.id)}
