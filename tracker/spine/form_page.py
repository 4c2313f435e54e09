"""The page on which a record is written: its declared fields, and what comes back when something is wrong."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forms.excusing import offered
from forms.typed import Choosable, Typed, input_of, text_of
from models.kinds import Choice, Flag, Kind, Link
from models.record import Record, Step, among
from models.words import Act, Message, Problem
from tracker.pages import Field, Form, FormPage, Option, Tick
from tracker.spine.reach import EVERYTHING, reach
from tracker.spine.reading import Reading

MOST_CHOICES = 3000


def writable(reading: Reading, record_type: type[Record], row: Record | None, names: Iterable[str]) -> dict[str, Kind]:
    """The fields among `names` that this reader may write: what they cannot read they cannot overwrite."""
    kinds = {name: record_type._meta.fields[name] for name in names}
    return kinds if row is None else _readable(reading, row, kinds)


def _readable(reading: Reading, row: Record, kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    shown = {name: reading.shown(row, name) for name in kinds}
    return {name: kind for name, kind in kinds.items() if not (shown[name].masked or shown[name].sealed)}


def choices(
    reading: Reading, kinds: Mapping[str, Kind], row: Record | None = None, own: bool = False
) -> dict[str, list[Choosable]]:
    """The alternatives of each choice: an enum's members, or the linked records that stand to choose from; `own` are
    those that rows within the reader's reach link to (a list's filters)."""
    return {
        name: _members(kind, reading) if isinstance(kind, Choice) else _linked(kind, reading, row, own)
        for name, kind in kinds.items()
        if isinstance(kind, (Choice, Link))
    }


def _members(kind: Choice, reading: Reading) -> list[Choosable]:
    return [Choosable(member.value, member, reading.say(member)) for member in kind.enum_class]


def _linked(kind: Link, reading: Reading, row: Record | None, own: bool) -> list[Choosable]:
    """Linked records that are current; the one already chosen stays among them."""
    linked = kind.rel_model
    title = linked._meta.fields[linked.declared.title]
    order = linked._meta.fields[linked.declared.sorts[0].lstrip("-")]
    current = linked.declared.selections.get("current")
    wanted = current.where(linked, reading.today) if current else reach(reading.actor, linked, Act.SEE, reading.today)
    mine = reach(reading.actor, kind.model, Act.SEE, reading.today) if own else EVERYTHING
    if mine is not EVERYTHING:
        wanted = wanted & among(linked.id, kind.model.select(kind).where(mine & kind.is_null(False)))
    chosen = row.__data__.get(kind.name) if row is not None else None
    rows = linked.select(linked.id, linked.uid, title).where(wanted | (linked.id == chosen))
    rows = rows.order_by((linked.id == chosen).desc(), order) if chosen else rows.order_by(order)
    return [Choosable(r.uid.hex, r.id, str(r.__data__[title.name])) for r in rows.limit(MOST_CHOICES)]


def fields(
    reading: Reading,
    kinds: Mapping[str, Kind],
    alternatives: Mapping[str, Sequence[Choosable]],
    texts: Mapping[str, str],
    problems: Iterable[Problem] = (),
    theirs: Mapping[str, str] | None = None,
    needs: Iterable[str] | None = None,
) -> tuple[Field, ...]:
    """One input per kind, filled with `texts`, each with what is wrong with it."""
    wrong: dict[str, Message] = {}
    for problem in problems:
        wrong.setdefault(problem.field, problem.message)
    required = set(needs) if needs is not None else {name for name, kind in kinds.items() if not kind.optional}
    return tuple(
        Field(
            name,
            reading.say(kind.label),
            input_of(name, kind, texts.get(name, "")),
            value=texts.get(name, ""),
            hint=reading.say(kind.hint),
            problem=reading.say(wrong.get(name, "")),
            excuse=Tick(*offer) if (offer := offered(name, wrong.get(name), texts)) else None,
            required=name in required and not isinstance(kind, Flag),
            options=tuple(Option(c.sent, c.label, c.sent == texts.get(name, "")) for c in alternatives.get(name, ())),
            theirs=(theirs or {}).get(name, ""),
            longest=kind.longest,
            least=kind.bounds[0],
            most=kind.bounds[1],
        )
        for name, kind in kinds.items()
    )


def stored_texts(
    kinds: Mapping[str, Kind], row: Record, alternatives: Mapping[str, Sequence[Choosable]]
) -> dict[str, str]:
    """The row's values as they stand in their inputs."""
    texts = {}
    for name, kind in kinds.items():
        value = row.__data__.get(name)
        sent = next((c.sent for c in alternatives.get(name, ()) if c.value == value), None)
        texts[name] = sent if sent is not None else text_of(kind, value)
    return texts


def form_page(
    reading: Reading,
    record_type: type[Record],
    row: Record | None,
    kinds: Mapping[str, Kind],
    alternatives: Mapping[str, Sequence[Choosable]],
    action: str,
    typed: Typed | None = None,
    problems: Sequence[Problem] = (),
    current: Record | None = None,
    step: Step | None = None,
) -> FormPage:
    """The form for a new record, a stored one or a step; with what was typed and is wrong, or what another saved."""
    texts = typed.texts if typed else stored_texts(kinds, row, alternatives) if row else defaults(kinds)
    stored = _stored_now(reading, kinds, current, alternatives) if current else {}
    theirs = {name: _read(alternatives, name, text) for name, text in stored.items() if text != texts.get(name, "")}
    version = current.version if current else row.version if row else 0
    made = fields(reading, kinds, alternatives, texts, problems, theirs, step.needs if step else None)
    labels = {name: reading.say(kind.label) for name, kind in kinds.items()}
    said = [(problem.field, reading.say(problem.message)) for problem in problems]
    added = reading.say(Message("Add %(thing)s", thing=reading.named(record_type).lower()))
    return FormPage(
        title=f"{reading.say(step.label if step else 'Change')}: {reading.title(row)}" if row else added,
        kicker=reading.named(record_type, 2),
        form=Form(action, reading.say("Save"), made, (("version", str(version)),)),
        problems=tuple((name, f"{labels[name]}: {text}") if name in labels else ("", text) for name, text in said),
        conflict=reading.say(
            "Somebody else changed this while you were writing. What they saved is shown beside each field; "
            "what you wrote is kept. Save again to let yours stand."
        )
        if current else "",
    )  # fmt: skip


def _stored_now(
    reading: Reading, kinds: Mapping[str, Kind], current: Record, alternatives: Mapping[str, Sequence[Choosable]]
) -> dict[str, str]:
    """What another saved first, of what this reader reads."""
    reading.prepare([current], kinds)
    return stored_texts(_readable(reading, current, kinds), current, alternatives)


def _read(alternatives: Mapping[str, Sequence[Choosable]], name: str, text: str) -> str:
    return next((c.label for c in alternatives.get(name, ()) if c.sent == text), text)


def defaults(kinds: Mapping[str, Kind]) -> dict[str, str]:
    """What a new record's inputs hold from the start."""
    texts = {}
    for name, kind in kinds.items():
        value: Any = kind.default() if callable(kind.default) else kind.default  # type: ignore[attr-defined]
        texts[name] = text_of(kind, value) if value is not None and not isinstance(value, dt.date) else ""
    return texts
