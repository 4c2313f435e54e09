"""People: who may make whom what, how they come in, and how that ends."""

import datetime as dt
import secrets
from typing import Any

import pytest
from peewee import Database

from models import RECORDS
from models.common import Unit, UnitKind
from models.happenings import Verb
from models.ledger import Entry
from models.people import Actor, Credential, OneTimeLink, Person, RoleGrant
from models.words import FOR_A_TIME, ONLY_BY_COMMAND, Act, Register, Role
from tracker.acts import people
from tracker.language import today
from tracker.laws import ledger, links, passwords, policy, sessions, throttle
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing, Refused

AT = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
CHEAP = passwords.Cost(64, 1, 1)
PEPPER = b"the pepper of a test, of 32 bytes"
PASSWORD, OTHER = "fyra ord i en rad", "fem helt andra ord här"


@pytest.fixture
def town(database: Any) -> "Town":
    return Town(ledger.use_key(secrets.token_bytes(32)))


@pytest.fixture
def queries(database: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SQL that runs from now on."""
    asked: list[str] = []
    execute = Database.execute_sql
    monkeypatch.setattr(
        Database, "execute_sql", lambda self, sql, *more: asked.append(sql) or execute(self, sql, *more)
    )
    return asked


class Town:
    """Two administrators since long, and the people they add."""

    def __init__(self, public_key: bytes) -> None:
        self.public_key = public_key
        token = people.make_administrator("ada@kommun.se", "Ada", at=AT - 30 * DAY)
        self.ada = come_in(token, AT - 30 * DAY)
        self.bo = come_in(people.make_administrator("bo@kommun.se", "Bo", at=AT - 20 * DAY), AT - 20 * DAY)

    def person(self, name: str, *roles: Role, at: dt.datetime = AT - 10 * DAY, comes_in: bool = True) -> Person:
        person = people.add(actor(self.ada, at), name, f"{name.lower()}@kommun.se", at=at)
        if comes_in:
            come_in(people.invite(actor(self.ada, at), person, at=at), at)
        for role in roles:
            self.grant(person, role, at)
        return person

    def grant(self, person: Person, role: Role, at: dt.datetime = AT) -> RoleGrant:
        """By Ada; and by Bo too, where it takes two."""
        grant = people.grant_role(actor(self.ada, at), person, role, at=at, ends_on=last_of(role, at))
        if grant.waits(today(at)):
            people.confirm_role(actor(self.bo, at), grant, at=at)
        return RoleGrant.get_by_id(grant.id)


def last_of(role: Role, at: dt.datetime) -> dt.date | None:
    """A deputy's last day; the others have none."""
    return today(at) + 100 * DAY if role in FOR_A_TIME else None


def come_in(token: str, at: dt.datetime, password: str = PASSWORD) -> Person:
    return people.choose_password(token, password, pepper=PEPPER, at=at, cost=CHEAP)


def actor(person: Person, at: dt.datetime = AT) -> Actor:
    found = people.actor_for(person.id, today(at))
    assert found
    return found


def sign_in(email: str, password: str = PASSWORD, at: dt.datetime = AT) -> Person:
    return people.sign_in(email, password, "192.0.2.1", pepper=PEPPER, at=at, cost=CHEAP)


def refusal(error: pytest.ExceptionInfo[Invalid]) -> tuple[str, str]:
    (problem,) = error.value.problems
    return problem.field, problem.message.msgid


def told_of(person: Person) -> list[str]:
    return [entry.verb for entry in Entry.select().where(Entry.record_uid == person.uid.hex).order_by(Entry.number)]


# Who one is


def test_roles_are_asked_for_a_day_in_one_query(queries: list[str], town: Town) -> None:
    person = town.person("Cilla", Role.WARDEN, Role.EMPLOYEE)
    queries.clear()
    found = actor(person)
    assert found.roles == {Role.WARDEN, Role.EMPLOYEE} and len(queries) == 1
    assert actor(person, AT - 11 * DAY).roles == frozenset()


def test_a_heads_unit_is_the_one_that_the_role_names(town: Town) -> None:
    own, headed = (unit(town, code) for code in ("UF", "KS"))
    person = town.person("Cilla")
    assert actor(person).unit is None
    people.grant_role(actor(town.ada), person, Role.HEAD, unit=headed, at=AT)
    person = Person.get_by_id(person.id)
    person.unit = own
    with ledger.act(actor(town.ada), Verb.CHANGED, person, at=AT) as act:
        act.save(person)
    assert actor(person).unit == headed.id


def unit(town: Town, code: str) -> Unit:
    found = Unit(code=code, name=code, kind=UnitKind.COMMITTEE, valid_from=dt.date(2020, 1, 1))
    with ledger.act(Actor.system("test"), Verb.ADDED, found, at=AT) as act:
        act.save(found)
    return found


def test_a_deactivated_person_is_out_at_once(town: Town) -> None:
    person = town.person("Cilla", Role.WARDEN)
    token, _ = sessions.start(person.id, AT)
    reset = people.ask_for_reset(actor(town.ada), person, at=AT)
    people.deactivate(actor(town.ada), person, at=AT)
    assert people.actor_for(person.id, today(AT)) is None
    assert sessions.find(token, AT) is None
    with pytest.raises(links.Void):
        people.link_for(reset, AT)
    with pytest.raises(people.WrongSignIn):
        sign_in("cilla@kommun.se")
    people.reactivate(actor(town.ada), person, at=AT)
    assert sign_in("cilla@kommun.se", at=AT + DAY).id == person.id
    assert told_of(person)[-3:] == ["deactivated", "reactivated", "signed_in"]


# Adding


def test_somebody_is_added_once(town: Town) -> None:
    with pytest.raises(Invalid) as error:
        people.add(actor(town.ada), "Ada II", " ADA@kommun.se ", at=AT)
    assert refusal(error)[0] == "email"


@pytest.mark.parametrize(("name", "email", "field"), [("", "x@kommun.se", "name"), ("X", "not an address", "email")])
def test_what_is_wrong_is_said_beside_its_field(town: Town, name: str, email: str, field: str) -> None:
    with pytest.raises(Invalid) as error:
        people.add(actor(town.ada), name, email, at=AT)
    assert refusal(error)[0] == field


@pytest.mark.parametrize("role", [role for role in Role if role not in policy.who_may(Register.PEOPLE, Act.MANAGE)])
def test_only_those_who_manage_people_may(town: Town, role: Role) -> None:
    me = Actor(town.bo.id, town.bo.uid.hex, "Bo", frozenset({role}))
    for attempt in (
        lambda: people.add(me, "X", "x@kommun.se", at=AT),
        lambda: people.invite(me, town.ada, at=AT),
        lambda: people.ask_for_reset(me, town.ada, at=AT),
        lambda: people.confirm_link(me, town.ada, at=AT),
        lambda: people.grant_role(me, town.ada, Role.WARDEN, at=AT),
        lambda: people.end_role(me, people.roles_of(town.ada.id, today(AT))[0], at=AT),
        lambda: people.deactivate(me, town.ada, at=AT),
        lambda: people.reactivate(me, town.ada, at=AT),
    ):
        with pytest.raises(Refused):
            attempt()


# Coming in


def test_an_invitation_is_used_once(town: Town) -> None:
    person = town.person("Cilla", comes_in=False)
    token = people.invite(actor(town.ada), person, at=AT)
    with pytest.raises(people.WrongSignIn):
        sign_in("cilla@kommun.se")
    come_in(token, AT)
    assert sign_in("Cilla@Kommun.se").id == person.id
    with pytest.raises(links.Void):
        come_in(token, AT, OTHER)
    assert told_of(person) == ["added", "invited", "activated", "signed_in"]


def test_an_invitation_lasts_seven_days(town: Town) -> None:
    token = people.invite(actor(town.ada), town.person("Cilla", comes_in=False), at=AT)
    assert people.link_for(token, AT + 7 * DAY - dt.timedelta(seconds=1))
    with pytest.raises(links.Void):
        come_in(token, AT + 7 * DAY)


def test_a_new_invitation_makes_the_old_one_void(town: Town) -> None:
    person = town.person("Cilla", comes_in=False)
    old, new = (people.invite(actor(town.ada), person, at=AT) for _ in range(2))
    with pytest.raises(links.Void):
        come_in(old, AT)
    come_in(new, AT)


def test_a_forged_link_opens_nothing(town: Town) -> None:
    token = people.invite(actor(town.ada), town.person("Cilla", comes_in=False), at=AT)
    stored = OneTimeLink.select().where(OneTimeLink.used_at.is_null()).get().token
    for forged in ("", token[:-1], token + "A", stored, secrets.token_urlsafe(32)):
        with pytest.raises(links.Void):
            people.link_for(forged, AT)
    assert token not in str(list(OneTimeLink.select().dicts()))


def test_a_weak_password_spends_no_link(town: Town) -> None:
    token = people.invite(actor(town.ada), town.person("Cilla", comes_in=False), at=AT)
    with pytest.raises(Invalid) as error:
        come_in(token, AT, "kort")
    assert refusal(error)[0] == "password"
    come_in(token, AT)


def test_a_link_is_given_back_when_nothing_was_saved(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    token = people.invite(actor(town.ada), town.person("Cilla", comes_in=False), at=AT)

    def crowded(*given: Any, **more: Any) -> None:
        raise ledger.Conflict(None)

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "act", crowded)
        with pytest.raises(ledger.Conflict):
            come_in(token, AT)
    come_in(token, AT)


def test_a_link_in_use_is_spent_already(town: Town) -> None:
    token = people.invite(actor(town.ada), town.person("Cilla", comes_in=False), at=AT)
    with links.using(token, AT), pytest.raises(links.Void), links.using(token, AT):
        pass


def test_an_invitation_is_no_way_round_a_reset(town: Town) -> None:
    with pytest.raises(Invalid) as error:
        people.invite(actor(town.ada), town.bo, at=AT)
    assert "come in already" in refusal(error)[1]


# A lost password


def test_an_ordinary_persons_password_is_reset_by_one_administrator(town: Town) -> None:
    person = town.person("Cilla", Role.WARDEN)
    session, _ = sessions.start(person.id, AT)
    token = people.ask_for_reset(actor(town.ada), person, at=AT)
    assert token
    come_in(token, AT, OTHER)
    assert sessions.find(session, AT) is None
    assert sign_in("cilla@kommun.se", OTHER)
    with pytest.raises(people.WrongSignIn):
        sign_in("cilla@kommun.se", PASSWORD)
    assert told_of(person)[-3:] == ["reset_asked", "reset_used", "signed_in"]


def test_a_reset_lasts_a_day(town: Town) -> None:
    token = people.ask_for_reset(actor(town.ada), town.person("Cilla"), at=AT)
    with pytest.raises(links.Void):
        come_in(token, AT + DAY)


@pytest.mark.parametrize("role", sorted(policy.REGISTER_OWNERS - ONLY_BY_COMMAND))
def test_nobody_resets_a_register_owner_alone(town: Town, role: Role) -> None:
    owner = town.person("Cilla", role)
    assert people.ask_for_reset(actor(town.ada), owner, at=AT) is None
    with pytest.raises(Invalid) as error:
        people.confirm_link(actor(town.ada), owner, at=AT)
    assert "not the one who asked" in refusal(error)[1]
    token = people.confirm_link(actor(town.bo), owner, at=AT)
    come_in(token, AT, OTHER)
    assert told_of(owner)[-3:] == ["reset_asked", "reset_confirmed", "reset_used"]


def test_the_owner_cannot_confirm_their_own_reset(town: Town) -> None:
    people.ask_for_reset(actor(town.ada), town.bo, at=AT)
    with pytest.raises(Invalid):
        people.confirm_link(actor(town.bo), town.bo, at=AT)


def test_taking_the_role_away_first_does_not_help(town: Town) -> None:
    owner = town.person("Cilla", Role.SECURITY)
    (grant,) = people.roles_of(owner.id, today(AT))
    people.end_role(actor(town.ada), grant, at=AT)
    assert people.ask_for_reset(actor(town.ada), owner, at=AT) is None


def test_an_administrator_made_for_the_occasion_cannot_confirm(town: Town) -> None:
    owner, accomplice = town.person("Cilla", Role.SECURITY), town.person("Dan", Role.ADMIN, at=AT - 6 * DAY)
    people.ask_for_reset(actor(town.ada), owner, at=AT)
    with pytest.raises(Invalid) as error:
        people.confirm_link(actor(accomplice), owner, at=AT)
    assert "for a week" in refusal(error)[1]
    assert people.confirm_link(actor(accomplice, AT + DAY), owner, at=AT + dt.timedelta(hours=23))


def test_a_confirmation_is_given_once_and_in_time(town: Town) -> None:
    owner = town.person("Cilla", Role.SECURITY)
    people.ask_for_reset(actor(town.ada), owner, at=AT)
    people.confirm_link(actor(town.bo), owner, at=AT)
    with pytest.raises(Invalid):
        people.confirm_link(actor(town.bo), owner, at=AT)
    people.ask_for_reset(actor(town.ada), owner, at=AT)
    with pytest.raises(Invalid):
        people.confirm_link(actor(town.bo), owner, at=AT + DAY)


def test_a_link_that_waits_opens_for_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    real = secrets.token_urlsafe
    monkeypatch.setattr(links.secrets, "token_urlsafe", lambda size: made.append(real(size)) or made[-1])
    people.ask_for_reset(actor(town.ada), town.bo, at=AT)
    for token in made:
        with pytest.raises(links.Void):
            people.link_for(token, AT)


def test_a_reset_made_before_somebody_got_a_register_is_void(town: Town) -> None:
    person = town.person("Cilla")
    token = people.ask_for_reset(actor(town.ada), person, at=AT)
    town.grant(person, Role.SECURITY)
    with pytest.raises(links.Void):
        come_in(token, AT, OTHER)


def test_nobody_resets_themselves(town: Town) -> None:
    with pytest.raises(Invalid):
        people.ask_for_reset(actor(town.ada), town.ada, at=AT)


# Roles


def test_nobody_gives_themselves_a_role(town: Town) -> None:
    with pytest.raises(Invalid) as error:
        people.grant_role(actor(town.ada), town.ada, Role.SECURITY, at=AT)
    assert "your own account" in refusal(error)[1]


def test_no_administrator_makes_or_unmakes_a_chief(town: Town) -> None:
    person = town.person("Cilla")
    with pytest.raises(Invalid) as error:
        people.grant_role(actor(town.ada), person, Role.CHIEF, at=AT)
    assert refusal(error)[0] == "role"
    people.make_chief("cilla@kommun.se", "Cilla", at=AT)
    (grant,) = people.roles_of(person.id, today(AT))
    with pytest.raises(Invalid):
        people.end_role(actor(town.ada), grant, at=AT)


def test_a_role_begins_and_ends_at_once_and_ends_sessions(town: Town) -> None:
    person = town.person("Cilla")
    first, _ = sessions.start(person.id, AT)
    grant = people.grant_role(actor(town.ada), person, Role.WARDEN, at=AT)
    assert actor(person).roles == {Role.WARDEN} and sessions.find(first, AT) is None
    second, _ = sessions.start(person.id, AT)
    people.end_role(actor(town.ada), grant, at=AT)
    assert actor(person).roles == frozenset() and sessions.find(second, AT) is None
    assert told_of(person)[-2:] == ["role_granted", "role_ended"]


def test_a_head_needs_a_unit_and_a_role_is_given_once(town: Town) -> None:
    person = town.person("Cilla", Role.WARDEN)
    with pytest.raises(Invalid) as error:
        people.grant_role(actor(town.ada), person, Role.HEAD, at=AT)
    assert refusal(error)[0] == "unit"
    with pytest.raises(Invalid) as error:
        people.grant_role(actor(town.ada), person, Role.WARDEN, at=AT)
    assert refusal(error)[0] == "role"


def test_a_role_is_found_with_its_own_person_only(town: Town) -> None:
    (grant,) = people.roles_of(town.bo.id, today(AT))
    assert people.grant_found(town.bo, grant.uid.hex).id == grant.id
    with pytest.raises(Missing):
        people.grant_found(town.ada, grant.uid.hex)


# Roles that own a register take two


OWNERS = sorted(policy.REGISTER_OWNERS - ONLY_BY_COMMAND)


@pytest.mark.parametrize("role", OWNERS)
def test_what_one_administrator_asks_for_does_not_count(town: Town, role: Role) -> None:
    invented = town.person("Cilla")
    grant = people.grant_role(actor(town.ada), invented, role, at=AT, ends_on=last_of(role, AT))
    assert (
        grant.waits(today(AT)) and actor(invented).roles == frozenset() and not people.roles_of(invented.id, today(AT))
    )
    with pytest.raises(Invalid) as error:
        people.confirm_role(actor(town.ada), grant, at=AT)
    assert "not the one who asked" in refusal(error)[1]
    people.confirm_role(actor(town.bo), grant, at=AT + DAY)
    assert actor(invented, AT + DAY).roles == {role} and actor(invented, AT).roles == frozenset()
    assert told_of(invented)[-2:] == ["role_asked", "role_confirmed"]
    assert ledger.verify(RECORDS, [town.public_key]).broken is None


def test_the_chief_can_be_the_second_person(town: Town) -> None:
    chief = come_in(people.make_chief("eva@kommun.se", "Eva", at=AT - DAY), AT - DAY)
    person = town.person("Cilla")
    asked = people.grant_role(actor(town.ada), person, Role.DEPUTY, at=AT, ends_on=today(AT))
    people.confirm_role(actor(chief), asked, at=AT)
    assert actor(person).roles == {Role.DEPUTY}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CHIEF, Role.ADMIN}))
def test_nobody_else_can(town: Town, role: Role) -> None:
    grant = people.grant_role(actor(town.ada), town.person("Cilla"), Role.SECURITY, at=AT)
    with pytest.raises(Refused):
        people.confirm_role(Actor(town.bo.id, town.bo.uid.hex, "Bo", frozenset({role})), grant, at=AT)


def test_a_deputy_is_one_until_the_last_day(town: Town) -> None:
    """A role that is for a time is asked for with its end; after it the person is nobody in that register."""
    person, first = town.person("Cilla"), today(AT)
    for wrong in (None, first - DAY, first + 367 * DAY):
        with pytest.raises(Invalid) as error:
            people.grant_role(actor(town.ada), person, Role.DEPUTY, at=AT, ends_on=wrong)
        assert refusal(error)[0] == "ends_on"
    grant = people.grant_role(actor(town.ada), person, Role.DEPUTY, at=AT, ends_on=first + 366 * DAY)
    people.end_role(actor(town.bo), grant, at=AT + 3 * DAY)
    assert not people.waiting_roles(person, AT + 3 * DAY), "withdrawn later than it was asked for"
    grant = people.grant_role(actor(town.ada), person, Role.DEPUTY, at=AT + 3 * DAY, ends_on=first + 30 * DAY)
    people.confirm_role(actor(town.bo), grant, at=AT + 4 * DAY)
    assert actor(person, AT + 30 * DAY).roles == {Role.DEPUTY}
    assert actor(person, AT + 31 * DAY).roles == frozenset()
    assert ledger.verify(RECORDS, [town.public_key]).broken is None


def test_what_waits_past_its_last_day_is_not_confirmed(town: Town) -> None:
    person = town.person("Cilla")
    grant = people.grant_role(actor(town.ada), person, Role.DEPUTY, at=AT, ends_on=today(AT) + DAY)
    assert people.waiting_roles(person, AT + DAY) and not people.waiting_roles(person, AT + 2 * DAY)
    with pytest.raises(Invalid) as error:
        people.confirm_role(actor(town.bo), grant, at=AT + 2 * DAY)
    assert "Nothing waits" in refusal(error)[1]


def test_a_deputy_is_given_longer_before_the_last_day(town: Town) -> None:
    person, first = town.person("Cilla", Role.DEPUTY), today(AT)
    with pytest.raises(Invalid) as error:
        people.grant_role(actor(town.ada), person, Role.DEPUTY, at=AT, ends_on=first + DAY)
    assert refusal(error)[0] == "role", "no longer than what is held"
    longer = people.grant_role(actor(town.ada), person, Role.DEPUTY, at=AT, ends_on=first + 200 * DAY)
    with pytest.raises(Invalid):
        people.grant_role(actor(town.ada), person, Role.DEPUTY, at=AT, ends_on=first + 300 * DAY)
    people.confirm_role(actor(town.bo), longer, at=AT)
    assert people.last_day(person.id, {Role.DEPUTY}, first) == first + 200 * DAY
    assert actor(person, AT + 200 * DAY).roles == {Role.DEPUTY}


def test_nobody_confirms_their_own_role(town: Town) -> None:
    grant = people.grant_role(actor(town.ada), town.bo, Role.SECURITY, at=AT)
    with pytest.raises(Invalid) as error:
        people.confirm_role(actor(town.bo), grant, at=AT)
    assert "your own account" in refusal(error)[1]


def test_a_role_is_asked_for_and_confirmed_once(town: Town) -> None:
    person = town.person("Cilla")
    grant = people.grant_role(actor(town.ada), person, Role.SECURITY, at=AT)
    with pytest.raises(Invalid) as error:
        people.grant_role(actor(town.bo), person, Role.SECURITY, at=AT)
    assert "waits for a second person" in refusal(error)[1]
    people.confirm_role(actor(town.bo), grant, at=AT)
    with pytest.raises(Invalid) as error:
        people.confirm_role(actor(town.bo), grant, at=AT)
    assert "Nothing waits" in refusal(error)[1]


def test_what_was_asked_for_can_be_withdrawn_and_not_confirmed_then(town: Town) -> None:
    person = town.person("Cilla")
    grant = people.grant_role(actor(town.ada), person, Role.SECURITY, at=AT)
    assert [one.id for one in people.waiting_roles(person, AT)] == [grant.id]
    people.end_role(actor(town.bo), grant, at=AT)
    assert not people.waiting_roles(person, AT)
    with pytest.raises(Invalid):
        people.confirm_role(actor(town.bo), grant, at=AT)
    assert actor(person, AT + DAY).roles == frozenset()


def test_an_ended_role_does_not_end_anew(town: Town) -> None:
    person = town.person("Cilla", Role.WARDEN)
    (grant,) = people.roles_of(person.id, today(AT))
    people.end_role(actor(town.ada), grant, at=AT)
    with pytest.raises(Invalid) as error:
        people.end_role(actor(town.bo), grant, at=AT + 30 * DAY)
    assert "ended already" in refusal(error)[1]
    assert RoleGrant.get_by_id(grant.id).ends_on == today(AT - DAY)


def test_an_invitation_by_one_is_void_when_the_role_is_confirmed(town: Town) -> None:
    """Else whoever invited could come in as the owner."""
    person = town.person("Cilla", comes_in=False)
    token = people.invite(actor(town.ada), person, at=AT) or ""
    town.grant(person, Role.SECURITY)
    with pytest.raises(links.Void):
        come_in(token, AT)
    assert people.invite(actor(town.ada), person, at=AT) is None
    with pytest.raises(Invalid):
        people.confirm_link(actor(town.ada), person, at=AT)
    come_in(people.confirm_link(actor(town.bo), person, at=AT), AT)
    assert told_of(person)[-3:] == ["invited", "invitation_confirmed", "activated"]


def test_nobody_takes_the_place_of_a_second_administrator_who_has_not_come_in(town: Town) -> None:
    (grant,) = people.roles_of(town.bo.id, today(AT))
    people.end_role(actor(town.ada), grant, at=AT)
    people.make_administrator("dan@kommun.se", "Dan", at=AT)
    assert people.invite(actor(town.ada), Person.get(Person.email == "dan@kommun.se"), at=AT) is None


# One's own


def test_ones_own_password_asks_for_the_old_one(town: Town) -> None:
    session, _ = sessions.start(town.bo.id, AT)
    with pytest.raises(Invalid) as error:
        change(town, "not the old one", OTHER)
    assert refusal(error)[0] == "old_password" and sessions.find(session, AT)
    with pytest.raises(Invalid) as error:
        change(town, PASSWORD, "kort")
    assert refusal(error)[0] == "password"
    change(town, PASSWORD, OTHER)
    assert sessions.find(session, AT) is None and sign_in("bo@kommun.se", OTHER)
    assert told_of(town.bo)[-2:] == ["password_changed", "signed_in"]


def change(town: Town, old: str, new: str) -> None:
    people.change_password(actor(town.bo), old, new, "192.0.2.1", pepper=PEPPER, at=AT, cost=CHEAP)


def test_guessing_the_old_password_is_throttled(town: Town) -> None:
    with pytest.raises(throttle.Wait):
        for _ in range(throttle.ACCOUNT.free + 1):
            with pytest.raises(Invalid):
                change(town, "not the old one", OTHER)


def test_no_password_lies_anywhere(town: Town) -> None:
    change(town, PASSWORD, OTHER)
    rows = [str(list(model.select().dicts())) for model in (Entry, Credential, Person, RoleGrant, OneTimeLink)]
    assert not any(word in row for row in rows for word in (PASSWORD, OTHER))


# Signing in


def test_an_unknown_account_is_answered_as_a_wrong_password(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same steps in the same order, of which hashing is what takes the time."""
    taken: list[str] = []
    matches, attempt = passwords.matches, throttle.attempt
    monkeypatch.setattr(passwords, "matches", lambda *given: taken.append("matches") or matches(*given))
    monkeypatch.setattr(throttle, "attempt", lambda *given: taken.append("attempt") or attempt(*given))
    for email in ("bo@kommun.se", "nobody@kommun.se"):
        with pytest.raises(people.WrongSignIn):
            sign_in(email, "not the password")
    assert taken == ["attempt", "matches"] * 2


@pytest.mark.parametrize("email", ["bo@kommun.se", "nobody@kommun.se"])
def test_guessing_is_throttled_for_both_alike(town: Town, email: str) -> None:
    for _ in range(throttle.ACCOUNT.free):
        with pytest.raises(people.WrongSignIn):
            sign_in(email, "not the password")
    with pytest.raises(throttle.Wait) as wait:
        sign_in(email, PASSWORD)
    assert wait.value.seconds == 1


def test_a_right_password_clears_what_was_wrong(town: Town) -> None:
    for _ in range(3 * throttle.ACCOUNT.free):
        with pytest.raises(people.WrongSignIn):
            sign_in("bo@kommun.se", "not the password", AT)
        sign_in("bo@kommun.se")


@pytest.mark.parametrize("meanwhile", [PASSWORD, OTHER], ids=["the same", "another"])
def test_two_who_renew_a_hash_at_once(town: Town, monkeypatch: pytest.MonkeyPatch, meanwhile: str) -> None:
    """Between the look at the hash and the new one somebody else stores theirs: theirs stands, also if it is a change."""
    from tracker.acts.people.access import store

    hashed, met = passwords.hashed, []
    store(town.bo, hashed(PASSWORD, PEPPER, passwords.Cost(128, 1, 1)), Verb.PASSWORD_CHANGED, AT)

    def slowly(password: str, pepper: bytes, cost: passwords.Cost) -> str:
        monkeypatch.setattr(passwords, "hashed", hashed)
        store(town.bo, hashed(meanwhile, PEPPER, CHEAP), Verb.PASSWORD_CHANGED, AT)
        met.append(True)
        return hashed(password, pepper, cost)

    monkeypatch.setattr(passwords, "hashed", slowly)
    if meanwhile == PASSWORD:
        assert sign_in("bo@kommun.se") == town.bo
    else:
        with pytest.raises(people.WrongSignIn):
            sign_in("bo@kommun.se")
    assert met and passwords.matches(meanwhile, Credential.get(Credential.person == town.bo).password, PEPPER, CHEAP)


def test_a_hash_of_another_cost_is_renewed_at_sign_in(town: Town) -> None:
    before = Credential.get(Credential.person == town.bo).password
    dearer = passwords.Cost(128, 1, 1)
    stored = passwords.hashed(PASSWORD, PEPPER, dearer)
    people.sign_in("bo@kommun.se", PASSWORD, "192.0.2.1", pepper=PEPPER, at=AT, cost=CHEAP)
    assert Credential.get(Credential.person == town.bo).password == before
    from tracker.acts.people.access import store

    store(town.bo, stored, Verb.PASSWORD_CHANGED, AT)
    sign_in("bo@kommun.se")
    assert "m=64," in Credential.get(Credential.person == town.bo).password


# By command on the host


def test_two_administrators_are_made_by_command_and_no_third(town: Town) -> None:
    with pytest.raises(Invalid) as error:
        people.make_administrator("eva@kommun.se", "Eva", at=AT)
    assert "two administrators already" in refusal(error)[1]
    assert Person.get_or_none(Person.email == "eva@kommun.se") is None
    come_in(people.make_administrator("ada@kommun.se", "Ada", at=AT), AT, OTHER)
    assert sign_in("ada@kommun.se", OTHER)
    (grant,) = people.roles_of(town.bo.id, today(AT))
    people.end_role(actor(town.ada), grant, at=AT)
    come_in(people.make_administrator("eva@kommun.se", "Eva", at=AT), AT)
    assert len(people.roles_of(town.ada.id, today(AT))) == 1


def test_there_is_one_chief_and_the_office_passes(town: Town) -> None:
    first = come_in(people.make_chief("eva@kommun.se", "Eva", at=AT - DAY), AT - DAY)
    session, _ = sessions.start(first.id, AT)
    token = people.make_chief("fia@kommun.se", "Fia", at=AT)
    second = come_in(token, AT)
    assert actor(second).roles == {Role.CHIEF} and actor(first).roles == frozenset()
    assert sessions.find(session, AT) is None
    come_in(people.make_chief("fia@kommun.se", "Fia", at=AT), AT, OTHER)
    assert sign_in("fia@kommun.se", OTHER).id == second.id
    assert len(people.roles_of(second.id, today(AT))) == 1


def test_a_chief_who_has_not_come_in_is_not_invited_by_an_administrator(town: Town) -> None:
    people.make_chief("eva@kommun.se", "Eva", at=AT)
    with pytest.raises(Invalid) as error:
        people.invite(actor(town.ada), Person.get(Person.email == "eva@kommun.se"), at=AT)
    assert "command on the host" in refusal(error)[1]


@pytest.mark.parametrize("still", [True, False])
def test_two_administrators_do_not_become_the_chief(town: Town, still: bool) -> None:
    """Nor who was it; whoever has come in keeps their session meanwhile."""
    chief = come_in(people.make_chief("eva@kommun.se", "Eva", at=AT - DAY), AT - DAY)
    if not still:
        people.make_chief("fia@kommun.se", "Fia", at=AT)
    session, _ = sessions.start(chief.id, AT)
    before = len(told_of(chief))
    for administrator in (actor(town.ada), actor(town.bo)):
        for attempt in (
            lambda me: people.ask_for_reset(me, chief, at=AT),
            lambda me: people.deactivate(me, chief, at=AT),
            lambda me: records.change(me, Person.get_by_id(chief.id), {"email": "x@kommun.se"}, version(chief), AT),
        ):
            with pytest.raises(Invalid) as error:
                attempt(administrator)
            assert "command on the host" in refusal(error)[1]
    assert people.waiting_link(chief, AT) is None and sessions.find(session, AT) and len(told_of(chief)) == before


def version(person: Person) -> int:
    return Person.get_by_id(person.id).version


def test_the_rest_of_a_chiefs_record_is_changed_as_anybodys(town: Town) -> None:
    chief = come_in(people.make_chief("eva@kommun.se", "Eva", at=AT), AT)
    records.change(actor(town.ada), Person.get_by_id(chief.id), {"phone": "08-1"}, version(chief), AT)
    other = town.person("Cilla")
    records.change(actor(town.ada), other, {"email": "cilla.c@kommun.se"}, version(other), AT)
    assert [person.email for person in Person.select().where(Person.id.in_([chief.id, other.id]))] == [
        "eva@kommun.se", "cilla.c@kommun.se",
    ]  # fmt: skip


def test_the_host_moves_and_ends_a_chiefs_account(town: Town) -> None:
    chief = come_in(people.make_chief("eva@kommun.se", "Eva", at=AT), AT)
    people.change_email("eva@kommun.se", " Eva.Ek@kommun.se", at=AT)
    assert sign_in("eva.ek@kommun.se").id == chief.id
    for old, new, problem in (
        ("eva@kommun.se", "x@kommun.se", "Nobody"),
        ("eva.ek@kommun.se", "ada@kommun.se", "Somebody"),
        ("eva.ek@kommun.se", "eva", "small letters"),
    ):
        with pytest.raises(Invalid) as error:
            people.change_email(old, new, at=AT)
        assert problem in refusal(error)[1]
    people.end_access("eva.ek@kommun.se", at=AT)
    assert people.actor_for(chief.id, today(AT)) is None
    assert told_of(chief)[-3:] == ["changed", "signed_in", "deactivated"]
    assert ledger.verify(RECORDS, [town.public_key]).broken is None


def test_a_link_made_before_somebody_became_chief_is_void(town: Town) -> None:
    person = town.person("Cilla", comes_in=False)
    token = people.invite(actor(town.ada), person, at=AT)
    people.make_chief("cilla@kommun.se", "Cilla", at=AT)
    with pytest.raises(links.Void):
        come_in(token, AT)


def test_all_that_happened_is_in_a_whole_ledger(town: Town) -> None:
    town.person("Cilla", Role.WARDEN)
    assert ledger.verify(RECORDS, [town.public_key]).broken is None
