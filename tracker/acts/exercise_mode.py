"""Exercise mode: playing a scenario's injects against an incident that is an exercise, and ending it as held."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from peewee import IntegrityError

from models.exercises import MINUTE, DrillRun, DrillScenario, Exercise, ExerciseGoal, ExerciseState, Inject, Scenario
from models.happenings import Verb
from models.incidents import Answer, Incident
from models.people import Actor
from models.words import Act, Message, Problem
from tracker.acts.incidents import reporting
from tracker.language import today as day_of
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused

LONGEST = 24 * 60
"""Minutes that a playing counts for: one that was forgotten has not gone on for weeks."""

SHIPPED = Path(__file__).parent.parent / "data" / "scenarios.yaml"


@dataclass(frozen=True)
class Played:
    """A scenario as far as it has come: what has been told, newest first, and what comes next."""

    run: DrillRun
    minutes: int
    told: Sequence[Inject]
    ahead: Sequence[Inject]


def install(actor: Actor, at: dt.datetime) -> None:
    """Puts in place the scenarios that are not there; one that is there is the municipality's own."""
    shipped = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    there = {row.code for row in DrillScenario.select(DrillScenario.code)}
    for said in shipped["scenarios"]:
        if said["code"] not in there:
            _install(actor, said, shipped["source"], at)


def _install(actor: Actor, said: dict, source: str, at: dt.datetime) -> None:
    row = DrillScenario(
        code=said["code"], name=said["name"], kind=Scenario(said["kind"]), brief=said["brief"].strip(),
        goals="\n".join(said["goals"]), source=source,
    )  # fmt: skip
    with ledger.act(actor, Verb.INSTALLED, row, at=at) as act:
        act.save(row)
        for inject in said["injects"]:
            act.save(Inject(scenario=row.id, **inject))


def begin(actor: Actor, uid: str, scenario: DrillScenario, at: dt.datetime) -> DrillRun:
    """Starts to play a scenario: an incident that counts nowhere, and the goals where the exercise has none.

    Raises Missing, Refused, Invalid, NoTurn.
    """
    exercise: Exercise = records.find(actor, Exercise, uid, Act.EDIT, at)
    if exercise.state is not ExerciseState.PLANNED:
        raise Refused(Message("It has been held already. Plan another to play a scenario again."))
    incident = reporting.unsaved(
        {"what": scenario.brief, "discovered_at": at, "going_on": Answer.YES}, at,
        drill=True, reporter=actor.id, unit=exercise.__data__["unit"], name=scenario.name,
    )  # fmt: skip
    for _ in range(reporting.TRIES):
        incident.number = reporting.next_number(incident, at)
        run = DrillRun(exercise=exercise.id, scenario=scenario.id, leader=actor.id, started_at=at)
        try:
            with ledger.act(actor, Verb.DRILL_BEGUN, exercise, at=at) as act:
                act.save(incident)
                run.incident = incident.id
                act.save(run)
                for goal in _goals(exercise, scenario):
                    act.save(goal)
        except IntegrityError:
            if any(DrillRun.problems(run.__data__)):
                raise Refused(Message("This exercise is being played already.")) from None
            incident.id, incident.version = None, 0
            continue
        return run
    raise Invalid([Problem("", Message("Many reports came at once. Send yours again."))])


def _goals(exercise: Exercise, scenario: DrillScenario) -> list[ExerciseGoal]:
    if ExerciseGoal.select().where(ExerciseGoal.exercise == exercise.id).exists():
        return []
    lines = [line.strip() for line in (scenario.goals or "").splitlines() if line.strip()]
    return [ExerciseGoal(exercise=exercise.id, goal=line[:200]) for line in lines]


def running(exercise: Exercise) -> DrillRun | None:
    """The latest playing of an exercise."""
    return DrillRun.select().where(DrillRun.exercise == exercise.id).order_by(DrillRun.id.desc()).first()


def played(run: DrillRun, at: dt.datetime) -> Played:
    """How far it has come at `at`."""
    minutes = run.minutes(at)
    mine = Inject.select().where(Inject.scenario == run.__data__["scenario"])
    injects = list(mine.order_by(Inject.minute, Inject.id))
    told = [each for each in injects if each.minute <= minutes]
    return Played(run, minutes, told[::-1], injects[len(told) :])


def forward(actor: Actor, uid: str, version: int, at: dt.datetime) -> DrillRun:
    """Skips to the next inject. Raises Missing, Refused, Conflict, NoTurn."""
    run = _led(actor, uid, at)
    ahead = played(run, at).ahead
    if not ahead:
        raise Refused(Message("There is no inject left."))
    run.version = version
    run.skipped += ahead[0].minute - run.minutes(at)
    with ledger.act(actor, Verb.DRILL_FORWARD, run, at=at) as act:
        act.save(run)
    return run


def end(actor: Actor, uid: str, functions: str, participants: int | None, at: dt.datetime) -> Exercise:
    """Ends the playing: the exercise is held today, and waits for its evaluation.

    Raises Missing, Refused, Invalid, Conflict, NoTurn.
    """
    run = _led(actor, uid, at)
    exercise = Exercise.get_by_id(run.__data__["exercise"])
    if exercise.state is not ExerciseState.PLANNED:  # called off, or recorded by hand meanwhile: it stands as it is
        run.ended_at = at
        with ledger.act(actor, Verb.DRILL_ENDED, run, at=at) as act:
            act.save(run)
        return exercise
    before = dict(exercise.__data__)
    exercise.state, exercise.held_on, exercise.noted_on = ExerciseState.HELD, day_of(at), day_of(at)
    exercise.functions, exercise.participants = functions, participants
    exercise.minutes = min(max(1, int((at - run.started_at) / MINUTE)), LONGEST)
    exercise.settle()
    missing = [name for name, value in (("functions", functions), ("participants", participants)) if not value]
    if missing:
        raise Invalid([Problem(name, Message("This must be filled in.")) for name in missing])
    records.check(Exercise, exercise, before)
    run.ended_at = at
    with ledger.act(actor, Verb.DRILL_ENDED, exercise, at=at) as act:
        act.save(exercise)
        act.save(run)
    return exercise


def _led(actor: Actor, uid: str, at: dt.datetime) -> DrillRun:
    """The playing that is under way of an exercise that `actor` may hold."""
    run = running(records.find(actor, Exercise, uid, Act.EDIT, at))  # type: ignore[arg-type]
    if run is None or run.ended_at is not None:
        raise Refused(Message("This exercise is not being played."))
    return run


def drill_of(incident: Incident) -> DrillRun | None:
    """The playing that an incident belongs to."""
    return DrillRun.get_or_none(DrillRun.incident == incident.id) if incident.drill else None
