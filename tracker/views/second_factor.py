"""Two-step sign-in, for oneself: what one has, adding and removing it, and recovery codes.

It begins with proving who one is: by a code or a passkey, or by the password as long as one has neither.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as Answer

from models.words import Act
from tracker.acts import people
from tracker.laws.second_factor import steps
from tracker.spine.errors import Invalid
from tracker.views import proving, web
from tracker.views.answer import said, say
from tracker.views.guard import needs, while_confined
from tracker.views.second_factor_pages import app_page, codes_page, managing_page, proving_page
from tracker.views.web import cookies

bp = Blueprint("second_factor", __name__, url_prefix="/konto/tvasteg")

FRESH = dt.timedelta(minutes=10)  # so long the password of the sign-in has just been given
PROVEN = "proven"

View = Callable[..., Answer]


def _open(view: View) -> View:
    return while_confined(needs(Act.ENTER)(view))


def _only_proven(view: View) -> View:
    """Nothing here is changed before the person has proven who they are, however the request was made."""

    @wraps(view)
    def asked(**where: Any) -> Answer:
        return view(**where) if _is_proven() else redirect(_here(), 303)

    return asked


@bp.get("")
@_open
def show() -> Answer:
    return managing_page(_target()) if _is_proven() else proving_page(_target())


@bp.post("/bekraftelse")
@_open
def prove() -> Answer:
    try:
        if people.factors.of(g.actor):
            people.second_factor.verify(g.actor, proving.given(), at=g.at)
        else:
            typed, address = request.form.get("old_password", ""), request.remote_addr or ""
            people.prove_password(g.actor, typed, address, at=g.at, **web.hashing())
    except Invalid as error:
        return proving_page(_target(), _worded(error))
    _mark_proven()
    return redirect(_here(), 303)


@bp.get("/app")
@_open
@_only_proven
def begin_app() -> Answer:
    return app_page(people.factors.begin_app(g.actor, _issuer(), at=g.at), _target())


@bp.post("/app")
@_open
@_only_proven
def add_app() -> Answer:
    name, ticket, code = (request.form.get(field, "") for field in ("name", "second_ticket", "second_code"))
    try:
        return _added(people.factors.add_app(g.actor, name, ticket, code, at=g.at))
    except Invalid as error:
        problems = _worded(error)
    if "" in problems:
        said(problems[""], "no")
        return redirect(_here(), 303)
    secret, address = people.factors.resume_app(g.actor, ticket, _issuer(), at=g.at)
    return app_page((secret, address, ticket), _target(), name, problems)


@bp.post("/nyckel")
@_open
@_only_proven
def add_passkey() -> Answer:
    name, given = request.form.get("name", ""), proving.given()
    try:
        added = people.factors.add_passkey(g.actor, name, given.answer, given.ticket, given.site, at=g.at)
    except Invalid as error:
        return managing_page(_target(), _worded(error), name)
    return _added(added)


@bp.post("/<uid>/borttagning")
@_open
@_only_proven
def remove(uid: str) -> Answer:
    keeps_one = people.second_factor.is_needed(g.actor) and not g.demo
    try:
        people.factors.remove(g.actor, uid, keeps_one=keeps_one, at=g.at)
    except Invalid as error:
        said(_worded(error)[""], "no")
    else:
        said("It is removed.")
    return redirect(_here(), 303)


@bp.post("/koder")
@_open
@_only_proven
def new_codes() -> Answer:
    try:
        return codes_page(people.factors.new_codes(g.actor, at=g.at), _target())
    except Invalid as error:
        said(_worded(error)[""], "no")
        return redirect(_here(), 303)


def _added(codes: tuple[str, ...]) -> Response | Answer:
    """With the first factor every session ended, this one too: a new one begins, which is confined no longer."""
    if not codes:
        said("It is added.")
        return redirect(_here(), 303)
    web.enter(people.myself(g.actor))
    _mark_proven()
    return codes_page(codes, _target())


def _is_proven() -> bool:
    person, row = people.myself(g.actor), cookies.row()
    if row is None:
        return False
    if steps.is_proven(session.get(PROVEN, ""), person, row.token, g.at):
        return True
    return not people.second_factor.has(person) and g.at - row.started_at.replace(tzinfo=dt.UTC) < FRESH


def _mark_proven() -> None:
    row = cookies.row()
    if row is not None:
        session[PROVEN] = steps.proven(people.myself(g.actor), row.token, g.at)


def _worded(error: Invalid) -> dict[str, str]:
    return {problem.field: say(problem.message) for problem in error.problems}


def _issuer() -> str:
    """What an app calls this account's place."""
    return f"Värna {g.municipality}"


def _here() -> str:
    return url_for("second_factor.show", next=_target())


def _target() -> str:
    """Where the person goes when they are done here."""
    return web.our_path(request.form.get("next") or request.args.get("next"), url_for("account.show"))
