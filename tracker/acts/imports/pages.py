"""The pages of coming in: where a file is chosen, and what it would do."""

import csv
import io
from dataclasses import dataclass

from models.kinds import Link as LinkKind
from models.screening import Caught
from models.words import N_, Message
from tracker import language
from tracker.acts.imports.planning import Draft, Fate, Plan, RowProblem
from tracker.acts.imports.shapes import Column, Shape
from tracker.pages import Column as Heading
from tracker.pages import Field, Form, Link, Option, Page, Row, Shown, Table, TextPage, Tile
from tracker.spine.reading import Reading, address

CHANGED, WRONG = "andras", "fel"
ROWS_SHOWN = 50
PROBLEMS_SHOWN = 200


@dataclass(frozen=True)
class ImportPage(Page):
    """What a file would do: how many rows of each fate, what is wrong, the first rows, and the button that saves.

    `form` carries the sheet, also to where the same page is shown with other rows (`shows`); `saves` is whether it may
    be saved.
    """

    tiles: tuple[Tile, ...] = ()
    problems: Table | None = None
    more_problems: str = ""
    notes: tuple[str, ...] = ()
    rows: Table | None = None
    more_rows: str = ""
    form: Form | None = None
    saves: bool = False
    shows: tuple[Option, ...] = ()
    conflict: str = ""


def start_page(reading: Reading, shape: Shape, problem: str = "") -> TextPage:
    """Where a file is chosen: the columns it may have, an example, and a template to download."""
    here = f"/inlasning/{shape.what}"
    field = Field(
        "file",
        reading.say("File"),
        "file",
        hint=reading.say("Excel (.xlsx) or CSV, at most 10 MB."),
        problem=problem,
        required=True,
    )
    return TextPage(
        title=_title(reading, shape),
        lead=reading.say(
            "The first row holds the headings. Nothing is saved until you have seen what the file would do. "
            "A row whose key is here already changes that record; a row with a new key makes one."
        ),
        crumbs=_crumbs(reading, shape),
        actions=(Link(reading.say("Download a template"), f"{here}/mall.csv"),),
        sections=_sections(reading, shape),
        forms=(
            Form(here, reading.say("Look it through"), (field,), upload=True, title=reading.say("Choose the file")),
        ),
        table=_example(reading, shape),
    )


def preview_page(reading: Reading, plan: Plan, carried: str, conflict: str = "", only: str = "") -> ImportPage:
    """What the file would do. The form that saves is there only when nothing is wrong and something would change."""
    changes = plan.count(Fate.NEW) + plan.count(Fate.CHANGED)
    here = f"/inlasning/{plan.shape.what}"
    saves = bool(changes and not plan.problems)
    chosen = _chosen(plan, only)
    form = Form(
        f"{here}/spara" if saves else here,
        reading.say("Save it all"),
        hidden=(("sheet", carried),),
        working=reading.say("Working on all rows. Wait here."),
    )
    return ImportPage(
        title=_title(reading, plan.shape),
        lead=reading.say(_lead(plan, changes)),
        crumbs=(*_crumbs(reading, plan.shape), Link(_title(reading, plan.shape), f"/inlasning/{plan.shape.what}")),
        tiles=_tiles(reading, plan),
        problems=_problems(reading, plan.problems[:PROBLEMS_SHOWN]) if plan.problems else None,
        more_problems=_more(reading, len(plan.problems) - PROBLEMS_SHOWN),
        notes=_notes(reading, plan),
        rows=_rows(reading, plan, chosen[:ROWS_SHOWN]),
        more_rows=_more(reading, len(chosen) - ROWS_SHOWN),
        form=form,
        saves=saves,
        shows=_shows(reading, plan, only),
        conflict=conflict,
    )


def template(shape: Shape, locale: str) -> str:
    """The CSV that a Swedish Excel opens: the headings and one example row."""
    text = io.StringIO()
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow([language.say(column.label, locale) for column in shape.columns])
    lines.writerow([_worded(shape, column, locale) for column in shape.columns])
    return "\ufeff" + text.getvalue()


def _title(reading: Reading, shape: Shape) -> str:
    return reading.say(Message("Bring in %(things)s from a file", things=_things(reading, shape).lower()))


def _things(reading: Reading, shape: Shape) -> str:
    declared = shape.record_type.declared
    return language.count(declared.one, declared.many, 2, reading.locale)


def _crumbs(reading: Reading, shape: Shape) -> tuple[Link, ...]:
    return (Link(_things(reading, shape), f"/{shape.what}"),)


def _sections(reading: Reading, shape: Shape) -> tuple[tuple[str, tuple[str, ...]], ...]:
    needed = tuple(reading.say(column.label) for column in shape.columns if column.required)
    optional = tuple(reading.say(column.label) for column in shape.columns if not column.required)
    return ((reading.say("Columns that must be there"), needed), (reading.say("Columns that may be there"), optional))


def _example(reading: Reading, shape: Shape) -> Table:
    columns = tuple(Heading(column.name, reading.say(column.label)) for column in shape.columns)
    cells = tuple(Shown(_worded(shape, column, reading.locale)) for column in shape.columns)
    return Table(reading.say("An example"), columns, (Row("", cells),))


def _worded(shape: Shape, column: Column, locale: str) -> str:
    return language.word(shape.example[column.name], locale)


def _lead(plan: Plan, changes: int) -> str:
    if plan.problems:
        return N_("Nothing is saved. Put right what is wrong in the file, and choose it again.")
    if not changes:
        return N_("The file changes nothing: all of it is here already.")
    return N_("Nothing is saved yet. Look it through, then save.")


def _tiles(reading: Reading, plan: Plan) -> tuple[Tile, ...]:
    wrong = len({problem.number for problem in plan.problems})
    counted = tuple(Tile(str(plan.count(fate)), reading.say(fate)) for fate in Fate) if not wrong else ()
    rows = Tile(str(len(plan.drafts)), reading.say("Rows in the file"))
    return (
        rows,
        *counted,
        *((Tile(str(wrong), reading.say("Rows with something wrong"), tone="no"),) if wrong else ()),
    )


def _problems(reading: Reading, problems: tuple[RowProblem, ...]) -> Table:
    columns = (
        Heading("row", reading.say("Row")),
        Heading("column", reading.say("Column")),
        Heading("problem", reading.say("What is wrong")),
    )
    rows = tuple(_problem(reading, problem) for problem in problems)
    return Table(reading.say("What is wrong"), columns, rows)


def _problem(reading: Reading, problem: RowProblem) -> Row:
    column = reading.say(problem.column) if problem.column else ""
    return Row("", (Shown(str(problem.number)), Shown(column), Shown(reading.say(problem.message))))


def _notes(reading: Reading, plan: Plan) -> tuple[str, ...]:
    notes = []
    if any(isinstance(problem.message, Caught) for problem in plan.problems):
        notes.append(Message(
            "Rows that the text guard stopped: put the file right. Is it not what it looks like, add that row by hand: "
            "the form asks, and keeps the answer."
        ))  # fmt: skip
    if plan.ignored:
        notes.append(Message("These columns mean nothing here and are left out: %(columns)s.", columns=plan.ignored))
    return tuple(reading.say(note) for note in notes)


def _chosen(plan: Plan, only: str) -> list[Draft]:
    """All rows, or only those that would change something, or only those that something is wrong with."""
    wrong = {problem.number for problem in plan.problems}
    if only == WRONG:
        return [draft for draft in plan.drafts if draft.number in wrong]
    if only == CHANGED:
        return [draft for draft in plan.drafts if draft.number not in wrong and draft.fate is not Fate.SAME]
    return list(plan.drafts)


def _shows(reading: Reading, plan: Plan, only: str) -> tuple[Option, ...]:
    labels = {"": N_("All rows"), CHANGED: N_("Only new and changed"), WRONG: N_("Only with something wrong")}
    counted = {value: len(_chosen(plan, value)) for value in labels}
    return tuple(
        Option(value, f"{reading.say(label)} ({counted[value]})", value == only)
        for value, label in labels.items()
        if counted[value] or value == only
    )


def _rows(reading: Reading, plan: Plan, drafts: list[Draft]) -> Table:
    key = next(column for column in plan.shape.columns if column.name == plan.shape.key)
    columns = (
        Heading("row", reading.say("Row")),
        Heading("key", reading.say(key.label)),
        Heading("title", reading.say("Name")),
        Heading("fate", reading.say("What happens")),
        Heading("changed", reading.say("What changes")),
    )
    wrong = {problem.number for problem in plan.problems}
    stored = [draft for draft in drafts if draft.before]
    reading.prepare([draft.row for draft in stored], ())
    for name, kind in plan.shape.record_type.kinds().items():
        if isinstance(kind, LinkKind):
            reading.name(
                kind.rel_model, {draft.before[name] for draft in stored if draft.before and draft.before[name]}
            )
    rows = tuple(_row(reading, plan.shape, draft, draft.number in wrong) for draft in drafts)
    return Table(reading.say("The first rows"), columns, rows)


def _row(reading: Reading, shape: Shape, draft: Draft, wrong: bool) -> Row:
    fate = Shown(reading.say("Wrong"), tone="no") if wrong else Shown(reading.say(draft.fate), tone=draft.fate.tone)
    changes = (_change(reading, draft, column) for column in shape.columns if column.name in draft.changed)
    changed = "; ".join(changes) if draft.before and not wrong else ""
    href = address(draft.row) if draft.before else ""
    cells = (Shown(draft.texts[shape.key], href=href), Shown(draft.texts["name"]), fate, Shown(changed))
    return Row("", (Shown(str(draft.number)), *cells))


def _change(reading: Reading, draft: Draft, column: Column) -> str:
    """“Address: Skolgatan 1 → Skolgatan 2”; of what comes along, what is added."""
    label = reading.say(column.label)
    if column.extra:
        return f"{label}: + {draft.texts[column.name]}"
    linked = draft.links.get(column.name)
    old = reading.value(draft.row, column.name, (draft.before or {})[column.name])
    new = Shown(str(linked)) if linked else reading.value(draft.row, column.name, draft.row.__data__[column.name])
    return f"{label}: {old.masked or old.text or '–'} → {new.masked or new.text or '–'}"


def _more(reading: Reading, left: int) -> str:
    return reading.say(Message("And %(count)s more.", count=left)) if left > 0 else ""
