"""Orders: a shell sent to somebody who must carry it out, and who learns its number and the day, nothing else."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.kinds import Choice, Day, Link
from models.people import Person
from models.protective_security.measures import OPEN, MeasureState, ProtectiveMeasure
from models.protective_security.words import REGISTER
from models.record import Record, Step, among, declares, selection
from models.words import N_, Act, Labelled, Message, Problem, named

TO_DO = (*OPEN, MeasureState.POSTPONED)


class OrderState(Labelled):
    SENT = named("sent", "Sent out", "part")
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

    alone_in = "measure"

    measure = Link("Protective measure", to=ProtectiveMeasure, typed=False)
    recipient = Link(
        "To",
        to=Person,
        hint=N_("Sees the measure's number and today's date, nothing else. Say the rest by word of mouth."),
    )
    sent_on = Day("Sent out", typed=False)
    sent_by = Link("Sent by", to=Person, optional=True, typed=False)
    answered_on = Day("Answered", optional=True, typed=False)
    state = Choice("State", OrderState, default=OrderState.SENT, typed=False)

    class Meta:
        indexes = ((("recipient", "state"), False),)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        """It is sent while there is something to do, and once to each."""
        if values.get("id") or not values.get("recipient") or values.get("state") is not OrderState.SENT:
            return
        if ProtectiveMeasure.get_by_id(values["measure"]).is_locked:
            yield Problem("recipient", Message("Nothing is to be done any longer: the measure is checked or dropped."))
        if cls.select().where((cls.measure == values["measure"]) & cls.waits_for(values["recipient"])).exists():
            yield Problem("recipient", Message("This person has the order already, and has not answered it."))

    @classmethod
    def withdrawn_with(cls, measure: ProtectiveMeasure) -> Iterable[Record]:
        """The orders of a measure that nobody has answered, withdrawn."""
        for order in cls.select().where((cls.measure == measure) & (cls.state == OrderState.SENT)):
            order.__data__["state"] = OrderState.WITHDRAWN
            yield order

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
        rows = ProtectiveMeasure.select(ProtectiveMeasure.id).where(ProtectiveMeasure.state.in_(TO_DO))
        return (cls.state == OrderState.ANSWERED) & among(cls.measure, rows)

    @selection("Answered")
    def answered(cls, today):
        return cls.state == OrderState.ANSWERED
