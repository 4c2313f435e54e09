"""What the figures say of a review's criteria: a score and its evidence, proposed and never set by itself."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from peewee import fn

from models.calendar import months_before
from models.guarding import (
    Aim,
    Criterion,
    CriterionScore,
    Deviation,
    GuardedSite,
    Review,
    ReviewState,
    Score,
    SpotCheck,
    aimed,
)
from models.people import Actor
from models.record import Record
from models.words import N_, Act, Message
from tracker import language
from tracker.acts.guarding import SHIPPED
from tracker.acts.usage import Figure, Period, Use
from tracker.language import today as day_of
from tracker.spine import records
from tracker.spine.errors import Missing

WHILE = (ReviewState.GATHERING, ReviewState.DRAFT, ReviewState.REFERRED)
STORED = "sv"
"""The language in which evidence is kept: the municipality's, whoever takes it over."""


@dataclass(frozen=True)
class Fact:
    """One figure that answers a criterion."""

    label: str
    text: str
    figure: Figure
    first: dt.date
    last: dt.date

    def told(self, locale: str) -> Message:
        """Levererat av det beställda: 97,4 procent (n = 2 310, nov 2024–okt 2026), mål minst 98."""
        value, label = self.figure.rounded(), Message(self.label)
        if value is None:
            return Message("%(label)s: no evidence", label=label)
        said = Message(
            "%(label)s: %(value)s (n = %(n)s, %(span)s), %(target)s",
            label=label, value=Message(self.text, share=value) if self.text else value, n=self.figure.base,
            span=language.span(self.first, self.last, locale), target=self._target(),
        )  # fmt: skip
        return Message("%(told)s; too few to judge", told=said) if self.figure.too_few else said

    def _target(self) -> Message:
        asked = Message("target at least %(target)s") if self.figure.at_least else Message("target at most %(target)s")
        return Message(asked.msgid, target=self.figure.target)


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a criterion; no `score` where a figure is missing or rests on too little."""

    facts: tuple[Fact, ...]
    score: Score | None

    def told(self, locale: str) -> str:
        return ". ".join(language.say(fact.told(locale), locale) for fact in self.facts) + "."


def proposal(actor: Actor, row: CriterionScore, at: dt.datetime) -> Proposal | None:
    """What the figures of the review's period say of one criterion; None where they cannot, or it is not the time."""
    review: Any = row.review
    names = _answers().get(row.criterion.text, ()) if review.state in WHILE else ()
    if not names:
        return None
    facts = tuple(_fact(name, actor, review, at) for name in names)
    scores = [_score(fact.figure) for fact in facts]
    told = [score for score in scores if score is not None]
    return Proposal(facts, min(told) if len(told) == len(scores) else None)


def answerable(review: Review) -> list[int]:
    """The numbers of the criteria that figures can answer and nobody has scored."""
    if review.state not in WHILE:
        return []
    unscored = (CriterionScore.review == review) & CriterionScore.score.is_null()
    rows: Any = (
        CriterionScore.select(CriterionScore.number)
        .join(Criterion)
        .where(unscored & Criterion.text.in_(list(_answers())))
    )
    return [number for (number,) in rows.order_by(CriterionScore.number).tuples()]


def take_over(actor: Actor, uid: str, version: int, at: dt.datetime) -> Record:
    """Scores a criterion as is proposed now. Raises Missing when nothing is, Refused, Conflict, NoTurn."""
    row: Any = records.find(actor, CriterionScore, uid, Act.EDIT, at)
    made = proposal(actor, row, at)
    if made is None or made.score is None:
        raise Missing
    return records.change(actor, row, {"score": made.score, "evidence": made.told(STORED)}, version, at)


def take_over_all(actor: Actor, review: Review, at: dt.datetime) -> int:
    """Scores every criterion without score as is proposed now; how many they were. Raises Refused, Conflict, NoTurn."""
    taken = 0
    rows = CriterionScore.select().where((CriterionScore.review == review) & CriterionScore.score.is_null())
    for row in rows.order_by(CriterionScore.number):
        made = proposal(actor, row, at)
        if made is not None and made.score is not None:
            records.change(actor, row, {"score": made.score, "evidence": made.told(STORED)}, row.version, at)
            taken += 1
    return taken


def next_review(today: dt.date) -> dt.date:
    """When the next review is due by the cycle."""
    return months_before(today, -aimed(Aim.CYCLE))


def set_next_review(actor: Actor, uid: str, version: int, at: dt.datetime) -> Record:
    """Raises Missing, Refused, Conflict, NoTurn."""
    row = records.find(actor, Review, uid, Act.EDIT, at)
    return records.change(actor, row, {"next_on": next_review(day_of(at))}, version, at)


@cache
def _answers() -> dict[str, tuple[str, ...]]:
    """By the words of a criterion: which figures answer it. In words of its own a municipality asks something else."""
    said = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return {each["text"]: tuple(each["figures"]) for each in said["criteria"] if "figures" in each}


def _score(figure: Figure) -> Score | None:
    """3 where the target is met, less by how much of it is; thresholds are the municipality's own."""
    if figure.holds is None:
        return None
    reached, asked = figure.scale * figure.top, (figure.target or 0) * figure.n
    some, whole = (reached, asked) if figure.at_least else (asked, reached)
    if figure.holds:
        return Score.GOOD
    for score, aim in ((Score.FAIR, Aim.FAIR), (Score.WEAK, Aim.WEAK)):
        if some * 100 >= aimed(aim) * whole:
            return score
    return Score.NONE


def _fact(name: str, actor: Actor, review: Review, at: dt.datetime) -> Fact:
    label, text, count = COUNTED[name]
    first, until = review.period_from.replace(day=1), months_before(review.period_to.replace(day=1), -1)
    period = Period("", first, min(until, day_of(at).replace(day=1)))
    return Fact(label, text, count(actor, review, period, at), period.first, max(period.last, period.first))


def _used(name: str) -> Callable[..., Figure]:
    return lambda actor, review, period, at: getattr(Use(actor, period, at), name)()


def _assessed(actor: Actor, review: Review, period: Period, at: dt.datetime) -> Figure:
    """As of today."""
    counted = (GuardedSite.number(name, day_of(at)) for name in ("assessed", "current"))
    return Figure(*counted, 100, aimed(Aim.ASSESSED), smallest=aimed(Aim.SMALLEST))


def _answered(actor: Actor, review: Review, period: Period, at: dt.datetime) -> Figure:
    """Of the deviations of the period whose answer has come, or should have."""
    inside = Deviation.happened_on.between(review.period_from, review.period_to)
    late = Deviation.declared.selections["unanswered"].where(Deviation, day_of(at))
    due = Deviation.select(fn.COUNT(Deviation.id)).where(inside & (Deviation.answered_on.is_null(False) | late))
    in_time = Deviation.select(fn.COUNT(Deviation.id)).where(
        inside & Deviation.answered_on.is_null(False) & ~Deviation.late()
    )
    return Figure(in_time.scalar(), due.scalar(), 100, aimed(Aim.ANSWERED), smallest=aimed(Aim.SMALLEST))


def _checked(actor: Actor, review: Review, period: Period, at: dt.datetime) -> Figure:
    """Wrong kronor of those compared; judged by how many rows were."""
    sums = (fn.COALESCE(fn.SUM(each), 0) for each in (SpotCheck.wrong, SpotCheck.amount, SpotCheck.sample))
    asked: Any = SpotCheck.select(*sums).where(SpotCheck.checked_on.between(review.period_from, review.period_to))
    wrong, amount, rows = map(int, asked.tuples().get())
    return Figure(wrong, amount, 100, aimed(Aim.INVOICE), at_least=False, smallest=aimed(Aim.SMALLEST), rests_on=rows)


SHARE = N_("%(share)s per cent")
COUNTED: dict[str, tuple[str, str, Callable[..., Figure]]] = {
    "assessed": (N_("Sites whose need is assessed"), SHARE, _assessed),
    "in_time": (N_("There within the response class"), SHARE, _used("in_time")),
    "delivered": (N_("Delivered of what was ordered"), SHARE, _used("delivered")),
    "checked": (N_("Wrong amounts by spot checks"), SHARE, _checked),
    "unjustified": (N_("Unjustified alarms per site and year"), "", _used("unjustified")),
    "answered": (N_("Deviations answered in time"), SHARE, _answered),
}
"""What figures are called, how their value is written, and how they are counted."""
