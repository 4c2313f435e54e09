"""An incident at work: two people at the same page, one without script, a phone, paper, and a way out."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from models.calendar import STOCKHOLM
from tests.journeys.conftest import DESK, PHONE, Arrive, Visit
from tests.journeys.test_access import in_both_schemes, sideways

SOON = 25_000  # ms: what follows along by itself is asked for every fifteenth second
WHAT = "Journalsystemet svarar inte."
SEEN = "Servern är bortkopplad från nätet."


def test_what_one_notes_the_other_sees_without_loading(visit: Arrive) -> None:
    first = visit("infosec", DESK, reduced_motion="reduce")
    path = _significant(first)
    other = visit("infosec", DESK, reduced_motion="reduce")
    for one in (first, other):
        one.go(path)
    other.page.get_by_label("Vad", exact=True).fill("Halvskrivet")
    opened = other.main.get_by_text("Visa som tabell")
    opened.click()
    other.page.get_by_label("Vad", exact=True).focus()

    _note(first, "Vidtagen åtgärd", SEEN)
    expect(first.page.get_by_text("Antecknat i tidslinjen.")).to_be_visible()

    expect(other.main.get_by_text(SEEN)).to_be_visible(timeout=SOON)
    expect(other.page.get_by_role("status").filter(has_text="Nytt i tidslinjen")).to_contain_text("Vidtagen åtgärd")
    expect(other.page.get_by_label("Vad", exact=True)).to_have_value("Halvskrivet")
    expect(other.page.get_by_label("Vad", exact=True)).to_be_focused()
    expect(other.main.get_by_role("table", name="Incidentens tider och klockor")).to_be_visible()

    _followed(first)
    _signed_out(first, other)


def _followed(first: Visit) -> None:
    """An entry is not changed: another follows it, and says so."""
    first.main.get_by_role("link", name=re.compile("^Följ upp")).first.click()
    expect(first.main.get_by_role("heading", name="Följ upp")).to_be_visible()
    expect(first.main.get_by_text(re.compile(r"^Följer på .*Vidtagen åtgärd"))).to_be_visible()
    _note(first, "Iakttagelse", "Servern svarar åter.")
    entry = first.main.get_by_role("listitem").filter(has_text="Servern svarar åter.")
    expect(entry.get_by_role("link", name=re.compile("^Följer på"))).to_be_visible()


def _signed_out(first: Visit, other: Visit) -> None:
    """What was secret is gone when somebody has signed out in another window."""
    window = other.context.new_page()
    window.goto(other.site.url)
    window.get_by_role("button", name="Logga ut").click()
    expect(window.get_by_label("E-post")).to_be_visible()
    other.page.bring_to_front()
    expect(other.main.get_by_text("Du är utloggad")).to_be_visible(timeout=SOON)
    expect(other.main.get_by_text(SEEN)).to_have_count(0)
    expect(other.page.get_by_label("Vad", exact=True)).to_have_value("Halvskrivet")
    expect(other.main.get_by_role("link", name="Logga in igen")).to_be_visible()
    expect(first.main.get_by_text(SEEN)).to_be_visible()


def test_without_script_a_reload_shows_the_same(visit: Arrive) -> None:
    first = visit("infosec", DESK)
    path = _significant(first)
    plain = visit("infosec", PHONE, java_script_enabled=False)
    plain.go(path)
    expect(plain.main.get_by_role("link", name="CSL-24", exact=True).first).to_be_visible()
    expect(plain.main.get_by_text(re.compile(r"om 2\d h \d+ min")).first).to_be_visible()
    plain.page.get_by_label("Typ").select_option("Kontakt")
    plain.page.get_by_label("Vad", exact=True).fill("Leverantörens jour är larmad.")
    plain.press("Anteckna")
    expect(plain.main.get_by_text("Leverantörens jour är larmad.")).to_be_visible()
    first.go(path)
    expect(first.main.get_by_text("Leverantörens jour är larmad.")).to_be_visible()


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_of_an_incident_is_open_to_everybodys_eyes(visit: Arrive, screen: dict[str, int]) -> None:
    here = visit("infosec", screen, reduced_motion="reduce")
    path = _significant(here)
    here.go(path)
    _note(here, "Vidtagen åtgärd", SEEN)
    _is_fine(here.page)
    here.main.get_by_text("Visa som tabell").click()
    _is_fine(here.page)
    expect(here.main.get_by_role("img", name="Incidenten i tid")).to_be_visible()
    here.follow("Rapportblad")
    _is_fine(here.page)
    expect(here.main.get_by_text("Ej känt ännu").first).to_be_visible()
    here.go(path)
    here.follow("Är det en allvarlig eller extraordinär händelse?")
    for select in here.main.get_by_role("combobox").all()[:2]:
        select.select_option("Ja")
    here.press("Spara svaren")
    _is_fine(here.page)
    here.press("Tjänsteman i beredskap (TiB) larmad")
    expect(here.main.get_by_text(re.compile(r"TiB\) larmades"))).to_be_visible()
    here.go(path)
    expect(here.main.get_by_role("link", name="Larma nu: Säkerhetschef")).to_be_visible()
    _handed_over(here)
    board = visit("board", screen, reduced_motion="reduce")
    board.go(path)
    _is_fine(board.page)
    expect(board.main.get_by_text(WHAT)).to_have_count(0)
    expect(board.main.get_by_text("maskerad").first).to_be_visible()


def _handed_over(here: Visit) -> None:
    """One page on paper, without what is pressed; and a line in the timeline."""
    here.follow("Lägesbild")
    _is_fine(here.page)
    page = here.page
    page.emulate_media(media="print")
    expect(here.main.get_by_role("button", name="Lämna över")).to_be_hidden()
    expect(here.main.get_by_role("heading", name="Vad som kommer härnäst")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_label("Vem som tar över").fill("TiB")
    here.press("Lämna över")
    expect(here.main.get_by_text("Överlämnat till TiB.")).to_be_visible()


def _is_fine(page: Page) -> None:
    assert not sideways(page), page.url
    assert not (wrong := in_both_schemes(page)), "\n".join([page.url, *wrong])


def _note(here: Visit, kind: str, text: str) -> None:
    here.page.get_by_label("Typ").select_option(kind)
    here.page.get_by_label("Vad", exact=True).fill(text)
    here.press("Anteckna")


def _significant(here: Visit) -> str:
    """A report that the triage finds significant; answers with the address of its working page."""
    page = here.go("/incidenter/rapportera")
    page.get_by_label("Vad har hänt?").fill(WHAT)
    page.get_by_label("Pågår det fortfarande?").select_option("Ja")
    here.press("Skicka rapporten")
    here.follow("Till incidenten")
    group = here.main.get_by_role("group").filter(has=page.get_by_text("Triage", exact=True))
    group.get_by_text("Triage", exact=True).first.click()
    _field(group, "Kort neutral rubrik").fill("Avbrott i ett system")
    for label, value in (
        ("Kategori", "Fel i system eller hos leverantör"), ("Allvar", "3 Betydande: kan nå en laglig tröskel"),
        ("Drabbad genom leverantör", "Nej"), ("Personuppgifter drabbade", "Nej"),
        ("Betydande enligt cybersäkerhetslagen", "Ja"),
    ):  # fmt: skip
        _field(group, label).select_option(value)
    now = dt.datetime.now(STOCKHOLM)
    _field(group, "När den bedömdes som betydande").fill(now.strftime("%Y-%m-%dT%H:%M"))
    group.get_by_role("button", name="Triage").click()
    expect(here.main.get_by_role("link", name="Läget nu")).to_be_visible()
    here.follow("Läget nu")
    expect(here.main.get_by_role("link", name="CSL-24", exact=True).first).to_be_visible()
    return page.url.removeprefix(here.site.url)


def _field(group: Locator, label: str) -> Locator:
    return group.get_by_label(re.compile(rf"^{re.escape(label)}( \(|$)"))
