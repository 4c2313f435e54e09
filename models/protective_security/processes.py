"""The process by which the municipality makes its säkerhetsskyddsanalys."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.common import a_paragraph, a_reference
from models.kinds import Day, Flag, SortKey, Text
from models.protective_security.words import REGISTER
from models.record import Record, declares, selection
from models.words import N_, Message, Problem


@declares(
    "Analysis process",
    "Analysis processes",
    register=REGISTER,
    slug="analysprocesser",
    title="owner",
    columns=("owner", "adopted_on", "paragraph", "reference", "revised_on"),
    sorts=("owner_key",),
    form=(
        "owner",
        "adopted_on",
        "paragraph",
        "reference",
        "describes_steps",
        "describes_roles",
        "revised_on",
        "ended_on",
    ),
)
class AnalysisProcess(Record):
    """How the municipality makes its analysis: who owns it, and when it was adopted."""

    owner = Text("Owner (function)", max_length=80, hint=N_("A function, never a name."))
    owner_key = SortKey(of="owner")
    adopted_on = Day("Adopted", optional=True)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)
    reference = Text("Diarienummer", max_length=30, optional=True, check=a_reference)
    describes_steps = Flag("Describes the steps")
    describes_roles = Flag("Describes the roles")
    revised_on = Day("Last revised", optional=True)
    ended_on = Day("Ended on", optional=True)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("adopted_on"):
            for name in ("paragraph", "reference"):
                if not values.get(name):
                    yield Problem(name, Message("An adopted document needs this."))
        if values.get("ended_on") and values["ended_on"] < (values.get("adopted_on") or values["ended_on"]):
            yield Problem("ended_on", Message("The last day cannot come before the first."))

    @selection("In force")
    def in_force(cls, today):
        return (cls.adopted_on <= today) & (cls.ended_on.is_null() | (cls.ended_on >= today))

    @selection("Not adopted")
    def proposed(cls, today):
        return cls.adopted_on.is_null() | (cls.adopted_on > today)
