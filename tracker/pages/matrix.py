"""Units beside what is asked of them: the anchoring index, and the exercises of each nämnd."""

from dataclasses import dataclass

from tracker.pages.parts import Column, Copied, Page, Row, Tile


@dataclass(frozen=True)
class Group:
    """Rows under a name of their own."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class MatrixPage(Page):
    """Units × requirements in groups with the whole last, how it is counted, and what is to be sent to whom."""

    notices: tuple[str, ...] = ()
    tiles: tuple[Tile, ...] = ()
    caption: str = ""
    columns: tuple[Column, ...] = ()
    groups: tuple[Group, ...] = ()
    whole: Row | None = None
    paragraphs: tuple[str, ...] = ()
    awaited: str = ""  # what is said of those who are awaited; "" where they are not told
    copied: tuple[Copied, ...] = ()
