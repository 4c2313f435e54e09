"""Whatever is sent, the answer is a page with a clear sentence, never a crash; and nothing wrong is written."""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from models.common import Unit
from models.database import connection
from models.fire_safety import Deficiency, Observation, Round, RoundState
from models.happenings import Verb
from models.kinds import Choice, Day, Flag, Kind, Link, Moment, Note, Number
from models.ledger import Entry
from models.measures import Comment, Mark
from models.people import Person
from models.programme import FollowUpPoint
from models.record import DECLARED, Record
from models.words import Role
from tests import incident_makers, makers
from tests.browse import OURS, Page, mind_manners
from tests.makers import AT, OFFICE, PASSWORD
from tests.pages import Lasting
from tracker.acts import installing
from tracker.spine.form_page import choices, stored_texts
from tracker.spine.lists import Asked, listing
from tracker.spine.reading import Reading

FORM = "application/x-www-form-urlencoded"
EDITED: dict[str, type[Record]] = {
    slug: record_type
    for slug, record_type in DECLARED.items()
    if record_type.declared.editable and record_type.declared.form
}


@dataclass
class Town:
    """One record of each type that has a form, somebody who may write them all, and a round to walk."""

    app: Flask
    rows: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    elsewhere: dict[str, Any] = field(default_factory=dict)
    browsers: dict[str, Lasting] = field(default_factory=dict)
    code: str = ""  # for the second step of whoever may write them all

    def browser(self, who: str = "all") -> Lasting:
        if who not in self.browsers:
            with connection():
                actor = makers.actor(self.people[who])
            self.browsers[who] = Lasting(self.app, actor)
        return self.browsers[who]

    def now(self, slug: str) -> Any:
        with connection():
            return type(self.rows[slug]).get_by_id(self.rows[slug].id)


@pytest.fixture(scope="module")
def town(house: Flask) -> Town:
    town = Town(house)
    with connection():
        installing.limits(OFFICE, AT)
        installing.programmes.install(OFFICE, AT)
        makers.checklist(points=3)
        here, there = makers.premises("Björkskolan"), makers.premises("Almskolan")
        everything = makers.person("Alva Allt", Role.SECURITY, Role.ADMIN, Role.SECRETARY, Role.AUDITOR, Role.CHIEF)
        town.people = {
            "all": everything,
            "warden": makers.person("Vera Vakt", Role.WARDEN),
            "manager": makers.person("Mia Ansvar", Role.MANAGER),
        }
        for who in ("warden", "manager"):
            makers.responsible(here, town.people[who])
        house.config["PASSWORD_COST"] = makers.CHEAP
        makers.came_in(everything, pepper=house.config["SETTINGS"].password_pepper)
        town.code = makers.code_app(everything).at(AT)
        plan = makers.plan(here)
        contact = dict(premises=here.id, function="Larmbolag", name="Larm i Ekdala", phone="016-000 00")
        limits = DECLARED["tidsgranser"]
        town.rows = {
            "lokaler": here,
            "enheter": here.unit,
            "personer": town.people["manager"],
            "ansvar": makers.responsible(here, everything),
            "kontakter": makers.records.add(OFFICE, DECLARED["kontakter"], contact, AT),
            "kontrollplaner": plan,
            "brister": makers.deficiency(here),
            "styrdokument": makers.document(),
            "atgarder": makers.measure(here.unit),
            "tidsgranser": limits.select().first(),
            "punkter": FollowUpPoint.select().first(),
        }
        town.rows |= {slug: row for slug, row in makers.guarding(here.unit).items() if slug in EDITED}
        told = incident_makers.incidents(here.unit)
        town.rows |= {slug: row for slug, row in told.items() if slug in EDITED}
        protected = makers.protected(makers.actor(everything))
        town.rows |= {slug: row for slug, row in protected.items() if slug in EDITED}
        head = makers.acting(Role.HEAD, heads=here.unit)
        against = makers.against_irregularities(here.unit, head)
        town.rows |= {slug: row for slug, row in against.items() if slug in EDITED}
        town.rows |= {slug: row for slug, row in makers.exercises(here.unit).items() if slug in EDITED}
        elsewhere = makers.deficiency(there)
        town.elsewhere = {"lokaler": there, "brister": elsewhere, "ronder": makers.planned_round(there)}
        assert set(town.rows) == set(EDITED)
    return town


def address(row: Record) -> str:
    return f"/{row.declared.slug}/{row.uid.hex}"


def sent_as(row: Any) -> dict[str, str]:
    """The record's form as it stands, ready to send."""
    with connection():
        look = Reading(OFFICE, AT, "sv")
        kinds = {name: type(row)._meta.fields[name] for name in row.declared.form}
        return stored_texts(kinds, row, choices(look, kinds, row)) | {"version": str(row.version)}


def body(pairs: Iterable[tuple[str, str | bytes]]) -> bytes:
    """A form's body; a value of bytes goes as it is."""
    return "&".join(
        f"{quote_plus(name)}={quote_plus(value.encode('utf-8', 'surrogatepass') if isinstance(value, str) else value)}"
        for name, value in pairs
    ).encode()


def send(browser: Lasting, path: str, pairs: Iterable[tuple[str, str | bytes]], kind: str = FORM) -> TestResponse:
    """A form as a browser of ours sends it, but with whatever values. Raises AssertionError for a crash."""
    data = body([*pairs, ("csrf_token", browser.token())])
    return told(browser.client.post(path, data=data, content_type=kind, headers=OURS))


def send_parts(browser: Lasting, path: str, pairs: Iterable[tuple[str, str | bytes]]) -> TestResponse:
    """The same as a form with parts."""
    part = b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
    data = b"".join(
        part % (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in (*pairs, ("csrf_token", browser.token()))
    )
    kind = "multipart/form-data; boundary=x"
    return told(browser.client.post(path, data=data + b"--x--\r\n", content_type=kind, headers=OURS))


def told(answer: TestResponse) -> TestResponse:
    assert answer.status_code < 500, f"{answer.status_code} at {answer.request.path}: {Page(answer.text).text[:400]}"
    if answer.mimetype == "text/html" and answer.status_code not in (302, 303) and answer.data:
        mind_manners(answer.text)
    return answer


def sentence(answer: TestResponse, name: str) -> str:
    """What the page says beside a field, as whoever is in that field hears it."""
    page = Page(answer.text)
    for one in page.inputs:
        if one.get("name") == name and one.get("aria-invalid") == "true":
            ids = one["aria-describedby"].split()
            found = [
                re.search(rf'id="{re.escape(i)}"[^>]*>(.*?)</p>', answer.text, re.S) for i in ids if "problem" in i
            ]
            return " ".join(re.sub(r"<[^>]+>", "", match[1]).strip() for match in found if match)
    return ""


def summary(answer: TestResponse) -> str:
    """What the page says first, about the form as a whole."""
    return Page(answer.text[answer.text.index('role="alert"') :]).text


def entries() -> int:
    with connection():
        return Entry.select().count()


# The generic form, field by field

LONG = "x" * 5000
ANY_TEXT = ("a\0b", "a\x1bb", "a\u202eb", "a\u2066b", "\u200b", "a\ufffdb")
NO_TEXT = (b"\xff\xfe", b"\xed\xa0\x80", b"a\xc3", b"\x80")
"""Bytes that are no UTF-8: a lone surrogate, a sign cut off."""
UNKNOWN = ("finns-inte", "1", "-1", "0" * 32, "'; DROP TABLE unit; --", "x" * 10_000, "None", "\u202e", b"\xff")


def bad(kind: Kind) -> tuple[str | bytes, ...]:
    """Values that a kind of field refuses."""
    if isinstance(kind, Flag):
        return ()
    if isinstance(kind, (Choice, Link)):
        known = {member.value for member in kind.enum_class} if isinstance(kind, Choice) else set()
        return tuple(value for value in UNKNOWN if value not in known)
    if isinstance(kind, Day):
        return (
            "0001-01-01", "1989-12-31", "2101-01-01", "9999-12-31", "99999-01-01", "2026-02-31", "2026-13-01",
            "2025-02-29",
            "igår", "23/11/2026", "2026-11-23T08:00", "-2026-11-23", "0000-00-00", "20261123", "1e9", "\0", b"\xff",
            LONG,
        )  # fmt: skip
    if isinstance(kind, Moment):
        return (
            "2026-11-23", "1989-12-31T12:00", "2101-01-01T12:00", "9999-12-31T23:59", "2026-02-31T12:00",
            "2026-11-23T24:00", "2026-11-23T12:60", "2026-03-29T02:30", "2026-10-25T02:30", "2026-11-23T12:00 CEST",
            "igår 12:00", "0001-01-01T00:00", "\0", b"\xff", LONG,
        )  # fmt: skip
    if isinstance(kind, Number):
        return (
            "ett", "-1", "2,5", "2.5", "1e3", "0x10", "NaN", "inf", "9" * 12, "9" * 5000, "--1", "1 000 000 000 000",
            "\0", b"\xff", "½",
        )  # fmt: skip
    longer = "x" * (kind.longest + 1) if isinstance(kind, Note) else "x" * (kind.max_length + 1)  # type: ignore[attr-defined]
    lines = () if isinstance(kind, Note) else ("två\nrader", "två\u2028rader", "a\rb")
    return (longer, *lines, *ANY_TEXT)


@pytest.mark.parametrize("slug", sorted(EDITED))
def test_every_field_refuses_what_it_cannot_hold(town: Town, slug: str) -> None:
    row, browser = town.now(slug), town.browser()
    sent, before, kinds = sent_as(row), entries(), set()
    for name in row.declared.form:
        kind = type(row)._meta.fields[name]
        tried = bad(kind)[:2] if type(kind) in kinds else bad(kind)
        kinds.add(type(kind))
        empty = () if kind.optional or isinstance(kind, Flag) else ("", "   ", "\n\t", "\u00a0")
        for value in (*empty, *tried):
            answer = send(browser, f"{address(row)}/andra", (sent | {name: value}).items())
            assert answer.status_code == 422, (name, value, answer.status_code)
            assert len(sentence(answer, name)) > 10, f"{name}: nothing is said of {value!r}"
    assert (entries(), town.now(slug).version) == (before, row.version)


@pytest.mark.parametrize("slug", sorted(EDITED))
def test_what_was_typed_comes_back_with_what_is_wrong(town: Town, slug: str) -> None:
    """Every field that was right keeps what was typed in it."""
    row = town.now(slug)
    sent = sent_as(row)
    texts = [
        n for n in row.declared.form if not isinstance(type(row)._meta.fields[n], (Choice, Link, Day, Number, Flag))
    ]
    typed = {name: f"Nytt <b>& {number}" for number, name in enumerate(texts)}
    wrong = next((n for n in row.declared.form if n not in typed), None)
    answer = send(town.browser(), f"{address(row)}/andra", (sent | typed | ({wrong: "!!"} if wrong else {})).items())
    assert answer.status_code in (303, 422)
    if answer.status_code == 422:
        for text in typed.values():
            assert text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in answer.text


EMOJI = "Bra jobbat 👩🏽‍🚒🔥 – “citat” åäö ÅÄÖ 漢字 𝄞"


@pytest.mark.parametrize(("slug", "name"), [("brister", "what"), ("atgarder", "title"), ("lokaler", "address")])
def test_emoji_and_other_scripts_are_kept(town: Town, slug: str, name: str) -> None:
    row, browser = town.now(slug), town.browser()
    assert send(browser, f"{address(row)}/andra", (sent_as(row) | {name: EMOJI}).items()).status_code == 303
    assert getattr(town.now(slug), name) == EMOJI
    assert EMOJI in unescape(browser.client.get(f"{address(row)}/andra").text)


def test_lines_are_kept_as_lines_and_edges_trimmed(town: Town) -> None:
    row = town.now("brister")
    values = sent_as(row) | {"what": "  Första\r\nandra\r\n\r\ntredje \r\n", "place": "  Plan 2\u00a0"}
    assert send(town.browser(), f"{address(row)}/andra", values.items()).status_code == 303
    assert (town.now("brister").what, town.now("brister").place) == ("Första\nandra\n\ntredje", "Plan 2")


def test_right_to_left_letters_are_fine_but_not_turning_signs(town: Town) -> None:
    row = town.now("brister")
    for text, status in (("دوش مکسور – مخرج", 303), ("exe.\u202egpj", 422)):
        answer = send(town.browser(), f"{address(row)}/andra", (sent_as(town.now("brister")) | {"place": text}).items())
        assert answer.status_code == status
        if status == 422:
            assert "läsriktning" in sentence(answer, "place")


@pytest.mark.parametrize("value", NO_TEXT)
def test_bytes_that_are_no_text(town: Town, value: bytes) -> None:
    """In a form with parts they are refused; in a plain one they stand as they were written, %FF, and can be read."""
    row, browser = town.now("brister"), town.browser()
    assert send(browser, f"{address(row)}/andra", (sent_as(row) | {"place": value}).items()).status_code == 303
    assert town.now("brister").place == quote(value)
    sent = sent_as(town.now("brister")) | {"what": value, "place": value}
    answer = send_parts(browser, f"{address(row)}/andra", sent.items())
    assert answer.status_code == 422
    assert sentence(answer, "place") and sentence(answer, "what")


# Fields that are sent twice, unknown, too many; addresses of other things


@pytest.mark.parametrize("slug", sorted(EDITED))
def test_fields_that_are_sent_twice_or_not_asked_for(town: Town, slug: str) -> None:
    row, browser = town.now(slug), town.browser()
    path, sent, before = f"{address(row)}/andra", sent_as(row), entries()
    first = next(iter(row.declared.form))
    for more in (
        [(first, "x")], [(first, sent[first])], [("version", "1")], [("state", "verified")], [("id", "1")],
        [("uid", "0" * 32)],
        [("okänt", "x")], [("", "x")], [("signed_by", "1")], [("x" * 10_000, "y")],
    ):  # fmt: skip
        answer = send(browser, path, [*sent.items(), *more])
        assert answer.status_code == 422, more
        assert len(summary(answer)) > 20
    assert (entries(), town.now(slug).version) == (before, row.version)


def test_a_thousand_fields_are_not_a_thousand_sentences(town: Town) -> None:
    row = town.now("brister")
    answer = send(
        town.browser(), f"{address(row)}/andra", [*sent_as(row).items(), *((f"x{n}", "1") for n in range(900))]
    )
    assert answer.status_code == 422 and len(answer.text) < 100_000


@pytest.mark.parametrize(
    ("slug", "name"), [("brister", "responsible"), ("atgarder", "unit"), ("personer", "unit"), ("lokaler", "unit")]
)
def test_a_link_takes_only_what_it_offers(town: Town, slug: str, name: str) -> None:
    """Neither a record of another type, nor a number of the database, nor what has ended."""
    with connection():
        ended = makers.unit("Nedlagd", valid_to=makers.TODAY - makers.DAY)
        gone = makers.person()
        gone.active = False
        with makers.ledger.act(OFFICE, Verb.CHANGED, gone, at=AT) as act:
            act.save(gone)
    row = town.now(slug)
    strangers = [town.rows["brister"].uid.hex, town.rows["styrdokument"].uid.hex, str(row.id), uuid.uuid4().hex]
    for uid in (*strangers, ended.uid.hex, gone.uid.hex):
        answer = send(town.browser(), f"{address(row)}/andra", (sent_as(row) | {name: uid}).items())
        assert (answer.status_code, bool(sentence(answer, name))) == (422, True), uid


def test_what_is_out_of_reach_is_not_there(town: Town) -> None:
    manager, here, there = town.browser("manager"), town.rows, town.elsewhere
    paths = [
        f"{address(there['lokaler'])}/brister/ny", f"{address(there['lokaler'])}/andra",
        f"{address(there['brister'])}/andra",
        f"{address(there['ronder'])}/ga", f"/lokaler/{here['enheter'].uid.hex}/brister/ny",
        f"/brister/{here['lokaler'].uid.hex}/andra",
        f"/lokaler/{here['brister'].uid.hex}/kontrollplaner/ny",
    ]  # fmt: skip
    posts = [
        f"{address(there['brister'])}/steg/finish", f"{address(there['brister'])}/anmarkningar",
        f"{address(there['lokaler'])}/extra-rond", f"{address(there['lokaler'])}/atgarder/ny",
    ]  # fmt: skip
    before = entries()
    for path in paths:
        assert told(manager.client.get(path)).status_code == 404, path
    for path in (*paths, *posts):
        assert send(manager, path, [("text", "x"), ("version", "1"), ("done_how", "x")]).status_code == 404, path
    assert entries() == before


# Somebody was first


def test_a_stale_form_shows_both_texts_and_can_be_sent_again(town: Town) -> None:
    row = town.now("brister")
    mine, theirs = (sent_as(row) | {"what": text} for text in ("Det jag skrev 🔥", "Det hon sparade"))
    browser, path = town.browser(), f"{address(row)}/andra"
    assert send(browser, path, theirs.items()).status_code == 303
    answer = send(browser, path, mine.items())
    assert answer.status_code == 409
    assert "Det jag skrev 🔥" in answer.text and "Det hon sparade" in answer.text
    assert town.now("brister").what == "Det hon sparade"
    form = next(form for form in Page(answer.text).forms if form["action"] == path)
    assert send(browser, path, (mine | {"version": form["names"]["version"]}).items()).status_code == 303
    assert town.now("brister").what == "Det jag skrev 🔥"


@pytest.mark.parametrize(
    "version", ["", "0", "-1", "9" * 9, "9" * 10, "9" * 5000, "1e3", "²", "٣", "1.0", "x", "\0", None]
)
def test_a_version_that_is_not_the_stored_one(town: Town, version: str | None) -> None:
    row = town.now("brister")
    sent = sent_as(row) | {"place": f"Plan {uuid.uuid4().hex[:6]}"}
    sent.pop("version")
    answer = send(
        town.browser(),
        f"{address(row)}/andra",
        [*sent.items(), *([("version", version)] if version is not None else [])],
    )
    assert answer.status_code == 409
    assert town.now("brister").place == row.place


# Steps, remarks, marks


STEPS: list[tuple[str, dict[str, str | bytes], str]] = [
    ("wait", {"waiting_for": ""}, "waiting_for"),
    ("wait", {"waiting_for": "x" * 121}, "waiting_for"),
    ("wait", {"waiting_for": "a\ufffdb"}, "waiting_for"),
    ("finish", {"done_how": ""}, "done_how"),
    ("finish", {"done_how": "   \n"}, "done_how"),
    ("finish", {"done_how": "x" * 2001}, "done_how"),
    ("finish", {"done_how": "a\0b"}, "done_how"),
    ("accept", {"accepted_because": "x", "accepted_until": "2026-02-31"}, "accepted_until"),
    ("accept", {"accepted_because": "x", "accepted_until": "0001-01-01"}, "accepted_until"),
    ("accept", {"accepted_because": "x", "accepted_until": "9999-12-31"}, "accepted_until"),
    ("accept", {"accepted_because": "x"}, "accepted_until"),
    ("accept", {"accepted_until": "2027-01-01"}, "accepted_because"),
    ("reject", {"rejected_because": "a\u202eb"}, "rejected_because"),
]


@pytest.mark.parametrize("slug", ["brister", "atgarder"])
def test_steps_refuse_what_they_cannot_note(town: Town, slug: str) -> None:
    row, before = town.now(slug), entries()
    for step, values, name in STEPS:
        answer = send(town.browser(), f"{address(row)}/steg/{step}", [("version", str(row.version)), *values.items()])
        assert answer.status_code == 422 and sentence(answer, name), (step, values)
    path = f"{address(row)}/steg/finish"
    for more in ([("done_how", "x"), ("done_how", "y")], [("done_how", "x"), ("verified_by", "1")]):
        assert send(town.browser(), path, [("version", str(row.version)), *more]).status_code == 422
    for version in ("", "x", "9" * 5000, "-1"):
        assert send(town.browser(), path, [("version", version), ("done_how", "Klart")]).status_code == 409
    for step in ("finns-inte", "verify%00", "..", "FINISH"):
        assert send(town.browser(), f"{address(row)}/steg/{step}", [("version", "1")]).status_code == 404, step
    for step in ("verify", "return", "reopen"):
        answer = send(
            town.browser(), f"{address(row)}/steg/{step}", [("version", str(row.version)), ("returned_because", "x")]
        )
        assert answer.status_code in (403, 422)
    assert (entries(), town.now(slug).state) == (before, row.state)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001, "a\0b", "a\u202eb", "a\ufffdb", "\u200b\u200d"])
def test_a_remark_that_cannot_be_kept(town: Town, text: str | bytes) -> None:
    answer = send(town.browser(), f"{address(town.rows['brister'])}/anmarkningar", [("text", text)])
    assert answer.status_code == 422 and sentence(answer, "text")


def test_a_remark_keeps_emoji_and_markup_is_text(town: Town) -> None:
    text = f"{EMOJI} <script>alert(1)</script> {{{{ 7*7 }}}} %s"
    path = address(town.rows["brister"])
    assert send(town.browser(), f"{path}/anmarkningar", [("text", text)]).status_code == 303
    shown = told_without_values(town.browser().client.get(path))
    assert "&lt;script&gt;" in shown and "<script>alert" not in shown and "{{ 7*7 }}" in shown
    with connection():
        assert Comment.select().order_by(Comment.id.desc()).get().text == text


def told_without_values(answer: TestResponse) -> str:
    assert answer.status_code == 200
    return answer.text


MARKS: list[tuple[dict[str, str | bytes], str]] = [
    ({"field": "what", "provision": ""}, "provision"),
    ({"field": "what", "provision": "x" * 61}, "provision"),
    ({"field": "what", "provision": "a\0b"}, "provision"),
    ({"field": "what", "provision": "OSL\n18:8"}, "provision"),
    ({"field": "what", "provision": "a\ufffdb"}, "provision"),
    ({"field": "", "provision": "OSL 18:8"}, ""),
    ({"field": "headline", "provision": "OSL 18:8"}, ""),
    ({"field": "id", "provision": "OSL 18:8"}, ""),
    ({"field": "__class__", "provision": "OSL 18:8"}, ""),
    ({"field": "severity", "provision": "OSL 18:8"}, ""),
    ({"field": "x" * 10_000, "provision": "OSL 18:8"}, ""),
    ({"field": "a\0b", "provision": "OSL 18:8"}, ""),
    ({"field": b"\xff", "provision": "OSL 18:8"}, ""),
    ({"provision": "OSL 18:8"}, ""),
    ({"field": "what", "provision": "OSL 18:8", "by": "Någon annan"}, ""),
]


@pytest.mark.parametrize(("values", "name"), MARKS)
def test_a_mark_that_cannot_be_set(town: Town, values: dict[str, str | bytes], name: str) -> None:
    answer = send(town.browser(), f"{address(town.rows['brister'])}/markning", values.items())
    assert answer.status_code == 422
    assert len(sentence(answer, name) if name else summary(answer)) > 10
    with connection():
        assert not Mark.select().where(Mark.about_uid == town.rows["brister"].uid).exists()


@pytest.mark.parametrize("what", ["", "what", "headline", "finns-inte", "a\0b", "x" * 10_000, b"\xff", "__class__"])
def test_a_mark_that_is_not_there_is_not_lifted(town: Town, what: str | bytes) -> None:
    assert send(town.browser(), f"{address(town.rows['brister'])}/markning/havning", [("field", what)]).status_code in (
        404,
        422,
    )


# Signing in


@pytest.mark.parametrize(
    "values",
    [
        {}, {"email": "", "password": ""}, {"email": "alva.allt@kommun.se"}, {"password": PASSWORD},
        {"email": b"\xff@kommun.se", "password": b"\xff"}, {"email": "x" * 100_000, "password": "y"},
        {"email": "' OR 1=1 --", "password": "x"},
        {"email": "alva.allt@kommun.se", "password": "x" * 100_000},
        {"email": "alva.allt@kommun.se", "password": "a\0b"},
        {"email": EMOJI, "password": EMOJI}, {"email": b"\xed\xa0\x80", "password": "x"},
        {"email": "a\u202eb@kommun.se", "password": "x"},
        {"email": "x@kommun.se", "password": "x", "next": "//evil.se", "kept": "{"},
        {"email": "x@kommun.se", "password": "x", "next": "\0", "kept": "[[1, 2]]"},
        {"email": "x@kommun.se", "password": "x", "kept": "[" * 90_000},
        {"email": "x@kommun.se", "password": "x", "kept": '[["text", "\\ud800"]]'},
    ],
)  # fmt: skip
def test_signing_in_with_nonsense(town: Town, values: dict[str, str | bytes]) -> None:
    stranger = Lasting(town.app, None)
    page = Page(stranger.client.get("/logga-in").text)
    stranger._token = next(one["value"] for one in page.inputs if one.get("name") == "csrf_token")
    answer = send(stranger, "/logga-in", values.items())
    assert answer.status_code in (422, 429)
    assert sentence(answer, "password")
    assert PASSWORD not in answer.text


def test_a_session_that_ends_in_mid_form_loses_nothing(town: Town) -> None:
    row = town.now("brister")
    typed = sent_as(row) | {"what": f"Långt & viktigt 🔥 {uuid.uuid4().hex}"}
    stranger = town.app.test_client()
    door = told(stranger.post(f"{address(row)}/andra", data=typed, headers=OURS))
    assert door.status_code == 401
    names = next(form for form in Page(door.text).forms if form["action"] == "/logga-in")["names"]
    assert typed["what"] in unescape(names["kept"])
    names |= {"email": "alva.allt@kommun.se", "password": PASSWORD}
    step = told(stranger.post("/logga-in", data=names, headers=OURS))
    names = next(form for form in Page(step.text).forms if form["action"] == "/logga-in/steg-tva")["names"]
    back = told(stranger.post("/logga-in/steg-tva", data=names | {"second_code": town.code}, headers=OURS))
    assert back.status_code == 200
    form = next(form for form in Page(back.text).forms if form["action"] == f"{address(row)}/andra")
    saved = stranger.post(form["action"], data=form["names"], headers=OURS)
    assert saved.status_code == 303 and town.now("brister").what == typed["what"]


def test_a_kept_form_that_was_tampered_with_is_no_crash(town: Town) -> None:
    for kept in ('[["what", "a\\u0000b"]]', "[" * 100_000, '[["what", null]]', "9" * 5000):
        stranger = town.app.test_client()
        page = Page(stranger.get("/logga-in").text)
        token = next(one["value"] for one in page.inputs if one.get("name") == "csrf_token")
        sent = dict(email="alva.allt@kommun.se", password=PASSWORD, next="/brister", kept=kept, csrf_token=token)
        assert told(stranger.post("/logga-in", data=sent, headers=OURS)).status_code in (200, 303), kept[:40]


# Walking a round


def a_round(town: Town) -> tuple[Round, dict[str, str], list[int]]:
    """A round of one's own to walk, its form with every point OK, and its points' ids."""
    with connection():
        place = makers.premises()
        makers.responsible(place, town.people["warden"])
        walk = makers.planned_round(place)
    page = told(town.browser("warden").client.get(f"{address(walk)}/ga"))
    form = next(form for form in Page(page.text).forms if form["action"] == f"{address(walk)}/ga")
    points = sorted({int(name.split("-")[1]) for name in form["names"] if name.startswith("answer-")})
    sent = {name: form["names"][name] for name in ("submission", "version", "started_at")}
    return walk, sent | {f"answer-{point}": "ok" for point in points}, points


WALKS: list[tuple[dict[str, str | bytes], str]] = [
    ({"answer": ""}, "answer"),
    ({"answer": "kanske"}, "answer"),
    ({"answer": "OK"}, "answer"),
    ({"answer": b"\xff"}, "answer"),
    ({"answer": "x" * 10_000}, "answer"),
    ({"answer": "not_checked"}, "reason"),
    ({"answer": "not_checked", "reason": "  "}, "reason"),
    ({"answer": "not_checked", "reason": "x" * 1001}, "reason"),
    ({"answer": "not_checked", "reason": "a\ufffdb"}, "reason"),
    ({"answer": "fixed", "note": "x" * 1001}, "note"),
    ({"answer": "fixed", "note": "a\0b"}, "note"),
    ({"answer": "fixed", "note": "a\u202eb"}, "note"),
    ({"answer": "deficient", "what": "x" * 1001}, "what"),
    ({"answer": "deficient", "what": "a\x00b"}, "what"),
    ({"answer": "deficient", "place": "x" * 121}, "place"),
    ({"answer": "deficient", "place": "två\nrader"}, "place"),
    ({"answer": "deficient", "severity": "5"}, "severity"),
    ({"answer": "deficient", "severity": "x" * 10_000}, "severity"),
    ({"answer": "deficient", "severity": "1"}, "temporary"),
    ({"answer": "deficient", "severity": "1", "temporary": " "}, "temporary"),
    ({"answer": "deficient", "party": "XX"}, "party"),
    ({"answer": "deficient", "party": "\0"}, "party"),
    ({"answer": "deficient", "fault": "x" * 41}, "fault"),
]


def test_a_round_that_is_wrongly_filled_in_comes_back_whole(town: Town) -> None:
    walk, sent, points = a_round(town)
    browser, before = town.browser("warden"), entries()
    kept = {"remarks": "Allt i övrigt väl 🔥", f"note-{points[1]}": "Minns detta", f"answer-{points[1]}": "fixed"}
    for values, part in WALKS:
        values = {f"{name}-{points[0]}": value for name, value in values.items()}
        answer = send(browser, f"{address(walk)}/ga", (sent | kept | values).items())
        assert answer.status_code == 422, values
        assert "Allt i övrigt väl 🔥" in answer.text and "Minns detta" in answer.text
        assert f'value="{sent["submission"]}"' in answer.text
        said = walk_sentence(answer, points[0]) if part == "answer" else sentence(answer, f"{part}-{points[0]}")
        assert len(said) > 10, f"nothing is said of {values}"
    answer = send(browser, f"{address(walk)}/ga", (sent | {"remarks": "x" * 2001}).items())
    assert answer.status_code == 422 and sentence(answer, "remarks")
    assert entries() == before
    with connection():
        assert Round.get_by_id(walk.id).state is RoundState.PLANNED


def walk_sentence(answer: TestResponse, point: int) -> str:
    found = re.search(rf'id="walk-answer-{point}-problem">(.*?)</p>', answer.text, re.S)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""


def test_a_round_sent_twice_is_one_round(town: Town) -> None:
    walk, sent, points = a_round(town)
    sent |= {f"answer-{points[0]}": "deficient", f"what-{points[0]}": "Kärvar"}
    browser, before = town.browser("warden"), entries()
    for _ in range(3):
        answer = send(browser, f"{address(walk)}/ga", sent.items())
        assert (answer.status_code, answer.headers["Location"]) == (303, address(walk))
    assert entries() == before + 1
    with connection():
        assert Observation.select().where(Observation.round == walk).count() == len(points)
        assert Deficiency.select().where(Deficiency.round == walk).count() == 1
    answer = send(browser, f"{address(walk)}/ga", (sent | {"submission": uuid.uuid4().hex}).items())
    assert answer.status_code == 409 and "Kärvar" in answer.text


@pytest.mark.parametrize("submission", ["", "x", "x" * 10_000, "\0", b"\xff", "0" * 31, "٣" * 31, "another's"])
def test_a_sending_without_a_number_of_its_own_gets_one_and_can_be_sent(town: Town, submission: str | bytes) -> None:
    walk, sent, _ = a_round(town)
    browser = town.browser("warden")
    if submission == "another's":
        other, theirs, _ = a_round(town)
        assert send(browser, f"{address(other)}/ga", theirs.items()).status_code == 303
        submission = theirs["submission"]
    answer = send(browser, f"{address(walk)}/ga", (sent | {"submission": submission}).items())
    assert answer.status_code == 422 and summary(answer)
    form = next(form for form in Page(answer.text).forms if form["action"] == f"{address(walk)}/ga")
    again = send(browser, f"{address(walk)}/ga", (sent | {"submission": form["names"]["submission"]}).items())
    assert again.status_code == 303


@pytest.mark.parametrize(
    "more",
    [
        {"version": "x"}, {"version": "0" * 32}, {"version": "x" * 10_000}, {"version": b"\xff"},
        {"started_at": "x"}, {"started_at": "\0"},
        {"started_at": "0001-01-01T00:00:00+23:59"}, {"started_at": "9999-12-31T23:59:59-23:59"},
        {"started_at": "2026-11-23"},
        {"started_at": "2026-11-23T08:00:00"}, {"started_at": "9" * 5000}, {"answer-999999": "deficient"},
        {"answer-": "x"}, {"okänt": "x" * 10_000},
    ],
)  # fmt: skip
def test_what_a_page_carries_for_itself_may_be_nonsense(town: Town, more: dict[str, str | bytes]) -> None:
    walk, sent, points = a_round(town)
    assert send(town.browser("warden"), f"{address(walk)}/ga", (sent | more).items()).status_code == 303
    with connection():
        stands = Round.get_by_id(walk.id)
        assert (stands.answers, stands.started_at) == (len(points), AT)


def test_answers_keep_emoji(town: Town) -> None:
    walk, sent, points = a_round(town)
    sent |= {
        f"answer-{points[0]}": "deficient",
        f"what-{points[0]}": EMOJI,
        f"place-{points[0]}": EMOJI,
        "remarks": EMOJI,
    }
    assert send(town.browser("warden"), f"{address(walk)}/ga", sent.items()).status_code == 303
    with connection():
        made = Deficiency.get(Deficiency.round == walk)
        assert (made.what, made.place, Round.get_by_id(walk.id).remarks) == (EMOJI, EMOJI, EMOJI)


# Too much


def posts(town: Town) -> list[str]:
    row = address(town.rows["brister"])
    return [
        f"{row}/andra", "/lokaler/ny", f"{row}/steg/finish", f"{row}/anmarkningar", f"{row}/markning",
        f"{row}/markning/havning", "/logga-in",
        f"{address(town.elsewhere['ronder'])}/ga", f"{row}/atgarder/ny", "/konto/losenord",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "application/json", "text/plain", "x"])
def test_ten_megabytes_are_too_much(town: Town, kind: str) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="what"\r\n\r\n'
    big = (
        (part if "boundary" in kind else b"what=")
        + b"x" * 10_000_000
        + (b"\r\n--x--\r\n" if "boundary" in kind else b"")
    )
    for path in posts(town):
        answer = told(town.browser().client.post(path, data=big, content_type=kind, headers=OURS))
        expected = (413,) if kind == FORM or "boundary" in kind else (400, 413)
        assert answer.status_code in expected, (path, answer.status_code)


def test_one_field_of_a_megabyte_is_too_much(town: Town) -> None:
    row = town.now("brister")
    sent = sent_as(row) | {"what": "x" * 1_000_000}
    answer = send(town.browser(), f"{address(row)}/andra", sent.items())
    assert answer.status_code == 422 and sentence(answer, "what")
    assert send_parts(town.browser(), f"{address(row)}/andra", sent.items()).status_code == 413


def test_ten_megabytes_from_a_stranger(town: Town) -> None:
    for path in posts(town):
        answer = told(
            town.app.test_client().post(path, data=b"what=" + b"x" * 10_000_000, content_type=FORM, headers=OURS)
        )
        assert answer.status_code in (400, 401, 413), path


@pytest.mark.parametrize(
    "data", [b"", b"=", b"&&&&", b"a", b"%", b"%zz=%", b"=&=", b"\xff\xfe=\xff", b"version=1;what=2", b"[]=1&a[b]=2"]
)
def test_a_body_that_is_no_form(town: Town, data: bytes) -> None:
    before = entries()
    for path in posts(town):
        with_token = data + b"&csrf_token=" + town.browser().token().encode()
        assert (
            400
            <= told(town.browser().client.post(path, data=with_token, content_type=FORM, headers=OURS)).status_code
            < 500
        )
    assert entries() == before


# Addresses

NONSENSE = [
    "x", "0", "-1", "None", "null", "..", "%00", "%0a", "%ff", "%f0%9f%94%a5", "a%20b", "'%20OR%201=1--", "0" * 31,
    "0" * 32, "0" * 33, "g" * 32,
    "F" * 32, "1_" * 16, "%7B" + "0" * 30 + "%7D", "urn:uuid:" + "0" * 23, "٣" * 32, "x" * 10_000, "<script>",
    "0" * 32 + "/..", "ny%00",
]  # fmt: skip


@pytest.mark.parametrize("slug", sorted(DECLARED))
def test_names_of_nothing_are_not_found(town: Town, slug: str) -> None:
    for name in NONSENSE:
        answer = told(town.browser().client.get(f"/{slug}/{quote(name, safe='%/')}"))
        assert answer.status_code in (404, 308), (slug, name)
    for name in ("x", "%00", "0" * 32, "٣" * 32):
        for path in (
            f"/{slug}/{name}/andra",
            f"/{slug}/{name}/anmarkningar",
            f"/{slug}/{name}/markning",
            f"/{slug}/{name}/steg/finish",
        ):
            assert send(town.browser(), path, [("text", "x"), ("version", "1")]).status_code in (404, 405), path


def test_names_of_nothing_in_views_of_their_own(town: Town) -> None:
    browser = town.browser("warden")
    for name in (quote(name, safe="%/") for name in NONSENSE):
        assert told(browser.client.get(f"/ronder/{name}/ga")).status_code == 404, name
        for path in (f"/ronder/{name}/ga", f"/lokaler/{name}/extra-rond", f"/lokaler/{name}/brister/ny"):
            assert send(browser, path, [("version", "1")]).status_code == 404, path


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW", "get"])
def test_every_method_is_answered(town: Town, method: str) -> None:
    row, before = address(town.rows["brister"]), entries()
    paths = [
        "/",
        "/brister",
        "/brister/export",
        row,
        f"{row}/andra",
        f"{row}/steg/finish",
        f"{row}/anmarkningar",
        "/uppfoljning",
        "/logga-in",
        "/x",
    ]
    for path in (*paths, f"{address(town.elsewhere['ronder'])}/ga"):
        for client in (town.browser().client, town.app.test_client()):
            answer = told(client.open(path, method=method, headers={"Origin": "http://localhost"}))
            assert answer.status_code in (200, 302, 303, 400, 401, 404, 405), (method, path, answer.status_code)
            assert method != "HEAD" or not answer.data
    assert entries() - before <= (1 if method in ("HEAD", "get") else 0) * 2, "an export is noted, nothing else"


# Lists


LISTS = ["brister", "enheter"]
ODD = [
    "", "x", "-", "--due_on", "due_on,id", "9" * 5000, "\0", "\u202e", "🔥", "None", "'; DROP TABLE unit; --", "%",
    "x" * 10_000, "__class__", "version", "\ud800", "å" * 3000,
]  # fmt: skip


def look(town: Town, path: str, query: Any) -> TestResponse:
    text = urlencode([(n, v.encode("utf-8", "surrogatepass") if isinstance(v, str) else v) for n, v in query])
    return told(town.browser().client.get(f"{path}?{text}"))


@pytest.mark.parametrize("slug", LISTS)
def test_a_list_leaves_out_what_it_does_not_understand(town: Town, slug: str) -> None:
    filters = DECLARED[slug].declared.filters
    for name in ("urval", "ordning", "efter", "q", *filters, "okänt"):
        for value in ODD:
            answer = look(town, f"/{slug}", [(name, value)])
            assert answer.status_code == 200, (name, value)
    for query in (
        [(name, "x") for name in ("urval", "ordning", "efter", "q", *filters)],
        [("urval", "alla")] * 50,
        [("", ""), ("=", "&")],
    ):
        assert look(town, f"/{slug}", query).status_code == 200
        assert look(town, f"/{slug}/export", query).status_code == 200


def cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


TAMPERED = [
    cursor(), cursor(1), cursor(None, 1), cursor("x", 1), cursor(1, 1), cursor(1.5, 1), cursor(True, 1),
    cursor([1], 1), cursor({"a": 1}, 1),
    cursor("\0", 1), cursor("\ud800", 1), cursor("a\u202eb", 1), cursor("x" * 5000, 1), cursor(2**70, 1),
    cursor(-1, 1), cursor("2026-11-23", 1),
    cursor("2026-02-31", 1), cursor("0001-01-01", 1), cursor("zz", 1), cursor("00ff", 1), cursor("00ff", "1"),
    cursor("00ff", 2**40), cursor("00ff", 2**70),
    cursor("00ff", None), cursor("00ff", 1.5), cursor("00ff", [1]), cursor("00ff", True),
    cursor("00ff", float("inf")), cursor("00ff", float("nan")),
    cursor("00ff", -5), cursor("1", 1, 1), cursor("walker", 1), base64.urlsafe_b64encode(b"[" * 50_000).decode(),
    base64.urlsafe_b64encode(b"{}").decode(),
    base64.urlsafe_b64encode(b'"ab"').decode(), base64.urlsafe_b64encode(b"[1,").decode(),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(), "====", "a",
    "å", "=" * 1000,
]  # fmt: skip


@pytest.mark.parametrize("slug", sorted(DECLARED))
def test_a_key_of_the_next_page_that_was_tampered_with(town: Town, slug: str) -> None:
    """It is as none, or leads to some place in the list; what it holds never reaches the database as something else."""
    with connection():
        for order in DECLARED[slug].declared.sorts or ("",):
            for after in TAMPERED:
                found = listing(OFFICE, DECLARED[slug], Asked("", order=order, after=after), AT)
                assert len(found.rows) <= found.count, (order, after)
    assert look(town, f"/{slug}", [("efter", TAMPERED[4])]).status_code == 200


def test_a_key_of_another_order_or_list_is_no_crash(town: Town) -> None:
    with connection():
        for _ in range(51 - Unit.select().count()):
            makers.unit()
        for number in range(51):
            makers.deficiency(town.elsewhere["lokaler"], headline=f"Brist {number}")
    keys = []
    for path, orders in (
        ("/enheter", ("name_key", "-name_key", "code")),
        ("/brister", ("due_on", "-due_on", "-found_on")),
    ):
        for order in orders:
            page = Page(look(town, path, [("urval", "alla"), ("ordning", order)]).text)
            keys += [re.search(r"efter=([^&]+)", link)[1] for link in page.links if "efter=" in link]  # type: ignore[index]
    assert len(keys) >= 6
    for path, order in (
        ("/enheter", "code"),
        ("/brister", "due_on"),
        ("/personer", "name_key"),
        ("/svar", ""),
        ("/ronder", "-due_on"),
    ):
        for key in keys:
            assert look(town, path, [("ordning", order), ("efter", key)]).status_code == 200


@pytest.mark.parametrize(
    "before", ["", "0", "-1", "x", "1", "9" * 9, "9" * 10, "9" * 19, "9" * 5000, "²", "٣", "1e3", "\0", "\ud800"]
)
def test_history_before_nonsense(town: Town, before: str) -> None:
    assert look(town, address(town.rows["brister"]), [("fore", before)]).status_code == 200


# Whatever else

TEXTS = st.text(max_size=40) | st.sampled_from([*ANY_TEXT, "2026-11-23", "1", "9" * 30, "", LONG, EMOJI])
QUIET = settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate]
)


@pytest.mark.parametrize("slug", ["brister", "styrdokument", "kontrollplaner"])
def test_any_form_is_answered(town: Town, slug: str) -> None:
    browser, record_type = town.browser(), EDITED[slug]
    path = f"{address(town.rows[slug])}/andra"
    names = st.sampled_from(record_type.declared.form)

    @QUIET
    @given(st.dictionaries(names, TEXTS, max_size=6), st.lists(st.tuples(TEXTS, TEXTS), max_size=2))
    def anything(values: dict[str, str], more: list[tuple[str, str]]) -> None:
        sent = sent_as(town.now(slug))
        answer = send(browser, path, [*(sent | values).items(), *more])
        assert answer.status_code in (303, 422)
        if answer.status_code == 422:
            assert len(summary(answer)) > 20
        stored = town.now(slug)
        assert all(not kind.problem(stored.__data__[name]) for name, kind in record_type.kinds().items() if kind.typed)

    anything()


@pytest.mark.parametrize("slug", ["brister", "ronder", "enheter"])
def test_any_address_of_a_list_is_answered(town: Town, slug: str) -> None:
    names = st.sampled_from(["urval", "ordning", "efter", "q", *DECLARED[slug].declared.filters]) | st.text(max_size=8)
    known = st.sampled_from([*DECLARED[slug].declared.selections, "alla", *DECLARED[slug].declared.sorts, "-id"])

    @QUIET
    @given(st.lists(st.tuples(names, TEXTS | known), max_size=6))
    def anything(query: list[tuple[str, str]]) -> None:
        assert look(town, f"/{slug}", query).status_code == 200

    anything()
