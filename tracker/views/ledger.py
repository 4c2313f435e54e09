"""The event log: what happened at all, and whether the chain is whole as far as it was last checked."""

from flask import Blueprint, current_app, g, request, url_for
from werkzeug.wrappers import Response

from models import RECORDS
from models.happenings import Verb
from models.ledger import Entry
from models.record import DECLARED
from models.words import N_, Act, Register
from tracker import language
from tracker.laws import ledger
from tracker.pages import Column, Form, Link, ListPage, Row, Shown, Table, TextPage
from tracker.views.answer import page, say
from tracker.views.guard import needs
from tracker.views.registers import reading

bp = Blueprint("ledger", __name__)
ROWS = 50
TABLES = {record_type._meta.table_name: record_type for record_type in DECLARED.values()}
OWN = {
    "entry": N_("entry"),
    "entry_detail": N_("detail of an entry"),
    "head": N_("head of the event log"),
    "checkpoint": N_("checkpoint"),
    "tally": N_("tally"),
    "word": N_("search word"),
}
"""The event log's own tables, and what is counted beside the records."""


@bp.get("/logg")
@needs(Act.SEE, Register.LEDGER)
def show() -> Response:
    asked = request.args.get("fore", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    verb = request.args.get("handelse", "")
    found = ledger.entries(ROWS, before, verb=verb if verb in {v.value for v in Verb} else "")
    size = ledger.count_of_entries()
    columns = tuple(Column(name, say(label)) for name, label in (
        ("number", N_("No.")), ("when", N_("When")), ("who", N_("Who")), ("what", N_("What happened")),
        ("record", N_("In what")),
    ))  # fmt: skip
    return page(
        ListPage(
            title=say("Event log"),
            lead=say("Every act leaves one entry that nobody can change. %(count)s entries.", count=size),
            table=Table(say("Entries"), columns, tuple(_row(entry) for entry in found), say("Nothing yet.")),
            first=request.path if before else "",
            more=f"{request.path}?fore={found[-1].number}" if len(found) == ROWS else "",
            actions=(Link(say("Verify"), f"{request.path}/kontroll", primary=True),),
            empty=say("Nothing yet."),
        )
    )


@bp.get("/logg/kontroll")
@needs(Act.SEE, Register.LEDGER)
def check() -> Response:
    long = say("Värna recounts the whole chain, every row and every checkpoint. It can take a minute.")
    return _checked(long, forms=(Form(request.path, say("Verify now")),))


@bp.post("/logg/kontroll")
@needs(Act.SEE, Register.LEDGER)
def verify() -> Response:
    found = ledger.verify(RECORDS, [current_app.extensions["ledger_key"]])
    if found.broken:
        what = _where(found.broken)
        return _checked(say("The event log is not whole. The first thing that does not hold: %(what)s.", what=what))
    return _checked(
        say(
            "The event log is whole: %(entries)s entries and %(rows)s rows agree.",
            entries=found.entries,
            rows=found.rows,
        )
    )


def _checked(sentence: str, forms: tuple[Form, ...] = ()) -> Response:
    """With the newest checkpoint, to be copied and kept outside."""
    latest, paragraphs = ledger.latest(), [sentence]
    if latest:
        at = language.dt.datetime.fromisoformat(latest.at)
        paragraphs.append(
            say(
                "The newest checkpoint was made %(at)s and counts %(size)s entries. Keep it outside Värna:",
                at=at, size=latest.size,
            )
        )  # fmt: skip
    return page(
        TextPage(
            title=say("Verify the event log"),
            crumbs=(Link(say("Event log"), url_for("ledger.show")),),
            paragraphs=tuple(paragraphs),
            preformatted=latest.note if latest else "",
            forms=forms,
        )
    )


def _where(broken: ledger.Broken) -> str:
    """What does not hold, and in which entry, record and field."""
    place = (
        say("entry %(number)s", number=broken.entry) if broken.entry else "",
        f"{_table(broken.record_type, 1)} {broken.uid}".strip(),
        _field(broken),
    )
    return f"{say(broken.what)} ({', '.join(filter(None, place))})" if any(place) else say(broken.what)


def _table(name: str, number: int) -> str:
    """“Deficiency”, or “Deficiencies”."""
    if record_type := TABLES.get(name):
        return language.count(record_type.declared.one, record_type.declared.many, number, g.locale)
    return say(OWN[name]) if name in OWN else name


def _field(broken: ledger.Broken) -> str:
    record_type, part = TABLES.get(broken.record_type), broken.field.removeprefix(ledger.PARTS)
    kind = record_type.kinds().get(broken.field) if record_type else None
    return say(kind.label) if kind and kind.label else _table(part, 2)


def _row(entry: Entry) -> Row:
    look = reading()
    record_type = TABLES.get(entry.record_type)
    open_to = record_type is not None and look.may_see(record_type)
    href = f"/{record_type.declared.slug}/{entry.record_uid}" if record_type and open_to else ""
    named = language.count(record_type.declared.one, record_type.declared.many, 1, g.locale) if record_type else ""
    moment = look.moment(language.dt.datetime.fromisoformat(entry.at))
    what = say(Verb(entry.verb))
    return Row(
        href,
        (
            Shown(str(entry.number), numeric=True),
            moment,
            Shown(look.who(entry.actor_name)),
            Shown(what),
            Shown(named, href=href),
        ),
    )
