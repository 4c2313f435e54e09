"""Flask-Login, for `current_user` only: who that is comes from our own sessions, anew for every request."""

from flask import Flask, Request, g
from flask_login import LoginManager, UserMixin

from models.people import Actor


class Reader(UserMixin):
    """The actor of this request as Flask-Login's user."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.id, self.name = actor, actor.uid, actor.name


def offer(app: Flask, manager: LoginManager) -> None:
    manager.session_protection = None
    manager.request_loader(_reader)
    manager.init_app(app)


def _reader(request: Request) -> Reader | None:
    return Reader(g.actor) if g.get("actor") is not None else None
