"""Exercises and training of each nämnd beside its plan of the year; and the charts beneath the list of exercises."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from flask import Blueprint, g
from werkzeug.wrappers import Response

from models.calendar import month_end, months_before
from models.exercises import Exercise, ExercisePlan, Standing
from models.record import Record
from models.words import N_, Act, Message, Register
from tracker import language
from tracker.acts import exercising
from tracker.acts.exercising import Year
from tracker.pages import Bar, Chart, Column, Group, Link, MatrixPage, Row, Shown, Table, Tile, Verdict
from tracker.spine.list_page import SELECTION, to_list
from tracker.spine.reach import EVERYTHING, reach
from tracker.spine.reading import Reading, address
from tracker.views import own
from tracker.views.answer import page, say
from tracker.views.guard import needs
from tracker.views.registers import reading

bp = Blueprint("exercises", __name__)

COLUMNS = (
    ("committee", N_("Committee (nämnd)"), False),
    ("standing", N_("Standing"), False),
    ("plan", N_("Plan adopted"), False),
    ("planned", N_("Planned"), True),
    ("left", N_("Not held on its day"), True),
    ("held", N_("Held, counts still"), True),
    ("evaluated", N_("Evaluated, counts still"), True),
    ("unevaluated", N_("Held but not evaluated"), True),
    ("trained", N_("Trained"), False),
)
TILES = (
    ("unadopted", N_("without an adopted plan"), "no"),
    ("not_as_planned", N_("do not exercise as planned"), "part"),
    ("untrained", N_("trained below the target"), "part"),
    ("exempt", N_("not concerned"), "none"),
)
SERIES = (
    ("ok", N_("Evaluated")),
    ("none", N_("Planned")),
    ("part", N_("Held, to be evaluated")),
    ("no", N_("Left, or not evaluated in time")),
)
QUARTERS = 5


@bp.get("/ovningar-per-namnd")
@needs(Act.SEE, Register.EXERCISES)
def show() -> Response:
    look = reading()
    within = reach(g.actor, ExercisePlan, Act.SEE, look.today)
    found = exercising.years(within, look.today)
    target = exercising.target()
    return page(
        MatrixPage(
            title=say("Exercises per nämnd"),
            lead=say("What each nämnd has planned, held and evaluated. As of %(day)s.", day=look.today),
            actions=(Link(say("Exercise targets"), "/ovningsmal"),),
            tiles=tuple(_tiles(found)) if found else (),
            caption=say("Nämnder and what they have done"),
            columns=tuple(Column(name, say(label), numeric=numeric) for name, label, numeric in COLUMNS),
            groups=(Group(str(look.today.year), tuple(_row(year, target) for year in found)),) if found else (),
            whole=_whole(found, within is EVERYTHING) if found else None,
            paragraphs=tuple(_told()),
        )
    )


def _told() -> Iterator[str]:
    yield say(
        "A nämnd exercises as planned when no planned exercise was left past its day, none that was held waits past "
        "its time to be evaluated, and the newest that is evaluated was so in its time and still counts."
    )
    yield say(
        "An exercise counts for the nämnd in whose plan it stands. One that stands in no plan counts for none here."
    )


def _concerned(found: Iterable[Year]) -> list[Year]:
    return [year for year in found if year.standing is not Standing.EXEMPT]


def _lacking(found: Sequence[Year]) -> dict[str, int]:
    """How many nämnder each selection of the tiles holds."""
    concerned = _concerned(found)
    return {
        "unadopted": sum(year.standing is Standing.NO_PLAN for year in concerned),
        "not_as_planned": sum(not year.as_planned for year in concerned),
        "untrained": sum(not year.reaches for year in concerned),
        "exempt": len(found) - len(concerned),
    }


def _tiles(found: Sequence[Year]) -> Iterator[Tile]:
    numbers = _lacking(found)
    for selection, label, tone in TILES:
        number = numbers[selection]
        yield Tile(str(number), say(label), _plans(selection) if number else "", tone if number else "")


def _row(year: Year, target: int) -> Row:
    plan = year.plan
    return Row(
        address(plan),
        (
            Shown(plan.unit.name, lang="sv"),
            Shown(say(year.standing), tone=year.standing.tone),
            _adopted(year),
            *(_number(year, name) for name in exercising.COUNTED),
            _trained(year, target),
        ),
    )


def _missing() -> Shown:
    return Shown(say("missing"), tone="no")


def _adopted(year: Year) -> Shown:
    if year.standing is Standing.EXEMPT:
        return Shown(say(Standing.EXEMPT))
    if year.standing is Standing.NO_PLAN:
        return _missing()
    return Shown(language.word(year.plan.adopted_on, g.locale), tone="ok")


def _number(year: Year, selection: str) -> Shown:
    number = year.numbers[selection]
    href = to_list(Exercise, **{SELECTION: selection, "committee": year.plan.unit.uid.hex}) if number else ""
    return Shown(str(number), href, "no" if number and selection in ("left", "unevaluated") else "", numeric=True)


def _trained(year: Year, target: int) -> Shown:
    if year.trained is None:
        return _missing() if year.standing is not Standing.EXEMPT else Shown()
    share, link = year.trained.trained * 100 // year.trained.of_all, address(year.trained)
    if not year.counts:
        return Shown(say("%(day)s, too old", day=year.trained.counted_on), link, "no")
    if year.reaches:
        return Shown(say("%(share)s %%", share=share), link, "ok")
    return Shown(say("%(share)s %%, target %(target)s %%", share=share, target=target), link, "part")


def _whole(found: Sequence[Year], everywhere: bool) -> Row:
    """How many nämnder have each of it; what is a selection of the plans opens it."""
    concerned, lacking = _concerned(found), _lacking(found)
    sums = (str(sum(year.numbers[name] for year in found)) for name in exercising.COUNTED)
    return Row(
        "",
        (
            Shown(say("The whole") if everywhere else say("Your units")),
            _share(concerned, lacking["not_as_planned"], "as_planned"),
            _share(concerned, lacking["unadopted"], "adopted"),
            *(Shown(text, numeric=True) for text in sums),
            _share(concerned, lacking["untrained"], "trained"),
        ),
    )


def _share(concerned: Sequence[Year], lacking: int, selection: str) -> Shown:
    number = len(concerned) - lacking
    return Shown(say("%(some)s of %(all)s", some=number, all=len(concerned)), _plans(selection) if number else "")


def _plans(selection: str) -> str:
    return to_list(ExercisePlan, **{SELECTION: selection})


@own.tells(ExercisePlan)
def how_far(row: Record, look: Reading) -> Iterable[Message]:
    """Of this year's plan, how far the nämnd has come with it."""
    for year in exercising.years(ExercisePlan.id == row.id, look.today):
        yield Message("%(standing)s, as of today.", standing=year.standing)


@own.draws(Exercise)
def charts(look: Reading) -> Iterator[Chart]:
    """The year's wheel, and how many were held by quarter; of the whole municipality, for those who see it whole."""
    if reach(look.actor, Exercise, Act.SEE, look.today) is not EVERYTHING:
        return
    today = look.today
    first, last = today.replace(month=1, day=1), today.replace(month=12, day=31)
    planned = exercising.by_month(today, Exercise.planned_on, first, last)
    months = [dt.date(today.year, number, 1) for number in range(1, 13)]
    lead = say("By the month that each was planned for; what is called off is left out.")
    yield _chart(say("Exercises of the year"), "wheel", lead, [
        Bar(language.month(day, g.locale, True), tuple(planned[day.year, day.month]), day.month == today.month)
        for day in months
    ])  # fmt: skip
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    starts = [months_before(quarter, 3 * back) for back in range(QUARTERS - 1, -1, -1)]
    held = exercising.by_month(today, Exercise.held_on, starts[0], month_end(months_before(quarter, -2)))
    lead = say("By the day that each was held.")
    yield _chart(say("Held by quarter"), "columns", lead, [
        Bar(_quarter(day), _of_quarter(held, day), day == quarter)
        for day in starts
    ])  # fmt: skip


def _quarter(day: dt.date) -> str:
    return say("%(year)s Q%(number)s", number=(day.month + 2) // 3, year=str(day.year))


def _of_quarter(held: dict[tuple[int, int], list[int]], first: dt.date) -> tuple[int, ...]:
    months = [held.get((first.year, first.month + ahead), [0] * len(SERIES)) for ahead in range(3)]
    return tuple(map(sum, zip(*months, strict=True)))


def _chart(title: str, kind: str, lead: str, bars: Sequence[Bar]) -> Chart:
    series = tuple(Verdict(tone, say(label)) for tone, label in SERIES)
    columns = (Column("when", say("When")), *(Column(each.tone, each.label, numeric=True) for each in series))
    rows = tuple(Row("", (Shown(bar.label), *(Shown(str(n), numeric=True) for n in bar.amounts))) for bar in bars)
    return Chart(title, kind, series, tuple(bars), Table(title, columns, rows), lead)
