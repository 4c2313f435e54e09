"""Writing and opening what a protective measure is about."""

import datetime as dt
from collections.abc import Sequence

from peewee import IntegrityError

from models.database import db
from models.happenings import Verb
from models.people import Actor
from models.protective_security import MeasureCore, ProtectiveMeasure
from models.words import Act, Message
from tracker.acts.vault import contents, sealed
from tracker.acts.vault.asking import must, must_be_cleared, wrong
from tracker.acts.vault.contents import LONGEST, TEXTS, Content
from tracker.language import today
from tracker.laws.ledger import Conflict
from tracker.laws.vault.holding import Keys
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing, Refused

__all__ = ["LONGEST", "MOST", "TEXTS", "Content", "open_one", "titles", "whole", "write"]

MOST = 1000  # measures whose titles are opened at once


def write(
    actor: Actor, uid: str, content: Content, edition: int, keys: Keys | None = None, *, at: dt.datetime
) -> MeasureCore:
    """Seals a new edition after `edition`, the one that was read (0: none). Keeping its document takes the keys.

    Raises Missing, Refused, Invalid, Conflict, NoVault and NotPinned.
    """
    person = must(actor, Act.EDIT)
    must_be_cleared(person)
    measure = records.find(actor, ProtectiveMeasure, uid, Act.EDIT, at)
    document, problems = contents.checked(content, today(at))
    if measure.kept_elsewhere:
        raise Refused(Message("The content of this measure is kept in another place, so it is not written here."))
    if problems:
        raise Invalid(problems)
    before = MeasureCore.newest(measure, "document")
    if (before.edition if before else 0) != edition:
        raise Conflict(before)
    if before and content.keeps_document and not document:
        document = _document_of(actor, before, keys, at)
    row, sealing = contents.sealing(actor, person, measure, content.texts, document, edition + 1, at)
    try:
        with sealed.act(actor, Verb.SEALED, row, [sealing], at=at) as act:
            act.save(row)
    except IntegrityError as error:  # two wrote the same edition at once
        raise Conflict(MeasureCore.newest(measure)) from error
    return row


def _document_of(actor: Actor, row: MeasureCore, keys: Keys | None, at: dt.datetime) -> bytes:
    """The document of an earlier edition, to be sealed in the next. Raises Invalid where it cannot be opened."""
    if keys is None:
        raise wrong("keeps_document", "The vault has locked. Unlock it in another tab, then save again.")
    document = sealed.open_rows(actor, [row], ["document"], keys, at=at)[row.uid]["document"]
    if document is None:
        raise wrong(
            "keeps_document",
            "The document of the earlier edition does not match its trace, so it cannot be kept. Choose the file anew, "
            "or leave it out by unticking this.",
        )
    return document


def open_one(
    actor: Actor, uid: str, keys: Keys, field: str = "", *, at: dt.datetime
) -> tuple[MeasureCore | None, sealed.Texts]:
    """The edition of a measure that holds now, and what it says: all, or one field. Raises Missing and Refused."""
    measure = records.find(actor, ProtectiveMeasure, uid, Act.OPEN, at)
    names = [name for name in MeasureCore.sealed() if field in ("", name)]
    if not names:
        raise Missing
    row = MeasureCore.newest(measure, *names)
    if row is None:
        return None, {}
    return row, sealed.open_rows(actor, [row], names, keys, at=at)[row.uid]


def whole(
    actor: Actor, uid: str, keys: Keys, field: str = "", *, at: dt.datetime
) -> tuple[MeasureCore | None, dict[str, bytes]]:
    """As `open_one`, for what is to be passed on as it is: Refused where anything of it does not open."""
    row, texts = open_one(actor, uid, keys, field, at=at)
    said = {name: text for name, text in texts.items() if text is not None}
    if len(said) < len(texts):
        raise Refused(Message("The content does not match its trace, so it is neither changed nor fetched from here."))
    return row, said


def titles(
    actor: Actor, measures: Sequence[ProtectiveMeasure], keys: Keys, *, at: dt.datetime
) -> dict[int, str | None]:
    """By measure: its title, None where it does not match its trace; "" where it was destroyed.

    Not in the answer is a measure for which nothing was written.
    """
    must(actor, Act.OPEN)
    numbers = [measure.id for measure in measures[:MOST]]
    names = ("uid", "edition", "by", "measure", "destroyed_on", "title")
    columns = [MeasureCore._meta.fields[name] for name in names]
    chosen = MeasureCore.select(*columns).where(MeasureCore.measure.in_(db.listed(numbers)))
    newest: dict[int, MeasureCore] = {}
    for row in chosen.order_by(MeasureCore.measure, MeasureCore.edition).objects(MeasureCore.as_read):
        newest[row.__data__["measure"]] = row
    left = [row for row in newest.values() if row.destroyed_on is None]
    said = sealed.open_rows(actor, left, ["title"], keys, at=at)
    return {number: _text(said[row.uid]["title"]) if row.uid in said else "" for number, row in newest.items()}


def _text(octets: bytes | None) -> str | None:
    return None if octets is None else octets.decode(errors="replace")
