"""A new version of the guidelines: every unit lapses, a head signs from a link on a phone, kommunstyrelsen sees it."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import DESK, PHONE, Arrive, Site, Visit, send_sign_in
from tests.journeys.test_access import in_both_schemes, sideways

NEW, UNIT = "Riktlinjer mot oegentligheter, version 4", "Socialförvaltningen"
LAPSED = "Inaktuell: en ny version gäller"


def test_from_a_new_version_to_the_board(visit: Arrive, own_site: Site) -> None:
    officer = visit(
        "integrity", DESK, own_site, reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"]
    )
    assert _index(officer) > 0
    expect(officer.main.get_by_text("Förankrad", exact=True).first).to_be_visible()
    _adopt(officer)
    assert _index(officer) == 0
    expect(officer.main.get_by_text(LAPSED)).to_have_count(11)
    expect(_row(officer, "Överförmyndarkontoret")).to_contain_text("Ej påbörjad")
    _is_accessible(officer.page)
    officer.main.get_by_role("article", name=UNIT).get_by_role("button").click()
    expect(officer.page.get_by_role("button", name="Kopierat")).to_be_visible()
    link = officer.page.evaluate("navigator.clipboard.readText()")

    _sign(visit(None, PHONE, own_site, reduced_motion="reduce"), link)

    assert _index(officer) == 8
    expect(_row(officer, UNIT)).to_contain_text("Förankrad")
    board = visit("board", DESK, own_site, reduced_motion="reduce")
    point = board.go("/uppfoljning").get_by_role("article").filter(has_text="4.3-U2")
    expect(point).to_contain_text("Inte uppfylld")
    expect(point).to_contain_text("8 procent")
    expect(point).to_contain_text("mål: 90 procent")
    expect(point.get_by_role("link", name="Förankringsindex")).to_be_visible()
    _is_accessible(board.page)
    point.get_by_role("link", name="1 · Gällande version kvitterad av chefen").click()
    expect(board.rows).to_have_text([UNIT])


def _adopt(officer: Visit) -> None:
    """A version that is in force from today."""
    today = dt.date.today().isoformat()
    page = officer.go("/riktlinjer/ny")
    page.get_by_label("Riktlinje och version").fill(NEW)
    page.get_by_label("Vad som har ändrats").fill("Nytt avsnitt om jäv vid inköp.")
    officer.press("Spara")
    step = officer.main.get_by_role("group").filter(has=page.get_by_text("Fastställ", exact=True))
    step.get_by_text("Fastställ", exact=True).first.click()
    told = {"Beslutat av": "Kommunstyrelsen", "Beslutsdatum": today, "Paragraf": "§ 12", "Diarienummer": "KS/2026:9"}
    for label, value in {**told, "Gäller från": today}.items():
        step.get_by_label(label, exact=True).fill(value)
    step.get_by_role("button", name="Fastställ").click()
    expect(officer.main.get_by_text("Gällande", exact=True).first).to_be_visible()


def _sign(head: Visit, link: str) -> None:
    """The link leads by way of the sign-in to the page, whose one button is in sight."""
    page = head.page
    page.goto(link)
    send_sign_in(head, "agneta")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Läst och diskuterat: {UNIT}")
    expect(head.main.get_by_text(NEW)).to_be_visible()
    button = head.main.get_by_role("button", name="Läst och diskuterat")
    expect(button).to_be_in_viewport()
    _is_accessible(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    head.go("/")
    head.follow(f"Läs och kvittera: {UNIT}")
    button.click()
    expect(page.get_by_text("Kvitterad").first).to_be_visible()
    expect(button).to_have_count(0)
    head.go("/")
    expect(head.main.get_by_role("link", name="Läs och kvittera")).to_have_count(0)


def _row(who: Visit, unit: str) -> Locator:
    return who.main.get_by_role("row").filter(has=who.page.get_by_role("rowheader", name=unit))


def _index(who: Visit) -> int:
    """The index of the whole, as its page tells."""
    who.go("/forankring")
    return int(_row(who, "Helheten").get_by_role("cell").first.inner_text())


def _is_accessible(page: Page) -> None:
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert not sideways(page), size
        assert not (wrong := in_both_schemes(page)), "\n".join(wrong)
