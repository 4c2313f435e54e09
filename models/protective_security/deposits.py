"""Sealed reports to the säkerhetsskyddschef: anybody sends one, and cannot read it back."""

from models.kinds import Choice, Day, Link, Sealed
from models.protective_security.measures import ProtectiveMeasure
from models.record import Step, declares, selection
from models.sealing import SealedRecord
from models.words import Act, Labelled, Message, Problem, Register, named


class DepositState(Labelled):
    NEW = named("new", "New", "part")
    READ = named("read", "Read", "part")
    CLOSED = named("closed", "Dealt with", "ok")
    QUARANTINED = named("quarantined", "In quarantine", "none")


class Outcome(Labelled):
    """What came of a report. A fixed list: free words beside a sealed text would tell what it says."""

    MEASURE = named("measure", "It became a measure")
    HANDLED = named("handled", "It is taken care of")
    ELSEWHERE = named("elsewhere", "It is handled elsewhere")
    NOTHING = named("nothing", "Nothing needs to be done")


@declares(
    "Sealed report",
    "Sealed reports",
    register=Register.PROTECTIVE_SECURITY,
    slug="rapporter",
    title="sent_on",
    columns=("sent_on", "by", "body", "state", "outcome"),
    filters=("state",),
    sorts=("-sent_on",),
    creatable=False,
    editable=False,
    steps={
        "link": Step(
            "Link to a measure",
            Act.DECIDE,
            (DepositState.READ,),
            DepositState.READ,
            asks=("measure",),
            needs=("measure",),
        ),
        "close": Step(
            "Close the report",
            Act.DECIDE,
            (DepositState.READ,),
            DepositState.CLOSED,
            asks=("outcome", "measure"),
            needs=("outcome",),
        ),
        "reopen": Step(
            "Open it again", Act.DECIDE, (DepositState.CLOSED,), DepositState.READ, clears=("outcome", "measure")
        ),
    },
)
class Deposit(SealedRecord):
    """A report that its sender sealed: text and perhaps one photograph."""

    sent_on = Day("Sent", typed=False, index=True)
    state = Choice("State", DepositState, default=DepositState.NEW, typed=False)
    body = Sealed("Report", typed=False)
    photo = Sealed("Photograph", typed=False)
    outcome = Choice("What came of it", Outcome, optional=True)
    measure = Link("Measure", to=ProtectiveMeasure, optional=True)

    @selection("Not read")
    def unread(cls, today):
        return cls.state == DepositState.NEW

    @selection("Not closed")
    def unfinished(cls, today):
        return cls.state.in_([DepositState.NEW, DepositState.READ])

    @classmethod
    def problems(cls, values):
        if values.get("outcome") == Outcome.MEASURE and not values.get("measure"):
            yield Problem("measure", Message("Say which measure it became."))

    @property
    def is_waiting(self) -> bool:
        return self.state in (DepositState.NEW, DepositState.READ)
