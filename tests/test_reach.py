"""A page offers what its acts grant, with this very record; and nobody overwrites what they may not read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from models.fire_safety import Premises
from models.measures import Measure
from models.record import Record
from models.words import Act, Role
from tests import makers
from tests.makers import AT, DAY, OFFICE, TODAY, acting
from tracker.acts import installing
from tracker.spine import records
from tracker.spine.errors import Missing, Refused
from tracker.spine.reach import acts_on, unread

NARROW = (Role.WARDEN, Role.HEAD, Role.MANAGER, Role.CARETAKER)


@pytest.fixture(autouse=True)
def world(database: Any) -> Iterator[None]:
    makers.use_key()
    installing.limits(OFFICE, AT)
    makers.checklist()
    yield


def rows() -> Iterator[Record]:
    here = makers.premises()
    found = makers.deficiency(here)
    yield from (here, found, makers.planned_round(here), makers.measure(here.unit), here.unit, makers.document())


def within(actor: Any, row: Record, act: Act) -> bool:
    try:
        return bool(records.find(actor, type(row), row.uid.hex, act, AT))
    except Missing:
        return False


def test_a_page_asks_what_the_acts_ask() -> None:
    """For everybody of one role or two, on what is theirs and on what is not."""
    theirs, others = makers.premises(), list(rows())
    own = [theirs, makers.deficiency(theirs), makers.planned_round(theirs)]
    for pair in [(role,) for role in Role] + list(product(NARROW, (Role.SECRETARY, Role.INFOSEC))) + [NARROW[:2]]:
        who = acting(*pair, on=theirs, heads=theirs.unit if Role.HEAD in pair else None)
        for row in (*own, *others):
            granted = {act for act in Act if within(who, row, act)}
            assert acts_on(who, row, TODAY) == granted, (pair, type(row).__name__)


def test_a_warden_who_also_keeps_the_minutes_is_offered_only_what_is_theirs() -> None:
    """The secretary sees every premises, the warden walks one: the page of another offers no round there."""
    mine, other = makers.premises(), makers.premises()
    who = acting(Role.WARDEN, Role.SECRETARY, on=mine)
    offers = {place.id: acts_on(who, place, TODAY) for place in (mine, other)}
    assert Act.WALK in offers[mine.id] and Act.WALK not in offers[other.id]
    assert Act.SEE in offers[mine.id] & offers[other.id]
    assert not list(records.steps(who, makers.deficiency(other), TODAY))
    assert list(records.steps(who, makers.deficiency(mine), TODAY))


def test_what_is_masked_is_not_written_over() -> None:
    reader, blind = acting(Role.SECURITY), acting(Role.INTEGRITY)
    row = makers.moved(makers.measure(), "finish", reader, done_how="Bytte koden till larmet")
    assert "return" in dict(records.steps(blind, row, TODAY))
    row = makers.moved(row, "return", acting(Role.SECURITY), returned_because="Larmet tjuter")
    makers.mark(row, "done_how")
    row = Measure.get_by_id(row.id)
    assert unread(blind, row, ["done_how", "title"], TODAY) == {"done_how"}
    assert not unread(reader, row, ["done_how", "title"], TODAY)
    assert "finish" in dict(records.steps(reader, row, TODAY))
    assert "finish" not in dict(records.steps(blind, row, TODAY))
    with pytest.raises(Refused, match="masked"):
        makers.moved(row, "finish", blind, done_how="Något annat")
    assert Measure.get_by_id(row.id).done_how == "Bytte koden till larmet"


def test_the_change_of_a_masked_field_is_refused_by_the_act_itself() -> None:
    row = makers.measure(what="Byt lås på norra porten")
    makers.mark(row, "what")
    values = {"what": "x", "due_on": TODAY + DAY}
    with pytest.raises(Refused, match="masked"):
        records.change(acting(Role.INTEGRITY), row, values, row.version, AT)
    records.change(acting(Role.INTEGRITY), Measure.get_by_id(row.id), {"due_on": TODAY + DAY}, row.version, AT)
    assert (Measure.get_by_id(row.id).what, Measure.get_by_id(row.id).due_on) == (
        "Byt lås på norra porten",
        TODAY + DAY,
    )


def test_parts_are_added_to_what_is_ones_own() -> None:
    from models.fire_safety import Deficiency

    mine, other = makers.premises(), makers.premises()
    who = acting(Role.WARDEN, Role.SECRETARY, on=mine)
    assert records.may_add_to(who, Deficiency, mine, TODAY)
    assert not records.may_add_to(who, Deficiency, other, TODAY)
    assert not records.may_add_to(acting(Role.MANAGER, on=mine), Premises, mine.unit, TODAY)
