"""Parts that pages are drawn from: values, tables, charts, forms."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """A value as one reader may see it.

    `tone` is "", "ok", "part", "no", "none" or "seal" and always comes with a word and a shape; `iso` is the machine's
    form of a date, `plain` of a number; `masked` tells why the value is not shown ("maskerad, OSL 18:8, markerad …");
    `sealed` is a bar.
    """

    text: str = ""
    href: str = ""
    tone: str = ""
    iso: str = ""
    masked: str = ""
    marked: str = ""  # the provision of a mark, for those who read what it masks
    sealed: bool = False
    plain: str = ""
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
class Option:
    value: str
    label: str
    selected: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Tick:
    """Beside a text that the guard found something in: the tick that says it is not so, and why where asked."""

    name: str
    digest: str
    ticked: bool
    reason: str
    said: str
    asks: bool


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
    excuse: Tick | None = None
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
class Fact:
    label: str
    value: Shown


@dataclass(frozen=True)
class Verdict:
    """`tone`: ok fulfilled, part partly, no not fulfilled, none no evidence, later "comes with its register"."""

    tone: str
    label: str


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
    series: tuple[Verdict, ...]
    bars: tuple[Bar, ...]
    table: Table
    lead: str = ""


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
class Copied:
    """A text to be copied whole: what it is, to whom it goes, and the text."""

    title: str
    lead: str
    text: str
    lang: str = ""  # of the title


@dataclass(frozen=True)
class Page:
    """What every page has."""

    title: str
    lead: str = ""
    kicker: str = ""
    crumbs: tuple[Link, ...] = ()
    actions: tuple[Link, ...] = ()


NOTHING, NO_TABLE, NO_FORM = Shown(), Table("", (), ()), Form("", "")
"""What a page has where it was given none."""
