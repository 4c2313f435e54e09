"""The doors: nothing is written outside one, or through the wrong one, on either engine."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest
from peewee import EXCLUDED, IntegrityError, InterfaceError, OperationalError, Table

from models.database import (
    HOUSEKEEPING,
    Door,
    DoorInsideDoor,
    NoDoor,
    WrongDoor,
    connect_to,
    connection,
    db,
    housekeeping,
    migrate,
    pending,
    writing,
)
from models.doors import only_reads
from tests.scratch import DOOR, Child, Other, Scratch, Throttle, scratch_database

ROOT = Path(__file__).parent.parent


@pytest.fixture
def scratch(engine):
    url = engine.empty()
    with scratch_database(url) as database:
        yield database
    engine.discard(url)


@pytest.fixture
def empty_url(engine):
    url = engine.empty()
    yield url
    db.close_all()
    engine.discard(url)


def saved_row():
    row = Scratch.get(name="first")
    row.number += 1
    return row.save()


def upsert():
    query = Scratch.insert(name="first", number=7)
    return query.on_conflict(conflict_target=[Scratch.name], update={Scratch.number: EXCLUDED.number}).execute()


def deleted_in_a_with():
    gone = Scratch.delete().where(Scratch.name == "first").returning(Scratch.id).cte("gone")
    return list(Other.select().with_cte(gone).tuples())


def bulk_updated():
    row = Scratch.get(name="first")
    row.number = 5
    return Scratch.bulk_update([row], fields=[Scratch.number])


WRITES = {
    "create": lambda: Scratch.create(name="new"),
    "save a new row": lambda: Scratch(name="new").save(),
    "save a changed row": saved_row,
    "insert": lambda: Scratch.insert(name="new").execute(),
    "insert returning": lambda: list(Scratch.insert(name="new").returning(Scratch)),
    "insert_many": lambda: Scratch.insert_many([{"name": "new"}, {"name": "newer"}]).execute(),
    "insert_from": lambda: Scratch.insert_from(
        Other.select(Other.name, Other.id), [Scratch.name, Scratch.number]
    ).execute(),
    "upsert": upsert,
    "ignore a conflict": lambda: Scratch.insert(name="first").on_conflict_ignore().execute(),
    "get_or_create": lambda: Scratch.get_or_create(name="new"),
    "bulk_create": lambda: Scratch.bulk_create([Scratch(name="new")], batch_size=1),
    "update": lambda: Scratch.update(number=1).execute(),
    "set_by_id": lambda: Scratch.set_by_id(1, {"number": 1}),
    "bulk_update": bulk_updated,
    "delete": lambda: Scratch.delete().execute(),
    "delete_by_id": lambda: Scratch.delete_by_id(1),
    "delete_instance": lambda: Scratch.get(name="first").delete_instance(),
    "delete in a WITH": deleted_in_a_with,
    "a bare table": lambda: Table("scratch", ("name", "number")).bind(db.obj).insert(name="new", number=1).execute(),
}
REPLACES = {
    "replace": lambda: Scratch.replace(name="first", number=9).execute(),
    "replace_many": lambda: Scratch.replace_many([{"name": "first"}]).execute(),
}
BY_HAND = {
    "raw insert": lambda: Scratch.raw("INSERT INTO scratch (name, number) VALUES ('new', 1)").execute(),
    "insert": lambda: db.execute_sql("INSERT INTO scratch (name, number) VALUES ('new', 1)"),
    "update": lambda: db.execute_sql("UPDATE scratch SET number = 1"),
    "delete": lambda: db.execute_sql("  \n delete FROM scratch"),
    "with": lambda: db.execute_sql("WITH a AS (SELECT 1) INSERT INTO scratch (name, number) SELECT 'new', 1 FROM a"),
    "after a comment": lambda: db.execute_sql("/* SELECT */ DELETE FROM scratch"),
    "explain analyze": lambda: db.execute_sql("EXPLAIN ANALYZE DELETE FROM scratch"),
    "create a table": lambda: db.execute_sql("CREATE TABLE stranger (id INTEGER)"),
    "drop a table": lambda: Other.drop_table(),
    "create an index": lambda: Scratch.add_index(Scratch.number) or Scratch.create_table(),
    "truncate": lambda: Other.truncate_table(),
    "begin": lambda: db.execute_sql("BEGIN IMMEDIATE"),
    "set": lambda: db.execute_sql("SET default_transaction_read_only = off"),
}


def refused(error, attempt):
    """The refusal, of exactly this kind: a door inside a door is a NoDoor too."""
    with pytest.raises(NoDoor) as refusal:
        attempt()
    assert type(refusal.value) is error
    return str(refusal.value)


def rows():
    return sorted(Scratch.select(Scratch.name, Scratch.number).tuples())


@pytest.mark.parametrize("write", [pytest.param(do, id=name) for name, do in {**WRITES, **REPLACES}.items()])
def test_no_write_outside_a_door(scratch, write):
    assert "“scratch”" in refused(NoDoor, write)
    assert rows() == [("first", 0)]


@pytest.mark.parametrize("write", [pytest.param(do, id=name) for name, do in {**WRITES, **REPLACES}.items()])
def test_no_write_through_a_door_that_leads_elsewhere(scratch, write):
    def through_another():
        with writing(Door("others only", frozenset({"scratch_other"}))):
            Other.create(name="goes too")
            write()

    sentence = refused(WrongDoor, through_another)
    assert "“scratch”" in sentence
    assert "“others only”" in sentence
    assert (rows(), Other.select().count()) == ([("first", 0)], 0)


@pytest.mark.parametrize("write", [pytest.param(do, id=name) for name, do in WRITES.items() if "WITH" not in name])
def test_every_write_through_its_door(scratch, write):
    with writing(DOOR):
        Other.create(name="from another table")
        write()
    if write is not WRITES["ignore a conflict"]:
        assert rows() != [("first", 0)]


@pytest.mark.parametrize("write", [pytest.param(do, id=name) for name, do in BY_HAND.items()])
def test_sql_by_hand_writes_nowhere_but_in_migrations(scratch, write):
    assert "no door is open" in refused(NoDoor, write)
    with writing(DOOR):
        assert "“scratching”" in refused(WrongDoor, write)
    assert rows() == [("first", 0)]


def test_replace_through_its_door(sqlite_engine):
    with scratch_database(url := sqlite_engine.empty()), writing(DOOR):
        REPLACES["replace"]()
        assert rows() == [("first", 9)]
    sqlite_engine.discard(url)


READ_ONLY = (sqlite3.OperationalError, psycopg.errors.ReadOnlySqlTransaction)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO scratch (name, number) VALUES ('new', 1)",
        "UPDATE scratch SET number = 1",
        "DELETE FROM scratch",
        "CREATE TABLE stranger (id INTEGER)",
        "DROP TABLE scratch_other",
    ],
)
def test_the_engine_itself_refuses_what_goes_round_peewee(scratch, sql):
    with pytest.raises(READ_ONLY, match=r"readonly database|read-only transaction"):
        scratch.connection().cursor().execute(sql)
    assert rows() == [("first", 0)]


def assert_read_only():
    assert db.door is None
    assert not db.in_transaction()
    with pytest.raises(READ_ONLY, match=r"readonly database|read-only transaction"):
        db.connection().cursor().execute("UPDATE scratch SET number = 99")


def test_read_only_again_after_a_commit(scratch):
    with writing(DOOR) as door:
        Scratch.create(name="kept")
    assert door is DOOR
    assert ("kept", 0) in rows()
    assert_read_only()


@pytest.mark.parametrize("error", [LookupError, KeyboardInterrupt])
def test_an_exception_takes_everything_back(scratch, error):
    with pytest.raises(error), writing(DOOR):
        Scratch.create(name="gone")
        raise error
    assert rows() == [("first", 0)]
    assert_read_only()


def test_an_error_of_the_database_takes_everything_back(scratch):
    with pytest.raises(IntegrityError), writing(DOOR):
        Scratch.create(name="gone")
        Scratch.create(name="first")
    assert rows() == [("first", 0)]
    assert_read_only()


def test_a_commit_that_fails_takes_everything_back(scratch):
    with pytest.raises(IntegrityError), writing(DOOR):
        Scratch.create(name="gone")
        Child.create(parent=4711)
        everything_was_well_until_here = True
    assert everything_was_well_until_here
    assert (rows(), Child.select().count()) == ([("first", 0)], 0)
    assert_read_only()
    with writing(DOOR):
        Scratch.create(name="next")
    assert ("next", 0) in rows()


def test_a_savepoint_inside_a_door(scratch):
    with writing(DOOR):
        Scratch.create(name="kept")
        with pytest.raises(LookupError), db.atomic():
            Scratch.create(name="gone")
            raise LookupError
    assert rows() == [("first", 0), ("kept", 0)]


def test_no_door_inside_a_door(scratch):
    with writing(DOOR):
        for inner in (lambda: writing(DOOR), lambda: housekeeping(Throttle), db.migrating):
            assert "“scratching”" in refused(DoorInsideDoor, lambda inner=inner: inner().__enter__())
        Scratch.create(name="kept")
    assert ("kept", 0) in rows()


def test_no_door_inside_a_transaction(scratch):
    with db.atomic():
        assert "transaction" in refused(DoorInsideDoor, lambda: writing(DOOR).__enter__())
        assert rows() == [("first", 0)]
    assert_read_only()


def test_a_door_is_open_for_its_thread_only(scratch):
    sentences = []

    def another():
        with connection():
            sentences.append(refused(NoDoor, WRITES["create"]))

    with writing(DOOR):
        thread = threading.Thread(target=another)
        thread.start()
        thread.join()
    assert "no door is open" in sentences[0]


def test_the_door_of_housekeeping(scratch):
    with housekeeping(Throttle):
        Throttle.create(key="a")
        refused(WrongDoor, WRITES["create"])
    assert [row.key for row in Throttle.select()] == ["a"]
    assert_read_only()


def test_housekeeping_leads_to_no_record(scratch):
    for models in ((Scratch,), (Throttle, Scratch), ()):
        with pytest.raises(TypeError, match="Housekeeping is for file_work, one_time_link"):
            housekeeping(*models)
    assert Throttle._meta.table_name in HOUSEKEEPING


def test_a_thread_without_connection_is_told(scratch):
    told = []

    def reads():
        with pytest.raises(InterfaceError) as error:
            rows()
        told.append(str(error.value))

    thread = threading.Thread(target=reads)
    thread.start()
    thread.join()
    assert "not opened" in told[0]


def test_threads_share_the_pool(scratch):
    seen = []

    def reads():
        for _ in range(10):
            with connection(), connection():
                seen.append(rows())

    threads = [threading.Thread(target=reads) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [[("first", 0)]] * 80
    assert len(scratch._in_use) == 1


def test_every_sqlite_connection_is_careful(sqlite_engine):
    with scratch_database(url := sqlite_engine.empty()):
        assert {name: db.pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys", "query_only")} == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "query_only": 1,
        }
        assert db.pragma("busy_timeout") == 10_000
        with writing(DOOR, patience=3):
            assert (db.pragma("query_only"), db.pragma("busy_timeout")) == (0, 3000)
        assert (db.pragma("query_only"), db.pragma("busy_timeout")) == (1, 10_000)
    sqlite_engine.discard(url)


def test_every_postgresql_connection_is_careful(postgresql_engine):
    url = postgresql_engine.empty()
    with scratch_database(f"{url}&options=-c%20default_transaction_isolation%3Dserializable"):
        assert [shown(name) for name in ("default_transaction_read_only", "TimeZone", "lock_timeout")] == [
            "on",
            "UTC",
            "10s",
        ]
        assert shown("transaction_isolation") == "serializable"
        with writing(DOOR, patience=3):
            assert shown("transaction_isolation") == "read committed"
            assert (shown("transaction_read_only"), shown("lock_timeout")) == ("off", "3s")
        assert (shown("transaction_read_only"), shown("lock_timeout")) == ("on", "10s")
    postgresql_engine.discard(url)


def shown(name):
    return db.execute_sql(f"SHOW {name}").fetchone()[0]


def test_a_lost_connection_is_not_used_again(postgresql_engine):
    with scratch_database(url := postgresql_engine.empty()):
        with pytest.raises(OperationalError), writing(DOOR), psycopg.connect(url, autocommit=True) as other:
            Scratch.create(name="gone")
            other.execute("SELECT pg_terminate_backend(%s)", [db.connection().info.backend_pid])
            Scratch.create(name="too late")
        db.close()
        with connection():
            assert_read_only()
            with writing(DOOR):
                Scratch.create(name="kept")
            assert rows() == [("first", 0), ("kept", 0)]
    postgresql_engine.discard(url)


def test_a_database_file_is_its_owners(tmp_path):
    path = tmp_path / "new folder" / "åäö.db"
    connect_to(f"sqlite:///{path}")
    with connection():
        assert db.execute_sql("SELECT 1").fetchone() == (1,)
    db.close_all()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("url", ["sqlite:///relative.db", "sqlite:///:memory:", "mysql://host/varna", "varna.db"])
def test_a_url_that_names_no_database_of_ours(url):
    with pytest.raises(ValueError, match=r"absolute.path"):
        connect_to(url)


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("select 1", True),
        ("\n SELECT 1", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("EXPLAIN QUERY PLAN SELECT 1", True),
        ("PRAGMA foreign_keys", True),
        ("SAVEPOINT a", True),
        ("WITH a AS (DELETE FROM b RETURNING *) SELECT * FROM a", False),
        ("EXPLAIN ANALYZE UPDATE a SET b = 1", False),
        ("VACUUM", False),
        ("-- SELECT\nDELETE FROM a", False),
        ("SELECTED", False),
        ("", False),
    ],
)
def test_what_only_reads(sql, reads):
    assert only_reads(sql) is reads


FIRST = """
from peewee import CharField, Model

def up(migrator, db):
    class Thing(Model):
        name = CharField()
        class Meta:
            database = db
            table_name = "thing"
    db.create_tables([Thing])
    Thing.create(name="made once")
"""
SECOND = """
from peewee import IntegerField

def up(migrator, db):
    migrator.migrate(migrator.add_column("thing", "number", IntegerField(default=3)))
"""
BROKEN = """
def up(migrator, db):
    db.execute_sql("DELETE FROM thing")
    raise LookupError("on purpose")
"""


@pytest.fixture
def migrations(tmp_path):
    directory = tmp_path / "migrations"
    directory.mkdir()
    (directory / "0001_thing.py").write_text(FIRST)
    (directory / "0002_number.py").write_text(SECOND)
    return directory


def things():
    with connection():
        return list(db.execute_sql("SELECT name, number FROM thing").fetchall())


def test_migrating_twice_is_migrating_once(empty_url, migrations):
    connect_to(empty_url)
    assert pending(migrations) == ["0001_thing", "0002_number"]
    assert migrate(migrations) == ["0001_thing", "0002_number"]
    assert (migrate(migrations), pending(migrations)) == ([], [])
    assert things() == [("made once", 3)]
    with connection(), pytest.raises(READ_ONLY):
        db.connection().cursor().execute("DELETE FROM thing")


def test_a_migration_that_fails_leaves_nothing_behind(empty_url, migrations):
    connect_to(empty_url)
    migrate(migrations)
    (migrations / "0003_broken.py").write_text(BROKEN)
    with connection():
        with pytest.raises(LookupError, match="on purpose"):
            migrate(migrations)
        assert things() == [("made once", 3)]
        assert db.door is None
        with pytest.raises(READ_ONLY):
            db.connection().cursor().execute("DELETE FROM thing")
    assert pending(migrations) == ["0003_broken"]


def test_processes_that_start_at_once_migrate_once(empty_url, migrations):
    (migrations / "0001_thing.py").write_text(f"import time\n{FIRST}\n    time.sleep(0.3)\n")
    program = (
        "import sys; from pathlib import Path; from models.database import connect_to, migrate; "
        "connect_to(sys.argv[1]); print(*migrate(Path(sys.argv[2])))"
    )
    command = [sys.executable, "-c", program, empty_url, str(migrations)]
    starts = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = sorted(start.communicate(timeout=60)[0].strip() for start in starts)
    assert [start.returncode for start in starts] == [0] * 4
    assert said == ["", "", "", "0001_thing 0002_number"]
    connect_to(empty_url)
    assert things() == [("made once", 3)]


def test_the_projects_own_migrations_are_all_applied(database):
    assert pending() == []
    assert os.listdir(ROOT / "models" / "migrations")
