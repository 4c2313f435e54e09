"""The words of the work against irregularities: and the line that stands beside whatever is written freely."""

from models.words import N_, Labelled, Register, named

REGISTER = Register.INTEGRITY

COUNTS_ONLY = N_("How many. Never who.")
NO_CASE = N_(
    "No suspected person and no case is written here. Go with a suspicion to a manager, the whistleblower channel "
    "or the police."
)
"""Beside every free text (visselblåsarlagen 2021:890, 7:6: only those appointed may see who is named in a case)."""


NO_REPORT = N_(
    "No report and no case may be written here. Report in the whistleblower channel itself, at the place told here, or "
    "to an authority that takes reports from outside. Only those appointed for it may read a report."
)
"""What the pages about the channel say first of all (visselblåsarlagen 2021:890, 7:6)."""


class Standing(Labelled):
    """How far a unit has come with the version in force. Computed, never stored (guide B.3)."""

    NOT_BEGUN = named("not_begun", "Not started", "none")
    PLANNED = named("planned", "Planned", "none")
    ONGOING = named("ongoing", "Under way", "part")
    ANCHORED = named("anchored", "Anchored", "ok")
    SUPERSEDED = named("superseded", "Lapsed: a new version is in force", "no")
    AGED = named("aged", "Lapsed: too long ago", "no")


class Activity(Labelled):
    WORKSHOP = named("workshop", "Workshop")
    DILEMMA = named("dilemma", "Dilemma exercise")
    MEETING = named("apt", "Workplace meeting (APT)")
    COURSE = named("course", "Web course")
    INTRODUCTION = named("introduction", "Introduction of new staff")
    COMMITTEE = named("committee", "Information to the nämnd")
    SUPPLIERS = named("suppliers", "Information to suppliers")
