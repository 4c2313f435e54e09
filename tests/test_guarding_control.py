"""What watches delivery: deviations with their answers, spot checks, and the targets they are held against."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from models.database import connection
from models.guarding import Aim, Deviation, GuardingTarget, SpotCheck, aimed
from models.integrity import AnchoringTarget
from models.programme import FollowUpPoint
from models.words import Role
from tests import makers
from tests.browse import browse
from tests.makers import AT, DAY, OFFICE, TODAY, acting
from tracker.acts import follow_up, guarding, installing, programmes
from tracker.spine import records
from tracker.spine.errors import Invalid
from tracker.spine.reading import Reading

TARGETS = (GuardingTarget, AnchoringTarget)


@pytest.fixture
def installed(database: Any) -> None:
    makers.use_key()
    guarding.install(OFFICE, AT)
    installing.targets(OFFICE, AT)
    programmes.install(OFFICE, AT)


def aim(what: Aim, amount: int) -> None:
    row = GuardingTarget.get(GuardingTarget.aim == what)
    records.change(OFFICE, row, {"amount": amount}, row.version, AT)


def test_every_aim_is_proposed_and_becomes_a_row(installed: None) -> None:
    for kind in TARGETS:
        assert set(kind.proposed) == set(kind.aim.enum_class)
        rows = list(kind.select())
        assert {row.aim: row.amount for row in rows} == kind.proposed
        assert all(row.source and row.checked_on == TODAY for row in rows)


@given(amount=st.integers(1, 1000))
def test_a_share_is_at_most_the_whole(amount: int) -> None:
    for kind in TARGETS:
        for what in kind.proposed:
            refused = bool(list(kind.problems({"aim": what, "amount": amount})))
            assert refused == (what in kind.percents and amount > 100)


def test_an_answer_is_late_the_day_after_the_target(installed: None) -> None:
    where = makers.site()
    for days in (9, 10, 11):
        told = TODAY - 30 * DAY
        makers.deviation(where, told, answered_on=told + days * DAY, answer="Krediteras.")
        makers.deviation(where, TODAY - days * DAY)
    assert Deviation.number("answered_late", TODAY) == 1 == Deviation.number("unanswered", TODAY)
    aim(Aim.ANSWER, 8)
    assert Deviation.number("answered_late", TODAY) == 3 == Deviation.number("unanswered", TODAY)
    aim(Aim.ANSWER, 11)
    assert Deviation.number("answered_late", TODAY) == 0 == Deviation.number("unanswered", TODAY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": TODAY + DAY},
        {"told_on": TODAY - 9 * DAY},
        {"answered_on": TODAY - 9 * DAY},
        {"told_on": None, "answered_on": TODAY},
    ],
)
def test_a_deviation_happens_then_is_told_then_answered(installed: None, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        makers.deviation(makers.site(), **{"on": TODAY - 8 * DAY, "told_on": TODAY - 8 * DAY} | wrong)


@pytest.mark.parametrize("wrong", [{"errors": 61}, {"wrong": 80_001}, {"on": TODAY + DAY}])
def test_a_spot_check_finds_no_more_than_it_compared(installed: None, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        makers.spot_check(**wrong)
    assert SpotCheck.select().count() == 0


def test_what_happened_is_masked_for_the_board_and_open_to_the_units_head(installed: None) -> None:
    unit = makers.unit()
    row = makers.deviation(makers.site(unit=unit), answer="Ny rutin.", answered_on=TODAY)
    for role, reads in ((Role.HEAD, True), (Role.SECURITY, True), (Role.BOARD, False)):
        look = Reading(acting(role, heads=unit), AT, "sv")
        look.prepare([row], ("what", "answer"))
        assert all(bool(look.shown(row, name).text) == reads for name in ("what", "answer"))


def test_a_claim_follows_its_target_and_says_it(app: Flask) -> None:
    with connection():
        installing.install(OFFICE, AT)
        makers.meeting(on=TODAY - 100 * DAY)
        point = FollowUpPoint.get(FollowUpPoint.code == "4.3-U1")
        board = acting(Role.BOARD)
        assert follow_up.verdict(point, TODAY).claims["meeting"].holds
        assert "mål: de senaste 100 dagarna" in browse(app, board).get("/uppfoljning").text
        aim(Aim.MET, 99)
        assert aimed(Aim.MET) == 99 == follow_up.verdict(point, TODAY).claims["meeting"].target
        assert not follow_up.verdict(point, TODAY).claims["meeting"].holds
    assert "mål: de senaste 99 dagarna" in browse(app, board).get("/uppfoljning").text
