"""What is sealed or marked: a sealed column takes ciphertext only, and neither is read by those who may not."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from models.database import connection, db
from models.fire_safety import Contact, Observation, Premises
from models.happenings import Verb
from models.kinds import Sealed, SortKey, Text
from models.ledger import EntryDetail
from models.people import Actor
from models.record import DECLARED, Record, declares
from models.sealed import Envelope
from models.words import Protection, Register, Role
from tests import makers
from tests.browse import CIPHERTEXT, OURS, Browser, browse
from tests.makers import AT, OFFICE
from tracker.acts import rounds
from tracker.application import create_app
from tracker.laws import ledger
from tracker.laws.ledger import chain
from tracker.pages import Shown
from tracker.settings import Settings
from tracker.spine import records
from tracker.spine.export import csv_lines
from tracker.spine.form_page import writable
from tracker.spine.list_page import SEARCH, list_page
from tracker.spine.reading import Reading
from tracker.spine.record_page import record_page

CANARY = "kanariefågeln"
MASK = "maskerad"


def envelope() -> Envelope:
    """Looks as the vault's do; nobody can open it."""
    return Envelope(b"VRN1\x01\x00\x00\x00\x01" + secrets.token_bytes(1120 + 1024 + 16))


# A sealed column


@pytest.fixture
def box(database: Any) -> Iterator[type[Record]]:
    """A declared type with a sealed field, in a table that is here for one test."""
    makers.use_key()

    class Box(Record):
        name = Text("Name", max_length=40)
        name_key = SortKey(of="name")
        content = Sealed("Content", optional=True)

    shown = ("name", "content")
    declares("Box", "Boxes", register=Register.FIRE_SAFETY, slug="lador", title="name", columns=shown, form=shown,
             sorts=("name_key",), search=("name",))(Box)  # fmt: skip
    try:
        with db.migrating():
            db.create_tables([Box])
        yield Box
    finally:
        del DECLARED["lador"]


def put(box: type[Record], content: Any) -> Record:
    row = box(name="Lådan", content=content)
    with ledger.act(OFFICE, Verb.ADDED, row, at=AT) as act:
        act.save(row)
    return row


def test_an_envelope_is_kept_and_comes_back_sealed(box: type[Record]) -> None:
    sealed = envelope()
    row = box.get_by_id(put(box, sealed).id)
    assert type(row.content) is Envelope and bytes(row.content) == bytes(sealed)
    assert ledger.verify([box], [chain.public_key()]).whole


LOOKS_SEALED = b"VRN1" + b"\0" * 2400
OPEN_TEXTS = {
    "text": "Hemligt",
    "bytes": b"Hemligt",
    "bytearray": bytearray(b"Hemligt"),
    "number": 5,
    "list": ["Hemligt"],
    "ciphertext of no type": LOOKS_SEALED,
    "ciphertext as text": LOOKS_SEALED.hex(),
    "view": memoryview(LOOKS_SEALED),
}


@pytest.mark.parametrize("value", OPEN_TEXTS.values(), ids=OPEN_TEXTS.keys())
def test_a_sealed_column_takes_nothing_else(box: type[Record], value: Any) -> None:
    row = put(box, envelope())
    row.content = value
    tries: list[Callable[[], Any]] = [
        lambda: put(box, value),
        lambda: save(row),
        lambda: box.insert(name="x", content=value).sql(),
        lambda: box.insert_many([{"name": "x", "content": value}]).sql(),
        lambda: box.update(content=value).sql(),
        lambda: box.select().where(box.content == value).sql(),
    ]
    for attempt in tries:
        with pytest.raises(TypeError, match="A sealed column takes"):
            attempt()
    assert box.select().count() == 1


def save(row: Record) -> None:
    with ledger.act(OFFICE, Verb.CHANGED, row, at=AT) as act:
        act.save(row)


@pytest.mark.parametrize("value", ["Hemligt", b"", b"VRN1", b"VRN2" + b"0" * 2000, b"VRN1" + b"0" * 1000, 7])
def test_what_is_no_envelope(value: Any) -> None:
    with pytest.raises(TypeError, match="A sealed column takes"):
        Envelope(value)


def raw(sealed: bytes) -> str:
    return sealed.decode("latin-1")


def in_base64(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode()


@pytest.mark.parametrize("written", [raw, repr, bytes.hex, in_base64])
def test_a_page_with_ciphertext_is_noticed(written: Callable[[bytes], str]) -> None:
    assert CIPHERTEXT.search(written(bytes(envelope())))
    assert not CIPHERTEXT.search("a token that happens to hold VRN1uFq0")


def test_printing_an_envelope_prints_nothing_of_it(caplog: pytest.LogCaptureFixture) -> None:
    sealed = envelope()
    logging.getLogger("varna").warning("%s %r", sealed, sealed)
    printed = [
        str(sealed),
        repr(sealed),
        f"{sealed}",
        f"{sealed:>20}",
        f"{sealed!r}",
        "{}".format(sealed),  # noqa: UP032
        "%r" % [sealed],
        str({"a": sealed}),
        f"{sealed}",
        caplog.text,
        str(ValueError(sealed)),
        str(copy.copy(sealed)),
        repr(copy.deepcopy(sealed)),
    ]
    for text in printed:
        assert "<sealed>" in text and not leaks(text, sealed), text
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps({"content": sealed})


def leaks(text: str, sealed: bytes) -> bool:
    """Whether any part of an envelope stands in a text, in a spelling that somebody could use."""
    middle = bytes(sealed)[600:612]
    spelled = [
        middle.hex(),
        middle.hex().upper(),
        base64.b64encode(bytes(sealed)[600:612]).decode(),
        repr(middle)[2:-1],
        "VRN1",
    ]
    return any(one in text for one in spelled) or middle.decode("latin-1") in text


def test_the_ledger_names_an_envelope_and_tells_nothing_of_it(box: type[Record]) -> None:
    sealed = envelope()
    put(box, sealed)
    (detail,) = EntryDetail.select().where(EntryDetail.field == "content")
    assert (detail.old, detail.new) == (None, None)
    assert detail.commitment == hashlib.sha256(bytes(sealed)).hexdigest()


def test_a_sealed_field_is_a_bar_to_everyone(box: type[Record]) -> None:
    sealed = envelope()
    row = put(box, sealed)
    row.content = other = envelope()
    save(row)
    for role in (Role.CHIEF, Role.SECURITY, Role.WARDEN, Role.BOARD):
        look = Reading(Actor(1, "0" * 32, "Någon", frozenset({role})), AT, "sv")
        listed = list_page(look, box, {"urval": "alla"})
        drawn = record_page(look, box.get_by_id(row.id))
        facts = {fact.label: fact.value for fact in drawn.facts}
        old_new = [(change.old, change.new) for one in drawn.history for change in one.changes if change.label in facts]
        bar = Shown(sealed=True, tone="seal")
        assert bar in facts.values()
        assert all(bar in one.cells for one in listed.table.rows)
        assert old_new == [(bar, bar)] * len(old_new)
        csv = "".join(csv_lines(look, box, {"urval": "alla"})) if role is not Role.WARDEN else "•••"
        assert "•••" in csv
        for text in (repr(listed), repr(drawn), csv):
            assert not leaks(text, sealed) and not leaks(text, other)


def test_a_sealed_field_is_in_no_form_of_a_stored_record(box: type[Record]) -> None:
    """Its input would hold “<sealed>”, and saving the form would try to store that."""
    row = put(box, envelope())
    look = Reading(Actor(1, "0" * 32, "Någon", frozenset({Role.CHIEF})), AT, "sv")
    look.prepare([row], box.declared.form)
    assert set(writable(look, box, row, box.declared.form)) == {"name"}


def test_a_secret_or_sealed_field_is_never_searched() -> None:
    class Wrong(Record):
        name = Text("Name", max_length=40, protection=Protection.SECRET)

    with pytest.raises(TypeError, match="wants to search “name”, which is secret"):
        declares("x", "x", register=Register.FIRE_SAFETY, slug="x", title="name", columns=(), search=("name",))(Wrong)


# A mark


@pytest.fixture
def app(settings: Settings) -> Iterator[Any]:
    with time_machine.travel(AT, tick=False):
        made = create_app(settings)
        with connection():
            yield made
    db.close_all()


class Readers:
    """Somebody who reads what is secret, and somebody who sees the same records but does not."""

    def __init__(self, app: Any) -> None:
        self.reads = browse(app, makers.acting(Role.SECURITY))
        self.reads_not = browse(app, makers.acting(Role.AUDITOR))

    def pages(self, *paths: str) -> dict[str, list[str]]:
        return {
            "reads": [self._text(self.reads, path) for path in paths],
            "reads not": [self._text(self.reads_not, path) for path in paths],
        }

    def _text(self, browser: Browser, path: str) -> str:
        answer = browser.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text


@pytest.fixture
def readers(app: Any) -> Readers:
    return Readers(app)


def masked(readers: Readers, *paths: str) -> None:
    """The canary is there for who reads it; for who does not, in its place stands why."""
    found = readers.pages(*paths)
    for path, text in zip(paths, found["reads"], strict=True):
        assert CANARY in text, path
    for path, text in zip(paths, found["reads not"], strict=True):
        assert CANARY not in text, path
        assert MASK in text, path


def open_to_both(readers: Readers, *paths: str) -> None:
    """The positive control: without a mark both read it."""
    for texts in readers.pages(*paths).values():
        assert all(CANARY in text for text in texts)


def test_a_mark_masks_in_lists_records_and_csv(readers: Readers) -> None:
    place = makers.premises("Skolan", owner=f"{CANARY} AB")
    paths = ("/lokaler", f"/lokaler/{place.uid.hex}", "/lokaler/export")
    open_to_both(readers, *paths)
    makers.mark(place, "owner")
    masked(readers, *paths)


def test_a_mark_masks_in_the_list_on_another_records_page(readers: Readers) -> None:
    place = makers.premises("Skolan")
    contact = records.add(
        OFFICE, Contact, dict(premises=place.id, function="Larm", name="Larmbolaget", phone=CANARY), AT
    )
    open_to_both(readers, f"/lokaler/{place.uid.hex}", "/kontakter")
    makers.mark(contact, "phone")
    masked(readers, f"/lokaler/{place.uid.hex}", "/kontakter", "/kontakter/export", f"/kontakter/{contact.uid.hex}")


def test_a_mark_masks_what_the_history_says_before_and_after(readers: Readers) -> None:
    found = makers.deficiency(what="Först något annat")
    records.change(OFFICE, found, {"what": CANARY}, found.version, AT)
    records.change(OFFICE, found, {"what": "Och sedan igen"}, found.version, AT)
    path = f"/brister/{found.uid.hex}"
    open_to_both(readers, path)
    makers.mark(found, "what")
    masked(readers, path)


def test_a_mark_masks_what_was_remarked_about_the_record(readers: Readers) -> None:
    found = makers.deficiency()
    makers.remark(found, readers.reads.actor, f"Här bor {CANARY}")
    path = f"/brister/{found.uid.hex}"
    open_to_both(readers, path)
    makers.mark(found, "what")
    masked(readers, path)


def test_a_marked_word_is_not_found_by_those_who_do_not_read_it(readers: Readers) -> None:
    found = makers.deficiency(what=f"Här bor {CANARY}", headline="Dörren kärvar")
    path = f"/brister/{found.uid.hex}"
    searches = [f"/brister?{SEARCH}={word}" for word in (CANARY, CANARY[:5], "Här", "kärvar")]

    def hits(browser: Browser) -> list[bool]:
        return [path in browser.client.get(search).text for search in searches]

    assert hits(readers.reads) == hits(readers.reads_not) == [True] * 4
    makers.mark(found, "what")
    assert hits(readers.reads) == [True] * 4
    assert hits(readers.reads_not) == [False] * 4
    assert path in readers.reads_not.client.get("/brister").text


def test_a_lifted_mark_masks_no_more(readers: Readers) -> None:
    found = makers.deficiency(what=CANARY)
    mark = makers.mark(found, "what")
    masked(readers, f"/brister/{found.uid.hex}")
    mark.lifted_on = makers.TODAY
    with ledger.act(OFFICE, Verb.UNMARKED, found, at=AT) as act:
        act.save(mark)
    open_to_both(readers, f"/brister/{found.uid.hex}")
    assert found.uid.hex in readers.reads_not.client.get(f"/brister?{SEARCH}={CANARY}").text


def test_a_secret_point_masks_what_is_written_on_it(readers: Readers) -> None:
    place = makers.premises()
    makers.checklist(secret=[2])
    walk = makers.planned_round(place)
    makers.signed(walk, deficient=[2], note=CANARY)
    found = Observation.select().where(Observation.remark.is_null(False)).get()
    deficiency = DECLARED["brister"].get()
    masked(
        readers,
        f"/ronder/{walk.uid.hex}",
        "/svar",
        "/svar/export",
        f"/svar/{found.uid.hex}",
        f"/brister/{deficiency.uid.hex}",
    )
    assert deficiency.uid.hex not in readers.reads_not.client.get(f"/brister?{SEARCH}={CANARY}").text


def test_who_walks_reads_what_was_remarked_last_time(app: Any) -> None:
    place = makers.premises()
    makers.checklist(secret=[2])
    warden = makers.acting(Role.WARDEN, on=place)
    makers.signed(makers.planned_round(place), warden, deficient=[2], note=CANARY)
    following = rounds.begin_extra(warden, place.uid.hex, AT)
    assert CANARY in browse(app, warden).get(f"/ronder/{following.uid.hex}/ga").text


def test_what_another_saved_first_stays_masked_in_a_conflict(app: Any) -> None:
    """Integrity officers mend measures, but do not read what is secret in them."""
    officer, security = makers.acting(Role.INTEGRITY), makers.acting(Role.SECURITY)
    found = makers.measure(responsible=officer.id, proposed_by=officer.id)
    makers.moved(found, "finish", security, done_how=CANARY)
    makers.moved(found, "return", officer, returned_because="Inte klart")
    makers.mark(found, "done_how")
    for actor, reads in ((officer, False), (security, True)):
        answer = send(browse(app, actor), f"/atgarder/{found.uid.hex}/steg/finish", version="1", done_how="Mitt")
        assert answer.status_code == 409
        assert "Mitt" in answer.text and (CANARY in answer.text) is reads


def send(browser: Browser, path: str, **values: str) -> Any:
    return browser.client.post(path, data={"csrf_token": browser.token(), **values}, headers=OURS)


def test_what_cannot_be_read_cannot_be_overwritten(app: Any) -> None:
    officer = makers.acting(Role.INTEGRITY)
    found = makers.measure(what=CANARY, responsible=officer.id, proposed_by=officer.id)
    path = f"/atgarder/{found.uid.hex}/andra"
    browser = browse(app, officer)
    assert CANARY in browser.get(path).text
    makers.mark(found, "what")
    page = browser.get(path)
    assert "what" not in {one.get("name") for one in page.inputs} and CANARY not in page.text
    answer = send(
        browser,
        path,
        version=str(found.version),
        title=found.title,
        unit=found.unit.uid.hex,
        responsible="",
        due_on="2026-12-24",
        what="Överskrivet",
    )
    assert answer.status_code == 422
    assert type(found).get_by_id(found.id).what == CANARY


def test_nothing_is_shown_before_it_is_known_what_is_secret(database: Any) -> None:
    makers.use_key()
    place = makers.premises()
    look = Reading(OFFICE, AT, "sv")
    with pytest.raises(LookupError, match="Nobody has asked yet what is secret in this Premises"):
        look.shown(place, "owner")
    look.prepare([place], ["owner"])
    assert look.shown(Premises.get_by_id(place.id), "owner").text == place.owner


def test_no_cell_becomes_a_formula(readers: Readers) -> None:
    signs = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\t", " =", "\u3000＝")
    for sign in signs:
        makers.premises(f"Skola {sign!a}", owner=f"{sign}HYPERLINK(1)")
    cells = [
        cell.strip('"')
        for line in readers.reads.client.get("/lokaler/export").text.splitlines()
        for cell in line.split(";")
    ]
    assert sum("HYPERLINK" in cell for cell in cells) == len(signs)
    assert not [cell for cell in cells if "HYPERLINK" in cell and not cell.startswith("'")]
