"""Guarding (bevakning): contracts, what is guarded and whether it needs to be, and the review that asks."""

from models.guarding.contracts import Contract, ContractOption, Service
from models.guarding.figures import FigureBatch, FigureDelivery, MonthlyFigure, spread, spread_of, twelve_months
from models.guarding.reviews import Criterion, CriterionScore, Review, ReviewAnswer, UsageProcess
from models.guarding.sites import ContractMeeting, GuardedSite, NeedAssessment
from models.guarding.targets import PROPOSED, Aim, GuardingTarget, ResponseClass, aimed, assessed_again_by
from models.guarding.words import (
    REGISTER,
    Alternative,
    Conclusion,
    ContractState,
    DeliveryState,
    Origin,
    PriceModel,
    ProcessState,
    ReviewState,
    Risk,
    Score,
    ServiceKind,
    ServiceLevel,
)

__all__ = [
    "PROPOSED",
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
    "UsageProcess",
    "aimed",
    "assessed_again_by",
    "spread",
    "spread_of",
    "twelve_months",
]
