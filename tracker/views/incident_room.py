"""Läget nu: an incident's working page, whose live part is fetched anew while it is looked at."""

import hashlib
from collections.abc import Iterable, Mapping

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forms.moments import written
from forms.typed import read
from models.incidents import Incident, IncidentState, TimelineEntry
from models.incidents.words import NOT_CLASSIFIED
from models.kinds import Kind
from models.record import Record
from models.words import N_, Act, Message, Problem, Register
from tracker.acts.incidents import significance, timeline
from tracker.pages import Form, Link, RoomPage
from tracker.spine import records
from tracker.spine.errors import Invalid
from tracker.spine.form_page import choices, fields
from tracker.spine.reading import Reading, address
from tracker.views import own
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.incident_live import DRILL, FOLLOWS, live
from tracker.views.registers import reading

bp = Blueprint("incident_room", __name__)
PART, LIVE = "del", "lage"
WRITTEN = ("kind", "happened_at", "text")


@bp.get("/incidenter/<uid>/lage")
@needs(Act.SEE, Register.INCIDENTS)
def show(uid: str) -> Response:
    row: Incident = records.find(g.actor, Incident, uid, Act.SEE, g.at)
    if request.args.get(PART) == LIVE:
        return _live_part(row)
    return page(_room(row, {"happened_at": written(g.at)}, request.args.get(FOLLOWS, "")))


@bp.post("/incidenter/<uid>/lage")
@needs(Act.ADD, Register.INCIDENTS)
def write(uid: str) -> Response:
    row: Incident = records.find(g.actor, Incident, uid, Act.SEE, g.at)
    follows, kinds = request.form.get(FOLLOWS, ""), _kinds()
    typed = read(kinds, request.form, choices(reading(), kinds), also=(FOLLOWS,))
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        timeline.note(g.actor, uid, typed.values, g.at, follows)
    except Invalid as error:
        return page(_room(row, typed.texts, follows, error.problems), 422)
    said(N_("Noted in the timeline."))
    return redirect(url_for("incident_room.show", uid=row.uid.hex), 303)


def _live_part(row: Incident) -> Response:
    """The live part alone; nothing where it is as the one who asks has it already."""
    answer = make_response(render_template("room_live.html", page=live(row, reading())))
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    return answer.make_conditional(request)


def _kinds() -> dict[str, Kind]:
    return {name: TimelineEntry._meta.fields[name] for name in WRITTEN}


def _room(row: Incident, texts: Mapping[str, str], follows: str, problems: Iterable[Problem] = ()) -> RoomPage:
    look = reading()
    shown = live(row, look)
    here = url_for("incident_room.show", uid=row.uid.hex)
    asked = {**request.args.to_dict(), PART: LIVE}
    asked.pop(FOLLOWS, None)
    return RoomPage(
        title=say("Now: %(number)s", number=row.number),
        lead=say("The clocks and the timeline follow along by themselves while you look."),
        crumbs=(Link(look.named(Incident, 2), f"/{Incident.declared.slug}"), Link(shown.title, address(row))),
        actions=(
            Link(say("Picture for the hand-over"), url_for("incident_briefing.show", uid=row.uid.hex)),
            Link(say("All about the incident"), address(row)),
        ),
        live=shown,
        source=url_for("incident_room.show", uid=row.uid.hex, **asked),
        now=look.at.isoformat(timespec="seconds"),
        notice=say(NOT_CLASSIFIED),
        entry=_form(row, look, texts, follows, problems, here),
    )


def _form(
    row: Incident, look: Reading, texts: Mapping[str, str], follows: str, problems: Iterable[Problem], here: str
) -> Form | None:
    """The quick entry; one that follows another says which."""
    if not records.may_add_to(g.actor, TimelineEntry, row, look.today):
        return None
    kinds = _kinds()
    earlier = timeline.entry(row, follows) if follows else None
    made = fields(look, kinds, choices(look, kinds), texts, problems)
    return Form(
        here,
        say("Note it"),
        made,
        ((FOLLOWS, earlier.uid.hex),) if earlier else (),
        title=say("Follow up") if earlier else say("Note something"),
        lead=say("Follows on %(at)s: %(kind)s.", at=earlier.happened_at, kind=earlier.kind) if earlier else "",
    )


@own.tells(Incident)
def reaches(row: Record, look: Reading) -> Iterable[Message]:
    """That it is an exercise; while it is triaged also which thresholds it reaches, as a help for whoever answers."""
    if row.__data__["drill"]:
        yield Message(DRILL)
    if row.__data__["state"] in (IncidentState.NEW, IncidentState.TRIAGE):
        for each, held in significance.suggested(row, look.today):  # type: ignore[arg-type]
            yield Message(
                "A threshold is reached, as a suggestion: %(aim)s: %(amount)s. Here: %(by)s. Source: %(source)s.",
                aim=each.aim, amount=held.amount, by=each.by, source=held.source,
            )  # fmt: skip


own.leads(Incident, "How it is now", "lage", Act.SEE, primary=True)
