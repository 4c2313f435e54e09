"""What an exercise was to show, and what was seen: parts that stand as the exercise was evaluated."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.exercises.exercises import Exercise
from models.exercises.words import GENERAL, REGISTER, WEAKNESS, Met
from models.kinds import Choice, Day, Link, Note, Text
from models.record import Record, declares, selection
from models.words import N_, Message, Problem, Protection


class OfExercise(Record):
    """A part of an exercise."""

    exercise: Any = Link("The exercise", to=Exercise)

    @property
    def is_locked(self) -> bool:
        return Exercise.get_by_id(self.__data__["exercise"]).is_locked


@declares(
    "Exercise goal",
    "Exercise goals",
    register=REGISTER,
    slug="ovningsmalsattningar",
    title="goal",
    columns=("exercise", "goal", "outcome"),
    filters=("outcome",),
    sorts=("id",),
    form=("goal", "outcome", "seen"),
    part_of="exercise",
)
class ExerciseGoal(OfExercise):
    """What an exercise is to show, and afterwards whether it did."""

    goal = Text("Goal", max_length=200, hint=GENERAL)
    outcome = Choice("Met", Met, optional=True)
    seen = Note("How it was seen", optional=True, longest=1000, hint=GENERAL)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("outcome") is not None and not values.get("seen"):
            yield Problem("seen", Message("Tell how it was seen whether the goal was met."))

    @selection("Without outcome")
    def unsaid(cls, today):
        return cls.outcome.is_null()

    @selection("Not met in full")
    def unmet(cls, today):
        return cls.outcome.in_((Met.PARTLY, Met.NO))


@declares(
    "Exercise observation",
    "Exercise observations",
    register=REGISTER,
    slug="ovningsobservationer",
    title="about",
    columns=("exercise", "about", "observed", "noted_on"),
    sorts=("-noted_on",),
    form=("about", "observed"),
    part_of="exercise",
    begins={"noted_on": "today"},
)
class ExerciseObservation(OfExercise):
    """Something that an exercise showed, masked outside the register's owners; measures arise from it."""

    ground = WEAKNESS

    about = Text("About", max_length=80, hint=N_("Neutral words, such as Contact paths: the list is read by many."))
    observed = Note("Observed", longest=4000, protection=Protection.SECRET)
    noted_on = Day("Noted", typed=False)
