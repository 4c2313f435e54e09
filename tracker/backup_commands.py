"""Backups on the host's command line: making one, verifying one, and restoring one."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from peewee import DatabaseError

from models.copies import CannotCopy, NotPermitted
from models.database import NoTurn, connect_to, connection
from models.people import Actor
from tracker.acts.keeping import giving_up, restoring
from tracker.acts.keeping.archive import NotRestored
from tracker.acts.keeping.backing_up import backup as make_backup
from tracker.acts.keeping.giving_up import Loss, There
from tracker.acts.keeping.host import Host
from tracker.acts.keeping.restoring import Looked
from tracker.laws.vault import roots

KEY = click.option("--key", "keys", multiple=True, help="The public key, in hex, of the host that made the backup.")
NOTES = click.option(
    "--checkpoint",
    "notes",
    type=click.File("r", encoding="utf-8", errors="replace"),
    multiple=True,
    help="A checkpoint kept outside, the newest first of all.",
)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Writes the database and the vault's pin to FILE, or to a new file in the directory FILE.

    The host's secrets are not in it. The checkpoint that is printed is to be kept elsewhere too.
    """
    at, url = _now(), current_app.config["SETTINGS"].database_url
    if file.is_dir():
        file /= f"varna-{at:%Y-%m-%dT%H%M%SZ}.tar"
    with _told(), connection():
        made = make_backup(file, url, at=at)
    click.echo(f"{file}: {made.entries} entries, {'with' if made.pinned else 'without'} a pin of the vault.")
    click.echo(f"Keep this checkpoint outside Värna, apart from the backup:\n\n{made.note}")


@click.command("verify-backup")
@click.argument("file", type=FILE)
@KEY
@NOTES
@with_appcontext
def verify_backup(file: Path, keys: tuple[str, ...], notes: tuple) -> None:
    """Verifies a backup without using it: its signature and digests, its ledger, its checkpoints and its vault."""
    host = _host(keys)
    with _told(), restoring.opened(file, host) as opened:
        click.echo(f"The file is as the host {opened.manifest.key_id} made it on {opened.manifest.made_at}.")
        try:
            with restoring.scratch(opened, host) as copy:
                looked = restoring.look(opened, copy, host, [note.read() for note in notes])
        except NotPermitted as error:
            click.echo(f"Only its signature and digests were looked at. {error}")
            return
    click.echo(f"Whole: {looked.verified.entries} entries, {looked.verified.rows} rows.")
    for newer in looked.newer:
        click.echo(f"It is older than the checkpoint of {newer.size} entries, made {newer.at}.")


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Replace the database that is there, once a backup of it was made.")
@KEY
@NOTES
@with_appcontext
def restore(file: Path, replace: bool, keys: tuple[str, ...], notes: tuple) -> None:
    """Puts a backup in the place of this host's database and pin, once all of it was verified. Stop Värna first.

    What is older than the newest checkpoint known here is restored only when two people confirm it.
    """
    host, at = _host(keys), _now()
    with _told(), restoring.opened(file, host) as opened:
        restoring.must_fit(opened, host)
        there = giving_up.what_is_there(host, at)
        if there and not replace:
            raise NotRestored("There is a database already. With --replace, a backup of it is made and it is replaced.")
        with restoring.scratch(opened, host) as copy:
            looked = restoring.look(opened, copy, host, [note.read() for note in notes])
            click.echo(f"The backup is whole: {looked.verified.entries} entries, {looked.verified.rows} rows.")
            _compare_vault(looked)
            lost = giving_up.loss(host, copy, there, looked.newer)
            people = _two_people(lost, host.url if there and there.peopled else copy, host, at) if lost else ()
            if there:
                _keep(there, host, at)
            note = restoring.put_in_place(copy, host, looked, lost, people, at=at)
    _say_done(host, looked, note)


def _host(keys: tuple[str, ...]) -> Host:
    settings = current_app.config["SETTINGS"]
    cost = current_app.config["PASSWORD_COST"]
    return Host(settings.database_url, settings.data, settings.password_pepper, cost, tuple(map(public_key, keys)))


def public_key(text: str) -> bytes:
    """A host's public key. Raises ClickException for what is none."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise click.ClickException(f"“{text}” is no public key in hex.") from error


def _compare_vault(looked: Looked) -> None:
    if not looked.objection:
        return
    click.echo(looked.objection)
    given = click.prompt("If it is to be replaced nevertheless, type the fingerprint that was printed at its ceremony")
    if not roots.same(given, looked.fingerprint):
        raise NotRestored("It is another vault. Nothing was changed.")


def _two_people(lost: Loss, url: str, host: Host, at: dt.datetime) -> tuple[Actor, ...]:
    since = f", the first of {lost.since}" if lost.since else ""
    click.echo(
        f"The backup is older than the checkpoint of {lost.witness.size} entries, made {lost.witness.at}. "
        f"{lost.entries} entries would be missing{since}. "
        "Two administrators confirm it, or an administrator and the säkerhetsskyddschef."
    )
    people: tuple[Actor, ...] = ()
    for which in ("The first", "The second"):
        email = click.prompt(f"{which} person's e-mail")
        password = click.prompt("Password", hide_input=True)
        people += (giving_up.confirmed(email, password, url, host, people, at=at),)
    return people


def _keep(there: There, host: Host, at: dt.datetime) -> None:
    file = host.data / f"replaced-{at:%Y-%m-%dT%H%M%S.%fZ}.tar"
    made = restoring.keep(there, host, file, at=at)
    click.echo(f"What was there is kept in {file}: {made.entries} entries. Its checkpoint:\n\n{made.note}")


def _say_done(host: Host, looked: Looked, note: str) -> None:
    click.echo(f"Restored. Keep this checkpoint outside Värna:\n\n{note}")
    if looked.vault and not (looked.pinned or looked.objection):
        click.echo("The backup holds a vault and no pin of it. Compare and pin it: flask vault pin.")
    elif looked.vault:
        click.echo(f"The vault's fingerprint, to be compared with the printed one:\n  {looked.vault.fingerprint}")
    if host.keys:
        click.echo(
            "The keys given are trusted from now on only if the settings say so: "
            f"VARNA_LEDGER_TRUSTS={','.join(key.hex() for key in host.keys)}"
        )


@contextmanager
def _told() -> Iterator[None]:
    """What does not go ends the command with its sentence; `db` is the host's own again in every case."""
    try:
        yield
    except (NotRestored, CannotCopy, NoTurn, OSError) as error:
        raise click.ClickException(str(error)) from error
    except DatabaseError as error:
        raise click.ClickException("The database cannot be read. Is it up to date? flask prepare") from error
    finally:
        connect_to(current_app.config["SETTINGS"].database_url)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
