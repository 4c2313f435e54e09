"""How an act on people says no: Refused when the roles do not reach, Invalid with the sentence beside its field."""

from typing import Any

from models.people import BY_COMMAND, Actor, Person
from models.words import ONLY_BY_COMMAND, Act, Message, Problem, Register
from tracker.acts.people.who import has_been
from tracker.laws import policy
from tracker.spine.errors import Invalid, Refused


def broken(field: str, msgid: str, **values: Any) -> Invalid:
    """To be raised: what was asked breaks a rule."""
    return Invalid([Problem(field, Message(msgid, **values))])


def must(actor: Actor, act: Act) -> None:
    """Raises Refused unless `actor` may do this with people, or is a command of the host."""
    if actor.id is not None and not policy.may(actor, Register.PEOPLE, act):
        raise Refused


def must_be_another(actor: Actor, person: Person) -> None:
    if actor.id == person.id:
        raise broken("", "You cannot do this to your own account. Ask another administrator.")


def must_not_be_by_command(actor: Actor, person: Person) -> None:
    """Only the host touches the way in of whoever is or was säkerhetsskyddschef: else two administrators become it."""
    if actor.id is not None and has_been(person, ONLY_BY_COMMAND):
        raise Invalid([Problem("", BY_COMMAND)])


def must_be_active(person: Person) -> None:
    if not person.active:
        raise broken("", "%(name)s's access has ended. Give it back first.", name=person.name)
