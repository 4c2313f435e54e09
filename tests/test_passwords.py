"""Passwords: what is stored, what matches, what it costs, and what is refused from the start."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import stretching
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


def test_passwords_and_passphrases_take_turns() -> None:
    """Two at once wait for each other's lanes for ever: whoever waits too long is told, and goes on afterwards."""
    with stretching.turn(), pytest.raises(stretching.Busy), stretching.turn(0.01):
        pass
    assert passwords.hashed(PASSWORD, PEPPER, CHEAP)


def test_many_at_once_all_come_to_an_end() -> None:
    """Run in a process of its own, for what hangs there can only be ended with it."""
    program = (
        "import threading\nfrom tracker.laws import passwords\nfrom tracker.laws.vault import wraps\n"
        "context = wraps.Context(bytes(16), 'x', 'x')\n"
        "def some():\n"
        "    for _ in range(4):\n"
        "        passwords.hashed('fyra ord i en rad', b'x' * 32, passwords.Cost(8192, 2, 4))\n"
        "        wraps.wrap(bytes(32), 'ord', b'x' * 32, context, wraps.Cost(8192, 2, 2))\n"
        "threads = [threading.Thread(target=some) for _ in range(4)]\n"
        "[one.start() for one in threads], [one.join() for one in threads]\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


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
