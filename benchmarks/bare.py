"""The measure of the product's pages: bare Flask, peewee and Jinja that show the same rows.

No sign-in, no rights, no masks, no history, no form, no style: what nobody can be faster than with these libraries.
It is served by the product's own configuration of gunicorn.
"""

import datetime as dt
import os
from collections.abc import Iterable
from typing import Any

from flask import Flask, Response, render_template_string, request
from peewee import fn

from models.common import Unit
from models.database import connect_to, connection
from models.fire_safety import (
    Assignment,
    Checklist,
    ChecklistItem,
    ControlPlan,
    Deficiency,
    Observation,
    Premises,
    Round,
)
from models.ledger import Entry
from models.people import Person
from models.programme import FollowUpPoint

PAGE = """<!doctype html><html lang="sv"><title>{{ title }}</title><h1>{{ title }}</h1>
{% for name, options in choices %}<select name="{{ name }}">{% for value, label in options %}
<option value="{{ value }}">{{ label }}</option>{% endfor %}</select>{% endfor %}
{% for caption, columns, rows in tables %}<table><caption>{{ caption }}</caption>
<tr>{% for column in columns %}<th>{{ column }}</th>{% endfor %}</tr>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell if cell is not none else "" }}</td>{% endfor %}</tr>
{% endfor %}</table>{% endfor %}</html>"""
ROUND = (Premises.name, Round.due_on, Round.covers, Round.state, Round.signed_on, Round.deficient)
DEFICIENCY = (
    Deficiency.headline,
    Premises.name,
    Deficiency.severity,
    Deficiency.party,
    Deficiency.due_on,
    Deficiency.state,
)

app = Flask(__name__)


@app.before_request
def _open() -> None:
    opened = connection()
    opened.__enter__()
    request.environ["bare.connection"] = opened


@app.teardown_request
def _close(error: BaseException | None) -> None:
    request.environ["bare.connection"].__exit__(None, None, None)


def page(title: str, tables: Iterable[Any], choices: Iterable[Any] = ()) -> str:
    return render_template_string(PAGE, title=title, tables=tables, choices=choices)


def table(caption: str, columns: tuple[Any, ...], query: Any) -> tuple[str, list[str], Any]:
    return caption, [column.name for column in columns], query.tuples()


@app.get("/logga-in")
def ready() -> str:
    return "ready"


@app.get("/home/<person>")
def home(person: str) -> str:
    """The needs of a warden, a head or the chief: five rows and a number each; the chief's points beside them."""
    needs = [
        ("due", Round),
        ("missed", Round),
        ("to_countersign", Round),
        ("to_verify", Deficiency),
        ("acute_late", Deficiency),
    ]
    shown = needs[:1] + needs[3:4] if person.startswith("warden") else needs
    tables = []
    for name, model in shown:
        columns = ROUND if model is Round else DEFICIENCY
        rows = _own(model.select(*columns).join(Premises).where(_selected(model, name)), person)
        tables.append(table(f"{name}: {rows.count()}", columns, rows.order_by(model.due_on).limit(5)))
    return page("Idag", [*tables, *(() if person.startswith("warden") else _points())])


@app.get("/uppfoljning")
def follow_up() -> str:
    return page("Uppföljning", _points())


@app.get("/brister")
def deficiencies() -> str:
    rows = _narrowed(Deficiency.select(*DEFICIENCY, Deficiency.uid).join(Premises))
    people = ((p, p) for p in ("HG", "HV"))
    premises = Premises.select(Premises.uid, Premises.name).order_by(Premises.name_key).tuples()
    number = rows.limit(1001).count()
    return page(
        f"Brister {number}", [table("Brister", DEFICIENCY, rows.limit(50))], [("premises", premises), ("party", people)]
    )


@app.get("/brister/export")
def export() -> Response:
    rows = _narrowed(Deficiency.select(*DEFICIENCY).join(Premises)).tuples()
    return Response(";".join(map(str, row)) + "\r\n" for row in list(rows))


@app.get("/lokaler/<uid>")
def premises(uid: str) -> str:
    row = Premises.select(Premises, Unit.name).join(Unit).where(Premises.uid == uid).get()
    facts = [
        ("facts", ("name", "value"), [(name, row.__data__[name]) for name in ("name", "number", "address", "owner")])
    ]
    plans = (ControlPlan.interval, ControlPlan.starts_on, ControlPlan.ends_on)
    who = (Person.name, Assignment.function)
    parts = [
        table("plans", plans, ControlPlan.select(*plans).where(ControlPlan.premises == row).limit(5)),
        table("who", who, Assignment.select(*who).join(Person).where(Assignment.premises == row).limit(5)),
        table(
            "rounds",
            ROUND,
            Round.select(*ROUND).join(Premises).where(Round.premises == row).order_by(Round.due_on.desc()).limit(5),
        ),
        table(
            "brister",
            DEFICIENCY,
            Deficiency.select(*DEFICIENCY)
            .join(Premises)
            .where(Deficiency.premises == row)
            .order_by(Deficiency.due_on)
            .limit(5),
        ),
    ]
    return page(row.name, [*facts, *parts, _history("premises", uid)])


@app.get("/ronder/<uid>")
def round_(uid: str) -> str:
    row = (
        Round.select(Round, Premises.name, Checklist.name)
        .join(Premises)
        .switch(Round)
        .join(Checklist)
        .where(Round.uid == uid)
        .get()
    )
    facts = [
        (
            "facts",
            ("name", "value"),
            [(name, row.__data__[name]) for name in ("due_on", "covers", "signed_on", "answers")],
        )
    ]
    answers = (ChecklistItem.number, ChecklistItem.text, Observation.answer, Observation.remark)
    parts = [
        table("answers", answers, Observation.select(*answers).join(ChecklistItem).where(Observation.round == row)),
        table("brister", DEFICIENCY, Deficiency.select(*DEFICIENCY).join(Premises).where(Deficiency.round == row)),
    ]
    return page(row.premises.name, [*facts, *parts, _history("round", uid)])


def _history(record_type: str, uid: str) -> Any:
    columns = (Entry.at, Entry.actor_name, Entry.verb)
    told = Entry.select(*columns).where((Entry.record_type == record_type) & (Entry.record_uid == uid))
    return table("history", columns, told.order_by(Entry.number.desc()).limit(20))


def _points() -> Iterable[Any]:
    columns = (FollowUpPoint.code, FollowUpPoint.sv, FollowUpPoint.rule_sv)
    acute, late = (Deficiency.select().where(_selected(Deficiency, name)).count() for name in ("acute_late", "late"))
    last = Round.select(fn.MAX(Round.signed_on)).scalar()
    yield table(
        f"Punkter: {acute} {late} {last}", columns, FollowUpPoint.select(*columns).order_by(FollowUpPoint.position)
    )


def _selected(model: Any, name: str) -> Any:
    return model.declared.selections[name].where(model, dt.date.today())


def _own(query: Any, person: str) -> Any:
    if person.startswith("warden"):
        return query.join(Assignment).join(Person).where(Person.email == f"{person}@ekdala.se")
    return query.join(Unit).where(Unit.code == "UF-01") if person == "head" else query


def _narrowed(query: Any) -> Any:
    """The rows of a list by the address's filters, in the list's order, from a day on."""
    asked = request.args
    for name in ("party", "state"):
        if name in asked:
            query = query.where(Deficiency._meta.fields[name] == asked[name])
    if "premises" in asked:
        query = query.where(Premises.uid == asked["premises"])
    if "sok" in asked:
        query = query.where(
            *(Deficiency.headline.contains(w) | Deficiency.what.contains(w) for w in asked["sok"].split())
        )
    if "from" in asked:
        query = query.where(Deficiency.due_on >= asked["from"])
    return query.order_by(Deficiency.due_on, Deficiency.id)


if "DATABASE_URL" in os.environ:
    connect_to(os.environ["DATABASE_URL"])
