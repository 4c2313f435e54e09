"""How protective security stands, for kommunstyrelsen: counts and days of the shells, never which or where."""

import datetime as dt
from dataclasses import dataclass

from peewee import fn

from models.protective_security import Analysis, Area, MeasureState, ProtectiveMeasure
from models.protective_security.analyses import AnalysisState
from models.protective_security.governing import BoardReport
from tracker.acts import small_counts
from tracker.acts.small_counts import Shown


@dataclass(frozen=True)
class Standing:
    """Of the analyses their days; of the measures how many, by area and by state, with the few hidden."""

    adopted: tuple[Analysis, ...]
    ongoing: int
    reported_on: dt.date | None
    measures: Shown


def standing(today: dt.date) -> Standing:
    analyses = Analysis.select().where(Analysis.state == AnalysisState.ADOPTED).order_by(Analysis.code.desc())
    return Standing(
        adopted=tuple(analyses),
        ongoing=Analysis.number("ongoing", today),
        reported_on=BoardReport.select(fn.MAX(BoardReport.reported_on)).scalar(),
        measures=small_counts.shown(
            _counted(ProtectiveMeasure.area, Area), _counted(ProtectiveMeasure.state, MeasureState)
        ),
    )


def _counted(column: object, words: type[Area] | type[MeasureState]) -> dict[str, int]:
    """How many of each word, by its label; those that nobody has are zero."""
    found = dict(ProtectiveMeasure.select(column, fn.COUNT(ProtectiveMeasure.id)).group_by(column).tuples())
    return {word.label: found.get(word, 0) for word in words}
