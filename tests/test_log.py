"""The event log's page: narrowed by who, what and in which kind of record; each record by its name; verified in words."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from models.database import connection
from models.ledger import Entry
from models.protective_security import Priority
from models.words import Act, Register, Role
from tests import makers
from tests.makers import acting, premises
from tests.pages import Reader
from tracker.laws import ledger, policy


@pytest.fixture
def reader(app: Flask) -> Reader:
    with connection():
        return Reader(app, acting(Role.AUDITOR))


def column(page: Any, name: str) -> list[Any]:
    where = [each.name for each in page.table.columns].index(name)
    return [row.cells[where] for row in page.table.rows]


def test_each_entry_names_what_it_is_about(reader: Reader) -> None:
    with connection():
        place = premises("Björkskolan")
        row = makers.deficiency(place, headline="Dörren kärvar")
    page = reader.get("/logg")
    assert (column(page, "kind")[0].text, column(page, "record")[0].text) == ("Brist", "Dörren kärvar, Björkskolan")
    assert page.table.rows[0].href == f"/brister/{row.uid.hex}" and reader.get(page.table.rows[0].href)
    assert "Björkskolan" in [each.text for each in column(page, "record")]
    assert not any(row.uid.hex[:8] in cell.text for each in page.table.rows for cell in each.cells)


def test_a_name_out_of_reach_is_masked(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """An auditor who reads all but people: their names are not told by the log's column of names."""
    with connection():
        makers.person("Hemlig Person")
    seen = Register.PEOPLE, Act.SEE
    monkeypatch.setitem(policy.GRANTS, seen, policy.GRANTS[seen] - {Role.AUDITOR})
    page = reader.get("/logg?slag=person")
    shown = column(page, "record")
    assert shown and all(each.masked and not each.text and not each.href for each in shown)


def test_an_auditor_counts_no_protective_measures(app: Flask, reader: Reader) -> None:
    """How many there are is hidden where they are few; so is what would count them, entry by entry."""
    with connection():
        chief = acting(Role.CHIEF)
        for _ in range(3):
            makers.moved(makers.shell(by=chief), "prioritise", chief, priority=Priority.FIRST)
        everything = Entry.select().count()
    page = reader.get("/logg")
    hidden = [row for row in page.table.rows if row.cells[2].text == chief.name]
    assert len(hidden) == 6 and all(each.masked and not each.text for row in hidden for each in row.cells[3:])
    counting = {"protective_measure", "security_order", "measure_core", "deposit"}
    (kinds,) = (one for one in page.filters if one.name == "slag")
    assert not counting & {option.value for option in kinds.options}
    assert len(reader.get("/logg?slag=protective_measure").table.rows) == min(everything, 50)
    assert reader.get("/logg?handelse=prioritise").table.rows == ()
    own = Reader(app, chief)
    assert len(own.get("/logg?slag=protective_measure").table.rows) == 6
    assert len(own.get("/logg?handelse=prioritise").table.rows) == 3


def test_the_log_is_narrowed_by_person_verb_and_kind(reader: Reader) -> None:
    with connection():
        place = premises()
        who = acting(Role.WARDEN, name="Viola Vakt", on=place)
        makers.signed(makers.planned_round(place), who, deficient=[1])
        makers.deficiency(place, by=who)
        uid = Entry.select().where(Entry.verb == "signed").get().actor
    assert {each.text for each in column(reader.get(f"/logg?person={uid}"), "who")} == {"Viola Vakt"}
    assert len(column(reader.get(f"/logg?person={uid}&slag=deficiency"), "kind")) == 1
    assert {each.text for each in column(reader.get("/logg?slag=premises"), "kind")} == {"Lokal"}
    assert len(column(reader.get("/logg?handelse=signed"), "what")) == 1
    everything = len(reader.get("/logg").table.rows)
    assert len(reader.get("/logg?person=okand&slag=okand&handelse=okand").table.rows) == everything
    filters = {one.name: one for one in reader.get(f"/logg?person={uid}").filters}
    assert [option.label for option in filters["person"].options if option.selected] == ["Viola Vakt"]


def test_the_next_page_keeps_the_filter(reader: Reader) -> None:
    with connection():
        unit = makers.unit()
        for _ in range(51):
            premises(unit=unit.id)
    page = reader.get("/logg?slag=premises")
    assert len(page.table.rows) == 50 and "slag=premises" in page.more
    following = reader.get(page.more)
    assert len(following.table.rows) == 1 and not following.more and "slag=premises" in following.first


def test_verifying_says_that_it_takes_a_while_then_when_and_what_was_found(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = reader.get("/logg/kontroll")
    assert "Vänta här" in asked.forms[0].working
    whole = reader.sent("/logg/kontroll", {})
    assert whole.paragraphs[0].startswith("Händelseloggen är hel")
    assert "Kontrollerad 23 nov 2026 09:00. Det tog 0 s." in whole.paragraphs and whole.forms[0].working
    found = ledger.Verified(2, 3, ledger.Broken("the row was removed", 7, "deficiency", "a" * 32, "what"))
    monkeypatch.setattr(ledger, "verify", lambda *some: found)
    broken = reader.sent("/logg/kontroll", {})
    assert "är inte hel" in broken.paragraphs[0] and "säg till" in broken.paragraphs[1]
