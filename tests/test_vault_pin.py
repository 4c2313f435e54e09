"""What a host remembers of the vault outside the database: never torn, never backwards, and ahead of nobody."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from models.database import NoTurn, connection
from models.vault import VaultEpoch
from models.words import Role
from tests import makers
from tests.dba import Dba
from tests.makers import AT, CHEAP_VAULT
from tests.test_vault_life import HOST, House
from tracker.acts.vault import ceremony, rotating
from tracker.acts.vault.asking import Secrets
from tracker.laws import ledger
from tracker.laws.vault import roots, standing
from tracker.laws.vault.keys import Seed
from tracker.laws.vault.standing import NotPinned, NoVault
from tracker.spine.errors import Refused


@pytest.fixture
def dba(database: Any, database_url: str) -> Iterator[Dba]:
    hand = Dba(database_url)
    yield hand
    hand.connection.close()


@pytest.fixture
def house(database: Any) -> House:
    return House()


# Whoever once held the root


def own_epoch(dba: Dba, root: Seed) -> Seed:
    """The next epoch, rightly signed by the root, whose private key the attacker has."""
    mine, last = Seed.made(), standing.newest()
    made = roots.Epoch(last.number + 1, mine.public(), last.digest(), last.made_at, last.installation, last.root)
    row = standing.row_of(replace(made, signature=roots.signature(root.reveal(), made.body())))
    columns = list(VaultEpoch.kinds())
    dba.run(
        f"INSERT INTO vault_epoch (uid, version, {', '.join(columns)}) VALUES (?, 1{', ?' * len(columns)})",
        uuid.uuid4().hex, *(getattr(row, name) for name in columns),
    )  # fmt: skip
    return mine


def test_the_root_alone_makes_no_epoch(house: House, dba: Dba) -> None:
    root = house.keys.root
    keys = rotating.rotate(house.chief, house.keys, at=AT)
    rotating.reseal(house.chief, keys, at=AT), rotating.finish(house.chief, at=AT)
    own_epoch(dba, root)
    with pytest.raises(NotPinned):
        makers.deposit(makers.acting(Role.HEAD), "hemligt")
    assert standing.pinned().number == 2


def test_a_key_that_another_host_changed_is_taken(house: House) -> None:
    before = standing.pinned()
    rotating.rotate(house.chief, house.keys, at=AT)
    standing.put_back(before)
    assert standing.newest().number == 2 and standing.pinned().number == 2


# The file


def test_many_write_it_at_once_and_it_is_always_whole(house: House) -> None:
    rotating.rotate(house.chief, house.keys, at=AT)
    first, second = standing.epochs()
    faults: list[BaseException] = []

    def often(do: Any) -> None:
        for _ in range(50):
            try:
                do()
            except Exception as error:
                faults.append(error)

    acts = [lambda: standing.remember(first), lambda: standing.remember(second), standing.kept] * 2
    acts += [lambda: standing.put_back(roots.pin(second))]
    threads = [threading.Thread(target=often, args=(act,)) for act in acts]
    [each.start() for each in threads], [each.join() for each in threads]
    assert faults == [] and standing.pinned().number == 2
    assert [each.name for each in standing._pin[0].parent.iterdir() if "vault.pin" in each.name] == ["vault.pin"]


def test_it_never_goes_back_by_itself(house: House) -> None:
    rotating.rotate(house.chief, house.keys, at=AT)
    standing.remember(standing.epochs()[0])
    assert standing.pinned().number == 2
    other = replace(standing.newest(), installation=bytes(16))
    with pytest.raises(NotPinned):
        standing.remember(other)


# The ceremony


def test_a_ceremony_that_was_cut_off_is_begun_anew(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    makers.use_key()
    chief = makers.acting(Role.CHIEF)
    printed = ceremony.prepare(chief, HOST, at=AT)

    def cut(writing: Any) -> None:
        raise NoTurn(1)

    with monkeypatch.context() as patched:
        patched.setattr(ledger.Writing, "append", cut)
        with pytest.raises(NoTurn):
            ceremony.perform(chief, printed.draft, printed.passphrase, printed.shares[:2], HOST, at=AT)
    with pytest.raises(NoVault):
        standing.newest()
    assert makers.vault(chief).fingerprint == roots.fingerprint(standing.newest().root)


def test_a_database_that_lost_its_vault_gets_no_other(house: House, dba: Dba) -> None:
    draft = house.printed.draft
    for table in ("vault_grant", "vault_holder", "vault_epoch"):
        dba.run(f"DELETE FROM {table}")
    for act in (
        lambda: ceremony.prepare(house.chief, HOST, at=AT),
        lambda: ceremony.perform(house.chief, draft, house.printed.passphrase, house.printed.shares, HOST, at=AT),
    ):
        with pytest.raises(Refused, match="flask vault unpin"):
            act()
    assert roots.same(house.printed.fingerprint, standing.pinned().fingerprint)


def test_a_ceremony_that_is_sent_twice_at_once_is_refused(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    makers.use_key()
    chief = makers.acting(Role.CHIEF)
    printed = ceremony.prepare(chief, HOST, at=AT)
    ceremony.perform(chief, printed.draft, printed.passphrase, printed.shares[:2], HOST, at=AT)
    monkeypatch.setattr(ceremony, "_must_be_none", lambda: None)
    with pytest.raises(Refused, match="There is a vault already"):
        ceremony.perform(chief, printed.draft, printed.passphrase, printed.shares[:2], HOST, at=AT)


# The commands


class Command:
    """The host's command line, with a vault in its second key."""

    def __init__(self, app: Flask, dba: Dba) -> None:
        self.app, self.dba = app, dba
        self.host = Secrets(app.config["SETTINGS"].password_pepper, CHEAP_VAULT)
        with connection():
            self.chief = makers.acting(Role.CHIEF)
            self.printed = makers.vault(self.chief, pepper=self.host.pepper)
            keys = makers.opened_keys(self.chief, self.printed.passphrase, pepper=self.host.pepper)
            rotating.rotate(self.chief, keys, at=AT)

    def says(self, *args: str, typed: str = "") -> str:
        return self.app.test_cli_runner().invoke(args=["vault", *args], input=f"{typed}\n").output

    @property
    def pinned(self) -> int:
        with connection():
            return standing.pinned().number

    def rolled_back(self) -> None:
        for sql in (
            "DELETE FROM vault_grant WHERE epoch_id > 1", "DELETE FROM vault_carry",
            "DELETE FROM vault_epoch WHERE number = 2",
        ):  # fmt: skip
            self.dba.run(sql)


@pytest.fixture
def command(app: Flask, database_url: str) -> Iterator[Command]:
    dba = Dba(database_url)
    yield Command(app, dba)
    dba.connection.close()


def test_an_older_key_is_pinned_only_by_its_own_option(command: Command) -> None:
    fingerprint = command.printed.fingerprint
    assert "Pinned." in command.says("pin", typed=fingerprint) and command.pinned == 2
    command.rolled_back()
    assert "rolled back" in command.says("pin", typed=fingerprint) and command.pinned == 2
    assert "Pinned." in command.says("pin", "--give-up-newer", typed=fingerprint) and command.pinned == 1


def test_another_vault_is_pinned_only_by_its_own_option(command: Command) -> None:
    fingerprint = command.printed.fingerprint
    with connection():
        standing.put_back(replace(standing.pinned(), installation=bytes(16)))
    assert "pinned another vault" in command.says("pin", "--give-up-newer", typed=fingerprint)
    assert "It is another vault" in command.says("pin", "--give-up-other", typed="0000")
    assert "Pinned." in command.says("pin", "--give-up-other", typed=fingerprint) and command.pinned == 2


def test_a_key_that_nobody_witnessed_is_pinned_only_by_its_own_option(command: Command) -> None:
    fingerprint = command.printed.fingerprint
    with connection():
        standing.put_back(replace(standing.pinned(), number=1, digest=standing.epochs()[0].digest()))
    ledger.use_key(bytes(32))
    assert "No entry signed by a host" in command.says("pin", typed=fingerprint)
    assert "Pinned." in command.says("pin", "--unwitnessed", typed=fingerprint) and command.pinned == 2


def test_a_vault_is_given_up_on_the_host_only(command: Command) -> None:
    fingerprint = command.printed.fingerprint
    assert "There is a vault" in command.says("unpin", typed=fingerprint)
    for table in ("vault_grant", "vault_carry", "vault_holder", "vault_epoch"):
        command.dba.run(f"DELETE FROM {table}")
    assert "another vault" in command.says("unpin", typed="0000") and command.pinned == 2
    assert "pinned no vault now" in command.says("unpin", typed=fingerprint)
    assert "pinned no vault." in command.says("unpin", typed=fingerprint)
    with connection():
        assert makers.vault(command.chief, pepper=command.host.pepper).fingerprint != fingerprint
