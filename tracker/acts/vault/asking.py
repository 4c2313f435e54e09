"""What every act on the vault asks first."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from peewee import fn

from models.people import Actor
from models.protective_security import Clearance
from models.vault import HolderKind, VaultEpoch, VaultGrant, VaultHolder
from models.words import Act, Message, Problem, Register
from tracker.laws import policy
from tracker.laws.vault import wraps
from tracker.laws.vault.roots import Epoch
from tracker.spine.errors import Invalid, Refused


@dataclass(frozen=True, repr=False)
class Secrets:
    """What a host brings to every passphrase: its pepper, and what one stretching costs."""

    pepper: bytes
    cost: wraps.Cost = wraps.COST


def must(actor: Actor, act: Act) -> int:
    """The person's id, who may do this with the vault. Raises Refused."""
    if actor.id is None or not policy.may(actor, Register.PROTECTIVE_SECURITY, act):
        raise Refused
    return actor.id


def wrong(field: str, text: str, **values: object) -> Invalid:
    """One problem beside one field."""
    return Invalid([Problem(field, Message(text, **values))])


def must_be_cleared(person: int) -> None:
    """Raises Refused until the need-to-know gate is passed."""
    if not Clearance.passed(person):
        raise Refused(Message("First state that you are vetted, trained and know of the duty of silence."))


def kind_of(actor: Actor) -> HolderKind:
    """How this person holds the vault: whoever may keep it has its root too."""
    keeps = policy.may(actor, Register.PROTECTIVE_SECURITY, Act.KEEP)
    return HolderKind.CHIEF if keeps else HolderKind.DEPUTY


def holder_of(person: int, kind: HolderKind) -> VaultHolder | None:
    """The key that a person has for the vault now: the one that was let in, or else the newest."""
    newest = VaultEpoch.select(fn.MAX(VaultEpoch.number))
    let_in = VaultGrant.select(VaultGrant.holder).join(VaultEpoch).where(VaultEpoch.number == newest)
    let_in = let_in.where(VaultGrant.ended_on.is_null())
    return _theirs(person, kind).order_by(VaultHolder.id.in_(let_in).desc(), VaultHolder.id.desc()).first()


def made_last(person: int, kind: HolderKind) -> VaultHolder | None:
    """The newest key that a person made, let in or not."""
    return _theirs(person, kind).order_by(VaultHolder.id.desc()).first()


def _theirs(person: int, kind: HolderKind) -> Any:
    mine = (VaultHolder.person == person) & (VaultHolder.kind == kind) & VaultHolder.living()
    return VaultHolder.select().where(mine)


def is_let_in(person: int, epoch: Epoch, today: dt.date) -> bool:
    """Whether some key of a person's opens an epoch still."""
    held = VaultGrant.held(today) & VaultHolder.living() & (VaultHolder.person == person)
    given = VaultGrant.select().join(VaultHolder).switch(VaultGrant).join(VaultEpoch)
    return bool(given.where(held & (VaultEpoch.number == epoch.number)).exists())


def grant_of(holder: VaultHolder, epoch: Epoch, today: dt.date) -> VaultGrant | None:
    """What a holder was granted of an epoch and still has."""
    held = (VaultGrant.holder == holder.id) & VaultGrant.held(today)
    joined = VaultGrant.select(VaultGrant).join(VaultEpoch).where(held & (VaultEpoch.number == epoch.number))
    return joined.order_by(VaultGrant.id.desc()).first()
