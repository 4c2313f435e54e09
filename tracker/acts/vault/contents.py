"""What may be sealed as the content of a measure: its texts, one document, and the class its writer says it has."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.people import Actor
from models.protective_security import Ceiling, MeasureCore, ProtectiveMeasure, SecrecyClass, ceiling
from models.words import Message, Problem
from tracker.acts.vault import deposits, sealed
from tracker.images import NoPicture, made_anew
from tracker.language import today

TEXTS = ("title", "protects", "vulnerability", "what", "notes")
LONGEST = {"title": 200, "protects": 4000, "vulnerability": deposits.LONGEST, "what": 10_000, "notes": 10_000}

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


def checked(content: Content, day: dt.date) -> tuple[bytes, list[Problem]]:
    problems = [*of_class(content.secrecy, day), *of_texts(content.texts)]
    try:
        return _document(content.document), problems
    except NoPicture:
        sentence = Message("This is no document that can be sealed: choose a PDF, JPEG, PNG or WebP.")
        return b"", [*problems, Problem("document", sentence)]


def of_class(secrecy: SecrecyClass | None, day: dt.date) -> Iterable[Problem]:
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


def of_texts(texts: Mapping[str, str]) -> Iterable[Problem]:
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


def sealing(
    actor: Actor, person: int, measure: ProtectiveMeasure, texts: Mapping[str, str], document: bytes, edition: int,
    at: dt.datetime,
) -> tuple[MeasureCore, sealed.Sealing]:  # fmt: skip
    row = MeasureCore(uid=uuid.uuid4(), measure=measure.id, by=person, edition=edition, written_on=today(at))
    octets = {name: texts.get(name, "").strip().encode() for name in TEXTS}
    return row, sealed.seal(actor, row, octets | {"document": document})
