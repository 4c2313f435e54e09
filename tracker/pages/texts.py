"""Pages of text, the second step, and the page that shows every part."""

from dataclasses import dataclass

from tracker.pages.follow_up import Point
from tracker.pages.parts import NO_FORM, Chart, Filter, Form, Page, Shown, Table, Tile, Verdict
from tracker.pages.records import Happening


@dataclass(frozen=True)
class TextPage(Page):
    """A page of text (what Värna does not do, accessibility, an error): paragraphs, lists and links.

    `preformatted` is to be copied whole, with its line breaks.
    """

    paragraphs: tuple[str, ...] = ()
    preformatted: str = ""
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    forms: tuple[Form, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Picture:
    """A QR code: a square of `size` modules, its dark ones as one SVG path, and what it is."""

    label: str
    size: int
    path: str


@dataclass(frozen=True)
class SecondFactorPage(Page):
    """Setting up and proving a second factor. `preformatted` is shown this once, to be kept."""

    notices: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    picture: Picture | None = None
    preformatted: str = ""
    table: Table | None = None
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True)
class PartsPage(Page):
    """Every part that pages are drawn from, together: the internal page of style."""

    values: tuple[Shown, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    tiles: tuple[Tile, ...] = ()
    points: tuple[Point, ...] = ()
    filters: tuple[Filter, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    steps: tuple[Form, ...] = ()
    form: Form = NO_FORM
    history: tuple[Happening, ...] = ()
