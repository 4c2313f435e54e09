"""Somebody is added, leaves, comes back, or changes language."""

import datetime as dt

from models.common import Unit
from models.happenings import Verb
from models.people import Actor, Language, Person
from models.words import Act, Problem
from tracker.acts.people.refusing import broken, must, must_be_another, must_not_be_by_command
from tracker.acts.people.who import by_email
from tracker.laws import ledger, links, sessions
from tracker.spine.errors import Invalid


def add(
    actor: Actor, name: str, email: str, *, at: dt.datetime, phone: str | None = None, unit: Unit | None = None
) -> Person:
    """A new person, who can do nothing until invited and given a role."""
    must(actor, Act.ADD)
    person = Person(name=name.strip(), email=email.strip().lower(), phone=phone, unit=unit)
    for field in ("name", "email"):
        if problem := Person.kinds()[field].problem(getattr(person, field)):
            raise Invalid([Problem(field, problem)])
    if by_email(person.email):
        raise broken("email", "Somebody with this e-mail address is here already.")
    with ledger.act(actor, Verb.ADDED, person, at=at) as act:
        act.save(person)
    return person


def deactivate(actor: Actor, person: Person, *, at: dt.datetime) -> None:
    """Ends somebody's access at once: no sign-in, no session, no link. What they signed keeps their name."""
    must(actor, Act.MANAGE)
    must_be_another(actor, person)
    must_not_be_by_command(actor, person)
    _set_active(actor, person, False, Verb.DEACTIVATED, at)
    links.void(person.id)
    sessions.end_all(person.id)


def reactivate(actor: Actor, person: Person, *, at: dt.datetime) -> None:
    """Lets somebody sign in again, with the password and the roles they had."""
    must(actor, Act.MANAGE)
    must_be_another(actor, person)
    _set_active(actor, person, True, Verb.REACTIVATED, at)


def change_language(actor: Actor, language: Language, *, at: dt.datetime) -> None:
    """The language in which Värna speaks to `actor`."""
    person = Person.get_by_id(actor.id)
    person.language = language
    with ledger.act(actor, Verb.LANGUAGE_CHANGED, person, at=at) as act:
        act.save(person)


def _set_active(actor: Actor, person: Person, active: bool, verb: Verb, at: dt.datetime) -> None:
    person.active = active
    with ledger.act(actor, verb, person, at=at) as act:
        act.save(person)
