"""The words that every layer shares: registers, acts, roles, protection, messages."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


def N_(text: str) -> str:
    """Marks a text that is translated later, for the extractor."""
    return text


class Labelled(StrEnum):
    """An enum whose members carry the label that people read."""

    label: str
    tone: str

    def __new__(cls, value: str, label: str = "", tone: str = "") -> "Labelled":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        member.tone = tone
        return member


def named(value: str, label: str, tone: str = "") -> tuple[str, str, str]:
    """A member of a Labelled enum. Its label is found by the extractor; `tone` is ok, part, no or none (a status)."""
    return (value, label, tone)


class Register(StrEnum):
    """Where a record lives; policy answers per register."""

    FIRE_SAFETY = "fire_safety"
    INTEGRITY = "integrity"
    MEASURES = "measures"
    PROGRAMME = "programme"
    GUARDING = "guarding"
    INCIDENTS = "incidents"
    EXERCISES = "exercises"
    PROTECTIVE_SECURITY = "protective_security"
    SYSTEM_APPROVAL = "system_approval"
    ORGANISATION = "organisation"
    PEOPLE = "people"
    LEDGER = "ledger"


class Act(StrEnum):
    """What a person can ask to do. A view and a step each name exactly one."""

    PUBLIC = "public"
    ENTER = "enter"
    SEE = "see"
    ADD = "add"
    REPORT = "report"
    EDIT = "edit"
    EXPORT = "export"
    IMPORT = "import"
    COMMENT = "comment"
    MARK = "mark"
    WALK = "walk"
    CANCEL = "cancel"
    COUNTERSIGN = "countersign"
    MEND = "mend"
    VERIFY = "verify"
    ACCEPT = "accept"
    DECIDE = "decide"
    MANAGE = "manage"
    ANSWER = "answer"
    DEPOSIT = "deposit"
    OPEN = "open"
    KEEP = "keep"
    OVERSEE = "oversee"


class Role(Labelled):
    """Who somebody is to the municipality (domain decision 10)."""

    CHIEF = named("chief", "Protective security manager")
    DEPUTY = named("deputy", "Deputy security manager")
    SECURITY = named("security", "Security coordinator")
    INFOSEC = named("infosec", "Information-security coordinator")
    INTEGRITY = named("integrity", "Integrity officer")
    MANAGER = named("manager", "Facility manager")
    WARDEN = named("warden", "Fire warden")
    CARETAKER = named("caretaker", "Caretaker")
    HEAD = named("head", "Unit head")
    EMPLOYEE = named("employee", "Employee")
    BOARD = named("board", "Kommunstyrelsen")
    SECRETARY = named("secretary", "Secretary of kommunstyrelsen")
    AUDITOR = named("auditor", "Auditor")
    ADMIN = named("admin", "Administrator")


LEADS_A_UNIT = frozenset({Role.HEAD})
"""Roles that are given for a unit, and reach it and all beneath."""

FOR_A_TIME = frozenset({Role.DEPUTY})
"""Roles that are given until a last day."""

ONLY_BY_COMMAND = frozenset({Role.CHIEF})
"""Roles that no administrator gives: they pass by a command on the host, as does the way in of whoever held one."""


class Protection(StrEnum):
    """How closely a value is kept: a field's floor, raised for one record by a mark."""

    OPEN = "open"
    SECRET = "secret"  # noqa: S105  a word, not a password
    SEALED = "sealed"


@dataclass(frozen=True)
class Message:
    """A text to translate, with the values that go into it."""

    msgid: str
    values: dict[str, Any] = field(default_factory=dict)

    def __init__(self, msgid: str, **values: Any) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class Problem:
    """What is wrong with the value of `field` ("" for the whole), in one sentence."""

    field: str
    message: Message
