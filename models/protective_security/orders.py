"""Orders: a shell sent to somebody who must carry it out, and who learns its number and the day, nothing else."""

from models.kinds import Choice, Day, Link
from models.people import Person
from models.protective_security.measures import OPEN, ProtectiveMeasure
from models.protective_security.words import REGISTER
from models.record import Record, Step, among, declares, selection
from models.words import N_, Act, Labelled, named


class OrderState(Labelled):
    SENT = named("sent", "Sent", "part")
    ANSWERED = named("answered", "Answered: carried out", "ok")
    WITHDRAWN = named("withdrawn", "Withdrawn", "none")


@declares(
    "Security order",
    "Security orders",
    register=REGISTER,
    slug="sakerhetsuppdrag",
    title="sent_on",
    columns=("sent_on", "measure", "recipient", "answered_on", "state"),
    filters=("state",),
    sorts=("-sent_on",),
    form=("recipient",),
    part_of="measure",
    steps={"withdraw": Step("Withdraw the order", Act.EDIT, (OrderState.SENT,), OrderState.WITHDRAWN)},
    begins={"sent_on": "today", "sent_by": "who"},
    editable=False,
)
class SecurityOrder(Record):
    """An uppdrag: the recipient answers it without ever seeing the register."""

    measure = Link("Protective measure", to=ProtectiveMeasure, typed=False)
    recipient = Link(
        "To",
        to=Person,
        hint=N_("Sees the measure's number and today's date, nothing else. Say the rest by word of mouth."),
    )
    sent_on = Day("Sent", typed=False)
    sent_by = Link("Sent by", to=Person, optional=True, typed=False)
    answered_on = Day("Answered", optional=True, typed=False)
    state = Choice("State", OrderState, default=OrderState.SENT, typed=False)

    class Meta:
        indexes = ((("recipient", "state"), False),)

    @classmethod
    def waits_for(cls, person: int):
        """The condition that an order is this person's to answer."""
        return (cls.recipient == person) & (cls.state == OrderState.SENT)

    @selection("Not answered")
    def waiting(cls, today):
        return cls.state == OrderState.SENT

    @selection("Answered, the measure still open")
    def to_follow(cls, today):
        """What somebody says is carried out, until the measure says so too."""
        rows = ProtectiveMeasure.select(ProtectiveMeasure.id).where(ProtectiveMeasure.state.in_(OPEN))
        return (cls.state == OrderState.ANSWERED) & among(cls.measure, rows)

    @selection("Answered")
    def answered(cls, today):
        return cls.state == OrderState.ANSWERED
