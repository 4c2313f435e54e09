"""When the passphrase is lost: two printed shares open the vault, for whoever is säkerhetsskyddschef and has a key.

Once a year it is tried, so that it is known that the shares are there and can be read.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from models.happenings import Verb
from models.people import Actor
from models.vault import HolderKind, VaultDrill, VaultGrant, VaultHolder
from models.words import Act, Message
from tracker.acts.vault import drafts, trusting
from tracker.acts.vault.asking import Secrets, grant_of, made_last, must, must_be_cleared, wrong
from tracker.acts.vault.ceremony import Printed
from tracker.acts.vault.holders import end_others
from tracker.language import today
from tracker.laws import ledger, throttle
from tracker.laws.ledger import Conflict
from tracker.laws.vault import holding, roots, shares, standing
from tracker.laws.vault.envelopes import CannotOpen
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.keys import Seed
from tracker.spine.errors import Refused

KIND = "shares"
YEAR = dt.timedelta(days=365)


def recover(actor: Actor, typed: Sequence[str], address: str, host: Secrets, *, at: dt.datetime) -> VaultGrant:
    """Grants the vault to one's own key, by two shares. Raises Refused, Invalid and throttle.Wait."""
    person = must(actor, Act.KEEP)
    must_be_cleared(person)
    mine, epoch = made_last(person, HolderKind.CHIEF), standing.newest()
    if mine is None:
        raise Refused(Message("First make a key of your own: the shares then let it in."))
    if grant_of(mine, epoch, today(at)):
        raise Refused(Message("You hold a key already. Change its passphrase, or say that it is lost."))
    trusting.must_be_trusted(actor, [mine], at=at)
    keys = _opened(actor, typed, address, host, at=at)
    row = holding.granted(keys, epoch, mine, person)
    with ledger.act(actor, Verb.RECOVERED, row, at=at) as act:
        row.epoch = trusting.held(act, epoch, keys).id
        if act.held(mine).ended_on or grant_of(mine, epoch, today(at)):
            raise Conflict(None)
        act.save(row)
        end_others(act, mine, at)
    return row


def drill(actor: Actor, typed: Sequence[str], address: str, host: Secrets, *, at: dt.datetime) -> None:
    """Tries two shares, and notes that they open the vault. Raises Refused, Invalid and throttle.Wait."""
    person = must(actor, Act.KEEP)
    _opened(actor, typed, address, host, at=at)
    row = VaultDrill(held_on=today(at), by=person)
    with ledger.act(actor, Verb.DRILLED, row, at=at) as act:
        act.save(row)


def drilled_on() -> dt.date | None:
    """The day of the latest drill."""
    row = VaultDrill.select().order_by(VaultDrill.held_on.desc()).first()
    return row.held_on if row else None


def drill_due(at: dt.datetime) -> dt.date:
    """By when the next is to be held: a year after the latest, or after the shares were made. Raises NoVault."""
    made = VaultHolder.select().where(VaultHolder.kind == HolderKind.RECOVERY).order_by(VaultHolder.id.desc()).first()
    if made is None:
        standing.pinned()
        return today(at)
    return max(drilled_on() or made.made_on, made.made_on) + YEAR


def are_held(at: dt.datetime) -> bool:
    """Whether there are shares that open what is sealed now, as far as the rows tell."""
    holder = _holder()
    return holder is not None and grant_of(holder, standing.newest(), today(at)) is not None


def prepare_shares(actor: Actor, keys: Keys, *, at: dt.datetime) -> Printed:
    """Three new shares, which hold once two of them were typed back."""
    person = must(actor, Act.KEEP)
    epoch, (key, lines) = standing.newest(), shares.made()
    holder = VaultHolder(uid=uuid.uuid4(), kind=HolderKind.RECOVERY, public=Seed(key).public().hex())
    try:
        grant = holding.granted(keys, epoch, holder, person)
    except CannotOpen:
        raise Refused from None
    draft = drafts.written(KIND, actor, at, pair=drafts.of_pair(holder, grant), epoch=epoch.number)
    return Printed("", lines, roots.fingerprint(epoch.root), draft)


def make_shares(actor: Actor, draft: str, typed: Sequence[str], *, at: dt.datetime) -> None:
    """The new shares hold, and the old ones open nothing that is sealed to a later key. Raises Refused, Invalid."""
    person, said, epoch = must(actor, Act.KEEP), drafts.read(KIND, draft, actor, at), standing.newest()
    if said["epoch"] != epoch.number:
        raise drafts.too_old()
    drafts.must_be_new(said)
    holder = VaultHolder(
        uid=uuid.UUID(said["pair"]["holder"]),
        kind=HolderKind.RECOVERY,
        public=said["pair"]["public"],
        made_on=today(at),
    )
    grant = drafts.grant_in(said["pair"])
    try:
        holding.keys_of(grant, epoch, holder, Seed(shares.combined(typed)))
    except CannotOpen:
        raise wrong("share_2", "These are not two of the shares that were shown. Type them again.") from None
    with ledger.act(actor, Verb.SHARES_MADE, holder, at=at) as act:
        row = trusting.held(act, epoch)
        for old in VaultHolder.select().where((VaultHolder.kind == HolderKind.RECOVERY) & VaultHolder.living()):
            old.ended_on = today(at)
            act.save(old)
            for held in VaultGrant.select().where((VaultGrant.holder == old) & VaultGrant.ended_on.is_null()):
                held.ended_on = today(at)
                act.save(held)
        act.save(holder)
        grant.epoch, grant.holder, grant.by = row.id, holder.id, person
        act.save(grant)


def _opened(actor: Actor, typed: Sequence[str], address: str, host: Secrets, *, at: dt.datetime) -> Keys:
    """The vault's keys by two shares. Whatever is wrong is noted, and makes the next try wait longer."""
    counted = throttle.keys("vault:recovery", address, host.pepper)
    throttle.attempt(counted, at)
    epoch, holder = standing.newest(), _holder()
    grant = grant_of(holder, epoch, today(at)) if holder else None
    if holder and grant:
        trusting.must_be_trusted(actor, [holder, grant], at=at)
    try:
        if holder is None or grant is None:
            raise CannotOpen
        keys = holding.keys_of(grant, epoch, holder, Seed(shares.combined(typed)))
    except CannotOpen:
        ledger.note(actor, Verb.RECOVERY_FAILED, None, at=at)
        raise wrong("share_2", "These two shares do not open the vault.") from None
    throttle.succeeded(counted, at)
    return keys


def _holder() -> VaultHolder | None:
    """What the shares stand for."""
    living = (VaultHolder.kind == HolderKind.RECOVERY) & VaultHolder.living()
    return VaultHolder.select().where(living).order_by(VaultHolder.id.desc()).first()
