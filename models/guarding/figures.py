"""What a guarding company did, month by month: figures that came in, and which of them hold."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import fn

from models.guarding.contracts import Contract
from models.guarding.sites import GuardedSite
from models.guarding.words import REGISTER, DeliveryState, Origin, ServiceKind
from models.kinds import Choice, Day, Link, Moment, Number, Text
from models.people import Person
from models.record import Record, Step, among, declares, selection
from models.words import Act, Message

LONGEST_RESPONSE = 1440
"""Minutes: a day. What is longer is a fault in the supplier's file."""


@declares(
    "Delivery of figures",
    "Deliveries of figures",
    register=REGISTER,
    slug="sifferleveranser",
    title="received_at",
    columns=("received_at", "contract", "first_month", "last_month", "rows", "state"),
    filters=("contract", "state"),
    sorts=("-received_at",),
    part_of="contract",
    creatable=False,
    editable=False,
    steps={
        "withdraw": Step(
            "Take the figures back",
            Act.DECIDE,
            (DeliveryState.COMING, DeliveryState.COMPLETE),
            DeliveryState.WITHDRAWN,
        ),
    },
)
class FigureDelivery(Record):
    """Figures that came in together, from a file or typed. Not until all of them are here does any of them count."""

    contract = Link("Contract", to=Contract, typed=False)
    origin = Choice("Came as", Origin, typed=False)
    fingerprint = Text("SHA-256 of the file", max_length=64, optional=True, typed=False)
    first_month = Day("First month", optional=True, typed=False)
    last_month = Day("Last month", optional=True, typed=False)
    rows = Number("Rows", typed=False)
    left_out = Number("Rows left out", typed=False)
    received_at = Moment("Received", typed=False)
    by = Link("By", to=Person, optional=True, typed=False)
    state = Choice("State", DeliveryState, default=DeliveryState.COMING, typed=False)

    @selection("Complete")
    def complete(cls, today):
        return cls.state == DeliveryState.COMPLETE

    @selection("Did not come in whole")
    def broken_off(cls, today):
        return cls.state == DeliveryState.COMING


class FigureBatch(Record):
    """Some rows of a delivery, written in one act: so that a long file never keeps others from writing."""

    frozen = True

    delivery = Link("Delivery of figures", to=FigureDelivery, typed=False)
    place = Number("No.", typed=False)


class FigureMapping(Record):
    """Which heading of a supplier's files is which figure, as somebody last said it and brought figures in by it."""

    company_number = Text(max_length=11, unique=True, typed=False)
    headings = Text(max_length=8000, typed=False)  # JSON: the name of our field → the supplier's heading
    by = Link("By", to=Person, optional=True, typed=False)
    used_at = Moment(typed=False)


def a_spread(value: str) -> Message | None:
    """Response times as minutes and how many: "12:3 18:1". Rising, each minute once."""
    try:
        minutes = [int(minute) for minute, _ in spread(value).items()]
    except ValueError:
        return Message("Write the response times as minutes, such as 12, 18, 25.")
    if minutes != sorted(minutes) or any(not 0 <= minute <= LONGEST_RESPONSE for minute in minutes):
        return Message("A response time is between 0 and %(most)s minutes.", most=LONGEST_RESPONSE)
    return None


def spread(value: str | None) -> Counter[int]:
    """How many responses took how many minutes. Raises ValueError for what `spread_of` did not make."""
    pairs = (pair.split(":") for pair in (value or "").split())
    return Counter({int(minute): int(times) for minute, times in pairs})


def spread_of(minutes: Iterable[int]) -> str:
    return " ".join(f"{minute}:{times}" for minute, times in sorted(Counter(minutes).items()))


@declares(
    "Monthly figure",
    "Monthly figures",
    register=REGISTER,
    slug="manadssiffror",
    title="month",
    columns=("month", "site", "service", "ordered", "delivered", "alarms", "unjustified", "invoiced"),
    filters=("site", "service"),
    sorts=("-month",),
    part_of="site",
    creatable=False,
    editable=False,
)
class MonthlyFigure(Record):
    """What was ordered, delivered and paid at one site for one service in one month. Corrected by a newer one."""

    frozen = True
    counted_in = "FigureBatch"

    batch = Link("Batch", to=FigureBatch, typed=False)
    delivery = Link("Delivery of figures", to=FigureDelivery, typed=False)
    site = Link("Guarded site", to=GuardedSite, typed=False, index=False)
    service = Choice("Service", ServiceKind, typed=False)
    month = Day("Month", typed=False)
    ordered = Number("Ordered", optional=True, most=1_000_000, typed=False)
    delivered = Number("Delivered", optional=True, most=1_000_000, typed=False)
    missed = Number("Not delivered", optional=True, most=1_000_000, typed=False)
    alarms = Number("Alarms", optional=True, most=1_000_000, typed=False)
    unjustified = Number("Of them unjustified", optional=True, most=1_000_000, typed=False)
    responses = Text("Response times in minutes", max_length=12_000, optional=True, typed=False, check=a_spread)
    invoiced = Number("Invoiced, kronor", optional=True, typed=False)

    class Meta:
        indexes = ((("site", "service", "month"), False), (("month", "site"), False))

    @classmethod
    def holding(cls) -> Any:
        """Of a delivery that is complete, and no newer one tells of the same site, service and month."""
        complete = FigureDelivery.select(FigureDelivery.id).where(FigureDelivery.state == DeliveryState.COMPLETE)
        newer = cls.alias()
        same = (newer.site == cls.site) & (newer.service == cls.service) & (newer.month == cls.month)
        later = newer.select(newer.id).where(same & (newer.id > cls.id) & among(newer.delivery, complete))
        return among(cls.delivery, complete) & ~fn.EXISTS(later)

    @selection("That hold")
    def current(cls, today):
        return cls.holding()

    @selection("That hold, last 12 months")
    def last_year(cls, today):
        return cls.holding() & (cls.month >= twelve_months(today)) & (cls.month < today.replace(day=1))

    @property
    def faults(self) -> Mapping[str, Message]:
        """What does not add up, by field."""
        return dict(_faults(self.__data__))


def _faults(values: Mapping[str, Any]) -> Iterable[tuple[str, Message]]:
    for some, of_all in (("unjustified", "alarms"), ("missed", "ordered")):
        if values.get(some) is not None and values[some] > (values.get(of_all) or 0):
            yield some, Message("It cannot be more than the whole that it is part of.")


def twelve_months(today: dt.date) -> dt.date:
    """The first of the last twelve whole months."""
    return today.replace(year=today.year - 1, day=1)
