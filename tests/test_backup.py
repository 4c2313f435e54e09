"""Backups: everything comes back and is verified, nothing that lets somebody in is in them, and no history is lost unseen."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from models import RECORDS
from models.copies import postgresql, programs, sqlite
from models.database import MIGRATIONS, connect_to, connection, db, migrate
from models.ledger import Entry, Head
from models.people import OneTimeLink, Person, Session, Throttle
from models.protective_security import Deposit
from models.vault import VaultSession
from models.words import Role
from tests import makers
from tests.dba import Dba, raw
from tests.makers import AT, CHEAP, CHEAP_VAULT
from tracker.acts import people
from tracker.acts.keeping import archive, restoring
from tracker.acts.vault import holders, recovering, rotating, sealed, unlocking
from tracker.acts.vault.asking import Secrets
from tracker.application import create_app
from tracker.laws import ledger, links, sessions
from tracker.laws.vault import standing
from tracker.settings import SECRETS, Refusal, new_secret, read

SEALED = "Kanariefågeln sjunger bakom grinden"
OPEN = "Kanarieskolan"
LOCAL = "127.0.0.1"


class Host:
    """A host with a database, files and secrets of its own. Whoever asks it for something works on it from then on."""

    now: Host | None = None

    def __init__(self, engine: Any, directory: Path, url: str, **more: str) -> None:
        self.engine, self.url, self.data = engine, url, directory
        given = {"VARNA_ENV": "test", "VARNA_DATA": str(directory), "DATABASE_URL": url}
        self.environ = given | {name: new_secret() for name in SECRETS} | more
        self.begin()

    def start(self) -> None:
        """From now on everything happens on this host."""
        if Host.now is self:
            connect_to(self.url)
        else:
            self.begin()

    def begin(self) -> None:
        Host.now = self
        self.app = create_app(read(self.environ))
        self.app.config["PASSWORD_COST"], self.app.config["VAULT_COST"] = CHEAP, CHEAP_VAULT
        self.pepper: bytes = self.app.config["SETTINGS"].password_pepper
        self.key: bytes = self.app.extensions["ledger_key"]
        self.pin = self.data / "vault.pin"

    def run(self, *words: Any, typed: str = "") -> Any:
        self.start()
        done = self.app.test_cli_runner().invoke(args=[str(word) for word in words], input=typed)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    def ran(self, *words: Any, typed: str = "") -> str:
        done = self.run(*words, typed=typed)
        assert done.exit_code == 0, done.output
        return done.output

    def refused(self, said: str, *words: Any, typed: str = "") -> str:
        """Refused with this sentence, and nothing that anybody wrote is different."""
        before = self.state()
        done = self.run(*words, typed=typed)
        assert done.exit_code == 1 and said in done.output, done.output
        assert self.state() == before and self.left() == []
        return done.output

    def state(self) -> Any:
        self.start()
        with connection():
            head = Head.get_by_id(1).hash if db.get_tables() else None
        return head, self.pin.exists() and self.pin.read_text()

    def left(self) -> list[str]:
        """What a command should have taken away."""
        names = [path.name for path in self.data.rglob(".*")]
        if self.engine.name == "postgresql":
            with raw(self.url) as server:
                names += [
                    name
                    for (name,) in server.execute(
                        "SELECT datname FROM pg_database WHERE datname LIKE current_database() || '_scratch_%'"
                    )
                ]
        return names

    def verified(self) -> str:
        self.start()
        with connection():
            return str(ledger.verify(RECORDS, ledger.trusted().values()).broken or "")


class Town(Host):
    """With two administrators, a vault whose chief reads a sealed report, and all that lets somebody in now."""

    def fill(self) -> Town:
        with connection():
            self.people = [self.came(name, Role.ADMIN) for name in ("Ada Admin", "Bo Admin")]
            self.came("Ute Utan", Role.EMPLOYEE)
            self.chief = makers.actor(self.came("Eva Chef", Role.CHIEF))
            self.printed = makers.vault(self.chief, pepper=self.pepper)
            makers.deposit(makers.acting(Role.WARDEN, name="Vera Vakt"), SEALED)
            makers.premises(OPEN)
            self.tokens = [sessions.start(self.chief.id, AT)[0]]
            self.tokens.append(links.make(self.people[0].id, links.Purpose.RESET, None, AT))
            unlocking.begin(self.chief, self.keys(), "sign-in", at=AT)
            row = VaultSession.get()
            self.tokens += [row.token, row.share, row.wrapped, Session.get().token, OneTimeLink.select().first().token]
        return self

    def came(self, name: str, role: Role) -> Person:
        return makers.came_in(makers.person(name, role), pepper=self.pepper)

    def keys(self) -> Any:
        return makers.opened_keys(self.chief, self.printed.passphrase, pepper=self.pepper)

    def wrote(self, name: str) -> None:
        self.start()
        with connection():
            makers.unit(name)


def reads(chief: Any, keys: Any) -> list[bytes | None]:
    rows = list(Deposit.select())
    opened = sealed.open_rows(chief, rows, ["body"], keys, at=AT)
    return [opened[row.uid]["body"] for row in rows]


def typed(*emails: str, password: str = makers.PASSWORD) -> str:
    return "".join(f"{email}\n{password}\n" for email in emails)


ADA, BO, EVA, UTE = (f"{name}@kommun.se" for name in ("ada.admin", "bo.admin", "eva.chef", "ute.utan"))


@pytest.fixture
def hosts(engine: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    made: list[str] = []

    def make(name: str, kind: type[Host] = Host, fresh: bool = False, **more: str) -> Any:
        made.append(engine.fresh() if fresh else engine.empty())
        return kind(engine, tmp_path / name, made[-1], **more)

    with time_machine.travel(AT, tick=False):
        yield make
    db.close_all()
    for url in made:
        engine.discard(url)


@pytest.fixture
def town(hosts: Any) -> Town:
    return hosts("town", Town, fresh=True).fill()


@pytest.fixture
def file(town: Town, tmp_path: Path) -> Path:
    town.ran("backup", tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


# There and back


def test_everything_comes_back_on_the_same_host(town: Town, file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    before = town.state()
    output = town.ran("restore", file, "--replace")
    assert "Restored" in output and "older" not in output and town.verified() == ""
    assert town.state() == before and town.left() == []
    with connection():
        assert reads(town.chief, town.keys()) == [SEALED.encode()]
        assert not (Session.select().exists() or OneTimeLink.select().exists() or VaultSession.select().exists())
    assert "Whole" in town.ran("verify-backup", next(town.data.glob("replaced-*.tar")))


def test_a_host_that_lost_its_database_gets_it_back(town: Town, file: Path, hosts: Any) -> None:
    same = {name: town.environ[name] for name in SECRETS}
    new = hosts("new", **same)
    output = new.ran("restore", file)
    assert "vault's fingerprint" in output and new.verified() == "" and new.pin.read_text() == town.pin.read_text()
    with connection():
        assert reads(town.chief, town.keys()) == [SEALED.encode()]
        people.sign_in(ADA, makers.PASSWORD, LOCAL, pepper=town.pepper, at=AT, cost=CHEAP)


def test_a_host_with_other_secrets_reads_by_two_shares(town: Town, file: Path, hosts: Any) -> None:
    new = hosts("new")
    new.refused("is not trusted here", "restore", file)
    new.refused("is no public key", "restore", file, "--key", "no key")
    output = new.ran("restore", file, "--key", town.key.hex())
    trusts = f"VARNA_LEDGER_TRUSTS={town.key.hex()}"
    assert trusts in output and "not signed by a trusted host" in new.verified()
    new.environ |= {"VARNA_LEDGER_TRUSTS": town.key.hex()}
    new.begin()
    assert new.verified() == "" and "Whole" in new.ran("ledger", "verify")
    new.ran("make-chief", EVA, "Eva Chef")
    with connection():
        assert sessions.find(town.tokens[0], AT) is None
        with pytest.raises(people.WrongSignIn):
            people.sign_in(ADA, makers.PASSWORD, LOCAL, pepper=new.pepper, at=AT, cost=CHEAP)
        chief, host = makers.actor(Person.get_by_id(town.chief.id)), Secrets(new.pepper, CHEAP_VAULT)
        shown = holders.prepare_key(chief, host, at=AT, lost=True)
        holders.make_key(chief, shown.draft, shown.passphrase, host, at=AT)
        recovering.recover(chief, town.printed.shares[:2], LOCAL, host, at=AT)
        keys = makers.opened_keys(chief, shown.passphrase, pepper=new.pepper)
        assert reads(chief, keys) == [SEALED.encode()]
    assert new.verified() == ""


def test_a_copy_of_an_earlier_version_is_brought_up_to_date(
    town: Town, file: Path, hosts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, later, ignore=shutil.ignore_patterns("__pycache__"))
    (later / "9999_later.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('CREATE TABLE later (id INTEGER)')\n"
    )
    monkeypatch.setattr(restoring, "migrate", lambda: migrate(later))
    new = hosts("new", **{name: town.environ[name] for name in SECRETS})
    new.ran("restore", file)
    with connection():
        assert "later" in db.get_tables() and new.verified() == ""


def test_a_backup_is_named_by_the_moment_and_replaces_nothing(town: Town, file: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    assert "size" not in town.ran("backup", tmp_path / "kept")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["varna-2026-11-23T080000Z.tar"]
    before = file.read_bytes()
    town.refused("is there already", "backup", file)
    assert file.read_bytes() == before and not list(tmp_path.glob(".*"))


# What is not in it


def unpacked(file: Path, directory: Path) -> dict[str, bytes]:
    """Each member, and what pg_restore makes of a dump."""
    directory.mkdir()
    with tarfile.open(file) as tar:
        found = {member.name: tar.extractfile(member).read() for member in tar.getmembers()}
    if dump := found.get("varna.dump"):
        (directory / "dump").write_bytes(dump)
        program = programs.found("pg_restore", 18)
        told = subprocess.run([program, "-f", "-", directory / "dump"], capture_output=True, check=True)
        found["sql"] = told.stdout
    return found


def test_nothing_in_it_opens_or_lets_in(town: Town, file: Path, tmp_path: Path) -> None:
    members = unpacked(file, tmp_path / "out")
    everything = [file.read_bytes(), *members.values()]
    assert any(OPEN.encode() in part for part in everything), "the control: what is open is found"
    secret = [SEALED, *town.tokens, town.printed.passphrase, *town.printed.shares]
    secret += [town.environ[name] for name in SECRETS]
    for canary in secret:
        for spelling in (canary.encode(), canary.encode().hex().encode()):
            assert not any(spelling in part for part in everything), canary
    assert sorted(set(members) - {"sql"}) == sorted(
        ["manifest.json", "manifest.sig", "checkpoint.txt", "vault.pin", archive.DATABASES[town.engine.name]]
    )


def test_what_is_left_out_would_be_found(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: a copy that leaves nothing out."""
    monkeypatch.setattr(sqlite, "LEFT_OUT", ())
    everything = tuple(part for part in postgresql.DUMP if not part.startswith(("--no-unlogged", "--exclude")))
    monkeypatch.setattr(postgresql, "DUMP", everything)
    town.ran("backup", tmp_path / "careless.tar")
    members = unpacked(tmp_path / "careless.tar", tmp_path / "out")
    for token in town.tokens[2:]:
        assert any(token.encode() in part for part in members.values()), token


# What is refused


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The backup as somebody else would have it, with a manifest that fits."""
    with tarfile.open(file) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar.getmembers()}
    change(members)
    other = file.with_name("other.tar")
    with tarfile.open(other, "w") as tar:
        for name, octets in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(octets)
            tar.addfile(info, io.BytesIO(octets))
    return other


def _altered(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        octets = bytearray(members[name])
        octets[len(octets) // 2] ^= 1
        members[name] = bytes(octets)

    return change


def _manifested(members: dict[str, bytes]) -> None:
    """An honest digest of a dishonest member."""
    _altered("checkpoint.txt")(members)
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["checkpoint.txt"] = hashlib.sha256(members["checkpoint.txt"]).hexdigest()
    members["manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()


def test_an_altered_backup_is_refused(town: Town, file: Path) -> None:
    for change, said in (
        (_altered(archive.DATABASES[town.engine.name]), f"{archive.DATABASES[town.engine.name]} is not as it was made"),
        (_altered("checkpoint.txt"), "checkpoint.txt is not as it was made"),
        (_altered("vault.pin"), "vault.pin is not as it was made"),
        (_altered("manifest.sig"), "manifest is not as it was signed"),
        (_manifested, "manifest is not as it was signed"),
        (lambda members: members.pop("vault.pin"), "does not hold what its manifest names"),
        (lambda members: members.update(more=b""), "does not hold what its manifest names"),
        (lambda members: members.pop("manifest.json"), "no backup"),
        (lambda members: members.update({"manifest.json": b"[" * 60000}), "no backup"),
        (lambda members: members.update({"manifest.json": b'{"format": 2}'}), "does not know"),
    ):
        other = rewritten(file, change)
        for command in (("restore", other, "--replace"), ("verify-backup", other)):
            town.refused(said, *command)


def test_a_cut_backup_is_refused(town: Town, file: Path) -> None:
    octets = file.read_bytes()
    for length in (0, 100, 700, len(octets) // 2, len(octets) * 3 // 4):
        file.write_bytes(octets[:length])
        town.refused("backup", "restore", file, "--replace")
    file.write_bytes(octets)
    town.ran("verify-backup", file)


def test_a_backup_of_a_broken_ledger_is_refused_by_name(town: Town, tmp_path: Path) -> None:
    dba = Dba(town.url)
    dba.run("UPDATE unit SET name = ? WHERE id = (SELECT MIN(id) FROM unit)", "Fel")
    dba.connection.close()
    town.ran("backup", tmp_path / "broken.tar")
    said = town.refused("BROKEN  entry", "restore", tmp_path / "broken.tar", "--replace")
    assert "unit" in said and "name" in said
    town.refused("BROKEN  entry", "verify-backup", tmp_path / "broken.tar")


def test_another_engines_backup_is_refused(
    town: Town, file: Path, sqlite_engine: Any, postgresql_engine: Any, tmp_path: Path
) -> None:
    other = postgresql_engine if town.engine is sqlite_engine else sqlite_engine
    url = other.empty()
    strange = Host(other, tmp_path / "strange", url, VARNA_LEDGER_TRUSTS=town.key.hex())
    strange.refused(f"The backup is of {town.engine.name}", "restore", file)
    told = strange.ran("verify-backup", file)
    assert ("Whole" in told) == (town.engine.name == "sqlite")
    assert ("Only its signature and digests" in told) == (town.engine.name == "postgresql")
    db.close_all()
    other.discard(url)


def test_what_is_there_is_not_replaced_unasked(town: Town, file: Path) -> None:
    town.refused("There is a database already", "restore", file)


# The vault's pin


def test_another_vaults_pin_is_given_up_only_by_fingerprint(town: Town, file: Path, hosts: Any) -> None:
    same = {name: town.environ[name] for name in SECRETS}
    other = hosts("other", Town, fresh=True, **same).fill()
    strange = other.pin.read_text()
    new = hosts("new", **same)
    new.data.mkdir(exist_ok=True)
    new.pin.write_text(strange)
    new.refused("It is another vault", "restore", file, typed="0000\n")
    new.refused("pinned another vault", "restore", file, typed=f"{other.printed.fingerprint}\n")
    new.ran("restore", file, typed=f"{town.printed.fingerprint}\n")
    assert new.pin.read_text() == town.pin.read_text() and "Whole" in new.ran("vault", "check")


def test_a_newer_pin_is_given_up_only_by_fingerprint(town: Town, file: Path) -> None:
    town.start()
    with connection():
        rotating.rotate(town.chief, town.keys(), at=AT)
        assert standing.pinned().number == 2
    town.refused("pinned key 2", "restore", file, "--replace", typed="nej\n")
    town.ran("restore", file, "--replace", typed=f"{town.printed.fingerprint}\n{typed(ADA, EVA)}")
    with connection():
        assert standing.pinned().number == 1 and reads(town.chief, town.keys()) == [SEALED.encode()]


# Older than what was witnessed


def test_two_people_confirm_what_is_given_up(town: Town, file: Path) -> None:
    for name in ("En", "Två", "Tre"):
        town.wrote(name)
    with connection():
        newest, before = ledger.head(AT), Head.get_by_id(1).size - 3
    output = town.ran("restore", file, "--replace", typed=typed(ADA, BO))
    assert f"{newest.size} entries" in output and "3 entries would be missing, the first of 2026-11-23" in output
    assert town.verified() == ""
    with connection():
        entry = Entry.get(Entry.number == before + 1)
        facts = json.loads(entry.body)["facts"]
        assert (entry.verb, entry.actor) == ("restored", "system:restore")
        assert facts == {
            "size": newest.size, "head": newest.head, "confirmed": [person.uid.hex for person in town.people],
        }  # fmt: skip
        assert Head.get_by_id(1).size == before + 1
        assert reads(town.chief, town.keys()) == [SEALED.encode()]
    note = next(town.data.glob("replaced-*.tar"))
    assert f"{newest.size} entries" in town.ran("verify-backup", note)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "Aborted"),
        (typed(ADA), "Aborted"),
        (typed(ADA, ADA), "another person"),
        (typed(ADA, f" {ADA.upper()} "), "another person"),
        (typed(ADA) + typed(BO, password="fel ord i en rad"), "Nobody who may sign in"),
        (typed(ADA, "ingen@kommun.se"), "Nobody who may sign in"),
        (typed(ADA, UTE), "Two administrators confirm"),
        (typed(UTE, ADA), "Two administrators confirm"),
    ],
    ids=[
        "nobody",
        "one",
        "the same",
        "the same again",
        "wrong password",
        "a stranger",
        "an employee",
        "employee first",
    ],
)
def test_without_two_people_nothing_is_given_up(town: Town, file: Path, given: str, said: str) -> None:
    town.wrote("En")
    town.refused(said, "restore", file, "--replace", typed=given)
    assert not list(town.data.glob("replaced-*"))


def test_whose_access_ended_confirms_nothing(town: Town, file: Path) -> None:
    with connection():
        people.deactivate(makers.OFFICE, Person.get(Person.email == BO), at=AT)
    town.refused("Nobody who may sign in", "restore", file, "--replace", typed=typed(ADA, BO))


def test_guessing_is_slowed_down(town: Town, file: Path) -> None:
    town.wrote("En")
    for _ in range(5):
        town.refused("Nobody who may sign in", "restore", file, "--replace", typed=typed(ADA, password="fel ord"))
    town.refused("Too many attempts", "restore", file, "--replace", typed=typed(ADA, BO))
    with connection():
        assert Throttle.select().exists()


def test_a_checkpoint_from_outside_says_what_is_missing(town: Town, file: Path, hosts: Any, tmp_path: Path) -> None:
    town.wrote("En")
    (tmp_path / "note").write_text(town.ran("ledger", "checkpoint"))
    same = {name: town.environ[name] for name in SECRETS}
    new = hosts("new", **same)
    said = new.refused("Aborted", "restore", file, "--checkpoint", tmp_path / "note")
    assert "1 entries would be missing" in said
    new.ran("restore", file, "--checkpoint", tmp_path / "note", typed=typed(EVA, ADA))
    assert new.verified() == ""
    with connection():
        assert Entry.select().order_by(Entry.number.desc()).first().verb == "restored"
    older = new.ran("verify-backup", file, "--checkpoint", tmp_path / "note")
    assert "older than the checkpoint" in older


def test_a_checkpoint_that_the_copy_does_not_hold_is_named(town: Town, file: Path, hosts: Any, tmp_path: Path) -> None:
    town.start()
    with connection():
        (tmp_path / "forged").write_text(ledger.checkpoints.signed_note(3, "ab" * 32, AT))
    (tmp_path / "none").write_text("no checkpoint")
    for name, said in (("forged", "no longer holds what the checkpoint witnessed"), ("none", "cannot be used")):
        town.refused(said, "restore", file, "--replace", "--checkpoint", tmp_path / name)


def test_a_ledger_of_another_installation_is_not_given_up_unseen(town: Town, file: Path, hosts: Any) -> None:
    """A new host on which Värna was started already: nobody signs in there yet, so the backup's people confirm."""
    same = {name: town.environ[name] for name in SECRETS}
    new = hosts("new", fresh=True, **same)
    with connection():
        makers.unit("Ny")
    new.refused("Aborted", "restore", file, "--replace")
    new.ran("restore", file, "--replace", typed=typed(ADA, EVA))
    assert new.verified() == ""


# Interrupted


def test_an_interrupted_restore_leaves_the_old_database(
    town: Town, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.wrote("En")
    before = town.state()
    if town.engine.name == "sqlite":
        monkeypatch.setattr(sqlite, "PAGES", 7)
        monkeypatch.setattr(sqlite, "_until", lambda deadline: _interrupts())
    else:
        with raw(town.url) as server:
            server.execute("CREATE VIEW somebodys AS SELECT * FROM unit")  # its table cannot be dropped
    done = town.run("restore", file, "--replace", typed=typed(ADA, BO))
    assert done.exit_code == 1 and "Restored" not in done.output
    assert town.state() == before and town.verified() == "" and town.left() == []
    assert "Whole" in town.ran("verify-backup", next(town.data.glob("replaced-*.tar")))


def _interrupts() -> Callable[[int, int, int], None]:
    def progress(status: int, remaining: int, total: int) -> None:
        if remaining < total // 2:
            raise KeyboardInterrupt

    return progress


def test_somebody_who_writes_meanwhile_stops_it(town: Town, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = restoring.backup

    def later(*given: Any, **more: Any) -> Any:
        makers.unit("Meanwhile")
        return kept(*given, **more)

    monkeypatch.setattr(restoring, "backup", later)
    done = town.run("restore", file, "--replace")
    assert done.exit_code == 1 and "Somebody wrote in the database meanwhile" in done.output


def test_a_backup_that_fails_leaves_nothing(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "kept").mkdir()
    monkeypatch.setattr(archive.os, "fsync", full)
    town.refused("No space left", "backup", tmp_path / "kept" / "backup.tar")
    assert not list((tmp_path / "kept").iterdir())


# PostgreSQL's own


@pytest.fixture
def elephant(postgresql_engine: Any, tmp_path: Path) -> Iterator[Town]:
    with time_machine.travel(AT, tick=False):
        url = postgresql_engine.fresh()
        yield Town(postgresql_engine, tmp_path / "town", url).fill()
    db.close_all()
    postgresql_engine.discard(url)


def test_a_missing_program_is_named(elephant: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_candidates", lambda name: iter(()))
    elephant.refused("There is no pg_dump of PostgreSQL 18", "backup", tmp_path / "backup.tar")
    assert not (tmp_path / "backup.tar").exists()


def test_a_role_that_makes_no_database_is_told(elephant: Town, tmp_path: Path) -> None:
    elephant.ran("backup", tmp_path / "backup.tar")
    with raw(elephant.url) as server:
        server.execute("CREATE ROLE modest LOGIN")
    modest = Host(
        elephant.engine, tmp_path / "modest", elephant.url.replace("postgres@", "modest@"),
        VARNA_LEDGER_TRUSTS=elephant.key.hex(),
    )  # fmt: skip
    told = modest.run("verify-backup", tmp_path / "backup.tar")
    assert told.exit_code == 0 and "Only its signature and digests" in told.output and "CREATEDB" in told.output
    with raw(elephant.url) as server:
        server.execute("DROP ROLE modest")


def test_settings_say_whose_ledgers_are_trusted(town: Town) -> None:
    for given in ("no key", "ab", "zz" * 32):
        with pytest.raises(Refusal, match="VARNA_LEDGER_TRUSTS"):
            read({**town.environ, "VARNA_LEDGER_TRUSTS": given})
    other = town.key.hex()
    assert read({**town.environ, "VARNA_LEDGER_TRUSTS": f"{other}, {other}"}).ledger_trusts == (town.key, town.key)
