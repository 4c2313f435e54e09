"""Telling those who may decide of each legal clock in time: that, and by when; never what the incident is about."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.exercises import DrillRun
from models.incidents import OPEN_CLOCK, ClockRule, Incident, LegalClock, milestones
from models.people import Person, RoleGrant
from models.words import N_, Act, Message, Register
from tracker.acts import post
from tracker.language import say, today
from tracker.laws import policy, reminders

SAID = {
    "start": N_("it has started"),
    "half": N_("half of its time has passed"),
    "six": N_("6 hours are left"),
    "two": N_("2 hours are left"),
    "late": N_("its time has passed"),
}
NO_TIME = N_("No time is set: promptly.")


@dataclass(frozen=True)
class Reminder:
    """What is to be told of one clock now."""

    clock: LegalClock
    milestone: str

    @property
    def told(self) -> reminders.Told:
        due = self.clock.due_at
        return self.clock.id, self.milestone, due.isoformat() if due else ""

    @property
    def subject(self) -> Message:
        """Of a clock that itself is masked no more than that there is one."""
        number = self.clock.incident.number
        plain = Message("A time limit in %(number)s", number=number)
        if not self.clock.hushed:
            what = Message(SAID[self.milestone])
            plain = Message("%(clock)s in %(number)s: %(what)s", clock=self.clock.rule.code, number=number, what=what)
        return Message("EXERCISE: %(subject)s", subject=plain) if self.clock.drill else plain

    @property
    def text(self) -> Message:
        due, subject = self.clock.due_at, self.subject
        if self.clock.hushed:
            return Message("%(subject)s.\n\nSign in to Värna to see more.\n", subject=subject)
        by = Message("It is due %(due)s.", due=due) if due else Message(NO_TIME)
        return Message("%(subject)s.\n\n%(by)s\n\nSign in to Värna to see more.\n", subject=subject, by=by)


@dataclass(frozen=True)
class Outcome:
    """How many clocks were told of, and how many letters the mail server did not take."""

    clocks: int
    not_sent: int


def remind(smtp_url: str | None, outbox: Path, at: dt.datetime) -> Outcome:
    """Tells of every clock that has passed a milestone since it was last told of.

    By mail where there is a server; a letter that it does not take, and every letter where there is none, is put in
    `outbox`. While nobody may decide, nothing counts as told. Raises NoTurn, and OSError for an outbox that is none.
    """
    to = responders(today(at))
    clocks = not_sent = 0
    for reminder in waiting(at) if to else ():
        if reminders.claim(reminder.told):
            clocks += 1
            not_sent += sum(not _delivered(reminder, person, smtp_url, outbox) for person in to)
    return Outcome(clocks, not_sent)


def waiting(at: dt.datetime) -> Iterator[Reminder]:
    """The last milestone that each open clock has passed, where it was not told of."""
    rows = LegalClock.select(LegalClock, Incident.id, Incident.number, ClockRule.id, ClockRule.code)
    rows = rows.join(Incident).switch(LegalClock).join(ClockRule).where(LegalClock.state.in_(OPEN_CLOCK))
    over = DrillRun.select(DrillRun.incident).where(DrillRun.ended_at.is_null(False))
    clocks = list(rows.where(LegalClock.incident.not_in(over)).order_by(LegalClock.id))
    told = reminders.told(clock.id for clock in clocks)
    for clock in clocks:
        name = last_passed(clock, at)
        if name and (reminder := Reminder(clock, name)).told not in told:
            yield reminder


def last_passed(clock: LegalClock, at: dt.datetime) -> str | None:
    """The name of the milestone that holds now: of those long passed only the last is told of."""
    start, due = clock.started_at, clock.due_at
    passed = {name: when for name, when in _milestones(start, due).items() if when <= at}
    return max(passed, key=lambda name: (passed[name], list(SAID).index(name)), default=None)


def _milestones(start: dt.datetime, due: dt.datetime | None) -> dict[str, dt.datetime]:
    return milestones(start, due) if due else {"start": start}


def responders(on: dt.date) -> list[Person]:
    """Those who may decide in incidents that day."""
    roles = list(policy.who_may(Register.INCIDENTS, Act.DECIDE))
    held = RoleGrant.role.in_(roles) & RoleGrant.held.where(RoleGrant, on)
    them = Person.id.in_(RoleGrant.select(RoleGrant.person).where(held)) & (Person.active == True)  # noqa: E712
    return list(Person.select().where(them).order_by(Person.id))


def _delivered(reminder: Reminder, person: Person, smtp_url: str | None, outbox: Path) -> bool:
    """False where the mail server did not take it; it lies in the outbox then."""
    locale: Any = person.language.value
    letter = person.email, say(reminder.subject, locale), say(reminder.text, locale)
    if smtp_url is None:
        post.keep(outbox, *letter)
        return True
    try:
        post.send(smtp_url, *letter)
    except post.NotSent:
        post.keep(outbox, *letter)
        return False
    return True
