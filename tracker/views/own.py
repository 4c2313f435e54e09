"""Views of their own that a record's page leads to; each view module names its own here as it is read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from models.people import Actor
from models.record import Record
from models.words import Act
from tracker.laws import policy
from tracker.pages import Form, Link
from tracker.spine.reading import address
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


def ways(actor: Actor, row: Record) -> Iterator[Own]:
    register = type(row).declared.register
    return (own for own in OWN.get(type(row), ()) if policy.may(actor, register, own.act) and own.when(row))


def links(actor: Actor, row: Record) -> tuple[Link, ...]:
    """The links to draw on a record's page."""
    return tuple(
        Link(say(own.label), f"{address(row)}/{own.path}", primary=own.primary)
        for own in ways(actor, row)
        if not own.sends
    )


def forms(actor: Actor, row: Record) -> tuple[Form, ...]:
    """The buttons to draw on a record's page."""
    return tuple(Form(f"{address(row)}/{own.path}", say(own.label)) for own in ways(actor, row) if own.sends)
