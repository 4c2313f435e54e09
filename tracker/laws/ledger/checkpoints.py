"""Checkpoints: a signed note of how large the ledger is and what its head says, to be witnessed outside."""

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping

from models.database import writing
from models.ledger import Checkpoint, Head
from models.words import N_
from tracker.laws.ledger import chain
from tracker.laws.ledger.writing import ActDoor

ORIGIN = "varna.ledger"
ED25519 = b"\x01"  # C2SP signed-note: the algorithm in a key's hash


def checkpoint(at: dt.datetime) -> Checkpoint:
    """Makes and keeps a checkpoint of the ledger as it is now, in the form of C2SP tlog-checkpoint.

    Three lines (origin, size, head hash in base64), our line with the time, and the signature after an empty line.
    """
    door = ActDoor("checkpoint", now={"checkpoint"})
    with writing(door):
        head = Head.get_by_id(1)
        note = signed_note(head.size, head.hash, at)
        return Checkpoint.create(size=head.size, at=at.astimezone(dt.UTC).isoformat(timespec="seconds"), note=note)


def signed_note(size: int, head: str, at: dt.datetime) -> str:
    """The text of a checkpoint, signed by this host's key."""
    moment = at.astimezone(dt.UTC).isoformat(timespec="seconds")
    text = f"{ORIGIN}\n{size}\n{base64.b64encode(bytes.fromhex(head)).decode()}\n{moment}\n"
    return _whole(text, chain.public_key(), bytes.fromhex(chain.signed(text.encode())))


def read_note(note: str, trusted: Mapping[str, bytes]) -> tuple[int, str]:
    """(size, head hash) of a checkpoint. Raises ValueError, saying what for people, when it is none or not signed.

    Line ends may have suffered on their way through mail; everything else must be as it was made, to the last bit.
    """
    note = note.replace("\r\n", "\n").rstrip("\n") + "\n"
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    try:
        origin, size, head, _moment, _ = text.split("\n")
        _dash, name, signature = signatures.split(" ")
        raw = base64.b64decode(signature)
        public = trusted[name]
    except (ValueError, KeyError) as error:
        raise ValueError(N_("this is no checkpoint signed by a key that is trusted here")) from error
    said = chain.signature_holds(public, raw[4:].hex(), text.encode("utf-8", "surrogatepass"))
    if origin != ORIGIN or not said or note != _whole(text, public, raw[4:]):
        raise ValueError(N_("the checkpoint's signature does not hold"))
    return int(size), base64.b64decode(head, validate=True).hex()


def _whole(text: str, public: bytes, signature: bytes) -> str:
    """A signed note (C2SP): the text, an empty line, and the signature after the hash that names the key."""
    name = chain.key_id(public)
    named = hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]
    return f"{text}\n— {name} {base64.b64encode(named + signature).decode()}\n"


def latest() -> Checkpoint | None:
    """The newest checkpoint kept here, or None."""
    return Checkpoint.select().order_by(Checkpoint.id.desc()).first()
