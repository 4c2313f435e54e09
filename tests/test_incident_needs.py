"""What the first page asks of those who answer for incidents."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from models.incidents import Answer
from models.people import Actor
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tests.makers import AT, DAY
from tracker.acts import today
from tracker.acts.incidents import reporting
from tracker.spine.reading import Reading

OURS = {"Legal clocks that run", "Incidents to triage", "Clocks that await a second reader", "Severe incidents whose review is late"}  # fmt: skip


@pytest.fixture(autouse=True)
def _ready(database: Any) -> None:
    makers.use_key()
    made.ready()


def needs(who: Actor, at: dt.datetime = AT) -> dict[str, today.Waiting]:
    return {one.need.label: one for one in today.waiting(Reading(who, at, "sv")) if one.need.label in OURS}


def test_clocks_run_soonest_first_and_promptly_before_all() -> None:
    by = made.coordinator()
    made.triaged(made.incident(discovered_at=AT - 2 * DAY), by)
    made.triaged(made.incident(), by, personal_data=Answer.YES, police=Answer.YES)
    found = needs(by)["Legal clocks that run"]
    assert [row.rule.code for row in found.rows] == ["CSL-24", "POLIS", "CSL-24", "CSL-72", "CSL-72"]
    assert found.count == 6
    assert [row.urgent_at for row in found.rows] == sorted(row.urgent_at for row in found.rows)


def test_what_is_new_is_to_be_triaged() -> None:
    by = made.coordinator()
    row = made.incident()
    assert [one.number for one in needs(by)["Incidents to triage"].rows] == [row.number]
    made.triaged(row, by)
    assert "Incidents to triage" not in needs(by)


def test_a_second_reader_is_asked_who_is_not_the_first() -> None:
    by, other = made.coordinator(), makers.acting(Role.DEPUTY)
    clock = made.clocks_of(made.triaged(by=by))["CSL-24"]
    makers.moved(clock, "propose", by, because="Under tröskeln.")
    assert "Clocks that await a second reader" not in needs(by)
    assert [row.id for row in needs(other)["Clocks that await a second reader"].rows] == [clock.id]
    makers.moved(clock, "agree", other)
    assert "Clocks that await a second reader" not in needs(other)


def test_a_severe_incident_waits_for_its_review_in_time() -> None:
    by, then = made.coordinator(), AT - 40 * DAY
    row = made.triaged(made.incident(at=then), by, at=then, significant=Answer.NO)
    makers.moved(row, "restore", by, at=then, restored_at=then)
    assert "Severe incidents whose review is late" not in needs(by, AT - 11 * DAY)
    assert [one.number for one in needs(by)["Severe incidents whose review is late"].rows] == [row.number]


def test_an_exercise_asks_nothing_and_nobody_else_is_asked() -> None:
    by = made.coordinator()
    given = dict(what="Övning.", service=None, going_on=Answer.YES, discovered_at=AT - DAY)
    drill = reporting.save(by, reporting.unsaved(given, AT, drill=True), AT)
    made.triaged(drill, by)
    assert needs(by) == {}
    made.triaged(by=by)
    made.incident()
    for role in Role:
        found = needs(makers.acting(role))
        assert bool(found) is (role in (Role.CHIEF, Role.DEPUTY, Role.INFOSEC)), role
