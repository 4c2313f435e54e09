"""Keys to the vault: one's own, those the säkerhetsskyddschef lets in and shuts out, and a new key for all."""

from collections.abc import Iterable

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from forms.typed import read
from models.vault import HolderKind, VaultGrant, VaultHolder
from models.words import Act, Register
from tracker import language
from tracker.acts.vault import holders, rotating
from tracker.laws.vault import holding
from tracker.pages import CeremonyPage, Column, Field, Form, Link, Row, Shown, Table, VaultPage
from tracker.spine.errors import Invalid
from tracker.views import unlocked
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.vault import banner, renewed

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
    return page(_typing_back(holders.prepare_key(g.actor, unlocked.secrets(), at=g.at, lost=lost), "vault_keys.finish"))


@bp.post("/valv/nyckel/klart")
@needs(Act.OPEN, KEPT)
def finish() -> Answer:
    draft, words = request.form.get("draft", ""), request.form.get("passphrase", "")[:200]
    try:
        holders.make_key(g.actor, draft, words, unlocked.secrets(), at=g.at)
    except Invalid as error:
        return page(_again(draft, words, error, "vault_keys.finish"), 422)
    said("Your key is made. The säkerhetsskyddschef lets it in, once you have compared its fingerprint.")
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
    return page(_access())


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
        return page(_access({uid: (typed.texts["ends_on"], say(error.problems[0].message))}), 422)
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
    said("The vault has a new key. What is sealed is now sealed anew.")
    return renewed(fresh, url_for("vault_keys.progress"))


@bp.get("/valv/omforsegling")
@needs(Act.KEEP, KEPT)
def progress() -> Answer:
    return page(_progress(rotating.progress()))


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
    return page(_progress(done))


def _own_page(problem: str = "") -> VaultPage:
    mine = holders.mine(g.actor)
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
        forms.append(
            Form(
                url_for("vault_keys.begin"), say("I have lost my passphrase: make a new key"), hidden=(("lost", "1"),),
                danger=True, title=say("The passphrase is lost"),
                lead=say("Your present key then opens nothing more. The chief, or two shares, let the new one in."),
            )
        )  # fmt: skip
    return VaultPage(
        title=say("My key to the vault"),
        crumbs=(_vault(),),
        notices=(say("The fingerprint of your key: %(print)s", print=holding.fingerprint(mine)),) if mine else (),
        forms=tuple(forms),
    )


def _typing_back(shown: holders.Shown, to: str) -> CeremonyPage:
    return CeremonyPage(
        title=say("Your new passphrase"),
        lead=say("It is shown this once. It holds when you have typed it back."),
        passphrase=shown.passphrase,
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


def _access(typed: dict[str, tuple[str, str]] | None = None) -> VaultPage:
    open_now, going = unlocked.until() is not None, rotating.is_going_on()
    return VaultPage(
        title=say("Who holds a key"),
        lead=say("Only these can open the vault. Whoever is shut out can still open what they kept a copy of."),
        crumbs=(_vault(),),
        vault=banner(url_for("vault_keys.access")),
        notices=(say("A change of key is going on. Finish it."),) if going else (),
        links=(Link(say("Go on with the change of key"), url_for("vault_keys.progress")),) if going else (),
        tables=(_table(),),
        forms=tuple(_changes(typed or {})) if open_now else (),
    )  # fmt: skip


def _changes(typed: dict[str, tuple[str, str]]) -> Iterable[Form]:
    for holder in holders.waiting(g.at):
        day, problem = typed.get(holder.uid.hex, ("", ""))
        until = Field("ends_on", say("Last day"), "day", day, problem=problem, required=True)
        yield Form(
            url_for("vault_keys.let_in", uid=holder.uid.hex), say("Let in"),
            (until,) if holder.kind is HolderKind.DEPUTY else (),
            title=say("Let in %(who)s, %(kind)s", who=holders.name_of(holder), kind=say(holder.kind)),
            lead=say("Compare face to face. The key's fingerprint: %(print)s", print=holding.fingerprint(holder)),
        )  # fmt: skip
    if rotating.is_going_on():
        return
    for holder, _ in holders.granted(g.at):
        if holder.kind is not HolderKind.RECOVERY and holder.person_id != g.actor.id:
            yield Form(
                url_for("vault_keys.rotate"), say("Shut out and change the key"), danger=True,
                hidden=(("shut_out", holder.uid.hex),), title=say("Shut out %(who)s", who=holders.name_of(holder)),
            )  # fmt: skip
    yield Form(
        url_for("vault_keys.rotate"),
        say("Change the key"),
        title=say("A new key for the vault"),
        danger=True,
        lead=say("After a suspicion, and each time somebody left. Everything is sealed anew; people go on working."),
    )


def _table() -> Table:
    columns = (
        Column("who", say("Who")),
        Column("kind", say("As")),
        Column("until", say("Until")),
        Column("made", say("Key made")),
    )
    rows = tuple(_row(holder, grant) for holder, grant in holders.granted(g.at))
    return Table(say("Who holds a key"), columns, rows)


def _row(holder: VaultHolder, grant: VaultGrant) -> Row:
    until = grant.ends_on
    return Row(
        "",
        (
            Shown(holders.name_of(holder) or say("On paper")), Shown(say(holder.kind)),
            Shown(language.word(until, g.locale), iso=until.isoformat()) if until else Shown(say("until shut out")),
            Shown(language.word(holder.made_on, g.locale), iso=holder.made_on.isoformat()),
        ),
    )  # fmt: skip


def _progress(done: rotating.Progress) -> VaultPage:
    going = bool(done.left)
    lines = [say("%(done)s of %(whole)s are sealed under the new key.", done=done.whole - done.left, whole=done.whole)]
    if done.broken:
        lines.append(
            say(
                "%(broken)s do not match their trace and are left as they are. Verify the event log.",
                broken=done.broken,
            )
        )
    return VaultPage(
        title=say("Sealing anew"),
        crumbs=(_vault(), Link(say("Who holds a key"), url_for("vault_keys.access"))),
        vault=banner(url_for("vault_keys.progress")),
        notices=tuple(lines),
        forms=(
            Form(
                url_for("vault_keys.reseal"), say("Go on"), title=say("Sealing anew"), goes_on=going and not done.broken
            ),
        )
        if going or rotating.is_going_on()
        else (),
        progress=(done.whole - done.left, done.whole),
    )


def _vault() -> Link:
    return Link(say("The vault"), url_for("vault.show"))


def _unlock_first(target: str = "") -> Answer:
    said("Unlock the vault first.", "part")
    return redirect(target or url_for("vault_keys.access"), 303)
