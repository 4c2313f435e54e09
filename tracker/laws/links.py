"""The law of one-time links: an invitation or a reset that works once, for a while, for one person.

Only the token's hash is kept. A new link makes the person's older ones void. A link that needs a second person does
not exist until somebody other than the one who asked, and other than the one it is for, has confirmed it. A row is
sealed under the host's secret; one whose seal does not hold is as if it were not there.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from peewee import Expression, Select

from models.database import housekeeping
from models.people import OneTimeLink, Person
from tracker.seals import Seal


class Purpose(StrEnum):
    INVITE = "invite"
    RESET = "reset"


LASTS = {Purpose.INVITE: dt.timedelta(days=7), Purpose.RESET: dt.timedelta(hours=24)}

_seal = Seal("varna/link/v1")
use_secret = _seal.use_secret


class Void(Exception):
    """The link was used, replaced, is too old, waits for a second person, or never was."""


class SamePerson(Exception):
    """Whoever asked for it, or whom it is for, cannot also confirm it."""


def make(person: int, purpose: Purpose, by: int | None, at: dt.datetime) -> str:
    """A link's token, which is told this once. Persons are ids; `by` is None for a command of the host."""
    token = _token()
    _replace(person, purpose, by, at, token=token, needs_second=False)
    return token


def ask(person: int, purpose: Purpose, by: int | None, at: dt.datetime) -> None:
    """Asks for a link that a second person must confirm; until then no token opens it."""
    _replace(person, purpose, by, at, token=_token(), needs_second=True)


def asked(person: int, at: dt.datetime) -> OneTimeLink | None:
    """The person's link that waits for a second person."""
    waits = OneTimeLink.needs_second & OneTimeLink.confirmed_by.is_null()
    return next(_whole(_with_people().where((OneTimeLink.person == person) & waits & _living(_utc(at)))), None)


def confirm(person: int, by: int, at: dt.datetime) -> str:
    """The token of the link that somebody else asked for; its time begins now. Raises Void and SamePerson."""
    link: Any = asked(person, at)
    token = _token()
    if link is None:
        raise Void
    if by in (link.requested_by, link.person):
        raise SamePerson
    link.token, link.confirmed_by, link.expires_at = _digest(token), by, _utc(at) + LASTS[Purpose(link.purpose)]
    values = {name: getattr(link, name) for name in ("token", "confirmed_by", "expires_at")}
    with housekeeping(OneTimeLink):
        mine = (OneTimeLink.id == link.id) & OneTimeLink.confirmed_by.is_null()
        if not OneTimeLink.update(values | {"seal": _seal.of(*_sealed(link, link.whose))}).where(mine).execute():
            raise Void
    return token


def find(token: str, at: dt.datetime) -> OneTimeLink:
    """The link that `token` opens. Raises Void."""
    opens = ~OneTimeLink.needs_second | OneTimeLink.confirmed_by.is_null(False)
    link = next(_whole(_with_people().where((OneTimeLink.token == _digest(token)) & opens & _living(_utc(at)))), None)
    if link is None:
        raise Void
    return link


@contextmanager
def using(token: str, at: dt.datetime) -> Iterator[OneTimeLink]:
    """Spends the link, first of all; gives it back if what it was used for did not happen. Raises Void."""
    link = find(token, at)
    _spend(link, at)
    done = False
    try:
        yield link
        done = True
    finally:
        if not done:
            _give_back(link)


def void(person: int, purpose: Purpose | None = None) -> None:
    """Takes away what `person` has not used, of one purpose or of all."""
    unused = (OneTimeLink.person == person) & OneTimeLink.used_at.is_null()
    with housekeeping(OneTimeLink):
        OneTimeLink.delete().where(unused & (OneTimeLink.purpose == purpose.value) if purpose else unused).execute()


def sweep(at: dt.datetime) -> int:
    """Takes away what is over since a month; returns how many."""
    with housekeeping(OneTimeLink):
        return OneTimeLink.delete().where(OneTimeLink.expires_at < _utc(at) - dt.timedelta(days=30)).execute()


def _replace(person: int, purpose: Purpose, by: int | None, at: dt.datetime, *, token: str, needs_second: bool) -> None:
    with housekeeping(OneTimeLink):
        OneTimeLink.delete().where((OneTimeLink.person == person) & OneTimeLink.used_at.is_null()).execute()
        link = OneTimeLink(
            token=_digest(token), person=person, purpose=purpose.value, requested_by=by,
            needs_second=needs_second, expires_at=_utc(at) + LASTS[purpose],
        )  # fmt: skip
        link.seal = _seal.of(*_sealed(link, Person.get_by_id(person)))
        link.save()


def _spend(link: OneTimeLink, at: dt.datetime) -> None:
    unused = (OneTimeLink.id == link.id) & OneTimeLink.used_at.is_null()
    with housekeeping(OneTimeLink):
        if not OneTimeLink.update(used_at=_utc(at)).where(unused).execute():
            raise Void


def _give_back(link: OneTimeLink) -> None:
    with housekeeping(OneTimeLink):
        OneTimeLink.update(used_at=None).where(OneTimeLink.id == link.id).execute()


def _with_people() -> Select:
    return OneTimeLink.select(OneTimeLink, Person.uid).join(Person, on=(Person.id == OneTimeLink.person), attr="whose")


def _whole(rows: Iterable[Any]) -> Iterator[Any]:
    """Those whose seal holds."""
    return (row for row in rows if _seal.holds(row.seal, *_sealed(row, row.whose), row=row.id))


def _sealed(link: OneTimeLink, whose: Person) -> tuple[object, ...]:
    """What the seal covers: all but whether it was used. The person by uid: a number means another elsewhere."""
    return (
        link.token, whose.uid.hex, link.purpose, link.needs_second, link.requested_by, link.confirmed_by,
        link.expires_at,
    )  # fmt: skip


def _living(now: dt.datetime) -> Expression:
    return OneTimeLink.used_at.is_null() & (OneTimeLink.expires_at > now)


def _token() -> str:
    return secrets.token_urlsafe(32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _utc(at: dt.datetime) -> dt.datetime:
    """As the column keeps it: UTC without zone."""
    return at.astimezone(dt.UTC).replace(tzinfo=None)
