"""What people have said to the free-text guard: which rule, in which field of what, and why."""

from flask import Blueprint, g, request, url_for
from werkzeug.wrappers import Response

from models import RECORDS
from models.excuses import Excuse
from models.words import N_, Act, Register
from tracker import language
from tracker.acts import excuses, log
from tracker.acts.log import TABLES, Names
from tracker.pages import Column, Link, ListPage, Row, Shown, Table
from tracker.spine.reading import Reading
from tracker.views.answer import page, say
from tracker.views.guard import needs
from tracker.views.registers import reading

bp = Blueprint("excuses", __name__)
ROWS = 50
COLUMNS = (
    ("when", N_("When")), ("who", N_("Who")), ("rule", N_("What it looked like")), ("kind", N_("In what")),
    ("record", N_("Name")), ("field", N_("Field")), ("reason", N_("Why it is not")),
)  # fmt: skip
KINDS = {record_type._meta.table_name: record_type.kinds() for record_type in RECORDS}


@bp.get("/logg/undantag")
@needs(Act.SEE, Register.LEDGER)
def show() -> Response:
    asked = request.args.get("fore", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    look = reading()
    found = excuses.newest(look, ROWS, before)
    about = excuses.places(found)
    names, reasons = log.names(look, about.values()), excuses.reasons(look, found, about)
    rows = tuple(_row(look, each, about[each.id], names, reasons[each.id]) for each in found)
    return page(
        ListPage(
            title=say("Exceptions from the text guard"),
            lead=say(
                "Texts that looked like something that must not stand here, and that their writers let stand. "
                "The texts themselves are not kept here."
            ),
            crumbs=(Link(say("Event log"), url_for("ledger.show")),),
            table=Table(
                say("Exceptions from the text guard"),
                tuple(Column(name, say(label)) for name, label in COLUMNS),
                rows,
                say("Nothing yet."),
            ),
            first=url_for("excuses.show") if before else "",
            more=url_for("excuses.show", fore=found[-1].id) if len(found) == ROWS else "",
            empty=say("Nobody has let anything stand that the guard found."),
        )
    )


def _row(look: Reading, excuse: Excuse, place: excuses.Place, names: Names, reason: Shown) -> Row:
    record_type, name = TABLES.get(place[0]), names.get(place, Shown())
    declared = record_type.declared if record_type else None
    kind = KINDS.get(excuse.about_type, {}).get(excuse.field)
    return Row(
        name.href,
        (
            look.moment(excuse.at),
            Shown(excuse.by.name),
            Shown(say(excuse.rule)),
            Shown(language.count(declared.one, declared.many, 1, g.locale) if declared else ""),
            name,
            Shown(say(kind.label) if kind and kind.label else ""),
            reason,
        ),
    )
