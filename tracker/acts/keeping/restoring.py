"""Looking at a backup in a room of its own, and putting it in the place of what is there."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from peewee import DatabaseError

from models import RECORDS
from models.copies import NotPermitted, copies_of, engine_of
from models.database import migrate
from models.happenings import Verb
from models.people import Actor
from tracker.acts.keeping import archive, pins
from tracker.acts.keeping.archive import NOTE, PIN, Manifest, NotRestored
from tracker.acts.keeping.backing_up import Made, backup
from tracker.acts.keeping.giving_up import Loss, There
from tracker.acts.keeping.host import Host, using
from tracker.laws import ledger
from tracker.laws.ledger import Witness
from tracker.laws.vault.roots import NotPinned, Pin


@dataclass(frozen=True)
class Opened:
    """A backup whose members lie in a private room, each as its trusted manifest says."""

    manifest: Manifest
    room: Path

    @property
    def note(self) -> str:
        return (self.room / NOTE).read_text(encoding="utf-8", errors="replace")

    @property
    def pin(self) -> Pin | None:
        """Raises NotRestored for a file that is none."""
        try:
            return Pin.read((self.room / PIN).read_text(encoding="ascii", errors="replace"))
        except FileNotFoundError:
            return None
        except NotPinned:
            raise NotRestored("The backup's pin of the vault cannot be read.") from None


@dataclass(frozen=True)
class Looked:
    """A copy that holds: how much was verified, checkpoints from outside that are newer than it, its vault and whether
    the backup pins it, and what speaks against that vault on this host, with the fingerprint that overrules it.
    """

    verified: ledger.Verified
    newer: tuple[Witness, ...]
    vault: Pin | None
    pinned: bool
    objection: str
    fingerprint: str


@contextmanager
def opened(file: Path, host: Host) -> Iterator[Opened]:
    """Raises NotRestored for what is no backup, was altered, or was made by a host that is not trusted."""
    with archive.room(host.data) as room:
        yield Opened(archive.read(file, room, host.trusted), room)


def must_fit(backup: Opened, host: Host) -> None:
    """Raises NotRestored unless the backup is of the host's engine."""
    engine, here = backup.manifest.engine, engine_of(host.url)
    if engine != here:
        raise NotRestored(f"The backup is of {engine}, and DATABASE_URL here names {here}. Nothing was changed.")


@contextmanager
def scratch(backup: Opened, host: Host) -> Iterator[str]:
    """The URL of a database of its own that holds the backup. Raises NotPermitted and CannotCopy."""
    engine, here = backup.manifest.engine, engine_of(host.url)
    member = backup.room / archive.DATABASES[engine]
    if engine != here == "sqlite":
        raise NotPermitted("DATABASE_URL names no PostgreSQL in which the backup's database could be looked at.")
    with copies_of(host.url if engine == here else f"sqlite:///{member}").scratch(member) as url:
        yield url


def look(backup: Opened, url: str, host: Host, notes: Sequence[str] = ()) -> Looked:
    """Brings the copy at `url` up to date, and verifies its ledger, its checkpoints and its vault. Raises NotRestored.

    Checkpoints kept outside that are older than the copy must be in it.
    """
    outside = [(note, _said(note, host)) for note in notes]
    try:
        with using(url):
            migrate()
            size = ledger.count_of_entries()
            held = [note for note, witness in outside if witness.size <= size]
            found = ledger.verify(RECORDS, host.trusted.values(), [backup.note, *held])
            if found.broken:
                raise NotRestored(f"The backup's ledger does not hold. BROKEN  {found.broken}")
            newer = tuple(witness for _, witness in outside if witness.size > size)
            return Looked(found, newer, pins.of_copy(backup.pin), backup.pin is not None, *pins.objection())
    except DatabaseError as error:
        raise NotRestored("The backup's database cannot be read, or is not Värna's.") from error


def put_in_place(
    url: str, host: Host, looked: Looked, lost: Loss | None, people: Sequence[Actor], *, at: dt.datetime
) -> str:
    """The copy at `url` becomes the host's database, with its pin; returns a new checkpoint.

    What is `lost` is the copy's first new entry, with the people who confirmed it. Until the end the old database
    stands. Raises CannotCopy.
    """
    with using(url):
        if lost:
            facts = {"size": lost.witness.size, "head": lost.witness.head, "confirmed": [each.uid for each in people]}
            ledger.note(Actor.system("restore"), Verb.RESTORED, None, at=at, facts=facts)
        note = ledger.checkpoint(at).note
    copies_of(host.url).put_in_place(url)
    pins.settle(looked.vault, looked.pinned or bool(looked.objection))
    return note


def keep(there: There, host: Host, file: Path, *, at: dt.datetime) -> Made:
    """A backup of what is there, before it is replaced. Raises NotRestored if somebody wrote in it meanwhile."""
    with using(host.url):
        made = backup(file, host.url, at=at)
    if (made.entries, made.head) != (there.head.size, there.head.head):
        raise NotRestored("Somebody wrote in the database meanwhile. Stop Värna first. Nothing was replaced.")
    return made


def _said(note: str, host: Host) -> Witness:
    try:
        return ledger.said_by(note, host.trusted.values())
    except ValueError as error:
        raise NotRestored(f"A checkpoint given cannot be used: {error}.") from error
