"""The timeline of an incident: what is noted in it, and its entries page by page. None is changed, only followed."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from models.incidents import EntryKind, Incident, TimelineEntry
from models.people import Actor
from models.screening import Excused
from models.words import Act, Message
from tracker.language import today as day_of
from tracker.spine import records
from tracker.spine.errors import Missing, Refused
from tracker.spine.lists import Asked, page_of, query

PAGE = 20


def entries(
    actor: Actor, incident: Incident, at: dt.datetime, after: str = "", kind: EntryKind | None = None, most: int = PAGE
) -> tuple[list[TimelineEntry], str]:
    """The newest `most` entries, or those after a key, and the key of the next page ("" at the end)."""
    filters: dict[str, Any] = {"incident": incident.id} | ({"kind": kind} if kind else {})
    asked = Asked(filters=filters, after=after)
    return page_of(query(actor, TimelineEntry, asked, at), TimelineEntry, asked, most)  # type: ignore[return-value]


def entry(incident: Incident, uid: str) -> TimelineEntry | None:
    """The entry of this incident that is called so."""
    name = records.as_uid(uid)
    return (
        TimelineEntry.get_or_none((TimelineEntry.uid == name) & (TimelineEntry.incident == incident)) if name else None
    )


def note(actor: Actor, uid: str, values: Mapping[str, Any], at: dt.datetime, follows: str = "") -> TimelineEntry:
    """Writes an entry; `follows` names the entry of the same incident that it follows on.

    Raises Missing, Refused, Invalid, NoTurn.
    """
    incident: Incident = records.find(actor, Incident, uid, Act.SEE, at)
    if not records.may_add_to(actor, TimelineEntry, incident, day_of(at)):
        raise Refused(Message("The incident is closed: open it again first.") if incident.is_locked else None)
    earlier = entry(incident, follows) if follows else None
    if follows and earlier is None:
        raise Missing
    linked = {"incident": incident.id, "follows_on": earlier and earlier.id}
    return records.add(actor, TimelineEntry, {**values, **linked}, at)  # type: ignore[return-value]


def hand_over(actor: Actor, uid: str, to: str, more: str | None, at: dt.datetime) -> TimelineEntry:
    """Notes that the work passes to a function. Raises Missing, Refused, Invalid, NoTurn."""
    told = f"Överlämnat till {to}." + (f"\n{more}" if more else "")
    excused = [part for part in (to, more) if isinstance(part, Excused)]
    if excused:  # what its writer said of the parts holds for the whole
        told = Excused(told, next((part.reason for part in excused if part.reason), ""))
    return note(actor, uid, {"happened_at": at, "kind": EntryKind.HANDED_OVER, "text": told}, at)
