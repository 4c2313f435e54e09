"""Guarding (bevakning): contracts, what is guarded and whether it needs to be, and the review that asks."""

from models.guarding.contracts import Contract, ContractOption, Service
from models.guarding.control import Deviation, SpotCheck
from models.guarding.figures import FigureBatch, FigureDelivery, MonthlyFigure, spread, spread_of, twelve_months
from models.guarding.reviews import Criterion, CriterionScore, Review, ReviewAnswer, UsageProcess
from models.guarding.sites import ContractMeeting, GuardedSite, NeedAssessment
from models.guarding.targets import Aim, GuardingTarget, ResponseClass, aimed, assessed_again_by
from models.guarding.words import (
    REGISTER,
    Alternative,
    Conclusion,
    ContractState,
    DeliveryState,
    DeviationKind,
    Origin,
    PriceModel,
    ProcessState,
    ReviewState,
    Risk,
    Score,
    ServiceKind,
    ServiceLevel,
    Severity,
)

__all__ = [
    "REGISTER",
    "Aim",
    "Alternative",
    "Conclusion",
    "Contract",
    "ContractMeeting",
    "ContractOption",
    "ContractState",
    "Criterion",
    "CriterionScore",
    "DeliveryState",
    "Deviation",
    "DeviationKind",
    "FigureBatch",
    "FigureDelivery",
    "GuardedSite",
    "GuardingTarget",
    "MonthlyFigure",
    "NeedAssessment",
    "Origin",
    "PriceModel",
    "ProcessState",
    "ResponseClass",
    "Review",
    "ReviewAnswer",
    "ReviewState",
    "Risk",
    "Score",
    "Service",
    "ServiceKind",
    "ServiceLevel",
    "Severity",
    "SpotCheck",
    "UsageProcess",
    "aimed",
    "assessed_again_by",
    "spread",
    "spread_of",
    "twelve_months",
]
