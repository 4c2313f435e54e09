"""The pages of coming in: where a file is chosen, and what it would do."""

import csv
import io
from dataclasses import dataclass

from models.words import N_, Message
from tracker import language
from tracker.acts.imports.planning import Draft, Fate, Plan, RowProblem
from tracker.acts.imports.shapes import Column, Shape
from tracker.pages import Column as Heading
from tracker.pages import Field, Form, Link, Page, Row, Shown, Table, TextPage, Tile
from tracker.spine.reading import Reading, address

ROWS_SHOWN = 50
PROBLEMS_SHOWN = 200


@dataclass(frozen=True)
class ImportPage(Page):
    """What a file would do: how many rows of each fate, what is wrong, the first rows, and the button that saves."""

    tiles: tuple[Tile, ...] = ()
    problems: Table | None = None
    more_problems: str = ""
    notes: tuple[str, ...] = ()
    rows: Table | None = None
    more_rows: str = ""
    form: Form | None = None
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


def preview_page(reading: Reading, plan: Plan, carried: str, conflict: str = "") -> ImportPage:
    """What the file would do. The form that saves is there only when nothing is wrong and something would change."""
    changes = plan.count(Fate.NEW) + plan.count(Fate.CHANGED)
    save = Form(
        f"/inlasning/{plan.shape.what}/spara",
        reading.say("Save it all"),
        hidden=(("sheet", carried),),
        working=reading.say("Saving all rows. Wait here."),
    )
    return ImportPage(
        title=_title(reading, plan.shape),
        lead=reading.say(_lead(plan, changes)),
        crumbs=(*_crumbs(reading, plan.shape), Link(_title(reading, plan.shape), f"/inlasning/{plan.shape.what}")),
        tiles=_tiles(reading, plan),
        problems=_problems(reading, plan.problems[:PROBLEMS_SHOWN]) if plan.problems else None,
        more_problems=_more(reading, len(plan.problems) - PROBLEMS_SHOWN),
        notes=_notes(reading, plan),
        rows=_rows(reading, plan),
        more_rows=_more(reading, len(plan.drafts) - ROWS_SHOWN),
        form=save if changes and not plan.problems else None,
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
    if not plan.ignored:
        return ()
    return (
        reading.say(Message("These columns mean nothing here and are left out: %(columns)s.", columns=plan.ignored)),
    )


def _rows(reading: Reading, plan: Plan) -> Table:
    key = next(column for column in plan.shape.columns if column.name == plan.shape.key)
    columns = (
        Heading("row", reading.say("Row")),
        Heading("key", reading.say(key.label)),
        Heading("title", reading.say("Name")),
        Heading("fate", reading.say("What happens")),
        Heading("changed", reading.say("What changes")),
    )
    wrong = {problem.number for problem in plan.problems}
    rows = tuple(_row(reading, plan.shape, draft, draft.number in wrong) for draft in plan.drafts[:ROWS_SHOWN])
    return Table(reading.say("The first rows"), columns, rows)


def _row(reading: Reading, shape: Shape, draft: Draft, wrong: bool) -> Row:
    labels = {column.name: reading.say(column.label) for column in shape.columns}
    fate = Shown(reading.say("Wrong"), tone="no") if wrong else Shown(reading.say(draft.fate), tone=draft.fate.tone)
    changed = ", ".join(labels[name] for name in draft.changed) if draft.before and not wrong else ""
    href = address(draft.row) if draft.before else ""
    cells = (Shown(draft.texts[shape.key], href=href), Shown(draft.texts["name"]), fate, Shown(changed))
    return Row("", (Shown(str(draft.number)), *cells))


def _more(reading: Reading, left: int) -> str:
    return reading.say(Message("And %(count)s more.", count=left)) if left > 0 else ""
