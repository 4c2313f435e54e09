"""The guidelines against irregularities in their versions, and the reviews (översyner) of them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, cast

from peewee import Select, fn

from models.common import a_paragraph, a_reference
from models.integrity.words import NO_CASE, REGISTER
from models.kinds import Choice, Day, Link, Note, SortKey, Text
from models.programme import Programme, ProgrammeState
from models.record import Record, Step, among, declares, selection
from models.words import N_, Act, Labelled, Message, Problem, named

DAY = dt.timedelta(days=1)


class GuidelineState(Labelled):
    DRAFT = named("draft", "Draft", "none")
    REFERRED = named("referred", "Out for comment", "part")
    ADOPTED = named("adopted", "Adopted", "part")
    REPEALED = named("repealed", "Repealed", "none")


class Force(Labelled):
    """What only time makes of an adopted version."""

    IN_FORCE = named("in_force", "In force", "ok")
    REPLACED = named("replaced", "Replaced", "none")


DECIDED = (GuidelineState.ADOPTED, GuidelineState.REPEALED)
DECISION = ("body", "decided_on", "paragraph", "reference", "valid_from")


@declares(
    "Guideline",
    "Guidelines",
    register=REGISTER,
    slug="riktlinjer",
    title="name",
    columns=("name", "state", "body", "decided_on", "paragraph", "valid_from", "valid_to"),
    sorts=("-valid_from", "name_key"),
    search=("name", "reference"),
    form=("name", "replaces", "changes", "risk_analysis", "revise_by"),
    steps={
        "refer": Step("Send out for comment", Act.EDIT, (GuidelineState.DRAFT,), GuidelineState.REFERRED),
        "adopt": Step(
            "Adopt",
            Act.DECIDE,
            (GuidelineState.DRAFT, GuidelineState.REFERRED),
            GuidelineState.ADOPTED,
            asks=DECISION,
            needs=DECISION,
        ),
        "repeal": Step(
            "Repeal",
            Act.DECIDE,
            (GuidelineState.ADOPTED,),
            GuidelineState.REPEALED,
            asks=("valid_to",),
            needs=("valid_to",),
        ),
    },
)
class Guideline(Record):
    """One version of the guidelines against irregularities, with its decision. The newest in force is what is anchored.

    Adopted once each term and when the law changes (guide B.3, B.7); internal control: kommunallagen 6:6.
    """

    timed = ("valid_from", "valid_to")

    name = Text(
        "Guideline and version",
        max_length=160,
        unique=True,
        hint=N_("With its version, such as Guidelines against irregularities 3."),
    )
    name_key = SortKey(of="name")
    state = Choice("State", GuidelineState, default=GuidelineState.DRAFT, typed=False)
    body = Text("Decided by", max_length=80, optional=True, hint=N_("Kommunfullmäktige or kommunstyrelsen."))
    decided_on = Day("Decided", optional=True)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)
    reference = Text("Diarienummer", max_length=30, optional=True, check=a_reference)
    valid_from = Day("Valid from", optional=True)
    valid_to = Day("Valid to", optional=True)
    changes = Note("What has changed", optional=True, hint=NO_CASE)
    replaces = Link("Replaces", to="self", optional=True)
    risk_analysis = Text("Diarienummer of the risk analysis", max_length=30, optional=True, check=a_reference)
    revise_by = Day("To be revised by", optional=True)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("valid_from") and values.get("decided_on") and values["valid_from"] < values["decided_on"]:
            yield Problem("valid_from", Message("It cannot be in force before it was decided."))
        if values.get("valid_to") and values.get("valid_from") and values["valid_to"] < values["valid_from"]:
            yield Problem("valid_to", Message("The last day cannot come before the first."))
        if values.get("state") is GuidelineState.ADOPTED and values.get("valid_from") and cls._later(values):
            yield Problem("valid_from", Message("Another version is in force from that day or later."))

    @classmethod
    def _later(cls, values: Mapping[str, Any]) -> bool:
        """Whether one that is being adopted with these values would come before what is adopted already."""
        decided = cls.state.in_(DECIDED)
        if cls.select().where((cls.uid == values["uid"]) & decided).exists():
            return False
        return cls.select().where(decided & (cls.valid_from >= values["valid_from"])).exists()

    def follows(self, today: dt.date) -> Iterable[Record]:
        """What was in force until now ends the day before an adopted version begins."""
        if self.state is not GuidelineState.ADOPTED:
            return
        cls, first = type(self), cast(dt.date, self.valid_from)
        older = (cls.valid_from < first) & cls.state.in_(DECIDED) & (cls.id != self.id)
        for row in cls.select().where(older & (cls.valid_to.is_null() | (cls.valid_to >= first))):
            row.__data__["valid_to"] = first - DAY
            yield row

    def as_of(self, name: str, today: dt.date) -> Any:
        """Adopted, it is in force from its first day until its last, and then replaced unless it was repealed."""
        if name == "state" and self.state in DECIDED and self.valid_from <= today:
            if self.valid_to is None or self.valid_to >= today:
                return Force.IN_FORCE
            return Force.REPLACED if self.state is GuidelineState.ADOPTED else self.state
        return super().as_of(name, today)

    @classmethod
    def now(cls, today: dt.date) -> Select:
        """Ids of the version in force, as a subquery of at most one: the newest that has begun, if it has not ended."""
        other = cls.alias()
        newest = (
            other.select(other.id)
            .where(other.state.in_(DECIDED) & (other.valid_from <= today))
            .order_by(other.valid_from.desc(), other.id.desc())
            .limit(1)
        )
        return cls.select(cls.id).where((cls.id == newest) & (cls.valid_to.is_null() | (cls.valid_to >= today)))

    @selection("In force")
    def in_force(cls, today):
        return among(cls.id, cls.now(today))

    @selection("Adopted, not yet in force")
    def coming(cls, today):
        return (cls.state == GuidelineState.ADOPTED) & (cls.valid_from > today)

    @selection("In force, adopted or confirmed in the period")
    def of_the_period(cls, today):
        """What 4.3-U2 asks for: decided in the programme's term, or confirmed by a review of that term."""
        since = _since(today)
        confirmed = GuidelineReview.select(GuidelineReview.guideline).where(
            (GuidelineReview.outcome == Outcome.UNCHANGED)
            & (GuidelineReview.decided_on >= since)
            & (GuidelineReview.decided_on <= today)
        )
        return among(cls.id, cls.now(today)) & ((cls.decided_on >= since) | among(cls.id, confirmed))

    @selection("Draft or out for comment")
    def begun(cls, today):
        return cls.state.not_in(DECIDED)

    @selection("Replaced or repealed")
    def ended(cls, today):
        return cls.valid_to < today

    @selection("To be revised")
    def to_revise(cls, today):
        return among(cls.id, cls.now(today)) & (cls.revise_by <= today)


def _since(today: dt.date) -> Select:
    """The first day of the programme that runs."""
    term = (Programme.starts_on <= today) & (Programme.ends_on >= today) & (Programme.state == ProgrammeState.RUNNING)
    return Programme.select(fn.MAX(Programme.starts_on)).where(term)


class Trigger(Labelled):
    LAW = named("law", "The law has changed")
    EVENT = named("event", "Something has happened")
    AUDIT = named("audit", "Remarks of an audit")
    TERM = named("term", "A new term of office")
    PLANNED = named("planned", "Planned")


class Outcome(Labelled):
    UNCHANGED = named("unchanged", "Holds unchanged", "ok")
    CHANGED = named("changed", "To be changed", "part")
    NEW = named("new", "A new guideline is needed", "part")


@declares(
    "Review of the guidelines",
    "Reviews of the guidelines",
    register=REGISTER,
    slug="riktlinjeoversyner",
    title="started_on",
    columns=("started_on", "guideline", "trigger", "outcome", "decided_on", "paragraph"),
    filters=("trigger", "outcome"),
    sorts=("-started_on",),
    form=(
        "guideline",
        "started_on",
        "trigger",
        "scope",
        "consulted",
        "outcome",
        "body",
        "decided_on",
        "paragraph",
        "reference",
    ),
)
class GuidelineReview(Record):
    """An översyn of a version: why it was begun, who was asked, what it came to and who decided (guide B.3)."""

    guideline = Link("Guideline", to=Guideline)
    started_on = Day("Started")
    trigger = Choice("What gave rise to it", Trigger)
    scope = Note("What was looked at", optional=True, hint=NO_CASE)
    consulted = Note("Who was asked (functions and bodies)", optional=True, longest=1000, hint=NO_CASE)
    outcome = Choice("Outcome", Outcome, optional=True)
    body = Text("Decided by", max_length=80, optional=True)
    decided_on = Day("Decided", optional=True)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)
    reference = Text("Diarienummer", max_length=30, optional=True, check=a_reference)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("decided_on"):
            for name in ("outcome", "body", "paragraph", "reference"):
                if not values.get(name):
                    yield Problem(name, Message("A decided review needs this."))
            if values["decided_on"] < values["started_on"]:
                yield Problem("decided_on", Message("The last day cannot come before the first."))

    @selection("Under way")
    def ongoing(cls, today):
        return (cls.started_on <= today) & (cls.decided_on.is_null() | (cls.decided_on > today))

    @selection("Decided")
    def decided(cls, today):
        return cls.decided_on <= today
