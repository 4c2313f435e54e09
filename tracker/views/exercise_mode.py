"""Exercise mode: choosing a scenario, following its injects as they come, and ending it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from forms.typed import read
from models.exercises import NO_DRILL, DrillRun, DrillScenario, Exercise, ExerciseState
from models.incidents import Incident
from models.kinds import Kind
from models.words import N_, Act, Problem, Register
from tracker.acts import exercise_mode
from tracker.acts.exercise_mode import Played
from tracker.pages import DrillChoice, DrillPage, Form, Link, Shown, ToldInject
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing
from tracker.spine.form_page import fields
from tracker.spine.reading import Reading, address
from tracker.views import own
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.registers import reading

bp = Blueprint("exercise_mode", __name__)


@bp.get("/ovningar/<uid>/spel")
@needs(Act.SEE, Register.EXERCISES)
def show(uid: str) -> Response:
    return page(_page(records.find(g.actor, Exercise, uid, Act.SEE, g.at)))


@bp.post("/ovningar/<uid>/spel")
@needs(Act.EDIT, Register.EXERCISES)
def begin(uid: str) -> Response:
    chosen = records.as_uid(request.form.get("scenario", ""))
    scenario = DrillScenario.get_or_none(DrillScenario.uid == chosen) if chosen else None
    if scenario is None:
        raise Missing
    exercise_mode.begin(g.actor, uid, scenario, g.at)
    return redirect(url_for("exercise_mode.show", uid=uid), 303)


@bp.post("/ovningar/<uid>/spel/nasta")
@needs(Act.EDIT, Register.EXERCISES)
def forward(uid: str) -> Response:
    exercise_mode.forward(g.actor, uid, _version(), g.at)
    return redirect(url_for("exercise_mode.show", uid=uid), 303)


@bp.post("/ovningar/<uid>/spel/slut")
@needs(Act.EDIT, Register.EXERCISES)
def end(uid: str) -> Response:
    row = records.find(g.actor, Exercise, uid, Act.EDIT, g.at)
    typed = read(_asked(), request.form, {})
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        exercise_mode.end(g.actor, uid, typed.values["functions"], typed.values["participants"], g.at)
    except Invalid as error:
        return page(_page(row, typed.texts, error.problems), 422)
    said(N_("The exercise is held. Say of each goal if it was met, write what was observed, and evaluate it."))
    return redirect(address(row), 303)


own.leads(
    Exercise, "Play a scenario", "spel", Act.EDIT, lambda row, look: row.__data__["state"] is ExerciseState.PLANNED,
    primary=True,
)  # fmt: skip


def _page(row: Any, texts: Mapping[str, str] | None = None, problems: Iterable[Problem] = ()) -> DrillPage:
    look = reading()
    look.prepare([row], ("name",))
    run = exercise_mode.running(row)
    head: dict[str, Any] = {
        "title": say("Exercise: %(name)s", name=look.title(row)),
        "crumbs": (Link(look.title(row), address(row)),),
        "stamp": say(NO_DRILL),
    }
    if run is None:
        return DrillPage(**head, lead=say("Choose what is played."), choices=tuple(_choices(row, look)))
    return _playing(exercise_mode.played(run, g.at), row, head, look, texts or {}, problems)


def _choices(row: Any, look: Reading) -> Iterable[DrillChoice]:
    may = row.state is ExerciseState.PLANNED and Act.EDIT in look.acts(row)
    for each in DrillScenario.select().order_by(DrillScenario.id).limit(50) if may else ():
        begin = Form(
            url_for("exercise_mode.begin", uid=row.uid.hex), say("Begin the exercise"),
            hidden=(("scenario", each.uid.hex),),
        )  # fmt: skip
        yield DrillChoice(each.name, each.brief, begin)


def _playing(
    played: Played, row: Any, head: dict[str, Any], look: Reading, texts: Mapping[str, str], problems: Iterable[Problem]
) -> DrillPage:
    run, leads = played.run, Act.EDIT in look.acts(row)
    over = run.ended_at is not None
    lead = say("Begun %(at)s. %(minutes)s minutes in.", at=run.started_at, minutes=played.minutes)
    told = tuple(
        ToldInject(
            say("%(minutes)s min", minutes=each.minute), each.to, each.text, each.expected or "" if leads else ""
        )
        for each in played.told
    )
    return DrillPage(
        **head,
        lead=say("Ended %(at)s.", at=run.ended_at) if over else lead,
        told=told,
        ahead="" if over else _ahead(played),
        steps=tuple(_steps(row, played, texts, problems)) if leads and not over else (),
        incident=_incident(run, look),
        state=Shown(say("Ended") if over else say("Under way"), tone="none" if over else "part"),
    )


def _ahead(played: Played) -> str:
    if not played.ahead:
        return say("No inject is left.")
    wait = played.ahead[0].minute - played.minutes
    return say("The next inject comes in %(minutes)s min. %(left)s are left.", minutes=wait, left=len(played.ahead))


def _steps(row: Any, played: Played, texts: Mapping[str, str], problems: Iterable[Problem]) -> Iterable[Form]:
    uid = row.uid.hex
    if played.ahead:
        version = (("version", str(played.run.version)),)
        yield Form(url_for("exercise_mode.forward", uid=uid), say("The next inject now"), hidden=version)
    made = fields(reading(), _asked(), {}, texts, problems, needs=("functions", "participants"))
    yield Form(url_for("exercise_mode.end", uid=uid), say("End the exercise"), made)


def _asked() -> dict[str, Kind]:
    return {name: Exercise._meta.fields[name] for name in ("functions", "participants")}


def _incident(run: DrillRun, look: Reading) -> Link | None:
    if not look.may_see(Incident):
        return None
    row = Incident.get_by_id(run.__data__["incident"])
    return Link(say("Its incident: %(number)s", number=row.number), f"{address(row)}/lage")


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
