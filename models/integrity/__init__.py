"""Against irregularities (oegentligheter): the guidelines, and whether they have landed where people work."""

from models.integrity.anchoring import Anchoring, AnchoringActivity, Coverage, SignOff, lasts_since
from models.integrity.controls import (
    AuditRemark,
    ChannelStatus,
    JavSample,
    Level,
    Process,
    RiskProcess,
    SideJobRound,
)
from models.integrity.guidelines import Force, Guideline, GuidelineReview, GuidelineState, Outcome, Trigger
from models.integrity.targets import Aim, AnchoringTarget
from models.integrity.words import NO_CASE, REGISTER, Activity, Standing

__all__ = [
    "NO_CASE",
    "REGISTER",
    "Activity",
    "Aim",
    "Anchoring",
    "AnchoringActivity",
    "AnchoringTarget",
    "AuditRemark",
    "ChannelStatus",
    "Coverage",
    "Force",
    "Guideline",
    "GuidelineReview",
    "GuidelineState",
    "JavSample",
    "Level",
    "Outcome",
    "Process",
    "RiskProcess",
    "SideJobRound",
    "SignOff",
    "Standing",
    "Trigger",
    "lasts_since",
]
