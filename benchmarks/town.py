"""A municipality made through the acts: people who can sign in, premises that are walked, and what is open on them."""

import datetime as dt
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyotp

from models.common import Unit, UnitKind
from models.database import connection, migrate
from models.fire_safety import (
    Answer,
    Assignment,
    ChecklistItem,
    ControlPlan,
    DocumentKind,
    DocumentState,
    Function,
    Interval,
    PolicyDocument,
    Premises,
    PremisesKind,
)
from models.happenings import Verb
from models.people import Actor, Person
from models.record import Record
from models.words import Role
from tracker.acts import installing, people, rounds
from tracker.acts.rounds import Given
from tracker.language import today
from tracker.laws import ledger
from tracker.settings import Settings

PASSWORD = "sju vandrande getter i regn"  # noqa: S105  of invented people
DAY = dt.timedelta(days=1)
LONG_AGO = dt.date(2010, 1, 1)
NAMES = ("Björkskolan", "Ängens förskola", "Åkerns äldreboende", "Ölandsgatans kontor", "Centrumskolan")
KINDS = (PremisesKind.SCHOOL, PremisesKind.PRESCHOOL, PremisesKind.CARE, PremisesKind.OFFICE, PremisesKind.SCHOOL)


@dataclass
class Town:
    """Who there is, and what they answer for. `emails` are by role; each warden walks a share of the premises."""

    settings: Settings
    at: dt.datetime
    units: list[Unit] = field(default_factory=list)
    premises: list[Premises] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    @property
    def day(self) -> dt.date:
        return today(self.at)

    def actor(self, name: str) -> Actor:
        found = people.actor_for(self.people[name].id, self.day)
        if found is None:
            raise LookupError(f"{name} may not act.")
        return found

    def email(self, name: str) -> str:
        return self.people[name].email

    def code(self, name: str) -> str:
        """A recovery code for the second step of whoever is asked for one; each is given out once."""
        return self.codes.pop() if name == "chief" else ""


def build(settings: Settings, at: dt.datetime, premises: int, wardens: int = 1) -> Town:
    """Installs Värna in an empty database and makes a town; `db` must be bound to it."""
    migrate()
    with connection():
        town = Town(settings, at)
        installing.install(Actor.system("bench"), at)
        _organisation(town)
        _people(town, wardens)
        _premises(town, premises, wardens)
        _documents(town)
    return town


def _organisation(town: Town) -> None:
    committee = Unit(code="UN", name="Utbildningsnämnden", kind=UnitKind.COMMITTEE, valid_from=LONG_AGO)
    _save(town, [committee])
    town.units = [
        Unit(code=f"UF-{n:02}", name=f"Skolområde {n}", kind=UnitKind.UNIT, parent=committee.id, valid_from=LONG_AGO)
        for n in range(1, 11)
    ]  # fmt: skip
    _save(town, town.units)


def _people(town: Town, wardens: int) -> None:
    long_ago = town.at - 30 * DAY
    token = people.make_administrator("admin@ekdala.se", "Ada Admin", at=long_ago)
    town.people["admin"] = _come_in(town, token, long_ago)
    token = people.make_chief("chief@ekdala.se", "Cecilia Chef", at=town.at)
    town.people["chief"] = _come_in(town, token, town.at)
    town.codes = _second_factor(town, people.actor_of(town.people["chief"]))
    _person(town, "head", Role.HEAD, town.units[0])
    for number in range(wardens):
        _person(town, f"warden{number}", Role.WARDEN)


def _person(town: Town, name: str, role: Role, unit: Unit | None = None) -> None:
    admin = town.actor("admin")
    person = people.add(admin, f"{name.capitalize()} Ekdal", f"{name}@ekdala.se", at=town.at)
    people.grant_role(admin, person, role, at=town.at, unit=unit)
    town.people[name] = _come_in(town, people.invite(admin, person, at=town.at), town.at)


def _come_in(town: Town, token: str, at: dt.datetime) -> Person:
    return people.choose_password(token, PASSWORD, pepper=town.settings.password_pepper, at=at)


def _second_factor(town: Town, actor: Actor) -> list[str]:
    """An app that shows codes; what is kept of it are the recovery codes."""
    secret, _, ticket = people.factors.begin_app(actor, "Värna", at=town.at)
    return list(people.factors.add_app(actor, "Telefonen", ticket, pyotp.TOTP(secret).at(town.at), at=town.at))


def _premises(town: Town, number: int, wardens: int) -> None:
    town.premises = [_one_premises(town, n) for n in range(number)]
    _save(town, town.premises)
    walkers = [town.people[f"warden{n}"].id for n in range(wardens)]
    _save(
        town,
        [Assignment(premises=p.id, person=who, function=Function.WALKER) for p, who in _dealt(town.premises, walkers)],
    )


def _one_premises(town: Town, n: int) -> Premises:
    return Premises(
        number=f"L-{n:04}", name=f"{NAMES[n % len(NAMES)]} {n}", kind=KINDS[n % len(KINDS)], address=f"Ekvägen {n}",
        unit=town.units[n % len(town.units)].id, owner="Ekdala fastigheter AB",
    )  # fmt: skip


def _dealt(premises: Sequence[Premises], walkers: Sequence[int]) -> Iterator[tuple[Premises, int]]:
    """About twenty premises for each walker; the first walker has at least one."""
    return ((one, walkers[n % len(walkers)]) for n, one in enumerate(premises) if n < 20 * len(walkers))


def _documents(town: Town) -> None:
    decided = {
        "body": "Kommunstyrelsen",
        "decided_on": town.day - 100 * DAY,
        "paragraph": "§ 12",
        "reference": "KS/2026:12",
    }
    valid = {"valid_from": town.day - 90 * DAY, "revise_by": town.day + 900 * DAY, "state": DocumentState.ADOPTED}
    kinds = {DocumentKind.POLICY: "Policy för SBA", DocumentKind.GUIDELINE: "Riktlinje för SBA"}
    _save(town, [PolicyDocument(kind=kind, title=title, **decided, **valid) for kind, title in kinds.items()])


def plan(town: Town) -> list[ControlPlan]:
    """A monthly plan for each premises, and the rounds it brings: one each is due this month."""
    plans = [
        ControlPlan(premises=p.id, interval=Interval.MONTH, starts_on=town.day.replace(day=1)) for p in town.premises
    ]
    _save(town, plans)
    for each in plans:
        _save(town, list(each.follows(town.day)), Verb.PLANNED)
    return plans


def walk(town: Town, premises: Sequence[Premises], deficient: int, chance: random.Random) -> None:
    """An extra round on each of the premises, which finds some deficiencies that stay open."""
    chief = town.actor("chief")
    for one in premises:
        begun = rounds.begin_extra(chief, one.uid.hex, town.at)
        items = rounds.sheet(chief, begun.uid.hex, town.at).items
        given = answered(items, chance.sample([item.id for item in items], min(deficient, len(items))))
        rounds.submit(chief, begun.uid.hex, uuid.uuid4(), given, None, None, town.at)


def answered(items: Sequence[ChecklistItem], deficient: Sequence[int]) -> Mapping[int, Given]:
    """Every point OK but these."""
    wrong = Given(Answer.DEFICIENT, "Dörren kärvar och går inte att öppna helt.", "Plan 2", temporary="Avspärrat")
    return {item.id: wrong if item.id in deficient else Given(Answer.OK) for item in items}


def _save(town: Town, rows: Sequence[Record], verb: Verb = Verb.IMPORTED) -> None:
    if rows:
        with ledger.act(Actor.system("bench"), verb, rows[0], at=town.at) as act:
            for row in rows:
                act.save(row)
