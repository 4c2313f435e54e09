"""Two who change an incident at once: it never closes with an open clock, and no clock starts twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from models import RECORDS
from models.database import connection
from models.incidents import OPEN_CLOCK, Answer, ClockRule, Impact, Incident, IncidentState, LegalClock
from models.people import Actor
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tests.makers import AT, DAY
from tracker.acts.incidents import clocks
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused

TIMES = 5


@pytest.fixture
def key(database: Any) -> bytes:
    key = makers.use_key()
    made.ready()
    return key


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What came of each: what it gave, or how it was refused. Anything else is a fault of the test."""
    begin, came = threading.Barrier(len(acts)), []

    def one(do: Callable[[], Any]) -> None:
        with connection():
            begin.wait(10)
            try:
                came.append(do())
            except (Invalid, Refused, ledger.Conflict) as refusal:
                came.append(refusal)

    crowd = [threading.Thread(target=one, args=(act,)) for act in acts]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert len(came) == len(acts), "one of them died"
    return came


def quiet(by: Actor) -> Incident:
    """An incident under way without a clock."""
    return made.triaged(by=by, significant=Answer.NO)


def holds(row: Incident) -> bool:
    """Whether it is closed without an open clock, or open."""
    mine = (LegalClock.incident == row.id) & LegalClock.state.in_(OPEN_CLOCK)
    return Incident.get_by_id(row.id).state is not IncidentState.CLOSED or not LegalClock.select().where(mine).exists()


def test_closing_and_starting_a_clock(key: bytes) -> None:
    by, other = made.coordinator(), makers.acting(Role.DEPUTY)
    asked = ClockRule.get(ClockRule.code == "CSL-DEL")
    for _ in range(TIMES):
        row = quiet(by)
        came = at_once(
            lambda: makers.moved(row, "close", by, closed_at=AT),  # noqa: B023  ends within
            lambda: clocks.start(other, row.uid.hex, asked, AT, AT + DAY, None, AT),  # noqa: B023
        )
        assert holds(row) and sum(isinstance(one, Exception) for one in came) == 1
    assert ledger.verify(RECORDS, [key]).whole


def test_closing_and_answering(key: bytes) -> None:
    by, other = made.coordinator(), makers.acting(Role.DEPUTY)
    for _ in range(TIMES):
        row = quiet(by)
        values = {"significant": Answer.YES, "assessed_at": AT}
        at_once(
            lambda: makers.moved(row, "close", by, closed_at=AT),  # noqa: B023  ends within
            lambda: records.change(other, Incident.get_by_id(row.id), values, row.version, AT),  # noqa: B023
        )
        assert holds(row)


def test_closing_and_naming_whose_data_are_hit(key: bytes) -> None:
    by, other, unit = made.coordinator(), makers.acting(Role.DEPUTY), makers.unit("Socialnämnden")
    for _ in range(TIMES):
        row = quiet(by)
        values = dict(incident=row.id, unit=unit.id, personal_data=Answer.YES)
        at_once(
            lambda: makers.moved(row, "close", by, closed_at=AT),  # noqa: B023  ends within
            lambda: records.add(other, Impact, values, AT),  # noqa: B023
        )
        assert holds(row)


def test_one_nämnd_hit_twice_at_once_has_one_clock(key: bytes) -> None:
    by, unit = made.coordinator(), makers.unit("Socialnämnden")
    for _ in range(TIMES):
        row = quiet(by)
        values = dict(incident=row.id, unit=unit.id, personal_data=Answer.YES)
        at_once(*[lambda: records.add(by, Impact, values, AT)] * 4)  # noqa: B023
        assert LegalClock.select().where(LegalClock.incident == row.id).count() == 1
        assert Impact.select().where(Impact.incident == row.id).count() == 4
    assert ledger.verify(RECORDS, [key]).whole


def test_an_authority_that_asks_once_has_one_clock_however_often_it_is_pressed(key: bytes) -> None:
    by, row = made.coordinator(), made.triaged(significant=Answer.NO)
    asked = ClockRule.get(ClockRule.code == "CSL-DEL")
    came = at_once(*[lambda: clocks.start(by, row.uid.hex, asked, AT, AT + DAY, None, AT)] * 4)
    assert sum(isinstance(one, Invalid) for one in came) == 3
    assert LegalClock.select().where(LegalClock.incident == row.id).count() == 1


def test_both_readers_at_once_decide_once(key: bytes) -> None:
    by, other, third = made.coordinator(), makers.acting(Role.DEPUTY), makers.acting(Role.CHIEF)
    clock = made.clocks_of(made.triaged(by=by))["CSL-24"]
    makers.moved(clock, "propose", by, because="Under tröskeln.")
    came = at_once(
        lambda: makers.moved(clock, "agree", other),
        lambda: makers.moved(clock, "disagree", third, objection="Över den."),
    )
    assert sum(isinstance(one, Exception) for one in came) == 1
