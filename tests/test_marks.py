"""The mark's form: a provision from the list or a written one; and which documents the list opens with."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from models.database import connection
from models.fire_safety import DocumentKind, DocumentState
from models.measures import Mark
from models.words import Role
from tests import makers
from tests.makers import DAY, TODAY, acting
from tests.pages import Reader
from tracker.acts import marking


@pytest.fixture
def reader(app: Flask) -> Reader:
    with connection():
        return Reader(app, acting(Role.SECURITY))


@pytest.fixture
def path(reader: Reader) -> str:
    with connection():
        return f"/brister/{makers.deficiency().uid.hex}"


def provisions() -> list[str]:
    with connection():
        return [mark.provision for mark in Mark.select()]


def by_name(form: Any) -> dict[str, Any]:
    return {field.name: field for field in form.fields}


def test_the_provisions_stand_in_a_list_with_what_they_protect(reader: Reader, path: str) -> None:
    listed = by_name(reader.get(path).mark)["listed"]
    assert [option.value for option in listed.options] == [each.code for each in marking.provisions()] + [""]
    assert {"OSL 18:1", "OSL 18:8", "OSL 18:13"} <= {option.value for option in listed.options}
    assert listed.options[0].label.startswith("OSL 18:8 – säkerhets- eller bevakningsåtgärd")
    assert [option.value for option in listed.options if option.selected] == ["OSL 18:8"]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"listed": "OSL 18:13"}, ["OSL 18:13"]),
        ({"listed": "OSL 18:13", "provision": "OSL 99:9"}, ["OSL 99:9"]),
        ({"listed": "", "provision": " OSL 21:7 "}, ["OSL 21:7"]),
        ({"listed": "okand", "provision": "OSL 21:7"}, ["OSL 21:7"]),
    ],
)
def test_a_mark_takes_the_chosen_provision_or_the_written_one(
    reader: Reader, path: str, sent: dict[str, str], stored: list[str]
) -> None:
    reader.browser.post(f"{path}/markning", {"field": "what", **sent})
    assert provisions() == stored


def test_a_mark_without_a_provision_brings_back_what_was_chosen(reader: Reader, path: str) -> None:
    page = reader.sent(f"{path}/markning", {"field": "place", "listed": "", "provision": ""}, 422)
    fields = by_name(page.form)
    assert fields["provision"].problem and [o.value for o in fields["field"].options if o.selected] == ["place"]
    assert [option.value for option in fields["listed"].options if option.selected] == [""]
    assert page.crumbs[-1].href == path and provisions() == []


def test_the_governing_documents_open_with_those_in_force(reader: Reader) -> None:
    with connection():
        makers.document(DocumentKind.POLICY, title="Gäller")
        makers.document(DocumentKind.GUIDELINE, title="Gammalt beslut", decided_on=TODAY - 2000 * DAY)
        makers.document(DocumentKind.GUIDELINE, title="Har gått ut", valid_to=TODAY - DAY)
        makers.document(DocumentKind.POLICY, title="Utkast", state=DocumentState.DRAFT)
        makers.document(DocumentKind.POLICY, title="Börjar i morgon", valid_from=TODAY + DAY)
    page = reader.get("/styrdokument")
    assert [tab.label for tab in page.tabs if tab.active] == ["Gällande"]
    assert [row.cells[0].text for row in page.table.rows] == ["Gammalt beslut", "Gäller"]
