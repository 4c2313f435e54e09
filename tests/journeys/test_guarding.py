"""Is guarding used well? From what costs without use to a measure, and from a review's criteria to a fulfilled point."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Arrive, Visit
from tests.journeys.test_access import broken

TODAY = dt.datetime.now(dt.UTC).astimezone().date()
NEXT = TODAY + dt.timedelta(days=365)


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_how_guarding_is_used_is_open_to_everybodys_eyes(visit: Arrive, screen: dict[str, int]) -> None:
    for role in ("security", "board"):
        here = visit(role, screen)
        page = here.go("/bevakning/nyttjande")
        expect(page.get_by_role("heading", level=1)).to_have_text("Nyttjande")
        assert broken(page) == []
        for summary in here.main.get_by_text("Visa som tabell").all():
            summary.click()
        assert broken(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


def test_from_cost_without_use_to_a_decided_review(visit: Arrive) -> None:
    malin = visit("security")
    expect(_point(malin.go("/uppfoljning")).get_by_text("Delvis", exact=True)).to_be_visible()
    malin.go("/bevakning/nyttjande")
    _one_becomes_a_measure(malin)
    malin.go("/oversyner")
    malin.rows.get_by_role("link").first.click()
    malin.press("Ta över alla förslag")
    for _ in range(15):
        malin.go("/kriteriepoang?urval=unscored")
        if not malin.rows.count():
            break
        malin.rows.get_by_role("link").first.click()
        _score(malin)
    malin.go("/oversyner")
    malin.rows.get_by_role("link").first.click()
    _decide(malin)
    expect(malin.main.get_by_text("Beslutad", exact=True).first).to_be_visible()

    point = _point(malin.go("/uppfoljning"))
    expect(point).to_contain_text("mål: 90 procent")
    expect(point.get_by_text("Uppfylld", exact=True)).to_be_visible()


def _one_becomes_a_measure(malin: Visit) -> None:
    """The first site that cost money without an event; afterwards it says so, and offers no second."""
    quiet = malin.main.get_by_role("link", name="Ingen händelse på länge", exact=True)
    number = quiet.locator("xpath=ancestor::li").inner_text().split()[0]
    buttons = malin.main.get_by_role("button", name=re.compile("^Gör till åtgärd ?: "))
    name = buttons.first.inner_text().split(": ")[-1]
    buttons.first.click()
    expect(malin.page.get_by_role("heading", level=1)).to_have_text(f"Se över bevakningen: {name}")
    expect(malin.page.get_by_text("En åtgärd är skapad")).to_be_visible()
    malin.go("/bevakning/nyttjande")
    expect(malin.main.get_by_role("link", name=re.compile(f"Åtgärd finns ?: {re.escape(name)}")).first).to_be_visible()
    malin.main.get_by_role("link", name="Ingen händelse på länge", exact=True).click()
    expect(malin.main.get_by_role("status")).to_contain_text(number)
    expect(malin.rows).to_have_count(int(number))


def _score(malin: Visit) -> None:
    """What the figures cannot tell, somebody knows."""
    malin.follow("Ändra")
    malin.page.get_by_label("Poäng").select_option("2 Godtagbart")
    malin.page.get_by_label("Underlag").fill("Genomgång med leverantören.")
    malin.press("Spara")


def _decide(malin: Visit) -> None:
    page = malin.page
    page.get_by_text("Anteckna beslutet", exact=True).first.click()
    form = page.locator("form").filter(has=page.get_by_role("button", name="Anteckna beslutet"))
    for label, text in (
        ("Beslutsdatum", TODAY.isoformat()), ("Beslutat av", "Kommunstyrelsen"), ("Paragraf", "§ 88"),
        ("Diarienummer", f"KS/{TODAY.year}:88"), ("Nästa översyn senast", NEXT.isoformat()),
    ):  # fmt: skip
        form.get_by_label(re.compile(f"^{label}( \\(|$)")).fill(text)
    form.get_by_role("button", name="Anteckna beslutet").click()
    page.wait_for_load_state()


def _point(page: Page):
    return page.get_by_role("article").filter(has_text="4.3-U1")
