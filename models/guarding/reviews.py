"""The review (översyn) of guarding, its criteria and answers, and the process by which guarding is used."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.common import Unit, a_paragraph, a_reference
from models.guarding.words import DECIDED, REGISTER, UNDECIDED, ProcessState, ReviewState, Score
from models.kinds import Choice, Day, Flag, Link, Note, Number, Text
from models.people import RoleGrant
from models.record import Record, Step, among, declares, selection
from models.words import N_, Act, Message, Problem

DECISION = ("decided_on", "decided_by", "paragraph", "reference")


def _decided_late(values: Mapping[str, Any], name: str) -> Iterable[Problem]:
    """A decision is noted on its day or after."""
    if values.get(name) and values.get("noted_on") and values[name] > values["noted_on"]:
        yield Problem(name, Message("It cannot have been decided on a day to come."))


@declares(
    "Guarding review",
    "Guarding reviews",
    register=REGISTER,
    slug="oversyner",
    title="name",
    columns=("name", "period_from", "period_to", "decided_on", "state"),
    filters=("state",),
    sorts=("-period_to",),
    search=("name",),
    form=("name", "period_from", "period_to", "scope", "findings", "recommendations", "next_on"),
    parts=("kriteriepoang", "remissvar"),
    steps={
        "gather": Step("Gather material", Act.EDIT, (ReviewState.PLANNED,), ReviewState.GATHERING),
        "draft": Step("Begin the draft", Act.EDIT, (ReviewState.GATHERING, ReviewState.REFERRED), ReviewState.DRAFT),
        "refer": Step(
            "Send out for comment",
            Act.DECIDE,
            (ReviewState.DRAFT,),
            ReviewState.REFERRED,
            asks=("answer_by",),
            needs=("answer_by",),
            stamps={"referred_on": "today"},
        ),
        "resolve": Step(
            "Record the decision",
            Act.DECIDE,
            (ReviewState.DRAFT, ReviewState.REFERRED),
            ReviewState.DECIDED,
            asks=(*DECISION, "next_on"),
            needs=(*DECISION, "next_on"),
            stamps={"noted_on": "today"},
        ),
        "carry": Step("Measures are under way", Act.EDIT, (ReviewState.DECIDED,), ReviewState.MEASURES),
        "close": Step("Conclude", Act.DECIDE, (ReviewState.DECIDED, ReviewState.MEASURES), ReviewState.CLOSED),
    },
)
class Review(Record):
    """An översyn: scored by the criteria in force, sent to the administrations, decided, and followed by measures."""

    name = Text("Name", max_length=120)
    period_from = Day("Period from")
    period_to = Day("Period to")
    scope = Note("Scope", longest=1000)
    findings = Note("Findings", optional=True, longest=4000, hint=N_("In general words, never of one site."))
    recommendations = Note("Recommendations", optional=True, longest=4000)
    referred_on = Day("Sent out for comment", optional=True, typed=False)
    answer_by = Day("Answers by", optional=True)
    decided_on = Day("Decided", optional=True, index=True)
    decided_by = Text("Decided by", max_length=80, optional=True)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)
    reference = Text("Diarienummer", max_length=30, optional=True, check=a_reference)
    noted_on = Day("Decision noted", optional=True, typed=False)
    next_on = Day("Next review by", optional=True)
    state = Choice("State", ReviewState, default=ReviewState.PLANNED, typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values["period_to"] < values["period_from"]:
            yield Problem("period_to", Message("The last day cannot come before the first."))
        yield from _decided_late(values, "decided_on")
        if values.get("decided_on") and values.get("next_on") and values["next_on"] <= values["decided_on"]:
            yield Problem("next_on", Message("The next review comes after this one."))
        if values.get("state") is ReviewState.DECIDED and values.get("id") and cls.unscored(values["id"]):
            yield Problem(
                "decided_on",
                Message("%(number)s criteria have no score. Score them first.", number=cls.unscored(values["id"])),
            )

    @staticmethod
    def unscored(review: int) -> int:
        """How many criteria of a review nobody has scored."""
        return CriterionScore.select().where((CriterionScore.review == review) & CriterionScore.score.is_null()).count()

    def follows(self, today: dt.date) -> Iterable[Record]:
        """A new review begins with every criterion in force, without score."""
        if CriterionScore.select().where(CriterionScore.review == self.id).exists():
            return
        for criterion in Criterion.select().where(Criterion.in_use).order_by(Criterion.number):
            yield CriterionScore(review=self.id, criterion=criterion.id, number=criterion.number)

    @property
    def is_locked(self) -> bool:
        """What was decided stands."""
        return self.state in DECIDED

    @selection("Under way")
    def ongoing(cls, today):
        return cls.state.in_(UNDECIDED) & (cls.state != ReviewState.PLANNED)

    @selection("Begun or decided")
    def begun(cls, today):
        return cls.state != ReviewState.PLANNED

    @selection("Has been decided")
    def decided(cls, today):
        return cls.state.in_(DECIDED) & (cls.decided_on <= today)

    @selection("Next review is due")
    def due(cls, today):
        return cls.state.in_(DECIDED) & (cls.next_on < today)


@declares(
    "Review criterion",
    "Review criteria",
    register=REGISTER,
    slug="oversynskriterier",
    title="text",
    columns=("number", "text", "in_use", "source", "checked_on"),
    sorts=("number",),
    form=("number", "text", "in_use", "source", "checked_on"),
)
class Criterion(Record):
    """What a review asks, in the municipality's own words. A change reaches the reviews that begin after it."""

    number = Number("No.", least=1, most=999)
    text = Text("Criterion", max_length=200)
    in_use = Flag("In use", default=True)
    source = Text("Source", max_length=200)
    checked_on = Day("Last checked")

    @selection("In use")
    def current(cls, today):
        return cls.in_use == True  # noqa: E712


@declares(
    "Criterion score",
    "Criterion scores",
    register=REGISTER,
    slug="kriteriepoang",
    title="criterion",
    columns=("review", "number", "criterion", "score"),
    filters=("score",),
    sorts=("number",),
    form=("score", "evidence"),
    part_of="review",
    creatable=False,
)
class CriterionScore(Record):
    """How one criterion is met, with what shows it."""

    review = Link("Guarding review", to=Review, typed=False)
    number = Number("No.", typed=False)
    criterion = Link("Criterion", to=Criterion, typed=False)
    score = Choice("Score", Score, optional=True)
    evidence = Note("Evidence", optional=True, longest=1000, hint=N_("In general words, never of one site."))

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("score") is not None and not values.get("evidence"):
            yield Problem("evidence", Message("Tell what the score rests on."))

    @property
    def is_locked(self) -> bool:
        """Scores stand as their review was decided."""
        return Review.get_by_id(self.__data__["review"]).is_locked

    @selection("Not scored")
    def unscored(cls, today):
        return cls.score.is_null()

    @selection("Missing or weak")
    def weak(cls, today):
        return cls.score.in_((Score.NONE, Score.WEAK))


@declares(
    "Answer to the review",
    "Answers to the review",
    register=REGISTER,
    slug="remissvar",
    title="unit",
    columns=("review", "unit", "answer_by", "answered_on"),
    sorts=("answer_by",),
    form=("unit", "answer_by", "answered_on", "answer"),
    part_of="review",
)
class ReviewAnswer(Record):
    """What an administration says of a draft, or that it has been asked."""

    review = Link("Guarding review", to=Review, typed=False)
    unit = Link("Administration", to=Unit)
    answer_by = Day("To answer by")
    answered_on = Day("Answered", optional=True)
    answer = Note("Answer", optional=True, longest=4000)

    @classmethod
    def own(cls, scope, person, today):
        return among(cls.unit, RoleGrant.headed(person, today))

    @selection("Not answered")
    def waiting(cls, today):
        return cls.answered_on.is_null()


@declares(
    "Usage process",
    "Usage processes",
    register=REGISTER,
    slug="nyttjandeprocesser",
    title="edition",
    columns=("edition", "owner", "adopted_on", "paragraph", "state"),
    filters=("state",),
    sorts=("-drafted_on",),
    form=("edition", "owner", "describes_order", "describes_change", "describes_stop", "budget", "kept_at"),
    steps={
        "adopt": Step(
            "Adopt",
            Act.DECIDE,
            (ProcessState.DRAFT,),
            ProcessState.ADOPTED,
            asks=("adopted_on", "adopted_by", "paragraph", "reference"),
            needs=("adopted_on", "adopted_by", "paragraph", "reference"),
            stamps={"noted_on": "today"},
        ),
    },
    begins={"drafted_on": "today"},
)
class UsageProcess(Record):
    """A version of the nyttjandeprocess: how guarding is ordered, changed and stopped, and who pays."""

    edition = Text("Version", max_length=20, unique=True)
    drafted_on = Day("Drafted", typed=False, index=True)
    owner = Text("Owner (function)", max_length=80, hint=N_("A function, never a name."))
    describes_order = Flag("Describes how guarding is ordered")
    describes_change = Flag("Describes how it is changed")
    describes_stop = Flag("Describes how it is stopped")
    budget = Text("Who pays", max_length=160, optional=True)
    kept_at = Text("Document, where it is kept", max_length=40, optional=True)
    adopted_on = Day("Adopted", optional=True)
    adopted_by = Text("Adopted by", max_length=80, optional=True)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)
    reference = Text("Diarienummer", max_length=30, optional=True, check=a_reference)
    noted_on = Day("Adoption noted", optional=True, typed=False)
    state = Choice("State", ProcessState, default=ProcessState.DRAFT, typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        yield from _decided_late(values, "adopted_on")

    def follows(self, today: dt.date) -> Iterable[Record]:
        """The adopted versions that this one replaces."""
        cls = type(self)
        if self.state is ProcessState.ADOPTED:
            for row in cls.select().where((cls.state == ProcessState.ADOPTED) & (cls.id != self.id)):
                row.__data__["state"] = ProcessState.REPLACED
                yield row

    @property
    def is_locked(self) -> bool:
        """A version that was adopted is never changed; a new one is written."""
        return self.state is not ProcessState.DRAFT

    @selection("In force")
    def in_force(cls, today):
        return (cls.state == ProcessState.ADOPTED) & (cls.adopted_on <= today)
