"""The page of a list: its tabs, filters, search, order and rows, all kept in the address."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from forms.typed import Choosable
from models.kinds import Choice, Link, Number
from models.record import Record
from models.words import Act, Message
from tracker import language
from tracker.laws import policy
from tracker.pages import Column, Filter, ListPage, Option, Row, Table
from tracker.pages import Link as Goto
from tracker.spine import records
from tracker.spine.form_page import choices
from tracker.spine.lists import COUNTED_TO, Asked, Listing, listing
from tracker.spine.reach import reach
from tracker.spine.reading import Reading, address

SELECTION, SEARCH, ORDER, AFTER = "urval", "q", "ordning", "efter"
ALL = "alla"


def list_page(reading: Reading, record_type: type[Record], query: Mapping[str, str]) -> ListPage:
    """The list that an address asks for; what it does not understand in an address it leaves out."""
    declared = record_type.declared
    kinds = {name: record_type._meta.fields[name] for name in declared.filters}
    alternatives = choices(reading, kinds, own=True)
    whole = whole_of(reading, record_type, query)
    asked, kept = asked_of(record_type, query, alternatives, whole)
    found = listing(reading.actor, record_type, asked, reading.at)
    return ListPage(
        title=reading.named(record_type, 2),
        lead=_titled(reading, whole) if whole is not None else "",
        crumbs=(Goto(_titled(reading, whole), address(whole)),) if whole is not None else (),
        table=table(reading, record_type, found.rows, kept),
        tabs=_tabs(reading, record_type, kept),
        filters=_filters(reading, kinds, alternatives, query),
        search=query.get(SEARCH, "")[:200],
        searchable=bool(declared.search),
        kept=tuple((name, value) for name, value in kept.items() if name in (SELECTION, ORDER, declared.part_of)),
        count=_count(reading, record_type, found),
        first=_to(record_type, kept) if AFTER in query else "",
        more=_to(record_type, {**kept, AFTER: found.after}) if found.after else "",
        export=_to(record_type, kept, "/export") if policy.may(reading.actor, declared.register, Act.EXPORT) else "",
        actions=_actions(reading, record_type),
        empty=reading.say("Nothing here matches. Take away a filter, or look at all."),
    )


def _titled(reading: Reading, row: Record) -> str:
    reading.prepare([row], [row.declared.title])
    return reading.title(row)


def table(
    reading: Reading,
    record_type: type[Record],
    rows: Sequence[Record],
    kept: Mapping[str, str] | None = None,
    without: str = "",
    only: Sequence[str] = (),
) -> Table:
    """Rows as a table of the type's declared columns; `without` leaves one out (the whole they are part of)."""
    declared = record_type.declared
    names = [name for name in only or declared.columns if name != without]
    reading.prepare(rows, names)
    columns = tuple(_column(reading, record_type, name, kept) for name in names)
    drawn = tuple(Row(address(row), tuple(reading.shown(row, name) for name in names)) for row in rows)
    return Table(reading.named(record_type, 2), columns, drawn, reading.say("Nothing yet."))


def to_list(record_type: type[Record], **asked: str) -> str:
    """The address of a list narrowed by a selection (`urval`) or filters."""
    return _to(record_type, asked)


def whole_of(reading: Reading, record_type: type[Record], query: Mapping[str, str]) -> Record | None:
    """The record whose parts alone are asked for, as `?premises=…`; None when none is named or in reach."""
    name = record_type.declared.part_of
    uid = records.as_uid(query.get(name, "")) if name else None
    if uid is None:
        return None
    whole = record_type._meta.fields[name].rel_model
    mine = reach(reading.actor, whole, Act.SEE, reading.today)
    return whole.get_or_none((whole.uid == uid) & mine)


def asked_of(
    record_type: type[Record],
    query: Mapping[str, str],
    alternatives: Mapping[str, Sequence[Choosable]],
    whole: Record | None = None,
) -> tuple[Asked, dict[str, str]]:
    """What an address asks of a list, and the parts of the address that were understood."""
    declared = record_type.declared
    first = next(iter(declared.selections), ALL)
    selection = query.get(SELECTION, first)
    selection = selection if selection in declared.selections or selection == ALL else first
    filters = {}
    kept = {SELECTION: selection}
    for name, options in alternatives.items():
        chosen = next((c for c in options if c.sent == query.get(name)), None)
        if chosen:
            filters[name], kept[name] = chosen.value, chosen.sent
    if whole is not None:
        filters[declared.part_of], kept[declared.part_of] = whole.id, whole.uid.hex
    for name in (SEARCH, ORDER):
        if query.get(name):
            kept[name] = query[name][:200]
    asked = Asked(
        selection if selection != ALL else "", filters, kept.get(SEARCH, ""), kept.get(ORDER, ""), query.get(AFTER, "")
    )
    return asked, kept


def _to(record_type: type[Record], kept: Mapping[str, str], beneath: str = "") -> str:
    return f"/{record_type.declared.slug}{beneath}" + (f"?{urlencode(kept)}" if kept else "")


def _tabs(reading: Reading, record_type: type[Record], kept: Mapping[str, str]) -> tuple[Goto, ...]:
    labels = {name: selection.label for name, selection in record_type.declared.selections.items()} | {ALL: "All"}
    return tuple(
        Goto(reading.say(label), _to(record_type, {**kept, SELECTION: name}), active=kept[SELECTION] == name)
        for name, label in labels.items()
    )


def _filters(reading, kinds, alternatives, query) -> tuple[Filter, ...]:
    everything = reading.say("All")
    return tuple(
        Filter(
            name,
            reading.say(kind.label),
            (Option("", everything), *(Option(c.sent, c.label, c.sent == query.get(name)) for c in alternatives[name])),
        )
        for name, kind in kinds.items()
        if isinstance(kind, (Choice, Link))
    )


def _column(reading: Reading, record_type: type[Record], name: str, kept: Mapping[str, str] | None) -> Column:
    kind = record_type._meta.fields[name]
    label, numeric = reading.say(kind.label), isinstance(kind, Number)
    sorts = {sort.lstrip("-"): sort for sort in record_type.declared.sorts}
    key = f"{name}_key" if f"{name}_key" in sorts else name
    if kept is None or key not in sorts:
        return Column(name, label, numeric=numeric)
    now = kept.get(ORDER) or record_type.declared.sorts[0]
    order = "" if now.lstrip("-") != key else "descending" if now.startswith("-") else "ascending"
    other = f"-{key}" if order == "ascending" else key
    return Column(name, label, _to(record_type, {**kept, ORDER: other}), order, numeric)


def _count(reading: Reading, record_type: type[Record], found: Listing) -> str:
    declared = record_type.declared
    things = language.count(declared.one, declared.many, found.count, reading.locale).lower()
    if found.count > COUNTED_TO:
        return reading.say(Message("More than %(most)s %(things)s", most=COUNTED_TO, things=things))
    return f"{found.count} {things}"


def _actions(reading: Reading, record_type: type[Record]) -> tuple[Goto, ...]:
    if record_type.declared.part_of or not records.may_add(reading.actor, record_type):
        return ()
    return (reading.adding(record_type, f"/{record_type.declared.slug}/ny", primary=True),)
