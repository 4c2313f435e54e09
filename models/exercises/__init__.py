"""Exercises (övningar), plans and training for intrusion and denial of service."""

from models.exercises.continuity import ContinuityPlan
from models.exercises.exercises import Exercise
from models.exercises.goals import ExerciseGoal, ExerciseObservation
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
    TestKind,
    Trained,
    YearState,
)

__all__ = [
    "EVALUATED",
    "HELD",
    "REGISTER",
    "WEAKNESS",
    "Aim",
    "ContinuityPlan",
    "Exercise",
    "ExerciseGoal",
    "ExerciseKind",
    "ExerciseObservation",
    "ExercisePlan",
    "ExerciseState",
    "ExerciseTarget",
    "Late",
    "ManagementReview",
    "Met",
    "PlanState",
    "Scenario",
    "Standing",
    "TechnicalTest",
    "TestKind",
    "Trained",
    "Training",
    "YearState",
    "since",
]
