"""The free-text guard in every form: nothing gets past it, and whoever says that it errs is believed and remembered."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from models import RECORDS
from models.database import connection
from models.excuses import Excuse
from models.fire_safety import Checklist, ChecklistItem, Deficiency, Observation, Round
from models.kinds import Kind
from models.ledger import Entry, EntryDetail
from models.measures import Comment, Mark, Measure
from models.record import DECLARED, Record
from models.screening import Excused, Rule
from models.words import Act, Role
from tests import makers
from tests.browse import Browser, Page, browse
from tests.makers import AT
from tests.pages import Lasting
from tests.test_canary import Canary, stored
from tests.test_litany import World, _another, _world, asks, creatable, editable, made_from, reaches, sent_as
from tests.test_litany import stored as newest
from tracker.acts.imports import SHAPES, files
from tracker.acts.imports import look as looked
from tracker.language import say
from tracker.laws import ledger, policy
from tracker.spine import records

MARKING, REASON = "HEMLIG", "Det är namnet på en pjäs."
CODE = "portkod 4711"


@pytest.fixture(scope="module")
def world(house: Flask) -> Iterator[World]:
    with connection():
        made = _world(World(house))
    yield made


def entries() -> int:
    with connection():
        return Entry.select().count()


def boxes(page: Page | None) -> dict[str, str]:
    """The ticks that a page offers, by the names of their fields, with what each sends."""
    assert page is not None
    return {
        one["name"].removeprefix("ej-"): one["value"] for one in page.inputs if one.get("name", "").startswith("ej-")
    }


def tick(page: Page | None, name: str, reason: str = "") -> dict[str, str]:
    sent = {f"ej-{name}": boxes(page)[name]}
    return sent | ({f"skal-{name}": reason} if reason else {})


def free(kinds: dict[str, Kind]) -> list[str]:
    """The fields of these that could hold the marking, were it not for the guard."""
    return [name for name, kind in kinds.items() if kind.free and kind.longest >= len(MARKING) and not kind.check]


def form_kinds(record_type: type[Record]) -> dict[str, Any]:
    return {name: record_type._meta.fields[name] for name in record_type.declared.form}


def guards(browser: Browser, path: str, sent: dict[str, str], kinds: dict[str, Kind], seen: set[Any]) -> None:
    """Every free text of a form refuses the marking beside its field, offers the tick, and nothing is saved."""
    before = entries()
    for name in free(kinds):
        page = browser.post(path, sent | {name: MARKING}, 422)
        assert page is not None and browser.last is not None
        wrong = next(one for one in page.inputs if one.get("name") == name)
        assert wrong.get("aria-invalid") == "true" and set(boxes(page)) == {name}, (path, name)
        assert browser.last.headers["Cache-Control"] == "no-store"
        seen.add((path, name))
    assert entries() == before


# Every form of every register


def test_every_form_that_changes_a_record_is_guarded(world: World) -> None:
    seen: set[Any] = set()
    for slug in filter(editable, DECLARED):
        row = newest(world.rows[slug])
        roles = (role for role in Role if policy.may(world.actors[role], row.declared.register, Act.EDIT))
        editor = next(role for role in roles if reaches(world.actors[role], row, Act.EDIT))
        guards(world.browser(editor), f"/{slug}/{row.uid.hex}/andra", sent_as(row), form_kinds(type(row)), seen)
    assert len(seen) > 60


def test_every_form_that_makes_a_record_is_guarded(world: World) -> None:
    seen: set[Any] = set()
    for slug in filter(creatable, DECLARED):
        row = newest(world.rows[slug])
        maker = next(role for role, actor in world.actors.items() if records.may_add(actor, type(row)))
        guards(world.browser(maker), f"/{slug}/ny", _another(row), form_kinds(type(row)), seen)
    for slug, part in made_from():
        row, path = newest(world.rows[part]), f"/{slug}/{world.rows[slug].uid.hex}/{part}/ny"
        guards(world.browser(Role.CHIEF), path, _another(row), form_kinds(type(row)), seen)
    assert len(seen) > 100


def test_every_step_and_remark_is_guarded(world: World) -> None:
    """A step is asked about its own texts before anything else, in whatever state the record is."""
    wrong = []
    for record_type in RECORDS:
        for name, kind in record_type.kinds().items():
            told = kind.problem(MARKING) if kind.typed and kind.free and kind.longest >= len(MARKING) else "none"
            wrong += [(record_type, name)] if told is None else []
    assert wrong == []
    for slug in asks(world, "remark"):
        path = f"/{slug}/{world.rows[slug].uid.hex}/anmarkningar"
        assert set(boxes(world.browser(Role.CHIEF).post(path, {"text": MARKING}, 422))) == {"text"}


def test_a_step_that_is_taken_is_guarded(app: Flask) -> None:
    with connection():
        row = makers.deficiency()
        chief = browse(app, makers.acting(Role.CHIEF))
    path, sent = f"/brister/{row.uid.hex}/steg/wait", {"version": "1", "waiting_for": MARKING}
    page = chief.post(path, sent, 422)
    chief.post(path, sent | tick(page, "waiting_for", REASON), 303)
    with connection():
        excuse = Excuse.get()
        assert (excuse.about_uid, excuse.field) == (row.uid, "waiting_for")
        assert Deficiency.get_by_id(row.id).waiting_for == MARKING


# Whoever says that it is something else


@pytest.fixture
def chief(app: Flask) -> Browser:
    with connection():
        return browse(app, makers.acting(Role.CHIEF, name="Eva Ek"))


def given(**changes: str) -> dict[str, str]:
    with connection():
        unit = makers.unit()
    return {"title": "Byt lås", "what": "Som sagt", "unit": unit.uid.hex, "due_on": "2026-12-24"} | changes


def test_a_refusal_takes_a_tick_and_a_reason(chief: Browser, app: Flask) -> None:
    sent, before = given(what=f"Affischen till {MARKING}"), entries()
    page = chief.post("/atgarder/ny", sent, 422)
    assert say("Your reason", "sv") in page.text
    for reason in ("", "kort", "x" * 301, f"Det är {MARKING} här"):
        page = chief.post("/atgarder/ny", sent | tick(page, "what") | {"skal-what": reason}, 422)
        assert "checked" in chief.last.text and boxes(page)
    assert entries() == before
    chief.post("/atgarder/ny", sent | tick(page, "what", f"  {REASON} "), 303)
    assert entries() == before + 1
    with connection():
        row, excuse = Measure.get(), Excuse.get()
        assert row.what == sent["what"]
        told = (
            excuse.about_type,
            excuse.about_uid,
            excuse.field,
            excuse.rule,
            excuse.reason,
            excuse.by.name,
            excuse.at,
        )
        assert told == ("measure", row.uid, "what", Rule.MARKING, REASON, "Eva Ek", AT)
        entry = Entry.select().order_by(Entry.number.desc()).get()
        assert list(json.loads(entry.body)["others"]) == ["excuse"]
        kept = EntryDetail.select().where((EntryDetail.entry == entry.number) & (EntryDetail.record_type == "excuse"))
        assert {detail.field for detail in kept} >= {"rule", "reason", "field", "about_uid", "by"}
        assert MARKING not in "".join(str(detail.new) for detail in kept)
        assert not ledger.verify(RECORDS, [app.extensions["ledger_key"]]).broken


def test_a_warning_takes_only_a_tick(chief: Browser) -> None:
    sent = given(what=f"Byt {CODE}")
    page = chief.post("/atgarder/ny", sent, 422)
    assert say("Your reason", "sv") not in page.text
    chief.post("/atgarder/ny", sent | tick(page, "what"), 303)
    with connection():
        assert (Excuse.get().rule, Excuse.get().reason) == (Rule.CODE, None)


def test_each_rule_of_a_text_is_noted(chief: Browser) -> None:
    sent = given(what=f"{MARKING} och {CODE}")
    page = chief.post("/atgarder/ny", sent, 422)
    chief.post("/atgarder/ny", sent | tick(page, "what", REASON), 303)
    with connection():
        assert {excuse.rule for excuse in Excuse.select()} == {Rule.MARKING, Rule.CODE}


def test_the_tick_is_for_that_very_text(chief: Browser) -> None:
    sent = given(what=MARKING)
    ticked = tick(chief.post("/atgarder/ny", sent, 422), "what", REASON)
    other = chief.post("/atgarder/ny", sent | ticked | {"what": f"{MARKING} igen"}, 422)
    assert "checked" not in chief.last.text and boxes(other)["what"] != ticked["ej-what"]
    assert REASON in chief.last.text
    chief.post("/atgarder/ny", sent | ticked | {"what": "Vanliga ord"}, 303)
    with connection():
        assert not Excuse.select().exists()


def test_what_stands_is_not_asked_about_again(chief: Browser) -> None:
    with connection():
        row = makers.measure(what=Excused("x", ""))
    path = f"/atgarder/{row.uid.hex}/andra"
    sent = sent_as(row) | {"what": MARKING}
    page = chief.post(path, sent, 422)
    chief.post(path, sent | tick(page, "what", REASON), 303)
    row = newest(row)
    chief.post(path, sent_as(row) | {"title": "Ett annat namn"}, 303)
    chief.post(path, sent_as(newest(row)) | {"what": f"{MARKING}!"}, 422)
    with connection():
        assert Excuse.select().count() == 1


def test_a_tick_outlives_somebody_elses_change(chief: Browser) -> None:
    with connection():
        row = makers.measure()
    path, sent = f"/atgarder/{row.uid.hex}/andra", sent_as(row) | {"what": MARKING}
    ticked = tick(chief.post(path, sent, 422), "what", REASON)
    page = chief.post(path, sent | ticked | {"version": "0"}, 409)
    assert boxes(page) == {"what": ticked["ej-what"]} and "checked" in chief.last.text
    chief.post(path, sent | ticked, 303)


def test_a_tick_that_is_nonsense_is_no_crash(chief: Browser) -> None:
    sent = given(what=MARKING)
    for value in ("", "1", "x" * 5000, "\ufffd"):
        chief.post("/atgarder/ny", sent | {"ej-what": value, "skal-what": REASON}, 422)
    chief.post("/atgarder/ny", sent | {"ej-due_on": "1"}, 422)
    chief.post("/atgarder/ny", given() | {"ej-what": "1", "skal-what": "\u202e"}, 303)


# Where words are written in other ways


def test_a_remark(chief: Browser) -> None:
    with connection():
        row = makers.deficiency()
    path, sent = f"/brister/{row.uid.hex}/anmarkningar", {"text": f"Ser {MARKING} ut"}
    chief.post(path, sent | tick(chief.post(path, sent, 422), "text", REASON), 303)
    with connection():
        comment = Comment.get()
        assert (Excuse.get().about_type, Excuse.get().about_uid) == ("comment", comment.uid)
    listed = chief.get("/logg/undantag")
    assert row.headline in listed.text and REASON in listed.text and comment.text not in listed.text


def test_a_mark(chief: Browser) -> None:
    with connection():
        row = makers.deficiency()
    path, sent = f"/brister/{row.uid.hex}/markning", {"field": "what", "listed": "", "provision": f"OSL 18:8, {CODE}"}
    chief.post(path, sent | tick(chief.post(path, sent, 422), "provision"), 303)
    with connection():
        assert (Excuse.get().about_type, Mark.get().provision) == ("mark", sent["provision"])
    assert row.headline in chief.get("/logg/undantag").text


def test_what_is_sealed_may_hold_it(app: Flask) -> None:
    """There the ceiling decides, and what is typed is read by nobody but who opens it."""
    text = f"{MARKING}, {CODE}, 640823-3234"
    with connection():
        eva = makers.acting(Role.CHIEF)
        makers.vault(eva)
        makers.core(makers.shell(), eva, text)
        makers.deposit(eva, text)
        assert not Excuse.select().exists()


def test_a_round(app: Flask) -> None:
    """What is wrong on a point is both the answer's remark and the deficiency's words: each is noted."""
    with connection():
        place = makers.premises()
        warden = browse(app, makers.acting(Role.WARDEN, on=place))
        walk = makers.planned_round(place)
    path = f"/ronder/{walk.uid.hex}/ga"
    names = next(form for form in warden.get(path).forms if form["action"] == path)["names"]
    sent = {name: names[name] for name in ("submission", "version", "started_at")}
    first, second, *rest = sorted(name for name in names if name.startswith("answer-"))
    sent |= dict.fromkeys(rest, "ok") | {first: "deficient", second: "not_checked", "remarks": CODE}
    what, place_, reason = (
        first.replace("answer", "what"),
        first.replace("answer", "place"),
        second.replace("answer", "reason"),
    )
    sent |= {what: MARKING, place_: "640823-3234", reason: "59.3293, 18.0686", "remarks": CODE}
    page = warden.post(path, sent, 422)
    assert set(boxes(page)) == {what, place_, reason, "remarks"}
    for name in (what, place_):
        sent |= tick(page, name, REASON)
    page = warden.post(path, sent, 422)
    assert set(boxes(page)) == {what, place_, reason, "remarks"} and warden.last.text.count(" checked>") >= 2
    warden.post(path, sent | tick(page, reason) | tick(page, "remarks"), 303)
    with connection():
        noted = {(excuse.about_type, excuse.field, excuse.rule) for excuse in Excuse.select()}
        assert noted == {
            ("observation", "remark", Rule.MARKING), ("observation", "remark", Rule.PLACE),
            ("deficiency", "what", Rule.MARKING), ("deficiency", "place", Rule.PERSON), ("round", "remarks", Rule.CODE),
        }  # fmt: skip
        assert {row.uid for row in (*Observation.select(), Deficiency.get(), Round.get_by_id(walk.id))} >= {
            excuse.about_uid for excuse in Excuse.select()
        }
        assert not ledger.verify(RECORDS, [app.extensions["ledger_key"]]).broken


def test_a_checklist_is_guarded_but_not_for_the_points_that_stand(app: Flask, chief: Browser) -> None:
    with connection():
        walk = makers.signed(makers.planned_round())
        base = walk.checklist
        points = list(ChecklistItem.select().where(ChecklistItem.checklist == base).order_by(ChecklistItem.number))
    path = f"/checklistor/{base.uid.hex}/ny-version"
    sent = {"why": "Skarpare ord", "valid_from": "2026-12-01"}
    for row, item in enumerate(points, 1):
        sent |= {f"{name}-{row}": str(item.__data__[name]) for name in ("number", "category", "text", "deficiency")}
        sent |= {f"{name}-{row}": item.__data__[name].value for name in ("interval", "party", "severity")}
    assert set(boxes(chief.post(path, sent | {"why": MARKING, "text-1": MARKING}, 422))) == {"why", "text-1"}
    page = chief.post(path, sent | {"text-1": MARKING}, 422)
    chief.post(path, sent | {"text-1": MARKING} | tick(page, "text-1", REASON), 303)
    with connection():
        new = Checklist.select().order_by(Checklist.id.desc()).get()
        assert Excuse.get().about_type == "checklist_item" and new.id != base.id
    chief.post(f"/checklistor/{new.uid.hex}/ny-version", sent | {"text-1": MARKING, "text-2": "Annat"}, 303)


def test_a_file_that_is_read_in_is_guarded_row_by_row(app: Flask) -> None:
    with connection():
        unit = makers.unit("Skolan")
        office = browse(app, makers.acting(Role.SECURITY))
    rows = [
        f"B-{number};{name};skola;Skolgatan 1;{unit.code};Kommunen" for number, name in ((1, "Björken"), (2, MARKING))
    ]
    content = "\n".join(["Objektnummer;Namn;Typ;Adress;Enhet;Ägare", *rows]).encode()
    with connection():
        plan = looked(makers.OFFICE, SHAPES["lokaler"], files.read(content), AT)
        assert [problem.number for problem in plan.problems if problem.column] == [3]
    page = office.post("/inlasning/lokaler", {"file": (io.BytesIO(content), "lokaler.csv")}, 422)
    assert "för hand" in page.text and not [form for form in page.forms if form["action"].endswith("/spara")]


# Where a refused text is looked for


def test_what_is_refused_is_nowhere_but_in_the_answer(
    app: Flask, database_url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
) -> None:
    """In a form, a step, a remark, a round, a file, as a reason, and after the session has ended."""
    caplog.set_level(logging.DEBUG)
    canary = Canary()
    text, heads = f"{MARKING} {canary.text}", []
    with connection():
        place = makers.premises()
        eva, row, walk = makers.acting(Role.CHIEF), makers.deficiency(place), makers.planned_round(place)
        eva_browser, late = Lasting(app, eva), Lasting(app, None)
    sheet = f"Objektnummer;Namn;Typ;Adress;Enhet;Ägare\nB-1;{text.replace(';', '')};skola;Gatan;X;\n".encode()
    with connection():  # held, so that nothing is put away
        page = eva_browser.post("/atgarder/ny", given(what=text), 422)
        asked = [
            ("/atgarder/ny", given(what=text), 422),
            ("/atgarder/ny", given(what=text) | tick(page, "what", text), 422),
            ("/atgarder/ny", given(title=text[:150], due_on=text), 422),
            (f"/brister/{row.uid.hex}/steg/wait", {"version": "1", "waiting_for": text}, 422),
            (f"/brister/{row.uid.hex}/anmarkningar", {"text": text}, 422),
            (f"/brister/{row.uid.hex}/markning", {"field": "what", "provision": text[:60]}, 422),
            (f"/ronder/{walk.uid.hex}/ga", {"remarks": text, "submission": "0" * 32}, 422),
            ("/inlasning/lokaler", {"file": (io.BytesIO(sheet), f"{text}.csv")}, 422),
        ]
        for path, values, status in asked:
            eva_browser.post(path, values, status)
            assert eva_browser.last is not None and eva_browser.last.headers["Cache-Control"] == "no-store"
            assert canary.word in eva_browser.last.text, path
            heads.append(str(eva_browser.last.headers).encode())
        late.post("/atgarder/ny", given(what=text) | {"csrf_token": "x"}, 401)
        seen = [
            eva_browser.client.get(path).get_data() for path in ("/", "/logg", "/atgarder?urval=alla", "/logg/undantag")
        ]
        kept = stored(database_url)
    told = capfd.readouterr()
    logs = [part.encode() for part in (caplog.text, told.out, told.err)]
    data = [path.read_bytes() for path in app.config["SETTINGS"].data.rglob("*") if path.is_file()]
    assert any(logs) and kept
    places = {"heads": heads, "pages": seen, "database": kept, "log": logs, "data": data}
    assert {place for place, blobs in places.items() if canary.hits(blobs)} == set()
    assert canary.hits([eva_browser.last.data])  # so it would be found
