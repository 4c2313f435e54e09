"""Who comes in and what they may be: beside a person's record, for administrators."""

import datetime as dt
from collections.abc import Callable

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from models.people import Person
from models.words import Act, Message, Register, Role
from tracker import language
from tracker.acts import people, post
from tracker.laws import links
from tracker.pages import TextPage
from tracker.spine import records
from tracker.spine.errors import Invalid
from tracker.views.access_page import access_page, crumbs, grantable
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.own import leads

bp = Blueprint("administration", __name__, url_prefix="/personer/<uid>")
managing = needs(Act.MANAGE, Register.PEOPLE)
confirming = needs(Act.COUNTERSIGN, Register.PEOPLE)
leads(Person, "Access and roles", "behorighet", Act.COUNTERSIGN)


@bp.get("/behorighet")
@confirming
def access(uid: str) -> Answer:
    return access_page(_person(uid, Act.COUNTERSIGN))


@bp.post("/inbjudan")
@managing
def invite(uid: str) -> Answer:
    person = _person(uid)
    return _tried(person, lambda: _asked(person, people.invite(g.actor, person, at=g.at)))


@bp.post("/aterstallning")
@managing
def reset(uid: str) -> Answer:
    person = _person(uid)
    return _tried(person, lambda: _asked(person, people.ask_for_reset(g.actor, person, at=g.at)))


@bp.post("/aterstallning/bekraftelse")
@managing
def confirm(uid: str) -> Answer:
    person = _person(uid)
    return _tried(person, lambda: _delivered(person, people.confirm_link(g.actor, person, at=g.at)))


@bp.post("/roller")
@managing
def grant(uid: str) -> Answer:
    person = _person(uid)
    return _tried(person, lambda: _grant(person))


@bp.post("/roller/<grant_uid>/bekraftelse")
@confirming
def confirm_role(uid: str, grant_uid: str) -> Answer:
    person = _person(uid, Act.COUNTERSIGN)
    asked = people.grant_found(person, grant_uid)
    return _tried(person, lambda: people.confirm_role(g.actor, asked, at=g.at))


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


def _person(uid: str, act: Act = Act.MANAGE) -> Person:
    return records.find(g.actor, Person, uid, act, g.at)


def _tried(person: Person, do: Callable[[], object]) -> Answer:
    """Does it and goes back to the page saying what was done, or answers with what is wrong."""
    try:
        answer = do()
    except Invalid as error:
        return access_page(person, {problem.field: say(problem.message) for problem in error.problems})
    if isinstance(answer, Response):
        return answer
    said(answer if isinstance(answer, Message) else "Saved.")
    return redirect(url_for("administration.access", uid=person.uid.hex), 303)


def _asked(person: Person, token: str | None) -> Response | Message:
    return _delivered(person, token) if token else Message("Asked for. Another administrator must now confirm it here.")


def _grant(person: Person) -> Message | None:
    wanted = request.form.get("role", "")
    if wanted not in {role.value for role in grantable()}:
        raise people.broken("role", "Choose one of the roles.")
    unit = next((unit for unit in people.units(language.today(g.at)) if unit.uid.hex == request.form.get("unit")), None)
    last = _day(request.form.get("ends_on", ""))
    if people.grant_role(g.actor, person, Role(wanted), unit=unit, ends_on=last, at=g.at).waits(language.today(g.at)):
        return Message("Asked for. Another administrator or the protective security manager must now confirm it here.")
    return None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _delivered(person: Person, token: str) -> Response | Message:
    """By mail where there is mail; else shown this once, to be handed over, with until when it works."""
    link = url_for("signing_in.link", token=token, _external=True)
    if not current_app.config["SETTINGS"].smtp_url:
        return _shown_once(person, link, links.find(token, g.at).expires_at.replace(tzinfo=dt.UTC))
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


def _shown_once(person: Person, link: str, ends: dt.datetime) -> Response:
    return page(
        TextPage(
            title=say("A link for %(name)s", name=person.name),
            lead=say("It is shown now and never again. Hand it over yourself, to nobody else; it works once."),
            paragraphs=(say("It works until %(end)s.", end=ends),),
            preformatted=link,
            crumbs=crumbs(person),
        )
    )
