"""Unlocking the vault for a quarter of an hour, and locking it again. Every try is in the ledger."""

import datetime as dt

from models.happenings import Verb
from models.people import Actor, Person
from models.vault import Purpose, VaultSession
from models.words import Act, Message, Problem, Register
from tracker.laws import ledger, policy, throttle
from tracker.laws.vault import holding, passphrases, standing, wraps
from tracker.laws.vault import sessions as unlocked
from tracker.laws.vault.envelopes import CannotOpen
from tracker.spine.errors import Invalid, Refused


def unlock(
    actor: Actor, words: str, session: str, address: str, *, pepper: bytes, at: dt.datetime,
    cost: wraps.Cost = wraps.COST,
) -> str:  # fmt: skip
    """The cookie's share of an unlocked vault. Raises Refused, Invalid, throttle.Wait, NoVault and NotPinned."""
    if actor.id is None or not policy.may(actor, Register.PROTECTIVE_SECURITY, Act.OPEN):
        raise Refused
    epoch, person = standing.newest(), Person.get_by_id(actor.id)
    wrap = holding.wrap_of(person, epoch, Purpose.PASSPHRASE)
    if wrap is None:
        raise Refused(Message("The vault is not wrapped for you."))
    keys = throttle.keys(f"vault:{actor.uid}", address, pepper)
    throttle.attempt(keys, at)
    try:
        opened = holding.unwrapped(
            wrap.wrapped, passphrases.tidied(words), pepper, epoch, actor.uid, Purpose.PASSPHRASE, cost
        )
    except CannotOpen:
        ledger.note(actor, Verb.UNLOCK_FAILED, None, at=at)
        raise Invalid([Problem("passphrase", Message("This passphrase does not open the vault."))]) from None
    throttle.succeeded(keys, at)
    ledger.note(actor, Verb.UNLOCKED, None, at=at)
    return unlocked.start(actor.id, session, opened, at)


def lock(actor: Actor, *, at: dt.datetime) -> None:
    """Locks one's own vault. An entry only where it was open."""
    if actor.id is not None and VaultSession.select().where(VaultSession.person == actor.id).exists():
        unlocked.end(actor.id)
        ledger.note(actor, Verb.LOCKED, None, at=at)
