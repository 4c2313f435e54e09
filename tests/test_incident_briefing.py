"""Lägesbild: an incident on one page for whoever takes over, masked as the reader is, and the hand-over itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from models.database import connection
from models.incidents import (
    Answer,
    EntryKind,
    EscalationGround,
    Impact,
    Incident,
    IncidentDecision,
    TimelineEntry,
    Told,
)
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tests.browse import browse
from tests.makers import AT
from tests.pages import Reader
from tracker.acts.incidents import alerting, timeline

SECRETS = ("Journalsystemet", "Backade versionen.", "Stäng av allt.", "Leverantörens jour svarar.")


@pytest.fixture
def incident(app: Flask) -> Iterator[Incident]:
    with connection():
        made.ready()
        by = made.coordinator()
        row = made.triaged(by=by, security_sensitive=Answer.YES, unit=makers.unit("Vårdnämnden").id)
        for kind, text in ((EntryKind.DONE, SECRETS[1]), (EntryKind.CONTACT, SECRETS[3])):
            timeline.note(by, row.uid.hex, {"kind": kind, "happened_at": AT, "text": text}, AT)
        decision = dict(decided_at=AT, decision=SECRETS[2], because="Spridning.", decided_by="Kommundirektör")
        makers.records.add(by, IncidentDecision, {"incident": row.id, **decision}, AT)
        hit = dict(unit=row.unit_id, service="Journalsystemet i hemtjänsten", limited_hours=5, personal_data=Answer.NO)
        makers.records.add(by, Impact, {"incident": row.id, **hit}, AT)
        alerting.alert(by, row.uid.hex, Told.TIB, EscalationGround.SERIOUS, AT, "Telefon", at=AT)
        yield Incident.get_by_id(row.id)


def address(row: Incident) -> str:
    return f"/incidenter/{row.uid.hex}/lagesbild"


def test_it_tells_what_whoever_takes_over_needs(app: Flask, incident: Incident) -> None:
    reader = Reader(app, made.coordinator())
    page = reader.get(address(incident))
    told = {passage.title: [line.text for line in passage.lines] for passage in page.passages}
    assert list(told) == ["Vad som är känt", "Vad som är drabbat", "Klockor", "Vad som är gjort", "Beslut",
                          "Vilka som är informerade", "Vad som kommer härnäst"]  # fmt: skip
    assert any("om 23 h 0 min" in line for line in told["Klockor"])
    assert told["Vad som är drabbat"] == [
        "Vårdnämnden: Tjänst: Journalsystemet i hemtjänsten; Begränsad, timmar: 5; Personuppgifter drabbade: Nej"
    ]
    assert told["Beslut"] == ["23 nov 2026 09:00, Kommundirektör: Stäng av allt."]
    assert any("TiB" in line for line in told["Vilka som är informerade"])
    assert any("CSL-24" in line for line in told["Vad som kommer härnäst"])
    html = reader.browser.last.text  # type: ignore[union-attr]
    assert all(secret in html for secret in SECRETS) and "data-print" in html


@pytest.mark.parametrize("role", [Role.SECURITY, Role.BOARD])
def test_it_is_masked_as_the_reader_is(app: Flask, incident: Incident, role: Role) -> None:
    reader = Reader(app, makers.acting(role))
    page = reader.get(address(incident))
    html = reader.browser.last.text  # type: ignore[union-attr]
    assert not any(secret in html for secret in (*SECRETS, "SÄK", "Säkerhetspolisen"))
    assert "maskerad, OSL 18:8" in html and page.hand_over is None


def test_the_work_is_handed_over_to_a_function(app: Flask, incident: Incident) -> None:
    browser = browse(app, made.coordinator())
    page = browser.post(address(incident), {"to": "", "more": "CSL-72 väntar."}, 422)
    assert page is not None and "CSL-72 väntar." in browser.last.text  # type: ignore[union-attr]
    browser.post(address(incident), {"to": "x" * 81, "more": ""}, 422)
    browser.post(address(incident), {"to": "TiB", "more": "CSL-72 väntar."})
    assert browser.went_to == f"/incidenter/{incident.uid.hex}/lage"
    last = TimelineEntry.select().order_by(TimelineEntry.id.desc()).first()
    assert (last.kind, last.text) == (EntryKind.HANDED_OVER, "Överlämnat till TiB.\nCSL-72 väntar.")


def test_who_only_reads_hands_nothing_over(app: Flask, incident: Incident) -> None:
    browse(app, makers.acting(Role.BOARD)).post(address(incident), {"to": "TiB", "more": ""}, 403)
