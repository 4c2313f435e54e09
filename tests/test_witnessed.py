"""Is a row as the newest signed entries about it say? Asked of one row, by somebody who does not verify them all."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from models.common import Unit
from models.happenings import Verb
from models.ledger import Entry, EntryDetail, Head
from models.people import Credential
from tests import makers
from tests.dba import Dba
from tests.makers import AT, OFFICE
from tests.test_ledger import renamed
from tracker.laws import ledger
from tracker.laws.ledger import agreeing, chain


class Place:
    """A unit that got another name, a fixed row before it and some happenings after."""

    def __init__(self, dba: Dba) -> None:
        self.run = dba.run
        makers.use_key()
        self.start = makers.unit("Början")
        self.unit = makers.unit("Skolan")
        makers.unit("Något annat")
        renamed(self.unit, "Nya skolan")
        makers.unit("Ännu något")

    def now(self) -> Unit:
        return Unit.get_by_id(self.unit.id)

    def holds(self, since: bool = True) -> bool:
        return bool(ledger.witnessed([self.now()], self.start if since else None))

    def detail(self) -> EntryDetail:
        return EntryDetail.get((EntryDetail.field == "name") & (EntryDetail.new == '"Nya skolan"'))

    def renamed_back(self) -> None:
        self.run("UPDATE unit SET name = 'Skolan', version = 1 WHERE id = ?", self.unit.id)


@pytest.fixture
def place(database: Any, database_url: str) -> Iterator[Place]:
    agreeing._walks.clear()
    dba = Dba(database_url)
    yield Place(dba)
    dba.connection.close()


def test_a_row_that_nobody_touched_is_witnessed(place: Place) -> None:
    assert place.holds() and place.holds(since=False)
    rows = [*Unit.select(), makers.person("Eva")]
    assert ledger.witnessed(rows, place.start) == {row.uid for row in rows}
    assert ledger.witnessed([], place.start) == set()


def test_what_no_detail_shows_is_committed_to_all_the_same(database: Any) -> None:
    makers.use_key()
    row = Credential(person=makers.person("Eva").id, password="x")
    with ledger.act(OFFICE, Verb.ADDED, row, at=AT) as act:
        act.save(row)
    assert ledger.witnessed([Credential.get_by_id(row.id)])
    row.password = "y"
    assert not ledger.witnessed([row])


def _without_its_entry(place: Place) -> None:
    """The newest name's detail and entry are gone, and those after them moved up, as if it had never been."""
    number = place.detail().entry
    place.renamed_back()
    place.run("DELETE FROM entry_detail WHERE entry = ?", number)
    place.run("DELETE FROM entry WHERE number = ?", number)
    place.run("UPDATE entry SET number = number - 1 WHERE number > ?", number)
    place.run("UPDATE entry_detail SET entry = entry - 1 WHERE entry > ?", number)
    place.run("UPDATE head SET size = size - 1")


def _with_a_harmless_one_instead(place: Place) -> None:
    """In its place stands an entry of the attacker's own, and all after it are chained anew, unsigned."""
    number = place.detail().entry
    place.renamed_back()
    place.run("DELETE FROM entry_detail WHERE entry = ?", number)
    previous = Entry.get_by_id(number - 1).hash
    for entry in Entry.select().where(Entry.number >= number).order_by(Entry.number):
        if entry.number == number:
            entry.record_type = entry.record_uid = ""
            entry.body = chain.canonical({"changes": {}, "others": {}, "facts": {}, "request": ""})
        entry.previous = previous
        previous = chain.hashed(entry)
        place.run(
            "UPDATE entry SET record_type = ?, record_uid = ?, body = ?, previous = ?, hash = ? WHERE number = ?",
            entry.record_type, entry.record_uid, entry.body, entry.previous, previous, entry.number,
        )  # fmt: skip
    place.run("UPDATE head SET hash = ?", previous)
    makers.unit("Ärligt skriven efteråt")


def _without_its_detail(place: Place) -> None:
    place.renamed_back()
    place.run("DELETE FROM entry_detail WHERE entry = ?", place.detail().entry)


def _with_a_newer_detail(place: Place) -> None:
    salt, newest = secrets.token_hex(16), Head.get_by_id(1).size
    place.run("UPDATE unit SET name = 'Min' WHERE id = ?", place.unit.id)
    place.run(
        "INSERT INTO entry_detail (entry, record_type, record_uid, field, commitment, salt, old, new) "
        "VALUES (?, 'unit', ?, 'name', ?, ?, NULL, '\"Min\"')",
        newest, place.unit.uid.hex, chain.commitment(salt, "", '"Min"'), salt,
    )  # fmt: skip


def _with_another_detail(place: Place) -> None:
    detail = place.detail()
    place.run("UPDATE unit SET name = 'Min' WHERE id = ?", place.unit.id)
    named = chain.commitment(detail.salt, detail.old, '"Min"')
    place.run(
        "UPDATE entry_detail SET new = '\"Min\"', commitment = ? WHERE entry = ? AND field = 'name'",
        named, detail.entry,
    )  # fmt: skip


def _with_an_earlier_entry_in_its_place(place: Place) -> None:
    """What the process has found whole under one number is not taken under another."""
    assert place.holds(), "the process remembers what it found"
    first = EntryDetail.get((EntryDetail.field == "name") & (EntryDetail.new == '"Skolan"'))
    number, entry = place.detail().entry, Entry.get_by_id(first.entry)
    place.renamed_back()
    place.run("UPDATE entry SET hash = ? WHERE number = ?", entry.hash, number)
    place.run(
        "UPDATE entry_detail SET old = NULL, new = ?, salt = ?, commitment = ? WHERE entry = ? AND field = 'name'",
        first.new, first.salt, first.commitment, number,
    )  # fmt: skip


def _a_value(column: str, value: Any) -> Callable[[Place], None]:
    return lambda place: place.run(f"UPDATE unit SET {column} = ? WHERE id = ?", value, place.unit.id) and None


ALONE = {
    "another value": _a_value("name", "Min"),
    "an older value": lambda place: place.renamed_back(),
    "another name of the row": _a_value("uid", secrets.token_hex(16)),
    "a newer detail that no entry names": _with_a_newer_detail,
    "another detail, commitment and all": _with_another_detail,
    "an earlier entry in the place of the newest": _with_an_earlier_entry_in_its_place,
}
LOOKED_THROUGH = {
    "the detail is gone": _without_its_detail,
    "the entry is gone": _without_its_entry,
    "another entry stands in its place": _with_a_harmless_one_instead,
}


@pytest.mark.parametrize("name", ALONE)
def test_what_was_altered_is_not_witnessed(place: Place, name: str) -> None:
    ALONE[name](place)
    assert not place.holds(since=False) and not place.holds()


@pytest.mark.parametrize("name", LOOKED_THROUGH)
def test_an_entry_that_took_something_back_is_missed(place: Place, name: str) -> None:
    LOOKED_THROUGH[name](place)
    assert not place.holds()


def test_a_row_that_nobody_wrote_is_not_witnessed(place: Place) -> None:
    place.run("UPDATE entry_detail SET record_uid = ? WHERE record_uid = ?", secrets.token_hex(16), place.unit.uid.hex)
    assert not place.holds(since=False)


def test_an_older_copy_that_was_put_in_place_is_looked_at_anew(place: Place) -> None:
    """Only a checkpoint kept outside tells that the newest entries are gone."""
    assert place.holds()
    number = place.detail().entry
    place.renamed_back()
    place.run("DELETE FROM entry_detail WHERE entry >= ?", number)
    place.run("DELETE FROM entry WHERE number >= ?", number)
    place.run("UPDATE head SET size = ?, hash = ?", number - 1, Entry.get_by_id(number - 1).hash)
    assert place.holds()


def test_each_entry_is_looked_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.holds()
    asked: list[int] = []
    real = chain.flaw
    monkeypatch.setattr(chain, "flaw", lambda entry, *more: asked.append(entry.number) or real(entry, *more))
    assert place.holds() and asked == []
    makers.unit("Nytt")
    assert place.holds() and asked == [ledger.count_of_entries()]
