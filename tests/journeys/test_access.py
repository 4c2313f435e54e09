"""WCAG 2.2 AA in a real browser: every kind of page that each role can open, light and dark, on phone and desk.

No rule is off. In each width every rule is asked, in light; in dark those that ask about colours, because a scheme
changes nothing else: that, too, is asked of each page. What a tool cannot see is asked for beside it: nothing scrolls
sideways, also at 200 and 400 per cent; whatever has the focus shows it; and the menu can be skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.journeys import walking
from tests.journeys.conftest import DESK, PHONE, Arrive, Visit

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
ON_COLOURS = RULES | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
ROLES = "chief security warden head secretary auditor employee manager caretaker board infosec admin"
NOT_PAGES = re.compile(r"/export|\.csv|/static/")
BUILT_OF = """(page) => {
    const all = [...page.querySelectorAll("body *")];
    const named = (one) => `${one.localName}.${one.className.baseVal ?? one.className}`;
    const kind = (one) => `${named(one.parentElement)} > ${named(one)} ${one.getAttributeNames()}`;
    const order = all.filter((one) => /^(h[1-6]|main|nav|header|footer|aside|section|form)$/.test(one.localName));
    const outline = order.map((one) => one.localName).join(" ").replace(/\\b(\\w+)( \\1)+\\b/g, "$1");
    return [...new Set(all.map(kind)), outline];
}"""
"""What a page is built of, without its texts and however often: its kinds of elements, and its outline."""

READ = f"""async (path) => {{
    const answer = await fetch(path);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const links = [...page.querySelectorAll("a[href]")].map((one) => one.getAttribute("href"));
    return {{status: answer.status, links, parts: ({BUILT_OF})(page)}};
}}"""
"""A page as the server sends it, not shown: a tenth of the time."""

SHAPES = """() => [...document.querySelectorAll("*")].map((one) => {
    const {x, y, width, height} = one.getBoundingClientRect(), {visibility, opacity} = getComputedStyle(one);
    return [one.localName, x, y, width, height, visibility, opacity].join(" ");
})"""
"""Where each element is and whether it is seen; nothing of its colours."""

_opened: set[str] = set()
_parts_sent: set[str] = set()
_parts_checked: set[str] = set()


def broken(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("async (rules) => (await axe.run(rules)).violations", rules)
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]


def sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def kinds(here: Visit) -> Iterator[str]:
    """An address of each kind of page that this person's links lead to; while one is given it is open.

    What somebody has opened already, and now is sent without a new part, is not opened again.
    """
    waiting, seen = ["/"], set()
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9a-f]{32}|\d+", "…", path.partition("?")[0])
        if kind in seen:
            continue
        seen.add(kind)
        sent = here.page.evaluate(READ, path)
        assert sent["status"] == 200, f"{path}: {sent['status']}"
        if path not in _opened or not _parts_sent.issuperset(sent["parts"]):
            here.go(path)
            _opened.add(path)
            _parts_sent.update(sent["parts"])
            yield path
        waiting += [href for href in sent["links"] if href.startswith("/") and not NOT_PAGES.search(href)]


def wrong_with(here: Visit, what: str) -> list[str]:
    """What is wrong with the page that is open, on phone and desk; what it is built of is checked once."""
    parts, found = set(here.page.evaluate(f"({BUILT_OF})(document)")), []
    known = parts <= _parts_checked
    _parts_checked.update(parts)
    for size in (PHONE, DESK):
        here.page.set_viewport_size(size)  # type: ignore[arg-type]
        wrong = ["scrolls sideways"] if sideways(here.page) else []
        wrong += [] if known else in_both_schemes(here.page)
        found += [f"{what} ({size['width']}) {each}" for each in wrong]
    return found


def in_both_schemes(page: Page) -> list[str]:
    """Every rule in light; in dark those on colours, and whether anything else than a colour is another."""
    page.emulate_media(color_scheme="light")
    found, in_light = [f"light, {each}" for each in broken(page)], page.evaluate(SHAPES)
    page.emulate_media(color_scheme="dark")
    found += [f"dark, {each}" for each in broken(page, ON_COLOURS)]
    differing = [pair for pair in zip(in_light, page.evaluate(SHAPES), strict=True) if len(set(pair)) > 1]
    return found + [f"dark has another shape than light: {pair}" for pair in differing[:3]]


@pytest.mark.parametrize("role", ROLES.split())
def test_every_kind_of_page_is_accessible(visit: Arrive, role: str) -> None:
    here = visit(role, reduced_motion="reduce")  # a colour on its way to another is neither
    wrong = [found for path in kinds(here) for found in wrong_with(here, path)]
    assert not wrong, "\n".join(wrong)


def test_the_pages_outside_are_accessible(visit: Arrive) -> None:
    here = visit(None, reduced_motion="reduce")
    wrong = []
    for path in ("/logga-in", "/begransningar", "/tillganglighet", "/finns-inte", "/valkommen/finns-inte"):
        here.go(path)
        wrong += wrong_with(here, path)
    here.go("/logga-in")
    here.press("Logga in")
    wrong += wrong_with(here, "a refused sign-in")
    assert not wrong, "\n".join(wrong)


def test_what_opens_on_a_page_is_accessible(visit: Arrive) -> None:
    """A round at a deficiency and at its end, a form sent back, a step opened, the menu of a phone."""
    here, wrong = visit("manager", PHONE, reduced_motion="reduce"), []

    def look(what: str) -> None:
        wrong.extend(wrong_with(here, what))
        here.page.set_viewport_size(PHONE)  # type: ignore[arg-type]

    page = walking.extra_round(here, "Björkängens skola")
    look("a round")
    walking.answer(page, "Brist")
    look("a round, a deficiency")
    page.get_by_role("button", name="Alla punkter").click()
    look("a round, all points")
    here.go("/lokaler")
    page.get_by_text("Meny", exact=True).click()
    look("the menu")
    here.rows.get_by_role("link").first.click()
    here.follow("Ändra")
    page.get_by_label("Namn").fill("")
    here.press("Spara")
    look("a form sent back")
    here.go("/brister")
    here.rows.get_by_role("link").first.click()
    for step in here.main.get_by_role("group").all():
        step.click(position={"x": 20, "y": 10})
    look("steps opened")
    assert not wrong, "\n".join(wrong)


def test_the_check_bites(visit: Arrive) -> None:
    """The control: a page with a fault is not let through."""
    here = visit(None, reduced_motion="reduce")
    here.go("/logga-in")
    assert not broken(here.page) and not sideways(here.page)
    here.page.evaluate("document.querySelector('label').remove()")
    assert [each for each in broken(here.page) if each.startswith("label:")]
    here.page.evaluate("document.querySelector('h1').style.width = '200vw'")
    assert sideways(here.page)


def test_the_check_bites_in_the_dark(visit: Arrive) -> None:
    """The control: what only the dark shows is seen, be it a colour or, though it may not, a shape."""
    here = visit(None, reduced_motion="reduce")
    here.go("/logga-in")
    assert not in_both_schemes(here.page)
    in_the_dark(here.page, "label { color: var(--paper) !important; }")
    assert [each for each in in_both_schemes(here.page) if each.startswith("dark, color-contrast:")]
    in_the_dark(here.page, "h1 { visibility: hidden; }")
    assert "dark has another shape" in in_both_schemes(here.page)[-1]


def in_the_dark(page: Page, rule: str) -> None:
    page.evaluate(
        """(rule) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`@media (prefers-color-scheme: dark) { ${rule} }`);
            document.adoptedStyleSheets = [sheet];
        }""",
        rule,
    )


def test_a_page_is_opened_for_what_is_new_on_it(visit: Arrive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what is passed over was open before, and one part that was not is enough to open it."""
    for seen in ("_opened", "_parts_sent"):
        monkeypatch.setitem(globals(), seen, set())
    here = visit("employee")
    first = list(kinds(here))
    assert len(first) > 3 and set(first) == _opened
    assert not list(kinds(here))
    _parts_sent.discard(next(part for part in sorted(_parts_sent) if part.startswith("main.")))
    assert list(kinds(here))


@pytest.mark.parametrize("width", [640, 320])
def test_it_can_be_enlarged(visit: Arrive, width: int) -> None:
    """200 and 400 per cent of a desk's screen; and letters alone twice as large."""
    here = visit("head", {"width": width, "height": 512})
    for path in ("/", "/brister", "/uppfoljning", "/lokaler", "/konto"):
        page = here.go(path)
        assert not sideways(page), path
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    here.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    for path in ("/", "/brister", "/uppfoljning"):
        page = here.go(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not sideways(page), path


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_the_focus_is_seen_and_the_menu_skipped(visit: Arrive, screen: dict[str, int]) -> None:
    here = visit("head", screen)
    page = here.go("/brister")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Hoppa till innehållet")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("navigation", name="Urval").get_by_role("link").first).to_be_focused()
    for _ in range(25):
        assert page.evaluate(
            """() => {
                const one = document.activeElement, {outlineStyle, outlineWidth} = getComputedStyle(one);
                return one === document.body || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2);
            }"""
        ), page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")
