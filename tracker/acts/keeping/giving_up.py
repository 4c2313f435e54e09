"""What would be lost by putting an older copy in place, and the two people who say that it may be."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from peewee import DatabaseError, DoesNotExist

from models.database import db
from models.people import Actor, Credential
from models.words import Act, Register
from tracker.acts import people
from tracker.acts.keeping.archive import NotRestored
from tracker.acts.keeping.host import Host, using
from tracker.language import today
from tracker.laws import ledger, policy, throttle
from tracker.laws.ledger import Witness

ADDRESS = "the host's command line"


@dataclass(frozen=True)
class There:
    """What the host's database holds before: how far its ledger came, what it has witnessed, and whether anybody signs
    in there.
    """

    head: Witness
    witnesses: tuple[Witness, ...]
    peopled: bool


@dataclass(frozen=True)
class Loss:
    """History that the copy does not hold: the newest that was witnessed, how many entries, and since when."""

    witness: Witness
    entries: int
    since: str


def what_is_there(host: Host, at: dt.datetime) -> There | None:
    """None for a database without tables. Raises NotRestored for one that cannot be read."""
    try:
        with using(host.url):
            if not db.get_tables():
                return None
            head, newest = ledger.head(at), ledger.latest()
            kept = [Witness(newest.size, _head_of(newest.note, host), newest.at)] if newest else []
            return There(head, (head, *kept), Credential.select().exists())
    except (DatabaseError, DoesNotExist) as error:
        raise NotRestored(
            "The database that is there cannot be read. Move it away yourself, give the newest checkpoint that was "
            "kept outside by --checkpoint, and restore where there is nothing."
        ) from error


def loss(host: Host, copy: str, there: There | None, newer: Sequence[Witness]) -> Loss | None:
    """What the copy at this URL lacks of what is `there`, and of `newer` checkpoints that were kept outside."""
    with using(copy):
        known = (*(there.witnesses if there else ()), *newer)
        missing = [witness for witness in known if not ledger.holds(witness)]
        if not missing:
            return None
        kept = ledger.hashes()
    newest = max(missing, key=lambda witness: witness.size)
    entries, since = _lost_here(host, kept) if there else (0, "")
    beyond = max((witness.size for witness in newer), default=0) - len(kept)
    return Loss(newest, max(entries, beyond), since)


def confirmed(email: str, password: str, url: str, host: Host, others: Sequence[Actor], *, at: dt.datetime) -> Actor:
    """One of the two who confirm, by their password in the database of this URL. Raises NotRestored."""
    with using(url):
        try:
            person = people.prove(email, password, ADDRESS, pepper=host.pepper, at=at, cost=host.cost)
        except people.WrongSignIn:
            raise NotRestored("Nobody who may sign in has this address and this password.") from None
        except throttle.Wait as wait:
            raise NotRestored(f"Too many attempts. Try again in {wait.seconds} seconds.") from None
        actor = people.actor_for(person.id, today(at))
    if actor is None or not policy.may(actor, Register.PEOPLE, Act.COUNTERSIGN):
        raise NotRestored("Two administrators confirm, or an administrator and the säkerhetsskyddschef.")
    if actor.uid in {other.uid for other in others}:
        raise NotRestored("The second must be another person than the first.")
    if others and not any(policy.may(each, Register.PEOPLE, Act.MANAGE) for each in (actor, *others)):
        raise NotRestored("One of the two must be an administrator.")
    return actor


def _lost_here(host: Host, kept: list[str]) -> tuple[int, str]:
    with using(host.url):
        return ledger.lost_after(kept)


def _head_of(note: str, host: Host) -> str:
    """What a kept checkpoint says of its head; no head at all when it cannot be believed, so that nothing holds it."""
    try:
        return ledger.said_by(note, host.trusted.values()).head
    except ValueError:
        return ""
