"""Is it a serious or an extraordinary event, and who has been told? One page of short questions and buttons."""

from collections.abc import Iterable, Iterator, Mapping

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from forms.moments import written
from forms.typed import read
from models.incidents import Alert, Answer, EscalationGround, Incident, Told
from models.kinds import Choice, Kind
from models.words import N_, Act, Message, Problem, Register
from tracker.acts.incidents import alerting, escalating
from tracker.acts.incidents.escalating import Definition
from tracker.pages import Form, Link, TextPage
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing
from tracker.spine.form_page import choices, fields
from tracker.spine.reading import Reading, address
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.incident_live import DRILL, alerts, tested
from tracker.views.registers import reading

bp = Blueprint("incident_alerts", __name__)
GROUND, TOLD = "ground_of", "told"
ASKED = ("told_at", "how")
Wrong = tuple[str, Mapping[str, str], Iterable[Problem]]
"""Which form was wrong, what was typed in it, and what is wrong with it."""


@bp.get("/incidenter/<uid>/larmning")
@needs(Act.EDIT, Register.INCIDENTS)
def show(uid: str) -> Response:
    return page(_page(records.find(g.actor, Incident, uid, Act.EDIT, g.at)))


@bp.post("/incidenter/<uid>/larmning/prova")
@needs(Act.EDIT, Register.INCIDENTS)
def test(uid: str) -> Response:
    """Holds the event against one definition."""
    row: Incident = records.find(g.actor, Incident, uid, Act.EDIT, g.at)
    ground = _member(EscalationGround, request.form.get(GROUND, ""))
    kinds = _questions(escalating.definition(ground))
    typed = read(kinds, request.form, choices(reading(), kinds), also=(GROUND,))
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        made = escalating.answer(g.actor, uid, ground, [typed.values[name] for name in kinds], at=g.at)
    except Invalid as error:
        return page(_page(row, (ground.value, typed.texts, error.problems)), 422)
    said(N_("Every condition is met: tell those below, in this order.") if made.holds
         else N_("Not every condition is met. What you answered is kept."))  # fmt: skip
    return redirect(url_for("incident_alerts.show", uid=row.uid.hex), 303)


@bp.post("/incidenter/<uid>/larmning")
@needs(Act.EDIT, Register.INCIDENTS)
def tell(uid: str) -> Response:
    """Keeps that somebody was told."""
    row: Incident = records.find(g.actor, Incident, uid, Act.EDIT, g.at)
    ground = _member(EscalationGround, request.form.get(GROUND, ""))
    told = _member(Told, request.form.get(TOLD, ""))
    kinds = _kinds()
    typed = read(kinds, request.form, {}, also=(GROUND, TOLD))
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        at = typed.values["told_at"]
        if at is None:
            raise Invalid([Problem("told_at", Message("This must be filled in."))])
        alerting.alert(g.actor, uid, told, ground, at, typed.values["how"] or "", at=g.at)
    except Invalid as error:
        return page(_page(row, (told.value, typed.texts, error.problems)), 422)
    said(N_("It is noted who was told."))
    return redirect(url_for("incident_alerts.show", uid=row.uid.hex), 303)


def _member(kind: type, text: str):  # type: ignore[no-untyped-def]
    """What the page itself wrote; Missing for what it cannot have written."""
    try:
        return kind(text)
    except ValueError:
        raise Missing from None


def _kinds() -> dict[str, Kind]:
    return {name: Alert._meta.fields[name] for name in ASKED}


def _questions(definition: Definition) -> dict[str, Kind]:
    return {f"q{number}": Choice(question, Answer) for number, question in enumerate(definition.questions, 1)}


def _page(row: Incident, wrong: Wrong = ("", {}, ())) -> TextPage:
    look = reading()
    look.prepare([row], ("number",))
    ground = escalating.suggested(escalating.newest(row))
    kept = (
        (say("Told so far"), tuple(alerts(row, look))),
        (say("Tried so far"), tuple(map(tested, escalating.tests(row)))),
    )
    back = url_for("incident_room.show", uid=row.uid.hex)
    return TextPage(
        title=say("Tell by the programme: %(number)s", number=row.number),
        lead=say(DRILL if row.drill else N_("Rather tell once too often. Whoever is told decides what it is called.")),
        crumbs=(Link(look.named(Incident, 2), f"/{Incident.declared.slug}"), Link(look.title(row), address(row)),
                Link(say("How it is now"), back)),
        sections=tuple(section for section in kept if section[1]),
        forms=(*(_buttons(row, look, ground, wrong) if ground and not row.is_locked else ()),
               *(_tests(row, look, wrong) if not row.is_locked else ())),
    )  # fmt: skip


def _buttons(row: Incident, look: Reading, ground: EscalationGround, wrong: Wrong) -> Iterator[Form]:
    """One for each who is not told of it yet, in the programme's order."""
    done = {each.told for each in alerting.told_of(row, ground)}
    waiting = [(number, each) for number, each in enumerate(Told, 1) if each not in done]
    for number, each in waiting:
        name, texts, problems = wrong
        mine = name == each.value
        typed = texts if mine else {"told_at": written(g.at)}
        yield Form(
            url_for("incident_alerts.tell", uid=row.uid.hex),
            say("%(told)s is told", told=each),
            fields(look, _kinds(), {}, typed, problems if mine else ()),
            ((GROUND, ground.value), (TOLD, each.value)),
            title=f"{number}. {say(each)}",
            lead=say("Because: %(ground)s.", ground=ground) if number == waiting[0][0] else "",
        )


def _tests(row: Incident, look: Reading, wrong: Wrong) -> Iterator[Form]:
    """The conditions of each definition."""
    for definition in escalating.definitions():
        name, texts, problems = wrong
        mine = name == definition.ground.value
        kinds = _questions(definition)
        source = say("Source: %(source)s. Last checked %(on)s.", source=definition.source, on=definition.checked_on)
        yield Form(
            url_for("incident_alerts.test", uid=row.uid.hex),
            say("Keep the answers"),
            fields(look, kinds, choices(look, kinds), texts if mine else {}, problems if mine else ()),
            ((GROUND, definition.ground.value),),
            title=say("%(ground)s? All must be yes", ground=definition.ground),
            lead=" ".join(
                [source, say("Uncertain: %(doubt)s", doubt=definition.doubt)] if definition.doubt else [source]
            ),
        )
