"""Views of their own that a record's page leads to; each view module names its own here as it is read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from models.record import Record
from models.words import Act
from tracker.pages import Form, Link
from tracker.spine.reading import Reading, address
from tracker.views.answer import say


@dataclass(frozen=True)
class Own:
    """A way from a record to a view of its own, for those who may and while the record is such. `sends` is a POST."""

    label: str
    path: str
    act: Act
    when: Callable[[Record], bool]
    sends: bool = False
    primary: bool = False


OWN: dict[type[Record], list[Own]] = {}


def leads(
    record_type: type[Record], label: str, path: str, act: Act, when: Callable[[Record], bool] = lambda row: True,
    sends: bool = False, primary: bool = False,
) -> None:  # fmt: skip
    """Says that pages of `record_type` lead to `path` beneath them."""
    OWN.setdefault(record_type, []).append(Own(label, path, act, when, sends, primary))


def ways(reading: Reading, row: Record) -> Iterator[Own]:
    return (own for own in OWN.get(type(row), ()) if own.act in reading.acts(row) and own.when(row))


def links(reading: Reading, row: Record) -> tuple[Link, ...]:
    """The links to draw on a record's page."""
    return tuple(
        Link(say(own.label), f"{address(row)}/{own.path}", primary=own.primary)
        for own in ways(reading, row)
        if not own.sends
    )


def forms(reading: Reading, row: Record) -> tuple[Form, ...]:
    """The buttons to draw on a record's page."""
    return tuple(Form(f"{address(row)}/{own.path}", say(own.label)) for own in ways(reading, row) if own.sends)
