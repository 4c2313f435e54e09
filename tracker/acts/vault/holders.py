"""Who holds a key to the vault: a key of one's own, what the säkerhetsskyddschef grants to it, and an end to that.

A deputy gets the epoch's keys until a day; a successor gets the root's too, and may then shut the one before them out.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from peewee import IntegrityError, fn

from models.happenings import Verb
from models.people import Actor, Person
from models.vault import HolderKind, VaultEpoch, VaultGrant, VaultHolder
from models.words import Act, Message, Problem, Register
from tracker.acts import people
from tracker.acts.vault import drafts, trusting
from tracker.acts.vault.asking import Secrets, grant_of, holder_of, kind_of, made_last, must, must_be_cleared, wrong
from tracker.acts.vault.unlocking import own_key
from tracker.language import today
from tracker.laws import ledger, policy
from tracker.laws.ledger import Conflict
from tracker.laws.vault import holding, passphrases, standing
from tracker.laws.vault.envelopes import CannotOpen
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.keys import Seed
from tracker.spine.errors import Invalid, Missing, Refused

OWN, REWRAPPED = "own key", "passphrase"
LONGEST = dt.timedelta(days=366)
"""How long a deputy is let in at a time: a longer one would outlast what they were vetted for."""


@dataclass(frozen=True, repr=False)
class Shown:
    """A passphrase that is shown once, the draft that goes back with it, and a new key's fingerprint."""

    passphrase: str
    draft: str
    fingerprint: str = ""


def prepare_key(actor: Actor, host: Secrets, *, at: dt.datetime, lost: bool = False) -> Shown:
    """A key of one's own, for a deputy or a successor; or anew for whoever lost the passphrase. Raises Refused."""
    person = must(actor, Act.OPEN)
    must_be_cleared(person)
    _must_have_none(actor, person, lost, at)
    epoch, own, words = standing.newest(), Seed.made(), passphrases.made()
    holder = VaultHolder(uid=uuid.uuid4(), person=person, kind=kind_of(actor), public=own.public().hex())
    holder.wrapped = holding.wrapped(own, words, host.pepper, epoch.installation, holder.uid.hex, host.cost)
    draft = drafts.written(OWN, actor, at, lost=lost, pair=drafts.of_pair(holder))
    return Shown(words, draft, holding.fingerprint(holder))


def make_key(actor: Actor, draft: str, words: str, host: Secrets, *, at: dt.datetime) -> VaultHolder:
    """Stores one's own key once its passphrase was typed back. Nothing is granted to it yet. Raises Invalid.

    A key of theirs that opens the vault still does, until the new one is let in: a session alone destroys no access.
    """
    person = must(actor, Act.OPEN)
    said = drafts.read(OWN, draft, actor, at)
    drafts.must_be_new(said)
    _must_have_none(actor, person, said["lost"], at)
    pair = said["pair"]
    holder = VaultHolder(
        uid=uuid.UUID(pair["holder"]), person=person, kind=kind_of(actor), public=pair["public"],
        wrapped=pair["wrapped"], made_on=today(at),
    )  # fmt: skip
    _must_unwrap(holder, words, host)
    epoch = standing.newest()
    try:
        with ledger.act(actor, Verb.HOLDER_MADE, holder, at=at) as act:
            act.save(holder)
            _end(act, [old for old in _others(holder) if not grant_of(old, epoch, today(at))], at)
    except IntegrityError:
        raise drafts.saved_already() from None
    return holder


def end_others(act: ledger.Writing, holder: VaultHolder, at: dt.datetime) -> None:
    """The person's other keys open nothing from now on: this one is let in."""
    _end(act, _others(holder), at)


def _end(act: ledger.Writing, rows: Iterable[VaultHolder], at: dt.datetime) -> None:
    for row in rows:
        row.ended_on = today(at)
        act.save(row)


def _others(holder: VaultHolder) -> list[VaultHolder]:
    mine = (VaultHolder.person == holder.person_id) & VaultHolder.living() & (VaultHolder.uid != holder.uid)
    return list(VaultHolder.select().where(mine))


def prepare_passphrase(actor: Actor, old: str, address: str, host: Secrets, *, at: dt.datetime) -> Shown:
    """A new passphrase to one's own key, for whoever knows the old one. Raises Refused, Invalid, throttle.Wait."""
    holder = _own(actor)
    seed, words = own_key(actor, holder, old, address, host, at=at), passphrases.made()
    holder.wrapped = holding.wrapped(
        seed, words, host.pepper, standing.newest().installation, holder.uid.hex, host.cost
    )
    return Shown(words, drafts.written(REWRAPPED, actor, at, version=holder.version, pair=drafts.of_pair(holder)))


def change_passphrase(actor: Actor, draft: str, words: str, host: Secrets, *, at: dt.datetime) -> None:
    """The new passphrase holds from now on, and the old one no longer. Raises Refused, Invalid and Conflict."""
    said, holder = drafts.read(REWRAPPED, draft, actor, at), _own(actor)
    if said["pair"]["holder"] != holder.uid.hex:
        raise drafts.too_old()
    holder.wrapped, holder.version = said["pair"]["wrapped"], said["version"]
    _must_unwrap(holder, words, host)
    with ledger.act(actor, Verb.PASSPHRASE_CHANGED, holder, at=at) as act:
        act.save(holder)


def mine(actor: Actor) -> VaultHolder | None:
    """One's own key: the one that was let in, or else the newest."""
    return holder_of(must(actor, Act.OPEN), kind_of(actor))


def mine_that_waits(actor: Actor, *, at: dt.datetime) -> VaultHolder | None:
    """One's own newest key, when nothing is granted to it."""
    holder = made_last(must(actor, Act.OPEN), kind_of(actor))
    return holder if holder and grant_of(holder, standing.newest(), today(at)) is None else None


def is_shut_out(actor: Actor, *, at: dt.datetime) -> bool:
    """Whether one has no key, or one that nothing is granted to."""
    return mine(actor) is None or mine_that_waits(actor, at=at) is not None


def fingerprint(holder: VaultHolder) -> str:
    """What two people compare; "" where the row is not as signed entries tell, so that nobody compares another's."""
    return holding.fingerprint(holder) if ledger.witnessed([holder]) else ""


def waiting(at: dt.datetime) -> list[VaultHolder]:
    """Keys that nothing is granted yet, of people who have the role that they were made for."""
    return [holder for holder in _not_let_in(at) if still_is(holder, at)]


def _not_let_in(at: dt.datetime) -> list[VaultHolder]:
    theirs = VaultHolder.select().where(VaultHolder.living() & VaultHolder.person.is_null(False))
    let_in = VaultGrant.select(VaultGrant.holder).join(VaultEpoch)
    let_in = let_in.where((VaultEpoch.number == standing.newest().number) & VaultGrant.held(today(at)))
    return list(theirs.where(VaultHolder.id.not_in(let_in)).order_by(VaultHolder.id))


def granted(at: dt.datetime) -> list[tuple[VaultHolder, VaultGrant]]:
    """Who can open the vault now, the recovery shares among them. A key that was given up is not."""
    epoch, living = standing.newest(), VaultHolder.select().where(VaultHolder.living())
    pairs = ((each, grant_of(each, epoch, today(at))) for each in living.order_by(VaultHolder.id))
    return [(holder, grant) for holder, grant in pairs if grant is not None]


def grant(actor: Actor, keys: Keys, uid: str, ends_on: dt.date | None, *, at: dt.datetime) -> VaultGrant:
    """Lets a holder in: a deputy until a day, a successor for good. Compare fingerprints first, face to face.

    Raises Refused, Missing and Invalid.
    """
    person = must(actor, Act.KEEP)
    holder = _waiting(uid, at)
    _must_still_be(holder, at)
    if holder.kind is HolderKind.DEPUTY:
        _must_end(ends_on, at)
        _must_not_outlast(holder, ends_on, at)
    else:
        ends_on = None
    trusting.must_be_trusted(actor, trusting.whole(holder, at), at=at)
    epoch = standing.newest()
    try:
        row = holding.granted(keys, epoch, holder, person, ends_on)
    except CannotOpen:
        raise Refused from None
    with ledger.act(actor, Verb.GRANTED, row, at=at) as act:
        row.epoch = trusting.held(act, epoch, keys).id
        if act.held(holder).ended_on or grant_of(holder, epoch, today(at)):
            raise Conflict(None)
        act.save(row)
        end_others(act, holder, at)
    return row


def outlived(at: dt.datetime) -> int:
    """How many keys open what is sealed now, though whoever has them no longer should: it takes a new key."""
    newest = VaultEpoch.select(fn.MAX(VaultEpoch.number))
    given = VaultGrant.select(VaultGrant, VaultHolder).join(VaultHolder).switch(VaultGrant).join(VaultEpoch)
    given = given.where((VaultEpoch.number == newest) & VaultGrant.keys.is_null(False))
    held = VaultGrant.held(today(at)) & VaultHolder.living()
    now = {grant.holder.id: grant.holder for grant in given.where(held)}
    rightly = {number for number, holder in now.items() if still_is(holder, at)}
    return len({grant.holder_id for grant in given} - rightly)


def _waiting(uid: str, at: dt.datetime) -> VaultHolder:
    found = next((each for each in _not_let_in(at) if each.uid.hex == uid), None)
    if found is None:
        raise Missing
    return found


def still_is(holder: VaultHolder, at: dt.datetime) -> bool:
    """Whether whose key it is has the role today that it was made for. The recovery shares need none."""
    if holder.kind is HolderKind.RECOVERY:
        return True
    who = people.actor_for(holder.person_id, today(at))
    return bool(who and policy.may(who, Register.PROTECTIVE_SECURITY, Act.OPEN) and kind_of(who) is holder.kind)


def _must_still_be(holder: VaultHolder, at: dt.datetime) -> None:
    if not still_is(holder, at):
        raise Refused(Message("The person no longer has the role that this key was made for."))


def _must_end(ends_on: dt.date | None, at: dt.datetime) -> None:
    first, last = today(at), today(at) + LONGEST
    if ends_on is None or not first <= ends_on <= last:
        raise Invalid([Problem("ends_on", Message("Choose a last day from today and at most a year ahead."))])


def _must_not_outlast(holder: VaultHolder, ends_on: dt.date | None, at: dt.datetime) -> None:
    """What is granted ends with the role that the key was made for, or before."""
    roles = policy.who_may(Register.PROTECTIVE_SECURITY, Act.OPEN)
    last = people.last_day(holder.person_id, roles, today(at))
    if last and ends_on and ends_on > last:
        text = Message("The person has the role until %(last)s. Choose that day or an earlier one.", last=last)
        raise Invalid([Problem("ends_on", text)])


def _must_have_none(actor: Actor, person: int, lost: bool, at: dt.datetime) -> None:
    holder = holder_of(person, kind_of(actor))
    if holder and not lost and grant_of(holder, standing.newest(), today(at)):
        raise Refused(Message("You hold a key already. Change its passphrase, or say that it is lost."))


def _own(actor: Actor) -> VaultHolder:
    holder = mine(actor)
    if holder is None:
        raise Refused(Message("You hold no key to the vault, or it is no longer valid."))
    return holder


def _must_unwrap(holder: VaultHolder, words: str, host: Secrets) -> None:
    try:
        seed = holding.unwrapped(
            holder, passphrases.tidied(words), host.pepper, standing.newest().installation, host.cost
        )
    except CannotOpen:
        raise wrong("passphrase", "This is not the passphrase that was shown. Type it again.") from None
    if seed.public().hex() != holder.public:
        raise wrong("passphrase", "This is not the passphrase that was shown. Type it again.")


def name_of(holder: VaultHolder) -> str:
    """Whose key it is; "" for the recovery shares."""
    return Person.get_by_id(holder.person_id).name if holder.person_id else ""
