"""Orders to whoever carries them out: a number, a day and one button."""

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from models.words import Act, Message, Register
from tracker import language
from tracker.acts import orders
from tracker.pages import Column, Form, Row, Section, Shown, Table, TextPage
from tracker.views.answer import page, said, say
from tracker.views.guard import needs

bp = Blueprint("orders", __name__)


@bp.get("/uppdrag")
@needs(Act.ANSWER, Register.PROTECTIVE_SECURITY)
def show() -> Response:
    waiting = tuple(orders.waiting(g.actor))
    return page(
        TextPage(
            title=say("Orders to you"),
            lead=say("You were told by word of mouth what each is about. Write nothing of it here."),
            paragraphs=() if waiting else (say("No order waits for your answer."),),
            forms=tuple(_form(order) for order in waiting),
        )
    )


@bp.post("/uppdrag/<uid>/svar")
@needs(Act.ANSWER, Register.PROTECTIVE_SECURITY)
def answer(uid: str) -> Response:
    done = orders.answer(g.actor, uid, g.at)
    said(Message("You have answered that %(reference)s is carried out.", reference=done.reference))
    return redirect(url_for("orders.show"), 303)


def section() -> Section | None:
    """What stands on the recipient's first page."""
    waiting = tuple(orders.waiting(g.actor))
    if not waiting:
        return None
    columns = (Column("reference", say("No.")), Column("sent_on", say("Sent out")))
    rows = tuple(Row(url_for("orders.show"), (Shown(order.reference), _day(order))) for order in waiting)
    return Section(say("Orders to you"), Table(say("Orders to you"), columns, rows))


def _form(order: orders.Order) -> Form:
    return Form(
        url_for("orders.answer", uid=order.uid),
        say("It is carried out"),
        title=order.reference,
        lead=say("Sent %(day)s.", day=order.sent_on),
    )


def _day(order: orders.Order) -> Shown:
    return Shown(language.word(order.sent_on, g.locale), iso=order.sent_on.isoformat())
