"""Who somebody is: asked anew for every request, never remembered."""

import datetime as dt
from collections.abc import Iterable

from peewee import JOIN, fn

from models.common import Unit
from models.people import Actor, Credential, Person, RoleGrant, an_address
from models.words import LEADS_A_UNIT, Role
from tracker.spine.errors import Missing
from tracker.spine.records import as_uid


def actor_for(person: int, on: dt.date) -> Actor | None:
    """The person with this id as one who acts on a day, in one query; None when their access has ended."""
    rows = list(
        Person.select(Person.id, Person.uid, Person.name, Person.unit, RoleGrant.role, RoleGrant.unit.alias("headed"))
        .join(RoleGrant, JOIN.LEFT_OUTER, on=(RoleGrant.person == Person.id) & RoleGrant.held.where(RoleGrant, on))
        .where((Person.id == person) & (Person.active == True))  # noqa: E712
        .tuples()
    )
    if not rows:
        return None
    number, uid, name, unit = rows[0][:4]
    headed = [row[5] for row in rows if row[4] in LEADS_A_UNIT and row[5]]
    return Actor(number, uid.hex, name, frozenset(row[4] for row in rows if row[4]), headed[0] if headed else unit)


def actor_of(person: Person) -> Actor:
    """Somebody who acts for themselves only, such as when they come in."""
    return Actor(person.id, person.uid.hex, person.name)


def myself(actor: Actor) -> Person:
    return Person.get_by_id(actor.id)


def grant_found(person: Person, uid: str) -> RoleGrant:
    """A role of `person` by the name in an address. Raises Missing."""
    grant = RoleGrant.get_or_none((RoleGrant.person == person) & (RoleGrant.uid == as_uid(uid)))
    if grant is None:
        raise Missing
    return grant


def units(on: dt.date) -> list[Unit]:
    """The units that somebody can head, in Swedish order."""
    return list(Unit.select().where(Unit.current.where(Unit, on)).order_by(Unit.name_key, Unit.id))


def by_email(email: str) -> Person | None:
    """Who has this address, however it is written; nobody has what is none."""
    if an_address(email.strip().lower()):
        return None
    return Person.select().where(fn.LOWER(Person.email) == email.strip().lower()).order_by(Person.id).first()


def roles_of(person: int, on: dt.date) -> list[RoleGrant]:
    """What the person is on a day, oldest first."""
    held = (RoleGrant.person == person) & RoleGrant.held.where(RoleGrant, on)
    return list(RoleGrant.select().where(held).order_by(RoleGrant.starts_on, RoleGrant.id))


def has_been(person: Person, roles: Iterable[Role]) -> bool:
    """Whether the person holds or ever held one of `roles`; what was only asked for does not count."""
    counts = RoleGrant.asked_by.is_null() | RoleGrant.confirmed_by.is_null(False)
    return RoleGrant.select().where((RoleGrant.person == person) & RoleGrant.role.in_(list(roles)) & counts).exists()


def has_come_in(person: Person) -> bool:
    """Whether the person ever chose a password."""
    return Credential.select().where(Credential.person == person).exists()
