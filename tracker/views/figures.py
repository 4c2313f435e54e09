"""Monthly figures of guarding: from a supplier's file (chosen, laid out, looked through, read in), or typed."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, g, redirect, request, stream_with_context
from werkzeug.wrappers import Response as Answer

from models.database import connection
from models.guarding import Contract, FigureDelivery, GuardedSite, ServiceKind
from models.staged import StagedFile
from models.words import Act, Message, Register
from tracker.acts import figures as acts
from tracker.acts.imports.planning import Fate
from tracker.acts.imports.sheets import Unreadable
from tracker.acts.imports.values import Wrong
from tracker.acts.supplier_files import cells, layouts, typed, working
from tracker.laws import staging
from tracker.laws.staging import State
from tracker.pages import Shown
from tracker.spine import records
from tracker.spine.errors import Missing
from tracker.spine.export import cell
from tracker.spine.reading import address
from tracker.views import figures_pages as pages
from tracker.views import own
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.web import takes_files

bp = Blueprint("figures", __name__)

REFRESH = 2  # seconds between two looks at how far it is

FILE = "siffror-ur-fil"
GONE = Message("The file is not here any longer.")
NOTHING_NEW = Message("Nothing is saved: all of it is here already.")

own.leads(Contract, "Bring in monthly figures", FILE, Act.IMPORT)
own.leads(GuardedSite, "Note a month's figures", "ny-manadssiffra", Act.IMPORT)


@bp.get(f"/bevakningsavtal/<uid>/{FILE}")
@needs(Act.IMPORT, Register.GUARDING)
def start(uid: str) -> Response:
    return page(pages.start(_contract(uid)))


@bp.post(f"/bevakningsavtal/<uid>/{FILE}")
@takes_files
@needs(Act.IMPORT, Register.GUARDING)
def send(uid: str) -> Answer:
    """Keeps the file; looks it through at once when every column is known, else asks what they mean."""
    contract, sent, written = _contract(uid), request.files.get("file"), request.form.get("month", "")
    try:
        month = cells.month(written)
    except Wrong as wrong:
        return page(pages.start(contract, written, {"month": say(wrong.message)}), 422)
    try:
        name, file = working.stage(g.actor, contract, sent.read() if sent else b"", month, g.at)
    except Unreadable as error:
        return page(pages.start(contract, written, {"file": say(error.message)}), 422)
    if not layouts.unpacked(file.layout).sure:
        return redirect(f"{address(contract)}/{FILE}/{name}/kolumner", 303)
    working.look(g.actor, contract, file, g.at)
    return _shown(contract, name)


@bp.get(f"/bevakningsavtal/<uid>/{FILE}/<name>/kolumner")
@needs(Act.IMPORT, Register.GUARDING)
def ask_columns(uid: str, name: str) -> Response:
    contract, file = _found(uid, name)
    layout = layouts.unpacked(file.layout)
    return page(pages.columns(contract, name, layout, pages.chosen(layout)))


@bp.post(f"/bevakningsavtal/<uid>/{FILE}/<name>/kolumner")
@needs(Act.IMPORT, Register.GUARDING)
def say_columns(uid: str, name: str) -> Answer:
    contract, file = _found(uid, name)
    layout, problems = _laid_out(layouts.unpacked(file.layout))
    problems |= {name: message for name, message in layout.problems if name not in problems}
    if problems:
        told = {name: say(message) for name, message in problems.items()}
        return page(pages.columns(contract, name, layout, request.form.to_dict(), told), 422)
    with suppress(staging.Busy):  # what is being done is shown
        staging.lay_out(file, layouts.packed(layout), g.at)
        working.look(g.actor, contract, file, g.at)
    return _shown(contract, name)


@bp.get(f"/bevakningsavtal/<uid>/{FILE}/<name>")
@needs(Act.IMPORT, Register.GUARDING)
def show(uid: str, name: str) -> Answer:
    """How far it is, what the file would do, or what came of it."""
    contract, file = _found(uid, name)
    work = staging.work(file, g.at)
    if work is None:
        return redirect(f"{address(contract)}/{FILE}/{name}/kolumner", 303)
    if work.state is State.SETTLED:
        return _settled(contract, work.found)
    if work.state is State.RUNNING:
        answer = page(pages.waiting(contract, work))
        answer.headers["Refresh"] = str(REFRESH)
        return answer
    if work.state is State.DONE:
        return page(pages.looked(contract, name, layouts.unpacked(file.layout), work.found))
    return page(pages.broken_off(contract, name, work))


@bp.post(f"/bevakningsavtal/<uid>/{FILE}/<name>/genomgang")
@needs(Act.IMPORT, Register.GUARDING)
def look_anew(uid: str, name: str) -> Answer:
    contract, file = _found(uid, name)
    with suppress(staging.Busy):  # what is being done is shown
        working.look(g.actor, contract, file, g.at)
    return _shown(contract, name)


@bp.post(f"/bevakningsavtal/<uid>/{FILE}/<name>/inlasning")
@needs(Act.IMPORT, Register.GUARDING)
def save(uid: str, name: str) -> Answer:
    """Reads the file in, however often the button is pressed once only."""
    contract, file = _found(uid, name)
    with suppress(staging.Busy):  # what is being done, or was, is shown
        working.save(g.actor, contract, file, request.form.get("rows") == pages.ONLY_RIGHT, g.at)
    return _shown(contract, name)


@bp.get(f"/bevakningsavtal/<uid>/{FILE}/<name>/fel.csv")
@needs(Act.IMPORT, Register.GUARDING)
def faults(uid: str, name: str) -> Response:
    """All that is wrong in the file, read once more, so that nothing of it is kept."""
    contract, file = _found(uid, name)
    if any(layouts.unpacked(file.layout).problems):
        raise Missing  # nobody has said what the columns mean: there is nothing to be wrong yet
    headers = {"Content-Disposition": 'attachment; filename="fel.csv"'}
    lines = _fault_lines(contract, file)
    return Response(stream_with_context(lines), mimetype="text/csv", headers=headers)


@bp.route("/bevakningsobjekt/<uid>/ny-manadssiffra", methods=["GET", "POST"])
@needs(Act.IMPORT, Register.GUARDING)
def note(uid: str) -> Answer:
    """One month of one service at one site, typed; checked and saved as the rows of a file are."""
    site: Any = records.find(g.actor, GuardedSite, uid, Act.IMPORT, g.at)
    if request.method != "POST":
        return page(pages.typed(site, {}))
    written = {name: request.form.get(name, "") for name in typed.ASKED}
    judged = typed.judged(site, written, g.at)
    if judged.faults:
        problems = {fault.column: say(fault.message) for fault in reversed(judged.faults)}
        return page(pages.typed(site, written, problems), 422)
    if judged.fate is Fate.SAME or judged.figure is None:
        said(NOTHING_NEW, "part")
    else:
        acts.receive(g.actor, site.contract, [judged.figure], g.at)
        said("Saved.")
    return redirect(address(site), 303)


def _contract(uid: str) -> Any:
    return records.find(g.actor, Contract, uid, Act.IMPORT, g.at)


def _found(uid: str, name: str) -> tuple[Any, StagedFile]:
    contract = _contract(uid)
    try:
        return contract, working.find(g.actor, contract, name, g.at)
    except staging.Gone as error:
        raise Missing from error


def _shown(contract: Any, name: str) -> Answer:
    return redirect(f"{address(contract)}/{FILE}/{name}", 303)


def _settled(contract: Any, found: dict[str, Any]) -> Answer:
    delivery = FigureDelivery.get_or_none(FigureDelivery.uid == records.as_uid(found["delivery"]))
    if delivery is None:
        said(NOTHING_NEW, "part")
        return redirect(address(contract), 303)
    said(pages.told(found))
    return redirect(address(delivery), 303)


def _laid_out(layout: layouts.Layout) -> tuple[layouts.Layout, dict[str, Message]]:
    """What was chosen on the page of columns, and what of it could not be read."""
    problems: dict[str, Message] = {}
    columns = {}
    for name in layouts.FIELDS:
        place = request.form.get(name, "")
        if place.isascii() and place.isdigit() and len(place) < 4 and int(place) < len(layout.headings):
            columns[name] = int(place)
    try:
        month = cells.month(request.form.get("all_month", ""))
    except Wrong as wrong:
        month, problems["all_month"] = None, wrong.message
    service = request.form.get("all_service", "")
    said = {"columns": columns, "month": month, "sure": True}
    said["service"] = ServiceKind(service) if service in list(ServiceKind) else None
    return layouts.Layout(**vars(layout) | said), problems


def _fault_lines(contract: Any, file: StagedFile) -> Iterator[str]:
    with connection():
        yield "\ufeff" + _line([say("Row"), say("Column"), say("What is wrong")])
        try:
            for judged in working.judged(contract, file, g.at):
                for fault in judged.faults:
                    yield _line([str(fault.row), fault.column, say(fault.message)])
        except (Unreadable, staging.Gone) as error:
            yield _line(["", "", say(error.message if isinstance(error, Unreadable) else GONE)])


def _line(texts: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow([cell(Shown(text)) for text in texts])
    return line.getvalue()
