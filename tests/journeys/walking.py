"""What somebody does who walks a round."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit


def walk_in(walker: Visit, premises: str) -> Page:
    """Opens the due round at some premises, from the first page."""
    walker.go("/")
    walker.rows.get_by_role("link", name=premises).first.click()
    return walker.follow("Gå ronden")


def extra_round(walker: Visit, premises: str) -> Page:
    """Begins a round outside the plan."""
    walker.go("/lokaler")
    walker.rows.get_by_role("link", name=premises).click()
    walker.follow("Gå en extra rond")
    return walker.press("Börja ronden")


def answer(page: Page, word: str) -> None:
    """Taps an answer of the point that is on the screen."""
    page.get_by_role("main").get_by_text(word, exact=True).filter(visible=True).first.click()


def write_up(page: Page, what: str) -> None:
    """Writes down the deficiency of the point that is on the screen."""
    for label, text in (("Vad som är fel", what), ("Tillfällig åtgärd", "Avspärrat")):
        page.get_by_label(label).filter(visible=True).fill(text)


def answer_the_rest(page: Page) -> None:
    """OK for every point from the one on the screen on."""
    signing = page.get_by_role("button", name="Signera och skicka")
    while not signing.is_visible():
        answer(page, "OK")
    expect(signing).to_be_visible()
