"""What only a command on the host does: the first two administrators, a chief's way in, a lost factor."""

import datetime as dt

from models.happenings import Verb
from models.people import Actor, Person, RoleGrant
from models.words import Problem, Role
from tracker.acts.people.adding import add, deactivate
from tracker.acts.people.factors import take_away_all
from tracker.acts.people.refusing import broken, must_be_active
from tracker.acts.people.roles import give
from tracker.acts.people.who import by_email, has_come_in
from tracker.language import today
from tracker.laws import ledger, links
from tracker.spine.errors import Invalid

HAND_OVER = dt.timedelta(days=30)
ENOUGH = 2  # administrators: with fewer, nobody could confirm what the other asks for


def make_administrator(email: str, name: str, *, at: dt.datetime) -> str:
    """Makes somebody administrator where there are fewer than two, and returns the token of their link.

    Run again for the same person it gives a new link, which is the way back for an only administrator.
    """
    actor = Actor.system("make-admin")
    held = {grant.person_id for grant in _holding(Role.ADMIN, at) if grant.person.active}
    person = by_email(email)
    if len(held) >= ENOUGH and (person is None or person.id not in held):
        raise broken("", "There are two administrators already, who together can give the role to others.")
    person = person or add(actor, name, email, at=at)
    must_be_active(person)
    if person.id not in held:
        give(actor, person, Role.ADMIN, at=at)
    return _link(actor, person, at)


def make_chief(email: str, name: str, *, at: dt.datetime, hand_over: bool = False) -> str:
    """Makes somebody säkerhetsskyddschef in place of the one before, and returns the token of their link.

    With `hand_over` the one before stays for a month, to let the new one into the vault. Run again for the same person
    it gives a new link, by which they choose a new password.
    """
    actor = Actor.system("make-chief")
    person = by_email(email) or add(actor, name, email, at=at)
    must_be_active(person)
    held = _holding(Role.CHIEF, at)
    if person.id not in {grant.person_id for grant in held}:
        last = today(at) + HAND_OVER if hand_over else None
        give(actor, person, Role.CHIEF, ended=tuple(held), ended_on=last, at=at)
    return _link(actor, person, at)


def end_access(email: str, *, at: dt.datetime) -> None:
    """Ends the access of somebody whom no administrator may touch; or of anybody."""
    deactivate(Actor.system("end-access"), _known(email), at=at)


def change_email(email: str, new: str, *, at: dt.datetime) -> None:
    """Gives somebody whom no administrator may touch another address to sign in by. Their unused links are void."""
    person = _known(email)
    person.email = new.strip().lower()
    if problem := Person.kinds()["email"].problem(person.email):
        raise Invalid([Problem("email", problem)])
    if by_email(person.email):
        raise broken("email", "Somebody with this e-mail address is here already.")
    with ledger.act(Actor.system("change-email"), Verb.CHANGED, person, at=at) as act:
        act.save(person)
    links.void(person.id)


def remove_second_factor(email: str, *, at: dt.datetime) -> None:
    """Takes away what somebody can no longer prove themselves with. They sign in by password and set up a new one."""
    person = _known(email)
    if not take_away_all(Actor.system("remove-second-factor"), person, at=at):
        raise broken("email", "%(name)s has no two-step sign-in.", name=person.name)


def _known(email: str) -> Person:
    person = by_email(email)
    if person is None:
        raise broken("email", "Nobody here has the e-mail address %(address)s.", address=email)
    return person


def _holding(role: Role, at: dt.datetime) -> list[RoleGrant]:
    held = (RoleGrant.role == role) & RoleGrant.held.where(RoleGrant, today(at))
    return list(RoleGrant.select(RoleGrant, Person).join(Person, on=RoleGrant.person).where(held))


def _link(actor: Actor, person: Person, at: dt.datetime) -> str:
    came_in = has_come_in(person)
    ledger.note(actor, Verb.RESET_ASKED if came_in else Verb.INVITED, person, at=at)
    return links.make(person.id, links.Purpose.RESET if came_in else links.Purpose.INVITE, None, at)
