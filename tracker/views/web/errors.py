"""The one translator of errors into answers, in the reader's language."""

from typing import Any

from flask import Flask, Response, g, make_response, request
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from models.database import NoTurn
from models.words import Message
from tracker import stretching
from tracker.laws import ledger, throttle
from tracker.laws.ledger.writing import request_id
from tracker.laws.vault.standing import NotPinned, NoVault
from tracker.pages import Link, TextPage
from tracker.spine.errors import Invalid, Missing, Refused
from tracker.views.answer import page, say
from tracker.views.web import doorway, origin, typed
from tracker.views.web.paths import our_path

WORDS = {
    400: (
        Message("This could not be received"),
        Message("The form was too old or came from elsewhere. Go back, reload the page and send again."),
    ),
    401: (
        Message("Sign in first"),
        Message("You are not signed in."),
    ),
    403: (
        Message("This is not yours to do"),
        Message("Your roles do not reach this. If they should, ask an administrator."),
    ),
    404: (
        Message("There is nothing here"),
        Message("The address is wrong, or what it led to is out of your reach."),
    ),
    405: (
        Message("This cannot be done here"),
        Message("The address exists, but not for this."),
    ),
    409: (
        Message("Somebody else was first"),
        Message("It was changed since you opened it. Open it again to see how it is now."),
    ),
    413: (
        Message("This is too large"),
        Message("What you sent is larger than can be received here."),
    ),
    422: (
        Message("This needs to be put right"),
        Message("Something that was sent breaks a rule."),
    ),
    429: (
        Message("Wait a little"),
        Message("There were too many attempts. Try again later."),
    ),
    500: (
        Message("Something went wrong with us"),
        Message("The fault is noted under the number below. Nothing was saved."),
    ),
    503: (
        Message("Many are writing just now"),
        Message("Nothing was saved. Try again in a moment."),
    ),
}

NONE = Message("There is no vault yet, so nothing can be sealed.")
STRANGE = Message(
    "The vault in the database is not the one that was pinned on this host. Nothing is sealed to it and nothing "
    "opened. Tell the säkerhetsskyddschef and whoever looks after the host."
)
LEAVING = ("signing_in.sign_out", "account.language")  # pressed on a page whose session has ended
OLD = Message("The page had been open too long. Sign in once more.")


def word(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _token)
    app.register_error_handler(NoTurn, lambda error: error_page(503))
    app.register_error_handler(stretching.Busy, lambda error: error_page(503))
    app.register_error_handler(NoVault, _no_vault)
    app.register_error_handler(NotPinned, _no_vault)
    app.register_error_handler(throttle.Wait, _wait)
    app.register_error_handler(ledger.Conflict, lambda error: error_page(409))
    app.register_error_handler(ledger.Frozen, lambda error: error_page(409))
    app.register_error_handler(Missing, lambda error: error_page(404))
    app.register_error_handler(Refused, lambda error: error_page(403, error.message))
    app.register_error_handler(Invalid, lambda error: error_page(422, *(problem.message for problem in error.problems)))


def vault_fault(error: NoVault | NotPinned) -> Message:
    """Why nothing can be sealed."""
    return STRANGE if isinstance(error, NotPinned) else NONE


def _no_vault(error: NoVault | NotPinned) -> Response:
    return error_page(409, vault_fault(error))


def error_page(status: int, *sentences: Message | None) -> Response:
    """The page of an error; what was typed can be sent again when nobody had time to save it."""
    g.setdefault("locale", "sv")
    g.setdefault("actor", None)
    title, sentence = WORDS.get(status, WORDS[400 if status < 500 else 500])
    if request_ctx.url_adapter is None:  # the host is not ours: no page has addresses to show
        return make_response(f"{say(title)}\n", status, {"Content-Type": "text/plain; charset=utf-8"})
    told = tuple(say(given) for given in sentences if given) or (say(sentence),)
    return page(
        TextPage(
            title=say(title),
            paragraphs=(*told, *_number(status)),
            actions=(Link(say("To the start page"), "/"),),
            forms=_again(status),
        ),
        status,
    )


def _http(error: HTTPException) -> Any:
    if error.code is None or error.response is not None:
        return error
    answer = error_page(error.code)
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def _token(error: CSRFError) -> Response:
    """A form of ours whose session has ended is not lost; any other is refused."""
    kept = typed.typed()
    if request.endpoint == "signing_in.come_in":
        target, carried = our_path(request.form.get("next")), request.form.get("kept", "") if kept else ""
        return doorway.door(target=target, kept=carried, lead=OLD, status=400)
    if request.endpoint in LEAVING and g.get("actor") is None:
        return doorway.door(lead=typed.ENDED, status=400)
    if kept and request.form.get("csrf_token") and g.get("actor") is not None:
        return typed.continuing(request.full_path.rstrip("?"), typed.unpacked(kept), 400)
    return error_page(400)


def _wait(error: throttle.Wait) -> Response:
    words = Message("There were too many attempts. Try again in %(seconds)s seconds.", seconds=error.seconds)
    answer = error_page(429, words)
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _number(status: int) -> tuple[str, ...]:
    return (say("Number: %(number)s", number=request_id.get()),) if status == 500 else ()


def _again(status: int) -> tuple[Any, ...]:
    kept = typed.typed() if status == 503 and origin.is_sending() else ""
    return (typed.again(request.full_path.rstrip("?"), typed.unpacked(kept), Message("Send again")),) if kept else ()
