"""How Ekdala prepares: plans for what can strike, each nämnd's year of exercises, tests, training and a review."""

import datetime as dt
from typing import Any

from models.calendar import month_end
from models.common import Unit
from models.exercises import (
    ContinuityPlan,
    Exercise,
    ExerciseGoal,
    ExerciseKind,
    ExerciseObservation,
    ExercisePlan,
    ManagementReview,
    Met,
    Scenario,
    TechnicalKind,
    TechnicalTest,
    Trained,
    Training,
)
from models.measures import Measure
from models.people import Actor
from models.record import Record
from tracker.acts import exercises
from tracker.demo import data
from tracker.demo.clock import DAY, moment
from tracker.demo.town import Town
from tracker.spine import records

WHO = "ali"
IT = "KLF-03"


def plan(town: Town) -> None:
    """Puts all of it on the agenda."""
    said, put = data.exercises(), town.agenda.put
    put(moment(town.start, 6), _cover)
    for year in range(town.start.year + 1, town.today.year + 1):
        put(moment(dt.date(year, 1, 1), 6), _cover)
    for row in said["plans"]:
        put(town.ago(row[4] or 33, 9), _continuity, town, row)
    for code, committee in said["nämnder"].items():
        _plan_committee(town, code, committee)
    for row in said["exercises"]:
        _plan_exercise(town, row)
    for row in said["tests"]:
        put(town.ago(row[2], 15), _test, town, row)
    put(town.ago(said["management"][0], 10), _count, town, "KS", Trained.MANAGEMENT, said["management"])
    put(town.ago(said["review"]["ago"], 10), _review, town, said["review"])


def _cover(at: dt.datetime) -> None:
    exercises.cover(Actor.system("daily"), at)


def _add(town: Town, record_type: type[Record], values: dict[str, Any], at: dt.datetime) -> Record:
    return records.add(town.actor(WHO), record_type, values, at)


def _step(town: Town, row: Record, name: str, asked: dict[str, Any], at: dt.datetime) -> None:
    now = type(row).get_by_id(row.id)
    records.step(town.actor(WHO), type(row), row.uid.hex, name, asked, now.version, at)


def _continuity(town: Town, row: list[Any], at: dt.datetime) -> None:
    name, scenario, kept_at, on_paper, adopted, paragraph, checked, replaced = row
    older = ContinuityPlan.get(ContinuityPlan.name == replaced) if replaced else None
    values = {"name": name, "scenario": Scenario(scenario), "kept_at": kept_at, "on_paper": on_paper}
    made = _add(town, ContinuityPlan, values | {"replaces": older and older.id}, at)
    if adopted is None:
        return
    on = town.today - adopted * DAY
    said = {"adopted_on": on, "adopted_by": "Kommundirektör", "paragraph": paragraph, "reference": f"KS/{on.year}:61"}
    _step(town, made, "adopt", said | {"review_on": on + 365 * DAY}, at)
    if checked is not None:
        town.agenda.put(town.ago(checked, 11), _checked, town, made)


def _checked(town: Town, row: Record, at: dt.datetime) -> None:
    _step(town, row, "contacts", {"contacts_checked_on": at.date()}, at)


def _plan_committee(town: Town, code: str, said: dict[str, Any]) -> None:
    if "adopted" in said:
        ago, paragraph = said["adopted"]
        town.agenda.put(town.ago(ago, 14), _adopt, town, code, paragraph)
    if "exempt" in said:
        town.agenda.put(town.ago(200, 14), _exempt, town, code, said["exempt"])
    if "trained" in said:
        town.agenda.put(town.ago(said["trained"][0], 10), _count, town, code, Trained.STAFF, said["trained"])


def _of_this_year(town: Town, code: str) -> ExercisePlan:
    """A nämnd's plan of the year that `today` lies in."""
    of = (ExercisePlan.unit == town.units[code].id) & (ExercisePlan.year == town.today.year)
    return ExercisePlan.get(of)


def _adopt(town: Town, code: str, paragraph: str, at: dt.datetime) -> None:
    body = town.units[code].name
    said = {"adopted_on": at.date(), "adopted_by": body, "paragraph": paragraph, "reference": f"{code}/{at.year}:30"}
    _step(town, _of_this_year(town, code), "adopt", said, at)


def _exempt(town: Town, code: str, because: str, at: dt.datetime) -> None:
    said = {"exempt_because": because, "exempted_by": town.units[code].name}
    _step(town, _of_this_year(town, code), "exempt", said, at)


def _count(town: Town, code: str, group: Trained, said: list[int], at: dt.datetime) -> None:
    _, of_all, trained = said
    values = {"unit": town.units[code].id, "group": group, "counted_on": at.date()}
    _add(town, Training, values | {"of_all": of_all, "trained": trained}, at)


def _plan_exercise(town: Town, said: dict[str, Any]) -> None:
    """What was planned stood in the register two months before its day, or a month ago where its day is to come."""
    planned, *done = said["at"]
    ahead = planned == "month" or planned < 0
    soon = min(month_end(town.today), town.today + 5 * DAY)
    on = soon if planned == "month" else town.today - planned * DAY
    town.agenda.put(town.ago(32 if ahead else planned + 60, 13), _planned, town, said, on, done)


def _planned(town: Town, said: dict[str, Any], on: dt.date, done: list[int], at: dt.datetime) -> None:
    scenario = Scenario(said["scenario"]) if "scenario" in said else None
    values = {"name": said["name"], "kind": ExerciseKind(said["kind"]), "scenario": scenario, "planned_on": on}
    where = {"unit": Unit.get(Unit.code == said["unit"]).id, "plan": _of_this_year(town, said["nämnd"]).id}
    made = _add(town, Exercise, values | where, at)
    goals = [(_goal(town, made, goal[0], at), *goal[1:]) for goal in said.get("goals", ())]
    put = town.agenda.put
    if done:
        put(town.ago(done[0], 16), _held, town, made, said)
    for about, observed in said.get("observed", ()):
        put(town.ago(done[0] - 1, 9), _observed, town, made, about, observed, said.get("measure"))
        said = said | {"measure": None}  # out of the first that was observed
    if done[1:]:
        put(town.ago(done[1], 10), _evaluated, town, made, goals)
    for step in ("carry", "close"):
        if step in said:
            put(town.ago(said[step], 11), _moved, town, made, step)


def _goal(town: Town, row: Record, goal: str, at: dt.datetime) -> Record:
    return _add(town, ExerciseGoal, {"exercise": row.id, "goal": goal}, at)


def _held(town: Town, row: Record, said: dict[str, Any], at: dt.datetime) -> None:
    *functions, participants = said["took_part"]
    told = {"held_on": at.date(), "minutes": 180, "functions": ", ".join(functions), "participants": participants}
    _step(town, row, "exercise", told, at)


def _observed(town: Town, row: Record, about: str, observed: str, measure: str | None, at: dt.datetime) -> None:
    made = _add(town, ExerciseObservation, {"exercise": row.id, "about": about, "observed": observed}, at)
    if measure:
        values = {"title": measure, "unit": town.units[IT].id, "due_on": town.today + 45 * DAY}
        records.add_from(town.actor(WHO), Measure, made, values | {"responsible": town.people[WHO].id}, at)


def _evaluated(town: Town, row: Record, goals: list[tuple[Any, ...]], at: dt.datetime) -> None:
    for goal, outcome, seen in goals:
        now = ExerciseGoal.get_by_id(goal.id)
        records.change(town.actor(WHO), now, {"outcome": Met(outcome), "seen": seen}, now.version, at)
    report = {"evaluated_on": at.date(), "report": f"KS/{at.year}:{400 + row.id}", "next_on": None}
    _step(town, row, "evaluate", report, at)


def _moved(town: Town, row: Record, step: str, at: dt.datetime) -> None:
    _step(town, row, step, {}, at)


def _test(town: Town, row: list[Any], at: dt.datetime) -> None:
    reference, kind, _, system, minutes, goal, counted, of_all, share, outcome = row
    values = {"reference": reference, "kind": TechnicalKind(kind), "tested_on": at.date(), "system": system}
    values |= {"minutes": minutes, "goal_minutes": goal, "counted": counted, "of_all": of_all, "goal_share": share}
    _add(town, TechnicalTest, values | {"unit": town.units[IT].id, "outcome": outcome}, at)


def _review(town: Town, said: dict[str, Any], at: dt.datetime) -> None:
    values = {"held_on": at.date(), "body": "Kommunstyrelsen", "paragraph": said["paragraph"]}
    values |= {"reference": f"KS/{at.year}:{said['reference']}", "decisions": said["decisions"]}
    _add(town, ManagementReview, values | {"next_on": at.date() + 365 * DAY}, at)
