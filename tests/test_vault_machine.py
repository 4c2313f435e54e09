"""The vault in any order: a machine takes acts at random, and a model says who can open what afterwards.

The model knows who has a key, who was let in until when, and which epochs each secret that was ever made can still
reach for somebody who has it and the whole database. After each act all of it is tried, with the keys themselves.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from models import RECORDS
from models.database import connect_to, db
from models.people import Actor
from models.protective_security import Deposit
from models.vault import HolderKind, VaultGrant, VaultHolder
from models.words import Role
from tests import makers
from tests.conftest import Engine
from tests.makers import AT, CHEAP_VAULT, DAY, PEPPER
from tracker.acts import people
from tracker.acts.vault import asking, deposits, drafts, holders, recovering, rotating, sealed, unlocking
from tracker.acts.vault.asking import Secrets
from tracker.language import today
from tracker.laws import ledger, links
from tracker.laws.vault import envelopes, holding, roots, sessions, shares, standing
from tracker.laws.vault.envelopes import CannotOpen
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.keys import Seed
from tracker.spine.errors import Invalid, Missing, Refused

HOST = Secrets(PEPPER, CHEAP_VAULT)
LOCAL = "127.0.0.1"
MINUTE = dt.timedelta(minutes=1)
HISTORIES = 200
NAMES = ("eva", "nils", "dag", "disa")
DEPUTIES = ("dag", "disa")
WHO = st.sampled_from(NAMES)


class Cut(Exception):
    """The power went before the commit."""


@dataclass
class Key:
    """A holder that somebody has or had: what opens it, and the epochs that it reaches with the database at hand."""

    uid: str
    kind: HolderKind
    words: str = ""
    seed: Seed | None = None
    until: dt.date | None = None
    let_in: bool = False
    reach: set[int] = field(default_factory=set)

    def lets_in(self, day: dt.date) -> bool:
        return self.let_in and (self.until is None or day <= self.until)


@dataclass
class Report:
    uid: str
    text: str
    epoch: int


@dataclass
class Unlocked:
    cookie: str
    keys: Keys
    started: dt.datetime
    seen: dt.datetime


class Stage:
    """The vault as it stands before each history: a chief with a key, an heir, two deputies, a report. Copied for each."""

    def __init__(self, engine: Engine, place: Path) -> None:
        self.engine, self.pin, self.kept_pin = engine, place / "vault.pin", place / "kept.pin"
        for law in (links, drafts.SEAL, sessions):
            law.use_secret(b"the secret of a host, of 32 bytes")
        standing.use_pin(self.pin, ledger.witnessed)
        self.url = engine.fresh()
        connect_to(self.url)
        with db.connection_context():
            self.public = makers.use_key(b"l" * 32)
            roles = {"eva": Role.CHIEF, "nils": Role.EMPLOYEE} | dict.fromkeys(DEPUTIES, Role.DEPUTY)
            self.people = {name: makers.person(name.title(), roles[name]) for name in NAMES}
            self.strangers = [makers.acting(Role.WARDEN), makers.acting(Role.ADMIN)]
            self.printed = makers.vault(makers.actor(self.people["eva"]))
            for name in NAMES[1:]:
                makers.cleared(Actor(self.people[name].id, self.people[name].uid.hex, name, frozenset({Role.CHIEF})))
            self.report = makers.deposit(self.strangers[0], "Rapport 0")
            self.key = VaultHolder.get(VaultHolder.kind == HolderKind.CHIEF).uid.hex
            self.recovery = VaultHolder.get(VaultHolder.kind == HolderKind.RECOVERY).uid.hex
        db.close_all()
        shutil.copy(self.pin, self.kept_pin)

    def set(self) -> str:
        """The URL of a copy that a history may change."""
        shutil.copy(self.kept_pin, self.pin)
        if self.engine.name == "sqlite":
            return self.engine._new(Path(self.url.removeprefix("sqlite:///")))
        return self.engine._new(self.url.partition("?")[0].rpartition("/")[2])


class Vault(RuleBasedStateMachine):
    """Acts at random, and the model beside them."""

    stage: ClassVar[Stage]
    patient: ClassVar[bool]
    histories: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.url = self.stage.set()
        connect_to(self.url)
        db.connect()
        if self.stage.engine.name == "sqlite":
            db.execute_sql("PRAGMA synchronous = OFF")  # no power goes here but the machine's own
        self.at, self.epoch, self.finished, self.chief = AT, 1, True, "eva"
        self.strangers = self.stage.strangers
        self.keys: dict[str, Key] = {}
        self.waiting: dict[str, Key] = {}  # made by those who said that their passphrase is lost, and not let in yet
        self.given_up: list[Key] = []
        self.reports = [Report(self.stage.report.uid.hex, "Rapport 0", 1)]
        self.open: dict[str, Unlocked] = {}
        self.cut_at, self.looked = 0, (0, AT)

    @initialize()
    def begin(self) -> None:
        printed = self.stage.printed
        self.keys["eva"] = Key(self.stage.key, HolderKind.CHIEF, printed.passphrase, let_in=True, reach={1})
        self.paper, self.shares = self.on_paper(self.stage.recovery, printed.shares), printed.shares

    def on_paper(self, uid: str, lines: tuple[str, ...]) -> Key:
        seed = Seed(shares.combined(lines[:2]))
        return Key(uid, HolderKind.RECOVERY, seed=seed, let_in=True, reach={self.epoch})

    def teardown(self) -> None:
        found = ledger.verify(RECORDS, [self.stage.public]).broken
        db.close_all()
        self.stage.engine.discard(self.url)
        type(self).histories += 1
        assert found is None, "an alarm on a clean history"

    # What the model says

    @property
    def today(self) -> dt.date:
        return today(self.at)

    def who(self, name: str) -> Actor:
        return makers.actor(self.stage.people[name], self.at)

    def kind(self, name: str) -> HolderKind | None:
        """As what somebody may hold a key now."""
        return HolderKind.CHIEF if name == self.chief else HolderKind.DEPUTY if name in DEPUTIES else None

    def holds(self, name: str) -> bool:
        """Whether they have a key that fits their role, let in or not."""
        return name in self.keys and self.keys[name].kind is self.kind(name)

    def may_open(self, name: str) -> bool:
        return self.holds(name) and self.keys[name].lets_in(self.today)

    @property
    def has_keys(self) -> bool:
        """Whether the chief can do anything with them."""
        return self.may_open(self.chief)

    def is_open(self, name: str) -> bool:
        held = self.open.get(name)
        return bool(held and self.at < held.seen + sessions.IDLE and self.at < held.started + sessions.LONGEST)

    def taken(self, name: str) -> Keys:
        """The keys that somebody's passphrase gives now."""
        return makers.opened_keys(self.who(name), self.words(name), at=self.at)

    def words(self, name: str) -> str:
        return self.keys[name].words if name in self.keys else "inga ord alls"

    def secrets(self) -> Iterator[Key]:
        yield from (*self.keys.values(), *self.waiting.values(), *self.given_up, self.paper)

    def does(self, act: Callable[[], Any]) -> Any:
        """What an act gives; None where the power went before it was committed, and nothing of it may be seen."""
        left, self.cut_at = self.cut_at, 0
        with pytest.MonkeyPatch.context() as patched:
            if left:
                patched.setattr(ledger.Writing, "append", _cut_off(left))
            with suppress(Cut):
                return act() or True
        note("cut off")
        return None

    # Acts

    @rule(times=st.integers(1, 2))
    def the_power_will_go(self, times: int) -> None:
        """In the midst of the next act, at its first entry or its second."""
        self.cut_at = times

    @rule(by=st.integers(0, 5))
    def write(self, by: int) -> None:
        text, who = f"Rapport {len(self.reports)} å", [*map(self.who, NAMES), *self.strangers][by]
        row = self.does(lambda: makers.deposit(who, text, at=self.at))
        if row:
            self.reports.append(Report(row.uid.hex, text, self.epoch))

    @rule(which=st.integers(0, 9))
    def quarantine(self, which: int) -> None:
        report = self.reports[which % len(self.reports)]
        row = Deposit.get(Deposit.uid == report.uid)
        act = lambda: deposits.quarantine(self.who(self.chief), report.uid, row.version, at=self.at)  # noqa: E731
        if self.does(act):
            report.text, report.epoch = "", self.epoch

    @rule(by=st.sampled_from([3 * MINUTE, 6 * MINUTE, 16 * MINUTE, DAY, 20 * DAY, 200 * DAY]))
    def time_passes(self, by: dt.timedelta) -> None:
        self.at += by

    @rule(name=st.sampled_from(["eva", "nils", "dag"]))
    def hand_over(self, name: str) -> None:
        """Somebody else is säkerhetsskyddschef, and whoever was is not."""
        person = self.stage.people[name]
        people.make_chief(person.email, person.name, at=self.at)
        self.chief = name

    @rule(name=WHO)
    def unlock(self, name: str) -> None:
        if not self.may_open(name):
            return
        keys = self.taken(name)
        cookie = self.does(lambda: unlocking.begin(self.who(name), keys, f"sign-in of {name}", at=self.at))
        if cookie:
            self.open[name] = Unlocked(cookie, keys, self.at, self.at)

    @rule(name=WHO, which=st.integers(0, 9))
    def read_while_open(self, name: str, which: int) -> None:
        if not self.is_open(name):
            return
        held, report = self.open[name], self.reports[which % len(self.reports)]
        row = sessions.find(held.cookie, self.stage.people[name].id, f"sign-in of {name}", self.at)
        keys = unlocking.keys_in(row, held.cookie, f"sign-in of {name}", at=self.at)
        held.seen = self.at
        assert keys.octets() == held.keys.octets()
        if self.kind(name) is None:
            with pytest.raises(Refused):
                deposits.open_one(self.who(name), report.uid, keys, at=self.at)
            return
        found = self.does(lambda: deposits.open_one(self.who(name), report.uid, keys, at=self.at))
        assert not found or found[1]["body"] == report.text.encode()

    @rule(name=WHO)
    def lock(self, name: str) -> None:
        self.does(lambda: unlocking.lock(self.who(name), at=self.at))
        self.open.pop(name, None)

    @rule(name=WHO, lost=st.booleans())
    def make_a_key(self, name: str, lost: bool) -> None:
        who, kind = self.who(name), self.kind(name)
        if kind is None or (self.may_open(name) and not lost):
            with pytest.raises(Refused):
                holders.prepare_key(who, HOST, at=self.at)
            return
        shown = holders.prepare_key(who, HOST, at=self.at, lost=lost)
        made = self.does(lambda: holders.make_key(who, shown.draft, shown.passphrase, HOST, at=self.at))
        if made:
            key = Key(made.uid.hex, kind, shown.passphrase)
            self.give_up(self.waiting, name)
            if name in self.keys and self.keys[name].lets_in(self.today):
                self.waiting[name] = key
            else:
                self.give_up(self.keys, name)
                self.keys[name] = key

    def give_up(self, keys: dict[str, Key], name: str) -> None:
        if old := keys.pop(name, None):
            self.given_up.append(old)

    def is_in(self, name: str) -> Key:
        """A key that waited is let in: the one before it opens nothing more."""
        if name in self.waiting:
            self.give_up(self.keys, name)
            self.keys[name] = self.waiting.pop(name)
        return self.keys[name]

    @precondition(lambda self: self.has_keys)
    @rule(name=WHO, days=st.integers(0, 60))
    def let_in(self, name: str, days: int) -> None:
        if name not in self.keys:
            return
        key = self.waiting.get(name, self.keys[name])
        keys, ends = self.taken(self.chief), self.today + days * DAY
        act = lambda: holders.grant(self.who(self.chief), keys, key.uid, ends, at=self.at)  # noqa: E731
        if key.lets_in(self.today) or key.kind is not self.kind(name):
            with pytest.raises(Missing if key.lets_in(self.today) else Refused):
                act()
        elif self.does(act):
            key = self.is_in(name)
            key.let_in, key.until = True, None if name == self.chief else ends
            key.reach.add(self.epoch)

    @rule(name=WHO)
    def change_passphrase(self, name: str) -> None:
        if not self.holds(name):
            return
        who, key = self.who(name), self.keys[name]
        shown = holders.prepare_passphrase(who, key.words, LOCAL, HOST, at=self.at)
        if self.does(lambda: holders.change_passphrase(who, shown.draft, shown.passphrase, HOST, at=self.at)):
            with pytest.raises(CannotOpen):
                self.secret(Key(key.uid, key.kind, key.words))
            key.words = shown.passphrase

    @precondition(lambda self: self.has_keys)
    @rule(out=st.none() | WHO)
    def rotate(self, out: str | None) -> None:
        """A new key for whoever holds one and still has its role, perhaps with somebody shut out."""
        if out and out not in self.keys:
            return
        keys, shut = self.taken(self.chief), self.keys[out].uid if out else ""
        act = lambda: rotating.rotate(self.who(self.chief), keys, shut, at=self.at)  # noqa: E731
        if out == self.chief:
            with pytest.raises(Refused):
                act()
        elif self.does(act):
            if out:
                self.give_up(self.keys, out)
                if out in self.waiting:
                    self.keys[out] = self.waiting.pop(out)
            self.epoch, self.finished, self.open = self.epoch + 1, False, {}
            self.paper.reach.add(self.epoch)
            for name, key in self.keys.items():
                key.let_in = self.may_open(name)
                key.reach |= {self.epoch} if key.let_in else set()

    @precondition(lambda self: self.has_keys and not self.finished)
    @rule(most=st.integers(1, 3))
    def reseal(self, most: int) -> None:
        keys, waiting = self.taken(self.chief), [each for each in self.reports if each.epoch < self.epoch]
        done = self.does(lambda: rotating.reseal(self.who(self.chief), keys, at=self.at, most=most))
        if done:
            for report in waiting[:most]:
                report.epoch = self.epoch
            assert done == rotating.Progress(len(self.reports), len(waiting[most:]))

    @precondition(lambda self: not self.finished)
    @rule()
    def finish(self) -> None:
        chief = self.who(self.chief)
        if any(report.epoch < self.epoch for report in self.reports):
            assert not rotating.finish(chief, at=self.at)
        elif self.does(lambda: rotating.finish(chief, at=self.at)):
            self.finished = True
            for key in self.secrets():
                key.reach &= {self.epoch}

    @rule(pair=st.permutations(range(3)))
    def recover(self, pair: list[int]) -> None:
        """With two of the shares, whichever, the chief lets their own key in."""
        typed = [self.shares[number] for number in pair[:2]]
        act = lambda: recovering.recover(self.who(self.chief), typed, LOCAL, HOST, at=self.at)  # noqa: E731
        made = self.waiting.get(self.chief) or self.keys.get(self.chief)
        if made is None or made.kind is not HolderKind.CHIEF or made.lets_in(self.today):
            with pytest.raises(Refused):
                act()
        elif self.does(act):
            key = self.is_in(self.chief)
            key.let_in, key.until = True, None
            key.reach.add(self.epoch)

    @precondition(lambda self: self.has_keys)
    @rule()
    def make_new_shares(self) -> None:
        chief, old = self.who(self.chief), self.shares
        printed = recovering.prepare_shares(chief, self.taken(self.chief), at=self.at)
        if self.does(lambda: recovering.make_shares(chief, printed.draft, printed.shares[1:], at=self.at)):
            self.given_up.append(self.paper)
            made = VaultHolder.get((VaultHolder.kind == HolderKind.RECOVERY) & VaultHolder.living())
            self.paper, self.shares = self.on_paper(made.uid.hex, printed.shares), printed.shares
            with pytest.raises(Invalid):
                recovering.drill(chief, old[:2], LOCAL, HOST, at=self.at)
        recovering.drill(chief, self.shares[:2], LOCAL, HOST, at=self.at)

    # What holds after each of them

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        if self.patient:
            self.look()

    def look(self) -> None:
        """Unless nothing has happened since it was done last."""
        if self.looked == (ledger.count_of_entries(), self.at):
            return
        self.whoever_was_let_in_reads_everything_and_nobody_else_anything()
        self.a_secret_reaches_no_epoch_that_was_not_granted_to_it()
        self.each_report_is_under_the_epoch_it_should_be()
        self.a_vault_is_open_as_long_as_it_should_be()
        self.the_pin_agrees()
        self.looked = ledger.count_of_entries(), self.at

    def whoever_was_let_in_reads_everything_and_nobody_else_anything(self) -> None:
        rows = list(Deposit.select().order_by(Deposit.id))
        texts = {report.uid: report.text.encode() for report in self.reports}
        for name in NAMES:
            if not self.may_open(name):
                with pytest.raises(Refused):
                    makers.opened_keys(self.who(name), self.words(name), at=self.at)
                continue
            keys = self.taken(name)
            assert (keys.root is not None) == (name == self.chief)
            found = sealed.open_rows(self.who(name), rows, deposits.FIELDS, keys, at=self.at)
            assert {uid.hex: each["body"] for uid, each in found.items()} == texts
        keys = Keys(Seed(bytes(32)))
        for stranger in self.strangers:
            with pytest.raises(Refused):
                sealed.open_rows(stranger, rows, deposits.FIELDS, keys, at=self.at)

    def a_secret_reaches_no_epoch_that_was_not_granted_to_it(self) -> None:
        """For somebody who has the whole database as it stands, and never asks the application."""
        epochs = {epoch.number: epoch for epoch in standing.epochs()}
        for key in self.secrets():
            holder = VaultHolder.get(VaultHolder.uid == key.uid)
            grants = list(VaultGrant.select().where((VaultGrant.holder == holder.id) & VaultGrant.keys.is_null(False)))
            assert {grant.epoch.number for grant in grants} == key.reach
            for grant in grants:
                keys = holding.keys_of(grant, epochs[grant.epoch.number], holder, self.secret(key))
                assert keys.epoch.public() == epochs[grant.epoch.number].public

    def secret(self, key: Key) -> Seed:
        holder = VaultHolder.get(VaultHolder.uid == key.uid)
        installation = standing.newest().installation
        key.seed = key.seed or holding.unwrapped(holder, key.words, PEPPER, installation, CHEAP_VAULT)
        return key.seed

    def each_report_is_under_the_epoch_it_should_be(self) -> None:
        stored = {row.uid.hex: envelopes.epoch_of(row.body) for row in Deposit.select()}
        assert stored == {report.uid: report.epoch for report in self.reports}
        assert rotating.is_going_on() != self.finished

    def a_vault_is_open_as_long_as_it_should_be(self) -> None:
        for name, held in self.open.items():
            row = sessions.find(held.cookie, self.stage.people[name].id, f"sign-in of {name}", self.at)
            assert bool(row) == self.is_open(name)

    def the_pin_agrees(self) -> None:
        assert standing.pinned() == roots.pin(standing.newest()) and standing.newest().number == self.epoch


def _cut_off(times: int) -> Callable[[ledger.Writing], None]:
    """The power goes at this entry of an act; those before it are committed."""
    append, done = ledger.Writing.append, []

    def cut(writing: ledger.Writing) -> None:
        done.append(writing)
        if len(done) >= times:
            raise Cut
        append(writing)

    return cut


def _tried(engine: Engine, place: Path, examples: int, steps: int, patient: bool = True) -> int:
    """How many histories were lived through; looked at after each step, or only verified at their end."""
    Vault.stage, Vault.histories, Vault.patient = Stage(engine, place), 0, patient
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    try:
        run(Vault, settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks, database=None
        ))  # fmt: skip
    finally:
        engine.discard(Vault.stage.url)
    return Vault.histories


def test_no_alarm_on_two_hundred_histories(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Each short, and ended with a verification of the whole ledger and every row, which finds nothing."""
    assert _tried(sqlite_engine, tmp_path, HISTORIES, 4, patient=False) >= HISTORIES


def test_after_each_act_all_is_as_the_model_says(sqlite_engine: Engine, tmp_path: Path) -> None:
    assert _tried(sqlite_engine, tmp_path, 4, 16) >= 4


def test_and_on_the_other_engine(postgresql_engine: Engine, tmp_path: Path) -> None:
    assert _tried(postgresql_engine, tmp_path, 2, 12) >= 2


def test_what_the_model_says_is_minded(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a change of key that lets in a passphrase which was given up as lost."""
    Vault.stage, Vault.patient = Stage(sqlite_engine, tmp_path), True
    for planted in (False, True):
        machine = Vault()
        machine.begin()
        machine.make_a_key("eva", lost=True)
        machine.recover([0, 1, 2])
        if planted:
            monkeypatch.setattr(rotating, "_those_who_stay", _everybody)
        machine.rotate(None)
        with pytest.raises(AssertionError) if planted else nullcontext():
            machine.look()
        machine.teardown()


def _everybody(out: VaultHolder | None, at: dt.datetime) -> list[tuple[VaultHolder, VaultGrant]]:
    pairs = ((each, asking.grant_of(each, standing.newest(), today(at))) for each in VaultHolder.select())
    return [(holder, grant) for holder, grant in pairs if grant]
