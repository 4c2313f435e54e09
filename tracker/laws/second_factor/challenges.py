"""The challenges that passkeys answer: each for five minutes, for one person, purpose and host, answered once."""

import datetime as dt
import hashlib
import ipaddress
from dataclasses import dataclass

from peewee import IntegrityError
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from models.database import housekeeping
from models.people import Person
from models.second_factor import UsedChallenge
from tracker.laws.second_factor.tickets import Ticket

LASTS = dt.timedelta(minutes=5)

_ticket = Ticket("varna/challenge/v1", LASTS)
use_secret = _ticket.use_secret


class Wrong(Exception):
    """The answer does not prove what it was asked to."""


class TooOld(Wrong):
    """The challenge was not made here, not for this, too long ago, or was answered before."""


@dataclass(frozen=True)
class Site:
    """Where passkeys hold: the name of the host, and the origin that browsers say."""

    host: str
    origin: str

    @property
    def has_passkeys(self) -> bool:
        """Browsers make passkeys for names only."""
        try:
            ipaddress.ip_address(self.host.strip("[]"))
        except ValueError:
            return bool(self.host)
        return False


@dataclass(frozen=True)
class Challenge:
    """What a browser is asked (WebAuthn's options as JSON), and the ticket that comes back with the answer."""

    options: str
    ticket: str


def made_out(challenge: bytes, person: Person, purpose: str, site: Site, at: dt.datetime) -> str:
    return _ticket.make(bytes_to_base64url(challenge), at, person.uid.hex, purpose, site.host)


def asked(ticket: str, person: Person, purpose: str, site: Site, at: dt.datetime) -> bytes:
    """The challenge of a ticket. Raises TooOld."""
    challenge = _ticket.read(ticket, at, person.uid.hex, purpose, site.host)
    if challenge is None:
        raise TooOld
    return base64url_to_bytes(challenge)


def spend(challenge: bytes, at: dt.datetime) -> None:
    """Once, whoever is first. Raises TooOld. Sweeps away what no ticket holds for any more."""
    now = at.astimezone(dt.UTC).replace(tzinfo=None)
    try:
        with housekeeping(UsedChallenge):
            UsedChallenge.delete().where(UsedChallenge.ends_at < now).execute()
            UsedChallenge.insert(challenge=hashlib.sha256(challenge).hexdigest(), ends_at=now + 2 * LASTS).execute()
    except IntegrityError as error:
        raise TooOld from error
