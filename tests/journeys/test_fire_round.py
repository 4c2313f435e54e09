"""From a fire round to the board's verdict, as people do it."""

from __future__ import annotations

import sqlite3
import time

from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Site, Visit


def answered(page: Page, answer: str) -> None:
    page.get_by_text(answer, exact=True).locator("visible=true").first.click()


def test_from_the_round_to_the_verdict(visit, site: Site) -> None:
    """The warden walks 18 points with two deficiencies and a reload; the head verifies; kommunstyrelsen sees it."""
    board = visit("board", DESK)
    board.go("/uppfoljning")
    point = board.page.get_by_role("article").filter(has_text="SBA-riktlinjen efterlevs")
    expect(point).to_contain_text("Delvis")

    _walk(visit("warden", PHONE))
    _verify(visit("head", DESK))

    board.go("/uppfoljning")
    expect(point).to_contain_text("Uppfylld")
    whole = site.flask("ledger", "verify")
    assert whole.returncode == 0, whole.stdout
    _tamper(site)
    broken = site.flask("ledger", "verify")
    assert broken.returncode == 1 and "premises" in broken.stdout and "name" in broken.stdout, broken.stdout


def _walk(warden: Visit) -> None:
    page = warden.page
    page.goto(warden.site.url + "/ronder?urval=due")
    started = time.monotonic()
    _open_the_round_of_18(warden)
    expect(page.get_by_text("1 av 18")).to_be_visible()
    for number in range(1, 19):
        if number == 9:
            page.reload()
        if number in (3, 12):
            answered(page, "Brist")
            seen = page.locator("visible=true")
            page.get_by_label("Vad som är fel").and_(seen).fill(f"Något är fel vid punkt {number}")
            page.get_by_label("Tillfällig åtgärd").and_(seen).fill("Avspärrat")
            page.get_by_role("button", name="Nästa").click()
        else:
            answered(page, "OK")
    page.get_by_role("button", name="Signera och skicka").click()
    page.wait_for_url(lambda url: not url.endswith("/ga"))
    assert time.monotonic() - started < 300
    expect(page.get_by_text("Brister", exact=False).first).to_be_visible()
    expect(page.get_by_text("Något är fel vid punkt 3").first).to_be_visible()


def _open_the_round_of_18(warden: Visit) -> None:
    """The one at an office where monthly, quarterly and yearly points fall due at once."""
    page = warden.page
    for link in page.get_by_role("main").get_by_role("table").get_by_role("link").all():
        href = link.get_attribute("href") or ""
        if not href.startswith("/ronder/"):
            continue
        look = warden.context.new_page()
        look.goto(warden.site.url + href + "/ga")
        found = look.get_by_text("1 av 18").count()
        look.close()
        if found:
            page.goto(warden.site.url + href)
            page.get_by_role("link", name="Gå ronden").click()
            return
    raise AssertionError("the warden has no round of 18 points")


def _verify(head: Visit) -> None:
    """The acute deficiency that the caretaker mended."""
    page = head.go("/brister?urval=acute_late")
    page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    page.get_by_role("button", name="Verifiera").click()
    expect(page.get_by_text("Verifierad").first).to_be_visible()


def _tamper(site: Site) -> None:
    """Somebody changes one value beside Värna."""
    with sqlite3.connect(next(site.data.glob("*.db"))) as file:
        file.execute("UPDATE premises SET name = 'Ändrad för hand' WHERE id = 1")


def test_every_figure_of_the_board_opens_its_rows(visit) -> None:
    board = visit("board", DESK)
    board.go("/uppfoljning")
    links = [a.get_attribute("href") for a in board.page.get_by_role("main").get_by_role("link").all()]
    lists = [href for href in links if href and "urval=" in href]
    assert len(lists) >= 4
    for href in lists:
        page = board.go(href)
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_round_without_script(visit) -> None:
    """One page with all its points; signing with points unanswered says which, and keeps what was typed."""
    warden = visit("warden", PHONE, java_script_enabled=False)
    page = warden.go("/ronder?urval=late")
    page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    page.get_by_role("link", name="Gå ronden").click()
    remarks = page.get_by_label("Kommentarer")
    remarks.last.fill("Allt lugnt i övrigt")
    page.get_by_role("button", name="Signera och skicka").click()
    expect(page.get_by_role("alert").first).to_contain_text("inget svar")
    expect(page.get_by_label("Kommentarer").last).to_have_value("Allt lugnt i övrigt")
    for group in page.get_by_role("group").all():
        if group.get_by_text("OK", exact=True).count():
            group.get_by_text("OK", exact=True).click()
    page.get_by_role("button", name="Signera och skicka").click()
    expect(page.get_by_text("Signerad").first).to_be_visible()
