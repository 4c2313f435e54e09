"""What the säkerhetsskyddschef sees of the keys: who holds one, who waits for one, how far a change of key has come."""

from collections.abc import Iterable

from flask import g, url_for

from models.vault import HolderKind, VaultGrant, VaultHolder
from tracker import language
from tracker.acts.vault import holders, recovering, rotating
from tracker.acts.vault.trusting import ALTERED
from tracker.pages import Column, Field, Form, Link, Row, Shown, Table, VaultPage
from tracker.views import unlocked
from tracker.views.answer import say
from tracker.views.vault import banner


def access(typed: dict[str, tuple[str, str]] | None = None) -> VaultPage:
    open_now, going = unlocked.until() is not None, rotating.is_going_on()
    return VaultPage(
        title=say("Who holds a key"),
        lead=say("Only these can open the vault. Whoever is shut out can still open what they kept a copy of."),
        crumbs=(vault(),),
        vault=banner(url_for("vault_keys.access")),
        notices=tuple(_asked(going)),
        links=(Link(say("Go on with the change of key"), url_for("vault_keys.progress")),) if going else (),
        tables=(_table(),),
        forms=tuple(_changes(typed or {})) if open_now else (),
    )  # fmt: skip


def _asked(going: bool) -> Iterable[str]:
    """What the keys ask of the säkerhetsskyddschef."""
    if going:
        yield say("A change of key is going on. Finish it.")
    if holders.outlived(g.at):
        yield say("Somebody who no longer should can open what is sealed now: change the key.")
    if not recovering.are_held(g.at):
        yield say("No recovery shares open what is sealed now: make new ones.")


def _changes(typed: dict[str, tuple[str, str]]) -> Iterable[Form]:
    for holder in holders.waiting(g.at):
        day, problem = typed.get(holder.uid.hex, ("", ""))
        until = Field("ends_on", say("Last day"), "day", day, problem=problem, required=True)
        told = holders.fingerprint(holder)
        yield Form(
            url_for("vault_keys.let_in", uid=holder.uid.hex), say("Let in"),
            (until,) if holder.kind is HolderKind.DEPUTY else (),
            title=say("Let in %(who)s, %(kind)s", who=holders.name_of(holder), kind=say(holder.kind)),
            lead=say("Compare face to face. The key's fingerprint: %(print)s", print=told)
            if told else say(ALTERED),
        )  # fmt: skip
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


def progress(done: rotating.Progress) -> VaultPage:
    going = done.left > done.broken
    lines = [say("%(done)s of %(whole)s are sealed under the new key.", done=done.whole - done.left, whole=done.whole)]
    if done.broken:
        lines.append(
            say(
                "%(broken)s cannot be opened: they do not match their trace. They are left as they are, and the old "
                "key is kept for them. Verify the event log. The key can be changed again meanwhile.",
                broken=done.broken,
            )
        )
    return VaultPage(
        title=say("Sealing anew"),
        crumbs=(vault(), Link(say("Who holds a key"), url_for("vault_keys.access"))),
        vault=banner(url_for("vault_keys.progress")),
        notices=tuple(lines),
        forms=(Form(url_for("vault_keys.reseal"), say("Go on"), title=say("Sealing anew"), goes_on=going),)
        if done.left or rotating.is_going_on()
        else (),
        progress=(done.whole - done.left, done.whole),
    )


def vault() -> Link:
    return Link(say("The vault"), url_for("vault.show"))
