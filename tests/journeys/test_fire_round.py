"""From a fire round to kommunstyrelsen's verdict, as people do it."""

from __future__ import annotations

import re
import sqlite3
import time

import psycopg
from playwright.sync_api import Locator, expect

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
    for href, figure in _figures(point):
        assert _counted(board, href) == figure

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
        expect(page.get_by_role("heading", level=2, name=re.compile(rf"^{number} "))).to_be_visible()
        if number in (3, 12):
            answer(page, "Brist")
            write_up(page, f"Något är fel vid punkt {number}")
            page.get_by_role("button", name="Nästa").click()
        else:
            answer(page, "OK")
    page.get_by_role("button", name="Signera och skicka").click()
    expect(page.get_by_text("Ronden är signerad")).to_be_visible()
    assert time.monotonic() - started < 300
    found = page.get_by_role("table", name="Brister").get_by_role("rowheader").get_by_role("link")
    expect(found).to_have_count(2)
    found.first.click()
    expect(page.get_by_text("Något är fel vid punkt 3")).to_be_visible()


def _verify(head: Visit) -> None:
    """The acute deficiency that the caretaker has mended."""
    head.go("/brister?urval=acute_late")
    expect(head.rows).to_have_count(1)
    head.rows.get_by_role("link").click()
    expect(head.page.get_by_text("Klar, ej verifierad").first).to_be_visible()
    expect(head.main.get_by_text("Jonny Brännmo").first).to_be_visible()
    head.press("Verifiera")
    expect(head.page.get_by_text("Verifierad", exact=True).first).to_be_visible()


def test_every_figure_of_the_board_opens_its_rows(visit: Arrive) -> None:
    board = visit("board", DESK)
    points = board.go("/uppfoljning").get_by_role("article")
    expect(points.nth(1)).to_be_visible()
    counted: dict[str, int] = {}
    for figures, closed in [(_figures(point), point.get_by_text("kan öppnas av").count()) for point in points.all()]:
        assert len(figures) >= 3 or closed == 4, "those of protective security stand without links"
        for href, figure in figures:
            counted[href] = counted.get(href) or _counted(board, href)
            assert counted[href] == figure, href


def _figures(point: Locator) -> list[tuple[str, int]]:
    """Each figure of a point, and where it leads."""
    links = point.get_by_role("listitem").get_by_role("link").all()
    return [(link.get_attribute("href") or "", _number(link.inner_text())) for link in links]


def _number(words: str) -> int:
    """“558 · Skulle gås …” is 558, “inga” is 0."""
    return int((re.match(r"\d+", words) or ["0"])[0])


def _counted(board: Visit, href: str) -> int:
    """How many rows there are, page by page; and that the list says so itself."""
    board.go(href)
    said = board.page.get_by_role("status").first.inner_text()
    rows = board.rows.count()
    while board.main.get_by_role("link", name="Nästa sida").count():
        board.follow("Nästa sida")
        rows += board.rows.count()
    assert said.startswith(f"{rows} "), said
    return rows


def _tamper(site: Site) -> str:
    """Somebody changes one value beside Värna, by hand. The name by which the row must be found."""
    change = "UPDATE premises SET name = 'Ändrad för hand' WHERE id = 1 RETURNING uid"
    if url := site.extra.get("DATABASE_URL"):
        with psycopg.connect(url) as database:
            return database.execute(change).fetchone()[0].hex
    with sqlite3.connect(site.data / "varna.db") as file:
        return str(file.execute(change).fetchone()[0])
