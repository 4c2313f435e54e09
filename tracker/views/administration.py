"""Who comes in and what they may be: beside a person's record, for administrators."""

import datetime as dt
from collections.abc import Callable

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from models.common import Unit
from models.people import Person, RoleGrant
from models.words import Act, Message, Register, Role
from tracker import language
from tracker.acts import people, post
from tracker.laws import policy
from tracker.spine import records
from tracker.spine.errors import Invalid
from tracker.spine.pages import Field, Form, Link, Option, TextPage
from tracker.spine.reading import address
from tracker.views.account import role_in_words
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.own import leads

bp = Blueprint("administration", __name__, url_prefix="/personer/<uid>")
managing = needs(Act.MANAGE, Register.PEOPLE)
leads(Person, "Access and roles", "behorighet", Act.MANAGE)


@bp.get("/behorighet")
@managing
def access(uid: str) -> Answer:
    return _access(_person(uid))


@bp.post("/inbjudan")
@managing
def invite(uid: str) -> Answer:
    person = _person(uid)
    return _tried(person, lambda: _delivered(person, people.invite(g.actor, person, at=g.at)))


@bp.post("/aterstallning")
@managing
def reset(uid: str) -> Answer:
    person = _person(uid)
    return _tried(person, lambda: _reset(person))


@bp.post("/aterstallning/bekraftelse")
@managing
def confirm(uid: str) -> Answer:
    person = _person(uid)
    return _tried(person, lambda: _delivered(person, people.confirm_reset(g.actor, person, at=g.at)))


@bp.post("/roller")
@managing
def grant(uid: str) -> Answer:
    person = _person(uid)
    return _tried(person, lambda: _grant(person))


@bp.post("/roller/<grant_uid>/slut")
@managing
def end(uid: str, grant_uid: str) -> Answer:
    person = _person(uid)
    held = people.grant_found(person, grant_uid)
    return _tried(person, lambda: people.end_role(g.actor, held, at=g.at))


@bp.post("/inloggning")
@managing
def active(uid: str) -> Answer:
    person = _person(uid)
    change = people.reactivate if request.form.get("active") == "1" else people.deactivate
    return _tried(person, lambda: change(g.actor, person, at=g.at))


def _person(uid: str) -> Person:
    return records.find(g.actor, Person, uid, Act.MANAGE, g.at)


def _today() -> dt.date:
    return language.today(g.at)


def _tried(person: Person, do: Callable[[], object]) -> Answer:
    """Does it and goes back to the page saying what was done, or answers with what is wrong."""
    try:
        answer = do()
    except Invalid as error:
        return _access(person, {problem.field: say(problem.message) for problem in error.problems})
    if isinstance(answer, Response):
        return answer
    said(answer if isinstance(answer, Message) else "Saved.")
    return redirect(url_for("administration.access", uid=person.uid.hex), 303)


def _reset(person: Person) -> Response | Message:
    token = people.ask_for_reset(g.actor, person, at=g.at)
    return _delivered(person, token) if token else Message("Asked for. Another administrator must now confirm it here.")


def _grant(person: Person) -> RoleGrant:
    wanted = request.form.get("role", "")
    if wanted not in {role.value for role in _grantable()}:
        raise people.broken("role", "Choose one of the roles.")
    unit = next((unit for unit in people.units(_today()) if unit.uid.hex == request.form.get("unit")), None)
    return people.grant_role(g.actor, person, Role(wanted), unit=unit, at=g.at)


def _grantable() -> list[Role]:
    return [role for role in Role if role not in policy.ONLY_BY_COMMAND]


def _delivered(person: Person, token: str) -> Response | Message:
    """By mail where there is mail; else shown this once, to be handed over."""
    link = url_for("signing_in.link", token=token, _external=True)
    if not current_app.config["SETTINGS"].smtp_url:
        return _shown_once(person, link)
    try:
        _mail(person, link)
    except post.NotSent:
        raise people.broken("", "The mail could not be sent. Try again, or ask whoever runs the mail server.") from None
    return Message("A link is sent to %(email)s.", email=person.email)


def _mail(person: Person, link: str) -> None:
    text = Message(
        "Hello %(name)s,\n\nchoose your password for Värna here. The link works once:\n\n%(link)s\n\n"
        "If you did not expect this, tell an administrator.\n",
        name=person.name,
        link=link,
    )
    locale = person.language.value
    subject, url = language.say("Your sign-in to Värna", locale), current_app.config["SETTINGS"].smtp_url
    post.send(url, person.email, subject, language.say(text, locale))


def _shown_once(person: Person, link: str) -> Response:
    return page(
        TextPage(
            title=say("A link for %(name)s", name=person.name),
            lead=say("It is shown now and never again. Hand it over yourself, to nobody else; it works once."),
            paragraphs=(link,),
            crumbs=_crumbs(person),
        )
    )


def _access(person: Person, problems: dict[str, str] | None = None) -> Response:
    problems = problems or {}
    held = people.roles_of(person.id, _today())
    return page(
        TextPage(
            title=say("Access and roles: %(name)s", name=person.name),
            lead=problems.get("", ""),
            crumbs=_crumbs(person),
            sections=((say("State"), _state(person)), (say("Roles"), _in_words(held))),
            forms=(*_ways_in(person), *_roles(person, held, problems), _switch(person)),
        ),
        422 if problems else 200,
    )


def _crumbs(person: Person) -> tuple[Link, ...]:
    return (Link(person.name, address(person)),)


def _in_words(held: list[RoleGrant]) -> tuple[str, ...]:
    return tuple(map(role_in_words, held)) or (say("No roles"),)


def _state(person: Person) -> tuple[str, ...]:
    states = [
        say("May sign in") if person.active else say("May not sign in"),
        say("Has chosen a password") if people.has_come_in(person) else say("Has not come in yet"),
    ]
    if people.waiting_reset(person, g.at):
        states.append(say("A new password waits for a second administrator to confirm it."))
    return tuple(states)


def _ways_in(person: Person) -> tuple[Form, ...]:
    """The one way in that fits: an invitation, a reset, or the second person's confirmation of one."""
    if not person.active or person.id == g.actor.id:
        return ()
    waiting = people.waiting_reset(person, g.at)
    if waiting and waiting.requested_by == g.actor.id:
        return ()
    if waiting:
        lead = say("Make sure that the person really asked for it.")
        return (_button(person, "confirm", say("Confirm the new password"), lead),)
    if people.has_come_in(person):
        lead = say("They get a link and choose it themselves.")
        return (_button(person, "reset", say("Start a new password"), lead),)
    return (_button(person, "invite", say("Send an invitation"), say("A link that works once, for seven days.")),)


def _button(person: Person, endpoint: str, label: str, lead: str) -> Form:
    return Form(url_for(f"administration.{endpoint}", uid=person.uid.hex), label, title=label, lead=lead)


def _roles(person: Person, held: list[RoleGrant], problems: dict[str, str]) -> tuple[Form, ...]:
    if person.id == g.actor.id:
        return ()
    endable = (each for each in held if each.role not in policy.ONLY_BY_COMMAND)
    return (_new_role(person, problems), *(_end(person, each) for each in endable))


def _new_role(person: Person, problems: dict[str, str]) -> Form:
    role, unit = request.form.get("role", ""), request.form.get("unit", "")
    roles = tuple(Option(each.value, say(each), each.value == role) for each in _grantable())
    units = tuple(_unit(each, unit) for each in people.units(_today()))
    return Form(
        url_for("administration.grant", uid=person.uid.hex),
        say("Give the role"),
        (
            Field("role", say("Role"), "choice", problem=problems.get("role", ""), required=True, options=roles),
            Field(
                "unit", say("Unit"), "choice", hint=say("Only for a unit head."),
                problem=problems.get("unit", ""), options=(Option("", say("No unit")), *units),
            ),
        ),
        title=say("Give a role"),
        lead=say("It holds at once, and they sign in again."),
    )  # fmt: skip


def _unit(unit: Unit, chosen: str) -> Option:
    return Option(unit.uid.hex, unit.name, unit.uid.hex == chosen)


def _end(person: Person, held: RoleGrant) -> Form:
    action = url_for("administration.end", uid=person.uid.hex, grant_uid=held.uid.hex)
    return Form(action, say("End the role: %(role)s", role=role_in_words(held)), danger=True)


def _switch(person: Person) -> Form:
    action = url_for("administration.active", uid=person.uid.hex)
    if person.active:
        return Form(action, say("End the access"), hidden=(("active", "0"),), danger=True, title=say("End the access"))
    return Form(action, say("Give access again"), hidden=(("active", "1"),), title=say("Give access again"))
