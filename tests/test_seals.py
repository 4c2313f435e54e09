"""Whoever writes the database and has no secret of the host signs in as nobody: forged rows are as if not there."""

import datetime as dt
import hashlib
import json
import logging
from typing import Any

import pytest

from models.database import housekeeping
from models.people import OneTimeLink, Person, Session
from models.words import Role
from tests import makers
from tests.makers import AT
from tracker.acts import people
from tracker.laws import links, sessions
from tracker.seals import Seal
from tracker.spine.errors import Invalid

NOW = AT.replace(tzinfo=None)
KNOWN = "a token that the forger chose"
DIGEST = hashlib.sha256(KNOWN.encode()).hexdigest()
FORGED = "f" * 64


@pytest.fixture
def chief(database: Any) -> Person:
    makers.use_key()
    return makers.came_in(makers.person("Eva", Role.CHIEF))


@pytest.fixture
def forger(chief: Person) -> Person:
    return makers.came_in(makers.person("Dan"))


def write(row: Session | OneTimeLink, **values: Any) -> None:
    """As somebody does who has the database and nothing else."""
    with housekeeping(type(row)):
        type(row).update(values).where(type(row).id == row.id).execute()


def insert(model: Any, **values: Any) -> None:
    with housekeeping(model):
        model.insert(values).execute()


# Sessions


def test_a_session_moved_to_another_person_is_none(chief: Person, forger: Person) -> None:
    token, row = sessions.start(forger.id, AT)
    write(row, person=chief.id)
    assert sessions.find(token, AT) is None and not sessions.of(chief.id, AT)
    write(row, person=forger.id)
    assert sessions.find(token, AT)


def test_a_copied_session_of_another_person_is_none(chief: Person, forger: Person) -> None:
    _, row = sessions.start(forger.id, AT)
    copied = {name: value for name, value in row.__data__.items() if name != "id"}
    insert(Session, **copied | {"person": chief.id, "token": DIGEST})
    assert sessions.find(KNOWN, AT) is None


@pytest.mark.parametrize("seal", ["", FORGED, hashlib.sha256(DIGEST.encode()).hexdigest()])
def test_a_session_made_by_hand_is_none(chief: Person, seal: str) -> None:
    insert(Session, token=DIGEST, person=chief.id, started_at=NOW, seen_at=NOW, seal=seal)
    assert sessions.find(KNOWN, AT) is None


def test_a_session_does_not_begin_anew(forger: Person) -> None:
    token, row = sessions.start(forger.id, AT)
    write(row, started_at=NOW + dt.timedelta(hours=9), seen_at=NOW + dt.timedelta(hours=9))
    assert sessions.find(token, AT + dt.timedelta(hours=9)) is None


def test_a_person_of_another_database_is_another(forger: Person, chief: Person) -> None:
    """A number means somebody else there, so the seal names who it is."""
    token, row = sessions.start(forger.id, AT)
    assert row.seal not in (
        sessions._seal.of(row.token, str(who), row.started_at) for who in (forger.id, chief.id, chief.uid.hex)
    )
    assert row.seal == sessions._seal.of(row.token, forger.uid.hex, row.started_at)
    assert sessions.find(token, AT)


def test_hosts_with_one_secret_know_each_others_sessions(forger: Person) -> None:
    sessions.use_secret(b"the secret of two hosts")
    token, _ = sessions.start(forger.id, AT)
    sessions.use_secret(b"the secret of a stranger")
    assert sessions.find(token, AT) is None
    sessions.use_secret(b"the secret of two hosts")
    assert sessions.find(token, AT)


# One-time links


def void(token: str) -> None:
    with pytest.raises(links.Void):
        people.link_for(token, AT)


def test_a_link_moved_to_another_person_is_void(chief: Person, forger: Person) -> None:
    token = links.make(forger.id, links.Purpose.RESET, None, AT)
    write(OneTimeLink.get(OneTimeLink.person == forger.id, OneTimeLink.used_at.is_null()), person=chief.id)
    void(token)


@pytest.mark.parametrize("seal", ["", FORGED])
def test_a_link_made_by_hand_is_void(chief: Person, seal: str) -> None:
    insert(
        OneTimeLink, token=DIGEST, person=chief.id, purpose="reset", needs_second=False,
        expires_at=NOW + dt.timedelta(hours=1), seal=seal,
    )  # fmt: skip
    void(KNOWN)


@pytest.mark.parametrize(
    "changed",
    [
        {"needs_second": False},
        {"confirmed_by": 1},
        {"needs_second": False, "requested_by": None},
        {"token": DIGEST, "confirmed_by": 1},
    ],
    ids=lambda changed: ", ".join(changed),
)
def test_a_second_person_is_not_written_in_by_hand(
    chief: Person, forger: Person, changed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the forger even learnt the token."""
    monkeypatch.setattr(links, "_token", lambda: KNOWN)
    links.ask(chief.id, links.Purpose.RESET, forger.id, AT)
    write(OneTimeLink.get(OneTimeLink.needs_second), **changed)
    void(KNOWN)
    assert links.asked(chief.id, AT) is None


def test_nobody_confirms_what_somebody_else_never_asked_for(chief: Person, forger: Person) -> None:
    accomplice = makers.actor(makers.person("Ada", Role.ADMIN))
    links.ask(chief.id, links.Purpose.RESET, accomplice.id or 0, AT)
    write(OneTimeLink.get(OneTimeLink.needs_second), requested_by=forger.id)
    with pytest.raises(Invalid) as error:
        people.confirm_link(accomplice, chief, at=AT)
    assert "Nothing waits" in error.value.problems[0].message.msgid


def test_a_link_lasts_as_long_as_it_was_made_for(forger: Person) -> None:
    token = links.make(forger.id, links.Purpose.RESET, None, AT)
    write(OneTimeLink.get(OneTimeLink.used_at.is_null()), expires_at=NOW + dt.timedelta(days=365))
    void(token)


def test_what_was_confirmed_opens(chief: Person, forger: Person) -> None:
    links.ask(forger.id, links.Purpose.RESET, chief.id, AT)
    one = makers.actor(makers.person("Ada", Role.ADMIN))
    assert people.link_for(people.confirm_link(one, forger, at=AT), AT).id == forger.id


# What a seal is


def test_a_broken_seal_is_one_line_that_tells_no_secret(chief: Person, caplog: pytest.LogCaptureFixture) -> None:
    insert(Session, token=DIGEST, person=chief.id, started_at=NOW, seen_at=NOW, seal=FORGED)
    with caplog.at_level(logging.INFO, "varna"):
        assert sessions.find(KNOWN, AT) is None
    (line,) = [json.loads(record.message) for record in caplog.records]
    assert line.pop("at") and line == {
        "event": "the seal does not hold", "seal": "varna/session/v1", "row": Session.get().id,
    }  # fmt: skip


def test_no_two_lists_of_parts_have_one_seal() -> None:
    one, other = Seal("one"), Seal("other")
    for seal in (one, other):
        seal.use_secret(b"a secret")
    lists = [("ab", "c"), ("a", "bc"), ("abc",), ("1",), (1,), (True,), (None,), ("None",), (NOW,), (str(NOW),)]
    assert len({one.of(*parts) for parts in lists} | {other.of(*parts) for parts in lists}) == 2 * len(lists)
