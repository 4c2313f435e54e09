"""The pages of every register: its list, its record, its form."""

from dataclasses import dataclass

from tracker.pages.parts import NO_FORM, NO_TABLE, NOTHING, Chart, Copied, Fact, Filter, Form, Link, Page, Shown, Table


@dataclass(frozen=True)
class ListPage(Page):
    """A list: tabs are the type's selections, filters and search narrow it, `newer`/`older` page by key."""

    table: Table = NO_TABLE
    tabs: tuple[Link, ...] = ()
    filters: tuple[Filter, ...] = ()
    search: str = ""
    searchable: bool = False
    kept: tuple[tuple[str, str], ...] = ()  # what a filter form must carry along
    count: str = ""
    first: str = ""
    more: str = ""
    export: str = ""
    empty: str = ""
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class Part:
    """A record's parts or related records: their first rows, and where the rest are."""

    title: str
    table: Table
    more: str = ""
    add: Link | None = None


@dataclass(frozen=True)
class Remark:
    who: str
    when: Shown
    text: Shown
    label: str = ""


@dataclass(frozen=True)
class Change:
    label: str
    old: Shown
    new: Shown


@dataclass(frozen=True)
class Happening:
    when: Shown
    sentence: str
    changes: tuple[Change, ...] = ()
    number: int = 0  # of the entry in the ledger


@dataclass(frozen=True)
class RecordPage(Page):
    """One record: its state, facts, the steps this reader may take, parts, remarks and history."""

    state: Shown = NOTHING
    notices: tuple[str, ...] = ()
    copied: tuple[Copied, ...] = ()
    facts: tuple[Fact, ...] = ()
    steps: tuple[Form, ...] = ()
    parts: tuple[Part, ...] = ()
    remarks: tuple[Remark, ...] = ()
    remark: Form | None = None
    mark: Form | None = None
    history: tuple[Happening, ...] = ()
    more_history: str = ""
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class FormPage(Page):
    form: Form = NO_FORM
    problems: tuple[tuple[str, str], ...] = ()  # (field name or "", sentence), listed above the form
    conflict: str = ""
