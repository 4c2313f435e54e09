"""Training for incidents as counts, never who; and the reviews that management holds."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import Select

from models.common import Unit, UnitKind, a_paragraph, a_reference
from models.exercises.targets import Aim, ExerciseTarget, since
from models.exercises.words import GENERAL, REGISTER, OfUnit, Trained
from models.integrity.rules import not_to_come
from models.kinds import Choice, Day, Link, Note, Number, Text
from models.people import Person
from models.record import Record, declares, selection
from models.words import N_, Message, Problem


@declares(
    "Training for incidents",
    "Training for incidents",
    register=REGISTER,
    slug="incidentutbildningar",
    title="counted_on",
    columns=("counted_on", "unit", "group", "trained", "of_all"),
    filters=("unit", "group"),
    sorts=("-counted_on",),
    form=("unit", "group", "counted_on", "of_all", "trained"),
    begins={"noted_on": "today", "noted_by": "who"},
)
class Training(OfUnit):
    """How many of a nämnd's staff, or of the management, are trained on a day (CSL 2:4; guide B.5.3)."""

    unit: Any = Link("Committee (nämnd)", to=Unit, hint=N_("The nämnd, counted with all that belongs to it."))
    group = Choice("Who", Trained, column_name="of_group")
    counted_on = Day("Counted on")
    of_all = Number("How many there are", least=1, most=100_000)
    trained = Number("Of them trained", most=100_000, hint=N_("How many. Never who."))
    noted_on = Day("Noted", typed=False)
    noted_by: Any = Link("Noted by", to=Person, optional=True, typed=False)

    class Meta:
        indexes = ((("unit", "group", "counted_on"), False),)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        yield from not_to_come(values, "counted_on")
        if values["trained"] > values["of_all"]:
            yield Problem("trained", Message("No more can be trained than there are."))
        if Unit.get_by_id(values["unit"]).kind is not UnitKind.COMMITTEE:
            yield Problem("unit", Message("Choose the nämnd: it is counted as a whole."))

    @classmethod
    def newest(cls, unit: Any, today: dt.date, group: Any) -> Select:
        """Id of the newest count of a nämnd and group, as a subquery of at most one."""
        other = cls.alias()
        rows = other.select(other.id).where((other.unit == unit) & (other.group == group) & (other.counted_on <= today))
        return rows.order_by(other.counted_on.desc(), other.id.desc()).limit(1)

    @classmethod
    def reaches(cls, today: dt.date) -> Any:
        """So many are trained as the target says, and it was counted within the months that a count holds."""
        enough = cls.trained * 100 >= cls.of_all * ExerciseTarget.wanted(Aim.COVERAGE)
        return enough & (cls.counted_on >= since(Aim.COUNTED, today))

    @classmethod
    def _is_newest(cls, today: dt.date) -> Any:
        return cls.id == cls.newest(cls.unit, today, cls.group)

    @selection("Newest of each nämnd")
    def current(cls, today):
        return cls._is_newest(today)

    @selection("Management, trained as the target says")
    def management_trained(cls, today):
        return cls._is_newest(today) & (cls.group == Trained.MANAGEMENT) & cls.reaches(today)

    @selection("Management, below the target or too long ago")
    def management_untrained(cls, today):
        return cls._is_newest(today) & (cls.group == Trained.MANAGEMENT) & ~cls.reaches(today)

    @selection("Staff, below the target or too long ago")
    def staff_untrained(cls, today):
        return cls._is_newest(today) & (cls.group == Trained.STAFF) & ~cls.reaches(today)


@declares(
    "Management review",
    "Management reviews",
    register=REGISTER,
    slug="ledningens-genomgangar",
    title="held_on",
    columns=("held_on", "body", "paragraph", "reference", "next_on"),
    sorts=("-held_on",),
    form=("held_on", "body", "paragraph", "reference", "decisions", "next_on"),
    begins={"noted_on": "today"},
)
class ManagementReview(Record):
    """The management's review (ledningens genomgång) of the information-security work, with what it decided."""

    held_on = Day("Held")
    body = Text("Held by", max_length=80)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)
    reference = Text("Diarienummer", max_length=30, check=a_reference)
    decisions = Note("What was decided", hint=GENERAL)
    next_on = Day("Next review by", optional=True)
    noted_on = Day("Noted", typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        yield from not_to_come(values, "held_on")
        if values.get("next_on") and values["next_on"] <= values["held_on"]:
            yield Problem("next_on", Message("The next review comes after this one."))

    @selection("Counts still")
    def recent(cls, today):
        return cls.held_on.between(since(Aim.REVIEW, today), today)

    @selection("Longer ago")
    def older(cls, today):
        return cls.held_on < since(Aim.REVIEW, today)
