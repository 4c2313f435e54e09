"""The law of sessions: a row per sign-in, whose random token only the browser has.

Ends after half an hour unused, after ten hours in any case, and at once when somebody ends it.
"""

import datetime as dt
import hashlib
import secrets

from peewee import Expression

from models.database import housekeeping
from models.people import Session

IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=10)
SEEN_EVERY = dt.timedelta(minutes=1)
ROOM = 4000  # characters of data


class TooMuch(ValueError):
    """More data than a session holds."""


def start(person: int, at: dt.datetime, data: str = "{}") -> tuple[str, Session]:
    """A new session for `person` (id) and its token, which is told this once. Sweeps away those that lapsed."""
    token, now = _token(), _utc(at)
    with housekeeping(Session):
        Session.delete().where(_lapsed(now)).execute()
        session = Session.create(
            token=_digest(token), person=person, data=_bounded(data), started_at=now, seen_at=now, elevated_at=None
        )
    return token, session


def find(token: str, at: dt.datetime) -> Session | None:
    """The living session of `token`."""
    return Session.select().where((Session.token == _digest(token)) & ~_lapsed(_utc(at))).first()


def seen(session: Session, at: dt.datetime) -> None:
    """Puts off the idle limit. Written at most once a minute, so that reading pages writes next to nothing."""
    now = _utc(at)
    if now - session.seen_at < SEEN_EVERY:
        return
    with housekeeping(Session):
        Session.update(seen_at=now).where(Session.id == session.id).execute()
    session.seen_at = now


def renew(session: Session, at: dt.datetime, elevated: bool = False) -> str:
    """A new token for the same session; the old one is dead. Its ten hours go on."""
    token = _token()
    session.token, session.elevated_at = _digest(token), _utc(at) if elevated else session.elevated_at
    with housekeeping(Session):
        Session.update(token=session.token, elevated_at=session.elevated_at).where(Session.id == session.id).execute()
    return token


def keep(session: Session, data: str) -> None:
    """Stores small data (the CSRF secret, messages to show, language) as JSON text. Raises TooMuch."""
    with housekeeping(Session):
        Session.update(data=_bounded(data)).where(Session.id == session.id).execute()


def end(session: Session) -> None:
    with housekeeping(Session):
        Session.delete().where(Session.id == session.id).execute()


def end_all(person: int, but: Session | None = None) -> int:
    """Ends every session of `person`, perhaps except the one in use; returns how many."""
    theirs = Session.person == person
    with housekeeping(Session):
        return Session.delete().where(theirs & (Session.id != but.id) if but else theirs).execute()


def of(person: int, at: dt.datetime) -> list[Session]:
    """Where `person` is signed in, newest first."""
    living = (Session.person == person) & ~_lapsed(_utc(at))
    return list(Session.select().where(living).order_by(Session.seen_at.desc(), Session.id.desc()))


def _lapsed(now: dt.datetime) -> Expression:
    return (Session.seen_at <= now - IDLE) | (Session.started_at <= now - LONGEST)


def _token() -> str:
    return secrets.token_urlsafe(32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _bounded(data: str) -> str:
    if len(data) > ROOM:
        raise TooMuch(f"A session holds {ROOM} characters.")
    return data


def _utc(at: dt.datetime) -> dt.datetime:
    """As the column keeps it: UTC without zone."""
    return at.astimezone(dt.UTC).replace(tzinfo=None)
