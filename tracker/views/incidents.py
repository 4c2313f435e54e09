"""Incidents: the first report that anybody makes, and what a coordinator starts by hand."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from forms.moments import written
from forms.typed import Choosable, read
from models.common import Unit
from models.incidents import OVER, ClockRule, Incident, LegalClock
from models.incidents.words import NOT_CLASSIFIED
from models.kinds import EMPTY, Flag, Kind, Link, Moment
from models.record import Record
from models.words import N_, Act, Message, Problem, Register
from tracker.acts.incidents import clocks, reporting
from tracker.laws.vault.standing import NotPinned, NoVault
from tracker.pages import Form, FormPage, TextPage
from tracker.pages import Link as Goto
from tracker.spine import records
from tracker.spine.errors import Invalid
from tracker.spine.form_page import choices, fields
from tracker.spine.reading import Reading, address
from tracker.views import own
from tracker.views.answer import page, said, say
from tracker.views.deposits import NONE
from tracker.views.guard import needs
from tracker.views.registers import reading
from tracker.views.web.errors import vault_fault

bp = Blueprint("incidents", __name__)
SEAL = Flag(
    "Only the säkerhetsskyddschef may read this",
    hint=N_(
        "It is sealed: neither the coordinator nor you can read what it says then."
        " That you reported, and when, is seen."
    ),
)


def _asked() -> dict[str, Kind]:
    """What the first report asks: in under a minute, by somebody who has never seen the page."""
    kinds: dict[str, Kind] = {name: Incident._meta.fields[name] for name in reporting.ASKED}
    return kinds | {"sealed": SEAL}


@bp.get("/incidenter/rapportera")
@needs(Act.REPORT, Register.INCIDENTS)
def write() -> Response:
    return page(_report({"discovered_at": written(g.at)}))


@bp.post("/incidenter/rapportera")
@needs(Act.REPORT, Register.INCIDENTS)
def send() -> Response:
    kinds = _asked()
    typed = read(kinds, request.form, choices(reading(), kinds))
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        row = reporting.report(g.actor, typed.values, g.at, sealed=bool(typed.values["sealed"]))
    except Invalid as error:
        return page(_report(typed.texts, error.problems), 422)
    except NoVault:
        return page(_report(typed.texts, [Problem("sealed", NONE)]), 422)
    except NotPinned as error:
        return page(_report(typed.texts, [Problem("sealed", vault_fault(error))]), 409)
    session["reported"] = row.uid.hex
    return redirect(url_for("incidents.reported"), 303)


@bp.get("/incidenter/rapporterad")
@needs(Act.REPORT, Register.INCIDENTS)
def reported() -> Response:
    """The receipt of what this person reported last in this session, which can be loaded again; else the form."""
    name = records.as_uid(session.get("reported", ""))
    row = Incident.get_or_none((Incident.uid == name) & (Incident.reporter == g.actor.id)) if name else None
    return page(_thanks(row) if row else _report({"discovered_at": written(g.at)}))


def _thanks(row: Incident) -> TextPage:
    may_see = records.policy.may(g.actor, Register.INCIDENTS, Act.SEE)
    to = (Goto(say("To the incident"), address(row), primary=True),) if may_see else ()
    read_by = (
        say("Only the säkerhetsskyddschef, and a deputy let into the vault, can read what it says.")
        if row.sealed_report_id
        else say("The information-security coordinator and the säkerhetsskyddschef read it.")
    )
    seen = say("That you reported it, and when, stands in the incident for all who may see the register.")
    return TextPage(
        title=say("Thank you. %(number)s is reported", number=row.number),
        lead=say("Reported %(at)s.", at=row.reported_at),
        paragraphs=(read_by, seen, say("Note the number. If it gets worse, call: do not wait for an answer here.")),
        actions=(*to, Goto(say("To the start page"), "/")),
    )


def _report(texts: Mapping[str, str], problems: Iterable[Problem] = ()) -> FormPage:
    look, kinds = reading(), _asked()
    made = fields(look, kinds, choices(look, kinds), texts, problems, needs=("what", "discovered_at", "going_on"))
    wrong = tuple((each.name, f"{each.label.rstrip('?')}: {each.problem}") for each in made if each.problem)
    other = tuple(("", say(each.message)) for each in problems if each.field not in kinds)
    return FormPage(
        title=say("Report an incident"),
        lead=f"{say('Four questions. Rather too early than too late.')} {say(NOT_CLASSIFIED)}",
        form=Form(url_for("incidents.send"), say("Send the report"), made),
        problems=(*wrong, *other),
    )


@bp.get("/incidenter/<uid>/klocka")
@needs(Act.DECIDE, Register.INCIDENTS)
def clock(uid: str) -> Response:
    return page(_clock_page(records.find(g.actor, Incident, uid, Act.DECIDE, g.at), {"started_at": written(g.at)}))


@bp.post("/incidenter/<uid>/klocka")
@needs(Act.DECIDE, Register.INCIDENTS)
def start_clock(uid: str) -> Response:
    row = records.find(g.actor, Incident, uid, Act.DECIDE, g.at)
    kinds = _clock_kinds()
    typed = read(kinds, request.form, _clock_choices(reading()))
    given = typed.values
    empty = [Problem(name, EMPTY) for name in ("rule", "started_at") if given[name] is None]
    try:
        if typed.problems or empty:
            raise Invalid([*typed.problems, *empty])
        rule, whose = ClockRule.get_by_id(given["rule"]), Unit.get_or_none(Unit.id == given["unit"])
        clocks.start(g.actor, uid, rule, given["started_at"], given["due_at"], whose, g.at)
    except Invalid as error:
        return page(_clock_page(row, typed.texts, error.problems), 422)
    said(N_("The clock runs."))
    return redirect(address(row), 303)


def _clock_page(row: Any, texts: Mapping[str, str], problems: Iterable[Problem] = ()) -> FormPage:
    look, kinds = reading(), _clock_kinds()
    look.prepare([row], ("number",))
    made = fields(look, kinds, _clock_choices(look), texts, problems)
    return FormPage(
        title=say("Start a clock by hand"),
        lead=say("For what the triage does not start: an authority that asks, or another law."),
        crumbs=(Goto(look.title(row), address(row)),),
        form=Form(f"{address(row)}/klocka", say("Start the clock"), made),
        problems=tuple((each.name, f"{each.label}: {each.problem}") for each in made if each.problem),
    )


def _clock_kinds() -> dict[str, Kind]:
    return {
        "rule": Link("Clock", to=ClockRule),
        "started_at": Moment("Counts from"),
        "due_at": Moment("The authority's own time", optional=True, hint=N_("Only where the authority states a time.")),
        "unit": Link("Unit whose data it is", to=Unit, optional=True),
    }


def _clock_choices(look: Reading) -> dict[str, list[Choosable]]:
    rules = [Choosable(rule.uid.hex, rule.id, f"{rule.code} · {rule.name}") for rule in clocks.by_hand()]
    return {"rule": rules, **choices(look, {"unit": Incident._meta.fields["unit"]})}


own.leads(Incident, "Start a clock by hand", "klocka", Act.DECIDE, lambda row, look: row.__data__["state"] not in OVER)
own.lists(ClockRule, N_("Laws, times and names change: each row says where it comes from and when it was last read."))


@own.tells(LegalClock)
def duty(row: Record, look: Reading) -> Iterable[Message]:
    """What the clock is about, in words: its code alone says little to a second reader."""
    rule = ClockRule.get_by_id(row.__data__["rule"])
    yield Message("%(name)s, to %(receiver)s. %(law)s.", name=rule.name, receiver=rule.receiver, law=rule.law)
    if rule.doubt and not rule.confirmed:
        yield Message("Uncertain: %(doubt)s", doubt=rule.doubt)
