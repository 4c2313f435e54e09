"""Information-security incidents: one report, every legal clock that it starts, and what is learnt from it."""

from models.incidents.clocks import ClockRule, LegalClock, open_clocks
from models.incidents.deadlines import due, instant, milestones
from models.incidents.incidents import ANSWERED, TRIAGE, Incident
from models.incidents.parts import AfterAction, Alert, Impact, IncidentDecision, Reference, TimelineEntry
from models.incidents.starting import called_for, clock_of, counted_from
from models.incidents.targets import Aim, IncidentThreshold
from models.incidents.words import (
    OPEN_CLOCK,
    OVER,
    REGISTER,
    SEVERE,
    AfterActionState,
    Answer,
    Category,
    ClockState,
    EntryKind,
    EscalationGround,
    IncidentState,
    Length,
    ReferenceKind,
    Sector,
    Severity,
    Told,
    Trigger,
)

__all__ = [
    "ANSWERED",
    "OPEN_CLOCK",
    "OVER",
    "REGISTER",
    "SEVERE",
    "TRIAGE",
    "AfterAction",
    "AfterActionState",
    "Aim",
    "Alert",
    "Answer",
    "Category",
    "ClockRule",
    "ClockState",
    "EntryKind",
    "EscalationGround",
    "Impact",
    "Incident",
    "IncidentDecision",
    "IncidentState",
    "IncidentThreshold",
    "LegalClock",
    "Length",
    "Reference",
    "ReferenceKind",
    "Sector",
    "Severity",
    "TimelineEntry",
    "Told",
    "Trigger",
    "called_for",
    "clock_of",
    "counted_from",
    "due",
    "instant",
    "milestones",
    "open_clocks",
]
