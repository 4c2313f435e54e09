"""The pages on which monthly figures of guarding come in."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import g

from models.guarding import Contract, GuardedSite, MonthlyFigure, ServiceKind
from models.words import N_, Message
from tracker import language
from tracker.acts.imports.planning import Fate
from tracker.acts.supplier_files import typed as typing
from tracker.acts.supplier_files import working
from tracker.acts.supplier_files.checking import ROWS
from tracker.acts.supplier_files.layouts import AMOUNTS, FIELDS, Layout
from tracker.laws.staging import Work
from tracker.pages import Column, Field, FilePage, Form, FormPage, Link, Option, Row, Shown, Table, Tile
from tracker.spine.reading import address
from tracker.views.answer import say

ONLY_RIGHT = "right"
ALL_MONTH, ALL_SERVICE = "all_month", "all_service"

Problems = Mapping[str, str]


def start(contract: Contract, month: str = "", problems: Problems = {}) -> FormPage:  # noqa: B006  never changed
    file = Field(
        "file",
        say("File"),
        "file",
        hint=say("Excel (.xlsx) or CSV, at most 10 MB and %(rows)s rows.", rows=ROWS),
        problem=problems.get("file", ""),
        required=True,
    )
    asked = Field(
        "month",
        say("All rows are of the month"),
        "text",
        month,
        hint=say("Only when the file has no column with the month. Such as 2026-10."),
        problem=problems.get("month", ""),
        longest=30,
    )
    return FormPage(
        title=say("Bring in monthly figures"),
        lead=say("Nothing is saved until you have seen what the file would do."),
        crumbs=_crumbs(contract),
        form=Form(f"{address(contract)}/siffror-ur-fil", say("Look it through"), (file, asked), upload=True),
        problems=_listed(problems),
    )


def chosen(layout: Layout) -> dict[str, str]:
    """The layout as the page of columns would send it."""
    places = {name: str(place) for name, place in layout.columns.items()}
    month = layout.month.isoformat()[:7] if layout.month else ""
    return places | {ALL_MONTH: month, ALL_SERVICE: layout.service.value if layout.service else ""}


def columns(
    contract: Contract, token: str, layout: Layout, given: Mapping[str, str], problems: Problems = {}  # noqa: B006
) -> FormPage:  # fmt: skip
    """One choice of a column for each of our figures, and what holds for all rows."""
    fields = [_column(layout, name, given.get(name, ""), problems.get(name, "")) for name in FIELDS]
    kinds = tuple(Option(kind.value, say(kind), kind.value == given.get(ALL_SERVICE)) for kind in ServiceKind)
    none = Option("", say("As the file says"), not given.get(ALL_SERVICE))
    fields += [
        Field(
            ALL_SERVICE, say("All rows are of the service"), "choice", options=(none, *kinds),
            hint=say("Only for rows in which the file names none."), problem=problems.get(ALL_SERVICE, ""),
        ),
        Field(
            ALL_MONTH, say("All rows are of the month"), "text", given.get(ALL_MONTH, ""), longest=30,
            hint=say("Only for rows in which the file names none."), problem=problems.get(ALL_MONTH, ""),
        ),
    ]  # fmt: skip
    lead = say("Say which column of the file is which figure. It is remembered until the supplier's next file.")
    return FormPage(
        title=say("What the columns mean"),
        lead=lead,
        crumbs=(*_crumbs(contract), _first(contract)),
        form=Form(f"{_here(contract, token)}/kolumner", say("Look it through"), tuple(fields)),
        problems=_listed(problems),
    )


def _column(layout: Layout, name: str, given: str, problem: str) -> Field:
    options = tuple(
        Option(str(place), f"{_letters(place)}: {heading}", str(place) == given)
        for place, heading in enumerate(layout.headings)
        if heading
    )
    none = Option("", say("Not in the file"), not any(option.selected for option in options))
    return Field(
        name, say(FIELDS[name].label), "choice", options=(none, *options), problem=problem, required=name == "site"
    )


def _letters(place: int) -> str:
    """The name of a column in Excel: A to Z, AA and on."""
    return chr(ord("A") + place) if place < 26 else f"{_letters(place // 26 - 1)}{_letters(place % 26)}"


def waiting(contract: Contract, work: Work) -> FilePage:
    """How far it is. The page comes anew by itself."""
    task = say("The figures are read in") if work.task == working.SAVE else say("The file is looked through")
    return FilePage(
        title=task,
        lead=say("You can leave this page and come back. It renews itself."),
        crumbs=(*_crumbs(contract), _first(contract)),
        waiting=say("%(rows)s rows are done.", rows=work.rows),
        done=work.rows,
        whole=work.found.get("read", 0),
    )


def broken_off(contract: Contract, token: str, work: Work) -> FilePage:
    problem = work.found.get("problem")
    again = Form(f"{_here(contract, token)}/genomgang", say("Look it through again"))
    return FilePage(
        title=say("The file was not read in"),
        crumbs=(*_crumbs(contract), _first(contract)),
        problem=say(working.unpacked(problem)) if problem else say("It was interrupted. Begin again."),
        actions=(Link(say("Change the columns"), f"{_here(contract, token)}/kolumner"),),
        forms=(again,),
    )


def looked(contract: Contract, token: str, layout: Layout, found: Mapping[str, Any]) -> FilePage:
    """What the file would do, and the buttons for that."""
    changes = found["fates"][Fate.NEW] + found["fates"][Fate.CHANGED]
    faults, rows, here = found["faults"], found["first"], _here(contract, token)
    return FilePage(
        title=say("What the file would do"),
        lead=say(_lead(found, changes)),
        crumbs=(*_crumbs(contract), _first(contract)),
        actions=(Link(say("Change the columns"), f"{_here(contract, token)}/kolumner"),),
        tiles=tuple(_tiles(found)),
        notes=tuple(_notes(found)),
        forms=_forms(contract, token, found, changes),
        problems=_faults(faults) if faults else None,
        more_problems=_only(len(faults), working.FAULTS),
        every_problem=Link(say("All that is wrong, as a file"), f"{here}/fel.csv") if faults else None,
        rows=_rows(layout, rows) if rows else None,
        more_rows=_only(len(rows), working.FIRST),
    )


def _only(shown: int, most: int) -> str:
    return say("Only the first %(most)s are shown.", most=most) if shown == most else ""


def _lead(found: Mapping[str, Any], changes: int) -> str:
    if found["wrong"] and not changes:
        return N_("Nothing can be saved. Put right what is wrong in the file, and choose it again.")
    if found["wrong"]:
        return N_("Put right what is wrong and choose the file again, or leave those rows out.")
    if not changes:
        return N_("The file changes nothing: all of it is here already.")
    return N_("Nothing is saved yet. Look it through, then save.")


def _tiles(found: Mapping[str, Any]) -> list[Tile]:
    fates = [Tile(_worded(found["fates"][fate]), say(fate)) for fate in Fate]
    tone = "no" if found["wrong"] else ""
    return [*fates, Tile(_worded(found["wrong"]), say("Rows with something wrong"), tone=tone)]


def _notes(found: Mapping[str, Any]) -> list[str]:
    months = [dt.date.fromisoformat(month) for month in found["months"]]
    told = []
    if months:
        said = {"first": _month(months[0]), "last": _month(months[-1]), "sites": found["sites"]}
        told.append(say("Months: %(first)s to %(last)s. Sites: %(sites)s.", **said))
    if found["rounded"]:
        told.append(say("Öre are rounded to whole kronor in %(rows)s rows.", rows=found["rounded"]))
    if found["sums"]:
        told.append(say("Rows that only add up others are left out: %(rows)s.", rows=found["sums"]))
    return told


def _forms(contract: Contract, token: str, found: Mapping[str, Any], changes: int) -> tuple[Form, ...]:
    if not changes:
        return ()
    action, waits = f"{_here(contract, token)}/inlasning", say("Working on all rows. Wait here.")
    if not found["wrong"]:
        return (Form(action, say("Read in all or nothing"), hidden=(("rows", "all"),), working=waits),)
    lead = say("%(rows)s rows with something wrong are left out.", rows=found["wrong"])
    return (
        Form(action, say("Read in the rows that are right"), hidden=(("rows", ONLY_RIGHT),), working=waits, lead=lead),
    )


def _faults(faults: list[list[Any]]) -> Table:
    headings = (
        Column("row", say("Row")),
        Column("column", say("Column")),
        Column("problem", say("What is wrong")),
    )
    rows = tuple(
        Row("", (Shown(str(row)), Shown(column), Shown(say(working.unpacked(message)))))
        for row, column, message in faults
    )
    return Table(say("What is wrong"), headings, rows)


def _rows(layout: Layout, first: list[dict[str, Any]]) -> Table:
    names = [name for name in AMOUNTS if name in layout.columns]
    headings = (
        Column("row", say("Row")),
        *(Column(name, say(FIELDS[name].label)) for name in ("site", "service", "month")),
        *(Column(name, say(FIELDS[name].label), numeric=name != "responses") for name in names),
        Column("fate", say("What happens")),
    )
    return Table(say("The first rows"), headings, tuple(_row(names, one) for one in first))


def _row(names: list[str], one: Mapping[str, Any]) -> Row:
    fate = Fate(one["fate"])
    keys = (
        Shown(str(one["row"])),
        Shown(one["site"]),
        Shown(say(ServiceKind(one["service"]))),
        Shown(_worded(dt.date.fromisoformat(one["month"])), iso=one["month"]),
    )
    amounts = (Shown(_worded(one[name]), numeric=name != "responses") for name in names)
    return Row("", (*keys, *amounts, Shown(say(fate), tone=fate.tone)))


def told(found: Mapping[str, Any]) -> Message:
    """What was saved."""
    fates = {fate.value: found["fates"][fate] for fate in Fate}
    return Message(
        "The figures are saved: %(new)s new, %(changed)s changed, %(same)s unchanged, %(wrong)s left out.",
        **fates, wrong=found["wrong"],
    )  # fmt: skip


def typed(site: GuardedSite, given: Mapping[str, str], problems: Problems = {}) -> FormPage:  # noqa: B006
    """One month of one service, typed."""
    hints = {
        "month": say("Such as 2026-10."),
        "responses": say("Whole minutes, such as 12, 18, 25."),
    }
    fields = tuple(
        Field(
            name, say(FIELDS[name].label), _input(name), given.get(name, ""), hint=hints.get(name, ""),
            problem=problems.get(name, ""), required=name in ("service", "month"),
            options=_services(given.get(name, "")) if name == "service" else (),
        )
        for name in typing.ASKED
    )  # fmt: skip
    return FormPage(
        title=say("Note a month's figures"),
        lead=say("What is there already for the same service and month is replaced."),
        crumbs=(Link(say(GuardedSite.declared.many), f"/{GuardedSite.declared.slug}"), Link(site.name, address(site))),
        form=Form(f"{address(site)}/ny-manadssiffra", say("Save"), fields),
        problems=_listed(problems),
    )


def _input(name: str) -> str:
    kind = MonthlyFigure.kinds()[name]
    return {"service": "choice", "month": "text", "responses": "text"}.get(name, kind.input)


def _services(given: str) -> tuple[Option, ...]:
    return tuple(Option(kind.value, say(kind), kind.value == given) for kind in ServiceKind)


def _listed(problems: Problems) -> tuple[tuple[str, str], ...]:
    return tuple(problems.items())


def _worded(value: Any) -> str:
    return language.word(value, g.locale)


def _month(day: dt.date) -> str:
    return language.month(day, g.locale)


def _here(contract: Contract, token: str) -> str:
    return f"{address(contract)}/siffror-ur-fil/{token}"


def _first(contract: Contract) -> Link:
    return Link(say("Bring in monthly figures"), f"{address(contract)}/siffror-ur-fil")


def _crumbs(contract: Contract) -> tuple[Link, ...]:
    declared = Contract.declared
    return Link(say(declared.many), f"/{declared.slug}"), Link(contract.supplier, address(contract))
