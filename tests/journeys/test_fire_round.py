"""From a fire round to kommunstyrelsen's verdict, as people do it."""

from __future__ import annotations

import sqlite3
import time

import psycopg
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import DESK, PHONE, Arrive, Site, Visit
from tests.journeys.walking import answer, walk_in, write_up

POINTS = 18


def test_from_the_round_to_the_verdict(visit: Arrive, own_site: Site) -> None:
    """The warden walks 18 points with two deficiencies and a reload; the head verifies; kommunstyrelsen sees it."""
    board = visit("board", DESK, own_site)
    point = _compliance(board)
    expect(point).to_contain_text("Delvis")

    _walk(visit("warden", PHONE, own_site))
    expect(_compliance(board)).to_contain_text("Delvis")
    _verify(visit("head", DESK, own_site))
    expect(_compliance(board)).to_contain_text("Uppfylld")
    assert _figures(board, point) == 3

    whole = own_site.flask("ledger", "verify")
    assert whole.returncode == 0 and whole.stdout.startswith("Whole"), whole.stdout
    named = _tamper(own_site)
    broken = own_site.flask("ledger", "verify")
    assert broken.returncode == 1 and named in broken.stdout, broken.stdout


def _compliance(board: Visit) -> Locator:
    return board.go("/uppfoljning").get_by_role("article").filter(has_text="SBA-riktlinjen efterlevs")


def _walk(warden: Visit) -> None:
    started = time.monotonic()
    page = walk_in(warden, "Stadshuset")
    expect(page.get_by_text(f"1 av {POINTS}")).to_be_visible()
    for number in range(1, POINTS + 1):
        if number == 9:
            page.reload()
        expect(page.get_by_role("group").filter(visible=True).first).to_have_accessible_name(f"{number} ", exact=False)
        if number in (3, 12):
            answer(page, "Brist")
            write_up(page, f"Något är fel vid punkt {number}")
            page.get_by_role("button", name="Nästa").click()
        else:
            answer(page, "OK")
    page.get_by_role("button", name="Signera och skicka").click()
    expect(page.get_by_text("Ronden är signerad")).to_be_visible()
    assert time.monotonic() - started < 300
    for number in (3, 12):
        expect(page.get_by_role("table", name="Brister").get_by_text(f"punkt {number}")).to_be_visible()


def _verify(head: Visit) -> None:
    """The acute deficiency that the caretaker has mended."""
    head.go("/brister?urval=acute_late")
    (row,) = head.rows()
    row.get_by_role("link").first.click()
    expect(head.page.get_by_text("Klar, ej verifierad").first).to_be_visible()
    expect(head.main.get_by_text("Jonny Brännmo").first).to_be_visible()
    head.press("Verifiera")
    expect(head.page.get_by_text("Verifierad", exact=True).first).to_be_visible()


def test_every_figure_of_the_board_opens_its_rows(visit: Arrive) -> None:
    board = visit("board", DESK)
    board.go("/uppfoljning")
    articles = board.page.get_by_role("article").count()
    assert articles >= 2
    for nth in range(articles):
        board.go("/uppfoljning")
        assert _figures(board, board.page.get_by_role("article").nth(nth)) >= 3


def _figures(board: Visit, point: Locator) -> int:
    """Opens each figure of a point and counts the rows behind it, page by page. How many figures there were."""
    links = [(link.inner_text(), link.get_attribute("href")) for link in point.get_by_role("link").all()]
    for text, href in links:
        figure = int("".join(filter(str.isdigit, text.split("·")[0].split()[0])) or 0)
        assert href
        page = board.go(href)
        expect(page.get_by_role("status").first).to_contain_text(str(figure))
        assert _counted(board) == figure, href
    return len(links)


def _counted(board: Visit) -> int:
    rows = len(board.rows()) if board.main.get_by_role("table").count() else 0
    following: Page | None = board.page if board.main.get_by_role("link", name="Nästa sida").count() else None
    while following:
        board.follow("Nästa sida")
        rows += len(board.rows())
        following = board.page if board.main.get_by_role("link", name="Nästa sida").count() else None
    return rows


def _tamper(site: Site) -> str:
    """Somebody changes one value beside Värna, by hand. The name by which the row must be found."""
    change = "UPDATE premises SET name = 'Ändrad för hand' WHERE id = 1 RETURNING uid"
    if url := site.extra.get("DATABASE_URL"):
        with psycopg.connect(url) as database:
            return database.execute(change).fetchone()[0].hex
    with sqlite3.connect(site.data / "varna.db") as file:
        return str(file.execute(change).fetchone()[0])
