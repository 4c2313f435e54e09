"""Coming in from a file: chosen, looked through, saved. Between the pages the file travels with the person."""

from functools import partial, update_wrapper

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as Answer

from models.words import Act, Message
from tracker.acts import imports
from tracker.acts.imports import pages
from tracker.laws import ledger
from tracker.spine.errors import Invalid
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.registers import reading
from tracker.views.web import takes_files

bp = Blueprint("imports", __name__)

CONFLICT = Message(
    "Somebody else changed one of these records while you were looking. This is what the file would do now."
)


@bp.url_value_preprocessor
def _roomy(endpoint: str | None, values: object) -> None:
    """A sheet that comes back is one long field. It is read before any view, with the token beside it."""
    request.max_form_memory_size = imports.CARRIED


def start(shape: imports.Shape) -> Answer:
    return page(pages.start_page(reading(), shape))


def preview(shape: imports.Shape) -> Answer:
    """What the file would do; a file that cannot be read brings back the first page with the sentence.

    It comes anew, or as the sheet of a page that is to show other rows of it.
    """
    sent, carried = request.files.get("file"), request.form.get("sheet")
    try:
        sheet = imports.unpacked(carried) if carried and not sent else imports.read(sent.read() if sent else b"")
        plan = imports.look(g.actor, shape, sheet, g.at)
    except imports.Unreadable as error:
        return _unreadable(shape, error)
    only = request.form.get("visa", "")
    return page(pages.preview_page(reading(), plan, imports.packed(sheet), only=only), 422 if plan.problems else 200)


def save(shape: imports.Shape) -> Answer:
    """Reads, checks and saves from scratch what came back; what is no longer right is told, and nothing is saved."""
    carried = request.form.get("sheet", "")
    try:
        sheet = imports.unpacked(carried)
        plan = imports.look(g.actor, shape, sheet, g.at)
        imports.save(g.actor, plan, g.at)
    except imports.Unreadable as error:
        return _unreadable(shape, error)
    except (Invalid, ledger.Conflict) as error:
        return _again(shape, sheet, error)
    said(_told(plan))
    return redirect(f"/{shape.what}", 303)


def template(shape: imports.Shape) -> Answer:
    headers = {"Content-Disposition": f'attachment; filename="{shape.what}-mall.csv"'}
    return Response(pages.template(shape, g.locale), mimetype="text/csv", headers=headers)


def _unreadable(shape: imports.Shape, error: imports.Unreadable) -> Answer:
    return page(pages.start_page(reading(), shape, say(error.message)), 422)


def _again(shape: imports.Shape, sheet: imports.Sheet, error: Invalid | ledger.Conflict) -> Answer:
    """What the file would do now: its problems (422), or that somebody else was first (409)."""
    plan = imports.look(g.actor, shape, sheet, g.at)
    conflict = "" if plan.problems else say(CONFLICT)
    shown = pages.preview_page(reading(), plan, imports.packed(sheet), conflict)
    return page(shown, 422 if plan.problems else 409)


def _told(plan: imports.Plan) -> Message:
    fates = {fate.value: plan.count(fate) for fate in imports.Fate}
    return Message("The file is saved: %(new)s new, %(changed)s changed, %(same)s unchanged.", **fates)


def _routes(shape: imports.Shape) -> None:
    here, register = f"/inlasning/{shape.what}", shape.record_type.declared.register
    for rule, name, view, method in (
        (here, "start", start, "GET"),
        (here, "preview", preview, "POST"),
        (f"{here}/spara", "save", save, "POST"),
        (f"{here}/mall.csv", "template", template, "GET"),
    ):
        asking = takes_files(needs(Act.IMPORT, register)(update_wrapper(partial(view, shape=shape), view)))
        bp.add_url_rule(rule, f"{shape.what}_{name}", asking, methods=[method])


for _shape in imports.SHAPES.values():
    _routes(_shape)
