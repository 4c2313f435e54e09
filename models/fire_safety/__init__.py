"""SBA: premises, checklists, control plans, rounds, deficiencies and the two governing documents."""

from models.fire_safety.checklists import Checklist, ChecklistItem
from models.fire_safety.deficiencies import Deficiency, SeverityLimit
from models.fire_safety.documents import DocumentKind, DocumentState, PolicyDocument
from models.fire_safety.premises import Assignment, Contact, Function, Premises
from models.fire_safety.rounds import (
    PLANNED_AHEAD,
    WALKED,
    Answer,
    ControlPlan,
    Lapse,
    Observation,
    Round,
    RoundState,
)
from models.fire_safety.words import REGISTER, Interval, Party, PremisesKind, Severity

__all__ = [
    "PLANNED_AHEAD",
    "REGISTER",
    "WALKED",
    "Answer",
    "Assignment",
    "Checklist",
    "ChecklistItem",
    "Contact",
    "ControlPlan",
    "Deficiency",
    "DocumentKind",
    "DocumentState",
    "Function",
    "Interval",
    "Lapse",
    "Observation",
    "Party",
    "PolicyDocument",
    "Premises",
    "PremisesKind",
    "Round",
    "RoundState",
    "Severity",
    "SeverityLimit",
]
