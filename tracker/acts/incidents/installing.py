"""The rules of the legal clocks that a municipality begins with."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import yaml

from models.happenings import Verb
from models.incidents import ClockRule, Length, Trigger
from models.people import Actor
from tracker.laws import ledger

SHIPPED = Path(__file__).parent.parent.parent / "data" / "clocks.yaml"


def install(actor: Actor, at: dt.datetime) -> None:
    """Puts in place the rules that are not there; one that is there is the municipality's own."""
    rows = list(_missing())
    if rows:
        with ledger.act(actor, Verb.INSTALLED, rows[0], at=at) as act:
            for row in rows:
                if row.after is not None:
                    row.after = ClockRule.get(ClockRule.code == row.after.code)
                act.save(row)


def _missing() -> Iterator[ClockRule]:
    shipped = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    there = {row.code: row for row in ClockRule.select()}
    for number, said in enumerate(shipped["rules"], 1):
        if said["code"] in there:
            continue
        told = said | {"trigger": Trigger(said["trigger"]), "unit": Length(said["unit"])}
        told["after"] = there.get(said.get("after"))
        row = ClockRule(position=number, checked_on=shipped["checked_on"], **told)
        there[row.code] = row
        yield row
