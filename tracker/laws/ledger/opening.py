"""The entry that comes before an opening, and the receipt that it gives: which envelopes the ledger names."""

import datetime as dt
import json
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from models.database import db
from models.happenings import Verb
from models.ledger import Entry, EntryDetail
from models.people import Actor
from models.record import Record
from models.sealed import Receipt
from tracker.laws.ledger import chain
from tracker.laws.ledger.writing import body_of, note

MOST = 1000  # rows that are opened at once
KEPT = 20_000  # entries that a process remembers as whole

Commitments = dict[tuple[str, str], str]
"""By uid and field: the digest that an entry names."""


class Said(NamedTuple):
    """What an entry commits to in one table; `complete` when that is all it does, and no detail of it is gone."""

    named: Commitments
    complete: bool = True


NOTHING = Said({}, complete=False)

_whole: dict[tuple[str, int, str], Said] = {}


def opening(
    actor: Actor, rows: Sequence[Record], fields: Sequence[str], verb: Verb = Verb.OPENED, *, at: dt.datetime
) -> dict[uuid.UUID, Receipt]:
    """Notes that `fields` of these rows, all of one type, are being opened; committed when this returns.

    Each receipt names the envelopes that are the newest according to a signed entry. What no such entry names is not
    in the receipt, and does not open.
    """
    if not 0 < len(rows) <= MOST:
        raise ValueError(f"From 1 to {MOST} records are opened at once.")
    one, table = rows[0] if len(rows) == 1 else None, rows[0]._meta.table_name
    uids = [row.uid.hex for row in rows]
    facts: dict[str, Any] = {"fields": sorted(fields)} if one else {"fields": sorted(fields), table: uids}
    entry = note(actor, verb, one, at=at, facts=facts)
    named = _named(table, uids, fields)
    return {row.uid: Receipt(entry.number, row.uid, named[row.uid.hex]) for row in rows}


def _named(table: str, uids: Sequence[str], fields: Sequence[str]) -> dict[str, dict[str, str]]:
    """By uid and field: the digest that the newest entry about it names, if that entry is as it was signed."""
    columns = (EntryDetail.record_uid, EntryDetail.field, EntryDetail.entry, EntryDetail.commitment, Entry.hash)
    about = (
        (EntryDetail.record_type == table) & EntryDetail.field.in_(fields) & EntryDetail.record_uid.in_(db.listed(uids))
    )
    details: Any = EntryDetail.select(*columns).join(Entry, on=(Entry.number == EntryDetail.entry)).where(about)
    newest = {(uid, field): told for uid, field, *told in details.order_by(EntryDetail.entry).tuples()}
    told_by = signed(table, {entry: digest for entry, _, digest in newest.values()})
    named: dict[str, dict[str, str]] = defaultdict(dict)
    for (uid, field), (entry, commitment, _) in newest.items():
        if told_by.get(entry, NOTHING).named.get((uid, field)) == commitment:
            named[uid][field] = commitment
    return named


def signed(table: str, hashes: Mapping[int, str]) -> dict[int, Said]:
    """By entry: what it commits to in this table, of entries that are as a trusted host signed them.

    An entry that was found whole once stays so under its number and hash: what is kept is what it said then, and what
    the database says now is only asked for the hash.
    """
    found = {number: _whole.get((table, number, digest)) for number, digest in hashes.items()}
    unknown = [number for number, said in found.items() if said is None]
    for entry in Entry.select().where(Entry.number.in_(unknown)) if unknown else ():
        if chain.hashed(entry) == entry.hash and _ours(entry):
            found[entry.number] = _kept((table, entry.number, entry.hash), _said(entry, table))
    return {number: said for number, said in found.items() if said is not None}


def _kept(place: tuple[str, int, str], said: Said) -> Said:
    """What is not complete is looked at anew each time."""
    if len(_whole) >= KEPT:
        _whole.clear()
    if said.complete:
        _whole[place] = said
    return said


def _said(entry: Entry, table: str) -> Said:
    body, own = json.loads(entry.body), {}
    if entry.record_type == table:
        own = {(entry.record_uid, field): digest for field, digest in body["changes"].items()}
    if table not in body["others"]:
        return Said(own)
    others = _others(entry, table, body["others"][table])
    return Said(own | others, complete=bool(others))


def _others(entry: Entry, table: str, counted: Any) -> Commitments:
    """What an entry commits to of records that it is not itself about, which it names by one digest."""
    mine = (EntryDetail.entry == entry.number) & (EntryDetail.record_type == table)
    details = [
        {"record_type": row.record_type, "record_uid": row.record_uid, "field": row.field, "commitment": row.commitment}
        for row in EntryDetail.select().where(mine)
        if row.record_uid != entry.record_uid
    ]
    whole = body_of(None, details, {}, "")["others"].get(table)
    if whole != counted:
        return {}
    return {(detail["record_uid"], detail["field"]): detail["commitment"] for detail in details}


def _ours(entry: Entry) -> bool:
    public = chain.trusted().get(entry.key_id)
    return public is not None and chain.signature_holds(public, entry.signature, bytes.fromhex(entry.hash))
