"""Sessions: born random, kept as a hash, ended by time and by people."""

import datetime as dt
from typing import Any

import pytest

from models.people import Session
from tests import makers
from tracker.laws import sessions

AT = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def anna(database: Any) -> int:
    makers.use_key()
    return makers.person("Anna").id


@pytest.fixture
def bo(anna: int) -> int:
    return makers.person("Bo").id


def test_a_session_is_found_by_its_token_only(anna: int) -> None:
    token, row = sessions.start(anna, AT)
    found = sessions.find(token, AT)
    assert found and found.id == row.id and found.person == anna
    assert sessions.find(token[:-1], AT) is None
    assert sessions.find(row.token, AT) is None, "what the database holds opens nothing"
    assert token not in str(row.__data__) and len(token) >= 43


def test_idle_for_half_an_hour_it_ends(anna: int) -> None:
    token, _ = sessions.start(anna, AT)
    assert sessions.find(token, AT + 29 * MINUTE)
    assert sessions.find(token, AT + sessions.IDLE) is None


def test_in_use_it_ends_after_ten_hours(anna: int) -> None:
    token, row = sessions.start(anna, AT)
    at = AT
    while at < AT + sessions.LONGEST - 20 * MINUTE:
        at += 20 * MINUTE
        row = sessions.find(token, at)
        assert row, at
        sessions.seen(row, at)
    assert sessions.find(token, AT + sessions.LONGEST) is None


def test_being_seen_is_written_once_a_minute(anna: int) -> None:
    _, row = sessions.start(anna, AT)
    sessions.seen(row, AT + dt.timedelta(seconds=59))
    assert Session.get_by_id(row.id).seen_at == AT.replace(tzinfo=None)
    sessions.seen(row, AT + MINUTE)
    assert Session.get_by_id(row.id).seen_at == (AT + MINUTE).replace(tzinfo=None)


def test_an_ended_session_is_dead_and_others_live(anna: int) -> None:
    (first, row), (second, _) = sessions.start(anna, AT), sessions.start(anna, AT)
    sessions.end(row)
    assert sessions.find(first, AT) is None and sessions.find(second, AT)


def test_all_of_a_persons_sessions_end_but_the_one_in_use(anna: int, bo: int) -> None:
    (here, row), (there, _), (another, _) = (sessions.start(person, AT) for person in (anna, anna, bo))
    assert sessions.end_all(anna, but=row) == 1
    assert sessions.find(here, AT) and not sessions.find(there, AT) and sessions.find(another, AT)
    assert sessions.end_all(anna) == 1
    assert [one.person for one in sessions.of(bo, AT)] == [bo] and not sessions.of(anna, AT)


def test_lapsed_sessions_are_swept_when_somebody_comes(anna: int, bo: int) -> None:
    sessions.start(anna, AT)
    sessions.start(bo, AT + sessions.IDLE)
    assert [row.person for row in Session.select()] == [bo]


def test_data_is_small(anna: int) -> None:
    token, row = sessions.start(anna, AT, '{"locale":"sv"}')
    sessions.keep(row, '{"locale":"en"}')
    assert sessions.find(token, AT).data == '{"locale":"en"}'
    with pytest.raises(sessions.TooMuch):
        sessions.keep(row, "x" * 4001)


def test_an_instant_of_another_zone_is_the_same_instant(anna: int) -> None:
    token, _ = sessions.start(anna, AT.astimezone(dt.timezone(dt.timedelta(hours=5))))
    assert sessions.find(token, AT) and not sessions.find(token, AT + sessions.IDLE)
