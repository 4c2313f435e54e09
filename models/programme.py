"""The programme for safety and security, and the points that kommunstyrelsen follows up."""

from models.kinds import Choice, Day, Flag, Link, Note, Number, Text
from models.record import Record, declares
from models.words import N_, Labelled, Register, named


class ProgrammeState(Labelled):
    DRAFT = named("draft", "Draft")
    RUNNING = named("running", "Running")
    CLOSED = named("closed", "Concluded")


class Programme(Record):
    """A programme for one term of office."""

    name = Text("Name", max_length=160, typed=False)
    starts_on = Day("Starts", typed=False)
    ends_on = Day("Ends", typed=False)
    state = Choice("State", ProgrammeState, typed=False)


class FocusArea(Record):
    """A focus area (fokusområde) with its goal, in the municipality's own words."""

    programme = Link("Programme", to=Programme, typed=False)
    code = Text("No.", max_length=12, typed=False)
    sv = Text("In Swedish", max_length=300, typed=False)
    en = Text("In English", max_length=300, typed=False)
    goal_sv = Text("Goal in Swedish", max_length=400, typed=False)
    goal_en = Text("Goal in English", max_length=400, typed=False)


class ProgrammeMeasure(Record):
    """A measure of the programme; one without a follow-up point is shown as a gap."""

    area = Link("Focus area", to=FocusArea, typed=False)
    code = Text("No.", max_length=12, typed=False)
    sv = Text("In Swedish", max_length=300, typed=False)
    en = Text("In English", max_length=300, typed=False)
    followed_by = Text("Followed up by", max_length=80, optional=True, typed=False)


@declares(
    "Follow-up point",
    "Follow-up points",
    register=Register.PROGRAMME,
    slug="punkter",
    title="code",
    columns=("code", "sv", "own"),
    sorts=("code",),
    form=("absent_since", "absent_because"),
    creatable=False,
)
class FollowUpPoint(Record):
    """A point that kommunstyrelsen verifies. Its rule is data: named claims and the levels they decide.

    `rule` is JSON as in `tracker/data/programme.yaml`; empty until the register that gives the evidence exists.
    """

    area = Link("Focus area", to=FocusArea, typed=False)
    code = Text("No.", max_length=12, typed=False)
    sv = Text("In Swedish", max_length=300, typed=False)
    en = Text("In English", max_length=300, typed=False)
    own = Flag("The municipality's own addition", typed=False)
    position = Number("Order", typed=False)
    interval_days = Number("Interval in days", typed=False, default=365)
    rule = Note("Rule", optional=True, longest=20000, typed=False)
    rule_sv = Note("The rule in words", optional=True, longest=4000, typed=False)
    absent_since = Day(
        "Does not exist, as of", optional=True, hint=N_("Set this when it is known that there is nothing to find.")
    )
    absent_because = Note("How that is known", optional=True, longest=1000)
