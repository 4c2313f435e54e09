"""What every test may ask for. Nothing here stands in for the real thing: databases, keys and files are real.

def test_something(database): …           # db is connected, migrated, clean; once per engine
def test_something(settings): …           # Settings with random secrets, whose database_url is such a database
def test_something(app): …                # the application on such a database, at makers.AT
def test_something(house): …              # the same, but one for all tests of a module: they share its database
"""

from __future__ import annotations

import gc
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import time_machine
from flask import Flask
from xdist.scheduler import LoadScopeScheduling

from models.database import connect_to, connection, db
from tests import applications, litany
from tests.engines import Postgresql, Sqlite, scratch
from tests.makers import AT
from tracker.acts.vault import drafts
from tracker.application import create_app
from tracker.laws import ledger, links, second_factor, sessions
from tracker.laws.vault import sessions as vault_sessions
from tracker.laws.vault import standing
from tracker.settings import SECRETS, Settings, new_secret, read

Engine = Sqlite | Postgresql

hypothesis.settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault of what is tried
hypothesis.settings.load_profile("unhurried")
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(scratch()))  # pytest's name for where all temporary paths begin


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--nothing-left-out", action="store_true", help="fail if a test was skipped, deselected or expected to fail"
    )


class Together(LoadScopeScheduling):
    """Sends what shares something dear to make to one process, and everything else wherever there is room."""

    def _split_scope(self, nodeid: str) -> str:
        return next((shared for shared in TOGETHER if re.search(shared, nodeid)), nodeid)


TOGETHER = (
    r"tests/test_demo\.py",
    "_accessible",
    r"tests/test_queries\.py.*sqlite",
    r"tests/test_queries\.py.*postgresql",
)
"""The demo municipality; the kinds of page that were looked at already; and sixty rows of everything, on each engine."""


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it for waste takes a sixth of the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_deselected(items: list[pytest.Item]) -> None:
    if items and items[0].config.getoption("--nothing-left-out"):
        raise pytest.UsageError(f"{len(items)} tests were deselected, {items[0].nodeid} first.")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    litany.listen(report)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in litany.told(terminalreporter.config):
        terminalreporter.write_line(line)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and litany.missing(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if reporter and session.config.getoption("--nothing-left-out"):
        left_out = {kind: len(reporter.stats.get(kind, ())) for kind in ("skipped", "xfailed", "xpassed")}
        if any(left_out.values()):
            reporter.write_line(f"\nLeft out: {left_out}", red=True)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_engine(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Postgresql]:
    """All workers of a run share the parent of their directories."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    server = Postgresql(shared, worker_id)
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in its turn; ask `engine.name` which."""
    return request.getfixturevalue(f"{request.param}_engine")


@pytest.fixture
def database_url(engine: Engine) -> Iterator[str]:
    """A clean, migrated database that nobody is connected to."""
    url = engine.fresh()
    yield url
    engine.discard(url)


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Any]:
    """`db` bound to a clean, migrated database, with a connection for this thread and a host's secret for its seals."""
    connect_to(database_url)
    give_secrets(tmp_path)
    with connection():
        yield db
    db.close_all()


def give_secrets(directory: Path) -> None:
    """What a host's settings hold, at random."""
    for law in (sessions, links, drafts.SEAL, vault_sessions):
        law.use_secret(secrets.token_bytes(32))
    standing.use_pin(directory / "vault.pin", ledger.witnessed)
    second_factor.use_secrets(secrets.token_bytes(32), secrets.token_bytes(32))


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment that starts: a test's own, with random secrets."""
    return {"VARNA_ENV": "test", "VARNA_DATA": str(tmp_path / "data"), **{name: new_secret() for name in SECRETS}}


@pytest.fixture
def settings(environ: dict[str, str], database_url: str) -> Settings:
    return read({**environ, "DATABASE_URL": database_url})


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with time_machine.travel(AT, tick=False), applications.shared(settings) as app:
        yield app
    db.close_all()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    url = engine.fresh()
    environ = {"VARNA_ENV": "test", "VARNA_DATA": str(tmp_path_factory.mktemp("data")), "DATABASE_URL": url}
    with time_machine.travel(AT, tick=False):
        yield create_app(read(environ | {name: new_secret() for name in SECRETS}))
    db.close_all()
    engine.discard(url)


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """Where the system's Chromium is; None means the one that playwright installed."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
