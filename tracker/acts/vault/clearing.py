"""The need-to-know gate: stated once by whoever is to open what is sealed, and kept right by them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from peewee import IntegrityError

from models.happenings import Verb
from models.people import Actor
from models.protective_security import Clearance
from models.words import Act, Message, Problem
from tracker.acts.vault.asking import must, wrong
from tracker.language import today
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Invalid

DAYS = ("vetted_on", "trained_on", "silence_on")


def of(actor: Actor) -> Clearance | None:
    """What this person has stated."""
    return Clearance.get_or_none(Clearance.person == actor.id)


def state(actor: Actor, values: Mapping[str, Any], *, at: dt.datetime) -> None:
    """States that one is vetted, trained and knows of the duty of silence. Raises Refused and Invalid."""
    person = must(actor, Act.OPEN)
    row = of(actor) or Clearance(person=person)
    for name in DAYS:
        setattr(row, name, values.get(name))
    problems = records.checked(Clearance, row.__data__)
    problems += [
        Problem(name, Message("This day has not come yet."))
        for name in DAYS
        if (day := values.get(name)) is not None and day > today(at)
    ]
    if problems:
        raise Invalid(problems)
    try:
        with ledger.act(actor, Verb.CLEARED, row, at=at) as act:
            act.save(row)
    except IntegrityError as error:  # stated twice at once
        raise wrong(DAYS[0], "This is saved already. Open the page again to see it.") from error
