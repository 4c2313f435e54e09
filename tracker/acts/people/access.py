"""How somebody comes in the first time, and again when the password is lost. No password is ever set by another."""

import datetime as dt

from models.happenings import Verb
from models.people import Actor, Credential, OneTimeLink, Person
from models.words import Act, Problem, Register
from tracker.acts.people.refusing import broken, must, must_be_active, must_be_another, must_not_be_by_command
from tracker.acts.people.who import actor_of, has_been, has_come_in, roles_of
from tracker.language import today
from tracker.laws import ledger, links, passwords, policy, sessions
from tracker.spine.errors import Invalid

PROVEN = dt.timedelta(days=7)  # so that nobody makes an administrator for the occasion


def invite(actor: Actor, person: Person, *, at: dt.datetime) -> str | None:
    """The token of a first link for somebody who has never come in; None when a second administrator must confirm."""
    must(actor, Act.MANAGE)
    must_be_active(person)
    if has_come_in(person):
        raise broken("", "%(name)s has come in already. Start a new password instead.", name=person.name)
    must_not_be_by_command(actor, person)
    ledger.note(actor, Verb.INVITED, person, at=at)
    return _asked_for(actor, person, links.Purpose.INVITE, at)


def ask_for_reset(actor: Actor, person: Person, *, at: dt.datetime) -> str | None:
    """The token of a link for a new password; None when a second administrator must confirm first."""
    must(actor, Act.MANAGE)
    must_be_another(actor, person)
    must_be_active(person)
    must_not_be_by_command(actor, person)
    if not has_come_in(person):
        raise broken("", "%(name)s has not come in yet. Send an invitation instead.", name=person.name)
    ledger.note(actor, Verb.RESET_ASKED, person, at=at)
    return _asked_for(actor, person, links.Purpose.RESET, at)


def _asked_for(actor: Actor, person: Person, purpose: links.Purpose, at: dt.datetime) -> str | None:
    """Two people's word for whoever has or has had a register: else one administrator could become them."""
    if not has_been(person, policy.REGISTER_OWNERS):
        return links.make(person.id, purpose, actor.id, at)
    links.ask(person.id, purpose, actor.id, at)
    return None


def confirm_link(actor: Actor, person: Person, *, at: dt.datetime) -> str:
    """The token of the link that another administrator asked for."""
    must(actor, Act.MANAGE)
    must_be_active(person)
    comes_back = has_come_in(person)
    if comes_back and not _proven(actor, at):
        raise broken("", "Only somebody who has been administrator for a week can confirm this.")
    try:
        token = links.confirm(person.id, actor.id, at)
    except links.SamePerson:
        raise broken("", "Another administrator must confirm this, not the one who asked.") from None
    except links.Void:
        raise broken("", "Nothing waits to be confirmed here any longer.") from None
    ledger.note(actor, Verb.RESET_CONFIRMED if comes_back else Verb.INVITATION_CONFIRMED, person, at=at)
    return token


def waiting_link(person: Person, at: dt.datetime) -> OneTimeLink | None:
    """The invitation or reset that waits for a second administrator."""
    return links.asked(person.id, at)


def link_for(token: str, at: dt.datetime) -> Person:
    """Whom a link is for. Raises links.Void."""
    person = Person.get_or_none(Person.id == links.find(token, at).person)
    if person is None or not person.active:
        raise links.Void
    return person


def choose_password(
    token: str, password: str, *, pepper: bytes, at: dt.datetime, cost: passwords.Cost = passwords.COST
) -> Person:
    """Whoever has the link chooses their password, once. Ends their sessions. Raises links.Void and Invalid."""
    person = link_for(token, at)
    if problem := passwords.weakness(password, person.email):
        raise Invalid([Problem("password", problem)])
    stored = passwords.hashed(password, pepper, cost)
    with links.using(token, at) as link:
        store(person, stored, Verb.ACTIVATED if link.purpose == links.Purpose.INVITE else Verb.RESET_USED, at)
    sessions.end_all(person.id)
    return person


def store(person: Person, stored: str, verb: Verb, at: dt.datetime) -> None:
    """Puts a hash in place of the old one, as the person's own act."""
    credential = Credential.get_or_none(Credential.person == person) or Credential(person=person)
    credential.password = stored
    with ledger.act(actor_of(person), verb, person, at=at) as act:
        act.save(credential)


def _proven(actor: Actor, at: dt.datetime) -> bool:
    day = today(at)
    grants = roles_of(actor.id, day) if actor.id is not None else []
    return any(
        grant.role in policy.who_may(Register.PEOPLE, Act.MANAGE) and grant.starts_on <= day - PROVEN
        for grant in grants
    )
