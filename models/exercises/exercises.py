"""Exercises (övningar) with their goals and what was observed; measures arise from what was observed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.calendar import months_before
from models.common import Unit
from models.exercises.plans import ExercisePlan
from models.exercises.targets import Aim, ExerciseTarget, since
from models.exercises.words import (
    EVALUATED,
    FUNCTIONS,
    HELD,
    REGISTER,
    ExerciseKind,
    ExerciseState,
    Late,
    OfUnit,
    Scenario,
)
from models.integrity.rules import not_to_come
from models.kinds import Choice, Day, Link, Note, Number, Text
from models.people import Person
from models.record import Step, declares, selection
from models.words import N_, Act, Message, Problem

AS_HELD = ("held_on", "minutes", "functions", "participants")
EVALUATION = ("evaluated_on", "report", "next_on")
DAY = dt.timedelta(days=1)


@declares(
    "Exercise",
    "Exercises",
    register=REGISTER,
    slug="ovningar",
    title="name",
    columns=("name", "unit", "kind", "scenario", "planned_on", "held_on", "evaluate_by", "state"),
    filters=("unit", "kind", "scenario", "state", "plan"),
    sorts=("-planned_on",),
    search=("name",),
    form=("name", "unit", "plan", "kind", "scenario", "planned_on"),
    parts=("ovningsmalsattningar", "ovningsobservationer"),
    steps={
        "exercise": Step(
            "Record as held",
            Act.EDIT,
            (ExerciseState.PLANNED,),
            ExerciseState.HELD,
            asks=AS_HELD,
            needs=("held_on", "functions", "participants"),
            stamps={"noted_on": "today"},
        ),
        "restate": Step(
            "Correct what was held",
            Act.EDIT,
            (ExerciseState.HELD,),
            ExerciseState.HELD,
            asks=AS_HELD,
            needs=("held_on", "functions", "participants"),
            stamps={"noted_on": "today"},
            clears=("evaluate_by",),
        ),
        "evaluate": Step(
            "Record the evaluation",
            Act.EDIT,
            (ExerciseState.HELD,),
            ExerciseState.EVALUATED,
            asks=EVALUATION,
            needs=("evaluated_on", "report"),
            stamps={"noted_on": "today"},
        ),
        "carry": Step("Measures are under way", Act.EDIT, (ExerciseState.EVALUATED,), ExerciseState.MEASURES),
        "close": Step("Conclude", Act.EDIT, (ExerciseState.EVALUATED, ExerciseState.MEASURES), ExerciseState.CLOSED),
        "call_off": Step(
            "Call off",
            Act.DECIDE,
            (ExerciseState.PLANNED,),
            ExerciseState.CALLED_OFF,
            asks=("called_off_because",),
            needs=("called_off_because",),
        ),
    },
    begins={"planned_by": "who"},
)
class Exercise(OfUnit):
    """An exercise from its plan to its evaluation. It counts for the nämnd in whose plan it stands (decision 25).

    When it is held, the day by which it is to be evaluated is stamped: the target of that day, not a later one.
    """

    timed = ("evaluate_by",)

    name = Text("Name", max_length=120, hint=N_("Neutral words: the list is read by many."))
    plan: Any = Link("In the plan", to=ExercisePlan, optional=True, hint=N_("It counts for the plan's nämnd."))
    kind = Choice("Kind", ExerciseKind)
    scenario = Choice("Scenario", Scenario, optional=True)
    planned_on = Day("Planned for", deadline=True, index=True)
    planned_by: Any = Link("Planned by", to=Person, optional=True, typed=False)
    held_on = Day("Held", optional=True, index=True)
    minutes = Number("Length (minutes)", least=1, most=100_000, optional=True)
    functions = Text("Who took part (functions)", max_length=300, optional=True, hint=FUNCTIONS)
    participants = Number("How many took part", least=1, most=100_000, optional=True)
    noted_on = Day("Noted", optional=True, typed=False)
    evaluate_by = Day("To be evaluated by", optional=True, typed=False)
    evaluated_on = Day("Evaluated", optional=True)
    report = Text("Evaluation report (diarienummer or place)", max_length=120, optional=True)
    next_on = Day("Next exercise", optional=True)
    called_off_because = Note("Why it is called off", optional=True, longest=1000)
    state = Choice("State", ExerciseState, default=ExerciseState.PLANNED, typed=False)

    class Meta:
        indexes = ((("state", "planned_on"), False),)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        for name in ("held_on", "evaluated_on"):
            if values.get(name):
                yield from not_to_come(values, name)
        held, evaluated, following = (values.get(name) for name in ("held_on", "evaluated_on", "next_on"))
        if held and evaluated and evaluated < held:
            yield Problem("evaluated_on", Message("It cannot be evaluated before it was held."))
        if held and following and following <= held:
            yield Problem("next_on", Message("The next exercise comes after this one."))
        if values.get("plan") and not _beneath(values["unit"], ExercisePlan.get_by_id(values["plan"]).unit.id):
            yield Problem("plan", Message("This is another nämnd's plan: choose that of the unit's own nämnd."))
        if values.get("state") is ExerciseState.EVALUATED and values.get("id"):
            yield from cls._ungoaled(values["id"])

    @staticmethod
    def _ungoaled(exercise: int) -> Iterable[Problem]:
        """It is not evaluated before it is said of each goal whether it was met; and it has one."""
        from models.exercises.goals import ExerciseGoal  # which are of an exercise

        goals = ExerciseGoal.select().where(ExerciseGoal.exercise == exercise)
        unsaid = goals.where(ExerciseGoal.outcome.is_null()).count()
        if unsaid:
            yield Problem(
                "evaluated_on", Message("%(number)s goals have no outcome. Say of each if it was met.", number=unsaid)
            )
        elif not goals.exists():
            yield Problem("evaluated_on", Message("There is no goal to evaluate it by. Add at least one."))

    def settle(self) -> None:
        if self.held_on is not None and self.evaluate_by is None:
            self.evaluate_by = self.held_on + ExerciseTarget.wanted(Aim.EVALUATE) * DAY

    def as_of(self, name: str, today: dt.date) -> Any:
        """Held, and past the day by which it was to be evaluated, it says so."""
        late = name == "state" and self.state is ExerciseState.HELD and self.evaluate_by < today
        return Late.UNEVALUATED if late else super().as_of(name, today)

    @property
    def is_waiting(self) -> bool:
        return self.state is ExerciseState.PLANNED

    @property
    def is_locked(self) -> bool:
        """It stands as it was evaluated, with its goals and what was observed."""
        return self.state not in (ExerciseState.PLANNED, ExerciseState.HELD)

    @classmethod
    def _counts(cls, today: dt.date, states: Iterable[ExerciseState], scenario: Scenario | None = None) -> Any:
        """Held, within the months that count, and come to one of these states."""
        rule = cls.state.in_(list(states)) & cls.held_on.between(since(Aim.EXERCISE, today), today)
        return rule if scenario is None else rule & (cls.scenario == scenario)

    @selection("Planned")
    def planned(cls, today):
        return cls.state == ExerciseState.PLANNED

    @selection("To be held within a month")
    def due(cls, today):
        return (cls.state == ExerciseState.PLANNED) & (cls.planned_on <= months_before(today, -1))

    @selection("Not held on its day")
    def left(cls, today):
        return (cls.state == ExerciseState.PLANNED) & (cls.planned_on < today)

    @selection("To be evaluated")
    def to_evaluate(cls, today):
        return cls.state == ExerciseState.HELD

    @selection("Held but not evaluated")
    def unevaluated(cls, today):
        return (cls.state == ExerciseState.HELD) & (cls.evaluate_by < today)

    @selection("Held, counts still")
    def held(cls, today):
        return cls._counts(today, HELD)

    @selection("Evaluated, counts still")
    def evaluated(cls, today):
        return cls._counts(today, EVALUATED)

    @selection("Intrusion, held")
    def intrusion_held(cls, today):
        return cls._counts(today, HELD, Scenario.INTRUSION)

    @selection("Intrusion, evaluated")
    def intrusion_evaluated(cls, today):
        return cls._counts(today, EVALUATED, Scenario.INTRUSION)

    @selection("Denial of service, held")
    def overload_held(cls, today):
        return cls._counts(today, HELD, Scenario.OVERLOAD)

    @selection("Denial of service, evaluated")
    def overload_evaluated(cls, today):
        return cls._counts(today, EVALUATED, Scenario.OVERLOAD)

    @selection("Called off")
    def called_off(cls, today):
        return cls.state == ExerciseState.CALLED_OFF


def _beneath(unit: int, committee: int) -> bool:
    """Whether a unit is a nämnd or belongs to it."""
    return unit in {number for (number,) in Unit.below(Unit.select(Unit.id).where(Unit.id == committee)).tuples()}
