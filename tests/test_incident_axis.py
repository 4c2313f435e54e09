"""Time drawn: an axis that is true to UTC, told in Swedish time, also on the nights when the clocks change."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import STOCKHOLM
from tracker.views.incident_axis import AHEAD, MOST, Scale, scale, ticks

UTC = dt.UTC
HOUR = dt.timedelta(hours=1)
MOMENTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
STRETCHES = st.tuples(MOMENTS, st.timedeltas(HOUR, dt.timedelta(days=120)))


def over(first: str, hours: float) -> Scale:
    begin = dt.datetime.fromisoformat(first).replace(tzinfo=UTC)
    return Scale(begin, begin + dt.timedelta(hours=hours))


def test_the_night_the_clocks_go_back_has_an_hour_more_and_both_twos_are_told_apart() -> None:
    drawn = ticks(over("2026-10-24T21:30", 8), "sv")
    assert [(tick.label, tick.zone) for tick in drawn] == [
        ("25 okt", ""), ("01:00", ""), ("02:00", "sommartid"), ("02:00", "normaltid"), ("03:00", ""), ("04:00", ""),
        ("05:00", ""), ("06:00", ""),
    ]  # fmt: skip
    assert [tick.kind for tick in drawn][1:5] == ["minor", "first", "second", "minor"]
    distances = {round(b.at - a.at, 1) for a, b in pairwise(drawn)}
    assert distances == {12.5}


def test_the_night_the_clocks_go_forward_has_an_hour_less() -> None:
    drawn = ticks(over("2026-03-28T22:30", 6), "sv")
    assert [tick.label for tick in drawn] == ["29 mars", "01:00", "03:00", "04:00", "05:00", "06:00"]
    assert not any(tick.zone for tick in drawn)


@pytest.mark.parametrize(("day", "hours"), [("2026-10-25", 25), ("2026-03-29", 23), ("2026-06-01", 24)])
def test_a_day_is_as_wide_as_its_hours(day: str, hours: int) -> None:
    first = dt.datetime.fromisoformat(day).replace(tzinfo=STOCKHOLM).astimezone(UTC) - 12 * HOUR
    drawn = ticks(Scale(first, first + 100 * HOUR), "en")
    dates = [tick.at for tick in drawn if not tick.label[1:].endswith(":00")]
    assert round(dates[1] - dates[0], 1) == hours


@given(STRETCHES)
def test_ticks_stand_in_order_and_are_few_enough_to_read(stretch: tuple[dt.datetime, dt.timedelta]) -> None:
    drawn = ticks(Scale(stretch[0], stretch[0] + stretch[1]), "sv")
    places = [tick.at for tick in drawn]
    assert places == sorted(set(places)) and all(0 <= place <= 100 for place in places)
    assert len(drawn) <= MOST + 1  # one hour comes twice


@given(STRETCHES, st.floats(0, 1), st.floats(0, 1))
def test_places_are_true_to_utc(stretch: tuple[dt.datetime, dt.timedelta], one: float, other: float) -> None:
    whole = Scale(stretch[0], stretch[0] + stretch[1])
    a, b = (stretch[0] + stretch[1] * share for share in (one, other))
    drawn = (whole.at(b) - whole.at(a)) / 100 * stretch[1]
    assert abs(drawn - (b - a)) <= stretch[1] * 0.0003


def test_what_lies_outside_stands_at_the_edge_and_says_so() -> None:
    whole = over("2026-11-23T00:00", 10)
    early, late = whole.first - HOUR, whole.last + HOUR
    assert (whole.at(early), whole.beyond(early)) == (0, "before")
    assert (whole.at(late), whole.beyond(late)) == (100, "after")
    assert whole.beyond(whole.first) == ""


@given(MOMENTS)
def test_a_months_clock_does_not_hide_a_days(now: dt.datetime) -> None:
    whole = scale(now, [now - HOUR], [now + 24 * HOUR, now + 30 * 24 * HOUR, now - 40 * 24 * HOUR])
    assert whole.last - now < AHEAD
    assert not whole.beyond(now) and not whole.beyond(now + 24 * HOUR)
    assert whole.beyond(now + 30 * 24 * HOUR) == "after" and whole.beyond(now - 40 * 24 * HOUR) == "before"
