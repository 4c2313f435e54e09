"""Säkerhetsskydd: what only the säkerhetsskyddschef and a valid deputy see, and what only they can open."""

from models.protective_security.analyses import (
    Analysis,
    AnalysisScope,
    AnalysisState,
    Standing,
    UpdateReason,
    latest_update,
)
from models.protective_security.checks import CheckResult, SecurityCheck, TrainingCount
from models.protective_security.clearance import Clearance
from models.protective_security.cores import MeasureCore, SecrecyClass
from models.protective_security.deposits import Deposit, DepositState, Outcome
from models.protective_security.governing import (
    Appointment,
    BoardReport,
    Ceiling,
    Post,
    ReportForm,
    SecurityPlan,
    SupervisorNotice,
    SystemApproval,
    ceiling,
)
from models.protective_security.measures import MeasureState, ProtectiveMeasure
from models.protective_security.orders import OrderState, SecurityOrder
from models.protective_security.processes import AnalysisProcess
from models.protective_security.words import REGISTER, Area, MeasureKind, Priority

__all__ = [
    "REGISTER",
    "Analysis",
    "AnalysisProcess",
    "AnalysisScope",
    "AnalysisState",
    "Appointment",
    "Area",
    "BoardReport",
    "Ceiling",
    "CheckResult",
    "Clearance",
    "Deposit",
    "DepositState",
    "MeasureCore",
    "MeasureKind",
    "MeasureState",
    "OrderState",
    "Outcome",
    "Post",
    "Priority",
    "ProtectiveMeasure",
    "ReportForm",
    "SecrecyClass",
    "SecurityCheck",
    "SecurityOrder",
    "SecurityPlan",
    "Standing",
    "SupervisorNotice",
    "SystemApproval",
    "TrainingCount",
    "UpdateReason",
    "ceiling",
    "latest_update",
]
