"""What pages cost with many incidents: `python -m benchmarks.incidents`.

Sixty incidents with ten entries each, then two hundred with a hundred each, every clock running and all content
marked: what a responder's and kommunstyrelsen's pages cost in processor time, and how much more the many take.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import time_machine
from flask import Flask

from models.database import connect_to, connection, migrate
from models.happenings import Verb
from models.incidents import EntryKind, Incident, TimelineEntry
from models.people import Actor
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tests.browse import browse
from tests.makers import AT, OFFICE
from tracker.application import create_app
from tracker.laws import ledger
from tracker.settings import SECRETS, new_secret, read

FEW, MANY = (60, 10), (200, 100)  # incidents, entries of each
TIMES = 15
MOST = 100.0  # milliseconds of processor time for any page with the many


def main() -> None:
    with tempfile.TemporaryDirectory() as directory, time_machine.travel(AT, tick=False):
        environ = {"VARNA_ENV": "test", "VARNA_DATA": directory, "DATABASE_URL": f"sqlite:///{Path(directory) / 'db'}"}
        connect_to(environ["DATABASE_URL"])
        migrate()
        app = create_app(read(environ | {name: new_secret() for name in SECRETS}))
        with connection():
            made.ready()
            by, board = made.coordinator(), makers.acting(Role.BOARD)
            first = _grow(by, *FEW)
        few = _measured(app, by, board, first)
        with connection():
            _grow(by, MANY[0] - FEW[0], MANY[1])
            _entries(by, first, MANY[1] - FEW[1])
        many = _measured(app, by, board, first)
    for page, (one, other) in ((page, (few[page], many[page])) for page in few):
        print(f"{page:24}{one:7.1f} ms {other:7.1f} ms {other / one:6.2f}×")
    sys.exit(any(cost > MOST for cost in many.values()))


def _grow(by: Actor, incidents: int, entries: int) -> Incident:
    unit = makers.unit()
    rows = [made.triaged(made.incident(by=by), by, unit=unit.id) for _ in range(incidents)]
    for row in rows:
        _entries(by, row, entries)
    return rows[0]


def _entries(by: Actor, row: Incident, number: int) -> None:
    """In one act, with the marks that each gets."""
    given = dict(happened_at=AT, kind=EntryKind.SEEN, text="Larm från övervakningen.", by=by.id, noted_at=AT)
    with ledger.act(OFFICE, Verb.IMPORTED, row, at=AT) as act:
        for _ in range(number):
            entry = TimelineEntry(incident=row.id, **given)
            act.save(entry)
            for mark in entry.follows(AT.date()):
                act.save(mark)


def _measured(app: Flask, by: Actor, board: Actor, row: Incident) -> dict[str, float]:
    here, found = f"/incidenter/{row.uid.hex}", {}
    for who, actor in (("responder", by), ("board", board)):
        browser = browse(app, actor)
        for page in ("/incidenter", "/klockor", here, f"{here}/lage", f"{here}/lagesbild", "/"):
            if (who, page) == ("board", "/"):
                continue  # it leads to the follow-up
            name = page.replace(row.uid.hex, "…")
            found[f"{who} {name}"] = statistics.median(_cost(browser, page) for _ in range(TIMES))
    return found


def _cost(browser, page: str) -> float:  # type: ignore[no-untyped-def]
    began = time.process_time()
    browser.client.get(page)
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    main()
