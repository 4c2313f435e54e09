"""The pages of every declared record type: list, record, form, steps, remarks, marks and CSV."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, g, redirect, request, stream_with_context
from werkzeug.wrappers import Response as Answer

from forms.typed import Typed, read
from models.database import connection
from models.kinds import Day, Kind
from models.measures import Comment
from models.record import DECLARED, Record, Step
from models.words import Act, Problem
from tracker.language import today
from tracker.laws import policy
from tracker.laws.ledger import Conflict
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing, Refused
from tracker.spine.export import csv_lines
from tracker.spine.form_page import choices, form_page, writable
from tracker.spine.list_page import list_page
from tracker.spine.reading import Reading, address
from tracker.spine.record_page import record_page
from tracker.views import marks, own
from tracker.views.answer import page, said
from tracker.views.guard import needs


def reading() -> Reading:
    """What the person who asks may read, now and in their language."""
    return Reading(g.actor, g.at, g.locale)


@needs(Act.SEE)
def show_list(record_type: type[Record]) -> Answer:
    drawn = list_page(reading(), record_type, request.args)
    return page(replace(drawn, lead=drawn.lead or own.above(record_type)))


@needs(Act.EXPORT)
def export(record_type: type[Record]) -> Answer:
    lines = _with_connection(csv_lines(reading(), record_type, request.args.to_dict()))
    name = f"{record_type.declared.slug}.csv"
    return Response(
        stream_with_context(lines),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@needs(Act.SEE)
def show(record_type: type[Record], uid: str) -> Answer:
    row = records.find(g.actor, record_type, uid, Act.SEE, g.at)
    before = _number(request.args.get("fore", ""))
    look = reading()
    drawn = record_page(look, row, before if before >= 0 else None)
    steps = (*own.forms(look, row), *drawn.steps, *marks.lifting(look, row))
    actions = (*own.links(look, row), *drawn.actions)
    notices, mark = own.notices(look, row), marks.form(look, row)
    return page(replace(drawn, notices=notices, actions=actions, steps=steps, mark=mark, copied=own.copied(look, row)))


def new(record_type: type[Record], whole_type: type[Record] | None = None, whole: str = "") -> Answer:
    within = _whole(whole_type, whole)
    if not records.may_add_to(g.actor, record_type, within, today(g.at)):
        raise Refused
    look = reading()
    kinds = writable(look, record_type, None, record_type.declared.form)
    alternatives = choices(look, kinds)
    draw = partial(form_page, look, record_type, None, kinds, alternatives, request.path)
    if request.method != "POST":
        return page(draw())
    typed = read(kinds, request.form, alternatives)
    return _saved(typed, draw, lambda: _add(record_type, within, typed.values))


@needs(Act.EDIT)
def edit(record_type: type[Record], uid: str) -> Answer:
    row = records.find(g.actor, record_type, uid, Act.EDIT, g.at)
    look = reading()
    look.prepare([row], record_type.declared.form)
    kinds = writable(look, record_type, row, record_type.declared.form)
    alternatives = choices(look, kinds, row)
    draw = partial(form_page, look, record_type, row, kinds, alternatives, request.path)
    if row.is_locked or not row.declared.editable:
        raise Refused
    if request.method != "POST":
        return page(draw())
    typed, before = read(kinds, request.form, alternatives), dict(row.__data__)
    return _saved(typed, draw, lambda: records.change(g.actor, row, typed.values, _version(), g.at), before=before)


def step(record_type: type[Record], uid: str, name: str) -> Answer:
    row = records.find(g.actor, record_type, uid, Act.SEE, g.at)
    move = record_type.declared.steps[name]
    look = reading()
    look.prepare([row], [record_type.declared.title])
    kinds = {field: record_type.kinds()[field] for field in move.asks}
    alternatives = choices(look, kinds, row)
    typed = read(kinds, request.form, alternatives)
    draw = partial(form_page, look, record_type, row, kinds, alternatives, request.path, step=move)
    take = lambda: records.step(g.actor, record_type, uid, name, typed.values, _version(), g.at)  # noqa: E731
    return _saved(typed, draw, take)


@needs(Act.COMMENT)
def remark(record_type: type[Record], uid: str) -> Answer:
    row = records.find(g.actor, record_type, uid, Act.COMMENT, g.at)
    kinds = {"text": Comment._meta.fields["text"]}
    return _said_about(row, kinds, lambda values: records.remark(g.actor, row, values["text"], g.at))


def _said_about(row: Record, kinds: Mapping[str, Kind], do: Callable[[dict[str, Any]], Any]) -> Answer:
    look = reading()
    look.prepare([row], [row.declared.title])
    typed = read(kinds, request.form, {})
    draw = partial(form_page, look, type(row), row, kinds, {}, request.path)
    return _saved(typed, draw, lambda: do(typed.values), row)


def _saved(
    typed: Typed, draw: Callable[..., Any], write: Callable[[], Any], back_to: Record | None = None,
    before: Mapping[str, Any] | None = None,
) -> Answer:  # fmt: skip
    """Writes, and goes to the record; or answers with what was typed and what is wrong (422) or has changed (409)."""
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        row = write()
    except Invalid as error:
        return page(draw(typed=typed, problems=_once(error.problems)), 422)
    except Conflict as conflict:
        if conflict.current is None:
            raise Missing from conflict
        return page(draw(typed=typed, current=conflict.current), 409)
    said("Saved.")
    if any(_is_past(row, name) and day != (before or {}).get(name) for name, day in typed.values.items()):
        said(
            "The day you chose has already passed: it counts as late from the start. Change it if that was a slip.",
            "part",
        )
    return redirect(address(back_to or row), 303)


def _is_past(row: Record, name: str) -> bool:
    """Whether a field is a deadline that has passed while something is still to be done."""
    kind, day = row._meta.fields.get(name), row.__data__.get(name)
    return isinstance(kind, Day) and kind.deadline and day is not None and day < today(g.at) and row.is_waiting


def _once(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Each problem told once."""
    return tuple(problem for number, problem in enumerate(problems) if problem not in problems[:number])


def _add(record_type: type[Record], within: Record | None, values: dict[str, Any]) -> Record:
    if within is not None and not record_type.declared.part_of:
        return records.add_from(g.actor, record_type, within, values, g.at)
    if within is not None:
        values[record_type.declared.part_of] = within.id
    return records.add(g.actor, record_type, values, g.at)


def _whole(whole_type: type[Record] | None, whole: str) -> Record | None:
    return records.find(g.actor, whole_type, whole, Act.SEE, g.at) if whole_type else None


def _version() -> int:
    return _number(request.form.get("version", ""))


def _number(text: str) -> int:
    """A number that the page itself wrote; -1 for what it cannot have written."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _with_connection(lines: Any) -> Any:
    with connection():
        yield from lines


def register(app: Flask) -> None:
    """One set of addresses per declared record type; a part is made from the record that it is part of."""
    bp = Blueprint("registers", __name__)
    for slug, record_type in DECLARED.items():
        _routes(bp, slug, record_type)
        for name, move in record_type.declared.steps.items():
            _route(bp, f"/{slug}/<uid>/steg/{name}", f"{slug}.{name}", _step(name, move), record_type, ["POST"])
    app.register_blueprint(bp)


def _step(name: str, move: Step) -> Callable[..., Answer]:
    """The view of one step, which asks policy for the step's own act."""

    @needs(move.act)
    def take(record_type: type[Record], uid: str) -> Answer:
        return step(record_type, uid, name)

    return take


def _new(act: Act) -> Callable[..., Answer]:
    """The view of a new record, which asks policy for the type's own act."""

    @needs(act)
    def make(record_type: type[Record], whole_type: type[Record] | None = None, whole: str = "") -> Answer:
        return new(record_type, whole_type, whole)

    return make


def _routes(bp: Blueprint, slug: str, record_type: type[Record]) -> None:
    declared = record_type.declared
    _route(bp, f"/{slug}", f"{slug}.list", show_list, record_type)
    _route(bp, f"/{slug}/export", f"{slug}.export", export, record_type)
    _route(bp, f"/{slug}/<uid>", f"{slug}.show", show, record_type)
    if policy.who_may(declared.register, Act.COMMENT) and not record_type.frozen:
        _route(bp, f"/{slug}/<uid>/anmarkningar", f"{slug}.remark", remark, record_type, ["POST"])
    if policy.who_may(declared.register, Act.MARK) and record_type.markable() and not record_type.frozen:
        _route(bp, f"/{slug}/<uid>/markning", f"{slug}.mark", marks.mark, record_type, ["POST"])
        _route(bp, f"/{slug}/<uid>/markning/havning", f"{slug}.lift", marks.lift, record_type, ["POST"])
    if declared.editable and declared.form:
        _route(bp, f"/{slug}/<uid>/andra", f"{slug}.edit", edit, record_type, ["GET", "POST"])
    if declared.creatable and not declared.part_of:
        _route(bp, f"/{slug}/ny", f"{slug}.new", _new(record_type.declared.adding), record_type, ["GET", "POST"])
    for part in _made_from(record_type):
        part_slug = part.declared.slug
        rule = f"/{slug}/<whole>/{part_slug}/ny"
        _route(
            bp,
            rule,
            f"{slug}.{part_slug}.new",
            _new(part.declared.adding),
            part,
            ["GET", "POST"],
            whole_type=record_type,
        )


def _made_from(record_type: type[Record]) -> list[type[Record]]:
    parts = [
        part
        for part in DECLARED.values()
        if part.declared.creatable and part.declared.part_of
        and part._meta.fields[part.declared.part_of].rel_model is record_type
    ]  # fmt: skip
    arising = [part for part in DECLARED.values() if records.arises_from(part, record_type)]
    return parts + arising


def _route(
    bp: Blueprint,
    rule: str,
    name: str,
    view: Any,
    record_type: type[Record],
    methods: list[str] | None = None,
    **more: Any,
) -> None:
    endpoint = name.replace(".", "_")
    bp.add_url_rule(rule, endpoint, view, methods=methods or ["GET"], defaults={"record_type": record_type, **more})
