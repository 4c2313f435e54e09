"""A new version of a checklist: every point in a form, and what was changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, g, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from forms.typed import Typed, read
from models.fire_safety import Checklist, ChecklistItem
from models.kinds import Kind
from models.words import Act, Message, Problem, Register
from tracker.acts import checklists
from tracker.laws.ledger import Conflict
from tracker.pages import Field, Link, Page
from tracker.spine.errors import Invalid
from tracker.spine.form_page import choices, fields, stored_texts
from tracker.spine.reading import Reading, address
from tracker.views import own
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.registers import reading

bp = Blueprint("checklists", __name__)

EMPTY_ROWS = 3
MOST_ROWS = checklists.MOST + EMPTY_ROWS
WHOLE = ("why", "valid_from")
_ROW = re.compile(r"text-([1-9]\d{0,2})", re.ASCII)

own.leads(
    Checklist, "Make a new version", "ny-version", Act.DECIDE, lambda row, look: checklists.newest(row).id == row.id
)


@dataclass(frozen=True)
class PointRow:
    """One point's inputs, under a heading that tells the rows apart."""

    legend: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class ChecklistPage(Page):
    """All points of a checklist as a form, three empty ones last; `whole` are the version's own fields."""

    action: str = ""
    submit: str = ""
    rows: tuple[PointRow, ...] = ()
    whole: tuple[Field, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    conflict: str = ""


@bp.get("/checklistor/<uid>/ny-version")
@needs(Act.DECIDE, Register.FIRE_SAFETY)
def edit(uid: str) -> Response:
    base = checklists.found(g.actor, uid, g.at)
    last = checklists.newest(base)
    if last.id != base.id:
        return redirect(f"{address(last)}/ny-version", 303)
    look = reading()
    texts = _stored(look, base) | {"valid_from": look.today.isoformat()}
    return page(_drawn(look, base, texts))


@bp.post("/checklistor/<uid>/ny-version")
@needs(Act.DECIDE, Register.FIRE_SAFETY)
def revise(uid: str) -> Response:
    base = checklists.found(g.actor, uid, g.at)
    look = reading()
    typed = _read(look, request.form)
    draw = partial(_drawn, look, texts=typed.texts)
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        version = checklists.revise(g.actor, uid, _items(typed), typed.values["why"], typed.values["valid_from"], g.at)
    except Invalid as error:
        return page(draw(base, problems=error.problems), 422)
    except Conflict as conflict:
        return page(draw(conflict.current, conflict=_first(conflict.current)), 409)
    said(Message("Version %(number)s is adopted.", number=version.number))
    return redirect(address(version), 303)


def _kinds(rows: Sequence[int]) -> dict[str, Kind]:
    """The inputs by name: the version's own, and each row's with the row's number behind."""
    declared = ChecklistItem.kinds()
    whole = {name: Checklist.kinds()[name] for name in WHOLE}
    return whole | {f"{name}-{row}": declared[name] for row in rows for name in checklists.FIELDS}


def _rows(names: Mapping[str, str]) -> list[int]:
    found = {int(match[1]) for name in names if (match := _ROW.fullmatch(name))}
    return sorted(row for row in found if row <= MOST_ROWS)


def _read(look: Reading, sent: MultiDict[str, str]) -> Typed:
    kinds = _kinds(_rows(sent))
    return read(kinds, sent, choices(look, kinds))


def _items(typed: Typed) -> dict[int, dict[str, Any]]:
    return {row: {name: typed.values[f"{name}-{row}"] for name in checklists.FIELDS} for row in _rows(typed.values)}


def _stored(look: Reading, base: Checklist) -> dict[str, str]:
    """The newest version's points as they stand in their inputs."""
    kinds = {name: ChecklistItem.kinds()[name] for name in checklists.FIELDS}
    alternatives = choices(look, kinds)
    return {
        f"{name}-{row}": text
        for row, item in enumerate(checklists.points(base), 1)
        for name, text in stored_texts(kinds, item, alternatives).items()
    }


def _first(newest: Checklist) -> str:
    return say(
        "Somebody else adopted version %(number)s while you were writing. What you wrote is kept here. "
        "Compare with theirs; if you adopt yours, it takes the place of theirs.",
        number=newest.number,
    )


def _drawn(
    look: Reading, base: Checklist, texts: Mapping[str, str], problems: Sequence[Problem] = (), conflict: str = ""
) -> ChecklistPage:
    rows = _with_empty([row for row in _rows(texts) if any(texts.get(f"{name}-{row}") for name in checklists.FIELDS)])
    kinds = _kinds(rows)
    needed = (*WHOLE, *(name for name in kinds if texts.get(f"text-{name.rpartition('-')[2]}")))
    made = {field.name: field for field in fields(look, kinds, choices(look, kinds), texts, problems, needs=needed)}
    return ChecklistPage(
        title=say("A new version of %(name)s", name=base.name),
        lead=say(
            "The version in use stays as it is, and rounds keep the version they were begun with. "
            "Clear the text to take a point away. The numbers tell the order."
        ),
        crumbs=(Link(base.name, address(base)),),
        action=f"{address(base)}/ny-version",
        submit=say("Adopt the version"),
        rows=tuple(_row(row, made, texts) for row in rows),
        whole=tuple(made[name] for name in WHOLE),
        problems=tuple(_sentence(problem, made, texts) for problem in problems),
        conflict=conflict,
    )


def _with_empty(rows: list[int]) -> list[int]:
    last = rows[-1] if rows else 0
    return [*rows, *range(last + 1, min(last + EMPTY_ROWS, MOST_ROWS) + 1)]


def _row(row: int, made: Mapping[str, Field], texts: Mapping[str, str]) -> PointRow:
    number = texts.get(f"number-{row}", "").strip()
    legend = say("Point %(number)s", number=number) if number else say("New point")
    return PointRow(legend, tuple(made[f"{name}-{row}"] for name in checklists.FIELDS))


def _sentence(problem: Problem, made: Mapping[str, Field], texts: Mapping[str, str]) -> tuple[str, str]:
    """A problem as it stands above the form: which point, which field, what."""
    field = made.get(problem.field)
    if field is None:
        return "", say(problem.message)
    row = problem.field.rpartition("-")[2]
    point = f"{texts.get(f'number-{row}', '')} " if problem.field not in WHOLE else ""
    return problem.field, f"{point}{field.label}: {say(problem.message)}"
