"""The list of what people have said to the free-text guard: who reads it, and what of it."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from flask import Flask

from benchmarks.work import counted
from models.database import connection
from models.excuses import Excuse
from models.guarding import GuardedSite
from models.measures import Measure
from models.protective_security import AnalysisProcess
from models.screening import Excused
from models.words import Protection, Role
from tests import makers
from tests.browse import browse
from tests.dba import raw
from tests.makers import AT
from tests.pages import Lasting, Reader
from tests.test_screening_forms import CODE, MARKING
from tracker.language import say
from tracker.spine import records


def test_who_looks_over_it_and_what_they_may_read(app: Flask) -> None:
    """A reason tells of its text: masked where that is masked, and left out where the record's very number is closed."""
    with connection():
        eva = makers.acting(Role.CHIEF)
        readers = {role: browse(app, makers.acting(role)) for role in Role}
        secret = next(
            name for name, kind in GuardedSite.kinds().items() if kind.free and kind.protection is Protection.SECRET
        )
        site = makers.site(makers.contract())
        records.change(eva, site, {secret: Excused(MARKING, "Skälet till det maskerade")}, site.version, AT)
        process = next(row for row in makers.protected(eva).values() if isinstance(row, AnalysisProcess))
        records.change(eva, process, {"owner": Excused(MARKING, "Skälet till det slutna")}, process.version, AT)
        measure = makers.measure()
        records.change(eva, measure, {"what": Excused(MARKING, "Skälet till det öppna")}, measure.version, AT)
        assert Excuse.select().count() == 3
    for role, browser in readers.items():
        may = role in (Role.CHIEF, Role.DEPUTY, Role.AUDITOR)
        page = browser.get("/logg/undantag", 200 if may else 403)
        if not may:
            continue
        assert "Skälet till det öppna" in page.text and f"/atgarder/{measure.uid.hex}" in page.links
        assert ("Skälet till det maskerade" in page.text) is (role is not Role.AUDITOR)
        assert ("Skälet till det slutna" in page.text) is (role is not Role.AUDITOR)
        assert len(Reader(app, browser.actor).get("/logg/undantag").table.rows) == (2 if role is Role.AUDITOR else 3)
        assert say("Exceptions from the text guard", "sv") in browser.get("/logg").text


def test_a_long_list_has_pages_and_asks_as_often(app: Flask) -> None:
    with connection():
        eva, unit = makers.acting(Role.CHIEF), makers.unit()
        browser = Lasting(app, eva)
        for number in range(60):
            what = Excused(MARKING, f"Skäl nummer {number:02}")
            records.add(eva, Measure, dict(title="x", what=what, unit=unit.id, due_on=makers.TODAY), AT)
            if number == 2:
                browser.get("/logg/undantag")
                with counted() as few:
                    browser.get("/logg/undantag")
    with counted() as many:
        page = browser.get("/logg/undantag")
    assert many.queries == few.queries < 30
    more = next(link for link in page.links if "fore=" in link)
    assert "Skäl nummer 10" in page.text and "Skäl nummer 09" in browser.get(more).text
    browser.get("/logg/undantag?fore=x")


def test_an_excuse_is_written_once(app: Flask, database_url: str) -> None:
    with connection():
        records.change(makers.acting(Role.CHIEF), row := makers.measure(), {"what": Excused(CODE)}, row.version, AT)
        assert Excuse.get().about_uid == row.uid
    direct = raw(database_url)
    for sql in ("UPDATE excuse SET reason = 'x'", "DELETE FROM excuse"):
        with pytest.raises((sqlite3.Error, psycopg.Error), match="append-only"):
            direct.execute(sql)
    direct.close()
