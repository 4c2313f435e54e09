"""The acts on any record, in the order find → ask → check → seal → write."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from peewee import IntegrityError

from models.happenings import Verb
from models.kinds import EMPTY, Kind
from models.measures import Comment
from models.people import Actor
from models.record import Record, Step
from models.words import Act, Message, Problem
from tracker.language import today as day_of
from tracker.laws import ledger, policy
from tracker.laws.policy import Scope
from tracker.spine.errors import Invalid, Missing, Refused
from tracker.spine.reach import acts_on, reach, unread


def find(actor: Actor, record_type: type[Record], uid: str, act: Act, at: dt.datetime) -> Record:
    """The record of this name that `actor` may do `act` with. Raises Missing when there is none in reach."""
    name = as_uid(uid)
    condition = reach(actor, record_type, act, day_of(at))
    row = record_type.get_or_none((record_type.uid == name) & condition) if name else None
    if row is None:
        raise Missing
    return row


def as_uid(text: str) -> uuid.UUID | None:
    """A record's name out of an address, or None."""
    try:
        return uuid.UUID(hex=text) if len(text) == 32 else None
    except ValueError:
        return None


def add(actor: Actor, record_type: type[Record], values: Mapping[str, Any], at: dt.datetime) -> Record:
    """Makes a record. Raises Refused, Invalid, NoTurn."""
    declared = record_type.declared
    if not may_add(actor, record_type):
        raise Refused
    row = record_type(**{**_stamps(declared.begins, actor, at), **values})
    check(record_type, row, None)
    _write(actor, Verb.ADDED, declared.adding, row, at)
    return row


def may_add(actor: Actor, record_type: type[Record]) -> bool:
    """Whether `actor` may make such records: everywhere, or as parts of what is theirs, or such as begin as theirs."""
    declared = record_type.declared
    if not declared.creatable or not policy.may(actor, declared.register, declared.adding):
        return False
    everywhere = Scope.EVERYWHERE in policy.scopes(actor, declared.register, declared.adding)
    return everywhere or bool(declared.part_of) or "who" in declared.begins.values()


def change(actor: Actor, row: Record, values: Mapping[str, Any], version: int, at: dt.datetime) -> Record:
    """Changes a record that `find` gave, as it was at `version`. Raises Refused, Invalid, Conflict, NoTurn."""
    if not row.declared.editable or row.is_locked:
        raise Refused(Message("This is locked and cannot be changed. Write a correction instead."))
    if row.version == version and unread(actor, row, values, day_of(at)):
        raise Refused(Message("What stands there is masked for you, so you cannot write over it."))
    before = dict(row.__data__)
    _set(row, values)
    row.version = version
    check(type(row), row, before)
    _write(actor, Verb.CHANGED, Act.EDIT, row, at)
    return row


def may_add_to(actor: Actor, record_type: type[Record], whole: Record | None, today: dt.date) -> bool:
    """Whether `actor` may make such a record: by itself, or as part of this one or arising from it."""
    declared, may = record_type.declared, may_add(actor, record_type)
    if not may or not declared.part_of or whole is None:
        return may
    everywhere = Scope.EVERYWHERE in policy.scopes(actor, declared.register, declared.adding)
    return not whole.is_locked and (everywhere or declared.adding in acts_on(actor, whole, today))


def steps(actor: Actor, row: Record, today: dt.date) -> Iterator[tuple[str, Step]]:
    """The steps that the record's state allows and policy grants `actor` with this very record."""
    open_ones = {
        name: step
        for name, step in row.declared.steps.items()
        if row.state in step.before and not _barred(actor, row, step)
    }
    granted = acts_on(actor, row, today) if open_ones else frozenset()
    hidden = unread(actor, row, {name for step in open_ones.values() for name in step.asks}, today)
    for name, step in open_ones.items():
        if step.act in granted and not hidden.intersection(step.asks):
            yield name, step


def step(
    actor: Actor,
    record_type: type[Record],
    uid: str,
    name: str,
    values: Mapping[str, Any],
    version: int,
    at: dt.datetime,
) -> Record:
    """Takes a step in a record's life. Raises Missing, Refused, Invalid, Conflict, NoTurn."""
    move = record_type.declared.steps.get(name)
    if move is None:
        raise Missing
    row = find(actor, record_type, uid, move.act, at)
    if _barred(actor, row, move):
        raise Refused(Message("Whoever did the work cannot verify it. Somebody else must."))
    if row.version == version and row.state not in move.before:
        raise Refused(Message("That step cannot be taken from the state it is in now."))
    if row.version == version and unread(actor, row, move.asks, day_of(at)):
        raise Refused(Message("What stands there is masked for you, so you cannot write over it."))
    row.version = version
    _take(actor, row, move, values, at)
    _write(actor, Verb(name), move.act, row, at)
    return row


def remark(actor: Actor, row: Record, text: str, at: dt.datetime) -> Comment:
    """Writes a remark on a record; on a locked one it is a correction that points at it."""
    if Act.COMMENT not in acts_on(actor, row, day_of(at)):
        raise Refused
    comment = Comment(
        about_type=row._meta.table_name, about_uid=row.uid, text=text, by=actor.id, at=at, correction=row.is_locked
    )
    check(Comment, comment, None)
    verb = Verb.CORRECTED if row.is_locked else Verb.COMMENTED
    with ledger.act(actor, verb, row, at=at) as act:
        act.save(comment)
    return comment


def add_from(
    actor: Actor, record_type: type[Record], source: Record, values: Mapping[str, Any], at: dt.datetime
) -> Record:
    """A record (a measure) that another record gives rise to."""
    origin = {"source_type": source.declared.slug, "source_uid": source.uid}
    return add(actor, record_type, {**values, **origin}, at)


def arises_from(record_type: type[Record], source: type[Record]) -> bool:
    """Whether records of `record_type` (measures) can arise from those of `source`: whatever can be talked about."""
    if "source_uid" not in record_type._meta.fields or record_type is source or source.frozen:
        return False
    return bool(policy.who_may(source.declared.register, Act.COMMENT))


def checked(
    record_type: type[Record], values: Mapping[str, Any], names: Mapping[str, Kind] | None = None,
    before: Mapping[str, Any] | None = None,
) -> list[Problem]:  # fmt: skip
    """What is wrong with `values`: each field by itself, then several together. `before` is what is stored."""
    problems = [
        Problem(name, message)
        for name, kind in (names or record_type.kinds()).items()
        if kind.typed and (message := kind.problem(values.get(name), (before or {}).get(name)))
    ]
    return problems or list(record_type.problems(values))


def _barred(actor: Actor, row: Record, step: Step) -> bool:
    return bool(step.barred) and row.__data__.get(step.barred) == actor.id


def _take(actor: Actor, row: Record, move: Step, values: Mapping[str, Any], at: dt.datetime) -> None:
    kinds, stored = type(row).kinds(), row.__data__
    empty = {name: EMPTY for name in move.needs if values.get(name) in (None, "")}
    found = {name: told for name in move.asks if (told := kinds[name].problem(values.get(name), stored.get(name)))}
    problems = [Problem(name, message) for name, message in (empty | found).items()]
    if problems:
        raise Invalid(problems)
    _set(row, {name: values.get(name) for name in move.asks})
    _set(row, dict.fromkeys(move.clears))
    _set(row, _stamps(move.stamps, actor, at))
    row.state = move.after
    if together := [problem for problem in type(row).problems(row.__data__) if problem.field in move.asks]:
        raise Invalid(together)


def _stamps(stamps: Mapping[str, str], actor: Actor, at: dt.datetime) -> dict[str, Any]:
    return {name: {"who": actor.id, "today": day_of(at), "now": at}[what] for name, what in stamps.items()}


def _set(row: Record, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def check(record_type: type[Record], row: Record, before: Mapping[str, Any] | None) -> None:
    values = dict(row.__data__)
    problems = checked(record_type, values, before=before)
    wrong = {problem.field for problem in problems}
    problems += [
        Problem(name, Message("This is already used by another. Choose something else."))
        for name, kind in record_type.kinds().items()
        if name not in wrong and kind.unique and kind.typed and values.get(name) is not None  # type: ignore[attr-defined]
        and (before is None or before[name] != values[name]) and _taken(record_type, kind, row)
    ]  # fmt: skip
    if problems:
        raise Invalid(problems)


def _taken(record_type: type[Record], kind: Any, row: Record) -> bool:
    return record_type.select().where((kind == row.__data__[kind.name]) & (record_type.uid != row.uid)).exists()


def _write(actor: Actor, verb: Verb, act: Act, row: Record, at: dt.datetime) -> None:
    """One act; a row that thereby leaves the actor's reach is refused, and nothing of it stays."""
    record_type = type(row)
    try:
        with ledger.act(actor, verb, row, at=at) as writing:
            if writing.save(row):
                for other in row.follows(day_of(at)):
                    writing.save(other)
            mine = reach(actor, record_type, act, day_of(at))
            if not record_type.select().where((record_type.id == row.id) & mine).exists():
                raise Refused(Message("This lies outside what you are responsible for."))
    except IntegrityError as error:
        problem = Problem("", Message("Something like this is there already, or what it belongs to is gone."))
        raise Invalid([problem]) from error
