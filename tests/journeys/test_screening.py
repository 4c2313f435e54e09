"""Somebody writes what looks like what must not be written: on a phone, and on a round."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Arrive
from tests.journeys.test_access import in_both_schemes, sideways
from tests.journeys.walking import answer, answer_the_rest, extra_round, write_up

STANDS, WHY = "Det är inte det som det ser ut som: låt det stå", "Ditt skäl"
REASON = "Det är namnet på en teaterföreställning."


def test_a_tick_and_a_reason_on_a_phone(visit: Arrive) -> None:
    chief = visit("chief", PHONE, reduced_motion="reduce")
    page = chief.go("/atgarder/ny")
    what = page.get_by_role("textbox", name=re.compile("^Vad som ska göras"))
    page.get_by_label("Åtgärd", exact=True).fill("Sätt upp affischen")
    what.fill("Affischen säger HEMLIG med stora bokstäver")
    page.get_by_label("Enhet").select_option(index=1)
    page.get_by_label("Ska vara klar").fill("2030-01-15")
    expect(page.get_by_label(STANDS)).to_have_count(0)

    chief.press("Spara")
    expect(page.get_by_text("ser ut som en märkning av säkerhetsskyddsklass").first).to_be_visible()
    expect(what).to_have_value("Affischen säger HEMLIG med stora bokstäver")
    _is_accessible(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.get_by_label(STANDS).check()
    chief.press("Spara")
    expect(page.get_by_text("10–300 tecken varför").first).to_be_visible()
    expect(page.get_by_label(STANDS)).to_be_checked()
    page.get_by_label(WHY).fill(REASON)
    chief.press("Spara")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sätt upp affischen")

    chief.go("/logg/undantag")
    row = chief.main.get_by_role("row").filter(has_text=REASON)
    expect(row).to_contain_text("Märkning av säkerhetsskyddsklass")
    _is_accessible(page)
    row.get_by_role("link", name="Sätt upp affischen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sätt upp affischen")


def test_a_round_that_was_stopped_is_signed_with_a_tick(visit: Arrive) -> None:
    manager = visit("manager", PHONE)
    page = extra_round(manager, "Sjöviks skola")
    answer(page, "Brist")
    write_up(page, "Portkod 4711 sitter på en lapp")
    page.get_by_role("button", name="Nästa").click()
    answer_the_rest(page)
    page.get_by_role("button", name="Signera och skicka").click()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_role("textbox", name=re.compile("^Vad som är fel")).filter(visible=True)).to_have_value(
        "Portkod 4711 sitter på en lapp"
    )
    page.get_by_label(STANDS).filter(visible=True).check()
    page.get_by_role("button", name="Alla punkter").click()
    page.get_by_role("button", name="Signera och skicka").click()
    expect(page.get_by_text("Ronden är signerad")).to_be_visible()


def _is_accessible(page: Page) -> None:
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert not sideways(page), size
        assert not (wrong := in_both_schemes(page)), "\n".join(wrong)
