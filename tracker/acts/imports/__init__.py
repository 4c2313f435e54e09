"""Coming in: units, people and premises from a file. Looked through first, then all saved or nothing."""

from tracker.acts.imports.files import read
from tracker.acts.imports.planning import Fate, Plan, RowProblem, look
from tracker.acts.imports.saving import save
from tracker.acts.imports.shapes import SHAPES, Column, Shape
from tracker.acts.imports.sheets import CARRIED, Sheet, Unreadable, packed, unpacked

__all__ = [
    "CARRIED",
    "SHAPES",
    "Column",
    "Fate",
    "Plan",
    "RowProblem",
    "Shape",
    "Sheet",
    "Unreadable",
    "look",
    "packed",
    "read",
    "save",
    "unpacked",
]
