"""A page asks the database the same number of times for sixty rows as for three, whoever reads it."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from flask import Flask

from benchmarks.work import counted, quiet
from models.common import RemedyState, UnitKind
from models.database import connection, db
from models.exercises import DrillRun, ExercisePlan
from models.fire_safety import (
    Contact,
    Premises,
    PremisesKind,
    Round,
    RoundState,
    Severity,
)
from models.incidents import LegalClock, Trigger
from models.kinds import Kind, Link
from models.people import Actor, Person
from models.programme import FollowUpPoint
from models.protective_security import OrderState, SecurityOrder
from models.record import DECLARED, Record
from models.words import Act, Register, Role
from tests import incident_makers, makers
from tests.browse import Browser, browse
from tests.makers import AT, DAY, OFFICE, TODAY
from tracker.acts import installing
from tracker.application import create_app
from tracker.laws import ledger, policy
from tracker.settings import SECRETS, new_secret, read
from tracker.spine import records

FEW, MANY = 3, 60
LONG_AGO = dt.date(2001, 1, 1)

CEILINGS = {
    "list": 10,
    "record": 30,
    "home": 45,
    "follow-up": 16,
    "event log": 84,  # some for each kind of record on the page: its rows tell of all kinds, by their names
    "walk": 16,
}
"""The most queries that any page of a kind may make, whoever reads it."""

READERS = (Role.CHIEF, Role.WARDEN, Role.HEAD, Role.AUDITOR)
"""One for each reach: everywhere, own premises, own unit, and everywhere without secrets."""


@dataclass(frozen=True)
class Asking:
    """Somebody at a page of a kind."""

    kind: str
    name: str
    role: Role
    path: str


Numbers = dict[Asking, tuple[int, int]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def numbers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Numbers]:
    """Of each page, how many queries it makes with few rows and with many."""
    engine = request.getfixturevalue(f"{request.param}_engine")
    url = engine.fresh()
    environ = {"VARNA_ENV": "test", "VARNA_DATA": str(tmp_path_factory.mktemp("data")), "DATABASE_URL": url}
    with time_machine.travel(AT, tick=False), quiet():
        app = create_app(read(environ | {name: new_secret() for name in SECRETS}))
        with connection():
            town = Town()
            few = town.walk(FEW)
        town.come_in(app)
        asked = {page: town.queries(page) for page in (*town.pages(), few)}
        with connection():
            town.grow()
            many = town.walk(MANY)
        yield {page: (number, town.queries(many if page == few else page)) for page, number in asked.items()}
    db.close_all()
    engine.discard(url)


class Town:
    """A premises with few of everything, and a person of every role to whom it belongs."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.browsers: dict[Role, Browser] = {}
        self.unit = makers.unit("Skolområde", makers.unit("Nämnden"))
        self.place = makers.premises("Björkskolan", unit=self.unit)
        self.actors: dict[Role, Actor] = {
            role: makers.acting(role, name=f"Alva {role.value}", on=self.place, heads=self.unit) for role in Role
        }
        self._begin()
        self.rows = {slug: self._first(record_type) for slug, record_type in self._types()}
        self._more(FEW - 1)

    def grow(self) -> None:
        self._more(MANY - FEW)

    def pages(self) -> Iterator[Asking]:
        for role, (slug, record_type) in itertools.product(READERS, self._types()):
            if policy.may(self.actors[role], record_type.declared.register, Act.SEE):
                yield Asking("list", slug, role, f"/{slug}?urval=alla")
                yield Asking("record", slug, role, f"/{slug}/{self.rows[slug].uid.hex}")
        for role in Role:
            if role not in (Role.BOARD, Role.SECRETARY, Role.INFOSEC, Role.INTEGRITY, Role.AUDITOR):  # led to follow-up
                yield Asking("home", role.value, role, "/")
            if policy.may(self.actors[role], Register.PROGRAMME, Act.SEE):
                yield Asking("follow-up", role.value, role, "/uppfoljning")
        yield Asking("event log", "log", Role.AUDITOR, "/logg")

    def queries(self, page: Asking) -> int:
        """How many a page makes, for somebody who has been here in the last minute."""
        with counted() as work:
            self.browsers[page.role].get(page.path)
        return work.queries

    def come_in(self, app: Flask) -> None:
        self.browsers = {role: browse(app, actor) for role, actor in self.actors.items()}
        for browser in self.browsers.values():
            browser.get("/begransningar")

    def walk(self, points: int) -> Asking:
        """A round of so many points, each with a remark from the last time and a deficiency that is still open."""
        kind = PremisesKind.OFFICE if points == FEW else PremisesKind.CARE
        where = makers.premises(kind=kind, unit=self.unit)
        warden = self.actors[Role.WARDEN]
        makers.responsible(where, Person.get_by_id(warden.id))
        makers.checklist(kind, points)
        planned = makers.planned_round(where)
        makers.signed(self._extra(where), warden, deficient=range(1, points + 1), note="Kärvar")
        return Asking("walk", "round", Role.WARDEN, f"/ronder/{planned.uid.hex}/ga")

    def _types(self) -> list[tuple[str, type[Record]]]:
        return list(DECLARED.items())

    def _begin(self) -> None:
        makers.vault(self.actors[Role.CHIEF])
        makers.deposit(self.actors[Role.WARDEN])
        makers.core(makers.shell(), self.actors[Role.CHIEF])
        """One of everything, on the premises of everybody."""
        installing.install(OFFICE, AT)
        self.planned = makers.planned_round(self.place)
        makers.document()
        makers.deficiency(self.place, responsible=self.actors[Role.WARDEN].id)
        makers.measure(self.unit, responsible=self.actors[Role.WARDEN].id)
        records.add(OFFICE, Contact, {"premises": self.place.id, "function": "Larm", "name": "Larmbolaget"}, AT)
        makers.signed(self._extra(self.place), self.actors[Role.WARDEN], deficient=[1])
        makers.guarding(self.unit)
        incident_makers.incidents(self.unit)
        makers.protected(self.actors[Role.EMPLOYEE])
        makers.against_irregularities(self.unit, self.actors[Role.HEAD])
        makers.exercises(self.unit)

    def _extra(self, where: Premises) -> Round:
        walk = Round(premises=where.id, kind="M", covers="M", opens_on=TODAY, due_on=TODAY, closes_on=TODAY)
        self._save([walk])
        return walk

    def _first(self, record_type: type[Record]) -> Record:
        """One of its type that is linked to all it can be; talked about, and marked, where that can be."""
        row = max(record_type.select().order_by(record_type.id), key=_linked)
        if not row.frozen and policy.who_may(record_type.declared.register, Act.COMMENT):
            makers.remark(row, self.actors[Role.CHIEF])
        if not row.frozen and record_type.markable() and policy.who_may(record_type.declared.register, Act.MARK):
            makers.mark(row, record_type.markable()[0], by=self.actors[Role.CHIEF])
        return row

    def _more(self, number: int) -> None:
        """More of every type that can be many, each beside its first; and of everything that waits for somebody."""
        for row in self.rows.values():
            if not any(kind.unique and hasattr(kind, "enum_class") for kind in type(row).kinds().values()):
                self._save([self._another(row) for _ in range(number)], row)
        for _ in range(number):
            self._waiting()
            for row in self.rows.values():
                if policy.who_may(row.declared.register, Act.COMMENT) and not row.frozen:
                    makers.remark(row, self.actors[Role.CHIEF])

    def _waiting(self) -> None:
        walk, found, measure = (self.rows[slug] for slug in ("ronder", "brister", "atgarder"))
        missed = {
            "state": RoundState.PLANNED,
            "opens_on": TODAY - 60 * DAY,
            "due_on": TODAY - 30 * DAY,
            "closes_on": TODAY - 25 * DAY,
        }
        done = {"state": RemedyState.DONE, "done_by": self.actors[Role.CARETAKER].id}
        late = {"severity": Severity.ACUTE, "due_on": TODAY - DAY}
        changes: list[tuple[Record, dict[str, Any]]] = [
            (walk, missed), (walk, {"state": RoundState.AWAITING, "signed_by": self.actors[Role.WARDEN].id}),
            (found, done), (found, late), (found, {"responsible": self.actors[Role.CARETAKER].id}), (measure, done),
        ]  # fmt: skip
        self._save([self._another(row, **values) for row, values in changes])

    def _another(self, row: Record, **values: Any) -> Record:
        """Like `row`, with what must be its own."""
        number = next(self._numbers)
        own = {name: _own(kind, row, number) for name, kind in type(row).kinds().items() if kind.unique}
        if "number" in type(row).kinds() and not type(row).kinds()["number"].unique:
            own["number"] = 1000 + number
        if "edition" in type(row).kinds():
            own["edition"] = 1000 + number
        if isinstance(row, FollowUpPoint):
            own["code"] = f"9-{number}"
        if isinstance(row, ExercisePlan):
            own["unit"] = makers.unit("", self.unit.parent, kind=UnitKind.COMMITTEE).id
        if isinstance(row, LegalClock):  # as if an authority had asked each minute
            own |= {"trigger": Trigger.BY_HAND, "started_at": AT - number * dt.timedelta(minutes=1)}
        if isinstance(row, DrillRun):
            own |= {"ended_at": AT, "incident": incident_makers.incident(by=self.actors[Role.EMPLOYEE]).id}
        if isinstance(row, SecurityOrder):
            own["state"] = OrderState.WITHDRAWN
        elif row.alone_in:
            own["starts_on"] = own["ends_on"] = LONG_AGO + number * DAY
        kept = {name: value for name, value in row.__data__.items() if name not in ("id", "uid", "version")}
        return type(row)(**{**kept, **own, **values})

    def _save(self, rows: list[Record], like: Record | None = None) -> None:
        """In one act; rows that count as parts join those of the one they are like, though parts come all at once."""
        whole = getattr(like, like.declared.part_of) if like and like.counted_in else None
        with ledger.act(OFFICE, makers.Verb.IMPORTED, whole or rows[0], at=AT) as act:
            if whole is not None:
                with act.hand(type(rows[0])):
                    type(rows[0]).insert_many([row.__data__ for row in rows]).execute()
            for row in () if whole is not None else rows:
                act.save(row)


def _linked(row: Record) -> int:
    """How many of its links are set: a link to nothing costs no query."""
    return sum(row.__data__.get(name) is not None for name, kind in type(row).kinds().items() if isinstance(kind, Link))


def _own(kind: Kind, row: Record, number: int) -> Any:
    value = row.__data__.get(kind.name)
    return None if value is None else uuid.uuid4() if isinstance(value, uuid.UUID) else f"{number}{value}"[:20]


def test_sixty_rows_take_as_many_queries_as_three(numbers: Numbers) -> None:
    for page, (few, many) in sorted(numbers.items(), key=lambda each: (each[0].kind, each[0].name, each[0].role)):
        print(f"{page.kind:10} {page.name:16} {page.role.value:10} {few:3} {many:3}")
    differing = {
        f"{page.kind} {page.name} as {page.role.value}": pair
        for page, pair in numbers.items()
        if pair[0] != pair[1] and page.kind != "event log"  # which asks per kind of record, not per row
    }
    assert not differing


def test_no_page_makes_more_queries_than_its_ceiling(numbers: Numbers) -> None:
    most = {kind: max(many for page, (_, many) in numbers.items() if page.kind == kind) for kind in CEILINGS}
    print(most)
    assert {page.kind for page in numbers} == set(CEILINGS)
    assert {kind: number for kind, number in most.items() if number > CEILINGS[kind]} == {}
