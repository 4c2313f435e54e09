"""The unlocked vault of whoever asks: a cookie of its own, which no other site can send along."""

import datetime as dt

from flask import current_app, g, request
from werkzeug.wrappers import Response as Answer

from models.vault import VaultSession
from models.words import Act, Register
from tracker.acts.vault import unlocking
from tracker.acts.vault.asking import Secrets
from tracker.laws import policy
from tracker.laws.vault import sessions
from tracker.laws.vault.envelopes import CannotOpen
from tracker.laws.vault.holding import Keys
from tracker.views.web import cookies


def secrets() -> Secrets:
    """The pepper and the cost with which this application stretches passphrases."""
    return Secrets(current_app.config["SETTINGS"].password_pepper, current_app.config["VAULT_COST"])


def until() -> dt.datetime | None:
    """When the vault of whoever asks locks by itself; None where it is locked. Nothing is asked without the cookie."""
    row = _row()
    return sessions.until(row) if row else None


def keys() -> Keys | None:
    """The keys of the unlocked vault; puts off its locking. None where it is locked."""
    row, sign_in = _row(), cookies.row()
    if row is None or sign_in is None:
        return None
    try:
        return unlocking.keys_in(row, request.cookies[_name()], sign_in.token, at=g.at)
    except CannotOpen:
        return None


def give(answer: Answer, cookie: str) -> Answer:
    """Sends the cookie's share along with an answer."""
    answer.set_cookie(_name(), cookie, path="/", secure=_secure(), httponly=True, samesite="Strict")
    return answer


def forget(answer: Answer) -> Answer:
    answer.delete_cookie(_name(), path="/", secure=_secure(), httponly=True, samesite="Strict")
    return answer


def _row() -> VaultSession | None:
    cookie, sign_in = request.cookies.get(_name()), cookies.row()
    if (
        not cookie
        or not sign_in
        or g.get("actor") is None
        or not policy.may(g.actor, Register.PROTECTIVE_SECURITY, Act.OPEN)
    ):
        return None
    if "vault_row" not in g:
        g.vault_row = sessions.find(cookie, g.actor.id, sign_in.token, g.at)
    return g.vault_row


def _name() -> str:
    return "__Host-varna-vault" if _secure() else "varna-vault"


def _secure() -> bool:
    return current_app.config["SETTINGS"].behind_tls
