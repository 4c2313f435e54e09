"""The words of protective security: areas, neutral kinds, priorities, and numbers that tell nothing."""

import re

from models.words import Labelled, Message, Register, named

REGISTER = Register.PROTECTIVE_SECURITY


class Area(Labelled):
    """The three areas of protective security (säkerhetsskyddslagen 2:2–2:4)."""

    INFORMATION = named("information", "Information security")
    PHYSICAL = named("physical", "Physical security")
    PERSONNEL = named("personnel", "Personnel security")


class MeasureKind(Labelled):
    """A fixed list, so that a shell's name tells nothing of what it is for."""

    ROUTINE = named("routine", "Routine")
    TRAINING = named("training", "Training")
    ACCESS = named("access", "Access rights")
    PHYSICAL = named("physical", "Physical measure")
    IT = named("it", "IT measure")
    AGREEMENT = named("agreement", "Agreement")
    EXERCISE = named("exercise", "Exercise")


class Priority(Labelled):
    FIRST = named("1", "1 Highest")
    SECOND = named("2", "2 High")
    THIRD = named("3", "3 Medium")
    FOURTH = named("4", "4 Low")


_NUMBER = re.compile(r"[A-Za-zÅÄÖåäö]{1,8}-\d{1,8}")
_REGISTER_NUMBER = re.compile(r"[A-ZÅÄÖ]{0,8}[ -]?\d{1,6}(?:[:/-]\d{1,6})?")


def a_number(value: str) -> Message | None:
    """A running number that says nothing: Å-014, SSA-2026."""
    return None if _NUMBER.fullmatch(value) else Message("Write letters, a hyphen and a number, such as Å-014.")


def a_register_number(value: str) -> Message | None:
    """Where in a register something is kept: SÄK 2026:14. Never a path, a room or a title."""
    if _REGISTER_NUMBER.fullmatch(value):
        return None
    return Message("Write the number in the register, such as SÄK 2026:14, and never where it lies.")
