"""The law of the second step: between the right password and the session, and of having just proven who one is."""

import datetime as dt

from models.people import Credential, Person
from tracker.laws.second_factor.tickets import Ticket
from tracker.seals import Seal

LASTS = dt.timedelta(minutes=5)

_halfway = Ticket("varna/halfway/v1", LASTS)
_proven = Ticket("varna/proven/v1", LASTS)
_password = Seal("varna/halfway/password/v1")


def use_secret(secret: bytes) -> None:
    """Seals from now on with this secret."""
    for each in (_halfway, _proven, _password):
        each.use_secret(secret)


def halfway(person: Person, browser: str, at: dt.datetime) -> str:
    """Says that the right password was given for `person`, in the browser that holds this secret of its own.

    It is no session: it opens nothing but the second step, and is void when the password has been changed.
    """
    return _halfway.make(f"{person.uid.hex}:{_fingerprint(person)}", at, browser)


def who(ticket: str, browser: str, at: dt.datetime) -> Person | None:
    """Who is halfway in."""
    uid, _, fingerprint = (_halfway.read(ticket, at, browser) or "").partition(":")
    person = Person.get_or_none((Person.uid == uid) & (Person.active == True)) if uid else None  # noqa: E712
    return person if person is not None and fingerprint == _fingerprint(person) else None


def proven(person: Person, session: str, at: dt.datetime) -> str:
    """Says that `person` has just proven who they are, in the session of this token's hash."""
    return _proven.make("", at, person.uid.hex, session)


def is_proven(ticket: str, person: Person, session: str, at: dt.datetime) -> bool:
    return _proven.read(ticket, at, person.uid.hex, session) is not None


def _fingerprint(person: Person) -> str:
    """Of the stored password; tells nothing of it."""
    credential = Credential.get_or_none(Credential.person == person)
    return _password.of(credential.password if credential else None)
