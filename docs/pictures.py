"""Makes the README's pictures from a fresh demonstration: `make pictures`."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.journeys.conftest import DESK, PHONE, QUIET, Site, Visit, prepared, served, sign_in

HERE = Path(__file__).parent / "pictures"
PICTURES: dict[str, Any] = {
    "warden": ("warden", PHONE, "/"),
    "walk": ("warden", PHONE, "/", "Gå ronden"),
    "head": ("head", DESK, "/"),
    "board": ("board", DESK, "/uppfoljning"),
    "chief": ("chief", DESK, "/"),
    "ledger": ("auditor", DESK, "/logg", "Nästa sida"),
    "usage": ("security", DESK, "/bevakning/nyttjande"),
    "anchoring": ("integrity", DESK, "/forankring"),
    "room": ("infosec", DESK, "/incidenter?urval=with_clock", "INC-", "Läget nu"),
    "signing": ("agneta", PHONE, "/", "Läs och kvittera"),
}
"""Whose screen (by role or first name), how large, which page, and the links that are followed from there."""


def take(browser: Browser, site: Site, name: str) -> None:
    """One picture of one person's page, as it stands on their screen; a phone's is as sharp as the phone."""
    role, screen, path, *links = PICTURES[name]
    context = browser.new_context(
        viewport=screen,
        device_scale_factor=2 if screen is PHONE else 1,
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        reduced_motion="reduce",
    )
    here = Visit(context.new_page(), site, context)
    sign_in(here, role)
    page = here.go(path)
    for link in links:
        here.follow(link)
    page.mouse.move(0, 0)
    page.screenshot(path=HERE / f"{name}.png")
    context.close()


def main() -> None:
    """Builds the demo in a directory of its own, serves it, and takes every picture."""
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        data = Path(directory) / "data"
        prepared(data)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        with served(data) as site:
            for name in PICTURES:
                take(browser, site, name)
        browser.close()


if __name__ == "__main__":
    main()
