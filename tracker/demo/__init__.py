"""Ekdala kommun, an invented municipality: made through the same acts as any other, with a clock of its own."""

import datetime as dt

from models.people import Actor, Person
from tracker.acts import rounds
from tracker.demo import (
    anchoring,
    controlling,
    exercising,
    governing,
    guarding,
    incidents,
    noting,
    protecting,
    sealing,
    using,
)
from tracker.demo.beginning import begin
from tracker.demo.cast import CAST, DemoPerson, people
from tracker.demo.clock import moment
from tracker.demo.schedule import visits
from tracker.demo.town import MONTHS, Town
from tracker.demo.walking import Walking
from tracker.settings import Settings

__all__ = ["CAST", "DemoPerson", "build", "people"]

DAILY = Actor.system("daily")


def build(settings: Settings, today: dt.date, at: dt.datetime) -> None:
    """Makes Ekdala as it stands on the morning of `today`, once: not where there are people already.

    Nothing happens on `today` itself but, at `at`, what the host does each day. The same day gives the same rows.
    """
    if Person.select().exists():
        return
    town = Town(today)
    begin(town, settings)
    _plan_the_year(town, settings)
    town.agenda.run()
    rounds.plan_ahead(DAILY, at)


def _plan_the_year(town: Town, settings: Settings) -> None:
    walking = Walking(town)
    walking.know_the_plan()
    for ago in range(MONTHS - 3, 0, -3):
        town.agenda.put(moment(town.month(ago), 3), _plan_ahead, walking)
    for visit in visits(town):
        if visit.at:
            town.agenda.put(visit.at, walking.cancel if visit.cancelled else walking.walk, visit)
    for number, days in (("202", 61), ("213", 33)):
        town.agenda.put(town.ago(days, 10), walking.walk_extra, number)
    governing.plan(town)
    noting.plan(town)
    sealing.plan(town, settings)
    protecting.plan(town)
    guarding.plan(town)
    using.plan(town)
    anchoring.plan(town)
    controlling.plan(town)
    incidents.plan(town)
    exercising.plan(town)


def _plan_ahead(walking: Walking, at: dt.datetime) -> None:
    """Rounds stand planned a hundred days ahead, so every third month is often enough."""
    rounds.plan_ahead(DAILY, at)
    walking.know_the_plan()
