"""Flask's session on rows of our own. Before sign-in there is no row, only a signed cookie with the CSRF secret."""

import datetime as dt
import hashlib
import json
import secrets
from contextlib import suppress
from typing import Any

from flask import Flask, Request, Response, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from models.database import NoTurn
from models.people import Person, Session
from tracker.acts import people
from tracker.language import LOCALES, today
from tracker.laws import sessions
from tracker.settings import Settings

BY_ITSELF = "X-Live"
"""The header of what a page's script asks by itself, without anybody doing anything."""


class WebSession(SecureCookieSession):
    """What a request carries: the small data, and the row it lies in once somebody is signed in."""

    row: Session | None = None
    presented: str | None = None  # the token the browser sent
    told: str | None = None  # a new token for the browser
    recognised = False

    def recognise(self, at: dt.datetime) -> None:
        """Finds the row of the token presented; its data take the place of the cookie's."""
        self.recognised = True
        self.row = sessions.find(self.presented, at) if self.presented else None
        if self.row is None:
            return
        self._hold(json.loads(self.row.data))
        if request.headers.get(BY_ITSELF):
            return  # nobody is there because a page asks anew: the idle limit comes as if it had not
        with suppress(NoTurn):
            sessions.seen(self.row, at)

    def begin(self, person: Person, at: dt.datetime, confined: bool) -> None:
        """A new token and a new row, whatever the browser brought."""
        if self.row:
            sessions.end(self.row)
        self._hold({"csrf_token": secrets.token_hex(20), "locale": person.language.value})
        self.told, self.row = sessions.start(person.id, at, self.text(), confined)

    def finish(self) -> None:
        if self.row:
            sessions.end(self.row)
        self.row = self.told = None
        self._hold({key: self[key] for key in ("locale",) if key in self})
        self.modified = True

    def text(self) -> str:
        return json.dumps(dict(self), separators=(",", ":"))

    def _hold(self, data: dict[str, Any]) -> None:
        self.clear()
        self.update(data)
        self.modified = False


class Sessions(SecureCookieSessionInterface):
    """Reads and writes the two cookies: `varna` (a token) and Flask's own (signed, before sign-in)."""

    session_class = WebSession
    digest_method = staticmethod(hashlib.sha256)

    def __init__(self, name: str) -> None:
        self.name = name

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        found = super().open_session(app, request)
        if isinstance(found, WebSession):
            found.presented = request.cookies.get(self.name)
        return found

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        if session.row is None:
            super().save_session(app, session, response)
            if session.presented and session.recognised:
                self._forget(app, response, self.name)
            return
        response.vary.add("Cookie")
        if session.told:
            response.set_cookie(self.name, session.told, **self._flags(app))
            self._forget(app, response, self.get_cookie_name(app))
        if session.modified:
            _keep(session)

    def _forget(self, app: Flask, response: Response, name: str) -> None:
        response.delete_cookie(name, **self._flags(app))

    def _flags(self, app: Flask) -> dict[str, Any]:
        return {"path": "/", "secure": self.get_cookie_secure(app), "httponly": True, "samesite": "Lax"}


def bake(app: Flask, settings: Settings) -> None:
    """Cookies no script reads; behind TLS with the name that binds them to this host."""
    name = "__Host-varna" if settings.behind_tls else "varna"
    app.config.update(
        SESSION_COOKIE_NAME=f"{name}-form",
        SESSION_COOKIE_SECURE=settings.behind_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=dt.timedelta(days=1),
    )
    app.session_interface = Sessions(name)
    app.before_request(recognise)


def now() -> dt.datetime:
    """The instant of this request."""
    return g.at if "at" in g else dt.datetime.now(dt.UTC)


def signed_in() -> int | None:
    """The id of the person whose living session this request carries."""
    mine = _mine()
    if not mine.recognised:
        mine.recognise(now())
    return mine.row.person if mine.row else None


def recognise() -> None:
    """Who asks, by their roles of today; and in which language. Swedish unless they chose."""
    number = signed_in()
    g.actor = people.actor_for(number, today(now())) if number else None
    g.confined = bool(number and _mine().row.confined)
    g.locale = session["locale"] if session.get("locale") in LOCALES else LOCALES[0]


def enter(person: Person, confined: bool = False) -> None:
    """Signs `person` in on this browser, under a new token and a new CSRF secret.

    Confined, they reach nothing but the setting up of a second factor.
    """
    _mine().begin(person, now(), confined)
    g.confined = confined
    g.pop("csrf_token", None)


def leave() -> None:
    """Ends the session of this browser."""
    _mine().finish()
    g.pop("csrf_token", None)


def row() -> Session | None:
    """The session in use."""
    return _mine().row


def _mine() -> WebSession:
    return session._get_current_object()  # type: ignore[attr-defined]


def _keep(mine: WebSession) -> None:
    """Stores what changed; what does not fit are messages to show, which are let go."""
    if len(mine.text()) > sessions.ROOM:
        mine.pop("_flashes", None)
    with suppress(NoTurn):
        sessions.keep(mine.row, mine.text())
