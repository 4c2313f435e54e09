"""Passwords: what is stored, what matches, what it costs, and what is refused from the start."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.laws import passwords
from tracker.laws.passwords import COST, FLOOR, Cost

CHEAP = Cost(64, 1, 1)
PEPPER = b"the pepper of a test, of 32 bytes"
PASSWORD = "fyra ord i en rad"


@given(password=st.text(min_size=1, max_size=60))
@settings(max_examples=30, deadline=None)
def test_what_was_stored_matches_only_itself(password: str) -> None:
    stored = passwords.hashed(password, PEPPER, CHEAP)
    assert passwords.matches(password, stored, PEPPER, CHEAP)
    assert not passwords.matches(password + "x", stored, PEPPER, CHEAP)


def test_another_pepper_opens_nothing() -> None:
    stored = passwords.hashed(PASSWORD, PEPPER, CHEAP)
    assert not passwords.matches(PASSWORD, stored, PEPPER[::-1], CHEAP)


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.hashed(PASSWORD, PEPPER, CHEAP) != passwords.hashed(PASSWORD, PEPPER, CHEAP)


def test_letters_typed_as_one_sign_or_two_are_the_same() -> None:
    stored = passwords.hashed("sm\u00e5 gr\u00f6na b\u00e5tar", PEPPER, CHEAP)
    assert passwords.matches("sma\u030a gro\u0308na ba\u030atar", stored, PEPPER, CHEAP)


def test_the_real_cost_is_what_is_written() -> None:
    stored = passwords.hashed(PASSWORD, PEPPER)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert len(stored) <= 300
    assert passwords.matches(PASSWORD, stored, PEPPER)
    assert not passwords.needs_rehash(stored)


def test_a_hash_cheaper_than_the_floor_is_not_ours() -> None:
    planted = passwords.hashed(PASSWORD, PEPPER, CHEAP)
    assert not passwords.matches(PASSWORD, planted, PEPPER)
    assert passwords.needs_rehash(planted)
    assert passwords.matches(PASSWORD, passwords.hashed(PASSWORD, PEPPER, FLOOR), PEPPER), "the floor itself is ours"


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "plain",
        "$argon2id$v=19$m=99999999,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$" + "A" * 43,
        "$argon2i$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$" + "A" * 43,
        "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$" + "A" * 43 + "\n",
    ],
)
def test_what_is_not_ours_never_matches(stored: str) -> None:
    assert not passwords.matches(PASSWORD, stored, PEPPER, CHEAP)


def test_nothing_stored_costs_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    derived = []
    monkeypatch.setattr(passwords, "hashed", lambda *given: derived.append(given))
    assert not passwords.matches(PASSWORD, None, PEPPER)
    assert derived == [(PASSWORD, PEPPER, COST)]


def test_at_most_two_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    inside, leave = threading.Barrier(3), threading.Event()

    def hold() -> None:
        with passwords._turn():
            inside.wait()
            leave.wait()

    holders = [threading.Thread(target=hold) for _ in range(2)]
    for holder in holders:
        holder.start()
    inside.wait()
    with pytest.raises(passwords.Busy):
        passwords.hashed(PASSWORD, PEPPER, CHEAP)
    leave.set()
    for holder in holders:
        holder.join()
    assert passwords.hashed(PASSWORD, PEPPER, CHEAP)


@pytest.mark.parametrize(
    "password",
    [
        "kort lösen",
        "x" * 257,
        "aaaaaaaaaaaaaa",
        "Lösenord2026!",
        "password12345",
        "123456789012",
        "Sommar-Sommar-26",
        "Anna.Berg@kommun.se",
    ],
)
def test_weak_passwords_are_refused_with_a_sentence(password: str) -> None:
    assert passwords.weakness(password, "anna.berg@kommun.se") is not None


@pytest.mark.parametrize("password", [PASSWORD, "x7#Qm2!vLp9z", "lösenord till katten Murre"])
def test_good_passwords_pass(password: str) -> None:
    assert passwords.weakness(password, "anna.berg@kommun.se") is None
