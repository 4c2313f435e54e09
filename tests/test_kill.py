"""The whole server is killed while rounds are being signed: what was acknowledged is there, and nothing is half."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from benchmarks import town
from benchmarks.killing import Storm
from benchmarks.server import environment
from models.database import connect_to, db
from tracker.application import create_app
from tracker.settings import read

KILLS = {"sqlite": 5, "postgresql": 2}
CLIENTS = 4


def test_a_killed_server_has_lost_nothing_that_it_acknowledged(engine: Any, database_url: str, tmp_path: Path) -> None:
    """On PostgreSQL the application is killed; the database server lives, as it would on a host of its own."""
    environ = environment(tmp_path, database_url)
    settings = read(environ)
    connect_to(database_url)
    key = create_app(settings).extensions["ledger_key"]
    made = town.build(settings, dt.datetime.now(dt.UTC), premises=CLIENTS, wardens=CLIENTS)
    storm = Storm(made, environ, key, workers=2)
    try:
        for _ in range(KILLS[engine.name]):
            storm.kill()
        storm.verify()
    finally:
        storm.close()
        db.close_all()
    signed = sum(one.acknowledged for one in storm.crowd.sent)
    print(f"{engine.name}: {storm.kills} kills, {signed} rounds signed, {storm.cut} cut off, {storm.absent} not begun.")
    assert storm.cut, "the kills came while rounds were on their way"
