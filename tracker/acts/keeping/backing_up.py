"""Making a backup: the database and the vault's pin in one file, and none of the host's secrets."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from models.copies import copies_of
from tracker.acts.keeping import archive
from tracker.acts.keeping.archive import MANIFEST, NOTE, PIN, SIGNATURE, Manifest
from tracker.laws import ledger
from tracker.laws.vault import standing
from tracker.laws.vault.roots import NotPinned, Pin


@dataclass(frozen=True)
class Made:
    """A backup that was made: where it is, and the checkpoint, which is to be kept elsewhere too."""

    file: Path
    note: str
    entries: int
    head: str
    pinned: bool


def backup(file: Path, url: str, *, at: dt.datetime) -> Made:
    """Makes a checkpoint, and a backup of the database of this URL, to which `db` is connected.

    Raises NotRestored and CannotCopy; then no file is there.
    """
    archive.must_be_new(file)
    checkpoint, pin, copies = ledger.checkpoint(at), _pin(), copies_of(url)
    witness = ledger.said_by(checkpoint.note, ledger.trusted().values())
    with archive.room(file.absolute().parent) as room:
        copies.copy_to(room / copies.member)
        (room / NOTE).write_text(checkpoint.note, encoding="utf-8")
        if pin:
            (room / PIN).write_text(pin.text(), encoding="ascii")
        _manifest(room, copies.engine, witness, at)
        archive.write(file, sorted(room.iterdir(), key=lambda member: (member.name != MANIFEST, member.name)))
    return Made(file, checkpoint.note, witness.size, witness.head, pin is not None)


def _manifest(room: Path, engine: str, witness: ledger.Witness, at: dt.datetime) -> None:
    members = {member.name: archive.digest(member) for member in room.iterdir()}
    moment = at.astimezone(dt.UTC).isoformat(timespec="seconds")
    manifest = Manifest(engine, moment, witness.size, ledger.own_key_id(), members).octets()
    (room / MANIFEST).write_bytes(manifest)
    (room / SIGNATURE).write_text(ledger.attest(manifest), encoding="ascii")


def _pin() -> Pin | None:
    """Taken before the database: a key that is changed meanwhile is then known to the copy, and not the other way."""
    try:
        return standing.kept()
    except NotPinned:
        return None
