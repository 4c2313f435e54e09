"""The vault on the host's command line: making it, and pinning it on a host."""

import datetime as dt

import click
from flask import current_app
from flask.cli import AppGroup

from models.database import connection
from models.people import Actor, Person
from models.vault import VaultEpoch
from tracker import language
from tracker.acts import people
from tracker.acts.vault import ceremony
from tracker.acts.vault.asking import Secrets
from tracker.laws.vault import roots, standing
from tracker.laws.vault.roots import Epoch, NotPinned, Pin
from tracker.laws.vault.standing import NoVault
from tracker.spine.errors import Invalid, Refused

vault_group = AppGroup("vault", help="The vault: make it, and pin it on this host.")


@vault_group.command("make")
@click.argument("email")
def make(email: str) -> None:
    """The key ceremony for a säkerhetsskyddschef, on this screen instead of in the browser."""
    with connection():
        actor, host, at = _chief(email), _host(), dt.datetime.now(dt.UTC)
        try:
            printed = ceremony.prepare(actor, host, at=at)
            _show(printed)
            _typed_back(actor, printed, host)
        except (Refused, Invalid) as error:
            raise click.ClickException(_sentence(error)) from error
    click.echo(f"The vault stands. Its fingerprint, to be kept outside: {printed.fingerprint}")


@vault_group.command("pin")
@click.option("--give-up-newer", is_flag=True, help="Also where this host has pinned a newer key of the same vault.")
@click.option("--give-up-other", is_flag=True, help="Also where this host has pinned another vault.")
@click.option("--unwitnessed", is_flag=True, help="Also where no key trusted here signed that the vault got its key.")
def pin(give_up_newer: bool, give_up_other: bool, unwitnessed: bool) -> None:
    """Pins the database's vault on this host, once its fingerprint was compared with the printed one."""
    with connection():
        newest = _compared()
        kept = _kept()
        _must_not_give_up(kept, newest, newer=give_up_newer, other=give_up_other)
        if not unwitnessed and not standing.are_witnessed(_not_pinned(kept, newest)):
            raise click.ClickException(
                "No entry signed by a host that is trusted here tells that the vault got its newest key. It may be "
                "another's. Set VARNA_LEDGER_TRUSTS, or say --unwitnessed. Nothing is pinned."
            )
        standing.put_back(roots.pin(newest))
    click.echo("Pinned.")


@vault_group.command("unpin")
def unpin() -> None:
    """Gives up the vault that this host has pinned, where the database holds none, so that another can be made."""
    with connection():
        kept = _kept()
        if kept is None:
            raise click.ClickException("This host has pinned no vault.")
        if standing.stored():
            raise click.ClickException("There is a vault in this database. Nothing is given up.")
        given = click.prompt("Type the printed fingerprint of the vault that is given up")
        if not roots.same(given, kept.fingerprint):
            raise click.ClickException("It is another vault that is pinned. Nothing is given up.")
        standing.put_aside()
    click.echo("This host has pinned no vault now.")


def _compared() -> Epoch:
    """The newest key of the vault that is in the database, whose fingerprint somebody typed."""
    rows = standing.stored()
    if not rows:
        raise click.ClickException("There is no vault in this database.")
    try:
        epochs = [standing.told(row) for row in rows]
        roots.check(epochs, roots.pin(epochs[-1]))
    except NotPinned:
        raise click.ClickException("The vault's keys were not signed by its root. Nothing is pinned.") from None
    fingerprint = roots.fingerprint(epochs[-1].root)
    click.echo(f"The vault in the database has the fingerprint\n  {fingerprint}")
    if not roots.same(click.prompt("Type the fingerprint that was printed at the ceremony"), fingerprint):
        raise click.ClickException("It is another vault. Nothing is pinned.")
    return epochs[-1]


def _kept() -> Pin | None:
    """What is pinned here; a file that says nothing is none."""
    try:
        return standing.kept()
    except NotPinned:
        return None


def _is_same(kept: Pin | None, newest: Epoch) -> bool:
    found = roots.pin(newest)
    return kept is not None and (kept.installation, kept.fingerprint) == (found.installation, found.fingerprint)


def _must_not_give_up(kept: Pin | None, newest: Epoch, *, newer: bool, other: bool) -> None:
    """Says what pinning this would give up; that takes an option of its own."""
    if kept is None:
        return
    if not _is_same(kept, newest):
        if not other:
            raise click.ClickException(
                "This host has pinned another vault. If that one is given up, say --give-up-other. Nothing is pinned."
            )
    elif kept.number > newest.number and not newer:
        raise click.ClickException(
            f"This host has pinned key {kept.number}, and the database knows only key {newest.number}: it was rolled "
            "back. If what came after is given up, say --give-up-newer. Nothing is pinned."
        )


def _not_pinned(kept: Pin | None, newest: Epoch) -> list[VaultEpoch]:
    """The keys that this host has not yet accepted."""
    rows = standing.stored()
    return rows[kept.number :] if kept is not None and _is_same(kept, newest) else rows


@vault_group.command("check")
def check() -> None:
    """Whether the database's vault is the one that this host has pinned. Exit code 1 if not."""
    with connection():
        try:
            click.echo(f"Whole: key {standing.newest().number}, as pinned.")
        except NoVault:
            click.echo("There is no vault yet.")
        except NotPinned:
            raise click.ClickException(
                "The vault in the database is not the one that was pinned on this host."
            ) from None


def _chief(email: str) -> Actor:
    person = Person.get_or_none(Person.email == email.strip().casefold())
    actor = people.actor_for(person.id, language.today(dt.datetime.now(dt.UTC))) if person else None
    if actor is None:
        raise click.ClickException("There is nobody with this address who may sign in.")
    return actor


def _host() -> Secrets:
    settings = current_app.config["SETTINGS"]
    return Secrets(settings.password_pepper, current_app.config["VAULT_COST"])


def _show(printed: ceremony.Printed) -> None:
    """One at a time; the screen is cleared between."""
    shown = [("Your passphrase, to be written down by hand", printed.passphrase)]
    shown += [
        (f"Recovery share {number} of 3, to be kept apart", share) for number, share in enumerate(printed.shares, 1)
    ]
    for label, words in shown:
        click.clear()
        click.echo(f"{label}:\n\n  {words}\n")
        click.pause("Press any key when it is on paper …")
    click.clear()


def _typed_back(actor: Actor, printed: ceremony.Printed, host: Secrets) -> None:
    """As often as it takes: nothing is stored before."""
    while True:
        words = click.prompt("The passphrase, from the paper", hide_input=True)
        typed = [click.prompt(f"{which} share, from the paper", hide_input=True) for which in ("One", "Another")]
        try:
            ceremony.perform(actor, printed.draft, words, typed, host, at=dt.datetime.now(dt.UTC))
        except Invalid as error:
            click.echo(_sentence(error))
            if not any(problem.field for problem in error.problems):
                raise
        else:
            return


def _sentence(error: Invalid | Refused) -> str:
    if isinstance(error, Invalid):
        return " ".join(language.say(problem.message, "en") for problem in error.problems)
    return language.say(error.message, "en") or "Only a säkerhetsskyddschef makes the vault."
