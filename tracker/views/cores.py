"""What a protective measure is about: written, opened, changed by a new edition, and found by its title."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as Answer

from forms.typed import read
from models.protective_security import (
    Deposit,
    DepositState,
    MeasureCore,
    ProtectiveMeasure,
    SecrecyClass,
    ceiling,
)
from models.record import Record
from models.words import Act, Message, Problem, Register
from tracker import language
from tracker.acts.vault import cores
from tracker.acts.vault.cores import Content
from tracker.laws.ledger import Conflict
from tracker.pages import Field, Form, FormPage, Opened, OpenedPage, Option
from tracker.pages import Link as Goto
from tracker.spine import records
from tracker.spine.errors import Invalid
from tracker.spine.form_page import choices, defaults, fields
from tracker.spine.reading import Reading, address
from tracker.views import own, unlocked, vault
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.registers import reading
from tracker.views.web import takes_files

bp = Blueprint("cores", __name__)
KEPT = Register.PROTECTIVE_SECURITY
FROM_REPORT = ("code", "area", "kind", "priority", "function", "due_on")
CHANGED = Message(
    "Somebody else wrote a newer edition meanwhile. What you wrote is kept here: open theirs, then decide."
)


@bp.get("/skyddsatgarder/<uid>/skriv")
@needs(Act.EDIT, KEPT)
def begin(uid: str) -> Answer:
    """The first edition needs no key: anybody who may write can seal."""
    measure = records.find(g.actor, ProtectiveMeasure, uid, Act.EDIT, g.at)
    if MeasureCore.newest(measure):
        return redirect(address(measure), 303)
    return page(_form(measure, {}))


@bp.post("/skyddsatgarder/<uid>/skriv")
@takes_files
@needs(Act.EDIT, KEPT)
def write(uid: str) -> Answer:
    """What was typed comes back only in the answer to the very request that brought it."""
    measure, sent = records.find(g.actor, ProtectiveMeasure, uid, Act.EDIT, g.at), request.form.to_dict()
    edition = _number(sent.get("edition", ""))
    draw = partial(_form, measure, sent, edition)
    photo = request.files.get("document")
    content = Content(
        {name: sent.get(name, "").replace("\r\n", "\n") for name in cores.TEXTS},
        next((one for one in SecrecyClass if one.value == sent.get("secrecy")), None),
        photo.read() if photo else b"",
        bool(sent.get("keeps_document")),
    )
    keys = unlocked.keys() if content.keeps_document else None
    if content.keeps_document and keys is None:
        said("The vault has locked. Unlock it in another tab, then save again: what you wrote is kept here.", "part")
        return page(draw(), 422)
    try:
        cores.write(g.actor, uid, content, edition, keys, at=g.at)
    except Invalid as error:
        return page(draw(problems=error.problems), 422)
    except Conflict:
        return page(draw(conflict=say(CHANGED)), 409)
    said("Sealed.")
    return redirect(address(measure), 303)


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
    row, texts = cores.open_one(g.actor, uid, keys, at=g.at)
    filled = {name: (texts.get(name) or b"").decode(errors="replace") for name in cores.TEXTS}
    return page(_form(measure, filled | {"keeps_document": "1"}, row.edition if row else 0))


@bp.post("/skyddsatgarder/<uid>/dokument")
@needs(Act.OPEN, KEPT)
def document(uid: str) -> Answer:
    """The document as a file, that no browser runs or keeps."""
    measure, keys = records.find(g.actor, ProtectiveMeasure, uid, Act.OPEN, g.at), unlocked.keys()
    if keys is None:
        return redirect(address(measure), 303)
    _, texts = cores.open_one(g.actor, uid, keys, at=g.at)
    octets = texts.get("document") or b""
    kind, ending = ("application/pdf", "pdf") if octets.startswith(b"%PDF-") else ("image/jpeg", "jpg")
    answer = Response(octets, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{measure.code}.{ending}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@bp.post("/innehall/<uid>/karantan")
@needs(Act.DECIDE, KEPT)
def destroy(uid: str) -> Answer:
    row = cores.destroy(g.actor, uid, _number(request.form.get("version", "")), at=g.at)
    said("The content is destroyed here. Follow the runbook for copies and backups.")
    return redirect(address(row), 303)


@own.offers(MeasureCore)
def destroying(row: Record, look: Reading) -> Iterable[Form]:
    if Act.DECIDE in look.acts(row):
        yield Form(
            f"{address(row)}/karantan", say("Destroy the content (quarantine)"),
            hidden=(("version", str(row.version)),), danger=True, title=say("Handle a mistake"),
            lead=say("For what must not be here at all: what is sealed is destroyed and cannot be had back."),
        )  # fmt: skip


@bp.post("/rapporter/<uid>/atgard")
@needs(Act.ADD, KEPT)
def from_report(uid: str) -> Answer:
    report, keys, look = records.find(g.actor, Deposit, uid, Act.OPEN, g.at), unlocked.keys(), reading()
    if keys is None:
        return redirect(address(report), 303)
    kinds = {name: ProtectiveMeasure._meta.fields[name] for name in FROM_REPORT}
    alternatives = choices(look, kinds)
    typed, version = read(kinds, request.form, alternatives), request.form.get("version", "")
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        made = cores.from_report(g.actor, uid, typed.values, _number(version), keys, at=g.at)
    except Invalid as error:
        asked = fields(look, kinds, alternatives, typed.texts, error.problems)
        wrong = tuple((each.field, say(each.message)) for each in error.problems)
        form = Form(request.path, say("Make the measure"), asked, (("version", version),))
        return page(FormPage(title=say("Make a measure of it"), form=form, problems=wrong), 422)
    said("The report has become a measure, and is closed.")
    return redirect(address(made), 303)


@own.offers(ProtectiveMeasure)
def offered(row: Record, look: Reading) -> Iterable[Form]:
    """Opening what is sealed, or unlocking first."""
    if Act.OPEN not in look.acts(row) or row.kept_elsewhere or MeasureCore.newest(row) is None:
        return
    if unlocked.until() is not None:
        yield Form(f"{address(row)}/oppna", say("Open and read"), lead=say("The event log is told first."))
        names = tuple(Option(name, say(MeasureCore._meta.fields[name].label)) for name in MeasureCore.sealed())
        which = Field("field", say("Which field"), "choice", required=True, options=names)
        yield Form(f"{address(row)}/oppna", say("Open and read"), (which,), title=say("Open one field only"))
    else:
        yield vault.unlocking_for(row)


own.leads(
    ProtectiveMeasure, "Write the content", "skriv", Act.EDIT,
    lambda row: not row.kept_elsewhere and MeasureCore.newest(row) is None, primary=True,
)  # fmt: skip


def made_of(row: Deposit, look: Reading) -> Iterable[Form]:
    """The form by which a report that was read becomes a measure."""
    if row.state is not DepositState.READ or Act.ADD not in look.acts(row) or unlocked.until() is None:
        return
    kinds = {name: ProtectiveMeasure._meta.fields[name] for name in FROM_REPORT}
    asked = fields(look, kinds, choices(look, kinds), defaults(kinds))
    yield Form(
        f"{address(row)}/atgard", say("Make the measure"), asked, (("version", str(row.version)),),
        title=say("Make a measure of it"),
        lead=say("Its words and photograph are sealed in the measure, and the report is closed."),
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


def _form(
    measure: ProtectiveMeasure, typed: Mapping[str, str], edition: int = 0, problems: Sequence[Problem] = (),
    conflict: str = "",
) -> FormPage:  # fmt: skip
    wrong: dict[str, str] = {}
    for problem in problems:
        wrong.setdefault(problem.field, say(problem.message))
    highest = {"class": say(ceiling(language.today(g.at)))}
    secrecy = Field(
        "secrecy", say("Class of what you write"), "choice", problem=wrong.get("secrecy", ""), required=True,
        hint=say("Highest class in this installation: %(class)s. It is asked, and not stored.", **highest),
        options=tuple(Option(one.value, say(one), one.value == typed.get("secrecy")) for one in SecrecyClass),
    )  # fmt: skip
    texts = (
        Field(
            name, say(MeasureCore._meta.fields[name].label), "text" if name == "title" else "note",
            typed.get(name, ""), problem=wrong.get(name, ""), required=name == "title", longest=cores.LONGEST[name],
        )
        for name in cores.TEXTS
    )  # fmt: skip
    return FormPage(
        title=say("Content of %(code)s", code=measure.code),
        lead=say("It is sealed as you save it. You cannot read it again without unlocking the vault."),
        crumbs=(Goto(measure.code, address(measure)),),
        form=Form(
            f"{address(measure)}/skriv", say("Seal and save"), (secrecy, *texts, *_document(typed, edition, wrong)),
            (("edition", str(edition)),), upload=True, working=say("It is being sealed …"),
        ),
        problems=tuple(wrong.items()),
        conflict=conflict,
    )  # fmt: skip


def _document(typed: Mapping[str, str], edition: int, wrong: Mapping[str, str]) -> Iterable[Field]:
    yield Field(
        "document", say("Document"), "file", problem=wrong.get("document", ""),
        hint=say("One PDF, JPEG, PNG or WebP of at most 25 MB. A new one takes the place of the old."),
    )  # fmt: skip
    if edition:
        yield Field(
            "keeps_document", say("Keep the document of the earlier edition"), "flag", typed.get("keeps_document", "")
        )


def _number(text: str) -> int:
    """A number that the page itself wrote; -1 for what it cannot have written."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
