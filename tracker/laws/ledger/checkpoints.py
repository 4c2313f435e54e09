"""Checkpoints: a signed note of how large the ledger is and what its head says, to be witnessed outside."""

import base64
import datetime as dt

from models.database import writing
from models.ledger import Checkpoint, Head
from tracker.laws.ledger import chain
from tracker.laws.ledger.writing import ActDoor

ORIGIN = "varna.ledger"


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
    name = chain.key_id(chain.public_key())
    signature = base64.b64encode(bytes.fromhex(name)[:4] + bytes.fromhex(chain.signed(text.encode()))).decode()
    return f"{text}\n— {name} {signature}\n"


def read_note(note: str, trusted: dict[str, bytes]) -> tuple[int, str]:
    """(size, head hash) of a checkpoint. Raises ValueError when it is malformed or not signed by a trusted key."""
    text, _, signatures = note.replace("\r\n", "\n").partition("\n\n")
    try:
        origin, size, head, _moment = text.split("\n")
        dash, name, signature = signatures.strip().split(" ")
        raw = base64.b64decode(signature, validate=True)
        public = trusted[name]
    except (ValueError, KeyError) as error:
        raise ValueError("This is no checkpoint signed by a key that is trusted here.") from error
    if origin != ORIGIN or dash != "—" or not chain.signature_holds(public, raw[4:].hex(), f"{text}\n".encode()):
        raise ValueError("The checkpoint's signature does not hold.")
    return int(size), base64.b64decode(head, validate=True).hex()


def latest() -> Checkpoint | None:
    """The newest checkpoint kept here, or None."""
    return Checkpoint.select().order_by(Checkpoint.id.desc()).first()
