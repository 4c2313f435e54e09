"""What a person meets when they write, change and fetch what is sealed: nothing they sent is lost without a word."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from models.database import connection
from models.happenings import Verb
from models.ledger import Entry
from models.protective_security import Clearance, Deposit, DepositState, MeasureCore, ProtectiveMeasure
from models.words import Role
from tests import makers
from tests.browse import OURS, Page, browse
from tests.dba import Dba
from tests.makers import CHEAP_VAULT
from tests.test_cores import PDF, TITLE, WEAK
from tests.test_vault import photo
from tests.test_vault_content import before_the_act
from tracker.acts.vault import cores
from tracker.laws.vault import standing

NEW = b"%PDF-1.7\nen ny ritning"
TYPED = {"secrecy": "none", "title": TITLE, "vulnerability": WEAK, "edition": "0"}


class Desk:
    """The säkerhetsskyddschef at a browser, with a measure and a vault."""

    def __init__(self, app: Flask) -> None:
        app.config["VAULT_COST"] = CHEAP_VAULT
        with connection():
            actor = makers.acting(Role.CHIEF, name="Eva Chef")
            self.words = makers.vault(actor, pepper=app.config["SETTINGS"].password_pepper).passphrase
            self.measure = makers.shell()
        self.app, self.chief = app, browse(app, actor)
        self.path = f"/skyddsatgarder/{self.measure.uid.hex}"

    def unlock(self) -> None:
        self.chief.post("/valv/las-upp", {"passphrase": self.words}, 303)

    def write(self, status: int = 303, **typed: Any) -> Any:
        return self.chief.post(f"{self.path}/skriv", TYPED | typed, status)

    def fetch(self) -> Any:
        return self.chief.client.post(f"{self.path}/dokument", data={"csrf_token": self.chief.token()}, headers=OURS)

    def form(self, page: Page, ending: str) -> dict[str, Any]:
        return next(form for form in reversed(page.forms) if form["action"].endswith(ending))


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    return Desk(app)


@pytest.fixture
def dba(desk: Desk, database_url: str) -> Iterator[Dba]:
    made = Dba(database_url)
    yield made
    made.connection.close()


def file(octets: bytes = PDF) -> tuple[io.BytesIO, str]:
    return io.BytesIO(octets), "ritning.pdf"


# Documents


def test_a_new_document_takes_the_place_of_the_old(desk: Desk) -> None:
    desk.write(document=file())
    desk.unlock()
    filled = desk.form(desk.chief.post(f"{desk.path}/skriv-om", {}, 200), "/skriv")["names"]
    assert filled["keeps_document"] == "1"
    desk.write(edition="1", keeps_document="1", document=file(NEW))
    assert desk.fetch().data == NEW
    desk.write(edition="2", keeps_document="1")
    assert desk.fetch().data == NEW
    desk.write(edition="3")
    assert desk.fetch().status_code == 404


def test_a_document_that_does_not_open_is_neither_kept_nor_fetched(desk: Desk, dba: Dba) -> None:
    desk.write(document=file())
    desk.unlock()
    dba.run("UPDATE measure_core SET document = ?", b"VRN1" + b"0" * 3000)
    refused = desk.fetch()
    assert refused.status_code == 403 and "stämmer inte med sitt spår" in refused.text
    back = desk.write(422, edition="1", keeps_document="1")
    assert "kan därför inte behållas" in back.text and WEAK in back.text
    assert "stämmer inte med sitt spår" in desk.chief.post(f"{desk.path}/skriv-om", {}, 403).text
    with connection():
        assert MeasureCore.select().count() == 1


def test_a_field_that_does_not_open_does_not_become_an_empty_one(desk: Desk, dba: Dba) -> None:
    desk.write()
    desk.unlock()
    dba.run("UPDATE measure_core SET vulnerability = ?", b"VRN1" + b"0" * 3000)
    assert "stämmer inte med sitt spår" in desk.chief.post(f"{desk.path}/skriv-om", {}, 403).text


def test_the_document_is_fetched_alone(desk: Desk) -> None:
    desk.write(document=file())
    desk.unlock()
    desk.fetch()
    with connection():
        entry = Entry.select().where(Entry.verb == Verb.OPENED.value).order_by(Entry.number.desc()).first()
        assert '"fields":["document"]' in entry.body
        assert not MeasureCore.newest(ProtectiveMeasure.get_by_id(desk.measure.id)).__data__.get("document")


def test_a_form_that_comes_back_asks_for_the_file_again(desk: Desk) -> None:
    back = desk.write(422, title="", document=file())
    assert "Välj filen igen" in back.text and WEAK in back.text
    warden = browse(desk.app, desk.chief.actor)
    assert (
        "Välj filen igen"
        in warden.post("/rapportera", {"text": " ", "photo": (io.BytesIO(photo()), "x.jpg")}, 422).text
    )


# Somebody else was first


def test_after_a_conflict_it_is_sent_against_the_new_edition(desk: Desk) -> None:
    desk.write(title="Deras rubrik")
    back = desk.write(409, title="Min rubrik")
    form = desk.form(back, "/skriv")["names"]
    assert form["edition"] == "1" and "Min rubrik" in desk.chief.last.text and "Deras rubrik" not in back.text
    desk.unlock()
    back = desk.write(409, title="Min rubrik")
    assert "Deras rubrik" in back.text and "skrev utgåva 1" in back.text
    form = desk.form(back, "/skriv")["names"]
    desk.write(**form | {"secrecy": "none", "title": "Min rubrik", "document": file()})
    with connection():
        assert [row.edition for row in MeasureCore.select().order_by(MeasureCore.id)] == [1, 2]


def test_two_who_save_one_edition_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def other() -> None:
        with connection():
            makers.core(desk.measure, desk.chief.actor, "Den andra")

    before_the_act(monkeypatch, MeasureCore, other)
    back = desk.write(409)
    assert "skrev utgåva 1" in back.text and WEAK in back.text


def test_two_who_give_a_measure_one_number_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    form = read_report(desk)
    before_the_act(monkeypatch, ProtectiveMeasure, lambda: makers.shell(code="Å-900"))
    back = desk.chief.post(form["action"], shell(form), 422)
    assert "används redan" in back.text and "Fastighetschef" in desk.chief.last.text


def test_a_report_that_was_changed_meanwhile_gives_the_shell_back(desk: Desk) -> None:
    form = read_report(desk)
    back = desk.chief.post(form["action"], shell(form) | {"version": "1"}, 409)
    assert "ändrade rapporten" in back.text and "Fastighetschef" in desk.chief.last.text
    desk.chief.post(form["action"], shell(form) | {"version": desk.form(back, "/atgard")["names"]["version"]}, 303)


def test_one_who_states_twice_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with connection():
        deputy = browse(desk.app, makers.acting(Role.DEPUTY))
    days = dict.fromkeys(("vetted_on", "trained_on", "silence_on"), "2026-02-03")
    before_the_act(monkeypatch, Clearance, lambda: makers.cleared(deputy.actor))
    assert "sparat" in deputy.post("/valv/behorighet", days, 422).text


def read_report(desk: Desk, text: str = WEAK) -> dict[str, Any]:
    with connection():
        row = makers.deposit(desk.chief.actor, text)
    desk.unlock()
    return desk.form(desk.chief.post(f"/rapporter/{row.uid.hex}/oppna", {}, 200), "/atgard")


def shell(form: dict[str, Any]) -> dict[str, Any]:
    said = {"area": "physical", "kind": "routine", "function": "Fastighetschef", "due_on": "2026-12-24"}
    return form["names"] | said | {"priority": "1", "secrecy": "none", "code": "Å-900"}


# What may be made of a report


@pytest.mark.parametrize("secrecy", ["", "restricted", "confidential"])
def test_a_report_above_the_ceiling_becomes_no_measure(desk: Desk, secrecy: str) -> None:
    form = read_report(desk)
    desk.chief.post(form["action"], shell(form) | {"secrecy": secrecy}, 422)
    with connection():
        assert not MeasureCore.select().exists()


def test_the_longest_report_can_be_written_on_as_content(desk: Desk) -> None:
    form = read_report(desk, "x" * 20_000)
    desk.chief.post(form["action"], shell(form), 303)
    desk.path = desk.chief.went_to
    filled = desk.form(desk.chief.post(f"{desk.path}/skriv-om", {}, 200), "/skriv")["names"]
    assert cores.LONGEST["vulnerability"] == 20_000
    desk.write(**filled | {"secrecy": "none", "vulnerability": "x" * 20_000})


# A vault that is not the one pinned


@pytest.mark.parametrize("path", ["/rapportera", "/skriv"])
def test_what_was_typed_for_a_strange_vault_comes_back(desk: Desk, path: str) -> None:
    pin = standing._pin[0]
    pin.rename(pin.with_suffix(".x"))
    where = path if path == "/rapportera" else f"{desk.path}{path}"
    back = desk.chief.post(where, TYPED | {"text": WEAK}, 409)
    assert WEAK in back.text and "låst till den här servern" in back.text
    assert desk.chief.last.headers["Cache-Control"] == "no-store"


# What must not be here


def test_the_page_names_where_else_it_stands_and_destroys_it_too(desk: Desk) -> None:
    form = read_report(desk)
    desk.chief.post(form["action"], shell(form), 303)
    desk.path = desk.chief.went_to
    report = form["action"].removesuffix("/atgard")
    page = desk.chief.get(report)
    assert "Åtgärdens utgåva 1" in page.text
    ticked = desk.form(page, "/karantan")["names"]
    assert [value for name, value in ticked.items() if name.startswith("also_")] == ["1"]
    desk.chief.post(f"{report}/karantan", ticked, 303)
    assert "förstördes här" in desk.chief.get(report).text
    page = desk.chief.get(desk.path)
    assert "Förstört här" in page.text and f"{desk.path}/skriv" in page.links and "Öppna och läs" not in page.text
    edition = next(link for link in page.links if link.startswith("/innehall/"))
    assert "förstördes här" in desk.chief.get(edition).text
    assert "Förstört här" in desk.chief.post("/valv/atgarder", {"q": ""}, 200).text
    desk.write(edition="1")
    assert "Förstör innehållet" in desk.chief.get(report).text, "it can be destroyed anew"


@pytest.mark.parametrize("change", ["by_id = 99999", "edition = -1"])
def test_a_report_altered_by_hand_has_its_pages(desk: Desk, dba: Dba, change: str) -> None:
    with connection():
        row = makers.deposit(desk.chief.actor, WEAK)
    desk.unlock()
    dba.run(f"UPDATE deposit SET {change}")
    path = f"/rapporter/{row.uid.hex}"
    for page in ("/rapporter", path):
        desk.chief.get(page)
    assert "stämmer inte med" in desk.chief.post(f"{path}/oppna", {}, 200).text
    desk.chief.post(f"{path}/karantan", {"version": str(row.version)}, 303)
    desk.chief.get(path)


# What is shown together


def test_titles_leave_the_screen_as_the_vault_locks(desk: Desk) -> None:
    """The script leaves a page that holds anything marked as opened."""
    desk.write()
    desk.unlock()
    script = Path(desk.app.static_folder or "", "varna.js").read_text(encoding="utf-8")
    assert 'document.querySelector(".opened")' in script
    desk.chief.get("/valv/atgarder")
    assert 'class="opened"' not in desk.chief.last.text
    page = desk.chief.post("/valv/atgarder", {"q": ""}, 200)
    marked = desk.chief.last.text.partition('<div class="opened">')[2].partition("</table>")[0]
    assert TITLE in marked and TITLE in page.text and "data-locks" in desk.chief.last.text


def test_titles_that_are_left_out_are_told_of(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.unlock()
    monkeypatch.setattr(cores, "MOST", 1)
    assert "fler än" not in desk.chief.post("/valv/atgarder", {"q": ""}, 200).text
    with connection():
        makers.shell()
    assert "Det finns fler än 1." in desk.chief.post("/valv/atgarder", {"q": ""}, 200).text


def test_kommunstyrelsen_is_told_of_occasions_exports_and_recovery(desk: Desk) -> None:
    desk.unlock()
    for edition in range(3):
        desk.write(edition=str(edition))
    desk.chief.post("/valv/atgarder", {"q": ""}, 200)
    desk.chief.get("/skyddsatgarder/export")
    desk.chief.get("/lokaler/export")
    with connection():
        board = browse(desk.app, makers.acting(Role.BOARD))
    said = board.get("/sakerhetsskydd/lage").text
    assert "Tillfällen då något förseglat öppnades: 1" in said
    assert "hämtades som fil: 1" in said and "gjorda på nytt: 0 gånger" in said


def test_a_report_is_linked_to_a_measure_and_stays_open(desk: Desk) -> None:
    form = read_report(desk)
    path = form["action"].removesuffix("/atgard")
    version = form["names"]["version"]
    desk.chief.post(f"{path}/steg/link", {"version": version, "measure": ""}, 422)
    desk.chief.post(f"{path}/steg/link", {"version": version, "measure": desk.measure.uid.hex}, 303)
    with connection():
        row = Deposit.get()
        assert row.state is DepositState.READ and row.measure_id == desk.measure.id
    page = desk.chief.get(path)
    assert "kopplade den till en åtgärd" in page.text
    closing = desk.chief.last.text.partition(f'action="{path}/steg/close"')[2].partition("</form>")[0]
    assert f'value="{desk.measure.uid.hex}" selected' in closing, "what it is linked to is not taken away by closing it"
    kept = desk.form(page, "/steg/close")["names"]
    desk.chief.post(f"{path}/steg/close", kept | {"measure": desk.measure.uid.hex, "outcome": "measure"}, 303)


def test_the_sender_is_told_who_opens_it_and_who_sees_that_it_was_sent(desk: Desk) -> None:
    with connection():
        warden, auditor = (browse(desk.app, makers.acting(role)) for role in (Role.WARDEN, Role.AUDITOR))
    assert "ställföreträdare" in warden.get("/rapportera").text
    said = warden.post("/rapportera", {"text": WEAK}, 200).text
    assert "ställföreträdarna" in said and "I händelseloggen ser revisorn att du gjorde något då, men inte vad" in said
    assert warden.actor.name in auditor.get("/logg").text, "as the page says"
