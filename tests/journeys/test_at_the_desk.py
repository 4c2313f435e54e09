"""Work at a desk: mending and verifying, two people at once, coming in, files, lists and their addresses, paper."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Arrive, Visit, send_sign_in

SHEET = """Objektnummer;Namn;Typ;Adress;Används av (HG);Ägs av (HV)
981;Prästkragens förskola;Förskola;Kvarngatan 1, Ekdala;UF-04;Ekdala Lokaler AB
982;Tallmons vårdboende;Vård- och omsorgsboende;Kvarngatan 2, Ekdala;VOF-01;Ekdala Bostäder AB
"""


def test_who_mended_cannot_verify(visit: Arrive) -> None:
    """The caretaker reports done with what was done; the manager reports one done, and finds nothing to verify it with."""
    caretaker = visit("caretaker", PHONE)
    page = _reported_done(caretaker, "Sjöviks skola", "Bytt gångjärn och provat tre gånger")
    expect(page.get_by_text("Bytt gångjärn").first).to_be_visible()
    expect(page.get_by_role("button", name="Verifiera")).to_have_count(0)

    manager = visit("manager")
    page = _reported_done(manager, "Hagbyskolan", "Kilen är borttagen")
    expect(page.get_by_role("button", name="Verifiera")).to_have_count(0)

    head = visit("head")
    head.go(page.url.removeprefix(head.site.url))
    head.press("Verifiera")
    expect(head.page.get_by_text("Verifierad", exact=True).first).to_be_visible()


def _reported_done(person: Visit, premises: str, how: str) -> Page:
    page = person.go("/brister")
    page.get_by_role("row", name=premises).get_by_role("link").first.click()
    person.main.get_by_role("group").get_by_text("Anmäl som klar", exact=True).first.click()
    page.get_by_label("Vad som gjordes").filter(visible=True).fill(how)
    person.press("Anmäl som klar")
    expect(page.get_by_text("Klar, ej verifierad").first).to_be_visible()
    return page


def test_two_people_edit_at_once(visit: Arrive) -> None:
    """The second is told what the first saved, and keeps their own text until they choose."""
    first, second = visit("manager"), visit("chief")
    for one in (first, second):
        one.go("/lokaler?q=Norrbyskolan")
        one.rows.get_by_role("link").click()
        one.follow("Ändra")
    first.page.get_by_label("Adress").fill("Norrbyvägen 90")
    first.press("Spara")
    second.page.get_by_label("Adress").fill("Norrbyvägen 92")
    second.press("Spara")

    expect(second.page.get_by_role("alert")).to_be_visible()
    expect(second.page.get_by_label("Adress")).to_have_value("Norrbyvägen 92")
    expect(second.main.get_by_text("Norrbyvägen 90")).to_be_visible()
    second.press("Spara")
    expect(second.main.get_by_text("Norrbyvägen 92").first).to_be_visible()


def test_a_session_that_ends_in_mid_form(visit: Arrive) -> None:
    """What was typed waits in the sign-in form, and can be sent on."""
    head = visit("head")
    head.go("/brister")
    head.rows.get_by_role("link").first.click()
    here = head.page.url
    head.page.get_by_label("Kommentar", exact=True).fill("Ringde leverantören i dag")
    other = head.context.new_page()
    other.goto(head.site.url)
    other.get_by_role("button", name="Logga ut").click()
    other.close()

    head.press("Spara kommentaren")
    expect(head.page.get_by_text("det du skrev finns kvar")).to_be_visible()
    send_sign_in(head, "head")
    expect(head.page.get_by_text("Ringde leverantören i dag")).to_be_visible()
    head.press("Fortsätt och skicka")
    expect(head.page).to_have_url(here)
    expect(head.page.get_by_text("Ringde leverantören i dag")).to_be_visible()


def test_from_invitation_to_sign_in(visit: Arrive) -> None:
    admin = visit("admin")
    admin.go("/personer")
    admin.follow("Lägg till person")
    admin.page.get_by_label("Namn").fill("Nora Nyberg")
    admin.page.get_by_label("E-post").fill("nora.nyberg@ekdala.example")
    admin.press("Spara")
    admin.follow("Behörighet och roller")
    admin.page.get_by_label("Roll", exact=True).select_option("Brandskyddsombud")
    admin.press("Ge rollen")
    admin.press("Skicka en inbjudan")
    link = re.search(r"https?://\S+", admin.main.inner_text())
    assert link

    nora = visit(None, PHONE)
    page = nora.page
    page.goto(link[0])
    page.get_by_label("Nytt lösenord").fill("lykta mossa kajak fjord")
    page.get_by_label("Samma en gång till").fill("lykta mossa kajak")
    nora.press("Spara lösenordet")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Nytt lösenord").fill("lykta mossa kajak fjord")
    page.get_by_label("Samma en gång till").fill("lykta mossa kajak fjord")
    nora.press("Spara lösenordet")
    page.get_by_label("E-post").fill("nora.nyberg@ekdala.example")
    page.get_by_label("Lösenord").fill("lykta mossa kajak fjord")
    nora.press("Logga in")
    expect(page.get_by_role("heading", level=1)).to_have_text("I dag")
    page.goto(link[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Den här länken fungerar inte längre")


def test_premises_come_in_from_a_file(visit: Arrive) -> None:
    """Looked through before anything is saved; what is wrong is told by row."""
    chief = visit("chief")
    page = chief.go("/inlasning/lokaler")
    _choose(page, SHEET.replace("Förskola;", "Slott;"))
    chief.press("Granska")
    expect(chief.main.get_by_text("Slott").first).to_be_visible()
    expect(page.get_by_role("button", name="Spara")).to_have_count(0)

    chief.follow("Välj en annan fil")
    _choose(page, SHEET)
    chief.press("Granska")
    expect(page.get_by_text("Prästkragens förskola")).to_be_visible()
    assert chief.context.new_page().goto(f"{chief.site.url}/lokaler?q=Prästkragen")
    expect(chief.context.pages[-1].get_by_role("rowheader")).to_have_count(0)
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_text("2 nya")).to_be_visible()
    chief.go("/lokaler?q=Prästkragen")
    expect(chief.rows).to_have_text(["Prästkragens förskola"])


def _choose(page: Page, text: str) -> None:
    page.get_by_label("Fil", exact=True).set_input_files(
        {"name": "lokaler.csv", "mimeType": "text/csv", "buffer": text.encode("utf-8-sig")}
    )


def test_a_list_keeps_its_filter_in_the_address(visit: Arrive) -> None:
    """Searched, filtered and sorted; the address shows another person the same rows, and Back comes back."""
    security = visit("security")
    page = security.go("/lokaler")
    page.get_by_label("Sök").fill("förskolan")
    page.get_by_label("Typ").select_option("Förskola")
    security.press("Visa")
    security.follow("Objektnummer")
    named = security.rows.all_inner_texts()
    assert 10 < len(named) < 20 and all("Förskolan" in name for name in named)
    expect(page.get_by_label("Sök")).to_have_value("förskolan")

    auditor = visit("auditor")
    auditor.page.goto(page.url)
    assert auditor.rows.all_inner_texts() == named
    security.rows.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(named[0])
    page.go_back()
    assert security.rows.all_inner_texts() == named


def test_the_ledger_is_verified_and_its_checkpoint_copied_whole(visit: Arrive) -> None:
    chief = visit("chief", permissions=["clipboard-read", "clipboard-write"])
    page = chief.go("/logg")
    chief.follow("Verifiera")
    chief.press("Verifiera nu")
    expect(page.get_by_text("Händelseloggen är hel")).to_be_visible()
    chief.press("Kopiera")
    expect(page.get_by_role("button", name="Kopierat")).to_be_visible()
    chief.go("/brister")
    chief.rows.get_by_role("link").first.click()
    remark = page.get_by_label("Kommentar", exact=True)
    remark.press("Control+V")
    assert re.match(r"varna\.ledger\n\d+\n", remark.input_value())


def test_the_language_changes_and_stays(visit: Arrive) -> None:
    board = visit("secretary")
    page = board.go("/uppfoljning")
    page.get_by_role("button", name="In English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Follow-up of")
    board.go("/brister")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deficiencies")
    page.get_by_role("button", name="På svenska").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Brister")


def test_paper_shows_the_matter_and_nothing_to_press(visit: Arrive) -> None:
    head = visit("head", {"width": 794, "height": 1123})  # A4
    for path, matter in (
        ("/brister", head.rows.get_by_role("link")),
        ("/uppfoljning", head.main.get_by_text("SBA-riktlinjen efterlevs")),
    ):
        page = head.go(path)
        page.emulate_media(media="print")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(matter.first).to_be_visible()
        expect(page.get_by_role("button").filter(visible=True)).to_have_count(0)
        expect(page.get_by_role("navigation").filter(visible=True)).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        page.emulate_media(media="screen")
