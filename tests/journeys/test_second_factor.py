"""Two-step sign-in in a real browser: a passkey of Chromium's virtual authenticator, and an app's code without script."""

from __future__ import annotations

import dataclasses
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE, Arrive, Site, Visit, send_sign_in, served
from tests.journeys.test_access import in_both_schemes, sideways


@pytest.fixture
def named_site(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demo of one's own, by a name: browsers make passkeys for nothing else."""
    data = tmp_path_factory.mktemp("named") / "data"
    shutil.copytree(demo_data, data)
    with served(data) as running:
        yield dataclasses.replace(running, url=running.url.replace("127.0.0.1", "localhost"))


def plugged_in(here: Visit) -> None:
    """A security key in this browser, whose owner is always there."""
    devtools = here.context.new_cdp_session(here.page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "isUserVerified": True, "hasUserVerification": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**key, "automaticPresenceSimulation": True}})


def accessible(here: Visit, what: str) -> None:
    for size in (PHONE, DESK):
        here.page.set_viewport_size(size)  # type: ignore[arg-type]
        wrong = in_both_schemes(here.page)
        assert not wrong and not sideways(here.page), (what, wrong)


def test_a_passkey_is_added_and_asked_for(visit: Arrive, named_site: Site) -> None:
    chief = visit("chief", at=named_site, reduced_motion="reduce")
    expect(chief.main.get_by_text("Utanför demonstrationen")).to_be_visible()
    plugged_in(chief)
    page = chief.go("/konto")
    chief.follow("Tvåstegsinloggning")
    accessible(chief, "what there is to add")
    chief.press("Lägg till en passkey")
    expect(page.get_by_label("Namn")).to_be_focused()
    page.get_by_label("Namn").fill("Nyckeln på kontoret")
    page.get_by_label("Namn").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dina reservkoder")
    codes = re.findall(r"\b\w{4}-\w{4}-\w{4}\b", chief.main.inner_text())
    assert len(set(codes)) == 10
    accessible(chief, "recovery codes")
    chief.follow("Jag har sparat dem")
    expect(chief.main.get_by_text("Nyckeln på kontoret")).to_be_visible()

    page.get_by_role("button", name="Logga ut", exact=True).click()
    send_sign_in(chief, "chief")
    expect(page.get_by_role("heading", level=1)).to_have_text("Det andra steget")
    accessible(chief, "the second step")
    chief.press("Fortsätt")
    expect(page.get_by_role("alert").filter(visible=True)).to_be_visible()
    chief.press("Använd en passkey")
    expect(page.get_by_role("heading", level=1)).to_have_text("I dag")

    chief.go("/konto/tvasteg")
    chief.press("Använd en passkey")
    accessible(chief, "what there is")
    expect(chief.main.get_by_text("10 reservkoder är oanvända")).to_be_visible()
    chief.main.get_by_text("Ta bort: Nyckeln på kontoret").first.click()
    chief.press("Ta bort: Nyckeln på kontoret")
    expect(chief.main.get_by_text("Det är borttaget")).to_be_visible()


def test_an_app_is_added_and_asked_for_without_script(visit: Arrive, named_site: Site) -> None:
    admin = visit(None, at=named_site, java_script_enabled=False)
    admin.go("/logga-in?next=/konto/tvasteg")
    send_sign_in(admin, "admin")
    page = admin.page
    expect(admin.main.get_by_text("kan inte skapa någon passkey")).to_be_visible()
    admin.follow("Lägg till en app")
    expect(admin.main.get_by_role("img", name="QR-kod")).to_be_visible()
    secret = re.search(r"\b[A-Z2-7]{4}( [A-Z2-7]{4}){7}\b", admin.main.inner_text())
    assert secret
    app = pyotp.TOTP(secret[0].replace(" ", ""))
    page.get_by_label("Namn").fill("Telefonen")
    page.get_by_label("Koden som appen visar").fill(app.now())
    admin.press("Lägg till appen")
    codes = re.findall(r"\b\w{4}-\w{4}-\w{4}\b", admin.main.inner_text())

    page.get_by_role("button", name="Logga ut", exact=True).click()
    send_sign_in(admin, "admin")
    page.get_by_label("Kod").fill(codes[0])
    admin.press("Fortsätt")
    expect(page.get_by_role("heading", level=1)).to_have_text("I dag")
    admin.go("/konto/tvasteg")
    page.get_by_label("Kod").fill(app.at(int(time.time()) + 30))
    admin.press("Fortsätt")
    expect(admin.main.get_by_text("9 reservkoder är oanvända")).to_be_visible()
