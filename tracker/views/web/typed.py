"""A session that ended in mid-form: what was typed goes back to its sender and comes in again after sign-in.

Nothing of it is kept here. It travels in the answer to the very request that brought it, which is never stored by
anyone, and only when the browser says that a page of ours sent it: else another site could have it sent in our name.
"""

import json
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, current_app, g, request

from models.words import Act, Message
from tracker.pages import Form, TextPage
from tracker.views import guard
from tracker.views.answer import page, say
from tracker.views.web import doorway, origin

ROOM = 200_000  # characters
NEVER = ("password", "passphrase", "share_", "draft", "second_", "csrf_token", "kept")

KEPT = Message("The session has ended. Sign in again; what you typed is kept.")
ENDED = Message("The session has ended. Sign in again.")
FILES = Message("The session has ended. Sign in again; what you typed is kept, but files must be added again.")

Pairs = Sequence[tuple[str, str]]


def save(app: Flask) -> None:
    app.before_request(_ask_to_sign_in)


def typed() -> str:
    """What this request typed, to be carried in one hidden field; "" when it may not or cannot be."""
    if not origin.surely_ours():
        return ""
    pairs = [(name, value) for name, value in request.form.items(multi=True) if not any(word in name for word in NEVER)]
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
    """The same form once more, aimed where it was going."""
    return Form(action=target, submit=say(submit), hidden=tuple(pairs))


def continuing(target: str, pairs: Pairs, status: int = 200) -> Response:
    """Shows what was typed, to be sent by one button under a new token."""
    shown = tuple(value for name, value in pairs if _worth_showing(value))
    return page(
        TextPage(
            title=say("Nothing you typed is lost"),
            lead=say("The session had ended before this was sent. Look it through, then send it."),
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
    lead = (FILES if request.files else KEPT) if kept else ENDED
    return doorway.door(target=request.full_path.rstrip("?"), kept=kept, lead=lead, status=401)


def _lists(pairs: Any) -> list[tuple[str, str]]:
    whole = isinstance(pairs, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in pairs)
    return [(n, v) for n, v in pairs if isinstance(n, str) and isinstance(v, str)] if whole else []


def _worth_showing(value: str) -> bool:
    """Words and dates, not the names and numbers that a form carries for itself."""
    return bool(value.strip()) and (" " in value or not value.isalnum())
