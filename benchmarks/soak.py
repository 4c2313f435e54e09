"""Does Värna stay whole when it is killed a hundred times, and fair when many write? `python -m benchmarks.soak`."""

import argparse
import datetime as dt
import statistics
import sys
import threading
import time
from collections import Counter

from benchmarks import town as making
from benchmarks.client import Client, Unexpected
from benchmarks.killing import BROKEN, Lost, Sent, Storm
from benchmarks.places import ENGINES, place
from benchmarks.server import environment
from benchmarks.town import PASSWORD, Town
from models.database import connect_to, db
from models.turns import PATIENCE
from tracker.application import create_app
from tracker.settings import read

WRITERS, READERS = 8, 4
EACH_OWNS = 20  # premises
VERIFIED_EVERY = 10  # kills
PAGES = ("/", "/brister?urval=alla", "/ronder?urval=alla", "/uppfoljning", "/logg")
UNFAIR = 3.0  # times as many rounds for the luckiest writer as for the unluckiest


def main(arguments: list[str] | None = None) -> int:
    asked = _arguments(arguments)
    with place(asked.engine) as where:
        environ = environment(where.directory, where.new("soak"))
        settings = read(environ)
        connect_to(settings.database_url)
        key = create_app(settings).extensions["ledger_key"]
        town = making.build(settings, dt.datetime.now(dt.UTC), premises=WRITERS * EACH_OWNS, wardens=WRITERS)
        storm = Storm(town, environ, key)
        try:
            _kill(storm, asked.kills)
            fair = _crowded(storm, town, asked.seconds)
            storm.verify()
        except Lost as lost:
            print(f"FAILED  {lost}")
            return 1
        finally:
            storm.close()
            db.close_all()
    print("The ledger is whole, and every row agrees with it.")
    return 0 if fair else 1


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak", description="Whether Värna stays whole and fair."
    )
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=120, help="of the mixed load")
    return parser.parse_args(given)


def _kill(storm: Storm, kills: int) -> None:
    began = time.monotonic()
    for number in range(1, kills + 1):
        storm.kill(least=5 + number % 20)
        if number % VERIFIED_EVERY == 0 or number == kills:
            storm.verify()
            signed = sum(one.acknowledged for one in storm.crowd.sent)
            print(
                f"{number} kills in {time.monotonic() - began:.0f} s: {signed} rounds acknowledged, none lost; "
                f"{storm.cut} cut off, {storm.absent} of them not begun, all sent again. The ledger is whole.",
                flush=True,
            )


def _crowded(storm: Storm, town: Town, seconds: int) -> bool:
    """Writers and readers at once, for a while. Prints how long each kind waited; True when it was fair."""
    readers = _Readers(town, seconds)
    sent = storm.run(seconds, readers.begin)
    readers.join()
    for failure in readers.failures:
        print(f"FAILED  For a reader: {failure}")
    print(
        f"\n{WRITERS} writers and {READERS} readers for {seconds} s, each as fast as the answers come (milliseconds):"
    )
    _print("signing a round", [one.seconds for one in sent if one.seconds is not None])
    for path, waits in sorted(readers.waits.items()):
        _print(path, waits)
    return _fair(storm, sent) and not readers.failures


def _print(what: str, waits: list[float]) -> None:
    if not waits:
        return
    cut = [1000 * wait for wait in (statistics.quantiles(waits, n=20) if len(waits) > 1 else waits * 19)]
    print(f"  {what:24} {len(waits):7} times   p50 {cut[9]:7.0f}   p95 {cut[18]:7.0f}   max {max(waits) * 1000:7.0f}")


def _fair(storm: Storm, sent: list[Sent]) -> bool:
    rounds = Counter(one.client for one in sent if one.acknowledged)
    longest = max((one.seconds or 0.0) for one in sent)
    fair = len(rounds) == WRITERS and max(rounds.values()) <= UNFAIR * min(rounds.values()) and longest < PATIENCE
    print(f"  Rounds signed by each writer: {sorted(rounds.values())}. Answers: {dict(storm.crowd.answers)}.")
    print("" if fair else f"FAILED  Somebody waited {longest:.1f} s, or had far fewer turns than another.")
    return fair


class _Readers:
    """People who sign in at the same moment, and look at pages while others write."""

    def __init__(self, town: Town, seconds: int) -> None:
        self.waits: dict[str, list[float]] = {path: [] for path in PAGES}
        self.failures: list[str] = []
        self._town, self._seconds = town, seconds
        self._threads: list[threading.Thread] = []

    def begin(self, port: int) -> None:
        self._threads = [threading.Thread(target=self._read, args=(port,)) for _ in range(READERS)]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _read(self, port: int) -> None:
        client = Client(port)
        until = time.monotonic() + self._seconds
        try:
            client.sign_in(self._town.email("chief"), PASSWORD, self._town.code("chief"))
            while time.monotonic() < until:
                for path in PAGES:
                    began = time.monotonic()
                    client.get(path)
                    self.waits[path].append(time.monotonic() - began)
        except (*BROKEN, Unexpected) as error:
            self.failures.append(repr(error))
        finally:
            client.close()


if __name__ == "__main__":
    sys.exit(main())
