"""One's own second factors: added, removed, and recovery codes made. Nobody does it for another but the host."""

import datetime as dt
from collections.abc import Sequence

from models.happenings import Verb
from models.people import Actor, Person
from models.record import Record
from models.second_factor import CodeApp, Passkey, RecoveryCode
from models.words import N_, Problem
from tracker.acts.people.refusing import broken
from tracker.acts.people.second_factor import CODE
from tracker.laws import ledger, second_factor, sessions
from tracker.laws.second_factor import challenges, codes, passkeys, recovery
from tracker.spine.errors import Invalid, Missing

Factor = CodeApp | Passkey

TOO_OLD = N_("The page had been open too long. Begin once more.")


def of(actor: Actor) -> list[Factor]:
    """What `actor` has, apps first."""
    person = Person.get_by_id(actor.id)
    return [*codes.of(person), *passkeys.of(person)]


def codes_left(actor: Actor) -> int:
    """How many recovery codes are unused."""
    return len(recovery.unspent(Person.get_by_id(actor.id)))


def begin_app(actor: Actor, issuer: str, *, at: dt.datetime) -> tuple[str, str, str]:
    """A new secret, its address for an app, and the ticket that comes back with the first code. Nothing is kept yet."""
    person, secret = Person.get_by_id(actor.id), codes.new_secret()
    return secret, codes.address(secret, person, issuer), codes.begin(secret, person, at)


def resume_app(actor: Actor, ticket: str, issuer: str, *, at: dt.datetime) -> tuple[str, str]:
    """The secret and the address of a ticket, to be shown once more. Raises Invalid."""
    person = Person.get_by_id(actor.id)
    begun = codes.begun(ticket, person, at)
    if begun is None:
        raise broken("", TOO_OLD)
    return begun[1], codes.address(begun[1], person, issuer)


def add_app(actor: Actor, name: str, ticket: str, code: str, *, at: dt.datetime) -> tuple[str, ...]:
    """An app that has shown a right code; recovery codes to be shown once, with the first factor. Raises Invalid."""
    person = Person.get_by_id(actor.id)
    begun = codes.begun(ticket, person, at)
    if begun is None or CodeApp.select().where(CodeApp.uid == begun[0].uid).exists():
        raise broken("", TOO_OLD)
    row, secret = begun
    row.name, row.step, row.added_at = name.strip(), codes.step_of(secret, recovery.plain(code), at) or 0, at
    _check_name(row)
    if not row.step:
        raise broken(CODE, "This is not the code that your app shows now.")
    return _add(actor, person, codes.seal(row, person), at)


def begin_passkey(actor: Actor, site: challenges.Site, *, at: dt.datetime) -> challenges.Challenge | None:
    """What the browser asks of a device that is to have a passkey; None at a host that can have none."""
    return passkeys.to_add(Person.get_by_id(actor.id), site, at) if site.has_passkeys else None


def add_passkey(
    actor: Actor, name: str, answer: str, ticket: str, site: challenges.Site, *, at: dt.datetime
) -> tuple[str, ...]:
    """The passkey that a device has made; recovery codes to be shown once, with the first factor. Raises Invalid."""
    person = Person.get_by_id(actor.id)
    _check_name(Passkey(name=name.strip()))
    try:
        row = passkeys.added(answer, ticket, person, site, at)
    except challenges.TooOld:
        raise broken("name", TOO_OLD) from None
    except challenges.Wrong:
        raise broken("name", "The device did not make a passkey. Try once more.") from None
    row.name, row.added_at = name.strip(), at
    return _add(actor, person, passkeys.seal(row, person), at)


def remove(actor: Actor, uid: str, *, keeps_one: bool, at: dt.datetime) -> None:
    """Takes away one of one's own; recovery codes go with the last, which some must keep. Raises Missing, Invalid."""
    person, rows = Person.get_by_id(actor.id), of(actor)
    row = next((row for row in rows if row.uid.hex == uid), None)
    if row is None:
        raise Missing
    if keeps_one and len(rows) == 1:
        raise broken("", "Your role asks for two-step sign-in. Add another app or passkey before you remove this one.")
    spent = recovery.unspent(person) if len(rows) == 1 else []
    _save(actor, Verb.FACTOR_REMOVED, person, [_emptied(row, person, at), *_spent(spent, at)], at)


def new_codes(actor: Actor, *, at: dt.datetime) -> tuple[str, ...]:
    """Ten new recovery codes, to be shown once; those from before no longer work. Raises Invalid."""
    person = Person.get_by_id(actor.id)
    if not second_factor.has(person):
        raise broken("", "Add an app or a passkey first.")
    shown, rows = _made(person)
    _save(actor, Verb.RECOVERY_MADE, person, [*_spent(recovery.unspent(person), at), *rows], at)
    return shown


def take_away_all(actor: Actor, person: Person, *, at: dt.datetime) -> bool:
    """Ends all that `person` has, whole or not, and their sessions; whether there was anything. For the host only."""
    rows: list[Factor] = []
    for model in (CodeApp, Passkey):
        rows.extend(model.select().where((model.person == person.id) & model.removed_at.is_null()))
    changed = [*(_emptied(row, person, at) for row in rows), *_spent(recovery.unspent(person), at)]
    _save(actor, Verb.FACTOR_REMOVED, person, changed, at)
    sessions.end_all(person.id)
    return bool(changed)


def _add(actor: Actor, person: Person, row: Factor, at: dt.datetime) -> tuple[str, ...]:
    """With the first come recovery codes, and the end of every session that a password alone began."""
    if second_factor.has(person):
        _save(actor, Verb.FACTOR_ADDED, person, [row], at)
        return ()
    shown, rows = _made(person)
    _save(actor, Verb.FACTOR_ADDED, person, [row, *_spent(recovery.unspent(person), at), *rows], at)
    sessions.end_all(person.id)
    return shown


def _save(actor: Actor, verb: Verb, person: Person, rows: Sequence[Record], at: dt.datetime) -> None:
    with ledger.act(actor, verb, person, at=at) as act:
        for row in rows:
            act.save(row)


def _made(person: Person) -> tuple[tuple[str, ...], list[RecoveryCode]]:
    shown, rows = tuple(recovery.new()), []
    for code in shown:
        row = RecoveryCode(person=person)
        row.digest = recovery.digest(code, person, row)
        rows.append(row)
    return shown, rows


def _spent(rows: Sequence[RecoveryCode], at: dt.datetime) -> list[RecoveryCode]:
    return [recovery.spend(row, at) for row in rows]


def _emptied(row: Factor, person: Person, at: dt.datetime) -> Factor:
    """The row, without what it proved with."""
    row.removed_at = at
    if isinstance(row, CodeApp):
        row.secret = ""
        return codes.seal(row, person)
    row.credential = row.public_key = ""
    return passkeys.seal(row, person)


def _check_name(row: Factor) -> None:
    if problem := type(row).kinds()["name"].problem(row.name):
        raise Invalid([Problem("name", problem)])
