"""How far a person reaches: policy's scopes as one condition inside the same SQL query."""

import datetime as dt
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL, Case

from models.measures import Mark
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
    scopes, veiled = policy.scopes(actor, record_type.declared.register, act), record_type.veiled()
    found = _condition(scopes, record_type, actor, today, EVERYTHING if act in READING else NOTHING)
    return found if veiled is None else found & (~veiled | reads_secret(actor, record_type, today))


def acts_on(actor: Actor, row: Record, today: dt.date) -> frozenset[Act]:
    """What `actor` may do with this very record, in one query: what its page offers and its acts grant."""
    reaches = {act: policy.scopes(actor, row.declared.register, act) for act in Act}
    narrow = sorted(frozenset[Scope]().union(*reaches.values()) - {Scope.EVERYWHERE})
    own = [row.own(scope.value, actor.id, today) for scope in narrow]
    nobodys = READING if own and own[0] is None else frozenset()
    asked = type(row).select(*(Case(None, ((one, 1),), 0) for one in own)).where(type(row).id == row.id)
    answers = asked.tuples().first() if own and not nobodys else ()
    held = {Scope.EVERYWHERE} | {scope for scope, yes in zip(narrow, answers or (), strict=False) if yes}
    return frozenset(act for act, found in reaches.items() if found & held or (found and act in nobodys))


def unread(actor: Actor, row: Record, names: Iterable[str], today: dt.date) -> set[str]:
    """Those of `names` whose values are secret to `actor` in this record: what nobody reads, nobody overwrites."""
    standing = Mark.of(row._meta.table_name, today) & (Mark.about_uid == row.uid)
    filled = [name for name in names if row.__data__.get(name) not in (None, "")]
    found = Mark.select(Mark.field).where(standing & Mark.field.in_(filled))
    marked = {mark.field for mark in found} if filled else set()
    marked |= {name for name in filled if row.floor(name) is Protection.SECRET}
    mine = type(row).select().where((type(row).id == row.id) & reads_secret(actor, type(row), today))
    return marked if marked and not mine.exists() else set()


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
