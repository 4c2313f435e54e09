"""WCAG 2.2 AA on every page that a person can open, in both colour schemes, on phone and desk. No rule is off."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import DESK, PHONE

TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
FIRST = 4  # links of one list that are followed


def pages(here) -> list[str]:
    """The menu's pages, and the first records and forms that they lead to."""
    here.go("/")
    menu = _links(here, "navigation")
    found = list(dict.fromkeys(["/", *menu, *_links(here, "contentinfo")]))
    for path in list(found):
        here.go(path)
        beneath = [href for href in _links(here, "main") if "export" not in href and "?" not in href]
        found += [href for href in beneath[:FIRST] if href not in found]
    return [path for path in found if not path.startswith("/logga-ut")]


def _links(here, landmark: str) -> list[str]:
    hrefs = (a.get_attribute("href") or "" for a in here.page.get_by_role(landmark).first.get_by_role("link").all())
    return [href for href in hrefs if href.startswith("/")]


def broken(here) -> list[str]:
    found = Axe().run(here.page, options=TAGS)
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]


@pytest.mark.parametrize(
    ("role", "screen", "scheme"),
    [
        ("warden", PHONE, "light"),
        ("head", PHONE, "dark"),
        ("chief", DESK, "light"),
        ("board", DESK, "dark"),
        ("admin", DESK, "light"),
        ("auditor", PHONE, "dark"),
    ],
)
def test_every_page_is_accessible(visit, role: str, screen: dict[str, int], scheme: str) -> None:
    here = visit(role, screen, color_scheme=scheme)
    wrong: dict[str, list[str]] = {}
    for path in pages(here):
        here.go(path)
        if found := broken(here):
            wrong[path] = found
        assert here.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{path} scrolls sideways"
        )
    assert not wrong, wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_outside_are_accessible(visit, scheme: str) -> None:
    here = visit(None, PHONE, color_scheme=scheme)
    for path in ("/logga-in", "/begransningar", "/tillganglighet", "/finns-inte", "/valkommen/finns-inte"):
        here.go(path)
        assert not broken(here), path


def test_the_check_bites(visit) -> None:
    """The control: a page with a fault is not let through."""
    here = visit(None)
    here.go("/logga-in")
    here.page.evaluate("document.querySelector('label').remove()")
    assert broken(here)
