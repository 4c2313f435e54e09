"""The shared list of measures, and what can be said about any record: comments and marks."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from models.common import REMEDY_STEPS, UNFINISHED, UNVERIFIED, Remedy, Unit
from models.kinds import Day, Flag, Link, Moment, Note, Text, Uid
from models.people import Person, RoleGrant
from models.record import DECLARED, Record, among, declares, selection
from models.words import N_, Act, Register

LEARNT_FROM = (Register.INCIDENTS, Register.EXERCISES)
"""What happened, and what was tried: measures that arise from it are followed up together."""


@declares(
    "Measure",
    "Measures",
    register=Register.MEASURES,
    slug="atgarder",
    title="title",
    columns=("title", "unit", "responsible", "due_on", "state"),
    filters=("unit", "state"),
    sorts=("due_on",),
    search=("title",),
    form=("title", "what", "unit", "responsible", "due_on"),
    steps=REMEDY_STEPS,
    begins={"proposed_by": "who"},
    adding=Act.REPORT,
)
class Measure(Remedy):
    """An åtgärd that any record of any register can give rise to; one list over them all."""

    title = Text("Measure", max_length=160, hint=N_("Neutral words: the list is read by many."))
    what = Note("What is to be done", optional=True)
    unit = Link("Unit", to=Unit)
    responsible = Link("Responsible", to=Person, optional=True)
    done_by = Link("Done by", to=Person, optional=True, typed=False)
    verified_by = Link("Verified by", to=Person, optional=True, typed=False)
    accepted_by = Link("Accepted by", to=Person, optional=True, typed=False)
    proposed_by = Link("Proposed by", to=Person, optional=True, typed=False)
    source_type = Text(max_length=40, optional=True, typed=False)
    source_uid = Uid(optional=True)

    class Meta:
        indexes = ((("source_type", "source_uid"), False), (("state", "due_on"), False))

    @classmethod
    def own(cls, scope, person, today):
        mine = (cls.responsible == person) | (cls.proposed_by == person)
        return mine | among(cls.unit, RoleGrant.headed(person, today)) if scope == "own unit" else mine

    def follows(self, today: dt.date) -> Iterable[Record]:
        """What arises from a record whose content is marked is marked too."""
        source = DECLARED.get(self.__data__.get("source_type") or "")
        row = source.get_or_none(source.uid == self.source_uid) if source else None
        return row.passes_on(self, today) if row else ()

    @selection("From guarding, late beyond its limit")
    def guarding_late(cls, today):
        """What a review or anything else of guarding gave rise to, longer past its day than the follow-up bears."""
        from models.guarding import Aim, aimed  # which measures arise from

        slugs = [slug for slug, kind in DECLARED.items() if kind.declared.register is Register.GUARDING]
        limit = today - dt.timedelta(days=aimed(Aim.LATE))
        return cls.source_type.in_(slugs) & cls.state.in_(UNVERIFIED) & (cls.due_on < limit)

    @selection("From incidents and exercises, late")
    def incidents_late(cls, today):
        slugs = [slug for slug, kind in DECLARED.items() if kind.declared.register in LEARNT_FROM]
        return cls.source_type.in_(slugs) & Measure.declared.selections["late"].where(Measure, today)

    @selection("Mine")
    def mine(cls, today, person):
        return (cls.responsible == person) & cls.state.in_(UNFINISHED)

    @selection("Sent back to me")
    def returned(cls, today, person):
        return (cls.responsible == person) & cls.sent_back()


class Comment(Record):
    """A remark on a record; on a signed round it is a correction that points at it. Never changed."""

    frozen = True

    about_type = Text(max_length=40, typed=False)
    about_uid = Uid()
    text = Note("Comment", longest=4000)
    by = Link("By", to=Person, typed=False)
    at = Moment("When", typed=False)
    correction = Flag("Correction", typed=False)

    class Meta:
        indexes = ((("about_type", "about_uid"), False),)


class Mark(Record):
    """A sekretessmarkering (OSL 5:5): provision, date and who; raises one field of one record to secret.

    A mark is a warning, not the decision: a real test is made at each request.
    """

    about_type = Text(max_length=40, typed=False)
    about_uid = Uid()
    field = Text(max_length=40, typed=False)
    provision = Text("Provision", max_length=60)
    on = Day("Marked", typed=False, column_name="marked_on")
    by = Text("Marked by", max_length=120, typed=False)
    lifted_on = Day("Lifted", optional=True, typed=False)
    until = Day("Until", optional=True, typed=False)

    class Meta:
        indexes = ((("about_type", "about_uid"), False),)

    @classmethod
    def of(cls, table: str, today: dt.date) -> Any:
        """The condition that a mark is on a record of this table and stands."""
        return (cls.about_type == table) & cls.stands(today)

    @classmethod
    def stands(cls, today: dt.date) -> Any:
        """The condition that a mark is not lifted and has not run out."""
        return cls.lifted_on.is_null() & (cls.until.is_null() | (cls.until >= today))
