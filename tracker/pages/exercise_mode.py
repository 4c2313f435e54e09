"""An exercise while its scenario is played."""

from dataclasses import dataclass

from tracker.pages.parts import Form, Link, Page, Shown


@dataclass(frozen=True)
class ToldInject:
    """An inject that has come: when, to whom, what; what is expected is for whoever leads."""

    minute: str
    to: str
    text: str
    expected: str = ""


@dataclass(frozen=True)
class DrillChoice:
    """A scenario to choose from, with the button that begins it."""

    name: str
    brief: str
    form: Form


@dataclass(frozen=True)
class DrillPage(Page):
    """`choices` before it begins; then `told`, newest first, and what the leader can do."""

    stamp: str = ""
    state: Shown | None = None
    choices: tuple[DrillChoice, ...] = ()
    told: tuple[ToldInject, ...] = ()
    ahead: str = ""
    steps: tuple[Form, ...] = ()
    incident: Link | None = None
