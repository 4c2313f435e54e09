"""What all registers share: the organisation, measures, comments and marks."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import Select

from models.kinds import Choice, Day, Link, Note, SortKey, Text
from models.record import Record, Step, among, declares, selection
from models.words import N_, Act, Labelled, Message, Problem, Register, named


class UnitKind(Labelled):
    COMMITTEE = named("committee", "Committee (nämnd)")
    ADMINISTRATION = named("administration", "Administration (förvaltning)")
    UNIT = named("unit", "Unit (enhet)")
    COMPANY = named("company", "Municipal company (bolag)")


@declares(
    "Unit",
    "Units",
    register=Register.ORGANISATION,
    slug="enheter",
    title="name",
    columns=("name", "code", "kind", "parent", "valid_from", "valid_to"),
    filters=("kind", "parent"),
    sorts=("name_key", "code"),
    search=("name", "code"),
    form=("code", "name", "kind", "parent", "valid_from", "valid_to"),
    parts=("enheter", "lokaler"),
)
class Unit(Record):
    """A part of the municipality. It ends by a date and is never removed, so that history keeps its names."""

    code = Text("Code", max_length=20, unique=True, hint=N_("Short and lasting, such as UF-03."))
    name = Text("Name", max_length=120)
    name_key = SortKey(of="name")
    kind = Choice("Kind", UnitKind)
    parent = Link("Belongs to", to="self", optional=True)
    valid_from = Day("Valid from")
    valid_to = Day("Valid to", optional=True)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("valid_to") and values.get("valid_from") and values["valid_to"] < values["valid_from"]:
            yield Problem("valid_to", Message("The last day cannot come before the first."))
        if values.get("kind") in (UnitKind.ADMINISTRATION, UnitKind.UNIT) and not values.get("parent"):
            yield Problem("parent", Message("An administration or a unit belongs to another unit: choose which."))

    @classmethod
    def below(cls, roots: Select) -> Select:
        """Ids of the units selected by `roots` and of everything beneath them, as one subquery."""
        base = cls.select(cls.id).where(among(cls.id, roots)).cte("below", recursive=True)
        child = cls.alias()
        tree = base.union(child.select(child.id).join(base, on=(child.parent == base.c.id)))
        return tree.select_from(tree.c.id)

    @selection("Valid now")
    def current(cls, today):
        return (cls.valid_from <= today) & (cls.valid_to.is_null() | (cls.valid_to >= today))

    @selection("Ended")
    def ended(cls, today):
        return cls.valid_to < today


_REFERENCE = re.compile(r"[A-ZÅÄÖ]{0,6}[ /]?\d{2,4}[:/]\d{1,6}")
_PARAGRAPH = re.compile(r"§? ?\d{1,4}[a-z]?")


def a_reference(value: str) -> Message | None:
    """A diarienummer as the municipalities write it: KS/2018:764, KS 2026/123, 2026/123."""
    return None if _REFERENCE.fullmatch(value) else Message("Write the diarienummer as KS/2026:123 or 2026/123.")


def a_paragraph(value: str) -> Message | None:
    """The paragraph of the minutes: § 104."""
    return None if _PARAGRAPH.fullmatch(value) else Message("Write the paragraph as § 104.")


class RemedyState(Labelled):
    OPEN = named("open", "Open", "none")
    ONGOING = named("ongoing", "Under way", "part")
    WAITING = named("waiting", "Waiting for someone else", "part")
    DONE = named("done", "Done, not verified", "part")
    VERIFIED = named("verified", "Verified", "ok")
    ACCEPTED = named("accepted", "Risk accepted", "ok")
    REJECTED = named("rejected", "Rejected", "none")


UNFINISHED = (RemedyState.OPEN, RemedyState.ONGOING, RemedyState.WAITING)
UNVERIFIED = (*UNFINISHED, RemedyState.DONE)
AGAIN = (RemedyState.ONGOING, RemedyState.WAITING)

REMEDY_STEPS = {
    "start": Step("Start", Act.MEND, (RemedyState.OPEN, RemedyState.WAITING), RemedyState.ONGOING),
    "wait": Step(
        "Wait for someone else",
        Act.MEND,
        (RemedyState.OPEN, RemedyState.ONGOING),
        RemedyState.WAITING,
        asks=("waiting_for",),
        needs=("waiting_for",),
    ),
    "finish": Step(
        "Report done",
        Act.MEND,
        UNFINISHED,
        RemedyState.DONE,
        asks=("done_how",),
        needs=("done_how",),
        stamps={"done_by": "who", "done_on": "today"},
    ),
    "verify": Step(
        "Verify",
        Act.VERIFY,
        (RemedyState.DONE,),
        RemedyState.VERIFIED,
        stamps={"verified_by": "who", "verified_on": "today"},
        barred="done_by",
    ),
    "return": Step(
        "Send back",
        Act.VERIFY,
        (RemedyState.DONE,),
        RemedyState.ONGOING,
        asks=("returned_because",),
        needs=("returned_because",),
        clears=("done_by", "done_on"),
        barred="done_by",
    ),
    "accept": Step(
        "Accept the risk",
        Act.ACCEPT,
        UNFINISHED,
        RemedyState.ACCEPTED,
        asks=("accepted_because", "accepted_until"),
        needs=("accepted_because", "accepted_until"),
        stamps={"accepted_by": "who", "accepted_on": "today"},
    ),
    "reject": Step(
        "Reject",
        Act.ACCEPT,
        UNFINISHED,
        RemedyState.REJECTED,
        asks=("rejected_because",),
        needs=("rejected_because",),
    ),
    "reopen": Step(
        "Reopen",
        Act.ACCEPT,
        (RemedyState.VERIFIED, RemedyState.ACCEPTED, RemedyState.REJECTED),
        RemedyState.OPEN,
        clears=(
            "done_by",
            "done_on",
            "verified_by",
            "verified_on",
            "accepted_by",
            "accepted_on",
            "accepted_until",
            "returned_because",
        ),
    ),
}


class Remedy(Record):
    """What deficiencies and measures have in common: someone mends it by a day, someone else verifies it."""

    state = Choice("State", RemedyState, default=RemedyState.OPEN, typed=False)
    due_on = Day("To be done by", index=True, deadline=True)
    waiting_for = Text("Waiting for", max_length=120, optional=True)
    done_how = Note("What was done", optional=True, longest=2000)
    done_on = Day("Done", optional=True, typed=False)
    verified_on = Day("Verified", optional=True, typed=False)
    returned_because = Note("Why it is sent back", optional=True, longest=1000)
    accepted_because = Note("Why the risk is accepted", optional=True, longest=2000)
    accepted_on = Day("Accepted", optional=True, typed=False)
    accepted_until = Day("Accepted until", optional=True)
    rejected_because = Note("Why it is rejected", optional=True, longest=1000)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if (
            values.get("accepted_on")
            and values.get("accepted_until")
            and values["accepted_until"] <= values["accepted_on"]
        ):
            yield Problem(
                "accepted_until", Message("Choose a day to come: until then the risk is accepted, not longer.")
            )

    @selection("Still open")
    def unfinished(cls, today):
        return cls.state.in_(UNFINISHED)

    @selection("Late")
    def late(cls, today):
        return (cls.state.in_(UNVERIFIED) & (cls.due_on < today)) | cls.has_lapsed(today)

    @selection("Acceptance lapsed")
    def lapsed(cls, today):
        return cls.has_lapsed(today)

    @selection("To verify")
    def to_verify(cls, today):
        return cls.state == RemedyState.DONE

    @selection("Closed")
    def closed(cls, today):
        return cls.state.not_in(UNVERIFIED)

    @classmethod
    def has_lapsed(cls, today: dt.date) -> Any:
        """The risk was accepted until a day that has passed: it stands open again until somebody acts on it."""
        return (cls.state == RemedyState.ACCEPTED) & (cls.accepted_until < today)

    @classmethod
    def sent_back(cls) -> Any:
        """The condition that what was reported done was found not to be, and is not done since."""
        return cls.state.in_(AGAIN) & cls.returned_because.is_null(False)

    @property
    def is_sent_back(self) -> bool:
        return self.state in AGAIN and self.returned_because is not None

    @property
    def is_waiting(self) -> bool:
        """Is something still to be done by its day?"""
        return self.state in UNVERIFIED

    @property
    def is_locked(self) -> bool:
        """What somebody has verified, accepted or rejected stands as it was judged; it can be reopened."""
        return self.state not in UNVERIFIED
