"""The key ceremony: the vault is made, and nothing of it is stored until what was printed has been typed back.

Between the two steps the host keeps nothing. What it needs again (the public half and the wrapped keys) travels with
the form, sealed by the host so that it comes back as it went.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.happenings import Verb
from models.people import Actor
from models.vault import Purpose, VaultEpoch, VaultWrap
from models.words import Act, Message, Problem, Register
from tracker.laws import ledger, policy
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


def prepare(actor: Actor, *, pepper: bytes, at: dt.datetime, cost: wraps.Cost = wraps.COST) -> Printed:
    """Makes the vault's keys, and stores none of them. Raises Refused where there is a vault already."""
    _ask(actor)
    installation, root, seed = roots.made()[:16], Seed.made(), Seed.made()
    unsigned = Epoch(
        1, seed.public(), roots.FIRST, at.astimezone(dt.UTC).isoformat(timespec="seconds"), installation,
        roots.public_of(root.reveal()),
    )  # fmt: skip
    epoch = replace(unsigned, signature=roots.signature(root.reveal(), unsigned))
    keys, words, (recovery, lines) = Keys(seed, root), passphrases.made(), shares.made()
    wrapped = {
        purpose.value: holding.wrapped(keys, secret, pepper, epoch, actor.uid, purpose, cost)
        for purpose, secret in ((Purpose.PASSPHRASE, words), (Purpose.RECOVERY, recovery.hex()))
    }
    row = {name: value for name, value in standing.row_of(epoch).__data__.items() if name in VaultEpoch.kinds()}
    said = json.dumps({"epoch": row, "wraps": wrapped, "by": actor.uid, "at": at.timestamp()})
    return Printed(words, lines, roots.fingerprint(epoch.root), f"{SEAL.of(said)}{said}")


def perform(
    actor: Actor, draft: str, words: str, typed: Sequence[str], *, pepper: bytes, at: dt.datetime,
    cost: wraps.Cost = wraps.COST,
) -> Epoch:  # fmt: skip
    """Makes the vault stand, once the passphrase and two shares were typed back rightly. Raises Refused, Invalid."""
    _ask(actor)
    said = _read(draft, actor, at)
    epoch = standing.told(VaultEpoch(**said["epoch"]))
    problems = list(_wrong(epoch, said["wraps"], actor, words, typed, pepper, cost))
    if problems:
        raise Invalid(problems)
    row = standing.row_of(epoch)
    with ledger.act(actor, Verb.VAULT_MADE, row, at=at, facts={"fingerprint": roots.fingerprint(epoch.root)}) as act:
        act.save(row)
        for purpose, wrapped in said["wraps"].items():
            act.save(VaultWrap(epoch=row.id, holder=actor.id, purpose=Purpose(purpose), wrapped=wrapped))
        standing.remember(epoch)  # before the commit: a pin without a vault is made anew, a vault without one is refused
    return epoch


def _ask(actor: Actor) -> None:
    if actor.id is None or not policy.may(actor, Register.PROTECTIVE_SECURITY, Act.KEEP):
        raise Refused
    if VaultEpoch.select().exists():
        raise Refused(Message("There is a vault already."))


def _read(draft: str, actor: Actor, at: dt.datetime) -> dict[str, Any]:
    seal, said = draft[:64], draft[64:]
    again = Invalid([Problem("", Message("The ceremony took too long or was changed on the way. Begin anew."))])
    if not SEAL.holds(seal, said, row=0):
        raise again
    read: dict[str, Any] = json.loads(said)
    if read["by"] != actor.uid or at.timestamp() - read["at"] > LASTS.total_seconds():
        raise again
    return read


def _wrong(
    epoch: Epoch, wrapped: Mapping[str, str], actor: Actor, words: str, typed: Sequence[str], pepper: bytes,
    cost: wraps.Cost,
) -> list[Problem]:  # fmt: skip
    problems = []
    try:
        holding.unwrapped(
            wrapped["passphrase"], passphrases.tidied(words), pepper, epoch, actor.uid, Purpose.PASSPHRASE, cost
        )
    except CannotOpen:
        problems.append(Problem("passphrase", Message("This is not the passphrase that was shown. Type it again.")))
    try:
        key = shares.combined(typed).hex()
        holding.unwrapped(wrapped["recovery"], key, pepper, epoch, actor.uid, Purpose.RECOVERY, cost)
    except CannotOpen:
        problems.append(Problem("share_2", Message("These are not two of the shares that were shown. Type them again.")))
    return problems


