"""Views of their own that a record's page leads to, and what they say on it; each view module tells its own here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from models.record import Record
from models.words import Act, Message
from tracker.pages import Chart, Copied, Form, Link
from tracker.spine.reading import Reading, address
from tracker.views.answer import say


@dataclass(frozen=True)
class Own:
    """A way from a record to a view of its own, for those who may and while the record is such."""

    label: str
    path: str
    act: Act
    when: Callable[[Record, Reading], bool]
    primary: bool = False


Saying = Callable[[Record, Reading], Iterable[Message]]
Offering = Callable[[Record, Reading], Iterable[Form]]
Sending = Callable[[Record, Reading], Iterable[Copied]]
Drawing = Callable[[Reading], Iterable[Chart]]

OWN: dict[type[Record], list[Own]] = {}
TOLD: dict[type[Record], Saying] = {}
OFFERED: dict[type[Record], Offering] = {}
SENT: dict[type[Record], Sending] = {}
LISTED: dict[type[Record], str] = {}
DRAWN: dict[type[Record], Drawing] = {}


def leads(
    record_type: type[Record], label: str, path: str, act: Act,
    when: Callable[[Record, Reading], bool] = lambda row, look: True, primary: bool = False,
) -> None:  # fmt: skip
    """Says that pages of `record_type` lead to `path` beneath them."""
    OWN.setdefault(record_type, []).append(Own(label, path, act, when, primary))


def tells(record_type: type[Record]) -> Callable[[Saying], Saying]:
    """Marks what is said on top of each page of `record_type`: plain sentences of what its fields come to."""

    def mark(saying: Saying) -> Saying:
        TOLD[record_type] = saying
        return saying

    return mark


def offers(record_type: type[Record]) -> Callable[[Offering], Offering]:
    """Marks the forms that each page of `record_type` has beside its steps."""

    def mark(offering: Offering) -> Offering:
        OFFERED[record_type] = offering
        return offering

    return mark


def sends(record_type: type[Record]) -> Callable[[Sending], Sending]:
    """Marks what each page of `record_type` has to be copied and sent to somebody."""

    def mark(sending: Sending) -> Sending:
        SENT[record_type] = sending
        return sending

    return mark


def lists(record_type: type[Record], text: str) -> None:
    """Says what stands above the list of `record_type`."""
    LISTED[record_type] = text


def draws(record_type: type[Record]) -> Callable[[Drawing], Drawing]:
    """Marks the charts beneath the list of `record_type`."""

    def mark(drawing: Drawing) -> Drawing:
        DRAWN[record_type] = drawing
        return drawing

    return mark


def links(reading: Reading, row: Record) -> tuple[Link, ...]:
    """The links to draw on a record's page."""
    return tuple(
        Link(say(own.label), f"{address(row)}/{own.path}", primary=own.primary)
        for own in OWN.get(type(row), ())
        if own.act in reading.acts(row) and own.when(row, reading)
    )


def notices(reading: Reading, row: Record) -> tuple[str, ...]:
    """What to say on top of a record's page."""
    saying = TOLD.get(type(row))
    return tuple(say(message) for message in saying(row, reading)) if saying else ()


def forms(reading: Reading, row: Record) -> tuple[Form, ...]:
    """The forms of views of their own on a record's page."""
    offering = OFFERED.get(type(row))
    return tuple(offering(row, reading)) if offering else ()


def copied(reading: Reading, row: Record) -> tuple[Copied, ...]:
    """What is to be copied from a record's page."""
    sending = SENT.get(type(row))
    return tuple(sending(row, reading)) if sending else ()


def above(record_type: type[Record]) -> str:
    """What stands above a list; "" where nothing does."""
    return say(LISTED[record_type]) if record_type in LISTED else ""


def charts(reading: Reading, record_type: type[Record]) -> tuple[Chart, ...]:
    """The charts beneath a list."""
    drawing = DRAWN.get(record_type)
    return tuple(drawing(reading)) if drawing else ()
