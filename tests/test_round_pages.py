"""What a round's pages say: what it is, what is needed before it can be signed, and what came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from flask import Flask

from models.database import connection
from models.fire_safety import Deficiency, Function, Party, Premises, Round, Severity
from models.ledger import Entry
from models.people import Actor
from models.words import Role
from tests import makers
from tests.makers import AT, DAY, OFFICE, acting, planned_round, premises, signed
from tests.pages import Reader
from tracker.acts import installing, rounds
from tracker.pages import FormPage, WalkPage
from tracker.spine.reading import address


@pytest.fixture
def school(app: Flask) -> Premises:
    with connection():
        makers.checklist()
        installing.limits(OFFICE, AT)
        return premises("Björkskolan")


@pytest.fixture
def warden(school: Premises) -> Actor:
    with connection():
        return acting(Role.WARDEN, on=school)


@pytest.fixture
def reader(app: Flask, warden: Actor) -> Reader:
    return Reader(app, warden)


@pytest.fixture
def walk(school: Premises) -> Round:
    with connection():
        return planned_round(school)


def answers(reader: Reader, walk: Round, **first: str) -> dict[str, str]:
    """Every point OK, but the first as said; sent from the page that asks for them."""
    page = reader.get(f"/ronder/{walk.uid.hex}/ga")
    given = {f"answer-{point.id}": "ok" for point in page.points}
    number = page.points[0].id
    return given | {f"{name}-{number}": text for name, text in first.items()} | {"submission": uuid.uuid4().hex}


def send(reader: Reader, walk: Round, values: dict[str, str], status: int = 303) -> Any:
    return reader.browser.post(f"/ronder/{walk.uid.hex}/ga", values, status)


def flash(reader: Reader) -> str:
    """What the next page says first."""
    return reader.browser.get(reader.browser.went_to).text


def test_signing_tells_how_many_deficiencies_went_to_whom_and_by_when(
    reader: Reader, walk: Round, school: Premises
) -> None:
    with connection():
        makers.responsible(school, makers.person("Nils Ek"), Function.CARETAKER)
    values = answers(reader, walk, answer="deficient", what="Kärvar", party=Party.LANDLORD.value)
    second = sorted(name for name in values if name.startswith("answer-"))[1].removeprefix("answer-")
    send(reader, walk, values | {f"answer-{second}": "deficient", f"party-{second}": Party.TENANT.value})
    with connection():
        due = Deficiency.select().first().due_on
    day = f"{due.day} dec {due.year}" if due.month == 12 else f"{due.day} nov {due.year}"
    told = flash(reader)
    assert "Ronden är signerad. Tack! Antal brister: 2. De går vidare så här: " in told
    assert f"1 till Nils Ek, senast {day}" in told and f"1 som ingen ansvarar för än, senast {day}" in told


def test_signing_without_a_deficiency_says_so(reader: Reader, walk: Round) -> None:
    send(reader, walk, answers(reader, walk))
    assert "Ronden är signerad. Tack! Inga brister hittades." in flash(reader)


def test_the_temporary_measure_is_needed_once_the_severity_is_acute(reader: Reader, walk: Round) -> None:
    """Both in the sheet that comes back and without it: the point itself is only serious."""
    values = answers(reader, walk, answer="deficient", what="Kärvar")
    assert [one.required for one in temporary(reader.get(f"/ronder/{walk.uid.hex}/ga"))] == [False] * 3
    first = min(int(name.removeprefix("answer-")) for name in values if name.startswith("answer-"))
    page = reader.sent(f"/ronder/{walk.uid.hex}/ga", values | {f"severity-{first}": Severity.ACUTE.value}, 422)
    assert isinstance(page, WalkPage)
    fields = temporary(page)
    assert [one.required for one in fields] == [True, False, False]
    assert "är akut" in fields[0].problem and fields[0].needed_at == f"severity-{first}={Severity.ACUTE.value}"


def temporary(page: WalkPage) -> list[Any]:
    return [one for point in page.points for one in point.fields if one.name.startswith("temporary-")]


def test_a_deficiency_that_becomes_acute_needs_a_temporary_measure(app: Flask, school: Premises) -> None:
    with connection():
        row, owner = makers.deficiency(school, temporary_measure=None), acting(Role.SECURITY)
    reader = Reader(app, owner)
    form = reader.get(f"/brister/{row.uid.hex}/andra").form
    values = {one.name: one.value for one in form.fields} | {"severity": Severity.ACUTE.value, "version": "1"}
    page = reader.sent(f"/brister/{row.uid.hex}/andra", values, 422)
    beside = {one.name: one.problem for one in page.form.fields if one.problem}
    assert list(beside) == ["temporary_measure"] and "tillfällig åtgärd" in beside["temporary_measure"]


def test_change_is_offered_only_where_it_can_be_done(app: Flask, school: Premises) -> None:
    """A manager changes their own premises; a governing document belongs to nobody in particular."""
    with connection():
        manager, document = acting(Role.MANAGER, on=school), makers.document()
    reader = Reader(app, manager)
    for row, offered in ((school, True), (document, False)):
        links = [link.href for link in reader.get(address(row)).actions if link.href.endswith("/andra")]
        assert bool(links) == offered
        reader.browser.get(f"{address(row)}/andra", 200 if offered else 404)


def test_an_extra_round_is_asked_about_and_can_be_left_without_a_trace(
    app: Flask, reader: Reader, school: Premises
) -> None:
    with connection():
        before = Entry.select().count()
    place = f"/lokaler/{school.uid.hex}"
    links = {link.label: link.href for link in reader.get(place).actions}
    asked = reader.get(links["Gå en extra rond"])
    assert isinstance(asked, FormPage) and asked.crumbs[-1].href == place
    with connection():
        assert Entry.select().count() == before and not Round.select().exists()
    reader.browser.post(asked.form.action)
    assert reader.browser.went_to.endswith("/ga")
    with connection():
        assert Round.select().count() == 1


def test_a_rounds_page_says_its_kind_its_days_and_when_it_was_walked(app: Flask, school: Premises) -> None:
    with connection():
        chief = acting(Role.CHIEF)
        plan = makers.plan(school, at=AT - 70 * DAY)
        rounds.plan_ahead(OFFICE, AT)
        september, october, november, *_ = Round.select().where(Round.plan == plan).order_by(Round.due_on)
        signed(september, at=dt.datetime.combine(september.closes_on + DAY, AT.timetz()))
        signed(november, at=AT)
        extra = rounds.begin_extra(OFFICE, school.uid.hex, AT)
    reader = Reader(app, chief)
    said = {row: reader.get(f"/ronder/{row.uid.hex}").notices for row in (september, october, november, extra)}
    assert said[october][0] == (
        "En rond enligt kontrollplanen: kan gås från 1 okt 2026, ska vara gjord 31 okt 2026 och räknas som i tid "
        "till och med 5 nov 2026. Punkter som ingår: Månadsvis, Årlig."
    )
    assert said[october][1].startswith("Ingen gick den i tid.") and len(said[october]) == 2
    assert said[september][1] == "Gicks 6 okt 2026 10:00 till 6 okt 2026 10:00: inte i tid."
    assert said[november][1] == "Gicks 23 nov 2026 09:00 till 23 nov 2026 09:00."
    assert said[extra] == ("En extra rond vid sidan av kontrollplanen, för 23 nov 2026. Punkter som ingår: Månadsvis.",)
