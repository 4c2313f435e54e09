"""What a row brings besides its own record: a control plan and responsibilities for premises, roles for a person."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

from models.fire_safety import Assignment, ControlPlan, Function, Premises
from models.people import Actor, Person, RoleGrant
from models.record import Record
from models.words import LEADS_A_UNIT, ONLY_BY_COMMAND, Act, Message, Register, Role
from tracker.acts.imports.shapes import Column
from tracker.acts.imports.values import People, Units, Wrong, several, value
from tracker.laws import policy
from tracker.spine import records
from tracker.spine.errors import Refused

_FUNCTIONS = {"manager": Function.MANAGER, "wardens": Function.WALKER, "caretaker": Function.CARETAKER}


class Along:
    """Knows what people and premises hold on a day already, so that a row adds only what is not there.

    An empty cell asks for nothing, and nothing is ever ended by a file.
    """

    def __init__(self, actor: Actor, columns: Mapping[int, Column], today: dt.date) -> None:
        extra = {column.name for column in columns.values() if column.extra}
        self.actor, self.today = actor, today
        self.people = People(Person.select() if extra & set(_FUNCTIONS) else ())
        self.planned = _planned(today) if "plan" in extra else set()
        self.assigned = _assigned(today) if extra & set(_FUNCTIONS) else set()
        self.roles = _held(today) if "roles" in extra else {}
        if "roles" in extra and not policy.may(actor, Register.PEOPLE, Act.MANAGE):
            raise Refused(Message("You may not give roles. Take the column with roles away."))

    def asked(self, name: str, text: str, row: Record) -> list[Record]:
        """The records that a cell asks for besides `row`, which they are tied to as they are saved. Raises Wrong."""
        if not text:
            return []
        if name == "plan":
            return list(self._plan(text, row))
        return list(self._grants(text, row) if name == "roles" else self._assignments(_FUNCTIONS[name], text, row))

    def _plan(self, text: str, premises: Premises) -> Iterator[ControlPlan]:
        plan = ControlPlan(interval=value(ControlPlan.kinds()["interval"], text, Units(())), starts_on=self.today)
        in_use = premises.ended_on is None or premises.ended_on > self.today
        wanted = in_use and premises.id not in self.planned
        for problem in records.checked(ControlPlan, {**plan.__data__, "premises": premises}):
            if wanted or problem.field == "interval":  # the cell itself, also where a plan is walked already
                raise Wrong(problem.message)
        if wanted:
            yield plan

    def _assignments(self, function: Function, text: str, premises: Premises) -> Iterator[Assignment]:
        for person in self.people.named(text):
            if (premises.id, person.id, function) not in self.assigned:
                yield Assignment(person=person.id, function=function)

    def _grants(self, text: str, person: Person) -> Iterator[RoleGrant]:
        for role in several(Role, text):
            if role in LEADS_A_UNIT and not (person.unit_id or person.__rel__.get("unit")):
                raise Wrong(Message("A head's role needs the person's unit in the same row."))
            if self._has(person, role):
                continue
            if role in ONLY_BY_COMMAND:
                raise Wrong(Message("This role is given by a command on the host, not here."))
            if person.id is not None and person.id == self.actor.id:
                raise Wrong(Message("You cannot give yourself a role. Ask another administrator."))
            if role in policy.REGISTER_OWNERS:
                raise Wrong(
                    Message(
                        "“%(role)s” is given by two people: take it away here, ask for it on the person's page, "
                        "and let another administrator confirm it there.",
                        role=role,
                    )
                )
            yield RoleGrant(role=role, starts_on=self.today)

    def _has(self, person: Person, role: Role) -> bool:
        held = self.roles.get(person.id, set())
        return (role, person.unit_id if role in LEADS_A_UNIT else None) in held


def tie(other: Record, row: Record) -> None:
    """Tells a record that came along whose it is, now that this is stored."""
    setattr(other, "person" if isinstance(other, RoleGrant) else "premises", row.id)
    if isinstance(other, RoleGrant) and other.role in LEADS_A_UNIT:
        other.unit = row.unit_id


def _planned(today: dt.date) -> set[int | None]:
    running = ControlPlan.ends_on.is_null() | (ControlPlan.ends_on >= today)
    return {number for (number,) in ControlPlan.select(ControlPlan.premises).where(running).tuples()}


def _assigned(today: dt.date) -> set[tuple[int | None, int, Function]]:
    fields = (Assignment.premises, Assignment.person, Assignment.function)
    return set(Assignment.select(*fields).where(Assignment.held.where(Assignment, today)).tuples())


def _held(today: dt.date) -> dict[int | None, set[tuple[Role, int | None]]]:
    found: dict[int | None, set[tuple[Role, int | None]]] = defaultdict(set)
    for grant in RoleGrant.select().where(RoleGrant.held.where(RoleGrant, today)):
        found[grant.person_id].add((grant.role, grant.unit_id if grant.role in LEADS_A_UNIT else None))
    return found
