"""What a page is: one frozen value, rendered by the template of the same name.

Texts here are already translated and masked; a template only lays them out. Dates and numbers are already worded.
"""

from tracker.pages.exercise_mode import DrillChoice, DrillPage, ToldInject
from tracker.pages.files import FilePage
from tracker.pages.follow_up import Area, Claim, FollowUpPage, HomePage, Point, Section
from tracker.pages.frame import Frame, MenuGroup
from tracker.pages.matrix import Group, MatrixPage
from tracker.pages.parts import (
    Bar,
    Chart,
    Column,
    Copied,
    Fact,
    Field,
    Filter,
    Form,
    Key,
    Link,
    Option,
    Page,
    Row,
    Shown,
    Table,
    Tick,
    Tile,
    Verdict,
)
from tracker.pages.records import Change, FormPage, Happening, ListPage, Part, RecordPage, Remark
from tracker.pages.texts import PartsPage, Picture, SecondFactorPage, TextPage
from tracker.pages.usage import SuggestedSite, Suggestion, UsagePage
from tracker.pages.vault import CeremonyPage, Opened, OpenedPage, Vault, VaultPage
from tracker.pages.walking import WalkPage, WalkPoint

__all__ = [
    "Area",
    "Bar",
    "CeremonyPage",
    "Change",
    "Chart",
    "Claim",
    "Column",
    "Copied",
    "DrillChoice",
    "DrillPage",
    "Fact",
    "Field",
    "FilePage",
    "Filter",
    "FollowUpPage",
    "Form",
    "FormPage",
    "Frame",
    "Group",
    "Happening",
    "HomePage",
    "Key",
    "Link",
    "ListPage",
    "MatrixPage",
    "MenuGroup",
    "Opened",
    "OpenedPage",
    "Option",
    "Page",
    "Part",
    "PartsPage",
    "Picture",
    "Point",
    "RecordPage",
    "Remark",
    "Row",
    "SecondFactorPage",
    "Section",
    "Shown",
    "SuggestedSite",
    "Suggestion",
    "Table",
    "TextPage",
    "Tick",
    "Tile",
    "ToldInject",
    "UsagePage",
    "Vault",
    "VaultPage",
    "Verdict",
    "WalkPage",
    "WalkPoint",
]
