"""How the figures of guarding are shown: each with what it rests on, its period, and a verdict only where it may be."""

import datetime as dt
from collections.abc import Iterator

from flask import g

from models.guarding import ServiceKind
from models.guarding.contracts import PRICES
from models.words import Message
from tracker import language, pages
from tracker.acts.usage import ROUNDS, Figure, SiteUse, Times, Use
from tracker.pages import Column, Row, Shown
from tracker.spine.reading import Reading, address
from tracker.views.answer import say

LONGEST_CHART = 24


def tiles(use: Use, prices: bool = True) -> Iterator[pages.Tile]:
    """Delivery, response and alarms against their targets; then what it cost, of one task only where `prices` says."""
    share = "%(share)s\N{NO-BREAK SPACE}%%"
    yield _judged(use, use.delivered(), say("Delivered of what was ordered"), say("ordered tasks"), share)
    yield _judged(use, use.in_time(), say("There within the response class"), say("responses"), share)
    yield _times(use, use.all_times())
    alarms = say("Unjustified alarms per site and year")
    yield _judged(use, use.unjustified(), alarms, say("months of sites"), "%(share)s")
    for label, of, figure in (
        (say("Cost per site"), say("sites"), use.cost_per_site()),
        (say("Cost per call-out"), say("call-outs"), use.cost_per(ServiceKind.CALL_OUT) if prices else None),
        (say("Cost per round"), say("rounds"), use.cost_per(*ROUNDS) if prices else None),
    ):
        if figure is None:
            yield pages.Tile("–", label, note=say("masked, %(ground)s", ground=PRICES))
            continue
        cost = figure.rounded(0)
        told = say("%(cost)s kronor", cost=cost) if cost is not None else "–"
        yield pages.Tile(told, label, note=_rests_on(use, figure, of))


def _judged(use: Use, figure: Figure, label: str, of: str, text: str) -> pages.Tile:
    value = figure.rounded()
    told = "–" if value is None else text % {"share": language.word(value, g.locale)}
    tone = {True: "ok", False: "no", None: "none"}[figure.holds]
    return pages.Tile(told, label, tone=tone, note=_rests_on(use, figure, of))


def _rests_on(use: Use, figure: Figure, of: str) -> str:
    """n, period and target; and that it is too little to be judged by."""
    told = [say("n = %(n)s %(of)s", n=figure.n, of=of), language.span(use.period.first, use.period.last, g.locale)]
    if figure.target is not None:
        asked = Message("target at least %(target)s") if figure.at_least else Message("target at most %(target)s")
        told.append(say(asked.msgid, target=figure.target))
        told += [say("too few to judge")] if figure.too_few else []
    return ", ".join(told)


def _times(use: Use, times: Times) -> pages.Tile:
    half, most = times.percentile(50), times.percentile(90)
    told = "–" if half is None else say("%(half)s and %(most)s min", half=half, most=most)
    label = say("Response: half are there within, and 9 of 10 within")
    return pages.Tile(told, label, note=_rests_on(use, Figure(0, times.n), say("responses")))


def classes(use: Use) -> pages.Table:
    """Each response class: median and 90th percentile against its minutes."""
    names = (say("Class, minutes"), say("Responses"), say("Half within"), say("9 of 10 within"), say("In time"))
    columns = (*(Column(str(n), name, numeric=True) for n, name in enumerate(names)), Column("judged", say("Verdict")))
    rows = tuple(Row("", tuple(_class(times, figure))) for times, figure in use.by_class())
    return pages.Table(say("Response by class"), columns, rows, say("No response times have come in for the period."))


def _class(times: Times, figure: Figure) -> Iterator[Shown]:
    share = figure.rounded()
    for value in (times.minutes, times.n, times.percentile(50), times.percentile(90)):
        yield Shown(language.word(value, g.locale), numeric=True)
    yield Shown(say("%(share)s per cent", share=share) if share is not None else "–", numeric=True)
    if figure.holds is None:
        yield Shown(say("too few to judge"), tone="none")
    else:
        late = (times.percentile(90) or 0) > (times.minutes or 0)
        word = say("Reaches the target") if figure.holds else say("Below the target")
        yield Shown(word, tone="no" if not figure.holds else "part" if late else "ok")


def charts(use: Use) -> Iterator[pages.Chart]:
    """Month by month: delivered and missed, alarms, cost."""
    rows = use.months[-LONGEST_CHART:]
    lead = say("The last %(most)s months of the period.", most=LONGEST_CHART) if len(use.months) > len(rows) else ""
    came, missed = ("ok", say("Delivered")), ("no", say("Not delivered"))
    real, false = ("part", say("Justified")), ("no", say("Unjustified"))
    for title, series, amounts in (
        (say("Delivered and missed"), (came, missed), [(row.kept, row.missed) for row in rows]),
        (say("Alarms"), (real, false), [(row.justified, row.unjustified) for row in rows]),
        (say("Cost, thousands of kronor"), (("none", say("Invoiced")),), [(round(row.cost / 1000),) for row in rows]),
    ):
        if any(map(any, amounts)):
            yield _chart(title, series, [(row.month, *each) for row, each in zip(rows, amounts, strict=True)], lead)


def _chart(title: str, series: tuple[tuple[str, str], ...], rows: list[tuple], lead: str) -> pages.Chart:
    columns = (Column("month", say("Month")), *(Column(tone, label, numeric=True) for tone, label in series))
    return pages.Chart(
        title,
        "columns",
        tuple(pages.Verdict(*each) for each in series),
        tuple(pages.Bar(language.month(day, g.locale, True), tuple(amounts)) for day, *amounts in rows),
        pages.Table(title, columns, tuple(Row("", tuple(_line(*each))) for each in rows)),
        lead,
    )


def _line(day: dt.date, *amounts: int) -> Iterator[Shown]:
    yield Shown(language.month(day, g.locale))
    for amount in amounts:
        yield Shown(language.word(amount, g.locale), numeric=True)


def dearest(look: Reading, use: Use) -> pages.Table:
    """The sites that cost most, with what they had for it."""
    found = use.dearest()
    look.prepare([each.site for each in found], ("name", "unit", "response"))
    numbers = (
        ("cost", say("Invoiced, kronor")), ("rounds", say("Rounds")), ("call_outs", say("Call-outs")),
        ("alarms", say("Alarms")), ("unjustified", say("Of them unjustified")), ("in_time", say("In time")),
    )  # fmt: skip
    columns = (Column("name", say("Guarded site")), Column("unit", say("Unit that pays")))
    columns = (*columns, *(Column(name, label, numeric=True) for name, label in numbers))
    rows = tuple(Row(address(each.site), tuple(_site(look, use, each))) for each in found)
    return pages.Table(say("The sites that cost most"), columns, rows, say("No figures have come in for the period."))


def _site(look: Reading, use: Use, each: SiteUse) -> Iterator[Shown]:
    yield look.shown(each.site, "name")
    yield look.shown(each.site, "unit")
    for number in (each.cost, each.rounds, each.call_outs, each.alarms, each.unjustified):
        yield Shown(language.word(number, g.locale), numeric=True)
    masked = look.shown(each.site, "response").masked
    top, n = each.in_time
    yield Shown(masked=masked) if masked else Shown(say("%(top)s of %(n)s", top=top, n=n) if n else "", numeric=True)
