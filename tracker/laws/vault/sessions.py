"""An unlocked vault: its keys under a key of three shares (cookie, row, host), so that no one of them opens it.

Ends five minutes after the last use, fifteen after it began, and at once when it is locked: then the row is gone.
"""

import datetime as dt
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from peewee import Expression

from models.database import housekeeping
from models.vault import VaultSession
from tracker.laws.vault.envelopes import CannotOpen
from tracker.laws.vault.holding import Keys
from tracker.octets import joined

IDLE, LONGEST = dt.timedelta(minutes=5), dt.timedelta(minutes=15)
LABEL = b"varna/vault-session/v1"
SHARE, NONCE = 32, 12  # bytes

_host: list[bytes] = []


def use_secret(secret: bytes) -> None:
    """The host's share, from now on."""
    _host[:] = [hashlib.sha256(LABEL + secret).digest()]


def start(person: int, session: str, keys: Keys, at: dt.datetime) -> str:
    """Unlocks for one person in one sign-in (its token's digest); returns the cookie's share, told this once."""
    cookie, share, now = secrets.token_hex(SHARE), secrets.token_hex(SHARE), _utc(at)
    nonce = secrets.token_bytes(NONCE)
    key = _key(cookie, share, person, session, now)
    wrapped = nonce + AESGCM(key).encrypt(nonce, keys.octets(), LABEL)
    with housekeeping(VaultSession):
        VaultSession.delete().where((VaultSession.person == person) | _lapsed(now)).execute()
        VaultSession.create(
            token=_digest(cookie, session),
            person=person,
            share=share,
            wrapped=wrapped.hex(),
            started_at=now,
            seen_at=now,
        )
    return cookie


def find(cookie: str, person: int, session: str, at: dt.datetime) -> VaultSession | None:
    """The person's unlocked vault, if it is still so in this sign-in (its token's digest)."""
    living = (VaultSession.token == _digest(cookie, session)) & (VaultSession.person == person) & ~_lapsed(_utc(at))
    return VaultSession.select().where(living).first()


def until(row: VaultSession) -> dt.datetime:
    """When it locks by itself if nothing more is done."""
    return min(row.seen_at + IDLE, row.started_at + LONGEST).replace(tzinfo=dt.UTC)


def keys_of(row: VaultSession, cookie: str, session: str, at: dt.datetime) -> Keys:
    """The keys of an unlocked vault; puts off the idle limit. Raises CannotOpen."""
    try:
        raw = bytes.fromhex(row.wrapped)
        key = _key(cookie, row.share, row.person, session, row.started_at)
        keys = Keys.of(AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], LABEL))
    except (InvalidTag, ValueError):
        raise CannotOpen from None
    with housekeeping(VaultSession):
        VaultSession.update(seen_at=_utc(at)).where(VaultSession.id == row.id).execute()
    return keys


def end(person: int) -> None:
    """Locks: the row is gone, and with it the keys."""
    with housekeeping(VaultSession):
        VaultSession.delete().where(VaultSession.person == person).execute()


def end_all() -> None:
    """Locks everybody's."""
    with housekeeping(VaultSession):
        VaultSession.delete().execute()


def sweep(at: dt.datetime) -> None:
    """Takes away what has lapsed."""
    with housekeeping(VaultSession):
        VaultSession.delete().where(_lapsed(_utc(at))).execute()


def _key(cookie: str, share: str, person: int, session: str, started: dt.datetime) -> bytes:
    """Out of the three shares; bound to whose it is, in which sign-in, and since when."""
    material = joined((bytes.fromhex(cookie), bytes.fromhex(share), _host[0]))
    told = joined((LABEL, str(person).encode(), session.encode(), started.isoformat(timespec="microseconds").encode()))
    return HKDF(SHA256(), length=32, salt=None, info=told).derive(material)


def _lapsed(now: dt.datetime) -> Expression:
    return (VaultSession.seen_at <= now - IDLE) | (VaultSession.started_at <= now - LONGEST)


def _digest(cookie: str, session: str) -> str:
    """By what a row is found: only the cookie in the sign-in in which the vault was opened leads to it."""
    return hashlib.sha256(joined((cookie.encode("utf-8", "surrogatepass"), session.encode()))).hexdigest()


def _utc(at: dt.datetime) -> dt.datetime:
    """As the column keeps it: UTC without zone."""
    return at.astimezone(dt.UTC).replace(tzinfo=None)
