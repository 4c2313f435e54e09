"""The ledger: one entry per act, whole or not at all; nobody changes anything unseen, and nobody is accused in vain."""

from __future__ import annotations

import base64
import copy
import datetime as dt
import functools
import hashlib
import json
import secrets
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import RECORDS
from models.common import Unit
from models.database import NoDoor, connect_to, connection, db
from models.fire_safety import Checklist, ChecklistItem, Contact, Deficiency, Observation, Premises, PremisesKind, Round
from models.happenings import Verb
from models.kinds import SortKey
from models.ledger import Checkpoint, Entry, EntryDetail, Head, Tally, Word
from models.measures import Comment
from models.people import Actor, Credential, Language, Person
from models.words import Role
from tests import makers
from tests.conftest import give_secrets
from tests.dba import Dba, raw
from tests.makers import AT, DAY, OFFICE, TODAY
from tracker.acts import people, rounds
from tracker.language import say
from tracker.laws import ledger
from tracker.laws.ledger import chain, writing
from tracker.laws.ledger.checkpoints import read_note, signed_note
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing, Refused

ROOT = Path(__file__).parent.parent
SEED = secrets.token_bytes(32)


@pytest.fixture
def key(database: Any) -> bytes:
    """The public key that signs in this database."""
    return makers.use_key(SEED)


def newest() -> Entry:
    return Entry.select().order_by(Entry.number.desc()).get()


def details(entry: Entry) -> dict[str, EntryDetail]:
    return {detail.field: detail for detail in EntryDetail.select().where(EntryDetail.entry == entry.number)}


def body(entry: Entry) -> dict[str, Any]:
    return json.loads(entry.body)


def renamed(unit: Unit, name: str, by: Actor = OFFICE) -> Unit:
    now = Unit.get_by_id(unit.id)
    return records.change(by, now, {"name": name}, now.version, AT)


def verified(key: bytes, *outside: str) -> str:
    """What does not hold; "" when everything does."""
    found = ledger.verify(RECORDS, [key], outside)
    return str(found.broken or "")


# One act, one entry


def test_an_act_leaves_one_entry_that_commits_to_each_field(key: bytes) -> None:
    unit = makers.unit("Skolan")
    size = ledger.count_of_entries()
    renamed(unit, "Nya skolan")
    entry, said = newest(), details(newest())
    assert (entry.number, entry.verb, entry.actor, entry.actor_name) == (size + 1, "changed", OFFICE.uid, OFFICE.name)
    assert (entry.record_type, entry.record_uid) == ("unit", unit.uid.hex)
    assert dt.datetime.fromisoformat(entry.at) == AT
    assert set(said) == {"name"} and (said["name"].old, said["name"].new) == ('"Skolan"', '"Nya skolan"')
    named = chain.commitment(said["name"].salt, '"Skolan"', '"Nya skolan"')
    assert body(entry)["changes"] == {"name": named} and said["name"].commitment == named
    assert entry.hash == chain.hashed(entry) and entry.previous == Entry.get_by_id(size).hash
    assert (Head.get().size, Head.get().hash) == (entry.number, entry.hash)


def test_a_new_row_commits_to_all_its_fields_and_to_its_number(key: bytes) -> None:
    unit = makers.unit()
    said = details(newest())
    assert set(said) == {"id", *(name for name, kind in Unit.kinds().items() if not isinstance(kind, SortKey))}
    assert said["id"].new == str(unit.id) and said["valid_to"].new == "null"
    assert {detail.old for detail in said.values()} == {None}


def test_commitments_are_salted(key: bytes) -> None:
    makers.unit(), makers.unit()
    salts = [detail.salt for detail in EntryDetail.select()]
    assert len(set(salts)) == len(salts) and {len(salt) for salt in salts} == {32}
    dates = EntryDetail.select().where(EntryDetail.field == "valid_from")
    assert len({detail.new for detail in dates}) == 1 and len({detail.commitment for detail in dates}) == 2


def test_what_other_records_say_enters_as_a_count_and_one_digest(key: bytes) -> None:
    makers.plan()
    entry = newest()
    walks = list(Round.select())
    count, digest = body(entry)["others"]["round"]
    about = EntryDetail.select().where((EntryDetail.entry == entry.number) & (EntryDetail.record_type == "round"))
    lines = [f"{d.record_uid}|{d.field}|{d.commitment}" for d in about]
    assert count == len(walks) > 1
    assert digest == chain.digest(lines) == chain.digest(reversed(lines))


def test_parts_enter_as_a_count_and_one_digest(key: bytes) -> None:
    walk = makers.signed(makers.planned_round(), deficient=[1])
    (detail,) = EntryDetail.select().where(
        (EntryDetail.record_type == "round") & EntryDetail.field.startswith("parts:")
    )
    answers = list(Observation.select().where(Observation.round == walk))
    assert (detail.field, detail.new, len(answers)) == ("parts:observation", "3", 3)
    assert detail.commitment == writing.part_commitment(detail.salt, [writing.part_line(row) for row in answers])
    assert not EntryDetail.select().where(EntryDetail.record_type == "observation").exists()
    assert verified(key) == ""


def test_nothing_changed_is_no_entry(key: bytes) -> None:
    unit = makers.unit("Skolan")
    before = (ledger.count_of_entries(), Unit.get_by_id(unit.id).version)
    renamed(unit, "Skolan")
    with ledger.act(OFFICE, Verb.CHANGED, unit, at=AT) as act:
        assert act.save(Unit.get_by_id(unit.id)) is False
    assert (ledger.count_of_entries(), Unit.get_by_id(unit.id).version) == before


def test_a_note_is_an_entry_about_no_change(key: bytes) -> None:
    entry = ledger.note(OFFICE, Verb.EXPORTED, None, at=AT, facts={"list": "brister"})
    assert body(entry) == {"changes": {}, "others": {}, "facts": {"list": "brister"}, "request": ""}
    assert not details(entry) and verified(key) == ""


def test_an_instant_needs_its_zone(key: bytes) -> None:
    with pytest.raises(TypeError, match="zone"):
        ledger.note(OFFICE, Verb.EXPORTED, None, at=AT.replace(tzinfo=None))
    assert ledger.count_of_entries() == 0


def test_the_second_of_two_who_read_the_same_is_told(key: bytes) -> None:
    unit = makers.unit("Skolan")
    mine, theirs = Unit.get_by_id(unit.id), Unit.get_by_id(unit.id)
    records.change(OFFICE, theirs, {"name": "Deras"}, theirs.version, AT)
    size = ledger.count_of_entries()
    with pytest.raises(ledger.Conflict) as conflict:
        records.change(OFFICE, mine, {"name": "Mitt"}, mine.version, AT)
    assert conflict.value.current.name == "Deras" == Unit.get_by_id(unit.id).name
    assert ledger.count_of_entries() == size


def test_what_is_written_once_is_never_changed(key: bytes) -> None:
    made = makers.checklist()
    comment = makers.remark(makers.deficiency(), makers.acting(Role.SECURITY))
    size = ledger.count_of_entries()
    for row, name in ((made, "name"), (comment, "text")):
        setattr(row, name, "Something else")
        with pytest.raises(ledger.Frozen, match="written once"), ledger.act(OFFICE, Verb.CHANGED, row, at=AT) as act:
            act.save(row)
    assert ledger.count_of_entries() == size and verified(key) == ""


def test_parts_come_with_their_whole_only(key: bytes) -> None:
    made, unit = makers.checklist(), makers.unit()
    point = makers._point(made, 9, False)
    size = ledger.count_of_entries()
    for wrong in (
        lambda act: act.save(point),
        lambda act: act.add(unit, [point]),
        lambda act: act.add(made, [Comment(about_type="unit", about_uid=unit.uid, text="x", by=1, at=AT)]),
        lambda act: act.add(made, [Contact(premises=1, function="x", name="y")]),
    ):
        with pytest.raises(TypeError, match="part of"), ledger.act(OFFICE, Verb.CHANGED, made, at=AT) as act:
            wrong(act)
    assert ledger.count_of_entries() == size and ChecklistItem.select().count() == 3


def test_what_fails_leaves_nothing(key: bytes) -> None:
    where = makers.planned_round().premises
    before = everything()
    with pytest.raises(LookupError), ledger.act(OFFICE, Verb.CHANGED, where, at=AT) as act:
        act.save(Unit(code="X", name="Ny", kind="committee", valid_from=TODAY))
        where.name = "Annat"
        act.save(where)
        raise LookupError
    with pytest.raises(Invalid), ledger.act(OFFICE, Verb.CHANGED, where, at=AT) as act:
        act.save(Unit(code="Y", name="Ny", kind="committee", valid_from=TODAY))
        records.add(OFFICE, Unit, {}, AT)
    assert everything() == before and verified(key) == ""


def everything() -> dict[str, Any]:
    """All rows of all tables, as they are stored."""
    cursor = db.connection().cursor()
    found = {}
    for table in sorted(db.get_tables()):
        cursor.execute(f'SELECT * FROM "{table}"')
        found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def test_inside_the_door_only_the_act_itself_writes(key: bytes) -> None:
    unit = makers.unit()
    with ledger.act(OFFICE, Verb.CHANGED, unit, at=AT), pytest.raises(NoDoor, match="does not lead there"):
        Unit.update(name="Unseen").execute()
    with ledger.act(OFFICE, Verb.CHANGED, unit, at=AT) as act, pytest.raises(NoDoor, match="does not lead there"):
        act.save(Unit(code="X", name="Ny", kind="committee", valid_from=TODAY))
        Unit.update(name="Unseen").execute()
    assert verified(key) == ""


def test_a_verifier_is_committed_to_and_never_readable(key: bytes) -> None:
    makers.came_in(makers.person("Åke"))
    stored = Credential.get().password
    (detail,) = EntryDetail.select().where(EntryDetail.field == "password")
    assert (detail.old, detail.new) == (None, None)
    assert detail.commitment == chain.commitment(detail.salt, "", json.dumps(stored))
    assert not [line for table in ("entry", "entry_detail") for line in everything()[table] if stored in line]
    assert verified(key) == ""


def test_what_one_reads_of_a_record(key: bytes) -> None:
    unit = makers.unit("Skolan")
    renamed(unit, "Nya skolan")
    last, first = ledger.told(unit)
    assert last.changes == {"name": ("Skolan", "Nya skolan")}
    assert first.changes["code"] == (None, unit.code) and "id" not in first.changes
    assert [one.entry.verb for one in ledger.told(unit, before=last.entry.number)] == ["added"]


# Emptying


def test_emptying_takes_the_words_and_keeps_the_chain_whole(key: bytes) -> None:
    found = makers.deficiency(what="Personuppgift som inte ska stå här")
    change(found, what="Rättat")
    ledger.empty(OFFICE, found, ["what"], at=AT)
    told = ledger.told(Deficiency.get_by_id(found.id))
    assert told[0].entry.verb == "emptied" and body(told[0].entry)["facts"] == {"fields": ["what"]}
    assert [one.emptied for one in told] == [(), ("what",), ("what",)]
    assert not [line for line in everything()["entry_detail"] if "Personuppgift" in line]
    assert verified(key) == ""
    change(found, what="Och rättat igen")
    assert verified(key) == ""
    assert [one.changes.get("what") for one in ledger.told(found)] == [("Rättat", "Och rättat igen"), None, None, None]


def test_an_emptied_field_is_still_guarded(key: bytes, dba: Dba) -> None:
    found = makers.deficiency()
    ledger.empty(OFFICE, found, ["what"], at=AT)
    dba.run(f"UPDATE deficiency SET what = 'Annat' WHERE uid = '{found.uid.hex}'")
    assert "what: the row does not say what its entry says" in verified(key)


def change(row: Any, **values: Any) -> None:
    now = type(row).get_by_id(row.id)
    records.change(OFFICE, now, values, now.version, AT)


# Checkpoints


def test_a_checkpoint_is_a_signed_note_as_c2sp_writes_them(key: bytes) -> None:
    makers.unit()
    made = ledger.checkpoint(AT)
    text, _, signature = made.note.partition("\n\n")
    origin, size, root, moment = text.split("\n")
    assert (origin, int(size), moment) == ("varna.ledger", ledger.count_of_entries(), AT.isoformat(timespec="seconds"))
    assert base64.b64decode(root).hex() == Head.get().hash
    dash, name, raw = signature.removesuffix("\n").split(" ")
    named, signed = base64.b64decode(raw)[:4], base64.b64decode(raw)[4:]
    assert dash == "—" and named == hashlib.sha256(f"{name}\n".encode() + b"\x01" + key).digest()[:4]
    Ed25519PublicKey.from_public_bytes(key).verify(signed, f"{text}\n".encode())
    assert ledger.latest().note == made.note and verified(key, made.note) == ""


def test_a_checkpoint_that_mail_bent_at_its_line_ends_still_holds(key: bytes) -> None:
    note = ledger.checkpoint(AT).note
    for bent in (note.replace("\n", "\r\n"), note.rstrip("\n"), f"{note}\n\n"):
        assert read_note(bent, {chain.key_id(key): key}) == (0, chain.NOTHING)


def test_a_checkpoint_by_another_key_is_none(key: bytes) -> None:
    note = ledger.checkpoint(AT).note
    stranger = chain.key_id(ledger.use_key(secrets.token_bytes(32)))
    forged = signed_note(0, chain.NOTHING, AT)
    assert "no checkpoint signed by a key that is trusted" in verified(key, forged)
    renamed_key = forged.replace(stranger, chain.key_id(key))
    assert "signature does not hold" in verified(key, renamed_key)
    assert verified(key, note) == ""


@pytest.mark.parametrize(
    "note",
    ["", "\n\n", "varna.ledger", "varna.ledger\n0\n\n\n— a b\n", "\0", "a\nb\nc\nd\n\n— \n", "\ud800\n\n— x y\n"],
)
def test_what_is_no_checkpoint(key: bytes, note: str) -> None:
    assert "checkpoint" in verified(key, note)


@pytest.mark.parametrize("size", [-1, 1, 2**70])
def test_a_checkpoint_of_what_never_was(key: bytes, size: int) -> None:
    assert "no longer holds what the checkpoint witnessed" in verified(key, signed_note(size, chain.NOTHING, AT))


# Every bit


TEXTS = (
    "at",
    "actor",
    "actor_name",
    "verb",
    "record_type",
    "record_uid",
    "body",
    "previous",
    "hash",
    "key_id",
    "signature",
)


def flipped(text: str) -> Iterator[str]:
    """The text with each of its bits turned, as far as that still is a text."""
    raw = text.encode()
    for place in range(len(raw) * 8):
        turned = bytearray(raw)
        turned[place // 8] ^= 1 << place % 8
        with suppress(UnicodeDecodeError):
            yield turned.decode()


def test_no_bit_of_an_entry_can_turn() -> None:
    key = makers.use_key(SEED)
    entry = Entry(
        number=7,
        at=AT.isoformat(),
        actor="system:test",
        actor_name="Åsa",
        verb="changed",
        record_type="unit",
        record_uid="0" * 32,
        body='{"changes":{"name":"00"},"others":{},"facts":{},"request":""}',
        previous="ab" * 32,
        key_id=chain.key_id(key),
    )
    entry.hash = chain.hashed(entry)
    entry.signature = chain.signed(bytes.fromhex(entry.hash))

    def flaw() -> str:
        return chain.flaw(entry, 7, "ab" * 32, {chain.key_id(key): key})

    assert flaw() == ""
    tried = 0
    for name in TEXTS:
        kept = getattr(entry, name)
        for turned in flipped(kept):
            setattr(entry, name, turned)
            assert flaw(), (name, turned)
            tried += 1
        setattr(entry, name, kept)
    for bit in range(63):
        entry.number ^= 1 << bit
        assert flaw()
        entry.number ^= 1 << bit
    assert flaw() == "" and tried > 2000


def test_no_bit_of_a_checkpoint_can_turn() -> None:
    key = makers.use_key(SEED)
    trusted = {chain.key_id(key): key}
    note = signed_note(7, "ab" * 32, AT)
    assert read_note(note, trusted) == (7, "ab" * 32)
    tried = 0
    for turned in flipped(note):
        with pytest.raises(ValueError, match="checkpoint"):
            read_note(turned, trusted)
        tried += 1
    assert tried > 1000


@given(st.lists(st.binary(max_size=3), max_size=3), st.lists(st.binary(max_size=3), max_size=3))
def test_no_two_lists_of_parts_are_joined_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (chain.joined(one) == chain.joined(other)) == (one == other)
    assert chain.joined([b"ab", b"c"]) != chain.joined([b"a", b"bc"])


# No false alarm


OPERATIONS = (
    "unit",
    "rename",
    "premises",
    "plan",
    "end plan",
    "extra",
    "sign",
    "deficiency",
    "change",
    "step",
    "remark",
    "mark",
    "document",
    "measure",
    "checklist",
    "person",
    "come in",
    "leave",
    "language",
    "empty",
    "export",
    "checkpoint",
    "limit",
)
STEPS = ("start", "wait", "finish", "verify", "return", "accept", "reject", "reopen")
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf")), min_size=1, max_size=20).filter(str.strip)


class Town:
    """Does whatever it is told, on rows picked by number."""

    def __init__(self) -> None:
        self.where = makers.premises()
        self.who = makers.acting(Role.SECURITY)
        self.other = makers.acting(Role.SECURITY)
        makers.checklist(points=2, secret=[2])

    def do(self, operation: str, number: int, word: str) -> None:
        act = getattr(self, operation.replace(" ", "_"), None) or getattr(makers, operation)
        with suppress(Refused, Invalid, Missing, ledger.Conflict, rounds.AlreadyWalked):
            act(number, word) if hasattr(self, operation.replace(" ", "_")) else act()

    def pick(self, model: Any, number: int) -> Any:
        rows = list(model.select().order_by(model.id))
        if not rows:
            raise Missing
        return rows[number % len(rows)]

    def unit(self, number: int, word: str) -> None:
        makers.unit(word, self.pick(Unit, number))

    def rename(self, number: int, word: str) -> None:
        renamed(self.pick(Unit, number), word)

    def plan(self, number: int, word: str) -> None:
        makers.plan(self.where, year_month=number % 12 + 1)

    def end_plan(self, number: int, word: str) -> None:
        from models.fire_safety import ControlPlan

        change(self.pick(ControlPlan, number), ends_on=TODAY + (number % 90) * DAY)

    def extra(self, number: int, word: str) -> None:
        rounds.begin_extra(self.who, self.where.uid.hex, AT)

    def sign(self, number: int, word: str) -> None:
        makers.signed(
            self.pick(Round, number), self.who, deficient=[number % 3], note=word, at=AT + (number % 40) * DAY
        )

    def deficiency(self, number: int, word: str) -> None:
        makers.deficiency(self.where, what=word)

    def change(self, number: int, word: str) -> None:
        change(self.pick(Deficiency, number), what=word, place=word if number % 2 else None)

    def step(self, number: int, word: str) -> None:
        given = {"done_how": word, "waiting_for": word, "returned_because": word, "accepted_because": word}
        given |= {"rejected_because": word, "accepted_until": TODAY}
        by = (self.who, self.other)[number % 2]
        makers.moved(self.pick(Deficiency, number), STEPS[number % len(STEPS)], by, **given)

    def remark(self, number: int, word: str) -> None:
        makers.remark(self.pick(Deficiency, number), self.who, word)

    def mark(self, number: int, word: str) -> None:
        row = self.pick(Deficiency, number)
        makers.mark(row, Deficiency.markable()[number % 3], by=self.who)

    def person(self, number: int, word: str) -> None:
        makers.person("", Role.WARDEN)

    def come_in(self, number: int, word: str) -> None:
        makers.came_in(makers.person())

    def leave(self, number: int, word: str) -> None:
        who = self.pick(Person, number)
        (people.deactivate if number % 2 else people.reactivate)(OFFICE, who, at=AT)

    def language(self, number: int, word: str) -> None:
        people.change_language(self.who, list(Language)[number % 2], at=AT)

    def empty(self, number: int, word: str) -> None:
        ledger.empty(OFFICE, self.pick(Deficiency, number), ["what", "place"][: number % 2 + 1], at=AT)

    def export(self, number: int, word: str) -> None:
        ledger.note(self.who, Verb.EXPORTED, None, at=AT, facts={"word": word})

    def checkpoint(self, number: int, word: str) -> None:
        ledger.checkpoint(AT)

    def limit(self, number: int, word: str) -> None:
        from models.fire_safety import Severity, SeverityLimit

        limit = SeverityLimit.get_or_none() or SeverityLimit(severity=Severity.MINOR, source="x", checked_on=TODAY)
        limit.days = number
        with ledger.act(OFFICE, Verb.CHANGED, limit, at=AT) as act:
            act.save(limit)


HISTORIES = st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 100), WORDS), min_size=5, max_size=25)


@settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=HISTORIES)
def test_no_alarm_on_whatever_people_do(key: bytes, history: list[tuple[str, int, str]]) -> None:
    """Each example goes on where the last one ended."""
    town = Town()
    for operation, number, word in history:
        town.do(operation, number, word)
        assert not db.in_transaction()
    assert verified(key) == ""


def test_no_alarm_while_others_write(key: bytes) -> None:
    unit, stop, names = makers.unit(), threading.Event(), iter(range(10_000))

    def write() -> None:
        with connection():
            while not stop.is_set():
                renamed(unit, f"Namn {next(names)}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        said = [ledger.verify(RECORDS, [key]) for _ in range(15)]
    finally:
        stop.set()
        writer.join()
    assert {str(one.broken or "") for one in said} == {""}
    assert said[-1].entries > said[0].entries


def test_a_field_that_came_later_is_no_alarm(key: bytes, dba: Dba) -> None:
    """A migration adds a column; old entries say nothing of it."""
    makers.unit()
    field = EntryDetail.field
    told = {detail.field for detail in EntryDetail.select(field).where(EntryDetail.record_type == "unit")}
    assert "valid_to" in told
    from tracker.laws.ledger import recounting

    row = Unit.get()
    said, acts = recounting._newest("unit", [row.uid.hex], set())
    newest_said = said[row.uid.hex]
    del newest_said["valid_to"]
    recounting._compare(row, newest_said, acts[row.uid.hex])
    row.valid_to = TODAY
    with pytest.raises(recounting.Stop):
        recounting._compare(row, newest_said, acts[row.uid.hex])


# Attacks: somebody writes the database behind Värna's back


@pytest.fixture
def dba(database_url: str) -> Iterator[Dba]:
    made = Dba(database_url)
    yield made
    made.connection.close()


@dataclass
class History:
    """What there is to attack."""

    key: bytes
    dba: Dba
    unit: Unit
    where: Premises
    walk: Round
    found: Deficiency
    others: tuple[Deficiency, ...]
    comment: Comment

    def entry_of(self, row: Any, field: str = "") -> int:
        """The newest entry that tells of a row, or of one of its fields."""
        about = EntryDetail.select().where(EntryDetail.record_uid == row.uid.hex).order_by(EntryDetail.entry.desc())
        return (about.where(EntryDetail.field == field) if field else about).first().entry

    def resign(self, seed: bytes = SEED) -> None:
        """Hashes and signs the whole chain anew, head and all, with a key: the host's own, stolen, or another."""
        ledger.use_key(seed)
        previous = chain.NOTHING
        for entry in list(Entry.select().order_by(Entry.number)):
            entry.previous, entry.key_id = previous, chain.key_id(chain.public_key())
            previous = entry.hash = chain.hashed(entry)
            signature = chain.signed(bytes.fromhex(entry.hash))
            self.dba.run(
                "UPDATE entry SET previous = ?, hash = ?, key_id = ?, signature = ? WHERE number = ?",
                entry.previous,
                entry.hash,
                entry.key_id,
                signature,
                entry.number,
            )
        self.dba.run("UPDATE head SET size = (SELECT count(*) FROM entry), hash = ?", previous)


Told = Callable[[Any], tuple[str, History]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A history on an engine, lived once, and the database that holds it: to be copied."""

    @functools.cache
    def on(engine: Any) -> tuple[str, History]:
        url = engine.fresh()
        connect_to(url)
        give_secrets(tmp_path_factory.mktemp("told"))
        with connection():
            made = history_in(makers.use_key(SEED), Dba(url))
        made.dba.connection.close()
        db.close_all()
        return url, replace(made, dba=None)

    return on


@pytest.fixture
def database_url(request: pytest.FixtureRequest, engine: Any) -> Iterator[str]:
    """A clean database; for a test that asks for history, one that holds it."""
    of_its_own = "history" in request.fixturenames
    url = engine.copied(request.getfixturevalue("told")(engine)[0]) if of_its_own else engine.fresh()
    yield url
    engine.discard(url)


@pytest.fixture
def history(engine: Any, told: Told, key: bytes, dba: Dba) -> History:
    return replace(copy.deepcopy(told(engine)[1]), dba=dba)


def history_in(key: bytes, dba: Dba) -> History:
    where = makers.premises("Skolan")
    walk = makers.signed(makers.planned_round(where), deficient=[1, 3], note="Dörren kärvar")
    found, *others = Deficiency.select().order_by(Deficiency.id)
    change(found, what="Dörren går inte upp")
    made = History(
        key,
        dba,
        Unit.get_by_id(where.unit_id),
        where,
        walk,
        found,
        tuple(others),
        makers.remark(found, makers.acting(Role.SECURITY)),
    )
    makers.came_in(Person.get_by_id(walk.signed_by_id))
    ledger.checkpoint(AT)
    renamed(made.unit, "Sist")
    assert verified(key) == ""
    return made


ATTACKS: dict[str, Callable[[History], str]] = {}


def attack(name: str) -> Callable[[Callable[[History], str]], Callable[[History], str]]:
    """An attack does its work and answers with what verification must say."""

    def kept(do: Callable[[History], str]) -> Callable[[History], str]:
        ATTACKS[name] = do
        return do

    return kept


def row_says_otherwise(h: History, row: Any, field: str, sql: str) -> str:
    number = h.entry_of(row, field)
    assert h.dba.run(sql) == 1
    return f"entry {number}, {row._meta.table_name} {row.uid.hex}, {field}: the row does not say what its entry says"


@attack("a date is put off")
def _(h: History) -> str:
    return row_says_otherwise(
        h, h.found, "due_on", f"UPDATE deficiency SET due_on = '2099-01-01' WHERE id = {h.found.id}"
    )


@attack("a text is changed")
def _(h: History) -> str:
    return row_says_otherwise(h, h.found, "what", f"UPDATE deficiency SET what = 'Inget' WHERE id = {h.found.id}")


@attack("a state is changed")
def _(h: History) -> str:
    return row_says_otherwise(h, h.found, "state", f"UPDATE deficiency SET state = 'verified' WHERE id = {h.found.id}")


@attack("a value is taken away")
def _(h: History) -> str:
    return row_says_otherwise(h, h.found, "place", f"UPDATE deficiency SET place = NULL WHERE id = {h.found.id}")


@attack("another signed")
def _(h: History) -> str:
    return row_says_otherwise(
        h, h.walk, "signed_by", f"UPDATE round SET signed_by_id = signed_by_id + 1 WHERE id = {h.walk.id}"
    )


@attack("a row gets another's number")
def _(h: History) -> str:
    """Links point at numbers: whoever swaps two people's swaps what they signed."""
    first, second = Person.select().order_by(Person.id).limit(2)
    for before, after in ((first.id, -1), (second.id, first.id), (-1, second.id)):
        h.dba.run(f"UPDATE person SET id = {after} WHERE id = {before}")
    return f"person {second.uid.hex}, id: the row does not say what its entry says"


@attack("two rows trade places")
def _(h: History) -> str:
    """All their values, but not their numbers."""
    (other,) = h.others
    names = [field.column_name for field in Deficiency._meta.sorted_fields if field.name != "id"]
    mine, theirs = (
        h.dba.rows(f"SELECT {', '.join(names)} FROM deficiency WHERE id = {row.id}")[0] for row in (h.found, other)
    )
    marks = ", ".join(f"{name} = ?" for name in names)
    h.dba.run(f"UPDATE deficiency SET uid = '{'0' * 32}' WHERE id = {other.id}")
    h.dba.run(f"UPDATE deficiency SET {marks} WHERE id = {h.found.id}", *theirs)
    h.dba.run(f"UPDATE deficiency SET {marks} WHERE id = {other.id}", *mine)
    return f"deficiency {other.uid.hex}, id: the row does not say what its entry says"


@attack("a password is replaced")
def _(h: History) -> str:
    row = Credential.get()
    return row_says_otherwise(h, row, "password", f"UPDATE credential SET password = '$argon2id$x' WHERE id = {row.id}")


@attack("an order is changed")
def _(h: History) -> str:
    key = "x'00'" if h.dba.engine == "sqlite" else "'\\x00'"
    h.dba.run(f"UPDATE premises SET name_key = {key} WHERE id = {h.where.id}")
    return f"premises {h.where.uid.hex}, name_key: the row does not say"


@attack("a choice that is none")
def _(h: History) -> str:
    h.dba.run(f"UPDATE deficiency SET severity = 'nonsense' WHERE id = {h.found.id}")
    return f"deficiency {h.found.uid.hex}, severity: the row holds a value that cannot be read"


@attack("a row is removed")
def _(h: History) -> str:
    h.dba.run(f"DELETE FROM deficiency WHERE id = {h.found.id}")
    return f"deficiency {h.found.uid.hex}: the row was removed"


@attack("a row is put in")
def _(h: History) -> str:
    uid = secrets.token_hex(16)
    h.dba.run(
        f"INSERT INTO contact (uid, version, premises_id, function, name) VALUES ('{uid}', 1, {h.where.id}, 'x', 'y')"
    )
    return f"contact {uid}: the row has no entry: nobody witnessed it"


@attack("a row becomes another")
def _(h: History) -> str:
    uid = secrets.token_hex(16)
    h.dba.run(f"UPDATE comment SET uid = '{uid}' WHERE id = {h.comment.id}")
    return f"comment {uid}: the row has no entry: nobody witnessed it"


def parts_differ(h: History, sql: str) -> str:
    number = h.entry_of(h.walk, "parts:observation")
    assert h.dba.run(sql) == 1
    return f"entry {number}, round {h.walk.uid.hex}, parts:observation: its parts are not those that were witnessed"


@attack("an answer is removed")
def _(h: History) -> str:
    return parts_differ(h, f"DELETE FROM observation WHERE id = {Observation.get().id}")


@attack("an answer is changed")
def _(h: History) -> str:
    return parts_differ(h, f"UPDATE observation SET answer = 'fixed' WHERE id = {Observation.get().id}")


@attack("an answer is put in")
def _(h: History) -> str:
    item = ChecklistItem.get().id
    values = f"'{secrets.token_hex(16)}', 1, {h.walk.id}, {item}, 'ok'"
    return parts_differ(h, f"INSERT INTO observation (uid, version, round_id, item_id, answer) VALUES ({values})")


@attack("the count of parts is changed")
def _(h: History) -> str:
    return parts_differ(h, "UPDATE entry_detail SET new = '2' WHERE field = 'parts:observation'")


@attack("an answer without a round")
def _(h: History) -> str:
    uid = secrets.token_hex(16)
    values = f"'{uid}', 1, 4711, {ChecklistItem.get().id}, 'ok'"
    h.dba.run(f"INSERT INTO observation (uid, version, round_id, item_id, answer) VALUES ({values})")
    return f"observation {uid}: a part without its whole"


@attack("two points trade numbers")
def _(h: History) -> str:
    """The answers stay, but now answer something else."""
    first, second = ChecklistItem.select().order_by(ChecklistItem.id).limit(2)
    for before, after in ((first.id, -1), (second.id, first.id), (-1, second.id)):
        h.dba.run(f"UPDATE checklist_item SET id = {after} WHERE id = {before}")
    return f"checklist {Checklist.get().uid.hex}, parts:checklist_item: its parts are not those that were witnessed"


def detail_differs(h: History, sql: str, field: str = "what") -> str:
    """About the first entry of the deficiency, which a later one has overtaken."""
    first = EntryDetail.select().where((EntryDetail.record_uid == h.found.uid.hex) & (EntryDetail.field == field))
    number = first.order_by(EntryDetail.entry).first().entry
    where = f"WHERE entry = {number} AND record_uid = '{h.found.uid.hex}' AND field = '{field}'"
    assert h.dba.run(f"{sql} {where}") == 1
    return f"entry {number}, deficiency {h.found.uid.hex}, {field}: "


@attack("what the history says is changed")
def _(h: History) -> str:
    return (
        detail_differs(h, """UPDATE entry_detail SET new = '"Inget"'""")
        + "the detail is not what the entry committed to"
    )


@attack("what the history said before is changed")
def _(h: History) -> str:
    return (
        detail_differs(h, """UPDATE entry_detail SET old = '"Inget"'""")
        + "the detail is not what the entry committed to"
    )


@attack("a salt is changed")
def _(h: History) -> str:
    return detail_differs(h, "UPDATE entry_detail SET salt = 'x'") + "the detail is not what the entry committed to"


@attack("a commitment is changed")
def _(h: History) -> str:
    return (
        detail_differs(h, "UPDATE entry_detail SET commitment = 'x'") + "the detail is not what the entry committed to"
    )


@attack("history is taken away, its salt kept")
def _(h: History) -> str:
    return (
        detail_differs(h, "UPDATE entry_detail SET old = NULL, new = NULL")
        + "the detail is not what the entry committed to"
    )


@attack("history is emptied without an act")
def _(h: History) -> str:
    said = detail_differs(h, "UPDATE entry_detail SET salt = NULL, old = NULL, new = NULL")
    return said + "the readable detail is gone without an act that emptied it"


@attack("history is emptied after the act that emptied it")
def _(h: History) -> str:
    """An old act of emptying is no leave to empty what came later."""
    ledger.empty(OFFICE, h.found, ["what"], at=AT)
    change(h.found, what="Senare")
    number = h.entry_of(h.found, "what")
    h.dba.run(f"UPDATE entry_detail SET salt = NULL, old = NULL, new = NULL WHERE entry = {number}")
    return f"entry {number}, deficiency {h.found.uid.hex}, what: the readable detail is gone without an act"


@attack("a detail is removed")
def _(h: History) -> str:
    number = h.entry_of(h.unit, "name")
    h.dba.run(f"DELETE FROM entry_detail WHERE entry = {number}")
    return f"entry {number}, unit {h.unit.uid.hex}, name: details are missing or were added"


@attack("another's detail is removed")
def _(h: History) -> str:
    number = h.entry_of(h.walk, "parts:observation")
    h.dba.run(
        f"DELETE FROM entry_detail WHERE entry = {number} AND record_uid = '{h.found.uid.hex}' AND field = 'what'"
    )
    return f"entry {number}, round {h.walk.uid.hex}: details are missing or were added"


@attack("a detail is put in")
def _(h: History) -> str:
    number = h.entry_of(h.unit, "name")
    values = f"{number}, 'unit', '{h.unit.uid.hex}', 'code', '{chain.commitment('s', '', '1')}', 's', '1'"
    h.dba.run(
        f"INSERT INTO entry_detail (entry, record_type, record_uid, field, commitment, salt, new) VALUES ({values})"
    )
    return f"entry {number}, unit {h.unit.uid.hex}, code: the detail is not what the entry committed to"


@attack("a detail of no entry")
def _(h: History) -> str:
    values = f"4711, 'unit', '{h.unit.uid.hex}', 'name', '{chain.commitment('s', '', '1')}', 's', '1'"
    h.dba.run(
        f"INSERT INTO entry_detail (entry, record_type, record_uid, field, commitment, salt, new) VALUES ({values})"
    )
    return f"entry 4711, unit {h.unit.uid.hex}, name: a detail belongs to no entry"


@attack("a password's hash is made readable")
def _(h: History) -> str:
    row = Credential.get()
    salt, new = secrets.token_hex(16), json.dumps(row.password)
    number = h.entry_of(row, "password")
    h.dba.run("UPDATE entry_detail SET salt = ?, new = ? WHERE field = 'password'", salt, new)
    return f"entry {number}, credential {row.uid.hex}, password: the detail is not what the entry committed to"


@attack("an entry is altered")
def _(h: History) -> str:
    h.dba.run("UPDATE entry SET actor_name = 'Någon annan' WHERE number = 3")
    return "entry 3: the entry or the one before it was altered"


@attack("an entry is altered and hashed anew")
def _(h: History) -> str:
    last = newest()
    last.actor_name = "Någon annan"
    h.dba.run(
        "UPDATE entry SET actor_name = ?, hash = ? WHERE number = ?", last.actor_name, chain.hashed(last), last.number
    )
    h.dba.run("UPDATE head SET hash = ?", chain.hashed(last))
    return f"entry {last.number}: the entry is not signed by a trusted host"


@attack("an entry is removed")
def _(h: History) -> str:
    h.dba.run("DELETE FROM entry WHERE number = 4")
    return "entry 4: the entries do not follow one another"


@attack("the first entry is removed")
def _(h: History) -> str:
    h.dba.run("DELETE FROM entry WHERE number = 1")
    return "entry 1: the entries do not follow one another"


@attack("the newest entry is removed")
def _(h: History) -> str:
    last = newest().number
    h.dba.run(f"DELETE FROM entry WHERE number = {last}")
    return f"entry {last - 1}: the head does not point at the last entry"


@attack("two entries trade places")
def _(h: History) -> str:
    for before, after in ((3, -1), (4, 3), (-1, 4)):
        h.dba.run(f"UPDATE entry SET number = {after} WHERE number = {before}")
    return "entry 3: the entry or the one before it was altered"


@attack("the chain is signed anew by another key")
def _(h: History) -> str:
    h.resign(secrets.token_bytes(32))
    return "entry 1: the entry is not signed by a trusted host"


@attack("the end of the chain is signed anew by another key")
def _(h: History) -> str:
    """As a second host would, whose key nobody trusts."""
    ledger.use_key(secrets.token_bytes(32))
    renamed(h.unit, "Av någon annan")
    return f"entry {newest().number}: the entry is not signed by a trusted host"


@attack("the chain is signed anew by the stolen key")
def _(h: History) -> str:
    """Only what was witnessed before shows it: here, the checkpoint that lies in the database itself."""
    h.dba.run("UPDATE entry SET actor_name = 'Någon annan' WHERE number = 3")
    h.resign()
    return f"entry {Checkpoint.get().size}: the ledger no longer holds what the checkpoint witnessed"


@attack("the head is rolled back")
def _(h: History) -> str:
    last = newest()
    h.dba.run("UPDATE head SET size = ?, hash = ?", last.number - 1, last.previous)
    return f"entry {last.number}: the head does not point at the last entry"


@attack("the chain forks at a head rolled back")
def _(h: History) -> str:
    """The next act writes on top of an older entry."""
    last = newest()
    h.dba.run("UPDATE head SET hash = ?", last.previous)
    ledger.note(OFFICE, Verb.EXPORTED, None, at=AT)
    return f"entry {last.number + 1}: the entry or the one before it was altered"


@attack("the head is removed")
def _(h: History) -> str:
    h.dba.run("DELETE FROM head")
    return f"entry {newest().number}: the head does not point at the last entry"


@attack("a second head")
def _(h: History) -> str:
    h.dba.run(f"INSERT INTO head (id, size, hash) VALUES (2, 0, '{chain.NOTHING}')")
    return f"entry {newest().number}: the head does not point at the last entry"


@attack("a tally is changed")
def _(h: History) -> str:
    h.dba.run("UPDATE tally SET count = count + 1 WHERE figure = 'rounds.in_time'")
    return f"tally, rounds.in_time {h.walk.closes_on}: the tally is not what the rows give"


@attack("a tally is removed")
def _(h: History) -> str:
    h.dba.run("DELETE FROM tally WHERE figure = 'rounds.in_time'")
    return "tally, rounds.in_time "


@attack("a tally is put in")
def _(h: History) -> str:
    h.dba.run("INSERT INTO tally (figure, day, count) VALUES ('rounds.due', '2001-01-01', 1)")
    return "tally, rounds.due 2001-01-01: the tally is not what the rows give"


@attack("a kept checkpoint is altered")
def _(h: History) -> str:
    h.dba.run("UPDATE checkpoint SET note = replace(note, 'varna.ledger', 'varna.lodger')")
    return "the checkpoint's signature does not hold"


@attack("a kept checkpoint's size is altered")
def _(h: History) -> str:
    h.dba.run("UPDATE checkpoint SET size = 4711")
    return "entry 4711: a kept checkpoint says something else than its note"


@attack("a table is gone")
def _(h: History) -> str:
    h.dba.run("DROP TABLE contact")
    return "contact: the table is gone"


@attack("a column is gone")
def _(h: History) -> str:
    h.dba.run("ALTER TABLE contact DROP COLUMN phone")
    return "the database cannot be read, or is not Värna's"


@attack("a version moved")
def _(h: History) -> str:
    number = h.entry_of(h.found)
    h.dba.run(f"UPDATE deficiency SET version = version + 1 WHERE id = {h.found.id}")
    return f"entry {number}, deficiency {h.found.uid.hex}, version: the row does not say what its entry says"


@attack("a part's version moved")
def _(h: History) -> str:
    h.dba.run("UPDATE observation SET version = 2 WHERE id = 1")
    return f"observation {Observation.get_by_id(1).uid.hex}, version: the row does not say what its entry says"


@attack("a search word taken away")
def _(h: History) -> str:
    h.dba.run(f"DELETE FROM word WHERE record_type = 'premises' AND record = {h.where.id}")
    return f"premises {h.where.uid.hex}: the search words are not those of the row"


@attack("a search word that the row does not say")
def _(h: History) -> str:
    h.dba.run("INSERT INTO word (record_type, word, record) VALUES ('premises', ?, ?)", b"moln", h.where.id)
    return f"premises {h.where.uid.hex}: the search words are not those of the row"


@attack("a search word of a row that is not there")
def _(h: History) -> str:
    h.dba.run("INSERT INTO word (record_type, word, record) VALUES ('premises', ?, 999)", b"moln")
    return "premises: a search word belongs to no row"


@attack("a search word of what nobody searches")
def _(h: History) -> str:
    h.dba.run("INSERT INTO word (record_type, word, record) VALUES ('entry', ?, 1)", b"moln")
    return "entry: a search word belongs to no row"


@attack("a trigger is gone")
def _(h: History) -> str:
    where = "" if h.dba.engine == "sqlite" else " ON observation"
    h.dba.connection.execute(f"DROP TRIGGER observation_no_update{where}")
    return "observation: the database no longer refuses changes of what is written once"


@pytest.mark.parametrize("name", list(ATTACKS))
def test_an_attack_is_named(history: History, name: str) -> None:
    expected = ATTACKS[name](history)
    broken = ledger.verify(RECORDS, [history.key]).broken
    assert broken and expected in str(broken), expected
    assert say(broken.what, "sv") != broken.what, "said in English only"


def test_only_an_outside_checkpoint_shows_that_the_newest_entries_are_gone(history: History) -> None:
    ledger.note(OFFICE, Verb.EXPORTED, None, at=AT)
    outside = ledger.checkpoint(AT).note
    last = newest()
    history.dba.run("DELETE FROM checkpoint WHERE size = ?", last.number)
    history.dba.run("DELETE FROM entry WHERE number = ?", last.number)
    history.dba.run("UPDATE head SET size = ?, hash = ?", last.number - 1, last.previous)
    assert verified(history.key) == ""
    assert (
        verified(history.key, outside)
        == f"entry {last.number}: the ledger no longer holds what the checkpoint witnessed"
    )


def test_only_an_outside_checkpoint_shows_what_a_stolen_key_wrote(history: History) -> None:
    outside = ledger.checkpoint(AT).note
    history.dba.run("DELETE FROM checkpoint")
    history.dba.run("UPDATE entry SET actor_name = 'Någon annan' WHERE number = 3")
    history.resign()
    assert verified(history.key) == ""
    assert "the ledger no longer holds what the checkpoint witnessed" in verified(history.key, outside)


# Hostile content: never a crash


BODIES = [
    "",
    "{",
    "null",
    "[]",
    "0",
    '"x"',
    "1" * 5000,
    "[" * 100_000,
    '{"changes":1,"others":{},"facts":{}}',
    '{"changes":{},"others":{},"facts":[]}',
    '{"changes":{},"others":{},"facts":{"fields":5}}',
    '{"changes":[[[],1]]}',
    '{"changes":{},"others":{"unit":1e999},"facts":{"fields":[[]]}}',
    '{"changes":{"name":{}},"others":[],"facts":{}}',
    "NaN",
]


@pytest.mark.parametrize("hostile", BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_none_with_the_stolen_key(history: History, hostile: str) -> None:
    history.dba.run("DELETE FROM checkpoint")
    history.dba.run("UPDATE entry SET body = ?, verb = 'emptied' WHERE number = 5", hostile)
    history.resign()
    assert verified(history.key).startswith("entry 5")


def test_a_detail_of_a_row_that_cannot_be_with_the_stolen_key(history: History) -> None:
    history.dba.run("DELETE FROM checkpoint")
    last = newest()
    said = chain.commitment("s", "", "1")
    values = "?, 'unit', 'no uid', 'name', ?, 's', '1'"
    history.dba.run(
        f"INSERT INTO entry_detail (entry, record_type, record_uid, field, commitment, salt, new) VALUES ({values})",
        last.number,
        said,
    )
    told = body(last) | {"others": {"unit": [1, chain.digest([f"no uid|name|{said}"])]}}
    history.dba.run("UPDATE entry SET body = ? WHERE number = ?", json.dumps(told), last.number)
    history.resign()
    assert verified(history.key) == "unit: an entry tells of a row that cannot be"


@pytest.mark.parametrize("value", ["'2026-1-5'", "CAST(due_on AS BLOB)", "due_on || ' 00:00:00'"])
def test_a_value_spelled_otherwise_is_named(sqlite_history: History, value: str) -> None:
    """SQLite keeps a day in many spellings; they read alike, but sort and compare otherwise."""
    found = sqlite_history.found
    change(found, due_on=dt.date(2026, 1, 5))
    sqlite_history.dba.run(f"UPDATE deficiency SET due_on = {value} WHERE id = {found.id}")
    assert (
        verified(sqlite_history.key) == f"deficiency {found.uid.hex}, due_on: the row holds a value that cannot be read"
    )


@pytest.fixture
def sqlite_history(sqlite_engine: Any, told: Told) -> Iterator[History]:
    first, made = told(sqlite_engine)
    url = sqlite_engine.copied(first)
    connect_to(url)
    makers.use_key(SEED)
    with connection():
        yield replace(copy.deepcopy(made), dba=Dba(url))
    db.close_all()
    sqlite_engine.discard(url)


PLACES = [
    (model._meta.table_name, field.column_name)
    for model in (*RECORDS, Entry, EntryDetail, Head, Tally, Checkpoint, Word)
    for field in model._meta.sorted_fields
    if field.name not in ("id", "number")
]
HOSTILE = {
    "sqlite": (
        "CAST(x'ff' AS TEXT)",
        "x'ff'",
        "''",
        "'a' || char(0)",
        "9223372036854775807",
        "-1",
        "1e300",
        "'2026-1-5'",
        "'99999-99-99'",
        "'not so'",
        "NULL",
        "CAST({column} AS BLOB)",
        "{column} || ' '",
        "'{{' || {column}",
        "2",
    ),
    "postgresql": (
        "'infinity'",
        "''",
        "2147483647",
        "-1",
        "'not so'",
        "'9999-12-31'",
        "NULL",
        "E'\\u200e'",
        "'\\xff'",
        "true",
        "false",
        "'{column}'",
        "'-infinity'",
        "repeat('9', 40)",
        "'00000000000000000000000000000000'",
    ),
}
EACH = 2


@pytest.mark.parametrize("part", range(4))
def test_hostile_values_are_named_and_crash_nothing(history: History, part: int) -> None:
    """Every column of every table gets some of the hostile values, each in its turn."""
    values, tried = HOSTILE[history.dba.engine], 0
    for number, (table, column) in list(enumerate(PLACES))[part::4]:
        for turn in range(EACH):
            value = values[(number * EACH + turn) % len(values)].format(column=f'"{column}"')
            for _ in put_in(history.dba, table, column, value):
                broken = ledger.verify(RECORDS, [history.key]).broken
                assert broken, (table, column, value)
                assert broken.entry is not None or broken.record_type or "checkpoint" in broken.what, (
                    table,
                    column,
                    value,
                )
                tried += 1
    assert tried > 20
    assert verified(history.key) == ""


def put_in(dba: Dba, table: str, column: str, value: str) -> Iterator[None]:
    """Gives a value to a column of the table's first row, and takes it away again; not where the engine refuses it."""
    row, column = "rowid" if dba.engine == "sqlite" else "ctid", f'"{column}"'  # some columns are words of SQL
    for was, where in dba.rows(f"SELECT {column}, {row} FROM {table} LIMIT 1"):
        try:
            change = f"UPDATE {table} SET {column} = {value} WHERE {row} = '{where}' RETURNING {row}"
            ((now,),) = dba.rows(change)
        except (sqlite3.Error, psycopg.Error):
            continue
        if not dba.says(table, column, f"{row} = '{now}'", was):
            yield
        assert dba.run(f"UPDATE {table} SET {column} = ? WHERE {row} = '{now}'", was) == 1


@pytest.mark.parametrize("column", ["figure", "day"])
def test_a_tally_that_is_no_text_is_named(sqlite_history: History, column: str) -> None:
    one = "rowid = (SELECT min(rowid) FROM tally)"
    assert sqlite_history.dba.run(f"UPDATE tally SET {column} = CAST(x'ff' AS TEXT) WHERE {one}")
    assert verified(sqlite_history.key) == f"tally, {column}: the row holds a value that cannot be read"


@pytest.mark.parametrize("table", ["entry", "entry_detail", "head", "checkpoint", "word", "unit", "observation"])
def test_no_text_anywhere_is_no_crash(sqlite_history: History, table: str) -> None:
    for column, kind in sqlite_history.dba.rows(f"SELECT name, type FROM pragma_table_info('{table}')"):
        if kind != "INTEGER":
            for _ in put_in(sqlite_history.dba, table, column, "CAST(x'ff' AS TEXT)"):
                assert verified(sqlite_history.key), (table, column)
    assert verified(sqlite_history.key) == ""


def test_the_command_never_crashes_on_what_it_is_given(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "note").write_bytes(b"\xff\xfe\x00 no checkpoint")
    (tmp_path / "copy.db").write_bytes(b"no database" * 500)
    command = app.test_cli_runner().invoke
    for words, told in (
        (["--checkpoint", str(tmp_path / "note")], "BROKEN"),
        (["--database", str(tmp_path / "copy.db")], "BROKEN  the database cannot be read, or is not Värna's"),
        (["--key", "no key"], "Error: “no key” is no public key"),
    ):
        result = command(args=["ledger", "verify", *words])
        assert result.exit_code == 1 and told in result.output, (result.output, result.exception)
        connect_to(app.config["SETTINGS"].database_url)


# What would be an alarm later is refused as it is written


def test_a_row_is_saved_once_in_an_act(key: bytes) -> None:
    unit = makers.unit("Skolan")
    with pytest.raises(TypeError, match="saved once in an act"), ledger.act(OFFICE, Verb.CHANGED, unit, at=AT) as act:
        unit.name = "Förskolan"
        assert act.save(unit) and not act.save(unit)
        unit.code = "annan"
        act.save(unit)
    assert Unit.get_by_id(unit.id).name == "Skolan" and verified(key) == ""


def test_parts_are_added_once(key: bytes) -> None:
    made = makers.checklist()
    for again in ("in the same act", "in a later one"):
        with pytest.raises(TypeError, match="added at once"), ledger.act(OFFICE, Verb.CHANGED, made, at=AT) as act:
            if again == "in the same act":
                made = Checklist(kind=PremisesKind.OFFICE, number=9, name="x", why="x", valid_from=TODAY)
                act.save(made)
                act.add(made, [makers._point(made, 1, False)])
            act.add(made, [makers._point(made, 2, False)])
        made = Checklist.get()
    assert ChecklistItem.select().count() == 3 and verified(key) == ""


def test_a_sort_key_alone_is_no_change(key: bytes, dba: Dba) -> None:
    """Else a row would be written that no entry tells of."""
    unit = makers.unit("Skolan")
    dba.run("UPDATE unit SET name_key = ?", b"x")
    with ledger.act(OFFICE, Verb.CHANGED, unit, at=AT) as act:
        assert not act.save(Unit.get_by_id(unit.id))
    assert Unit.get_by_id(unit.id).version == 1


# Entries from many sides at once


WRITER = """
import sys
from models.common import Unit
from models.database import connect_to, connection
from tests import makers

url, seed, times, name = sys.argv[1:]
connect_to(url)
makers.use_key(bytes.fromhex(seed))
with connection():
    unit = makers.unit(code=name)
    for number in range(int(times) - 1):
        unit.name = f"Namn {number}"
        with makers.ledger.act(makers.OFFICE, makers.Verb.CHANGED, unit, at=makers.AT) as act:
            act.save(unit)
"""
PROCESSES, TIMES = 4, 250


def test_many_processes_make_one_chain(database_url: str) -> None:
    command = [sys.executable, "-c", WRITER, database_url, SEED.hex(), str(TIMES)]
    names = [f"E{number}" for number in range(PROCESSES)]
    writers = [subprocess.Popen([*command, name], cwd=ROOT, stderr=subprocess.PIPE, text=True) for name in names]
    said = [writer.communicate(timeout=120)[1] for writer in writers]
    assert not any(said), "\n".join(said)
    key = makers.use_key(SEED)
    connect_to(database_url)
    with connection():
        found = ledger.verify(RECORDS, [key])
        followed = len({previous for (previous,) in Entry.select(Entry.previous).tuples()})
    db.close_all()
    assert (found.rows, str(found.broken or "")) == (PROCESSES, "")
    assert found.entries == followed == PROCESSES * TIMES


# What is written once, even past Värna


def test_the_engine_itself_refuses_to_change_what_is_written_once(key: bytes, database_url: str) -> None:
    makers.signed(makers.planned_round(), deficient=[1])
    makers.remark(Deficiency.get(), makers.acting(Role.SECURITY))
    ledger.checkpoint(AT)
    direct = raw(database_url)
    once = ["entry", "checkpoint", "observation", "comment", "checklist", "checklist_item"]
    tried = [f"DELETE FROM {table}" for table in (*once, "entry_detail")]
    tried += [
        f"UPDATE {table} SET {column} = {column}"
        for table, column in zip(once, ["body", "note", *["uid"] * 4], strict=True)
    ]
    tried += ["UPDATE entry_detail SET new = '\"x\"'", "UPDATE entry_detail SET old = NULL, new = NULL"]
    if key and direct.__class__ is sqlite3.Connection:
        tried += [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}" for table in (*once, "entry_detail")]
        tried += ["UPDATE OR REPLACE entry SET number = number"]
        uid = Comment.get().uid.hex
        columns = "version, about_type, about_uid, text, by_id, at, correction"
        tried += [f"REPLACE INTO comment (uid, {columns}) SELECT uid, {columns} FROM comment WHERE uid = '{uid}'"]
    else:
        tried += [f"TRUNCATE {table} CASCADE" for table in (*once, "entry_detail")]
    for sql in tried:
        with pytest.raises((sqlite3.Error, psycopg.Error), match="append-only"):
            direct.execute(sql)
    direct.execute("UPDATE unit SET name = 'Annat'")  # so this connection does write
    direct.close()
    assert "unit" in verified(key) and "name" in verified(key)
