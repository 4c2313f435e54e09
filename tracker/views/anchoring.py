"""The page whose one button signs, its link to send, and what stands on pages of the work against irregularities."""

from collections.abc import Iterable

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from models.common import Unit
from models.integrity import NO_CASE, NO_REPORT, Anchoring, ChannelStatus, ChannelYear, Guideline, GuidelineReview
from models.record import Record
from models.words import Act, Message, Register
from tracker import language
from tracker.acts import anchoring, landing
from tracker.acts.anchoring import Signing
from tracker.laws import policy
from tracker.pages import Copied, Form, Link, TextPage
from tracker.spine.reading import Reading
from tracker.views import own
from tracker.views.answer import page, said, say
from tracker.views.guard import needs

bp = Blueprint("anchoring", __name__)


@bp.get("/forankringar/<uid>/kvittera")
@needs(Act.COUNTERSIGN, Register.INTEGRITY)
def ask(uid: str) -> Response:
    return page(_sign_page(anchoring.signing(g.actor, uid, g.at)))


@bp.post("/forankringar/<uid>/kvittera")
@needs(Act.COUNTERSIGN, Register.INTEGRITY)
def sign(uid: str) -> Response:
    anchoring.sign(g.actor, uid, request.form.get("guideline", ""), g.at)
    said("You have signed: read and discussed.")
    return redirect(url_for("anchoring.ask", uid=uid), 303)


def _sign_page(asked: Signing) -> TextPage:
    here = say("Read and discussed: %(unit)s", unit=asked.anchoring.unit.name)
    crumbs = (Link(say("Anchoring index"), url_for("anchoring_index.show")),)
    if asked.guideline is None:
        return TextPage(
            title=here, crumbs=crumbs, paragraphs=(say("No version is in force: there is nothing to sign."),)
        )
    version = asked.guideline
    told = [say("It was adopted by %(body)s %(day)s, %(paragraph)s, %(reference)s.", body=version.body,
                day=version.decided_on, paragraph=version.paragraph, reference=version.reference)]  # fmt: skip
    told += [say("What has changed: %(changes)s", changes=version.changes)] if version.changes else []
    told += [say("Signed %(day)s by %(who)s.", day=asked.signed.signed_on, who=asked.signed.signed_by.name)] if (
        asked.signed
    ) else []  # fmt: skip
    sent = (("guideline", anchoring.shown(version)),)
    button = Form(
        request.path,
        say("Read and discussed"),
        hidden=sent,
        lead=say("You sign for the unit that you head: you have read this version and discussed it with your staff."),
    )
    again = asked.signed is not None and asked.signed.signed_on == language.today(g.at)
    return TextPage(
        title=here, lead=version.name, crumbs=crumbs, paragraphs=(*told, say(NO_CASE)), forms=() if again else (button,)
    )


def to_send(rows: list[Anchoring], look: Reading) -> Iterable[Copied]:
    """The link to each signing page, and who is to have it."""
    names = anchoring.heads(rows, look.today)
    for row in rows:
        whom = names.get(row.unit_id)
        lead = (
            say("To %(heads)s", heads=whom) if whom else say("No head is recorded: the head of the unit above signs.")
        )
        yield Copied(row.unit.name, lead, url_for("anchoring.ask", uid=row.uid.hex, _external=True), "sv")


@own.sends(Anchoring)
def link_to_send(row: Record, look: Reading) -> Iterable[Copied]:
    """For those who adopt versions, while the head's sign-off is awaited."""
    awaited = Anchoring.declared.selections["awaited"].where(Anchoring, look.today)
    if not policy.may(look.actor, Register.INTEGRITY, Act.DECIDE):
        return
    found = Anchoring.select(Anchoring, Unit).join(Unit).where((Anchoring.id == row.id) & awaited)
    for each in to_send(list(found), look):
        yield Copied(say("Link for the head's sign-off"), each.lead, each.text)


@own.tells(Anchoring)
def how_far(row: Record, look: Reading) -> Iterable[Message]:
    (place,) = landing.places([row], look.today, controlled=False)
    yield Message("%(standing)s. Index %(number)s of 100.", standing=place.standing, number=place.index)
    yield Message(NO_CASE)


@own.tells(Guideline)
@own.tells(GuidelineReview)
def no_case(row: Record, look: Reading) -> Iterable[Message]:
    yield Message(NO_CASE)


@own.tells(ChannelStatus)
@own.tells(ChannelYear)
def channel(row: Record, look: Reading) -> Iterable[Message]:
    yield Message(NO_REPORT)


def _is_theirs(row: Record, look: Reading) -> bool:
    return Anchoring.select().where((Anchoring.id == row.id) & Anchoring.asked_of(look.actor.id, look.today)).exists()


own.leads(Anchoring, "Read and discussed", "kvittera", Act.COUNTERSIGN, _is_theirs, primary=True)
own.lists(ChannelStatus, NO_REPORT)
own.lists(ChannelYear, NO_REPORT)
