"""Changing the vault's key: a new epoch at once, everything sealed anew in batches, then the old key is destroyed.

Whoever is shut out keeps what they could open until then, and nothing after. While it goes on people write and read as
usual: what is new is sealed to the new key, and the old seed is carried, sealed to the new. A rotation that was cut off
goes on where it stopped: what is left is what still stands under an older key.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any

from peewee import fn

from models.happenings import Verb
from models.people import Actor
from models.record import Record
from models.sealed import MAGIC
from models.sealing import SealedRecord
from models.vault import HolderKind, VaultCarry, VaultEpoch, VaultGrant, VaultHolder
from models.words import Act, Message
from tracker.acts.vault import sealed, trusting
from tracker.acts.vault.asking import must
from tracker.acts.vault.holders import granted as holders_now
from tracker.acts.vault.holders import still_is
from tracker.language import today
from tracker.laws import ledger
from tracker.laws.ledger import Conflict, Writing
from tracker.laws.vault import holding, roots, sessions, standing
from tracker.laws.vault.envelopes import HYBRID
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.keys import Seed
from tracker.laws.vault.roots import Epoch
from tracker.spine.errors import Missing, Refused

BATCH = 100  # rows
OCTETS = 16 * 1024 * 1024  # of ciphertext in one act: each is in memory as it was, opened, and sealed anew


@dataclass(frozen=True)
class Progress:
    """How many rows are sealed at all, how many of them still under an older key, and how many do not open."""

    whole: int
    left: int
    broken: int = 0


def rotate(actor: Actor, keys: Keys, shut_out: str = "", *, at: dt.datetime) -> Keys:
    """The next epoch stands, for all who hold a key and still have its role, but the one shut out (a holder's uid).
    Everybody's vault locks. An earlier change need not be done: what it left is reached through both.

    A key that is not as signed entries tell gets nothing, and the ledger is told. Returns the new keys. Raises Refused,
    also where it is one's own that is so; Missing; and Conflict where another change of key came first.
    """
    person = must(actor, Act.KEEP)
    if keys.root is None:
        raise Refused
    epoch, out = standing.newest(), _shut_out(actor, shut_out)
    _must_stay(actor, at)
    fresh = Keys(Seed.made(), keys.root)
    after = _next(epoch, fresh, at)
    row, carry = standing.row_of(after), VaultCarry(by=person)
    carry.seed = holding.carried(keys.epoch, epoch, after, carry)
    with ledger.act(actor, Verb.REVOKED if out else Verb.ROTATED, row, at=at) as act:
        carry.epoch, goes_on = trusting.held(act, epoch, keys).id, _those_who_stay(out, at)
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
    epoch, broken, room, octets = standing.newest(), 0, most, OCTETS
    for kind in sealed_types():
        last = 0
        while room > 0 and octets > 0 and (some := _next_few(kind, epoch.number, last, room)):
            rows = list(kind.select().where(kind.id.in_(list(some))).order_by(kind.id))
            failed = _reseal(actor, kind, rows, keys, epoch, at)
            broken, room, last = broken + failed, room - (len(rows) - failed), max(some)
            octets -= sum(some.values()) if len(rows) > failed else 0
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


def _must_stay(actor: Actor, at: dt.datetime) -> None:
    """Tells the ledger of every row for whose sake a key gets nothing, since it is not as signed entries tell.

    Raises Refused where the actor's own key would get nothing: they would lock themselves out.
    """
    rows = {row.uid: row for pair in holders_now(at) for row in _rows(*pair, at)}
    trusting.told(actor, trusting.altered(rows.values()), at=at)
    if not any(holder.person_id == actor.id for holder, _ in _those_who_stay(None, at)):
        raise Refused(trusting.ALTERED)


def _those_who_stay(out: VaultHolder | None, at: dt.datetime) -> list[tuple[VaultHolder, VaultGrant]]:
    """Whom the new key is for: whoever lost the role has left, whether they were shut out by name or not.

    Nor is it for whoever is not, row by row, as signed entries tell, or was granted the present key by no root.
    """
    epoch = standing.newest()
    here = [pair for pair in holders_now(at) if still_is(pair[0], at) and (out is None or pair[0].id != out.id)]
    wrong = {row.uid for row in trusting.altered(row for pair in here for row in _rows(*pair, at))}
    return [
        (holder, grant) for holder, grant in here
        if holding.holds(grant, epoch, holder) and not wrong & {row.uid for row in _rows(holder, grant, at)}
    ]  # fmt: skip


def _rows(holder: VaultHolder, grant: VaultGrant, at: dt.datetime) -> list[Record]:
    return [*trusting.whole(holder, at), grant]


def _next(epoch: Epoch, keys: Keys, at: dt.datetime) -> Epoch:
    """The epoch of these keys, after this one, signed by the root."""
    root, made_at = keys.root, at.astimezone(dt.UTC).isoformat(timespec="seconds")
    if root is None:
        raise Refused
    public = roots.public_of(root.reveal())
    after = Epoch(epoch.number + 1, keys.epoch.public(), epoch.digest(), made_at, epoch.installation, public)
    return replace(after, signature=roots.signature(root.reveal(), after.body()))


def _counts(kind: type[SealedRecord], number: int) -> tuple[int, int]:
    return kind.select().count(), kind.select().where(_is_older(kind, number)).count()


def _next_few(kind: type[SealedRecord], number: int, after: int, most: int) -> dict[int, int]:
    """By id: the octets of the next rows to be sealed anew, as many as fit in one act; one in any case."""
    size = reduce(add, (fn.COALESCE(fn.LENGTH(kind._meta.fields[name]), 0) for name in kind.sealed()))
    waiting = kind.select(kind.id, size).where(_is_older(kind, number) & (kind.id > after)).order_by(kind.id)
    found: dict[int, int] = {}
    for row, octets in waiting.limit(most).tuples():
        if found and sum(found.values()) + octets > OCTETS:
            break
        found[row] = octets
    return found


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
    whole: list[SealedRecord] = []
    for row in rows:
        if None not in texts[row.uid].values():
            sealed.again(row, texts[row.uid], epoch)
            whole.append(row)
    if whole:
        with ledger.act(actor, Verb.RESEALED, whole[0], at=at) as act:
            act.facts["rows"] = sum(act.save(row) for row in whole if _is_as_read(act, row))
    return len(rows) - len(whole)


def _is_as_read(act: Writing, row: SealedRecord) -> bool:
    try:
        return bool(act.held(row).version == row.version)
    except Conflict:
        return False
