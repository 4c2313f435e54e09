"""Writing and opening what a protective measure is about."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.database import among
from models.happenings import Verb
from models.people import Actor, Person
from models.protective_security import (
    Ceiling,
    Deposit,
    DepositState,
    MeasureCore,
    Outcome,
    ProtectiveMeasure,
    SecrecyClass,
    ceiling,
)
from models.words import Act, Message, Problem
from tracker.acts.vault import deposits, sealed
from tracker.acts.vault.asking import must, must_be_cleared
from tracker.images import NoPicture, made_anew
from tracker.language import today
from tracker.laws import ledger
from tracker.laws.ledger import Conflict
from tracker.laws.vault.holding import Keys
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing, Refused

TEXTS = ("title", "protects", "vulnerability", "what", "notes")
LONGEST = {"title": 200, "protects": 4000, "vulnerability": 10_000, "what": 10_000, "notes": 10_000}
MOST = 1000  # measures whose titles are opened at once

ALLOWED = {
    Ceiling.NONE: (SecrecyClass.NONE,),
    Ceiling.RESTRICTED: (SecrecyClass.NONE, SecrecyClass.RESTRICTED),
}


@dataclass(frozen=True)
class Content:
    """What is to be sealed: texts by field, one document or none, and the class that its writer says it has."""

    texts: Mapping[str, str]
    secrecy: SecrecyClass | None
    document: bytes = b""
    keeps_document: bool = False


def write(
    actor: Actor, uid: str, content: Content, edition: int, keys: Keys | None = None, *, at: dt.datetime
) -> MeasureCore:
    """Seals a new edition after `edition`, the one that was read (0: none). Keeping its document takes the keys.

    Raises Missing, Refused, Invalid, Conflict, NoVault and NotPinned.
    """
    person = must(actor, Act.EDIT)
    must_be_cleared(person)
    measure = records.find(actor, ProtectiveMeasure, uid, Act.EDIT, at)
    document, problems = _checked(content, today(at))
    if measure.kept_elsewhere:
        raise Refused(Message("The content of this measure is kept in another place, so it is not written here."))
    if problems:
        raise Invalid(problems)
    before = MeasureCore.newest(measure)
    if (before.edition if before else 0) != edition:
        raise Conflict(before)
    if before and content.keeps_document and keys:
        document = sealed.open_rows(actor, [before], ["document"], keys, at=at)[before.uid]["document"] or b""
    row = _sealed(actor, person, measure, content.texts, document, edition + 1, at)
    with ledger.act(actor, Verb.SEALED, row, at=at) as act:
        act.save(row)
    return row


def open_one(
    actor: Actor, uid: str, keys: Keys, field: str = "", *, at: dt.datetime
) -> tuple[MeasureCore | None, sealed.Texts]:
    """The edition of a measure that holds now, and what it says: all, or one field. Raises Missing and Refused."""
    measure = records.find(actor, ProtectiveMeasure, uid, Act.OPEN, at)
    row = MeasureCore.newest(measure)
    if row is None:
        return None, {}
    names = [name for name in MeasureCore.sealed() if field in ("", name)]
    if not names:
        raise Missing
    return row, sealed.open_rows(actor, [row], names, keys, at=at)[row.uid]


def destroy(actor: Actor, uid: str, version: int, *, at: dt.datetime) -> MeasureCore:
    """Destroys here an edition that must not be here: empty texts take its place. Raises Missing, Refused, Conflict."""
    person = must(actor, Act.DECIDE)
    must_be_cleared(person)
    row: MeasureCore = records.find(actor, MeasureCore, uid, Act.DECIDE, at)
    row.version, row.destroyed_on = version, today(at)
    writer = Person.get_by_id(row.by_id)
    sealed.seal(Actor(writer.id, writer.uid.hex, writer.name), row, {})
    with ledger.act(actor, Verb.QUARANTINED, row, at=at) as act:
        act.save(row)
    return row


def titles(
    actor: Actor, measures: Sequence[ProtectiveMeasure], keys: Keys, *, at: dt.datetime
) -> dict[int, str | None]:
    """By measure: its title, None where it does not match its trace; not in the answer where nothing was written."""
    must(actor, Act.OPEN)
    numbers = [measure.id for measure in measures[:MOST]]
    columns = (MeasureCore.id, MeasureCore.uid, MeasureCore.edition, MeasureCore.by, MeasureCore.measure)
    chosen = MeasureCore.select(*columns, MeasureCore.title).where(MeasureCore.measure.in_(among(numbers)))
    newest: dict[int, MeasureCore] = {}
    for row in chosen.order_by(MeasureCore.edition):
        newest[row.__data__["measure"]] = row
    said = sealed.open_rows(actor, list(newest.values()), ["title"], keys, at=at)
    return {number: _text(said[row.uid]["title"]) for number, row in newest.items()}


def from_report(
    actor: Actor, uid: str, values: Mapping[str, Any], version: int, keys: Keys, *, at: dt.datetime
) -> ProtectiveMeasure:
    """A measure out of a sealed report, whose words become its sealed content; the report is closed. All in one act.

    Raises Missing, Refused, Invalid and Conflict.
    """
    person = must(actor, Act.ADD)
    must_be_cleared(person)
    report: Deposit = records.find(actor, Deposit, uid, Act.OPEN, at)
    if report.state is not DepositState.READ:
        raise Refused(Message("That step cannot be taken from the state it is in now."))
    texts = sealed.open_rows(actor, [report], deposits.FIELDS, keys, at=at)[report.uid]
    if None in texts.values():
        raise Refused(Message("The report cannot be opened: it does not match its trace."))
    measure = ProtectiveMeasure(**values)
    records.check(ProtectiveMeasure, measure, None)
    said = {"title": f"{report.sent_on:%Y-%m-%d}", "what": _text(texts["body"]) or ""}
    core = _sealed(actor, person, measure, said, texts["photo"] or b"", 1, at)
    report.version, report.state, report.outcome = version, DepositState.CLOSED, Outcome.MEASURE
    with ledger.act(actor, Verb.ADDED, measure, at=at) as act:
        act.save(measure)
        core.measure = measure.id
        act.save(core)
        report.measure = measure.id
        act.save(report)
    return measure


def _sealed(
    actor: Actor, person: int, measure: ProtectiveMeasure, texts: Mapping[str, str], document: bytes, edition: int,
    at: dt.datetime,
) -> MeasureCore:  # fmt: skip
    row = MeasureCore(uid=uuid.uuid4(), measure=measure.id, by=person, edition=edition, written_on=today(at))
    octets = {name: texts.get(name, "").strip().encode() for name in TEXTS}
    sealed.seal(actor, row, octets | {"document": document})
    return row


def _checked(content: Content, day: dt.date) -> tuple[bytes, list[Problem]]:
    problems = [*_class(content.secrecy, day), *_texts(content.texts)]
    try:
        return _document(content.document), problems
    except NoPicture:
        sentence = Message("This is no document that can be sealed: choose a PDF, JPEG, PNG or WebP.")
        return b"", [*problems, Problem("document", sentence)]


def _class(secrecy: SecrecyClass | None, day: dt.date) -> Iterable[Problem]:
    highest = ceiling(day)
    if secrecy is None:
        yield Problem("secrecy", Message("Say which class it has: what may be written here depends on it."))
    elif secrecy in ALLOWED[highest]:
        return
    elif secrecy is SecrecyClass.RESTRICTED:
        yield Problem("secrecy", Message(
            "Begränsat hemlig may be written here only when the municipality's approval of the system is registered. "
            "Until then keep the document in the register for classified documents, and its number on the shell.",
        ))  # fmt: skip
    else:
        yield Problem("secrecy", Message(
            "Konfidentiell and above is never written here. Keep the document on paper or in a system approved for its "
            "class, in the register for classified documents. On the shell, tick that it is kept in another place."
        ))  # fmt: skip


def _texts(texts: Mapping[str, str]) -> Iterable[Problem]:
    if not texts.get("title", "").strip():
        yield Problem("title", Message("This must be filled in."))
    for name, most in LONGEST.items():
        text = texts.get(name, "")
        if len(text) > most:
            yield Problem(name, Message("At most %(most)s characters.", most=most))
        elif any("\ud800" <= sign <= "\udfff" for sign in text):
            yield Problem(name, Message("The text holds a sign that cannot be stored. Type it anew."))


def _document(octets: bytes) -> bytes:
    """A PDF as it is, a picture made anew. Raises NoPicture for anything else."""
    if not octets or octets.startswith(b"%PDF-"):
        return octets
    return made_anew(octets)


def _text(octets: bytes | None) -> str | None:
    return None if octets is None else octets.decode(errors="replace")
