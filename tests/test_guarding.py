"""Guarding: notice counted backwards, needs that grow old, a review from criteria to decision, and who reads what."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import months_before
from models.database import connection
from models.guarding import (
    Aim,
    Contract,
    ContractOption,
    Criterion,
    CriterionScore,
    GuardedSite,
    GuardingTarget,
    NeedAssessment,
    ResponseClass,
    Review,
    UsageProcess,
    aimed,
    assessed_again_by,
)
from models.guarding.contracts import a_company
from models.kinds import Text
from models.measures import Measure
from models.people import Person
from models.programme import FollowUpPoint
from models.record import Record, declares
from models.words import Protection, Register, Role
from tests import makers
from tests.browse import browse
from tests.makers import AT, DAY, OFFICE, TODAY, acting
from tracker import language
from tracker.acts import follow_up, guarding, installing, programmes
from tracker.acts.follow_up import Level
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing, Refused
from tracker.spine.reading import Reading

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2090, 12, 31))


@pytest.fixture
def installed(database: Any) -> None:
    makers.use_key()
    guarding.install(OFFICE, AT)
    installing.targets(OFFICE, AT)
    programmes.install(OFFICE, AT)


# Notice


@given(begins=DAYS, months=st.integers(0, 24))
def test_notice_is_counted_backwards_and_never_falls_after_the_option_begins(begins: dt.date, months: int) -> None:
    option = ContractOption(begins_on=begins, ends_on=begins, notice_months=months)
    last = option.as_of("notice_on", TODAY)
    assert last == months_before(begins, months) <= begins
    assert (begins.year * 12 + begins.month) - (last.year * 12 + last.month) == months


@pytest.mark.parametrize("months", [0, 1, 3, 6, 24])
@pytest.mark.parametrize(
    "begins", [dt.date(2028, 2, 29), dt.date(2027, 3, 31), dt.date(2027, 8, 31), dt.date(2027, 6, 1)]
)
def test_the_condition_in_the_database_is_the_rule_of_the_record(installed: None, begins: dt.date, months: int) -> None:
    option = makers.option(makers.contract(), begins_on=begins, ends_on=begins + 365 * DAY, notice_months=months)
    for day in (option.last_notice + n * DAY for n in (-2, -1, 0, 1, 2)):
        found = ContractOption.select().where(ContractOption.noticed_by(day)).exists()
        assert found == (option.last_notice <= day), day


def test_a_day_that_was_agreed_outweighs_the_counting(installed: None) -> None:
    option = makers.option(makers.contract(), begins_on=TODAY + 400 * DAY, ends_on=TODAY + 700 * DAY, notice_on=TODAY)
    assert option.last_notice == TODAY
    assert ContractOption.number("near", TODAY) == 1 == Contract.number("notice_near", TODAY)
    assert (ContractOption.number("passed", TODAY), ContractOption.number("passed", TODAY + DAY)) == (0, 1)


def test_an_option_that_somebody_decided_on_waits_for_nobody(installed: None) -> None:
    option = makers.option(makers.contract(), begins_on=TODAY + 30 * DAY, ends_on=TODAY + 700 * DAY)
    assert ContractOption.number("near", TODAY) == 1
    records.change(OFFICE, option, {"used_on": TODAY}, option.version, AT)
    assert ContractOption.number("near", TODAY) == 0 == Contract.number("notice_near", TODAY)


def test_when_it_is_told_is_the_municipalitys_own(installed: None) -> None:
    makers.option(makers.contract(), begins_on=TODAY + 300 * DAY, ends_on=TODAY + 700 * DAY, notice_months=3)
    assert Contract.number("notice_near", TODAY) == 0
    aim(Aim.NOTICE, 300)
    assert Contract.number("notice_near", TODAY) == 1


@pytest.mark.parametrize(
    ("text", "fine"),
    [("556999-0001", True), ("5569990001", True), ("850101-1234", False), ("55699-0001", False), ("abc", False)],
)
def test_an_organisationsnummer_is_no_personnummer(text: str, fine: bool) -> None:
    assert (a_company(text) is None) == fine


# The life of a contract


def test_a_contract_that_has_ended_guards_nothing_and_is_changed_no_more(installed: None) -> None:
    contract = makers.contract()
    makers.site(contract)
    assert GuardedSite.number("current", TODAY) == 1
    makers.moved(contract, "terminate", OFFICE, terminated_on=TODAY, ends_on=TODAY + 30 * DAY)
    assert GuardedSite.number("current", TODAY) == 1
    ended = makers.moved(contract, "conclude", OFFICE)
    assert GuardedSite.number("current", TODAY) == 0 == Contract.number("current", TODAY)
    with pytest.raises(Refused):
        records.change(OFFICE, ended, {"manager": "Någon annan"}, ended.version, AT)


def test_what_is_only_prepared_is_not_guarded(installed: None) -> None:
    makers.site(makers.contract(in_force=False))
    assert GuardedSite.number("current", TODAY) == 0


def test_an_authorisation_is_looked_at_again(installed: None) -> None:
    makers.contract(authorised_on=months_before(TODAY, 12))
    assert Contract.number("unauthorised", TODAY) == 0
    assert Contract.number("unauthorised", TODAY + DAY) == 1
    makers.contract(authorised_on=None)
    assert Contract.number("unauthorised", TODAY) == 1


# Needs


def aim(what: Aim, amount: int) -> None:
    row = GuardingTarget.get(GuardingTarget.aim == what)
    records.change(OFFICE, row, {"amount": amount}, row.version, AT)


@given(assessed=DAYS, months=st.integers(1, 60))
def test_a_need_is_assessed_again_so_many_months_after(assessed: dt.date, months: int) -> None:
    last = assessed_again_by(assessed, months)
    assert last > assessed and months_before(last, months) <= assessed


def test_an_assessment_holds_for_its_months_and_not_a_day_more(installed: None) -> None:
    site, first = makers.site(), months_before(TODAY, 24)
    assert (GuardedSite.number("assessed", TODAY), GuardedSite.number("to_assess", TODAY)) == (0, 1)
    makers.assessment(site, first)
    assert (GuardedSite.number("assessed", TODAY), GuardedSite.number("to_assess", TODAY)) == (1, 0)
    assert (GuardedSite.number("assessed", TODAY + DAY), GuardedSite.number("to_assess", TODAY + DAY)) == (0, 1)


def test_the_newest_counts_also_when_it_is_noted_first(installed: None) -> None:
    site = makers.site()
    for months in (2, 23):
        makers.assessment(site, months_before(TODAY, months))
    assert GuardedSite.get_by_id(site.id).assess_by == assessed_again_by(months_before(TODAY, 2), 24)
    newest = NeedAssessment.select().order_by(NeedAssessment.assessed_on.desc()).first()
    records.change(OFFICE, newest, {"assessed_on": months_before(TODAY, 30)}, newest.version, AT)
    assert GuardedSite.get_by_id(site.id).assess_by == assessed_again_by(months_before(TODAY, 23), 24)


def test_another_limit_moves_the_day_of_every_site(installed: None) -> None:
    site, never = makers.site(), makers.site()
    makers.assessment(site, months_before(TODAY, 13))
    aim(Aim.ASSESSMENT, 12)
    assert GuardedSite.number("to_assess", TODAY) == 2
    assert GuardedSite.get_by_id(site.id).assess_by == assessed_again_by(months_before(TODAY, 13), 12)
    assert GuardedSite.get_by_id(never.id).assess_by is None


def test_nothing_is_assessed_or_held_on_a_day_to_come(installed: None) -> None:
    with pytest.raises(Invalid):
        makers.assessment(makers.site(), TODAY + DAY)
    with pytest.raises(Invalid):
        makers.meeting(on=TODAY + DAY)


# The review


def test_it_begins_with_the_criteria_in_use_and_keeps_them(installed: None) -> None:
    last = Criterion.select().order_by(Criterion.number.desc()).first()
    records.change(OFFICE, last, {"in_use": False}, last.version, AT)
    review = makers.review()
    assert CriterionScore.select().where(CriterionScore.review == review).count() == 14
    makers.moved(review, "gather", OFFICE)
    assert CriterionScore.select().where(CriterionScore.review == review).count() == 14


def test_it_is_decided_when_every_criterion_is_scored(installed: None) -> None:
    review = makers.review()
    for step in ("gather", "draft"):
        makers.moved(review, step, OFFICE)
    makers.moved(review, "refer", OFFICE, answer_by=TODAY + 20 * DAY)
    said = dict(decided_on=TODAY, decided_by="Kommunstyrelsen", paragraph="§ 7", reference="KS/2026:9")
    said |= {"next_on": TODAY + 365 * DAY}
    with pytest.raises(Invalid):
        makers.moved(review, "resolve", OFFICE, **said)
    makers.scored(review)
    makers.moved(review, "resolve", OFFICE, **said)
    assert Review.number("decided", TODAY) == 1
    row = CriterionScore.select().first()
    with pytest.raises(Refused):
        records.change(OFFICE, row, {"evidence": "Annat"}, row.version, AT)


def test_a_score_says_what_it_rests_on(installed: None) -> None:
    makers.review()
    row = CriterionScore.select().first()
    with pytest.raises(Invalid):
        records.change(OFFICE, row, {"score": "3", "evidence": ""}, row.version, AT)


def test_it_is_not_decided_on_a_day_to_come(installed: None) -> None:
    with pytest.raises(Invalid):
        makers.decided_review(TODAY + DAY)


def test_a_new_version_of_the_process_replaces_the_old(installed: None) -> None:
    old, new = makers.usage_process(TODAY - 300 * DAY), makers.usage_process(TODAY)
    assert [row.id for row in UsageProcess.select().where(UsageProcess.in_force.where(UsageProcess, TODAY))] == [new.id]
    with pytest.raises(Refused):
        records.change(OFFICE, UsageProcess.get_by_id(old.id), {"owner": "X"}, 2, AT)


# 4.3-U1


def level() -> Level:
    return follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == "4.3-U1"), TODAY).level


def everything_done() -> Review:
    contract = makers.contract()
    for number in range(10):
        site = makers.site(contract)
        if number:
            makers.assessment(site, TODAY - 30 * DAY)
    makers.usage_process()
    makers.meeting(contract, TODAY - 100 * DAY)
    return makers.decided_review(TODAY - 365 * DAY)


def test_the_point_is_fulfilled_when_all_of_it_is(installed: None) -> None:
    assert level() is Level.NO_EVIDENCE
    everything_done()
    assert level() is Level.FULFILLED


def test_one_site_too_many_makes_it_partly(installed: None) -> None:
    everything_done()
    makers.site()
    assert level() is Level.PARTLY


def test_a_measure_that_is_late_beyond_the_limit_makes_it_partly(installed: None) -> None:
    review = everything_done()
    who = acting(Role.SECURITY)
    values = {"title": "Byt lås", "unit": makers.unit().id, "due_on": TODAY - 90 * DAY}
    made = records.add_from(who, Measure, review, values, AT)
    assert level() is Level.FULFILLED
    records.change(who, made, {"due_on": TODAY - 91 * DAY}, made.version, AT)
    assert level() is Level.PARTLY and Measure.number("guarding_late", TODAY) == 1
    aim(Aim.LATE, 91)
    assert level() is Level.FULFILLED


def test_a_measure_from_elsewhere_is_not_of_guarding(installed: None) -> None:
    makers.measure(due_on=TODAY - 400 * DAY)
    assert Measure.number("guarding_late", TODAY) == 0


@pytest.mark.parametrize("what", ["review", "process", "under way"])
def test_one_of_review_and_process_is_partly(installed: None, what: str) -> None:
    if what == "process":
        makers.usage_process()
    elif what == "review":
        makers.decided_review()
    else:
        makers.moved(makers.review(), "gather", OFFICE)
    assert level() is Level.PARTLY


def test_a_review_that_is_only_planned_and_a_draft_are_nothing(installed: None) -> None:
    makers.review()
    makers.usage_process(None)
    assert level() is Level.NOT


# What is there from the start


def test_criteria_targets_and_classes_come_once_and_stay_the_municipalitys(installed: None) -> None:
    assert (Criterion.select().count(), ResponseClass.select().count()) == (15, 3)
    assert {row.aim: row.amount for row in GuardingTarget.select()} == GuardingTarget.proposed
    aim(Aim.LATE, 30)
    guarding.install(OFFICE, AT)
    installing.targets(OFFICE, AT)
    assert aimed(Aim.LATE) == 30 and Criterion.select().count() == 15
    with pytest.raises(Refused):
        guarding.install(acting(Role.BOARD), AT)


# Who reads and does what


SECRETS = ("instruction", "response", "level")


@pytest.mark.parametrize(
    ("role", "reads"),
    [(Role.SECURITY, True), (Role.CHIEF, True), (Role.HEAD, True), (Role.BOARD, False), (Role.AUDITOR, False)],
)
def test_what_tells_of_weaknesses_is_masked_outside_owners_and_the_units_head(
    installed: None, role: Role, reads: bool
) -> None:
    unit = makers.unit()
    site = makers.site(unit=unit, response=ResponseClass.select().first())
    need = makers.assessment(site, because="Ruta på baksidan")
    look = Reading(acting(role, heads=unit), AT, "sv")
    for row, names in ((site, SECRETS), (need, ("risk", "alternative", "conclusion", "because"))):
        look.prepare([row], names)
        for name in names:
            shown = look.shown(row, name)
            assert bool(shown.masked) != reads and bool(shown.text) == reads, name
            assert reads or "OSL 18:8" in shown.masked


def test_a_head_assesses_own_sites_and_sees_no_others(installed: None) -> None:
    unit = makers.unit()
    mine, other, head = makers.site(unit=unit), makers.site(), acting(Role.HEAD, heads=unit)
    makers.assessment(mine, by=head)
    with pytest.raises(Refused):
        makers.assessment(other, by=head)
    with pytest.raises(Refused):
        makers.meeting(by=head)
    with pytest.raises(Missing):
        records.find(head, GuardedSite, other.uid.hex, makers.records.Act.SEE, AT)


def test_the_board_reads_counts_and_no_word_of_a_weakness(app: Flask) -> None:
    with connection():
        makers.guarding(makers.unit())
        board = acting(Role.BOARD)
        uid = NeedAssessment.select().first().uid.hex
    page = browse(app, board).get(f"/behovsprovningar/{uid}")
    assert "Enstaka skadegörelse" not in page.text and "OSL 18:8" in page.text


def test_what_is_said_of_a_site_is_as_secret_as_the_site_and_so_is_its_file(app: Flask) -> None:
    with connection():
        unit = makers.unit()
        site = makers.site(unit=unit)
        makers.assessment(site, because="Ruta på baksidan")
        makers.remark(site, acting(Role.SECURITY), "Dörren mot gården låses inte.")
        readers = {role: acting(role, heads=unit) for role in (Role.HEAD, Role.AUDITOR)}
    for role, said in ((Role.HEAD, True), (Role.AUDITOR, False)):
        browser = browse(app, readers[role])
        assert ("Dörren mot gården" in browser.get(f"/bevakningsobjekt/{site.uid.hex}").text) == said
        told = browser.client.get("/behovsprovningar/export?urval=alla").get_data(as_text=True)
        assert ("Behåll" in told) == said and "Ruta" not in told


def test_what_is_masked_from_the_start_is_not_written_over(installed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.laws import policy

    site = makers.site()
    monkeypatch.setitem(policy.SEES, (Register.GUARDING, Protection.SECRET), frozenset({Role.HEAD}))
    who = acting(Role.SECURITY)
    with pytest.raises(Refused):
        records.change(who, site, {"instruction": "SÄK 2026:1"}, site.version, AT)
    records.change(who, site, {"yearly_cost": 1}, site.version, AT)


@pytest.mark.parametrize("place", ["search", "filters", "sorts", "title"])
def test_a_declaration_cannot_tell_what_is_secret(place: str) -> None:
    class Hidden(Record):
        name = Text("Name", max_length=10)
        code = Text("Code", max_length=10, protection=Protection.SECRET)

    said: dict[str, Any] = {"title": "name", "columns": ("name",)}
    said[place] = "code" if place == "title" else ("-code",) if place == "sorts" else ("code",)
    with pytest.raises(TypeError, match="which is secret"):
        declares("x", "x", register=Register.GUARDING, slug="hemligt", **said)(Hidden)


def test_no_field_asks_for_what_must_not_be_stored() -> None:
    """Codes, routes, times, what an instruction says, and guards' names (guide C.2): there is no place for them."""
    fields = {name for name in GuardedSite.kinds() if not name.endswith("_key")}
    assert fields == {
        "contract", "name", "supplier_number", "premises", "unit", "level", "response", "instruction", "needed_since", "yearly_cost",
        "assess_by", "ended_on",
    }  # fmt: skip
    assert all(kind.rel_model is not Person for kind in GuardedSite.kinds().values() if hasattr(kind, "rel_model"))


def test_a_sum_is_read_in_groups_and_exported_as_a_machine_reads_it(installed: None, app: Flask) -> None:
    with connection():
        makers.site(yearly_cost=118_000)
        malin = browse(app, acting(Role.SECURITY))
    assert "118 000" in malin.get("/bevakningsobjekt").text
    malin.get("/bevakningsobjekt/export")
    assert malin.last is not None and ";118000\r\n" in malin.last.text


def test_numbers_of_four_digits_are_not_divided() -> None:
    """A year is one of them (SIS: groups of three from five digits on)."""
    assert [language.number(value, "sv") for value in (2026, 9999, 10_000)] == ["2026", "9999", "10\xa0000"]
