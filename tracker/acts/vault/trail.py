"""Who tried: what the event log tells of the vault, for those who may open it; and how often, for those who may not."""

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass

from models.happenings import Verb
from models.ledger import Entry

PAGE = 50
TRIES = (Verb.UNLOCK_FAILED, Verb.RECOVERY_FAILED, Verb.NOT_OPENED)
"""What somebody tried in vain, or was found altered."""
TOLD = (
    Verb.VAULT_MADE, Verb.UNLOCKED, Verb.LOCKED, Verb.HOLDER_MADE, Verb.GRANTED, Verb.REVOKED, Verb.PASSPHRASE_CHANGED,
    Verb.ROTATED, Verb.ROTATION_DONE, Verb.RECOVERED, Verb.SHARES_MADE, Verb.DRILLED, Verb.CLEARED, Verb.OPENED,
    Verb.QUARANTINED, *TRIES,
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One thing that somebody did with the vault. `what` is how many records, and nothing of what they say."""

    number: int
    at: dt.datetime
    who: str
    verb: Verb
    what: str
    tone: str


def latest(before: int | None = None) -> list[Told]:
    """A page of it, the newest first; older than entry `before` when given."""
    chosen = Entry.select(
        Entry.number, Entry.at, Entry.actor_name, Entry.verb, Entry.record_type, Entry.record_uid, Entry.body
    ).where(Entry.verb.in_([verb.value for verb in TOLD]))
    if before is not None:
        chosen = chosen.where(Entry.number < before)
    return [_told(entry) for entry in chosen.order_by(Entry.number.desc()).limit(PAGE)]


def counts(since: dt.datetime) -> Counter[str]:
    """How often each has happened since then: by the verb's name, and no word of who or what."""
    at = since.astimezone(dt.UTC).isoformat(timespec="microseconds")
    found = Entry.select(Entry.verb).where(Entry.verb.in_([verb.value for verb in TOLD]) & (Entry.at >= at))
    return Counter(verb for (verb,) in found.tuples())


def _told(entry: Entry) -> Told:
    verb = Verb(entry.verb)
    tone = "no" if verb in TRIES else ""
    facts = json.loads(entry.body)["facts"]
    many = next((len(value) for name, value in facts.items() if name != "fields" and isinstance(value, list)), 0)
    what = str(many) if many else entry.record_uid[:8]
    return Told(entry.number, dt.datetime.fromisoformat(entry.at), entry.actor_name, verb, what, tone)
