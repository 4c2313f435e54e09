"""A real server with the demo municipality, and real people in a real Chromium.

A journey touches only what a person sees: names, labels and roles of what is on the screen.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fasteners import InterProcessLock
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Playwright, sync_playwright

from tests.journeys.moving import move

ROOT = Path(__file__).parent.parent.parent
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def environment(data: Path, **more: str) -> dict[str, str]:
    """What a demo's processes see: nothing of the tests' own environment but the way to Python."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return kept | {"VARNA_ENV": "demo", "VARNA_DATA": str(data), "VARNA_WORKERS": "2", **more}


def flask(data: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """`flask --app app …` as on the host's command line."""
    command = [sys.executable, "-m", "flask", "--app", "app", *words]
    return subprocess.run(command, cwd=ROOT, env=environment(data, **more), capture_output=True, text=True, timeout=180)


def prepared(data: Path, **more: str) -> None:
    """Makes the demo municipality in `data`."""
    made = flask(data, "prepare", **more)
    assert made.returncode == 0, made.stderr


@dataclass
class Site:
    """A running Värna: where it is, where its data lie, and who may sign in."""

    url: str
    data: Path
    people: dict[str, dict[str, str]]
    extra: dict[str, str]

    def flask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return flask(self.data, *words, **self.extra)


def _by_role_and_name(told: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Whoever comes first of a role, and each by their own first name."""
    return {one["role"]: one for one in reversed(told)} | {one["name"].split()[0].lower(): one for one in told}


@contextlib.contextmanager
def served(data: Path, **extra: str) -> Iterator[Site]:
    """The product's own server on a free port of this machine, ended with its whole process group."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "tracker/gunicorn.py", "app:app"]
    with (data / "server.log").open("w") as log:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(data, PORT=str(port), **extra),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            told = json.loads(flask(data, "demo", "--json", **extra).stdout)
            _wait(url, server, data)
            yield Site(url, data, _by_role_and_name(told), extra)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)


def _wait(url: str, server: subprocess.Popen[bytes], data: Path) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/begransningar", timeout=5) as answer:  # noqa: S310
            assert answer.status == 200
            return
        assert server.poll() is None, (data / "server.log").read_text()
        time.sleep(0.1)
    raise AssertionError(f"no answer: {(data / 'server.log').read_text()}")


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The demo municipality, made once for all workers of a run; to be copied, not used."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    data = shared / "demo"
    with InterProcessLock(shared / "demo.lock"):
        if not (data / "ready").exists():
            prepared(data)
            (data / "ready").write_text("")
    return data


@pytest.fixture(scope="session")
def site(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy of the demo, served: one for all journeys of a worker, so each minds its own premises."""
    data = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(demo_data, data)
    with served(data) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def own_site(
    request: pytest.FixtureRequest, demo_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site of one's own to break, on each engine in its turn."""
    data = tmp_path_factory.mktemp("own") / "data"
    shutil.copytree(demo_data, data)
    if request.param == "sqlite":
        with served(data) as running:
            yield running
        return
    server = request.getfixturevalue("postgresql_engine")
    url = server.fresh()
    move(data / "varna.db", url)
    (data / "varna.db").unlink()
    prepared(data, DATABASE_URL=url)  # as on each start of a host: nothing is made where there are people
    with served(data, DATABASE_URL=url) as running:
        yield running
    server.discard(url)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chrome(playwright: Playwright, chromium: str | None) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
    yield browser
    browser.close()


@dataclass
class Visit:
    """One person in a browser of their own."""

    page: Page
    site: Site
    context: BrowserContext

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def go(self, path: str) -> Page:
        self.page.goto(self.site.url + path)
        return self.page

    def follow(self, name: str) -> Page:
        """Presses the first link of this name on the page and waits for where it leads."""
        self.main.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        return self.page

    def press(self, name: str, exact: bool = True) -> Page:
        """Presses the first button of this name on the page."""
        self.main.get_by_role("button", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        return self.page

    @property
    def rows(self) -> Locator:
        """What names each row of the page's tables."""
        return self.main.get_by_role("rowheader")


Arrive = Callable[..., Visit]


@pytest.fixture
def visit(chrome: Browser, request: pytest.FixtureRequest) -> Iterator[Arrive]:
    """`visit("warden", PHONE)`: that person, signed in. `visit(None)`: a stranger."""
    opened: list[BrowserContext] = []
    said: list[str] = []

    def listen(page: Page) -> None:
        page.on("console", lambda message: said.extend(_complaint(message)))
        page.on("pageerror", lambda error: said.append(str(error)))

    def arrive(role: str | None, screen: dict[str, int] = DESK, at: Site | None = None, **more: Any) -> Visit:
        context = chrome.new_context(viewport=screen, locale="sv-SE", timezone_id="Europe/Stockholm", **more)
        context.set_default_timeout(15_000)
        context.on("page", listen)
        opened.append(context)
        here = Visit(context.new_page(), at or request.getfixturevalue("site"), context)
        if role:
            sign_in(here, role)
        return here

    yield arrive
    for context in opened:
        context.close()
    assert not said, said


def _complaint(message: ConsoleMessage) -> list[str]:
    """What the browser complains of, but for answers and networks that a journey means to fail."""
    meant = message.type != "error" or "Failed to load resource" in message.text
    return [] if meant else [message.text]


def sign_in(here: Visit, role: str) -> None:
    here.go("/logga-in")
    send_sign_in(here, role)
    here.page.wait_for_url(lambda url: "/logga-in" not in url)


def send_sign_in(here: Visit, role: str) -> None:
    """Fills in and sends the sign-in form that is on the screen."""
    person = here.site.people[role]
    here.page.get_by_label("E-post").fill(person["email"])
    here.page.get_by_label("Lösenord").fill(person["password"])
    here.press("Logga in")
