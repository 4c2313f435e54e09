"""How protective security stands, for kommunstyrelsen: counts and days of the shells, never which or where."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from peewee import fn

from models.protective_security import (
    Analysis,
    AnalysisProcess,
    AnalysisState,
    Area,
    BoardReport,
    MeasureState,
    ProtectiveMeasure,
    SecurityPlan,
)
from tracker.acts import small_counts
from tracker.acts.small_counts import Shown


@dataclass(frozen=True)
class Standing:
    """Of what was decided its days and paragraphs; of the measures how many, with the few hidden.

    `measures` are told by area, by state and by the year in which they are due.
    """

    process: AnalysisProcess | None
    adopted: tuple[Analysis, ...]
    ongoing: int
    plan: SecurityPlan | None
    report: BoardReport | None
    measures: Shown


def standing(today: dt.date) -> Standing:
    analyses = Analysis.select().where(Analysis.state == AnalysisState.ADOPTED).order_by(Analysis.code.desc())
    return Standing(
        process=_newest(AnalysisProcess, "in_force", "adopted_on", today),
        adopted=tuple(analyses),
        ongoing=Analysis.number("ongoing", today),
        plan=_newest(SecurityPlan, "adopted", "adopted_on", today),
        report=_newest(BoardReport, "reported", "reported_on", today),
        measures=small_counts.shown(
            _counted(ProtectiveMeasure.area, Area), _counted(ProtectiveMeasure.state, MeasureState), _by_year()
        ),
    )


def _newest(record_type: Any, selection: str, day: str, today: dt.date) -> Any:
    """The row of a selection whose day is the latest; None where there is none."""
    column = record_type._meta.fields[day]
    rows = record_type.select().where(record_type.declared.selections[selection].where(record_type, today))
    return rows.order_by(column.desc(), record_type.id.desc()).first()


def _counted(column: Any, words: type[Area] | type[MeasureState]) -> dict[str, int]:
    """How many of each word, by its label; those that nobody has are zero."""
    found = dict(ProtectiveMeasure.select(column, fn.COUNT(ProtectiveMeasure.id)).group_by(column).tuples())
    return {word.label: found.get(word, 0) for word in words}


def _by_year() -> dict[str, int]:
    """How many are due in each year, from the first to the last of them."""
    year = ProtectiveMeasure.due_on.year
    rows = ProtectiveMeasure.select(year, fn.COUNT(ProtectiveMeasure.id)).group_by(year).tuples()
    found = {int(number): count for number, count in rows}
    return {str(each): found.get(each, 0) for each in range(min(found, default=0), max(found, default=-1) + 1)}
