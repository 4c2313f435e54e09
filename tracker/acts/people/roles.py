"""What somebody is to the municipality: given and ended by an administrator, never to oneself."""

import datetime as dt

from models.common import Unit
from models.happenings import Verb
from models.people import Actor, Person, RoleGrant
from models.words import LEADS_A_UNIT, Act, Role
from tracker.acts.people.refusing import broken, must, must_be_another
from tracker.acts.people.who import roles_of
from tracker.language import today
from tracker.laws import ledger, links, policy, sessions


def grant_role(actor: Actor, person: Person, role: Role, *, at: dt.datetime, unit: Unit | None = None) -> RoleGrant:
    """Gives `person` a role from today on; a head's names the unit. Ends their sessions."""
    must(actor, Act.MANAGE)
    must_be_another(actor, person)
    if role in policy.ONLY_BY_COMMAND:
        raise broken("role", "This role is given by a command on the host, not here.")
    if role in LEADS_A_UNIT and unit is None:
        raise broken("unit", "Say which unit the head leads.")
    headed = unit if role in LEADS_A_UNIT else None
    if any(held.role is role and held.unit == headed for held in roles_of(person.id, today(at))):
        raise broken("role", "%(name)s has this role already.", name=person.name)
    return give(actor, person, role, unit=headed, at=at)


def give(
    actor: Actor,
    person: Person,
    role: Role,
    *,
    at: dt.datetime,
    unit: Unit | None = None,
    ended: tuple[RoleGrant, ...] = (),
) -> RoleGrant:
    """The grant itself, in one act with the end of those it takes over from. Asks nothing."""
    grant = RoleGrant(person=person, role=role, unit=unit, starts_on=today(at), ends_on=None)
    with ledger.act(actor, Verb.ROLE_GRANTED, person, at=at, facts={"role": role.value}) as act:
        for former in ended:
            former.ends_on = _yesterday(at)
            act.save(former)
        act.save(grant)
    if role in policy.REGISTER_OWNERS:
        links.void(person.id, links.Purpose.RESET)  # made when one person's word was enough
    for whom in {person.id, *(former.person_id for former in ended)}:
        sessions.end_all(whom)
    return grant


def end_role(actor: Actor, grant: RoleGrant, *, at: dt.datetime) -> None:
    """Ends a role at once, so yesterday was its last day. Ends the person's sessions."""
    must(actor, Act.MANAGE)
    must_be_another(actor, grant.person)
    if grant.role in policy.ONLY_BY_COMMAND:
        raise broken("role", "This role is ended by a command on the host, not here.")
    grant.ends_on = _yesterday(at)
    with ledger.act(actor, Verb.ROLE_ENDED, grant.person, at=at, facts={"role": grant.role.value}) as act:
        act.save(grant)
    sessions.end_all(grant.person_id)


def _yesterday(at: dt.datetime) -> dt.date:
    return today(at) - dt.timedelta(days=1)
