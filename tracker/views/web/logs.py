"""One line of JSON per event: what was asked by its route, never an address, a query, a form or a value."""

import datetime as dt
import json
import logging
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, g, request

from tracker.laws.ledger.writing import request_id
from tracker.views.web.headers import is_static

logger = logging.getLogger("varna")


def keep(app: Flask) -> None:
    """Logs each request, and each crash without messages, values or locals. Nobody else may log addresses."""
    app.before_request(_begin)
    app.teardown_request(_forget)
    app.after_request(_end)
    app.log_exception = _crash  # type: ignore[method-assign]
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # its lines carry paths, and a path may be a one-time link
    logger.setLevel(logging.INFO)
    if not logger.handlers:
        logger.addHandler(_Stderr())


def note(event: str, level: int = logging.INFO, **facts: Any) -> None:
    at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    logger.log(level, "%s", json.dumps({"at": at, "event": event, "request": request_id.get(), **facts}))


class _Stderr(logging.StreamHandler):
    """Writes to whatever stderr is at the moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr


def _begin() -> None:
    g.began = time.perf_counter()
    request_id.set(secrets.token_hex(8))


def _forget(error: BaseException | None) -> None:
    """What comes after the request is not of it."""
    request_id.set("")


def _end(response: Response) -> Response:
    if not is_static():
        asked = {"method": request.method, "route": _route(), "person": _person()}
        note("request", **asked, status=response.status_code, ms=_elapsed())
    response.headers["X-Request-Id"] = request_id.get()
    return response


def _crash(exc_info: Any) -> None:
    error = exc_info[1]
    note("crash", logging.ERROR, method=request.method, route=_route(), errors=list(_errors(error)))


def thread_crash(args: threading.ExceptHookArgs) -> None:
    """A crash beside the requests, told as theirs are."""
    note("crash", logging.ERROR, thread=args.thread.name if args.thread else "", errors=list(_errors(args.exc_value)))


def _errors(error: BaseException | None) -> Iterator[dict[str, Any]]:
    """The error and what caused it, by kind and place: their messages may carry values."""
    while error is not None:
        frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
        yield {"kind": type(error).__qualname__, "at": [f"{f.filename}:{f.lineno} {f.name}" for f in frames]}
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _route() -> str:
    return request.url_rule.rule if request.url_rule else ""


def _elapsed() -> int:
    return round((time.perf_counter() - g.began) * 1000) if "began" in g else 0


def _person() -> str:
    actor = g.get("actor")
    return actor.uid if actor else ""
