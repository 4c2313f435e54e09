"""An instant as it is typed and shown: every minute around both nights, and what is none."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from forms import moments
from models.database import connection
from models.incidents import Incident
from models.words import Message, Role
from tests import incident_makers as made
from tests import makers
from tests.browse import Browser, Page, browse

MINUTE = dt.timedelta(minutes=1)
SWEDEN = ZoneInfo("Europe/Stockholm")
FORWARD, BACK = dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC)
"""The instants at which the clocks change."""


@pytest.mark.parametrize("change", [FORWARD, BACK], ids=["forward", "back"])
def test_every_minute_of_a_night_of_change_is_written_and_read_back(change: dt.datetime) -> None:
    written = set()
    for minutes in range(-8 * 60, 8 * 60):
        at = change + minutes * MINUTE
        text = moments.written(at)
        assert moments.read(text) == at, text
        written.add(text)
        twice = change == BACK and -60 <= minutes < 60
        assert moments.in_browsers_words(text) is not twice, text
    assert len(written) == 16 * 60, "no two instants are written alike"


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)))
def test_every_whole_minute_is_read_as_it_is_written(at: dt.datetime) -> None:
    whole = at.replace(second=0, microsecond=0)
    assert moments.read(moments.written(whole)) == whole == moments.read(moments.written(at))


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-23T14:05:59", "2026-11-23T13:05"),
        ("2026-11-23T14:05", "2026-11-23T13:05"),  # as the browser sends it
        ("2026-11-23T14:05:00", "2026-11-23T13:05"),
        ("2026-11-23 14:05", "2026-11-23T13:05"),
        (" 2026-11-23 14.05 ", "2026-11-23T13:05"),
        ("2026-11-23 14:05 CET", "2026-11-23T13:05"),
        ("2026-07-01 14:05 CEST", "2026-07-01T12:05"),
        ("2026-07-01 14:05 sommartid", "2026-07-01T12:05"),
        ("2026-10-25 02:30 CEST", "2026-10-25T00:30"),
        ("2026-10-25 02:30 CET", "2026-10-25T01:30"),
        ("2026-10-25 02:30 normaltid", "2026-10-25T01:30"),
        ("2026-10-25t02:30 cet", "2026-10-25T01:30"),
        ("2026-10-25 01:59", "2026-10-24T23:59"),
        ("2026-10-25 03:00", "2026-10-25T02:00"),
        ("2026-03-29 01:59", "2026-03-29T00:59"),
        ("2026-03-29 03:00", "2026-03-29T01:00"),
        ("2028-02-29 00:00", "2028-02-28T23:00"),
    ],
)
def test_what_is_typed_is_an_instant(text: str, utc: str) -> None:
    assert moments.read(text) == dt.datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize("minute", range(60))
def test_each_minute_that_comes_twice_is_asked_about_and_each_that_is_skipped_refused(minute: int) -> None:
    assert moments.read(f"2026-10-25 02:{minute:02}") is moments.TWICE
    assert moments.read(f"2026-10-25T02:{minute:02}") is moments.TWICE
    for zone in ("", " CET", " CEST"):
        assert moments.read(f"2026-03-29 02:{minute:02}{zone}") is moments.NEVER


HOSTILE = (
    "", " ", "i går", "2026-11-23", "14:05", "2026-02-29 10:00", "2026-13-01 10:00", "2026-11-31 10:00", "2026-11-23 24:00",
    "2026-11-23 10:60", "2026-11-23 10:00:99", "0000-01-01 00:00", "0001-01-01 00:00", "99999-01-01 00:00",
    "2026-11-23T10:00Z", "2026-11-23T10:00+01:00", "2026-11-23 10:00 UTC", "2026-11-23 10:00 CETT", "2026-11-23  10:00",
    "٢٠٢٦-١١-٢٣ ١٠:٠٠", "2026-11-23 10:00\n", "2026-11-23 10:00\0", "２０２６-11-23 10:00", "' OR 1=1 --", "<script>", "\ud800",
    "2026-11-23 10:00 CET CET", "-2026-11-23 10:00", "1e9", "NaN", "2026-11-23 -1:00", "9" * 100_000,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_instant_is_told_so_and_breaks_nothing(text: str) -> None:
    found = moments.read(text)
    if isinstance(found, dt.datetime):  # room around it may be read for what it says
        assert text.strip() == "2026-11-23 10:00" and found == dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
    else:
        assert found is moments.UNREADABLE
    moments.in_browsers_words(text)


@given(st.text() | st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d( CES?T)?", fullmatch=True))
def test_any_text_is_an_instant_or_a_sentence(text: str) -> None:
    found = moments.read(text)
    assert isinstance(found, Message) or (found.tzinfo is dt.UTC and found.second == 0)
    if moments.in_browsers_words(text) and text:
        assert isinstance(found, dt.datetime)


@pytest.mark.parametrize(
    "text", ["2026-07-01 14:05 CET", "2026-11-23 14:05 CEST", "2026-10-25 03:00 CEST", "2026-10-25 01:59 CET"]
)
def test_the_wrong_zone_is_told(text: str) -> None:
    assert moments.read(text) is moments.NOT_THEN


# Through the web


@pytest.fixture
def browser(app: Flask) -> Browser:
    with connection():
        made.ready()
        return browse(app, makers.acting(Role.INFOSEC))


def _sent(browser: Browser, typed: str, status: int) -> Page:
    given = {"what": "Något hände.", "discovered_at": typed, "service": "", "going_on": "no"}
    return browser.post("/incidenter/rapportera", given, status=status)  # type: ignore[return-value]


def _input(page: Page) -> dict[str, Any]:
    return next(one for one in page.inputs if one.get("name") == "discovered_at")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2026-10-25T02:30", moments.TWICE),
        ("2026-10-25 02:30", moments.TWICE),
        ("2026-03-29T02:30", moments.NEVER),
        ("2026-07-01 12:00 CET", moments.NOT_THEN),
        ("i går kväll", moments.UNREADABLE),
        ("<b>2026</b>", moments.UNREADABLE),
    ],
)
def test_the_sentence_stands_beside_the_field_and_what_was_typed_comes_back(
    browser: Browser, typed: str, shown: Message
) -> None:
    page = _sent(browser, typed, 422)
    field = _input(page)
    assert field["value"] == typed and field["type"] == "text" and field["aria-invalid"] == "true"
    assert browser.last is not None and f'id="{field["aria-describedby"].split()[-1]}"' in browser.last.text
    with connection():
        assert Incident.select().count() == 0


def test_the_hour_that_comes_twice_is_saved_as_the_second_once_cet_is_added(browser: Browser) -> None:
    again = _input(_sent(browser, "2026-10-25T02:30", 422))
    _sent(browser, f"{again['value'].replace('T', ' ')} CET", 303)
    with connection():
        assert Incident.get().discovered_at == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)


def test_it_may_be_added_to_what_the_browser_sent(browser: Browser) -> None:
    _sent(browser, "2026-10-25T02:30 CEST", 303)
    with connection():
        assert Incident.get().discovered_at == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def test_a_right_time_comes_back_in_the_browsers_own_input(browser: Browser) -> None:
    given = {"what": "", "discovered_at": "2026-11-22T12:00", "going_on": "no"}
    field = _input(browser.post("/incidenter/rapportera", given, status=422))  # type: ignore[arg-type]
    assert (field["type"], field["value"]) == ("datetime-local", "2026-11-22T12:00")


@pytest.mark.parametrize("text", HOSTILE[:-1], ids=range(len(HOSTILE) - 1))
def test_nothing_that_is_typed_breaks_the_page(browser: Browser, text: str) -> None:
    given = {"what": "Något hände.", "discovered_at": text.encode("utf-8", "replace"), "going_on": "no"}
    answer = browser.client.post(
        "/incidenter/rapportera", data=given | {"csrf_token": browser.token()}, headers={"Origin": "http://localhost"}
    )
    assert answer.status_code in (200, 400, 422)
