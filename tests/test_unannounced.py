"""What is told of few, and of whom: unannounced controls until they are done, and counts under five."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from models.database import connection
from models.integrity import NO_REPORT, ChannelYear, SideJobRound, UnannouncedControl
from models.kinds import Number
from models.record import DECLARED
from models.words import Act, Protection, Register, Role
from tests import makers
from tests.browse import browse
from tests.makers import AT, DAY, KEEPER, OFFICE, TODAY
from tracker import language
from tracker.acts import installing
from tracker.laws import policy
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused

WHERE, SAMPLE = "Gatukontoret", "Var tionde faktura från grusleverantören"
SLUG = "oanmalda-kontroller"
READERS = [role for role in Role if policy.who_may(Register.INTEGRITY, Act.SEE) & {role}]
KNOWING = policy.SEES[Register.INTEGRITY, Protection.SECRET]


@pytest.fixture
def house(app: Flask) -> Iterator[Flask]:
    with connection():
        installing.install(OFFICE, AT)
        yield app


def planned() -> UnannouncedControl:
    return makers.unannounced(makers.unit(WHERE), sample=SAMPLE, planned_on=TODAY + 31 * DAY)


def held(row: UnannouncedControl) -> UnannouncedControl:
    return makers.moved(row, "hold", KEEPER, held_on=TODAY, looked_at=40, faults=3)


@pytest.mark.parametrize("role", [role for role in READERS if role is not Role.HEAD])
def test_where_and_when_is_masked_until_it_is_done(house: Flask, role: Role) -> None:
    row, browser = planned(), browse(house, makers.acting(role))
    day = language.word(row.planned_on, "sv")
    paths = [f"/{SLUG}?urval=alla", f"/{SLUG}/{row.uid.hex}"]
    paths += [f"/{SLUG}/export?urval=alla"] if policy.who_may(Register.INTEGRITY, Act.EXPORT) & {role} else []
    for path in paths:
        told = browser.client.get(path).text
        assert row.reference in told
        if role in KNOWING:
            assert WHERE in told and (day in told or row.planned_on.isoformat() in told)
        else:
            assert WHERE not in told and day not in told and row.planned_on.isoformat() not in told
            assert SAMPLE not in told and "maskerad, OSL 17:1" in told
    held(row)
    for path in paths:
        told = browser.client.get(path).text
        assert WHERE in told and "maskerad" not in told
    assert SAMPLE in browser.client.get(f"/{SLUG}/{row.uid.hex}").text


def test_the_head_of_the_unit_does_not_find_it_before(house: Flask) -> None:
    row = planned()
    browser = browse(house, makers.actor(makers.person("", Role.HEAD, heads=row.unit)))
    assert row.reference not in browser.get(f"/{SLUG}?urval=alla").text
    browser.get(f"/{SLUG}/{row.uid.hex}", 404)
    held(row)
    assert row.reference in browser.get(f"/{SLUG}?urval=alla").text
    assert SAMPLE in browser.get(f"/{SLUG}/{row.uid.hex}").text


def test_nobody_narrows_the_list_by_where_it_will_be(house: Flask) -> None:
    row = planned()
    board = browse(house, makers.acting(Role.BOARD))
    assert row.reference in board.get(f"/{SLUG}?urval=alla&unit={makers.unit().uid.hex}").text
    assert row.reference in board.get(f"/{SLUG}?urval=alla&ordning=planned_on").text


def test_what_is_done_is_locked_and_says_what_it_came_to(house: Flask) -> None:
    row = planned()
    with pytest.raises(Invalid) as wrong:
        makers.moved(row, "hold", KEEPER, held_on=TODAY, looked_at=3, faults=4)
    with pytest.raises(Invalid):  # what is to come would be told of beforehand
        makers.moved(row, "hold", KEEPER, held_on=TODAY + DAY, looked_at=3, faults=1)
    assert [problem.field for problem in wrong.value.problems] == ["faults"]
    row = held(row)
    with pytest.raises(Refused):
        records.change(KEEPER, row, {"sample": "Något annat"}, row.version, AT)


@pytest.mark.parametrize(("number", "told"), [(0, "0"), (1, "färre än 5"), (4, "färre än 5"), (5, "5"), (12, "12")])
def test_a_few_are_read_as_few_by_everyone_and_everywhere(house: Flask, number: int, told: str) -> None:
    unit = makers.unit()
    values = dict(unit=unit.id, year=2026, asked=900, answered=800, assessed=700, prohibited=number)
    row = records.add(KEEPER, SideJobRound, values, AT)
    year = records.add(KEEPER, ChannelYear, dict(year=2025, received=number), AT)
    for role in (Role.INTEGRITY, Role.BOARD, Role.AUDITOR):
        browser = browse(house, makers.acting(role))
        for path in ("/bisyssleomgangar?urval=alla", "/visselblasning-per-ar?urval=alla"):
            assert told in browser.get(path).text
            lines = browser.client.get(path.replace("?", "/export?")).text.splitlines()
            assert lines[1].split(";")[-1] == told
        for one in (row, year):
            assert told in browser.get(f"/{one.declared.slug}/{one.uid.hex}").text


def test_a_few_are_read_as_few_in_the_history(house: Flask) -> None:
    row = records.add(KEEPER, ChannelYear, dict(year=2025, received=77), AT)
    row = records.change(KEEPER, row, {"received": 3}, row.version, AT)
    shown = browse(house, makers.acting(Role.AUDITOR)).get(f"/visselblasning-per-ar/{row.uid.hex}").text
    assert "77" in shown and shown.count("färre än 5") == 2


def test_what_hides_few_is_neither_sorted_nor_narrowed_by() -> None:
    found = 0
    for record in DECLARED.values():
        for name, kind in record.kinds().items():
            if isinstance(kind, Number) and kind.hides_few:
                found += 1
                assert name not in (*record.declared.filters, *(sort.lstrip("-") for sort in record.declared.sorts))
    assert found == 4


def test_the_channels_pages_say_where_to_go(house: Flask) -> None:
    unit = makers.unit()
    makers.against_irregularities(unit, makers.actor(makers.person("", Role.HEAD, heads=unit)))
    browser, said = browse(house, makers.acting(Role.INTEGRITY)), language.say(NO_REPORT, "sv")
    for slug in ("visselblasarkanal", "visselblasning-per-ar"):
        row = DECLARED[slug].get()
        for path in (f"/{slug}", f"/{slug}/{row.uid.hex}"):
            assert said in browser.get(path).text
