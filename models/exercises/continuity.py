"""Plans for what can strike: where each is kept, never what it says."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.common import a_paragraph, a_reference
from models.exercises.targets import Aim, since
from models.exercises.words import REGISTER, PlanState, Scenario
from models.integrity.rules import not_to_come
from models.kinds import Choice, Day, Flag, Link, SortKey, Text
from models.record import Record, Step, declares, selection
from models.words import N_, Act, Message, Problem

ADOPTION = ("adopted_on", "adopted_by", "paragraph", "reference", "review_on")


@declares(
    "Continuity plan",
    "Continuity plans",
    register=REGISTER,
    slug="incidentplaner",
    title="name",
    columns=("name", "scenario", "state", "adopted_on", "review_on", "contacts_checked_on", "on_paper"),
    filters=("scenario", "state"),
    sorts=("name_key", "review_on"),
    search=("name",),
    form=("name", "scenario", "replaces", "kept_at", "on_paper"),
    steps={
        "adopt": Step(
            "Adopt",
            Act.DECIDE,
            (PlanState.DRAFT,),
            PlanState.ADOPTED,
            asks=(*ADOPTION, "contacts_checked_on"),
            needs=ADOPTION,
            stamps={"noted_on": "today"},
        ),
        "contacts": Step(
            "Contact list checked",
            Act.EDIT,
            (PlanState.ADOPTED,),
            PlanState.ADOPTED,
            asks=("contacts_checked_on",),
            needs=("contacts_checked_on",),
            stamps={"noted_on": "today"},
        ),
        "replace": Step("Replaced by a newer", Act.DECIDE, (PlanState.ADOPTED,), PlanState.REPLACED),
    },
)
class ContinuityPlan(Record):
    """One version of a plan for intrusion, overload, a supplier or a system: adopted, reviewed, and where it is kept.

    What is in it is not kept here: it tells of weaknesses and would be lost with the systems (guide B.5.3).
    """

    name = Text("Plan and version", max_length=120, unique=True, hint=N_("With its version, such as Overload 2.0."))
    name_key = SortKey(of="name")
    scenario = Choice("Scenario", Scenario)
    state = Choice("State", PlanState, default=PlanState.DRAFT, typed=False)
    adopted_on = Day("Adopted", optional=True)
    adopted_by = Text("Adopted by", max_length=80, optional=True)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)
    reference = Text("Diarienummer", max_length=30, optional=True, check=a_reference)
    review_on = Day("Next review by", optional=True, deadline=True, index=True)
    replaces: Any = Link("Replaces", to="self", optional=True)
    kept_at = Text("Where it is kept", max_length=120, hint=N_("A place, never what the plan says."))
    on_paper = Flag("Also on paper")
    contacts_checked_on = Day("Contact list checked", optional=True)
    noted_on = Day("Noted", optional=True, typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        for name in ("adopted_on", "contacts_checked_on"):
            if values.get(name):
                yield from not_to_come(values, name)
        if values.get("adopted_on") and values.get("review_on") and values["review_on"] <= values["adopted_on"]:
            yield Problem("review_on", Message("The next review comes after the adoption."))

    def follows(self, today: dt.date) -> Iterable[Record]:
        """The version that an adopted one replaces."""
        if self.state is not PlanState.ADOPTED or self.replaces is None or self.replaces.state is not PlanState.ADOPTED:
            return
        self.replaces.state = PlanState.REPLACED
        yield self.replaces

    @property
    def is_waiting(self) -> bool:
        return self.state is PlanState.ADOPTED

    @property
    def is_locked(self) -> bool:
        """A version that was adopted is never changed; a new one is written."""
        return self.state is not PlanState.DRAFT

    @classmethod
    def _adopted(cls, today: dt.date) -> Any:
        return (cls.state == PlanState.ADOPTED) & (cls.adopted_on <= today)

    @selection("In force")
    def in_force(cls, today):
        return cls._adopted(today)

    @selection("In force, for intrusion")
    def for_intrusion(cls, today):
        return cls._adopted(today) & (cls.scenario == Scenario.INTRUSION)

    @selection("In force, for denial of service")
    def for_overload(cls, today):
        return cls._adopted(today) & (cls.scenario == Scenario.OVERLOAD)

    @selection("Review is late")
    def review_late(cls, today):
        return cls._adopted(today) & (cls.review_on < today)

    @selection("Contact list not checked")
    def contacts_late(cls, today):
        unchecked = cls.contacts_checked_on.is_null() | (cls.contacts_checked_on < since(Aim.CONTACTS, today))
        return cls._adopted(today) & unchecked

    @selection("Draft")
    def draft(cls, today):
        return cls.state == PlanState.DRAFT
