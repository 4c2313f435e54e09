"""Against irregularities: versions and their force, where they have landed, the head's signature, and 4.3-U2."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.calendar import months_before
from models.common import Unit, UnitKind
from models.database import connection
from models.integrity import (
    NO_CASE,
    Aim,
    Anchoring,
    AnchoringTarget,
    Force,
    Guideline,
    GuidelineReview,
    GuidelineState,
    Outcome,
    SignOff,
    Standing,
    Trigger,
)
from models.kinds import Note, Text
from models.people import Actor
from models.programme import FollowUpPoint
from models.record import DECLARED
from models.words import Register, Role
from tests import makers
from tests.browse import browse
from tests.makers import AT, DAY, KEEPER, OFFICE, TODAY
from tracker.acts import anchoring, follow_up, installing, landing
from tracker.acts.follow_up import Level
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing, Refused

YEARS = 365 * DAY


@pytest.fixture
def targets(app: Flask) -> Iterator[Flask]:
    with connection():
        installing.install(OFFICE, AT)
        yield app


def place(name: str = "", kind: UnitKind = UnitKind.ADMINISTRATION, **values: Any) -> tuple[Anchoring, Actor]:
    """A förvaltning with its anchoring and its head."""
    unit = makers.unit(name, makers.unit(), kind=kind)
    head = makers.person("", Role.HEAD, heads=unit, at=AT - 1500 * DAY)
    return makers.anchored_in(unit, **values), makers.actor(head)


def standing(row: Anchoring, today: dt.date = TODAY) -> Standing:
    return landed(row, today).standing


def landed(row: Anchoring, today: dt.date = TODAY) -> landing.Landed:
    (found,) = landing.places([row], today)
    return found


# Versions


def test_a_new_version_ends_the_one_before_and_is_in_force_from_its_day(targets: Flask) -> None:
    first = makers.adopted_guideline(TODAY - 400 * DAY)
    begins = TODAY + 10 * DAY
    second = makers.adopted_guideline(TODAY - DAY, valid_from=begins)
    first = Guideline.get_by_id(first.id)
    assert first.valid_to == begins - DAY
    assert (first.as_of("state", TODAY), second.as_of("state", TODAY)) == (Force.IN_FORCE, GuidelineState.ADOPTED)
    assert (first.as_of("state", begins), second.as_of("state", begins)) == (Force.REPLACED, Force.IN_FORCE)
    for day, version in ((TODAY, first), (begins - DAY, first), (begins, second)):
        assert list(Guideline.now(day)) == [version]


def test_what_is_repealed_is_in_force_until_its_last_day(targets: Flask) -> None:
    row = makers.adopted_guideline(TODAY - 400 * DAY)
    row = makers.moved(row, "repeal", KEEPER, valid_to=TODAY)
    assert row.as_of("state", TODAY) is Force.IN_FORCE
    assert row.as_of("state", TODAY + DAY) is GuidelineState.REPEALED
    assert not list(Guideline.now(TODAY + DAY))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"valid_from": TODAY - 101 * DAY}, "valid_from"),
        ({"paragraph": "paragraf"}, "paragraph"),
        ({"reference": "saknas"}, "reference"),
        ({"body": None}, "body"),
    ],
)
def test_an_adoption_says_all_of_its_decision(targets: Flask, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        makers.adopted_guideline(TODAY - 100 * DAY, **values)
    assert {problem.field for problem in wrong.value.problems} == {field}


def test_a_version_is_adopted_after_those_that_are_there(targets: Flask) -> None:
    makers.adopted_guideline(TODAY - 100 * DAY)
    with pytest.raises(Invalid) as wrong:
        makers.adopted_guideline(TODAY - 200 * DAY)
    assert [problem.field for problem in wrong.value.problems] == ["valid_from"]


def test_a_decided_review_says_its_decision(targets: Flask) -> None:
    version = makers.adopted_guideline(TODAY - 100 * DAY)
    begun = dict(guideline=version.id, started_on=TODAY - 9 * DAY, trigger=Trigger.LAW, decided_on=TODAY)
    with pytest.raises(Invalid) as wrong:
        records.add(KEEPER, GuidelineReview, begun, AT)
    assert {p.field for p in wrong.value.problems} == {"outcome", "body", "paragraph", "reference"}


# Where they have landed


def test_a_unit_goes_from_not_started_to_anchored(targets: Flask) -> None:
    version = makers.adopted_guideline(TODAY - 100 * DAY)
    row, head = place()
    assert standing(row) is Standing.NOT_BEGUN
    plan = dict(target_group="Alla", plan="APT", planned_on=TODAY)
    row = records.change(head, row, plan, row.version, AT)
    assert standing(row) is Standing.PLANNED
    makers.activity(row, version)
    assert (standing(row), landed(row).index) == (Standing.ONGOING, 0)
    makers.coverage(row, 80, on=TODAY)
    assert (standing(row), landed(row).index) == (Standing.ONGOING, 50)
    makers.signed_off(row, head)
    assert (standing(row), landed(row).index) == (Standing.ANCHORED, 100)


def test_coverage_below_its_target_does_not_anchor(targets: Flask) -> None:
    makers.adopted_guideline(TODAY - 100 * DAY)
    row, head = place()
    makers.signed_off(row, head)
    makers.coverage(row, 79)
    assert (standing(row), landed(row).index) == (Standing.ONGOING, 99)
    row = records.change(head, row, {"coverage_target": 79}, row.version, AT)
    assert standing(row) is Standing.ANCHORED


def test_the_latest_count_holds_not_the_best(targets: Flask) -> None:
    makers.adopted_guideline(TODAY - 100 * DAY)
    row, head = place()
    makers.signed_off(row, head)
    makers.coverage(row, 95, on=TODAY - 30 * DAY)
    makers.coverage(row, 40, on=TODAY - 3 * DAY)
    assert standing(row) is Standing.ONGOING


def test_all_lapse_when_a_new_version_is_in_force_and_say_so(targets: Flask) -> None:
    version = makers.adopted_guideline(TODAY - 100 * DAY)
    (anchored, head), (active, _), (planned, _), (untouched, _) = place(), place(), place(), place()
    makers.signed_off(anchored, head)
    makers.coverage(anchored, 90)
    makers.activity(active, version)
    planned.plan, planned.target_group, planned.planned_on = "APT", "Alla", TODAY - 50 * DAY
    planned = records.change(KEEPER, planned, {}, planned.version, AT)
    rows = (anchored, active, planned, untouched)
    before = [Standing.ANCHORED, Standing.ONGOING, Standing.PLANNED, Standing.NOT_BEGUN]
    assert [standing(row) for row in rows] == before
    begins = TODAY + 20 * DAY
    makers.adopted_guideline(TODAY, valid_from=begins)
    assert [standing(row, begins - DAY) for row in rows] == before
    assert [standing(row, begins) for row in rows] == [Standing.SUPERSEDED] * 3 + [Standing.NOT_BEGUN]
    assert Anchoring.number("lapsed", begins) == Anchoring.number("superseded", begins) == 3


@pytest.mark.parametrize("what", ["signed", "counted"])
def test_an_anchoring_lapses_by_itself_after_the_months_of_the_target(targets: Flask, what: str) -> None:
    makers.adopted_guideline(TODAY - 1000 * DAY)
    row, head = place()
    then = AT - 500 * DAY
    makers.signed_off(row, head, at=then if what == "signed" else AT)
    makers.coverage(row, 90, on=(then if what == "counted" else AT).date())
    assert standing(row) is Standing.ANCHORED
    last = then.date()
    while months_before(last + DAY, 24) <= then.date():
        last += DAY
    assert (standing(row, last), standing(row, last + DAY)) == (Standing.ANCHORED, Standing.AGED)
    assert landed(row, last + DAY).index == 0
    target = AnchoringTarget.get(AnchoringTarget.aim == Aim.MONTHS)
    records.change(KEEPER, target, {"amount": 36}, target.version, AT)
    assert standing(row, last + DAY) is Standing.ANCHORED


def test_nothing_is_anchored_where_no_version_is_in_force(targets: Flask) -> None:
    version = makers.adopted_guideline(TODAY - 100 * DAY)
    row, head = place()
    makers.signed_off(row, head)
    makers.coverage(row, 100)
    makers.moved(version, "repeal", KEEPER, valid_to=TODAY)
    assert (standing(row), standing(row, TODAY + DAY)) == (Standing.ANCHORED, Standing.SUPERSEDED)
    with pytest.raises(Refused):
        anchoring.sign(head, row.uid.hex, anchoring.shown(version), AT + DAY)


def test_every_unit_that_takes_part_has_one_standing(targets: Flask) -> None:
    version = makers.adopted_guideline(TODAY - 100 * DAY)
    rows = [place() for _ in range(4)]
    makers.activity(rows[0][0], version)
    makers.signed_off(*rows[1])
    makers.coverage(rows[1][0], 100)
    names = ("anchored", "ongoing", "planned", "not_begun", "lapsed")
    assert sum(Anchoring.number(name, TODAY) for name in names) == Anchoring.number("taking_part", TODAY) == 4
    for name in ("signed", "covered", "with_plan"):
        rest = {"signed": "unsigned", "covered": "uncovered", "with_plan": "without_plan"}[name]
        assert Anchoring.number(name, TODAY) + Anchoring.number(rest, TODAY) == 4


events = st.lists(
    st.tuples(
        st.sampled_from(["version", "activity", "coverage", "signed"]),
        st.integers(0, 1400),
        st.integers(0, 100),
    ),
    max_size=7,
)


@settings(
    max_examples=25, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(told=events, ages=st.lists(st.integers(0, 1200), min_size=2, max_size=6))
def test_the_index_never_rises_with_age(targets: Flask, told: list[tuple[str, int, int]], ages: list[int]) -> None:
    """Whatever has happened: when nothing more happens, no unit's index rises, and after the time it is 0."""
    row, head = place()
    makers.adopted_guideline(_newest() + DAY)
    for what, ago, amount in sorted(told, key=lambda event: -event[1]):
        at = AT - ago * DAY
        version = Guideline.get_or_none(Guideline.id.in_(Guideline.now(at.date())))
        if what == "version" and _newest() < at.date():
            makers.adopted_guideline(at.date(), at=at)
        elif what == "coverage":
            makers.coverage(row, amount, on=at.date(), at=at)
        elif what == "activity" and version:
            makers.activity(row, version, on=at.date(), at=at)
        elif what == "signed" and version:
            makers.signed_off(row, head, at=at)
    last = max(TODAY, _newest())
    indexes = [landed(row, last + age * DAY).index for age in sorted(ages)]
    assert indexes == sorted(indexes, reverse=True)
    assert landed(row, last + 3 * YEARS).index == 0
    assert all(0 <= number <= 100 for number in indexes)


def _newest() -> dt.date:
    days = [row.valid_from for row in Guideline.select() if row.valid_from]
    return max(days, default=TODAY - 2000 * DAY)


@given(st.sampled_from(Standing), st.booleans(), st.integers(0, 100), st.integers(1, 100))
def test_an_index_is_between_0_and_100_and_0_for_what_has_lapsed(
    how: Standing, signed: bool, covered: int, target: int
) -> None:
    number = landing.index(how, signed, covered, target)
    assert 0 <= number <= 100
    assert how in (Standing.ANCHORED, Standing.ONGOING) or number == 0
    assert number < 100 or (signed and covered >= target)


# Who takes part, and who signs


def test_each_forvaltning_and_bolag_takes_part_once(targets: Flask) -> None:
    whole = makers.unit()
    for kind in UnitKind:
        makers.unit(kind.value, whole, kind=kind)
    ended = makers.unit("Förr", whole, kind=UnitKind.ADMINISTRATION, valid_to=TODAY - DAY)
    assert anchoring.cover(OFFICE, AT) == 2
    assert anchoring.cover(OFFICE, AT) == 0
    units = {row.unit.kind for row in Anchoring.select()}
    assert units == {UnitKind.ADMINISTRATION, UnitKind.COMPANY}
    assert not Anchoring.select().where(Anchoring.unit == ended).exists()


def test_a_head_signs_from_the_page_with_one_button(targets: Flask) -> None:
    version = makers.adopted_guideline(TODAY - 10 * DAY)
    row, head = place("Socialförvaltningen")
    browser = browse(targets, head)
    path = f"/forankringar/{row.uid.hex}/kvittera"
    page = browser.get(path)
    assert version.name in page.text and "Läst och diskuterat" in page.text
    browser.post(path, {"guideline": anchoring.shown(version)}, 400, token=False)
    browser.post(path, {"guideline": anchoring.shown(version)}, 303)
    browser.post(path, {"guideline": anchoring.shown(version)}, 303)
    (signed,) = SignOff.select()
    assert (signed.signed_by_id, signed.guideline_id, signed.signed_on) == (head.id, version.id, TODAY)
    assert "Kvitterad" in browser.get(path).text


def test_nobody_signs_what_they_have_not_been_shown(targets: Flask) -> None:
    old = makers.adopted_guideline(TODAY - 10 * DAY)
    row, head = place()
    makers.adopted_guideline(TODAY)
    with pytest.raises(Refused):
        anchoring.sign(head, row.uid.hex, anchoring.shown(old), AT)
    now = Guideline.get(Guideline.id == Guideline.now(TODAY))
    before = anchoring.shown(now)
    records.change(makers.KEEPER, now, {"changes": "Något annat"}, now.version, AT)
    with pytest.raises(Refused):
        anchoring.sign(head, row.uid.hex, before, AT)
    assert not SignOff.select().exists()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HEAD])
def test_only_a_head_signs(targets: Flask, role: Role) -> None:
    version = makers.adopted_guideline(TODAY - 10 * DAY)
    row, _ = place()
    browser = browse(targets, makers.acting(role))
    browser.get(f"/forankringar/{row.uid.hex}/kvittera", 403)
    browser.post(f"/forankringar/{row.uid.hex}/kvittera", {"guideline": anchoring.shown(version)}, 403)


def test_a_head_signs_for_their_own_unit_only(targets: Flask) -> None:
    version = makers.adopted_guideline(TODAY - 10 * DAY)
    (mine, head), (other, _) = place(), place()
    with pytest.raises(Missing):
        anchoring.sign(head, other.uid.hex, anchoring.shown(version), AT)
    browser = browse(targets, head)
    browser.get(f"/forankringar/{other.uid.hex}/kvittera", 404)
    shown = browser.get("/forankring").text
    assert str(mine.unit) in shown and str(other.unit) not in shown


# What is not written here


def test_beside_every_free_text_stands_where_to_go() -> None:
    free = {
        f"{record.__name__}.{name}"
        for record in DECLARED.values()
        if record.declared.register is Register.INTEGRITY
        for name, kind in record.kinds().items()
        if isinstance(kind, Note) and kind.typed
    }
    told = {
        f"{record.__name__}.{name}"
        for record in DECLARED.values()
        if record.declared.register is Register.INTEGRITY
        for name, kind in record.kinds().items()
        if isinstance(kind, (Note, Text)) and kind.hint == NO_CASE
    }
    assert free and free <= told


# 4.3-U2


def verdict() -> follow_up.Verdict:
    return follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == "4.3-U2"), TODAY)


def test_nothing_registered_is_no_evidence(targets: Flask) -> None:
    makers.unit("Teknik", makers.unit(), kind=UnitKind.ADMINISTRATION)
    anchoring.cover(OFFICE, AT)
    assert verdict().level is Level.NO_EVIDENCE


def test_the_point_goes_from_not_over_partly_to_fulfilled(targets: Flask) -> None:
    makers.adopted_guideline(TODAY - 100 * DAY)
    places = [place(plan="APT", target_group="Alla", planned_on=TODAY) for _ in range(10)]
    assert verdict().level is Level.NOT
    for number, (row, head) in enumerate(places, 1):
        makers.signed_off(row, head)
        makers.coverage(row, 80)
        expected = Level.NOT if number < 3 else Level.PARTLY if number < 10 else Level.FULFILLED
        assert verdict().level is expected, number


def test_a_review_under_way_is_partly(targets: Flask) -> None:
    version = makers.adopted_guideline(TODAY - 100 * DAY)
    place()
    assert verdict().level is Level.NOT
    begun = dict(guideline=version.id, started_on=TODAY, trigger=Trigger.AUDIT)
    records.add(KEEPER, GuidelineReview, begun, AT)
    assert verdict().level is Level.PARTLY


def test_an_old_version_counts_when_a_review_of_the_term_confirms_it(targets: Flask) -> None:
    version = makers.adopted_guideline(dt.date(2019, 5, 6))
    assert not verdict().claims["version"].holds
    decided = dict(outcome=Outcome.UNCHANGED, body="Kommunstyrelsen", decided_on=TODAY, paragraph="§ 9")
    begun = dict(guideline=version.id, started_on=TODAY - DAY, trigger=Trigger.TERM, reference="KS/2026:9")
    records.add(KEEPER, GuidelineReview, begun | decided, AT)
    assert verdict().claims["version"].holds


def test_the_targets_are_rows_that_the_verdict_follows(targets: Flask) -> None:
    makers.adopted_guideline(TODAY - 100 * DAY)
    (row, head), _ = place(plan="APT", target_group="Alla", planned_on=TODAY), place()
    makers.signed_off(row, head)
    assert not verdict().claims["signed"].holds
    target = AnchoringTarget.get(AnchoringTarget.aim == Aim.SIGNED)
    records.change(KEEPER, target, {"amount": 50, "source": "KS § 12"}, target.version, AT)
    claim = verdict().claims["signed"]
    assert (claim.holds, claim.target) == (True, 50)


def test_the_targets_come_once_and_stay_the_municipalitys_own(targets: Flask) -> None:
    target = AnchoringTarget.get(AnchoringTarget.aim == Aim.COVERAGE)
    records.change(KEEPER, target, {"amount": 75}, target.version, AT)
    installing.targets(OFFICE, AT)
    assert {row.aim: row.amount for row in AnchoringTarget.select()} == AnchoringTarget.proposed | {Aim.COVERAGE: 75}
    with pytest.raises(Invalid):
        records.change(KEEPER, target, {"amount": 101}, target.version, AT)


def test_units_are_told_by_their_kind(targets: Flask) -> None:
    place("Bolaget", UnitKind.COMPANY), place("Enheten", UnitKind.UNIT)
    assert {Unit.get_by_id(row.unit_id).kind for row in Anchoring.select()} == {UnitKind.COMPANY, UnitKind.UNIT}
    assert Anchoring.number("taking_part", TODAY) == 1
