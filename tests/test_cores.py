"""What protective measures are about: sealed in editions, opened by the vault, held under the ceiling."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from models import RECORDS
from models.database import connection
from models.happenings import Verb
from models.ledger import Entry
from models.people import Actor
from models.protective_security import (
    Deposit,
    DepositState,
    MeasureCore,
    Outcome,
    ProtectiveMeasure,
    SecrecyClass,
    SystemApproval,
)
from models.sealed import Envelope
from models.words import Role
from tests import makers
from tests.browse import OURS, Browser, browse
from tests.makers import AT, CHEAP_VAULT, TODAY
from tracker.acts.vault import cores, deposits, destroying, reports
from tracker.acts.vault.cores import Content
from tracker.laws import ledger
from tracker.laws.ledger import Conflict
from tracker.laws.vault.holding import Keys
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing, Refused

TITLE, WEAK = "Stängsla reservvattentäkten", "Den norra grinden saknar lås."
PDF = b"%PDF-1.7\nen ritning"


def content(secrecy: SecrecyClass | None = SecrecyClass.NONE, title: str = TITLE, **more: Any) -> Content:
    return Content({"title": title, "vulnerability": WEAK}, secrecy, **more)


class House:
    def __init__(self) -> None:
        self.public = makers.use_key()
        self.chief = makers.acting(Role.CHIEF, name="Eva Chef")
        self.printed = makers.vault(self.chief)
        self.measure = makers.shell()

    @property
    def keys(self) -> Keys:
        return makers.opened_keys(self.chief, self.printed.passphrase)

    def write(self, said: Content, edition: int = 0, who: Actor | None = None, keys: Keys | None = None) -> MeasureCore:
        return cores.write(who or self.chief, self.measure.uid.hex, said, edition, keys, at=AT)

    def read(self) -> dict[str, bytes | None]:
        _, texts = cores.open_one(self.chief, self.measure.uid.hex, self.keys, at=AT)
        return dict(texts)


@pytest.fixture
def house(database: Any) -> Iterator[House]:
    made = House()
    yield made
    assert ledger.verify(RECORDS, [made.public]).broken is None


def test_what_is_written_is_read_by_the_vault_alone(house: House) -> None:
    row = house.write(content(document=PDF))
    assert all(isinstance(getattr(row, name), Envelope) for name in MeasureCore.sealed())
    assert not any(WEAK.encode() in bytes(getattr(row, name)) for name in MeasureCore.sealed())
    read = house.read()
    assert read["title"] == TITLE.encode() and read["vulnerability"] == WEAK.encode() and read["document"] == PDF
    assert read["notes"] == b"" and len(row.notes) == len(row.title)
    for stranger in (makers.acting(Role.SECURITY), makers.acting(Role.ADMIN), makers.acting(Role.BOARD)):
        with pytest.raises((Refused, Missing)):
            house.write(content(), 1, stranger)
        with pytest.raises((Refused, Missing)):
            cores.open_one(stranger, house.measure.uid.hex, house.keys, at=AT)


def test_a_new_edition_stands_beside_the_old(house: House) -> None:
    first = house.write(content(document=PDF))
    second = house.write(content(title="Nytt namn", keeps_document=True), 1, keys=house.keys)
    assert (first.edition, second.edition) == (1, 2) and MeasureCore.select().count() == 2
    assert house.read()["title"] == b"Nytt namn" and house.read()["document"] == PDF
    with pytest.raises(Conflict):
        house.write(content(title="Den andre"), 1)
    house.write(content(title="Utan dokument"), 2)
    assert house.read()["document"] == b""


CLASSES = {
    "without approval": (None, {SecrecyClass.NONE}),
    "approved": (TODAY, {SecrecyClass.NONE, SecrecyClass.RESTRICTED}),
}


@pytest.mark.parametrize("approved", CLASSES)
def test_the_ceiling_says_what_may_be_written(house: House, approved: str) -> None:
    day, allowed = CLASSES[approved]
    if day:
        said = dict(reference="KS/2026:9", approved_on=day, decided_by="Kommundirektören", assessment="KS/2026:8")
        records.add(house.chief, SystemApproval, said, AT)
    for secrecy in SecrecyClass:
        edition = MeasureCore.select().count()
        if secrecy in allowed:
            house.write(content(secrecy), edition)
            continue
        with pytest.raises(Invalid) as refused:
            house.write(content(secrecy), edition)
        (problem,) = refused.value.problems
        assert problem.field == "secrecy" and "register for classified documents" in problem.message.msgid
    with pytest.raises(Invalid, match="secrecy"):
        house.write(content(None), 0)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (content(title=" "), "title"), (content(title="x" * 201), "title"), (content(title="\ud800"), "title"),
        (content(document=b"MZ\x90 ett program"), "document"),
    ],
    ids=["no title", "long", "half a sign", "a program"],
)  # fmt: skip
def test_what_cannot_be_sealed_is_said(house: House, said: Content, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        house.write(said)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_what_is_kept_elsewhere_is_not_written_here(house: House) -> None:
    elsewhere = makers.shell(kept_elsewhere=True, kept_at="SÄK 2026:4")
    with pytest.raises(Refused, match="kept in another place"):
        cores.write(house.chief, elsewhere.uid.hex, content(), 0, at=AT)


def test_an_edition_that_must_not_be_here_is_destroyed(house: House) -> None:
    first = house.write(content(document=PDF))
    house.write(content(title="Rätt"), 1)
    before = bytes(first.title)
    with pytest.raises(Conflict):
        destroying.destroy(house.chief, MeasureCore, first.uid.hex, 7, at=AT)
    gone = destroying.destroy(house.chief, MeasureCore, first.uid.hex, first.version, at=AT)
    assert bytes(MeasureCore.get_by_id(gone.id).title) != before and house.read()["title"] == "Rätt".encode()
    found = cores.sealed.open_rows(house.chief, [gone], MeasureCore.sealed(), house.keys, at=AT)[gone.uid]
    assert set(found.values()) == {b""}


def test_titles_are_opened_together_with_one_entry(house: House) -> None:
    house.write(content())
    house.write(content(title="Andra utgåvan"), 1)
    others = [makers.shell() for _ in range(3)]
    cores.write(house.chief, others[0].uid.hex, content(title="Reservkraft"), 0, at=AT)
    before, keys = ledger.count_of_entries(), house.keys
    found = cores.titles(house.chief, list(ProtectiveMeasure.select()), keys, at=AT)
    assert found == {house.measure.id: "Andra utgåvan", others[0].id: "Reservkraft"}
    assert ledger.count_of_entries() == before + 1
    newest = Entry.select().order_by(Entry.number.desc()).first()
    assert newest.verb == Verb.OPENED and MeasureCore.get_by_id(1).uid.hex not in newest.body


def test_a_report_becomes_a_measure(house: House) -> None:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, "PNG")
    report = makers.deposit(makers.acting(Role.WARDEN), WEAK, made.getvalue())
    values = {name: house.measure.__data__[name] for name in ("area", "kind", "function", "due_on")}
    values |= {"code": "Å-900", "budget_decided": False, "kept_elsewhere": False}
    with pytest.raises(Refused, match="cannot be taken"):
        reports.from_report(house.chief, report.uid.hex, values, SecrecyClass.NONE, report.version, house.keys, at=AT)
    read, _ = deposits.open_one(house.chief, report.uid.hex, house.keys, at=AT)
    with pytest.raises(Invalid, match="code"):
        reports.from_report(
            house.chief,
            report.uid.hex,
            values | {"code": house.measure.code},
            SecrecyClass.NONE,
            read.version,
            house.keys,
            at=AT,
        )
    measure = reports.from_report(
        house.chief, report.uid.hex, values, SecrecyClass.NONE, read.version, house.keys, at=AT
    )
    closed = Deposit.get_by_id(report.id)
    assert (closed.state, closed.outcome, closed.measure_id) == (DepositState.CLOSED, Outcome.MEASURE, measure.id)
    _, texts = cores.open_one(house.chief, measure.uid.hex, house.keys, at=AT)
    assert texts["vulnerability"] == WEAK.encode() and texts["document"].startswith(b"\xff\xd8")


# In the browser


@pytest.fixture
def chief(app: Flask) -> Iterator[Browser]:
    app.config["VAULT_COST"] = CHEAP_VAULT
    with connection():
        actor = makers.acting(Role.CHIEF, name="Eva Chef")
        words = makers.vault(actor, pepper=app.config["SETTINGS"].password_pepper).passphrase
        makers.shell()
    browser = browse(app, actor)
    browser.words = words  # type: ignore[attr-defined]
    yield browser


def test_a_measure_is_written_opened_and_changed(chief: Browser) -> None:
    path = next(link for link in chief.get("/skyddsatgarder").links if re.fullmatch(r"/skyddsatgarder/\w{32}", link))
    typed = {"secrecy": "none", "title": TITLE, "vulnerability": WEAK, "edition": "0"}
    assert f"{path}/skriv" in chief.get(path).links
    back = chief.post(f"{path}/skriv", typed | {"secrecy": "secret"}, 422)
    assert "får aldrig skrivas här" in back.text and WEAK in back.text, "what was typed comes back"
    chief.post(f"{path}/skriv", typed, 303)
    assert TITLE not in chief.get(path).text and "Förseglat innehåll" in chief.get(path).text
    chief.post(f"{path}/oppna", {}, 303)
    chief.post("/valv/las-upp", {"passphrase": chief.words, "next": path}, 303)  # type: ignore[attr-defined]
    opened = chief.post(f"{path}/oppna", {}, 200)
    assert TITLE in opened.text and WEAK in opened.text
    one = chief.post(f"{path}/oppna", {"field": "title"}, 200)
    assert TITLE in one.text and WEAK not in one.text
    chief.post(f"{path}/oppna", {"field": "uid"}, 404)
    chief.get("/skyddsatgarder/export")
    assert "hämtade en lista" in chief.get("/valv/spar").text
    filled = chief.post(f"{path}/skriv-om", {}, 200)
    assert WEAK in filled.text
    pdf = (io.BytesIO(PDF), "x.pdf")
    chief.post(f"{path}/skriv", typed | {"edition": "1", "title": "Ny rubrik", "document": pdf}, 303)
    late = chief.post(f"{path}/skriv", typed | {"edition": "1", "title": "För sent"}, 409)
    assert "skrev utgåva 2" in late.text and "För sent" in chief.last.text and "Ny rubrik" in late.text
    assert late.forms[-1]["names"]["edition"] == "2"
    fetched = chief.client.post(f"{path}/dokument", data={"csrf_token": chief.token()}, headers=OURS)
    assert fetched.data == PDF and "attachment" in fetched.headers["Content-Disposition"]
    assert fetched.headers["Cache-Control"] == "no-store" and "sandbox" in fetched.headers["Content-Security-Policy"]
    chief.get("/valv/atgarder")
    assert "Ny rubrik" in chief.post("/valv/atgarder", {"q": ""}, 200).text
    assert "Ny rubrik" not in chief.post("/valv/atgarder", {"q": "finns inte"}, 200).text
    chief.post("/valv/las", {}, 303)
    assert "Ny rubrik" not in chief.post("/valv/atgarder", {}, 200).text


def test_a_read_report_is_made_a_measure_on_its_page(chief: Browser) -> None:
    with connection():
        row = makers.deposit(chief.actor, WEAK)
    chief.post("/valv/las-upp", {"passphrase": chief.words}, 303)  # type: ignore[attr-defined]
    opened = chief.post(f"/rapporter/{row.uid.hex}/oppna", {}, 200)
    form = next(form for form in opened.forms if form["action"].endswith("/atgard"))
    chief.post(form["action"], form["names"], 422)
    sent = form["names"] | {
        "area": "physical", "kind": "routine", "function": "Fastighetschef", "due_on": "2026-12-24", "priority": "1",
    }  # fmt: skip
    back = chief.post(form["action"], sent | {"secrecy": "secret"}, 422)
    assert "får aldrig skrivas här" in back.text and "Fastighetschef" in chief.last.text
    chief.post(form["action"], sent | {"secrecy": "none"}, 303)
    assert re.fullmatch(r".*/skyddsatgarder/\w{32}", chief.went_to)


def test_what_is_sealed_here_is_not_kept_elsewhere(house: House) -> None:
    """Else the shell would say that the content lies in another place, and it would open here all the same."""
    house.write(content())
    elsewhere = {"kept_elsewhere": True, "kept_at": "SÄK 2026:14"}
    row = ProtectiveMeasure.get_by_id(house.measure.id)
    with pytest.raises(Invalid) as error:
        records.change(house.chief, row, elsewhere, row.version, AT)
    assert [problem.field for problem in error.value.problems] == ["kept_elsewhere"]
    (core,) = MeasureCore.select()
    destroying.destroy(house.chief, MeasureCore, core.uid.hex, core.version, at=AT)
    row = ProtectiveMeasure.get_by_id(house.measure.id)
    assert records.change(house.chief, row, elsewhere, row.version, AT).kept_elsewhere
