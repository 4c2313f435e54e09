"""The event log: what happened at all, and whether the chain is whole as far as it was last checked."""

import time
from collections.abc import Container, Mapping

from flask import Blueprint, current_app, g, request, url_for
from werkzeug.wrappers import Response

from models import RECORDS
from models.happenings import Verb
from models.ledger import Entry
from models.record import Record
from models.words import N_, Act, Register
from tracker import language
from tracker.acts import log
from tracker.acts.log import TABLES, Names
from tracker.laws import ledger
from tracker.pages import Column, Filter, Form, Link, ListPage, Option, Row, Shown, Table, TextPage
from tracker.spine.reading import Reading
from tracker.views.answer import page, say
from tracker.views.guard import needs
from tracker.views.registers import reading

bp = Blueprint("ledger", __name__)
ROWS = 50
PERSON, VERB, KIND = "person", "handelse", "slag"
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
    look = reading()
    closed = log.closed(look)
    filters = _filters(request.args, closed)
    chosen = {one.name: option.value for one in filters for option in one.options if option.selected and option.value}
    found = ledger.entries(ROWS, before, *(chosen.get(name, "") for name in (PERSON, VERB, KIND)))
    columns = tuple(Column(name, say(label)) for name, label in (
        ("number", N_("No.")), ("when", N_("When")), ("who", N_("Who")), ("what", N_("What happened")),
        ("kind", N_("In what")), ("record", N_("Name")),
    ))  # fmt: skip
    names = log.names(look, ((entry.record_type, entry.record_uid) for entry in found))
    hidden = {entry.number for entry in found if entry.record_type in closed or _veiled(entry, names)}
    told = [entry for entry in found if not ((chosen.get(VERB) or chosen.get(KIND)) and entry.number in hidden)]
    return page(
        ListPage(
            title=say("Event log"),
            lead=say(
                "Every act leaves one entry that nobody can change. %(count)s entries.", count=ledger.count_of_entries()
            ),
            table=Table(
                say("Entries"), columns, tuple(_row(look, entry, names, hidden) for entry in told), say("Nothing yet.")
            ),
            filters=filters,
            first=url_for("ledger.show", **chosen) if before else "",
            more=url_for("ledger.show", **chosen, fore=found[-1].number) if len(found) == ROWS else "",
            actions=(
                Link(say("Verify"), url_for("ledger.check"), primary=True),
                Link(say("Exceptions from the text guard"), url_for("excuses.show")),
            ),
            empty=_nothing(closed),
        )
    )


def _nothing(closed: Container[str]) -> str:
    """What a list without entries says; for whoever finds no closed ones by a filter, that they may be there."""
    if not closed:
        return say("Nothing here matches. Take away a filter, or look at all.")
    return say(
        "Nothing here matches. Events of protective security stand masked in the whole log, and no filter finds them "
        "by what happened. Take away a filter, or look at all."
    )


def _filters(query: Mapping[str, str], closed: Container[str]) -> tuple[Filter, ...]:
    """By who acted, what happened, and in what kind of record; none that would count what is closed."""
    kinds = sorted((_kind(record_type, 2), table) for table, record_type in TABLES.items() if table not in closed)
    verbs = sorted((say(verb), verb.value) for verb in Verb)
    return (
        _filter(PERSON, say("Who"), [(name, uid) for uid, name in log.people()], query),
        _filter(VERB, say("What happened"), verbs, query),
        _filter(KIND, say("In what"), kinds, query),
    )


def _filter(name: str, label: str, alternatives: list[tuple[str, str]], query: Mapping[str, str]) -> Filter:
    chosen = query.get(name, "")
    options = (Option(value, words, value == chosen) for words, value in ((say("All"), ""), *alternatives))
    return Filter(name, label, tuple(options))


@bp.get("/logg/kontroll")
@needs(Act.SEE, Register.LEDGER)
def check() -> Response:
    long = say("Värna recounts the whole chain, every row and every checkpoint. It can take a minute.")
    return _checked(long, forms=(_verifying(say("Verify now")),))


@bp.post("/logg/kontroll")
@needs(Act.SEE, Register.LEDGER)
def verify() -> Response:
    began = time.monotonic()
    found = ledger.verify(RECORDS, [current_app.extensions["ledger_key"]])
    taken = say("Verified %(at)s. It took %(seconds)s s.", at=g.at, seconds=round(time.monotonic() - began))
    again = (_verifying(say("Verify again")),)
    if found.broken:
        what = say(
            "The event log is not whole. The first thing that does not hold: %(what)s.", what=_where(found.broken)
        )
        return _checked(
            what, say("Nothing is repaired by itself: tell whoever runs Värna, and keep a copy."), taken, forms=again
        )
    whole = say(
        "The event log is whole: %(entries)s entries and %(rows)s rows agree.", entries=found.entries, rows=found.rows
    )
    return _checked(
        whole,
        say("Only a checkpoint kept outside shows that the newest entries are all here: compare with it."),
        taken,
        forms=again,
    )


def _verifying(label: str) -> Form:
    working = say("Värna is recounting every entry, row and checkpoint. Wait here; it can take a minute.")
    return Form(url_for("ledger.verify"), label, working=working)


def _checked(*sentences: str, forms: tuple[Form, ...] = ()) -> Response:
    """With the newest checkpoint, to be copied and kept outside."""
    latest, paragraphs = ledger.latest(), list(sentences)
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
        return _kind(record_type, number)
    return say(OWN[name]) if name in OWN else name


def _field(broken: ledger.Broken) -> str:
    record_type, part = TABLES.get(broken.record_type), broken.field.removeprefix(ledger.PARTS)
    kind = record_type.kinds().get(broken.field) if record_type else None
    return say(kind.label) if kind and kind.label else _table(part, 2)


def _kind(record_type: type[Record], number: int = 1) -> str:
    return language.count(record_type.declared.one, record_type.declared.many, number, g.locale)


def _veiled(entry: Entry, names: Names) -> bool:
    """Whether it is about a row whose being there is itself secret for this reader."""
    record_type = TABLES.get(entry.record_type)
    named = names.get((entry.record_type, entry.record_uid))
    return bool(record_type and named and named.masked and record_type.veiled() is not None)


def _row(look: Reading, entry: Entry, names: Names, hidden: Container[int]) -> Row:
    """Of what is closed only that something happened, when, and who did it: not what, nor in what kind of record."""
    masked = Shown(masked=look.say(log.CLOSED)) if entry.number in hidden else None
    record_type = TABLES.get(entry.record_type)
    name = names.get((entry.record_type, entry.record_uid), Shown())
    return Row(
        name.href,
        (
            Shown(str(entry.number), numeric=True),
            look.moment(language.dt.datetime.fromisoformat(entry.at)),
            Shown(look.who(entry.actor_name)),
            masked or Shown(say(Verb(entry.verb))),
            masked or Shown(_kind(record_type) if record_type else ""),
            name,
        ),
    )
