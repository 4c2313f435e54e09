"""A guarding supplier's month comes in: a file whose headings nobody knows, one row of it wrong."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Arrive, Visit
from tests.journeys.test_access import in_both_schemes, sideways

LAST_MONTH = dt.date.today().replace(day=1) - dt.timedelta(days=1)
SHEET = f"""Plats;Uppdrag;När;Plan;Gjort;Ej gjort;Pris
Återvinningscentralen;Stationär bevakning;{LAST_MONTH:%Y-%m};60;58;2;8 000,50
Kanalparken;Stationär bevakning;{LAST_MONTH:%Y-%m};30;29;31;4 100
"""
MEANS = {
    "Bevakningsobjekt": "A: Plats", "Tjänst": "B: Uppdrag", "Månad": "C: När", "Beställt": "D: Plan",
    "Levererat": "E: Gjort", "Uteblivet": "F: Ej gjort", "Fakturerat, kronor": "G: Pris",
}  # fmt: skip


def test_a_suppliers_month_comes_in(visit: Arrive) -> None:
    coordinator = visit("security", reduced_motion="reduce")
    page = coordinator.go("/bevakningsavtal")
    page.get_by_role("row", name="Ekvakten").get_by_role("link").first.click()
    coordinator.follow("Läs in månadssiffror")
    _accessible(coordinator)
    _send(page, coordinator, SHEET)

    expect(page.get_by_role("heading", level=1)).to_have_text("Vad kolumnerna betyder")
    _accessible(coordinator)
    for figure, column in MEANS.items():
        page.get_by_label(figure).first.select_option(label=column)
    coordinator.press("Granska")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vad filen skulle göra")
    expect(coordinator.main.get_by_text("Det kan inte vara mer än det hela").first).to_be_visible()
    expect(page.get_by_role("button", name="Läs in allt eller inget")).to_have_count(0)
    _accessible(coordinator)

    coordinator.page.get_by_role("link", name="Läs in månadssiffror").first.click()
    _send(page, coordinator, SHEET.replace(";31;", ";1;"))
    expect(coordinator.main.get_by_text("8 001").or_(coordinator.main.get_by_text("8\u00a0001")).first).to_be_visible()
    coordinator.press("Läs in allt eller inget")
    expect(coordinator.main.get_by_text("2 nya")).to_be_visible()

    coordinator.go("/bevakningsobjekt?q=Kanalparken")
    coordinator.rows.get_by_role("link").first.click()
    expect(coordinator.main.get_by_role("row", name="Stationär bevakning").first).to_be_visible()


def _send(page: Page, here: Visit, text: str) -> None:
    sheet = {"name": "siffror.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")}
    page.get_by_label("Fil", exact=False).first.set_input_files(sheet)
    here.press("Granska")


def _accessible(here: Visit) -> None:
    for size in (PHONE, DESK):
        here.page.set_viewport_size(size)  # type: ignore[arg-type]
        wrong = in_both_schemes(here.page)
        assert not wrong and not sideways(here.page), (here.page.url, wrong)
