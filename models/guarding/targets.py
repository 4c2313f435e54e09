"""What guarding is measured against: rows with a source and a date, the municipality's own to change."""

import datetime as dt
from collections.abc import Iterable

from models.calendar import months_before
from models.guarding.words import REGISTER
from models.kinds import Choice, Day, Number, Text
from models.record import Record, declares
from models.words import Labelled, named


class Aim(Labelled):
    ASSESSMENT = named("assessment", "Months that a need assessment holds")
    LATE = named("late", "Days that a measure may be late before the follow-up tells")
    AUTHORISATION = named("authorisation", "Months between two checks of the authorisation")
    NOTICE = named("notice", "Days before a last day of notice that it is told")


PROPOSED = {Aim.ASSESSMENT: 24, Aim.LATE: 90, Aim.AUTHORISATION: 12, Aim.NOTICE: 90}
"""A proposal of practice, not law: what the rows begin with, and what holds where a row is missing."""


@declares(
    "Guarding target",
    "Guarding targets",
    register=REGISTER,
    slug="bevakningsmal",
    title="aim",
    columns=("aim", "amount", "source", "checked_on"),
    sorts=("aim",),
    form=("amount", "source", "checked_on"),
    creatable=False,
)
class GuardingTarget(Record):
    """One limit or target of guarding, with whose it is and when it was last looked at."""

    aim = Choice("Target", Aim, unique=True, typed=False)
    amount = Number("Amount", least=1, most=1000)
    source = Text("Source", max_length=200)
    checked_on = Day("Last checked")

    def follows(self, today: dt.date) -> Iterable[Record]:
        """Every site whose next assessment falls on another day by the new limit."""
        from models.guarding.sites import GuardedSite  # which knows of targets

        return GuardedSite.assessed_anew() if self.aim is Aim.ASSESSMENT else ()


def aimed(aim: Aim) -> int:
    """The amount that holds now."""
    found = GuardingTarget.select(GuardingTarget.amount).where(GuardingTarget.aim == aim).scalar()
    return PROPOSED[aim] if found is None else int(found)


def assessed_again_by(assessed: dt.date, months: int) -> dt.date:
    """The last day on which a need assessment still holds; 28 February for 29 February."""
    return months_before(assessed, -months)


@declares(
    "Response class",
    "Response classes",
    register=REGISTER,
    slug="insatsklasser",
    title="name",
    columns=("name", "minutes", "source", "checked_on"),
    sorts=("minutes",),
    form=("name", "minutes", "source", "checked_on"),
)
class ResponseClass(Record):
    """Within how many minutes of an alarm somebody is to be at a site."""

    name = Text("Class", max_length=40, unique=True)
    minutes = Number("Minutes", least=1, most=1440)
    source = Text("Source", max_length=200)
    checked_on = Day("Last checked")
