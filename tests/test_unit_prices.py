"""Unit prices: secret for a time where that is decided, open otherwise (OSL 31:16; guide C.2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask

from models import RECORDS
from models.calendar import months_before
from models.database import connection
from models.guarding import Aim, Contract, GuardingTarget, Service, ServiceKind
from models.measures import Mark
from models.words import Role
from tests import makers
from tests.browse import browse
from tests.makers import AT, DAY, OFFICE, TODAY, acting
from tracker.acts import guarding, installing
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Invalid
from tracker.spine.reading import Reading

DECIDED = {"awarded_on": TODAY - 100 * DAY, "prices_decided_on": TODAY - 90 * DAY, "prices_reference": "KS/2026:77"}
ENDS = months_before(DECIDED["awarded_on"], -24)  # type: ignore[arg-type]


@pytest.fixture
def key(database: Any) -> bytes:
    key = makers.use_key()
    guarding.install(OFFICE, AT)
    installing.targets(OFFICE, AT)
    return key


def bought(contract: Contract, price: int | None = 612) -> Service:
    return records.add(OFFICE, Service, dict(contract=contract.id, kind=ServiceKind.HOST, unit_price=price), AT)


def reads(row: Service, role: Role, at: dt.datetime = AT) -> bool:
    look = Reading(acting(role, heads=makers.unit()), at, "sv")
    look.prepare([row], ("unit_price",))
    shown = look.shown(row, "unit_price")
    assert bool(shown.text) != bool(shown.masked) and (shown.text or "OSL 31:16" in shown.masked)
    return bool(shown.text)


READERS = (Role.HEAD, Role.BOARD, Role.SECRETARY, Role.AUDITOR)


def test_without_a_decision_prices_are_open(key: bytes) -> None:
    row = bought(makers.contract(awarded_on=TODAY))
    assert all(reads(row, role) for role in (*READERS, Role.SECURITY))


def test_with_one_they_are_the_owners_for_two_years_from_the_award(key: bytes) -> None:
    row = bought(makers.contract(**DECIDED))
    assert all(reads(row, role) for role in (Role.SECURITY, Role.CHIEF, Role.DEPUTY))
    for role in READERS:
        assert not reads(row, role)
        assert not reads(row, role, AT + (ENDS - TODAY) * 1)
        assert reads(row, role, AT + (ENDS - TODAY) + DAY)
    assert ledger.verify(RECORDS, [key]).whole


def test_a_decision_reaches_services_that_are_there_and_goes_when_it_is_taken_back(key: bytes) -> None:
    contract = makers.contract()
    row = bought(contract)
    assert reads(row, Role.BOARD)
    contract = records.change(OFFICE, contract, DECIDED, contract.version, AT)
    assert not reads(row, Role.BOARD) and Mark.select().count() == 1
    contract = records.change(OFFICE, contract, {"manager": "Säkerhetschef"}, contract.version, AT)
    assert Mark.select().count() == 1
    records.change(OFFICE, contract, dict.fromkeys(DECIDED), contract.version, AT)
    assert reads(row, Role.BOARD) and Mark.get().lifted_on == TODAY


def test_what_a_task_cost_is_told_to_others_only_while_the_price_is_no_secret(app: Flask) -> None:
    with connection():
        guarding.install(OFFICE, AT)
        contract = makers.contract(**DECIDED)
        bought(contract)
        makers.figures(makers.site(contract), delivered=10, ordered=10, missed=0, invoiced=9_870)
        board, owner = (browse(app, acting(role)) for role in (Role.BOARD, Role.SECURITY))
    path = f"/bevakningsavtal/{contract.uid.hex}/nyttjande"
    assert "maskerad, OSL 31:16" in board.get(path).text and "987 kronor" not in board.get(path).text
    assert "987 kronor" in owner.get(path).text
    with connection():
        records.change(OFFICE, Contract.get_by_id(contract.id), dict.fromkeys(DECIDED), contract.version, AT)
    assert "987 kronor" in board.get(path).text


def test_an_award_long_ago_or_no_price_marks_nothing(key: bytes) -> None:
    bought(makers.contract(**DECIDED | {"awarded_on": months_before(TODAY, 24) - DAY}))
    row = bought(makers.contract(**DECIDED), None)
    assert not Mark.select().exists()
    records.change(OFFICE, row, {"unit_price": 5}, row.version, AT)
    assert Mark.select().count() == 1


def test_how_long_is_a_row(key: bytes) -> None:
    bought(makers.contract(**DECIDED))
    row = GuardingTarget.get(GuardingTarget.aim == Aim.PRICES)
    records.change(OFFICE, row, {"amount": 12}, row.version, AT)
    assert Mark.get().until == months_before(DECIDED["awarded_on"], -12)  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", ["awarded_on", "prices_reference"])
def test_a_decision_is_about_an_award_and_has_a_number(key: bytes, missing: str) -> None:
    with pytest.raises(Invalid):
        makers.contract(**DECIDED | {missing: None})


def test_nowhere_is_a_secret_price_told_to_others(app: Flask) -> None:
    with connection():
        guarding.install(OFFICE, AT)
        contract = makers.contract(**DECIDED)
        row = bought(contract, 61_234)
        records.change(OFFICE, row, {"unit_price": 71_234}, row.version, AT)
        readers = {role: browse(app, acting(role)) for role in (Role.BOARD, Role.SECURITY)}
    for role, browser in readers.items():
        places = (f"/bevakningsavtal/{contract.uid.hex}", f"/bevakningstjanster/{row.uid.hex}", "/bevakningstjanster")
        for path in (*places, "/bevakningstjanster/export?urval=alla"):
            text = browser.client.get(path).get_data(as_text=True).replace("\xa0", "")  # numbers are divided by it
            assert ("71234" in text) == (role is Role.SECURITY), path
            assert role is Role.SECURITY or "61234" not in text
