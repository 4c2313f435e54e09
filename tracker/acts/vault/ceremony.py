"""The key ceremony: the vault is made, and nothing of it is stored until what was printed has been typed back.

Between the two steps the host keeps nothing. What it needs again (public halves, a wrapped key, sealed grants) travels
with the form, sealed by the host so that it comes back as it went.
"""

import datetime as dt
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.happenings import Verb
from models.people import Actor
from models.sealed import Envelope
from models.vault import HolderKind, VaultEpoch, VaultGrant, VaultHolder
from models.words import Act, Message, Problem
from tracker.acts.vault.asking import must, wrong
from tracker.language import today
from tracker.laws import ledger
from tracker.laws.vault import holding, passphrases, roots, shares, standing, wraps
from tracker.laws.vault.envelopes import CannotOpen
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.keys import Seed
from tracker.laws.vault.roots import Epoch
from tracker.seals import Seal
from tracker.spine.errors import Invalid, Refused

LASTS = dt.timedelta(hours=2)
SEAL = Seal("varna/ceremony/v1")


@dataclass(frozen=True, repr=False)
class Printed:
    """What is shown once: to be written down, printed and kept apart. `draft` goes back with what is typed."""

    passphrase: str
    shares: tuple[str, ...]
    fingerprint: str
    draft: str


@dataclass(frozen=True)
class Draft:
    """A vault that is not stored yet."""

    epoch: Epoch
    chief: VaultHolder
    chiefs: VaultGrant
    recovery: VaultHolder
    recoverys: VaultGrant


def prepare(actor: Actor, *, pepper: bytes, at: dt.datetime, cost: wraps.Cost = wraps.COST) -> Printed:
    """Makes the vault's keys, and stores none of them. Raises Refused where there is a vault already."""
    person = must(actor, Act.KEEP)
    _must_be_none()
    root, seed, own, words, (key, lines) = Seed.made(), Seed.made(), Seed.made(), passphrases.made(), shares.made()
    epoch = first_epoch(seed, root, at)
    keys, day = Keys(seed, root), today(at)
    chief = VaultHolder(uid=uuid.uuid4(), person=person, kind=HolderKind.CHIEF, public=own.public().hex(), made_on=day)
    chief.wrapped = holding.wrapped(own, words, pepper, epoch.installation, chief.uid.hex, cost)
    recovery = VaultHolder(uid=uuid.uuid4(), kind=HolderKind.RECOVERY, public=Seed(key).public().hex(), made_on=day)
    grants = (holding.granted(keys, epoch, holder, person) for holder in (chief, recovery))
    draft = Draft(epoch, chief, next(grants), recovery, next(grants))
    return Printed(words, lines, roots.fingerprint(epoch.root), _written(draft, actor, at))


def first_epoch(seed: Seed, root: Seed, at: dt.datetime) -> Epoch:
    """Epoch 1 of a new installation, signed by its new root."""
    made_at, installation = at.astimezone(dt.UTC).isoformat(timespec="seconds"), secrets.token_bytes(16)
    public = roots.public_of(root.reveal())
    unsigned = Epoch(1, seed.public(), roots.FIRST, made_at, installation, public)
    return replace(unsigned, signature=roots.signature(root.reveal(), unsigned.body()))


def perform(
    actor: Actor, draft: str, words: str, typed: Sequence[str], *, pepper: bytes, at: dt.datetime,
    cost: wraps.Cost = wraps.COST,
) -> Epoch:  # fmt: skip
    """Makes the vault stand, once the passphrase and two shares were typed back rightly. Raises Refused, Invalid."""
    person = must(actor, Act.KEEP)
    _must_be_none()
    drafted = _read(draft, actor, at)
    if problems := list(_wrong(drafted, words, typed, pepper, cost)):
        raise Invalid(problems)
    row = standing.row_of(drafted.epoch)
    facts = {"fingerprint": roots.fingerprint(drafted.epoch.root)}
    with ledger.act(actor, Verb.VAULT_MADE, row, at=at, facts=facts) as act:
        act.save(row)
        for holder, grant in ((drafted.chief, drafted.chiefs), (drafted.recovery, drafted.recoverys)):
            act.save(holder)
            grant.epoch, grant.holder, grant.by = row.id, holder.id, person
            act.save(grant)
        standing.remember(drafted.epoch)  # before the commit: a pin without a vault is made anew
    return drafted.epoch


def _must_be_none() -> None:
    if VaultEpoch.select().exists():
        raise Refused(Message("There is a vault already."))


def _written(draft: Draft, actor: Actor, at: dt.datetime) -> str:
    epoch = {name: value for name, value in standing.row_of(draft.epoch).__data__.items() if name in VaultEpoch.kinds()}
    pairs = [
        {
            "holder": holder.uid.hex, "public": holder.public, "wrapped": holder.wrapped,
            "grant": grant.uid.hex, "keys": bytes(grant.keys).hex(), "signature": grant.signature,
        }
        for holder, grant in ((draft.chief, draft.chiefs), (draft.recovery, draft.recoverys))
    ]  # fmt: skip
    said = json.dumps({"epoch": epoch, "pairs": pairs, "by": actor.uid, "person": actor.id, "at": at.timestamp()})
    return f"{SEAL.of(said)}{said}"


def _read(draft: str, actor: Actor, at: dt.datetime) -> Draft:
    """Raises Invalid for what is not a draft of this person's, of the last two hours."""
    seal, said = draft[:64], draft[64:]
    if not SEAL.holds(seal, said, row=0):
        raise _again()
    read: dict[str, Any] = json.loads(said)
    if read["by"] != actor.uid or at.timestamp() - read["at"] > LASTS.total_seconds():
        raise _again()
    day = today(dt.datetime.fromtimestamp(read["at"], dt.UTC))
    (chief, chiefs), (recovery, recoverys) = (
        _pair(pair, kind, read["person"], day)
        for pair, kind in zip(read["pairs"], (HolderKind.CHIEF, HolderKind.RECOVERY), strict=True)
    )
    return Draft(standing.told(VaultEpoch(**read["epoch"])), chief, chiefs, recovery, recoverys)


def _pair(said: dict[str, str], kind: HolderKind, person: int, day: dt.date) -> tuple[VaultHolder, VaultGrant]:
    whose = person if kind is HolderKind.CHIEF else None
    holder = VaultHolder(
        uid=uuid.UUID(said["holder"]), person=whose, kind=kind, public=said["public"], wrapped=said["wrapped"],
        made_on=day,
    )  # fmt: skip
    keys = Envelope(bytes.fromhex(said["keys"]))
    return holder, VaultGrant(uid=uuid.UUID(said["grant"]), keys=keys, signature=said["signature"])


def _again() -> Invalid:
    return wrong("", "The ceremony took too long or was changed on the way. Begin anew.")


def _wrong(draft: Draft, words: str, typed: Sequence[str], pepper: bytes, cost: wraps.Cost) -> list[Problem]:
    problems = []
    try:
        own = holding.unwrapped(draft.chief, passphrases.tidied(words), pepper, draft.epoch.installation, cost)
        holding.keys_of(draft.chiefs, draft.epoch, draft.chief, own)
    except CannotOpen:
        problems.append(Problem("passphrase", Message("This is not the passphrase that was shown. Type it again.")))
    try:
        key = Seed(shares.combined(typed))
        holding.keys_of(draft.recoverys, draft.epoch, draft.recovery, key)
    except CannotOpen:
        problems.append(
            Problem("share_2", Message("These are not two of the shares that were shown. Type them again."))
        )
    return problems
