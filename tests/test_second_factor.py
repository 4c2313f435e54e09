"""The second factor: added and proven once each, asked for after the password, demanded of three roles, never forged."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import html
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask
from werkzeug.exceptions import SecurityError
from werkzeug.test import TestResponse

from models import RECORDS
from models.database import connection, db
from models.ledger import Entry, EntryDetail
from models.people import Credential, Person, Session
from models.second_factor import CodeApp, Passkey, RecoveryCode, UsedChallenge
from models.words import Act, Role
from tests import makers
from tests.authenticator import Device
from tests.browse import OURS, mind_manners
from tests.makers import AT, CHEAP, PASSWORD
from tests.test_language import Pseudo, escaped
from tracker import language
from tracker.acts import people
from tracker.acts.people.second_factor import CODE, Given
from tracker.application import create_app
from tracker.laws import ledger, policy, second_factor, sessions, throttle
from tracker.laws.second_factor import challenges, codes, passkeys, recovery, steps
from tracker.settings import read
from tracker.spine.errors import Invalid, Missing
from tracker.views import proving
from tracker.views.guard import needs

STEP = dt.timedelta(seconds=30)
SITE = challenges.Site("localhost", "http://localhost")
HERE = "/konto/tvasteg"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
OPTIONS = re.compile(r'data-key="([^"]*)"')
RECOVERY = re.compile(r"\b\w{4}-\w{4}-\w{4}\b")


# People and their browsers


class Visit:
    """Somebody in a browser that sends what the page's forms would send."""

    def __init__(self, app: Flask, person: Person | None = None, **cookies: str) -> None:
        self.app, self.person, self.client = app, person, app.test_client()
        self.page: TestResponse | None = None

    def get(self, path: str, status: int = 200) -> TestResponse:
        return self._read(self.client.get(path), status)

    def post(self, path: str, status: int = 303, **typed: str) -> TestResponse:
        carried = {name: value for name, value in self.hidden.items() if name != "second_key"}
        return self._read(self.client.post(path, data=carried | typed, headers=OURS), status)

    def sign_in(self, status: int = 303, password: str = PASSWORD) -> TestResponse:
        assert self.person
        self.get("/logga-in")
        return self.post("/logga-in", status, email=self.person.email, password=password)

    @property
    def hidden(self) -> dict[str, str]:
        assert self.page is not None
        return {name: html.unescape(value) for name, value in HIDDEN.findall(self.page.text)}

    @property
    def options(self) -> str:
        """What the page asks a passkey."""
        assert self.page is not None
        return html.unescape(OPTIONS.findall(self.page.text)[0])

    @property
    def is_in(self) -> bool:
        """Whether the start page opens, or leads on to another of the house."""
        return not (self.client.get("/", headers=OURS).location or "/").startswith(("/logga-in", HERE))

    def _read(self, answer: TestResponse, status: int) -> TestResponse:
        assert answer.status_code == status, f"{answer.status_code}: {answer.text[:800]}"
        if status not in (302, 303):
            self.page = answer
            mind_manners(answer.text)
        return answer


@pytest.fixture
def app(app: Flask) -> Flask:
    app.config["PASSWORD_COST"] = CHEAP
    return app


@pytest.fixture
def eva(app: Flask) -> Person:
    """The chief, of whom it is demanded."""
    return came_in(app, "Eva", Role.CHIEF)


@pytest.fixture
def bo(app: Flask) -> Person:
    """A warden, who may have one."""
    return came_in(app, "Bo", Role.WARDEN)


def came_in(app: Flask, name: str, *roles: Role) -> Person:
    with connection():
        made = makers.person(name, *roles)
        if people.waiting_roles(made, AT):
            second = makers.actor(makers.person("Ada", Role.ADMIN))
            for grant in people.waiting_roles(made, AT):
                people.confirm_role(second, grant, at=AT)
        return makers.came_in(made, pepper=app.config["SETTINGS"].password_pepper)


@contextmanager
def later(span: dt.timedelta) -> Iterator[dt.datetime]:
    with time_machine.travel(AT + span, tick=False):
        yield AT + span


def with_app(person: Person, name: str = "Telefonen", at: dt.datetime = AT - dt.timedelta(days=1)) -> pyotp.TOTP:
    """An app of the person's that has shown one code already."""
    with connection():
        return makers.code_app(person, name, at=at)


def with_passkey(person: Person, at: dt.datetime = AT - dt.timedelta(days=1), **more: Any) -> Device:
    device = Device(**more)
    with connection():
        actor = people.actor_of(person)
        asked = people.factors.begin_passkey(actor, SITE, at=at)
        assert asked
        people.factors.add_passkey(actor, "Nyckeln", device.make(asked.options), asked.ticket, SITE, at=at)
    return device


def told_of(person: Person) -> list[str]:
    with connection():
        mine = Entry.select().where(Entry.record_uid == person.uid.hex).order_by(Entry.number)
        return [entry.verb for entry in mine]


def typed(code: str, address: str = "192.0.2.1") -> Given:
    return Given(SITE, address, makers.PEPPER, code=code)


def refused(person: Person, given: Given, at: dt.datetime = AT) -> str:
    with connection(), pytest.raises(Invalid) as error:
        people.second_factor.verify(people.actor_of(person), given, at=at)
    (problem,) = error.value.problems
    assert problem.field == CODE
    return problem.message.msgid


def taken(person: Person, given: Given, at: dt.datetime = AT) -> None:
    with connection():
        people.second_factor.verify(people.actor_of(person), given, at=at)


# Codes of an app


def test_without_a_factor_the_password_is_enough(app: Flask, bo: Person) -> None:
    visit = Visit(app, bo)
    assert visit.sign_in().location == "/"
    assert visit.is_in and told_of(bo)[-1] == "signed_in"


def test_the_password_alone_is_no_session(app: Flask, bo: Person) -> None:
    shown = with_app(bo)
    visit = Visit(app, bo)
    assert visit.sign_in().location == "/logga-in/steg-tva?next=/"
    assert not visit.is_in and told_of(bo)[-1] == "password_given"
    visit.get("/logga-in/steg-tva")
    with connection():
        assert Session.select().count() == 0
    assert visit.post("/logga-in/steg-tva", second_code=shown.at(AT)).location == "/"
    assert visit.is_in and told_of(bo)[-1] == "signed_in"


def test_it_goes_where_one_was_going(app: Flask, bo: Person) -> None:
    shown, visit = with_app(bo), Visit(app, bo)
    visit.get("/logga-in?next=/brister")
    visit.post("/logga-in", email=bo.email, password=PASSWORD)
    visit.get("/logga-in/steg-tva?next=/brister")
    assert visit.post("/logga-in/steg-tva", second_code=shown.at(AT)).location == "/brister"


def test_what_was_typed_comes_along(app: Flask, bo: Person) -> None:
    shown, visit = with_app(bo), Visit(app, bo)
    visit.get("/logga-in")
    kept = json.dumps([["text", "Ringde i dag"]])
    visit.post("/logga-in", 200, email=bo.email, password=PASSWORD, next="/brister/1/x", kept=kept)
    visit.post("/logga-in/steg-tva", 422, second_code="000000")
    answer = visit.post("/logga-in/steg-tva", 200, second_code=shown.at(AT))
    assert "Ringde i dag" in answer.text and visit.is_in


def test_a_wrong_code_is_said_beside_its_field(app: Flask, bo: Person) -> None:
    shown, visit = with_app(bo), Visit(app, bo)
    visit.sign_in()
    visit.get("/logga-in/steg-tva")
    wrong = f"{(int(shown.at(AT)) + 1) % 10**6:06}"
    for given, sentence in (
        (wrong, "inte koden som appen visar nu"),
        ("", "Det här måste fyllas i"),
        ("fel", "Ingen oanvänd reservkod"),
        ("١٢٣٤٥٦", "inte koden"),
    ):
        page = visit.post("/logga-in/steg-tva", 422, second_code=given)
        assert sentence in page.text and 'aria-invalid="true"' in page.text, given
    assert not visit.is_in and told_of(bo)[-4:] == ["password_given", *["factor_failed"] * 3]


@pytest.mark.parametrize("steps_away", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_wrong(app: Flask, bo: Person, steps_away: int) -> None:
    taken(bo, typed(with_app(bo).at(AT + steps_away * STEP)))
    assert told_of(bo)[-1] == "factor_given"


@pytest.mark.parametrize("steps_away", [-2, 2, -100])
def test_and_no_more_than_that(app: Flask, bo: Person, steps_away: int) -> None:
    assert "not the code" in refused(bo, typed(with_app(bo).at(AT + steps_away * STEP)))


def test_a_code_is_taken_once_and_none_before_it(app: Flask, bo: Person) -> None:
    shown = with_app(bo)
    taken(bo, typed(f" {shown.at(AT)[:3]} {shown.at(AT)[3:]} "))
    for used in (shown.at(AT), shown.at(AT - STEP)):
        assert "has been used" in refused(bo, typed(used))
    taken(bo, typed(shown.at(AT + STEP)), AT + STEP)


def test_the_code_that_set_it_up_is_used(app: Flask, bo: Person) -> None:
    assert "has been used" in refused(bo, typed(with_app(bo, at=AT).at(AT)))


def test_two_who_give_one_code_at_once_are_one(app: Flask, bo: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, proof = with_app(bo), people.second_factor._proof

    def slowly(person: Person, given: Given, at: dt.datetime) -> Any:
        row = proof(person, given, at)
        monkeypatch.setattr(people.second_factor, "_proof", proof)
        taken(bo, given)
        return row

    monkeypatch.setattr(people.second_factor, "_proof", slowly)
    assert "has been used" in refused(bo, typed(shown.at(AT)))


def test_guessing_waits_by_account_and_not_by_browser(app: Flask, bo: Person) -> None:
    with_app(bo)
    for _ in range(throttle.ACCOUNT.free):
        visit = Visit(app, bo)
        visit.sign_in()
        visit.get("/logga-in/steg-tva")
        visit.post("/logga-in/steg-tva", 422, second_code="000000")
    answer = visit.post("/logga-in/steg-tva", 429, second_code="000000")
    assert answer.headers["Retry-After"] == "1" and "för många försök" in answer.text
    with connection(), pytest.raises(throttle.Wait):
        people.second_factor.verify(
            people.actor_of(bo),
            Given(SITE, "198.51.100.7", app.config["SETTINGS"].password_pepper, code="000000"),
            at=AT,
        )
    assert Visit(app, bo).sign_in().location, "the password has a count of its own"


# Halfway


def halfway(app: Flask, person: Person) -> Visit:
    visit = Visit(app, person)
    visit.sign_in()
    visit.get("/logga-in/steg-tva")
    return visit


def test_halfway_lasts_five_minutes(app: Flask, bo: Person) -> None:
    shown, visit = with_app(bo), halfway(app, bo)
    with later(steps.LASTS) as at:
        assert "tog för lång tid" in visit.post("/logga-in/steg-tva", 401, second_code=shown.at(at)).text
        assert visit.get("/logga-in/steg-tva", 303).location == "/logga-in?next=/"
        assert not visit.is_in


def test_halfway_is_this_browser_and_this_person(app: Flask, bo: Person, eva: Person) -> None:
    with connection():
        ticket = steps.halfway(bo, "browser", AT)
        assert steps.who(ticket, "browser", AT) == bo
        moved = ticket.replace(bo.uid.hex, eva.uid.hex)
        longer = ticket.replace(ticket[:10], str(int(ticket[:10]) + 3600))
        for one, browser in ((ticket, "another"), (moved, "browser"), (longer, "browser"), ("", ""), ("x.y.z", "")):
            assert steps.who(one, browser, AT) is None
        assert PASSWORD not in ticket and Credential.get(Credential.person == bo).password not in ticket


def test_a_new_password_or_the_end_of_access_ends_it(app: Flask, bo: Person) -> None:
    with connection():
        ticket = steps.halfway(bo, "browser", AT)
        people.deactivate(makers.OFFICE, bo, at=AT)
        assert steps.who(ticket, "browser", AT) is None
        people.reactivate(makers.OFFICE, bo, at=AT)
        assert steps.who(ticket, "browser", AT)
        makers.came_in(bo, "ett helt annat lösenord", at=AT)
        assert steps.who(ticket, "browser", AT) is None


def test_a_ticket_of_another_kind_is_none(app: Flask, bo: Person) -> None:
    with connection():
        for ticket in (steps.proven(bo, "browser", AT), codes.begin(codes.new_secret(), bo, AT)):
            assert steps.who(ticket, "browser", AT) is None
        assert not steps.is_proven(steps.halfway(bo, "browser", AT), bo, "browser", AT)


def test_nobody_is_halfway_without_the_password(app: Flask, bo: Person) -> None:
    shown, visit = with_app(bo), Visit(app, bo)
    visit.get("/logga-in")
    visit.post("/logga-in/steg-tva", 401, second_code=shown.at(AT))
    assert not visit.is_in


# Recovery codes


def test_a_recovery_code_works_once(app: Flask, bo: Person) -> None:
    with connection():
        actor = people.actor_of(bo)
        secret, _, ticket = people.factors.begin_app(actor, "Värna", at=AT)
        shown = people.factors.add_app(actor, "Telefonen", ticket, pyotp.TOTP(secret).at(AT), at=AT)
    assert len(set(shown)) == recovery.COUNT and all(RECOVERY.fullmatch(code) for code in shown)
    visit = halfway(app, bo)
    visit.post("/logga-in/steg-tva", second_code=shown[3].upper().replace("-", " "))
    assert visit.is_in and told_of(bo)[-2:] == ["recovery_used", "signed_in"]
    assert "No unused" in refused(bo, typed(shown[3]))
    taken(bo, typed(shown[4]))
    with connection():
        assert people.factors.codes_left(actor) == recovery.COUNT - 2


def test_new_recovery_codes_end_the_old(app: Flask, bo: Person) -> None:
    with_app(bo)
    with connection():
        actor = people.actor_of(bo)
        old, new = people.factors.new_codes(actor, at=AT), people.factors.new_codes(actor, at=AT)
    assert "No unused" in refused(bo, typed(old[0])) and told_of(bo)[-2] == "recovery_made"
    taken(bo, typed(new[0]))


def test_anothers_recovery_code_is_none(app: Flask, bo: Person, eva: Person) -> None:
    for person in (bo, eva):
        with_app(person)
    with connection():
        theirs = people.factors.new_codes(people.actor_of(eva), at=AT)
    assert "No unused" in refused(bo, typed(theirs[0]))


# Passkeys


def answered(person: Person, device: Device, **wrong: Any) -> Given:
    """What `device` answers when `person` is asked now; `wrong` are its lies."""
    with connection():
        asked = people.second_factor.ask(people.actor_of(person), SITE, at=AT)
    assert asked
    for name, value in wrong.items():
        setattr(device, name, value)
    return Given(SITE, "192.0.2.1", makers.PEPPER, answer=device.answer(asked.options), ticket=asked.ticket)


def test_a_passkey_is_made_and_signs_in(app: Flask, bo: Person) -> None:
    visit, device = Visit(app, bo), Device()
    visit.sign_in()
    visit.get(HERE)
    shown = visit.post(f"{HERE}/nyckel", 200, name="Nyckeln", second_key=device.make(visit.options))
    assert len(set(RECOVERY.findall(shown.text))) == recovery.COUNT and visit.is_in
    visit = halfway(app, bo)
    assert visit.post("/logga-in/steg-tva", second_key=device.answer(visit.options)).location == "/"
    assert visit.is_in and told_of(bo)[-1] == "signed_in"
    with connection():
        assert Passkey.get().counter == "1"


def test_what_a_device_is_asked(app: Flask, bo: Person) -> None:
    device = with_passkey(bo)
    with connection():
        actor = people.actor_of(bo)
        made = json.loads(people.factors.begin_passkey(actor, SITE, at=AT).options)
        used = json.loads(people.second_factor.ask(actor, SITE, at=AT).options)
    assert made["rp"] == {"id": "localhost", "name": "Värna"} and made["attestation"] == "none"
    assert made["authenticatorSelection"]["residentKey"] == "discouraged"
    assert made["authenticatorSelection"]["userVerification"] == used["userVerification"] == "preferred"
    assert len(made["excludeCredentials"]) == len(used["allowCredentials"]) == 1 and device.id
    assert bo.email not in json.dumps(used) and made["challenge"] != used["challenge"]


def test_a_passkey_that_does_not_count_is_taken_each_time(app: Flask, bo: Person) -> None:
    """As those are that several devices share: what tells the answers apart is the challenge."""
    device = with_passkey(bo, counts=False)
    before = len(told_of(bo))
    for _ in range(2):
        taken(bo, answered(bo, device))
    assert told_of(bo)[before:] == ["factor_given"] * 2


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "http://localhost.evil.example"},
        {"origin": "https://localhost"},
        {"host": "evil.example"},
        {"flags": 0},
        {"counter": 2},
        {"counter": 3},
    ],
    ids=str,
)
def test_a_lying_device_is_refused(app: Flask, bo: Person, lie: dict[str, Any]) -> None:
    device = with_passkey(bo)
    taken(bo, answered(bo, device, counter=4 if "counter" in lie else 0))
    assert "did not confirm" in refused(bo, answered(bo, device, **lie))
    assert told_of(bo)[-1] == "factor_failed"


def test_another_devices_answer_is_refused(app: Flask, bo: Person, eva: Person) -> None:
    mine, theirs = with_passkey(bo), with_passkey(eva)
    stranger = Device(id=mine.id)
    assert "did not confirm" in refused(bo, answered(bo, stranger))
    given = answered(eva, theirs)
    assert "too long" in refused(bo, given), "a challenge is one person's"


def test_an_answer_is_taken_once(app: Flask, bo: Person) -> None:
    device = with_passkey(bo, counts=False)
    given = answered(bo, device)
    taken(bo, given)
    assert "too long" in refused(bo, given)


def test_a_challenge_lasts_five_minutes_for_its_purpose_and_host(app: Flask, bo: Person) -> None:
    device = with_passkey(bo)
    given = answered(bo, device)
    elsewhere = challenges.Site("varna.kommun.se", "https://varna.kommun.se")
    with connection():
        made = passkeys.to_add(bo, SITE, AT)
        assert passkeys.to_use(bo, elsewhere, AT) is None
        for ticket, site in ((made.ticket, SITE), (given.ticket, elsewhere), ("", SITE), (f"9{given.ticket}", SITE)):
            with pytest.raises(challenges.TooOld):
                passkeys.used(given.answer, ticket, bo, site, AT)
    with connection():
        assert UsedChallenge.select().count() == 1
    late = answered(bo, device)
    taken(bo, given, AT + challenges.LASTS - STEP)
    assert "too long" in refused(bo, late, AT + challenges.LASTS)


def test_used_challenges_are_swept(app: Flask, bo: Person) -> None:
    device = with_passkey(bo)
    taken(bo, answered(bo, device))
    with connection():
        assert UsedChallenge.select().count() == 1, "the one that made it, a day ago, is gone"


@pytest.mark.parametrize(
    "lie",
    [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"flags": 0}],
    ids=str,
)
def test_no_passkey_is_made_by_a_liar(app: Flask, bo: Person, lie: dict[str, Any]) -> None:
    visit, device = Visit(app, bo), Device(**lie)
    visit.sign_in()
    visit.get(HERE)
    page = visit.post(f"{HERE}/nyckel", 422, name="Nyckeln", second_key=device.make(visit.options))
    assert "Enheten skapade ingen passkey" in page.text
    with connection():
        assert not Passkey.select().exists()


def test_a_new_passkey_needs_a_challenge_of_its_own(app: Flask, bo: Person) -> None:
    visit, device = Visit(app, bo), Device()
    visit.sign_in()
    visit.get(HERE)
    answer = device.make(visit.options)
    page = visit.post(f"{HERE}/nyckel", 422, name="Nyckeln", second_key=answer, second_ticket="")
    assert "öppen för länge" in page.text
    page = visit.post(f"{HERE}/nyckel", 422, name="", second_key=device.make(visit.options))
    assert "Det här måste fyllas i" in page.text


@pytest.mark.parametrize(
    "garbage",
    ["x", "{}", "[]", "null", '{"id": 1}', "[" * 20_000, '{"id":"é","rawId":"é","type":"public-key","response":{}}'],
)
def test_garbage_is_refused(app: Flask, bo: Person, garbage: str) -> None:
    device = with_passkey(bo)
    given = answered(bo, device)
    assert "did not confirm" in refused(bo, Given(SITE, "", b"x", answer=garbage, ticket=given.ticket))
    broken = json.loads(given.answer)
    for part in broken["response"]:
        mangled = broken | {"response": broken["response"] | {part: "AAAA"}}
        given = Given(SITE, f"{part}", b"x", answer=json.dumps(mangled), ticket=given.ticket)
        with connection(), pytest.raises(challenges.Wrong):
            passkeys.used(given.answer, given.ticket, bo, SITE, AT)
    with connection():
        made = passkeys.to_add(bo, SITE, AT)
        with pytest.raises(challenges.Wrong):
            passkeys.added(garbage, made.ticket, bo, SITE, AT)


def test_passkeys_hold_for_the_hosts_that_are_trusted(app: Flask) -> None:
    for address in ("http://localhost", "http://localhost:8000"):
        with app.test_request_context(base_url=address):
            assert proving.site() == challenges.Site("localhost", address)
    with app.test_request_context(base_url="http://evil.example"), pytest.raises(SecurityError):
        proving.site()


def test_behind_tls_the_origin_is_the_proxys(environ: dict[str, str], database_url: str) -> None:
    named = {"VARNA_BEHIND_TLS": "proxy", "VARNA_TRUSTED_HOSTS": "varna.kommun.se", "DATABASE_URL": database_url}
    app, seen = create_app(read(environ | named)), []
    app.view_functions["texts.limits"] = needs(Act.PUBLIC)(lambda: seen.append(proving.site()) or "")
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "varna.kommun.se", "X-Forwarded-For": "192.0.2.1"}
    assert app.test_client().get("/begransningar", headers=forwarded).status_code == 200
    assert seen == [challenges.Site("varna.kommun.se", "https://varna.kommun.se")]
    db.close_all()


def test_one_key_is_one_persons(app: Flask, bo: Person, eva: Person) -> None:
    device = with_passkey(bo)
    with connection():
        asked = passkeys.to_add(eva, SITE, AT)
        with pytest.raises(challenges.Wrong):
            passkeys.added(device.make(asked.options), asked.ticket, eva, SITE, AT)


def test_an_address_that_is_a_number_has_no_passkeys(app: Flask, bo: Person) -> None:
    for host in ("127.0.0.1", "[::1]", "::1", ""):
        assert not challenges.Site(host, f"http://{host}").has_passkeys
    assert challenges.Site("localhost", "http://localhost:8000").has_passkeys
    with connection():
        assert people.second_factor.ask(people.actor_of(bo), challenges.Site("127.0.0.1", ""), at=AT) is None


# One's own: adding, removing


def test_an_app_counts_when_it_has_shown_a_code(app: Flask, bo: Person) -> None:
    visit = Visit(app, bo)
    visit.sign_in()
    page = visit.get(f"{HERE}/app")
    secret = re.search(r"<pre[^>]*>([A-Z2-7 ]+)</pre>", page.text)[1].replace(" ", "")
    assert len(secret) == 32 and '<svg class="qr"' in page.text and "style=" not in page.text
    page = visit.post(f"{HERE}/app", 422, name="Telefonen", second_code="000000")
    assert "inte koden som appen visar nu" in page.text and secret[:4] in page.text
    with connection():
        assert not people.second_factor.has(bo)
    ticket = visit.hidden["second_ticket"]
    page = visit.post(f"{HERE}/app", 200, name="Telefonen", second_code=pyotp.TOTP(secret).at(AT))
    assert len(RECOVERY.findall(page.text)) == recovery.COUNT
    with connection():
        assert people.second_factor.has(bo)
    assert "Telefonen" in visit.get("/konto").text
    visit.get(HERE)
    visit.post(f"{HERE}/app", name="Igen", second_code=pyotp.TOTP(secret).at(AT), second_ticket=ticket)
    assert "öppen för länge" in visit.get(HERE).text and told_of(bo).count("factor_added") == 1


def test_the_picture_says_the_secret(app: Flask, bo: Person) -> None:
    with connection():
        secret, address, _ = people.factors.begin_app(people.actor_of(bo), "Värna Kommunen", at=AT)
    read = pyotp.parse_uri(address)
    assert (read.secret, read.name, read.issuer) == (secret, "bo@kommun.se", "Värna Kommunen")


def test_the_first_factor_needs_the_password_just_given(app: Flask, bo: Person) -> None:
    visit = Visit(app, bo)
    visit.sign_in()
    with later(dt.timedelta(minutes=11)):
        assert "Nuvarande lösenord" in visit.get(HERE).text
        visit.get("/konto")
        for path in ("app", "nyckel", "koder"):
            visit.post(f"{HERE}/{path}", name="x", second_code="000000")
        visit.get(f"{HERE}/app", 303)
        visit.get(HERE)
        assert "inte ditt nuvarande" in visit.post(f"{HERE}/bekraftelse", 422, old_password="fel").text
        visit.post(f"{HERE}/bekraftelse", old_password=PASSWORD)
        visit.get(f"{HERE}/app")


def test_with_a_factor_every_change_asks_for_it(app: Flask, bo: Person) -> None:
    shown, visit = with_app(bo), halfway(app, bo)
    visit.post("/logga-in/steg-tva", second_code=shown.at(AT))
    with connection():
        uid = CodeApp.get().uid.hex
    assert "Bekräfta att det är du" in visit.get(HERE).text
    before = told_of(bo)
    for path in ("nyckel", "koder", "app", f"{uid}/borttagning"):
        assert visit.post(f"{HERE}/{path}", name="x").location.startswith(HERE)
    assert told_of(bo) == before
    visit.post(f"{HERE}/bekraftelse", 422, second_code="000000")
    visit.post(f"{HERE}/bekraftelse", second_code=shown.at(AT + STEP))
    visit.get(HERE)
    visit.post(f"{HERE}/{uid}/borttagning")
    assert told_of(bo)[-1] == "factor_removed" and "Inte inställd" in visit.get("/konto").text


def test_having_proven_it_lasts_five_minutes_in_this_session(app: Flask, bo: Person) -> None:
    shown, visit = with_app(bo), halfway(app, bo)
    visit.post("/logga-in/steg-tva", second_code=shown.at(AT))
    visit.get(HERE)
    visit.post(f"{HERE}/bekraftelse", second_code=shown.at(AT + STEP))
    assert "Skapa nya reservkoder" in visit.get(HERE).text
    with later(steps.LASTS):
        assert "Skapa nya reservkoder" not in visit.get(HERE).text
    with connection():
        ticket = steps.proven(bo, "a session", AT)
        assert steps.is_proven(ticket, bo, "a session", AT) and not steps.is_proven(ticket, bo, "another", AT)


def test_the_first_factor_ends_what_a_password_began(app: Flask, bo: Person) -> None:
    here, there = Visit(app, bo), Visit(app, bo)
    for visit in (here, there):
        visit.sign_in()
    here.get(HERE)
    here.post(f"{HERE}/nyckel", 200, name="Nyckeln", second_key=Device().make(here.options))
    assert here.is_in and not there.is_in


def test_only_ones_own_is_removed(app: Flask, bo: Person, eva: Person) -> None:
    with_app(bo)
    with connection():
        row = CodeApp.get()
        with pytest.raises(Missing):
            people.factors.remove(people.actor_of(eva), row.uid.hex, keeps_one=False, at=AT)
        assert people.second_factor.has(bo)


def test_what_is_removed_proves_nothing_and_keeps_no_secret(app: Flask, bo: Person) -> None:
    shown, device = with_app(bo), with_passkey(bo)
    given = answered(bo, device)
    with connection():
        actor = people.actor_of(bo)
        for row in people.factors.of(actor):
            people.factors.remove(actor, row.uid.hex, keeps_one=False, at=AT)
        assert not people.second_factor.has(bo) and people.factors.codes_left(actor) == 0
        assert not CodeApp.get().secret and not Passkey.get().public_key
        assert ledger.verify(RECORDS, [app.extensions["ledger_key"]]).broken is None
    assert "not the code" in refused(bo, typed(shown.at(AT))) and "did not confirm" in refused(bo, given)


def test_a_new_password_by_link_keeps_the_factor(app: Flask, bo: Person) -> None:
    with_app(bo)
    with connection():
        makers.came_in(bo, "ett helt annat lösenord", pepper=app.config["SETTINGS"].password_pepper, at=AT)
    visit = Visit(app, bo)
    assert visit.sign_in(password="ett helt annat lösenord").location.startswith("/logga-in/steg-tva")
    assert not visit.is_in


# Demanded


@pytest.mark.parametrize("role", sorted(policy.NEEDS_SECOND_FACTOR))
def test_three_roles_set_one_up_before_anything_else(app: Flask, role: Role) -> None:
    person = came_in(app, "Cilla", role)
    visit = Visit(app, person)
    assert visit.sign_in().location == f"{HERE}?next=/"
    for path in ("/", "/personer", "/logg", "/uppfoljning", "/enheter/export", "/ingenting"):
        answer = visit.client.get(path, headers=OURS)
        assert answer.location == f"{HERE}?next={path}" if path != "/ingenting" else answer.status_code == 404, path
    for path in ("/konto", "/static/varna.css", "/begransningar", HERE, f"{HERE}/app"):
        with visit.client.get(path) as answer:
            assert answer.status_code == 200, path
    assert "Din roll kräver tvåstegsinloggning" in visit.get(HERE).text
    assert visit.post("/enheter/ny").location == f"{HERE}?next=/"
    visit.post("/sprak/sv")
    page = visit.get(f"{HERE}/app?next=/personer")
    secret = re.search(r"<pre[^>]*>([A-Z2-7 ]+)</pre>", page.text)[1].replace(" ", "")
    page = visit.post(f"{HERE}/app", 200, name="Telefonen", second_code=pyotp.TOTP(secret).at(AT))
    assert 'href="/personer"' in page.text and visit.is_in
    assert told_of(person)[-2:] == ["signed_in", "factor_added"]


def test_signing_out_is_open_too(app: Flask, eva: Person) -> None:
    visit = Visit(app, eva)
    visit.sign_in()
    visit.get("/konto")
    visit.post("/logga-ut")
    assert visit.client.get("/konto").location.startswith("/logga-in")


def test_other_roles_are_not_led_there(app: Flask) -> None:
    for role in set(Role) - policy.NEEDS_SECOND_FACTOR - policy.REGISTER_OWNERS:
        visit = Visit(app, came_in(app, f"Alva {role.value}", role))
        assert visit.sign_in().location == "/" and visit.is_in, role


def test_a_changed_password_does_not_open_the_rest(app: Flask, eva: Person) -> None:
    visit = Visit(app, eva)
    visit.sign_in()
    visit.get("/konto")
    new = "ett helt annat lösenord"
    visit.post("/konto/losenord", old_password=PASSWORD, password=new, password_again=new)
    assert not visit.is_in and visit.client.get("/konto").status_code == 200


def test_the_last_is_kept_by_whom_it_is_demanded_of(app: Flask, eva: Person) -> None:
    shown = with_app(eva)
    visit = halfway(app, eva)
    visit.post("/logga-in/steg-tva", second_code=shown.at(AT))
    visit.get(HERE)
    visit.post(f"{HERE}/bekraftelse", second_code=shown.at(AT + STEP))
    with connection():
        uid = CodeApp.get().uid.hex
    visit.get(HERE)
    visit.post(f"{HERE}/{uid}/borttagning")
    assert "Lägg till en annan" in visit.get(HERE).text
    with connection():
        assert people.second_factor.has(eva)
    with_passkey(eva)
    visit.post(f"{HERE}/{uid}/borttagning")
    assert told_of(eva)[-1] == "factor_removed"


@pytest.fixture
def demo(app: Flask) -> Flask:
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], env="demo")
    return app


def test_the_demo_only_says_so_and_asks_whoever_has_one(demo: Flask, eva: Person) -> None:
    visit = Visit(demo, eva)
    assert visit.sign_in().location == "/"
    assert "Utanför demonstrationen" in visit.get("/").text
    assert "frivillig" in visit.get(HERE).text
    shown = with_app(eva)
    visit = Visit(demo, eva)
    assert visit.sign_in().location.startswith("/logga-in/steg-tva")
    visit.get("/logga-in/steg-tva")
    visit.post("/logga-in/steg-tva", second_code=shown.at(AT))
    assert visit.is_in


def test_the_host_removes_a_lost_one(app: Flask, eva: Person) -> None:
    shown, _ = with_app(eva), with_passkey(eva)
    with connection():
        token, _row = sessions.start(eva.id, AT)
    run = app.test_cli_runner().invoke
    done = run(args=["remove-second-factor", "eva@kommun.se"])
    assert done.exit_code == 0 and "Done" in done.output, done.output
    assert told_of(eva)[-1] == "factor_removed"
    with connection():
        assert Entry.select().order_by(Entry.number.desc()).first().actor == "system:remove-second-factor"
        assert not people.second_factor.has(eva) and sessions.find(token, AT) is None
        assert people.factors.codes_left(people.actor_of(eva)) == 0
    assert "not the code" in refused(eva, typed(shown.at(AT)))
    assert Visit(app, eva).sign_in().location.startswith(HERE)
    for email, said in (("eva@kommun.se", "no two-step"), ("ingen@kommun.se", "Nobody here")):
        wrong = run(args=["remove-second-factor", email])
        assert wrong.exit_code == 1 and said in wrong.output


# Whoever only writes the database


class Dba:
    """Writes past every door, and has no secret of the host."""

    def run(self, sql: str) -> None:
        with connection(), db.migrating():
            db.execute_sql(sql)


@pytest.fixture
def dba(app: Flask) -> Dba:
    return Dba()


@pytest.mark.parametrize("table", ["code_app", "passkey"])
def test_a_factor_moved_to_another_person_is_none(app: Flask, bo: Person, eva: Person, dba: Dba, table: str) -> None:
    shown, device = with_app(bo), with_passkey(bo)
    dba.run(f"UPDATE {table} SET person_id = {eva.id}")
    with connection():
        assert not people.second_factor.has(eva) and people.second_factor.has(bo)
        assert people.second_factor.ask(people.actor_of(eva), SITE, at=AT) is None
    assert "not the code" in refused(eva, typed(shown.at(AT))) and device.id


def test_a_copied_factor_is_none(app: Flask, bo: Person, eva: Person, dba: Dba) -> None:
    shown = with_app(bo)
    columns = "version, name, secret, step, added_at, seal"
    dba.run(
        f"INSERT INTO code_app (uid, person_id, {columns}) "
        f"SELECT '{'a' * 32}', {eva.id}, {columns} FROM code_app WHERE person_id = {bo.id}"
    )
    with connection():
        assert not people.second_factor.has(eva)
    assert "not the code" in refused(eva, typed(shown.at(AT)))


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("code_app", "step = 0"),
        ("code_app", "secret = 'AAAA'"),
        ("code_app", "seal = ''"),
        ("passkey", "counter = '0'"),
        ("passkey", "host = 'evil.example'"),
        ("passkey", "public_key = 'AAAA'"),
        ("passkey", "credential = 'AAAA'"),
    ],
)
def test_a_changed_factor_is_none(app: Flask, bo: Person, dba: Dba, table: str, change: str) -> None:
    shown, device = with_app(bo), with_passkey(bo)
    taken(bo, typed(shown.at(AT)))
    taken(bo, answered(bo, device))
    dba.run(f"UPDATE {table} SET {change}")
    with connection():
        left = [type(row).__name__ for row in people.factors.of(people.actor_of(bo))]
        assert left == ["Passkey" if table == "code_app" else "CodeApp"]
        assert ledger.verify(RECORDS, [app.extensions["ledger_key"]]).broken


def test_what_was_removed_does_not_come_back(app: Flask, bo: Person, dba: Dba) -> None:
    with_app(bo)
    with connection():
        actor = people.actor_of(bo)
        codes_of_bo = people.factors.new_codes(actor, at=AT)
        people.second_factor.verify(actor, typed(codes_of_bo[0]), at=AT)
        people.factors.remove(actor, CodeApp.get().uid.hex, keeps_one=False, at=AT)
    dba.run("UPDATE code_app SET removed_at = NULL")
    dba.run("UPDATE recovery_code SET spent_at = NULL")
    with connection():
        assert not people.second_factor.has(bo) and people.factors.codes_left(actor) == 0


def test_a_recovery_code_written_by_hand_is_none(app: Flask, bo: Person, eva: Person, dba: Dba) -> None:
    """Its hash is keyed, and bound to the person and the row."""
    with_app(bo)
    with_app(eva)
    plain, mine = recovery.plain("aaaa-bbbb-cccc"), None
    dba.run(f"UPDATE recovery_code SET digest = '{hashlib.sha256(plain.encode()).hexdigest()}'")
    assert "No unused" in refused(bo, typed(plain))
    with connection():
        mine = people.factors.new_codes(people.actor_of(bo), at=AT)
    dba.run(f"UPDATE recovery_code SET person_id = {eva.id} WHERE person_id = {bo.id}")
    assert "No unused" in refused(eva, typed(mine[0]))


def test_who_deletes_the_factors_does_not_switch_the_demand_off(app: Flask, eva: Person, dba: Dba) -> None:
    """The person is led to set one up anew, and the event log tells it."""
    with_app(eva)
    for table in ("code_app", "recovery_code"):
        dba.run(f"DELETE FROM {table}")
    visit = Visit(app, eva)
    assert visit.sign_in().location.startswith(HERE) and not visit.is_in
    visit.get(HERE)
    visit.post(f"{HERE}/nyckel", 200, name="Nyckeln", second_key=Device().make(visit.options))
    assert told_of(eva)[-3:] == ["signed_in", "factor_vanished", "factor_added"] and visit.is_in
    with connection():
        assert ledger.verify(RECORDS, [app.extensions["ledger_key"]]).broken


def test_nor_for_those_who_chose_it(app: Flask, bo: Person, dba: Dba) -> None:
    """However often they come, until they have a new one; which they then remove if they like."""
    with_app(bo)
    dba.run("DELETE FROM code_app")
    for _ in range(2):
        visit = Visit(app, bo)
        assert visit.sign_in().location.startswith(HERE) and not visit.is_in
        assert told_of(bo)[-2:] == ["signed_in", "factor_vanished"]
    assert "ingen tog bort det här" in visit.get(HERE).text
    visit.post(f"{HERE}/nyckel", 200, name="Nyckeln", second_key=Device().make(visit.options))
    assert visit.is_in
    with connection():
        uid = Passkey.get().uid.hex
    visit.get(HERE)
    visit.post(f"{HERE}/{uid}/borttagning")
    visit = Visit(app, bo)
    assert visit.sign_in().location == "/" and told_of(bo)[-1] == "signed_in"


def test_one_of_two_that_is_gone_is_missed_when_the_other_goes(app: Flask, bo: Person, dba: Dba) -> None:
    with_app(bo)
    with_passkey(bo)
    dba.run("DELETE FROM code_app")
    with connection():
        assert not people.second_factor.is_gone(bo)
        people.factors.remove(people.actor_of(bo), Passkey.get().uid.hex, keeps_one=False, at=AT)
        assert people.second_factor.is_gone(bo)


def test_who_opens_the_session_by_hand_ends_it(app: Flask, eva: Person, dba: Dba) -> None:
    visit = Visit(app, eva)
    visit.sign_in()
    for change in ("confined = '0'", "confined = '1', started_at = '2027-01-01 00:00:00'"):
        dba.run(f"UPDATE session SET {change}")
        assert visit.client.get("/personer").location.startswith("/logga-in"), change


def test_proof_is_not_written_into_a_session(app: Flask, bo: Person) -> None:
    """Its data carry no seal, so what they say of a proof does."""
    shown = with_app(bo)
    visit = halfway(app, bo)
    visit.post("/logga-in/steg-tva", second_code=shown.at(AT))
    with connection():
        row = Session.get()
        sessions.keep(row, json.dumps(json.loads(row.data) | {"proven": f"{int(AT.timestamp()) + 99}..{'f' * 64}"}))
    assert "Bekräfta att det är du" in visit.get(HERE).text


# Secrets


def test_the_secret_lies_nowhere_in_the_clear(app: Flask, bo: Person, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        visit = Visit(app, bo)
        visit.sign_in()
        page = visit.get(f"{HERE}/app")
        secret = re.search(r"<pre[^>]*>([A-Z2-7 ]+)</pre>", page.text)[1].replace(" ", "")
        page = visit.post(f"{HERE}/app", 200, name="Telefonen", second_code=pyotp.TOTP(secret).at(AT))
        shown = RECOVERY.findall(page.text)
        pages = "".join(visit.get(path).text for path in ("/konto", HERE))
    with connection():
        tables = (CodeApp, RecoveryCode, Session, Entry, EntryDetail, UsedChallenge)
        rows = "".join(str(list(model.select().dicts())) for model in tables)
    plain = {secret, secret.lower(), *shown, *map(recovery.plain, shown)}
    for place in (rows, pages, caplog.text):
        assert not [each for each in plain if each in place]
    assert secret not in repr(typed(secret)), "a value for the log shows no code"


def test_the_same_secret_is_never_stored_twice_alike(app: Flask, bo: Person, eva: Person) -> None:
    secret = codes.new_secret()
    stored = {codes.locked(secret, person, "a" * 32) for person in (bo, bo, eva)}
    assert len(stored) == 3
    mine = codes.locked(secret, bo, "a" * 32)
    assert codes.opened(mine, bo, "a" * 32) == secret
    for person, row, text in ((eva, "a" * 32, mine), (bo, "b" * 32, mine), (bo, "a" * 32, mine[:-8] + "AAAAAAA=")):
        assert codes.opened(text, person, row) is None
    second_factor.use_secrets(b"x" * 32, b"another pepper")
    assert codes.opened(mine, bo, "a" * 32) is None


def test_no_text_of_its_pages_escapes_translation(app: Flask, bo: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, _ = with_app(bo), with_passkey(bo)
    own = sorted(("Värna", "Bo", "Kommunen", "Telefonen", "Nyckeln", "localhost", bo.email), key=len, reverse=True)
    monkeypatch.setattr(language, "catalogue", lambda locale: Pseudo())
    visit = halfway(app, bo)
    pages = [visit.page, visit.post("/logga-in/steg-tva", 422, second_code="000000")]
    visit.post("/logga-in/steg-tva", second_code=shown.at(AT))
    pages += [visit.get(HERE), visit.post(f"{HERE}/bekraftelse", 422, second_code="000000")]
    visit.post(f"{HERE}/bekraftelse", second_code=shown.at(AT + STEP))
    pages += [visit.get(HERE), visit.get(f"{HERE}/app"), visit.post(f"{HERE}/app", 422, name="", second_code="1")]
    visit.get(HERE)
    pages += [visit.post(f"{HERE}/koder", 200), visit.get("/konto")]
    assert [escaped(page.text, own) for page in pages if page] == [[]] * len(pages)
