"""What the vault costs: `python -m benchmarks.vault`.

How much opening a thousand sealed titles costs beyond opening a thousand envelopes; and how long somebody who sends
reports waits while six thousand envelopes are sealed anew under another key.
"""

import datetime as dt
import gc
import secrets
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from models.database import connect_to, connection, migrate
from models.happenings import Verb
from models.protective_security import MeasureCore, ProtectiveMeasure
from models.words import Role
from tests import makers
from tracker.acts.vault import cores, deposits, drafts, rotating, sealed
from tracker.laws import ledger, links, sessions
from tracker.laws.vault import envelopes, standing
from tracker.laws.vault import sessions as vault_sessions
from tracker.laws.vault.holding import Keys

MANY, TIMES, MOST = 1000, 15, 1.5


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        _begin(Path(directory))
        with connection():
            chief, keys = _fill()
            told = measured(chief, keys)
            rotated(chief, keys)
    for name, seconds in told.items():
        print(f"{name:42} {seconds * 1000:8.1f} ms")
    ratio = told["opened through the vault"] / told["raw opens"]
    print(f"{ratio:.2f}× the raw cost; {MOST}× is the most")
    sys.exit(ratio > MOST)


def _begin(directory: Path) -> None:
    connect_to(f"sqlite:///{directory}/vault.db")
    migrate()
    makers.use_key()
    for law in (sessions, links, drafts.SEAL, vault_sessions):
        law.use_secret(secrets.token_bytes(32))
    standing.use_pin(directory / "vault.pin", ledger.witnessed)


def _fill() -> tuple[makers.Actor, Keys]:
    """A thousand measures, each sealed in an act of its own, as people write them."""
    chief = makers.acting(Role.CHIEF)
    printed = makers.vault(chief)
    measure = makers.shell()
    for number in range(MANY):
        shell = ProtectiveMeasure(**{**measure.__data__, "id": None, "uid": uuid.uuid4(), "code": f"Å-{number + 100}"})
        core = MeasureCore(uid=uuid.uuid4(), by=chief.id, edition=1, written_on=makers.TODAY)
        sealed.seal(chief, core, {"title": f"Åtgärd {number}".encode()})
        with ledger.act(chief, Verb.SEALED, core, at=makers.AT) as act:
            act.save(shell)
            core.measure = shell.id
            act.save(core)
    return chief, makers.opened_keys(chief, printed.passphrase)


def measured(chief: makers.Actor, keys: Keys) -> dict[str, float]:
    """Seconds of the processor, the least of runs taken in turns, because neighbours only add to it.

    The first of a process, which checks every signature, stands apart.
    """
    epoch = standing.newest()
    rows = list(MeasureCore.select())
    writer = chief.uid
    raw = [(row.title, sealed.place(row, "title", epoch.installation, writer)) for row in rows]
    measures = list(ProtectiveMeasure.select().where(ProtectiveMeasure.id.in_([row.measure_id for row in rows])))

    def bare() -> None:
        for envelope, place in raw:
            envelopes.opened(envelope, place, epoch.target, keys.epoch)

    def whole() -> None:
        found = cores.titles(chief, measures, keys, at=makers.AT + dt.timedelta(minutes=1))
        if len(found) != MANY or None in found.values():
            raise SystemExit("Not all of them opened.")

    bare()
    gc.collect()
    gc.freeze()  # as a served process does when it is warm
    first = _timed(whole)
    turns = [(_timed(bare), _timed(whole)) for _ in range(TIMES)]
    return {
        "raw opens": min(raw_one for raw_one, _ in turns),
        "opened through the vault, first in a process": first,
        "opened through the vault": min(through for _, through in turns),
    }


def rotated(chief: makers.Actor, keys: Keys) -> None:
    """Prints how long a change of key takes, and what others wait for their writing meanwhile."""
    sender, over, waits = makers.acting(Role.WARDEN), threading.Event(), []

    def work() -> None:
        with connection():
            while not over.is_set():
                began = time.perf_counter()
                deposits.send(sender, "Grinden mot norr står öppen.", b"", at=makers.AT)
                waits.append(time.perf_counter() - began)

    began = time.perf_counter()
    fresh = rotating.rotate(chief, keys, at=makers.AT)
    writer = threading.Thread(target=work)
    writer.start()
    sealed_anew = rotating.progress().left
    while not rotating.finish(chief, at=makers.AT):
        rotating.reseal(chief, fresh, at=makers.AT)
    taken = time.perf_counter() - began
    over.set()
    writer.join()
    envelopes_of, median = len(MeasureCore.sealed()), statistics.median(waits)
    print(f"{sealed_anew} rows, {sealed_anew * envelopes_of} envelopes, sealed anew in {taken:.1f} s")
    print(f"{len(waits)} reports sent meanwhile: median {median * 1000:.0f} ms, longest {max(waits) * 1000:.0f} ms")


def _timed(do: Callable[[], None]) -> float:
    began = time.process_time()
    do()
    return time.process_time() - began


if __name__ == "__main__":
    main()
