"""Nothing is given to a key that the database alone tells of: whoever writes it gets no new key, no grant, no recovery."""

from __future__ import annotations

import datetime as dt
import secrets
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from models.happenings import Verb
from models.people import RoleGrant
from models.protective_security import Deposit, SecrecyClass
from models.vault import HolderKind, VaultCarry, VaultGrant, VaultHolder
from models.words import Role
from tests import makers
from tests.dba import Dba
from tests.makers import AT, DAY, TODAY
from tests.test_vault_life import HOST, LOCAL, House, verbs
from tracker.acts.vault import asking, cores, deposits, holders, recovering, rotating, sealed, unlocking
from tracker.acts.vault.cores import Content
from tracker.laws import ledger
from tracker.laws.ledger import Conflict
from tracker.laws.vault import holding, standing
from tracker.laws.vault import sessions as unlocked
from tracker.laws.vault.envelopes import CannotOpen
from tracker.laws.vault.keys import Seed
from tracker.spine.errors import Invalid, Refused

EVIL = Seed(bytes(range(32)))
ALTERED = "does not match its trace"


class Town(House):
    """The house, and somebody who writes its database."""

    def __init__(self, dba: Dba) -> None:
        super().__init__()
        self.words = self.printed.passphrase
        self.run = dba.run

    def lost(self) -> str:
        """The chief has lost the passphrase and made a new key; what opens it."""
        shown = holders.prepare_key(self.chief, HOST, at=AT, lost=True)
        holders.make_key(self.chief, shown.draft, shown.passphrase, HOST, at=AT)
        return shown.passphrase

    def recovers(self) -> VaultGrant:
        return recovering.recover(self.chief, self.printed.shares[:2], LOCAL, HOST, at=AT)

    def own(self) -> VaultHolder:
        return asking.made_last(self.chief.id, HolderKind.CHIEF)

    def given(self, holder: VaultHolder, number: int) -> int:
        """How many grants of an epoch a holder has."""
        mine = VaultGrant.select().join(rotating.VaultEpoch).where(rotating.VaultEpoch.number == number)
        return mine.where(VaultGrant.holder == holder.id).count()


@pytest.fixture
def town(database: Any, database_url: str) -> Iterator[Town]:
    dba = Dba(database_url)
    yield Town(dba)
    dba.connection.close()


# Recovery, letting in


def test_the_shares_let_in_no_key_that_was_swapped(town: Town) -> None:
    town.lost()
    town.run("UPDATE vault_holder SET public = ? WHERE id = ?", EVIL.public().hex(), town.own().id)
    before = VaultGrant.select().count()
    with pytest.raises(Refused, match=ALTERED):
        town.recovers()
    assert VaultGrant.select().count() == before and verbs()[-1] == Verb.KEY_ALTERED


@pytest.mark.parametrize("column", ["person_id", "kind", "wrapped"])
def test_nor_one_whose_row_was_altered(town: Town, column: str) -> None:
    other, _ = town.with_key(makers.acting(Role.DEPUTY))
    values = {"person_id": town.chief.id, "kind": "chief", "wrapped": "00"}
    town.lost()
    if column == "wrapped":
        town.run("UPDATE vault_holder SET wrapped = ? WHERE id = ?", "00", town.own().id)
    else:
        town.run("DELETE FROM vault_holder WHERE id = ?", town.own().id)
        for name in ("person_id", "kind"):
            town.run(f"UPDATE vault_holder SET {name} = ? WHERE id = ?", values[name], other.id)
    with pytest.raises(Refused, match=ALTERED):
        town.recovers()


def test_two_people_compare_no_key_that_was_swapped(town: Town) -> None:
    who = makers.acting(Role.DEPUTY)
    makers.cleared(who)
    shown = holders.prepare_key(who, HOST, at=AT)
    holder = holders.make_key(who, shown.draft, shown.passphrase, HOST, at=AT)
    assert shown.fingerprint == holding.fingerprint(holder) == holders.fingerprint(holders.waiting(AT)[0])
    for public in (EVIL.public().hex(), "inte hex", ""):
        town.run("UPDATE vault_holder SET public = ? WHERE id = ?", public, holder.id)
        assert holders.fingerprint(holders.mine(who)) == holders.fingerprint(holders.waiting(AT)[0]) == ""
        with pytest.raises(Refused, match=ALTERED):
            holders.grant(town.chief, town.keys, holder.uid.hex, TODAY, at=AT)


def test_what_is_no_public_key_has_no_fingerprint_and_holds_no_grant(town: Town) -> None:
    _, _, holder = town.deputy()
    grant = VaultGrant.get(VaultGrant.holder == holder.id)
    holder.public = "å"
    assert holding.fingerprint(holder) == "" and not holding.holds(grant, standing.newest(), holder)


def test_whoever_was_let_in_twice_at_once_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    who = makers.acting(Role.DEPUTY)
    holder, _ = town.with_key(who)
    keys = town.keys
    monkeypatch.setattr(holders, "_waiting", lambda uid, at: VaultHolder.get_by_id(holder.id))
    holders.grant(town.chief, keys, holder.uid.hex, TODAY, at=AT)
    with pytest.raises(Conflict):
        holders.grant(town.chief, keys, holder.uid.hex, TODAY, at=AT)


def test_a_key_that_comes_twice_at_once_is_saved_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    who = makers.acting(Role.DEPUTY)
    makers.cleared(who)
    shown = holders.prepare_key(who, HOST, at=AT)
    holders.make_key(who, shown.draft, shown.passphrase, HOST, at=AT)
    monkeypatch.setattr(holders.drafts, "must_be_new", lambda said: None)
    with pytest.raises(Invalid, match=r"^$"):
        holders.make_key(who, shown.draft, shown.passphrase, HOST, at=AT)


# A change of key


def _revived_shares(town: Town) -> VaultHolder:
    """New shares were made; the old ones are called living again."""
    old = VaultHolder.get(VaultHolder.kind == HolderKind.RECOVERY)
    printed = recovering.prepare_shares(town.chief, town.keys, at=AT)
    recovering.make_shares(town.chief, printed.draft, printed.shares[1:], at=AT)
    town.run("UPDATE vault_holder SET ended_on = NULL WHERE id = ?", old.id)
    town.run("UPDATE vault_grant SET ended_on = NULL WHERE holder_id = ?", old.id)
    return old


def _revived_key(town: Town) -> VaultHolder:
    """A passphrase was lost; its key is called living again."""
    lost = town.own()
    town.words = town.lost()
    town.recovers()
    town.run("UPDATE vault_holder SET ended_on = NULL WHERE id = ?", lost.id)
    return lost


def _revived_key_without_a_trace(town: Town) -> VaultHolder:
    """The details that say that it ended are gone as well."""
    lost = _revived_key(town)
    town.run(
        "DELETE FROM entry_detail WHERE record_type = 'vault_holder' AND record_uid = ? AND field = 'ended_on' "
        "AND entry > (SELECT MIN(entry) FROM entry_detail WHERE record_uid = ?)", lost.uid.hex, lost.uid.hex,
    )  # fmt: skip
    return lost


def _former_deputy(town: Town) -> VaultHolder:
    """A former deputy's key is called that of a present one."""
    who, _, holder = town.deputy()
    other = makers.acting(Role.DEPUTY, name="Britta")
    makers.people.end_role(makers.OFFICE, makers.people.roles_of(who.id, TODAY)[0], at=AT)
    town.run("UPDATE vault_holder SET person_id = ? WHERE id = ?", other.id, holder.id)
    return holder


def _former_deputy_with_the_role(town: Town) -> VaultHolder:
    """A former deputy's role is called still theirs."""
    who, _, holder = town.deputy()
    role = makers.people.roles_of(who.id, TODAY)[0]
    makers.people.end_role(makers.OFFICE, role, at=AT)
    town.run("UPDATE role_grant SET ends_on = NULL WHERE id = ?", role.id)
    assert RoleGrant.get_by_id(role.id).ends_on is None
    return holder


def _prolonged(town: Town) -> VaultHolder:
    _, _, holder = town.deputy(TODAY)
    town.run("UPDATE vault_grant SET ends_on = '2099-01-01' WHERE holder_id = ?", holder.id)
    return holder


REVIVED: dict[str, Callable[[Town], VaultHolder]] = {
    "shares that were destroyed": _revived_shares,
    "a passphrase that was lost": _revived_key,
    "a former deputy's, called another's": _former_deputy,
    "a former deputy's, called still theirs": _former_deputy_with_the_role,
    "a deputy's whose last day was put off": _prolonged,
}


@pytest.mark.parametrize("name", REVIVED)
def test_a_new_key_is_not_for(town: Town, name: str) -> None:
    holder = REVIVED[name](town)
    keys = rotating.rotate(town.chief, makers.opened_keys(town.chief, town.words), at=AT + DAY)
    assert town.given(holder, 2) == 0 and Verb.KEY_ALTERED in verbs()
    assert town.given(town.own(), 2) == 1 and town.reads(town.chief, keys) == ["Första rapporten".encode()]


def test_a_new_key_is_refused_where_the_log_does_not_tell_what_ended(town: Town) -> None:
    _revived_key_without_a_trace(town)
    with pytest.raises(Refused, match=ALTERED):
        rotating.rotate(town.chief, makers.opened_keys(town.chief, town.words), at=AT)


def test_a_new_key_is_refused_where_ones_own_was_altered(town: Town) -> None:
    keys = town.keys
    town.run("UPDATE vault_holder SET public = ? WHERE id = ?", EVIL.public().hex(), town.own().id)
    with pytest.raises(Refused, match=ALTERED):
        rotating.rotate(town.chief, keys, at=AT)
    assert standing.newest().number == 1 and verbs()[-1] == Verb.KEY_ALTERED


def test_old_shares_that_are_called_living_open_nothing(town: Town) -> None:
    old = _revived_shares(town)
    town.run("UPDATE vault_holder SET ended_on = '2026-01-01' WHERE kind = 'recovery' AND id <> ?", old.id)
    with pytest.raises(Refused, match=ALTERED):
        recovering.drill(town.chief, town.printed.shares[:2], LOCAL, HOST, at=AT)


def test_an_unfinished_change_does_not_stand_in_the_way_of_the_next(town: Town) -> None:
    """A row that opens for nobody keeps the old seed, and nobody's access."""
    who, words, holder = town.deputy()
    real = bytes(town.report.body)
    town.run("UPDATE deposit SET body = ? WHERE id = ?", real[:-1] + bytes([real[-1] ^ 1]), town.report.id)
    keys = rotating.rotate(town.chief, town.keys, at=AT)
    assert rotating.reseal(town.chief, keys, at=AT) == rotating.Progress(1, 1, broken=1)
    assert not rotating.finish(town.chief, at=AT)
    keys = rotating.rotate(town.chief, keys, holder.uid.hex, at=AT)
    with pytest.raises(Refused, match="You hold no key"):
        makers.opened_keys(who, words)
    town.run("UPDATE deposit SET body = ? WHERE id = ?", real, town.report.id)
    assert town.reads(town.chief, keys) == ["Första rapporten".encode()], "through both seeds that are carried"
    assert rotating.reseal(town.chief, keys, at=AT).left == 0 and rotating.finish(town.chief, at=AT)
    assert [carry.seed for carry in VaultCarry.select()] == [None, None] and not rotating.is_going_on()


def test_of_two_changes_at_once_one_is_made(town: Town) -> None:
    keys = town.keys
    fresh = rotating.rotate(town.chief, keys, at=AT)
    with pytest.raises(Conflict):
        rotating.rotate(town.chief, keys, at=AT)
    assert standing.newest().number == 2 and town.reads(town.chief, fresh) == ["Första rapporten".encode()]


def test_new_shares_that_a_change_of_key_passed_are_not_made(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, real, once = town.keys, holding.keys_of, []
    printed = recovering.prepare_shares(town.chief, keys, at=AT)

    def meanwhile(*given: Any) -> Any:
        if not once:
            once.append(rotating.rotate(town.chief, keys, at=AT))
        return real(*given)

    with monkeypatch.context() as patched:
        patched.setattr(recovering.holding, "keys_of", meanwhile)
        with pytest.raises(Conflict):
            recovering.make_shares(town.chief, printed.draft, printed.shares[:2], at=AT)
    recovering.drill(town.chief, town.printed.shares[:2], LOCAL, HOST, at=AT + DAY)


# Sealing anew


def test_what_is_sealed_anew_at_once_is_bounded_in_octets(town: Town) -> None:
    measure = makers.shell()
    for number in range(12):
        document = b"%PDF-" + secrets.token_bytes(4 * 1024 * 1024)
        cores.write(town.chief, measure.uid.hex, Content({"title": "T"}, SecrecyClass.NONE, document), number, at=AT)
    keys = rotating.rotate(town.chief, town.keys, at=AT)
    tracemalloc.start()
    left = [rotating.reseal(town.chief, keys, at=AT).left]
    peak = tracemalloc.get_traced_memory()[1] >> 20
    tracemalloc.stop()
    assert 0 < left[0] < 13 and peak < 128, peak
    while left[-1]:
        left.append(rotating.reseal(town.chief, keys, at=AT).left)
        assert left[-1] < left[-2]
    assert rotating.finish(town.chief, at=AT)


def test_a_row_that_somebody_changed_meanwhile_waits(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    makers.deposit(makers.acting(Role.HEAD), "Andra rapporten")
    makers.deposit(makers.acting(Role.HEAD), "Tredje rapporten")
    keys, real, once = rotating.rotate(town.chief, town.keys, at=AT), sealed.again, []

    def meanwhile(row: Any, said: Any, epoch: Any) -> None:
        if not once:
            once.append(row)
            stored = Deposit.get_by_id(town.report.id)
            stored.state = deposits.DepositState.READ
            with ledger.act(town.chief, Verb.READ, stored, at=AT) as act:
                act.save(stored)
        real(row, said, epoch)

    monkeypatch.setattr(sealed, "again", meanwhile)
    assert rotating.reseal(town.chief, keys, at=AT).left == 1
    assert rotating.reseal(town.chief, keys, at=AT).left == 0
    assert town.reads(town.chief, keys) == ["Första rapporten".encode(), b"Andra rapporten", b"Tredje rapporten"]


# What ends with time


def test_nobody_waits_who_has_lost_the_role(town: Town) -> None:
    who, _, _ = town.deputy(TODAY + DAY)
    assert holders.outlived(AT) == 0 and holders.outlived(AT + 2 * DAY) == 1
    makers.people.end_role(makers.OFFICE, makers.people.roles_of(who.id, TODAY)[0], at=AT)
    assert holders.outlived(AT) == 1
    rotating.rotate(town.chief, town.keys, at=AT + DAY)
    assert holders.waiting(AT + DAY) == [] and holders.outlived(AT + DAY) == 0


def test_an_unlocked_vault_locks_after_the_last_day(town: Town) -> None:
    who, words, _ = town.deputy(TODAY)
    late = dt.datetime.combine(TODAY, dt.time(22, 58), dt.UTC)
    cookie = unlocking.begin(who, makers.opened_keys(who, words, at=late), "sign-in", at=late)
    row = unlocked.find(cookie, who.id, "sign-in", late + dt.timedelta(minutes=1))
    assert unlocking.keys_in(row, cookie, "sign-in", at=late + dt.timedelta(minutes=1))
    with pytest.raises(CannotOpen):
        unlocking.keys_in(row, cookie, "sign-in", at=late + dt.timedelta(minutes=4))
