"""Telling those whom the programme names of a serious or an extraordinary event, and keeping who was told when."""

import datetime as dt

from models.happenings import Verb
from models.incidents import Alert, EscalationGround, Incident, Told
from models.people import Actor
from models.words import Act, Message, Problem
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused


def alert(
    actor: Actor, uid: str, told: Told, ground: EscalationGround, told_at: dt.datetime, how: str = "", *,
    at: dt.datetime,
) -> Alert:  # fmt: skip
    """Keeps that somebody was told, and why. Raises Missing, Refused, Invalid, NoTurn."""
    incident: Incident = records.find(actor, Incident, uid, Act.EDIT, at)
    if incident.is_locked:
        raise Refused(Message("The incident is closed: open it again first."))
    if told_at > at:
        raise Invalid([Problem("told_at", Message("This is for what has happened: choose a time that has come."))])
    row = Alert(incident=incident.id, told=told, ground_of=ground, told_at=told_at, how=how or None, by=actor.id)
    records.check(Alert, row, None)
    with ledger.act(actor, Verb.ALERTED, row, at=at) as act:
        act.save(row)
    return row


def next_to_tell(incident: Incident, ground: EscalationGround) -> Told | None:
    """Who has not been told of this yet, in the programme's order: TiB, the security manager, CKL."""
    told = {row.told for row in told_of(incident, ground)}
    return next((each for each in Told if each not in told), None)


def told_of(incident: Incident, ground: EscalationGround) -> list[Alert]:
    """Who was told that it is such an event."""
    return list(Alert.select().where((Alert.incident == incident) & (Alert.ground_of == ground)).order_by(Alert.id))
