"""Against irregularities (oegentligheter): the guidelines, and whether they have landed where people work."""

from models.integrity.anchoring import Anchoring, AnchoringActivity, Coverage, SignOff
from models.integrity.channel import ChannelStatus, ChannelYear
from models.integrity.controls import (
    AuditRemark,
    JavSample,
    Level,
    Process,
    RiskProcess,
    SideJobRound,
)
from models.integrity.guidelines import Force, Guideline, GuidelineReview, GuidelineState, Outcome, Trigger
from models.integrity.targets import Aim, AnchoringTarget, lasts_since
from models.integrity.unannounced import ControlState, UnannouncedControl
from models.integrity.words import NO_CASE, NO_REPORT, REGISTER, Activity, Standing

__all__ = [
    "NO_CASE",
    "NO_REPORT",
    "REGISTER",
    "Activity",
    "Aim",
    "Anchoring",
    "AnchoringActivity",
    "AnchoringTarget",
    "AuditRemark",
    "ChannelStatus",
    "ChannelYear",
    "ControlState",
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
    "UnannouncedControl",
    "lasts_since",
]
