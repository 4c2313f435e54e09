"""Sessions: born random, kept as a hash, ended by time and by people."""

import datetime as dt
from typing import Any

import pytest

from models.people import Session
from tracker.laws import sessions

AT = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def test_a_session_is_found_by_its_token_only(database: Any) -> None:
    token, row = sessions.start(7, AT)
    found = sessions.find(token, AT)
    assert found and found.id == row.id and found.person == 7
    assert sessions.find(token[:-1], AT) is None
    assert sessions.find(row.token, AT) is None, "what the database holds opens nothing"
    assert token not in str(row.__data__) and len(token) >= 43


def test_idle_for_half_an_hour_it_ends(database: Any) -> None:
    token, _ = sessions.start(7, AT)
    assert sessions.find(token, AT + 29 * MINUTE)
    assert sessions.find(token, AT + sessions.IDLE) is None


def test_in_use_it_ends_after_ten_hours(database: Any) -> None:
    token, row = sessions.start(7, AT)
    at = AT
    while at < AT + sessions.LONGEST - 20 * MINUTE:
        at += 20 * MINUTE
        row = sessions.find(token, at)
        assert row, at
        sessions.seen(row, at)
    assert sessions.find(token, AT + sessions.LONGEST) is None


def test_being_seen_is_written_once_a_minute(database: Any) -> None:
    _, row = sessions.start(7, AT)
    sessions.seen(row, AT + dt.timedelta(seconds=59))
    assert Session.get_by_id(row.id).seen_at == AT.replace(tzinfo=None)
    sessions.seen(row, AT + MINUTE)
    assert Session.get_by_id(row.id).seen_at == (AT + MINUTE).replace(tzinfo=None)


def test_a_renewed_session_has_another_token_and_the_same_ten_hours(database: Any) -> None:
    old, row = sessions.start(7, AT)
    new = sessions.renew(row, AT + MINUTE, elevated=True)
    assert sessions.find(old, AT + MINUTE) is None
    found = sessions.find(new, AT + MINUTE)
    assert found and found.elevated_at and found.started_at == AT.replace(tzinfo=None)


def test_an_ended_session_is_dead_and_others_live(database: Any) -> None:
    (first, row), (second, _) = sessions.start(7, AT), sessions.start(7, AT)
    sessions.end(row)
    assert sessions.find(first, AT) is None and sessions.find(second, AT)


def test_all_of_a_persons_sessions_end_but_the_one_in_use(database: Any) -> None:
    (here, row), (there, _), (another, _) = (sessions.start(person, AT) for person in (7, 7, 8))
    assert sessions.end_all(7, but=row) == 1
    assert sessions.find(here, AT) and not sessions.find(there, AT) and sessions.find(another, AT)
    assert sessions.end_all(7) == 1
    assert [one.person for one in sessions.of(8, AT)] == [8] and not sessions.of(7, AT)


def test_lapsed_sessions_are_swept_when_somebody_comes(database: Any) -> None:
    sessions.start(7, AT)
    sessions.start(8, AT + sessions.IDLE)
    assert [row.person for row in Session.select()] == [8]


def test_data_is_small(database: Any) -> None:
    token, row = sessions.start(7, AT, '{"locale":"sv"}')
    sessions.keep(row, '{"locale":"en"}')
    assert sessions.find(token, AT).data == '{"locale":"en"}'
    with pytest.raises(sessions.TooMuch):
        sessions.keep(row, "x" * 4001)


def test_an_instant_of_another_zone_is_the_same_instant(database: Any) -> None:
    token, _ = sessions.start(7, AT.astimezone(dt.timezone(dt.timedelta(hours=5))))
    assert sessions.find(token, AT) and not sessions.find(token, AT + sessions.IDLE)
