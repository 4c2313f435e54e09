"""Quarantine: the buttons by which what must not be here is destroyed, and what they say of where else it stands."""

from collections.abc import Iterable

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response as Answer

from models.protective_security import Deposit, DepositState, MeasureCore
from models.record import Record
from models.sealing import SealedRecord
from models.words import Act, Message, Register
from tracker.acts.vault import destroying
from tracker.laws.ledger import Conflict
from tracker.pages import Field, Form
from tracker.spine.reading import Reading, address
from tracker.views import own
from tracker.views.answer import said, say
from tracker.views.guard import needs

bp = Blueprint("destroying", __name__)
KEPT = Register.PROTECTIVE_SECURITY
ALSO = "also_"
ONLY = Message("For what must not be here at all: what is sealed is destroyed and cannot be had back.")
BESIDE = Message(
    "For what must not be here at all: what is sealed is destroyed and cannot be had back. The same words may stand in "
    "what is ticked below, which is destroyed with it: untick only what you know holds none of them."
)
AGAIN = Message("It is destroyed already. Destroy it anew only where a change of key says that it does not open.")


@bp.post("/rapporter/<uid>/karantan")
@needs(Act.DECIDE, KEPT)
def report(uid: str) -> Answer:
    return _destroyed(Deposit, uid)


@bp.post("/innehall/<uid>/karantan")
@needs(Act.DECIDE, KEPT)
def edition(uid: str) -> Answer:
    return _destroyed(MeasureCore, uid)


def _destroyed(kind: type[SealedRecord], uid: str) -> Answer:
    version = request.form.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Conflict(None)
    also = {name.removeprefix(ALSO) for name in request.form if name.startswith(ALSO)}
    row = destroying.destroy(g.actor, kind, uid, int(version), also, at=g.at)
    said("The content is destroyed here. Follow the runbook for copies and backups.")
    return redirect(address(row), 303)


def form(row: SealedRecord, look: Reading) -> Iterable[Form]:
    """What destroys it, with a tick for each other place where its words may stand; anew, where that is done."""
    if Act.DECIDE not in look.acts(row):
        return
    elsewhere = tuple(Field(f"{ALSO}{each.uid.hex}", _named(each), "flag", "1") for each in destroying.beside(row))
    lead = AGAIN if _is_destroyed(row) else BESIDE if elsewhere else ONLY
    yield Form(
        f"{address(row)}/karantan", say("Destroy the content (quarantine)"), elsewhere,
        hidden=(("version", str(row.version)),), danger=True, title=say("Handle a mistake"), lead=say(lead),
    )  # fmt: skip


def _named(row: SealedRecord) -> str:
    if isinstance(row, MeasureCore):
        return say("The measure's edition %(number)s, written %(day)s", number=row.edition, day=row.written_on)
    return say("The sealed report of %(day)s", day=row.sent_on)


def _is_destroyed(row: SealedRecord) -> bool:
    return bool(row.destroyed_on if isinstance(row, MeasureCore) else row.state is DepositState.QUARANTINED)


@own.offers(MeasureCore)
def offered(row: MeasureCore, look: Reading) -> Iterable[Form]:
    yield from form(row, look)


@own.tells(Deposit)
@own.tells(MeasureCore)
def told(row: Record, look: Reading) -> Iterable[Message]:
    if _is_destroyed(row):
        yield Message("The content was destroyed here. Older backups may still hold it, sealed: see the runbook.")
