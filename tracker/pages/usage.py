"""How guarding is used: figures with what they rest on, what they suggest, and the sites that cost most."""

from dataclasses import dataclass

from tracker.pages.parts import NO_TABLE, Chart, Form, Link, Page, Shown, Table, Tile


@dataclass(frozen=True)
class SuggestedSite:
    """A site that a suggestion is about: its one button, or the measure that is there already."""

    name: Link
    cost: str
    make: Form | None = None
    measure: Link | None = None


@dataclass(frozen=True)
class Suggestion:
    """What may not be used well, with its first rows; `masked` says why there are none for this reader."""

    name: str
    tile: Tile
    rows: tuple[SuggestedSite, ...] = ()
    more: Link | None = None
    masked: Shown | None = None


@dataclass(frozen=True)
class UsagePage(Page):
    periods: tuple[Link, ...] = ()
    tiles: tuple[Tile, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    classes: Table = NO_TABLE
    charts: tuple[Chart, ...] = ()
    sites: Table = NO_TABLE
    more: Link | None = None
