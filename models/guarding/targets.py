"""What guarding is measured against: rows with a source and a date, the municipality's own to change."""

import datetime as dt
from collections.abc import Iterable

from models.calendar import months_before
from models.guarding.words import REGISTER
from models.kinds import Choice, Day, Number, Text
from models.record import Record, declares
from models.targets import Target
from models.words import Labelled, named


class Aim(Labelled):
    ASSESSMENT = named("assessment", "Months that a need assessment holds")
    LATE = named("late", "Days that a measure may be late before the follow-up tells")
    AUTHORISATION = named("authorisation", "Months between two checks of the authorisation")
    NOTICE = named("notice", "Days before a last day of notice that it is told")
    REVIEWED = named("reviewed", "Days that a decided review counts in the follow-up")
    MET = named("met", "Days that a contract meeting counts in the follow-up")
    ASSESSED = named("assessed", "Sites whose need is assessed, at least (per cent)")
    DELIVERED = named("delivered", "Ordered tasks that are delivered, at least (per cent)")
    IN_TIME = named("in_time", "Call-outs that are there in time, at least (per cent)")
    UNJUSTIFIED = named("unjustified", "Unjustified alarms per site and year, at most")
    QUIET = named("quiet", "Months without an event before guarding is questioned")
    ANSWER = named("answer", "Days for the supplier to answer a deviation")
    ANSWERED = named("answered", "Deviations that are answered in time, at least (per cent)")
    INVOICE = named("invoice", "Wrong amounts in what a spot check compared, at most (per cent)")
    SMALLEST = named("smallest", "Smallest number that may be judged")
    CYCLE = named("cycle", "Months between two reviews")
    MEASURE = named("measure", "Days until a measure out of the use of guarding is due")
    PRICES = named("prices", "Months that unit prices are secret where it is decided (OSL 31:16)")
    FAIR = named("fair", "How much of a target is met for a score of 2 (per cent)")
    WEAK = named("weak", "How much of a target is met for a score of 1 (per cent)")


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
class GuardingTarget(Target):
    """One limit or target of guarding, with whose it is and when it was last looked at (guide B.2.3)."""

    proposed = {
        Aim.ASSESSMENT: 24, Aim.LATE: 90, Aim.AUTHORISATION: 12, Aim.NOTICE: 90, Aim.REVIEWED: 365, Aim.MET: 100,
        Aim.ASSESSED: 90, Aim.DELIVERED: 98, Aim.IN_TIME: 95, Aim.UNJUSTIFIED: 4, Aim.QUIET: 18, Aim.ANSWER: 10,
        Aim.ANSWERED: 90, Aim.INVOICE: 1, Aim.SMALLEST: 20, Aim.CYCLE: 12, Aim.MEASURE: 60, Aim.PRICES: 24,
        Aim.FAIR: 95, Aim.WEAK: 80,
    }  # fmt: skip
    percents = frozenset({Aim.ASSESSED, Aim.DELIVERED, Aim.IN_TIME, Aim.ANSWERED, Aim.INVOICE, Aim.FAIR, Aim.WEAK})

    aim = Choice("Target", Aim, unique=True, typed=False)

    def follows(self, today: dt.date) -> Iterable[Record]:
        """Every site whose next assessment falls on another day by the new limit; marks that run out on another."""
        from models.guarding.contracts import Contract  # which know of targets
        from models.guarding.sites import GuardedSite

        if self.aim is Aim.ASSESSMENT:
            yield from GuardedSite.assessed_anew()
        if self.aim is Aim.PRICES:
            for contract in Contract.select().where(Contract.prices_decided_on.is_null(False)):
                yield from contract.follows(today)


aimed = GuardingTarget.wanted
"""The amount of a target of guarding that holds now."""


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
