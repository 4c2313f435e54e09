"""Exercise mode: a scenario played against the incident form, kept out of every figure, and held when it ends."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask

from models.database import connection
from models.exercises import DrillRun, DrillScenario, Exercise, ExerciseGoal, ExerciseState
from models.incidents import Answer, Incident, LegalClock
from models.record import DECLARED
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tests.browse import browse
from tests.makers import AT, OFFICE, TODAY
from tracker.acts import exercise_mode
from tracker.acts.incidents import reporting, sheets
from tracker.spine.errors import Invalid, Refused

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _ready(database: Any) -> None:
    makers.use_key()
    made.ready()
    exercise_mode.install(OFFICE, AT)


def begun(by: Any) -> tuple[Exercise, DrillRun]:
    row = makers.exercise(makers.unit())
    scenario = DrillScenario.get(DrillScenario.code == "ÖVERBELASTNING")
    return row, exercise_mode.begin(by, row.uid.hex, scenario, AT)


def test_two_scenarios_are_shipped_once() -> None:
    exercise_mode.install(OFFICE, AT)
    assert DrillScenario.select().count() == 2


def test_injects_come_with_time_and_when_the_leader_skips() -> None:
    by = made.coordinator()
    row, run = begun(by)
    assert [each.minute for each in exercise_mode.played(run, AT + 9 * MINUTE).told] == [0]
    assert [each.minute for each in exercise_mode.played(run, AT + 10 * MINUTE).told] == [10, 0]
    run = exercise_mode.forward(by, row.uid.hex, run.version, AT + 12 * MINUTE)
    assert exercise_mode.played(run, AT + 12 * MINUTE).told[0].minute == 20
    assert exercise_mode.played(run, AT + 22 * MINUTE).told[0].minute == 30


def test_an_exercises_incident_runs_clocks_and_counts_nowhere() -> None:
    by = made.coordinator()
    _, run = begun(by)
    row = Incident.get_by_id(run.incident.id)
    assert row.number.startswith("ÖVN-2026-")
    made.triaged(row, by, personal_data=Answer.YES)
    assert {"CSL-24", "CSL-72", "GDPR-72"} == set(made.clocks_of(row))
    for kind, slug in ((Incident, "incidenter"), (LegalClock, "klockor")):
        for name, selection in DECLARED[slug].declared.selections.items():
            number = kind.select().where(selection.where(kind, TODAY)).count()
            assert number == (0 if name != "drills" else kind.select().count()), f"{slug}: {name} counts an exercise"


def test_a_real_incident_takes_no_number_of_an_exercise() -> None:
    begun(made.coordinator())
    assert made.incident().number == "INC-2026-0001"


def test_ending_it_makes_the_exercise_held_and_leaves_its_goals_to_be_judged() -> None:
    by = made.coordinator()
    row, _ = begun(by)
    with pytest.raises(Invalid):
        exercise_mode.end(by, row.uid.hex, "", None, AT + 80 * MINUTE)
    held = exercise_mode.end(by, row.uid.hex, "IT-jour, kommunikatör", 7, AT + 80 * MINUTE)
    stored = Exercise.get_by_id(held.id)
    assert (stored.state, stored.held_on, stored.minutes) == (ExerciseState.HELD, TODAY, 80)
    assert stored.evaluate_by == TODAY + dt.timedelta(days=60)
    assert ExerciseGoal.select().where(ExerciseGoal.exercise == row).count() == 3
    with pytest.raises(Refused):
        exercise_mode.forward(by, row.uid.hex, 1, AT)


def test_an_exercise_is_played_once_at_a_time() -> None:
    by = made.coordinator()
    row, run = begun(by)
    with pytest.raises(Refused):
        exercise_mode.begin(by, row.uid.hex, run.scenario, AT)
    assert Incident.select().count() == 1


def test_a_scenario_that_was_played_stands_as_it_was(database: Any) -> None:
    _, run = begun(made.coordinator())
    assert run.scenario.is_locked
    assert exercise_mode.played(run, AT).told[0].is_locked
    assert not DrillScenario.get(DrillScenario.code == "UTPRESSNING").is_locked


def test_only_the_leader_reads_what_is_expected_and_every_page_is_stamped(app: Flask) -> None:
    with connection():
        makers.use_key()
        made.ready()
        exercise_mode.install(OFFICE, AT)
        by = made.coordinator()
        row, run = begun(by)
        leader, board = browse(app, by), browse(app, makers.acting(Role.BOARD))
        incident = Incident.get_by_id(run.incident.id)
        expected = exercise_mode.played(run, AT).told[0].expected
    for browser in (leader, board):
        told = browser.get(f"/ovningar/{row.uid.hex}/spel").text
        assert "ÖVNING" in told
        assert (expected in told) == (browser is leader)
        assert "ÖVNING" in browser.get(f"/incidenter/{incident.uid.hex}").text


def test_numbers_are_given_per_kind_and_year() -> None:
    assert reporting.next_number(Incident(drill=True), AT) == "ÖVN-2026-0001"


def test_an_exercise_that_was_called_off_or_held_meanwhile_stands_as_it_is_when_the_playing_ends() -> None:
    by = made.coordinator()
    for step, said, state in (
        ("call_off", {"called_off_because": "Sjukdom"}, ExerciseState.CALLED_OFF),
        ("exercise", dict(held_on=TODAY, minutes=9, functions="IT", participants=9), ExerciseState.HELD),
    ):
        row, run = begun(by)
        makers.moved(row, step, by, **said)
        exercise_mode.end(by, row.uid.hex, "Alla", 777, AT + 80 * MINUTE)
        stored = Exercise.get_by_id(row.id)
        assert (stored.state, stored.participants) == (state, said.get("participants"))
        assert DrillRun.get_by_id(run.id).ended_at == AT + 80 * MINUTE


def test_what_was_skipped_is_no_time_exercised() -> None:
    by = made.coordinator()
    row, run = begun(by)
    exercise_mode.forward(by, row.uid.hex, run.version, AT + MINUTE)
    assert exercise_mode.end(by, row.uid.hex, "IT-jour", 3, AT + 2 * MINUTE).minutes == 2


def test_a_sheet_of_an_exercise_cannot_be_taken_for_a_real_one() -> None:
    by = made.coordinator()
    _, run = begun(by)
    row = Incident.get_by_id(run.incident.id)
    made.triaged(row, by, personal_data=Answer.YES)
    for clock in made.clocks_of(row).values():
        sheet = sheets.of(clock)
        assert sheet
        told = sheets.whole(sheet, sheets.filled(by, row, clock, AT), drill=True)
        assert told.startswith(sheets.STAMP) and told.endswith(sheets.STAMP)
