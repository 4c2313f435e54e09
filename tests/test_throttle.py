"""Throttling: guesses slow down, for accounts that exist and for those that do not, whatever restarts."""

import datetime as dt
import threading
from typing import Any

import pytest

from models.database import connect_to, connection
from models.people import Throttle
from tracker.laws import throttle
from tracker.laws.throttle import ACCOUNT, BUSY, FORGETS_ONE_IN, Keys

AT = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
SECRET = b"a test's secret"
ANNA = throttle.keys("anna@kommun.se", "192.0.2.1", SECRET)


def waits(keys: Keys, at: dt.datetime) -> int:
    """Seconds asked to wait, or 0 for an attempt that was let through and counted."""
    try:
        throttle.attempt(keys, at)
    except throttle.Wait as wait:
        return wait.seconds
    return 0


def test_the_first_attempts_are_free_then_each_wait_doubles(database: Any) -> None:
    at = AT
    for _ in range(ACCOUNT.free):
        assert waits(ANNA, at) == 0
    found = []
    for _ in range(5):
        found.append(waits(ANNA, at))
        at += found[-1] * SECOND
        assert waits(ANNA, at) == 0
    assert found == [1, 2, 4, 8, 16]


def test_the_wait_never_exceeds_its_longest() -> None:
    assert ACCOUNT.wait(10_000) == ACCOUNT.longest


def test_asking_while_waiting_makes_it_no_longer(database: Any) -> None:
    for _ in range(ACCOUNT.free + 1):
        waits(ANNA, AT)
    before = Throttle.get(Throttle.key == ANNA.account).failures
    for _ in range(20):
        assert waits(ANNA, AT) > 0
    assert Throttle.get(Throttle.key == ANNA.account).failures == before


def test_success_clears_the_account_and_gives_the_address_its_attempt_back(database: Any) -> None:
    for _ in range(3):
        waits(ANNA, AT)
    throttle.succeeded(ANNA, AT)
    assert Throttle.get_or_none(Throttle.key == ANNA.account) is None
    assert Throttle.get(Throttle.key == ANNA.address).failures == 2


def busy(address: str = "192.0.2.9", failures: int = BUSY, at: dt.datetime = AT) -> None:
    """Makes an address one from which many accounts were tried."""
    for number in range(failures):
        assert waits(throttle.keys(f"{number}@kommun.se", address, SECRET), at) == 0


@pytest.mark.parametrize("name", ["bo@kommun.se", "nobody@kommun.se"])
def test_from_a_busy_address_whoever_knows_the_password_comes_in_at_once(database: Any, name: str) -> None:
    """One free attempt is left to each account, whether it exists or not; others elsewhere have all five."""
    busy()
    here, elsewhere = (throttle.keys(name, address, SECRET) for address in ("192.0.2.9", "192.0.2.10"))
    assert [waits(here, AT) for _ in range(3)] == [0, 1, 1]
    assert waits(elsewhere, AT) == 0
    throttle.succeeded(here, AT)
    assert waits(here, AT) == 0


def test_a_calm_address_leaves_five(database: Any) -> None:
    busy(failures=BUSY - ACCOUNT.free - 1)
    here = throttle.keys("bo@kommun.se", "192.0.2.9", SECRET)
    assert [waits(here, AT) for _ in range(ACCOUNT.free + 1)] == [0] * ACCOUNT.free + [1]


def test_an_address_forgets_one_by_one_also_while_some_go_on(database: Any) -> None:
    busy(failures=3)
    here = throttle.keys("bo@kommun.se", "192.0.2.9", SECRET)
    kept = []
    for number in range(1, 6):
        waits(here, AT + number * FORGETS_ONE_IN * 0.75)
        kept.append(Throttle.get(Throttle.key == here.address).failures)
    assert kept == [4, 4, 4, 4, 5], "a failure more each time; four were forgotten at 1, 2, 3 steps"
    assert throttle._cooled(Throttle.get(Throttle.key == here.address), (AT + DAY).replace(tzinfo=None))[0] == 0


def test_an_account_tried_from_many_addresses_waits(database: Any) -> None:
    for number in range(ACCOUNT.free):
        assert waits(throttle.keys("anna@kommun.se", f"192.0.2.{number}", SECRET), AT) == 0
    assert waits(throttle.keys(" ANNA@kommun.se", "198.51.100.1", SECRET), AT) > 0


def test_it_survives_a_restart(database: Any, database_url: str) -> None:
    for _ in range(ACCOUNT.free):
        waits(ANNA, AT)
    connect_to(database_url)
    with connection():
        assert waits(ANNA, AT) > 0


def test_after_a_day_all_is_forgotten(database: Any) -> None:
    for _ in range(ACCOUNT.free):
        waits(ANNA, AT)
    assert waits(ANNA, AT + ACCOUNT.forgets) == 0
    assert throttle.sweep(AT + 3 * ACCOUNT.forgets) == 2
    assert not Throttle.select().exists()


def test_neither_address_nor_account_can_be_read(database: Any) -> None:
    waits(ANNA, AT)
    assert all(len(row.key) == 64 and "anna" not in row.key for row in Throttle.select())
    assert throttle.keys("anna@kommun.se", "192.0.2.1", b"another").account != ANNA.account


def test_many_at_once_are_no_better_than_one_by_one(database: Any) -> None:
    let_through: list[int] = []

    def guess() -> None:
        with connection():
            let_through.append(waits(ANNA, AT) == 0)

    guessers = [threading.Thread(target=guess) for _ in range(4 * ACCOUNT.free)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    assert sum(let_through) == ACCOUNT.free
