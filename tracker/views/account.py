"""One's own page: name and roles, language, password, and where one is signed in."""

import datetime as dt

from flask import Blueprint, Response, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as Answer

from models.people import Language, Person, RoleGrant, Session
from models.words import Act
from tracker.acts import people
from tracker.language import LOCALES, today, word
from tracker.pages import Column, Field, Form, Link, Row, Shown, Table, TextPage
from tracker.spine.errors import Invalid, Missing
from tracker.views import web
from tracker.views.answer import page, said, say
from tracker.views.guard import needs, while_confined
from tracker.views.signing_in import check_repeated, new_password_fields
from tracker.views.web import cookies

bp = Blueprint("account", __name__)


@bp.get("/konto")
@while_confined
@needs(Act.ENTER)
def show() -> Answer:
    return _shown({})


@bp.post("/konto/losenord")
@while_confined
@needs(Act.ENTER)
def password() -> Answer:
    old, new = request.form.get("old_password", ""), request.form.get("password", "")
    person = people.myself(g.actor)
    try:
        check_repeated()
        people.change_password(g.actor, old, new, request.remote_addr or "", at=g.at, **web.hashing())
    except Invalid as error:
        return _shown({problem.field: say(problem.message) for problem in error.problems})
    web.enter(person, g.confined)
    said("Your password is changed, and you are signed out everywhere else.")
    return redirect(url_for("account.show"), 303)


@bp.post("/konto/sessioner")
@while_confined
@needs(Act.ENTER)
def sessions() -> Answer:
    people.sign_out_everywhere(g.actor, but=cookies.row())
    said("You are signed out everywhere else.")
    return redirect(url_for("account.show"), 303)


@bp.post("/sprak/<code>")
@needs(Act.PUBLIC)
def language(code: str) -> Answer:
    if code not in LOCALES:
        raise Missing
    if g.actor is not None:
        people.change_language(g.actor, Language(code), at=g.at)
    session["locale"] = code
    return redirect(web.our_path(request.args.get("next")), 303)


def _shown(problems: dict[str, str]) -> Response:
    person = people.myself(g.actor)
    return page(
        TextPage(
            title=say("Your account"),
            sections=(
                (say("You"), (person.name, person.email)),
                (say("Your roles"), _roles(person)),
                (say("Two-step sign-in"), _factors()),
            ),
            actions=(Link(say("Two-step sign-in"), url_for("second_factor.show")),),
            forms=(_password(problems), _everywhere()),
            table=_places(),
        ),
        422 if problems else 200,
    )


def _roles(person: Person) -> tuple[str, ...]:
    held = people.roles_of(person.id, today(g.at))
    return tuple(role_in_words(grant) for grant in held) or (say("No roles"),)


def _factors() -> tuple[str, ...]:
    """“Telefonen”, “Nyckeln på kontoret”."""
    return tuple(each.name for each in people.factors.of(g.actor)) or (
        say("Not set up: you sign in by password only."),
    )


def role_in_words(grant: RoleGrant) -> str:
    """“Unit head, Björkskolan”, “Deputy security manager, until 31 Dec 2026”."""
    words = f"{say(grant.role)}, {grant.unit.name}" if grant.unit else say(grant.role)
    return say("%(role)s, until %(day)s", role=words, day=grant.ends_on) if grant.ends_on else words


def _password(problems: dict[str, str]) -> Form:
    old = Field(
        "old_password", say("Present password"), "password",
        problem=problems.get("old_password", ""), required=True, autocomplete="current-password",
    )  # fmt: skip
    return Form(
        url_for("account.password"), say("Change the password"), (old, *new_password_fields(problems)),
        title=say("Change your password"), lead=say("You are then signed out everywhere else."),
    )  # fmt: skip


def _everywhere() -> Form:
    return Form(url_for("account.sessions"), say("Sign out everywhere else"), title=say("Where you are signed in"))


def _places() -> Table:
    rows = tuple(_place(one) for one in people.sessions_of(g.actor, at=g.at))
    columns = (Column("started", say("Signed in")), Column("seen", say("Last used")), Column("here", say("Which")))
    return Table(say("Where you are signed in"), columns, rows)


def _place(one: Session) -> Row:
    here = cookies.row()
    which = say("This one") if here and one.id == here.id else ""
    return Row("", (Shown(_at(one.started_at)), Shown(_at(one.seen_at)), Shown(which)))


def _at(moment: dt.datetime) -> str:
    return word(moment.replace(tzinfo=dt.UTC), g.locale)
