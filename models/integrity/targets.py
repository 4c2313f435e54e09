"""The targets of the anchoring: rows with source and date, the municipality's own to change."""

import datetime as dt

from models.calendar import months_before
from models.integrity.words import REGISTER
from models.kinds import Choice
from models.record import declares
from models.targets import Target
from models.words import Labelled, named


class Aim(Labelled):
    SIGNED = named("signed", "Units that have signed the version in force, for fulfilled (per cent)")
    SIGNED_PARTLY = named("signed_partly", "Units that have signed the version in force, for partly (per cent)")
    COVERAGE = named("coverage", "Staff of a unit that is trained (per cent)")
    MONTHS = named("months", "Months until an anchoring lapses")


@declares(
    "Anchoring target",
    "Anchoring targets",
    register=REGISTER,
    slug="forankringsmal",
    title="aim",
    columns=("aim", "amount", "source", "checked_on"),
    sorts=("aim",),
    form=("amount", "source", "checked_on"),
    creatable=False,
)
class AnchoringTarget(Target):
    """One target of the anchoring (programme point 4.3-U2; guide B.3). The municipality's choice, with its source."""

    proposed = {Aim.SIGNED: 90, Aim.SIGNED_PARTLY: 30, Aim.COVERAGE: 80, Aim.MONTHS: 24}
    percents = frozenset(Aim) - {Aim.MONTHS}

    aim = Choice("Target", Aim, unique=True, typed=False)


def lasts_since(today: dt.date) -> dt.date:
    """The first day that counts as not too long ago."""
    return months_before(today, AnchoringTarget.wanted(Aim.MONTHS))
