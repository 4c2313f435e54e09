"""Marking a field as secret and lifting it again: the provision is chosen from a list, or written where none fits."""

from collections.abc import Sequence
from dataclasses import replace

from flask import g, redirect, request
from werkzeug.wrappers import Response

from forms.typed import Typed, read
from models.measures import Mark
from models.record import Record
from models.words import Act, Problem
from tracker.acts import marking
from tracker.pages import Field, Form, FormPage, Link, Option
from tracker.spine import records
from tracker.spine.errors import Invalid
from tracker.spine.form_page import fields
from tracker.spine.reading import Reading, address
from tracker.views.answer import page, said, say
from tracker.views.guard import needs


@needs(Act.MARK)
def mark(record_type: type[Record], uid: str) -> Response:
    row = records.find(g.actor, record_type, uid, Act.MARK, g.at)
    typed = read({"provision": Mark._meta.fields["provision"]}, request.form, {}, ("field", "listed"))
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        marking.mark(g.actor, row, request.form.get("field", ""), _provision(typed), g.at)
    except Invalid as error:
        return _again(row, error.problems)
    said("Saved.")
    return redirect(address(row), 303)


@needs(Act.MARK)
def lift(record_type: type[Record], uid: str) -> Response:
    row = records.find(g.actor, record_type, uid, Act.MARK, g.at)
    marking.lift(g.actor, row, request.form.get("field", ""), g.at)
    said("The mark is lifted.")
    return redirect(address(row), 303)


def form(look: Reading, row: Record, problems: Sequence[Problem] = ()) -> Form | None:
    """The form that marks one field of a record, for those who may; with what was typed and what is wrong."""
    names = type(row).markable()
    if not names or row.frozen or Act.MARK not in look.acts(row):
        return None
    kinds, wrong = type(row).kinds(), {problem.field: say(problem.message) for problem in problems}
    field, listed = request.form.get("field", ""), request.form.get("listed", marking.provisions()[0].code)
    which = tuple(Option(name, say(kinds[name].label), name == field) for name in names)
    known = [(each.code, _worded(each)) for each in marking.provisions()]
    known.append(("", say("Another, written below")))
    provisions = tuple(Option(code, words, code == listed, lang=g.locale if code else "") for code, words in known)
    (written,) = fields(look, {"provision": Mark._meta.fields["provision"]}, {}, request.form, problems, needs=())
    return Form(
        f"{address(row)}/markning",
        say("Mark as secret"),
        (
            Field("field", say("Field"), "choice", problem=wrong.get("field", ""), required=True, options=which),
            Field("listed", say("Provision"), "choice", required=True, options=provisions),
            replace(written, label=say("Another provision"), hint=say("Only where none in the list fits.")),
        ),
    )  # fmt: skip


def lifting(look: Reading, row: Record) -> tuple[Form, ...]:
    """The button that lifts a mark, for those who may and while there is one."""
    if Act.MARK not in look.acts(row):
        return ()
    kinds, marks = type(row).kinds(), marking.marks_of(row, look.today)
    options = tuple(Option(mark.field, f"{say(kinds[mark.field].label)} ({mark.provision})") for mark in marks)
    field = Field("field", say("Field"), "choice", required=True, options=options)
    return (Form(f"{address(row)}/markning/havning", say("Lift a mark"), (field,)),) if marks else ()


def _provision(typed: Typed) -> str:
    """What was written, else the one chosen from the list: whoever wrote something meant it."""
    listed = request.form.get("listed", "")
    known = {each.code for each in marking.provisions()}
    return typed.values["provision"] or (listed if listed in known else "")


def _worded(each: marking.Provision) -> str:
    return f"{each.code} – {each.sv if g.locale == 'sv' else each.en}"


def _again(row: Record, problems: Sequence[Problem]) -> Response:
    reading = Reading(g.actor, g.at, g.locale)
    reading.prepare([row], [row.declared.title])
    title, asked = reading.title(row), form(reading, row, problems)
    told = tuple((problem.field, say(problem.message)) for problem in problems)
    return page(
        FormPage(
            title=f"{say('Mark as secret')}: {title}", crumbs=(Link(title, address(row)),), form=asked, problems=told
        ),
        422,
    )
