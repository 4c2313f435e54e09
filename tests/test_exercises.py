"""Exercises: from plan to evaluation, what counts for a nämnd, what is masked; and 4.1-U1 and 4.3-X2."""

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
from models.database import connection, db, months_ago
from models.exercises import (
    Aim,
    ContinuityPlan,
    Exercise,
    ExerciseGoal,
    ExerciseObservation,
    ExercisePlan,
    ExerciseState,
    ExerciseTarget,
    Late,
    ManagementReview,
    Met,
    PlanState,
    Scenario,
    Standing,
    TechnicalKind,
    Trained,
    Training,
)
from models.measures import Measure
from models.programme import FollowUpPoint
from models.record import DECLARED
from models.words import Role
from tests import makers
from tests.browse import browse
from tests.makers import AT, DAY, OFFICE, TODAY
from tests.pages import Reader
from tracker.acts import exercises, follow_up, installing
from tracker.acts.follow_up import Level
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused

F, P, N, NO_EVIDENCE = Level.FULFILLED, Level.PARTLY, Level.NOT, Level.NO_EVIDENCE
INTRUSION, OVERLOAD = Scenario.INTRUSION, Scenario.OVERLOAD


@pytest.fixture
def targets(app: Flask) -> Iterator[Flask]:
    with connection():
        installing.install(OFFICE, AT)
        yield app


def level(code: str, on: dt.date = TODAY) -> Level:
    return follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == code), on).level


def claim(code: str, name: str) -> follow_up.Claim:
    return follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == code), TODAY).claims[name]


def standing(row: ExercisePlan, on: dt.date = TODAY) -> Standing:
    (found,) = ExercisePlan.select(ExercisePlan.standing(on)).where(ExercisePlan.id == row.id).tuples()
    return Standing(found[0])


def through(
    plan: ExercisePlan, on: dt.date, evaluated: dt.date | None = None, *, planned: dt.date | None = None, **values: Any
) -> Exercise:
    """An exercise of a plan that was held on a day, and evaluated on another."""
    row = makers.exercise(plan.unit, plan, planned_on=planned or on, **values)
    row = makers.held(row, on)
    return makers.evaluated(row, evaluated) if evaluated else row


# An exercise, from its plan to its evaluation


def test_an_exercise_goes_from_planned_to_concluded(targets: Flask) -> None:
    row = makers.exercise(makers.unit(), planned_on=TODAY)
    row = makers.held(row, TODAY - DAY)
    assert (row.state, row.evaluate_by) == (ExerciseState.HELD, TODAY + 59 * DAY)
    row = makers.evaluated(row)
    for step, state in (("carry", ExerciseState.MEASURES), ("close", ExerciseState.CLOSED)):
        row = makers.moved(row, step, OFFICE)
        assert row.state is state
    assert row.is_locked


@pytest.mark.parametrize("met", [None, Met.YES])
def test_it_is_not_evaluated_without_a_goal_or_while_a_goal_has_no_outcome(targets: Flask, met: Met | None) -> None:
    row = makers.held(makers.exercise(makers.unit()))
    said = dict(evaluated_on=TODAY, report="KS/2026:77", next_on=None)
    with pytest.raises(Invalid) as wrong:
        makers.moved(row, "evaluate", OFFICE, **said)
    assert "no goal" in wrong.value.problems[0].message.msgid
    makers.goal(row, Met.PARTLY)
    goal = makers.goal(row, None)
    with pytest.raises(Invalid) as wrong:
        makers.moved(row, "evaluate", OFFICE, **said)
    assert wrong.value.problems[0].message.values == {"number": 1}
    if met:
        records.change(OFFICE, goal, {"outcome": met, "seen": "Det syntes"}, goal.version, AT)
        assert makers.moved(row, "evaluate", OFFICE, **said).state is ExerciseState.EVALUATED


def test_goals_and_observations_stand_as_the_exercise_was_evaluated(targets: Flask) -> None:
    row = makers.held(makers.exercise(makers.unit()))
    goal, seen = makers.goal(row), makers.observation(row)
    assert not goal.is_locked and records.may_add_to(OFFICE, type(goal), row, TODAY)
    row = makers.evaluated(row)
    assert goal.is_locked and seen.is_locked and not records.may_add_to(OFFICE, type(goal), row, TODAY)
    with pytest.raises(Refused):
        records.change(OFFICE, goal, {"outcome": Met.NO}, goal.version, AT)


def test_the_day_of_evaluation_is_that_of_the_target_when_it_was_held(targets: Flask) -> None:
    row = makers.held(makers.exercise(makers.unit()), TODAY - DAY)
    target = ExerciseTarget.get(ExerciseTarget.aim == Aim.EVALUATE)
    records.change(OFFICE, target, {"amount": 30}, target.version, AT)
    records.change(OFFICE, row, {"name": "Annat namn"}, row.version, AT)
    assert Exercise.get_by_id(row.id).evaluate_by == TODAY + 59 * DAY
    said = dict(held_on=TODAY - 2 * DAY, minutes=None, functions="It", participants=3)
    assert makers.moved(row, "restate", OFFICE, **said).evaluate_by == TODAY + 28 * DAY


def test_what_is_held_and_not_evaluated_in_its_time_says_so(targets: Flask) -> None:
    row = makers.held(makers.exercise(makers.unit()))
    last = row.evaluate_by
    for day, state in ((last, ExerciseState.HELD), (last + DAY, Late.UNEVALUATED)):
        assert row.as_of("state", day) is state
        assert Exercise.number("unevaluated", day) == (state is Late.UNEVALUATED)
    row = makers.evaluated(row)
    assert row.as_of("state", last + DAY) is ExerciseState.EVALUATED
    assert Exercise.number("unevaluated", last + DAY) == 0


@pytest.mark.parametrize(
    ("step", "values", "field"),
    [
        ("exercise", {"held_on": TODAY + DAY}, "held_on"),
        ("exercise", {"participants": 0}, "participants"),
        ("exercise", {"functions": ""}, "functions"),
        ("evaluate", {"evaluated_on": TODAY + DAY}, "evaluated_on"),
        ("evaluate", {"evaluated_on": TODAY - 9 * DAY}, "evaluated_on"),
        ("evaluate", {"report": None}, "report"),
        ("evaluate", {"next_on": TODAY - 5 * DAY}, "next_on"),
    ],
)
def test_a_step_says_what_is_wrong_beside_its_field(
    targets: Flask, step: str, values: dict[str, Any], field: str
) -> None:
    row = makers.exercise(makers.unit())
    said: dict[str, Any] = dict(held_on=TODAY - 5 * DAY, minutes=60, functions="It", participants=3)
    if step == "evaluate":
        row = makers.moved(row, "exercise", OFFICE, **said)
        makers.goal(row)
        said = dict(evaluated_on=TODAY, report="KS/2026:77", next_on=None)
    with pytest.raises(Invalid) as wrong:
        makers.moved(row, step, OFFICE, **said | values)
    assert {problem.field for problem in wrong.value.problems} == {field}


def test_an_exercise_stands_in_the_plan_of_its_own_nämnd(targets: Flask) -> None:
    committee = makers.unit()
    unit = makers.unit("", makers.unit("", committee))
    makers.exercise(unit, makers.year_plan(committee))
    with pytest.raises(Invalid) as wrong:
        makers.exercise(unit, makers.year_plan(makers.unit()))
    assert [problem.field for problem in wrong.value.problems] == ["plan"]


# Plans for what can strike


def test_a_new_version_replaces_the_one_it_names(targets: Flask) -> None:
    first, other = makers.continuity_plan(), makers.continuity_plan(Scenario.SYSTEM)
    second = makers.continuity_plan(replaces=first)
    assert [ContinuityPlan.get_by_id(row.id).state for row in (first, other, second)] == [
        PlanState.REPLACED, PlanState.ADOPTED, PlanState.ADOPTED,
    ]  # fmt: skip
    assert ContinuityPlan.number("for_intrusion", TODAY) == 1


def test_reviews_and_contact_lists_fall_due(targets: Flask) -> None:
    row = makers.continuity_plan(on=TODAY - 365 * DAY)
    assert (ContinuityPlan.number("review_late", TODAY), ContinuityPlan.number("contacts_late", TODAY)) == (0, 1)
    assert ContinuityPlan.number("review_late", TODAY + DAY) == 1
    row = makers.moved(row, "contacts", OFFICE, contacts_checked_on=TODAY)
    last = months_before(TODAY, -6)
    assert [ContinuityPlan.number("contacts_late", day) for day in (TODAY, last, last + DAY)] == [0, 0, 1]
    assert row.state is PlanState.ADOPTED and ContinuityPlan.number("in_force", TODAY) == 1


# Tests, training and management


@pytest.mark.parametrize(
    ("kind", "values", "met"),
    [
        (TechnicalKind.RESTORE, dict(minutes=240, goal_minutes=240), True),
        (TechnicalKind.FAILOVER, dict(minutes=241, goal_minutes=240), False),
        (TechnicalKind.OVERLOAD, dict(minutes=0, goal_minutes=15), True),
        (TechnicalKind.PHISHING, dict(counted=5, of_all=100, goal_share=5), True),
        (TechnicalKind.PHISHING, dict(counted=51, of_all=1000, goal_share=5), False),
        (TechnicalKind.FACTORS, dict(counted=949, of_all=1000, goal_share=95), False),
        (TechnicalKind.FACTORS, dict(counted=950, of_all=1000, goal_share=95), True),
        (TechnicalKind.CALLS, dict(counted=0, of_all=4, goal_share=100), False),
    ],
)
def test_whether_a_test_met_its_goal_is_computed(
    targets: Flask, kind: TechnicalKind, values: dict[str, Any], met: bool
) -> None:
    empty = dict.fromkeys(("minutes", "goal_minutes", "counted", "of_all", "goal_share"))
    row = makers.technical_test(makers.unit(), kind=kind, **empty | values)
    assert row.met is (Met.YES if met else Met.NO)
    rows = [row.number(name, TODAY) for name in ("last_year", "met_last_year", "missed_last_year")]
    assert rows == [1, int(met), int(not met)]
    with pytest.raises(Invalid) as wrong:
        makers.technical_test(makers.unit(), kind=kind, **empty)
    assert {problem.field for problem in wrong.value.problems} == set(values)


def test_training_is_counted_of_a_whole_nämnd_and_the_newest_holds(targets: Flask) -> None:
    committee = makers.unit()
    plan = makers.adopted_plan(committee)
    makers.training(committee, 95, TODAY - 60 * DAY)
    assert ExercisePlan.number("trained", TODAY) == 1
    makers.training(committee, 79)
    assert ExercisePlan.number("untrained", TODAY) == 1
    makers.training(committee, 100, group=Trained.MANAGEMENT)
    assert ExercisePlan.number("trained", TODAY) == 0 and Training.number("management_trained", TODAY) == 1
    with pytest.raises(Invalid) as wrong:
        makers.training(makers.unit("", committee), 80)
    assert [problem.field for problem in wrong.value.problems] == ["unit"]
    with pytest.raises(Invalid):
        makers.training(committee, 101)
    assert plan.unit == committee


def test_what_management_has_done_ages(targets: Flask) -> None:
    """What 4.3-X1 will ask for: a review, and management trained, within the months of their targets."""
    committee = makers.unit()
    makers.management_review(TODAY)
    makers.training(committee, 80, group=Trained.MANAGEMENT)
    last = months_before(TODAY, -12)
    for day, holds in ((TODAY, True), (last, True), (last + DAY, False)):
        assert ManagementReview.number("recent", day) == ManagementReview.number("older", day) ^ 1 == holds
        assert (Training.number("management_trained", day), Training.number("management_untrained", day)) == (
            holds, not holds,
        )  # fmt: skip


# Each nämnd and its year


def test_each_nämnd_has_a_plan_of_this_year_and_the_next_once(targets: Flask) -> None:
    whole = makers.unit("Nämnden")
    for kind in UnitKind:
        makers.unit(kind.value, whole, kind=kind)
    makers.unit("Förr", kind=UnitKind.COMMITTEE, valid_to=TODAY - DAY)
    assert exercises.cover(OFFICE, AT) == 4
    assert exercises.cover(OFFICE, AT) == 0
    assert exercises.cover(OFFICE, AT + 60 * DAY) == 2
    assert {row.unit.kind for row in ExercisePlan.select()} == {UnitKind.COMMITTEE}
    assert {row.name for row in ExercisePlan.select().where(ExercisePlan.unit == whole)} == {
        "Nämnden 2026", "Nämnden 2027", "Nämnden 2028",
    }  # fmt: skip


def test_a_nämnd_goes_from_no_plan_to_according_to_the_plan(targets: Flask) -> None:
    committee = makers.unit()
    row = makers.year_plan(committee)
    assert standing(row) is Standing.NO_PLAN
    said = dict(adopted_on=TODAY, adopted_by="Nämnden", paragraph="§ 14", reference="KS/2026:30")
    row = makers.moved(row, "adopt", OFFICE, **said)
    assert standing(row) is Standing.PLANNED
    exercise = through(row, TODAY)
    assert standing(row) is Standing.ONGOING
    makers.training(committee, 80)
    assert standing(row) is Standing.ONGOING
    makers.evaluated(exercise)
    assert standing(row) is Standing.DONE


@pytest.mark.parametrize(
    ("history", "as_planned"),
    [
        ([(30, 0)], True),
        ([(30, None)], False),
        ([(90, None), (30, 0)], False),
        ([(30, 0), (10, None)], True),
        ([(90, 20), (80, 40)], True),
        ([(90, 40), (80, 19)], False),
        ([(90, 20)], False),
        ([(400, 390)], False),
        ([(400, 390), (364, 310)], True),
    ],
)
def test_what_it_is_to_exercise_as_planned(
    targets: Flask, history: list[tuple[int, int | None]], as_planned: bool
) -> None:
    """By when exercises were held and evaluated, in days ago; 60 days to evaluate, 12 months to count."""
    plan = makers.adopted_plan(makers.unit())
    for held, evaluated in history:
        through(plan, TODAY - held * DAY, None if evaluated is None else TODAY - evaluated * DAY)
    assert ExercisePlan.number("as_planned", TODAY) == as_planned
    assert ExercisePlan.number("not_as_planned", TODAY) == (not as_planned)


def test_what_was_planned_and_left_is_not_as_planned_until_it_is_held_or_called_off(targets: Flask) -> None:
    plan = makers.adopted_plan(makers.unit())
    through(plan, TODAY - 30 * DAY, TODAY)
    left = makers.exercise(plan.unit, plan, planned_on=TODAY)
    numbers = [ExercisePlan.number("as_planned", day) for day in (TODAY, TODAY + DAY, TODAY + 300 * DAY)]
    assert numbers == [1, 0, 0]
    makers.moved(left, "call_off", OFFICE, called_off_because="Tillsammans med regionen i vår")
    assert ExercisePlan.number("as_planned", TODAY + DAY) == 1


def test_an_exercise_of_last_years_plan_counts_and_one_of_no_plan_does_not(targets: Flask) -> None:
    committee = makers.unit()
    before, now = makers.year_plan(committee, TODAY.year - 1), makers.adopted_plan(committee)
    makers.evaluated(makers.held(makers.exercise(committee)))
    assert ExercisePlan.number("held", TODAY) == 0
    through(before, TODAY - 340 * DAY, TODAY - 320 * DAY)
    assert ExercisePlan.number("held", TODAY) == ExercisePlan.number("as_planned", TODAY) == 1
    assert standing(now) is Standing.ONGOING


events = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["held", "evaluated", "left", "trained", "adopted", "plan"]),
              st.integers(0, 800), st.integers(0, 100)),
    max_size=10,
)  # fmt: skip
scenarios = {0: INTRUSION, 1: OVERLOAD, 2: None}
examples = settings(
    max_examples=12, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
CODES = ("4.1-U1", "4.3-X2")
ORDER = [NO_EVIDENCE, N, P, F]


def begun() -> list[ExercisePlan]:
    """Two nämnder of whom nothing is known; and nothing of what the example before did."""
    with db.migrating():
        for record in (ExerciseGoal, Exercise, Training, ContinuityPlan, ExercisePlan):
            record.delete().execute()
    return [makers.year_plan(makers.unit()) for _ in range(2)]


def happened(places: list[ExercisePlan], which: int, what: str, ago: int, amount: int) -> None:
    plan, on = places[which % len(places)], TODAY - ago * DAY
    at, scenario = AT - ago * DAY, scenarios[which]
    if what == "adopted" and ExercisePlan.get_by_id(plan.id).state == "draft":
        said = dict(adopted_on=on, adopted_by="Nämnden", paragraph="§ 1", reference="KS/2026:1")
        makers.moved(plan, "adopt", OFFICE, **said)
    elif what == "plan" and scenario:
        makers.continuity_plan(scenario, on, at=at)
    elif what == "trained":
        makers.training(plan.unit, amount, on, at=at)
    elif what == "left":
        makers.exercise(plan.unit, plan, planned_on=on)
    elif what in ("held", "evaluated"):
        later = min(TODAY, on + amount * DAY)
        through(plan, on, later if what == "evaluated" else None, scenario=scenario)


@examples
@given(told=events, ages=st.lists(st.integers(0, 900), min_size=2, max_size=5))
def test_no_verdict_rises_with_age_and_every_number_is_its_list(
    targets: Flask, told: list[tuple[int, str, int, int]], ages: list[int]
) -> None:
    """Whatever has happened: when nothing more happens, no verdict rises, and each nämnd has one standing."""
    places = begun()
    for event in told:
        happened(places, *event)
    days = [TODAY + age * DAY for age in sorted(ages)]
    for code in CODES:
        levels = [ORDER.index(level(code, day)) for day in days]
        assert levels == sorted(levels, reverse=True), code
    for one, rest in (("adopted", "unadopted"), ("as_planned", "not_as_planned"), ("trained", "untrained")):
        assert ExercisePlan.number(one, TODAY) + ExercisePlan.number(rest, TODAY) == 2
    done = sum(standing(place) is Standing.DONE for place in places)
    shares = [claim("4.1-U1", name).count for name in ("plans", "exercised", "trained")]
    assert done <= min(shares)
    assert (level("4.1-U1") is F) == (done == 2)


@examples
@given(told=events, which=st.integers(0, 2), soon=st.integers(0, 60))
def test_more_fulfilling_evidence_never_lowers_a_verdict(
    targets: Flask, told: list[tuple[int, str, int, int]], which: int, soon: int
) -> None:
    """An exercise held today, its evaluation in time, a plan, an adoption and training that reaches its target."""
    places = begun()
    for event in told:
        happened(places, *event)
    for what, amount in (("held", 0), ("evaluated", soon), ("plan", 0), ("adopted", 0), ("trained", 100)):
        before = [ORDER.index(level(code)) for code in CODES]
        happened(places, which, what, 0, amount)
        after = [ORDER.index(level(code)) for code in CODES]
        assert all(b <= a for b, a in zip(before, after, strict=True)), what
    for waiting in Exercise.select().where(Exercise.state == ExerciseState.HELD):
        before = [ORDER.index(level(code)) for code in CODES]
        makers.evaluated(waiting)
        after = [ORDER.index(level(code)) for code in CODES]
        assert all(b <= a for b, a in zip(before, after, strict=True)), "evaluated"


# The pages


def test_where_no_target_is_a_row_its_proposal_holds(app: Flask) -> None:
    with connection():
        committee = makers.unit()
        makers.adopted_plan(committee)
        for trained, number in ((79, 0), (80, 1)):
            makers.training(committee, trained)
            assert ExercisePlan.number("trained", TODAY) == number
        assert not ExerciseTarget.select().exists()


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31)), st.integers(1, 1000))
@examples
def test_months_are_counted_back_alike_in_python_and_by_the_database(targets: Flask, day: dt.date, months: int) -> None:
    (asked,) = ExerciseTarget.select(months_ago(day, months)).limit(1).tuples()
    assert str(asked[0]) == months_before(day, months).isoformat()


def test_charts_stand_beneath_the_list(targets: Flask) -> None:
    plan = makers.adopted_plan(makers.unit())
    through(plan, TODAY - 100 * DAY, TODAY - 90 * DAY)
    makers.exercise(plan.unit, plan)
    reader = Reader(targets, makers.acting(Role.INFOSEC))
    wheel, quarters = reader.get("/ovningar").charts
    assert [sum(bar.amounts) for bar in wheel.bars] == [0] * 7 + [1, 0, 0, 0, 1]
    assert [bar.amounts for bar in quarters.bars] == [(0, 0, 0, 0)] * 3 + [(1, 0, 0, 0), (0, 0, 0, 0)]


def test_the_numbers_of_a_nämnd_are_the_rows_that_their_links_open(targets: Flask) -> None:
    committee, other = makers.unit("Socialnämnden"), makers.unit("Tekniska nämnden")
    plan, exempt = makers.adopted_plan(committee), makers.year_plan(other)
    makers.moved(exempt, "exempt", OFFICE, exempt_because="Övar med en annan nämnd", exempted_by="Nämnden")
    through(makers.year_plan(committee, TODAY.year - 1), TODAY - 340 * DAY, TODAY - 330 * DAY)
    for held, evaluated in ((100, 90), (70, None), (20, 10)):
        through(plan, TODAY - held * DAY, None if evaluated is None else TODAY - evaluated * DAY)
    makers.exercise(committee, plan)
    makers.exercise(committee, plan, planned_on=TODAY - DAY)
    makers.evaluated(makers.held(makers.exercise(other)))
    makers.training(committee, 79)
    reader = Reader(targets, makers.acting(Role.BOARD))
    page = reader.get("/ovningar-per-namnd")
    (row, last) = page.groups[0].rows
    assert [cell.text for cell in row.cells] == [
        "Socialnämnden", "Något återstår", "7 maj 2026", "2", "1", "4", "3", "1", "79 %, mål 80 %",
    ]  # fmt: skip
    assert [cell.text for cell in last.cells][1:4] == ["Berörs inte", "Berörs inte", "0"]
    for cell in row.cells[3:8]:
        assert reader.rows(cell.href) == int(cell.text)
    assert [(tile.figure, reader.rows(tile.href) if tile.href else 0) for tile in page.tiles] == [
        ("0", 0), ("1", 1), ("1", 1), ("1", 1),
    ]  # fmt: skip
    assert [page.whole.cells[place].text for place in (1, 2, 8)] == ["0 av 1", "1 av 1", "0 av 1"]


def town_of_two() -> tuple[Unit, Unit, Exercise, Exercise]:
    """An administration and another of another nämnd, each with an exercise that was held and observed."""
    mine, theirs = (makers.unit("", makers.unit(), kind=UnitKind.ADMINISTRATION) for _ in range(2))
    rows = [makers.held(makers.exercise(unit, makers.adopted_plan(unit.parent))) for unit in (mine, theirs)]
    for row in rows:
        makers.observation(row, observed=f"Hemligt om {row.name}")
        makers.technical_test(row.unit, system="SG-99", minutes=4711, outcome="Svagheten")
    return mine, theirs, *rows


def test_a_head_sees_and_writes_the_own_units_exercises_and_no_others(targets: Flask) -> None:
    mine, theirs, own, other = town_of_two()
    head = makers.acting(Role.HEAD, heads=mine)
    browser = browse(targets, head)
    listed = browser.get("/ovningar?urval=alla").text
    assert own.name in listed and other.name not in listed
    browser.get(f"/ovningar/{other.uid.hex}", 404)
    given = {"name": "Larmprov", "kind": "alarm", "planned_on": str(TODAY + DAY), "plan": "", "scenario": ""}
    browser.post("/ovningar/ny", given | {"unit": mine.uid.hex})
    assert Exercise.get(Exercise.name == "Larmprov").planned_by_id == head.id
    browser.post("/ovningar/ny", given | {"unit": theirs.uid.hex, "name": "Annans"}, 403)
    assert not Exercise.select().where(Exercise.name == "Annans").exists()
    goal = {"goal": "Alla nås", "outcome": "", "seen": ""}
    browser.post(f"/ovningar/{own.uid.hex}/ovningsmalsattningar/ny", goal)
    browser.post(f"/ovningar/{other.uid.hex}/ovningsmalsattningar/ny", goal, 404)
    plan = ExercisePlan.get(ExercisePlan.unit == mine.parent)
    assert plan.name in browser.get("/ovningsplaner").text
    browser.post(f"/ovningsplaner/{plan.uid.hex}/steg/exempt", {"exempt_because": "x", "version": "2"}, 403)
    counted = {"group": "staff", "counted_on": str(TODAY), "of_all": "10", "trained": "9"}
    browser.post("/incidentutbildningar/ny", counted | {"unit": mine.parent.uid.hex})
    browser.post("/incidentutbildningar/ny", counted | {"unit": theirs.parent.uid.hex}, 403)


def test_a_head_of_a_company_does_not_reach_the_nämnd_above_it(targets: Flask) -> None:
    board = makers.unit("Kommunstyrelsen")
    company = makers.unit("Bolaget", board, kind=UnitKind.COMPANY)
    plan = makers.year_plan(board)
    head = browse(targets, makers.acting(Role.HEAD, heads=company))
    head.get(f"/ovningsplaner/{plan.uid.hex}", 404)


@pytest.mark.parametrize("role", [Role.BOARD, Role.SECRETARY, Role.AUDITOR])
def test_what_was_weak_is_masked_in_lists_pages_and_files(targets: Flask, role: Role) -> None:
    town_of_two()
    reader, owner = browse(targets, makers.acting(role)), browse(targets, makers.acting(Role.INFOSEC))
    secret = ("Hemligt om", "SG-99", "4711", "4 711", "Svagheten")
    for slug, texts in (("ovningsobservationer", secret[:1]), ("tekniska-tester", secret[1:])):
        row = DECLARED[slug].get()
        for path in (f"/{slug}?urval=alla", f"/{slug}/{row.uid.hex}", f"/{slug}/export?urval=alla"):
            reader.get(path)
            owner.get(path)
            assert not any(text in reader.last.text for text in secret), path
            assert "OSL 18:8, 18:13" in reader.last.text, path
            assert any(text in owner.last.text for text in texts), path


def test_a_measure_arises_from_what_was_observed(targets: Flask) -> None:
    mine, _, own, _ = town_of_two()
    seen = ExerciseObservation.get(ExerciseObservation.exercise == own)
    makers.evaluated(own)
    head = browse(targets, makers.acting(Role.HEAD, heads=mine))
    given = {"title": "Ny larmlista", "what": "", "unit": mine.uid.hex, "responsible": "", "due_on": str(TODAY + DAY)}
    head.post(f"/ovningsobservationer/{seen.uid.hex}/atgarder/ny", given)
    (measure,) = Measure.select()
    assert (measure.source_type, measure.source_uid) == ("ovningsobservationer", seen.uid)
    assert "Ny larmlista" in head.get(f"/ovningsobservationer/{seen.uid.hex}").text


def test_two_who_evaluate_at_once_are_told(targets: Flask) -> None:
    row = makers.held(makers.exercise(makers.unit()))
    makers.goal(row)
    browser = browse(targets, makers.acting(Role.INFOSEC))
    said = {"evaluated_on": str(TODAY), "report": "KS/2026:9", "next_on": "", "version": str(row.version - 1)}
    page = browser.post(f"/ovningar/{row.uid.hex}/steg/evaluate", said, 409)
    assert page is not None and "KS/2026:9" in str(page.inputs)
