"""A file on its way in."""

from dataclasses import dataclass

from tracker.pages.parts import Form, Link, Page, Table, Tile


@dataclass(frozen=True)
class FilePage(Page):
    """What a file would do, or how far the work with it is: `done` of `whole` rows (0: nobody knows how many).

    `forms` are what one may do with it; `every_problem` is the address of all that is wrong.
    """

    waiting: str = ""
    done: int = 0
    whole: int = 0
    problem: str = ""
    tiles: tuple[Tile, ...] = ()
    notes: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()
    problems: Table | None = None
    more_problems: str = ""
    every_problem: Link | None = None
    rows: Table | None = None
    more_rows: str = ""
