"""The key ceremony: the vault is made, and nothing of it is stored until what was printed has been typed back."""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from peewee import IntegrityError

from models.happenings import Verb
from models.people import Actor
from models.vault import HolderKind, VaultEpoch, VaultGrant, VaultHolder
from models.words import Act, Message, Problem
from tracker.acts.vault import drafts
from tracker.acts.vault.asking import Secrets, must
from tracker.language import today
from tracker.laws import ledger
from tracker.laws.vault import holding, passphrases, roots, shares, standing
from tracker.laws.vault.envelopes import CannotOpen
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.keys import Seed
from tracker.laws.vault.roots import Epoch
from tracker.spine.errors import Invalid, Refused

KIND = "vault"
THERE = Message("There is a vault already.")


@dataclass(frozen=True, repr=False)
class Printed:
    """What is shown once: to be written down, printed and kept apart. `draft` goes back with what is typed."""

    passphrase: str
    shares: tuple[str, ...]
    fingerprint: str
    draft: str


@dataclass(frozen=True)
class Drafted:
    """A vault that is not stored yet."""

    epoch: Epoch
    chief: VaultHolder
    chiefs: VaultGrant
    recovery: VaultHolder
    recoverys: VaultGrant


def prepare(actor: Actor, host: Secrets, *, at: dt.datetime) -> Printed:
    """Makes the vault's keys, and stores none of them. Raises Refused where there is a vault already."""
    person = must(actor, Act.KEEP)
    _must_be_none()
    root, seed, own, words, (key, lines) = Seed.made(), Seed.made(), Seed.made(), passphrases.made(), shares.made()
    epoch = _first_epoch(seed, root, at)
    chief = VaultHolder(uid=uuid.uuid4(), person=person, kind=HolderKind.CHIEF, public=own.public().hex())
    chief.wrapped = holding.wrapped(own, words, host.pepper, epoch.installation, chief.uid.hex, host.cost)
    recovery = VaultHolder(uid=uuid.uuid4(), kind=HolderKind.RECOVERY, public=Seed(key).public().hex())
    pairs = [
        drafts.of_pair(holder, holding.granted(Keys(seed, root), epoch, holder, person)) for holder in (chief, recovery)
    ]
    said = {name: value for name, value in standing.row_of(epoch).__data__.items() if name in VaultEpoch.kinds()}
    draft = drafts.written(KIND, actor, at, epoch=said, pairs=pairs)
    return Printed(words, lines, roots.fingerprint(epoch.root), draft)


def perform(actor: Actor, draft: str, words: str, typed: Sequence[str], host: Secrets, *, at: dt.datetime) -> Epoch:
    """Makes the vault stand, once the passphrase and two shares were typed back rightly. Raises Refused, Invalid."""
    person = must(actor, Act.KEEP)
    _must_be_none()
    drafted = _read(draft, actor, person, at)
    if problems := list(_wrong(drafted, words, typed, host)):
        raise Invalid(problems)
    row = standing.row_of(drafted.epoch)
    facts = {"fingerprint": roots.fingerprint(drafted.epoch.root)}
    try:
        with ledger.act(actor, Verb.VAULT_MADE, row, at=at, facts=facts) as act:
            act.save(row)
            for holder, grant in ((drafted.chief, drafted.chiefs), (drafted.recovery, drafted.recoverys)):
                act.save(holder)
                grant.epoch, grant.holder, grant.by = row.id, holder.id, person
                act.save(grant)
    except IntegrityError:  # the form was sent twice at once
        raise Refused(THERE) from None
    standing.remember(drafted.epoch)  # after the commit: a pin without its vault would stand in the way of another
    return drafted.epoch


def _must_be_none() -> None:
    """Neither here nor in what the host remembers: a database that lost its vault is no new one."""
    if VaultEpoch.select().exists():
        raise Refused(THERE)
    if standing.is_kept():
        raise Refused(
            Message(
                "This host has pinned a vault that is not in the database. Restore a backup. If that vault is given "
                "up, whoever looks after the host says so first, by the command flask vault unpin."
            )
        )


def _first_epoch(seed: Seed, root: Seed, at: dt.datetime) -> Epoch:
    """Epoch 1 of a new installation, signed by its new root."""
    made_at, installation = at.astimezone(dt.UTC).isoformat(timespec="seconds"), secrets.token_bytes(16)
    unsigned = Epoch(1, seed.public(), roots.FIRST, made_at, installation, roots.public_of(root.reveal()))
    return replace(unsigned, signature=roots.signature(root.reveal(), unsigned.body()))


def _read(draft: str, actor: Actor, person: int, at: dt.datetime) -> Drafted:
    said = drafts.read(KIND, draft, actor, at)
    holders = (
        VaultHolder(
            uid=uuid.UUID(pair["holder"]), person=whose, kind=kind, public=pair["public"], wrapped=pair["wrapped"],
            made_on=today(at),
        )
        for pair, kind, whose in zip(
            said["pairs"], (HolderKind.CHIEF, HolderKind.RECOVERY), (person, None), strict=True
        )
    )  # fmt: skip
    chiefs, recoverys = (drafts.grant_in(pair) for pair in said["pairs"])
    return Drafted(standing.told(VaultEpoch(**said["epoch"])), next(holders), chiefs, next(holders), recoverys)


def _wrong(drafted: Drafted, words: str, typed: Sequence[str], host: Secrets) -> Iterator[Problem]:
    epoch = drafted.epoch
    try:
        own = holding.unwrapped(drafted.chief, passphrases.tidied(words), host.pepper, epoch.installation, host.cost)
        holding.keys_of(drafted.chiefs, epoch, drafted.chief, own)
    except CannotOpen:
        yield Problem("passphrase", Message("This is not the passphrase that was shown. Type it again."))
    try:
        holding.keys_of(drafted.recoverys, epoch, drafted.recovery, Seed(shares.combined(typed)))
    except CannotOpen:
        yield Problem("share_2", Message("These are not two of the shares that were shown. Type them again."))
