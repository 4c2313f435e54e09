"""The page of one record: its facts, the steps this reader may take, its parts, remarks and history."""

from collections.abc import Iterator
from typing import Any

from forms.typed import text_of
from models.happenings import Verb
from models.kinds import Link as LinkKind
from models.kinds import Moment, SortKey, Uid
from models.measures import Comment, Measure
from models.people import Person
from models.record import DECLARED, Record
from models.words import Act
from tracker import language, pages
from tracker.laws import ledger
from tracker.pages import Form, Link, Shown
from tracker.spine import records
from tracker.spine.form_page import choices, fields, stored_texts
from tracker.spine.list_page import ALL, SELECTION, table, to_list
from tracker.spine.lists import Asked, page_of, query
from tracker.spine.reach import reach
from tracker.spine.reading import Reading, address

PART_ROWS, WHOLE_ROWS = 5, 100
TOLD = 20


def record_page(reading: Reading, row: Record, before: int | None = None) -> pages.RecordPage:
    """All that this reader may see of a record, and only the acts they may take."""
    names = [name for name, kind in type(row).kinds().items() if not isinstance(kind, (SortKey, Uid)) and kind.label]
    reading.prepare([row], names)
    return pages.RecordPage(
        title=reading.title(row),
        kicker=reading.named(type(row)),
        crumbs=_crumbs(reading, row),
        state=reading.shown(row, "state") if "state" in names else Shown(),
        facts=(*_facts(reading, row, names), *_origin(reading, row)),
        steps=tuple(_steps(reading, row)),
        parts=tuple(_parts(reading, row)),
        remarks=tuple(_remarks(reading, row)),
        remark=_remark_form(reading, row),
        history=(history := tuple(_history(reading, row, before))),
        more_history=f"{address(row)}?fore={history[-1].number}" if len(history) == TOLD else "",
        actions=(Link(reading.say("Change"), f"{address(row)}/andra"),) if _editable(reading, row) else (),
    )


def _crumbs(reading: Reading, row: Record) -> tuple[Link, ...]:
    declared = row.declared
    links = [Link(reading.named(type(row), 2), f"/{declared.slug}")]
    if declared.part_of:
        whole = reading.shown(row, declared.part_of)
        links.append(Link(whole.text, whole.href))
    return tuple(link for link in links if link.href)


def _facts(reading: Reading, row: Record, names: list[str]) -> Iterator[pages.Fact]:
    for name in names:
        shown = reading.shown(row, name)
        if name not in ("state", row.declared.title) and (shown.text or shown.masked or shown.sealed):
            yield pages.Fact(reading.say(type(row).kinds()[name].label), shown)


def _origin(reading: Reading, row: Record) -> Iterator[pages.Fact]:
    """What a measure arose from, for those who may open it."""
    source_type = DECLARED.get(row.__data__.get("source_type") or "")
    if source_type is None or not reading.may_see(source_type):
        return
    mine = reach(reading.actor, source_type, Act.SEE, reading.today)
    source = source_type.get_or_none((source_type.uid == row.__data__["source_uid"]) & mine)
    if source is not None:
        reading.prepare([source], [source_type.declared.title])
        yield pages.Fact(reading.say("Arose from"), Shown(reading.title(source), href=address(source)))


def _steps(reading: Reading, row: Record) -> Iterator[Form]:
    for name, step in records.steps(reading.actor, row, reading.today):
        kinds = {field: type(row).kinds()[field] for field in step.asks}
        alternatives = choices(reading, kinds, row)
        now = {name: text_of(kind, reading.at) for name, kind in kinds.items() if isinstance(kind, Moment)}
        stored = stored_texts(kinds, row, alternatives)
        texts = stored | {name: now[name] for name in step.needs if name in now and not stored[name]}
        made = fields(reading, kinds, alternatives, texts, needs=step.needs)
        yield Form(
            f"{address(row)}/steg/{name}", reading.say(step.label), made, (("version", str(row.version)),),
            danger=step.act in (Act.CANCEL, Act.ACCEPT),
        )  # fmt: skip


def _parts(reading: Reading, row: Record) -> Iterator[pages.Part]:
    for slug in row.declared.parts:
        part_type = DECLARED[slug]
        link = _link_to(part_type, type(row))
        if link is not None and reading.may_see(part_type):
            part = part_type.declared.part_of == link.name
            adds = part and records.may_add_to(reading.actor, part_type, row, reading.today)
            yield _part(reading, row, part_type, Asked(filters={link.name: row.id}), link.name, adds)
    if records.arises_from(Measure, type(row)) and records.may_add(reading.actor, Measure):
        yield _part(reading, row, Measure, Asked(filters={"source_uid": row.uid}), "", True)


def _part(reading: Reading, row: Record, part_type: type[Record], asked: Asked, whole: str, adds: bool) -> pages.Part:
    """The first rows of what is `asked`; `whole` is the field that says what they are part of."""
    most = WHOLE_ROWS if part_type.frozen else PART_ROWS
    rows, after = page_of(query(reading.actor, part_type, asked, reading.at), part_type, asked, most)
    listed = after and whole and part_type.declared.part_of == whole
    return pages.Part(
        reading.named(part_type, 2),
        table(reading, part_type, rows, without=whole),
        to_list(part_type, **{SELECTION: ALL, whole: row.uid.hex}) if listed else "",
        reading.adding(part_type, f"{address(row)}/{part_type.declared.slug}/ny") if adds else None,
    )


def _link_to(part_type: type[Record], whole: type[Record]) -> LinkKind | None:
    kinds = part_type.kinds().values()
    return next((kind for kind in kinds if isinstance(kind, LinkKind) and kind.rel_model is whole), None)


def _remarks(reading: Reading, row: Record) -> Iterator[pages.Remark]:
    found = (
        Comment.select(Comment, Person.name)
        .join(Person)
        .where((Comment.about_type == row._meta.table_name) & (Comment.about_uid == row.uid))
        .order_by(Comment.id)
    )
    for comment in found.limit(200):
        label = reading.say("Correction") if comment.correction else ""
        yield pages.Remark(comment.by.name, reading.moment(comment.at), reading.remark(row, comment.text), label)


def _remark_form(reading: Reading, row: Record) -> Form | None:
    if row.frozen or Act.COMMENT not in reading.acts(row):
        return None
    label = reading.say("Correction") if row.is_locked else reading.say("Remark")
    note = pages.Field("text", label, "note", required=True, longest=4000)
    return Form(f"{address(row)}/anmarkningar", reading.say("Save the remark"), (note,))


def _history(reading: Reading, row: Record, before: int | None) -> Iterator[pages.Happening]:
    told = ledger.told(row, TOLD, before)
    _fetch_names(reading, row, told)
    for one in told:
        changes = tuple(_change(reading, row, name, old, new) for name, (old, new) in one.changes.items())
        sentence = f"{reading.who(one.entry.actor_name)} {language.say(Verb(one.entry.verb), reading.locale)}"
        moment = language.dt.datetime.fromisoformat(one.entry.at)
        began = all(old is None for old, _ in one.changes.values())
        shown = () if began else tuple(change for change in changes if change)
        yield pages.Happening(reading.moment(moment), sentence, shown, one.entry.number)


def _fetch_names(reading: Reading, row: Record, told: list[ledger.Told]) -> None:
    """The names of every record that the history's links once pointed at, in one query per type."""
    for name, kind in type(row).kinds().items():
        if isinstance(kind, LinkKind):
            numbers = {value for one in told for value in one.changes.get(name, ()) if isinstance(value, int)}
            reading.name(kind.rel_model, numbers)


def _change(reading: Reading, row: Record, name: str, old: Any, new: Any) -> pages.Change | None:
    kind = type(row).kinds().get(name)
    if kind is None or not kind.label:
        return None
    return pages.Change(reading.say(kind.label), reading.value(row, name, old), reading.value(row, name, new))


def _editable(reading: Reading, row: Record) -> bool:
    return row.declared.editable and bool(row.declared.form) and not row.is_locked and Act.EDIT in reading.acts(row)
