"""What is sealed while keys change, what was altered beside Värna, and what must not be here: never lost, never left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from models import RECORDS
from models.database import connection, db
from models.protective_security import Area, Deposit, MeasureCore, MeasureKind, ProtectiveMeasure, SecrecyClass
from models.words import Role
from tests import makers
from tests.dba import Dba
from tests.makers import AT
from tests.test_cores import PDF, House, content
from tracker.acts.vault import cores, deposits, destroying, reports, rotating, sealed
from tracker.laws import ledger
from tracker.laws.vault import envelopes, standing
from tracker.laws.vault.holding import Keys


@pytest.fixture
def house(database: Any) -> Iterator[House]:
    return House()


@pytest.fixture
def dba(database_url: str, house: House) -> Iterator[Dba]:
    made = Dba(database_url)
    yield made
    made.connection.close()


# A key that is changed while somebody writes


def changed_to_the_end(house: House, keys: Keys) -> Keys:
    """A new key, everything sealed anew, and the old one destroyed."""
    after = rotating.rotate(house.chief, keys, at=AT)
    rotating.reseal(house.chief, after, at=AT)
    assert rotating.finish(house.chief, at=AT)
    return after


def before_the_act(monkeypatch: pytest.MonkeyPatch, kind: type, do: Callable[[], Any]) -> list[Any]:
    """Does something else once, between the sealing of such a record and the act that saves it."""
    real, done = ledger.act, []

    def late(actor: Any, verb: Any, record: Any, **more: Any) -> Any:
        if type(record) is kind and not done:
            done.append(None)
            done[0] = do()
        return real(actor, verb, record, **more)

    monkeypatch.setattr(ledger, "act", late)
    return done


def test_a_report_that_came_late_is_sealed_to_the_key_that_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = house.keys
    done = before_the_act(monkeypatch, Deposit, lambda: changed_to_the_end(house, keys))
    row = makers.deposit(makers.acting(Role.WARDEN), "För sent")
    assert envelopes.epoch_of(Deposit.get_by_id(row.id).body) == 2
    _, texts = deposits.open_one(house.chief, row.uid.hex, done[0], at=AT)
    assert texts["body"] == "För sent".encode()


def test_content_that_came_late_is_sealed_to_the_key_that_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = house.keys
    before_the_act(monkeypatch, MeasureCore, lambda: changed_to_the_end(house, keys))
    house.write(content(document=PDF))
    assert house.read()["document"] == PDF


def test_no_key_is_destroyed_while_somebody_saves_under_it(house: House) -> None:
    """The writer is in the act already, under the old key, when everything else is sealed anew."""
    keys, warden = house.keys, makers.acting(Role.WARDEN)
    row = Deposit(uid=makers.uuid.uuid4(), by=warden.id, sent_on=makers.TODAY, state=deposits.DepositState.NEW)
    sealing = sealed.seal(warden, row, {"body": b"Samtidigt"})
    inside, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with connection(), sealed.act(warden, deposits.Verb.DEPOSITED, row, [sealing], at=AT) as act:
            inside.set()
            assert go_on.wait(20)
            act.save(row)

    writer = threading.Thread(target=write)
    writer.start()
    assert inside.wait(20)
    finished: list[bool] = []

    def destroy() -> None:
        with connection():
            made = rotating.rotate(house.chief, keys, at=AT)
            rotating.reseal(house.chief, made, at=AT)
            finished.append(rotating.finish(house.chief, at=AT))

    destroyer = threading.Thread(target=destroy)
    destroyer.start()
    destroyer.join(1)
    assert not finished, "waits for whoever is saving"
    go_on.set()
    writer.join(20)
    destroyer.join(20)
    left = envelopes.epoch_of(Deposit.get_by_id(row.id).body) != standing.newest().number
    assert finished == [not left], "a key that something stands under is not destroyed"


# What somebody altered who writes the database


@pytest.mark.parametrize("change", ["by_id = 99999", "edition = -1", "edition = 2000000000"])
def test_a_row_that_names_no_writer_or_edition_does_not_open(house: House, dba: Dba, change: str) -> None:
    broken, whole = makers.deposit(makers.acting(Role.WARDEN), "Den ena"), makers.deposit(house.chief, "Den andra")
    dba.run(f"UPDATE deposit SET {change} WHERE id = ?", broken.id)
    found = sealed.open_rows(house.chief, list(Deposit.select()), ["body"], house.keys, at=AT)
    assert found[broken.uid]["body"] is None and found[whole.uid]["body"] == b"Den andra"
    after = rotating.rotate(house.chief, house.keys, at=AT)
    assert rotating.reseal(house.chief, after, at=AT).broken == 1
    assert envelopes.epoch_of(Deposit.get_by_id(whole.id).body) == 2


def test_sealing_anew_asks_once_who_wrote(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        makers.deposit(makers.acting(Role.WARDEN), f"Rapport {number}")
    keys, asked = rotating.rotate(house.chief, house.keys, at=AT), []
    real = db.obj.execute

    def execute(query: Any, **more: Any) -> Any:
        asked.append(query.sql()[0] if hasattr(query, "sql") else "")
        return real(query, **more)

    monkeypatch.setattr(db.obj, "execute", execute)
    rotating.reseal(house.chief, keys, at=AT)
    assert sum('FROM "person"' in sql for sql in asked) == 1


def test_a_destroyed_row_that_was_broken_is_destroyed_anew(house: House, dba: Dba) -> None:
    row = makers.deposit(makers.acting(Role.WARDEN), "Får inte finnas här")
    row = deposits.quarantine(house.chief, row.uid.hex, row.version, at=AT)
    dba.run("UPDATE deposit SET body = ? WHERE id = ?", bytes(row.body)[:-1], row.id)
    keys = rotating.rotate(house.chief, house.keys, at=AT)
    assert rotating.reseal(house.chief, keys, at=AT).broken == 1
    deposits.quarantine(house.chief, row.uid.hex, row.version, at=AT)
    assert rotating.progress().left == 0 and rotating.finish(house.chief, at=AT)


def test_what_names_no_writer_can_be_destroyed(house: House, dba: Dba) -> None:
    row = makers.deposit(makers.acting(Role.WARDEN), "Får inte finnas här")
    dba.run("UPDATE deposit SET by_id = 99999 WHERE id = ?", row.id)
    before = bytes(row.body)
    deposits.quarantine(house.chief, row.uid.hex, row.version, at=AT)
    assert bytes(Deposit.get_by_id(row.id).body) != before


# The same words elsewhere


def turned(house: House, text: str = "Får inte finnas här") -> tuple[Deposit, ProtectiveMeasure]:
    """A report that became a measure, whose content has had a second edition since."""
    row = makers.deposit(makers.acting(Role.WARDEN), text)
    row, _ = deposits.open_one(house.chief, row.uid.hex, house.keys, at=AT)
    shell = dict(code="Å-900", area=Area.PHYSICAL, kind=MeasureKind.ROUTINE, function="X", due_on=makers.TODAY)
    none = SecrecyClass.NONE
    made = reports.from_report(house.chief, row.uid.hex, shell, none, row.version, house.keys, at=AT)
    said = cores.Content({"title": "Nytt", "what": text}, none)
    cores.write(house.chief, made.uid.hex, said, 1, at=AT)
    return Deposit.get_by_id(row.id), made


def said_now(house: House) -> set[bytes | None]:
    """All that anything sealed says."""
    found: set[bytes | None] = set()
    for kind, names in ((Deposit, ["body"]), (MeasureCore, ["title", "what"])):
        for texts in sealed.open_rows(house.chief, list(kind.select()), names, house.keys, at=AT).values():
            found |= set(texts.values())
    return found


def test_the_words_of_a_report_are_destroyed_wherever_they_stand(house: House) -> None:
    report, _ = turned(house)
    beside = destroying.beside(report)
    assert [(type(row), row.edition) for row in beside] == [(MeasureCore, 1), (MeasureCore, 2)]
    before = ledger.count_of_entries()
    deposits.quarantine(house.chief, report.uid.hex, report.version, [row.uid.hex for row in beside], at=AT)
    assert ledger.count_of_entries() == before + 1, "one act"
    assert said_now(house) == {b""}
    assert {row.destroyed_on for row in MeasureCore.select()} == {makers.TODAY}
    assert not destroying.beside(Deposit.get_by_id(report.id))


def test_an_edition_knows_its_others_and_the_report(house: House) -> None:
    report, _ = turned(house)
    first = MeasureCore.get(MeasureCore.edition == 1)
    assert {row.uid for row in destroying.beside(first)} == {MeasureCore.get(MeasureCore.edition == 2).uid, report.uid}
    destroying.destroy(house.chief, MeasureCore, first.uid.hex, first.version, [report.uid.hex], at=AT)
    assert "Får inte finnas här".encode() in said_now(house), "what was unticked is left"
    assert Deposit.get_by_id(report.id).state is deposits.DepositState.QUARANTINED
    stranger = makers.deposit(house.chief, "En annan")
    destroying.destroy(house.chief, Deposit, report.uid.hex, report.version + 1, [stranger.uid.hex], at=AT)
    assert b"En annan" in said_now(house), "what does not belong to it is not destroyed"


def test_after_a_destroyed_edition_a_new_one_is_written(house: House) -> None:
    row = house.write(content())
    destroying.destroy(house.chief, MeasureCore, row.uid.hex, row.version, at=AT)
    assert cores.titles(house.chief, [house.measure], house.keys, at=AT) == {house.measure.id: ""}
    house.write(content(title="Nytt"), 1)
    assert cores.titles(house.chief, [house.measure], house.keys, at=AT) == {house.measure.id: "Nytt"}
    assert ledger.verify(RECORDS, [house.public]).broken is None
