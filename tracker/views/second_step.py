"""After the right password: the second step of whoever has a factor, and in.

Between the two there is no session: the browser carries a sealed ticket that opens this page and nothing else.
"""

import secrets

from flask import Blueprint, Response, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as Answer

from models.happenings import Verb
from models.people import Person
from models.words import Act, Message
from tracker.acts import people
from tracker.language import today
from tracker.laws import throttle
from tracker.laws.second_factor import steps
from tracker.pages import Form, FormPage
from tracker.spine.errors import Invalid
from tracker.views import proving, web
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.web import doorway, typed

bp = Blueprint("second_step", __name__)

WAIT = Message("There were too many attempts. Try again in %(seconds)s seconds.")
LATE = Message("That took too long. Sign in once more.")
IN_DEMO = Message("Outside the demonstration your role would now have to set up two-step sign-in. See Your account.")
TICKET, BROWSER = "halfway", "browser"


def begin(person: Person) -> Answer:
    """In, or halfway in."""
    if not people.second_factor.has(person):
        return _enter(person)
    session[BROWSER] = secrets.token_hex(16)
    session[TICKET] = steps.halfway(person, session[BROWSER], g.at)
    if _kept():
        return _asking(person)
    return redirect(url_for("second_step.ask", next=web.our_path(request.form.get("next"))), 303)


@bp.get("/logga-in/steg-tva")
@needs(Act.PUBLIC)
def ask() -> Answer:
    person = _halfway()
    return _asking(person) if person else redirect(url_for("signing_in.sign_in", next=_target()), 303)


@bp.post("/logga-in/steg-tva")
@needs(Act.PUBLIC)
def prove() -> Answer:
    person = _halfway()
    if person is None:
        return doorway.door(target=_target(), kept=_kept(), lead=LATE, status=401)
    try:
        people.second_factor.verify(people.actor_of(person), proving.given(), at=g.at, verb=Verb.SIGNED_IN)
    except Invalid as error:
        return _asking(person, error.problems[0].message, 422)
    except throttle.Wait as wait:
        answer = _asking(person, Message(WAIT.msgid, seconds=wait.seconds), 429)
        answer.headers["Retry-After"] = str(wait.seconds)
        return answer
    return _enter(person)


def _halfway() -> Person | None:
    """Who has given the right password in this browser, a moment ago."""
    return steps.who(session.get(TICKET, ""), session.get(BROWSER, ""), g.at)


def _asking(person: Person, problem: Message | None = None, status: int = 200) -> Response:
    asked = proving.asked(people.actor_of(person), say(problem) if problem else "")
    carried = (("next", _target()), *((("kept", _kept()),) if _kept() else ()))
    form = Form(
        url_for("second_step.prove"), say("Continue"), asked.fields, (*carried, *asked.hidden), key=asked.key
    )  # fmt: skip
    return page(
        FormPage(
            title=say("The second step"),
            lead=say("The password was right. Confirm now that it is you."),
            form=form,
            problems=((people.second_factor.CODE, say(problem)),) if problem else (),
        ),
        status,
    )


def _enter(person: Person) -> Answer:
    """Signed in; to where they were going, unless they must set up a second factor first."""
    lacks, demo = _lacks(person), current_app.config["SETTINGS"].is_demo
    web.enter(person, confined=lacks and not demo)
    if g.confined:
        return redirect(url_for("second_factor.show", next=_target()), 303)
    if lacks:
        said(IN_DEMO, "info")
    return _onwards(person)


def _lacks(person: Person) -> bool:
    """Whether a factor is to be set up now: a role asks for one, or the one that was there is gone."""
    if people.second_factor.has(person):
        return False
    actor = people.actor_for(person.id, today(g.at))
    return (actor is not None and people.second_factor.is_needed(actor)) or people.second_factor.is_gone(person)


def _onwards(person: Person) -> Answer:
    """To where they were going; by way of what they had typed there, if anything."""
    target, pairs = _target(), typed.unpacked(_kept())
    if not pairs or target == "/":
        return redirect(target, 303)
    g.actor, g.locale = people.actor_for(person.id, today(g.at)), person.language.value
    return typed.continuing(target, pairs)


def _target() -> str:
    return web.our_path(request.form.get("next") or request.args.get("next"))


def _kept() -> str:
    kept = request.form.get("kept", "")
    return kept if typed.unpacked(kept) else ""
