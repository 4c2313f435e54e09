"""The words of exercises, plans and training, and whose a row is."""

import datetime as dt
from typing import Any

from models.common import Unit, UnitKind
from models.kinds import Link
from models.people import RoleGrant
from models.record import Record, among
from models.words import N_, Labelled, Register, named

REGISTER = Register.EXERCISES

WEAKNESS = "OSL 18:8, 18:13"
"""Why what an exercise or a test showed to be weak is masked (guide C.2); tested at each request all the same."""

FUNCTIONS = N_("Functions, never names.")
GENERAL = N_("In general words. What is weak belongs in an observation, which is masked.")


class Scenario(Labelled):
    INTRUSION = named("intrusion", "Data intrusion")
    OVERLOAD = named("overload", "Denial of service")
    SUPPLIER = named("supplier", "A supplier fails")
    SYSTEM = named("system", "Loss of a system")


class PlanState(Labelled):
    DRAFT = named("draft", "Draft", "none")
    ADOPTED = named("adopted", "Adopted", "ok")
    REPLACED = named("replaced", "Replaced by a newer", "none")


class YearState(Labelled):
    DRAFT = named("draft", "Draft", "none")
    ADOPTED = named("adopted", "Adopted", "ok")
    EXEMPT = named("exempt", "Not concerned", "none")


class Standing(Labelled):
    """How far a nämnd has come with its plan of the year. Computed, never stored."""

    EXEMPT = named("exempt", "Not concerned", "none")
    DONE = named("done", "According to the plan", "ok")
    ONGOING = named("ongoing", "Something remains", "part")
    PLANNED = named("planned", "Plan adopted, nothing held", "no")
    NO_PLAN = named("no_plan", "No adopted plan", "no")


class ExerciseKind(Labelled):
    """The guide's types that are exercises; tests of technique and the management's training are types of their own."""

    ALARM = named("alarm", "Alarm and contact exercise")
    TABLE_TOP = named("table_top", "Table-top exercise")
    FALLBACK = named("fallback", "Fallback routine")
    TECHNICAL = named("technical", "Technical exercise")
    JOINT = named("joint", "Exercise with others")


class ExerciseState(Labelled):
    PLANNED = named("planned", "Planned", "none")
    HELD = named("held", "Held, to be evaluated", "part")
    EVALUATED = named("evaluated", "Evaluated", "ok")
    MEASURES = named("measures", "Measures under way", "ok")
    CLOSED = named("closed", "Concluded", "ok")
    CALLED_OFF = named("called_off", "Called off", "none")


class Late(Labelled):
    """What only time makes of an exercise that was held."""

    UNEVALUATED = named("unevaluated", "Held but not evaluated", "no")


EVALUATED = (ExerciseState.EVALUATED, ExerciseState.MEASURES, ExerciseState.CLOSED)
HELD = (ExerciseState.HELD, *EVALUATED)


class Met(Labelled):
    YES = named("yes", "Yes", "ok")
    PARTLY = named("partly", "Partly", "part")
    NO = named("no", "No", "no")


class TestKind(Labelled):
    RESTORE = named("restore", "Restore test")
    FAILOVER = named("failover", "Failover")
    OVERLOAD = named("overload", "Denial-of-service test with the operator")
    PHISHING = named("phishing", "Phishing test")
    FACTORS = named("factors", "Coverage of multi-factor sign-in")
    CALLS = named("calls", "Contact-call test")


TIMED = (TestKind.RESTORE, TestKind.FAILOVER, TestKind.OVERLOAD)
"""Tests whose goal is to be done in so many minutes; of the others so many are counted of all."""

AT_MOST = (TestKind.PHISHING,)
"""Of what is counted: where the goal is the most, not the least."""


class Trained(Labelled):
    MANAGEMENT = named("management", "Management (CSL 2:4)")
    STAFF = named("staff", "Staff")


class OfUnit(Record):
    """A row of a unit: theirs who head it; a nämnd's also theirs who head what lies right beneath, but a company."""

    unit: Any = Link("Unit", to=Unit)

    @classmethod
    def own(cls, scope: str, person: int, today: dt.date) -> Any:
        headed = RoleGrant.headed(person, today)
        above = Unit.alias()
        parents = above.select(above.parent).where(among(above.id, headed) & (above.kind != UnitKind.COMPANY))
        served = Unit.select(Unit.id).where((Unit.kind == UnitKind.COMMITTEE) & among(Unit.id, parents))
        return among(cls.unit, headed) | among(cls.unit, served)
