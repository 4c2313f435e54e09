"""Attacks on the vault by somebody who writes the database: each is refused, or what was altered is named.

`attack` names what is done; its function does it and tells how it is found out: when somebody opens (what does not
open), when somebody seals or unlocks (the refusal), and by verification (which row and field, or which entry).
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from models import RECORDS
from models.database import connect_to, connection, db
from models.ledger import Entry, EntryDetail
from models.protective_security import Deposit
from models.vault import HolderKind, VaultEpoch, VaultGrant, VaultHolder
from models.words import Role
from tests import makers
from tests.dba import Dba
from tests.makers import AT, CHEAP_VAULT, DAY, PEPPER, TODAY
from tracker.acts.vault import deposits, drafts, holders, rotating, sealed
from tracker.acts.vault.asking import Secrets
from tracker.laws import ledger, links, sessions
from tracker.laws.ledger import chain
from tracker.laws.vault import envelopes, holding, passphrases, roots, standing
from tracker.laws.vault import sessions as vault_sessions
from tracker.laws.vault.envelopes import Target
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.keys import Seed
from tracker.spine.errors import Invalid, Refused

HOST = Secrets(PEPPER, CHEAP_VAULT)
SEED = bytes(range(32))
FORGED = b"Allt var som det skulle."


@dataclass
class Found:
    """How an attack is found out. `closed` are (report, field) that no longer open; the rest are words of refusals."""

    closed: set[tuple[str, str]] = field(default_factory=set)
    sealing: str = ""
    unlocking: str = ""
    deputy: str = ""
    verified: str = ""


class Town:
    """A vault with its chief and a deputy, and two reports: `a` with a picture, `b` with none."""

    dba: Dba

    def __init__(self) -> None:
        self.public = makers.use_key(SEED)
        self.chief = makers.acting(Role.CHIEF, name="Eva Chef")
        self.printed = makers.vault(self.chief)
        self.deputy = makers.acting(Role.DEPUTY, name="Dag Vik")
        makers.cleared(self.deputy)
        shown = holders.prepare_key(self.deputy, HOST, at=AT)
        self.deputy_key = holders.make_key(self.deputy, shown.draft, shown.passphrase, HOST, at=AT)
        self.deputy_words = shown.passphrase
        holders.grant(self.chief, self.keys(), self.deputy_key.uid.hex, TODAY + 30 * DAY, at=AT)
        self.rows = {
            "a": makers.deposit(makers.acting(Role.WARDEN, name="Oskar"), "Första rapporten"),
            "b": makers.deposit(makers.acting(Role.HEAD, name="Malin"), "Andra rapporten"),
        }

    def keys(self) -> Keys:
        return makers.opened_keys(self.chief, self.printed.passphrase)

    @property
    def epoch(self) -> roots.Epoch:
        return standing.newest()

    def run(self, sql: str, *values: Any) -> int:
        return self.dba.run(sql, *values)

    def put(self, name: str, column: str, octets: bytes) -> None:
        self.run(f"UPDATE deposit SET {column} = ? WHERE id = ?", octets, self.rows[name].id)

    def forged(self, name: str, column: str = "body", **other: Any) -> bytes:
        """A text of the attacker's own, sealed as rightly as anybody can who has only the public key."""
        row, epoch = self.rows[name], self.epoch
        place = sealed.place(row, column, epoch.installation, row.by.uid.hex)
        target = other.pop("target", epoch.target)
        return bytes(envelopes.seal(FORGED, place._replace(**other), target))

    def newest_detail(self, name: str, column: str = "body") -> EntryDetail:
        about = (EntryDetail.record_uid == self.rows[name].uid.hex) & (EntryDetail.field == column)
        return EntryDetail.select().where(about).order_by(EntryDetail.entry.desc()).first()

    def found_out(self) -> Found:
        """What everybody meets who goes on as if nothing had happened."""
        found = Found()
        found.verified = str(ledger.verify(RECORDS, [self.public]).broken or "")
        found.unlocking = _refusal(self.keys)
        if not found.unlocking:
            keys, rows = self.keys(), list(Deposit.select().order_by(Deposit.id))
            texts = sealed.open_rows(self.chief, rows, deposits.FIELDS, keys, at=AT)
            names = {row.uid: name for name, row in self.rows.items()}
            for row in rows:
                for column, text in texts[row.uid].items():
                    assert text in (None, b"", b"F\xc3\xb6rsta rapporten", b"Andra rapporten"), "a forgery was read"
                    if text is None:
                        found.closed.add((names.get(row.uid, "?"), column))
        found.deputy = _refusal(lambda: makers.opened_keys(self.deputy, self.deputy_words, at=AT))
        found.sealing = _refusal(lambda: makers.deposit(self.chief))
        return found


def _refusal(do: Callable[[], Any]) -> str:
    try:
        do()
    except (Refused, Invalid, standing.NotPinned, standing.NoVault) as error:
        return f"{type(error).__name__}: {error}"
    return ""


ATTACKS: dict[str, Callable[[Town], Found]] = {}


def attack(name: str) -> Callable[[Callable[[Town], Found]], None]:
    def add(do: Callable[[Town], Found]) -> None:
        ATTACKS[name] = do

    return add


BODY_A, PHOTO_A, BODY_B = ("a", "body"), ("a", "photo"), ("b", "body")
ROW = "the row does not say what its entry says"
PINNED = "NotPinned"


def row_is_named(town: Town, name: str, column: str) -> str:
    return f"deposit {town.rows[name].uid.hex}, {column}: {ROW}"


# What is sealed is moved, replaced, cut


@attack("two texts change places")
def _(town: Town) -> Found:
    one, other = bytes(town.rows["a"].body), bytes(town.rows["b"].body)
    town.put("a", "body", other), town.put("b", "body", one)
    return Found({BODY_A, BODY_B}, verified=row_is_named(town, "a", "body"))


@attack("two columns of a row change places")
def _(town: Town) -> Found:
    body, photo = bytes(town.rows["a"].body), bytes(town.rows["a"].photo)
    town.put("a", "body", photo), town.put("a", "photo", body)
    return Found({BODY_A, PHOTO_A}, verified=row_is_named(town, "a", "body"))


@attack("a text is copied over another")
def _(town: Town) -> Found:
    town.put("b", "body", bytes(town.rows["a"].body))
    return Found({BODY_B}, verified=row_is_named(town, "b", "body"))


@attack("a text of one's own, rightly sealed")
def _(town: Town) -> Found:
    town.put("a", "body", town.forged("a"))
    return Found({BODY_A}, verified=row_is_named(town, "a", "body"))


@attack("a picture of one's own, rightly sealed")
def _(town: Town) -> Found:
    town.put("a", "photo", town.forged("a", "photo"))
    return Found({PHOTO_A}, verified=row_is_named(town, "a", "photo"))


@attack("the same text sealed anew")
def _(town: Town) -> Found:
    """Nothing is changed but the dice: it is still not what was witnessed."""
    row, epoch = town.rows["a"], town.epoch
    place = sealed.place(row, "body", epoch.installation, row.by.uid.hex)
    town.put("a", "body", bytes(standing.seal("Första rapporten".encode(), place, epoch)))
    return Found({BODY_A}, verified=row_is_named(town, "a", "body"))


@attack("a text sealed to a key of one's own")
def _(town: Town) -> Found:
    town.put("a", "body", town.forged("a", target=Target(1, Seed.made().public())))
    return Found({BODY_A}, verified=row_is_named(town, "a", "body"))


@attack("a text sealed in another installation")
def _(town: Town) -> Found:
    town.put("a", "body", town.forged("a", installation=bytes(16)))
    return Found({BODY_A}, verified=row_is_named(town, "a", "body"))


@attack("a text sealed for another table")
def _(town: Town) -> Found:
    town.put("a", "body", town.forged("a", table="vault_grant"))
    return Found({BODY_A}, verified=row_is_named(town, "a", "body"))


@attack("a text sealed as an earlier edition")
def _(town: Town) -> Found:
    town.put("a", "body", town.forged("a", version=0))
    return Found({BODY_A}, verified=row_is_named(town, "a", "body"))


def _altered(name: str, octets: Callable[[bytes], bytes]) -> None:
    @attack(name)
    def _(town: Town) -> Found:
        town.put("a", "body", octets(bytes(town.rows["a"].body)))
        return Found({BODY_A}, verified="deposit")


_altered("the last byte is cut off", lambda whole: whole[:-1])
_altered("a byte too many", lambda whole: whole + b"\0")
_altered("nothing is left", lambda whole: b"")
_altered("only the head is left", lambda whole: whole[:9])
_altered("no envelope at all", lambda whole: b"Allt var som det skulle, och mer." * 50)
_altered("another format", lambda whole: b"VRN2" + whole[4:])
_altered("another suite", lambda whole: whole[:4] + b"\x02" + whole[5:])
_altered("an epoch that is not there", lambda whole: whole[:5] + (7).to_bytes(4, "big") + whole[9:])
_altered("epoch nought", lambda whole: whole[:5] + bytes(4) + whole[9:])
_altered("a bit of the shared secret", lambda whole: whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
_altered("a bit of the text", lambda whole: whole[:-20] + bytes([whole[-20] ^ 128]) + whole[-19:])
_altered("random bytes", lambda whole: secrets.token_bytes(len(whole)))


# What the envelope is bound to


@attack("another writer")
def _(town: Town) -> Found:
    town.run("UPDATE deposit SET by_id = ? WHERE id = ?", town.chief.id, town.rows["a"].id)
    return Found({BODY_A, PHOTO_A}, verified=row_is_named(town, "a", "by"))


@attack("another edition")
def _(town: Town) -> Found:
    town.run("UPDATE deposit SET edition = 2 WHERE id = ?", town.rows["a"].id)
    return Found({BODY_A, PHOTO_A}, verified=row_is_named(town, "a", "edition"))


@attack("another name of the row")
def _(town: Town) -> Found:
    other = uuid.uuid4()
    town.run("UPDATE deposit SET uid = ? WHERE id = ?", other.hex, town.rows["a"].id)
    return Found({("?", "body"), ("?", "photo")}, verified=f"deposit {other.hex}: the row has no entry")


@attack("two rows change names")
def _(town: Town) -> Found:
    one, other = town.rows["a"], town.rows["b"]
    for uid, row in ((uuid.uuid4().hex, one), (one.uid.hex, other), (other.uid.hex, one)):
        town.run("UPDATE deposit SET uid = ? WHERE id = ?", uid, row.id)
    return Found({BODY_A, PHOTO_A, BODY_B, ("b", "photo")}, verified="deposit")


@attack("a destroyed text is put back")
def _(town: Town) -> Found:
    """What was in quarantine comes back out of an old copy, edition and all."""
    old = bytes(town.rows["a"].body)
    deposits.quarantine(town.chief, town.rows["a"].uid.hex, town.rows["a"].version, at=AT)
    town.run("UPDATE deposit SET body = ?, edition = 1, state = 'new' WHERE id = ?", old, town.rows["a"].id)
    return Found({BODY_A, PHOTO_A}, verified=f"deposit {town.rows['a'].uid.hex}, state: {ROW}")


@attack("a report that nobody sent")
def _(town: Town) -> Found:
    row = Deposit(uid=uuid.uuid4(), by=town.chief.id, edition=1)
    place = sealed.place(row, "body", town.epoch.installation, town.chief.uid)
    body = bytes(envelopes.seal(FORGED, place, town.epoch.target))
    town.run(
        "INSERT INTO deposit (uid, version, edition, by_id, sent_on, state, body, photo) "
        "VALUES (?, 1, 1, ?, '2026-11-23', 'new', ?, ?)",
        row.uid.hex, town.chief.id, body, body,
    )  # fmt: skip
    return Found({("?", "body"), ("?", "photo")}, verified=f"deposit {row.uid.hex}: the row has no entry")


@attack("a report is removed")
def _(town: Town) -> Found:
    town.run("DELETE FROM deposit WHERE id = ?", town.rows["a"].id)
    return Found(verified=f"deposit {town.rows['a'].uid.hex}: the row was removed")


@attack("a report is called closed")
def _(town: Town) -> Found:
    town.run("UPDATE deposit SET state = 'closed' WHERE id = ?", town.rows["a"].id)
    return Found(verified=row_is_named(town, "a", "state"))


# The trace is altered too


@attack("a forged text, and the detail that names it")
def _(town: Town) -> Found:
    forged = town.forged("a")
    town.put("a", "body", forged)
    digest, detail = hashlib.sha256(forged).hexdigest(), town.newest_detail("a")
    town.run("UPDATE entry_detail SET commitment = ? WHERE entry = ? AND field = 'body'", digest, detail.entry)
    return Found({BODY_A}, verified=f"entry {detail.entry}")


def _forge_entry(town: Town, resign: Callable[[Entry], str] | None = None) -> int:
    forged, detail = town.forged("a"), town.newest_detail("a")
    digest = hashlib.sha256(forged).hexdigest()
    town.put("a", "body", forged)
    town.run("UPDATE entry_detail SET commitment = ? WHERE entry = ? AND field = 'body'", digest, detail.entry)
    entry = Entry.get_by_id(detail.entry)
    body = json.loads(entry.body)
    body["changes"]["body"] = digest
    entry.body = chain.canonical(body)
    entry.hash = chain.hashed(entry)
    signature = resign(entry) if resign else entry.signature
    town.run(
        "UPDATE entry SET body = ?, hash = ?, signature = ?, key_id = ? WHERE number = ?",
        entry.body, entry.hash, signature, entry.key_id, entry.number,
    )  # fmt: skip
    return int(entry.number)


@attack("a forged text, its detail, and the entry without a signature that holds")
def _(town: Town) -> Found:
    number = _forge_entry(town)
    return Found({BODY_A, PHOTO_A}, verified=f"entry {number}")


@attack("a forged text, its detail, and the entry signed with a key of one's own")
def _(town: Town) -> Found:
    own = chain.Ed25519PrivateKey.generate()

    def sign(entry: Entry) -> str:
        entry.key_id = chain.key_id(own.public_key().public_bytes_raw())
        entry.hash = chain.hashed(entry)
        return own.sign(bytes.fromhex(entry.hash)).hex()

    number = _forge_entry(town, sign)
    return Found({BODY_A, PHOTO_A}, verified=f"entry {number}: the entry is not signed by a trusted host")


@attack("a forged text, and a newer detail of an entry about something else")
def _(town: Town) -> Found:
    forged, newest = town.forged("a"), Entry.select().order_by(Entry.number.desc()).first()
    town.put("a", "body", forged)
    town.run(
        "INSERT INTO entry_detail (entry, record_type, record_uid, field, commitment) VALUES (?, 'deposit', ?, 'body', ?)",
        newest.number, town.rows["a"].uid.hex, hashlib.sha256(forged).hexdigest(),
    )  # fmt: skip
    return Found({BODY_A}, verified=f"entry {newest.number}")


@attack("the detail is taken away")
def _(town: Town) -> Found:
    detail = town.newest_detail("a")
    town.run("DELETE FROM entry_detail WHERE entry = ? AND field = 'body'", detail.entry)
    return Found({BODY_A}, verified=f"entry {detail.entry}")


@attack("the entry is taken away")
def _(town: Town) -> Found:
    number = town.newest_detail("a").entry
    town.run("DELETE FROM entry WHERE number = ?", number)
    return Found({BODY_A, PHOTO_A}, verified=f"entry {number}")


# The vault's keys are altered


def _epoch(name: str, sql: str, *values: Any) -> None:
    @attack(name)
    def _(town: Town) -> Found:
        given = [value(town) if callable(value) else value for value in values]
        town.run(sql, *given)
        return Found(sealing=PINNED, unlocking=PINNED, deputy=PINNED, verified="vault_epoch")


_epoch("another public key", "UPDATE vault_epoch SET public = ?", Seed.made().public().hex())
_epoch("another root", "UPDATE vault_epoch SET root = ?", roots.public_of(bytes(32)).hex())
_epoch("another signature", "UPDATE vault_epoch SET signature = ?", "0" * 128)
_epoch("another installation", "UPDATE vault_epoch SET installation = ?", "0" * 32)
_epoch("another time", "UPDATE vault_epoch SET made_at = ?", "2020-01-01T00:00:00+00:00")
_epoch("another predecessor", "UPDATE vault_epoch SET previous = ?", "1" * 64)
_epoch("another number", "UPDATE vault_epoch SET number = ?", 2)
_epoch("no hex at all", "UPDATE vault_epoch SET public = ?", "inte hex")


def _own_epoch(town: Town, number: int, signature: Callable[[Seed, roots.Epoch], bytes]) -> None:
    """An epoch whose private key the attacker has."""
    mine, root, last = Seed.made(), Seed.made(), town.epoch
    made = roots.Epoch(number, mine.public(), last.digest(), last.made_at, last.installation, last.root)
    row = standing.row_of(roots.Epoch(**(vars(made) | {"signature": signature(root, made)})))
    columns = list(VaultEpoch.kinds())
    town.run(
        f"INSERT INTO vault_epoch (uid, version, {', '.join(columns)}) VALUES (?, 1{', ?' * len(columns)})",
        uuid.uuid4().hex, *(getattr(row, name) for name in columns),
    )  # fmt: skip


@attack("an epoch of one's own, signed by oneself")
def _(town: Town) -> Found:
    _own_epoch(town, 2, lambda root, made: roots.signature(root.reveal(), made.body()))
    return Found(sealing=PINNED, unlocking=PINNED, deputy=PINNED, verified="vault_epoch")


@attack("an epoch of one's own, with the signature of the first")
def _(town: Town) -> Found:
    kept = town.epoch.signature
    _own_epoch(town, 2, lambda root, made: kept)
    return Found(sealing=PINNED, unlocking=PINNED, deputy=PINNED, verified="vault_epoch")


@attack("the vault is taken away, for another to be made")
def _(town: Town) -> Found:
    for table in ("vault_grant", "vault_holder", "vault_epoch"):
        town.run(f"DELETE FROM {table}")
    return Found(sealing=PINNED, unlocking=PINNED, deputy=PINNED, verified="vault_epoch")


@attack("the vault is rolled back to before a change of key")
def _(town: Town) -> Found:
    rotating.rotate(town.chief, town.keys(), at=AT)
    for sql in (
        "DELETE FROM vault_grant WHERE epoch_id > 1", "DELETE FROM vault_carry",
        "DELETE FROM vault_epoch WHERE number = 2",
    ):  # fmt: skip
        town.run(sql)
    return Found(sealing=PINNED, unlocking=PINNED, deputy=PINNED, verified="vault_")


@attack("the chief's key under another passphrase")
def _(town: Town) -> Found:
    """Somebody who was let in nowhere wraps a key of their own in the chief's place."""
    row, own = VaultHolder.get(VaultHolder.kind == HolderKind.CHIEF), Seed.made()
    wrapped = holding.wrapped(own, passphrases.made(), PEPPER, town.epoch.installation, row.uid.hex, CHEAP_VAULT)
    town.run("UPDATE vault_holder SET wrapped = ? WHERE id = ?", wrapped, row.id)
    return Found(unlocking="Invalid: passphrase", verified=f"vault_holder {row.uid.hex}, wrapped: {ROW}")


@attack("the chief's key and its passphrase replaced, public half and all")
def _(town: Town) -> Found:
    row, own = VaultHolder.get(VaultHolder.kind == HolderKind.CHIEF), Seed.made()
    words = town.printed.passphrase
    wrapped = holding.wrapped(own, words, PEPPER, town.epoch.installation, row.uid.hex, CHEAP_VAULT)
    town.run("UPDATE vault_holder SET wrapped = ?, public = ? WHERE id = ?", wrapped, own.public().hex(), row.id)
    return Found(unlocking="Refused: Your key to the vault does not match its trace", verified="vault_holder")


def _deputy(name: str, sql: str, found: str, *values: Any, at: str = "Refused: Your key to the vault") -> None:
    @attack(name)
    def _(town: Town) -> Found:
        town.run(sql, *[value(town) if callable(value) else value for value in values])
        return Found(deputy=at, verified=found)


GRANT = "ends_on IS NOT NULL"
_deputy("a deputy's time is prolonged", f"UPDATE vault_grant SET ends_on = '2099-01-01' WHERE {GRANT}", "ends_on")
_deputy("a deputy's time is made endless", f"UPDATE vault_grant SET ends_on = NULL WHERE {GRANT}", "ends_on")
_deputy("a grant without its signature", f"UPDATE vault_grant SET signature = ? WHERE {GRANT}", "signature", "0" * 128)
_deputy("a signature that is no hex", f"UPDATE vault_grant SET signature = ? WHERE {GRANT}", "signature", "å")
_deputy(
    "the chief's grant in the deputy's place",
    f"UPDATE vault_grant SET keys = (SELECT keys FROM vault_grant ORDER BY id LIMIT 1) WHERE {GRANT}", "keys",
)  # fmt: skip
_deputy(
    "the chief's grant and signature in the deputy's place",
    f"UPDATE vault_grant SET keys = (SELECT keys FROM vault_grant ORDER BY id LIMIT 1), "
    f"signature = (SELECT signature FROM vault_grant ORDER BY id LIMIT 1) WHERE {GRANT}", "keys",
)  # fmt: skip
_deputy("a grant that is empty", f"UPDATE vault_grant SET keys = NULL WHERE {GRANT}", "keys")
_deputy("a deputy's key is called the chief's", "UPDATE vault_holder SET kind = 'chief' WHERE kind = 'deputy'", "kind",
        at="Refused: You hold no key")  # fmt: skip
_deputy("a deputy's public key is another's",
        "UPDATE vault_holder SET public = ? WHERE kind = 'deputy'", "public", Seed.made().public().hex())  # fmt: skip
_deputy("a deputy's grant is given to another epoch", f"UPDATE vault_grant SET epoch_id = 99 WHERE {GRANT}",
        "vault_grant", at="Refused: You hold no key")  # fmt: skip


@attack("a grant of one's own, for a key of one's own")
def _(town: Town) -> Found:
    """A stranger in the database lets themselves in as deputy: with keys they do not have."""
    own, root, row = Seed.made(), Seed.made(), town.deputy_key
    town.run("UPDATE vault_holder SET public = ?, wrapped = ? WHERE id = ?", own.public().hex(),
             holding.wrapped(own, town.deputy_words, PEPPER, town.epoch.installation, row.uid.hex, CHEAP_VAULT), row.id)  # fmt: skip
    holder = VaultHolder.get_by_id(row.id)
    made = holding.granted(Keys(Seed.made(), root), town.epoch, holder, town.chief.id)
    old = VaultGrant.get(VaultGrant.holder == row.id)
    town.run("UPDATE vault_grant SET uid = ?, keys = ?, signature = ?, ends_on = NULL WHERE id = ?",
             made.uid.hex, bytes(made.keys), made.signature, old.id)  # fmt: skip
    return Found(deputy="Refused: Your key to the vault does not match its trace", verified="vault_grant")


@attack("a deputy who was shut out is let in again")
def _(town: Town) -> Found:
    rotating.rotate(town.chief, town.keys(), town.deputy_key.uid.hex, at=AT)
    town.run("UPDATE vault_holder SET ended_on = NULL WHERE id = ?", town.deputy_key.id)
    town.run(
        "UPDATE vault_grant SET epoch_id = (SELECT id FROM vault_epoch WHERE number = 2) WHERE holder_id = ?",
        town.deputy_key.id,
    )
    return Found(deputy="Refused: Your key to the vault does not match its trace", verified="vault_")


@attack("the seed that is carried is another")
def _(town: Town) -> Found:
    rotating.rotate(town.chief, town.keys(), at=AT)
    town.run("UPDATE vault_carry SET seed = (SELECT keys FROM vault_grant ORDER BY id DESC LIMIT 1)")
    return Found({BODY_A, PHOTO_A, BODY_B, ("b", "photo")}, verified="vault_carry")


@attack("a gate passed by hand")
def _(town: Town) -> Found:
    row = uuid.uuid4().hex
    town.run(
        "INSERT INTO clearance (uid, version, person_id, vetted_on, trained_on, silence_on) "
        "VALUES (?, 1, ?, '2020-01-01', '2020-01-01', '2020-01-01')", row, town.rows["a"].by_id,
    )  # fmt: skip
    return Found(verified=f"clearance {row}: the row has no entry")


@attack("a recovery key of one's own waits for the next change of key")
def _(town: Town) -> Found:
    town.run("UPDATE vault_holder SET public = ? WHERE kind = 'recovery'", Seed.made().public().hex())
    rotating.rotate(town.chief, town.keys(), at=AT)
    given = VaultGrant.select().join(VaultEpoch).where(VaultEpoch.number == 2)
    assert {grant.holder.kind for grant in given} == {HolderKind.CHIEF, HolderKind.DEPUTY}
    assert Entry.select().where(Entry.verb == "key_altered").count() == 1
    return Found(verified="vault_holder")


# The house


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def founded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, str, Town]]:
    """The town as it was before any attack, made once on each engine."""
    engine = request.getfixturevalue(f"{request.param}_engine")
    url, pin = engine.fresh(), tmp_path_factory.mktemp("pin") / "vault.pin"
    connect_to(url)
    _know(pin)
    with connection():
        made = Town()
    db.close_all()
    yield engine, url, made
    engine.discard(url)


@pytest.fixture
def town(founded: tuple[Any, str, Town], tmp_path: Path) -> Iterator[Town]:
    """A copy to be attacked."""
    engine, url, made = founded
    pin = standing._pin[0].read_bytes()
    (tmp_path / "vault.pin").write_bytes(pin)
    copy, first = engine.copied(url), standing._pin[0]
    connect_to(copy)
    _know(tmp_path / "vault.pin")
    made.dba = Dba(copy)
    with connection():
        yield made
    made.dba.connection.close()
    db.close_all()
    standing.use_pin(first, ledger.witnessed)
    engine.discard(copy)


def _know(pin: Path) -> None:
    makers.use_key(SEED)
    for law in (sessions, links, drafts.SEAL, vault_sessions):
        law.use_secret(b"the secret of a host, of 32 bytes")
    standing.use_pin(pin, ledger.witnessed)


def test_there_are_fifty_attacks_and_more() -> None:
    assert len(ATTACKS) >= 50


def test_nothing_is_found_where_nothing_was_done(town: Town) -> None:
    """The control: without an attack everything opens, seals and verifies."""
    assert town.found_out() == Found()


@pytest.mark.parametrize("name", list(ATTACKS))
def test_an_attack_on_the_vault_is_found_out(town: Town, name: str) -> None:
    expected = ATTACKS[name](town)
    db.close(), db.connect()
    found = town.found_out()
    assert found.closed == expected.closed
    for what in ("sealing", "unlocking", "deputy", "verified"):
        said, wanted = getattr(found, what), getattr(expected, what)
        assert wanted in said and bool(wanted) == bool(said), (what, said, wanted)
