"""Unlocking and locking as a person meets it: no try goes unseen, no sign-out leaves the vault open, no file is lost."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from models.database import connection
from models.happenings import Verb
from models.ledger import Entry
from models.people import Person
from models.protective_security import MeasureCore
from models.vault import VaultSession
from models.words import Role
from tests import makers
from tests.browse import OURS, Page, browse, mind_manners
from tests.dba import Dba
from tests.makers import AT
from tests.test_cores import PDF
from tests.test_vault_content_pages import TYPED, Desk, file
from tracker.acts.vault import trail
from tracker.laws import ledger, sessions


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    return Desk(app)


def newest() -> list[str]:
    with connection():
        return [entry.verb for entry in Entry.select(Entry.verb).order_by(Entry.number)]


def failed_at(tried: Any) -> list[str]:
    """What a try left in the log."""
    before = len(newest())
    tried()
    return newest()[before:]


def with_factor(desk: Desk) -> Any:
    with connection():
        code_app = makers.code_app(Person.get_by_id(desk.chief.actor.id))
    desk.chief = browse(desk.app, desk.chief.actor)
    return code_app


# Every try in vain


@pytest.mark.parametrize("code", ["", "000000"])
def test_a_right_passphrase_without_the_second_step_is_noted(desk: Desk, code: str) -> None:
    with_factor(desk)
    typed = {"passphrase": desk.words, "second_code": code}
    assert Verb.UNLOCK_FAILED in failed_at(lambda: desk.chief.post("/valv/las-upp", typed, 422))
    assert "försökte låsa upp valvet" in desk.chief.get("/valv/spar").text
    with connection():
        assert trail.counts(AT)[Verb.UNLOCK_FAILED] == 1


def test_both_steps_open_it(desk: Desk) -> None:
    code_app = with_factor(desk)
    desk.chief.post("/valv/las-upp", {"passphrase": desk.words, "second_code": code_app.at(AT)}, 303)
    assert "Valvet är öppet" in desk.chief.get("/valv").text


def test_a_try_that_came_too_early_is_noted(desk: Desk) -> None:
    for _ in range(5):
        desk.chief.post("/valv/las-upp", {"passphrase": "fel"}, 422)
    early = lambda: desk.chief.post("/valv/las-upp", {"passphrase": desk.words}, 429)  # noqa: E731
    assert failed_at(early) == [Verb.UNLOCK_FAILED]


def test_whoever_holds_no_key_is_noted(desk: Desk) -> None:
    with connection():
        deputy = browse(desk.app, makers.acting(Role.DEPUTY))
    for _ in range(2):
        assert failed_at(lambda: deputy.post("/valv/las-upp", {"passphrase": "sex ord"}, 403)) == [Verb.UNLOCK_FAILED]
        with connection():
            makers.cleared(deputy.actor)


def test_a_second_step_that_somebody_took_away_is_missed(desk: Desk, database_url: str) -> None:
    with_factor(desk)
    dba = Dba(database_url)
    dba.run("DELETE FROM code_app")
    dba.connection.close()
    tried = lambda: desk.chief.post("/valv/las-upp", {"passphrase": desk.words}, 403)  # noqa: E731
    assert failed_at(tried) == [Verb.UNLOCK_FAILED]
    assert "vid sidan av Värna" in Page(desk.chief.last.text).text and not vaults()


def vaults() -> int:
    with connection():
        return VaultSession.select().count()


# Signing out


def test_signing_out_locks_the_vault(desk: Desk) -> None:
    desk.unlock()
    assert desk.chief.client.get_cookie("varna-vault")
    assert failed_at(lambda: desk.chief.post("/logga-ut", {}, 303)) == [Verb.LOCKED]
    assert not vaults() and not desk.chief.client.get_cookie("varna-vault")
    with connection():
        assert ledger.latest().size == ledger.count_of_entries()
    assert failed_at(lambda: browse(desk.app, desk.chief.actor).post("/logga-ut", {}, 303)) == []


def test_an_open_vault_is_not_open_in_the_next_sign_in(desk: Desk) -> None:
    """The session ended without a sign-out; the browser still has the vault's cookie, and its row is there."""
    desk.unlock()
    with connection():
        row = makers.deposit(desk.chief.actor)
        token, _ = sessions.start(desk.chief.actor.id, AT)
    desk.chief.client.set_cookie("varna", token)
    assert vaults() and "Valvet är öppet" not in desk.chief.get("/valv").text
    page = desk.chief.get(f"/rapporter/{row.uid.hex}")
    assert "Öppna och läs" not in page.text and "Lås upp" in page.text


# A file that was sent when the session had been renewed


def test_a_file_is_asked_for_again_and_not_sent_without(desk: Desk) -> None:
    old = desk.chief.token()
    desk.unlock()  # in another tab
    send = lambda where, data: desk.chief.client.post(where, data=data, headers=OURS)  # noqa: E731
    answer = send(f"{desk.path}/skriv", TYPED | {"csrf_token": old, "document": file()})
    back = mind_manners(answer.text)
    assert answer.status_code == 400 and "Filen måste väljas igen" in back.text
    form = next(form for form in back.forms if form["action"] == f"{desk.path}/skriv")
    without = {name: value for name, value in form["names"].items() if name != "document"}
    for empty in (without, without | {"document": (io.BytesIO(b""), "")}):
        answer = send(form["action"], empty)
        assert answer.status_code == 422 and "Filen måste väljas igen" in mind_manners(answer.text).text
        with connection():
            assert not MeasureCore.select().exists()
    assert send(form["action"], without | {"document": file()}).status_code == 303
    desk.unlock()
    assert desk.fetch().data == PDF


def test_what_was_typed_without_a_file_needs_none(desk: Desk) -> None:
    old = desk.chief.token()
    desk.unlock()
    data = TYPED | {"csrf_token": old, "document": (io.BytesIO(b""), "")}
    answer = desk.chief.client.post(f"{desk.path}/skriv", data=data, headers=OURS)
    back = mind_manners(answer.text)
    assert "Inget du skrev har gått förlorat" in back.text and "Filen måste" not in back.text
    form = next(form for form in back.forms if form["action"] == f"{desk.path}/skriv")
    assert desk.chief.client.post(form["action"], data=form["names"], headers=OURS).status_code == 303
