"""Signing in, and what one does with one's own password and sessions."""

import datetime as dt

from models.happenings import Verb
from models.people import Actor, Credential, Person, Session
from models.words import Problem
from tracker.acts.people import second_factor
from tracker.acts.people.access import store
from tracker.acts.people.refusing import broken
from tracker.acts.people.who import actor_of, by_email
from tracker.laws import ledger, passwords, sessions, throttle
from tracker.spine.errors import Invalid


class WrongSignIn(Exception):
    """No active person has this address and this password. Which of it is wrong is not said."""


def sign_in(
    email: str, password: str, address: str, *, pepper: bytes, at: dt.datetime, cost: passwords.Cost = passwords.COST
) -> Person:
    """Who this is. The same work for an account that does not exist. Raises WrongSignIn and throttle.Wait.

    Whoever has a second factor is not in yet: `second_factor.verify` comes after.
    """
    person, credential = _proved(email, password, address, pepper, at, cost)
    verb = Verb.PASSWORD_GIVEN if second_factor.has(person) else Verb.SIGNED_IN
    _witness(person, credential, password, verb, pepper, at, cost)
    if second_factor.is_gone(person):
        ledger.note(actor_of(person), Verb.FACTOR_VANISHED, person, at=at)
    return person


def prove(
    email: str, password: str, address: str, *, pepper: bytes, at: dt.datetime, cost: passwords.Cost = passwords.COST
) -> Person:
    """Who this is, for one question on the host's command line: as in `sign_in`, but nobody comes in, so no entry."""
    return _proved(email, password, address, pepper, at, cost)[0]


def change_password(
    actor: Actor,
    old: str,
    new: str,
    address: str,
    *,
    pepper: bytes,
    at: dt.datetime,
    cost: passwords.Cost = passwords.COST,
) -> None:
    """Changes one's own password, for which the old one is asked. Ends one's sessions, the one in use too."""
    person = Person.get_by_id(actor.id)
    if problem := passwords.weakness(new, person.email):
        raise Invalid([Problem("password", problem)])
    prove_password(actor, old, address, pepper=pepper, at=at, cost=cost)
    store(person, passwords.hashed(new, pepper, cost), Verb.PASSWORD_CHANGED, at)
    sessions.end_all(person.id)


def prove_password(
    actor: Actor, password: str, address: str, *, pepper: bytes, at: dt.datetime, cost: passwords.Cost = passwords.COST
) -> None:
    """Raises Invalid unless this is one's own password, and throttle.Wait."""
    person = Person.get_by_id(actor.id)
    keys = throttle.keys(person.email, address, pepper)
    throttle.attempt(keys, at)
    credential = Credential.get(Credential.person == person)
    if not passwords.matches(password, credential.password, pepper, cost):
        raise broken("old_password", "This is not your present password.")
    throttle.succeeded(keys, at)


def sign_out_everywhere(actor: Actor, but: Session | None = None) -> int:
    """Ends one's own sessions, perhaps except the one in use; returns how many."""
    return sessions.end_all(actor.id, but) if actor.id is not None else 0


def sessions_of(actor: Actor, *, at: dt.datetime) -> list[Session]:
    """Where one is signed in, latest used first."""
    return sessions.of(actor.id, at) if actor.id is not None else []


def _proved(
    email: str, password: str, address: str, pepper: bytes, at: dt.datetime, cost: passwords.Cost
) -> tuple[Person, Credential]:
    keys = throttle.keys(email, address, pepper)
    throttle.attempt(keys, at)
    person = by_email(email)
    credential = Credential.get_or_none(Credential.person == (person.id if person else 0))
    right = passwords.matches(password, credential.password if credential else None, pepper, cost)
    if not (right and person.active):
        raise WrongSignIn
    throttle.succeeded(keys, at)
    return person, credential


def _witness(
    person: Person,
    credential: Credential,
    password: str,
    verb: Verb,
    pepper: bytes,
    at: dt.datetime,
    cost: passwords.Cost,
) -> None:
    """The entry; together with a new hash when today's cost is another. What somebody else stored meanwhile stands."""
    actor = actor_of(person)
    if passwords.needs_rehash(credential.password, cost):
        credential.password = passwords.hashed(password, pepper, cost)
        try:
            with ledger.act(actor, verb, person, at=at) as act:
                act.save(credential)
            return
        except ledger.Conflict as conflict:
            stands = Credential.get_or_none(Credential.person == person)
            if stands is None or not passwords.matches(password, stands.password, pepper, cost):
                raise WrongSignIn from conflict
    ledger.note(actor, verb, person, at=at)
