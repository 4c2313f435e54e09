"""WCAG 2.2 AA in a real browser: every kind of page that each role can open, light and dark, on phone and desk.

No rule is off. What a tool cannot see is asked for beside it: nothing scrolls sideways, also at 200 and 400 per cent;
whatever has the focus shows it; and the menu can be skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys import walking
from tests.journeys.conftest import DESK, PHONE, Arrive, Visit

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
LIGHT_PHONE, DARK_PHONE = (PHONE, "light"), (PHONE, "dark")
LIGHT_DESK, DARK_DESK = (DESK, "light"), (DESK, "dark")
NOT_PAGES = re.compile(r"/export|\.csv|/static/")
BUILT_OF = """() => {
    const all = [...document.querySelectorAll("body *")];
    const named = (one) => `${one.localName}.${one.className.baseVal ?? one.className}`;
    const kind = (one) => `${named(one.parentElement)} > ${named(one)} ${one.getAttributeNames()}`;
    const order = all.filter((one) => /^(h[1-6]|main|nav|header|footer|aside|section|form)$/.test(one.localName));
    const outline = order.map((one) => one.localName).join(" ").replace(/\\b(\\w+)( \\1)+\\b/g, "$1");
    return [...new Set(all.map(kind)), outline];
}"""
"""What a page is built of, without its texts and however often: its kinds of elements, and its outline."""

_checked: dict[tuple[int, str], set[str]] = {}


def broken(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES)
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found.response["violations"]]


def sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def kinds(here: Visit) -> Iterator[str]:
    """An address of each kind of page that this person's links lead to; while one is given it is open."""
    waiting, seen = ["/"], set()
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9a-f]{32}|\d+", "…", path.partition("?")[0])
        if kind in seen:
            continue
        seen.add(kind)
        answer = here.page.goto(here.site.url + path)
        assert answer and answer.ok, f"{path}: {answer and answer.status}"
        yield path
        waiting += [href for href in here.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
                    if href.startswith("/") and not NOT_PAGES.search(href)]  # fmt: skip


def wrong_with(here: Visit, path: str, size: dict[str, int], scheme: str) -> list[str]:
    """What is wrong with the page that is open, in one width and scheme; what it is built of is checked once."""
    here.page.set_viewport_size(size)  # type: ignore[arg-type]
    here.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = [f"{path} scrolls sideways"] if sideways(here.page) else []
    known, built_of = _checked.setdefault((size["width"], scheme), set()), set(here.page.evaluate(BUILT_OF))
    if not built_of <= known:
        known |= built_of
        found += [f"{path} ({size['width']}, {scheme}) {each}" for each in broken(here.page)]
    return found


HALVES = {
    "first": ((LIGHT_PHONE, DARK_DESK), "chief warden head secretary auditor employee"),
    "second": ((DARK_PHONE, LIGHT_DESK), "security manager caretaker board infosec admin"),
}


@pytest.mark.parametrize(
    ("half", "role"),
    [(half, role) for half, (_, roles) in HALVES.items() for role in roles.split()],
)
def test_every_kind_of_page_is_accessible(visit: Arrive, half: str, role: str) -> None:
    here = visit(role, reduced_motion="reduce")  # a colour on its way to another is neither
    ways, _ = HALVES[half]
    wrong = [found for path in kinds(here) for size, scheme in ways for found in wrong_with(here, path, size, scheme)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "way",
    [LIGHT_PHONE, DARK_PHONE, LIGHT_DESK, DARK_DESK],
    ids=["light phone", "dark phone", "light desk", "dark desk"],
)
def test_the_pages_outside_are_accessible(visit: Arrive, way: tuple[dict[str, int], str]) -> None:
    here = visit(None, reduced_motion="reduce")
    wrong = []
    for path in ("/logga-in", "/begransningar", "/tillganglighet", "/finns-inte", "/valkommen/finns-inte"):
        here.go(path)
        wrong += wrong_with(here, path, *way)
    here.go("/logga-in")
    here.press("Logga in")
    assert not wrong + wrong_with(here, "a refused sign-in", *way)


@pytest.mark.parametrize("ways", [(LIGHT_PHONE, DARK_DESK), (DARK_PHONE, LIGHT_DESK)], ids=["first", "second"])
def test_what_opens_on_a_page_is_accessible(visit: Arrive, ways: tuple) -> None:
    """A round at a deficiency and at its end, a form sent back, a step opened, the menu of a phone."""
    here, wrong = visit("manager", PHONE, reduced_motion="reduce"), []

    def look(what: str) -> None:
        wrong.extend(found for size, scheme in ways for found in wrong_with(here, what, size, scheme))
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
    here = visit(None)
    here.go("/logga-in")
    assert not broken(here.page) and not sideways(here.page)
    here.page.evaluate("document.querySelector('label').remove()")
    assert [each for each in broken(here.page) if each.startswith("label:")]
    here.page.evaluate("document.querySelector('h1').style.width = '200vw'")
    assert sideways(here.page)


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
