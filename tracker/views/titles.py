"""Measures by their titles, all at once: opened together, and searched nowhere but here."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, g, request, url_for
from werkzeug.wrappers import Response as Answer

from models.protective_security import ProtectiveMeasure
from models.words import Act, Message, Register
from tracker import language
from tracker.acts.vault import cores
from tracker.laws.vault.holding import Keys
from tracker.pages import Column, Field, Form, Row, Shown, Table, VaultPage
from tracker.pages import Link as Goto
from tracker.spine.reading import Reading, address
from tracker.views import unlocked, vault
from tracker.views.answer import page, say
from tracker.views.guard import needs
from tracker.views.registers import reading

bp = Blueprint("titles", __name__)
KEPT = Register.PROTECTIVE_SECURITY
CUT = Message(
    "There are more than %(most)s. Those whose day comes first are shown here and searched; the others are not."
)


@bp.get("/valv/atgarder")
@needs(Act.OPEN, KEPT)
def show() -> Answer:
    return page(_page(None, ""))


@bp.post("/valv/atgarder")
@needs(Act.OPEN, KEPT)
def open_all() -> Answer:
    """Opens the titles of what is still open, and looks among them for a word: here, and in no index."""
    keys, word = unlocked.keys(), request.form.get("q", "")[:100]
    return page(_page(keys, word))


def _page(keys: Keys | None, word: str) -> VaultPage:
    """Everything that is still open; with the titles, once somebody asked for them while the vault is open."""
    rows = list(
        ProtectiveMeasure.select()
        .where(ProtectiveMeasure.declared.selections["unfinished"].where(ProtectiveMeasure, language.today(g.at)))
        .order_by(ProtectiveMeasure.due_on, ProtectiveMeasure.id)
        .limit(cores.MOST + 1)
    )
    cut, rows = len(rows) > cores.MOST, rows[: cores.MOST]
    said_of = cores.titles(g.actor, rows, keys, at=g.at) if keys else {}
    if keys and word:
        rows = [row for row in rows if word.casefold() in (said_of.get(row.id) or "").casefold()]
    look = reading()
    look.prepare(rows, ("code", "area", "due_on", "state"))
    columns = ("code", "area", "due_on", "state")
    heads = tuple(Column(name, say(ProtectiveMeasure._meta.fields[name].label)) for name in columns)
    lines = tuple(_line(look, row, columns, _title(row, said_of, keys is not None)) for row in rows)
    title = Column("title", say("Title"))
    search = Field("q", say("Look for a word in the titles"), "text", word, longest=100)
    return VaultPage(
        title=say("Measures with their titles"),
        lead=say("What is still open. Titles are opened together, with one entry in the event log."),
        crumbs=(Goto(say("The vault"), url_for("vault.show")),),
        vault=vault.banner(url_for("titles.show")),
        notices=(say(CUT.msgid, most=cores.MOST),) if cut else (),
        opened=keys is not None,
        tables=(Table(say("Measures with their titles"), (heads[0], title, *heads[1:]), lines),),
        search=Form(url_for("titles.open_all"), say("Open the titles"), (search,)) if unlocked.until() else None,
    )


def _line(look: Reading, row: ProtectiveMeasure, columns: Sequence[str], title: Shown) -> Row:
    code, *rest = (look.shown(row, name) for name in columns)
    return Row(address(row), (code, title, *rest))


def _title(row: ProtectiveMeasure, said_of: Mapping[int, str | None], asked: bool) -> Shown:
    if not asked:
        return Shown(sealed=True, tone="seal")
    if row.id not in said_of:
        return Shown(say("Kept in another place")) if row.kept_elsewhere else Shown()
    text = said_of[row.id]
    if text == "":
        return Shown(say("Destroyed here"))
    return Shown(say("Cannot be opened"), tone="no") if text is None else Shown(text)
