"""Every nämnd has a plan of exercises for each year, made by itself."""

import datetime as dt

from models.common import Unit
from models.exercises import ExercisePlan
from models.happenings import Verb
from models.people import Actor
from tracker.language import today as day_of
from tracker.laws import ledger


def cover(actor: Actor, at: dt.datetime) -> int:
    """Gives every nämnd that is there its plan of this year and the next; returns how many were new.

    Of the next too, since a year's plan is adopted before it begins.
    """
    today = day_of(at)
    units = list(ExercisePlan.committees(today).order_by(Unit.id))
    years = (today.year, today.year + 1)
    there = set(ExercisePlan.select(ExercisePlan.unit, ExercisePlan.year).where(ExercisePlan.year.in_(years)).tuples())
    rows = [
        ExercisePlan(unit=unit.id, year=year, name=f"{unit.name} {year}")
        for year in years
        for unit in units
        if (unit.id, year) not in there
    ]
    if rows:
        with ledger.act(actor, Verb.INSTALLED, rows[0], at=at, facts={"rows": len(rows)}) as act:
            for row in rows:
                act.save(row)
    return len(rows)
