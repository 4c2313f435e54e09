"""Coming in and going out: sign-in, sign-out, and the one-time link by which somebody chooses a password."""

from contextlib import suppress

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from models.database import NoTurn
from models.people import Person
from models.words import Act, Message
from tracker.acts import people
from tracker.acts.vault import unlocking
from tracker.laws import links, passwords, throttle
from tracker.pages import Field, Form, FormPage, TextPage
from tracker.spine.errors import Invalid
from tracker.views import second_step, unlocked, web
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.web import doorway, typed

bp = Blueprint("signing_in", __name__)

WRONG = Message("The e-mail address or the password is not right.")


@bp.get("/logga-in")
@needs(Act.PUBLIC)
def sign_in() -> Answer:
    target = web.our_path(request.args.get("next"))
    return doorway.door(target=target) if g.actor is None else redirect(target, 303)


@bp.post("/logga-in")
@needs(Act.PUBLIC)
def come_in() -> Answer:
    email, password = request.form.get("email", "")[:200], request.form.get("password", "")[: passwords.LONGEST + 1]
    try:
        person = people.sign_in(email, password, request.remote_addr or "", **web.hashing(), at=g.at)
    except people.WrongSignIn:
        return _once_more(email, WRONG, 422)
    except throttle.Wait as wait:
        answer = _once_more(email, Message(second_step.WAIT.msgid, seconds=wait.seconds), 429)
        answer.headers["Retry-After"] = str(wait.seconds)
        return answer
    return second_step.begin(person)


@bp.post("/logga-ut")
@needs(Act.PUBLIC)
def sign_out() -> Answer:
    """Whoever leaves locks the vault behind them: also where nobody can write just now, for it was opened in this
    sign-in only.
    """
    leaving = g.actor
    web.leave()
    if leaving is not None:
        with suppress(NoTurn):
            unlocking.lock(leaving, at=g.at)
    said("You are signed out.")
    return unlocked.forget(redirect(url_for("signing_in.sign_in"), 303))


@bp.get("/valkommen/<token>")
@needs(Act.PUBLIC)
def link(token: str) -> Answer:
    try:
        return _choosing(token, people.link_for(token, g.at))
    except links.Void:
        return _void()


@bp.post("/valkommen/<token>")
@needs(Act.PUBLIC)
def choose(token: str) -> Answer:
    try:
        person = people.link_for(token, g.at)
        check_repeated()
        people.choose_password(token, request.form.get("password", ""), **web.hashing(), at=g.at)
    except links.Void:
        return _void()
    except Invalid as error:
        return _choosing(token, person, {problem.field: say(problem.message) for problem in error.problems})
    web.leave()
    said("Your password is saved. Sign in with it.")
    return redirect(url_for("signing_in.sign_in"), 303)


def new_password_fields(problems: dict[str, str]) -> tuple[Field, ...]:
    """A new password, typed twice."""
    hint = say("At least %(shortest)s characters. Four words are easy to remember.", shortest=passwords.SHORTEST)
    return (
        _new("password", say("New password"), problems, hint),
        _new("password_again", say("The same once more"), problems),
    )


def _new(name: str, label: str, problems: dict[str, str], hint: str = "") -> Field:
    problem = problems.get(name, "")
    return Field(name, label, "password", hint=hint, problem=problem, required=True, autocomplete="new-password")


def check_repeated() -> None:
    """Raises Invalid when the new password was typed in two ways."""
    if request.form.get("password", "") != request.form.get("password_again", ""):
        raise people.broken("password_again", "This is not the same as above.")


def _once_more(email: str, problem: Message, status: int) -> Response:
    target, kept = web.our_path(request.form.get("next")), request.form.get("kept", "")
    carried = kept if typed.unpacked(kept) else ""
    return doorway.door(target=target, kept=carried, email=email, problem=say(problem), status=status)


def _choosing(token: str, person: Person, problems: dict[str, str] | None = None) -> Response:
    problems = problems or {}
    action, fields = url_for("signing_in.choose", token=token), new_password_fields(problems)
    return page(
        FormPage(
            title=say("Choose a password"),
            lead=say("You sign in as %(email)s. Nobody else can see or set your password.", email=person.email),
            form=Form(action, say("Save the password"), fields),
            problems=tuple(problems.items()),
        ),
        422 if problems else 200,
    )


def _void() -> Response:
    return page(
        TextPage(
            title=say("This link no longer works"),
            paragraphs=(
                say("A link works once and for a limited time. Perhaps it was used, or a newer one was made."),
                say("Ask an administrator for a new one."),
            ),
        ),
        404,
    )
