"""The page beside a person's record: their way in, their roles, and whether they may sign in."""

from flask import Response, g, request, url_for

from models.common import Unit
from models.people import BY_COMMAND, Person, RoleGrant
from models.words import ONLY_BY_COMMAND, Act, Register, Role
from tracker.acts import people
from tracker.language import today
from tracker.laws import policy
from tracker.pages import Field, Form, Link, Option, TextPage
from tracker.spine.reading import address
from tracker.views.account import role_in_words
from tracker.views.answer import page, say


def access_page(person: Person, problems: dict[str, str] | None = None) -> Response:
    problems = problems or {}
    held = people.roles_of(person.id, today(g.at))
    return page(
        TextPage(
            title=say("Access and roles: %(name)s", name=person.name),
            lead=problems.get("", ""),
            crumbs=crumbs(person),
            sections=((say("State"), _state(person)), (say("Roles"), _in_words(held))),
            forms=(*_to_confirm(person), *_managing(person, held, problems)),
        ),
        422 if problems else 200,
    )


def crumbs(person: Person) -> tuple[Link, ...]:
    return (Link(person.name, address(person)),)


def _in_words(held: list[RoleGrant]) -> tuple[str, ...]:
    return tuple(map(role_in_words, held)) or (say("No roles"),)


def _state(person: Person) -> tuple[str, ...]:
    states = [
        say("May sign in") if person.active else say("May not sign in"),
        say("Has chosen a password") if people.has_come_in(person) else say("Has not come in yet"),
    ]
    if people.waiting_link(person, g.at):
        comes_back = people.has_come_in(person)
        states.append(
            say("A new password waits for a second administrator to confirm it.")
            if comes_back
            else say("An invitation waits for a second administrator to confirm it.")
        )
    if people.has_been(person, ONLY_BY_COMMAND):
        states.append(say(BY_COMMAND))
    states += [_waits(each) for each in people.waiting_roles(person, g.at)]
    return tuple(states)


def _waits(asked: RoleGrant) -> str:
    return say("The role %(role)s waits for a second person to confirm it.", role=role_in_words(asked))


def _to_confirm(person: Person) -> tuple[Form, ...]:
    """The roles that somebody else asked for."""
    if person.id == g.actor.id:
        return ()
    asked = (each for each in people.waiting_roles(person, g.at) if each.asked_by_id != g.actor.id)
    return tuple(_confirm(person, each) for each in asked)


def _confirm(person: Person, asked: RoleGrant) -> Form:
    action = url_for("administration.confirm_role", uid=person.uid.hex, grant_uid=asked.uid.hex)
    label = say("Confirm the role: %(role)s", role=role_in_words(asked))
    return Form(action, label, title=label, lead=_asked_by(asked))


def _asked_by(asked: RoleGrant) -> str:
    return say("%(name)s asked for it. Make sure that the person is to have it.", name=asked.asked_by.name)


def _managing(person: Person, held: list[RoleGrant], problems: dict[str, str]) -> tuple[Form, ...]:
    """What only those who manage people do; others are here to confirm."""
    if not policy.may(g.actor, Register.PEOPLE, Act.MANAGE):
        return ()
    if people.has_been(person, ONLY_BY_COMMAND):
        return _roles(person, held, problems) if person.active else (_switch(person),)
    return (*_ways_in(person), *_roles(person, held, problems), _switch(person))


def _ways_in(person: Person) -> tuple[Form, ...]:
    """The one way in that fits: an invitation, a reset, or the second person's confirmation of one."""
    if not person.active or person.id == g.actor.id:
        return ()
    waiting = people.waiting_link(person, g.at)
    if waiting and waiting.requested_by == g.actor.id:
        return ()
    if waiting:
        lead = say("Make sure that the person really asked for it.")
        label = say("Confirm the new password") if people.has_come_in(person) else say("Confirm the invitation")
        return (_button(person, "confirm", label, lead),)
    if people.has_come_in(person):
        lead = say("They get a link and choose it themselves.")
        return (_button(person, "reset", say("Start a new password"), lead),)
    return (_button(person, "invite", say("Send an invitation"), say("A link that works once, for seven days.")),)


def _button(person: Person, endpoint: str, label: str, lead: str) -> Form:
    return Form(url_for(f"administration.{endpoint}", uid=person.uid.hex), label, title=label, lead=lead)


def _roles(person: Person, held: list[RoleGrant], problems: dict[str, str]) -> tuple[Form, ...]:
    if person.id == g.actor.id:
        return ()
    endable = (each for each in held if each.role not in ONLY_BY_COMMAND)
    asked = people.waiting_roles(person, g.at)
    return (
        _new_role(person, problems),
        *(_end(person, each) for each in endable),
        *(_withdraw(person, e) for e in asked),
    )


def _new_role(person: Person, problems: dict[str, str]) -> Form:
    role, unit = request.form.get("role", ""), request.form.get("unit", "")
    roles = tuple(Option(each.value, say(each), each.value == role) for each in grantable())
    units = tuple(_unit(each, unit) for each in people.units(today(g.at)))
    return Form(
        url_for("administration.grant", uid=person.uid.hex),
        say("Give the role"),
        (
            Field("role", say("Role"), "choice", problem=problems.get("role", ""), required=True, options=roles),
            Field(
                "unit", say("Unit"), "choice", hint=say("Only for a unit head."),
                problem=problems.get("unit", ""), options=(Option("", say("No unit")), *units),
            ),
            Field(
                "ends_on", say("Last day"), "day", value=request.form.get("ends_on", ""),
                hint=say("Only for a deputy, who has the role until then: at most a year."),
                problem=problems.get("ends_on", ""),
            ),
        ),
        title=say("Give a role"),
        lead=say("It holds at once, and they sign in again. What owns a register waits for a second person."),
    )  # fmt: skip


def _unit(unit: Unit, chosen: str) -> Option:
    return Option(unit.uid.hex, unit.name, unit.uid.hex == chosen)


def _end(person: Person, held: RoleGrant) -> Form:
    return Form(_ending(person, held), say("End the role: %(role)s", role=role_in_words(held)), danger=True)


def _withdraw(person: Person, asked: RoleGrant) -> Form:
    label = say("Do not give the role: %(role)s", role=role_in_words(asked))
    return Form(_ending(person, asked), label, danger=True)


def _ending(person: Person, grant: RoleGrant) -> str:
    return url_for("administration.end", uid=person.uid.hex, grant_uid=grant.uid.hex)


def _switch(person: Person) -> Form:
    action = url_for("administration.active", uid=person.uid.hex)
    if person.active:
        return Form(action, say("End the access"), hidden=(("active", "0"),), danger=True, title=say("End the access"))
    return Form(action, say("Give access again"), hidden=(("active", "1"),), title=say("Give access again"))


def grantable() -> list[Role]:
    """The roles that an administrator gives."""
    return [role for role in Role if role not in ONLY_BY_COMMAND]
