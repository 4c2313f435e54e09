"""An incident's working page: clocks, timeline, what follows along by itself; for those who read and those who do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from selectolax.lexbor import LexborHTMLParser

from benchmarks.work import counted
from models.database import connection
from models.incidents import Answer, EntryKind, Impact, Incident, IncidentThreshold, TimelineEntry
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tests.browse import Browser, browse
from tests.makers import AT
from tests.pages import Reader
from tracker.acts.incidents import reporting, timeline
from tracker.laws import ledger, sessions
from tracker.spine.errors import Missing, Refused

SECRET = "Servern med journalerna står i källaren."
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def room(app: Flask) -> Iterator[Incident]:
    """A significant incident with Säkerhetspolisen's clock among the others, and one entry."""
    with connection():
        made.ready()
        by = made.coordinator()
        row = made.triaged(by=by, security_sensitive=Answer.YES, unit=makers.unit("Vårdnämnden").id)
        made.entry(row, by, SECRET)
        yield Incident.get_by_id(row.id)


def address(row: Any) -> str:
    return f"/incidenter/{row.uid.hex}/lage"


def test_a_responder_sees_clocks_what_is_left_and_the_timeline(app: Flask, room: Incident) -> None:
    page = Reader(app, makers.acting(Role.INFOSEC)).get(address(room))
    codes = [clock.code for clock in page.live.clocks]
    assert codes == ["SÄK", "CSL-24", "CSL-72"]
    day = page.live.clocks[1]
    assert day.due.words == "om 23 h 0 min" and day.due.tone == ""
    assert "Mottagaren flyttade" in day.doubt and day.receiver.startswith("CSIRT")
    assert [entry.text.text for entry in page.live.entries] == [SECRET]
    assert page.entry is not None and page.entry.fields[1].value == "2026-11-23T09:00"


@pytest.mark.parametrize("role", [Role.SECURITY, Role.BOARD, Role.AUDITOR])
def test_others_see_that_it_is_handled_but_not_what_and_not_saks_clock(app: Flask, room: Incident, role: Role) -> None:
    reader = Reader(app, makers.acting(role))
    page = reader.get(address(room))
    html = reader.browser.last.text
    assert [clock.code for clock in page.live.clocks] == ["CSL-24", "CSL-72"]
    assert "SÄK" not in html and "Säkerhetspolisen" not in html and SECRET not in html
    assert page.live.entries[0].text.masked.startswith("maskerad, OSL 18:8")
    assert page.entry is None and page.live.tell is None
    assert all(clock.sheet is None for clock in page.live.clocks)
    assert [span.label for span in page.live.axis.spans] == ["CSL-24", "CSL-72"]
    part = reader.browser.client.get(f"{address(room)}?del=lage").text
    assert "SÄK" not in part and SECRET not in part


def test_who_does_not_see_the_register_finds_nothing(app: Flask, room: Incident) -> None:
    browse(app, makers.acting(Role.WARDEN)).get(address(room), 403)


def test_an_exercise_says_so_on_every_page_of_it(app: Flask, room: Incident) -> None:
    by = made.coordinator()
    values = {"what": "Spel.", "discovered_at": AT - HOUR, "going_on": Answer.YES}
    row = reporting.save(by, reporting.unsaved(values, AT, reporter=by.id, drill=True), AT)
    made.triaged(row, by)
    pages = (address(row), f"{address(row)}sbild", f"/incidenter/{row.uid.hex}/larmning",
             f"/klockor/{made.clocks_of(row)['CSL-24'].uid.hex}/blad")  # fmt: skip
    for path in pages:
        assert "ÖVNING" in browse(app, by).get(path).text, path
    assert "ÖVNING" not in browse(app, by).get(address(room)).text


def test_an_entry_is_noted_and_followed(app: Flask, room: Incident) -> None:
    browser = browse(app, made.coordinator())
    (first,) = TimelineEntry.select()
    page = browser.get(f"{address(room)}?foljer={first.uid.hex}")
    assert "Följer på 23 nov 2026 09:00: Iakttagelse." in page.text or "Följer på 23 nov 2026 09:00" in page.text
    values = {"kind": "done", "happened_at": "2026-11-23T08:55", "text": "Stängde av.", "foljer": first.uid.hex}
    browser.post(address(room), values)
    assert browser.went_to == address(room)
    last = TimelineEntry.select().order_by(TimelineEntry.id.desc()).first()
    assert (last.follows_on_id, last.kind, last.happened_at) == (first.id, EntryKind.DONE, AT - 5 * HOUR / 60)
    assert ledger.told(last, 5)


def test_what_was_typed_comes_back(app: Flask, room: Incident) -> None:
    browser = browse(app, made.coordinator())
    values = {"kind": "done", "happened_at": "2026-11-24T08:55", "text": "Skrev för tidigt."}
    page = browser.post(address(room), values, 422)
    assert page is not None and "välj en tid som har varit" in page.text
    assert "Skrev för tidigt." in browser.last.text  # type: ignore[union-attr]
    assert TimelineEntry.select().count() == 1


def test_nothing_follows_on_an_entry_of_another_incident(app: Flask, room: Incident) -> None:
    by = made.coordinator()
    other = made.entry(made.triaged(by=by), by)
    values = {"kind": EntryKind.DONE, "happened_at": AT, "text": "Fel."}
    with pytest.raises(Missing):
        timeline.note(by, room.uid.hex, values, AT, other.uid.hex)


def test_a_closed_incident_takes_no_entry(app: Flask, room: Incident) -> None:
    by = made.coordinator()
    row = makers.moved(made.incident(), "dismiss", by, dismissed_because="Falskt larm.")
    with pytest.raises(Refused):
        timeline.note(by, row.uid.hex, {"kind": EntryKind.DONE, "happened_at": AT, "text": "Fel."}, AT)
    assert Reader(app, by).get(address(row)).entry is None


def test_the_timeline_is_newest_first_and_paged_by_key(app: Flask, room: Incident) -> None:
    by = made.coordinator()
    for number in range(timeline.PAGE + 3):
        made.entry(room, by, f"Nummer {number}", AT - (number + 1) * HOUR / 60)
    reader = Reader(app, by)
    first = reader.get(address(room))
    second = reader.get(first.live.more)
    told = [entry.text.text for page in (first, second) for entry in page.live.entries]
    assert told == [SECRET, *(f"Nummer {number}" for number in range(timeline.PAGE + 3))]
    assert second.live.first == address(room) and not second.live.more


@pytest.mark.parametrize("role", [Role.INFOSEC, Role.BOARD])
def test_a_hundred_entries_take_as_many_queries_as_three(app: Flask, room: Incident, role: Role) -> None:
    by = made.coordinator()
    browser = browse(app, makers.acting(role))
    first = made.entry(room, by)
    timeline.note(by, room.uid.hex, {"kind": EntryKind.SEEN, "happened_at": AT, "text": "Följd."}, AT, first.uid.hex)
    few = {path: _queries(browser, path) for path in _pages(room)}
    with ledger.act(by, makers.Verb.IMPORTED, room, at=AT) as act:
        for number in range(97):
            act.save(
                TimelineEntry(incident=room.id, happened_at=AT, kind=EntryKind.SEEN, text=str(number), by=by.id,
                              noted_at=AT, follows_on=first.id)
            )  # fmt: skip
    many = {path: _queries(browser, path) for path in _pages(room)}
    print(few)
    assert few == many and max(few.values()) <= 40


def _pages(row: Incident) -> list[str]:
    return [address(row), f"{address(row)}?del=lage", address(row) + "sbild"]


def _queries(browser: Browser, path: str) -> int:
    browser.client.get(path)
    with counted() as work:
        assert browser.client.get(path).status_code == 200
    return work.queries


def test_the_table_tells_what_the_picture_shows(app: Flask, room: Incident) -> None:
    by = made.coordinator()
    makers.moved(made.clocks_of(room)["CSL-72"], "send", by, sent_at=AT)
    axis = Reader(app, by).get(address(room)).live.axis
    drawn = [spot.label for spot in axis.spots] + [span.label for span in axis.spans]
    assert [row.cells[0].text.partition(": ")[0] for row in axis.table.rows] == drawn
    assert [row.cells[3].text for row in axis.table.rows if row.href] == [span.words for span in axis.spans]
    (month,) = [span for span in axis.spans if span.label == "CSL-1M"]
    assert month.beyond and not any(span.beyond for span in axis.spans if span is not month)
    (sent,) = [span for span in axis.spans if span.label == "CSL-72"]
    assert sent.tone == "ok" and sent.start <= sent.done < sent.end
    assert len(axis.dots) == 1 and axis.spots[0].label == "Upptäckt"


def test_a_late_clock_is_told_and_drawn_as_late(app: Flask) -> None:
    with connection():
        made.ready()
        by = made.coordinator()
        yesterday = AT - 26 * HOUR
        row = made.triaged(made.incident(at=yesterday), by, at=yesterday)
    page = Reader(app, by).get(address(row))
    (late, running) = page.live.clocks
    assert (late.code, late.due.words, late.due.tone) == ("CSL-24", "3 h 0 min försenad", "no")
    assert running.due.tone == ""
    span = page.live.axis.spans[0]
    assert span.tone == "no" and span.done > span.end


# What follows along by itself


def test_the_live_part_is_sent_only_when_it_is_another(app: Flask, room: Incident) -> None:
    by = made.coordinator()
    client = browse(app, by).client
    first = client.get(f"{address(room)}?del=lage")
    assert first.status_code == 200 and first.headers["Cache-Control"] == "no-store"
    tag = {"If-None-Match": first.headers["ETag"]}
    again = client.get(f"{address(room)}?del=lage", headers=tag)
    assert again.status_code == 304 and not again.data
    made.entry(room, by, "Nytt.")
    assert client.get(f"{address(room)}?del=lage", headers=tag).status_code == 200


def test_the_live_part_holds_no_form_and_lies_whole_in_the_page(app: Flask, room: Incident) -> None:
    client = browse(app, made.coordinator()).client
    part = client.get(f"{address(room)}?del=lage").text
    assert "<form" not in part and "csrf" not in part and "<html" not in part
    whole = LexborHTMLParser(client.get(address(room)).text).css_first("[data-live]")
    assert whole is not None and whole.css("#part-clocks") and whole.css("#part-timeline")
    assert not whole.css("form")
    assert SECRET in part
    main = LexborHTMLParser(client.get(address(room)).text)
    main.css_first("[data-live]").decompose()
    assert SECRET not in main.html  # what is taken away at sign-out is all there was


def test_nobody_signed_out_is_told_anything(app: Flask, room: Incident) -> None:
    answer = app.test_client().get(f"{address(room)}?del=lage")
    assert answer.status_code == 302 and SECRET not in answer.text


def test_asking_by_itself_keeps_nobody_signed_in(app: Flask, room: Incident) -> None:
    """The control: somebody who does something stays."""
    away, there = browse(app, made.coordinator()), browse(app, made.coordinator())
    path = f"{address(room)}?del=lage"
    for minutes in range(1, 32):
        with time_machine.travel(AT + dt.timedelta(minutes=minutes), tick=False):
            last = away.client.get(path, headers={"X-Live": "1"})
            assert there.client.get(path).status_code == 200
    assert dt.timedelta(minutes=30) == sessions.IDLE
    assert last.status_code == 302


# Thresholds


def test_thresholds_are_told_as_suggestions_with_their_source(app: Flask, room: Incident) -> None:
    by = made.coordinator()
    unit = makers.unit("Hemtjänsten")
    hit = dict(incident=room.id, unit=unit.id, personal_data=Answer.YES, limited_hours=5, persons=500)
    makers.records.add(by, Impact, hit, AT)
    reader = Reader(app, makers.acting(Role.BOARD))
    told = reader.get(address(room)).live.thresholds
    assert [each.text for each in told] == [
        "Offentlig förvaltning: verksamheten begränsad längre än (timmar): 4. Här: 5.",
        "Skyddade uppgifter om så många personer eller fler: 500. Här: 500.",
    ]
    assert {each.doubt for each in told} == {"osäker"} and "MCFFS 2026:8" in told[0].source
    row = IncidentThreshold.get(IncidentThreshold.amount == 500)
    makers.records.change(by, row, {"amount": 1000, "confirmed": True}, row.version, AT)
    assert len(reader.get(address(room)).live.thresholds) == 1


def test_the_record_page_leads_to_it_and_helps_the_triage(app: Flask, room: Incident) -> None:
    by = made.coordinator()
    hit = dict(incident=room.id, unit=makers.unit().id, personal_data=Answer.NO, limited_hours=13)
    makers.records.add(by, Impact, hit, AT)
    page = Reader(app, by).get(f"/incidenter/{room.uid.hex}")
    (way,) = [link for link in page.actions if link.primary]
    assert (way.label, way.href) == ("Läget nu", address(room))
    assert sum("tröskel nås" in notice for notice in page.notices) == 2
