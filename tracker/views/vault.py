"""The vault's page: the ceremony that makes it, unlocking and locking, and what is to be stated before."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from forms.typed import read
from models.happenings import Verb
from models.ledger import Entry
from models.protective_security import Clearance
from models.record import Record
from models.words import Act, Problem, Register
from tracker import language
from tracker.acts import log, people
from tracker.acts.vault import ceremony, clearing, holders, recovering, trail, unlocking
from tracker.laws import policy
from tracker.laws.vault import roots, standing
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.standing import NoVault
from tracker.pages import CeremonyPage, Column, Fact, Field, Form, Link, Row, Shown, Table, Vault, VaultPage
from tracker.spine.errors import Invalid
from tracker.spine.form_page import fields, stored_texts
from tracker.spine.reading import Reading, address
from tracker.views import proving, unlocked, web
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.registers import reading
from tracker.views.web import cookies

bp = Blueprint("vault", __name__)
KEPT = Register.PROTECTIVE_SECURITY


@bp.get("/valv")
@needs(Act.OPEN, KEPT)
def show() -> Answer:
    return page(_drawn())


@bp.post("/valv/behorighet")
@needs(Act.OPEN, KEPT)
def state() -> Answer:
    typed = read({name: Clearance._meta.fields[name] for name in clearing.DAYS}, request.form, {})
    try:
        if typed.problems:
            raise Invalid(typed.problems)
        clearing.state(g.actor, typed.values, at=g.at)
    except Invalid as error:
        return page(_drawn(stated=_clearance(typed.texts, error.problems)), 422)
    said("Saved.")
    return redirect(url_for("vault.show"), 303)


@bp.post("/valv/skapa")
@needs(Act.KEEP, KEPT)
def begin() -> Answer:
    """Nothing is stored yet: what is shown here is on no other page, ever."""
    printed = ceremony.prepare(g.actor, unlocked.secrets(), at=g.at)
    return page(
        CeremonyPage(
            title=say("The vault is made"),
            lead=say("Sit alone. Nothing is saved until you have typed back what is shown here."),
            passphrase=printed.passphrase,
            shares=printed.shares,
            fingerprint=printed.fingerprint,
            form=_typed_back(printed.draft, ()),
        )
    )


@bp.post("/valv/skapa/klart")
@needs(Act.KEEP, KEPT)
def finish() -> Answer:
    given = request.form
    shares = (given.get("share_1", "")[:400], given.get("share_2", "")[:400])
    draft, words = given.get("draft", ""), given.get("passphrase", "")[:200]
    try:
        ceremony.perform(g.actor, draft, words, shares, unlocked.secrets(), at=g.at)
    except Invalid as error:
        problems = tuple((each.field, say(each.message)) for each in error.problems)
        form = _typed_back(draft, problems, {"passphrase": words, "share_1": shares[0], "share_2": shares[1]})
        return page(CeremonyPage(title=say("The vault is made"), form=form, problems=problems), 422)
    said("The vault stands. Keep the shares apart from one another and from this machine.")
    return redirect(url_for("vault.show"), 303)


@bp.post("/valv/las-upp")
@needs(Act.OPEN, KEPT)
def unlock() -> Answer:
    words = request.form.get("passphrase", "")[:200]
    target = web.our_path(request.form.get("next"), url_for("vault.show"))
    try:
        keys = unlocking.passphrase(g.actor, words, request.remote_addr or "", unlocked.secrets(), at=g.at)
        unlocking.second_step(g.actor, proving.given(), at=g.at)
    except Invalid as error:
        return page(_drawn(unlock=_unlocking(target, {one.field: say(one.message) for one in error.problems})), 422)
    return renewed(keys, target, unlocking.begin)


@bp.post("/valv/las")
@needs(Act.OPEN, KEPT)
def lock() -> Answer:
    unlocking.lock(g.actor, at=g.at)
    said("The vault is locked.")
    return unlocked.forget(redirect(url_for("vault.show"), 303))


@bp.get("/valv/spar")
@needs(Act.OPEN, KEPT)
def tries() -> Answer:
    """Who did what with the vault, the latest first."""
    look, before = reading(), request.args.get("fore", "")
    found = trail.latest(int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None)
    columns = (
        Column("at", say("When")),
        Column("who", say("Who")),
        Column("what", say("What")),
        Column("facts", say("What it was about")),
    )
    names = log.names(look, ((entry.record_type, entry.record_uid) for entry in found))
    rows = tuple(Row("", tuple(_tried(look, entry, names))) for entry in found)
    older = (Link(say("Older"), url_for("vault.tries", fore=found[-1].number)),) if len(found) == trail.PAGE else ()
    return page(
        VaultPage(
            title=say("Who tried"),
            lead=say(
                "Every unlocking, every try in vain, every opening and every act on the keys, out of the event log."
            ),
            crumbs=(Link(say("The vault"), url_for("vault.show")),),
            tables=(Table(say("Who tried"), columns, rows),),
            links=older,
        )
    )


def _tried(look: Reading, entry: Entry, names: log.Names) -> Iterable[Shown]:
    verb, many = Verb(entry.verb), trail.many(entry)
    yield look.moment(dt.datetime.fromisoformat(entry.at))
    yield Shown(look.who(entry.actor_name))
    yield Shown(say(verb), tone="no" if verb in trail.TRIES else "")
    yield (
        Shown(say("%(many)s at once", many=many)) if many else names.get((entry.record_type, entry.record_uid), Shown())
    )


def renewed(keys: Keys, target: str, opens: Callable[..., str] = unlocking.go_on) -> Answer:
    """Goes on with the vault open: in a sign-in that is new from here on, so that an older token opens nothing."""
    web.enter(people.myself(g.actor))
    cookie = opens(g.actor, keys, cookies.row().token, at=g.at)
    return unlocked.give(redirect(target, 303), cookie)


def banner(target: str = "") -> Vault:
    """The vault as it stands for whoever asks: with a lock, or with the way to unlock it and come back to `target`."""
    until = unlocked.until()
    if until is None:
        return Vault(unlock=_unlocking(target or url_for("vault.show")))
    return Vault(until.isoformat(timespec="seconds"), language.clock(until), url_for("vault.lock"))


def notices() -> Iterable[str]:
    """The state of the vault for those who may open it, and what it asks of its säkerhetsskyddschef."""
    if not policy.may(g.actor, KEPT, Act.OPEN):
        return
    keeps = policy.may(g.actor, KEPT, Act.KEEP)
    try:
        waits = keeps and holders.waiting(g.at)
    except NoVault:
        yield say("There is no vault yet, so nothing can be sealed. Make it under The vault.")
        return
    if unlocked.until() is None:
        yield say("The vault is locked.")
    if keeps and recovering.drill_due(g.at) <= language.today(g.at):
        yield say("The yearly drill is due. Fetch two shares and try them.")
    if waits:
        yield say("A key waits to be let in, under The vault.")
    if keeps and holders.outlived(g.at):
        yield say("Somebody who no longer should can open what is sealed now: change the key.")


def unlocking_for(row: Record) -> Form:
    """On a record's page: unlocks, and comes back to it."""
    return replace(_unlocking(address(row)), title=say("Unlock the vault to open"))


def _drawn(stated: Form | None = None, unlock: Form | None = None) -> VaultPage:
    try:
        epoch = standing.newest()
    except NoVault:
        return _none()
    cleared = clearing.of(g.actor)
    vault = None if cleared is None else Vault(unlock=unlock) if unlock else banner()
    return VaultPage(
        title=say("The vault"),
        lead=say("What is sealed here is read by the säkerhetsskyddschef and a valid deputy, and by nobody else."),
        vault=vault,
        notices=() if cleared else (say("Before you open anything for the first time, state the following."),),
        facts=(
            Fact(say("The vault's fingerprint"), Shown(roots.fingerprint(epoch.root))),
            Fact(say("Key number"), Shown(str(epoch.number))),
        ),
        links=tuple(_ways()) if cleared else (),
        forms=(stated or _clearance(),) if stated or cleared is None else (),
    )


def _ways() -> Iterable[Link]:
    yield Link(say("My key to the vault"), url_for("vault_keys.own"))
    if policy.may(g.actor, KEPT, Act.KEEP):
        late = recovering.drill_due(g.at) <= language.today(g.at)
        yield Link(say("Who holds a key"), url_for("vault_keys.access"), count=_count(len(holders.waiting(g.at))))
        yield Link(say("Recovery"), url_for("vault_recovery.show"), count="!" if late else "", tone="no")
    yield Link(say("Measures with their titles"), url_for("titles.show"))
    yield Link(say("Who tried"), url_for("vault.tries"))


def _count(number: int) -> str:
    return str(number) if number else ""


def _none() -> VaultPage:
    keeps = policy.may(g.actor, KEPT, Act.KEEP)
    form = Form(
        url_for("vault.begin"), say("Begin the key ceremony"), title=say("Make the vault"),
        lead=say("It takes a quarter of an hour. Have a pen, a printer and three envelopes at hand, and be alone."),
        working=say("The keys are being made …"),
    )  # fmt: skip
    return VaultPage(
        title=say("The vault"),
        lead=say("There is no vault yet, so nothing can be sealed."),
        notices=() if keeps else (say("The säkerhetsskyddschef makes it."),),
        forms=(form,) if keeps else (),
    )


def _unlocking(target: str, problems: Mapping[str, str] | None = None) -> Form:
    """The passphrase; and the second step again, for whoever has one."""
    wrong = problems or {}
    words = Field(
        "passphrase", say("Passphrase, six words"), "password", problem=wrong.get("passphrase", ""), required=True,
        autocomplete="off",
    )  # fmt: skip
    again = people.second_factor.has(people.myself(g.actor))
    asked = proving.asked(g.actor, wrong.get(people.second_factor.CODE, "")) if again else proving.Asked(())
    return Form(
        url_for("vault.unlock"), say("Unlock"), (words, *asked.fields), (("next", target), *asked.hidden),
        key=asked.key, working=say("The key is being made …"),
    )  # fmt: skip


def _clearance(texts: dict[str, str] | None = None, problems: Iterable[Problem] = ()) -> Form:
    look, kinds = reading(), {name: Clearance._meta.fields[name] for name in clearing.DAYS}
    row = clearing.of(g.actor)
    said_before = texts or (stored_texts(kinds, row, {}) if row else {})
    return Form(
        url_for("vault.state"), say("Save"), fields(look, kinds, {}, said_before, problems),
        title=say("Vetted, trained, silent"),
        lead=say("The law asks this of whoever is to take part of what is protected. It is noted in the event log."),
    )  # fmt: skip


def _typed_back(draft: str, problems: Iterable[tuple[str, str]], typed: dict[str, str] | None = None) -> Form:
    wrong, typed = dict(problems), typed or {}
    asked = (
        ("passphrase", say("The passphrase")), ("share_1", say("One of the shares")), ("share_2", say("Another share")),
    )  # fmt: skip
    return Form(
        url_for("vault.finish"),
        say("Make the vault stand"),
        tuple(
            Field(
                name, label, "text", typed.get(name, ""), problem=wrong.get(name, ""), required=True, autocomplete="off"
            )
            for name, label in asked
        ),
        (("draft", draft),),
        title=say("Type it back"),
        lead=say("From the paper, not from the screen: so you know that you can read what you wrote and printed."),
        working=say("The keys are being tried …"),
    )
