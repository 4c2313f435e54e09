"""The law of sessions: a row per sign-in, whose random token only the browser has.

Ends after half an hour unused, after ten hours in any case, and at once when somebody ends it. A row is sealed under
the host's secret; one whose seal does not hold is as if it were not there.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from peewee import Expression, Select

from models.database import housekeeping
from models.people import Person, Session
from tracker.seals import Seal

IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=10)
SEEN_EVERY = dt.timedelta(minutes=1)
ROOM = 4000  # characters of data

_seal = Seal("varna/session/v1")
use_secret = _seal.use_secret


class TooMuch(ValueError):
    """More data than a session holds."""


def start(person: int, at: dt.datetime, data: str = "{}", confined: bool = False) -> tuple[str, Session]:
    """A new session for `person` (id) and its token, which is told this once. Sweeps away those that lapsed."""
    token, now = _token(), _utc(at)
    with housekeeping(Session):
        Session.delete().where(_lapsed(now)).execute()
        session = Session(
            token=_digest(token), person=person, data=_bounded(data), confined=confined, started_at=now, seen_at=now
        )
        session.seal = _seal.of(*_sealed(session, Person.get_by_id(person)))
        session.save()
    return token, session


def find(token: str, at: dt.datetime) -> Session | None:
    """The living session of `token`."""
    return next(_whole(_with_people().where((Session.token == _digest(token)) & ~_lapsed(_utc(at)))), None)


def seen(session: Session, at: dt.datetime) -> None:
    """Puts off the idle limit. Written at most once a minute, so that reading pages writes next to nothing."""
    now = _utc(at)
    if now - session.seen_at < SEEN_EVERY:
        return
    with housekeeping(Session):
        Session.update(seen_at=now).where(Session.id == session.id).execute()
    session.seen_at = now


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
    return list(_whole(_with_people().where(living).order_by(Session.seen_at.desc(), Session.id.desc())))


def _with_people() -> Select:
    return Session.select(Session, Person.uid).join(Person, on=(Person.id == Session.person), attr="whose")


def _whole(rows: Iterable[Any]) -> Iterator[Session]:
    """Those whose seal holds."""
    return (row for row in rows if _seal.holds(row.seal, *_sealed(row, row.whose), row=row.id))


def _sealed(session: Session, whose: Person) -> tuple[object, ...]:
    """What the seal covers. The person by uid: a number means somebody else in another database."""
    confined = ("confined",) if session.confined else ()
    return session.token, whose.uid.hex, session.started_at, *confined


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
