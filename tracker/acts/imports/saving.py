"""Saving what a file would do: everything in one act, or nothing."""

import datetime as dt
from collections.abc import Iterator, Sequence

from peewee import IntegrityError

from models.happenings import Verb
from models.people import Actor, RoleGrant
from models.words import Act, Message, Problem
from tracker.acts.imports.along import tie
from tracker.acts.imports.planning import BATCH, Draft, Fate, Plan, ask
from tracker.language import today as day_of
from tracker.laws import ledger, sessions
from tracker.spine.errors import Invalid, Refused
from tracker.spine.reach import reach


def save(actor: Actor, plan: Plan, at: dt.datetime) -> None:
    """Saves what `look` gave, in one act; nothing changed leaves no entry.

    Raises Refused, Invalid (problems, nothing saved), ledger.Conflict when somebody changed a row since, and NoTurn.
    """
    ask(actor, plan.shape)
    if plan.problems:
        raise Invalid(Problem("", problem.message) for problem in plan.problems)
    drafts = list(_parents_first([draft for draft in plan.drafts if draft.fate is not Fate.SAME]))
    if not drafts:
        return
    facts = {fate.value: plan.count(fate) for fate in Fate}
    try:
        with ledger.act(actor, Verb.IMPORTED, drafts[0].row, at=at, facts=facts) as act:
            for draft in drafts:
                _write(act, draft, day_of(at))
            _stay_within(actor, plan, drafts, day_of(at))
    except IntegrityError as error:
        problem = Problem("", Message("Something like this is there already, or what it belongs to is gone."))
        raise Invalid([problem]) from error
    for draft in drafts:
        _sign_in_anew(draft)


def _parents_first(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """A new unit before those that belong to it. No unit lies beneath itself here: `look` has told."""
    waiting = {draft.row.uid: draft for draft in drafts}
    for draft in drafts:
        chain: list[Draft] = []
        here: Draft | None = draft
        while here is not None and waiting.pop(here.row.uid, None):
            chain.append(here)
            above = here.links.get("parent")
            here = waiting.get(above.uid) if above is not None else None
        yield from reversed(chain)


def _write(act: ledger.Writing, draft: Draft, today: dt.date) -> None:
    """The row, tied to what it links to now that this is stored; then what comes along, and what follows from that."""
    for name, linked in draft.links.items():
        setattr(draft.row, name, linked.id)
    act.save(draft.row)
    for other in draft.others:
        tie(other, draft.row)
        act.save(other)
        for further in other.follows(today):
            act.save(further)


def _stay_within(actor: Actor, plan: Plan, drafts: Sequence[Draft], today: dt.date) -> None:
    """A row that would leave the actor's reach takes the whole file with it."""
    record_type = plan.shape.record_type
    mine = reach(actor, record_type, Act.IMPORT, today)
    numbers = [draft.row.id for draft in drafts]
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        if record_type.select().where(record_type.id.in_(batch) & mine).count() != len(batch):
            raise Refused(Message("This lies outside what you are responsible for."))


def _sign_in_anew(draft: Draft) -> None:
    """Whoever got a role signs in again."""
    if draft.before and any(isinstance(other, RoleGrant) for other in draft.others):
        sessions.end_all(draft.row.id)
