"""Sealed reports: anybody writes one; the säkerhetsskyddschef opens it, makes something of it, or takes it away."""

import base64
from collections.abc import Iterable

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from models.protective_security import Deposit, DepositState
from models.record import Record
from models.words import Act, Message, Register
from tracker import language
from tracker.acts.vault import deposits
from tracker.laws.vault.standing import NotPinned, NoVault
from tracker.pages import Field, Form, FormPage, Opened, OpenedPage, TextPage
from tracker.pages import Link as Goto
from tracker.spine.errors import Invalid
from tracker.spine.reading import Reading, address
from tracker.views import cores, destroying, own, unlocked, vault
from tracker.views.answer import page, say
from tracker.views.guard import needs
from tracker.views.made_of_reports import made_of
from tracker.views.protective_security import highest_class
from tracker.views.registers import reading
from tracker.views.web import takes_files
from tracker.views.web.errors import vault_fault

bp = Blueprint("deposits", __name__)
SEALED = Register.PROTECTIVE_SECURITY
NONE = Message("There is no vault yet: nothing can be sealed. Speak with them instead.")


@bp.get("/rapportera")
@needs(Act.DEPOSIT, SEALED)
def write() -> Answer:
    return page(_form())


@bp.post("/rapportera")
@takes_files
@needs(Act.DEPOSIT, SEALED)
def send() -> Answer:
    """What was typed comes back only in the answer to the very request that brought it."""
    text, photo = request.form.get("text", ""), request.files.get("photo")
    again = {"photo": say(cores.AGAIN)} if photo else {}
    try:
        deposits.send(g.actor, text, photo.read() if photo else b"", at=g.at)
    except Invalid as error:
        return page(_form(text, again | {problem.field: say(problem.message) for problem in error.problems}), 422)
    except NoVault:
        return page(_form(text, again | {"text": say(NONE)}), 422)
    except NotPinned as error:
        return page(_form(text, again | {"text": say(vault_fault(error))}), 409)
    return page(
        TextPage(
            title=say("Your report is sealed"),
            lead=say(
                "The säkerhetsskyddschef can open it, and a deputy whom they have let into the vault. You cannot "
                "read it again yourself."
            ),
            paragraphs=(
                say(
                    "That you sent it, and when, can be seen by the säkerhetsskyddschef and their deputies, and by "
                    "those who look after the server. In the event log auditors see that you did something then, "
                    "not what. What it says cannot be seen there."
                ),
            ),
            actions=(Goto(say("To the start page"), "/"),),
        )
    )


@bp.post("/rapporter/<uid>/oppna")
@needs(Act.OPEN, SEALED)
def open_one(uid: str) -> Answer:
    keys = unlocked.keys()
    if keys is None:
        return redirect(url_for("registers.rapporter_show", uid=uid), 303)
    row, texts = deposits.open_one(g.actor, uid, keys, at=g.at)
    look = reading()
    look.prepare([row], ["sent_on", "by"])
    return page(
        OpenedPage(
            title=say("Sealed report"),
            lead=say("Sent %(day)s by %(who)s.", day=row.sent_on, who=look.shown(row, "by").text),
            crumbs=(Goto(look.title(row), address(row)),),
            vault=vault.banner(),
            texts=tuple(_opened(row, texts)),
            forms=tuple(made_of(row, look)),
        )
    )


@own.offers(Deposit)
def offered(row: Record, look: Reading) -> Iterable[Form]:
    """Opening it, where the vault is open; and taking away what must not be here."""
    if Act.OPEN in look.acts(row) and row.state is not DepositState.QUARANTINED:
        if unlocked.until() is not None:
            yield Form(f"{address(row)}/oppna", say("Open and read"), lead=say("The event log is told first."))
        else:
            yield vault.unlocking_for(row)
    yield from destroying.form(row, look)


def _opened(row: Deposit, texts: dict[str, bytes | None]) -> Iterable[Opened]:
    for name, text in texts.items():
        label = say(type(row)._meta.fields[name].label)
        if text is None:
            yield Opened(label, broken=True)
        elif name == "photo":
            if text:
                yield Opened(label, picture=f"data:image/jpeg;base64,{base64.b64encode(text).decode()}")
        else:
            yield Opened(label, text.decode())


def _form(text: str = "", problems: dict[str, str] | None = None) -> FormPage:
    wrong = problems or {}
    fields = (
        Field(
            "text", say("What has happened?"), "note", text, problem=wrong.get("text", ""), required=True,
            longest=deposits.LONGEST,
            hint=f"{say('What, where and when. Hand over in person what may not be written here.')} {_highest()}",
        ),
        Field(
            "photo", say("A photograph"), "file", problem=wrong.get("photo", ""),
            hint=say("JPEG, PNG or WebP. It is made smaller, and where and when it was taken is removed."),
        ),
    )  # fmt: skip
    return FormPage(
        title=say("Report to the säkerhetsskyddschef"),
        lead=say(
            "It is sealed as you send it. The säkerhetsskyddschef can open it, and a deputy whom they have let into "
            "the vault; you cannot."
        ),
        form=Form(
            url_for("deposits.send"), say("Seal and send"), fields, upload=True, working=say("It is being sealed …")
        ),
        problems=tuple(wrong.items()),
    )


def _highest() -> str:
    return say(highest_class(language.today(g.at)))
