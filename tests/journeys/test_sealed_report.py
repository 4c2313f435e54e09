"""A sealed report from its sender to the säkerhetsskyddschef: nobody else reads it, and the host keeps no word of it."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE, Arrive, Site, Visit

CANARY = "Tornseglaren sover under takfoten vid pumphuset"


def picture(directory: Path) -> Path:
    made, path = io.BytesIO(), directory / "lucka.jpg"
    Image.new("RGB", (1800, 1200), "#35524a").save(made, "JPEG")
    path.write_bytes(made.getvalue())
    return path


def test_from_the_sender_to_a_measure(visit: Arrive, site: Site, tmp_path: Path) -> None:
    employee = visit("employee", PHONE)
    _send(employee, picture(tmp_path))
    chief = visit("chief", DESK)
    page = chief.go("/rapporter?urval=unread")
    chief.rows.filter(has_text=re.compile(r"\d{4}")).first.get_by_role("link").click()
    path = re.sub(r"^https?://[^/]+", "", page.url)
    for role in ("admin", "board", "auditor", "security"):
        assert visit(role).go(path).get_by_role("heading", level=1).inner_text() == "Det här får du inte göra"
    _unlock(chief, "fel ord i fel ordning här")
    expect(page.get_by_role("alert").first).to_contain_text("öppnar inte valvet")
    chief.go(path)
    _unlock(chief, site.people["chief"]["passphrase"])
    expect(page.get_by_text("Valvet är öppet till")).to_be_visible()
    chief.press("Öppna och läs")
    expect(chief.main.get_by_text(CANARY)).to_be_visible()
    expect(chief.main.get_by_role("img", name="Foto")).to_be_visible()
    expect(chief.main.get_by_text(re.compile(r"^[0-4]:\d\d$"))).to_be_visible()
    _make_measure(chief)
    page.get_by_role("button", name="Lås").click()
    expect(page.get_by_text("Valvet är låst").first).to_be_visible()
    page.go_back()
    expect(page.get_by_text(CANARY)).to_have_count(0)
    assert not _kept(site, CANARY), "a word of it lies on the host"
    assert _kept(site, "Stadshuset"), "the control: what is open is found"
    whole = site.flask("ledger", "verify")
    assert whole.returncode == 0, whole.stdout


def test_kommunstyrelsen_sees_that_it_is_done_and_nothing_of_what_it_is(visit: Arrive) -> None:
    board = visit("board", DESK)
    point = board.go("/uppfoljning").get_by_role("article").filter(has_text="4.3-U4")
    expect(point).to_contain_text("Uppfylld")
    board.follow("Läget i säkerhetsskyddet")
    expect(board.main.get_by_text("Upplåsningar")).to_be_visible()
    assert board.go("/skyddsatgarder").get_by_role("heading", level=1).inner_text() == "Det här får du inte göra"


def _send(employee: Visit, photo: Path) -> None:
    page = employee.go("/rapportera")
    page.get_by_label("Vad har hänt?").fill(CANARY)
    page.get_by_label("Ett foto").set_input_files(photo)
    page.get_by_role("button", name="Försegla och skicka").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Din rapport är förseglad")
    expect(page.get_by_text(CANARY)).to_have_count(0)


def _unlock(chief: Visit, words: str) -> None:
    page = chief.page
    summary = page.locator("summary", has_text="Lås upp valvet för att öppna")
    if summary.count():
        summary.click()
    page.get_by_label("Lösenfras").fill(words)
    page.get_by_role("button", name="Lås upp", exact=True).click()
    page.wait_for_load_state()


def _make_measure(chief: Visit) -> None:
    page = chief.page
    page.locator("summary", has_text="Gör en åtgärd av den").click()
    page.get_by_label("Säkerhetsskyddsklass på det du skriver").select_option(label="Ingen säkerhetsskyddsklass")
    page.get_by_label("Område").select_option(label="Fysisk säkerhet")
    page.get_by_label("Neutral typ").select_option(index=1)
    page.get_by_label("Ansvarig funktion").fill("Teknisk chef")
    page.get_by_label("Ska vara klar").fill("2027-03-01")
    page.get_by_role("button", name="Skapa åtgärden").click()
    expect(page.get_by_text("Rapporten har blivit en åtgärd")).to_be_visible()


def _kept(site: Site, text: str) -> list[str]:
    """The files of the host that hold a text: the database, its log, the server's log and whatever else lies there."""
    forms = {text.encode(), text.encode("utf-16-le"), base64.b64encode(text.encode()).rstrip(b"=")[:-2]}
    found = []
    for path in sorted(site.data.rglob("*")):
        if path.is_file() and any(form in path.read_bytes() for form in forms):
            found.append(path.name)
    return found
