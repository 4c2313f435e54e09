"""The anchoring index: what a version, a day and a head do to it, what its page shows, and the link that is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.work import counted, quiet
from models.calendar import month_end
from models.common import Unit, UnitKind
from models.database import connection
from models.happenings import Verb
from models.integrity import Anchoring, Guideline, JavSample, SideJobRound, SignOff, Standing
from models.people import Actor
from models.words import Role
from tests import makers
from tests.browse import browse
from tests.makers import AT, DAY, KEEPER, OFFICE, TODAY
from tests.pages import Reader
from tracker.acts import anchoring, installing, landing
from tracker.laws import ledger
from tracker.pages import MatrixPage, Shown
from tracker.spine import records
from tracker.spine.errors import Refused

FEW_AND_SURE = settings(
    max_examples=20, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def house(app: Flask) -> Iterator[Flask]:
    with connection():
        installing.install(OFFICE, AT)
        yield app


def place(name: str = "", kind: UnitKind = UnitKind.ADMINISTRATION) -> tuple[Anchoring, Actor]:
    """A förvaltning with its anchoring and its head."""
    unit = makers.unit(name, makers.unit(), kind=kind)
    return makers.anchored_in(unit), head_of(unit)


def head_of(unit: Unit, name: str = "") -> Actor:
    return makers.actor(makers.person(name, Role.HEAD, heads=unit, at=AT - 1500 * DAY))


def landed(row: Anchoring, today: dt.date = TODAY) -> landing.Landed:
    (found,) = landing.places([row], today)
    return found


# What a version and a day do to it


done = st.sets(st.sampled_from(["activity", "coverage", "signed"]))


@FEW_AND_SURE
@given(units=st.lists(done, min_size=1, max_size=4), ahead=st.integers(1, 40))
def test_a_new_version_lapses_every_unit_that_has_done_something(
    house: Flask, units: list[set[str]], ahead: int
) -> None:
    """Whatever each has done and however well: from its first day nothing of it counts, and it says why."""
    today = max([TODAY, *(day for (day,) in _firsts())])
    at = dt.datetime.combine(today + ahead * DAY, AT.timetz())
    version = makers.adopted_guideline(at.date(), at=at)
    rows = []
    for what in units:
        row, head = place()
        if "activity" in what:
            makers.activity(row, version, at.date(), at=at)
        if "coverage" in what:
            makers.coverage(row, 100, on=at.date(), at=at)
        if "signed" in what:
            makers.signed_off(row, head, at=at)
        rows.append((row, bool(what & {"activity", "signed"})))
    begins = at.date() + 30 * DAY
    makers.adopted_guideline(at.date() + DAY, valid_from=begins, at=at + DAY)
    for row, began in rows:
        if began:
            assert landed(row, begins - DAY).standing in (Standing.ONGOING, Standing.ANCHORED)
            assert landed(row, begins).standing is Standing.SUPERSEDED
        assert landed(row, begins).index == 0


def _firsts() -> list[tuple[dt.date]]:
    return list(Guideline.select(Guideline.valid_from).where(Guideline.valid_from.is_null(False)).tuples())


LEAP = [dt.date(2024, 2, 28), dt.date(2024, 2, 29), dt.date(2024, 3, 1), dt.date(2023, 2, 28), dt.date(2026, 2, 28)]


@FEW_AND_SURE
@given(signed=st.sampled_from(LEAP) | st.dates(dt.date(2023, 1, 1), TODAY))
def test_it_lasts_to_the_same_day_two_years_later_and_says_that_it_was_too_long_ago(
    house: Flask, signed: dt.date
) -> None:
    """To the same day; from February's last day to February's last day."""
    if not _firsts():
        makers.adopted_guideline(TODAY - 2000 * DAY)
    row, head = place()
    at = dt.datetime.combine(signed, AT.timetz())
    makers.signed_off(row, head, at=at)
    makers.coverage(row, 100, on=signed, at=at)
    later = signed.year + 2
    ends_february = signed.month == 2 and signed == month_end(signed)
    last = month_end(dt.date(later, 2, 1)) if ends_february else signed.replace(year=later)
    assert (landed(row, last).standing, landed(row, last).index) == (Standing.ANCHORED, 100)
    assert (landed(row, last + DAY).standing, landed(row, last + DAY).index) == (Standing.AGED, 0)


# Who signs


def test_the_head_above_signs_only_where_the_unit_has_none(house: Flask) -> None:
    makers.adopted_guideline(TODAY - 10 * DAY)
    whole = makers.unit()
    above = head_of(whole)
    led, vacant = (makers.unit("", whole, kind=UnitKind.ADMINISTRATION) for _ in range(2))
    own_head = head_of(led)
    rows = {unit.id: makers.anchored_in(unit) for unit in (led, vacant)}
    with pytest.raises(Refused):
        anchoring.signing(above, rows[led.id].uid.hex, AT)
    page = browse(house, above).get(f"/forankringar/{rows[led.id].uid.hex}").text
    assert "Läst och diskuterat" not in page
    makers.signed_off(rows[vacant.id], above)
    makers.signed_off(rows[led.id], own_head)
    assert {row.signed_by_id for row in SignOff.select()} == {above.id, own_head.id}


def test_a_head_who_may_no_longer_sign_in_leaves_it_to_the_head_above(house: Flask) -> None:
    makers.adopted_guideline(TODAY - 10 * DAY)
    whole = makers.unit()
    above, unit = head_of(whole), makers.unit("", whole, kind=UnitKind.ADMINISTRATION)
    row, person = makers.anchored_in(unit), makers.person("", Role.HEAD, heads=unit, at=AT - 100 * DAY)
    assert not Anchoring.select().where(Anchoring.asked_of(above.id, TODAY)).exists()
    person.active = False
    with ledger.act(OFFICE, Verb.DEACTIVATED, person, at=AT) as act:
        act.save(person)
    assert Anchoring.select().where(Anchoring.asked_of(above.id, TODAY)).get() == row


def test_what_waits_stands_first_with_its_one_button(house: Flask) -> None:
    makers.adopted_guideline(TODAY - 10 * DAY)
    row, head = place("Socialförvaltningen")
    home = Reader(house, head).get("/")
    assert home.primary.href == f"/forankringar/{row.uid.hex}/kvittera" and "Socialförvaltningen" in home.primary.label
    assert home.tiles[0].figure == "1" and home.sections[0].table.rows[0].href == f"/forankringar/{row.uid.hex}"
    makers.signed_off(row, head)
    home = Reader(house, head).get("/")
    assert home.primary is None and not home.sections


def test_nothing_waits_while_no_version_is_in_force(house: Flask) -> None:
    _, head = place()
    assert not Reader(house, head).get("/").sections
    assert Anchoring.number("awaited", TODAY) == 0


def test_the_link_leads_through_the_sign_in_to_the_page(house: Flask) -> None:
    makers.adopted_guideline(TODAY - 10 * DAY)
    row, _ = place()
    path = f"/forankringar/{row.uid.hex}/kvittera"
    answer = house.test_client().get(path)
    assert answer.status_code == 302 and f"next={path}" in answer.location.replace("%2F", "/")


def test_the_officer_has_a_link_to_send_until_it_is_signed(house: Flask) -> None:
    makers.adopted_guideline(TODAY - 10 * DAY)
    row, head = place("Socialförvaltningen")
    names = anchoring.heads([row], TODAY)
    officer, board = (Reader(house, makers.acting(role)) for role in (Role.INTEGRITY, Role.BOARD))
    for path in ("/forankring", f"/forankringar/{row.uid.hex}"):
        (sent,) = officer.get(path).copied
        assert sent.text == f"http://localhost/forankringar/{row.uid.hex}/kvittera"
        assert names[row.unit_id][0] in sent.lead
        assert not board.get(path).copied
    makers.signed_off(row, head)
    for path in ("/forankring", f"/forankringar/{row.uid.hex}"):
        assert not officer.get(path).copied


# Its page


def cell(page: MatrixPage, unit: str, column: str) -> Shown:
    rows = [row for group in page.groups for row in group.rows if row.cells[0].text == unit]
    return rows[0].cells[[one.name for one in page.columns].index(column)]


def test_units_stand_in_their_groups_and_each_cell_leads_to_its_rows(house: Flask) -> None:
    version = makers.adopted_guideline(TODAY - 100 * DAY)
    (here, head), _ = place("Teknik"), place("Bolaget", UnitKind.COMPANY)
    signed, counted_ = makers.signed_off(here, head), makers.coverage(here, 70)
    makers.activity(here, version)
    for tested in (TODAY, TODAY.replace(month=1, day=1), TODAY.replace(year=TODAY.year - 1), None):
        makers.risk_process(here.unit, tested_on=tested, year=TODAY.year)
    makers.risk_process(here.unit, tested_on=TODAY, year=TODAY.year - 1)
    asked = dict(unit=here.unit_id, year=TODAY.year, asked=90, answered=81, assessed=9, prohibited=1)
    side_jobs = records.add(KEEPER, SideJobRound, asked, AT)
    last_year = dict(unit=here.unit_id, checked_on=TODAY.replace(year=TODAY.year - 1), decisions=9, noted=0, followed=0)
    records.add(KEEPER, JavSample, last_year, AT)
    reader = Reader(house, makers.acting(Role.BOARD))
    page = reader.get("/forankring")
    assert [group.title for group in page.groups] == ["Förvaltningar", "Kommunala bolag"]
    assert [row.cells[0].text for group in page.groups for row in group.rows] == ["Teknik", "Bolaget"]
    assert cell(page, "Teknik", "signed").href == f"/kvittenser/{signed.uid.hex}"
    assert cell(page, "Teknik", "trained").href == f"/utbildningstackning/{counted_.uid.hex}"
    assert cell(page, "Teknik", "trained").text == "70 %, mål 80 %"
    assert cell(page, "Teknik", "side_jobs").href == f"/bisyssleomgangar/{side_jobs.uid.hex}"
    assert cell(page, "Teknik", "sample").text == "saknas"
    for column, number in (("processes", 4), ("tested", 2)):
        shown = cell(page, "Teknik", column)
        assert int(shown.text) == reader.rows(shown.href) == number
    assert cell(page, "Teknik", "index").text == "93" and cell(page, "Bolaget", "index").text == "0"
    assert page.whole.cells[1].text == page.tiles[0].figure == "46"
    for shown in page.whole.cells:
        if shown.href:
            assert int(shown.text.split()[0]) == reader.rows(shown.href)
    for tile in page.tiles[1:]:
        assert int(tile.figure) == (reader.rows(tile.href) if tile.href else 0)
    assert not [link for link in _links(page) if reader.browser.client.get(link).status_code != 200]


def _links(page: MatrixPage) -> list[str]:
    return [shown.href for group in page.groups for row in group.rows for shown in row.cells if shown.href]


def test_what_is_too_old_is_shown_and_says_so(house: Flask) -> None:
    makers.adopted_guideline(TODAY - 1200 * DAY)
    row, head = place("Teknik")
    then = AT - 1000 * DAY
    makers.signed_off(row, head, at=then)
    makers.coverage(row, 100, on=then.date(), at=then)
    page = Reader(house, makers.acting(Role.AUDITOR)).get("/forankring")
    for column in ("signed", "trained"):
        shown = cell(page, "Teknik", column)
        assert shown.tone == "no" and shown.text.endswith("för gammal") and shown.href
    assert cell(page, "Teknik", "standing").text == "Inaktuell: för länge sedan"


def test_a_head_sees_their_own_units_and_can_open_all_of_it(house: Flask) -> None:
    makers.adopted_guideline(TODAY - 10 * DAY)
    (mine, head), _ = place("Teknik"), place("Kultur")
    makers.risk_process(mine.unit, tested_on=TODAY)
    makers.signed_off(mine, head)
    reader = Reader(house, head)
    page = reader.get("/forankring")
    assert [row.cells[0].text for group in page.groups for row in group.rows] == ["Teknik"]
    assert not [link for link in _links(page) if reader.browser.client.get(link).status_code != 200]
    assert reader.rows(cell(page, "Teknik", "tested").href) == 1


@pytest.mark.parametrize("role", [Role.INTEGRITY, Role.BOARD])
def test_it_asks_as_often_for_many_units_as_for_few(house: Flask, role: Role) -> None:
    makers.adopted_guideline(TODAY - 10 * DAY)
    asked = []
    browser = browse(house, makers.acting(role))
    browser.get("/forankring")
    for more in (2, 10):
        for _ in range(more):
            row, head = place()
            makers.risk_process(row.unit, tested_on=TODAY)
            makers.coverage(row, 50)
            makers.signed_off(row, head) if role is Role.BOARD else None
        with counted() as work, quiet():
            browser.get("/forankring")
        asked.append(work.queries)
    assert asked[0] == asked[1] <= 20
