"""What was made but is not stored before it was typed back: it travels with the form, sealed by the host.

Only ciphertext and public halves are in it: what was shown to be written down is on the paper alone.
"""

import datetime as dt
import json
import uuid
from typing import Any

from models.people import Actor
from models.sealed import Envelope
from models.vault import VaultGrant, VaultHolder
from tracker.acts.vault.asking import wrong
from tracker.seals import Seal
from tracker.spine.errors import Invalid

LASTS = dt.timedelta(hours=2)
SEAL = Seal("varna/ceremony/v1")


def written(kind: str, actor: Actor, at: dt.datetime, **said: Any) -> str:
    """The draft as text, to be sent along."""
    text = json.dumps({"kind": kind, "by": actor.uid, "at": at.timestamp(), **said})
    return f"{SEAL.of(text)}{text}"


def read(kind: str, draft: str, actor: Actor, at: dt.datetime) -> dict[str, Any]:
    """What was drafted. Raises Invalid for what is not of this kind, this person's, and of the last two hours."""
    seal, text = draft[:64], draft[64:]
    if not SEAL.holds(seal, text, row=0):
        raise too_old()
    said: dict[str, Any] = json.loads(text)
    if (said["kind"], said["by"]) != (kind, actor.uid) or at.timestamp() - said["at"] > LASTS.total_seconds():
        raise too_old()
    return said


def must_be_new(said: dict[str, Any]) -> None:
    """Raises Invalid for a key that is stored already: the form came twice."""
    if VaultHolder.select().where(VaultHolder.uid == uuid.UUID(said["pair"]["holder"])).exists():
        raise saved_already()


def saved_already() -> Invalid:
    """To be raised where the form came twice, one after the other or at once."""
    return wrong("", "This is saved already. Open the page again to see it.")


def of_pair(holder: VaultHolder, grant: VaultGrant | None = None) -> dict[str, Any]:
    """A holder and what it is granted, as plain data."""
    said: dict[str, Any] = {"holder": holder.uid.hex, "public": holder.public, "wrapped": holder.wrapped}
    if grant is not None:
        said |= {"grant": grant.uid.hex, "keys": bytes(grant.keys).hex(), "signature": grant.signature}
    return said


def grant_in(said: dict[str, Any]) -> VaultGrant:
    keys = Envelope(bytes.fromhex(said["keys"]))
    return VaultGrant(uid=uuid.UUID(said["grant"]), keys=keys, signature=said["signature"])


def too_old() -> Invalid:
    """To be raised for a draft that does not count any more."""
    return wrong("", "It took too long or was changed on the way. Begin anew.")
