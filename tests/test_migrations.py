"""A database from before is brought up to date with its rows in it."""

import datetime as dt
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.database import MIGRATIONS, connect_to, connection, db, migrate
from models.people import RoleGrant
from models.words import Role


@pytest.fixture
def before(engine: Any, tmp_path: Path) -> Iterator[None]:
    """A database as it was when roles were given by one: with one person and a role."""
    for name in sorted(MIGRATIONS.glob("000[123]_*.py")):
        shutil.copy(name, tmp_path)
    url = engine.empty()
    connect_to(url)
    migrate(tmp_path)
    person = {
        "uid": uuid.uuid4(), "version": 1, "name": "Eva", "name_key": b"eva", "email": "eva@kommun.se", "active": True,
        "language": "sv",
    }  # fmt: skip
    grant = {"uid": uuid.uuid4(), "version": 1, "person_id": 1, "role": "security", "starts_on": "2026-01-01"}
    with connection(), db.migrating():
        for table, row in (("person", person), ("role_grant", grant | {"id": 7}), ("role_grant", grant | {"id": 9})):
            row = row | {"uid": uuid.uuid4().hex}
            marks = ", ".join([db.param] * len(row))
            db.execute_sql(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
    yield
    db.close_all()
    engine.discard(url)


def test_roles_given_by_one_are_kept(before: None) -> None:
    assert migrate()[:1] == ["0004_two_people"]
    with connection():
        assert [
            (row.id, row.role, row.person.name, row.waits(dt.date(2026, 1, 1)))
            for row in RoleGrant.select().order_by(RoleGrant.id)
        ] == [
            (7, Role.SECURITY, "Eva", False),
            (9, Role.SECURITY, "Eva", False),
        ]
        with db.migrating():
            made = RoleGrant.create(person=1, role=Role.WARDEN, starts_on="2026-01-01", uid=uuid.uuid4())
        assert made.id == 10
