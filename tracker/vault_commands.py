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
from tracker.laws.vault.standing import NotPinned, NoVault
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
def pin() -> None:
    """Pins the database's vault on this host, once its fingerprint was compared with the printed one."""
    with connection():
        epochs = [standing.told(row) for row in VaultEpoch.select().order_by(VaultEpoch.number)]
        if not epochs:
            raise click.ClickException("There is no vault in this database.")
        newest = epochs[-1]
        click.echo(f"The vault in the database has the fingerprint\n  {roots.fingerprint(newest.root)}")
        given = click.prompt("Type the fingerprint that was printed at the ceremony")
        if given.replace(" ", "").casefold() != roots.fingerprint(newest.root).replace(" ", ""):
            raise click.ClickException("It is another vault. Nothing is pinned.")
        try:
            roots.check(epochs, roots.pin(newest))
        except NotPinned:
            raise click.ClickException("The vault's keys were not signed by its root. Nothing is pinned.") from None
        standing.remember(newest)
    click.echo("Pinned.")


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
