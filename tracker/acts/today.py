"""What needs a person today: selections of the registers that their acts answer for, late ones first."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.fire_safety import Premises
from models.people import Actor, Person, RoleGrant
from models.record import DECLARED, Record, answers
from models.words import N_, Act, Register, Role
from tracker.laws import policy
from tracker.spine.lists import Asked, counting, page_of, query
from tracker.spine.reach import reach
from tracker.spine.reading import Reading

ROWS = 5


COLUMNS = {
    "forankringar": ("unit", "anchor_by"),
    "ronder": ("premises", "kind", "due_on"),
    "brister": ("headline", "premises", "severity", "due_on"),
    "atgarder": ("title", "unit", "due_on"),
    "ovningar": ("name", "unit", "planned_on", "evaluate_by"),
    "bevakningsavtal": ("supplier", "reference", "ends_on"),
    "bevakningsobjekt": ("name", "unit", "assess_by"),
    "remissvar": ("review", "unit", "answer_by"),
    "skyddsatgarder": ("code", "area", "function", "due_on"),
    "analyser": ("code", "scope", "next_due_on"),
    "rapporter": ("sent_on", "by"),
    "klockor": ("rule", "incident", "controller", "due_at", "state"),
    "incidenter": ("number", "name", "severity", "reported_on"),
    "sakerhetsuppdrag": ("sent_on", "measure", "answered_on"),
}
LONG = ("returned_because",)  # lists do not fetch it


@dataclass(frozen=True)
class Need:
    """Rows of a list that wait for whoever may do `act` with them, in the list's order `order`."""

    label: str
    slug: str
    selection: str
    act: Act
    order: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """What one needs to see to choose: not the whole list's columns; of what was sent back, why."""
        return (*COLUMNS[self.slug], *(("returned_because",) if self.selection == "returned" else ()))


NEEDS = tuple(
    Need(label, slug, selection, act, order)
    for label, slug, selection, act, order in (
        (N_("Legal clocks that run"), "klockor", "running", Act.DECIDE, "urgent_at"),
        (N_("Incidents to triage"), "incidenter", "new", Act.EDIT, "id"),
        (N_("Clocks that await a second reader"), "klockor", "to_read", Act.VERIFY, "urgent_at"),
        (N_("Severe incidents whose review is late"), "incidenter", "review_late", Act.DECIDE, "id"),
        (N_("Guidelines to read, discuss and sign"), "forankringar", "mine", Act.COUNTERSIGN, "id"),
        (N_("Rounds to walk"), "ronder", "due", Act.WALK, "due_on"),
        (N_("Deficiencies sent back to me"), "brister", "returned", Act.MEND, "due_on"),
        (N_("Measures sent back to me"), "atgarder", "returned", Act.MEND, "due_on"),
        (N_("Deficiencies that are mine to mend"), "brister", "mine", Act.MEND, "due_on"),
        (N_("Measures that are mine"), "atgarder", "mine", Act.MEND, "due_on"),
        (N_("Deficiencies to verify"), "brister", "to_verify", Act.VERIFY, "due_on"),
        (N_("Measures to verify"), "atgarder", "to_verify", Act.VERIFY, "due_on"),
        (N_("Rounds to counter-sign"), "ronder", "to_countersign", Act.COUNTERSIGN, "due_on"),
        (N_("Acute deficiencies past their date"), "brister", "acute_late", Act.ACCEPT, "due_on"),
        (N_("Rounds that were missed"), "ronder", "missed", Act.CANCEL, "due_on"),
        (N_("Guarding contracts whose notice is near"), "bevakningsavtal", "notice_near", Act.DECIDE, "ends_on"),
        (
            N_("Guarding companies whose authorisation is to be checked"),
            "bevakningsavtal",
            "unauthorised",
            Act.DECIDE,
            "ends_on",
        ),
        (N_("Guarded sites whose need is to be assessed"), "bevakningsobjekt", "to_assess", Act.REPORT, "assess_by"),
        (N_("Exercises to hold"), "ovningar", "due", Act.EDIT, "planned_on"),
        (N_("Exercises to evaluate"), "ovningar", "to_evaluate", Act.EDIT, "-planned_on"),
        (N_("Sealed reports that nobody has read"), "rapporter", "unread", Act.OPEN, "-sent_on"),
        (N_("Analyses that are overdue"), "analyser", "overdue", Act.DECIDE, "code"),
        (N_("Analyses that must be updated"), "analyser", "outdated", Act.DECIDE, "code"),
        (N_("Analyses to be updated within a month"), "analyser", "within_one", Act.DECIDE, "code"),
        (N_("Analyses to be updated within three months"), "analyser", "within_three", Act.DECIDE, "code"),
        (N_("Analyses to be updated within six months"), "analyser", "within_six", Act.DECIDE, "code"),
        (N_("Protective measures that are late"), "skyddsatgarder", "late", Act.MEND, "due_on"),
        (N_("Protective measures to be checked"), "skyddsatgarder", "to_verify", Act.VERIFY, "due_on"),
        (N_("Orders that are answered"), "sakerhetsuppdrag", "to_follow", Act.MEND, "-sent_on"),
    )
)


@dataclass(frozen=True)
class Waiting:
    """A need with its first rows and how many there are (at most 1 001)."""

    need: Need
    record_type: type[Record]
    rows: list[Record]
    count: int
    listed: bool = True  # whether the list shows just these rows, or also such as are others' to act on


def waiting(reading: Reading) -> Iterator[Waiting]:
    """Every need of this person's that has rows: counted all at once, and fetched where there are any."""
    chosen = {need: _chosen(reading, need) for need in needs_of(reading.actor)}
    counts = answers({need: counting(rows) for need, rows in chosen.items()})
    for need, count in counts.items():
        if count:
            record_type = DECLARED[need.slug]
            rows, _ = page_of(chosen[need], record_type, Asked(order=need.order), ROWS)
            yield Waiting(need, record_type, rows, count, _listed(reading.actor, need))


def _chosen(reading: Reading, need: Need) -> Any:
    record_type = DECLARED[need.slug]
    rows = query(reading.actor, record_type, Asked(selection=need.selection), reading.at)
    rows = rows.select_extend(*(record_type._meta.fields[name] for name in need.columns if name in LONG))
    if _listed(reading.actor, need):
        return rows
    return rows.where(reach(reading.actor, record_type, need.act, reading.today))


def _listed(actor: Actor, need: Need) -> bool:
    """Somebody of two roles may see more than they may act on."""
    register = DECLARED[need.slug].declared.register
    seen = policy.scopes(actor, register, Act.SEE)
    return need.selection in ("mine", "returned") or seen == policy.scopes(actor, register, need.act)


def needs_of(actor: Actor) -> Iterator[Need]:
    """The needs that this person's acts answer for."""
    for need in NEEDS:
        register = DECLARED[need.slug].declared.register
        if policy.may(actor, register, need.act) and policy.may(actor, register, Act.SEE):
            yield need


def has_no_premises(actor: Actor, on: dt.date) -> bool:
    """Whether somebody whose work is on premises of their own has none."""
    if policy.scopes(actor, Register.FIRE_SAFETY, Act.SEE) != {policy.Scope.OWN_PREMISES}:
        return False
    return not Premises.select().where(reach(actor, Premises, Act.SEE, on)).exists()


def who_gives_premises(on: dt.date) -> list[str] | list[Role]:
    """The names of some who can make anybody responsible for any premises; their roles where nobody holds one."""
    register = Register.FIRE_SAFETY
    roles = sorted(role for role in policy.who_may(register, Act.ADD) if (register, role) not in policy.WITHIN)
    held = RoleGrant.role.in_(roles) & RoleGrant.held.where(RoleGrant, on) & (Person.active == True)  # noqa: E712
    people = Person.select(Person.name, Person.name_key).join(RoleGrant, on=(RoleGrant.person == Person.id))
    found = people.where(held).distinct().order_by(Person.name_key)
    return [person.name for person in found.limit(3)] or roles
