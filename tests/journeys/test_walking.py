"""A round when things go wrong: no script, no network, no session, no mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import PHONE, Arrive, Visit, send_sign_in
from tests.journeys.walking import answer, answer_the_rest, extra_round, walk_in, write_up


def test_a_round_without_script(visit: Arrive) -> None:
    """One page with all its points; signing with points unanswered says which, and keeps what was typed."""
    warden = visit("warden", PHONE, java_script_enabled=False)
    page = walk_in(warden, "Stadsbiblioteket")
    points = warden.main.get_by_role("group")
    asked = points.count()
    points.first.get_by_text("Brist", exact=True).click()
    points.first.get_by_label("Vad som är fel").fill("Kartonger i trapphuset")
    page.get_by_label("Kommentarer").fill("Allt lugnt i övrigt")
    warden.press("Signera och skicka")

    problems = page.get_by_role("alert").get_by_role("link")
    expect(problems.first).to_be_visible()
    expect(points.first.get_by_label("Vad som är fel")).to_have_value("Kartonger i trapphuset")
    expect(page.get_by_label("Kommentarer")).to_have_value("Allt lugnt i övrigt")
    points.first.get_by_label("Tillfällig åtgärd").fill("Bortburna")
    for nth in range(1, asked):
        points.nth(nth).get_by_text("OK", exact=True).click()
    warden.press("Signera och skicka")

    expect(page.get_by_text("Ronden är signerad")).to_be_visible()
    expect(page.get_by_role("table", name="Svar").get_by_role("rowheader")).to_have_count(asked)
    expect(page.get_by_role("table", name="Brister").get_by_role("rowheader")).to_have_count(1)


def test_an_unfinished_point_says_at_once_what_it_lacks(visit: Arrive) -> None:
    """Next stays the first time and passes the second; what is acute needs a temporary measure, what is not does not."""
    warden = visit("warden", PHONE)
    page = extra_round(warden, "Stadshuset")
    first = warden.main.get_by_role("heading", level=2).filter(visible=True).inner_text()
    heading = page.get_by_role("heading", level=2, name=first, exact=True)
    forward = page.get_by_role("button", name="Nästa")
    said = lambda field: page.get_by_text(f"Fyll i ”{field}”").filter(visible=True)  # noqa: E731
    answer(page, "Brist")
    forward.click()
    expect(said("Vad som är fel").last).to_be_visible()
    expect(heading).to_be_visible()
    expect(page.get_by_label("Vad som är fel").filter(visible=True)).to_be_focused()

    page.get_by_label("Vad som är fel").filter(visible=True).fill("Låst dörr")
    expect(page.locator("p.problem").filter(visible=True)).to_have_count(0)
    page.get_by_label("Allvar").filter(visible=True).select_option("Akut")
    forward.click()
    expect(said("Tillfällig åtgärd").last).to_be_visible()
    expect(heading).to_be_visible()
    forward.click()
    expect(heading).to_be_hidden()
    page.get_by_role("button", name="Alla punkter").click()
    expect(page.get_by_text("Mer behövs")).to_have_count(1)
    page.get_by_role("listitem").filter(has_text="Mer behövs").get_by_role("button").click()
    page.get_by_label("Allvar").filter(visible=True).select_option("Mindre")
    expect(page.locator("p.problem").filter(visible=True)).to_have_count(0)
    forward.click()
    expect(heading).to_be_hidden()


def test_a_round_whose_sending_is_cut_off_is_sent_once(visit: Arrive) -> None:
    """No network, then an answer that never came back: it sends itself again, and there is one round."""
    warden = visit("warden", PHONE)
    page = extra_round(warden, "Stadshuset")
    answer(page, "Brist")
    write_up(page, "Handtaget sitter löst")
    page.get_by_role("button", name="Nästa").click()
    answer_the_rest(page)

    warden.context.set_offline(True)
    page.get_by_role("button", name="Signera och skicka").click()
    expect(page.get_by_text("Inte skickat än")).to_be_visible()
    arrived = _swallow_first_answer(page)
    warden.context.set_offline(False)
    expect(page.get_by_text("Ronden är signerad")).to_be_visible(timeout=20_000)
    assert len(arrived) == 2

    warden.go("/brister?q=Handtaget")
    expect(warden.rows).to_have_count(1)


def _swallow_first_answer(page: Page) -> list[str]:
    """The first round that reaches the server is received there, but its answer is lost on the way back."""
    arrived: list[str] = []

    def pass_on(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        answered = route.fetch()
        arrived.append(route.request.url)
        if len(arrived) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=answered)

    page.route(re.compile("/ga$"), pass_on)
    return arrived


def test_a_round_whose_session_ended_is_not_lost(visit: Arrive) -> None:
    """Signed out in another tab meanwhile: sign in again, look it through, send it."""
    warden = visit("warden", PHONE)
    page = extra_round(warden, "Stadsbiblioteket")
    answer(page, "Brist")
    write_up(page, "Skylten är släckt")
    page.get_by_role("button", name="Nästa").click()
    answer_the_rest(page)
    _sign_out_elsewhere(warden)

    page.get_by_role("button", name="Signera och skicka").click()
    expect(page.get_by_text("det du skrev finns kvar")).to_be_visible()
    send_sign_in(warden, "warden")
    expect(page.get_by_text("Skylten är släckt")).to_be_visible()
    warden.press("Fortsätt och skicka")
    expect(page.get_by_text("Ronden är signerad")).to_be_visible()


def _sign_out_elsewhere(person: Visit) -> None:
    other = person.context.new_page()
    other.goto(person.site.url)
    other.get_by_text("Meny", exact=True).click()
    other.get_by_role("button", name="Logga ut").click()
    expect(other.get_by_role("button", name="Logga in")).to_be_visible()
    other.close()


def test_a_round_with_the_keyboard_alone(visit: Arrive) -> None:
    manager = visit("manager")
    page = extra_round(manager, "Sjöviks skola")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    page.keyboard.press("Enter")
    signing = page.get_by_role("button", name="Signera och skicka")
    while not signing.is_visible():
        heading = manager.main.get_by_role("heading", level=2).filter(visible=True).inner_text()
        _tab_to(page, "radio", "OK")
        page.keyboard.press("Space")
        expect(page.get_by_role("heading", level=2, name=heading, exact=True)).to_be_hidden()
    _tab_to(page, "button", "Signera och skicka")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ronden är signerad")).to_be_visible()


def _tab_to(page: Page, role: str, name: str) -> None:
    """Presses Tab until the focus stands there; it is not far."""
    wanted = page.get_by_role(role, name=name, exact=True).filter(visible=True).first  # type: ignore[arg-type]
    for _ in range(8):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the focus does not come to {name}")
