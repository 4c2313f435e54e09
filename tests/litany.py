"""What the litany counted and visited, gathered from all workers of a run, told at its end.

A test of the litany records a property "litany" with its cases, the routes it visited and all that there are; reports
travel from the workers to whoever prints.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

PROPERTY = "litany"
FILE = "test_litany.py"

_cases: Counter[str] = Counter()
_sizes: dict[str, int] = {}
_visited: set[str] = set()
_routes: set[str] = set()


def property_of(cases: Counter[str], visited: set[str], routes: set[str], **sizes: int) -> dict[str, Any]:
    """What one test says of itself, in values that travel between processes."""
    return {"cases": dict(cases), "visited": sorted(visited), "routes": sorted(routes), "sizes": sizes}


def listen(report: pytest.TestReport) -> None:
    for name, said in report.user_properties if report.when == "teardown" else ():
        if name == PROPERTY:
            _cases.update(said["cases"])
            _visited.update(said["visited"])
            _routes.update(said["routes"])
            _sizes.update(said["sizes"])


def told(config: pytest.Config) -> Iterator[str]:
    if _cases:
        sizes = " × ".join(f"{count} {name}" for name, count in _sizes.items())
        yield f"litany: {sizes} × {len(_cases)} cases: " + ", ".join(f"{n} {c}" for n, c in sorted(_cases.items()))
        yield f"litany: {len(_visited & _routes)} of {len(_routes)} routes of record types visited"
    if missing(config):
        yield from (f"litany: NOT visited: {route}" for route in sorted(_routes - _visited))


def missing(config: pytest.Config) -> bool:
    """Whether the whole litany ran and yet left a route of a record type unvisited."""
    option = config.option
    part = option.keyword or option.markexpr or getattr(option, "lf", False) or option.maxfail
    named = any("::" in argument and FILE in argument for argument in config.args)
    return not part and not named and bool(_routes - _visited)
