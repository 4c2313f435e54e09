"""A review's pages: what the figures propose for a criterion, taken over by a button, and when the next one is due."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from models.guarding import CriterionScore, Review, Score
from models.record import Record
from models.words import Act, Message, Register
from tracker.acts import proposing
from tracker.laws.ledger import Conflict
from tracker.pages import Form
from tracker.spine import records
from tracker.spine.reading import Reading, address
from tracker.views import own
from tracker.views.answer import said, say
from tracker.views.guard import needs

bp = Blueprint("proposing", __name__)


@bp.post("/kriteriepoang/<uid>/forslag")
@needs(Act.EDIT, Register.GUARDING)
def take_over(uid: str) -> Response:
    return _changed(CriterionScore, uid, lambda: proposing.take_over(g.actor, uid, _version(), g.at))


@bp.post("/oversyner/<uid>/forslag")
@needs(Act.EDIT, Register.GUARDING)
def take_over_all(uid: str) -> Response:
    row: Any = records.find(g.actor, Review, uid, Act.EDIT, g.at)
    taken = proposing.take_over_all(g.actor, row, g.at)
    if taken:
        said(Message("Scored as the figures propose: %(number)s criteria.", number=taken))
    else:
        said("The figures rest on too little to propose a score.", "part")
    return redirect(address(row), 303)


@bp.post("/oversyner/<uid>/nasta")
@needs(Act.EDIT, Register.GUARDING)
def set_next(uid: str) -> Response:
    return _changed(Review, uid, lambda: proposing.set_next_review(g.actor, uid, _version(), g.at))


def _changed(record_type: type[Record], uid: str, change: Callable[[], Record]) -> Response:
    row = records.find(g.actor, record_type, uid, Act.EDIT, g.at)
    try:
        change()
        said("Saved.")
    except Conflict:
        said("Somebody else changed this while you were looking. Look again, and press once more.", "part")
    return redirect(address(row), 303)


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@own.tells(CriterionScore)
def proposed(row: CriterionScore, look: Reading) -> Iterable[Message]:
    """To those who score."""
    made = proposing.proposal(g.actor, row, look.at) if Act.EDIT in look.acts(row) else None
    if made is not None:
        yield from (fact.told(look.locale) for fact in made.facts)
        yield (
            Message("No score is proposed.")
            if made.score is None
            else Message("The figures propose: %(score)s.", score=made.score)
        )


@own.offers(CriterionScore)
def taking_over(row: CriterionScore, look: Reading) -> Iterable[Form]:
    made = proposing.proposal(g.actor, row, look.at) if Act.EDIT in look.acts(row) else None
    if made is not None and made.score is not None:
        yield Form(
            f"{address(row)}/forslag", say("Take over what is proposed"), hidden=(("version", str(row.version)),)
        )


@own.tells(Review)
def to_be_answered(row: Review, look: Reading) -> Iterable[Message]:
    numbers = proposing.answerable(row) if Act.EDIT in look.acts(row) else []
    if numbers:
        yield Message("The figures can answer these criteria, not scored yet: %(numbers)s.", numbers=numbers)


def _all_at_once(row: Review, look: Reading) -> Iterable[Form]:
    if proposing.answerable(row) and Act.EDIT in look.acts(row):
        yield Form(f"{address(row)}/forslag", say("Take over all that is proposed"))


@own.offers(Review)
def next_one(row: Review, look: Reading) -> Iterable[Form]:
    """All that the figures propose; and by the cycle the next review, until somebody has said a day."""
    yield from _all_at_once(row, look)
    if row.next_on is None and not row.is_locked and Act.EDIT in look.acts(row):
        label = say("Plan the next review for %(day)s", day=proposing.next_review(look.today))
        lead = say("By the municipality's own target for months between two reviews.")
        yield Form(f"{address(row)}/nasta", label, hidden=(("version", str(row.version)),), lead=lead)


def _is_weak(row: Record, look: Reading) -> bool:
    return row.__data__.get("score") in (Score.NONE, Score.WEAK)


own.leads(CriterionScore, "Make it a measure", "atgarder/ny", Act.EDIT, _is_weak, primary=True)
