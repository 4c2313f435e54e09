"""When rounds fall due: every month exactly once, due on its last day, whatever the year, the quarter or the ends."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import Window, covers, month_end, months_before, windows

DAY = dt.timedelta(days=1)
ANY_DAY = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))
TERMS = st.tuples(st.integers(1, 6), st.integers(7, 12))
MONTHS_AHEAD = st.integers(0, 40)


def months(first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    """The months from that of `first` whose last day is at most `last`, counted another way than the product counts."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    found = [(number // 12, number % 12 + 1) for number in numbers]
    return found if not found or (last + DAY).day == 1 else found[:-1]


def of(month: int, **values: object) -> str:
    given = dict(monthly=True, quarter_offset=3, term_months=(5, 11), year_month=10) | values
    return covers(month, **given)  # type: ignore[arg-type]


@given(ANY_DAY)
def test_the_last_day_of_a_month_is_followed_by_the_first_of_the_next(day: dt.date) -> None:
    end = month_end(day)
    assert (end.year, end.month) == (day.year, day.month)
    assert (end + DAY).day == 1


@pytest.mark.parametrize(
    ("day", "end"),
    [("2024-02-01", "2024-02-29"), ("2023-02-14", "2023-02-28"), ("2000-02-29", "2000-02-29"),
     ("2100-02-01", "2100-02-28"), ("2026-12-31", "2026-12-31")],
)  # fmt: skip
def test_months_end_in_leap_years_too(day: str, end: str) -> None:
    assert month_end(dt.date.fromisoformat(day)) == dt.date.fromisoformat(end)


@pytest.mark.parametrize(
    ("day", "back", "found"),
    [("2026-11-23", 12, "2025-11-23"), ("2024-02-29", 12, "2023-02-28"), ("2024-02-29", 48, "2020-02-29"),
     ("2026-03-31", 1, "2026-02-28"), ("2024-03-31", 1, "2024-02-29"), ("2026-05-31", 1, "2026-04-30"),
     ("2026-01-31", 1, "2025-12-31"), ("2026-01-15", 13, "2024-12-15"), ("2026-12-31", 0, "2026-12-31")],
)  # fmt: skip
def test_months_before_a_day(day: str, back: int, found: str) -> None:
    assert months_before(dt.date.fromisoformat(day), back) == dt.date.fromisoformat(found)


@given(ANY_DAY, st.integers(0, 60))
def test_months_before_is_the_same_day_or_the_months_last(day: dt.date, back: int) -> None:
    found = months_before(day, back)
    assert (found.year * 12 + found.month) == (day.year * 12 + day.month) - back
    assert found.day == min(day.day, month_end(found).day)


@given(ANY_DAY, ANY_DAY, st.integers(0, 60))
def test_months_before_never_turns_two_days_round(one: dt.date, other: dt.date, back: int) -> None:
    early, late = sorted((one, other))
    assert months_before(early, back) <= months_before(late, back)


@given(ANY_DAY, MONTHS_AHEAD, st.integers(-31, 31), st.integers(0, 31), st.integers(1, 3), TERMS, st.integers(1, 12))
def test_a_monthly_plan_covers_every_month_exactly_once(
    first: dt.date, ahead: int, over: int, grace: int, quarter: int, terms: tuple[int, int], year: int
) -> None:
    last = first + dt.timedelta(days=30 * ahead + over)
    found = list(
        windows(first, last, monthly=True, quarter_offset=quarter, term_months=terms, year_month=year, grace_days=grace)
    )
    assert [(window.opens_on.year, window.opens_on.month) for window in found] == months(first, last)
    for window in found:
        assert window.opens_on.day == 1
        assert window.due_on == month_end(window.opens_on) <= last
        assert window.closes_on - window.due_on == dt.timedelta(days=grace)
        assert window.covers == of(window.opens_on.month, quarter_offset=quarter, term_months=terms, year_month=year)
    assert all(one.due_on + DAY == next_one.opens_on for one, next_one in pairwise(found))


@given(ANY_DAY, MONTHS_AHEAD, st.integers(1, 3), TERMS, st.integers(1, 12))
def test_a_quarterly_plan_has_the_quarters_months_and_the_years(
    first: dt.date, ahead: int, quarter: int, terms: tuple[int, int], year: int
) -> None:
    last = first + dt.timedelta(days=30 * ahead)
    found = list(windows(first, last, monthly=False, quarter_offset=quarter, term_months=terms, year_month=year))
    asked = {(3 * n + quarter - 1) % 12 + 1 for n in range(4)} | {year}
    assert [(w.opens_on.year, w.opens_on.month) for w in found] == [m for m in months(first, last) if m[1] in asked]
    assert all(window.covers for window in found)


@given(st.booleans(), st.integers(1, 3), TERMS, st.integers(1, 12))
def test_no_interval_is_left_out_of_a_year(
    monthly: bool, quarter: int, terms: tuple[int, int], year_month: int
) -> None:
    """Whatever the plan: points of every interval are asked, quarters four times, terms twice, the year's once."""
    each = [covers(month, monthly, quarter, terms, year_month) for month in range(1, 13)]
    count = {interval: sum(interval in due for due in each) for interval in "MKTA"}
    same_quarter = not monthly and (terms[0] - 1) // 3 == (terms[1] - 1) // 3
    assert count == {"M": 12 if monthly else 4, "K": 4, "T": 1 if same_quarter else 2, "A": 1}
    assert all(list(due) == sorted(due, key="MKTA".index) for due in each), "the longest interval is last: it names it"


@pytest.mark.parametrize(("offset", "asked"), [(1, {1, 4, 7, 10}), (2, {2, 5, 8, 11}), (3, {3, 6, 9, 12})])
def test_the_month_of_the_quarter(offset: int, asked: set[int]) -> None:
    assert {month for month in range(1, 13) if "K" in of(month, quarter_offset=offset)} == asked


def test_the_school_year_as_it_is_shipped() -> None:
    assert [of(month) for month in range(1, 13)] == [
        "M", "M", "MK", "M", "MT", "MK", "M", "M", "MK", "MA", "MT", "MK",
    ]  # fmt: skip


def test_an_office_is_asked_its_monthly_points_each_quarter_and_no_round_is_empty() -> None:
    """Its checklist has one monthly point, of the fire alarm, and none of a term: no round may be without points."""
    assert [of(month, monthly=False) for month in range(1, 13)] == [
        "", "", "MK", "", "", "MKT", "", "", "MK", "A", "", "MKT",
    ]  # fmt: skip


def test_a_plan_that_ends_in_mid_month_has_no_round_that_month() -> None:
    found = list(windows(dt.date(2026, 1, 20), dt.date(2026, 3, 30), monthly=True, grace_days=0))
    assert found == [
        Window("M", dt.date(2026, 1, 1), dt.date(2026, 1, 31), dt.date(2026, 1, 31)),
        Window("M", dt.date(2026, 2, 1), dt.date(2026, 2, 28), dt.date(2026, 2, 28)),
    ]


@given(ANY_DAY, st.integers(1, 400))
def test_a_plan_that_ends_before_it_starts_has_none(first: dt.date, days: int) -> None:
    assert not list(windows(first, first.replace(day=1) - days * DAY, monthly=True))
