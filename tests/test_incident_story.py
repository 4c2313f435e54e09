"""One night's incident through the pages, from an employee's report at 01:55 to the last clock's outcome; and a
table-top exercise from its scenario to evaluated measures, which fulfils the point that it counts for."""

import datetime as dt
import re
from typing import Any

import time_machine
from flask import Flask

from models.database import connection
from models.exercises import DrillScenario, Exercise, ExerciseGoal
from models.incidents import Answer, Category, ClockState, Incident, IncidentState, LegalClock, Severity
from models.programme import FollowUpPoint
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tests.browse import Browser, browse
from tests.makers import AT, OFFICE, TODAY
from tracker.acts import exercise_mode, follow_up, programmes
from tracker.acts.follow_up import Level

NIGHT = dt.datetime(2026, 10, 24, 23, 56, tzinfo=dt.UTC)
"""01:56 in Sweden, summer time; at 03:00 the clocks go back an hour."""


def form(browser: Browser, path: str, action: str) -> dict[str, str]:
    """What stands in the form on a page that is sent to `action`, without the token."""
    page = browser.get(path)
    (found,) = [one for one in page.forms if one["action"] == action]
    return {name: value for name, value in found["names"].items() if name != "csrf_token"}


def step(browser: Browser, row: Any, name: str, /, status: int = 303, **values: Any) -> Any:
    path = f"/{row.declared.slug}/{row.uid.hex}"
    kept = {"version": form(browser, path, f"{path}/steg/{name}")["version"]}
    return browser.post(f"{path}/steg/{name}", kept | values, status)


def test_the_night_the_clocks_go_back(app: Flask) -> None:
    with connection():
        made.ready()
        nine = makers.unit("Socialnämnden")
        people = {role: makers.acting(role) for role in (Role.EMPLOYEE, Role.INFOSEC, Role.DEPUTY, Role.BOARD)}
    with time_machine.travel(NIGHT, tick=False) as now:
        night = {role: browse(app, actor, NIGHT) for role, actor in people.items()}
        asked = form(night[Role.EMPLOYEE], "/incidenter/rapportera", "/incidenter/rapportera")
        assert asked["discovered_at"] == "2026-10-25T01:56"
        told = {"what": "Leverantörens drift är låst av utpressare.", "service": "Omsorgssystemet", "going_on": "yes"}
        night[Role.EMPLOYEE].post("/incidenter/rapportera", told | {"discovered_at": "2026-10-25T01:55"})
        assert "INC-2026-0001" in night[Role.EMPLOYEE].get("/incidenter/rapporterad").text
        with connection():
            row: Any = Incident.get()
        assert row.discovered_at == NIGHT - dt.timedelta(minutes=1)

        now.shift(dt.timedelta(hours=2))  # 02:56 once more, standard time
        night = {role: browse(app, actor, NIGHT + dt.timedelta(hours=2)) for role, actor in people.items()}
        chief = night[Role.INFOSEC]
        answers = {
            "name": "Utpressning hos leverantör", "category": Category.MALWARE.value, "availability": "y",
            "severity": Severity.SERIOUS.value, "unit": nine.uid.hex, "known_at": "2026-10-25T01:55",
            "supplier_incident": Answer.YES.value, "supplier": "Omsorgsdrift AB", "personal_data": Answer.YES.value,
            "significant": Answer.YES.value,
        }  # fmt: skip
        page = step(chief, row, "triage", status=422, **answers, assessed_at="2026-10-25T02:30")
        assert "Klockan ställdes tillbaka den natten" in page.text  # which of the two is asked, never guessed
        assert any(one.get("value") == "2026-10-25T02:30" for one in page.inputs)
        step(chief, row, "triage", **answers, assessed_at="2026-10-25 02:30 CET")

        room = f"/incidenter/{row.uid.hex}/lage"
        shown = chief.get(room).text
        for due in ("26 okt 2026 00:55", "28 okt 2026 00:55"):
            assert due in shown
        with connection():
            clocks = made.clocks_of(row)
        assert {name: clock.due_at for name, clock in clocks.items()} == {
            "CSL-24": dt.datetime(2026, 10, 25, 23, 55, tzinfo=dt.UTC),
            "CSL-72": dt.datetime(2026, 10, 27, 23, 55, tzinfo=dt.UTC),
            "GDPR-72": dt.datetime(2026, 10, 27, 23, 55, tzinfo=dt.UTC),
        }

        step(chief, clocks["GDPR-72"], "propose", because="Uppgifterna var krypterade.")
        other = night[Role.DEPUTY]
        step(other, clocks["GDPR-72"], "agree")

        sheet = chief.get(f"/klockor/{clocks['CSL-24'].uid.hex}/blad").text
        assert "Leverantörens drift är låst av utpressare." in sheet
        step(chief, clocks["CSL-24"], "send", sent_at="2026-10-25T03:30", receipt="CP-1234", status=422)  # not yet
        step(chief, clocks["CSL-24"], "send", sent_at="2026-10-25 02:50 CET", receipt="CP-1234")

        board = night[Role.BOARD]
        for path in (f"/incidenter/{row.uid.hex}", room, f"{room}sbild", f"/klockor/{clocks['CSL-24'].uid.hex}"):
            words = board.get(path).text
            for secret in ("Utpressning hos", "låst av", "Omsorgsdrift", "Omsorgssystemet", "CP-1234", "krypterade"):
                assert secret not in words, (path, secret)
        assert "OSL 18:8 b" in board.get(f"/incidenter/{row.uid.hex}").text
        board.get(f"/klockor/{clocks['CSL-24'].uid.hex}/blad", 403)

        page = step(chief, row, "close", status=422, closed_at="2026-10-25 02:55 CET")
        assert "CSL-72" in page.text
        step(chief, clocks["CSL-72"], "leave", elsewhere="Leverantören", because="De anmäler för alla sina kunder.")
        step(chief, row, "close", closed_at="2026-10-25 02:55 CET")
    with connection():
        assert Incident.get().state is IncidentState.CLOSED
        outcomes = {name: clock.state for name, clock in made.clocks_of(row).items()}
        assert LegalClock.select().count() == len(outcomes) == 3
    assert outcomes == {
        "CSL-24": ClockState.SENT, "CSL-72": ClockState.ELSEWHERE, "GDPR-72": ClockState.NOT_REPORTABLE,
    }  # fmt: skip


def level(code: str) -> Level:
    with connection():
        return follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == code), TODAY).level


def test_a_table_top_exercise_from_its_scenario_to_evaluated_measures(app: Flask) -> None:
    with connection():
        made.ready()
        programmes.install(OFFICE, AT)
        exercise_mode.install(OFFICE, AT)
        by = made.coordinator()
        unit = makers.unit()
        for scenario in (makers.Scenario.INTRUSION, makers.Scenario.OVERLOAD):
            makers.continuity_plan(scenario)
        held = makers.held(makers.exercise(unit, scenario=makers.Scenario.INTRUSION))
        makers.goal(held)
        makers.evaluated(held)
        row = makers.exercise(unit, scenario=makers.Scenario.OVERLOAD)
        scenario = DrillScenario.get(DrillScenario.code == "ÖVERBELASTNING")
    assert level("4.3-X2") is Level.PARTLY
    leader, path = browse(app, by), f"/ovningar/{row.uid.hex}"
    leader.post(f"{path}/spel", {"scenario": scenario.uid.hex})
    told = leader.get(f"{path}/spel").text
    assert "Startsidan laddar inte" in told and "40 minuter" not in told
    for _ in range(3):
        leader.post(f"{path}/spel/nasta", {"version": form(leader, f"{path}/spel", f"{path}/spel/nasta")["version"]})
    assert "40 minuter" in leader.get(f"{path}/spel").text
    page = leader.post(f"{path}/spel/slut", {"functions": "IT-jour", "participants": "ingen"}, 422)
    assert any(one.get("value") == "ingen" for one in page.inputs)  # type: ignore[union-attr]
    leader.post(f"{path}/spel/slut", {"functions": "IT-jour, kommunikatör", "participants": "6"})
    assert level("4.3-X2") is Level.PARTLY  # held, not evaluated
    with connection():
        goals = list(ExerciseGoal.select().where(ExerciseGoal.exercise == row))
    for goal in goals:
        edit = f"/ovningsmalsattningar/{goal.uid.hex}/andra"
        leader.post(
            edit, form(leader, edit, edit) | {"goal": goal.goal, "outcome": "yes", "seen": "Enligt protokollet"}
        )
    leader.post(f"{path}/ovningsobservationer/ny", {"about": "Kontaktvägar", "observed": "Jourlistan var gammal."})
    seen = re.search(r"/ovningsobservationer/[0-9a-f]{32}", leader.went_to)
    assert seen
    due = (TODAY + dt.timedelta(days=30)).isoformat()
    leader.post(
        f"{seen[0]}/atgarder/ny",
        {"title": "Uppdatera jourlistan", "unit": unit.uid.hex, "due_on": due, "what": "", "responsible": ""},
    )
    with connection():
        now = Exercise.get_by_id(row.id)
    step(leader, now, "evaluate", evaluated_on=TODAY.isoformat(), report="KS/2026:77")
    assert level("4.3-X2") is Level.FULFILLED
    assert "Uppdatera jourlistan" in leader.get("/atgarder").text
