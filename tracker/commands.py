"""What is done on the host's command line."""

import datetime as dt
import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from peewee import DatabaseError

from models import RECORDS
from models.database import connect_to, connection, migrate
from models.people import Actor
from tracker import demo, language, matrix
from tracker.acts import anchoring, exercises, guarding, installing, people, programmes, rounds
from tracker.backup_commands import backup, public_key, restore, verify_backup
from tracker.laws import ledger, links, staging, throttle
from tracker.laws.vault import sessions as vault_sessions
from tracker.spine.errors import Invalid, Refused
from tracker.vault_commands import vault_group

SIGN_IN_ROW = "  {role:<34} {email:<40} {password}"


def register(app: Flask) -> None:
    """Adds the commands to `flask`."""
    for command in (
        prepare,
        demo_people,
        daily,
        permissions,
        ledger_group,
        vault_group,
        backup,
        restore,
        verify_backup,
    ):
        app.cli.add_command(command)
    for command in (make_administrator, make_chief, end_access, change_email, remove_second_factor):
        app.cli.add_command(command)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@click.command("prepare")
def prepare() -> None:
    """Brings the database up to date; a demo also gets its municipality, and prints who may sign in."""
    settings = current_app.config["SETTINGS"]
    for name in migrate():
        click.echo(f"Migrated: {name}")
    with connection():
        if settings.is_demo:
            if not installing.is_installed():
                click.echo("Making Ekdala kommun, an invented municipality. This takes some seconds …")
            demo.build(settings, language.today(_now()), _now())
        else:
            installing.install(Actor.system("install"), _now())
        guarding.install(Actor.system("install"), _now())
        installing.targets(Actor.system("install"), _now())
        for code in programmes.renew(Actor.system("install"), _now()):
            click.echo(f"Follow-up point {code} has its rule now.")
        _day(_now())
    if settings.is_demo:
        _print_people()


@click.command("demo")
@click.option("--json", "as_json", is_flag=True, help="As JSON: email, role, password, try.")
def demo_people(as_json: bool) -> None:
    """Prints the demo people and how they sign in."""
    settings = current_app.config["SETTINGS"]
    if not settings.is_demo:
        raise click.ClickException("There are demo people only where VARNA_ENV is demo (make run).")
    if as_json:
        rows = [
            {
                "email": p.email,
                "role": p.role.value,
                "name": p.name,
                "password": p.password,
                "try": p.try_en,
                "prova": p.try_sv,
                **({"passphrase": p.passphrase} if p.passphrase else {}),
            }
            for p in demo.people(settings)
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print_people()


def _print_people() -> None:
    settings = current_app.config["SETTINGS"]
    click.echo(f"\nVärna · Ekdala kommun · http://{settings.host}:{settings.port}\n")
    for person in demo.people(settings):
        role = language.say(person.role, "sv")
        click.echo(SIGN_IN_ROW.format(role=role, email=person.email, password=person.password))
        click.echo(f"  {'':<34} {person.try_sv}")
        if person.passphrase:
            click.echo(f"  {'':<34} Valvets lösenfras: {person.passphrase}")
    click.echo("")


@click.command("daily")
def daily() -> None:
    """What a timer runs each night: plans rounds ahead, lets new units take part, makes a checkpoint of the ledger."""
    with connection():
        _day(_now())


def _day(at: dt.datetime) -> None:
    changed = rounds.plan_ahead(Actor.system("daily"), at)
    anchoring.cover(Actor.system("daily"), at)
    exercises.cover(Actor.system("daily"), at)
    throttle.sweep(at)
    links.sweep(at)
    staging.sweep(at)
    vault_sessions.sweep(at)
    made = ledger.checkpoint(at)
    click.echo(f"Rounds planned: {changed}. Checkpoint at {made.size} entries.")


@click.command("make-administrator")
@click.argument("email")
@click.argument("name")
def make_administrator(email: str, name: str) -> None:
    """Makes the first and the second administrator and prints the link by which they come in."""
    _print_link(lambda: people.make_administrator(email, name, at=_now()))


@click.command("make-chief")
@click.argument("email")
@click.argument("name")
@click.option("--hand-over", is_flag=True, help="The one before stays for 30 days, to let the new one into the vault.")
def make_chief(email: str, name: str, hand_over: bool) -> None:
    """Makes a person säkerhetsskyddschef, which no administrator can, and prints a link by which they come in.

    For whoever is säkerhetsskyddschef already it prints a link by which they choose a new password.
    """
    _print_link(lambda: people.make_chief(email, name, at=_now(), hand_over=hand_over))


@click.command("end-access")
@click.argument("email")
def end_access(email: str) -> None:
    """Ends the access of a person, also of one who is or was säkerhetsskyddschef."""
    _done(lambda: people.end_access(email, at=_now()))
    click.echo("Done. The person cannot sign in.")


@click.command("change-email")
@click.argument("email")
@click.argument("new")
def change_email(email: str, new: str) -> None:
    """Changes the address that a person signs in by, also of one who is or was säkerhetsskyddschef."""
    _done(lambda: people.change_email(email, new, at=_now()))
    click.echo("Done. The person signs in by the new address.")


@click.command("remove-second-factor")
@click.argument("email")
def remove_second_factor(email: str) -> None:
    """Removes a person's lost second factor and recovery codes. Make sure who asks: no administrator can do this."""
    _done(lambda: people.remove_second_factor(email, at=_now()))
    click.echo("Done. The person signs in by password, and sets up a new one if their role asks for it.")


def _print_link(make: Callable[[], str]) -> None:
    click.echo(f"One-time link, for this person only: /valkommen/{_done(make)}")


def _done(do: Callable[[], Any]) -> Any:
    """What `do` gives; what it refuses ends the command with its sentence."""
    with connection():
        try:
            return do()
        except (Invalid, Refused) as error:
            raise click.ClickException(_sentence(error)) from error


def _sentence(error: Invalid | Refused) -> str:
    if isinstance(error, Invalid):
        return " ".join(language.say(problem.message, "en") for problem in error.problems)
    return language.say(error.message, "en") or "Refused."


@click.command("permissions")
def permissions() -> None:
    """Prints the permission matrix as it stands in the README."""
    click.echo(matrix.markdown())


ledger_group = AppGroup("ledger", help="The ledger: is it whole, and its checkpoints.")


@ledger_group.command("verify")
@click.option(
    "--database",
    type=click.Path(exists=True, path_type=Path),
    help="A copy of an SQLite database; else the one in use.",
)
@click.option(
    "--checkpoint",
    "notes",
    type=click.File("r", encoding="utf-8", errors="replace"),
    multiple=True,
    help="A checkpoint kept outside.",
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    help="A trusted host's public key in hex; else this installation's and those it trusts.",
)
def verify(database: Path | None, notes: tuple, keys: tuple[str, ...]) -> None:
    """Checks the chain, every row and every checkpoint. Exit code 0: whole; 1: broken, naming the first place."""
    trusted = [public_key(key) for key in keys] or list(ledger.trusted().values())
    try:
        if database:
            connect_to(f"sqlite:///{database.resolve()}")
        with connection():
            found = ledger.verify(RECORDS, trusted, [note.read() for note in notes])
    except (DatabaseError, sqlite3.DatabaseError):
        found = ledger.Verified(0, 0, ledger.UNREADABLE)
    if found.broken:
        click.echo(f"BROKEN  {found.broken}")
        sys.exit(1)
    click.echo(f"Whole: {found.entries} entries, {found.rows} rows.")


@ledger_group.command("checkpoint")
def make_checkpoint() -> None:
    """Makes a checkpoint and prints it. Keep it outside Värna: it is what shows that nothing was cut off."""
    with connection():
        click.echo(ledger.checkpoint(_now()).note)


@ledger_group.command("key")
def print_key() -> None:
    """Prints this installation's public key, to be kept with the checkpoints."""
    click.echo(current_app.extensions["ledger_key"].hex())
