"""A sealed report that was read: made a measure, whose sealed content its words become."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from peewee import IntegrityError

from models.happenings import Verb
from models.people import Actor
from models.protective_security import Deposit, DepositState, Outcome, ProtectiveMeasure, SecrecyClass
from models.words import Act, Message
from tracker.acts.vault import contents, deposits, sealed
from tracker.acts.vault.asking import must, must_be_cleared, wrong
from tracker.language import today
from tracker.laws.vault.holding import Keys
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused


def from_report(
    actor: Actor, uid: str, values: Mapping[str, Any], secrecy: SecrecyClass | None, version: int, keys: Keys,
    title: str = "", *, at: dt.datetime,
) -> ProtectiveMeasure:  # fmt: skip
    """A measure out of a sealed report, whose words become its sealed content; the report is closed. All in one act.

    `secrecy` is the class that whoever read it says it has; without a title the day of the report stands there.

    Raises Missing, Refused, Invalid and Conflict.
    """
    person = must(actor, Act.ADD)
    must_be_cleared(person)
    report: Deposit = records.find(actor, Deposit, uid, Act.OPEN, at)
    if report.state is not DepositState.READ:
        raise Refused(Message("That step cannot be taken from the state it is in now."))
    said = {"title": title.strip() or f"{report.sent_on:%Y-%m-%d}"}
    if problems := [*contents.of_class(secrecy, today(at)), *contents.of_texts(said)]:
        raise Invalid(problems)
    texts = sealed.open_rows(actor, [report], deposits.FIELDS, keys, at=at)[report.uid]
    if None in texts.values():
        raise Refused(Message("The report cannot be opened: it does not match its trace."))
    measure = ProtectiveMeasure(**values)
    records.check(ProtectiveMeasure, measure, None)
    said["vulnerability"] = (texts["body"] or b"").decode(errors="replace")
    core, sealing = contents.sealing(actor, person, measure, said, texts["photo"] or b"", 1, at)
    report.version, report.state, report.outcome = version, DepositState.CLOSED, Outcome.MEASURE
    try:
        with sealed.act(actor, Verb.ADDED, measure, [sealing], at=at) as act:
            act.save(measure)
            core.measure = measure.id
            act.save(core)
            report.measure = measure.id
            act.save(report)
    except IntegrityError as error:  # another was made with this number at once
        raise wrong("code", "This is already used by another. Choose something else.") from error
    return measure
