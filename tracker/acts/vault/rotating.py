"""Changing the vault's key: a new epoch at once, everything sealed anew in batches, then the old key is destroyed.

Whoever is shut out keeps what they could open until then, and nothing after. While it goes on people write and read as
usual: what is new is sealed to the new key, and the old seed is carried, sealed to the new. A rotation that was cut off
goes on where it stopped: what is left is what still stands under an older key.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from peewee import fn

from models.happenings import Verb
from models.people import Actor
from models.record import Record
from models.sealed import MAGIC
from models.sealing import SealedRecord
from models.vault import HolderKind, VaultCarry, VaultEpoch, VaultGrant, VaultHolder
from models.words import Act, Message
from tracker.acts.vault import sealed
from tracker.acts.vault.asking import must
from tracker.acts.vault.holders import granted as holders_now
from tracker.acts.vault.holders import still_is
from tracker.language import today
from tracker.laws import ledger
from tracker.laws.vault import holding, roots, sessions, standing
from tracker.laws.vault.envelopes import HYBRID
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.keys import Seed
from tracker.laws.vault.roots import Epoch
from tracker.spine.errors import Missing, Refused

BATCH = 100  # rows


@dataclass(frozen=True)
class Progress:
    """How many rows are sealed at all, how many of them still under an older key, and how many do not open."""

    whole: int
    left: int
    broken: int = 0


def rotate(actor: Actor, keys: Keys, shut_out: str = "", *, at: dt.datetime) -> Keys:
    """The next epoch stands, for all who hold a key and still have its role, but the one shut out (a holder's uid).
    Everybody's vault locks.

    Returns the new keys. Raises Refused while an earlier rotation is not done, and Missing.
    """
    person = must(actor, Act.KEEP)
    if keys.root is None:
        raise Refused
    _must_be_done()
    epoch = standing.newest()
    out = _shut_out(actor, shut_out)
    after, fresh = _next(epoch, keys.root, at), Keys(Seed.made(), keys.root)
    after = replace(after, public=fresh.epoch.public())
    after = replace(after, signature=roots.signature(keys.root.reveal(), after.body()))
    row, goes_on = standing.row_of(after), _those_who_stay(out, at)
    if not all(holding.holds(grant, epoch, holder) for holder, grant in goes_on):
        raise Refused(Message("A key to the vault does not match its trace. Somebody has changed it."))
    carry = VaultCarry(epoch=VaultEpoch.get(VaultEpoch.number == epoch.number).id, by=person)
    carry.seed = holding.carried(keys.epoch, epoch, after, carry)
    with ledger.act(actor, Verb.REVOKED if out else Verb.ROTATED, row, at=at) as act:
        act.save(row)
        for holder, old in goes_on:
            grant = holding.granted(fresh, after, holder, person, old.ends_on)
            grant.epoch = row.id
            act.save(grant)
        act.save(carry)
        if out is not None:
            out.ended_on = today(at)
            act.save(out)
    standing.remember(after)  # after the commit: a pin ahead of the database would refuse it
    sessions.end_all()
    return fresh


def progress() -> Progress:
    """How far the rotation has come."""
    number = standing.newest().number
    return Progress(*(sum(each) for each in zip(*(_counts(kind, number) for kind in sealed_types()), strict=True)))


def reseal(actor: Actor, keys: Keys, *, at: dt.datetime, most: int = BATCH) -> Progress:
    """Seals some rows anew under the newest key. What does not match its trace is left as it is, and counted."""
    must(actor, Act.KEEP)
    epoch, broken, room = standing.newest(), 0, most
    for kind in sealed_types():
        last = 0
        while room and (rows := list(_older(kind, epoch.number).where(kind.id > last).limit(room))):
            failed = _reseal(actor, kind, rows, keys, epoch, at)
            broken, room, last = broken + failed, room - (len(rows) - failed), rows[-1].id
    return replace(progress(), broken=broken)


def finish(actor: Actor, *, at: dt.datetime) -> bool:
    """Destroys the old seeds, and what granted them, once nothing is sealed to them. Whether it did."""
    must(actor, Act.KEEP)
    if progress().left:
        return False
    newest = standing.newest().number
    for carry in VaultCarry.select().where(VaultCarry.done_on.is_null()):
        with ledger.act(actor, Verb.ROTATION_DONE, carry, at=at) as act:
            sealed.wait_for_writers()
            if progress().left:
                return False
            carry.seed, carry.done_on = None, today(at)
            act.save(carry)
            older = VaultEpoch.select(VaultEpoch.id).where(VaultEpoch.number < newest)
            for grant in VaultGrant.select().where(VaultGrant.epoch.in_(older) & VaultGrant.keys.is_null(False)):
                grant.keys, grant.ended_on = None, grant.ended_on or today(at)
                act.save(grant)
    return True


def is_going_on() -> bool:
    return VaultCarry.select().where(VaultCarry.done_on.is_null()).exists()


def sealed_types() -> list[type[SealedRecord]]:
    """Every kind of record that has sealed fields."""
    return sorted(_leaves(SealedRecord), key=lambda kind: kind.__name__)


def _leaves(kind: type[SealedRecord]) -> Iterator[type[SealedRecord]]:
    for child in kind.__subclasses__():
        yield from _leaves(child) if child.__subclasses__() else (child,)


def _must_be_done() -> None:
    if is_going_on():
        raise Refused(Message("The last change of key is not finished. Finish it first."))


def _shut_out(actor: Actor, uid: str) -> VaultHolder | None:
    """The holder to shut out; nobody shuts themselves out."""
    if not uid:
        return None
    found = next((each for each in VaultHolder.select().where(VaultHolder.living()) if each.uid.hex == uid), None)
    if found is None or found.kind is HolderKind.RECOVERY:
        raise Missing
    if found.person_id == actor.id:
        raise Refused(Message("You cannot shut yourself out."))
    return found


def _those_who_stay(out: VaultHolder | None, at: dt.datetime) -> list[tuple[VaultHolder, VaultGrant]]:
    """Whom the new key is for: whoever lost the role has left, whether they were shut out by name or not."""
    return [pair for pair in holders_now(at) if still_is(pair[0], at) and (out is None or pair[0].id != out.id)]


def _next(epoch: Epoch, root: Seed, at: dt.datetime) -> Epoch:
    made_at = at.astimezone(dt.UTC).isoformat(timespec="seconds")
    public = roots.public_of(root.reveal())
    return Epoch(epoch.number + 1, b"", epoch.digest(), made_at, epoch.installation, public)


def _counts(kind: type[SealedRecord], number: int) -> tuple[int, int]:
    return kind.select().count(), kind.select().where(_is_older(kind, number)).count()


def _older(kind: type[SealedRecord], number: int) -> Any:
    return kind.select().where(_is_older(kind, number)).order_by(kind.id)


def _is_older(kind: type[SealedRecord], number: int) -> Any:
    """Any sealed field under another key than the newest: the first bytes of an envelope tell."""
    newest = MAGIC + bytes([HYBRID]) + number.to_bytes(4, "big")
    condition = None
    for name in kind.sealed():
        one = fn.SUBSTR(kind._meta.fields[name], 1, len(newest)) != newest
        condition = one if condition is None else condition | one
    return condition


def _reseal(
    actor: Actor, kind: type[SealedRecord], rows: list[SealedRecord], keys: Keys, epoch: Epoch, at: dt.datetime
) -> int:
    """How many rows do not open. All the others in one act; one that somebody changed meanwhile waits for the next."""
    fields = kind.sealed()
    texts = sealed.texts(actor, rows, fields, keys, Verb.RESEALED, at=at)
    whole: list[Record] = []
    for row in rows:
        if None not in texts[row.uid].values():
            sealed.again(row, texts[row.uid], epoch)
            whole.append(row)
    if whole:
        with ledger.act(actor, Verb.RESEALED, whole[0], at=at, facts={"rows": len(whole)}) as act:
            for row in whole:
                act.save(row)
    return len(rows) - len(whole)
