"""The law of guessing: each failed attempt makes the next wait longer, per account; sooner from a busy address.

A town hall is one address. So no address is ever shut: from one where many attempts failed, an account has one free
attempt instead of five, which is enough for whoever knows the password and too few for whoever tries many accounts.

Attempts are counted before they are tried, so that a hundred at once are no better than one. The counts lie in the
database: all hosts share them and a restart forgets nothing. Keys are keyed digests, for people type passwords where
their e-mail address should be.
"""

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass, replace

from models.database import housekeeping
from models.people import Throttle

NONE = dt.timedelta(0)


@dataclass(frozen=True)
class Limit:
    """So many attempts without waiting; then 1, 2, 4 … seconds up to `longest`. All forgotten after `forgets`."""

    free: int
    longest: dt.timedelta
    forgets: dt.timedelta

    def wait(self, failures: int) -> dt.timedelta:
        """How long after the latest of `failures` the next attempt may come."""
        if failures < self.free:
            return NONE
        return min(dt.timedelta(seconds=2 ** min(failures - self.free, 20)), self.longest)


ACCOUNT = Limit(free=5, longest=dt.timedelta(minutes=5), forgets=dt.timedelta(days=1))
FROM_A_BUSY_ADDRESS = replace(ACCOUNT, free=1)
BUSY = 100  # failed attempts that an address has not forgotten
FORGETS_ONE_IN = dt.timedelta(seconds=20)


@dataclass(frozen=True)
class Keys:
    """What an attempt is counted against."""

    account: str
    address: str


class Wait(Exception):
    """Too many attempts: the next may come in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Wait {seconds} s.")
        self.seconds = seconds


def keys(account: str, address: str, secret: bytes) -> Keys:
    return Keys(_key("account", account.strip().casefold(), secret), _key("address", address, secret))


def attempt(keys: Keys, at: dt.datetime) -> None:
    """Counts an attempt about to be made. Raises Wait, and counts nothing, if it comes too early."""
    now = _utc(at)
    with housekeeping(Throttle):
        account, address = _locked(keys.account, now), _locked(keys.address, now)
        failures, (others, since) = _remembered(account, now), _cooled(address, now)
        limit = ACCOUNT if others < BUSY else FROM_A_BUSY_ADDRESS
        pause = limit.wait(failures)
        wait = account.last_at + pause - now
        if pause and wait > NONE:  # without a pause it is only that two instants came in the wrong order
            raise Wait(max(1, int(wait.total_seconds())))
        _count(account, failures + 1, now)
        _count(address, others + 1, since)


def succeeded(keys: Keys, at: dt.datetime) -> None:
    """Forgets the account's failures, and takes back this attempt from the address's."""
    with housekeeping(Throttle):
        Throttle.delete().where(Throttle.key == keys.account).execute()
        Throttle.update(failures=Throttle.failures - 1).where(
            (Throttle.key == keys.address) & (Throttle.failures > 0)
        ).execute()


def sweep(at: dt.datetime) -> int:
    """Takes away what is forgotten anyway; returns how many rows."""
    with housekeeping(Throttle):
        return Throttle.delete().where(Throttle.last_at < _utc(at) - ACCOUNT.forgets).execute()


def _locked(key: str, now: dt.datetime) -> Throttle:
    """The key's row, locked until the door closes; new if need be."""
    Throttle.insert(key=key, failures=0, last_at=now).on_conflict(
        conflict_target=(Throttle.key,), update={Throttle.failures: Throttle.failures}
    ).execute()
    return Throttle.get(Throttle.key == key)


def _remembered(row: Throttle, now: dt.datetime) -> int:
    return row.failures if now - row.last_at < ACCOUNT.forgets else 0


def _cooled(row: Throttle, now: dt.datetime) -> tuple[int, dt.datetime]:
    """An address's failures that are not forgotten one by one, and since when the next is being forgotten."""
    gone = max(0, (now - row.last_at) // FORGETS_ONE_IN)
    if gone >= row.failures:
        return 0, now
    return row.failures - gone, row.last_at + gone * FORGETS_ONE_IN


def _count(row: Throttle, failures: int, at: dt.datetime) -> None:
    Throttle.update(failures=failures, last_at=at).where(Throttle.id == row.id).execute()


def _key(kind: str, value: str, secret: bytes) -> str:
    return hmac.new(
        secret, f"varna/throttle/v1|{kind}|{value}".encode("utf-8", "surrogatepass"), hashlib.sha256
    ).hexdigest()


def _utc(at: dt.datetime) -> dt.datetime:
    """As the column keeps it: UTC without zone."""
    return at.astimezone(dt.UTC).replace(tzinfo=None)
