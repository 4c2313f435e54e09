"""What Ekdala's guarding companies did, month by month, with seasons and faults, and how that was watched."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from models.calendar import months_before
from models.fire_safety import Premises, PremisesKind
from models.guarding import (
    Contract,
    Deviation,
    DeviationKind,
    GuardedSite,
    MonthlyFigure,
    Origin,
    ServiceKind,
    Severity,
    SpotCheck,
    spread_of,
)
from models.measures import Measure
from tracker.acts import figures
from tracker.demo import data
from tracker.demo.clock import DAY, moment
from tracker.demo.town import Town
from tracker.language import today as day_of
from tracker.spine import records

WHO = "malin"
MONTHS = 24
DARK, HOLIDAYS = (10, 11, 12, 1, 2), (6, 7, 8)
A_CALL_COSTS, MISSED_AGO, LATE_AGO = 1150, (11, 12), 9
"""Kronor per call-out; and in which months ago rounds were missed, and responses late."""


@dataclass(frozen=True)
class Habits:
    """What a site is like: rounds and alarms a month, and minutes to a response."""

    service: ServiceKind
    rounds: int
    quiet: bool
    noisy: bool
    slow: bool
    missed: bool
    minutes: int


def plan(town: Town) -> None:
    """Puts all of it on the agenda."""
    for ago in range(MONTHS, 0, -1):
        first = town.month(ago)
        came = max(moment(months_before(first, -1) + 7 * DAY, 10), town.ago(395 - (MONTHS - ago), 12))
        town.agenda.put(came, _month, town, first, ago)
    for said in data.guarding()["deviations"]:
        town.agenda.put(town.ago(said["ago"], 16), _deviation, town, said)
    for ago, said in data.guarding()["spot_checks"]:
        town.agenda.put(town.ago(ago, 14), _spot_check, town, said)
    town.agenda.put(town.ago(30, 11), _measure_some, town)


def _month(town: Town, first: dt.date, ago: int, at: dt.datetime) -> None:
    """One delivery of each contract."""
    dice = random.Random(f"Ekdala {first}")  # noqa: S311  dice, no secrets
    for contract in Contract.select().order_by(Contract.id):
        rows = []
        for place, site in enumerate(_sites(contract)):
            rows += _figures(dice, site, _habits(place, site), first, ago)
        figures.receive(town.actor(WHO), contract, rows, at, origin=Origin.FILE)


def _sites(contract: Contract) -> list[GuardedSite]:
    rows = GuardedSite.select(GuardedSite, Premises).join(Premises, JOIN.LEFT_OUTER)
    return list(rows.where(GuardedSite.contract == contract).order_by(GuardedSite.id))


def _habits(place: int, site: GuardedSite) -> Habits:
    kind = site.premises.kind if site.premises else None
    rounds = {PremisesKind.SCHOOL: 60, PremisesKind.OFFICE: 60, PremisesKind.CARE: 0}.get(kind, 30)
    walked = ServiceKind.INNER_ROUND if kind is PremisesKind.SCHOOL else ServiceKind.OUTER_ROUND
    host = site.yearly_cost > 300_000
    return Habits(
        ServiceKind.HOST if host else walked,
        site.yearly_cost // 4_800 if host else rounds,
        quiet=place % 15 in (1, 4, 11),
        noisy=place % 10 == 3,
        slow=place % 20 == 13,
        missed=place % 6 == 0,
        minutes=(20, 30, 45)[place % 3],
    )  # fmt: skip


def _figures(
    dice: random.Random, site: GuardedSite, habits: Habits, month: dt.date, ago: int
) -> Iterator[MonthlyFigure]:
    """Fewer rounds in July; more alarms in the dark months and while schools are closed."""
    alarms, false = _alarms(dice, habits, month)
    paid, calls = site.yearly_cost // 12, alarms * A_CALL_COSTS
    if habits.rounds:
        ordered = habits.rounds // 2 if month.month == 7 else habits.rounds
        missed = ordered * 3 // 10 if habits.missed and ago in MISSED_AGO else int(dice.random() < 0.15)
        yield MonthlyFigure(
            site=site.id, service=habits.service, month=month, ordered=ordered, delivered=ordered - missed,
            missed=missed, invoiced=paid * ordered // habits.rounds,
        )  # fmt: skip
        paid = 0
    if habits.service is not ServiceKind.HOST:
        yield MonthlyFigure(
            site=site.id, service=ServiceKind.CALL_OUT, month=month, delivered=alarms, alarms=alarms, unjustified=false,
            responses=spread_of(_responses(dice, habits, alarms, ago)) or None, invoiced=paid + calls,
        )  # fmt: skip


def _alarms(dice: random.Random, habits: Habits, month: dt.date) -> tuple[int, int]:
    if habits.quiet:
        return 0, 0
    if habits.noisy:
        alarms = dice.randint(2, 4)
        return alarms, alarms - (dice.random() < 0.3)
    likely = 0.35 if month.month in DARK or month.month in HOLIDAYS else 0.15
    alarms = sum(dice.random() < likely for _ in range(2))
    return alarms, sum(dice.random() < 0.4 for _ in range(alarms))


def _responses(dice: random.Random, habits: Habits, alarms: int, ago: int) -> list[int]:
    more = habits.minutes if habits.slow or ago == LATE_AGO else 0
    return [min(habits.minutes, max(4, round(dice.gauss(habits.minutes * 0.65, 4)))) + more // 2 for _ in range(alarms)]


def _deviation(town: Town, said: dict[str, Any], at: dt.datetime) -> None:
    """Noted the day after; the answer is written in when it comes."""
    contract = Contract.select().order_by(Contract.id).first()
    sites, day = _sites(contract), day_of(at) - DAY
    site = sites[said["place"] % len(sites)]
    values = {"site": site.id, "happened_on": day, "kind": DeviationKind(said["kind"]), "what": said["what"]}
    values |= {"severity": Severity(said["severity"]), "told_on": day + DAY}
    made = records.add(town.actor(WHO), Deviation, values, at)
    if said.get("answer"):
        town.agenda.put(at + said["days"] * DAY, _answered, town, made.id, said)


def _answered(town: Town, deviation: int, said: dict[str, Any], at: dt.datetime) -> None:
    row = Deviation.get_by_id(deviation)
    values = {"answer": said["answer"], "answered_on": day_of(at), "credit": said.get("credit")}
    records.change(town.actor(WHO), row, values, row.version, at)


def _spot_check(town: Town, said: dict[str, Any], at: dt.datetime) -> None:
    contract = Contract.select().order_by(Contract.id).first()
    values = {"contract": contract.id, "checked_on": day_of(at), **said}
    records.add(town.actor(WHO), SpotCheck, values, at)


def _measure_some(town: Town, at: dt.datetime) -> None:
    """Every other site with many unjustified alarms has its measure; the others are for the visitor to find."""
    contract = Contract.select().order_by(Contract.id).first()
    noisy = [site for place, site in enumerate(_sites(contract)) if place % 10 == 3]
    for site in noisy[::2]:
        said = {"title": f"Se över bevakningen: {site.name}", "unit": site.unit_id, "due_on": day_of(at) + 60 * DAY}
        records.add_from(town.actor(WHO), Measure, site, said, at)
