"""Recovery shares: letting a new key in when the passphrase is lost, the yearly drill, and new shares."""

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from models.words import Act, Register
from tracker import language
from tracker.acts.vault import holders, recovering
from tracker.pages import CeremonyPage, Fact, Field, Form, Link, Shown, VaultPage
from tracker.spine.errors import Invalid
from tracker.views import unlocked
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.vault import banner

bp = Blueprint("vault_recovery", __name__)
KEPT = Register.PROTECTIVE_SECURITY


@bp.get("/valv/aterstallning")
@needs(Act.KEEP, KEPT)
def show() -> Answer:
    return page(_drawn())


@bp.post("/valv/aterstallning")
@needs(Act.KEEP, KEPT)
def recover() -> Answer:
    try:
        recovering.recover(g.actor, _shares(), request.remote_addr or "", unlocked.secrets(), at=g.at)
    except Invalid as error:
        return page(_drawn(recover=say(error.problems[0].message)), 422)
    said("Your key is let in. Unlock the vault with your new passphrase, then make new shares and change the key.")
    return redirect(url_for("vault.show"), 303)


@bp.post("/valv/ovning")
@needs(Act.KEEP, KEPT)
def drill() -> Answer:
    try:
        recovering.drill(g.actor, _shares(), request.remote_addr or "", unlocked.secrets(), at=g.at)
    except Invalid as error:
        return page(_drawn(drill=say(error.problems[0].message)), 422)
    said("The two shares open the vault. The drill is noted.")
    return redirect(url_for("vault_recovery.show"), 303)


@bp.post("/valv/delar")
@needs(Act.KEEP, KEPT)
def begin() -> Answer:
    keys = unlocked.keys()
    if keys is None:
        said("Unlock the vault first.", "part")
        return redirect(url_for("vault_recovery.show"), 303)
    printed = recovering.prepare_shares(g.actor, keys, at=g.at)
    return page(
        CeremonyPage(
            title=say("New recovery shares"),
            lead=say("The old ones hold until you have typed two of these back. Then destroy them."),
            shares=printed.shares,
            fingerprint=printed.fingerprint,
            form=_back(printed.draft),
        )
    )


@bp.post("/valv/delar/klart")
@needs(Act.KEEP, KEPT)
def finish() -> Answer:
    draft = request.form.get("draft", "")
    try:
        recovering.make_shares(g.actor, draft, _shares(), at=g.at)
    except Invalid as error:
        problems = tuple((each.field, say(each.message)) for each in error.problems)
        form = _back(draft, problems[0][1], _shares())
        return page(CeremonyPage(title=say("New recovery shares"), form=form, problems=problems), 422)
    said("The new shares hold. Destroy the old ones, and change the vault's key so that they open nothing.")
    return redirect(url_for("vault_recovery.show"), 303)


def _drawn(recover: str = "", drill: str = "") -> VaultPage:
    due, latest = recovering.drill_due(g.at), recovering.drilled_on()
    today = language.today(g.at)
    late = say("The yearly drill is due. Fetch two shares and try them.") if due <= today else ""
    return VaultPage(
        title=say("Recovery"),
        lead=say("Three printed shares, any two of which open the vault when the passphrase is lost."),
        crumbs=(Link(say("The vault"), url_for("vault.show")),),
        vault=banner(url_for("vault_recovery.show")) if holders.mine(g.actor) else None,
        notices=(late,) if late else (),
        facts=(
            Fact(say("Latest drill"), _day(latest) if latest else Shown(say("none yet"))),
            Fact(say("Next drill no later than"), _day(due)),
        ),
        forms=tuple(_forms(recover, drill)),
    )


def _forms(recover: str, drill: str) -> list[Form]:
    forms = [
        Form(
            url_for("vault_recovery.drill"), say("Try the shares"), _fields(drill), title=say("Hold the yearly drill"),
            lead=say("Two shares are tried. Nothing is opened, and nothing changes but the date."),
        )
    ]  # fmt: skip
    if unlocked.until() is not None:
        forms.append(
            Form(
                url_for("vault_recovery.begin"), say("Make new shares"), title=say("New recovery shares"),
                lead=say("When a share was lost, seen or used, or whoever kept it has left."),
            )
        )  # fmt: skip
    elif holders.is_shut_out(g.actor, at=g.at):
        forms.insert(
            0,
            Form(
                url_for("vault_recovery.recover"), say("Let my key in"), _fields(recover),
                title=say("Open with two shares"),
                lead=say("When the passphrase is lost, or nobody can let you in. Make a key of your own first."),
            ),
        )  # fmt: skip
    return forms


def _fields(problem: str = "", typed: tuple[str, ...] = ("", "")) -> tuple[Field, ...]:
    asked = (("share_1", say("One of the shares"), ""), ("share_2", say("Another share"), problem))
    return tuple(
        Field(name, label, "text", typed[number], problem=wrong, required=True, autocomplete="off")
        for number, (name, label, wrong) in enumerate(asked)
    )


def _back(draft: str, problem: str = "", typed: tuple[str, ...] = ("", "")) -> Form:
    return Form(
        url_for("vault_recovery.finish"), say("The new shares hold"), _fields(problem, typed), (("draft", draft),),
        title=say("Type it back"),
        lead=say("From the paper, not from the screen: so you know that you can read what you wrote and printed."),
    )  # fmt: skip


def _shares() -> tuple[str, str]:
    return request.form.get("share_1", "")[:400], request.form.get("share_2", "")[:400]


def _day(day: object) -> Shown:
    return Shown(language.word(day, g.locale), iso=day.isoformat())  # type: ignore[attr-defined]
