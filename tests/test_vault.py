"""The vault as people use it: the ceremony, unlocking for a while, and sealed reports that their senders cannot read."""

from __future__ import annotations

import datetime as dt
import io
import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from peewee import SqliteDatabase
from PIL import Image

from models import RECORDS
from models.database import connection, db
from models.happenings import Verb
from models.ledger import Entry, EntryDetail
from models.protective_security import Deposit, DepositState
from models.sealed import Envelope
from models.vault import VaultEpoch, VaultSession
from models.words import Role
from tests import makers
from tests.browse import Browser, browse
from tests.makers import AT, CHEAP_VAULT, DAY, PEPPER
from tracker.acts.vault import ceremony, deposits, drafts, unlocking
from tracker.acts.vault.asking import Secrets
from tracker.laws import ledger
from tracker.laws.vault import sessions, standing
from tracker.laws.vault.standing import NotPinned, NoVault
from tracker.spine.errors import Invalid, Refused

TEXT = "Grinden vid vattenverket går inte att låsa."
MINUTE = dt.timedelta(minutes=1)
HOST = Secrets(PEPPER, CHEAP_VAULT)


def photo(size: tuple[int, int] = (2000, 1000)) -> bytes:
    made, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "KANARIE"
    exif[0x8825] = {1: "N", 2: (59.0, 19.0, 0.0)}
    Image.new("RGB", size, "red").save(made, "JPEG", exif=exif)
    return made.getvalue()


def verbs() -> list[str]:
    return [entry.verb for entry in Entry.select(Entry.verb).order_by(Entry.number)]


# The ceremony


def test_nothing_is_stored_before_it_is_typed_back(database: Any) -> None:
    makers.use_key()
    chief = makers.acting(Role.CHIEF)
    printed = ceremony.prepare(chief, HOST, at=AT)
    assert len(printed.passphrase.split()) == 6 and len(printed.shares) == 3
    assert printed.passphrase not in printed.draft and not any(share in printed.draft for share in printed.shares)
    again = dict(host=HOST, at=AT)
    one, two, _ = printed.shares
    for words, shares, wrong in (
        ("fel ord", (one, two), {"passphrase"}),
        (printed.passphrase, (one, one), {"share_2"}),
        (printed.passphrase, (one, "inte en del"), {"share_2"}),
        ("", ("", ""), {"passphrase", "share_2"}),
    ):
        with pytest.raises(Invalid) as refused:
            ceremony.perform(chief, printed.draft, words, shares, **again)
        assert {problem.field for problem in refused.value.problems} == wrong
    assert not VaultEpoch.select().exists() and Verb.VAULT_MADE not in verbs()
    with pytest.raises(NoVault):
        standing.newest()
    epoch = ceremony.perform(chief, printed.draft, f"  {printed.passphrase.upper()} ", (two, one), **again)
    assert standing.newest() == epoch and verbs()[-1] == Verb.VAULT_MADE
    with pytest.raises(Refused, match="There is a vault already"):
        ceremony.prepare(chief, **again)


def test_a_draft_is_its_makers_own_and_soon_too_old(database: Any) -> None:
    makers.use_key()
    chief, other = makers.acting(Role.CHIEF), makers.acting(Role.CHIEF)
    printed = ceremony.prepare(chief, HOST, at=AT)
    end = drafts.LASTS + dt.timedelta(seconds=1)
    for draft, who, at in (
        (printed.draft, other, AT), (printed.draft, chief, AT + end), ("", chief, AT), ("0" * 64 + "{}", chief, AT),
        (printed.draft.replace('"number": 1', '"number": 2'), chief, AT),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=r"^$"):
            ceremony.perform(who, draft, printed.passphrase, printed.shares[:2], HOST, at=at)
    with pytest.raises(Refused):
        ceremony.prepare(makers.acting(Role.DEPUTY), HOST, at=AT)


# Unlocking


@pytest.fixture
def chief(database: Any) -> Iterator[Any]:
    makers.use_key()
    yield makers.acting(Role.CHIEF, name="Eva Chef")


def test_a_wrong_passphrase_is_noted_and_soon_has_to_wait(chief: Any) -> None:
    printed = makers.vault(chief)
    for _ in range(5):
        with pytest.raises(Invalid, match="passphrase"):
            makers.opened_keys(chief, "sex helt andra ord än de")
    assert verbs()[-5:] == [Verb.UNLOCK_FAILED] * 5
    with pytest.raises(unlocking.throttle.Wait):
        makers.opened_keys(chief, printed.passphrase)
    keys = makers.opened_keys(chief, printed.passphrase, at=AT + DAY)
    assert keys.root is not None and keys.epoch.public() == standing.newest().public


def test_the_gate_stands_before_the_first_opening(chief: Any) -> None:
    printed = makers.vault(chief)
    other = makers.acting(Role.CHIEF)
    with pytest.raises(Refused, match="vetted, trained"):
        makers.opened_keys(other, printed.passphrase)
    makers.cleared(other)
    with pytest.raises(Refused, match="You hold no key"):
        makers.opened_keys(other, printed.passphrase)


def test_an_unlocked_vault_locks_by_itself(chief: Any) -> None:
    keys = makers.opened_keys(chief, makers.vault(chief).passphrase)
    cookie = unlocking.begin(chief, keys, "sign-in", at=AT)
    row = sessions.find(cookie, chief.id, "sign-in", AT + 4 * MINUTE)
    assert sessions.keys_of(row, cookie, "sign-in", AT + 4 * MINUTE).octets() == keys.octets()
    assert sessions.find(cookie, chief.id, "sign-in", AT + 8 * MINUTE), "used four minutes ago"
    assert not sessions.find(cookie, chief.id, "sign-in", AT + 10 * MINUTE)
    assert not sessions.find(cookie, chief.id + 1, "sign-in", AT)
    for minute in range(4, 15, 4):
        sessions.keys_of(
            sessions.find(cookie, chief.id, "sign-in", AT + minute * MINUTE), cookie, "sign-in", AT + minute * MINUTE
        )
    assert not sessions.find(cookie, chief.id, "sign-in", AT + 15 * MINUTE), "fifteen minutes in any case"


def test_no_two_shares_of_the_session_open_it(chief: Any) -> None:
    keys = makers.opened_keys(chief, makers.vault(chief).passphrase)
    cookie = unlocking.begin(chief, keys, "sign-in", at=AT)
    row = VaultSession.get()
    assert keys.epoch.reveal().hex() not in row.wrapped
    for name, value in (("share", secrets.token_hex(32)), ("person", 99), ("started_at", row.started_at + MINUTE)):
        other = VaultSession(**(row.__data__ | {name: value}))
        with pytest.raises(sessions.CannotOpen):
            sessions.keys_of(other, cookie, "sign-in", AT)
    for wrong_cookie, sign_in in ((secrets.token_hex(32), "sign-in"), (cookie, "another sign-in")):
        with pytest.raises(sessions.CannotOpen):
            sessions.keys_of(row, wrong_cookie, sign_in, AT)
    sessions.use_secret(secrets.token_bytes(32))
    with pytest.raises(sessions.CannotOpen):
        sessions.keys_of(row, cookie, "sign-in", AT)


def test_locking_takes_the_row_away_and_makes_a_checkpoint(chief: Any) -> None:
    keys = makers.opened_keys(chief, makers.vault(chief).passphrase)
    unlocking.begin(chief, keys, "sign-in", at=AT)
    unlocking.lock(chief, at=AT + MINUTE)
    assert not VaultSession.select().exists() and verbs()[-1] == Verb.LOCKED
    assert ledger.latest().size == ledger.count_of_entries()
    unlocking.lock(chief, at=AT + MINUTE)
    assert verbs().count(Verb.LOCKED) == 1


# Sealed reports


def test_only_the_vault_opens_a_report(chief: Any) -> None:
    printed = makers.vault(chief)
    sender = makers.acting(Role.WARDEN, name="Oskar Rond")
    row = makers.deposit(sender, TEXT, photo())
    assert isinstance(row.body, Envelope) and TEXT.encode() not in bytes(row.body)
    keys = makers.opened_keys(chief, printed.passphrase)
    for stranger in (sender, makers.acting(Role.ADMIN), makers.acting(Role.AUDITOR), makers.acting(Role.SECURITY)):
        with pytest.raises((Refused, deposits.records.Missing)):
            deposits.open_one(stranger, row.uid.hex, keys, at=AT)
    found, texts = deposits.open_one(chief, row.uid.hex, keys, at=AT)
    assert texts["body"].decode() == TEXT and found.state is DepositState.READ
    assert verbs()[-2:] == [Verb.OPENED, Verb.READ]
    with Image.open(io.BytesIO(texts["photo"])) as kept:
        assert max(kept.size) == 1600 and not kept.getexif() and b"KANARIE" not in texts["photo"]
    assert ledger.verify(RECORDS, [ledger.chain.public_key()]).broken is None


def test_without_a_photo_as_much_is_sealed(chief: Any) -> None:
    makers.vault(chief)
    row = makers.deposit(chief, TEXT)
    assert len(row.photo) == len(row.body)


@pytest.mark.parametrize(
    ("text", "picture", "field"),
    [
        ("  ", b"", "text"), ("x" * 20_001, b"", "text"), ("\ud800", b"", "text"), (TEXT, b"%PDF-1.7", "photo"),
        (TEXT, b"<svg/>", "photo"), (TEXT, photo((10, 10))[:200], "photo"), (TEXT, photo((5000, 4100)), "photo"),
    ],
    ids=["empty", "long", "half a sign", "pdf", "svg", "cut", "huge"],
)  # fmt: skip
def test_what_cannot_be_sealed_is_said(chief: Any, text: str, picture: bytes, field: str) -> None:
    makers.vault(chief)
    with pytest.raises(Invalid) as refused:
        makers.deposit(chief, text, picture)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert not Deposit.select().exists()


def test_without_a_vault_nothing_is_sealed(chief: Any) -> None:
    with pytest.raises(NoVault):
        makers.deposit(chief)


def test_quarantine_destroys_what_must_not_be_here(chief: Any) -> None:
    printed = makers.vault(chief)
    row = makers.deposit(makers.acting(Role.HEAD), TEXT)
    before = bytes(row.body)
    deposits.quarantine(chief, row.uid.hex, row.version, at=AT)
    kept = Deposit.get_by_id(row.id)
    assert bytes(kept.body) != before and kept.state is DepositState.QUARANTINED
    keys = makers.opened_keys(chief, printed.passphrase)
    _, texts = deposits.open_one(chief, row.uid.hex, keys, at=AT)
    assert texts == {"body": b"", "photo": b""}
    with pytest.raises(ledger.Conflict):
        deposits.quarantine(chief, makers.deposit(chief).uid.hex, 7, at=AT)


# What somebody does who writes the database


def by_hand(sql: str, *values: Any) -> None:
    with db.migrating():
        db.execute_sql(sql.replace("?", db.param), values)


def test_a_database_that_lost_its_vault_seals_nothing(chief: Any) -> None:
    makers.vault(chief)
    by_hand("DELETE FROM vault_grant")
    for trigger in (
        ["DROP TRIGGER vault_epoch_no_delete"] if _is_sqlite() else ["ALTER TABLE vault_epoch DISABLE TRIGGER USER"]
    ):
        by_hand(trigger)
    by_hand("DELETE FROM vault_epoch")
    with pytest.raises(NotPinned):
        makers.deposit(chief)


def _is_sqlite() -> bool:
    return isinstance(db.obj, SqliteDatabase)


def test_a_pin_that_is_gone_is_missed(chief: Any) -> None:
    makers.vault(chief)
    standing._pin[0].unlink()
    with pytest.raises(NotPinned):
        makers.deposit(chief)


def test_a_forged_text_does_not_open(chief: Any) -> None:
    """Sealed rightly, by somebody who writes the database: but no entry names it."""
    printed = makers.vault(chief)
    row, epoch = makers.deposit(makers.acting(Role.HEAD), TEXT), standing.newest()
    spot = deposits.sealed.place(row, "body", epoch.installation, row.by.uid.hex)
    forged = bytes(standing.seal(b"Allt var som det skulle.", spot, epoch))
    by_hand("UPDATE deposit SET body = ? WHERE id = ?", forged, row.id)
    keys = makers.opened_keys(chief, printed.passphrase)
    _, texts = deposits.open_one(chief, row.uid.hex, keys, at=AT)
    assert texts["body"] is None and texts["photo"] == b"" and verbs()[-1] == Verb.NOT_OPENED
    digest = makers.ledger.chain.hashlib.sha256(forged).hexdigest()
    assert EntryDetail.select().where(EntryDetail.field == "body").count() == 1
    assert digest != EntryDetail.get(EntryDetail.field == "body").commitment


# In the browser


@pytest.fixture
def people(app: Flask) -> Iterator[tuple[Browser, Browser, str]]:
    app.config["VAULT_COST"] = CHEAP_VAULT
    with connection():
        chief, warden = makers.acting(Role.CHIEF, name="Eva Chef"), makers.acting(Role.WARDEN, name="Oskar Rond")
        words = makers.vault(chief, pepper=app.config["SETTINGS"].password_pepper).passphrase
    yield browse(app, chief), browse(app, warden), words


def test_from_report_to_reading(people: tuple[Browser, Browser, str]) -> None:
    chief, warden, words = people
    sent = warden.post("/rapportera", {"text": TEXT, "photo": (io.BytesIO(photo()), "x.jpg")}, 200)
    assert TEXT not in sent.text
    listed = chief.get("/rapporter")
    path = next(link for link in listed.links if re.fullmatch(r"/rapporter/[0-9a-f]{32}", link))
    assert "Lås upp" in chief.get(path).text
    warden.get(path, 403)
    wrong = chief.post("/valv/las-upp", {"passphrase": "fel", "next": path}, 422)
    assert "öppnar inte valvet" in wrong.text
    chief.post("/valv/las-upp", {"passphrase": words, "next": path}, 303)
    assert chief.went_to.endswith(path)
    assert "Valvet är öppet" in chief.get(path).text
    opened = chief.post(f"{path}/oppna", {}, 200)
    assert TEXT in opened.text and "data:image/jpeg" in chief.last.text
    assert chief.last.headers["Cache-Control"] == "no-store"
    assert TEXT not in chief.get(path).text
    chief.post("/valv/las", {}, 303)
    chief.post(f"{path}/oppna", {}, 303)
    assert "Valvet är öppet" not in chief.get(path).text


def test_the_cookie_is_strict_and_of_no_use_in_another_sign_in(
    people: tuple[Browser, Browser, str], app: Flask
) -> None:
    chief, _, words = people
    chief.post("/valv/las-upp", {"passphrase": words}, 303)
    flags = next(line for line in chief.last.headers.getlist("Set-Cookie") if line.startswith("varna-vault"))
    assert "HttpOnly" in flags and "SameSite=Strict" in flags
    other = browse(app, chief.actor)
    other.client.set_cookie("varna-vault", chief.client.get_cookie("varna-vault").value)
    with connection():
        row = makers.deposit(chief.actor)
    other.post(f"/rapporter/{row.uid.hex}/oppna", {}, 303)
    chief.post(f"/rapporter/{row.uid.hex}/oppna", {}, 200)


def test_the_ceremony_on_the_page(app: Flask) -> None:
    app.config["VAULT_COST"] = CHEAP_VAULT
    with connection():
        chief = browse(app, makers.acting(Role.CHIEF))
    assert "finns inget valv" in chief.get("/valv").text
    shown = chief.post("/valv/skapa", {}, 200)
    assert chief.last.headers["Cache-Control"] == "no-store"
    words = re.findall(r'<p class="words">([^<]+)</p>', chief.last.text)
    draft = next(one["value"] for one in shown.inputs if one.get("name") == "draft")
    typed = {"draft": draft, "passphrase": words[0], "share_1": words[1], "share_2": words[3]}
    back = chief.post("/valv/skapa/klart", typed | {"share_2": "fel"}, 422)
    assert words[1] in chief.last.text, "what was typed comes back"
    assert next(one["value"] for one in back.inputs if one.get("name") == "draft") == draft
    chief.post("/valv/skapa/klart", typed, 303)
    assert "Innan du öppnar" in chief.get("/valv").text
    days = {"vetted_on": "2026-01-02", "trained_on": "2026-02-03", "silence_on": "2027-01-01"}
    chief.post("/valv/behorighet", days, 422)
    chief.post("/valv/behorighet", days | {"silence_on": "2026-02-03"}, 303)
    assert "Valvet är låst" in chief.get("/valv").text


def test_a_report_that_cannot_be_sent_comes_back(people: tuple[Browser, Browser, str]) -> None:
    _, warden, _ = people
    back = warden.post("/rapportera", {"text": TEXT, "photo": (io.BytesIO(b"nej"), "x.jpg")}, 422)
    assert TEXT in back.text and "JPEG" in back.text
    for path, status in (("/valv", 403), ("/rapporter", 403)):
        warden.get(path, status)


def test_the_keys_pages(people: tuple[Browser, Browser, str], app: Flask) -> None:
    """A deputy is let in and shut out, the key is changed to the end, and the drill is held: all on the pages."""
    chief, _, words = people
    with connection():
        deputy = browse(app, makers.acting(Role.DEPUTY, name="Dag Vik"))
        makers.cleared(deputy.actor)
        makers.deposit(chief.actor)
    shown = deputy.post("/valv/nyckel", {}, 200)
    own = re.findall(r'<p class="words">([^<]+)</p>', deputy.last.text)[0]
    draft = next(one["value"] for one in shown.inputs if one.get("name") == "draft")
    deputy.post("/valv/nyckel/klart", {"draft": draft, "passphrase": "fel"}, 422)
    deputy.post("/valv/nyckel/klart", {"draft": draft, "passphrase": own}, 303)
    deputy.post("/valv/las-upp", {"passphrase": own}, 403)
    assert "Släpp in Dag Vik" not in chief.get("/valv/tilltrade").text, "locked"
    chief.post("/valv/las-upp", {"passphrase": words, "next": "/valv/tilltrade"}, 303)
    page = chief.get("/valv/tilltrade")
    let_in = next(form["action"] for form in page.forms if re.fullmatch(r"/valv/tilltrade/\w{32}", form["action"]))
    chief.post(let_in, {"ends_on": "2030-01-01"}, 422)
    chief.post(let_in, {"ends_on": "2026-12-24"}, 303)
    deputy.post("/valv/las-upp", {"passphrase": own}, 303)
    page = chief.get("/valv/tilltrade")
    out = next(form["names"]["shut_out"] for form in page.forms if "shut_out" in form["names"])
    chief.post("/valv/ny-nyckel", {"shut_out": out}, 303)
    assert "0 av 1" in chief.get("/valv/omforsegling").text
    chief.post("/valv/omforsegling", {}, 303)
    assert "förstörd" in chief.get("/valv/tilltrade").text
    deputy.post("/valv/las-upp", {"passphrase": own}, 403)
    tried = chief.get("/valv/spar").text
    assert "stängde ute någon från valvet" in tried and "Dag Vik" in tried
    for path in ("/valv/nyckel", "/valv/aterstallning"):
        chief.get(path)
    deputy.get("/valv/aterstallning", 403)
    chief.post("/valv/delar", {}, 200)
    chief.post("/valv/ovning", {"share_1": "a", "share_2": "b"}, 422)
    chief.post("/valv/losenfras", {"passphrase": "fel"}, 422)
    chief.post("/valv/losenfras", {"passphrase": words}, 200)
