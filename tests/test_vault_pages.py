"""The keys' pages: fingerprints, a passphrase that was lost, what asks for a new key, and what stands in nobody's way."""

from __future__ import annotations

import re

import pytest
import time_machine
from flask import Flask

from models.database import connection, db
from models.people import Person
from models.vault import VaultSession
from models.words import Role
from tests import makers
from tests.browse import browse
from tests.makers import AT, CHEAP_VAULT, DAY
from tests.test_vault_trust import EVIL
from tracker.laws import sessions


class Pages:
    """The chief's browser, in a vault whose passphrase is `words`."""

    def __init__(self, app: Flask) -> None:
        app.config["VAULT_COST"] = CHEAP_VAULT
        self.pepper = app.config["SETTINGS"].password_pepper
        with connection():
            self.browser = browse(app, makers.acting(Role.CHIEF, name="Eva Chef"))
            self.words = makers.vault(self.browser.actor, pepper=self.pepper).passphrase

    def unlock(self, **more: str) -> None:
        self.browser.post("/valv/las-upp", {"passphrase": self.words, **more}, 303)


@pytest.fixture
def pages(app: Flask) -> Pages:
    return Pages(app)


def test_before_the_ceremony_every_page_says_so(app: Flask) -> None:
    app.config["VAULT_COST"] = CHEAP_VAULT
    with connection():
        chief = browse(app, makers.acting(Role.CHIEF))
    for path in ("/valv/aterstallning", "/valv/tilltrade", "/valv/omforsegling"):
        assert "finns inget valv" in chief.get(path, 409).text


def test_the_change_of_key_is_told_in_the_sign_in_that_it_begins(pages: Pages) -> None:
    pages.unlock()
    pages.browser.post("/valv/ny-nyckel", {}, 303)
    assert "har en ny nyckel" in pages.browser.get("/valv/omforsegling").text


def test_the_fingerprint_is_told_where_the_key_is_made(pages: Pages, app: Flask) -> None:
    with connection():
        deputy = browse(app, makers.acting(Role.DEPUTY, name="Dag Vik"))
        makers.cleared(deputy.actor)
    shown = deputy.post("/valv/nyckel", {}, 200)
    words, told = re.findall(r'<p class="words">([^<]+)</p>', deputy.last.text)
    draft = next(one["value"] for one in shown.inputs if one.get("name") == "draft")
    deputy.post("/valv/nyckel/klart", {"draft": draft, "passphrase": words}, 303)
    assert told in deputy.get("/valv/nyckel").text
    pages.unlock()
    assert told in pages.browser.get("/valv/tilltrade").text
    with connection(), db.migrating():
        db.execute_sql(f"UPDATE vault_holder SET public = '{EVIL.public().hex()}' WHERE kind = 'deputy'")
    for page in (deputy.get("/valv/nyckel"), pages.browser.get("/valv/tilltrade")):
        assert told not in page.text and "stämmer inte med sitt spår" in page.text
        assert not re.search(r"fingeravtryck: [0-9a-f]{4} ", page.text)


def test_a_session_alone_says_no_passphrase_lost(pages: Pages, app: Flask) -> None:
    chief = pages.browser
    with connection():
        code = makers.code_app(Person.get_by_id(chief.actor.id))
        token, _ = sessions.start(chief.actor.id, AT)
    chief.client.set_cookie("varna", token)
    for given in ({}, {"second_code": "000000"}):
        back = chief.post("/valv/nyckel", {"lost": "1", **given}, 422)
        assert "draft" not in {one.get("name") for one in back.inputs}
    chief.post("/valv/nyckel", {}, 403)
    chief.post("/valv/nyckel", {"lost": "1", "second_code": code.at(AT)}, 200)


def test_what_ended_asks_for_a_new_key(pages: Pages) -> None:
    pages.unlock()
    shown = pages.browser.post("/valv/delar", {}, 200)
    lines = re.findall(r'<p class="words">([^<]+)</p>', pages.browser.last.text)
    draft = next(one["value"] for one in shown.inputs if one.get("name") == "draft")
    typed = {"draft": draft, "share_1": lines[0], "share_2": lines[1]}
    assert "Byt nyckel" in pages.browser.get("/valv/tilltrade").text
    assert "inte längre ska" not in pages.browser.get("/valv/tilltrade").text
    pages.browser.post("/valv/delar/klart", typed, 303)
    for path in ("/valv/tilltrade", "/"):
        assert "inte längre ska" in pages.browser.get(path).text
    pages.browser.post("/valv/ny-nyckel", {}, 303)
    assert "inte längre ska" not in pages.browser.get("/valv/tilltrade").text


def test_what_cannot_be_opened_is_counted_and_stands_in_no_ones_way(pages: Pages) -> None:
    with connection():
        row = makers.deposit(pages.browser.actor)
    with connection(), db.migrating():
        db.execute_sql(f"UPDATE deposit SET body = photo WHERE id = {row.id}")
    pages.unlock()
    pages.browser.post("/valv/ny-nyckel", {}, 303)
    told = pages.browser.post("/valv/omforsegling", {}, 200)
    assert "1 går inte att öppna" in told.text
    assert "/valv/ny-nyckel" in [form["action"] for form in pages.browser.get("/valv/tilltrade").forms]


def test_the_night_takes_lapsed_vaults_away(pages: Pages, app: Flask) -> None:
    pages.unlock()
    with time_machine.travel(AT + DAY, tick=False):
        app.test_cli_runner().invoke(args=["daily"])
    with connection():
        assert not VaultSession.select().exists()
