"""Premises, who answers for them, and whom to call."""

from models.common import (
    Unit,
)
from models.fire_safety.words import REGISTER, PremisesKind
from models.kinds import (
    Choice,
    Day,
    Link,
    SortKey,
    Text,
)
from models.people import Person, RoleGrant
from models.record import Record, among, declares, selection
from models.words import Labelled, named


@declares(
    "Premises",
    "Premises",
    register=REGISTER,
    slug="lokaler",
    title="name",
    columns=("name", "number", "kind", "unit", "owner"),
    filters=("kind", "unit"),
    sorts=("name_key", "number"),
    search=("name", "number", "address"),
    form=("number", "name", "kind", "address", "unit", "owner", "ended_on"),
    parts=("kontrollplaner", "kontakter", "ansvar", "ronder", "brister"),
)
class Premises(Record):
    """A building or part of one that SBA is done for. HG uses it, HV owns it; both have duties (LSO 2:2)."""

    number = Text("Object number", max_length=20, unique=True)
    name = Text("Name", max_length=120)
    name_key = SortKey(of="name")
    kind = Choice("Kind", PremisesKind)
    address = Text("Address", max_length=160)
    unit = Link("Used by (HG)", to=Unit)
    owner = Text("Owned by (HV)", max_length=120)
    ended_on = Day("No longer used from", optional=True)

    @classmethod
    def own(cls, scope, person, today):
        if scope == "own unit":
            return among(cls.unit, RoleGrant.headed(person, today))
        held = (Assignment.person == person) & Assignment.held.where(Assignment, today)
        return among(cls.id, Assignment.select(Assignment.premises).where(held))

    @selection("In use")
    def current(cls, today):
        return cls.ended_on.is_null() | (cls.ended_on > today)


class Function(Labelled):
    MANAGER = named("manager", "Responsible for fire safety")
    WALKER = named("walker", "Walks the rounds")
    CARETAKER = named("caretaker", "Mends for the landlord (HV)")


@declares(
    "Responsibility",
    "Responsibilities",
    register=REGISTER,
    slug="ansvar",
    title="person",
    columns=("premises", "person", "function"),
    filters=("function",),
    sorts=("function",),
    form=("person", "function", "ended_on"),
    part_of="premises",
)
class Assignment(Record):
    """Who answers for what on a premises: what makes it one of a person's own premises."""

    premises = Link("Premises", to=Premises)
    person = Link("Person", to=Person)
    function = Choice("Function", Function)
    ended_on = Day("No longer from", optional=True)

    class Meta:
        indexes = ((("person", "premises"), False),)

    @selection("Now")
    def held(cls, today):
        return cls.ended_on.is_null() | (cls.ended_on > today)


@declares(
    "Contact",
    "Contacts",
    register=REGISTER,
    slug="kontakter",
    title="name",
    columns=("premises", "function", "name", "phone"),
    sorts=("name",),
    form=("function", "name", "phone", "email"),
    part_of="premises",
)
class Contact(Record):
    """Somebody outside Värna to call about a premises. Function first, name only where it is needed."""

    premises = Link("Premises", to=Premises)
    function = Text("Function", max_length=80)
    name = Text("Name", max_length=120)
    phone = Text("Telephone", max_length=40, optional=True)
    email = Text("E-mail", max_length=200, optional=True)
