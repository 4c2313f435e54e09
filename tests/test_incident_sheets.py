"""Report sheets: what each form asks, in its order, from named sources; for those who read what is secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from flask import Flask

from models.database import connection
from models.incidents import (
    AfterAction,
    Answer,
    ClockRule,
    EntryKind,
    Impact,
    Incident,
    LegalClock,
    Reference,
    ReferenceKind,
)
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tests.browse import browse
from tests.makers import AT, TODAY
from tests.pages import Reader
from tracker.acts.incidents import installing, sheets, sources, timeline

SHIPPED = yaml.safe_load(sheets.SHIPPED.read_text(encoding="utf-8"))
RULES = yaml.safe_load(installing.SHIPPED.read_text(encoding="utf-8"))["rules"]


def test_every_rule_has_its_sheet_but_that_of_which_nothing_may_be_written() -> None:
    assert set(sheets.sheets()) == {rule["code"] for rule in RULES} - {"SÄK"}


@pytest.mark.parametrize("said", SHIPPED["sheets"], ids=lambda said: said["code"])
def test_a_sheet_is_whole_in_order_and_says_that_it_is_uncertain(said: dict[str, Any]) -> None:
    sheet = sheets.sheets()[said["code"]]
    assert [question.ask for question in sheet.questions] == [each["ask"] for each in said["questions"]]
    assert sheet.source and sheet.doubt and sheet.checked_on
    for question in sheet.questions:
        assert bool(question.source) != bool(question.text), question
        assert not question.source or question.source in sources.SOURCES, question
    assert len({question.ask for question in sheet.questions}) == len(sheet.questions)


def test_every_source_is_used_and_says_where_it_is_filled_in() -> None:
    named = {each["from"] for said in SHIPPED["sheets"] for each in said["questions"] if "from" in each}
    assert named == set(sources.SOURCES) == set(sources.FILLED)


@pytest.fixture
def incident(app: Flask) -> Iterator[Incident]:
    with connection():
        made.ready()
        by = made.coordinator()
        row = made.triaged(by=by, security_sensitive=Answer.YES, police=Answer.YES, personal_data=Answer.YES,
                           unit=makers.unit("Vårdnämnden").id)  # fmt: skip
        yield Incident.get_by_id(row.id)


def address(row: Incident, code: str) -> str:
    return f"/klockor/{made.clocks_of(row)[code].uid.hex}/blad"


@pytest.mark.parametrize("code", ["CSL-24", "CSL-72", "GDPR-72", "POLIS"])
def test_a_sheet_is_filled_in_and_what_is_not_known_leads_to_where_it_is(
    app: Flask, incident: Incident, code: str
) -> None:
    page = Reader(app, made.coordinator()).get(address(incident, code))
    asked = {each.question: each for each in page.asked}
    assert list(asked) == [question.ask for question in sheets.sheets()[code].questions]
    assert ("Journalsystemet svarar inte.",) in [each.lines for each in page.asked]
    unknown = [each for each in page.asked if not each.lines]
    assert unknown and any(each.fill for each in unknown)
    for each in page.asked:
        assert each.question in page.copied.text
    assert "Ej känt ännu" in page.copied.text and page.sent.href == address(incident, code)[: -len("/blad")] + "#steps"


def test_where_it_is_filled_in_opens(app: Flask, incident: Incident) -> None:
    reader = Reader(app, made.coordinator())
    ways = {each.fill.href for code in ("CSL-72", "GDPR-72", "POLIS") for each in
            reader.get(address(incident, code)).asked if each.fill}  # fmt: skip
    assert len(ways) >= 4
    for way in ways:
        reader.get(way.partition("#")[0])


def test_every_answer_comes_from_what_was_noted(app: Flask, incident: Incident) -> None:
    by, other = made.coordinator(), makers.unit("Skolnämnden")

    def add(record_type: Any, /, **values: Any) -> None:
        makers.records.add(by, record_type, {"incident": incident.id, **values}, AT)

    add(Impact, unit=incident.unit_id, service="Hemtjänst", limited_hours=5, personal_data=Answer.YES, persons=800,
        data_kind="Hälsouppgifter", others="Region Ekdala")  # fmt: skip
    add(Impact, unit=other.id, service="Skolskjuts", personal_data=Answer.YES, persons=70)
    add(Reference, kind=ReferenceKind.PORTAL, number="C-55", on=TODAY)
    add(
        AfterAction, held_on=TODAY, happened="En uppdatering gick fel.", root_cause="Otestad version.", lessons="Prova."
    )
    note = {"kind": EntryKind.DONE, "happened_at": AT, "text": "Backade versionen."}
    timeline.note(by, incident.uid.hex, note, AT)
    makers.moved(made.clocks_of(incident)["CSL-24"], "send", by, sent_at=AT, receipt="KV-9")
    makers.moved(made.clocks_of(incident)["CSL-72"], "send", by, sent_at=AT)
    reader = Reader(app, by)
    notified = reader.get(address(incident, "CSL-72")).copied.text
    for told in ("Hemtjänst", "Skolskjuts", "Region Ekdala", "Backade versionen.", "C-55", "(KV-9)", "Tillgänglighet"):
        assert told in notified, told
    final = reader.get(address(incident, "CSL-1M")).copied.text
    assert "Otestad version." in final and "En uppdatering gick fel." in final and "Prova." in final
    (mine,) = [clock for clock in LegalClock.select() if clock.controller_id == incident.unit_id]
    personal = reader.get(f"/klockor/{mine.uid.hex}/blad").copied.text
    assert "Vårdnämnden" in personal and "800" in personal
    assert "Skolskjuts" not in personal and "70" not in personal  # each nämnd reports its own
    (school,) = [clock for clock in LegalClock.select() if clock.controller_id == other.id]
    told = reader.get(f"/klockor/{school.uid.hex}/blad").copied.text
    assert "Skolnämnden" in told and "800" not in told


def test_of_saks_report_nothing_is_written_here(app: Flask, incident: Incident) -> None:
    page = Reader(app, made.coordinator()).get(address(incident, "SÄK"))
    assert page.asked == () and page.copied is None
    assert "får inget skrivas här" in page.notices[0]


@pytest.mark.parametrize("role", [Role.SECURITY, Role.BOARD, Role.AUDITOR, Role.EMPLOYEE])
def test_a_sheet_is_for_those_who_read_what_is_secret(app: Flask, incident: Incident, role: Role) -> None:
    browser = browse(app, makers.acting(role))
    for code in ("CSL-24", "SÄK"):
        page = browser.get(address(incident, code), 403)
        assert "Journalsystemet" not in page.text


def test_a_rule_without_a_sheet_says_so(app: Flask, incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "sheets", dict)
    page = Reader(app, made.coordinator()).get(address(incident, "POLIS"))
    assert page.asked == () and "inget blad" in page.notices[0]


def test_a_closed_incidents_sheet_is_read_but_leads_nowhere(app: Flask, incident: Incident) -> None:
    by = made.coordinator()
    row = made.triaged(by=by, significant=Answer.NO, police=Answer.YES)
    clock = made.clocks_of(row)["POLIS"]
    makers.moved(clock, "send", by, sent_at=AT)
    makers.moved(row, "close", by, closed_at=AT)
    page = Reader(app, by).get(f"/klockor/{clock.uid.hex}/blad")
    assert page.asked and not any(each.fill for each in page.asked) and page.sent is None
    assert ClockRule.select().where(ClockRule.code == "POLIS").exists()
