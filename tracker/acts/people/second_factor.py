"""The second step: asked for after the password, and again where one opens what is sealed.

    challenge = second_factor.ask(actor, site, at=at)      # for the page: None without a passkey here
    second_factor.verify(actor, given, at=at)              # Invalid beside “second_code”, throttle.Wait, or nothing

Whoever has none proves nothing by it: ask `has` first.
"""

import datetime as dt
from dataclasses import dataclass, field

from models.happenings import Verb
from models.ledger import Entry
from models.people import Actor, Person
from models.record import Record
from tracker.acts.people.refusing import broken
from tracker.laws import ledger, policy, second_factor, throttle
from tracker.laws.second_factor import challenges, codes, passkeys, recovery
from tracker.spine.errors import Invalid

CODE = "second_code"
"""The field that every problem with a second step stands beside."""

COUNTED = (Verb.FACTOR_ADDED, Verb.FACTOR_REMOVED, Verb.FACTOR_VANISHED)

has = second_factor.has


@dataclass(frozen=True)
class Given:
    """What somebody gives as their second step: a typed code, or a passkey's answer with its challenge's ticket."""

    site: challenges.Site
    address: str
    pepper: bytes = field(repr=False)
    code: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    ticket: str = field(default="", repr=False)


def is_needed(actor: Actor) -> bool:
    """Whether a role that `actor` holds asks for more than a password."""
    return bool(actor.roles & policy.NEEDS_SECOND_FACTOR)


def is_gone(person: Person) -> bool:
    """Whether somebody took the person's factors away beside Värna: the ledger tells of one that is not there."""
    if has(person):
        return False
    about = (Entry.record_type == Person._meta.table_name) & (Entry.record_uid == person.uid.hex)
    told = Entry.select(Entry.verb, Entry.actor).where(about & Entry.verb.in_([verb.value for verb in COUNTED]))
    left, gone = 0, False
    for entry in told.order_by(Entry.number):
        if entry.verb == Verb.FACTOR_ADDED:
            left, gone = 1 if gone else left + 1, False
        elif entry.verb == Verb.FACTOR_REMOVED:
            left = left - 1 if entry.actor == person.uid.hex else 0  # a command of the host removes all
        else:
            gone = True
    return left > 0


def ask(actor: Actor, site: challenges.Site, *, at: dt.datetime) -> challenges.Challenge | None:
    """What the browser asks a passkey; None when `actor` has none for this host."""
    return passkeys.to_use(Person.get_by_id(actor.id), site, at) if site.has_passkeys else None


def verify(actor: Actor, given: Given, *, at: dt.datetime, verb: Verb = Verb.FACTOR_GIVEN) -> None:
    """Takes a code of an app, a recovery code or a passkey's answer, each of them once, and leaves an entry `verb`.

    A failure leaves an entry too. Raises Invalid, with the sentence beside CODE, and throttle.Wait.
    """
    if not given.code.strip() and not given.answer:
        raise broken(CODE, "This must be filled in.")
    person = Person.get_by_id(actor.id)
    keys = throttle.keys(f"second factor of {person.uid.hex}", given.address, given.pepper)
    throttle.attempt(keys, at)
    try:
        _take(actor, person, _proof(person, given, at), verb, at)
    except Invalid:
        ledger.note(actor, Verb.FACTOR_FAILED, person, at=at)
        raise
    except ledger.Conflict:  # the same was given twice at once
        ledger.note(actor, Verb.FACTOR_FAILED, person, at=at)
        raise _used() from None
    throttle.succeeded(keys, at)


def _proof(person: Person, given: Given, at: dt.datetime) -> Record:
    """The row that is proven by, changed so that it is not proven by the same once more."""
    if given.answer:
        return _by_passkey(person, given, at)
    code = recovery.plain(given.code)
    return _by_app(person, code, at) if len(code) == 6 else _by_recovery(person, code, at)


def _by_passkey(person: Person, given: Given, at: dt.datetime) -> Record:
    try:
        return passkeys.used(given.answer, given.ticket, person, given.site, at)
    except challenges.TooOld:
        raise broken(CODE, "The page had been open too long. Try once more.") from None
    except challenges.Wrong:
        raise broken(CODE, "The passkey did not confirm it. Try once more, or write a code.") from None


def _by_app(person: Person, code: str, at: dt.datetime) -> Record:
    seen = False
    for row in codes.of(person):
        secret = codes.opened(row.secret, person, row.uid.hex)
        step = codes.step_of(secret, code, at) if secret else None
        if step is not None and step > row.step:
            row.step = step
            return codes.seal(row, person)
        seen = seen or step is not None
    raise _used() if seen else broken(CODE, "This is not the code that your app shows now.")


def _by_recovery(person: Person, code: str, at: dt.datetime) -> Record:
    row = recovery.found(code, person)
    if row is None:
        raise broken(CODE, "No unused recovery code is written like this, and an app's code has six digits.")
    return recovery.spend(row, at)


def _take(actor: Actor, person: Person, row: Record, verb: Verb, at: dt.datetime) -> None:
    """Saves what was used, with the entry. A passkey that does not count changes nothing, and leaves its entry too."""
    happened = Verb.RECOVERY_USED if isinstance(row, recovery.RecoveryCode) else verb
    with ledger.act(actor, happened, person, at=at) as act:
        saved = act.save(row)
    if not saved or happened is not verb:
        ledger.note(actor, verb, person, at=at)


def _used() -> Invalid:
    return broken(CODE, "This code has been used. Wait until the app shows the next one.")
