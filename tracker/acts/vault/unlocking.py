"""Unlocking the vault for a quarter of an hour, and locking it again. Every try is in the ledger."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from models.happenings import Verb
from models.people import Actor, Person
from models.vault import VaultHolder, VaultSession
from models.words import Act, Message
from tracker.acts.people import second_factor
from tracker.acts.vault.asking import Secrets, grant_of, holder_of, is_let_in, kind_of, must, must_be_cleared, wrong
from tracker.language import today
from tracker.laws import ledger, throttle
from tracker.laws.vault import holding, passphrases, standing
from tracker.laws.vault import sessions as unlocked
from tracker.laws.vault.envelopes import CannotOpen
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.keys import Seed
from tracker.spine.errors import Invalid, Refused


def passphrase(actor: Actor, words: str, address: str, secrets: Secrets, *, at: dt.datetime) -> Keys:
    """The vault's keys, by a holder's passphrase. Raises Refused, Invalid, throttle.Wait, NoVault and NotPinned."""
    person = must(actor, Act.OPEN)
    with _noted(actor, at):
        must_be_cleared(person)
    epoch, holder = standing.newest(), holder_of(person, kind_of(actor))
    grant = grant_of(holder, epoch, today(at)) if holder else None
    if holder is None or grant is None:
        ledger.note(actor, Verb.UNLOCK_FAILED, None, at=at)
        raise Refused(Message("You hold no key to the vault, or it is no longer valid."))
    seed = own_key(actor, holder, words, address, secrets, at=at)
    try:
        return holding.keys_of(grant, epoch, holder, seed)
    except CannotOpen:
        ledger.note(actor, Verb.UNLOCK_FAILED, None, at=at)
        raise Refused(Message("Your key to the vault does not match its trace. Somebody has changed it.")) from None


def second_step(actor: Actor, given: second_factor.Given, *, at: dt.datetime) -> None:
    """The second step beside the passphrase, for whoever has one. Raises Refused, Invalid and throttle.Wait.

    Whose second step was taken away beside Värna does not get by without it.
    """
    person = Person.get_by_id(actor.id)
    with _noted(actor, at):
        if second_factor.has(person):
            second_factor.verify(actor, given, at=at)
        elif second_factor.is_gone(person):
            raise Refused(
                Message("Your second step has been taken away beside Värna. Sign out, and set one up as you sign in.")
            )


def begin(actor: Actor, keys: Keys, session: str, *, at: dt.datetime) -> str:
    """Opens the vault in one sign-in (its token's digest); the cookie's share of it. The ledger is told first."""
    must(actor, Act.OPEN)
    ledger.note(actor, Verb.UNLOCKED, None, at=at)
    return go_on(actor, keys, session, at=at)


def go_on(actor: Actor, keys: Keys, session: str, *, at: dt.datetime) -> str:
    """The same where the vault was open, and its key has just been changed by this person: no second unlocking."""
    return unlocked.start(must(actor, Act.OPEN), session, keys, at)


def own_key(actor: Actor, holder: VaultHolder, words: str, address: str, secrets: Secrets, *, at: dt.datetime) -> Seed:
    """A holder's own secret, by their passphrase. A wrong one is noted, and makes the next try wait longer."""
    keys = throttle.keys(f"vault:{actor.uid}", address, secrets.pepper)
    with _noted(actor, at):
        throttle.attempt(keys, at)
    try:
        seed = holding.unwrapped(
            holder, passphrases.tidied(words), secrets.pepper, standing.newest().installation, secrets.cost
        )
    except CannotOpen:
        ledger.note(actor, Verb.UNLOCK_FAILED, None, at=at)
        raise wrong("passphrase", "This passphrase does not open the vault.") from None
    throttle.succeeded(keys, at)
    return seed


def keys_in(row: VaultSession, cookie: str, session: str, *, at: dt.datetime) -> Keys:
    """The keys of an unlocked vault; puts off its locking. Raises CannotOpen, as after a new key or a last day."""
    keys, epoch = unlocked.keys_of(row, cookie, session, at), standing.newest()
    if keys.epoch.public() != epoch.public or not is_let_in(row.person, epoch, today(at)):
        raise CannotOpen
    return keys


def lock(actor: Actor, *, at: dt.datetime) -> None:
    """Locks one's own vault, with a checkpoint of the ledger. An entry only where it was open."""
    if actor.id is not None and VaultSession.select().where(VaultSession.person == actor.id).exists():
        unlocked.end(actor.id)
        ledger.note(actor, Verb.LOCKED, None, at=at)
        ledger.checkpoint(at)


@contextmanager
def _noted(actor: Actor, at: dt.datetime) -> Iterator[None]:
    """What stops somebody from unlocking leaves an entry, whatever it is."""
    try:
        yield
    except (Refused, Invalid, throttle.Wait):
        ledger.note(actor, Verb.UNLOCK_FAILED, None, at=at)
        raise
