"""Is this a serious or an extraordinary event? The programme's definitions, asked condition by condition.

What comes of it is a suggestion of whom to tell, never the decision.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from models.happenings import Verb
from models.incidents import Answer, EscalationGround, EscalationTest, Incident
from models.people import Actor
from models.words import Act, Message, Problem
from tracker import language
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused

SHIPPED = Path(__file__).parent.parent.parent / "data" / "escalation.yaml"


@dataclass(frozen=True)
class Definition:
    """A definition with its conditions, in the municipality's language; `doubt` is what is uncertain of it."""

    ground: EscalationGround
    name: str
    source: str
    doubt: str
    questions: tuple[str, ...]
    checked_on: dt.date


@cache
def definitions() -> tuple[Definition, ...]:
    """The definitions, the lesser first."""
    shipped = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return tuple(
        Definition(
            EscalationGround(said["ground"]), said["name"], said["source"], said.get("doubt", ""),
            tuple(said["questions"]), shipped["checked_on"],
        )
        for said in shipped["definitions"]
    )  # fmt: skip


def definition(ground: EscalationGround) -> Definition:
    return next(each for each in definitions() if each.ground is ground)


def holds(answers: Sequence[Answer | None]) -> bool:
    """Whether a definition is met: every condition is answered yes."""
    return bool(answers) and all(answer is Answer.YES for answer in answers)


def answer(
    actor: Actor, uid: str, ground: EscalationGround, answers: Sequence[Answer | None], *, at: dt.datetime
) -> EscalationTest:
    """Keeps what was answered to each condition, in order. Raises Missing, Refused, Invalid, NoTurn."""
    incident: Incident = records.find(actor, Incident, uid, Act.EDIT, at)
    if incident.is_locked:
        raise Refused(Message("The incident is closed: open it again first."))
    asked = definition(ground).questions
    unanswered = [Problem(f"q{n}", Message("Choose one of the alternatives.")) for n, said in enumerate(answers, 1)
                  if said is None]  # fmt: skip
    if unanswered or len(answers) != len(asked):
        raise Invalid(unanswered or [Problem("", Message("Choose one of the alternatives."))])
    told = "\n".join(f"{question} {language.say(said, 'sv')}." for question, said in zip(asked, answers, strict=True))
    met = holds(answers)
    row = EscalationTest(incident=incident.id, ground_of=ground, holds=met, answers=told, by=actor.id, tested_at=at)
    records.check(EscalationTest, row, None)
    with ledger.act(actor, Verb.TESTED, row, at=at) as act:
        act.save(row)
    return row


def tests(incident: Incident) -> list[EscalationTest]:
    """Every test of the event, the oldest first."""
    return list(EscalationTest.select().where(EscalationTest.incident == incident).order_by(EscalationTest.id))


def newest(incident: Incident) -> dict[EscalationGround, EscalationTest]:
    """The newest test against each definition."""
    return {row.ground_of: row for row in tests(incident)}


def suggested(tests: Mapping[EscalationGround, EscalationTest]) -> EscalationGround | None:
    """The gravest definition whose newest test holds."""
    met = [ground for ground in reversed(EscalationGround) if ground in tests and tests[ground].holds]
    return met[0] if met else None
