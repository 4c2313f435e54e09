"""A round being walked."""

from dataclasses import dataclass, field

from tracker.pages.parts import Field, Option, Page, Shown


@dataclass(frozen=True)
class WalkPoint:
    """One point of a round. `answer` etc. are what was typed, when it comes back with problems."""

    id: int
    number: str
    category: str
    text: str
    deficiency: str
    severity: str
    party: str
    secret: str = ""
    last_remark: str = ""
    open_deficiencies: tuple[Shown, ...] = ()
    answer: str = ""
    fields: tuple[Field, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class WalkPage(Page):
    action: str = ""
    submission: str = ""
    version: str = ""
    started_at: str = ""
    answers: tuple[Option, ...] = ()
    points: tuple[WalkPoint, ...] = ()
    remarks: Field | None = None
    problems: tuple[tuple[str, str], ...] = ()
    conflict: str = ""
    texts: dict[str, str] = field(default_factory=dict)  # what the script says, already translated
