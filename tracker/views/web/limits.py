"""How much a request may bring, and that files stay in memory: Werkzeug would write them to /tmp in plain text."""

import io
from collections.abc import Callable
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker.settings import Settings

ORDINARY = 2 * 1024 * 1024  # bytes
FILES = 25 * 1024 * 1024
ONE_FIELD = 500_000
FIELDS = 3000

View = TypeVar("View", bound=Callable[..., Any])


class InMemory(Request):
    """A request whose uploaded files never touch the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()


def takes_files(view: View) -> View:
    """Marks a view to which a signed-in person may send up to 25 MiB."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def set(app: Flask, settings: Settings) -> None:
    app.request_class = InMemory
    app.config.update(
        MAX_CONTENT_LENGTH=ORDINARY,
        MAX_FORM_MEMORY_SIZE=ONE_FIELD,
        MAX_FORM_PARTS=FIELDS,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
    )
    if settings.behind_tls:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.before_request(_raise_for_files)


def _raise_for_files() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if g.get("actor") is not None and getattr(view, "takes_files", False):
        request.max_content_length = FILES
