"""Deficiencies: what a round found, by when it is to be mended, and that somebody else verified it."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.common import (
    REMEDY_STEPS,
    UNFINISHED,
    UNVERIFIED,
    Remedy,
)
from models.fire_safety.checklists import ChecklistItem
from models.fire_safety.premises import Premises
from models.fire_safety.rounds import Observation, Round
from models.fire_safety.words import REGISTER, Party, Severity
from models.kinds import (
    Choice,
    Day,
    Link,
    Note,
    Number,
    Text,
)
from models.people import Person
from models.record import Record, declares, selection
from models.words import N_, Act, Message, Problem


@declares(
    "Deficiency",
    "Deficiencies",
    register=REGISTER,
    slug="brister",
    title="headline",
    columns=("headline", "premises", "severity", "party", "due_on", "state"),
    filters=("severity", "party", "state"),
    sorts=("due_on", "-found_on"),
    search=("headline", "what", "place"),
    form=(
        "headline",
        "what",
        "place",
        "severity",
        "party",
        "due_on",
        "responsible",
        "fault_number",
        "temporary_measure",
    ),
    part_of="premises",
    steps=REMEDY_STEPS,
    begins={"found_on": "today", "reported_by": "who"},
    adding=Act.REPORT,
)
class Deficiency(Remedy):
    """A brist: something that is not as it should be. Whoever mended it cannot verify it."""

    WORDS = (
        "what", "place", "temporary_measure", "waiting_for", "done_how",
        "returned_because", "accepted_because", "rejected_because",
    )  # fmt: skip
    """The fields that tell of the weakness itself: what a secret point makes secret."""

    premises = Link("Premises", to=Premises, typed=False)
    round = Link("Round", to=Round, optional=True, typed=False)
    item = Link("Point", to=ChecklistItem, optional=True, typed=False)
    headline = Text("Deficiency", max_length=160, hint=N_("Neutral words: the list is read by many."))
    what = Note("What is wrong", longest=2000)
    place = Text("Where", max_length=120, optional=True)
    severity = Choice("Severity", Severity)
    party = Choice("Who mends", Party)
    responsible = Link("Responsible", to=Person, optional=True)
    fault_number = Text("Fault report no.", max_length=40, optional=True)
    temporary_measure = Note(
        "Temporary measure", optional=True, longest=1000, hint=N_("Needed when it is acute: what is done until then.")
    )
    found_on = Day("Found", typed=False, index=True)
    done_by = Link("Done by", to=Person, optional=True, typed=False)
    verified_by = Link("Verified by", to=Person, optional=True, typed=False)
    accepted_by = Link("Accepted by", to=Person, optional=True, typed=False)
    reported_by = Link("Reported by", to=Person, optional=True, typed=False)

    class Meta:
        indexes = (
            (("premises", "state"), False),
            (("state", "severity", "due_on"), False),
            (("state", "due_on"), False),
        )

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        yield from super().problems(values)
        if values.get("severity") == Severity.ACUTE and not values.get("temporary_measure"):
            yield Problem(
                "temporary_measure", Message("An acute deficiency needs a temporary measure until it is mended.")
            )

    def echoes(self, field: str) -> Iterable[tuple[Record, str]]:
        """What is wrong was written as the answer's remark in the round that found it."""
        walk, item = self.__data__.get("round"), self.__data__.get("item")
        if field == "what" and walk and item:
            told = (Observation.round == walk) & (Observation.item == item)
            yield from ((answer, "remark") for answer in Observation.select().where(told))

    @selection("Mine")
    def mine(cls, today, person):
        return (cls.responsible == person) & cls.state.in_(UNFINISHED)

    @selection("Sent back to me")
    def returned(cls, today, person):
        return (cls.responsible == person) & cls.sent_back()

    @selection("Reported by me")
    def reported(cls, today, person):
        return cls.reported_by == person

    @selection("Acute, open")
    def acute(cls, today):
        return (cls.severity == Severity.ACUTE) & (cls.state.in_(UNVERIFIED) | cls.has_lapsed(today))

    @selection("Acute, past their date")
    def acute_late(cls, today):
        return (cls.severity == Severity.ACUTE) & (
            (cls.state.in_(UNVERIFIED) & (cls.due_on < today)) | cls.has_lapsed(today)
        )


@declares(
    "Time limit",
    "Time limits",
    register=REGISTER,
    slug="tidsgranser",
    title="severity",
    columns=("severity", "days", "source", "checked_on"),
    sorts=("severity",),
    form=("days", "source", "checked_on"),
    creatable=False,
)
class SeverityLimit(Record):
    """How many days a deficiency of one severity may take. The municipality's own choice, with source and date."""

    severity = Choice("Severity", Severity, unique=True, typed=False)
    days = Number("Days", most=1000)
    source = Text("Source", max_length=200)
    checked_on = Day("Last checked")
