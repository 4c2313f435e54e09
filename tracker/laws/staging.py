"""The law of staged files: whoever sent one comes back to it by a token, for an hour; nobody else does.

Beside each stands what is being done with it. One run at a time does something, and whoever was not heard of for a
while has died: another may begin anew.
"""

import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from peewee import Expression

from models.database import housekeeping
from models.staged import FileWork, StagedFile

LASTS = dt.timedelta(hours=1)
MOST = 3  # files of one person; a further one takes the place of the oldest
SILENT = dt.timedelta(seconds=60)
"""Whoever works says so each second or so; what is waited for in between (a turn to write) takes ten at most."""


class State(StrEnum):
    RUNNING = "running"
    DONE = "done"
    SETTLED = "settled"  # for good: nothing more is done with the file
    FAILED = "failed"
    DEAD = "dead"  # never stored: it runs, and was not heard of


class Gone(Exception):
    """There is no such file, it is somebody else's, or its hour is over."""


class Busy(Exception):
    """Something is being done with the file already."""


@dataclass(frozen=True)
class Work:
    """What is or was done with a file. `found` is what came out of it, or how far it is."""

    task: str
    state: State
    rows: int
    found: dict[str, Any]


def stage(person: int, whole: str, content: bytes, at: dt.datetime) -> str:
    """Keeps a file; returns its token, which is told this once. `whole` is the uid of the record it is for."""
    token, now = secrets.token_urlsafe(32), _utc(at)
    with housekeeping(StagedFile, FileWork):
        _remove(StagedFile.expires_at <= now)
        theirs = StagedFile.select(StagedFile.id).where(StagedFile.person == person)
        kept = [row.id for row in theirs.order_by(StagedFile.id.desc()).limit(MOST - 1)]
        alive = (FileWork.state == State.RUNNING) & (FileWork.beat_at > now - SILENT)
        at_work = FileWork.select(FileWork.file).where(alive)
        _remove((StagedFile.person == person) & StagedFile.id.not_in(kept) & StagedFile.id.not_in(at_work))
        StagedFile.insert(
            token=_digest(token), person=person, whole=whole, content=content, expires_at=now + LASTS
        ).execute()
    return token


def find(token: str, person: int, whole: str, at: dt.datetime) -> StagedFile:
    """The file without its content. Raises Gone."""
    mine = (StagedFile.person == person) & (StagedFile.whole == whole) & (StagedFile.expires_at > _utc(at))
    found = (
        StagedFile.select(StagedFile.id, StagedFile.layout).where((StagedFile.token == _digest(token)) & mine).first()
    )
    if found is None:
        raise Gone
    return found


def layouts(person: int, whole: str, at: dt.datetime) -> list[str]:
    """What was said of the person's own files for this record, the newest first."""
    mine = (StagedFile.person == person) & (StagedFile.whole == whole) & (StagedFile.expires_at > _utc(at))
    rows: Any = StagedFile.select(StagedFile.layout).where(mine & (StagedFile.layout != "")).tuples()
    return [layout for (layout,) in rows.order_by(StagedFile.id.desc())]


def content(file: StagedFile) -> bytes:
    """What is in the file. Raises Gone."""
    row = StagedFile.select(StagedFile.content).where(StagedFile.id == file.id).tuples().first()
    if row is None:
        raise Gone
    return bytes(row[0])


def keep_lines(file: StagedFile, packed: bytes) -> None:
    """Keeps what was read out of the file beside it, for the next time it is asked."""
    with housekeeping(StagedFile):
        StagedFile.update(lines=packed).where(StagedFile.id == file.id).execute()


def lines(file: StagedFile) -> bytes | None:
    """What was read out of the file, if that was kept."""
    row = StagedFile.select(StagedFile.lines).where(StagedFile.id == file.id).tuples().first()
    return bytes(row[0]) if row and row[0] else None


def lay_out(file: StagedFile, layout: str, now: dt.datetime) -> None:
    """Keeps what the columns mean; what was found by another layout no longer stands. Raises Busy."""
    with housekeeping(StagedFile, FileWork):
        here = FileWork.file == file.id
        FileWork.delete().where(here & _over(now)).execute()
        if FileWork.select().where(here).exists():
            raise Busy
        StagedFile.update(layout=layout).where(StagedFile.id == file.id).execute()
    file.layout = layout


def begin(file: StagedFile, task: str, now: dt.datetime, after: str = "") -> str:
    """Takes on a task and returns the name of this run. Raises Busy.

    One that comes `after` another begins only where that is done; any other wherever nothing runs.
    """
    run = secrets.token_hex(16)
    told = {"run": run, "task": task, "state": State.RUNNING, "rows": 0, "beat_at": _utc(now)}
    with housekeeping(FileWork):
        here = FileWork.file == file.id
        free = (FileWork.task == after) & (FileWork.state == State.DONE) if after else _over(now)
        if FileWork.update(told).where(here & free).execute():
            return run
        if after or FileWork.select().where(here).exists():
            raise Busy
        FileWork.insert(told | {"file": file.id}).execute()
    return run


def beat(run: str, rows: int, now: dt.datetime) -> bool:
    """Says that the run lives, and how many rows are done; False when another has taken its place."""
    with housekeeping(FileWork):
        mine = (FileWork.run == run) & (FileWork.state == State.RUNNING)
        return bool(FileWork.update(rows=rows, beat_at=_utc(now)).where(mine).execute())


def end(run: str, state: State, found: dict[str, Any], now: dt.datetime) -> None:
    """Says what came out of the run."""
    told = {"state": state, "found": json.dumps(found, ensure_ascii=False), "beat_at": _utc(now)}
    with housekeeping(FileWork):
        FileWork.update(told).where(FileWork.run == run).execute()


def work(file: StagedFile, now: dt.datetime) -> Work | None:
    """What is or was done with the file; None when nothing was yet."""
    row = FileWork.get_or_none(FileWork.file == file.id)
    if row is None:
        return None
    silent = row.state == State.RUNNING and row.beat_at <= _utc(now) - SILENT
    return Work(row.task, State.DEAD if silent else State(row.state), row.rows, json.loads(row.found or "{}"))


def drop(file: StagedFile) -> None:
    """Takes the file's content away; what came out of it is told until its hour is over."""
    with housekeeping(StagedFile):
        StagedFile.update(content=b"", lines=None).where(StagedFile.id == file.id).execute()


def sweep(at: dt.datetime) -> None:
    """Takes away what nobody came back to."""
    with housekeeping(StagedFile, FileWork):
        _remove(StagedFile.expires_at <= _utc(at))


def _remove(which: Expression) -> None:
    gone = [row.id for row in StagedFile.select(StagedFile.id).where(which)]
    if gone:
        FileWork.delete().where(FileWork.file.in_(gone)).execute()
        StagedFile.delete().where(StagedFile.id.in_(gone)).execute()


def _over(now: dt.datetime) -> Expression:
    """Nothing runs, and not all is done."""
    dead = (FileWork.state == State.RUNNING) & (FileWork.beat_at <= _utc(now) - SILENT)
    return FileWork.state.in_([State.DONE, State.FAILED]) | dead


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _utc(at: dt.datetime) -> dt.datetime:
    """As the column keeps it: UTC without zone."""
    return at.astimezone(dt.UTC).replace(tzinfo=None)
