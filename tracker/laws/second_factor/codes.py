"""Codes of an app (TOTP, RFC 6238): six digits, anew each half minute, each taken once.

The secret is encrypted with AES-256-GCM, under a key that HKDF derives from the host's pepper and that is in no
database, and bound to the person and the row: moved to another it does not open.
"""

import base64
import binascii
import datetime as dt
import hmac
import secrets
import uuid

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.people import Person
from models.second_factor import CodeApp
from tracker.laws.second_factor.tickets import Ticket
from tracker.seals import Seal

STEP = 30  # seconds
NONCE = 12  # bytes
LABEL = b"varna/code-app/secret/v1"

_seal = Seal("varna/code-app/v1")
_begun = Ticket("varna/new-code-app/v1", dt.timedelta(minutes=15))
_cipher: list[AESGCM] = []


def use_secrets(secret: bytes, pepper: bytes) -> None:
    """Seals and encrypts from now on with these of the host's."""
    _seal.use_secret(secret)
    _begun.use_secret(secret)
    _cipher[:] = [AESGCM(HKDF(SHA256(), length=32, salt=None, info=LABEL).derive(pepper))]


def new_secret() -> str:
    """160 random bits in base32, as apps take them."""
    return pyotp.random_base32(32)


def address(secret: str, person: Person, issuer: str) -> str:
    """The `otpauth:` address that an app reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=issuer)


def begin(secret: str, person: Person, at: dt.datetime) -> str:
    """A ticket with a secret, encrypted for the row that it will lie in, until an app has shown a right code."""
    row = uuid.uuid4().hex
    return _begun.make(f"{row}:{locked(secret, person, row)}", at, person.uid.hex)


def begun(ticket: str, person: Person, at: dt.datetime) -> tuple[CodeApp, str] | None:
    """The row that a ticket is for, and its secret in the clear; None when the ticket does not hold."""
    row, _, stored = (_begun.read(ticket, at, person.uid.hex) or "").partition(":")
    secret = opened(stored, person, row)
    return (CodeApp(uid=uuid.UUID(row), person=person, secret=stored), secret) if secret else None


def locked(secret: str, person: Person, row: str) -> str:
    """A secret as it may be stored in the row of this uid (hex)."""
    nonce = secrets.token_bytes(NONCE)
    return base64.b64encode(nonce + _cipher[0].encrypt(nonce, secret.encode(), _bound(person, row))).decode()


def opened(stored: str, person: Person, row: str) -> str | None:
    """The secret; None when it was not locked here, for this person and row."""
    try:
        raw = base64.b64decode(stored, validate=True)
        return _cipher[0].decrypt(raw[:NONCE], raw[NONCE:], _bound(person, row)).decode()
    except (InvalidTag, ValueError, binascii.Error):
        return None


def step_of(secret: str, code: str, at: dt.datetime) -> int | None:
    """The half minute that `code` belongs to: this one, the one before or the one after."""
    now, generator = int(at.timestamp()) // STEP, pyotp.HOTP(secret)
    for step in (now, now - 1, now + 1):
        if hmac.compare_digest(generator.at(step).encode(), code.encode("utf-8", "surrogatepass")):
            return step
    return None


def of(person: Person) -> list[CodeApp]:
    """The person's apps whose seal holds, oldest first."""
    theirs = (CodeApp.person == person.id) & CodeApp.removed_at.is_null()
    rows = CodeApp.select().where(theirs).order_by(CodeApp.id)
    return [row for row in rows if _seal.holds(row.seal or "", *_sealed(row, person), row=row.id)]


def seal(row: CodeApp, person: Person) -> CodeApp:
    """The row, sealed as it now is."""
    row.seal = _seal.of(*_sealed(row, person))
    return row


def _sealed(row: CodeApp, person: Person) -> tuple[object, ...]:
    """What the seal covers: all but the name. The person by uid: a number means somebody else elsewhere."""
    when = (CodeApp.added_at.canonical(row.added_at), CodeApp.removed_at.canonical(row.removed_at))
    return row.uid.hex, person.uid.hex, row.secret, row.step, *when


def _bound(person: Person, row: str) -> bytes:
    """Two uids of 32 signs each, so no two pairs look alike."""
    return b"|".join((LABEL, person.uid.hex.encode(), row.encode()))
