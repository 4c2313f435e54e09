"""The vault's keys through their life: deputies, successors, a new passphrase, a new key, and two printed shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from models import RECORDS
from models.database import db
from models.happenings import Verb
from models.ledger import Entry
from models.people import Actor, Person
from models.protective_security import Deposit
from models.vault import VaultCarry, VaultGrant, VaultHolder, VaultSession
from models.words import Role
from tests import makers
from tests.makers import AT, CHEAP_VAULT, DAY, PEPPER, TODAY
from tracker.acts.vault import holders, recovering, rotating, sealed, unlocking
from tracker.acts.vault.asking import Secrets
from tracker.laws import ledger
from tracker.laws.vault import envelopes, standing
from tracker.laws.vault.holding import Keys
from tracker.laws.vault.standing import NotPinned
from tracker.spine.errors import Invalid, Missing, Refused

HOST = Secrets(PEPPER, CHEAP_VAULT)
LOCAL = "127.0.0.1"


class House:
    """A vault with its chief, and a report in it."""

    def __init__(self) -> None:
        makers.use_key()
        self.chief = makers.acting(Role.CHIEF, name="Eva Chef")
        self.printed = makers.vault(self.chief)
        self.report = makers.deposit(makers.acting(Role.WARDEN), "Första rapporten")

    @property
    def keys(self) -> Keys:
        return makers.opened_keys(self.chief, self.printed.passphrase)

    def reads(self, who: Actor, keys: Keys, at: dt.datetime = AT) -> list[bytes | None]:
        rows = list(Deposit.select().order_by(Deposit.id))
        found = sealed.open_rows(who, rows, ["body"], keys, at=at)
        return [found[row.uid]["body"] for row in rows]

    def with_key(self, who: Actor, at: dt.datetime = AT) -> tuple[VaultHolder, str]:
        makers.cleared(who, at=at)
        shown = holders.prepare_key(who, HOST, at=at)
        return holders.make_key(who, shown.draft, shown.passphrase, HOST, at=at), shown.passphrase

    def deputy(self, ends_on: dt.date = TODAY + 30 * DAY) -> tuple[Actor, str, VaultHolder]:
        who = makers.acting(Role.DEPUTY, name="Dag Ställföreträdare")
        holder, words = self.with_key(who)
        holders.grant(self.chief, self.keys, holder.uid.hex, ends_on, at=AT)
        return who, words, holder


@pytest.fixture
def house(database: Any) -> Iterator[House]:
    yield House()
    assert ledger.verify(RECORDS, [ledger.chain.public_key()]).broken is None, "no alarm on a clean history"


def verbs() -> list[str]:
    return [entry.verb for entry in Entry.select(Entry.verb).order_by(Entry.number)]


# Deputies and successors


def test_a_grant_does_not_outlast_the_role(house: House) -> None:
    """Let in for longer than the role is given, a deputy would hold the keys of a register that is closed to them."""
    who = makers.person("Kort Tid")
    last = TODAY + 20 * DAY
    makers.people.grant_role(makers.OFFICE, who, Role.DEPUTY, at=AT - DAY, ends_on=last)
    holder, _ = house.with_key(makers.actor(who))
    with pytest.raises(Invalid) as error:
        holders.grant(house.chief, house.keys, holder.uid.hex, last + DAY, at=AT)
    assert [problem.field for problem in error.value.problems] == ["ends_on"]
    assert holders.grant(house.chief, house.keys, holder.uid.hex, last, at=AT).ends_on == last


def test_a_deputy_reads_until_the_last_day(house: House) -> None:
    who, words, _ = house.deputy()
    keys = makers.opened_keys(who, words)
    assert keys.root is None and house.reads(who, keys) == ["Första rapporten".encode()]
    makers.opened_keys(who, words, at=AT + 30 * DAY)
    with pytest.raises(Refused, match="You hold no key"):
        makers.opened_keys(who, words, at=AT + 31 * DAY)


def test_a_key_alone_opens_nothing(house: House) -> None:
    who = makers.acting(Role.DEPUTY)
    holder, words = house.with_key(who)
    with pytest.raises(Refused, match="You hold no key"):
        makers.opened_keys(who, words)
    assert [each.id for each in holders.waiting(AT)] == [holder.id]
    keys = house.keys
    for ends_on in (None, TODAY - DAY, TODAY + 400 * DAY):
        with pytest.raises(Invalid, match="ends_on"):
            holders.grant(house.chief, keys, holder.uid.hex, ends_on, at=AT)
    with pytest.raises(Missing):
        holders.grant(house.chief, keys, "0" * 32, TODAY, at=AT)


def test_a_deputy_lets_nobody_in(house: House) -> None:
    who, words, _ = house.deputy()
    other, _ = house.with_key(makers.acting(Role.DEPUTY))
    keys = makers.opened_keys(who, words)
    for act in (
        lambda: holders.grant(who, keys, other.uid.hex, TODAY, at=AT),
        lambda: rotating.rotate(who, keys, at=AT),
        lambda: recovering.prepare_shares(who, keys, at=AT),
        lambda: holders.grant(house.chief, keys, other.uid.hex, TODAY, at=AT),  # the chief's act, a deputy's keys
        lambda: rotating.rotate(house.chief, keys, at=AT),
        lambda: recovering.prepare_shares(house.chief, keys, at=AT),
    ):
        with pytest.raises(Refused):
            act()


def test_whoever_lost_the_role_is_not_let_in(house: House) -> None:
    who = makers.acting(Role.DEPUTY)
    holder, _ = house.with_key(who)
    held = makers.people.roles_of(who.id, TODAY)[0]
    makers.people.end_role(makers.OFFICE, held, at=AT)
    with pytest.raises(Refused, match="no longer has the role"):
        holders.grant(house.chief, house.keys, holder.uid.hex, TODAY, at=AT + DAY)


def test_a_new_key_is_not_for_whoever_lost_the_role(house: House) -> None:
    who, _, holder = house.deputy()
    makers.people.end_role(makers.OFFICE, makers.people.roles_of(who.id, TODAY)[0], at=AT)
    rotating.rotate(house.chief, house.keys, at=AT + DAY)
    assert holders.grant_of(holder, standing.newest(), TODAY) is None


def test_a_form_that_comes_twice_is_saved_once(house: House) -> None:
    who = makers.acting(Role.DEPUTY)
    makers.cleared(who)
    shown, printed = holders.prepare_key(who, HOST, at=AT), recovering.prepare_shares(house.chief, house.keys, at=AT)
    for again in (
        lambda: holders.make_key(who, shown.draft, shown.passphrase, HOST, at=AT),
        lambda: recovering.make_shares(house.chief, printed.draft, printed.shares[:2], at=AT),
    ):
        again()
        with pytest.raises(Invalid, match=r"^$"):
            again()
    assert VaultHolder.select().where(VaultHolder.living()).count() == 3


def test_a_successor_takes_over_and_shuts_the_first_one_out(house: House) -> None:
    makers.people.make_chief("nils.ny@kommun.se", "Nils Ny", at=AT, hand_over=True)
    heir, first = (makers.actor(Person.get(Person.name == name)) for name in ("Nils Ny", "Eva Chef"))
    holder, words = house.with_key(heir)
    holders.grant(first, house.keys, holder.uid.hex, None, at=AT)
    own = next(each for each, _ in holders.granted(AT) if each.person_id == first.id)
    with pytest.raises(Refused, match="cannot shut yourself out"):
        rotating.rotate(first, house.keys, own.uid.hex, at=AT)
    keys = rotating.rotate(heir, makers.opened_keys(heir, words), own.uid.hex, at=AT)
    with pytest.raises(Refused, match="You hold no key"):
        makers.opened_keys(first, house.printed.passphrase)
    assert house.reads(heir, keys) == ["Första rapporten".encode()]
    assert keys.octets() == makers.opened_keys(heir, words).octets()
    month = AT + 31 * DAY
    assert Role.CHIEF not in makers.actor(Person.get_by_id(first.id), month).roles
    assert Role.CHIEF in makers.actor(Person.get_by_id(heir.id), month).roles


# A new passphrase


def test_a_new_passphrase_holds_and_the_old_one_does_not(house: House) -> None:
    old = house.printed.passphrase
    with pytest.raises(Invalid, match="passphrase"):
        holders.prepare_passphrase(house.chief, "fel", LOCAL, HOST, at=AT)
    shown = holders.prepare_passphrase(house.chief, old, LOCAL, HOST, at=AT)
    with pytest.raises(Invalid, match="passphrase"):
        holders.change_passphrase(house.chief, shown.draft, old, HOST, at=AT)
    makers.opened_keys(house.chief, old, at=AT + DAY)
    holders.change_passphrase(house.chief, shown.draft, shown.passphrase, HOST, at=AT)
    assert makers.opened_keys(house.chief, shown.passphrase).root
    with pytest.raises(Invalid, match="passphrase"):
        makers.opened_keys(house.chief, old)
    with pytest.raises(ledger.Conflict):
        holders.change_passphrase(house.chief, shown.draft, shown.passphrase, HOST, at=AT)


# A new key


def test_whoever_is_shut_out_reads_nothing_that_comes_after(house: House) -> None:
    who, words, holder = house.deputy()
    before = makers.opened_keys(who, words)
    keys = rotating.rotate(house.chief, house.keys, holder.uid.hex, at=AT)
    makers.deposit(makers.acting(Role.HEAD), "Andra rapporten")
    assert house.reads(house.chief, keys) == ["Första rapporten".encode(), b"Andra rapporten"]
    with pytest.raises(Refused, match="You hold no key"):
        makers.opened_keys(who, words)
    assert house.reads(who, before) == [None, None], "a key kept from before"
    assert standing.pinned().number == 2


def test_everything_is_sealed_anew_in_batches_and_the_old_key_destroyed(house: House) -> None:
    for number in range(6):
        makers.deposit(makers.acting(Role.HEAD), f"Rapport {number}")
    old, keys = house.keys, rotating.rotate(house.chief, house.keys, at=AT)
    assert rotating.progress() == rotating.Progress(7, 7)
    left = [rotating.reseal(house.chief, keys, at=AT, most=3).left for _ in range(3)]
    assert left == [4, 1, 0]
    assert not [row for row in Deposit.select() if envelopes.epoch_of(row.photo) != 2]
    assert rotating.finish(house.chief, at=AT) and not rotating.is_going_on()
    assert VaultCarry.get().seed is None
    assert (
        not VaultGrant.select()
        .join(rotating.VaultEpoch)
        .where((rotating.VaultEpoch.number == 1) & VaultGrant.keys.is_null(False))
        .exists()
    )
    assert house.reads(house.chief, keys)[1:] == [f"Rapport {number}".encode() for number in range(6)]
    assert house.reads(house.chief, old) == [None] * 7


def test_a_rotation_that_was_cut_off_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    makers.deposit(makers.acting(Role.HEAD), "Andra rapporten")
    keys = rotating.rotate(house.chief, house.keys, at=AT)

    def cut(*given: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ledger.Writing, "append", cut)
        with pytest.raises(KeyboardInterrupt):
            rotating._reseal(house.chief, Deposit, list(Deposit.select()), keys, standing.newest(), AT)
    assert rotating.progress().left == 2 and not rotating.finish(house.chief, at=AT)
    again = makers.opened_keys(house.chief, house.printed.passphrase)
    assert house.reads(house.chief, again) == ["Första rapporten".encode(), b"Andra rapporten"]
    assert rotating.reseal(house.chief, again, at=AT).left == 0 and rotating.finish(house.chief, at=AT)


def test_a_forged_text_is_not_laundered_by_a_new_key(house: House) -> None:
    row, epoch = house.report, standing.newest()
    forged = standing.seal(b"Falskt", sealed.place(row, "body", epoch.installation, row.by.uid.hex), epoch)
    real = bytes(row.body)
    by_hand("UPDATE deposit SET body = ? WHERE id = ?", bytes(forged), row.id)
    keys = rotating.rotate(house.chief, house.keys, at=AT)
    assert rotating.reseal(house.chief, keys, at=AT) == rotating.Progress(1, 1, broken=1)
    assert not rotating.finish(house.chief, at=AT) and house.reads(house.chief, keys) == [None]
    by_hand("UPDATE deposit SET body = ? WHERE id = ?", real, row.id)


def test_what_does_not_open_stands_in_nobodys_way(house: House) -> None:
    real = bytes(house.report.body)
    by_hand("UPDATE deposit SET body = ? WHERE id = ?", real[:-1], house.report.id)
    makers.deposit(makers.acting(Role.HEAD), "Andra rapporten")
    keys = rotating.rotate(house.chief, house.keys, at=AT)
    assert rotating.reseal(house.chief, keys, at=AT, most=1) == rotating.Progress(2, 1, broken=1)
    by_hand("UPDATE deposit SET body = ? WHERE id = ?", real, house.report.id)


def test_a_new_key_locks_every_vault(house: House) -> None:
    unlocking.begin(house.chief, house.keys, "sign-in", at=AT)
    rotating.rotate(house.chief, house.keys, at=AT)
    assert not VaultSession.select().exists()


def by_hand(sql: str, *values: Any) -> None:
    with db.migrating():
        db.execute_sql(sql.replace("?", db.param), values)


@pytest.mark.parametrize(
    ("change", "back"),
    [
        ("UPDATE vault_grant SET ends_on = '2099-01-01' WHERE ends_on IS NOT NULL", "ends_on"),
        ("UPDATE vault_holder SET kind = 'chief' WHERE kind = 'deputy'", "kind"),
        ("UPDATE vault_holder SET public = (SELECT h.public FROM vault_holder h WHERE h.kind = 'recovery') "
         "WHERE kind = 'deputy'", "public"),
        ("UPDATE vault_grant SET keys = (SELECT g.keys FROM vault_grant g ORDER BY id LIMIT 1) WHERE ends_on IS NOT NULL",
         "keys"),
    ],
    ids=["prolonged", "promoted", "another key", "another's grant"],
)  # fmt: skip
def test_a_grant_altered_by_hand_opens_nothing(database: Any, change: str, back: str) -> None:
    house = House()
    who, words, _ = house.deputy()
    by_hand(change)
    with pytest.raises(Refused):
        makers.opened_keys(who, words, at=AT + (40 * DAY if back == "ends_on" else 0 * DAY))
    broken = ledger.verify(RECORDS, [ledger.chain.public_key()]).broken
    assert broken and broken.field == back


def test_a_vault_rolled_back_to_an_older_key_is_refused(database: Any) -> None:
    house = House()
    rotating.rotate(house.chief, house.keys, at=AT)
    for table in ("vault_grant", "vault_carry"):
        by_hand(f"DELETE FROM {table} WHERE epoch_id = 2 OR epoch_id = 1")
    by_hand("DROP TRIGGER vault_epoch_no_delete" + ("" if _is_sqlite() else " ON vault_epoch"))
    by_hand("DELETE FROM vault_epoch WHERE number = 2")
    with pytest.raises(NotPinned):
        makers.deposit(house.chief)


def _is_sqlite() -> bool:
    from peewee import SqliteDatabase

    return isinstance(db.obj, SqliteDatabase)


# Two printed shares


def test_two_shares_let_a_new_key_in(house: House) -> None:
    shown = holders.prepare_key(house.chief, HOST, at=AT, lost=True)
    holders.make_key(house.chief, shown.draft, shown.passphrase, HOST, at=AT)
    with pytest.raises(Invalid, match="passphrase"):
        makers.opened_keys(house.chief, shown.passphrase)
    assert makers.opened_keys(house.chief, house.printed.passphrase), "no access ends before another begins"
    one, _, three = house.printed.shares
    with pytest.raises(Invalid, match="share_2"):
        recovering.recover(house.chief, (one, one), LOCAL, HOST, at=AT)
    assert verbs()[-1] == Verb.RECOVERY_FAILED
    recovering.recover(house.chief, (three, one), LOCAL, HOST, at=AT)
    keys = makers.opened_keys(house.chief, shown.passphrase)
    assert keys.root and house.reads(house.chief, keys) == ["Första rapporten".encode()]
    with pytest.raises(Invalid, match="passphrase"):
        makers.opened_keys(house.chief, house.printed.passphrase)


def test_a_new_key_is_not_for_a_passphrase_that_was_lost(house: House) -> None:
    """Whoever found it opens, with a copy of the database, what was sealed before the change of key: nothing more."""
    lost = VaultHolder.get(VaultHolder.person == house.chief.id)
    shown = holders.prepare_key(house.chief, HOST, at=AT, lost=True)
    holders.make_key(house.chief, shown.draft, shown.passphrase, HOST, at=AT)
    recovering.recover(house.chief, house.printed.shares[:2], LOCAL, HOST, at=AT)
    assert lost.id not in [holder.id for holder, _ in holders.granted(AT)]
    rotating.rotate(house.chief, makers.opened_keys(house.chief, shown.passphrase), at=AT)
    assert VaultGrant.select().where(VaultGrant.holder == lost.id).count() == 1


def test_the_pepper_is_not_needed_to_recover(house: House) -> None:
    """A host that burned: the shares open what the backup holds on another."""
    shown = holders.prepare_key(house.chief, Secrets(b"x" * 32, CHEAP_VAULT), at=AT, lost=True)
    holders.make_key(house.chief, shown.draft, shown.passphrase, Secrets(b"x" * 32, CHEAP_VAULT), at=AT)
    recovering.recover(house.chief, house.printed.shares[1:], LOCAL, HOST, at=AT)
    assert makers.opened_keys(house.chief, shown.passphrase, pepper=b"x" * 32).root


def test_only_the_chief_recovers(house: House) -> None:
    who = makers.acting(Role.DEPUTY)
    house.with_key(who)
    for act in (recovering.recover, recovering.drill):
        with pytest.raises(Refused):
            act(who, house.printed.shares[:2], LOCAL, HOST, at=AT)


def test_the_drill_is_due_a_year_after_the_last(house: House) -> None:
    assert recovering.drill_due(AT) == TODAY + 365 * DAY
    with pytest.raises(Invalid):
        recovering.drill(house.chief, ("", ""), LOCAL, HOST, at=AT)
    recovering.drill(house.chief, house.printed.shares[:2], LOCAL, HOST, at=AT + 300 * DAY)
    assert recovering.drill_due(AT) == TODAY + 665 * DAY and verbs()[-1] == Verb.DRILLED


def test_new_shares_make_the_old_ones_worthless(house: House) -> None:
    printed = recovering.prepare_shares(house.chief, house.keys, at=AT)
    with pytest.raises(Invalid):
        recovering.make_shares(house.chief, printed.draft, house.printed.shares[:2], at=AT)
    recovering.make_shares(house.chief, printed.draft, printed.shares[1:], at=AT)
    recovering.drill(house.chief, printed.shares[:2], LOCAL, HOST, at=AT + DAY)
    with pytest.raises(Invalid):
        recovering.drill(house.chief, house.printed.shares[:2], LOCAL, HOST, at=AT)
    rotating.rotate(house.chief, house.keys, at=AT)
    recovering.drill(house.chief, printed.shares[:2], LOCAL, HOST, at=AT + DAY)
