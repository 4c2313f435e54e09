"""The two governing documents: SBA policy and guideline."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.calendar import months_before
from models.common import (
    a_paragraph,
    a_reference,
)
from models.fire_safety.words import REGISTER
from models.kinds import (
    Choice,
    Day,
    SortKey,
    Text,
)
from models.record import Record, declares, selection
from models.words import Labelled, Message, Problem, named


class DocumentKind(Labelled):
    POLICY = named("policy", "SBA policy")
    GUIDELINE = named("guideline", "SBA guideline")


class DocumentState(Labelled):
    DRAFT = named("draft", "Draft", "none")
    REFERRED = named("referred", "Out for comment", "part")
    ADOPTED = named("adopted", "Adopted", "ok")
    REPEALED = named("repealed", "Repealed", "none")


@declares(
    "Governing document",
    "Governing documents",
    register=REGISTER,
    slug="styrdokument",
    title="title",
    columns=("title", "kind", "state", "body", "decided_on", "paragraph", "valid_to"),
    filters=("kind", "state"),
    sorts=("title_key", "-revise_by"),
    search=("title", "reference"),
    form=(
        "kind",
        "title",
        "state",
        "body",
        "decided_on",
        "paragraph",
        "reference",
        "valid_from",
        "valid_to",
        "revise_by",
    ),
)
class PolicyDocument(Record):
    """The municipality's SBA policy or guideline with its decision, validity and next revision."""

    kind = Choice("Kind", DocumentKind)
    title = Text("Title", max_length=160)
    title_key = SortKey(of="title")
    state = Choice("State", DocumentState)
    body = Text("Decided by", max_length=80, optional=True)
    decided_on = Day("Decided", optional=True)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)
    reference = Text("Diarienummer", max_length=30, optional=True, check=a_reference)
    valid_from = Day("Valid from", optional=True)
    valid_to = Day("Valid to", optional=True)
    revise_by = Day("To be revised by")

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("state") == DocumentState.ADOPTED:
            for name in ("body", "decided_on", "paragraph", "reference", "valid_from"):
                if not values.get(name):
                    yield Problem(name, Message("An adopted document needs this."))
        if values.get("valid_to") and values.get("valid_from") and values["valid_to"] < values["valid_from"]:
            yield Problem("valid_to", Message("The last day cannot come before the first."))

    @classmethod
    def _valid(cls, today):
        """Adopted, in force, and decided at most four years ago (programme point 4.3-U3)."""
        return cls.in_force.where(cls, today) & (cls.decided_on >= months_before(today, 48))

    @selection("In force")
    def in_force(cls, today):
        """Adopted, begun and not ended; also where the decision is older than the follow-up asks for."""
        begun = (cls.state == DocumentState.ADOPTED) & (cls.valid_from <= today)
        return begun & (cls.valid_to.is_null() | (cls.valid_to >= today))

    @selection("Policy in force")
    def policy(cls, today):
        return (cls.kind == DocumentKind.POLICY) & cls._valid(today)

    @selection("Guideline in force")
    def guideline(cls, today):
        return (cls.kind == DocumentKind.GUIDELINE) & cls._valid(today)

    @selection("Adopted or out for comment")
    def begun(cls, today):
        return cls.state.in_((DocumentState.ADOPTED, DocumentState.REFERRED))
