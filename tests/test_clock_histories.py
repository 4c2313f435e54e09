"""Clocks in any order: whatever the history, one answer to when each is due, and none that goes by unseen."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from models.database import connect_to, connection, db
from models.incidents import (
    OPEN_CLOCK,
    OVER,
    TRIAGE,
    Answer,
    Category,
    ClockRule,
    ClockState,
    Impact,
    Incident,
    IncidentState,
    LegalClock,
    Length,
    Sector,
    Severity,
    Trigger,
    due,
    milestones,
)
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tests.engines import Sqlite
from tests.makers import AT
from tracker.acts.incidents import clocks, reporting
from tracker.language import today
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
SWEDEN = ZoneInfo("Europe/Stockholm")
INSTANTS = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2060, 1, 1), timezones=st.just(dt.UTC))
NIGHTS = st.sampled_from([dt.datetime(2026, 3, 29, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, tzinfo=dt.UTC)])
AROUND = st.builds(lambda night, minutes: night + minutes * MINUTE, NIGHTS, st.integers(-3000, 3000))


# Counted


@given(INSTANTS | AROUND, st.integers(1, 10_000))
def test_hours_never_move_by_a_change_of_the_clocks(start: dt.datetime, hours: int) -> None:
    found = due(start, hours, Length.HOURS)
    assert found and (found - start).total_seconds() == hours * 3600


@given(INSTANTS | AROUND, st.integers(1, 36))
def test_a_month_ends_as_the_wall_first_shows_its_day_and_time(start: dt.datetime, months: int) -> None:
    found = due(start, months, Length.MONTHS)
    assert found and found > start
    wall, ends = _wall(start), _wall(found)
    index = wall.year * 12 + wall.month + months
    assert ends.year * 12 + ends.month == index, "the calendar month in Sweden"
    last = (dt.datetime((index) // 12, index % 12 + 1, 1) - dt.timedelta(days=1)).day if index % 12 else 31
    wanted = wall.replace(year=ends.year, month=ends.month, day=min(wall.day, last))
    assert ends >= wanted and ends - wanted < HOUR
    for before in (dt.timedelta(microseconds=1), MINUTE, 59 * MINUTE, HOUR, 61 * MINUTE, 26 * HOUR):
        assert _wall(found - before) < wanted, "no instant before it shows that time or later"


def _wall(at: dt.datetime) -> dt.datetime:
    return at.astimezone(SWEDEN).replace(tzinfo=None, fold=0)


@given(INSTANTS | AROUND, st.integers(1, 200))
def test_milestones_come_in_time(start: dt.datetime, hours: int) -> None:
    due_at = start + hours * HOUR
    found = milestones(start, due_at)
    assert found["start"] == start and found["late"] == due_at
    assert all(start <= at <= due_at for at in found.values())
    assert set(found) == {"start", "half", "late"} | ({"six"} if hours > 6 else set()) | (
        {"two"} if hours > 2 else set()
    )


# Facts in any order


@pytest.fixture(scope="module")
def sqlite(sqlite_engine: Sqlite) -> Iterator[None]:
    url = sqlite_engine.fresh()
    connect_to(url)
    with connection():
        makers.use_key()
        made.ready()
        yield
    db.close_all()
    sqlite_engine.discard(url)


class House:
    """Who works on incidents and which nämnder there are; made once for all examples."""

    known: ClassVar[House | None] = None

    def __init__(self) -> None:
        self.by, self.other = made.coordinator(), makers.acting(Role.DEPUTY)
        self.units = [makers.unit(f"Nämnd {n}") for n in range(3)]
        self.school = makers.unit("En skola", parent=self.units[0])

    @classmethod
    def of(cls, number: int) -> House:
        """The house of this database."""
        if cls.known is None or cls.known.number != number:
            cls.known = cls()
            cls.known.number = number
        return cls.known

    number = 0


FACTS = {
    "unit": lambda house: {"unit": house.school.id},
    "personal": lambda house: {"personal_data": Answer.YES},
    "risk": lambda house: {"high_risk": Answer.YES},
    "significant": lambda house: {"significant": Answer.YES, "assessed_at": AT},
    "sector": lambda house: {"sector": Sector.WATER},
    "police": lambda house: {"police": Answer.YES},
    "sensitive": lambda house: {"security_sensitive": Answer.YES},
    "known": lambda house: {"known_at": AT - HOUR},
    "restored": lambda house: {"restored_at": AT + 9 * HOUR},
}
HITS = {"hit 0": 0, "hit 1": 1, "hit 2": 2, "hit 1 again": 1}
REPORTS = ("CSL-72", "CSL-1M")
"""Sent once they run: the notification, and then a status report."""


def told(house: House, order: list[str]) -> dict[str, dt.datetime | None]:
    """When each clock is due after these facts came in this order, by its code and whose it is."""
    row = triaged(house)
    to_send = [name for name in REPORTS if name in order]
    for number, fact in enumerate(name for name in order if name not in REPORTS):
        if fact in HITS:
            values = dict(incident=row.id, unit=house.units[HITS[fact]].id, personal_data=Answer.YES)
            records.add(house.by, Impact, values, AT)
        else:
            now = Incident.get_by_id(row.id)
            records.change(house.by, now, FACTS[fact](house), now.version, AT)  # type: ignore[no-untyped-call]
        if number % 2 and to_send and _sent(house, row, to_send[0]):
            del to_send[0]
    for name in to_send:
        assert _sent(house, row, name)
    return state(row)


def _sent(house: House, row: Incident, code: str) -> bool:
    """Whether the report could be recorded as sent: its clock runs."""
    clock = made.clocks_of(row).get(code)
    if clock is None:
        return False
    at = AT + (2 * HOUR if code == "CSL-72" else 4 * HOUR)
    makers.moved(clock, "send", house.by, at=at, sent_at=at, as_status=code == "CSL-1M")
    return True


def triaged(house: House, drill: bool = False) -> Incident:
    """With nothing answered yet: no clock."""
    given = dict(what="Något.", service=None, going_on=Answer.YES, discovered_at=AT - 3 * HOUR)
    row = reporting.save(house.by, reporting.unsaved(given, AT, drill=drill), AT)
    answers = dict.fromkeys(TRIAGE) | dict(
        name="Avbrott", category=Category.FAULT, severity=Severity.SIGNIFICANT, known_at=AT - 2 * HOUR,
        supplier_incident=Answer.NO, personal_data=Answer.UNKNOWN, significant=Answer.NO,
        confidentiality=False, integrity=False, availability=True,
    )  # fmt: skip
    return makers.moved(row, "triage", house.by, at=AT, **answers)  # type: ignore[return-value]


def state(row: Incident) -> dict[str, dt.datetime | None]:
    clocks = list(LegalClock.select().where(LegalClock.incident == row))
    found = {f"{clock.rule.code}/{clock.controller_id}": clock.due_at for clock in clocks}
    assert len(found) == len(clocks), "a clock is doubled"
    return found


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_the_order_of_the_facts_is_of_no_consequence(sqlite: None, data: st.DataObject) -> None:
    house = House.of(id(db.obj))
    facts = data.draw(st.lists(st.sampled_from([*FACTS, *HITS]), unique=True, min_size=2))
    facts = [fact for fact in facts if fact != "known"]  # it moves what is open, and what was sent stands
    reports = list(REPORTS) if "significant" in facts and data.draw(st.booleans()) else []
    other = data.draw(st.permutations(facts))
    assert told(house, facts + reports) == told(house, other + reports)


# A machine


class Clocks(RuleBasedStateMachine):
    """One incident, and everything that can be done to it in any order, by either of two people."""

    house: ClassVar[House]

    @initialize(drill=st.booleans())
    def begin(self, drill: bool) -> None:
        self.row, self.drill = triaged(self.house, drill), drill
        self.at = AT + 6 * HOUR
        self.frozen: dict[int, dict[str, Any]] = {}
        self.numbers = itertools.count(1)

    def now(self) -> Incident:
        return Incident.get_by_id(self.row.id)  # type: ignore[no-any-return]

    def clocks(self) -> list[LegalClock]:
        return list(LegalClock.select().where(LegalClock.incident == self.row.id).order_by(LegalClock.id))

    def tried(self, do: Any, *arguments: Any, **more: Any) -> None:
        with suppress(Invalid, Refused):
            do(*arguments, **more)

    def who(self, first: bool) -> Any:
        return self.house.by if first else self.house.other

    @rule(fact=st.sampled_from(list(FACTS)))
    def answer(self, fact: str) -> None:
        row = self.now()
        self.tried(records.change, self.house.by, row, FACTS[fact](self.house), row.version, self.at)  # type: ignore[no-untyped-call]

    @rule(hours=st.integers(-2, 2), field=st.sampled_from(["known_at", "assessed_at", "restored_at"]))
    def put_right(self, field: str, hours: int) -> None:
        row = self.now()
        self.tried(records.change, self.house.by, row, {field: AT + hours * HOUR}, row.version, self.at)

    @rule(number=st.integers(0, 2))
    def hit(self, number: int) -> None:
        values = dict(incident=self.row.id, unit=self.house.units[number].id, personal_data=Answer.YES)
        self.tried(records.add, self.house.by, Impact, values, self.at)

    @rule(hours=st.integers(1, 3))
    def ask(self, hours: int) -> None:
        asked = ClockRule.get(ClockRule.code == "CSL-DEL")
        self.tried(clocks.start, self.house.by, self.row.uid.hex, asked, AT, self.at + hours * HOUR, None, self.at)

    @rule(name=st.sampled_from(["send", "propose", "agree", "disagree", "leave"]), first=st.booleans(), data=st.data())
    def step(self, name: str, first: bool, data: st.DataObject) -> None:
        there = self.clocks()
        if there:
            clock = data.draw(st.sampled_from(there))
            asked: dict[str, Any] = {
                "send": {"sent_at": AT + 5 * HOUR, "as_status": data.draw(st.booleans())},
                "propose": {"because": "Under tröskeln."}, "disagree": {"objection": "Över den."},
                "leave": {"because": "Avtal.", "elsewhere": "Leverantören"},
            }.get(name, {})  # fmt: skip
            self.tried(makers.moved, clock, name, self.who(first), at=self.at, **asked)

    @rule(first=st.booleans())
    def close(self, first: bool) -> None:
        self.tried(makers.moved, self.row, "close", self.who(first), at=self.at, closed_at=self.at)

    @rule()
    def reopen(self) -> None:
        self.tried(makers.moved, self.row, "reopen", self.house.by, at=self.at)

    @rule()
    def later(self) -> None:
        self.at += HOUR

    @invariant()
    def holds(self) -> None:
        row, there = self.now(), self.clocks()
        known = row.known_at or row.discovered_at
        for clock in there:
            self._is_due_once(clock)
            if clock.state in OPEN_CLOCK and clock.trigger not in (Trigger.SENT, Trigger.HANDLED, Trigger.BY_HAND):
                assert clock.started_at == min(known, row.assessed_at or known)
            if clock.state in OPEN_CLOCK and clock.trigger is Trigger.HANDLED:
                assert clock.started_at == row.restored_at
            if clock.state is ClockState.NOT_REPORTABLE:
                assert {clock.decided_by_id, clock.second_reader_id} == {self.house.by.id, self.house.other.id}
            if clock.state not in OPEN_CLOCK:
                was = self.frozen.setdefault(clock.id, dict(clock.__data__))
                assert was == clock.__data__, "frozen at its outcome"
        theirs = [(c.rule_id, c.controller_id) for c in there if c.trigger is not Trigger.BY_HAND]
        assert len(theirs) == len(set(theirs)), "a clock is doubled"
        if row.state in OVER:
            assert not [clock for clock in there if clock.state in OPEN_CLOCK]

    def _is_due_once(self, clock: LegalClock) -> None:
        if clock.unit is Length.HOURS:
            assert clock.due_at == clock.started_at + clock.length * HOUR
        if clock.unit is Length.PROMPTLY:
            assert clock.due_at is None
        if clock.due_at is not None:
            assert clock.due_at > clock.started_at

    @invariant()
    def exercises_count_as_such_only(self) -> None:
        if not self.drill:
            return
        day = today(self.at)
        for kind in (Incident, LegalClock):
            column = kind.id if kind is Incident else kind.incident
            for name, selection in kind.declared.selections.items():
                found = kind.select().where(selection.where(kind, day) & (column == self.row.id)).count()
                assert not found or name == "drills", (kind, name)


def test_whatever_is_done_each_clock_holds(sqlite: None) -> None:
    Clocks.house = House.of(id(db.obj))
    run(Clocks, settings=settings(max_examples=12, stateful_step_count=20, suppress_health_check=list(HealthCheck)))


def test_the_machine_can_close_an_incident(sqlite: None) -> None:
    house = House.of(id(db.obj))
    row = triaged(house)
    assert makers.moved(row, "close", house.by, closed_at=AT).state is IncidentState.CLOSED
