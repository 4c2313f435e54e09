"""Forms that are ours: a token in each, and no sending from other sites."""

from flask import Flask, abort, current_app, request
from flask_wtf import CSRFProtect

from models.words import Act

SAFE = ("GET", "HEAD", "OPTIONS")


def check(app: Flask) -> None:
    app.before_request(_refuse_foreign)


def check_tokens(app: Flask) -> None:
    """A token lives as long as its session. Referer is never sent (our own policy), so it is not asked for."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    CSRFProtect(app)


def is_sending() -> bool:
    return request.method not in SAFE


def surely_ours() -> bool:
    """Whether the browser itself says that this was sent from a page of ours."""
    return not _foreign() and (request.headers.get("Sec-Fetch-Site") == "same-origin" or _origin() == _here())


def _refuse_foreign() -> None:
    if (is_sending() or _leaves_an_entry()) and _foreign():
        abort(400)


def _leaves_an_entry() -> bool:
    """An export is fetched, yet noted in the event log: another site's link must not put it there in one's name."""
    view = current_app.view_functions.get(request.endpoint or "")
    act, _ = getattr(view, "needs", (None, None))
    return act is Act.EXPORT


def _foreign() -> bool:
    """Whether the browser says that another site sent it. Our referrer policy makes our own Origin `null`."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return site not in ("same-origin", "none") or _origin() not in (None, "null", _here())


def _origin() -> str | None:
    return request.headers.get("Origin")


def _here() -> str:
    return f"{request.scheme}://{request.host}"
