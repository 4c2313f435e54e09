"""The report sheet of a legal clock: for those who read what is secret of incidents, and for nobody else."""

from flask import Blueprint, g
from werkzeug.wrappers import Response

from models.incidents import Incident, LegalClock, Trigger
from models.incidents.words import NOT_CLASSIFIED
from models.record import Record
from models.words import N_, Act, Register
from tracker import language
from tracker.acts.incidents import sheets
from tracker.acts.incidents.sheets import Answered, Sheet
from tracker.pages import Asked, Copied, Link, SheetPage
from tracker.spine import records
from tracker.spine.errors import Refused
from tracker.spine.reading import Reading, address
from tracker.views import own
from tracker.views.answer import page, say
from tracker.views.guard import needs
from tracker.views.incident_live import DRILL, reads_secrets
from tracker.views.registers import reading

bp = Blueprint("incident_sheets", __name__)
SILENT = N_("Of this report nothing may be written here but that it is made, and when. Use the approved channel.")
NONE = N_("There is no sheet for this rule. Read what the receiver asks.")


@bp.get("/klockor/<uid>/blad")
@needs(Act.EDIT, Register.INCIDENTS)
def show(uid: str) -> Response:
    if not reads_secrets():
        raise Refused
    clock: LegalClock = records.find(g.actor, LegalClock, uid, Act.EDIT, g.at)
    incident = Incident.get_by_id(clock.incident_id)
    look = reading()
    look.prepare([incident], ("number",))
    return page(_page(clock, incident, look))


def _page(clock: LegalClock, incident: Incident, look: Reading) -> SheetPage:
    sheet = sheets.of(clock)
    answers = sheets.filled(g.actor, incident, clock, g.at)
    drill = (say(DRILL),) if incident.drill else ()
    doubt = (say("Uncertain: %(doubt)s", doubt=sheet.doubt),) if sheet and sheet.doubt else ()
    return SheetPage(
        title=say("Report sheet: %(code)s, %(number)s", code=clock.rule.code, number=incident.number),
        name=sheet.name if sheet else clock.rule.name,
        crumbs=(Link(look.named(Incident, 2), f"/{Incident.declared.slug}"), Link(incident.number, address(incident)),
                Link(say("How it is now"), f"{address(incident)}/lage"), Link(clock.rule.code, address(clock))),
        notices=(*drill, say(NOT_CLASSIFIED), *doubt) if sheet else (_why_none(clock),),
        asked=tuple(_asked(each, incident) for each in answers),
        copied=Copied(say("The whole sheet"), say("Copy it, and paste it where the receiver asks."),
                      sheets.whole(sheet, answers, incident.drill)) if sheet else None,
        sent=Link(say("Record as sent"), f"{address(clock)}#steps") if clock.is_waiting else None,
        lead=_to_whom(clock, look),
        source=f"{_source(sheet)} {say('Made %(at)s by %(who)s.', at=g.at, who=g.actor.name)}" if sheet else "",
    )  # fmt: skip


def _to_whom(clock: LegalClock, look: Reading) -> str:
    """The receiver, by when, and the provision that its content is marked with: what a printed sheet must bear."""
    due = language.word(clock.due_at, look.locale) or say("promptly")
    told = say("To %(receiver)s. Due: %(due)s.", receiver=clock.rule.receiver, due=due)
    provision = clock.rule.provision
    return f"{told} {say('Secrecy mark: %(provision)s.', provision=provision)}" if provision else told


def _source(sheet: Sheet) -> str:
    return say("Source: %(source)s. Last checked %(on)s.", source=sheet.source, on=sheet.checked_on)


def _asked(answer: Answered, incident: Incident) -> Asked:
    fill = (
        Link(say("Fill it in"), f"{address(incident)}/{answer.fill}")
        if answer.fill and not incident.is_locked
        else None
    )
    return Asked(answer.ask, answer.lines, fill)


def _may_read(row: Record, look: Reading) -> bool:
    return reads_secrets()


own.leads(LegalClock, "Report sheet", "blad", Act.EDIT, _may_read)


def _why_none(clock: LegalClock) -> str:
    """Why a clock has no sheet."""
    return say(SILENT if clock.trigger is Trigger.SECURITY_SENSITIVE else NONE)
