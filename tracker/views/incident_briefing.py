"""Lägesbild: an incident on one page, for whoever takes over."""

from collections.abc import Iterable, Iterator, Mapping

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from forms.typed import read
from models.incidents import AfterAction, EntryKind, Impact, Incident, IncidentDecision, LegalClock, TimelineEntry
from models.incidents.words import FUNCTION, NOT_CLASSIFIED
from models.kinds import Kind, Note, Text
from models.measures import Measure
from models.record import Record
from models.words import N_, Act, Problem, Register
from tracker.acts.incidents import timeline
from tracker.pages import BriefingPage, Form, Link, Passage, Shown
from tracker.spine import records
from tracker.spine.errors import Invalid
from tracker.spine.form_page import fields
from tracker.spine.lists import Asked, page_of, query
from tracker.spine.reading import Reading, address
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.incident_drawn import OWN
from tracker.views.incident_live import DRILL, alerts, card, told_of
from tracker.views.registers import reading

bp = Blueprint("incident_briefing", __name__)
KNOWN = ("name", "what", "service", "category", "severity", "unit", "going_on", "supplier", *OWN)
HIT = ("unit", "service", "limited_hours", "workaround_hours", "personal_data", "persons")
MOST = 8
"""Rows of a kind on the one page; the rest are on the incident's own."""


@bp.get("/incidenter/<uid>/lagesbild")
@needs(Act.SEE, Register.INCIDENTS)
def show(uid: str) -> Response:
    return page(_briefing(records.find(g.actor, Incident, uid, Act.SEE, g.at)))


@bp.post("/incidenter/<uid>/lagesbild")
@needs(Act.ADD, Register.INCIDENTS)
def hand_over(uid: str) -> Response:
    """Notes in the timeline that the work passes on."""
    row: Incident = records.find(g.actor, Incident, uid, Act.SEE, g.at)
    kinds = _kinds()
    typed = read(kinds, request.form, {})
    try:
        wrong = [Problem(name, why) for name, kind in kinds.items() if (why := kind.problem(typed.values[name]))]
        if typed.problems or wrong:
            raise Invalid((*typed.problems, *wrong))
        timeline.hand_over(g.actor, uid, typed.values["to"], typed.values["more"], g.at)
    except Invalid as error:
        return page(_briefing(row, typed.texts, error.problems), 422)
    said(N_("The hand-over is noted in the timeline."))
    return redirect(url_for("incident_room.show", uid=row.uid.hex), 303)


def _kinds() -> dict[str, Kind]:
    return {
        "to": Text("Who takes over", max_length=80, hint=FUNCTION),
        "more": Note("Say in short what waits", longest=1500, optional=True, hint=NOT_CLASSIFIED),
    }


def _briefing(row: Incident, texts: Mapping[str, str] | None = None, problems: Iterable[Problem] = ()) -> BriefingPage:
    look = reading()
    look.prepare([row], ("state", *KNOWN))
    clocks = told_of(row, look)
    may = records.may_add_to(g.actor, TimelineEntry, row, look.today)
    form = Form(
        url_for("incident_briefing.hand_over", uid=row.uid.hex),
        say("Hand over"),
        fields(look, _kinds(), {}, texts or {}, problems),
        title=say("Hand over to the next"),
    )
    return BriefingPage(
        title=say("Picture of the situation: %(number)s", number=row.number),
        crumbs=(
            Link(look.named(Incident, 2), f"/{Incident.declared.slug}"),
            Link(look.title(row), address(row)),
            Link(say("How it is now"), url_for("incident_room.show", uid=row.uid.hex)),
        ),
        lead=say(DRILL) if row.drill else "",
        state=look.shown(row, "state"),
        as_of=say("As of %(at)s, as %(who)s may read it.", at=look.at, who=g.actor.name),
        passages=tuple(_passages(row, clocks, look)),
        hand_over=form if may else None,
    )


def _passages(row: Incident, clocks: list[LegalClock], look: Reading) -> Iterator[Passage]:
    yield Passage(say("What is known"), tuple(_known(row, look)))
    yield Passage(say("What is hit"), tuple(_hit(row, look)), say("Nothing yet."))
    yield Passage(say("Clocks"), tuple(_clocks(clocks, look)), say("No clock runs."))
    yield Passage(say("What is done"), tuple(_entries(row, look, EntryKind.DONE)), say("Nothing yet."))
    yield Passage(say("Decisions"), tuple(_decisions(row, look)), say("Nothing yet."))
    yield Passage(say("Who has been told"), tuple(_told(row, look)), say("Nobody yet."))
    yield Passage(say("What is next"), tuple(_next(row, clocks, look)), say("Nothing that Värna knows of."))


def _rows(record_type: type[Record], row: Incident, look: Reading, most: int = MOST) -> list[Record]:
    asked = Asked(filters={"incident": row.id})
    return page_of(query(look.actor, record_type, asked, look.at), record_type, asked, most)[0]


def _known(row: Incident, look: Reading) -> Iterator[Shown]:
    for name in KNOWN:
        shown = look.shown(row, name)
        if shown.masked or shown.text:
            yield _line(say(Incident._meta.fields[name].label), shown)


def _hit(row: Incident, look: Reading) -> Iterator[Shown]:
    """Each unit with what is known of how it is hit."""
    found = _rows(Impact, row, look)
    look.prepare(found, HIT)
    for impact in found:
        shown = ((name, look.shown(impact, name)) for name in HIT[1:])
        told = [
            _line(say(Impact._meta.fields[name].label), each).text for name, each in shown if each.text or each.masked
        ]
        yield _line(look.shown(impact, HIT[0]).text, Shown("; ".join(told)))


def _line(label: str, shown: Shown) -> Shown:
    """A label and its value, or why it is not shown."""
    return Shown(f"{label.rstrip('?')}: {shown.masked or shown.text}")


def _clocks(clocks: Iterable[LegalClock], look: Reading) -> Iterator[Shown]:
    for each in (card(clock, look) for clock in clocks):
        left = f"{each.due.text} ({each.due.words})" if each.due.words else each.due.text
        whose = f"{each.code}, {each.controller}" if each.controller else each.code
        yield Shown(" · ".join([f"{whose}: {each.name}", left, each.state.label, *each.outcome]))


def _entries(row: Incident, look: Reading, kind: EntryKind) -> Iterator[Shown]:
    found, _ = timeline.entries(look.actor, row, look.at, kind=kind, most=MOST)
    look.prepare(found, ())
    for each in found:
        yield _line(look.shown(each, "happened_at").text, look.shown(each, "text"))


def _decisions(row: Incident, look: Reading) -> Iterator[Shown]:
    found = _rows(IncidentDecision, row, look)
    look.prepare(found, ())
    for each in found:
        when = f"{look.shown(each, 'decided_at').text}, {look.shown(each, 'decided_by').text}"
        yield _line(when, look.shown(each, "decision"))


def _told(row: Incident, look: Reading) -> Iterator[Shown]:
    for line in alerts(row, look):
        yield Shown(line)
    yield from _entries(row, look, EntryKind.CONTACT)
    reviews = list(AfterAction.select().where(AfterAction.incident == row).limit(MOST))
    look.prepare(reviews, ())
    told = (look.shown(review, "told") for review in reviews)
    yield from (Shown(each.masked or each.text) for each in told if each.masked or each.text)


def _next(row: Incident, clocks: Iterable[LegalClock], look: Reading) -> Iterator[Shown]:
    """What waits: clocks without an outcome, steps of the incident, measures that it gave rise to."""
    for clock in clocks:
        if clock.is_waiting:
            due = look.shown(clock, "due_at")
            told = f"{clock.rule.name} ({clock.rule.code})"
            yield Shown(f"{told}: {due.words}" if due.words else told, href=address(clock))
    for name, step in records.steps(look.actor, row, look.today):
        if name not in ("dismiss", "close"):
            yield Shown(say(step.label), href=address(row))
    if look.may_see(Measure):
        asked = Asked(filters={"source_uid": row.uid})
        found, _ = page_of(query(look.actor, Measure, asked, look.at), Measure, asked, MOST)
        look.prepare(found, (Measure.declared.title,))
        for measure in found:
            if measure.is_waiting:
                yield Shown(look.title(measure), href=address(measure))
