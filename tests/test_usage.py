"""Is guarding used well? Every figure recomputed by hand, every number the length of its list, every mask in place."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.work import counted
from models import RECORDS
from models.calendar import months_before
from models.common import Unit
from models.database import connection
from models.guarding import (
    Aim,
    Conclusion,
    Contract,
    GuardedSite,
    GuardingTarget,
    MonthlyFigure,
    ResponseClass,
    ServiceKind,
    aimed,
    spread_of,
)
from models.measures import Measure
from models.words import Role
from tests import makers
from tests.browse import browse
from tests.makers import AT, DAY, OFFICE, TODAY, acting
from tracker.acts import figures, guarding, installing, usage
from tracker.acts.usage import SUGGESTIONS, Figure, Times, Use
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.lists import Asked, listing

THIS = TODAY.replace(day=1)
NAMED = {suggestion.name: suggestion for suggestion in SUGGESTIONS}


@pytest.fixture
def installed(database: Any) -> bytes:
    """The public key of what the ledger says."""
    key = makers.use_key()
    begin()
    return key


def begin() -> None:
    guarding.install(OFFICE, AT)
    installing.targets(OFFICE, AT)


def months(number: int) -> list[dt.date]:
    """The last whole months, the oldest first."""
    return [months_before(THIS, ago) for ago in range(number, 0, -1)]


def aim(what: Aim, amount: int) -> None:
    row = GuardingTarget.get(GuardingTarget.aim == what)
    records.change(OFFICE, row, {"amount": amount}, row.version, AT)


def use(who: Any = OFFICE, period: str = "12", contract: Contract | None = None) -> Use:
    offered = usage.periods(TODAY, contract)
    return Use(who, next(each for each in offered if each.name == period), AT, contract)


# Figures by themselves


@given(counts=st.dictionaries(st.integers(0, 90), st.integers(1, 9), min_size=1), per_cent=st.integers(1, 100))
def test_a_percentile_is_the_least_that_so_many_are_within(counts: dict[int, int], per_cent: int) -> None:
    every = sorted(Counter(counts).elements())
    assert Times(None, Counter(counts)).percentile(per_cent) == every[ceil(len(every) * per_cent / 100) - 1]


def test_of_nothing_there_is_no_percentile() -> None:
    assert Times(None, Counter()).percentile(50) is None and Figure(0, 0).rounded() is None


@given(
    top=st.integers(0, 5000), n=st.integers(0, 5000), target=st.integers(1, 100), better=st.booleans(),
    smallest=st.integers(1, 50),
)  # fmt: skip
def test_what_rests_on_too_little_is_never_judged(top: int, n: int, target: int, better: bool, smallest: int) -> None:
    made = Figure(top, n, 100, target, better, smallest)
    assert (made.holds is None) == (n < smallest) == made.too_few
    if made.holds is not None:
        shown = made.rounded()
        assert shown is not None
        assert made.holds == (shown >= target if better else shown <= target), "what is shown agrees with its verdict"


def test_a_share_just_below_its_target_is_not_shown_as_it() -> None:
    assert Figure(9799, 10_000, 100, 98).rounded() == Decimal("97.9")
    assert Figure(401, 1200, 12, 4, at_least=False).rounded() == Decimal("4.1")


# Against an oracle


@dataclass
class Known:
    """What was sent in, one dict for each figure that holds."""

    sites: list[GuardedSite]
    rows: list[dict[str, Any]] = field(default_factory=list)

    def year(self) -> Iterator[dict[str, Any]]:
        return (row for row in self.rows if months_before(THIS, 12) <= row["month"] < THIS)

    def total(self, name: str) -> int:
        return sum(row[name] or 0 for row in self.year())


def some(seed: int) -> Known:
    """Random figures of two contracts; some told twice, of which the newer holds, and some taken back."""
    dice = random.Random(seed)  # noqa: S311  dice, no secrets
    classes = [*ResponseClass.select(), None]
    contracts = (makers.contract(), makers.contract())
    known = Known([makers.site(each, response=dice.choice(classes)) for each in contracts for _ in range(4)])
    for whole in {site.contract_id for site in known.sites}:
        mine = [site for site in known.sites if site.contract_id == whole]
        sent = [_figure(dice, site, month) for site in mine for month in months(14) if dice.random() < 0.9]
        _send(whole, sent)
        again = {
            (row["site"], row["service"], row["month"]): _changed(dice, row) for row in sent if dice.random() < 0.2
        }
        _send(whole, list(again.values()))
        taken = _send(whole, [_changed(dice, row) for row in sent[:5]])
        makers.moved(taken, "withdraw", OFFICE)
        known.rows += [again.get((row["site"], row["service"], row["month"]), row) for row in sent]
    return known


def _figure(dice: random.Random, site: GuardedSite, month: dt.date) -> dict[str, Any]:
    service = dice.choice([ServiceKind.OUTER_ROUND, ServiceKind.CALL_OUT, ServiceKind.HOST])
    ordered = dice.choice([None, dice.randint(0, 60)])
    delivered = None if dice.random() < 0.1 else max(0, (ordered or 9) + dice.randint(-5, 3))
    alarms = dice.choice([None, dice.randint(0, 9)])
    times = [dice.randint(3, 60) for _ in range(alarms or 0)]
    return dict(
        site=site.id, service=service, month=month, ordered=ordered, delivered=delivered, missed=None, alarms=alarms,
        unjustified=None if alarms is None else dice.randint(0, alarms), responses=spread_of(times) or None,
        invoiced=dice.choice([None, dice.randint(0, 40_000)]), times=times,
    )  # fmt: skip


def _changed(dice: random.Random, row: dict[str, Any]) -> dict[str, Any]:
    other = _figure(dice, GuardedSite(id=row["site"]), row["month"])
    return other | {"service": row["service"]}


def _send(contract: int, rows: list[dict[str, Any]]) -> Any:
    made = [MonthlyFigure(**{name: value for name, value in row.items() if name != "times"}) for row in rows]
    return figures.receive(OFFICE, Contract.get_by_id(contract), made, AT)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_is_what_is_counted_by_hand(installed: bytes, seed: int) -> None:
    known, asked = some(seed), use()
    told = [row for row in known.year() if row["delivered"] is not None]
    ordered = sum(row["ordered"] or 0 for row in told)
    kept = sum(min(row["delivered"], row["ordered"]) for row in told if row["ordered"] is not None)
    assert (asked.delivered().top, asked.delivered().n) == (kept, ordered)
    watched = {(row["site"], row["month"]) for row in known.year() if row["alarms"] is not None}
    assert (asked.unjustified().top, asked.unjustified().n) == (known.total("unjustified"), len(watched))
    paid = {row["site"] for row in known.year() if row["invoiced"] is not None}
    assert (asked.cost_per_site().top, asked.cost_per_site().n) == (known.total("invoiced"), len(paid))
    rounds = [row for row in told if row["service"] is ServiceKind.OUTER_ROUND and row["invoiced"] is not None]
    assert (asked.cost_per(*usage.ROUNDS).top, asked.cost_per(*usage.ROUNDS).n) == (
        sum(row["invoiced"] for row in rounds), sum(row["delivered"] for row in rounds),
    )  # fmt: skip
    by_month = {row.month: (row.kept, row.justified, row.unjustified, row.cost) for row in asked.months}
    for month in months(12):
        rows = [row for row in known.year() if row["month"] == month]
        alarms, false = (sum(row[name] or 0 for row in rows) for name in ("alarms", "unjustified"))
        came = sum(min(r["delivered"], r["ordered"]) for r in rows if None not in (r["delivered"], r["ordered"]))
        assert by_month[month] == (came, alarms - false, false, sum(row["invoiced"] or 0 for row in rows))


@pytest.mark.parametrize("seed", [4, 5])
def test_response_times_are_exact_by_class_and_by_site(installed: bytes, seed: int) -> None:
    known, asked = some(seed), use()
    classed = {site.id: site.response.minutes if site.response_id else None for site in known.sites}
    every = sorted(minute for row in known.year() for minute in row["times"])
    assert asked.all_times().n == len(every)
    assert asked.all_times().percentile(90) == every[ceil(len(every) * 0.9) - 1]
    within = {
        site: [minute <= classed[site] for row in known.year() if row["site"] == site for minute in row["times"]]
        for site in classed
        if classed[site] is not None
    }
    assert (asked.in_time().top, asked.in_time().n) == (sum(map(sum, within.values())), sum(map(len, within.values())))
    for times, figure in asked.by_class():
        mine = [all_in for site, all_in in within.items() if classed[site] == times.minutes]
        assert (figure.top, figure.n) == (sum(map(sum, mine)), sum(map(len, mine)))
    for each in asked.dearest():
        mine = within.get(each.site.id, [])
        assert each.in_time == (sum(mine), len(mine))
    aim(Aim.SMALLEST, 5)
    late = {site for site, mine in within.items() if len(mine) >= 5 and sum(mine) * 100 < 95 * len(mine)}
    assert {site.id for site in asked.suggested(NAMED["slow"])} == late and late


def test_a_contract_shows_its_own_and_a_year_its_months(installed: bytes) -> None:
    known = some(6)
    contracts = {site.contract_id for site in known.sites}
    costs = [sum(m.cost for m in use(contract=Contract.get_by_id(each)).months) for each in contracts]
    assert sum(costs) == sum(month.cost for month in use().months) and all(costs)
    of_year = use(period=str(THIS.year)).months
    assert {row.month.year for row in of_year} == {THIS.year} and max(row.month for row in of_year) < THIS
    assert {row.month for row in use(period="alla").months} == {row["month"] for row in known.rows}


def test_figures_that_tell_of_different_things_come_in_whole(installed: bytes) -> None:
    """What the first row of a delivery leaves empty is kept of the others."""
    site = makers.site()
    rows = [MonthlyFigure(site=site.id, service=ServiceKind.OUTER_ROUND, month=months(1)[0], ordered=9, delivered=9)]
    rows += [MonthlyFigure(site=site.id, service=ServiceKind.CALL_OUT, month=months(1)[0], alarms=2, responses="7:2")]
    figures.receive(OFFICE, site.contract, rows, AT)
    assert [(row.ordered, row.alarms, row.responses) for row in MonthlyFigure.select().order_by(MonthlyFigure.id)] == [
        (9, None, None), (None, 2, "7:2"),
    ]  # fmt: skip
    assert ledger.verify(RECORDS, [installed]).whole


# What it suggests


def told(site: GuardedSite, number: int, **values: Any) -> None:
    given = dict(ordered=10, delivered=10, missed=0, alarms=0, unjustified=0, responses=None) | values
    for month in months(number):
        makers.figures(site, month, **given)


def suggested(name: str) -> set[int]:
    return {site.id for site in use().suggested(NAMED[name])}


def test_whose_alarms_nobody_told_of_is_not_quiet(installed: bytes) -> None:
    site = makers.site()
    for month in months(18):
        makers.figures(site, month, alarms=None, unjustified=None, responses=None)
    assert suggested("quiet") == set()


def test_who_tells_only_what_was_missed_has_told_what_came(installed: bytes) -> None:
    makers.figures(makers.site(), ordered=100, delivered=None, missed=10)
    assert (use().delivered().top, use().delivered().n) == (90, 100)


def test_quiet_is_what_every_month_tells_of_and_nothing_happened_in(installed: bytes) -> None:
    aim(Aim.QUIET, 3)
    whole = makers.contract()
    quiet, short, loud, broken, eventful = (makers.site(whole) for _ in range(5))
    for site in (quiet, loud, broken, eventful):
        told(site, 3)
    told(short, 2)
    makers.figures(loud, months(3)[0], service=ServiceKind.CALL_OUT, alarms=1, unjustified=1)
    makers.deviation(broken)
    makers.assessment(eventful, TODAY - 20 * DAY, incidents=1)
    makers.assessment(quiet, TODAY - 20 * DAY, incidents=0)
    assert suggested("quiet") == {quiet.id}
    makers.moved(whole, "terminate", OFFICE, terminated_on=TODAY, ends_on=TODAY)
    makers.moved(Contract.get_by_id(whole.id), "conclude", OFFICE)
    assert suggested("quiet") == set()


def test_noisy_is_above_the_target_until_there_is_a_measure(installed: bytes) -> None:
    loud, at_target = makers.site(), makers.site()
    makers.figures(loud, alarms=9, unjustified=5)
    makers.figures(at_target, alarms=9, unjustified=4)
    assert suggested("noisy") == {loud.id} and GuardedSite.number("noisy", TODAY) == 1
    row = records.add_from(OFFICE, Measure, loud, {"title": "x", "unit": loud.unit_id, "due_on": TODAY}, AT)
    assert suggested("noisy") == set()
    makers.moved(row, "reject", OFFICE, rejected_because="Behövs inte.")
    assert suggested("noisy") == {loud.id}


def test_needless_is_what_the_newest_assessment_says(installed: bytes) -> None:
    ended, kept = makers.site(), makers.site()
    for site, first, then in ((ended, Conclusion.KEEP, Conclusion.END), (kept, Conclusion.CHANGE, Conclusion.KEEP)):
        makers.assessment(site, TODAY - 90 * DAY, conclusion=first)
        makers.assessment(site, TODAY - 9 * DAY, conclusion=then)
    assert suggested("needless") == {ended.id}


def test_undelivered_needs_enough_to_be_judged(installed: bytes) -> None:
    poor, few, good = (makers.site() for _ in range(3))
    makers.figures(poor, ordered=100, delivered=97)
    makers.figures(poor, months(2)[0], ordered=100, delivered=200)
    makers.figures(few, ordered=19, delivered=0)
    makers.figures(good, ordered=100, delivered=98)
    assert suggested("undelivered") == set()
    aim(Aim.DELIVERED, 99)
    assert suggested("undelivered") == {poor.id, good.id}


def test_a_suggestion_counts_what_its_list_shows(installed: bytes) -> None:
    some(7)
    aim(Aim.SMALLEST, 3)
    aim(Aim.UNJUSTIFIED, 1)
    for suggestion in SUGGESTIONS:
        rows = list(use().suggested(suggestion))
        assert use().counted(suggestion) == (len(rows), sum(row.yearly_cost for row in rows))
        if not suggestion.secret:
            found = listing(OFFICE, GuardedSite, Asked(selection=suggestion.name), AT)
            assert {row.id for row in found.rows} == {row.id for row in rows} and found.count == len(rows)
    assert suggested("noisy") and suggested("undelivered")


# The pages


def whole(unit: Unit) -> GuardedSite:
    """A site with a fault of each kind, of a unit."""
    begin()
    slow = ResponseClass.get(ResponseClass.minutes == 20)
    site = makers.site(unit=unit, response=slow, name="Kanalparken")
    for month in months(18):
        makers.figures(site, month, ordered=20, delivered=15, alarms=3, unjustified=2, responses="31:3")
    makers.assessment(site, conclusion=Conclusion.END)
    return site


READERS = [(Role.SECURITY, True), (Role.CHIEF, True), (Role.HEAD, True), (Role.BOARD, False), (Role.AUDITOR, False)]


@pytest.mark.parametrize(("role", "reads"), READERS)
def test_what_tells_of_a_sites_weakness_is_masked_outside_owners_and_head(app: Flask, role: Role, reads: bool) -> None:
    with connection():
        unit = makers.unit()
        whole(unit)
        browser = browse(app, acting(role, heads=unit))
    page = browser.get("/bevakning/nyttjande")
    assert ("maskerad, OSL 18:8" in page.text) != reads
    assert ("0 av 36" in page.text) == reads
    assert ("forslag=slow" in " ".join(page.links)) == reads == ("forslag=needless" in " ".join(page.links))
    only = browser.get("/bevakning/nyttjande?forslag=needless")
    number = "1" if reads else "färre än 5"
    assert ("Kanalparken" in only.text) == reads and f"{number} Ska ändras eller avslutas" in only.text
    assert ("kronor per år tillsammans" in only.text) == reads, "the sum would tell which site it is"
    assert ("Inställelsetid per insatsklass" in page.text) == reads, "and the classes' times which class it has"


def test_a_head_sees_the_figures_of_own_sites_and_no_others(app: Flask) -> None:
    with connection():
        mine, other = makers.unit(), makers.unit()
        whole(mine)
        makers.figures(makers.site(unit=other, name="Stationstorget"), ordered=900, delivered=900)
        head, none = (browse(app, acting(Role.HEAD, heads=unit)) for unit in (mine, makers.unit()))
    page = head.get("/bevakning/nyttjande")
    assert "Kanalparken" in page.text and "Stationstorget" not in page.text and "n = 240 beställda" in page.text
    assert "n = 0 beställda uppdrag" in none.get("/bevakning/nyttjande").text


def test_small_numbers_are_told_as_too_few(app: Flask) -> None:
    with connection():
        begin()
        makers.figures(makers.site(), ordered=19, delivered=19)
        browser = browse(app, acting(Role.SECURITY))
    html = browser.client.get("/bevakning/nyttjande").text
    assert "n = 19 beställda uppdrag" in browser.get("/bevakning/nyttjande").text
    assert "för få för att bedöma" in html and 'class="tile tone-ok"' not in html.split("suggestions")[0]


def test_one_click_makes_one_measure_and_a_second_finds_it(app: Flask) -> None:
    with connection():
        site = whole(makers.unit())
        who = acting(Role.SECURITY)
        browser = browse(app, who)
    for _ in range(2):
        browser.post("/bevakning/nyttjande/atgard", {"site": site.uid.hex})
    with connection():
        (row,) = Measure.select()
        assert (row.title, row.unit_id, row.source_uid) == ("Se över bevakningen: Kanalparken", site.unit_id, site.uid)
        assert row.due_on == TODAY + aimed(Aim.MEASURE) * DAY
    assert browser.went_to.endswith(row.uid.hex)
    assert "Åtgärd finns" in browser.get("/bevakning/nyttjande").text


@pytest.mark.parametrize("role", [Role.BOARD, Role.AUDITOR, Role.WARDEN])
def test_who_may_not_propose_measures_gets_no_button_and_makes_none(app: Flask, role: Role) -> None:
    with connection():
        site = whole(makers.unit())
        browser = browse(app, acting(role))
    if role is not Role.WARDEN:
        page = browser.get("/bevakning/nyttjande")
        assert not [form for form in page.forms if form["action"].endswith("atgard")]
    browser.post("/bevakning/nyttjande/atgard", {"site": site.uid.hex}, 403)


def test_a_measure_is_made_of_ones_own_sites_only(app: Flask) -> None:
    with connection():
        site = whole(makers.unit())
        head = browse(app, acting(Role.HEAD, heads=makers.unit()))
        office = browse(app, acting(Role.SECURITY))
    for browser, named in ((head, site.uid.hex), (office, "x"), (office, "")):
        browser.post("/bevakning/nyttjande/atgard", {"site": named}, 404)
    with connection():
        assert not Measure.select().exists()


@pytest.mark.parametrize("asked", ["period=12", "period=2025", "period=alla", "period=x", "forslag=x", "forslag=slow"])
def test_any_address_is_answered(app: Flask, asked: str) -> None:
    with connection():
        contract = whole(makers.unit()).contract
        browser = browse(app, acting(Role.SECURITY))
    for path in ("/bevakning/nyttjande", f"/bevakningsavtal/{contract.uid.hex}/nyttjande"):
        browser.get(f"{path}?{asked}")
    browser.get("/bevakningsavtal/x/nyttjande", 404)


def test_a_page_of_sixty_sites_asks_no_more_than_one_of_three(app: Flask) -> None:
    with connection():
        unit, whole_one = makers.unit(), whole(makers.unit()).contract
        readers = {role: browse(app, acting(role, heads=unit)) for role in (Role.SECURITY, Role.BOARD, Role.HEAD)}
        asked = {}
        for number in (3, 57):
            for _ in range(number):
                site = makers.site(whole_one, unit=unit, response=ResponseClass.get())
                makers.figures(site, alarms=9, unjustified=8, ordered=50, delivered=1, responses="44:30")
                makers.assessment(site, conclusion=Conclusion.END)
            for role, browser in readers.items():
                browser.get("/bevakning/nyttjande")
                with counted() as work:
                    browser.get("/bevakning/nyttjande")
                asked.setdefault(role, []).append(work.queries)
    print(asked)
    assert all(few == many <= 75 for few, many in asked.values())


def test_without_any_figures_the_page_says_so(app: Flask) -> None:
    with connection():
        browser = browse(app, acting(Role.SECURITY))
    assert "Inga siffror har kommit in" in browser.get("/bevakning/nyttjande").text
