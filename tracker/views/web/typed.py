"""A session that ended in mid-form: what was typed goes back to its sender and comes in again after sign-in.

Nothing of it is kept here. It travels in the answer to the very request that brought it, which is never stored by
anyone, and only when the browser says that a page of ours sent it: else another site could have it sent in our name.
"""

import json
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, current_app, g, request

from models.words import Act, Message
from tracker.pages import Field, Form, TextPage
from tracker.views import guard
from tracker.views.answer import page, say
from tracker.views.web import doorway, origin

ROOM = 200_000  # characters
FILES_AGAIN = "files_again"
"""The names of the files that were sent: the only trace of them, for no answer can give a file back."""

NEVER = ("password", "passphrase", "share_", "draft", "second_", "csrf_token", "kept")

KEPT = Message("The session has ended. Sign in again; what you typed is kept.")
ENDED = Message("The session has ended. Sign in again.")
FILES = Message("The session has ended. Sign in again; what you typed is kept, but files must be added again.")
LEAD = Message("The session had ended before this was sent. Look it through, then send it.")
LEAD_TO_FILES = Message(
    "The session had ended before this was sent. Look it through, choose the file again, then send it: no file is kept."
)

Pairs = Sequence[tuple[str, str]]


def save(app: Flask) -> None:
    app.before_request(_ask_to_sign_in)
    app.before_request(_ask_for_files)


def typed() -> str:
    """What this request typed, to be carried in one hidden field; "" when it may not or cannot be."""
    if not origin.surely_ours():
        return ""
    sent = [pair for pair in request.form.items(multi=True) if pair[0] != FILES_AGAIN]
    pairs = [(name, value) for name, value in sent if not any(word in name for word in NEVER)]
    pairs += [(FILES_AGAIN, name) for name in dict.fromkeys((*_files_sent(), *request.form.getlist(FILES_AGAIN)))]
    text = json.dumps(pairs, ensure_ascii=False) if pairs else ""
    return text if len(text) <= ROOM else ""


def unpacked(kept: str) -> list[tuple[str, str]]:
    """What `typed` packed; nothing when it is not that."""
    try:
        pairs = json.loads(kept) if 0 < len(kept) <= ROOM else []
        json.dumps(pairs, ensure_ascii=False).encode()  # half a sign can be read, but neither shown nor sent
    except (ValueError, RecursionError):
        return []
    return [(name, value) for name, value in _lists(pairs) if not any(word in name for word in NEVER)]


def again(target: str, pairs: Pairs, submit: Message) -> Form:
    """The same form once more, aimed where it was going; it asks for the files that were sent with it."""
    files = tuple(Field(name, say("Choose the file again"), "file", required=True) for name in _files_in(pairs))
    return Form(action=target, submit=say(submit), fields=files, hidden=tuple(pairs), upload=bool(files))


def continuing(target: str, pairs: Pairs, status: int = 200) -> Response:
    """Shows what was typed, to be sent by one button under a new token."""
    shown = tuple(value for name, value in pairs if name != FILES_AGAIN and _worth_showing(value))
    return page(
        TextPage(
            title=say("The file must be chosen again") if _files_in(pairs) else say("Nothing you typed is lost"),
            lead=say(LEAD_TO_FILES if _files_in(pairs) else LEAD),
            sections=((say("What you typed"), shown),) if shown else (),
            forms=(again(target, pairs, Message("Continue and send")),),
        ),
        status,
    )


def _ask_to_sign_in() -> Any:
    """Answers what was sent by somebody no longer signed in, before its missing token is noticed."""
    if not origin.is_sending() or request.url_rule is None or g.actor is not None:
        return None
    act, _ = guard.asked(current_app.view_functions[request.endpoint], request.view_args or {})
    if act is Act.PUBLIC:
        return None
    kept = typed()
    lead = (FILES if _files_sent() else KEPT) if kept else ENDED
    return doorway.door(target=request.full_path.rstrip("?"), kept=kept, lead=lead, status=401)


def _ask_for_files() -> Any:
    """What was to be sent with a file is not sent without it."""
    kept = typed() if origin.is_sending() and set(request.form.getlist(FILES_AGAIN)) - set(_files_sent()) else ""
    return continuing(request.full_path.rstrip("?"), unpacked(kept), 422) if kept else None


def _files_sent() -> list[str]:
    return [name for name, file in request.files.items(multi=True) if file.filename]


def _files_in(pairs: Pairs) -> list[str]:
    return [value for name, value in pairs if name == FILES_AGAIN]


def _lists(pairs: Any) -> list[tuple[str, str]]:
    whole = isinstance(pairs, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in pairs)
    return [(n, v) for n, v in pairs if isinstance(n, str) and isinstance(v, str)] if whole else []


def _worth_showing(value: str) -> bool:
    """Words and dates, not the names and numbers that a form carries for itself."""
    return bool(value.strip()) and (" " in value or not value.isalnum())
