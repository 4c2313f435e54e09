"""Writers come in the order they asked, and nobody waits for ever or for the dead."""

import signal
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.database import NoTurn, connect_to, connection, db, writing
from models.turns import Turns, turns_of
from tests.scratch import DOOR, Other, Scratch, scratch_database

ROOT = Path(__file__).parent.parent
PROCESSES = 4
THREADS = 3
EACH = 30


@pytest.fixture
def url(engine):
    url = engine.empty()
    with scratch_database(url):
        yield url
    engine.discard(url)


@pytest.fixture
def sqlite_url(sqlite_engine):
    url = sqlite_engine.empty()
    with scratch_database(url):
        yield url
    sqlite_engine.discard(url)


def count_up(url, start_at):
    """In a process of its own: several threads add one, again and again, and note when they asked."""
    connect_to(url)
    time.sleep(max(0.0, float(start_at) - time.time()))
    threads = [threading.Thread(target=_add_one_often) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _add_one_often():
    with connection():
        for _ in range(EACH):
            asked = time.monotonic()
            with writing(DOOR):
                waited = time.monotonic() - asked
                number = Scratch.select(Scratch.number).where(Scratch.id == 1).for_update(db.for_update).scalar()
                Scratch.update(number=number + 1).where(Scratch.id == 1).execute()
                Scratch.create(name=f"{number} {asked} {waited}", number=number)


def in_a_process(call, *arguments):
    """Runs a function of this module elsewhere."""
    program = f"import sys; from tests import test_turns; test_turns.{call.__name__}(*sys.argv[1:])"
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_crowded_writers_lose_nothing_and_wait_fairly(url, engine):
    crowd = [in_a_process(count_up, url, time.time() + 1.5) for _ in range(PROCESSES)]
    assert [one.wait(120) for one in crowd] == [0] * PROCESSES
    for one in crowd:
        one.stdout.close()
    total = PROCESSES * THREADS * EACH
    assert Scratch.get_by_id(1).number == total
    written = [row.name.split() for row in Scratch.select().where(Scratch.id != 1).order_by(Scratch.number)]
    assert [int(number) for number, _, _ in written] == list(range(total))
    if engine.name == "sqlite":
        waits = [float(waited) for _, _, waited in written]
        assert max(waits) < 10 * statistics.median(waits) + 0.5
        assert statistics.mean(_overtaken([float(asked) for _, asked, _ in written])) < 2


def _overtaken(asked):
    """For each in the order served: how many of those served before had asked later."""
    return [sum(earlier > mine for earlier in asked[:place]) for place, mine in enumerate(asked)]


@contextmanager
def another_thread_writing():
    """Holds the first row in a door of another thread, until the block ends."""
    inside, finished = threading.Event(), threading.Event()

    def write():
        with connection(), writing(DOOR):
            Scratch.update(number=41).where(Scratch.id == 1).execute()
            inside.set()
            finished.wait(20)

    thread = threading.Thread(target=write)
    thread.start()
    assert inside.wait(10)
    try:
        yield
    finally:
        finished.set()
        thread.join()


def add_one(patience):
    with writing(DOOR, patience):
        Other.create(name="written before")
        Scratch.update(number=Scratch.number + 1).where(Scratch.id == 1).execute()


def no_turn_within(seconds):
    started = time.monotonic()
    with pytest.raises(NoTurn, match="Nothing was written"):
        add_one(patience=seconds)
    assert seconds <= time.monotonic() - started < seconds + 1


def test_no_turn_in_time(url):
    with another_thread_writing():
        no_turn_within(0.2)
        assert (Scratch.get_by_id(1).number, Other.select().count()) == (0, 0)
    add_one(patience=5)
    assert (Scratch.get_by_id(1).number, Other.select().count()) == (42, 1)


def hold(url):
    """In a process of its own: stands in a door until it is killed."""
    connect_to(url)
    with connection(), writing(DOOR):
        Scratch.update(number=99).where(Scratch.id == 1).execute()
        print("inside", flush=True)
        time.sleep(60)


def ask_and_wait(url):
    """In a process of its own: joins the queue behind another."""
    connect_to(url)
    print("asking", flush=True)
    with connection(), writing(DOOR, 60):
        print("inside", flush=True)


@contextmanager
def running(call, url, until):
    process = in_a_process(call, url)
    try:
        assert process.stdout.readline().strip() == until
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def test_another_process_that_does_not_end(url):
    with running(hold, url, "inside"):
        no_turn_within(0.3)
    add_one(patience=5)
    assert Scratch.get_by_id(1).number == 1


def test_nobody_waits_for_the_dead(sqlite_url):
    with running(hold, sqlite_url, "inside") as holder, running(ask_and_wait, sqlite_url, "asking") as waiting:
        time.sleep(0.2)
        waiting.send_signal(signal.SIGKILL)
        holder.send_signal(signal.SIGKILL)
        add_one(patience=5)
    assert Scratch.get_by_id(1).number == 1


def test_who_gave_up_lets_the_others_pass(sqlite_url):
    with another_thread_writing():
        no_turn_within(0.1)
        no_turn_within(0.1)
    add_one(patience=1)


def test_a_program_that_does_not_queue(sqlite_url):
    stranger = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    no_turn_within(0.2)
    stranger.execute("ROLLBACK")
    stranger.close()
    add_one(patience=1)


def test_threads_are_served_in_the_order_they_came(tmp_path):
    turns, served = Turns(str(tmp_path / "lock")), []

    def one(number):
        with turns.turn():
            served.append(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(20)]
    with turns.turn():
        for thread in threads:
            thread.start()
            while not len(turns._queue._waiting) > threads.index(thread) + 1:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert served == list(range(20))


def test_a_counter_that_was_spoilt_still_gives_turns(tmp_path):
    (tmp_path / "lock").write_bytes(b"\xff" * 20)
    turns = Turns(str(tmp_path / "lock"))
    for _ in range(3):
        with turns.turn(patience=0.5):
            pass


def test_one_queue_for_one_file(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "varna.db")
    assert turns_of(str(tmp_path / "varna.db")) is turns_of(str(tmp_path / "link"))
    assert turns_of(str(tmp_path / "varna.db")) is not turns_of(str(tmp_path / "other.db"))
