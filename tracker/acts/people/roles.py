"""What somebody is to the municipality: given and ended by an administrator, never to oneself.

A role that owns a register is asked for by one and confirmed by another; until then it does not count.
"""

import datetime as dt
from collections.abc import Iterable

from models.common import Unit
from models.happenings import Verb
from models.people import Actor, Person, RoleGrant
from models.words import FOR_A_TIME, LEADS_A_UNIT, ONLY_BY_COMMAND, Act, Role
from tracker.acts.people.refusing import broken, must, must_be_active, must_be_another
from tracker.language import today
from tracker.laws import ledger, links, policy, sessions
from tracker.spine.errors import Invalid


def grant_role(
    actor: Actor,
    person: Person,
    role: Role,
    *,
    at: dt.datetime,
    unit: Unit | None = None,
    ends_on: dt.date | None = None,
) -> RoleGrant:
    """Gives `person` a role from today on; a head's names the unit, a deputy's its last day. Ends their sessions.

    What owns a register waits for `confirm_role` instead, unless a command on the host gives it.
    """
    must(actor, Act.MANAGE)
    must_be_another(actor, person)
    if role in ONLY_BY_COMMAND:
        raise broken("role", "This role is given by a command on the host, not here.")
    if role in LEADS_A_UNIT and unit is None:
        raise broken("unit", "Say which unit the head leads.")
    asks = actor.id if role in policy.REGISTER_OWNERS else None
    last = ends_on if role in FOR_A_TIME else None
    return give(actor, person, role, unit=unit if role in LEADS_A_UNIT else None, asked_by=asks, ends_on=last, at=at)


def give(
    actor: Actor,
    person: Person,
    role: Role,
    *,
    at: dt.datetime,
    unit: Unit | None = None,
    ends_on: dt.date | None = None,
    asked_by: int | None = None,
    ended: tuple[RoleGrant, ...] = (),
    ended_on: dt.date | None = None,
) -> RoleGrant:
    """The grant itself, in one act with the end of those it takes over from: at once, or on a last day to come.

    Asks only that it is not there yet.
    """
    grant = RoleGrant(person=person, role=role, unit=unit, starts_on=today(at), ends_on=ends_on, asked_by=asked_by)
    waits = grant.waits(today(at))
    verb = Verb.ROLE_ASKED if waits else Verb.ROLE_GRANTED
    with ledger.act(actor, verb, person, at=at, facts={"role": role.value}) as act:
        act.held(person)
        if problems := list(RoleGrant.problems(grant.__data__)):
            raise Invalid(problems)
        for former in ended:
            former.ends_on = ended_on or _yesterday(at)
            act.save(former)
        act.save(grant)
    changed = {former.person_id for former in ended if ended_on is None} | (set() if waits else {person.id})
    for whom in changed:
        sessions.end_all(whom)
    return grant


def confirm_role(actor: Actor, grant: RoleGrant, *, at: dt.datetime) -> None:
    """Makes a role that somebody else asked for count from today on. Ends the person's sessions and unused links."""
    must(actor, Act.COUNTERSIGN)
    must_be_another(actor, grant.person)
    must_be_active(grant.person)
    if actor.id == grant.asked_by_id:
        raise broken(
            "", "Another administrator or the protective security manager must confirm this, not the one who asked."
        )
    with ledger.act(actor, Verb.ROLE_CONFIRMED, grant.person, at=at, facts={"role": grant.role.value}) as act:
        asked = act.held(grant)
        if not asked.waits(today(at)):
            raise broken("", "Nothing waits to be confirmed here any longer.")
        asked.confirmed_by, asked.starts_on = actor.id, today(at)
        act.save(asked)
    links.void(grant.person_id)  # made when one person's word was enough
    sessions.end_all(grant.person_id)


def end_role(actor: Actor, grant: RoleGrant, *, at: dt.datetime) -> None:
    """Ends a role at once, so yesterday was its last day; or what was asked for. Ends the person's sessions."""
    must(actor, Act.MANAGE)
    must_be_another(actor, grant.person)
    if grant.role in ONLY_BY_COMMAND:
        raise broken("role", "This role is ended by a command on the host, not here.")
    with ledger.act(actor, Verb.ROLE_ENDED, grant.person, at=at, facts={"role": grant.role.value}) as act:
        held = act.held(grant)
        if held.ends_on and held.ends_on < today(at):
            raise broken("", "The role has ended already.")
        held.ends_on = _yesterday(at)
        act.save(held)
    sessions.end_all(grant.person_id)


def waiting_roles(person: Person, at: dt.datetime) -> list[RoleGrant]:
    """What was asked for the person and no second one has confirmed, oldest first."""
    waits = (RoleGrant.person == person) & RoleGrant.waiting.where(RoleGrant, today(at))
    return list(RoleGrant.select().where(waits).order_by(RoleGrant.id))


def last_day(person: int, roles: Iterable[Role], on: dt.date) -> dt.date | None:
    """The last day of those of `roles` that the person holds on a day; None when one of them has no end."""
    held = (RoleGrant.person == person) & RoleGrant.role.in_(list(roles)) & RoleGrant.held.where(RoleGrant, on)
    ends = [grant.ends_on for grant in RoleGrant.select(RoleGrant.ends_on).where(held)]
    return None if None in ends else max(ends, default=None)


def _yesterday(at: dt.datetime) -> dt.date:
    return today(at) - dt.timedelta(days=1)
