"""What kommunstyrelsen may know of protective security, and what its records' pages say of themselves."""

import datetime as dt
from collections.abc import Iterable, Iterator

from flask import Blueprint, g, url_for
from werkzeug.wrappers import Response

from models.happenings import Verb
from models.protective_security import Analysis, Ceiling, ProtectiveMeasure, SystemApproval, ceiling
from models.protective_security.analyses import STEPS
from models.record import Record
from models.words import Act, Message, Register
from tracker import language
from tracker.acts.small_counts import FEWEST, Cell
from tracker.acts.standing import Standing, standing
from tracker.acts.vault import recovering, trail
from tracker.pages import Link, TextPage
from tracker.spine.reading import Reading
from tracker.views import own
from tracker.views.answer import page, say
from tracker.views.guard import needs

bp = Blueprint("protective_security", __name__)
YEAR = dt.timedelta(days=365)


@bp.get("/sakerhetsskydd/lage")
@needs(Act.OVERSEE, Register.PROTECTIVE_SECURITY)
def show() -> Response:
    today = language.today(g.at)
    now = standing(today)
    return page(
        TextPage(
            title=say("How protective security stands"),
            lead=say(
                "Counts and days only. What they are about is kept by the säkerhetsskyddschef. As of %(day)s.",
                day=today,
            ),
            crumbs=(Link(say("Follow-up"), url_for("follow_up.show")),),
            paragraphs=(
                say(
                    "Of the measures, a number under %(fewest)s is not written out, nor what it could be computed "
                    "from; zero is.",
                    fewest=FEWEST,
                ),
            ),
            sections=(*_sections(now, today), (say("The vault, last 12 months"), tuple(_vault()))),
        )
    )  # fmt: skip


def _sections(now: Standing, today: dt.date) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield say("Analyses"), tuple(_analyses(now, today))
    yield say("What is decided and told"), tuple(_decided(now))
    if not now.measures.distributions:
        yield say("Protective measures"), (say("Too few to be counted without telling which."),)
        return
    by_area, by_state, by_year = now.measures.distributions
    total = say("All: %(number)s", number=now.measures.total) if now.measures.total is not None else ""
    yield say("Protective measures by area"), tuple(filter(None, (*map(_cell, by_area), total)))
    yield say("Protective measures by state"), tuple(map(_cell, by_state))
    if by_year:
        yield say("Protective measures by the year they are due"), tuple(map(_cell, by_year))


def _vault() -> Iterator[str]:
    """How often, and no word of who or what."""
    happened = trail.counts(g.at - YEAR)
    yield say("Unlocked: %(number)s", number=happened[Verb.UNLOCKED])
    yield say("Occasions when something sealed was opened: %(number)s", number=happened[Verb.OPENED])
    yield say("Lists of the register that were fetched as files: %(number)s", number=happened[Verb.EXPORTED])
    recovered = sum(happened[verb] for verb in trail.RECOVERY)
    yield say("Recovery shares used or made anew: %(number)s", number=recovered)
    yield say("Tries in vain: %(number)s", number=sum(happened[verb] for verb in trail.TRIES))
    drilled = recovering.drilled_on()
    yield say("Recovery drill held %(day)s.", day=drilled) if drilled else say("No recovery drill has been held.")


def _analyses(now: Standing, today: dt.date) -> Iterator[str]:
    for analysis in now.adopted:
        yield say(
            "%(scope)s: adopted %(adopted)s, to be updated by %(due)s. %(state)s.",
            scope=analysis.scope, adopted=analysis.adopted_on, due=analysis.due_on,
            state=analysis.as_of("state", today),
        )  # fmt: skip
    if not now.adopted:
        yield say("None is adopted.")
    yield say("An analysis is under way.") if now.ongoing else say("None is under way.")


def _decided(now: Standing) -> Iterator[str]:
    """The process, the plan, and what kommunstyrelsen was told last: days and paragraphs."""
    process, plan, report = now.process, now.plan, now.report
    yield (
        say("The process was adopted %(day)s, %(paragraph)s.", day=process.adopted_on, paragraph=process.paragraph)
        if process
        else say("No process is adopted.")
    )
    yield (
        say("The plan was adopted %(day)s, %(paragraph)s.", day=plan.adopted_on, paragraph=plan.paragraph)
        if plan
        else say("No plan is adopted.")
    )
    if plan and plan.follow_up_on:
        yield say("The plan is next followed up %(day)s.", day=plan.follow_up_on)
    if report is None:
        yield say("Kommunstyrelsen has not been told how things stand.")
    elif report.paragraph:
        yield say(
            "Kommunstyrelsen was last told how things stand %(day)s, %(paragraph)s.",
            day=report.reported_on, paragraph=report.paragraph,
        )  # fmt: skip
    else:
        yield say("Kommunstyrelsen was last told how things stand %(day)s.", day=report.reported_on)


def _cell(cell: Cell) -> str:
    label = say(cell.label)
    if cell.number is not None:
        return f"{label}: {language.word(cell.number, g.locale)}"
    if cell.few:
        return say("%(label)s: fewer than %(fewest)s", label=label, fewest=FEWEST)
    return say("%(label)s: not shown", label=label)


def highest_class(today: dt.date) -> Message:
    """What may be written, in one line: it follows the installation's ceiling, which no approval makes higher."""
    if ceiling(today) is Ceiling.NONE:
        return Message("No information in a säkerhetsskyddsklass may be written in this installation.")
    return Message("At most begränsat hemlig may be written in this installation, in sealed fields only.")


@own.tells(Analysis)
def steps_done(row: Analysis, look: Reading) -> Iterable[Message]:
    yield Message("%(done)s of the %(all)s steps are done.", done=row.steps_done, all=len(STEPS))


@own.tells(ProtectiveMeasure)
@own.tells(SystemApproval)
def what_may_be_written(row: Record, look: Reading) -> Iterable[Message]:
    yield highest_class(look.today)
