"""How far a person reaches: policy's scopes as one condition inside the same SQL query."""

import datetime as dt
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL

from models.people import Actor
from models.record import Record
from models.words import Act, Protection
from tracker.laws import policy
from tracker.laws.policy import Scope

EVERYTHING = SQL("1 = 1")
NOTHING = SQL("1 = 0")


READING = frozenset({Act.SEE, Act.EXPORT})


def reach(actor: Actor, record_type: type[Record], act: Act, today: dt.date) -> Any:
    """The rows that `actor` may do `act` with."""
    scopes = policy.scopes(actor, record_type.declared.register, act)
    return _condition(scopes, record_type, actor, today, EVERYTHING if act in READING else NOTHING)


def reaches_all(actor: Actor, record_type: type[Record], act: Act, today: dt.date) -> bool:
    """Whether `actor` may do `act` with every row."""
    return reach(actor, record_type, act, today) is EVERYTHING


def reads_secret(actor: Actor, record_type: type[Record], today: dt.date) -> Any:
    """The rows whose secret values `actor` reads."""
    scopes = policy.sees(actor, record_type.declared.register, Protection.SECRET)
    return _condition(scopes, record_type, actor, today, NOTHING)


def _condition(scopes: Iterable[Scope], record_type: type[Record], actor: Actor, today: dt.date, nobodys: Any) -> Any:
    """`nobodys` is what holds for rows that belong to nobody in particular."""
    if Scope.EVERYWHERE in scopes:
        return EVERYTHING
    if actor.id is None or not scopes:
        return NOTHING
    own = [record_type.own(scope.value, actor.id, today) for scope in sorted(scopes)]
    return nobodys if own[0] is None else reduce(or_, own)
