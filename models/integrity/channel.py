"""That the whistleblower channel is there and works, and how many reports a year: never a case."""

from models.calendar import months_before
from models.integrity.words import NO_CASE, REGISTER
from models.kinds import Day, Flag, Number, Text
from models.record import Record, declares, selection
from models.words import N_


@declares(
    "Status of the whistleblower channel",
    "Status of the whistleblower channel",
    register=REGISTER,
    slug="visselblasarkanal",
    title="owner",
    columns=("owner", "exists", "address", "tested_on"),
    sorts=("-tested_on",),
    form=("owner", "exists", "address", "tested_on"),
)
class ChannelStatus(Record):
    """That the channel is there and works (visselblåsarlagen 2021:890). No report is received or kept here."""

    owner = Text("Owner (function)", max_length=80, hint=NO_CASE)
    exists = Flag("The channel is open")
    address = Text("Where it is found", max_length=200, optional=True)
    tested_on = Day("Last tested")

    @selection("Tested in the last 12 months")
    def tested(cls, today):
        return (cls.tested_on > months_before(today, 12)) & (cls.tested_on <= today)


@declares(
    "Reports to the whistleblower channel in a year",
    "Reports to the whistleblower channel by year",
    register=REGISTER,
    slug="visselblasning-per-ar",
    title="year",
    columns=("year", "received"),
    sorts=("-year",),
    form=("year", "received"),
)
class ChannelYear(Record):
    """How many reports the channel had in a whole year (guide A.3). What is under five is shown as just that."""

    year = Number("Year", least=2022, most=2100, unique=True)
    received = Number("Reports", most=100_000, hides_few=True, hint=N_("In the whole year; 1 to 4 are read as few."))
