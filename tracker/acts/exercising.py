"""How far each nämnd has come with its plan of exercises and training, and the exercises month by month."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from peewee import SQL, Case, fn

from models.common import Unit
from models.exercises import EVALUATED, Aim, Exercise, ExercisePlan, ExerciseState, ExerciseTarget, Standing, Trained
from models.exercises import Training as Count
from models.record import among

COUNTED = ("planned", "left", "held", "evaluated", "unevaluated")
"""The selections of exercises that are counted for each nämnd."""

SECOND = SQL("2")
"""The second column, to group by: PostgreSQL does not know a CASE with values again by its words."""


@dataclass(frozen=True)
class Year:
    """A nämnd's plan of the year with its unit, what of it is done, and the newest count of its staff."""

    plan: ExercisePlan
    standing: Standing
    numbers: dict[str, int]  # of exercises, by COUNTED
    as_planned: bool
    trained: Count | None
    counts: bool  # whether that count is not too old
    reaches: bool  # whether it is so, and reaches the target


def years(within: Any, today: dt.date) -> list[Year]:
    """This year's plans of the nämnder that are there and that `within` holds: as many queries however many nämnder."""
    now = ExercisePlan.committees(today).select(Unit.id)
    asked = ExercisePlan.select(
        ExercisePlan,
        Unit,
        ExercisePlan.standing(today).alias("standing"),
        Case(None, ((ExercisePlan.exercises_as_planned(today), 1),), 0).alias("as_planned"),
    ).join(Unit, on=ExercisePlan.unit)
    this_year = (ExercisePlan.year == today.year) & among(ExercisePlan.unit, now)
    plans = list(asked.where(within & this_year).order_by(Unit.name_key).objects())
    units = [plan.unit_id for plan in plans]
    numbers, counts = _numbers(units, today), _newest(units, today)
    reached = {count.id for count in counts.values() if count.reached}
    return [
        Year(
            plan,
            Standing(plan.standing),
            numbers.get(plan.unit_id, dict.fromkeys(COUNTED, 0)),
            bool(plan.as_planned),
            count := counts.get(plan.unit_id),
            count is not None and bool(count.fresh),
            count is not None and count.id in reached,
        )
        for plan in plans
    ]


def by_month(today: dt.date, day: Any, first: dt.date, last: dt.date) -> dict[tuple[int, int], list[int]]:
    """By year and month of a day of exercises, how many are evaluated, planned, to be evaluated, and left or late."""
    left = (Exercise.state == ExerciseState.PLANNED) & (Exercise.planned_on < today)
    late = (Exercise.state == ExerciseState.HELD) & (Exercise.evaluate_by < today)
    ways = ((left | late, 3), (Exercise.state == ExerciseState.HELD, 2), (Exercise.state.in_(EVALUATED), 0))
    kind = Case(None, ways, 1)
    rows = Exercise.select(day, kind, fn.COUNT(Exercise.id)).where(
        day.between(first, last) & (Exercise.state != ExerciseState.CALLED_OFF)
    )
    found: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for on, which, number in rows.group_by(day, SECOND).tuples():
        found[on.year, on.month][which] += number
    return found


def target() -> int:
    return ExerciseTarget.wanted(Aim.COVERAGE)


def _numbers(units: list[int], today: dt.date) -> dict[int, dict[str, int]]:
    """Of each nämnd, how many exercises each selection holds."""
    rules = (Exercise.declared.selections[name].where(Exercise, today) for name in COUNTED)
    sums = [fn.SUM(Case(None, ((rule, 1),), 0)) for rule in rules]
    rows = Exercise.select(Exercise.committee, *sums).where(Exercise.committee.in_(units)).group_by(Exercise.committee)
    return {unit: dict(zip(COUNTED, map(int, counts), strict=True)) for unit, *counts in rows.tuples()}


def _newest(units: list[int], today: dt.date) -> dict[int, Any]:
    """Each nämnd's newest count of its staff, `fresh` and `reached` as the selections say."""
    newest = Count.declared.selections["current"].where(Count, today) & (Count.group == Trained.STAFF)
    told = (("fresh", Count.is_fresh(today)), ("reached", Count.reaches(today)))
    asked = Count.select(Count, *(Case(None, ((rule, 1),), 0).alias(name) for name, rule in told))
    return {count.unit_id: count for count in asked.where(Count.unit.in_(units) & newest)}
