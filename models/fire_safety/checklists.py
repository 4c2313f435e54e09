"""Checklists and their points: versions that never change."""

from models.fire_safety.words import REGISTER, Interval, Party, PremisesKind, Severity
from models.kinds import (
    Choice,
    Day,
    Flag,
    Link,
    Number,
    Text,
)
from models.record import Record, declares


@declares(
    "Checklist",
    "Checklists",
    register=REGISTER,
    slug="checklistor",
    title="name",
    columns=("name", "kind", "number", "valid_from", "why"),
    filters=("kind",),
    sorts=("-valid_from",),
    parts=("kontrollpunkter",),
    creatable=False,
    editable=False,
)
class Checklist(Record):
    """One version of a kind's checklist. A round keeps the version it was walked with; versions never change."""

    frozen = True

    kind = Choice("Kind", PremisesKind, typed=False)
    number = Number("Version", typed=False)
    name = Text("Name", max_length=120, typed=False)
    valid_from = Day("Valid from", typed=False)
    why = Text("What was changed", max_length=200, typed=False)

    class Meta:
        indexes = ((("kind", "number"), True),)


@declares(
    "Checklist point",
    "Checklist points",
    register=REGISTER,
    slug="kontrollpunkter",
    title="text",
    columns=("number", "text", "deficiency", "interval", "party", "severity", "secret"),
    sorts=("number",),
    part_of="checklist",
    creatable=False,
    editable=False,
)
class ChecklistItem(Record):
    """One point of a checklist version."""

    frozen = True
    counted_in = "Checklist"

    checklist = Link("Checklist", to=Checklist, typed=False)
    number = Number("No.", typed=False)
    category = Text("Category", max_length=60)
    interval = Choice("Interval", Interval)
    party = Choice("Party", Party)
    severity = Choice("Severity", Severity)
    text = Text("What is checked", max_length=300)
    deficiency = Text("What is a deficiency", max_length=300)
    secret = Flag("Secret text")
