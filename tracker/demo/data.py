"""The invented municipality's data files, each read once."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


def places() -> dict[str, Any]:
    """`units`, `areas` with their premises, `contacts` by landlord, and what is `reorganised`."""
    return _read("places")


def people() -> dict[str, tuple[str, str, str]]:
    """Name, role and unit by key."""
    return _read("people")


def findings() -> dict[str, Any]:
    """What is found, by kind of premises and number of the point; and what people say about it."""
    return _read("findings")


def measures() -> list[dict[str, Any]]:
    return _read("measures")


def cores() -> list[list[str]]:
    """Of some shells: number, title, what it protects, vulnerability and what is to be done."""
    return _read("cores")


def shells() -> list[list[Any]]:
    """Area, kind, priority, function, due in days before today, and how far."""
    return _read("shells")


def guarding() -> dict[str, Any]:
    """Contracts, what they guard, why, and how the review goes."""
    return _read("guarding")


def anchoring() -> dict[str, dict[str, Any]]:
    """By the code of a unit: its head, staff, and how many days ago it planned, did, counted and signed what."""
    return _read("anchoring")


def controls() -> dict[str, Any]:
    """Risk processes, rounds of side jobs, samples, remarks, unannounced controls and the channel."""
    return _read("controls")


def incidents() -> list[dict[str, Any]]:
    """What happened, how it was triaged and what was done about it, in the order of time."""
    return _read("incidents")


def exercises() -> dict[str, Any]:
    """Plans for what can strike, what each nämnd adopted and counted, exercises, tests and the management's review."""
    return _read("exercises")


def words() -> list[str]:
    return _read("words").split()


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
