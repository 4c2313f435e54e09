"""The anchoring of the guidelines: who takes part, who is to sign, and the head's sign-off."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from models.common import Unit
from models.happenings import Verb
from models.integrity import Anchoring, Guideline, SignOff
from models.people import Actor, Person, RoleGrant
from models.record import among
from models.words import Act, Message
from tracker.language import today as day_of
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Refused


@dataclass(frozen=True)
class Signing:
    """What a unit's head is asked to sign, if anything; `signed` is the sign-off of it that is there."""

    anchoring: Anchoring
    guideline: Guideline | None
    signed: SignOff | None


def cover(actor: Actor, at: dt.datetime) -> int:
    """Gives every förvaltning and bolag that is there an anchoring of its own; returns how many were new."""
    known = Anchoring.select(Anchoring.unit)
    missing = list(Anchoring.units(day_of(at)).where(Unit.id.not_in(known)).order_by(Unit.id))
    if not missing:
        return 0
    rows = [Anchoring(unit=unit) for unit in missing]
    with ledger.act(actor, Verb.INSTALLED, rows[0], at=at, facts={"rows": len(rows)}) as act:
        for row in rows:
            act.save(row)
    return len(rows)


def in_force(today: dt.date) -> Guideline | None:
    """The version that is anchored."""
    return Guideline.get_or_none(Guideline.id.in_(Guideline.now(today)))


def signing(actor: Actor, uid: str, at: dt.datetime) -> Signing:
    """What stands on the page whose one button signs.

    Raises Missing outside what `actor` heads; Refused for a unit beneath that has a head of its own, who signs.
    """
    row = records.find(actor, Anchoring, uid, Act.COUNTERSIGN, at)
    theirs = Anchoring.asked_of(actor.id, day_of(at))
    if not Anchoring.select().where((Anchoring.id == row.id) & theirs).exists():
        raise Refused(Message("This unit has a head of its own, and only that head signs for it."))
    guideline = in_force(day_of(at))
    signed = SignOff.select().where((SignOff.anchoring == row.id) & (SignOff.guideline == guideline))
    return Signing(row, guideline, signed.order_by(SignOff.signed_on.desc()).first() if guideline else None)


def shown(guideline: Guideline) -> str:
    """What somebody has before them: this version, with the words that it had then."""
    return f"{guideline.uid.hex}.{guideline.version}"


def sign(actor: Actor, uid: str, version: str, at: dt.datetime) -> Signing:
    """Signs "read and discussed" of the version that was shown; once a day is enough. Raises Missing, Refused, NoTurn.

    Refused when another version has come into force since the page was shown, or its words are others (`version` is
    what `shown` gave): nobody signs what they have not seen.
    """
    asked = signing(actor, uid, at)
    if asked.guideline is None or shown(asked.guideline) != version:
        raise Refused(Message("Another version is in force now. Open the page anew and read that one."))
    if asked.signed is not None and asked.signed.signed_on == day_of(at):
        return asked
    row = SignOff(anchoring=asked.anchoring.id, guideline=asked.guideline.id, signed_on=day_of(at), signed_by=actor.id)
    with ledger.act(actor, Verb.READ_AND_DISCUSSED, row, at=at) as act:
        act.save(row)
    return Signing(asked.anchoring, asked.guideline, row)


def heads(rows: list[Anchoring], today: dt.date) -> dict[int, list[str]]:
    """The names of those who head the unit of each anchoring, by its unit; none where the post is vacant."""
    found: dict[int, list[str]] = defaultdict(list)
    held = among(RoleGrant.id, RoleGrant.heads(today)) & RoleGrant.unit.in_([row.unit_id for row in rows])
    grants = RoleGrant.select(RoleGrant.unit, Person.name).join(Person, on=RoleGrant.person).where(held)
    for unit, name in grants.order_by(Person.name_key).tuples():
        found[unit].append(name)
    return found
