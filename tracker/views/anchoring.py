"""How far the guidelines have landed: units beside requirements, the index, and the page whose one button signs."""

from collections.abc import Iterable, Iterator

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from models.common import Unit
from models.integrity import NO_CASE, Anchoring, Guideline, GuidelineReview, Standing
from models.record import Record
from models.words import Act, Message, Register
from tracker import language
from tracker.acts import anchoring
from tracker.acts.anchoring import Landed, Signing
from tracker.pages import Column, Form, Link, Row, Shown, Table, TextPage
from tracker.spine.reach import reach
from tracker.spine.reading import Reading, address
from tracker.views import own
from tracker.views.answer import page, said, say
from tracker.views.guard import needs

bp = Blueprint("anchoring", __name__)


@bp.get("/forankring")
@needs(Act.SEE, Register.INTEGRITY)
def show() -> Response:
    today = language.today(g.at)
    mine = reach(g.actor, Anchoring, Act.SEE, today) & Anchoring.declared.selections["taking_part"].where(
        Anchoring, today
    )
    rows = Anchoring.select(Anchoring, Unit).join(Unit).where(mine).order_by(Unit.kind, Unit.name_key)
    places = anchoring.places(rows, today)
    guideline = anchoring.in_force(today)
    return page(
        TextPage(
            title=say("Anchoring index"),
            lead=say("How far each unit has come with the version in force. As of %(day)s.", day=today),
            paragraphs=tuple(_told(places, guideline)),
            table=Table(
                say("Units and what is asked of them"), tuple(_columns()), tuple(map(_row, places)), say("Nothing yet.")
            ),
        )
    )


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
    crumbs = (Link(say("Anchoring index"), url_for("anchoring.show")),)
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
    sent = (("guideline", version.uid.hex),)
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


def _told(places: list[Landed], guideline: Guideline | None) -> Iterator[str]:
    if guideline is None:
        yield say("No version is in force: nothing can be anchored.")
    else:
        yield say("In force: %(name)s, from %(day)s.", name=guideline.name, day=guideline.valid_from)
    number = anchoring.whole(places)
    if number is not None:
        anchored = sum(place.standing is Standing.ANCHORED for place in places)
        yield say(
            "The index of the whole is %(number)s of 100: %(anchored)s of %(all)s units are anchored.",
            number=number, anchored=anchored, all=len(places),
        )  # fmt: skip
    yield say(
        "A unit's index is half the head's sign-off on the version in force and half the training against its target. "
        "It falls to 0 when a new version comes into force, or when it was too long ago."
    )


def _columns() -> Iterable[Column]:
    for name, label in (
        ("unit", say("Unit")),
        ("plan", say("Plan")),
        ("signed", say("Signed by the head")),
        ("trained", say("Trained")),
        ("standing", say("Standing")),
    ):
        yield Column(name, label)
    yield Column("index", say("Index"), numeric=True)


def _row(place: Landed) -> Row:
    row, signed, counted = place.anchoring, place.signed, place.coverage
    lacking = Shown(say("missing"), tone="no")
    trained = "ok" if place.covered >= place.target else "part" if place.covered else "no"
    return Row(
        address(row),
        (
            Shown(row.unit.name, lang="sv"),
            Shown(language.word(row.planned_on, g.locale), tone="ok") if row.planned_on else lacking,
            Shown(language.word(signed.signed_on, g.locale), tone="ok") if signed else lacking,
            Shown(say("%(share)s of %(target)s per cent", share=place.covered, target=place.target), tone=trained)
            if counted
            else lacking,
            Shown(say(place.standing), tone=place.standing.tone),
            Shown(str(place.index), numeric=True),
        ),
    )


@own.tells(Anchoring)
def how_far(row: Record, look: Reading) -> Iterable[Message]:
    (place,) = anchoring.places([row], look.today)
    yield Message("%(standing)s. Index %(number)s of 100.", standing=place.standing, number=place.index)
    yield Message(NO_CASE)


@own.tells(Guideline)
@own.tells(GuidelineReview)
def no_case(row: Record, look: Reading) -> Iterable[Message]:
    yield Message(NO_CASE)


own.leads(Anchoring, "Read and discussed", "kvittera", Act.COUNTERSIGN, primary=True)
