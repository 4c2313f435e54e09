"""Keys to the vault: one's own, those the säkerhetsskyddschef lets in and shuts out, and a new key for all."""

from collections.abc import Iterable

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from forms.typed import read
from models.vault import VaultGrant, VaultHolder
from models.words import Act, Message, Register
from tracker.acts import people
from tracker.acts.vault import holders, rotating
from tracker.acts.vault.trusting import ALTERED
from tracker.laws.vault import holding
from tracker.pages import CeremonyPage, Field, Form, VaultPage
from tracker.spine.errors import Invalid
from tracker.views import proving, unlocked
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.holders_page import access as access_page
from tracker.views.holders_page import progress as progress_page
from tracker.views.holders_page import vault
from tracker.views.vault import renewed

bp = Blueprint("vault_keys", __name__)
KEPT = Register.PROTECTIVE_SECURITY


@bp.get("/valv/nyckel")
@needs(Act.OPEN, KEPT)
def own() -> Answer:
    return page(_own_page())


@bp.post("/valv/nyckel")
@needs(Act.OPEN, KEPT)
def begin() -> Answer:
    """A key of one's own: the passphrase is on this page and on no other."""
    lost = request.form.get("lost") == "1"
    try:
        if lost and people.second_factor.has(people.myself(g.actor)):
            people.second_factor.verify(g.actor, proving.given(), at=g.at)
    except Invalid as error:
        return page(_own_page(second=say(error.problems[0].message)), 422)
    return page(_typing_back(holders.prepare_key(g.actor, unlocked.secrets(), at=g.at, lost=lost), "vault_keys.finish"))


@bp.post("/valv/nyckel/klart")
@needs(Act.OPEN, KEPT)
def finish() -> Answer:
    draft, words = request.form.get("draft", ""), request.form.get("passphrase", "")[:200]
    try:
        made = holders.make_key(g.actor, draft, words, unlocked.secrets(), at=g.at)
    except Invalid as error:
        return page(_again(draft, words, error, "vault_keys.finish"), 422)
    said(
        Message(
            "Your key is made. Its fingerprint: %(print)s. It is let in once you have compared that face to face.",
            print=holding.fingerprint(made),
        )
    )
    return redirect(url_for("vault_keys.own"), 303)


@bp.post("/valv/losenfras")
@needs(Act.OPEN, KEPT)
def ask_new() -> Answer:
    old = request.form.get("passphrase", "")[:200]
    try:
        shown = holders.prepare_passphrase(g.actor, old, request.remote_addr or "", unlocked.secrets(), at=g.at)
    except Invalid as error:
        return page(_own_page(say(error.problems[0].message)), 422)
    return page(_typing_back(shown, "vault_keys.change"))


@bp.post("/valv/losenfras/klart")
@needs(Act.OPEN, KEPT)
def change() -> Answer:
    draft, words = request.form.get("draft", ""), request.form.get("passphrase", "")[:200]
    try:
        holders.change_passphrase(g.actor, draft, words, unlocked.secrets(), at=g.at)
    except Invalid as error:
        return page(_again(draft, words, error, "vault_keys.change"), 422)
    said("The new passphrase holds from now on.")
    return redirect(url_for("vault.show"), 303)


@bp.get("/valv/tilltrade")
@needs(Act.KEEP, KEPT)
def access() -> Answer:
    return page(access_page())


@bp.post("/valv/tilltrade/<uid>")
@needs(Act.KEEP, KEPT)
def let_in(uid: str) -> Answer:
    typed = read({"ends_on": VaultGrant._meta.fields["ends_on"]}, request.form, {})
    keys = unlocked.keys()
    if keys is None:
        return _unlock_first()
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        holders.grant(g.actor, keys, uid, typed.values["ends_on"], at=g.at)
    except Invalid as error:
        return page(access_page({uid: (typed.texts["ends_on"], say(error.problems[0].message))}), 422)
    said("The key is let in.")
    return redirect(url_for("vault_keys.access"), 303)


@bp.post("/valv/ny-nyckel")
@needs(Act.KEEP, KEPT)
def rotate() -> Answer:
    """A new key, perhaps with one holder shut out; then everything is sealed anew, batch by batch."""
    keys = unlocked.keys()
    if keys is None:
        return _unlock_first()
    fresh = rotating.rotate(g.actor, keys, request.form.get("shut_out", ""), at=g.at)
    answer = renewed(fresh, url_for("vault_keys.progress"))
    said("The vault has a new key. What is sealed is now sealed anew.")  # in the session that begins here
    return answer


@bp.get("/valv/omforsegling")
@needs(Act.KEEP, KEPT)
def progress() -> Answer:
    return page(progress_page(rotating.progress()))


@bp.post("/valv/omforsegling")
@needs(Act.KEEP, KEPT)
def reseal() -> Answer:
    """Some more of it; the page goes on by itself until nothing is left."""
    keys = unlocked.keys()
    if keys is None:
        return _unlock_first(url_for("vault_keys.progress"))
    done = rotating.reseal(g.actor, keys, at=g.at)
    if not done.left:
        rotating.finish(g.actor, at=g.at)
        said("Everything is sealed under the new key, and the old key is destroyed.")
        return redirect(url_for("vault_keys.access"), 303)
    return page(progress_page(done))


def _own_page(problem: str = "", second: str = "") -> VaultPage:
    mine, waits = holders.mine(g.actor), holders.mine_that_waits(g.actor, at=g.at)
    forms: list[Form] = []
    if mine is None:
        forms.append(
            Form(
                url_for("vault_keys.begin"), say("Make my key"), title=say("A key of your own"),
                lead=say("A passphrase of six words is made for you. Have a pen at hand, and be alone."),
                working=say("The key is being made …"),
            )
        )  # fmt: skip
    else:
        old = Field(
            "passphrase", say("Present passphrase"), "password", problem=problem, required=True, autocomplete="off"
        )
        forms.append(
            Form(
                url_for("vault_keys.ask_new"), say("Make a new passphrase"), (old,),
                title=say("Change the passphrase"), working=say("The key is being made …"),
            )
        )  # fmt: skip
        forms.append(_lost(second))
    return VaultPage(
        title=say("My key to the vault"),
        crumbs=(vault(),),
        notices=tuple(_prints(mine, waits)),
        forms=tuple(forms),
    )


def _lost(problem: str) -> Form:
    """A new key; with the second step again, for whoever has one: a session alone is not enough."""
    again = people.second_factor.has(people.myself(g.actor))
    asked = proving.asked(g.actor, problem) if again else proving.Asked(())
    return Form(
        url_for("vault_keys.begin"), say("I have lost my passphrase: make a new key"), asked.fields,
        (("lost", "1"), *asked.hidden), key=asked.key, danger=True, title=say("The passphrase is lost"),
        lead=say("Your present key opens nothing more once the new one is let in, by the chief or by two shares."),
    )  # fmt: skip


def _prints(mine: VaultHolder | None, waits: VaultHolder | None) -> Iterable[str]:
    """The fingerprints of one's own keys, as far as they are as signed entries tell."""
    if mine and mine != waits:
        told = holders.fingerprint(mine)
        yield say("The fingerprint of your key: %(print)s", print=told) if told else say(ALTERED)
    if waits:
        told = holders.fingerprint(waits)
        yield say("Your new key waits to be let in. Its fingerprint: %(print)s", print=told) if told else say(ALTERED)


def _typing_back(shown: holders.Shown, to: str) -> CeremonyPage:
    return CeremonyPage(
        title=say("Your new passphrase"),
        lead=say("It is shown this once. It holds when you have typed it back."),
        passphrase=shown.passphrase,
        key_fingerprint=shown.fingerprint,
        form=_back(shown.draft, to),
    )


def _again(draft: str, words: str, error: Invalid, to: str) -> CeremonyPage:
    problems = tuple((each.field, say(each.message)) for each in error.problems)
    return CeremonyPage(title=say("Your new passphrase"), form=_back(draft, to, words, problems), problems=problems)


def _back(draft: str, to: str, words: str = "", problems: Iterable[tuple[str, str]] = ()) -> Form:
    problem = dict(problems).get("passphrase", "")
    field = Field(
        "passphrase", say("The passphrase"), "text", words, problem=problem, required=True, autocomplete="off"
    )
    return Form(
        url_for(to), say("It holds from now on"), (field,), (("draft", draft),), title=say("Type it back"),
        lead=say("From the paper, not from the screen: so you know that you can read what you wrote and printed."),
        working=say("The keys are being tried …"),
    )  # fmt: skip


def _unlock_first(target: str = "") -> Answer:
    said("Unlock the vault first.", "part")
    return redirect(target or url_for("vault_keys.access"), 303)
