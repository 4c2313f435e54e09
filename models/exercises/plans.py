"""The plan of exercises and training that each nämnd has for a year, and how far it has come with it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import Case, Expression, Select, fn

from models.common import Unit, UnitKind, a_paragraph, a_reference
from models.exercises.targets import Aim, since
from models.exercises.words import EVALUATED, HELD, REGISTER, ExerciseState, OfUnit, Standing, Trained, YearState
from models.integrity.rules import not_to_come
from models.kinds import Choice, Day, Link, Note, Number, SortKey, Text
from models.record import Step, among, declares, selection
from models.words import Act, Problem

ADOPTION = ("adopted_on", "adopted_by", "paragraph", "reference")
EXEMPTION = ("exempt_because", "exempted_by")


@declares(
    "Exercise plan",
    "Exercise plans",
    register=REGISTER,
    slug="ovningsplaner",
    title="name",
    columns=("name", "state", "adopted_on", "adopted_by", "paragraph"),
    filters=("unit", "state"),
    sorts=("-year", "name_key"),
    search=("name",),
    parts=("ovningar",),
    steps={
        "adopt": Step(
            "Adopt",
            Act.DECIDE,
            (YearState.DRAFT,),
            YearState.ADOPTED,
            asks=ADOPTION,
            needs=ADOPTION,
            stamps={"noted_on": "today"},
        ),
        "exempt": Step(
            "The nämnd is not concerned",
            Act.DECIDE,
            (YearState.DRAFT,),
            YearState.EXEMPT,
            asks=EXEMPTION,
            needs=EXEMPTION,
        ),
        "reopen": Step("Take back", Act.DECIDE, (YearState.EXEMPT,), YearState.DRAFT, clears=EXEMPTION),
    },
    creatable=False,
    editable=False,
)
class ExercisePlan(OfUnit):
    """The plan (övnings- och utbildningsplan) of a nämnd for one year. Each has one, from the day that it is known.

    How far the nämnd has come is computed from its exercises and its training, never stored (programme point 4.1-U1).
    """

    unit = Link("Committee (nämnd)", to=Unit, typed=False)
    year = Number("Year", least=2000, most=2100, typed=False)
    name = Text("Plan", max_length=140, typed=False)
    name_key = SortKey(of="name")
    state = Choice("State", YearState, default=YearState.DRAFT, typed=False)
    adopted_on = Day("Adopted", optional=True)
    adopted_by = Text("Adopted by", max_length=80, optional=True)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)
    reference = Text("Diarienummer", max_length=30, optional=True, check=a_reference)
    noted_on = Day("Adoption noted", optional=True, typed=False)
    exempt_because = Note("Why it is not concerned", optional=True, longest=1000)
    exempted_by = Text("Decided by", max_length=80, optional=True)

    class Meta:
        indexes = ((("unit", "year"), True),)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("adopted_on"):
            yield from not_to_come(values, "adopted_on")

    @classmethod
    def committees(cls, today: dt.date) -> Select:
        """The nämnder that are there."""
        return Unit.select().where((Unit.kind == UnitKind.COMMITTEE) & Unit.current.where(Unit, today))

    @classmethod
    def standing(cls, today: dt.date) -> Any:
        """A nämnd's Standing on a day, as one SQL value: the first that holds. Without events it only ever sinks."""
        adopted = cls._adopted(today)
        done = adopted & cls.exercises_as_planned(today) & cls.has_trained(today)
        ways = (
            (cls.state == YearState.EXEMPT, Standing.EXEMPT),
            (done, Standing.DONE),
            (adopted & cls.has_held(today), Standing.ONGOING),
            (adopted, Standing.PLANNED),
        )
        return Case(None, tuple((rule, standing.value) for rule, standing in ways), Standing.NO_PLAN.value)

    @classmethod
    def exercises_as_planned(cls, today: dt.date) -> Expression:
        """Whether it exercises as it has planned; each of the three conditions only ever fails with age.

        Nothing planned was left until after its day, nothing held waits past its time to be evaluated, and the newest
        that is evaluated was so in its time and was held within the months that count.
        """
        each, mine = cls._exercises()
        left = (each.state == ExerciseState.PLANNED) & (each.planned_on < today)
        waiting = (each.state == ExerciseState.HELD) & (each.evaluate_by < today)
        last, newest = cls._exercises()
        newest = newest.where(last.state.in_(EVALUATED) & (last.held_on <= today))
        newest = newest.order_by(last.held_on.desc(), last.id.desc()).limit(1)
        one, _ = cls._exercises()
        in_time = (one.evaluated_on <= one.evaluate_by) & (one.held_on >= since(Aim.EXERCISE, today))
        return ~fn.EXISTS(mine.where(left | waiting)) & fn.EXISTS(
            one.select(one.id).where((one.id == newest) & in_time)
        )

    @classmethod
    def has_held(cls, today: dt.date) -> Expression:
        """It has held an exercise within the months that count."""
        each, mine = cls._exercises()
        return fn.EXISTS(mine.where(each.state.in_(HELD) & each.held_on.between(since(Aim.EXERCISE, today), today)))

    @classmethod
    def has_trained(cls, today: dt.date) -> Expression:
        """So many of its staff are trained as the target says, by its newest count, not too long ago."""
        from models.exercises.training import Training  # which is of a nämnd, as this

        newest = Training.newest(cls.unit, today, Trained.STAFF)
        return fn.EXISTS(Training.select(Training.id).where((Training.id == newest) & Training.reaches(today)))

    @classmethod
    def _exercises(cls) -> tuple[Any, Select]:
        """The exercises of the row's nämnd, by its plans of whatever year: their alias, and the query to narrow."""
        from models.exercises.exercises import Exercise  # which stands in a plan

        plan, each = cls.alias(), Exercise.alias()
        return each, each.select(each.id).join(plan, on=(each.plan == plan.id)).where(plan.unit == cls.unit)

    @classmethod
    def _adopted(cls, today: dt.date) -> Any:
        return (cls.state == YearState.ADOPTED) & (cls.adopted_on <= today)

    @classmethod
    def _concerned(cls, today: dt.date) -> Any:
        """Those of this year whose nämnd is there and concerned."""
        now = cls.committees(today).select(Unit.id)
        return (cls.year == today.year) & (cls.state != YearState.EXEMPT) & among(cls.unit, now)

    @selection("This year, concerned")
    def concerned(cls, today):
        return cls._concerned(today)

    @selection("This year, not concerned")
    def exempt(cls, today):
        return (cls.year == today.year) & (cls.state == YearState.EXEMPT)

    @selection("This year and coming")
    def current(cls, today):
        return cls.year >= today.year

    @selection("Plan adopted for the year")
    def adopted(cls, today):
        return cls._concerned(today) & cls._adopted(today)

    @selection("Without an adopted plan")
    def unadopted(cls, today):
        return cls._concerned(today) & ~cls._adopted(today)

    @selection("Exercises as planned")
    def as_planned(cls, today):
        return cls._concerned(today) & cls.exercises_as_planned(today)

    @selection("Exercises not as planned")
    def not_as_planned(cls, today):
        return cls._concerned(today) & ~cls.exercises_as_planned(today)

    @selection("Has held an exercise")
    def held(cls, today):
        return cls._concerned(today) & cls.has_held(today)

    @selection("Trained as the target says")
    def trained(cls, today):
        return cls._concerned(today) & cls.has_trained(today)

    @selection("Trained below the target")
    def untrained(cls, today):
        return cls._concerned(today) & ~cls.has_trained(today)
