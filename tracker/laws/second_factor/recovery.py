"""Recovery codes: ten at a time, shown once, each good for one time when the phone or the key is lost.

Only a keyed hash is kept, bound to person and row: whoever has the database can neither try codes nor write one in.
"""

import datetime as dt
import hmac
import secrets

from models.people import Person
from models.second_factor import RecoveryCode
from tracker.seals import Seal

COUNT = 10
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another
LENGTH = 12  # signs: 59 bits

_seal = Seal("varna/recovery-code/v1")
use_secret = _seal.use_secret


def new() -> list[str]:
    """Ten codes, such as 7f3k-q2mb-xh9d."""
    return [_in_groups("".join(secrets.choice(SIGNS) for _ in range(LENGTH))) for _ in range(COUNT)]


def digest(code: str, person: Person, row: RecoveryCode) -> str:
    """What is kept of a code, however it is written."""
    return _seal.of(plain(code), person.uid.hex, row.uid.hex)


def unspent(person: Person) -> list[RecoveryCode]:
    theirs = (RecoveryCode.person == person.id) & (RecoveryCode.digest != "")
    return list(RecoveryCode.select().where(theirs).order_by(RecoveryCode.id))


def found(code: str, person: Person) -> RecoveryCode | None:
    """The unspent row of a code; all are looked at, whichever it is."""
    rows = [row for row in unspent(person) if hmac.compare_digest(row.digest.encode(), _octets(code, person, row))]
    return rows[0] if rows else None


def spend(row: RecoveryCode, at: dt.datetime) -> RecoveryCode:
    """The row without its hash: no writing of `spent_at` brings it back."""
    row.digest, row.spent_at = "", at
    return row


def plain(code: str) -> str:
    """A code without what people write between its signs."""
    return "".join(sign for sign in code.casefold() if sign.isalnum())


def _octets(code: str, person: Person, row: RecoveryCode) -> bytes:
    return digest(code, person, row).encode()


def _in_groups(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))
