"""Passkeys (WebAuthn level 2): a device signs the host's challenge with a key that never leaves it.

A device that counts backwards is refused: somebody may have copied it. The library `webauthn` does the verification.
"""

import datetime as dt
import secrets

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from models.people import Person
from models.second_factor import Passkey
from tracker.laws.second_factor import challenges
from tracker.laws.second_factor.challenges import LASTS, Challenge, Site, Wrong
from tracker.seals import Seal

LONGEST = 20_000  # characters of an answer
ROOM = 1400  # characters of a key or its name: more than any is

_seal = Seal("varna/passkey/v1")
use_secret = _seal.use_secret


def of(person: Person, host: str | None = None) -> list[Passkey]:
    """The person's passkeys whose seal holds, of one host or of all, oldest first."""
    theirs = (Passkey.person == person.id) & Passkey.removed_at.is_null()
    rows = Passkey.select().where(theirs).order_by(Passkey.id)
    whole = [row for row in rows if _seal.holds(row.seal or "", *_sealed(row, person), row=row.id)]
    return [row for row in whole if host in (None, row.host)]


def seal(row: Passkey, person: Person) -> Passkey:
    """The row, sealed as it now is."""
    row.seal = _seal.of(*_sealed(row, person))
    return row


def to_add(person: Person, site: Site, at: dt.datetime) -> Challenge:
    """Asks a device for a new key, unless it has one already."""
    challenge = secrets.token_bytes(32)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="Värna",
        user_id=person.uid.bytes,
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge,
        timeout=_milliseconds(LASTS),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_named(of(person, site.host)),
    )
    return Challenge(options_to_json(options), challenges.made_out(challenge, person, "add", site, at))


def added(answer: str, ticket: str, person: Person, site: Site, at: dt.datetime) -> Passkey:
    """The new key as a row to be named, dated and sealed. Raises Wrong and TooOld."""
    challenge = challenges.asked(ticket, person, "add", site, at)
    try:
        made = verify_registration_response(
            credential=answer[:LONGEST],
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Wrong from error
    challenges.spend(challenge, at)
    credential, key = bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key)
    if max(len(credential), len(key)) > ROOM or Passkey.select().where(Passkey.credential == credential).exists():
        raise Wrong
    return Passkey(person=person, host=site.host, credential=credential, public_key=key, counter=str(made.sign_count))


def to_use(person: Person, site: Site, at: dt.datetime) -> Challenge | None:
    """Asks for one of the person's passkeys of this host; None when they have none here."""
    rows = of(person, site.host)
    if not rows:
        return None
    challenge = secrets.token_bytes(32)
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=_milliseconds(LASTS),
        allow_credentials=_named(rows),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Challenge(options_to_json(options), challenges.made_out(challenge, person, "use", site, at))


def used(answer: str, ticket: str, person: Person, site: Site, at: dt.datetime) -> Passkey:
    """The passkey that answered, with its new count, to be saved. Raises Wrong and TooOld."""
    challenge = challenges.asked(ticket, person, "use", site, at)
    for row in of(person, site.host):
        if (count := _count(answer[:LONGEST], challenge, row, site)) is not None:
            challenges.spend(challenge, at)
            row.counter = str(count)
            return seal(row, person)
    raise Wrong


def _count(answer: str, challenge: bytes, row: Passkey, site: Site) -> int | None:
    """How far the device has counted; None when this key did not give the answer."""
    try:
        proven = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=int(row.counter),
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, RecursionError):
        return None
    return proven.new_sign_count if bytes_to_base64url(proven.credential_id) == row.credential else None


def _named(rows: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential)) for row in rows]


def _milliseconds(span: dt.timedelta) -> int:
    return span // dt.timedelta(milliseconds=1)


def _sealed(row: Passkey, person: Person) -> tuple[object, ...]:
    """What the seal covers: all but the name. The person by uid: a number means somebody else elsewhere."""
    when = (Passkey.added_at.canonical(row.added_at), Passkey.removed_at.canonical(row.removed_at))
    return row.uid.hex, person.uid.hex, row.host, row.credential, row.public_key, row.counter, *when
