"""Two who do the same at once: one does it, and the others are told or given what the first made."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from models import RECORDS
from models.database import connection
from models.fire_safety import ControlPlan, Interval, Premises, Round
from models.people import RoleGrant
from models.words import Role
from tests import makers
from tests.makers import AT, DAY, OFFICE, TODAY
from tracker.acts import people, rounds
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Invalid

CROWD, TIMES = 6, 3


@pytest.fixture
def key(database: Any) -> bytes:
    return makers.use_key()


def at_once(do: Callable[[], Any]) -> list[Any]:
    """What came of it for each of a crowd that began at the same moment: what it gave, or how it was refused."""
    begin, came = threading.Barrier(CROWD), []

    def one() -> None:
        with connection():
            begin.wait(10)
            try:
                came.append(do())
            except (Invalid, ledger.Conflict) as refusal:
                came.append(refusal)

    crowd = [threading.Thread(target=one) for _ in range(CROWD)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    return came


def refused(came: list[Any]) -> int:
    return sum(isinstance(each, (Invalid, ledger.Conflict)) for each in came)


@pytest.mark.parametrize("role", [Role.WARDEN, Role.SECURITY])
def test_a_role_is_given_once(key: bytes, role: Role) -> None:
    administrator = makers.acting(Role.ADMIN)
    for _ in range(TIMES):
        person = makers.person()
        came = at_once(lambda: people.grant_role(administrator, person, role, at=AT))  # noqa: B023  ends within
        assert refused(came) == CROWD - 1 and RoleGrant.select().where(RoleGrant.person == person).count() == 1
    assert ledger.verify(RECORDS, [key]).whole


def test_a_role_ends_once(key: bytes) -> None:
    person = makers.person("Cilla", Role.WARDEN)
    (grant,) = people.roles_of(person.id, TODAY)
    came = at_once(lambda: people.end_role(OFFICE, grant, at=AT))
    assert refused(came) == CROWD - 1 and RoleGrant.get_by_id(grant.id).version == 2


def test_what_was_asked_for_is_confirmed_once(key: bytes) -> None:
    grant = people.grant_role(makers.acting(Role.ADMIN), makers.person(), Role.SECURITY, at=AT)
    second = makers.acting(Role.ADMIN)
    came = at_once(lambda: people.confirm_role(second, grant, at=AT))
    assert refused(came) == CROWD - 1 and RoleGrant.get_by_id(grant.id).version == 2


def test_pressing_twice_begins_one_extra_round(key: bytes) -> None:
    makers.checklist()
    for _ in range(TIMES):
        place = makers.premises()
        warden = makers.acting(Role.WARDEN, on=place)
        came = at_once(lambda: rounds.begin_extra(warden, place.uid.hex, AT))  # noqa: B023  ends within
        assert len({walk.id for walk in came}) == 1 == Round.select().where(Round.premises == place).count()
    assert ledger.verify(RECORDS, [key]).whole


def test_a_premises_gets_one_plan(key: bytes) -> None:
    for _ in range(TIMES):
        place = makers.premises()
        came = at_once(lambda: makers.plan(place))  # noqa: B023  ends within
        assert refused(came) == CROWD - 1
        assert ControlPlan.select().where(ControlPlan.premises == place).count() == 1
    assert ledger.verify(RECORDS, [key]).whole


# Without a race: told beside the field


def again(place: Premises, **values: Any) -> str:
    """Where a further plan is wrong, or ""."""
    try:
        makers.plan(place, **values)
    except Invalid as error:
        (problem,) = error.problems
        assert "such a plan" in problem.message.msgid
        return problem.field
    return ""


def test_no_two_plans_of_a_kind_in_the_same_days(key: bytes) -> None:
    place = makers.premises()
    first = makers.plan(place, ends_on=TODAY)
    assert again(place) == again(place, starts_on=TODAY) == "starts_on"
    assert again(place, interval=Interval.QUARTER, ends_on=TODAY) == ""
    assert again(place, starts_on=TODAY + DAY) == ""
    assert again(makers.premises()) == ""
    with pytest.raises(Invalid):
        records.change(OFFICE, first, {"ends_on": None}, first.version, AT)


def test_a_plan_that_stood_beside_another_can_be_ended(key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """As two were made before this rule."""
    place = makers.premises()
    with monkeypatch.context() as before:
        before.setattr(ControlPlan, "problems", classmethod(lambda cls, values: ()))
        first, _ = makers.plan(place), makers.plan(place)
    records.change(OFFICE, first, {"ends_on": TODAY}, first.version, AT)
    now = ControlPlan.get_by_id(first.id)
    records.change(OFFICE, now, {"grace_days": 9}, now.version, AT)
    assert ControlPlan.get_by_id(first.id).grace_days == 9
