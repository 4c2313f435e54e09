"""What comes of a sealed report that was read: a measure of its own."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response as Answer

from forms.typed import read
from models.kinds import Kind
from models.protective_security import Deposit, DepositState, ProtectiveMeasure
from models.words import Act, Message, Problem, Register
from tracker.acts.vault import reports
from tracker.laws.ledger import Conflict
from tracker.pages import Field, Form, FormPage
from tracker.spine import records
from tracker.spine.errors import Invalid
from tracker.spine.form_page import choices, defaults, fields
from tracker.spine.reading import Reading, address
from tracker.views import unlocked
from tracker.views.answer import page, said, say
from tracker.views.content_form import secrecy_field, secrecy_of
from tracker.views.guard import needs
from tracker.views.registers import reading

bp = Blueprint("made_of_reports", __name__)
KEPT = Register.PROTECTIVE_SECURITY
ASKED = ("code", "area", "kind", "priority", "function", "due_on")
CHANGED = Message("Somebody else changed the report meanwhile. What you wrote is kept here: look at the report first.")


@bp.post("/rapporter/<uid>/atgard")
@needs(Act.ADD, KEPT)
def make(uid: str) -> Answer:
    report, keys = records.find(g.actor, Deposit, uid, Act.OPEN, g.at), unlocked.keys()
    if keys is None:
        return redirect(address(report), 303)
    kinds = _kinds()
    form = request.form.copy()
    sent, version = form.pop("secrecy", ""), _number(form.get("version", ""))
    title = form.pop("title", "")
    typed = read(kinds, form, choices(reading(), kinds))
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        made = reports.from_report(g.actor, uid, typed.values, secrecy_of(sent), version, keys, title, at=g.at)
    except Invalid as error:
        back = {**typed.texts, "secrecy": sent, "title": title}
        return page(_once_more(report, version, back, error.problems), 422)
    except Conflict:
        back = {**typed.texts, "secrecy": sent, "title": title}
        return page(_once_more(report, report.version, back, conflict=say(CHANGED)), 409)
    said("The report has become a measure, and is closed.")
    return redirect(address(made), 303)


def made_of(row: Deposit, look: Reading) -> Iterable[Form]:
    """The form by which a report that was read becomes a measure."""
    if row.state is not DepositState.READ or Act.ADD not in look.acts(row) or unlocked.until() is None:
        return
    yield _form(row, row.version, defaults(_kinds()), (), say("Make a measure of it"))


def _once_more(
    report: Deposit, version: int, texts: Mapping[str, str], problems: Iterable[Problem] = (), conflict: str = ""
) -> FormPage:
    wrong = tuple((each.field, say(each.message)) for each in problems)
    form = _form(report, version, texts, tuple(problems))
    return FormPage(title=say("Make a measure of it"), form=form, problems=wrong, conflict=conflict)


def _form(
    report: Deposit, version: int, texts: Mapping[str, str], problems: tuple[Problem, ...], title: str = ""
) -> Form:
    look, kinds = reading(), _kinds()
    wrong = {each.field: say(each.message) for each in problems}
    named = Field(
        "title", say("Title"), "text", texts.get("title", ""), problem=wrong.get("title", ""),
        hint=say("Sealed with the words of the report. Left empty, the day of the report stands there."), longest=200,
    )  # fmt: skip
    asked = (
        secrecy_field(texts.get("secrecy", ""), wrong), named,
        *fields(look, kinds, choices(look, kinds), texts, problems),
    )  # fmt: skip
    return Form(
        f"{address(report)}/atgard", say("Make the measure"), asked, (("version", str(version)),), title=title,
        lead=say("Its words and photograph are sealed in the measure, and the report is closed."),
    )  # fmt: skip


def _kinds() -> dict[str, Kind | Any]:
    return {name: ProtectiveMeasure._meta.fields[name] for name in ASKED}


def _number(text: str) -> int:
    """A number that the page itself wrote; -1 for what it cannot have written."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
