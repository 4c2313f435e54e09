"""The follow-up and the first page: is it done, how do we know, and what needs me today?"""

from dataclasses import dataclass

from tracker.pages.parts import Chart, Link, Page, Table, Tile, Verdict


@dataclass(frozen=True)
class Claim:
    """One thing that is so or not, with the number it rests on; `href` opens exactly the rows counted."""

    label: str
    figure: str
    tone: str
    href: str = ""
    who_can: str = ""  # who can open the rows, when this reader may not
    newest: str = ""
    target: str = ""  # what the claim was held against
    rows: tuple[Link, ...] = ()  # of a share: the counts that it is made of, each opening its rows


@dataclass(frozen=True)
class Point:
    code: str
    title: str
    lang: str
    verdict: Verdict
    own: str = ""
    claims: tuple[Claim, ...] = ()
    performance: tuple[Claim, ...] = ()
    rule: str = ""
    why: str = ""  # the verdict and its reason in one sentence
    more: Link | None = None  # a page of its own about what the point is about


@dataclass(frozen=True)
class Area:
    code: str
    title: str
    goal: str
    lang: str
    points: tuple[Point, ...]
    later: tuple[tuple[str, str], ...] = ()  # points whose register is not there yet: (code, text)
    gaps: tuple[tuple[str, str], ...] = ()  # measures without a follow-up point: (code, text)


@dataclass(frozen=True)
class FollowUpPage(Page):
    tiles: tuple[Tile, ...] = ()
    areas: tuple[Area, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class Section:
    """A block of the home page: what needs this person, late first."""

    title: str
    table: Table
    more: Link | None = None
    lead: str = ""


@dataclass(frozen=True)
class HomePage(Page):
    tiles: tuple[Tile, ...] = ()
    primary: Link | None = None
    sections: tuple[Section, ...] = ()
    points: tuple[Point, ...] = ()
    notices: tuple[str, ...] = ()
    clear: str = ""  # what is said when nothing needs the person
    charts: tuple[Chart, ...] = ()
