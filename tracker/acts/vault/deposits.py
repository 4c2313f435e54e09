"""Sealed reports: anybody signed in sends one; only who unlocks the vault opens it, and the ledger knows first."""

import datetime as dt
import uuid
from collections.abc import Collection

from models.happenings import Verb
from models.people import Actor
from models.protective_security import Deposit, DepositState
from models.words import Act, Message, Problem
from tracker.acts.vault import destroying, sealed
from tracker.acts.vault.asking import must
from tracker.images import NoPicture, made_anew
from tracker.language import today
from tracker.laws import ledger
from tracker.laws.vault.holding import Keys
from tracker.spine import records
from tracker.spine.errors import Invalid

LONGEST = 20_000  # characters
FIELDS = ("body", "photo")


def send(actor: Actor, text: str, photo: bytes, *, at: dt.datetime) -> Deposit:
    """Seals a report to the säkerhetsskyddschef. Raises Refused, Invalid, NoVault and NotPinned.

    Without a photograph an empty one is sealed, so that its absence tells nothing.
    """
    person = must(actor, Act.DEPOSIT)
    problems = list(_problems(text))
    try:
        picture = made_anew(photo) if photo else b""
    except NoPicture:
        problems.append(Problem("photo", Message("This is no picture that can be read: choose a JPEG, PNG or WebP.")))
    if problems:
        raise Invalid(problems)
    row = Deposit(uid=uuid.uuid4(), by=person, sent_on=today(at), state=DepositState.NEW)
    sealing = sealed.seal(actor, row, {"body": text.strip().encode(), "photo": picture})
    with sealed.act(actor, Verb.DEPOSITED, row, [sealing], at=at) as act:
        act.save(row)
    return row


def _problems(text: str) -> list[Problem]:
    if not text.strip():
        return [Problem("text", Message("Write what has happened."))]
    if len(text) > LONGEST:
        return [Problem("text", Message("At most %(most)s characters.", most=LONGEST))]
    try:
        text.encode()
    except UnicodeEncodeError:
        return [Problem("text", Message("The text holds a sign that cannot be stored. Type it anew."))]
    return []


def open_one(actor: Actor, uid: str, keys: Keys, *, at: dt.datetime) -> tuple[Deposit, sealed.Texts]:
    """A report and its texts by field. The entry is committed first. Raises Missing and Refused."""
    row: Deposit = records.find(actor, Deposit, uid, Act.OPEN, at)
    texts = sealed.open_rows(actor, [row], FIELDS, keys, at=at)[row.uid]
    if row.state is DepositState.NEW and None not in texts.values():
        row.state = DepositState.READ
        with ledger.act(actor, Verb.READ, row, at=at) as act:
            act.save(row)
    return row, texts


def quarantine(actor: Actor, uid: str, version: int, also: Collection[str] = (), *, at: dt.datetime) -> Deposit:
    """Destroys here a report that must not be here; see `destroying.destroy`."""
    row: Deposit = destroying.destroy(actor, Deposit, uid, version, also, at=at)
    return row
