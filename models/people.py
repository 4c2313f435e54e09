"""People, what they are to the municipality, and how they come in."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import BooleanField, CharField, DateTimeField, IntegerField

from models.common import Unit
from models.kinds import Choice, Day, Flag, Link, Secret, SortKey, Text
from models.ledger import Table
from models.record import Record, declares, selection
from models.words import FOR_A_TIME, LEADS_A_UNIT, ONLY_BY_COMMAND, Labelled, Message, Problem, Register, Role, named

BY_COMMAND = Message(
    "For whoever is or was protective security manager this is done by a command on the host, not here."
)

LONGEST = dt.timedelta(days=366)
"""How long a role that is for a time is given at once."""

_ADDRESS = re.compile(r"[^@\sA-ZÅÄÖ]{1,64}@[^@\s.A-ZÅÄÖ]+(\.[^@\s.A-ZÅÄÖ]+)+")


def an_address(value: str) -> Message | None:
    """The rule of an e-mail address: something, @, a host with a dot, in small letters."""
    if _ADDRESS.fullmatch(value):
        return None
    return Message("Write an e-mail address in small letters, such as namn@kommun.se.")


class Language(Labelled):
    SWEDISH = named("sv", "Swedish")
    ENGLISH = named("en", "English")


@declares(
    "Person",
    "People",
    register=Register.PEOPLE,
    slug="personer",
    title="name",
    columns=("name", "email", "unit", "active"),
    filters=("unit",),
    sorts=("name_key",),
    search=("name", "email"),
    form=("name", "email", "phone", "unit"),
    parts=("roller",),
)
class Person(Record):
    """Somebody who signs in. Never deleted: a signature keeps its name."""

    name = Text("Name", max_length=120)
    name_key = SortKey(of="name")
    email = Text("E-mail", max_length=200, unique=True, check=an_address)
    phone = Text("Telephone", max_length=40, optional=True)
    unit = Link("Unit", to=Unit, optional=True)
    language = Choice("Language", Language, default=Language.SWEDISH, typed=False)
    active = Flag("May sign in", default=True, typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        """Whoever is or was made by a command on the host keeps their address: a new link would go to another."""
        if not values.get("id"):
            return
        moved = (cls.id == values["id"]) & (cls.email != values.get("email"))
        grants = RoleGrant.select().join(cls, on=RoleGrant.person)
        if grants.where(moved & RoleGrant.role.in_(list(ONLY_BY_COMMAND))).exists():
            yield Problem("email", BY_COMMAND)

    @selection("May sign in")
    def current(cls, today):
        return cls.active == True  # noqa: E712

    @selection("May not sign in")
    def ended(cls, today):
        return cls.active == False  # noqa: E712


@declares(
    "Role",
    "Roles",
    register=Register.PEOPLE,
    slug="roller",
    title="role",
    columns=("person", "role", "unit", "starts_on", "ends_on"),
    filters=("role",),
    sorts=("-starts_on",),
    form=("role", "unit", "starts_on", "ends_on"),
    part_of="person",
    creatable=False,
    editable=False,
)
class RoleGrant(Record):
    """What a person is, from a day and perhaps to a day; a head's role names the unit.

    What somebody asked for counts from when another has confirmed it.
    """

    alone_in = "person"

    person = Link("Person", to=Person)
    role = Choice("Role", Role)
    unit = Link("Unit", to=Unit, optional=True)
    starts_on = Day("From")
    ends_on = Day("To", optional=True)
    asked_by = Link("Asked for by", to=Person, optional=True, typed=False, index=False)
    confirmed_by = Link("Confirmed by", to=Person, optional=True, typed=False, index=False)

    def waits(self, today: dt.date) -> bool:
        """For the second person? Not once it was withdrawn, nor when its last day passed before anybody came."""
        said, ended = self.__data__, self.ends_on is not None and self.ends_on < today
        return bool(said.get("asked_by") and not said.get("confirmed_by") and not ended)

    @selection("Held now")
    def held(cls, today):
        counts = cls.asked_by.is_null() | cls.confirmed_by.is_null(False)
        return counts & (cls.starts_on <= today) & (cls.ends_on.is_null() | (cls.ends_on >= today))

    @selection("To be confirmed")
    def waiting(cls, today):
        unended = cls.ends_on.is_null() | (cls.ends_on >= today)
        return cls.asked_by.is_null(False) & cls.confirmed_by.is_null() & unended

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        """A role is held, or waits to be confirmed, once; one that is for a time has its last day from the start."""
        if values.get("id"):
            return
        if values["role"] in FOR_A_TIME:
            yield from cls._wrong_end(values["starts_on"], values.get("ends_on"))
        unit = cls.unit == values["unit"] if values.get("unit") else cls.unit.is_null()
        begun = cls.starts_on <= (values.get("ends_on") or dt.date.max)
        same = cls.select().where((cls.person == values["person"]) & (cls.role == values["role"]) & unit & begun)
        if same.where(cls._in_the_way(values)).exists():
            yield Problem("role", Message("The person has this role already, or it waits for a second person."))

    @classmethod
    def _in_the_way(cls, values: Mapping[str, Any]) -> Any:
        """Not over yet; one that is for a time can be asked for again, until a later day."""
        first, last = values["starts_on"], values.get("ends_on")
        if values["role"] in FOR_A_TIME and last is not None:
            return cls.ends_on.is_null() | (cls.ends_on >= last) | cls.waiting.where(cls, first)
        return cls.ends_on.is_null() | (cls.ends_on >= first)

    @staticmethod
    def _wrong_end(first: dt.date, last: dt.date | None) -> Iterable[Problem]:
        if last is None or not first <= last <= first + LONGEST:
            yield Problem("ends_on", Message("Choose a last day from today and at most a year ahead."))

    @classmethod
    def heads(cls, today):
        """Ids of the grants by which somebody who may sign in heads a unit today."""
        head = cls.role.in_(list(LEADS_A_UNIT)) & cls.unit.is_null(False) & cls.held.where(cls, today)
        return cls.select(cls.id).join(Person, on=cls.person).where(head & (Person.active == True))  # noqa: E712

    @classmethod
    def headed(cls, person: int, today):
        """Ids of the units that a person heads today and of all beneath them, as one subquery."""
        return Unit.below(
            cls.select(cls.unit).where(
                (cls.person == person)
                & cls.role.in_(list(LEADS_A_UNIT))
                & cls.unit.is_null(False)
                & cls.held.where(cls, today)
            )
        )


class Credential(Record):
    """A person's password hash, apart from the person so that no list ever loads it."""

    person = Link("Person", to=Person, unique=True)
    password = Secret("Password", max_length=300)


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with the roles held today, or the system itself (no id)."""

    id: int | None
    uid: str
    name: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    unit: int | None = None

    @classmethod
    def system(cls, name: str) -> "Actor":
        """An actor that is a command of the host (`daily`, `install`, `demo`), not a person."""
        return cls(None, f"system:{name}", name)


class Session(Table):
    """A sign-in. Only the token's hash is kept; sealed but for data and seen_at. Written through housekeeping.

    A confined one is for setting up a second factor, and for nothing else.
    """

    token = CharField(max_length=64, unique=True)
    person = IntegerField(index=True)
    data = CharField(max_length=4000, default="{}")
    confined = BooleanField(default=False)
    started_at = DateTimeField()
    seen_at = DateTimeField(index=True)
    seal = CharField(max_length=64)


class Throttle(Table):
    """Failed attempts for one account or one address. Written through housekeeping."""

    key = CharField(max_length=64, unique=True)
    failures = IntegerField(default=0)
    last_at = DateTimeField()


class OneTimeLink(Table):
    """An invitation or a reset: the hash of a token that is used once, sealed. Written through housekeeping."""

    token = CharField(max_length=64, unique=True)
    person = IntegerField(index=True)
    purpose = CharField(max_length=10)
    requested_by = IntegerField(null=True)
    confirmed_by = IntegerField(null=True)
    needs_second = BooleanField(default=False)
    expires_at = DateTimeField()
    used_at = DateTimeField(null=True)
    seal = CharField(max_length=64)

    class Meta:
        table_name = "one_time_link"
