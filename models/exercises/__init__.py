"""Exercises (övningar), plans and training for intrusion and denial of service."""

from models.exercises.continuity import ContinuityPlan
from models.exercises.exercises import Exercise
from models.exercises.goals import ExerciseGoal, ExerciseObservation
from models.exercises.mode import MINUTE, NO_DRILL, DrillRun, DrillScenario, Inject
from models.exercises.plans import ExercisePlan
from models.exercises.targets import Aim, ExerciseTarget, since
from models.exercises.technical import TechnicalTest
from models.exercises.training import ManagementReview, Training
from models.exercises.words import (
    EVALUATED,
    HELD,
    REGISTER,
    WEAKNESS,
    ExerciseKind,
    ExerciseState,
    Late,
    Met,
    PlanState,
    Scenario,
    Standing,
    TechnicalKind,
    Trained,
    YearState,
)

__all__ = [
    "EVALUATED",
    "HELD",
    "MINUTE",
    "NO_DRILL",
    "REGISTER",
    "WEAKNESS",
    "Aim",
    "ContinuityPlan",
    "DrillRun",
    "DrillScenario",
    "Exercise",
    "ExerciseGoal",
    "ExerciseKind",
    "ExerciseObservation",
    "ExercisePlan",
    "ExerciseState",
    "ExerciseTarget",
    "Inject",
    "Late",
    "ManagementReview",
    "Met",
    "PlanState",
    "Scenario",
    "Standing",
    "TechnicalKind",
    "TechnicalTest",
    "Trained",
    "Training",
    "YearState",
    "since",
]
