"""A backup's file: a tar of the database, the vault's pin, a checkpoint and a signed manifest that names them all."""

import hashlib
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from models.copies import PostgresqlCopies, SqliteCopies
from tracker.laws import ledger

FORMAT = "varna-backup-1"
MANIFEST, SIGNATURE, NOTE, PIN = "manifest.json", "manifest.sig", "checkpoint.txt", "vault.pin"
DATABASES = {kind.engine: kind.member for kind in (SqliteCopies, PostgresqlCopies)}
SMALL = 64 * 1024  # bytes: the most that anything but the database may be
CHUNK = 1024 * 1024


class NotRestored(Exception):
    """Why a backup cannot be made, verified or restored: a sentence for whoever runs the command."""


class Damaged(NotRestored):
    """The file is no backup, or not as it was made."""


@dataclass(frozen=True)
class Manifest:
    engine: str
    made_at: str  # UTC, ISO 8601
    entries: int  # in the ledger, at the checkpoint
    key_id: str  # of the host that signed
    members: dict[str, str]  # name → SHA-256
    format: str = FORMAT

    def octets(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


@contextmanager
def room(parent: Path) -> Iterator[Path]:
    """A directory that only its owner reads, taken away at the end."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".varna-copy-", dir=parent) as made:
        yield Path(made)


def digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write(file: Path, members: list[Path]) -> None:
    """The members in one file, 0600, whole or not at all; a file that is there already stands. Raises NotRestored."""
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "wb") as opened:
            with tarfile.open(fileobj=opened, mode="w", format=tarfile.PAX_FORMAT) as tar:
                for member in members:
                    tar.add(member, member.name, filter=_nobodys)
            opened.flush()
            os.fsync(opened.fileno())
        must_be_new(file)
        os.replace(beside, file)
    finally:
        Path(beside).unlink(missing_ok=True)
    _durable(file.parent)


def must_be_new(file: Path) -> None:
    """Raises NotRestored when something is there already."""
    if file.exists():
        raise NotRestored(f"{file} is there already. Nothing was written.")


def read(file: Path, into: Path, trusted: Mapping[str, bytes]) -> Manifest:
    """Takes the members out into a private directory, once it is known that a trusted host made them.

    Raises NotRestored unless one of the keys `trusted` signed the manifest, and each member is exactly as that says.
    """
    try:
        with file.open("rb") as opened, tarfile.open(fileobj=opened, mode="r:") as tar:
            manifest = _manifest(_octets(tar, MANIFEST))
            _signed(manifest, _octets(tar, MANIFEST), _octets(tar, SIGNATURE), trusted)
            names = [member.name for member in tar.getmembers()]
            if sorted(names) != sorted((MANIFEST, SIGNATURE, *manifest.members)):
                raise Damaged("The backup does not hold what its manifest names.")
            for name in manifest.members:
                _take_out(tar, name, into / name)
                if digest(into / name) != manifest.members[name]:
                    raise Damaged(f"The backup was altered or damaged: {name} is not as it was made.")
    except (tarfile.TarError, EOFError, ValueError, KeyError, RecursionError) as error:
        raise Damaged("This is no backup, or it was cut off.") from error
    return manifest


def _signed(manifest: Manifest, octets: bytes, signature: bytes, trusted: Mapping[str, bytes]) -> None:
    if manifest.key_id not in trusted:
        raise NotRestored(
            f"This backup was made by a host whose key ({manifest.key_id}) is not trusted here. "
            "Give its public key by --key: `flask ledger key` printed it there."
        )
    if not ledger.attested(octets, signature.decode("ascii", "replace"), manifest.key_id, trusted):
        raise Damaged("The backup was altered: its manifest is not as it was signed.")


def _manifest(octets: bytes) -> Manifest:
    said = json.loads(octets)
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise Damaged("This backup has a form that this version of Värna does not know.")
    try:
        manifest = Manifest(**said)
        needed = {DATABASES[manifest.engine], NOTE}
        digests = all(re.fullmatch("[0-9a-f]{64}", value) for value in manifest.members.values())
    except (TypeError, KeyError, AttributeError):
        raise Damaged("The backup's manifest cannot be read.") from None
    if not digests or not needed <= manifest.members.keys() <= needed | {PIN}:
        raise Damaged("The backup's manifest names what no backup holds.")
    return manifest


def _octets(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(name)
    return member.read(SMALL) if member else b""


def _take_out(tar: tarfile.TarFile, name: str, to: Path) -> None:
    source: IO[bytes] | None = tar.extractfile(name)
    if source is None:
        raise Damaged(f"The backup was altered: {name} is no file.")
    with source, os.fdopen(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        shutil.copyfileobj(source, out, CHUNK)


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Names no account of this host."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _durable(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
