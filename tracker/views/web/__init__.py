"""What stands around every view: sessions, forms that are ours, headers, limits, logs and error pages."""

from typing import Any

from flask import Flask, current_app
from flask_login import LoginManager

from tracker.laws import passwords
from tracker.settings import Settings
from tracker.views.web import cookies, errors, headers, limits, login, logs, origin, typed
from tracker.views.web.cookies import enter, leave, now, signed_in
from tracker.views.web.limits import takes_files
from tracker.views.web.paths import our_path

__all__ = ["enter", "hashing", "leave", "now", "our_path", "protect", "signed_in", "takes_files"]


def protect(app: Flask) -> None:
    """Call once, after the hook that opens the database and sets g.at, and before the guard.

    Sets g.actor (None when nobody is signed in) and g.locale for every request.
    """
    settings: Settings = app.config["SETTINGS"]
    logs.keep(app)
    cookies.bake(app, settings)
    limits.set(app, settings)
    headers.send(app, settings)
    origin.check(app)
    typed.save(app)
    origin.check_tokens(app)
    login.offer(app, LoginManager())
    errors.word(app)
    app.config.setdefault("PASSWORD_COST", passwords.COST)


def hashing() -> dict[str, Any]:
    """The pepper and the cost with which this application hashes passwords."""
    return {"pepper": current_app.config["SETTINGS"].password_pepper, "cost": current_app.config["PASSWORD_COST"]}
