"""Sealed reports to the säkerhetsskyddschef: anybody sends one, and cannot read it back."""

from models.kinds import Choice, Day, Link, Note, Sealed
from models.people import Person
from models.record import Record, declares, selection
from models.words import Act, Labelled, Register, named


class DepositState(Labelled):
    NEW = named("new", "New", "part")
    READ = named("read", "Read", "part")
    CLOSED = named("closed", "Closed", "ok")
    QUARANTINED = named("quarantined", "In quarantine", "no")


@declares(
    "Sealed report",
    "Sealed reports",
    register=Register.PROTECTIVE_SECURITY,
    slug="rapporter",
    title="sent_on",
    columns=("sent_on", "by", "state"),
    filters=("state",),
    sorts=("-sent_on",),
    creatable=False,
    editable=False,
)
class Deposit(Record):
    """A report that its sender sealed: text and perhaps one photograph."""

    sent_on = Day("Sent", typed=False, index=True)
    by = Link("Sent by", to=Person, typed=False)
    state = Choice("State", DepositState, default=DepositState.NEW, typed=False)
    body = Sealed("Report", typed=False)
    photo = Sealed("Photograph", typed=False)
    closed_because = Note("What came of it", optional=True, longest=500, typed=False)

    @selection("Not read")
    def unread(cls, today):
        return cls.state == DepositState.NEW

    @selection("Not closed")
    def unfinished(cls, today):
        return cls.state.in_([DepositState.NEW, DepositState.READ])
