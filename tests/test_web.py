"""What stands around every view: cookies, forms that are ours, headers, limits, redirects, logs, error pages."""

import dataclasses
import datetime as dt
import html
import json
import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_string
from email import policy as mail_policy
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from models.database import NoTurn, connection, db
from models.people import Person, Session
from models.words import Role
from tests.browse import mind_manners
from tests.mailbox import Mailbox
from tests.test_people import CHEAP, OTHER, PASSWORD
from tracker import language
from tracker.acts import people
from tracker.application import create_app
from tracker.laws import ledger, sessions
from tracker.settings import Settings, read
from tracker.views.web import our_path
from tracker.views.web.headers import POLICY

OURS = {"Sec-Fetch-Site": "same-origin"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.config["PASSWORD_COST"] = CHEAP
    yield app
    db.close_all()


@pytest.fixture
def town(app: Flask) -> "Town":
    return Town(app)


class Town:
    """An administrator and a warden who have come in, and browsers for them."""

    def __init__(self, app: Flask) -> None:
        self.app, self.pepper = app, app.config["SETTINGS"].password_pepper
        at = now() - dt.timedelta(days=30)
        with connection():
            token = people.make_administrator("ada@kommun.se", "Ada", at=at)
            self.ada = people.choose_password(token, PASSWORD, pepper=self.pepper, at=at, cost=CHEAP)
            self.bo = people.add(self.actor(self.ada), "Bo", "bo@kommun.se", at=at)
            token = people.invite(self.actor(self.ada), self.bo, at=at)
            people.choose_password(token, PASSWORD, pepper=self.pepper, at=at, cost=CHEAP)
            people.grant_role(self.actor(self.ada), self.bo, Role.WARDEN, at=at)

    def actor(self, person: Person) -> Any:
        return people.actor_for(person.id, language.today(now()))

    def browser(self, person: Person | None = None) -> "Browser":
        """Signed in as `person`, by a session that was started for them."""
        browser = Browser(self.app)
        if person:
            with connection():
                token, _ = sessions.start(person.id, now(), json.dumps({"csrf_token": secrets.token_hex(20)}))
            browser.client.set_cookie("varna", token)
        return browser

    def session_rows(self) -> int:
        with connection():
            return Session.select().count()


class Browser:
    """A browser that sends what the latest page's form would send, and says where it was sent from."""

    def __init__(self, app: Flask, **environ: Any) -> None:
        self.client: FlaskClient = app.test_client()
        self.page: TestResponse | None = None
        self.environ = environ

    def get(self, path: str, **more: Any) -> TestResponse:
        self.page = self.client.get(path, environ_overrides=self.environ, **more)
        return self.page

    def post(self, path: str, headers: dict[str, str] | None = None, **typed: str) -> TestResponse:
        carried = {name: value for name, value in self.hidden().items() if name in ("csrf_token", "next", "kept")}
        self.page = self.client.post(
            path, data=carried | typed, headers=OURS if headers is None else headers, environ_overrides=self.environ
        )
        return self.page

    def hidden(self) -> dict[str, str]:
        found = HIDDEN.findall(self.page.text) if self.page and self.page.mimetype == "text/html" else []
        return {name: html.unescape(value) for name, value in found}

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        self.get("/logga-in")
        return self.post("/logga-in", email=email, password=password)

    def cookie(self, name: str = "varna") -> str | None:
        found = self.client.get_cookie(name)
        return found.value if found else None


# Signing in and out


def test_before_sign_in_there_is_no_row(town: Town) -> None:
    browser = town.browser()
    assert browser.get("/logga-in").status_code == 200
    assert browser.cookie() is None and browser.cookie("varna-form") and town.session_rows() == 0


def test_sign_in_makes_a_row_and_leads_home(town: Town) -> None:
    browser = town.browser()
    answer = browser.sign_in("bo@kommun.se")
    assert (answer.status_code, answer.location) == (303, "/")
    assert town.session_rows() == 1 and browser.cookie("varna-form") is None
    assert browser.get("/konto").status_code == 200


def test_a_token_that_was_planted_is_not_the_one_in_use(town: Town) -> None:
    browser = town.browser()
    browser.client.set_cookie("varna", "planted-by-somebody")
    browser.sign_in("bo@kommun.se")
    assert browser.cookie() not in (None, "planted-by-somebody")


def test_signing_in_again_ends_the_session_before(town: Town) -> None:
    browser = town.browser(town.bo)
    before = browser.cookie()
    browser.get("/konto")
    browser.post("/logga-in", email="ada@kommun.se", password=PASSWORD)
    assert browser.cookie() != before and town.session_rows() == 1
    assert "ada@kommun.se" in browser.get("/konto").text


def test_a_session_is_dead_after_sign_out(town: Town) -> None:
    browser = town.browser(town.bo)
    token = browser.cookie()
    browser.get("/konto")
    assert browser.post("/logga-ut").status_code == 303
    assert browser.cookie() is None and town.session_rows() == 0
    browser.client.set_cookie("varna", token or "")
    assert browser.get("/konto").location.startswith("/logga-in")


def test_signing_out_of_an_ended_session_shows_the_sign_in(town: Town) -> None:
    browser = town.browser(town.bo)
    browser.get("/konto")
    browser.client.delete_cookie("varna")
    assert 'action="/logga-in"' in browser.post("/logga-ut").text


def test_the_language_is_kept_through_sign_in(town: Town) -> None:
    browser = town.browser()
    browser.get("/logga-in")
    assert browser.post("/sprak/en?next=/logga-in").location == "/logga-in"
    assert '<html lang="en">' in browser.get("/logga-in").text
    assert browser.post("/sprak/xx").status_code == 404
    browser.sign_in("bo@kommun.se")
    assert '<html lang="sv">' in browser.get("/konto").text, "a person's own language goes before a visitor's"
    assert browser.post("/sprak/en?next=//evil.example").location == "/"
    assert '<html lang="en">' in browser.get("/konto").text


def test_an_idle_session_leads_to_the_sign_in(town: Town, time_machine: Any) -> None:
    browser = town.browser(town.bo)
    assert browser.get("/konto").status_code == 200
    time_machine.move_to(now() + sessions.IDLE)
    assert browser.get("/konto").location == "/logga-in?next=/konto"


def test_what_was_wrong_is_not_said_and_the_password_does_not_come_back(town: Town) -> None:
    pages = []
    for email in ("bo@kommun.se", "nobody@kommun.se"):
        answer = town.browser().sign_in(email, "hemligt-fel-lösenord")
        assert answer.status_code == 422 and "hemligt-fel" not in answer.text
        pages.append(re.sub(r'value="[^"]*"', "", answer.text.replace(email, "")))
    assert pages[0] == pages[1]


def test_guessing_gets_a_wait(town: Town) -> None:
    browser = town.browser()
    for _ in range(5):
        assert browser.sign_in("nobody@kommun.se", "x").status_code == 422
    answer = browser.sign_in("nobody@kommun.se", "x")
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) >= 1


def test_a_role_taken_away_is_gone_at_once(town: Town) -> None:
    browser = town.browser(town.bo)
    assert browser.get("/konto").status_code == 200
    with connection():
        people.deactivate(town.actor(town.ada), town.bo, at=now())
    assert browser.get("/konto").status_code == 302


# Links


def test_an_invited_person_chooses_a_password(town: Town) -> None:
    with connection():
        person = people.add(town.actor(town.ada), "Cilla", "cilla@kommun.se", at=now())
    ada = town.browser(town.ada)
    ada.get(f"/personer/{person.uid.hex}/behorighet")
    shown = ada.post(f"/personer/{person.uid.hex}/inbjudan")
    path = re.search(r"/valkommen/[\w-]+", shown.text)[0]
    ends = language.word(dt.datetime.now(dt.UTC) + dt.timedelta(days=7), "sv").rsplit(" ", 1)[0]
    assert f"Den fungerar till och med {ends}" in shown.text and "data-copy=" in shown.text
    assert shown.headers["Cache-Control"] == "no-store" and path not in ada.get("/konto").text
    cilla = town.browser()
    assert cilla.get(path).status_code == 200
    assert cilla.post(path, password=OTHER, password_again="something else").status_code == 422
    assert OTHER not in cilla.page.text
    assert cilla.post(path, password="kort", password_again="kort").status_code == 422
    assert cilla.post(path, password=OTHER, password_again=OTHER).location == "/logga-in"
    assert cilla.get(path).status_code == 404
    assert cilla.sign_in("cilla@kommun.se", OTHER).status_code == 303


def test_an_administrator_is_refused_in_words(town: Town) -> None:
    ada = town.browser(town.ada)
    own = f"/personer/{town.ada.uid.hex}"
    ada.get("/konto")
    assert ada.post(f"{own}/roller", role="security").status_code == 422
    assert ada.post(f"/personer/{town.bo.uid.hex}/roller", role="chief").status_code == 422
    assert ada.post(f"{own}/aterstallning").status_code == 422
    assert ada.post(f"{own}/inloggning", active="0").status_code == 422


def test_a_role_is_given_and_ended(town: Town) -> None:
    ada, bo = town.browser(town.ada), town.browser(town.bo)
    path = f"/personer/{town.bo.uid.hex}"
    assert ada.get(f"{path}/behorighet").status_code == 200
    assert ada.post(f"{path}/roller", role="caretaker").status_code == 303
    assert bo.get("/konto").status_code == 302, "the session ended with the change"
    end = re.search(rf"{path}/roller/\w+/slut", ada.get(f"{path}/behorighet").text)[0]
    assert ada.post(end).status_code == 303
    with connection():
        assert len(people.roles_of(town.bo.id, dt.date.today())) == 1


def test_what_owns_a_register_is_given_by_two(town: Town) -> None:
    """An administrator asks; the chief, who manages no people, sees what waits and confirms it."""
    ada, path = town.browser(town.ada), f"/personer/{town.bo.uid.hex}"
    with connection():
        token = people.make_chief("eva@kommun.se", "Eva", at=now())
        eva = people.choose_password(token, PASSWORD, pepper=town.pepper, at=now(), cost=CHEAP)
    ada.get(f"{path}/behorighet")
    assert ada.post(f"{path}/roller", role="security").status_code == 303
    asked = ada.get(f"{path}/behorighet").text
    assert "väntar på att en andra person" in asked and "/bekraftelse" not in asked
    chief = town.browser(eva)
    seen = chief.get(f"{path}/behorighet").text
    assert "Ada begärde den" in mind_manners(seen).text and "/slut" not in seen and "/inbjudan" not in seen
    confirm = re.search(rf"{path}/roller/\w+/bekraftelse", seen)[0]
    assert ada.post(confirm).status_code == 422
    chief.get(f"{path}/behorighet")
    assert chief.post(confirm).status_code == 303
    chief.get(f"{path}/behorighet")
    assert chief.post(confirm).status_code == 422
    with connection():
        assert town.actor(town.bo).roles == {Role.WARDEN, Role.SECURITY}


def test_the_chiefs_way_in_is_not_offered_and_is_refused_in_words(town: Town) -> None:
    with connection():
        people.make_chief("bo@kommun.se", "Bo", at=now())
    ada, path = town.browser(town.ada), f"/personer/{town.bo.uid.hex}"
    seen = ada.get(f"{path}/behorighet").text
    assert "med ett kommando på servern" in mind_manners(seen).text
    assert not [way for way in ("/aterstallning", "/inbjudan", "/inloggning") if f"{path}{way}" in seen]
    for way in ("/aterstallning", "/inloggning"):
        ada.get(f"{path}/behorighet")
        answer = ada.post(f"{path}{way}", active="0")
        assert answer.status_code == 422 and "med ett kommando på servern" in mind_manners(answer.text).text


def test_another_site_puts_no_export_in_ones_name(town: Town) -> None:
    ada = town.browser(town.ada)
    for site, status, noted in (
        ("cross-site", 400, 0),
        ("same-site", 400, 0),
        ("same-origin", 200, 1),
        ("none", 200, 1),
    ):
        with connection():
            before = ledger.count_of_entries()
        answer = ada.get("/personer/export", headers={"Sec-Fetch-Site": site})
        assert answer.text and answer.status_code == status, site
        with connection():
            assert ledger.count_of_entries() - before == noted, site
    assert ada.get("/personer", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200, "a link in a mail"


def test_those_who_do_not_manage_people_are_refused(town: Town) -> None:
    assert town.browser(town.bo).get(f"/personer/{town.bo.uid.hex}/behorighet").status_code == 403


def test_ones_own_password_and_other_sessions(town: Town) -> None:
    here, there = town.browser(town.bo), town.browser(town.bo)
    here.get("/konto")
    wrong = here.post("/konto/losenord", old_password="nej", password=OTHER, password_again=OTHER)
    assert wrong.status_code == 422 and OTHER not in wrong.text
    before = here.cookie()
    assert here.post("/konto/losenord", old_password=PASSWORD, password=OTHER, password_again=OTHER).status_code == 303
    assert here.cookie() != before and here.get("/konto").status_code == 200
    assert there.get("/konto").status_code == 302
    there.sign_in("bo@kommun.se", OTHER)
    assert here.post("/konto/sessioner").status_code == 303
    assert there.get("/konto").status_code == 302 and here.get("/konto").status_code == 200


def test_with_a_mail_server_the_link_is_mailed_and_never_shown(town: Town, mailbox: Any) -> None:
    with connection():
        cilla = people.add(town.actor(town.ada), "Cilla Å", "cilla@kommun.se", at=now())
    town.app.config["SETTINGS"] = dataclasses.replace(town.app.config["SETTINGS"], smtp_url=mailbox.url)
    ada = town.browser(town.ada)
    ada.get("/konto")
    assert ada.post(f"/personer/{cilla.uid.hex}/inbjudan").status_code == 303
    letter = message_from_string(mailbox.letters[0], policy=mail_policy.default)
    path = re.search(r"http://localhost(/valkommen/[\w-]+)", letter.get_content())[1]
    assert letter["To"] == "cilla@kommun.se" and "/valkommen/" not in ada.get(ada.page.location).text
    assert town.browser().get(path).status_code == 200
    mailbox.close()
    assert ada.post(f"/personer/{cilla.uid.hex}/inbjudan").status_code == 422


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    with suppress(OSError):
        box.close()


# Forms that are ours


def test_a_form_without_its_token_is_refused(town: Town) -> None:
    browser = town.browser(town.bo)
    for token in ("", "forged"):
        answer = browser.client.post("/konto/sessioner", data={"csrf_token": token}, headers=OURS)
        assert answer.status_code == 400


def test_another_browsers_token_is_refused(town: Town) -> None:
    mine, theirs = town.browser(town.bo), town.browser(town.ada)
    theirs.get("/konto")
    token = theirs.hidden()["csrf_token"]
    assert mine.client.post("/konto/sessioner", data={"csrf_token": token}, headers=OURS).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:8081"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_what_another_site_sends_is_refused_with_a_right_token(town: Town, headers: dict[str, str]) -> None:
    browser = town.browser(town.bo)
    browser.get("/konto")
    assert browser.post("/konto/sessioner", headers=headers).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [{}, OURS, {"Origin": "http://localhost"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}],
)
def test_what_our_own_pages_send_is_received(town: Town, headers: dict[str, str]) -> None:
    browser = town.browser(town.bo)
    browser.get("/konto")
    assert browser.post("/konto/sessioner", headers=headers).status_code == 303


# A session that ended in mid-form


TYPED = {"text": "Dörren står på glänt.\r\nSe «bilden» & <b>fråga</b>", "password": "canary-lösen-x", "n": "1"}


def test_what_was_typed_outlives_the_session(town: Town) -> None:
    browser = town.browser(town.bo)
    browser.get("/konto")
    browser.client.delete_cookie("varna")
    answer = browser.post("/konto/sessioner?a=b", **TYPED)
    assert answer.status_code == 401 and answer.headers["Cache-Control"] == "no-store"
    assert "canary" not in answer.text
    again = browser.post("/logga-in", email="bo@kommun.se", password=PASSWORD)
    assert again.status_code == 200 and again.headers["Cache-Control"] == "no-store"
    assert 'action="/konto/sessioner?a=b"' in again.text
    hidden = browser.hidden()
    assert hidden["text"] == TYPED["text"] and hidden["n"] == "1" and "password" not in hidden
    sent = browser.client.post("/konto/sessioner?a=b", data=hidden, headers=OURS)
    assert sent.status_code == 303


def test_it_outlives_a_wrong_password_too(town: Town) -> None:
    browser = town.browser()
    browser.post("/konto/sessioner", **TYPED)
    assert browser.post("/logga-in", email="bo@kommun.se", password="fel").status_code == 422
    assert browser.post("/logga-in", email="bo@kommun.se", password=PASSWORD).status_code == 200
    assert browser.hidden()["text"] == TYPED["text"]


def test_a_new_sign_in_beside_does_not_lose_it_either(town: Town) -> None:
    browser = town.browser(town.bo)
    browser.get("/konto")
    old = browser.hidden()["csrf_token"]
    browser.client.set_cookie("varna", town.browser(town.bo).cookie() or "")
    answer = browser.client.post("/konto/sessioner", data={**TYPED, "csrf_token": old}, headers=OURS)
    assert answer.status_code == 400 and "Dörren" in answer.text and "canary" not in answer.text


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}])
def test_nothing_is_carried_that_may_come_from_elsewhere(town: Town, headers: dict[str, str]) -> None:
    answer = town.browser().post("/konto/sessioner", headers=headers, **TYPED)
    assert answer.status_code == 401 and "Dörren" not in answer.text


def test_a_foreign_site_gets_no_sign_in_form(town: Town) -> None:
    answer = town.browser().post("/konto/sessioner", headers={"Sec-Fetch-Site": "cross-site"}, **TYPED)
    assert answer.status_code == 400 and "Dörren" not in answer.text


def test_what_is_carried_is_bounded_and_read_with_suspicion(town: Town) -> None:
    assert "yyyy" not in town.browser().post("/konto/sessioner", text="y" * 200_001).text
    for kept in ("[", "[1]", '[["a"]]', '{"a":"b"}', "[[1,2]]", "[" * 50_000):
        browser = town.browser()
        browser.get("/logga-in")
        assert browser.post("/logga-in", email="bo@kommun.se", password=PASSWORD, kept=kept).status_code == 303


def test_nothing_of_it_is_stored(town: Town) -> None:
    browser = town.browser()
    browser.post("/konto/sessioner", text="kanariefågel")
    browser.post("/logga-in", email="bo@kommun.se", password=PASSWORD)
    with connection():
        assert not any("kanarie" in str(row) for row in Session.select().dicts())
    assert not any("kanarie" in str(value) for value in (browser.cookie(), browser.cookie("varna-form")))


# Redirects


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "///evil.example", "https://evil.example", "https:evil.example", "/\\evil.example",
        "\\\\evil.example", "/ok\\..\\evil", "javascript:alert(1)", "/\tevil", "/\n/evil.example", "/\x00",
        " //evil.example",
        "evil", "", "/" + "a" * 2000, "/\u202eevil", "/a\ud800",
    ],
)  # fmt: skip
def test_only_paths_of_ours_are_gone_to(target: str) -> None:
    assert our_path(target, "/home") == "/home"


@pytest.mark.parametrize(
    "target", ["/", "/ronder?sort=-x&q=%2F%2Fa", "/personer/å", "/a//b", "/a:b", "/?next=https://x.se"]
)
def test_paths_of_ours_are(target: str) -> None:
    assert our_path(target) == target


@given(st.text(alphabet="/\\:.@a\t\n ?#%", max_size=12))
def test_no_target_ever_leaves_the_host(target: str) -> None:
    joined = urlsplit(urljoin("http://varna.test/here", our_path(target)))
    assert (joined.scheme, joined.netloc) == ("http", "varna.test")


def test_sign_in_goes_where_one_was_going(town: Town) -> None:
    for wanted, gone in (("/konto", "/konto"), ("//evil.example", "/"), ("https://evil.example/", "/")):
        browser = town.browser()
        browser.get("/logga-in", query_string={"next": wanted})
        assert browser.post("/logga-in", email="bo@kommun.se", password=PASSWORD, next=wanted).location == gone


# Headers


def test_every_route_has_the_headers(town: Town) -> None:
    clients = [town.browser().client, town.browser(town.bo).client, town.browser(town.ada).client]
    paths = {filled(rule) for rule in town.app.url_map.iter_rules()} | {"/does-not-exist"}
    assert len(paths) > 20
    for client in clients:
        for path in sorted(paths):
            for answer in (client.get(path), client.open(path, method="OPTIONS")):
                assert answer.headers["Content-Security-Policy"] == POLICY, path
                assert answer.headers["X-Content-Type-Options"] == "nosniff", path
                assert answer.headers["Referrer-Policy"] == "no-referrer", path
                assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", path
                assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", path
                assert answer.headers["Permissions-Policy"].startswith("camera=(self)"), path
                assert "static" in path or answer.headers["Cache-Control"] == "no-store", path
                assert "Strict-Transport-Security" not in answer.headers, path


def filled(rule: Any) -> str:
    return re.sub(r"<[^>]*>", "0" * 32, rule.rule)


def test_behind_tls_cookies_are_bound_to_the_host(environ: dict[str, str], database_url: str) -> None:
    behind = {"VARNA_BEHIND_TLS": "proxy", "VARNA_TRUSTED_HOSTS": "varna.kommun.se", "DATABASE_URL": database_url}
    app = create_app(read(environ | behind))
    app.config["PASSWORD_COST"] = CHEAP
    town = Town(app)
    browser = Browser(
        app, HTTP_HOST="inside:8000", HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_HOST="varna.kommun.se"
    )
    answer = browser.get("/logga-in")
    assert answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert (
        cookie.startswith("__Host-varna-form=")
        and "Secure" in cookie
        and "HttpOnly" in cookie
        and "SameSite=Lax" in cookie
    )
    headers = {"Origin": "https://varna.kommun.se", "Cookie": cookie.partition(";")[0]}
    answer = browser.post("/logga-in", headers=headers, email=town.bo.email, password=PASSWORD)
    assert answer.status_code == 303
    session = next(cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("__Host-varna="))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(session.split("; ")) and "Domain" not in session
    db.close_all()


def test_an_undeclared_proxy_is_not_believed(town: Town) -> None:
    answer = town.browser().get("/konto", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert answer.location == "/logga-in?next=/konto"


def test_another_host_is_refused(town: Town) -> None:
    answer = town.browser().get("/logga-in", headers={"Host": "evil.example"})
    assert answer.status_code == 400 and answer.mimetype == "text/plain"


# Limits


def test_ten_megabytes_are_too_much(town: Town) -> None:
    for browser in (town.browser(), town.browser(town.bo)):
        for path in ("/logga-in", "/konto/sessioner"):
            answer = browser.client.post(path, data={"text": "x" * 10_000_000}, headers=OURS)
            assert answer.status_code == 413, path


def test_a_form_has_so_many_fields(town: Town) -> None:
    many: dict[str, Any] = {f"f{number}": "x" for number in range(3001)} | {"file": (BytesIO(b"x"), "x.txt")}
    assert town.browser(town.bo).client.post("/konto/sessioner", data=many, headers=OURS).status_code == 413


def test_files_stay_in_memory(app: Flask) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
    body, kind = head + b"x" * 1_500_000 + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
    with app.test_request_context("/", method="POST", data=body, content_type=kind) as context:
        assert type(context.request.files["file"].stream) is BytesIO


# Errors and logs


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/finns-inte", 404), ("DELETE", "/konto", 400), ("PUT", "/finns-inte", 404)]
)
def test_an_error_is_a_page_in_the_readers_language(town: Town, method: str, path: str, status: int) -> None:
    answer = town.browser(town.bo).client.open(path, method=method)
    assert answer.status_code in (status, 405) and "<h1>" in answer.text


def test_a_wrong_method_says_which_are_right(town: Town) -> None:
    browser = town.browser(town.bo)
    answer = browser.get("/konto/sessioner")
    assert answer.status_code == 405 and "POST" in answer.headers["Allow"]


def test_no_turn_gives_back_what_was_typed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def crowded(*given: Any, **more: Any) -> None:
        raise NoTurn(10)

    monkeypatch.setattr(people, "sign_out_everywhere", crowded)
    browser = town.browser(town.bo)
    browser.get("/konto")
    answer = browser.post("/konto/sessioner", text="Dörren står på glänt.")
    assert answer.status_code == 503 and browser.hidden()["text"] == "Dörren står på glänt."


def test_logs_tell_routes_and_crashes_but_no_values(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(*given: Any, **more: Any) -> None:
        secret = "kanariefågel"
        raise ValueError(f"{secret} {given}")

    town.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(people, "sign_out_everywhere", crash)
    caplog.set_level(logging.DEBUG)
    browser = town.browser(town.bo)
    browser.get("/konto?q=kanariefågel")
    browser.get("/valkommen/kanariefågel")
    browser.get("/konto")
    answer = browser.post("/konto/sessioner", text="kanariefågel")
    assert answer.status_code == 500 and "kanarie" not in caplog.text and "Bo" not in caplog.text
    lines = [json.loads(record.message) for record in caplog.records if record.name == "varna"]
    crashed = next(line for line in lines if line["event"] == "crash")
    assert crashed["errors"][0]["kind"] == "ValueError" and "crash" in crashed["errors"][0]["at"][-1]
    assert crashed["request"] == answer.headers["X-Request-Id"] and crashed["request"] in answer.text
    assert {"/konto", "/valkommen/<token>", "/konto/sessioner"} <= {line["route"] for line in lines}
