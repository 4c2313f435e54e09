"""What a page is: one frozen value, rendered by the template of the same name.

Texts here are already translated and masked; a template only lays them out. Dates and numbers are already worded.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shown:
    """A value as one reader may see it.

    `tone` is "", "ok", "part", "no", "none" or "seal" and always comes with a word and a shape; `iso` is the machine's
    form of a date; `masked` tells why the value is not shown ("maskerad, OSL 18:8, markerad …"); `sealed` is a bar.
    """

    text: str = ""
    href: str = ""
    tone: str = ""
    iso: str = ""
    masked: str = ""
    marked: str = ""  # the provision of a mark, for those who read what it masks
    sealed: bool = False
    numeric: bool = False
    lang: str = ""
    words: str = ""  # a deadline in words, beside its date: "in 3 days", "2 days late"


@dataclass(frozen=True)
class Link:
    """Something to go to. `primary` is the page's one main action; `count` is a badge."""

    label: str
    href: str
    active: bool = False
    primary: bool = False
    count: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Column:
    name: str
    label: str
    href: str = ""
    order: str = ""  # "ascending" or "descending" when the list is sorted by it
    numeric: bool = False


@dataclass(frozen=True)
class Row:
    href: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str = ""


@dataclass(frozen=True)
class Bar:
    """One column, bar or month of a chart: an amount for each of the chart's series."""

    label: str
    amounts: tuple[int, ...]
    now: bool = False


@dataclass(frozen=True)
class Chart:
    """A picture with its table. `kind`: columns (over time), bars (side by side), wheel (twelve months from January).

    `series` are verdicts: what each amount stands for, with its tone.
    """

    title: str
    kind: str
    series: tuple["Verdict", ...]
    bars: tuple[Bar, ...]
    table: Table
    lead: str = ""


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    selected: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Field:
    """One input. `kind`: text, email, password, note, day, number, choice, flag, file, hidden."""

    name: str
    label: str
    kind: str
    value: str = ""
    hint: str = ""
    problem: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    theirs: str = ""  # what the other person saved, when two edited at once
    autocomplete: str = ""
    longest: int = 0
    least: str = ""
    most: str = ""
    when: tuple[str, ...] = ()  # in a round: the answers that this field belongs to; () is all of them
    needed_at: str = ""  # in a round: "name=value" of the input that makes this one required


@dataclass(frozen=True)
class Key:
    """A button by which a passkey answers a form. `options` are WebAuthn's, as JSON; `sends` names the hidden input.

    `failed` is what is said when the device gave no answer, `without` what stands there where no script runs.
    """

    label: str
    options: str
    failed: str
    sends: str
    without: str = ""
    makes: bool = False  # a new passkey, rather than an answer of one that is there


@dataclass(frozen=True)
class Form:
    """Fields that are sent together to `action`. `hidden` are names and values sent along.

    Without `submit` only its passkey sends it.
    """

    action: str
    submit: str
    fields: tuple[Field, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    upload: bool = False
    danger: bool = False
    title: str = ""
    lead: str = ""
    goes_on: bool = False  # sent by itself, where there is script
    working: str = ""  # what is said while the answer is waited for, when it takes long
    key: Key | None = None


@dataclass(frozen=True)
class Filter:
    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Page:
    """What every page has."""

    title: str
    lead: str = ""
    kicker: str = ""
    crumbs: tuple[Link, ...] = ()
    actions: tuple[Link, ...] = ()


@dataclass(frozen=True)
class ListPage(Page):
    """A list: tabs are the type's selections, filters and search narrow it, `newer`/`older` page by key."""

    table: Table = Table("", (), ())
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
class Fact:
    label: str
    value: Shown


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

    state: Shown = Shown()
    notices: tuple[str, ...] = ()
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
    form: Form = Form("", "")
    problems: tuple[tuple[str, str], ...] = ()  # (field name or "", sentence), listed above the form
    conflict: str = ""


@dataclass(frozen=True)
class Verdict:
    """`tone`: ok fulfilled, part partly, no not fulfilled, none no evidence, later "comes with its register"."""

    tone: str
    label: str


@dataclass(frozen=True)
class Claim:
    """One thing that is so or not, with the number it rests on; `href` opens exactly the rows counted."""

    label: str
    figure: str
    tone: str
    href: str = ""
    who_can: str = ""  # who can open the rows, when this reader may not
    newest: str = ""
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
class Tile:
    """A number that opens its rows."""

    figure: str
    label: str
    href: str = ""
    tone: str = ""
    note: str = ""
    active: bool = False  # whether the page shows just these rows now


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


@dataclass(frozen=True)
class Vault:
    """The vault for this reader: open until `until` (the machine's form) and the way to lock it, or `unlock`."""

    until: str = ""
    clock: str = ""  # the time of day when it locks
    lock: str = ""
    unlock: Form | None = None


@dataclass(frozen=True)
class VaultPage(Page):
    """The vault itself: is it open, who holds a key, what can be done with it."""

    vault: Vault | None = None
    notices: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    forms: tuple[Form, ...] = ()
    links: tuple[Link, ...] = ()
    progress: tuple[int, int] | None = None  # how much is done, of how much


@dataclass(frozen=True)
class CeremonyPage(Page):
    """What is shown once, to be written down and printed: a passphrase, shares, a fingerprint; and typed back."""

    passphrase: str = ""
    shares: tuple[str, ...] = ()
    fingerprint: str = ""
    form: Form = Form("", "")
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Opened:
    """One sealed field, opened. `broken` where the record does not match its trace."""

    label: str
    text: str = ""
    picture: str = ""  # a data: address
    broken: bool = False


@dataclass(frozen=True)
class OpenedPage(Page):
    """What was sealed, for as long as it is looked at."""

    vault: Vault | None = None
    texts: tuple[Opened, ...] = ()
    table: Table | None = None
    forms: tuple[Form, ...] = ()


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
    form: Form = Form("", "")
    history: tuple[Happening, ...] = ()


@dataclass(frozen=True)
class Frame:
    """What stands around every page."""

    municipality: str
    locale: str
    language: Link
    home: str
    person: str = ""
    person_uid: str = ""  # what the person's own things on the device are kept under
    roles: str = ""
    sections: tuple[tuple[str, tuple[Link, ...]], ...] = ()
    account: str = ""
    sign_out: str = ""
    footer: tuple[Link, ...] = ()
    notice: str = ""
    vault: "Vault | None" = None
    flashes: tuple[tuple[str, str], ...] = ()
