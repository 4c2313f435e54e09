"""What an incident is measured against: thresholds of the law and limits of practice, as rows with a source."""

from models.incidents.words import REGISTER
from models.kinds import Choice, Flag
from models.record import declares, selection
from models.targets import Target
from models.words import Labelled, named


class Aim(Labelled):
    GENERAL_LIMITED = named("general_limited", "In general: activity limited longer than (hours)")
    GENERAL_WORKAROUND = named("general_workaround", "In general: work-arounds longer than (hours)")
    PUBLIC_LIMITED = named("public_limited", "Public administration: activity limited longer than (hours)")
    PUBLIC_WORKAROUND = named("public_workaround", "Public administration: work-arounds longer than (hours)")
    WATER_LIMITED = named("water_limited", "Drinking water and sewage: activity limited longer than (hours)")
    WATER_WORKAROUND = named("water_workaround", "Drinking water and sewage: work-arounds longer than (hours)")
    CARE_LIMITED = named("care_limited", "Health care provider: activity limited longer than (hours)")
    CARE_WORKAROUND = named("care_workaround", "Health care provider: work-arounds longer than (hours)")
    PERSONS = named("persons", "Protected data about so many people or more")
    COST = named("cost", "Cost over this share of last year's appropriation (per cent)")
    RECURRING = named("recurring", "Incidents of the same cause that together count as one")
    RECURRING_MONTHS = named("recurring_months", "Months within which they recur")
    REVIEW = named("review", "Days until the review after a severe incident")
    TRIAGE = named("triage", "Hours until a severe incident is triaged")


@declares(
    "Threshold of incidents",
    "Thresholds of incidents",
    register=REGISTER,
    slug="incidenttrosklar",
    title="aim",
    columns=("aim", "amount", "source", "confirmed", "checked_on"),
    sorts=("id",),
    form=("amount", "source", "confirmed", "checked_on"),
    creatable=False,
)
class IncidentThreshold(Target):
    """One threshold (MCFFS 2026:8 as told by others; guide A.5, B.5): uncertain until the municipality confirms it."""

    proposed = {
        Aim.GENERAL_LIMITED: 12, Aim.GENERAL_WORKAROUND: 48, Aim.PUBLIC_LIMITED: 4, Aim.PUBLIC_WORKAROUND: 12,
        Aim.WATER_LIMITED: 4, Aim.WATER_WORKAROUND: 8, Aim.CARE_LIMITED: 1, Aim.CARE_WORKAROUND: 6,
        Aim.PERSONS: 500, Aim.COST: 5, Aim.RECURRING: 2, Aim.RECURRING_MONTHS: 6, Aim.REVIEW: 30, Aim.TRIAGE: 2,
    }  # fmt: skip
    percents = frozenset({Aim.COST})

    aim = Choice("Threshold", Aim, unique=True, typed=False)
    confirmed = Flag("Confirmed by the municipality")

    @selection("All thresholds")
    def every(cls, today):
        return cls.id.is_null(False)

    @selection("Uncertain")
    def uncertain(cls, today):
        return cls.confirmed == False  # noqa: E712
