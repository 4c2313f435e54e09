"""The headers of every answer."""

from flask import Flask, Response, request

from tracker.settings import Settings

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}
TLS_ONLY = {"Strict-Transport-Security": "max-age=63072000"}


def send(app: Flask, settings: Settings) -> None:
    wanted = ALWAYS | (TLS_ONLY if settings.behind_tls else {})

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in wanted.items():
            response.headers.setdefault(name, value)
        if not is_static():
            response.headers["Cache-Control"] = "no-store"
        return response


def is_static() -> bool:
    """Whether this asks for a file that is the same for everyone."""
    return request.endpoint in ("static", "bootstrap.static")
