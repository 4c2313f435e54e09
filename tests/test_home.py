"""The first screen: what needs this person today, late ones first, and nothing that is not theirs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from models.database import connection
from models.fire_safety import Function, Premises, Round, Severity
from models.people import Actor, Person
from models.words import Act, Register, Role
from tests import makers
from tests.makers import AT, DAY, OFFICE, TODAY, acting, premises
from tests.pages import Reader
from tracker import language
from tracker.acts import installing, rounds
from tracker.laws import policy
from tracker.pages import FollowUpPage, HomePage

SECRET = "Koden till larmet är utbytt mot fabrikens"


@dataclass
class Town:
    app: Flask
    actors: dict[Role, Actor] = field(default_factory=dict)
    places: dict[str, Premises] = field(default_factory=dict)

    def read(self, role: Role) -> Reader:
        return Reader(self.app, self.actors[role])

    def home(self, role: Role) -> Any:
        return self.read(role).get("/")


@pytest.fixture(scope="module")
def town(house: Flask) -> Town:
    """Björkskolan belongs to everybody here; Almskolan, as full of needs, to nobody."""
    town = Town(house)
    with connection():
        installing.install(OFFICE, AT - 300 * DAY)
        here, there = premises("Björkskolan"), premises("Almskolan")
        town.places = {"here": here, "there": there}
        for role in Role:
            town.actors[role] = acting(role, name=f"Alva {role.value}", on=here, heads=here.unit)
        caretaker = Person.get_by_id(town.actors[Role.CARETAKER].id)
        makers.responsible(here, caretaker, Function.CARETAKER)
        for place in (here, there):
            _needs(place, caretaker)
    return town


def _needs(place: Premises, caretaker: Person) -> None:
    """Rounds of August missed, of October late and of November due; to verify, to counter-sign, acute, mine."""
    plan = makers.plan(place, at=AT - 100 * DAY, grace_days=31)
    rounds.plan_ahead(OFFICE, AT)
    august, september, *_ = Round.select().where(Round.plan == plan).order_by(Round.due_on)
    assert (august.due_on.month, september.covers) == (8, "MK")
    makers.signed(september, at=dt.datetime.combine(september.due_on, AT.timetz()))
    doer = acting(Role.SECURITY)
    makers.moved(makers.deficiency(place, headline="Klar dörr"), "finish", doer, done_how="Bytte lås")
    acute = makers.deficiency(place, headline="Akut dörr", what=SECRET, severity=Severity.ACUTE, due_on=TODAY - DAY)
    makers.mark(acute, "what")
    for days in (9, -2):
        mine = makers.deficiency(place, headline=f"Dörr {days}", due_on=TODAY + days * DAY, responsible=caretaker.id)
        makers.mark(mine, "what")


def sv(text: str) -> str:
    return language.say(text, "sv")


def labels(page: HomePage) -> dict[str, str]:
    return {tile.label: tile.figure for tile in page.tiles}


def titles(page: HomePage) -> list[str]:
    return [section.title for section in page.sections]


def days(table: Any) -> list[str]:
    where = [column.name for column in table.columns].index("due_on")
    return [row.cells[where].iso for row in table.rows]


def test_a_warden_walks_the_latest_first(town: Town) -> None:
    page = town.home(Role.WARDEN)
    walk = page.sections[0]
    assert walk.title == sv("Rounds to walk")
    assert days(walk.table) == ["2026-08-31", "2026-10-31", "2026-11-30"], "late ones first"
    assert page.primary.href == f"{walk.table.rows[0].href}/ga"
    assert labels(page)[sv("Rounds to walk")] == "3"
    reader = town.read(Role.WARDEN)
    assert reader.get(page.primary.href).title == "Björkskolan"


def test_the_button_is_the_only_one(town: Town) -> None:
    reader = town.read(Role.WARDEN)
    reader.get("/")
    assert reader.browser.last is not None
    assert reader.browser.last.text.count("btn-primary") == 1


def test_a_caretaker_sees_what_is_theirs_to_mend(town: Town) -> None:
    """What they answer for, by its day: the row of a place that is not theirs is out of their reach."""
    page = town.home(Role.CARETAKER)
    assert titles(page) == [sv("Deficiencies that are mine to mend")] and page.primary is None
    assert [row.cells[0].text for row in page.sections[0].table.rows] == ["Dörr -2", "Dörr 9"]
    assert days(page.sections[0].table) == ["2026-11-21", "2026-12-02"]


def test_a_head_verifies_counter_signs_and_sees_what_went_wrong(town: Town) -> None:
    found = labels(town.home(Role.HEAD))
    assert found == {
        sv("Deficiencies to verify"): "1",
        sv("Rounds to counter-sign"): "1",
        sv("Acute deficiencies past their date"): "1",
        sv("Rounds that were missed"): "1",
    }


def test_a_coordinator_sees_the_whole_municipality(town: Town) -> None:
    found = labels(town.home(Role.SECURITY))
    assert (
        found[sv("Rounds to walk")] == "6"
        and found[sv("Deficiencies to verify")] == "2"
        and found[sv("Rounds that were missed")] == "2"
    )


@pytest.mark.parametrize("role", [Role.BOARD, Role.SECRETARY, Role.AUDITOR])
def test_who_only_reads_is_led_to_the_follow_up(town: Town, role: Role) -> None:
    reader = town.read(role)
    reader.get("/", 302)
    assert reader.browser.went_to == "/uppfoljning"
    assert isinstance(reader.get("/uppfoljning"), FollowUpPage)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EMPLOYEE])
def test_who_has_no_daily_work_is_told_and_shown_nothing(town: Town, role: Role) -> None:
    page = town.home(role)
    assert (page.sections, page.tiles, page.points) == ((), (), ())
    assert page.primary.href == "/incidenter/rapportera"  # what anybody can do
    assert page.clear == sv("Your roles have no daily work in Värna. What you can open is in the menu.")


@pytest.mark.parametrize("role", list(Role))
def test_nobody_sees_a_secret_word_on_the_first_screen(town: Town, role: Role) -> None:
    reader = town.read(role)
    with_redirect = reader.browser.client.get("/", follow_redirects=True)
    assert with_redirect.status_code == 200 and SECRET not in with_redirect.text


@pytest.mark.parametrize("role", list(Role))
def test_every_figure_is_the_rows_that_it_opens(town: Town, role: Role) -> None:
    reader = town.read(role)
    page = reader.get("/", 302 if role in (Role.BOARD, Role.SECRETARY, Role.AUDITOR) else 200)
    for tile in page.tiles if page else ():
        assert reader.rows(tile.href) == int(tile.figure), (role, tile.label)


def test_points_of_the_programme_stand_beneath_for_who_may_see_them(town: Town) -> None:
    for role in Role:
        if not policy.who_may(Register.PROGRAMME, Act.SEE) & {role}:
            assert town.home(role).points == ()
    assert [point.code for point in town.home(Role.CHIEF).points] == [
        "4.1-U1", "4.3-U1", "4.3-U2", "4.3-U3", "4.3-U4", "4.3-X1", "4.3-X2", "4.3-X3",
    ]  # fmt: skip


def test_more_than_five_are_opened_as_a_list(app: Flask) -> None:
    with connection():
        places = [premises() for _ in range(7)]
        who = acting(Role.WARDEN)
        for place in places:
            makers.responsible(place, Person.get_by_id(who.id))
            makers.planned_round(place)
    reader = Reader(app, who)
    page = reader.get("/")
    assert len(page.sections[0].table.rows) == 5 and reader.rows(page.sections[0].more.href) == 7


def test_a_new_warden_has_nothing_to_do(app: Flask) -> None:
    with connection():
        who = acting(Role.WARDEN, on=premises())
    page = Reader(app, who).get("/")
    assert page.clear == sv("Nothing needs you today.") and not (page.tiles or page.primary or page.notices)


@pytest.mark.parametrize("role", [Role.WARDEN, Role.MANAGER, Role.CARETAKER])
def test_who_has_no_premises_is_told_whom_to_ask(app: Flask, role: Role) -> None:
    with connection():
        who = acting(role)
    reader = Reader(app, who)
    assert "Säkerhetssamordnare lägga till" in reader.get("/").notices[0]
    with connection():
        acting(Role.SECURITY, name="Sara Lind")
        acting(Role.MANAGER, name="Ingen Här")
    page = reader.get("/")
    assert page.notices == (
        "Du har ännu inga lokaler, så här finns inget att visa. Be Sara Lind lägga till de lokaler du ansvarar för.",
    )
    assert not page.clear
    with connection():
        makers.responsible(premises(), Person.get_by_id(who.id))
    assert reader.get("/").notices == ()


def test_what_was_sent_back_says_why_until_it_is_done_again(app: Flask) -> None:
    """On the mender's first page, and on top of the deficiency's and the measure's own page."""
    with connection():
        where, owner = premises(), acting(Role.SECURITY)
        who = acting(Role.CARETAKER, on=where)
        rows = {
            "brister": makers.deficiency(where, responsible=who.id),
            "atgarder": makers.measure(where.unit, responsible=who.id),
        }
        for row in rows.values():
            makers.moved(row, "finish", who, done_how="Klart")
            makers.moved(row, "return", owner, returned_because="Låset kärvar än")
    reader = Reader(app, who)
    sections = {section.title: section.table.rows for section in reader.get("/").sections}
    for slug, title in (("brister", "Deficiencies sent back to me"), ("atgarder", "Measures sent back to me")):
        (shown,) = sections[sv(title)]
        assert "Låset kärvar än" in [cell.text for cell in shown.cells]
        assert reader.get(shown.href).notices == ("Skickad tillbaka: Låset kärvar än",)
        assert reader.rows(f"/{slug}?urval=returned") == 1
    with connection():
        for row in rows.values():
            makers.moved(row, "finish", who, done_how="Bytt")
    assert not {sv("Deficiencies sent back to me"), sv("Measures sent back to me")} & set(titles(reader.get("/")))
    assert reader.get(shown.href).notices == ()
    with connection():
        for row in rows.values():
            makers.moved(row, "verify", owner)
            makers.moved(makers.moved(row, "reopen", owner), "start", owner)
    assert reader.get(shown.href).notices == (), "opened again for another reason"


def test_ones_own_reports_are_a_list(app: Flask) -> None:
    """Those from a round that one walked, and those written by hand; not others'."""
    with connection():
        where = premises()
        who, other = (acting(Role.WARDEN, on=where) for _ in range(2))
        makers.signed(makers.planned_round(where), who, deficient=[1, 2])
        makers.deficiency(where, by=who)
        makers.deficiency(where, by=other)
    assert Reader(app, who).rows("/brister?urval=reported") == 3
    assert Reader(app, other).rows("/brister?urval=reported") == 1


@pytest.mark.parametrize("slug", ["brister", "atgarder"])
def test_a_day_that_has_passed_is_taken_with_a_gentle_word(app: Flask, slug: str) -> None:
    with connection():
        where, owner = premises(), acting(Role.SECURITY)
        row = makers.deficiency(where) if slug == "brister" else makers.measure(where.unit)
    reader, path = Reader(app, owner), f"/{slug}/{row.uid.hex}/andra"
    told = []
    for day in (TODAY - DAY, TODAY - DAY, TODAY, TODAY + DAY):
        form = reader.get(path).form
        values = {one.name: one.value for one in form.fields} | dict(form.hidden) | {"due_on": day.isoformat()}
        reader.browser.post(path, values)
        told.append("har redan passerat" in reader.browser.get(reader.browser.went_to).text)
    assert told == [True, False, False, False]


def test_who_sees_all_but_walks_some_is_shown_theirs(app: Flask) -> None:
    """An information-security coordinator who is a warden too: the button leads to a round that they may walk."""
    with connection():
        far, near = premises("Långt bort"), premises("Nära")
        makers.planned_round(far, at=AT - 60 * DAY)
        makers.planned_round(near)
        who = acting(Role.INFOSEC, Role.WARDEN, on=near)
    reader = Reader(app, who)
    page = reader.get("/")
    assert labels(page)[sv("Rounds to walk")] == "1"
    assert page.tiles[0].href == "", "the list would show others' rounds as well"
    assert reader.get(page.primary.href).title == "Nära"


@pytest.mark.parametrize(("slug", "role"), [("lokaler", Role.WARDEN), ("lokaler", Role.HEAD), ("atgarder", Role.HEAD)])
def test_a_filter_of_units_lists_those_of_ones_own_rows(app: Flask, slug: str, role: Role) -> None:
    """A head's own unit and what lies beneath, where it has rows; a coordinator's filter lists all that stand."""
    with connection():
        whole = makers.unit("Skolområde", makers.unit("Nämnden"))
        school = makers.unit("Björkskolan", whole)
        place, far = premises(unit=school), premises(unit=makers.unit("Långt bort"))
        makers.measure(school), makers.measure(far.unit)
        who, owner = acting(role, on=place, heads=whole), acting(Role.SECURITY)

    def units(reader: Reader) -> list[str]:
        (found,) = [one for one in reader.get(f"/{slug}?urval=alla").filters if one.name == "unit"]
        return [option.label for option in found.options]

    assert units(Reader(app, who)) == ["Alla", "Björkskolan"]
    assert {"Björkskolan", "Långt bort", "Nämnden"} <= set(units(Reader(app, owner)))
