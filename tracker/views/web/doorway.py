"""The sign-in form, wherever somebody meets it."""

from flask import Response, url_for

from models.words import Message
from tracker.pages import Field, Form, FormPage
from tracker.views.answer import page, say

LOST = Message("If you have lost your password, an administrator can send you a link for a new one.")


def door(
    *, target: str = "/", kept: str = "", email: str = "", problem: str = "", lead: Message = LOST, status: int = 200
) -> Response:
    """The form; `target` is where to go afterwards, `kept` what was typed there, `problem` is worded."""
    fields = (
        Field("email", say("E-mail"), "email", email, required=True, autocomplete="username"),
        Field("password", say("Password"), "password", required=True, autocomplete="current-password", problem=problem),
    )
    hidden = (("next", target), *((("kept", kept),) if kept else ()))
    return page(
        FormPage(
            title=say("Sign in"),
            lead=say(lead),
            form=Form(url_for("signing_in.come_in"), say("Sign in"), fields, hidden),
            problems=(("password", problem),) if problem else (),
        ),
        status,
    )
