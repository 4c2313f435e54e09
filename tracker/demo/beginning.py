"""How Ekdala began: an installation, people who come in, and three files brought in as any municipality would."""

import datetime as dt
import secrets
from collections.abc import Iterable

from models.common import Unit, UnitKind
from models.fire_safety import Assignment, Contact, ControlPlan, Function, Premises, PremisesKind
from models.happenings import Verb
from models.people import LONGEST, Actor, Person, RoleGrant
from models.record import Record
from models.words import FOR_A_TIME, Role
from tracker.acts import installing, people
from tracker.acts.people.access import store
from tracker.demo import data
from tracker.demo.cast import CAST, cast_of, email
from tracker.demo.clock import DAY, moment
from tracker.demo.rhythm import rhythm
from tracker.demo.town import Duties, Town
from tracker.language import today as day_of
from tracker.laws import ledger, passwords, policy
from tracker.settings import Settings

FOUNDED = dt.date(2015, 1, 1)
NOT_YET_IN = ("petra", "roland")
BY_COMMAND = ("administrator", "anna", "eva")
"""Whoever has a role by a command on the host."""


def begin(town: Town, settings: Settings) -> None:
    """Everything that is there on the first day."""
    first = town.start - 10 * DAY
    installing.install(Actor.system("install"), moment(first, 8))
    _choose(settings, "administrator", _administrator(town, "administrator", moment(first, 9)), moment(first, 9))
    _administrator(town, "anna", moment(first, 9))
    _units(town, moment(first, 10))
    _people(town, moment(first, 11))
    _owners(town, moment(first, 12))
    chief = town.people["eva"]
    invited = {"eva": people.make_chief(chief.email, chief.name, at=moment(first, 13))}
    for key in sorted(set(CAST) - set(BY_COMMAND)):
        invited[key] = _invited(town, town.people[key], moment(first, 14))
    _come_in(town, settings, invited, moment(first + 3 * DAY))
    _premises(town, moment(first + 6 * DAY))


def _administrator(town: Town, key: str, at: dt.datetime) -> str:
    name = data.people()[key][0]
    token = people.make_administrator(email(name), name, at=at)
    town.people[key] = Person.get(Person.email == email(name))
    return token


def _units(town: Town, at: dt.datetime) -> None:
    for code, name, kind, parent in data.places()["units"]:
        town.units[code] = Unit(code=code, name=name, kind=UnitKind(kind), valid_from=FOUNDED)
        town.units[code].parent = town.units.get(parent)
    _brought_in(town.actor("administrator"), town.units.values(), at)


def _people(town: Town, at: dt.datetime) -> None:
    """With the roles that one administrator gives."""
    rows: list[Record] = []
    for number, (key, (name, role, unit)) in enumerate(data.people().items()):
        person = town.people.setdefault(key, Person(name=name, email=email(name)))
        person.unit, person.phone = town.units[unit], f"070-174 06 {number + 5:02}"  # numbers kept free for fiction
        rows.append(person)
        if Role(role) not in policy.REGISTER_OWNERS:
            rows.append(_grant(town, person, Role(role), unit))
    _brought_in(town.actor("administrator"), rows, at)


def _grant(town: Town, person: Person, role: Role, unit: str) -> RoleGrant:
    headed = town.units[unit] if role is Role.HEAD else None
    return RoleGrant(person=person, role=role, unit=headed, starts_on=town.start - 10 * DAY)


def _owners(town: Town, at: dt.datetime) -> None:
    """The roles that own a register: one administrator asks, the other confirms."""
    for key, (_, role, _) in data.people().items():
        if key not in BY_COMMAND and Role(role) in policy.REGISTER_OWNERS:
            _owner(town, key, Role(role), at)


def _owner(town: Town, key: str, role: Role, at: dt.datetime) -> None:
    """One that is for a time is given anew a week before its last day."""
    last = day_of(at) + LONGEST if role in FOR_A_TIME else None
    asked = people.grant_role(town.actor("administrator"), town.people[key], role, ends_on=last, at=at)
    people.confirm_role(town.actor("anna"), asked, at=at)
    if last is not None:
        town.agenda.put(moment(last - 7 * DAY, 10), _owner, town, key, role)


def _invited(town: Town, person: Person, at: dt.datetime) -> str:
    token = people.invite(town.actor("administrator"), person, at=at)
    return token or people.confirm_link(town.actor("anna"), person, at=at)


def _come_in(town: Town, settings: Settings, invited: dict[str, str | None], at: dt.datetime) -> None:
    """The cast choose the passwords that the demo prints; of all others nobody knows the password."""
    unknown = passwords.hashed(secrets.token_urlsafe(24), settings.password_pepper, passwords.FLOOR)
    for key, person in town.people.items():
        if token := invited.get(key):
            _choose(settings, key, token, at)
        elif key not in (*CAST, *NOT_YET_IN):
            store(person, unknown, Verb.ACTIVATED, at)


def _choose(settings: Settings, key: str, token: str, at: dt.datetime) -> None:
    password = cast_of(settings)[key].password
    people.choose_password(token, password, pepper=settings.password_pepper, cost=passwords.FLOOR, at=at)


def _premises(town: Town, at: dt.datetime) -> None:
    rows: list[Record] = []
    for area in data.places()["areas"]:
        for position, (number, name, kind, address) in enumerate(area["premises"]):
            walker = area["walkers"][position % len(area["walkers"])]
            town.duties[number] = Duties(
                area["manager"], walker, area["caretaker"], area.get("head", "malin"), area["owner"]
            )
            rows += _one_premises(
                town, number, name, PremisesKind(kind), f"{address}, Ekdala", town.units[area["unit"]]
            )
    _brought_in(town.actor("malin"), rows, at)


def _one_premises(town: Town, number: str, name: str, kind: PremisesKind, address: str, unit: Unit) -> Iterable[Record]:
    duties = town.duties[number]
    premises = Premises(number=number, name=name, kind=kind, address=address, unit=unit, owner=duties.owner)
    town.premises[number] = premises
    yield premises
    for function in Function:
        yield Assignment(premises=premises, person=town.people[getattr(duties, function.value)], function=function)
    for position, (called, who) in enumerate(data.places()["contacts"][duties.owner]):
        phone = f"08-465 004 {10 + position:02}"  # kept free for fiction too
        yield Contact(premises=premises, function=called, name=who, phone=phone, email="hv@ekdala.example")
    plan = ControlPlan(premises=premises, starts_on=town.start, **rhythm(number, kind, town.today))
    town.plans[number] = plan
    yield plan


def _brought_in(actor: Actor, rows: Iterable[Record], at: dt.datetime) -> None:
    """One act for all rows, as the import makes it."""
    rows = list(rows)
    with ledger.act(actor, Verb.IMPORTED, rows[0], at=at, facts={"rows": len(rows)}) as act:
        for row in rows:
            _know_links(row)
            act.save(row)
            for other in row.follows(day_of(at)):
                act.save(other)


def _know_links(row: Record) -> None:
    """A link to a row that had no id yet when it was set."""
    for link in row._meta.refs:
        if (linked := row.__rel__.get(link.name)) is not None:
            setattr(row, link.name, linked)
