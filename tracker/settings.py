"""What the environment says, read once into one frozen value. There is no default for a secret."""

from __future__ import annotations

import base64
import binascii
import fcntl
import ipaddress
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path

ENVIRONMENTS = ("production", "demo", "test")
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
SECRETS = ("VARNA_SECRET_KEY", "VARNA_LEDGER_KEY", "VARNA_PASSWORD_PEPPER")
SECRET_FLOOR = 32  # characters
LEDGER_SEED = 32  # bytes: the seed of an Ed25519 key
HOW_TO_MAKE_ONE = "python3 -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'"


class Refusal(Exception):
    """Värna does not start like this. The message names everything that is wrong, and what to do about it."""


@dataclass(frozen=True, repr=False)
class Settings:
    env: str
    host: str
    port: int
    data: Path
    vault_pin: Path
    database_url: str = field(metadata={"secret": True})
    secret_key: str = field(metadata={"secret": True})
    ledger_key: bytes = field(metadata={"secret": True})
    ledger_trusts: tuple[bytes, ...]
    password_pepper: bytes = field(metadata={"secret": True})
    behind_tls: bool
    trusted_hosts: tuple[str, ...]
    smtp_url: str | None = field(metadata={"secret": True})
    outbox: Path
    workers: int
    municipality: str

    @property
    def is_demo(self) -> bool:
        return self.env == "demo"

    def __repr__(self) -> str:
        """URLs may carry a password, so they are secrets here."""
        shown = (f"{one.name}={self._shown(one.name, bool(one.metadata))}" for one in fields(self))
        return f"Settings({', '.join(shown)})"

    def _shown(self, name: str, secret: bool) -> str:
        value = getattr(self, name)
        return "***" if secret and value is not None else repr(value)


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises Refusal with one message for everything that is wrong."""
    return _Reader(environ).settings()


class _Reader:
    """Reads variable by variable, and gathers what is wrong instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = {name: value.strip() for name, value in environ.items()}
        self._problems: list[str] = []
        self._missing: list[str] = []

    def settings(self) -> Settings:
        env = self._env()
        data = Path(self._text("VARNA_DATA", "data")).expanduser().resolve()
        if env == "demo":
            self._environ = remembered_secrets(data) | self._given()
        behind_tls = self._behind_tls()
        settings = Settings(
            env=env,
            host=self._host(behind_tls),
            port=self._number("PORT", 8000, 1, 65535),
            data=data,
            vault_pin=Path(self._text("VARNA_VAULT_PIN", str(data / "vault.pin"))).expanduser().resolve(),
            database_url=self._text("DATABASE_URL", f"sqlite:///{data}/varna.db"),
            secret_key=self._secret("VARNA_SECRET_KEY"),
            ledger_key=self._ledger_key(),
            ledger_trusts=self._ledger_trusts(),
            password_pepper=self._secret("VARNA_PASSWORD_PEPPER").encode(),
            behind_tls=behind_tls,
            trusted_hosts=self._trusted_hosts(behind_tls),
            smtp_url=self._text("VARNA_SMTP_URL", "") or None,
            outbox=Path(self._text("VARNA_OUTBOX", str(data / "outbox"))).expanduser().resolve(),
            workers=self._number("VARNA_WORKERS", 3, 1, 64),
            municipality=self._text("VARNA_MUNICIPALITY", "Ekdala kommun" if env == "demo" else "Kommunen"),
        )
        self._refuse_if_wrong()
        return settings

    def _given(self) -> dict[str, str]:
        return {name: value for name, value in self._environ.items() if value}

    def _text(self, name: str, default: str) -> str:
        return self._environ.get(name) or default

    def _env(self) -> str:
        env = self._text("VARNA_ENV", "production")
        if env not in ENVIRONMENTS:
            self._problems.append(f"VARNA_ENV is one of {', '.join(ENVIRONMENTS)}, not “{env}”.")
        return env

    def _behind_tls(self) -> bool:
        given = self._text("VARNA_BEHIND_TLS", "")
        if given not in ("", "proxy"):
            self._problems.append(
                f"VARNA_BEHIND_TLS is “proxy” or not set, not “{given}”: Värna serves no TLS itself, "
                "a proxy in front does."
            )
        return given == "proxy"

    def _host(self, behind_tls: bool) -> str:
        host = self._text("HOST", "127.0.0.1")
        if not behind_tls and not is_loopback(host):
            self._problems.append(
                f"HOST is “{host}”, which others can reach, but nothing says that TLS protects the way there: "
                "passwords and opened texts would cross the network readable. Put a proxy with TLS in front and set "
                "VARNA_BEHIND_TLS=proxy, or use HOST=127.0.0.1."
            )
        return host

    def _number(self, name: str, default: int, least: int, most: int) -> int:
        given = self._text(name, str(default))
        if given.isdecimal() and least <= int(given) <= most:
            return int(given)
        self._problems.append(f"{name} is a number from {least} to {most}, not “{given}”.")
        return default

    def _trusted_hosts(self, behind_tls: bool) -> tuple[str, ...]:
        hosts = tuple(name.strip() for name in self._text("VARNA_TRUSTED_HOSTS", "").split(",") if name.strip())
        if behind_tls and not hosts:
            self._problems.append(
                "VARNA_TRUSTED_HOSTS is not set: behind a proxy, name the hosts people reach Värna by, "
                "separated by commas."
            )
        return hosts or LOOPBACK_HOSTS

    def _secret(self, name: str) -> str:
        secret = self._text(name, "")
        if not secret:
            self._missing.append(name)
        elif len(secret) < SECRET_FLOOR:
            self._problems.append(f"{name} has {len(secret)} characters; {SECRET_FLOOR} is the least.")
        return secret

    def _ledger_key(self) -> bytes:
        name = "VARNA_LEDGER_KEY"
        given = self._text(name, "")
        seed = _decoded(given)
        if not given:
            self._missing.append(name)
        elif len(seed) != LEDGER_SEED:
            self._problems.append(f"{name} is not {LEDGER_SEED} bytes in base64.")
        return seed

    def _ledger_trusts(self) -> tuple[bytes, ...]:
        """Public keys of hosts that wrote this ledger before this one did."""
        name, keys = "VARNA_LEDGER_TRUSTS", []
        for given in self._text("VARNA_LEDGER_TRUSTS", "").replace(",", " ").split():
            try:
                keys.append(bytes.fromhex(given))
            except ValueError:
                keys.append(b"")
        if any(len(key) != LEDGER_SEED for key in keys):
            self._problems.append(f"{name} is public keys of {LEDGER_SEED} bytes in hex, separated by commas.")
        return tuple(keys)

    def _refuse_if_wrong(self) -> None:
        if self._missing:
            self._problems.append(
                f"Missing secrets: {', '.join(sorted(self._missing))}. Make one for each, keep them apart from the "
                f"database and its backups: {HOW_TO_MAKE_ONE}"
            )
        if self._problems:
            raise Refusal("Värna does not start. " + " ".join(self._problems))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address; a name is trusted only if it is localhost."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(LEDGER_SEED)).decode()


def remembered_secrets(
    data: Path, names: Iterable[str] = SECRETS, make: Callable[[], str] = new_secret
) -> dict[str, str]:
    """The secrets of a demo: random, made once for every process, in a file that only its owner reads."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data / "demo.json"
    with _alone_in(data):
        known = _read_secrets(path)
        made = {name: make() for name in names if name not in known}
        if made:
            _replace(path, json.dumps(known | made, indent=1))
        return known | made


def _decoded(text: str) -> bytes:
    """Nothing, if the text is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read_secrets(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text()))
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError) as error:
        raise Refusal(
            f"Värna does not start. {path} cannot be read as secrets; put it back, or remove the demo."
        ) from error


def _replace(path: Path, text: str) -> None:
    """Whole or not at all. mkstemp gives the file the mode 0600."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".demo-")
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)
