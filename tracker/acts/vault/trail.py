"""Who tried: what the event log tells of the vault, for those who may open it; and how often, for those who may not."""

import datetime as dt
import json
from collections import Counter
from functools import reduce
from operator import or_
from typing import Any

from peewee import fn

from models.happenings import Verb
from models.ledger import Entry
from models.record import DECLARED
from models.words import Register

PAGE = 50
TRIES = (Verb.UNLOCK_FAILED, Verb.RECOVERY_FAILED, Verb.NOT_OPENED, Verb.KEY_ALTERED)
"""What somebody tried in vain, or was found altered."""
RECOVERY = (Verb.RECOVERED, Verb.SHARES_MADE)
"""The printed shares were used, or took the place of older ones."""
TOLD = (
    Verb.VAULT_MADE, Verb.UNLOCKED, Verb.LOCKED, Verb.HOLDER_MADE, Verb.GRANTED, Verb.REVOKED, Verb.PASSPHRASE_CHANGED,
    Verb.ROTATED, Verb.ROTATION_DONE, Verb.RECOVERED, Verb.SHARES_MADE, Verb.DRILLED, Verb.CLEARED, Verb.OPENED,
    Verb.QUARANTINED, *TRIES,
)  # fmt: skip
VERBS = [verb.value for verb in TOLD]
SLUGS = [slug for slug, kind in DECLARED.items() if kind.declared.register is Register.PROTECTIVE_SECURITY]


def latest(before: int | None = None) -> list[Entry]:
    """A page of it, the newest first; older than entry `before` when given."""
    chosen = Entry.select().where(_told())
    if before is not None:
        chosen = chosen.where(Entry.number < before)
    return list(chosen.order_by(Entry.number.desc()).limit(PAGE))


def _told() -> Any:
    """Acts on the vault, and exports of the register's lists."""
    lists = (Entry.body.contains(f'"list":"{slug}"') for slug in SLUGS)
    exported = (Entry.verb == Verb.EXPORTED.value) & reduce(or_, lists)
    return Entry.verb.in_(VERBS) | exported


def many(entry: Entry) -> int:
    """How many records were opened at once; 0 where the entry is about one, or none."""
    facts = json.loads(entry.body)["facts"]
    return next((len(value) for name, value in facts.items() if name != "fields" and isinstance(value, list)), 0)


def counts(since: dt.datetime) -> Counter[str]:
    """On how many occasions each has happened since then: by the verb's name, and no word of who or what."""
    at = since.astimezone(dt.UTC).isoformat(timespec="microseconds")
    found = Entry.select(Entry.verb, fn.COUNT(Entry.number)).where(_told() & (Entry.at >= at)).group_by(Entry.verb)
    return Counter(dict(found.tuples()))
