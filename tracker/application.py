"""The app factory: puts the parts together and hands them to one another."""

import datetime as dt

from flask import Flask, current_app, g
from flask_bootstrap import Bootstrap5
from jinja2 import StrictUndefined

from models.database import connect_to, connection, db
from models.words import Act
from tracker import commands, language
from tracker.acts.vault import drafts
from tracker.laws import ledger, links, second_factor, sessions
from tracker.laws.vault import sessions as vault_sessions
from tracker.laws.vault import standing, wraps
from tracker.settings import Settings, read
from tracker.views import blueprints as views
from tracker.views import frame, guard, registers, web


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Raises Refusal without what production needs, Undeclared for a view without its act."""
    settings = settings or read()
    app = Flask("tracker", template_folder="../templates", static_folder="../static")
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, VAULT_COST=wraps.COST)
    run_with(app, settings)
    _templates(app)
    app.before_request(_open)
    app.teardown_request(_close)
    web.protect(app)
    for blueprint in views.ALL:
        app.register_blueprint(blueprint)
    registers.register(app)
    frame.surround(app)
    _static_files_are_public(app)
    guard.stand_guard(app)
    commands.register(app)
    return app


def run_with(app: Flask, settings: Settings) -> None:
    """Gives an application its host's settings: the database, the secrets and the keys."""
    app.config.update(SETTINGS=settings, SECRET_KEY=settings.secret_key)
    connect_to(settings.database_url)
    app.extensions["ledger_key"] = hand_out(settings)


def hand_out(settings: Settings) -> bytes:
    """Gives each law the host's secrets that it works with; returns the ledger's public key."""
    for sealing in (sessions, links, drafts.SEAL, vault_sessions):
        sealing.use_secret(settings.secret_key.encode())
    second_factor.use_secrets(settings.secret_key.encode(), settings.password_pepper)
    standing.use_pin(settings.vault_pin, ledger.witnessed)
    return ledger.use_key(settings.ledger_key, settings.ledger_trusts)


def _static_files_are_public(app: Flask) -> None:
    for endpoint in ("static", "bootstrap.static"):
        served = app.view_functions[endpoint]
        app.view_functions[endpoint] = guard.needs(Act.PUBLIC)(lambda served=served, **where: served(**where))


def _templates(app: Flask) -> None:
    Bootstrap5(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: language.catalogue(g.locale).ugettext(text),
        lambda one, many, number: language.count(one, many, number, g.locale),
        newstyle=True,
    )


def _open() -> None:
    """One connection for the request."""
    g.database = connection()
    g.database.__enter__()
    g.at = dt.datetime.now(dt.UTC)
    g.municipality, g.demo = current_app.config["SETTINGS"].municipality, current_app.config["SETTINGS"].is_demo


def _close(error: BaseException | None) -> None:
    opened = g.pop("database", None)
    if opened is not None and not db.is_closed():
        opened.__exit__(None, None, None)
