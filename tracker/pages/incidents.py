"""An incident at work: its clocks and timeline now, drawn; the picture handed over; what an authority's form asks."""

from dataclasses import dataclass

from tracker.pages.parts import NOTHING, Copied, Fact, Form, Link, Page, Shown, Table, Verdict


@dataclass(frozen=True)
class Notch:
    """A place on an axis of time, in per cent of its width. `zone` tells the two of an hour that comes twice apart.

    `kind`: "" always labelled, "minor" only where there is room, "first" and "second" of the hour that comes twice.
    """

    at: float
    label: str
    zone: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Spot:
    """An instant of the incident's own. What lies outside the axis stands at its edge, and `beyond` says which."""

    at: float
    label: str
    moment: str
    beyond: str = ""


@dataclass(frozen=True)
class Span:
    """A clock, from its start to when it is due. `done` is where its outcome (or now) is; all in per cent.

    `open_ended`: nobody set a time; `beyond`: it is due after the axis ends.
    """

    label: str
    words: str
    start: float
    end: float
    done: float
    tone: str
    open_ended: bool = False
    beyond: bool = False


@dataclass(frozen=True)
class Axis:
    """Time drawn: ticks in Swedish time, the incident's own instants, each entry of the timeline, each clock."""

    summary: str
    ticks: tuple[Notch, ...]
    now: float
    spots: tuple[Spot, ...]
    dots: tuple[float, ...]
    spans: tuple[Span, ...]
    table: Table


@dataclass(frozen=True)
class ClockCard:
    """A legal clock: what is to be sent to whom, by when, and what came of it. `due.words` is what is left."""

    code: str
    name: str
    href: str
    state: Verdict
    due: Shown
    receiver: str
    doubt: str = ""
    controller: str = ""
    outcome: tuple[str, ...] = ()
    sheet: Link | None = None


@dataclass(frozen=True)
class Noted:
    """An entry of the timeline; `follows` is the one that it follows on, `follow` the way to follow it."""

    name: str
    when: Shown
    kind: str
    text: Shown
    who: str
    follows: Link | None = None
    follow: Link | None = None


@dataclass(frozen=True)
class Threshold:
    """A threshold that is reached, with the source of its row; `doubt` while nobody has confirmed it."""

    text: str
    href: str
    source: str
    doubt: str = ""


@dataclass(frozen=True)
class RoomLive(Page):
    """What of the working page changes by itself: fetched anew while it is looked at."""

    state: Shown = NOTHING
    facts: tuple[Fact, ...] = ()
    clocks: tuple[ClockCard, ...] = ()
    axis: Axis | None = None
    thresholds: tuple[Threshold, ...] = ()
    tested: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    tell: Link | None = None
    entries: tuple[Noted, ...] = ()
    first: str = ""
    more: str = ""


@dataclass(frozen=True)
class RoomPage(Page):
    """Läget nu. `source` is where `live` is fetched, `now` the server's own time."""

    live: RoomLive = RoomLive("")
    source: str = ""
    now: str = ""
    notice: str = ""
    entry: Form | None = None


@dataclass(frozen=True)
class Passage:
    """A part of a picture of the situation: its lines, or what is said where there are none."""

    title: str
    lines: tuple[Shown, ...]
    empty: str = ""


@dataclass(frozen=True)
class BriefingPage(Page):
    """Lägesbild: what whoever takes over needs, on one page."""

    state: Shown = NOTHING
    as_of: str = ""
    passages: tuple[Passage, ...] = ()
    hand_over: Form | None = None


@dataclass(frozen=True)
class Asked:
    """What a form asks, and what is known of it; `fill` is where what is not known is written."""

    question: str
    lines: tuple[str, ...]
    fill: Link | None = None


@dataclass(frozen=True)
class SheetPage(Page):
    """What an authority's form asks, in its order, filled in from the incident."""

    name: str = ""
    notices: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    copied: Copied | None = None
    sent: Link | None = None
    source: str = ""
