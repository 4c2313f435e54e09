"""Is guarding used well? What it cost, what came of what was ordered, and how fast, out of the figures that hold."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from peewee import Case, fn

from models.calendar import months_before
from models.guarding import Aim, Contract, FigureDelivery, GuardedSite, MonthlyFigure, ServiceKind, aimed, spread, usage
from models.guarding.figures import twelve_months
from models.measures import Measure
from models.people import Actor
from models.record import Record, among
from models.words import N_, Act
from tracker.language import today as day_of
from tracker.spine import records
from tracker.spine.reach import reach

ROUNDS = (ServiceKind.OUTER_ROUND, ServiceKind.INNER_ROUND)
DEAREST = 50


@dataclass(frozen=True)
class Period:
    """Whole months from `first` to before `until`."""

    name: str
    first: dt.date
    until: dt.date

    @property
    def last(self) -> dt.date:
        return months_before(self.until, 1)


@dataclass(frozen=True)
class Figure:
    """`scale` × `top` of `n`, held against `target`: judged only where `n` is as much as may be judged."""

    top: int
    n: int
    scale: int = 1
    target: int | None = None
    at_least: bool = True
    smallest: int = 1
    rests_on: int | None = None  # how many it is judged by, where that is not `n`

    @property
    def base(self) -> int:
        return self.n if self.rests_on is None else self.rests_on

    @property
    def too_few(self) -> bool:
        return self.base < self.smallest or not self.n

    @property
    def holds(self) -> bool | None:
        """Whether the target is met; None for what has none, or rests on too little to be judged."""
        if self.target is None or self.too_few:
            return None
        reached, asked = self.scale * self.top, self.target * self.n
        return reached >= asked if self.at_least else reached <= asked

    def rounded(self, places: int = 1) -> Decimal | None:
        """The value, never rounded to the better side of its target; None when there is nothing to divide by."""
        if not self.n:
            return None
        way = ROUND_HALF_UP if self.target is None else ROUND_FLOOR if self.at_least else ROUND_CEILING
        return (Decimal(self.scale * self.top) / self.n).quantize(Decimal(1).scaleb(-places), way)


@dataclass(frozen=True)
class Month:
    """One month of all sites together."""

    month: dt.date
    kept: int
    missed: int
    justified: int
    unjustified: int
    cost: int


@dataclass(frozen=True)
class Times:
    """How long responses took, by how many: of one response class (its minutes), or of all when `minutes` is None."""

    minutes: int | None
    counts: Counter[int]

    @cached_property
    def n(self) -> int:
        return self.counts.total()

    def percentile(self, per_cent: int) -> int | None:
        """The least number of minutes within which at least so many per cent of the responses were there."""
        reached = 0
        for minute in sorted(self.counts):
            reached += self.counts[minute]
            if reached * 100 >= per_cent * self.n:
                return minute
        return None

    def within(self, minutes: int) -> int:
        return sum(number for minute, number in self.counts.items() if minute <= minutes)


@dataclass(frozen=True)
class SiteUse:
    """One site in a period. `in_time` is what its response class says, for those who may read it."""

    site: GuardedSite
    cost: int
    rounds: int
    call_outs: int
    alarms: int
    unjustified: int
    in_time: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Suggestion:
    """What may not be used well: a condition on sites. What tells of weaknesses in them is `secret`."""

    name: str
    label: str
    condition: Callable[[dt.date], Any]
    secret: bool = False


SUGGESTIONS = (
    Suggestion("quiet", N_("No event for long"), usage.quiet),
    Suggestion("noisy", N_("Many unjustified alarms, no measure"), usage.noisy),
    Suggestion("needless", N_("To change or end by the newest assessment, still guarded"), usage.needless, secret=True),
    Suggestion("undelivered", N_("Delivered below the target"), usage.undelivered),
    Suggestion("slow", N_("Response slower than the class"), usage.slow, secret=True),
)


def periods(today: dt.date, contract: Contract | None) -> list[Period]:
    """The last twelve whole months, the calendar years that figures tell of, and the whole time."""
    this = today.replace(day=1)
    complete = FigureDelivery.declared.selections["complete"].where(FigureDelivery, today)
    mine = complete & (FigureDelivery.contract == contract) if contract else complete
    first = FigureDelivery.select(fn.MIN(FigureDelivery.first_month)).where(mine).scalar() or twelve_months(today)
    begun = min(first, this) if contract is None else min(contract.starts_on.replace(day=1), first, this)
    years = [
        Period(str(year), dt.date(year, 1, 1), min(dt.date(year + 1, 1, 1), this))
        for year in range(this.year, first.year - 1, -1)
        if dt.date(year, 1, 1) < this
    ]
    return [Period("12", twelve_months(today), this), *years[:6], Period("alla", begun, this)]


class Use:
    """How guarding was used in a period, by what `actor` may see: of everything, or of one contract."""

    def __init__(self, actor: Actor, period: Period, at: dt.datetime, contract: Contract | None = None) -> None:
        self.actor, self.period, self.today, self.contract = actor, period, day_of(at), contract
        mine = reach(actor, GuardedSite, Act.SEE, self.today)
        self.sites = mine if contract is None else mine & (GuardedSite.contract == contract)
        inside = among(MonthlyFigure.site, GuardedSite.select(GuardedSite.id).where(self.sites))
        self.where = usage.within(period.first, period.until) & inside
        self.smallest = aimed(Aim.SMALLEST)

    @cached_property
    def _sums(self) -> list[tuple[Any, ...]]:
        """(month, service, ordered, delivered of it, alarms, unjustified, invoiced, tasks paid for, paid for them)."""
        row = MonthlyFigure
        tasks = fn.COALESCE(row.delivered, Case(row.service, ((ServiceKind.CALL_OUT, row.alarms),), None))
        told = row.invoiced.is_null(False) & tasks.is_null(False)
        sums = (usage.PROMISED, usage.KEPT, row.alarms, row.unjustified, row.invoiced,
                Case(None, ((told, tasks),), 0), Case(None, ((told, row.invoiced),), 0))  # fmt: skip
        asked: Any = row.select(row.month, row.service, *(fn.COALESCE(fn.SUM(each), 0) for each in sums))
        return [
            (month, service, *map(int, numbers))
            for month, service, *numbers in asked.where(self.where).group_by(row.month, row.service).tuples()
        ]

    @cached_property
    def months(self) -> list[Month]:
        """Each month that figures tell of, the oldest first."""
        found: dict[dt.date, list[int]] = defaultdict(lambda: [0] * 5)
        for month, _, ordered, kept, alarms, unjustified, invoiced, *_ in self._sums:
            more = (kept, ordered - kept, alarms - unjustified, unjustified, invoiced)
            found[month] = [a + b for a, b in zip(found[month], more, strict=True)]
        return [Month(month, *numbers) for month, numbers in sorted(found.items())]

    def delivered(self) -> Figure:
        kept = sum(month.kept for month in self.months)
        ordered = kept + sum(month.missed for month in self.months)
        return Figure(kept, ordered, 100, aimed(Aim.DELIVERED), smallest=self.smallest)

    def cost_per_site(self) -> Figure:
        paid = MonthlyFigure.select(fn.COUNT(fn.DISTINCT(MonthlyFigure.site)))
        sites = paid.where(self.where & MonthlyFigure.invoiced.is_null(False)).scalar()
        return Figure(sum(month.cost for month in self.months), sites, smallest=1)

    def cost_per(self, *services: ServiceKind) -> Figure:
        """Of what was both told and invoiced."""
        rows = [row for row in self._sums if row[1] in services]
        return Figure(sum(row[-1] for row in rows), sum(row[-2] for row in rows))

    def unjustified(self) -> Figure:
        """Per site and year: `n` are the months of sites that told of alarms."""
        row = MonthlyFigure
        told = row.select(row.site, row.month).where(self.where & row.alarms.is_null(False)).distinct()
        return Figure(
            sum(month.unjustified for month in self.months), told.count(), 12, aimed(Aim.UNJUSTIFIED),
            at_least=False, smallest=self.smallest,
        )  # fmt: skip

    @cached_property
    def times(self) -> dict[int | None, Times]:
        """Response times by the minutes of the sites' response classes; None for sites without one."""
        counts: dict[int | None, Counter[int]] = defaultdict(Counter)
        for _, minutes, told, months in usage.responses(self.where):
            for minute, number in spread(told).items():
                counts[minutes][minute] += number * months
        return {minutes: Times(minutes, counted) for minutes, counted in counts.items()}

    def all_times(self) -> Times:
        return Times(None, sum((each.counts for each in self.times.values()), Counter()))

    def in_time(self) -> Figure:
        classed = [each for minutes, each in self.times.items() if minutes is not None]
        top = sum(each.within(each.minutes or 0) for each in classed)
        return Figure(top, sum(each.n for each in classed), 100, aimed(Aim.IN_TIME), smallest=self.smallest)

    def by_class(self) -> list[tuple[Times, Figure]]:
        """Each response class with how many were within it, the fastest first."""
        target = aimed(Aim.IN_TIME)
        return [
            (each, Figure(each.within(minutes), each.n, 100, target, smallest=self.smallest))
            for minutes, each in sorted((m, e) for m, e in self.times.items() if m is not None)
        ]

    def dearest(self) -> list[SiteUse]:
        """The sites that cost most in the period."""
        row, none = MonthlyFigure, None
        rounds = Case(None, ((row.service.in_(ROUNDS), row.delivered),), none)
        calls = Case(None, ((row.service == ServiceKind.CALL_OUT, fn.COALESCE(row.delivered, row.alarms)),), none)
        cost = fn.COALESCE(fn.SUM(row.invoiced), 0)
        sums = (fn.COALESCE(fn.SUM(each), 0) for each in (rounds, calls, row.alarms, row.unjustified))
        asked: Any = row.select(row.site, cost, *sums).where(self.where).group_by(row.site)
        found = [tuple(map(int, each)) for each in asked.order_by(cost.desc(), row.site).limit(DEAREST).tuples()]
        numbers = [each[0] for each in found]
        sites = {site.id: site for site in GuardedSite.select().where(GuardedSite.id.in_(numbers))}
        shares = usage.in_time(self.where & row.site.in_(numbers)) if numbers else {}
        return [SiteUse(sites[site], *more, shares.get(site, (0, 0))) for site, *more in found]

    def suggested(self, suggestion: Suggestion, mine: Any = None) -> Any:
        """The sites that a suggestion is about, as a query; `mine` narrows it to those whose rows may be read."""
        found = GuardedSite.select().where(self.sites & suggestion.condition(self.today))
        return found if mine is None else found.where(mine)

    def counted(self, suggestion: Suggestion) -> tuple[int, int]:
        """How many sites a suggestion is about, and what they cost together per year."""
        sums = self.suggested(suggestion).select(fn.COUNT(GuardedSite.id), fn.SUM(GuardedSite.yearly_cost))
        number, cost = sums.tuples().get()
        return int(number), int(cost or 0)


def measures_of(sites: Iterable[GuardedSite]) -> Mapping[Any, Measure]:
    """The measure that is open for each site that has one, by the site's name."""
    open_ones = Measure.select().where(usage.arisen() & Measure.source_uid.in_([site.uid for site in sites]))
    return {measure.source_uid: measure for measure in open_ones.order_by(Measure.id.desc())}


def make_measure(actor: Actor, uid: str, title: Callable[[GuardedSite], str], at: dt.datetime) -> tuple[Record, bool]:
    """The measure for a site, and whether it is new: whoever presses twice finds the first.

    Neutral by its title, with whoever pays as its unit. Raises Missing, Refused, Invalid, NoTurn.
    """
    site: Any = records.find(actor, GuardedSite, uid, Act.SEE, at)
    there = measures_of([site]).get(site.uid)
    if there is not None:
        return there, False
    due = day_of(at) + dt.timedelta(days=aimed(Aim.MEASURE))
    said = {"title": title(site)[:160], "unit": site.unit_id, "due_on": due}
    return records.add_from(actor, Measure, site, said, at), True
