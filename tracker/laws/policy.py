"""Who may do what, in tables. Asked with the same words by the guard, the act and the page."""

from collections.abc import Iterable
from enum import StrEnum

from models.people import Actor
from models.words import Act, Protection, Register, Role

A, R, P = Act, Register, Protection


class Scope(StrEnum):
    """How far a role reaches in a register: a condition inside the same SQL query."""

    EVERYWHERE = "everywhere"
    OWN_PREMISES = "own premises"
    OWN_UNIT = "own unit"
    OWN_SELF = "oneself"


def _roles(names: str) -> frozenset[Role]:
    return frozenset(Role(name) for name in names.split())


OWNERS = "chief deputy security"
KEEPERS = "chief deputy"
INTEGRITY = "chief deputy integrity"
RESPONDERS = "chief deputy infosec"
PREPARED = "chief deputy security infosec"
FIELD = "manager warden caretaker head"
READERS = "board secretary auditor"
EVERYBODY = frozenset(Role)
"""What every role may, whoever is signed in may, also somebody whom no role has been given."""

GRANTS: dict[tuple[Register, Act], frozenset[Role]] = {
    (R.FIRE_SAFETY, A.SEE): _roles(f"{OWNERS} {FIELD} {READERS} infosec integrity"),
    (R.FIRE_SAFETY, A.ADD): _roles(f"{OWNERS} manager"),
    (R.FIRE_SAFETY, A.REPORT): _roles(f"{OWNERS} {FIELD}"),
    (R.FIRE_SAFETY, A.EDIT): _roles(f"{OWNERS} manager"),
    (R.FIRE_SAFETY, A.DECIDE): _roles(OWNERS),
    (R.FIRE_SAFETY, A.WALK): _roles(f"{OWNERS} manager warden"),
    (R.FIRE_SAFETY, A.CANCEL): _roles(f"{OWNERS} manager head"),
    (R.FIRE_SAFETY, A.COUNTERSIGN): _roles(f"{OWNERS} manager head"),
    (R.FIRE_SAFETY, A.MEND): _roles(f"{OWNERS} {FIELD}"),
    (R.FIRE_SAFETY, A.VERIFY): _roles(f"{OWNERS} manager warden head"),
    (R.FIRE_SAFETY, A.ACCEPT): _roles(f"{OWNERS} head"),
    (R.FIRE_SAFETY, A.COMMENT): _roles(f"{OWNERS} {FIELD}"),
    (R.FIRE_SAFETY, A.MARK): _roles(OWNERS),
    (R.FIRE_SAFETY, A.EXPORT): _roles(f"{OWNERS} manager head auditor secretary board"),
    (R.FIRE_SAFETY, A.IMPORT): _roles(OWNERS),
    (R.GUARDING, A.SEE): _roles(f"{OWNERS} head {READERS}"),
    (R.GUARDING, A.ADD): _roles(OWNERS),
    (R.GUARDING, A.REPORT): _roles(f"{OWNERS} head"),
    (R.GUARDING, A.EDIT): _roles(OWNERS),
    (R.GUARDING, A.DECIDE): _roles(OWNERS),
    (R.GUARDING, A.COMMENT): _roles(f"{OWNERS} head"),
    (R.GUARDING, A.MARK): _roles(OWNERS),
    (R.GUARDING, A.IMPORT): _roles(OWNERS),
    (R.GUARDING, A.EXPORT): _roles(f"{OWNERS} head {READERS}"),
    (R.EXERCISES, A.SEE): _roles(f"{PREPARED} head {READERS}"),
    (R.EXERCISES, A.ADD): _roles(f"{PREPARED} head"),
    (R.EXERCISES, A.EDIT): _roles(f"{PREPARED} head"),
    (R.EXERCISES, A.DECIDE): _roles(PREPARED),
    (R.EXERCISES, A.COMMENT): _roles(f"{PREPARED} head"),
    (R.EXERCISES, A.MARK): _roles(PREPARED),
    (R.EXERCISES, A.EXPORT): _roles(f"{PREPARED} head {READERS}"),
    (R.INTEGRITY, A.SEE): _roles(f"{OWNERS} integrity head {READERS}"),
    (R.INTEGRITY, A.ADD): _roles(f"{INTEGRITY} head"),
    (R.INTEGRITY, A.EDIT): _roles(f"{INTEGRITY} head"),
    (R.INTEGRITY, A.DECIDE): _roles(INTEGRITY),
    (R.INTEGRITY, A.COUNTERSIGN): _roles("head"),
    (R.INTEGRITY, A.EXPORT): _roles(f"{OWNERS} integrity head {READERS}"),
    (R.INCIDENTS, A.SEE): _roles(f"{OWNERS} {READERS} infosec"),
    (R.INCIDENTS, A.REPORT): EVERYBODY,
    (R.INCIDENTS, A.ADD): _roles(RESPONDERS),
    (R.INCIDENTS, A.EDIT): _roles(RESPONDERS),
    (R.INCIDENTS, A.DECIDE): _roles(RESPONDERS),
    (R.INCIDENTS, A.VERIFY): _roles(RESPONDERS),
    (R.INCIDENTS, A.COMMENT): _roles(RESPONDERS),
    (R.INCIDENTS, A.MARK): _roles(RESPONDERS),
    (R.INCIDENTS, A.EXPORT): _roles(f"{OWNERS} {READERS} infosec"),
    (R.MEASURES, A.SEE): _roles(f"{OWNERS} {FIELD} {READERS} infosec integrity"),
    (R.MEASURES, A.REPORT): _roles(f"{OWNERS} manager head infosec integrity"),
    (R.MEASURES, A.EDIT): _roles(f"{OWNERS} manager head infosec integrity"),
    (R.MEASURES, A.MEND): _roles(f"{OWNERS} {FIELD} infosec integrity"),
    (R.MEASURES, A.VERIFY): _roles(f"{OWNERS} manager head infosec integrity"),
    (R.MEASURES, A.ACCEPT): _roles(f"{OWNERS} head"),
    (R.MEASURES, A.COMMENT): _roles(f"{OWNERS} {FIELD} infosec integrity"),
    (R.MEASURES, A.EXPORT): _roles(f"{OWNERS} manager head auditor secretary board"),
    (R.MEASURES, A.MARK): _roles(OWNERS),
    (R.PROGRAMME, A.SEE): _roles(f"{OWNERS} {READERS} head infosec integrity"),
    (R.PROGRAMME, A.EDIT): _roles(f"{OWNERS} secretary"),
    (R.PROGRAMME, A.EXPORT): _roles(f"{OWNERS} {READERS}"),
    (R.PROTECTIVE_SECURITY, A.SEE): _roles(KEEPERS),
    (R.PROTECTIVE_SECURITY, A.ADD): _roles(KEEPERS),
    (R.PROTECTIVE_SECURITY, A.EDIT): _roles(KEEPERS),
    (R.PROTECTIVE_SECURITY, A.DECIDE): _roles(KEEPERS),
    (R.PROTECTIVE_SECURITY, A.MEND): _roles(KEEPERS),
    (R.PROTECTIVE_SECURITY, A.VERIFY): _roles(KEEPERS),
    (R.PROTECTIVE_SECURITY, A.ACCEPT): _roles(KEEPERS),
    (R.PROTECTIVE_SECURITY, A.EXPORT): _roles(KEEPERS),
    (R.PROTECTIVE_SECURITY, A.OVERSEE): _roles(f"{KEEPERS} {READERS}"),
    (R.PROTECTIVE_SECURITY, A.ANSWER): EVERYBODY,
    (R.PROTECTIVE_SECURITY, A.OPEN): _roles("chief deputy"),
    (R.PROTECTIVE_SECURITY, A.KEEP): _roles("chief"),
    (R.PROTECTIVE_SECURITY, A.DEPOSIT): EVERYBODY,
    (R.SYSTEM_APPROVAL, A.SEE): _roles(KEEPERS),
    (R.SYSTEM_APPROVAL, A.ADD): _roles("chief"),
    (R.SYSTEM_APPROVAL, A.EDIT): _roles("chief"),
    (R.SYSTEM_APPROVAL, A.EXPORT): _roles(KEEPERS),
    (R.ORGANISATION, A.SEE): _roles(f"{OWNERS} {FIELD} {READERS} infosec integrity admin"),
    (R.ORGANISATION, A.ADD): _roles("admin"),
    (R.ORGANISATION, A.EDIT): _roles("admin"),
    (R.ORGANISATION, A.EXPORT): _roles(f"{OWNERS} auditor admin"),
    (R.ORGANISATION, A.IMPORT): _roles("admin"),
    (R.PEOPLE, A.SEE): _roles("chief deputy auditor admin"),
    (R.PEOPLE, A.ADD): _roles("admin"),
    (R.PEOPLE, A.EDIT): _roles("admin"),
    (R.PEOPLE, A.MANAGE): _roles("admin"),
    (R.PEOPLE, A.COUNTERSIGN): _roles("chief admin"),
    (R.PEOPLE, A.EXPORT): _roles("auditor admin"),
    (R.PEOPLE, A.IMPORT): _roles("admin"),
    (R.LEDGER, A.SEE): _roles("chief deputy auditor"),
    (R.LEDGER, A.EXPORT): _roles("chief deputy auditor"),
}
"""The roles that may do an act in a register. What is missing here is refused.

Integrity knows no COMMENT either: there a remark would be a place to write of a case. Its sign-off is the head's alone.
Protective security knows no COMMENT: a remark is free text, and whatever can be talked about can give rise to a measure
in the shared list. ANSWER and DEPOSIT are everybody's and open nothing: an order is found by its recipient. OVERSEE is
to read how many and by when, never which. The approval of the system is a register of its own: it raises the ceiling,
and the säkerhetsskyddschef alone records it.
"""

SEES: dict[tuple[Register, Protection], frozenset[Role]] = {
    (R.FIRE_SAFETY, P.SECRET): _roles(f"{OWNERS} {FIELD}"),
    (R.GUARDING, P.SECRET): _roles(f"{OWNERS} head"),
    (R.EXERCISES, P.SECRET): _roles(f"{PREPARED} head"),
    (R.INTEGRITY, P.SECRET): _roles(INTEGRITY),
    (R.INCIDENTS, P.SECRET): _roles(RESPONDERS),
    (R.MEASURES, P.SECRET): _roles(f"{OWNERS} {FIELD} infosec"),
}
"""The roles that read what is secret. What is open is read by all who may see the register; sealed by nobody here."""

WITHIN: dict[tuple[Register, Role], Scope] = {
    (R.FIRE_SAFETY, Role.MANAGER): Scope.OWN_PREMISES,
    (R.FIRE_SAFETY, Role.WARDEN): Scope.OWN_PREMISES,
    (R.FIRE_SAFETY, Role.CARETAKER): Scope.OWN_PREMISES,
    (R.FIRE_SAFETY, Role.HEAD): Scope.OWN_UNIT,
    (R.GUARDING, Role.HEAD): Scope.OWN_UNIT,
    (R.EXERCISES, Role.HEAD): Scope.OWN_UNIT,
    (R.INTEGRITY, Role.HEAD): Scope.OWN_UNIT,
    (R.MEASURES, Role.MANAGER): Scope.OWN_SELF,
    (R.MEASURES, Role.WARDEN): Scope.OWN_SELF,
    (R.MEASURES, Role.CARETAKER): Scope.OWN_SELF,
    (R.MEASURES, Role.HEAD): Scope.OWN_UNIT,
}
"""How far a role reaches in a register; everywhere unless said here."""


def may(actor: Actor, register: Register, act: Act) -> bool:
    """May this person do this at all, somewhere?"""
    granted = who_may(register, act)
    return bool(actor.roles & granted) or (granted == EVERYBODY and actor.id is not None)


def who_may(register: Register, act: Act) -> frozenset[Role]:
    return GRANTS.get((register, act), frozenset())


def scopes(actor: Actor, register: Register, act: Act) -> frozenset[Scope]:
    """How far this person reaches with this act: empty is nowhere; EVERYWHERE swallows the rest."""
    return _reach(actor, register, GRANTS.get((register, act), frozenset()))


def sees(actor: Actor, register: Register, protection: Protection) -> frozenset[Scope]:
    """How far this person reads values of `protection` in a register; among what they may see at all."""
    if protection is Protection.OPEN:
        return frozenset({Scope.EVERYWHERE})
    return _reach(actor, register, SEES.get((register, protection), frozenset()))


def _reach(actor: Actor, register: Register, roles: Iterable[Role]) -> frozenset[Scope]:
    found = {WITHIN.get((register, role), Scope.EVERYWHERE) for role in actor.roles & frozenset(roles)}
    return frozenset({Scope.EVERYWHERE}) if Scope.EVERYWHERE in found else frozenset(found)


NEEDS_SECOND_FACTOR = _roles("chief deputy admin")
"""Whoever holds such a role signs in with more than a password."""

REGISTER_OWNERS = _roles("chief deputy security infosec integrity secretary admin")
"""Such a role takes two people: one who asks and one who confirms. So does the way in of whoever has held one."""
