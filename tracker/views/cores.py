"""What a protective measure is about: written, opened, changed by a new edition, and found by its title."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from flask import Blueprint, Response, g, redirect, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from models.protective_security import MeasureCore, ProtectiveMeasure
from models.record import Record
from models.words import Act, Message, Problem, Register
from tracker.acts.vault import cores
from tracker.acts.vault.cores import Content
from tracker.laws.ledger import Conflict
from tracker.laws.vault.standing import NotPinned, NoVault
from tracker.pages import Field, Form, FormPage, Opened, OpenedPage, Option
from tracker.pages import Link as Goto
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing
from tracker.spine.reading import Reading, address
from tracker.views import own, unlocked, vault
from tracker.views.answer import page, said, say
from tracker.views.content_form import content_page, secrecy_of
from tracker.views.guard import needs
from tracker.views.registers import reading
from tracker.views.web import takes_files
from tracker.views.web.errors import vault_fault

bp = Blueprint("cores", __name__)
KEPT = Register.PROTECTIVE_SECURITY
READ = Message(
    "Somebody else wrote edition %(number)s meanwhile. What they wrote is shown beside each field; what you wrote is "
    "kept. Seal again to let yours be the edition after theirs."
)
UNREAD = Message(
    "Somebody else wrote edition %(number)s meanwhile. What you wrote is kept here. Unlock the vault in another tab "
    "and read theirs; then seal again to let yours be the edition after it."
)
AGAIN = Message("Choose the file again: a form that comes back never holds one.")


@bp.get("/skyddsatgarder/<uid>/skriv")
@needs(Act.EDIT, KEPT)
def begin(uid: str) -> Answer:
    """The first edition needs no key, nor does one after what was destroyed: anybody who may write can seal."""
    measure = records.find(g.actor, ProtectiveMeasure, uid, Act.EDIT, g.at)
    row = MeasureCore.newest(measure)
    if row and not row.destroyed_on:
        return redirect(address(measure), 303)
    return page(content_page(measure, {}, row.edition if row else 0))


@bp.post("/skyddsatgarder/<uid>/skriv")
@takes_files
@needs(Act.EDIT, KEPT)
def write(uid: str) -> Answer:
    """What was typed comes back only in the answer to the very request that brought it."""
    measure, sent = records.find(g.actor, ProtectiveMeasure, uid, Act.EDIT, g.at), request.form.to_dict()
    edition, file = _number(sent.get("edition", "")), request.files.get("document")
    content = _content(sent, file)
    draw, again = partial(content_page, measure, sent), ([Problem("document", AGAIN)] if content.document else [])
    keys = unlocked.keys() if content.keeps_document and not content.document else None
    try:
        cores.write(g.actor, uid, content, edition, keys, at=g.at)
    except Invalid as error:
        return page(draw(edition, (*error.problems, *again)), 422)
    except Conflict:
        return page(_beside_theirs(measure, sent, again), 409)
    except (NoVault, NotPinned) as error:
        return page(draw(edition, again, say(vault_fault(error))), 409)
    said("Sealed.")
    return redirect(address(measure), 303)


def _content(sent: Mapping[str, str], file: FileStorage | None) -> Content:
    texts = {name: sent.get(name, "").replace("\r\n", "\n") for name in cores.TEXTS}
    return Content(
        texts, secrecy_of(sent.get("secrecy", "")), file.read() if file else b"", bool(sent.get("keeps_document"))
    )


def _beside_theirs(measure: ProtectiveMeasure, sent: Mapping[str, str], problems: Sequence[Problem]) -> FormPage:
    """What was typed, for the edition after the one that somebody else wrote first; with theirs, where it is open."""
    keys, row = unlocked.keys(), MeasureCore.newest(measure)
    theirs: dict[str, str] = {}
    if keys is not None:
        row, texts = cores.open_one(g.actor, measure.uid.hex, keys, at=g.at)
        said_now = {name: (texts.get(name) or b"").decode(errors="replace") for name in cores.TEXTS}
        theirs = {name: text or "–" for name, text in said_now.items() if text != sent.get(name, "").strip()}
    number = row.edition if row else 0
    conflict = say((UNREAD if keys is None else READ).msgid, number=number)
    kept = sent if problems else {**sent, "keeps_document": "1"}
    return content_page(measure, kept, number, problems, conflict, theirs)


@bp.post("/skyddsatgarder/<uid>/oppna")
@needs(Act.OPEN, KEPT)
def open_one(uid: str) -> Answer:
    measure = records.find(g.actor, ProtectiveMeasure, uid, Act.OPEN, g.at)
    keys = unlocked.keys()
    if keys is None:
        return redirect(address(measure), 303)
    row, texts = cores.open_one(g.actor, uid, keys, request.form.get("field", ""), at=g.at)
    look = reading()
    look.prepare([measure], ["code"])
    return page(
        OpenedPage(
            title=say("Measure %(code)s", code=measure.code),
            lead=say("Edition %(number)s, written %(day)s.", number=row.edition, day=row.written_on) if row else "",
            crumbs=(Goto(measure.code, address(measure)),),
            vault=vault.banner(),
            texts=tuple(_opened(texts)),
            forms=tuple(_after(measure, texts)),
        )
    )


@bp.post("/skyddsatgarder/<uid>/skriv-om")
@needs(Act.OPEN, KEPT)
def change(uid: str) -> Answer:
    """The form with what stands there now: an opening like any other."""
    measure, keys = records.find(g.actor, ProtectiveMeasure, uid, Act.EDIT, g.at), unlocked.keys()
    if keys is None:
        return redirect(address(measure), 303)
    row, texts = cores.whole(g.actor, uid, keys, at=g.at)
    filled = {name: texts.get(name, b"").decode(errors="replace") for name in cores.TEXTS}
    kept = {"keeps_document": "1"} if texts.get("document") else {}
    return page(content_page(measure, filled | kept, row.edition if row else 0))


@bp.post("/skyddsatgarder/<uid>/dokument")
@needs(Act.OPEN, KEPT)
def document(uid: str) -> Answer:
    """The document as a file, that no browser runs or keeps."""
    measure, keys = records.find(g.actor, ProtectiveMeasure, uid, Act.OPEN, g.at), unlocked.keys()
    if keys is None:
        return redirect(address(measure), 303)
    _, texts = cores.whole(g.actor, uid, keys, "document", at=g.at)
    octets = texts.get("document", b"")
    if not octets:
        raise Missing
    kind, ending = ("application/pdf", "pdf") if octets.startswith(b"%PDF-") else ("image/jpeg", "jpg")
    answer = Response(octets, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{measure.code}.{ending}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@own.offers(ProtectiveMeasure)
def offered(row: Record, look: Reading) -> Iterable[Form]:
    """Opening what is sealed, or unlocking first."""
    if Act.OPEN not in look.acts(row) or row.kept_elsewhere or _is_empty(row):
        return
    if unlocked.until() is not None:
        yield Form(f"{address(row)}/oppna", say("Open and read"), lead=say("The event log is told first."))
        names = tuple(Option(name, say(MeasureCore._meta.fields[name].label)) for name in MeasureCore.sealed())
        which = Field("field", say("Which field"), "choice", required=True, options=names)
        yield Form(f"{address(row)}/oppna", say("Open and read"), (which,), title=say("Open one field only"))
    else:
        yield vault.unlocking_for(row)


def _is_empty(measure: ProtectiveMeasure) -> bool:
    """Whether nothing stands there to be read: not yet, or not any more."""
    row = MeasureCore.newest(measure)
    return row is None or row.destroyed_on is not None


own.leads(
    ProtectiveMeasure, "Write the content", "skriv", Act.EDIT,
    lambda row, look: not row.kept_elsewhere and _is_empty(row), primary=True,
)  # fmt: skip


def _opened(texts: Mapping[str, bytes | None]) -> Iterable[Opened]:
    if not texts:
        yield Opened(say("Sealed content"))
    for name, octets in texts.items():
        label = say(MeasureCore._meta.fields[name].label)
        if octets is None:
            yield Opened(label, broken=True)
        elif name != "document":
            yield Opened(label, octets.decode(errors="replace"))
        elif octets and not octets.startswith(b"%PDF-"):
            yield Opened(label, picture=f"data:image/jpeg;base64,{base64.b64encode(octets).decode()}")


def _after(measure: ProtectiveMeasure, texts: Mapping[str, bytes | None]) -> Iterable[Form]:
    if len(texts) > 1 and None not in texts.values() and not measure.is_locked:
        yield Form(f"{address(measure)}/skriv-om", say("Write a new edition"))
    if texts.get("document"):
        yield Form(f"{address(measure)}/dokument", say("Fetch the document"))


def _number(text: str) -> int:
    """A number that the page itself wrote; -1 for what it cannot have written."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
