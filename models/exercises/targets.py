"""What exercises, plans and training are measured against: rows with a source and a date."""

import datetime as dt

from models.calendar import months_before
from models.exercises.words import REGISTER
from models.kinds import Choice
from models.record import declares
from models.targets import Target
from models.words import Labelled, named


class Aim(Labelled):
    EVALUATE = named("evaluate", "Days from an exercise to its evaluation, at most")
    COVERAGE = named("coverage", "Trained for incidents, at least (per cent)")
    COUNTED = named("counted", "Months that a count of the trained holds")
    EXERCISE = named("exercise", "Months that an exercise counts in the follow-up")
    REVIEW = named("review", "Months that a management review counts in the follow-up")
    CONTACTS = named("contacts", "Months between two checks of a contact list")


@declares(
    "Exercise target",
    "Exercise targets",
    register=REGISTER,
    slug="ovningsmal",
    title="aim",
    columns=("aim", "amount", "source", "checked_on"),
    sorts=("aim",),
    form=("amount", "source", "checked_on"),
    creatable=False,
)
class ExerciseTarget(Target):
    """One target of exercises, plans and training (programme points 4.1-U1 and 4.3-X2; guide B.5.3)."""

    proposed = {
        Aim.EVALUATE: 60,
        Aim.COVERAGE: 80,
        Aim.COUNTED: 12,
        Aim.EXERCISE: 12,
        Aim.REVIEW: 12,
        Aim.CONTACTS: 6,
    }
    percents = frozenset({Aim.COVERAGE})

    aim = Choice("Target", Aim, unique=True, typed=False)


def since(aim: Aim, today: dt.date) -> dt.date:
    """The first day that is not longer ago than the months of a target."""
    return months_before(today, ExerciseTarget.wanted(aim))
