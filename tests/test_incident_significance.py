"""Which thresholds are reached: a suggestion from what is noted as hit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.incidents import Aim, Answer, Category, Impact, Incident, IncidentThreshold, Sector
from tests import incident_makers as made
from tests import makers
from tests.makers import AT, DAY, TODAY
from tracker.acts.incidents import significance
from tracker.acts.incidents.significance import Hit, Reached, reached

AMOUNTS = IncidentThreshold.proposed
HOURS = st.none() | st.integers(0, 100)
HITS = st.lists(st.builds(Hit, HOURS, HOURS, st.none() | st.integers(0, 2000)), max_size=6)


def aims(*hits: Hit, **more: Any) -> list[Aim]:
    return [each.aim for each in reached(AMOUNTS, hits, **more)]


@pytest.mark.parametrize(
    ("hit", "sector", "expected"),
    [
        (Hit(limited=4), None, []),
        (Hit(limited=5), None, [Aim.PUBLIC_LIMITED]),
        (Hit(limited=13), None, [Aim.GENERAL_LIMITED, Aim.PUBLIC_LIMITED]),
        (Hit(workaround=13), None, [Aim.PUBLIC_WORKAROUND]),
        (Hit(workaround=49), None, [Aim.GENERAL_WORKAROUND, Aim.PUBLIC_WORKAROUND]),
        (Hit(limited=2), Sector.CARE, [Aim.CARE_LIMITED]),
        (Hit(limited=2), Sector.WATER, []),
        (Hit(workaround=9), Sector.WATER, [Aim.WATER_WORKAROUND]),
        (Hit(limited=2), Sector.ENERGY, []),
        (Hit(persons=499), None, []),
        (Hit(persons=500), None, [Aim.PERSONS]),
    ],
)
def test_hours_are_longer_than_and_persons_from(hit: Hit, sector: Sector | None, expected: list[Aim]) -> None:
    assert aims(hit, sector=sector) == expected


def test_persons_add_up_and_hours_do_not() -> None:
    assert aims(Hit(limited=3, persons=300), Hit(limited=3, persons=200)) == [Aim.PERSONS]


@pytest.mark.parametrize(("number", "expected"), [(1, []), (2, [Aim.RECURRING])])
def test_what_recurs_counts_as_one(number: int, expected: list[Aim]) -> None:
    assert aims(recurring=number) == expected


@given(HITS, st.sampled_from([None, *Sector]), st.integers(0, 5), HOURS)
def test_more_never_reaches_less(hits: list[Hit], sector: Sector | None, recurring: int, more: int | None) -> None:
    before = set(aims(*hits, sector=sector, recurring=recurring))
    assert before <= set(
        aims(*hits, Hit(limited=more, workaround=more, persons=more), sector=sector, recurring=recurring)
    )


@given(HITS, st.dictionaries(st.sampled_from(list(Aim)), st.integers(1, 1000)))
def test_what_is_reached_is_reached(hits: list[Hit], amounts: dict[Aim, int]) -> None:
    for each in reached(amounts, hits, None, 3):
        assert isinstance(each, Reached) and each.by >= amounts[each.aim]


# With rows


@pytest.fixture(autouse=True)
def _ready(database: Any) -> None:
    makers.use_key()
    made.ready()


def test_it_is_held_against_the_municipalitys_own_rows() -> None:
    by = made.coordinator()
    row = made.triaged(by=by)
    hit = dict(incident=row.id, unit=makers.unit().id, personal_data=Answer.NO, limited_hours=7, persons=900)
    makers.records.add(by, Impact, hit, AT)
    found = significance.suggested(Incident.get_by_id(row.id), TODAY)
    assert [(each.aim, held.amount, each.by) for each, held in found] == [(Aim.PUBLIC_LIMITED, 4, 7)]
    held = found[0][1]
    makers.records.change(by, held, {"amount": 8}, held.version, AT)
    assert significance.suggested(Incident.get_by_id(row.id), TODAY) == []


def test_what_is_read_as_few_is_in_no_sum() -> None:
    by = made.coordinator()
    row = made.triaged(by=by)
    for persons in (498, 3):
        hit = dict(incident=row.id, unit=makers.unit().id, personal_data=Answer.YES, persons=persons)
        makers.records.add(by, Impact, hit, AT)
    assert significance.suggested(Incident.get_by_id(row.id), TODAY) == []


def test_incidents_recur_within_the_months_and_of_the_same_kind() -> None:
    by = made.coordinator()
    for ago, kind in ((200, Category.FAULT), (100, Category.FAULT), (50, Category.LEAK)):
        at = AT - ago * DAY
        made.triaged(made.incident(at=at), by, at=at, category=kind)
    row = made.triaged(by=by, category=Category.FAULT)
    (found,) = significance.suggested(Incident.get_by_id(row.id), TODAY)
    assert (found[0].aim, found[0].by) == (Aim.RECURRING, 2)
    later = TODAY + dt.timedelta(days=120)
    assert significance.suggested(Incident.get_by_id(row.id), later) == []
