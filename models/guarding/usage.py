"""What suggests that guarding is not used well: conditions on guarded sites, out of the figures that hold.

Nothing is judged on less than the smallest number that the municipality has set, nor on months that never came in.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from peewee import JOIN, Case, fn

from models.calendar import months_before
from models.common import UNVERIFIED
from models.guarding.control import Deviation
from models.guarding.figures import MonthlyFigure, spread, twelve_months
from models.guarding.sites import GuardedSite, NeedAssessment
from models.guarding.targets import Aim, ResponseClass, aimed
from models.guarding.words import Conclusion
from models.measures import Measure
from models.record import among

CAME = fn.COALESCE(MonthlyFigure.delivered, MonthlyFigure.ordered - MonthlyFigure.missed)
"""What came, also where somebody has told only what did not."""
KEPT = Case(
    None,
    ((MonthlyFigure.ordered.is_null() | CAME.is_null(), 0), (MonthlyFigure.ordered < CAME, MonthlyFigure.ordered)),
    CAME,
)
"""How much of what was ordered came: more than that in one month makes good nothing that was missed in another."""
PROMISED = Case(None, ((CAME.is_null(), 0),), fn.COALESCE(MonthlyFigure.ordered, 0))
"""What was ordered, where somebody has told what came of it."""


def within(first: dt.date, until: dt.date) -> Any:
    """Figures that hold, of the months from `first` to before `until`."""
    return MonthlyFigure.holding() & (MonthlyFigure.month >= first) & (MonthlyFigure.month < until)


def last_year(today: dt.date) -> Any:
    """Figures that hold, of the last twelve whole months."""
    return within(twelve_months(today), today.replace(day=1))


def quiet(today: dt.date) -> Any:
    """Told of in every one of the months without an alarm in any; no event and no deviation is known either."""
    months, this = aimed(Aim.QUIET), today.replace(day=1)
    since = months_before(this, months)
    told_of = Case(None, ((MonthlyFigure.alarms.is_null(False), MonthlyFigure.month),), None)
    silent = (fn.COUNT(fn.DISTINCT(told_of)) >= months) & (fn.COALESCE(fn.SUM(MonthlyFigure.alarms), 0) == 0)
    told = _sites(within(since, this)).having(silent)
    events = NeedAssessment.select(NeedAssessment.site).where(
        (NeedAssessment.incidents > 0) & (NeedAssessment.assessed_on >= since)
    )
    deviations = Deviation.select(Deviation.site).where(Deviation.happened_on >= since)
    nothing = ~among(GuardedSite.id, events) & ~among(GuardedSite.id, deviations)
    return GuardedSite.guarded(today) & among(GuardedSite.id, told) & nothing


def noisy(today: dt.date) -> Any:
    """More unjustified alarms in the last twelve whole months than the target bears, and no measure that is open."""
    loud = _sites(last_year(today)).having(fn.SUM(MonthlyFigure.unjustified) > aimed(Aim.UNJUSTIFIED))
    return GuardedSite.guarded(today) & among(GuardedSite.id, loud) & ~among(GuardedSite.uid, mended())


def needless(today: dt.date) -> Any:
    """The newest assessment says that guarding is to change or end, and it goes on."""
    later = NeedAssessment.alias()
    after = (later.assessed_on > NeedAssessment.assessed_on) | (
        (later.assessed_on == NeedAssessment.assessed_on) & (later.id > NeedAssessment.id)
    )
    newer = later.select(later.id).where((later.site == NeedAssessment.site) & after)
    said = NeedAssessment.conclusion.in_((Conclusion.CHANGE, Conclusion.END)) & ~fn.EXISTS(newer)
    return GuardedSite.guarded(today) & among(GuardedSite.id, NeedAssessment.select(NeedAssessment.site).where(said))


def undelivered(today: dt.date) -> Any:
    """Less than the target of what was ordered in the last twelve whole months."""
    promised = fn.SUM(PROMISED)
    few = (promised >= aimed(Aim.SMALLEST)) & (fn.SUM(KEPT) * 100 < promised * aimed(Aim.DELIVERED))
    return GuardedSite.guarded(today) & among(GuardedSite.id, _sites(last_year(today)).having(few))


def slow(today: dt.date) -> Any:
    """Too few of the responses of the last twelve whole months were there within the site's response class.

    The times of a month stand together in one text, so it is counted here, site by site, not in SQL.
    """
    smallest, target = aimed(Aim.SMALLEST), aimed(Aim.IN_TIME)
    counted = in_time(last_year(today))
    late = [site for site, (top, n) in counted.items() if n >= smallest and top * 100 < target * n]
    return GuardedSite.guarded(today) & GuardedSite.id.in_(late)


def in_time(where: Any) -> dict[int, tuple[int, int]]:
    """By site: how many responses were there within its response class, of how many."""
    counted: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for site, minutes, times, times_over in responses(where):
        if minutes is not None:
            here = sum(number for minute, number in spread(times).items() if minute <= minutes) * times_over
            top, n = counted[site]
            counted[site] = (top + here, n + sum(spread(times).values()) * times_over)
    return dict(counted)


def responses(where: Any) -> Iterator[tuple[int, int | None, str, int]]:
    """(site, minutes of its response class, response times as a spread, months that had just these), one by one."""
    rows = (
        MonthlyFigure.select(
            MonthlyFigure.site, ResponseClass.minutes, MonthlyFigure.responses, fn.COUNT(MonthlyFigure.id)
        )
        .join(GuardedSite)
        .join(ResponseClass, JOIN.LEFT_OUTER)
        .where(where & MonthlyFigure.responses.is_null(False))
        .group_by(MonthlyFigure.site, ResponseClass.minutes, MonthlyFigure.responses)
    )
    yield from rows.tuples().iterator()


def mended() -> Any:
    """The names of the sites from which a measure arose that is not done with."""
    return Measure.select(Measure.source_uid).where(arisen())


def arisen() -> Any:
    """Measures that arose from a site, and are not done with."""
    return (Measure.source_type == GuardedSite.declared.slug) & Measure.state.in_(UNVERIFIED)


def _sites(where: Any) -> Any:
    return MonthlyFigure.select(MonthlyFigure.site).where(where).group_by(MonthlyFigure.site)
