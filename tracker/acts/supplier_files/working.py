"""Looking through a staged file, and reading it in: in a thread of its own, so that nobody's request lasts that long.

A short file is done before the request that began it answers.
"""

import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from itertools import islice
from typing import Any

from peewee import IntegrityError

from models.database import NoTurn, connection
from models.guarding import Contract, FigureDelivery, MonthlyFigure, Origin
from models.people import Actor
from models.staged import StagedFile
from models.words import Act, Message, Register
from tracker.acts import figures
from tracker.acts.imports.files import lines
from tracker.acts.imports.planning import Fate
from tracker.acts.imports.sheets import Unreadable
from tracker.acts.supplier_files import layouts
from tracker.acts.supplier_files.checking import Checking, Fault, Judged
from tracker.acts.supplier_files.layouts import AMOUNTS, Layout
from tracker.acts.supplier_files.read_once import Kept, again, is_worth_keeping
from tracker.language import today as day_of
from tracker.laws import ledger, policy, staging
from tracker.laws.staging import State
from tracker.spine.errors import Refused

LOOK, SAVE = "look", "save"
AT_ONCE = 1.5  # seconds that a request waits for what it began
BEAT = 1.0  # seconds between two signs of life
FAULTS, FIRST = 200, 20  # of what is wrong, and of the first rows, so many are shown

CHANGED = Message("Something changed meanwhile: a row is wrong now. None of the figures counts. Look it through.")
LATE = Message("Others were writing all the time. None of the figures counts. Try again.")


class Superseded(Exception):
    """Another run has taken this one's place: it was not heard of for too long."""


def stage(
    actor: Actor, contract: Contract, content: bytes, month: dt.date | None, at: dt.datetime
) -> tuple[str, StagedFile]:
    """Keeps a file with what its columns seem to mean. Raises Refused and Unreadable."""
    _ask(actor)
    with closing(lines(content)) as coming:  # type: ignore[type-var]  # a generator, which closes
        first = list(islice(coming, layouts.LOOKED_AT))
    said = map(layouts.unpacked, staging.layouts(_number(actor), contract.uid.hex, at))
    layout = layouts.as_before(layouts.found(first, layouts.remembered(contract), month), said)
    token = staging.stage(_number(actor), contract.uid.hex, content, at)
    file = find(actor, contract, token, at)
    staging.lay_out(file, layouts.packed(layout), at)
    return token, file


def find(actor: Actor, contract: Contract, token: str, at: dt.datetime) -> StagedFile:
    """Raises staging.Gone: also for what is somebody else's."""
    return staging.find(token, _number(actor), contract.uid.hex, at)


def look(actor: Actor, contract: Contract, file: StagedFile, at: dt.datetime) -> None:
    """Begins to look a file through. What comes out is told by `staging.work`. Raises Refused and staging.Busy.

    Nothing begins before somebody has said what the columns mean.
    """
    _ask(actor)
    layout = layouts.unpacked(file.layout)
    if any(layout.problems):
        return
    run = staging.begin(file, LOOK, at)
    _do(run, at, lambda tell: (State.DONE, _looked(contract, layout, file, at, tell)))


def save(actor: Actor, contract: Contract, file: StagedFile, only_right: bool, at: dt.datetime) -> None:
    """Begins to read in a file that was looked through. Raises Refused and staging.Busy."""
    _ask(actor)
    run = staging.begin(file, SAVE, at, after=LOOK)
    layout = layouts.unpacked(file.layout)

    def task(tell: Callable[[int], None]) -> tuple[State, dict[str, Any]]:
        found = _saved(actor, contract, layout, file, only_right, at, tell)
        with suppress(NoTurn):  # the figures are in; its hour takes the file away
            staging.drop(file)
        return State.SETTLED, found

    _do(run, at, task)


def judged(contract: Contract, file: StagedFile, at: dt.datetime) -> Iterator[Judged]:
    """Every row of the file once more, one at a time. Raises Unreadable and staging.Gone."""
    checking = Checking(contract, layouts.unpacked(file.layout), day_of(at))
    return checking.rows(again(staging.content(file), staging.lines(file)))


def _ask(actor: Actor) -> None:
    if not policy.may(actor, Register.GUARDING, Act.IMPORT):
        raise Refused


def _number(actor: Actor) -> int:
    if actor.id is None:
        raise Refused
    return actor.id


Task = Callable[[Callable[[int], None]], tuple[State, dict[str, Any]]]


def _do(run: str, at: dt.datetime, task: Task) -> None:
    thread = threading.Thread(target=_work, args=(run, at, task), name=f"file {run[:6]}", daemon=True)
    thread.start()
    thread.join(AT_ONCE)


def _work(run: str, at: dt.datetime, task: Task) -> None:
    """Does the task on a connection of its own, and in any case says how it ended."""
    began = _clock()
    now = lambda: at + (_clock() - began)  # noqa: E731  as the request's own time goes on
    ended: tuple[State, dict[str, Any]] = (State.FAILED, {})
    with connection():
        try:
            ended = task(_teller(run, now))
        except Unreadable as error:
            ended = State.FAILED, {"problem": packed(error.message)}
        except NoTurn:
            ended = State.FAILED, {"problem": packed(LATE)}
        except (ledger.Conflict, staging.Gone, Superseded):
            pass  # taken back, or taken over: there is nobody to tell
        finally:
            _end(run, ended, now)


def _end(run: str, ended: tuple[State, dict[str, Any]], now: Callable[[], dt.datetime]) -> None:
    """Says how it ended, also where others write for long: nobody may be told of a failure that was none."""
    for _ in range(5):
        with suppress(NoTurn):
            return staging.end(run, *ended, now())


def _teller(run: str, now: Callable[[], dt.datetime]) -> Callable[[int], None]:
    """Tells how many rows are done, at most once a second. Raises Superseded."""
    last = now()

    def tell(rows: int) -> None:
        nonlocal last
        if (now() - last).total_seconds() >= BEAT:
            last = now()
            if not staging.beat(run, rows, last):
                raise Superseded

    return tell


def _clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _looked(
    contract: Contract, layout: Layout, file: StagedFile, at: dt.datetime, tell: Callable[[int], None]
) -> dict[str, Any]:
    """What the file would do, small enough to keep however long it is."""
    checking, content, kept = Checking(contract, layout, day_of(at)), staging.content(file), staging.lines(file)
    coming, noting = again(content, kept), None
    if kept is None and is_worth_keeping(content):
        noting = Kept()
        coming = noting.noting(coming)
    faults: list[Fault] = []
    first: list[dict[str, Any]] = []
    for row in checking.rows(coming):
        if row.faults and len(faults) < FAULTS:
            faults += row.faults
        if len(first) < FIRST and not row.faults:
            first.append(_told(row, checking))
        tell(checking.read)
    if noting is not None and (packed_lines := noting.packed()):
        staging.keep_lines(file, packed_lines)
    return {
        "read": checking.read, "wrong": checking.wrong, "sums": checking.sums, "rounded": checking.rounded,
        "fates": {fate.value: checking.fates[fate] for fate in Fate},
        "months": [month.isoformat() for month in sorted(checking.months)], "sites": len(checking.places),
        "faults": [[fault.row, fault.column, packed(fault.message)] for fault in faults[:FAULTS]], "first": first,
    }  # fmt: skip


def _told(row: Judged, checking: Checking) -> dict[str, Any]:
    said: Mapping[str, Any] = row.figure.__data__ if row.figure else {}
    keys = {"row": row.row, "site": checking.sites.names[said["site"]], "service": said["service"].value}
    amounts = {name: said.get(name) for name in AMOUNTS} | {"responses": (said.get("responses") or "")[:60]}
    return keys | {"month": said["month"].isoformat(), "fate": row.fate.value} | amounts


def _saved(
    actor: Actor, contract: Contract, layout: Layout, file: StagedFile, only_right: bool, at: dt.datetime,
    tell: Callable[[int], None],
) -> dict[str, Any]:  # fmt: skip
    """Reads, checks and writes from scratch: rows that change nothing are not written."""
    checking, content = Checking(contract, layout, day_of(at)), staging.content(file)

    def coming() -> Iterator[MonthlyFigure]:
        for row in checking.rows(again(content, staging.lines(file))):
            tell(checking.read)
            if row.faults and not only_right:
                raise Unreadable(CHANGED)
            if row.figure and not row.faults and row.fate is not Fate.SAME:
                yield row.figure

    delivery: FigureDelivery | None = figures.receive(
        actor, contract, coming(), at, origin=Origin.FILE, fingerprint=hashlib.sha256(content).hexdigest(),
        left_out=lambda: checking.wrong,
    )  # fmt: skip
    if delivery is not None:
        with suppress(
            IntegrityError, ledger.Conflict, NoTurn
        ):  # the figures are in; what another said meanwhile stands
            layouts.remember(actor, contract, layout, at)
    fates = {fate.value: checking.fates[fate] for fate in Fate}
    return {"delivery": delivery.uid.hex if delivery else "", "wrong": checking.wrong, "fates": fates}


def packed(message: Message) -> list[Any]:
    """A sentence as JSON keeps it: its values are texts and numbers."""
    return [message.msgid, message.values]


def unpacked(kept: list[Any]) -> Message:
    return Message(kept[0], **kept[1])
