"""Coming in from a file: read whatever it is, told row by row, saved whole or not at all, and never twice."""

import base64
import csv
import datetime as dt
import hashlib
import html
import io
import json
import re
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import openpyxl
import pytest
import time_machine
import xlsxwriter
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from models import RECORDS
from models.common import Unit, UnitKind
from models.database import connection, db
from models.fire_safety import Assignment, ControlPlan, Function, Interval, Premises, PremisesKind, Round
from models.happenings import Verb
from models.ledger import Entry
from models.people import Actor, Person, RoleGrant, Session
from models.words import Act, Protection, Register, Role
from tests import makers
from tests.browse import OURS, Browser, browse
from tests.makers import AT, DAY, OFFICE, TODAY
from tracker.acts import imports
from tracker.acts.imports import SHAPES, Fate, Plan, Sheet, Unreadable, files, sheets
from tracker.application import create_app
from tracker.language import say
from tracker.laws import ledger, policy, sessions
from tracker.settings import Settings
from tracker.spine.errors import Invalid, Refused

UNITS = ("Kod", "Namn", "Typ", "Tillhör", "Gäller från", "Gäller till")
PEOPLE = ("Namn", "E-post", "Telefon", "Enhet", "Roller")
PREMISES = ("Objektnummer", "Namn", "Typ", "Adress", "Enhet", "Ägare")
ALONG = ("Rondintervall", "Brandskyddsansvarig", "Brandskyddsombud", "Vaktmästare")

Rows = Iterable[Sequence[object]]


@pytest.fixture
def key(database: Any) -> bytes:
    return makers.use_key()


def as_csv(*rows: Sequence[object], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def as_excel(*rows: Sequence[object]) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def looked(what: str, *rows: Sequence[object], by: Actor = OFFICE) -> Plan:
    return imports.look(by, SHAPES[what], files.read(as_csv(*rows)), AT)


def saved(what: str, *rows: Sequence[object], by: Actor = OFFICE) -> Plan:
    plan = looked(what, *rows, by=by)
    imports.save(by, plan, AT)
    return plan


def fates(plan: Plan) -> tuple[int, int, int]:
    """How many are new, changed, unchanged."""
    return plan.count(Fate.NEW), plan.count(Fate.CHANGED), plan.count(Fate.SAME)


def problems(plan: Plan) -> list[tuple[int, str, str]]:
    return [(p.number, p.column.msgid if p.column else "", p.message.msgid) for p in plan.problems]


def sentence(plan: Plan) -> str:
    """The only problem, in English."""
    (problem,) = plan.problems
    return say(problem.message, "en")


def entries() -> int:
    return Entry.select().count()


def some_units() -> None:
    saved("enheter", UNITS, ("KS", "Kommunstyrelsen", "Nämnd", "", "2020-01-01", ""))


def premises_rows(count: int, *along: object) -> list[Sequence[object]]:
    return [(f"{n}", f"Skola {n}", "skola", f"Skolvägen {n}", "KS", "Kommunala hus AB", *along) for n in range(count)]


# What comes in


def test_units_may_belong_to_units_further_down(key: bytes) -> None:
    plan = saved(
        "enheter",
        UNITS,
        ("UF-03", "Björkskolan", "Enhet", "UF", "2026-01-01", ""),
        ("UF", "Utbildningsförvaltningen", "Förvaltning", "KS", "1/7/2025", ""),
        ("KS", "Kommunstyrelsen", "Nämnd", "", "20200101", "2030-12-31"),
    )
    assert fates(plan) == (3, 0, 0)
    school = Unit.get(Unit.code == "UF-03")
    assert (school.kind, school.parent.code, school.parent.parent.code) == (UnitKind.UNIT, "UF", "KS")
    assert (school.parent.valid_from, school.parent.parent.valid_to) == (dt.date(2025, 7, 1), dt.date(2030, 12, 31))
    assert [(entry.verb, json.loads(entry.body)["others"]["unit"][0]) for entry in Entry.select()] == [
        (Verb.IMPORTED.value, 2)
    ]
    assert ledger.verify(RECORDS, [key]).whole


def test_ten_thousand_units_each_beneath_the_next_are_ordered() -> None:
    from tracker.acts.imports.planning import Draft
    from tracker.acts.imports.saving import _parents_first

    rows = [Unit(code=str(number)) for number in range(10_000)]
    drafts = [Draft(number, {}, row, None) for number, row in enumerate(rows)]
    for draft, above in zip(drafts, rows[1:], strict=False):
        draft.links["parent"] = above
    assert [draft.number for draft in _parents_first(drafts)] == list(range(9_999, -1, -1))


def test_a_person_gets_their_roles_and_a_head_the_unit(key: bytes) -> None:
    some_units()
    warden, head = say(Role.WARDEN, "sv"), say(Role.HEAD, "en")
    plan = saved(
        "personer", PEOPLE, ("Bo Berg", "Bo.Berg@Kommun.SE", "08-1 23", "Kommunstyrelsen", f"{warden}, {head}")
    )
    assert fates(plan) == (1, 0, 0)
    bo = Person.get()
    assert (bo.email, bo.unit.code, bo.phone, bo.active) == ("bo.berg@kommun.se", "KS", "08-1 23", True)
    held = {(grant.role, grant.unit and grant.unit.code, grant.starts_on) for grant in RoleGrant.select()}
    assert held == {(Role.WARDEN, None, TODAY), (Role.HEAD, "KS", TODAY)}
    assert ledger.verify(RECORDS, [key]).whole


def test_premises_come_with_their_plan_and_people(key: bytes) -> None:
    some_units()
    for name in ("anna", "bo", "cia"):
        makers.person(name)
    saved(
        "lokaler",
        (*PREMISES, *ALONG),
        (*premises_rows(1)[0], "Monthly", "anna@kommun.se", "BO@kommun.se, cia@kommun.se,bo@kommun.se", "bo@kommun.se"),
    )
    (place,) = Premises.select()
    assert (place.number, place.kind, place.unit.code) == ("0", PremisesKind.SCHOOL, "KS")
    assert [(plan.interval, plan.starts_on) for plan in ControlPlan.select()] == [(Interval.MONTH, TODAY)]
    assert Round.select().where(Round.premises == place).count() >= 3
    held = {(assignment.function, assignment.person.name) for assignment in Assignment.select()}
    assert held == {
        (Function.MANAGER, "anna"), (Function.WALKER, "bo"), (Function.WALKER, "cia"), (Function.CARETAKER, "bo"),
    }  # fmt: skip
    assert ledger.verify(RECORDS, [key]).whole


def test_the_same_file_twice_changes_nothing(key: bytes) -> None:
    some_units()
    makers.person("anna")
    people = (PEOPLE, ("Bo Berg", "bo@kommun.se", "", "KS", "warden, head"))
    places = ((*PREMISES, *ALONG), *premises_rows(3, "K", "anna@kommun.se", "anna@kommun.se", ""))
    saved("personer", *people)
    saved("lokaler", *places)
    before = entries()
    some_units()
    assert fates(saved("personer", *people)) == (0, 0, 1)
    assert fates(saved("lokaler", *places)) == (0, 0, 3)
    assert entries() == before
    assert ledger.verify(RECORDS, [key]).whole


def test_only_what_differs_is_changed(key: bytes) -> None:
    some_units()
    saved("lokaler", PREMISES, *premises_rows(3))
    rows = premises_rows(3)
    rows[1] = (*rows[1][:3], "Ny gata 7", *rows[1][4:])
    plan = saved("lokaler", PREMISES, *rows)
    assert (fates(plan), plan.drafts[1].changed) == ((0, 1, 2), ["address"])
    assert [place.version for place in Premises.select().order_by(Premises.number)] == [1, 2, 1]
    assert Premises.get(Premises.number == "1").address == "Ny gata 7"


def test_a_column_that_is_not_there_is_left_alone_and_an_empty_cell_empties(key: bytes) -> None:
    some_units()
    saved("personer", PEOPLE, ("Bo Berg", "bo@kommun.se", "08-1", "KS", "warden"))
    saved("personer", ("Name", "E-mail"), ("Bo B", "bo@kommun.se"))
    bo = Person.get()
    assert (bo.name, bo.phone, bo.unit.code) == ("Bo B", "08-1", "KS")
    saved("personer", PEOPLE, ("Bo B", "bo@kommun.se", "", "", ""))
    bo = Person.get()
    assert (bo.phone, bo.unit, RoleGrant.select().count()) == (None, None, 1)


def test_a_plan_or_a_person_that_is_there_is_not_added_again(key: bytes) -> None:
    place = makers.premises(number="0")
    makers.plan(place, interval=Interval.QUARTER)
    anna = makers.person("anna")
    makers.responsible(place, anna, Function.MANAGER)
    some_units()
    plan = looked("lokaler", (*PREMISES, *ALONG), *premises_rows(1, "M", "anna@kommun.se", "", ""))
    assert not plan.drafts[0].others


def test_premises_no_longer_used_get_no_plan(key: bytes) -> None:
    some_units()
    plan = saved("lokaler", (*PREMISES, "Upphör", *ALONG), *premises_rows(1, "2026-01-01", "M", "", "", ""))
    assert (plan.count(Fate.NEW), ControlPlan.select().count()) == (1, 0)


def test_who_gets_a_role_signs_in_again(key: bytes) -> None:
    bo = makers.person("bo")
    sessions.start(bo.id, AT)
    saved("personer", PEOPLE, ("Bo", "bo@kommun.se", "", "", ""))
    assert Session.select().count() == 1
    saved("personer", PEOPLE, ("Bo", "bo@kommun.se", "", "", "warden"))
    assert Session.select().count() == 0


def test_500_premises_in_less_than_three_seconds(key: bytes) -> None:
    some_units()
    content = as_excel(PREMISES, *premises_rows(500))
    began = time.process_time()  # of ours: whatever else the machine does is not asked about
    plan = imports.look(OFFICE, SHAPES["lokaler"], files.read(content), AT)
    imports.save(OFFICE, plan, AT)
    assert time.process_time() - began < 3
    assert (Premises.select().count(), fates(plan)) == (500, (500, 0, 0))
    assert ledger.verify(RECORDS, [key]).whole


# How it may be written


@pytest.mark.parametrize("delimiter", [";", ",", "\t"], ids=["semicolon", "comma", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_as_swedish_programs_write_it(delimiter: str, encoding: str) -> None:
    content = as_csv(
        ("Namn", "Ägare"), ("Å, ä; ö\t!", "»x«"), ("", ""), ("Två\nrader", ""), delimiter=delimiter, encoding=encoding
    )
    assert files.read(content) == Sheet(("Namn", "Ägare"), ((2, ("Å, ä; ö\t!", "»x«")), (4, ("Två\nrader",))))


def test_excel_tells_its_delimiter_and_the_rows_keep_their_numbers() -> None:
    assert files.read(b"sep=|\r\nA|B\r\n\r\n1|2\r\n") == Sheet(("A", "B"), ((4, ("1", "2")),))


def test_what_our_exports_put_before_a_formula_comes_off() -> None:
    sheet = files.read("A;B\n'+46 8;'x\n=1+1;'\n'＝1;' -5\n".encode())
    assert sheet.rows == ((2, ("+46 8", "'x")), (3, ("=1+1", "'")), (4, ("＝1", "-5")))


def test_excel_as_it_is_typed() -> None:
    day = dt.datetime(2026, 11, 23)
    rows = files.read(
        as_excel(["A"], [None], [day, day.date(), 12, 12.0, 1.5, True, " x\xa0", dt.time(8), day + DAY / 2])
    ).rows
    assert rows == (
        (3, ("2026-11-23", "2026-11-23", "12", "12", "1.5", "True", "x", "08:00:00", "2026-11-23 12:00:00")),
    )


def test_of_a_formula_only_what_it_gave() -> None:
    content = as_excel(["A", "B"], ["=1+1", "x"])
    given = _changed(
        content,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v />", b"<v>2</v>").replace(b"<v></v>", b"<v>2</v>"),
    )
    assert files.read(given).rows[0][1] == ("2", "x")
    assert files.read(content).rows[0][1] == ("", "x")


@pytest.mark.parametrize("heading", ["OBJEKTNUMMER", "objekt nummer", " Object number ", "number", "Objektnr."])
def test_headings_are_known_without_case_and_space(heading: str, key: bytes) -> None:
    some_units()
    assert fates(looked("lokaler", (heading, *PREMISES[1:]), *premises_rows(1))) == (1, 0, 0)


def test_every_template_can_be_brought_in_as_it_is(key: bytes) -> None:
    from tracker.acts.imports.pages import template

    for name in ("anna.andersson", "bo.berg", "cecilia.dahl"):
        makers.person(name)
    saved("enheter", UNITS, ("UF", "Utbildning", "Nämnd", "", "2020-01-01", ""))
    for locale, fate in (("sv", Fate.NEW), ("en", Fate.SAME)):
        for shape in SHAPES.values():
            plan = imports.look(OFFICE, shape, files.read(template(shape, locale).encode()), AT)
            assert (problems(plan), plan.ignored) == ([], ())
            imports.save(OFFICE, plan, AT)
            assert shape.what == "personer" or plan.count(fate) == 1


def test_columns_that_mean_nothing_are_named(key: bytes) -> None:
    plan = looked(
        "enheter", (*UNITS, "Kommentar", "", "Areal"), ("KS", "Styrelsen", "Nämnd", "", "2020-01-01", "", "x", "y", "z")
    )
    assert (plan.ignored, fates(plan)) == (("Kommentar", "Areal"), (1, 0, 0))


def test_columns_that_are_missing_are_named(key: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        looked("enheter", ("Kod", "Typ"), ("KS", "Nämnd"))
    assert say(error.value.message, "en").startswith("These columns are missing in the file: Name, Valid from.")


def test_a_column_may_not_be_there_twice(key: bytes) -> None:
    with pytest.raises(Unreadable, match="Two columns"):
        looked("enheter", (*UNITS, "Code"), ("KS", "Styrelsen", "Nämnd", "", "2020-01-01", "", "X"))


# What is wrong, row by row


def test_one_bad_row_and_nothing_is_saved(key: bytes) -> None:
    some_units()
    before = entries()
    rows = premises_rows(20)
    rows[7] = ("7", "", "slott", "Skolvägen 7", "Okänd", "Ägare")
    plan = looked("lokaler", PREMISES, *rows)
    assert {(number, column) for number, column, _ in problems(plan)} == {
        (9, "Name"), (9, "Kind"), (9, "Used by (HG)"),
    }  # fmt: skip
    with pytest.raises(Invalid):
        imports.save(OFFICE, plan, AT)
    assert (Premises.select().count(), entries()) == (0, before)


UNIT_ROWS = {
    "no code": (("", "X", "Nämnd", "", "2020-01-01", ""), "This must be filled in."),
    "no date": (("X", "X", "Nämnd", "", "", ""), "This must be filled in."),
    "a date that does not exist": (
        ("X", "X", "Nämnd", "", "2026-02-30", ""),
        "Write the date as year-month-day, such as",
    ),
    "a date in words": (("X", "X", "Nämnd", "", "i morgon", ""), "Write the date as year-month-day, such as"),
    "a date long ago": (("X", "X", "Nämnd", "", "1066-10-14", ""), "The date must lie between"),
    "no such kind": (
        ("X", "X", "Slott", "", "2020-01-01", ""),
        "“Slott” is none of the alternatives: Committee (nämnd),",
    ),
    "no such parent": (("X", "X", "Enhet", "ZZ", "2020-01-01", ""), "There is no unit with the code or name “ZZ”."),
    "no parent": (("X", "X", "Enhet", "", "2020-01-01", ""), "An administration or a unit belongs to another unit"),
    "an end before the beginning": (
        ("X", "X", "Nämnd", "", "2020-01-01", "2019-01-01"),
        "The last day cannot come before",
    ),
    "too long": (("X" * 21, "X", "Nämnd", "", "2020-01-01", ""), "At most 20 characters; this is 21."),
    "two lines": (("X", "X\nY", "Nämnd", "", "2020-01-01", ""), "This must be on one line."),
    "a control sign": (("X", "X\x07", "Nämnd", "", "2020-01-01", ""), "The text holds a sign that cannot be stored."),
    "a turned direction": (("X", "X\u202e", "Nämnd", "", "2020-01-01", ""), "The text holds a sign that turns"),
    "an error from Excel": (("X", "#N/A", "Nämnd", "", "2020-01-01", ""), "The cell holds an error from Excel: #N/A."),
    "beneath itself": (
        ("KS", "Kommunstyrelsen", "Nämnd", "KS", "2020-01-01", ""),
        "The unit would lie beneath itself.",
    ),
    "beneath what has ended": (("X", "X", "Enhet", "OLD", "2020-01-01", ""), "The unit “Old” has ended."),
    "ambiguous": (("X", "X", "Enhet", "Skola", "2020-01-01", ""), "Several units are called “Skola”."),
}


@pytest.mark.parametrize("name", UNIT_ROWS)
def test_what_is_wrong_with_a_unit(name: str, key: bytes) -> None:
    some_units()
    saved(
        "enheter", UNITS, ("OLD", "Old", "Nämnd", "", "2019-01-01", "2020-01-01"),
        *((f"S{n}", "Skola", "Enhet", "KS", "2020-01-01", "") for n in (1, 2)),
    )  # fmt: skip
    row, told = UNIT_ROWS[name]
    assert sentence(looked("enheter", UNITS, row)).startswith(told)


PERSON_ROWS = {
    "no address": (("Bo", "bo", "", "", ""), "Write an e-mail address"),
    "an empty address": (("Bo", "", "", "", ""), "This must be filled in."),
    "no such unit": (("Bo", "bo@k.se", "", "X", ""), "There is no unit"),
    "no such role": (("Bo", "bo@k.se", "", "", "kejsare"), "“kejsare” is none of the alternatives"),
    "the chief": (("Bo", "bo@k.se", "", "", "chief"), "This role is given by a command on the host, not here."),
    "what two people give": (("Bo", "bo@k.se", "", "", "security"), "“Security coordinator” is given by two people"),
    "a head of nothing": (("Bo", "bo@k.se", "", "", "head"), "A head's role needs the person's unit in the same row."),
}


@pytest.mark.parametrize("name", PERSON_ROWS)
def test_what_is_wrong_with_a_person(name: str, key: bytes) -> None:
    row, told = PERSON_ROWS[name]
    assert sentence(looked("personer", PEOPLE, row)).startswith(told)


PREMISES_ROWS = {
    "an interval that no plan has": (("Y", "", "", ""), "“Y” is none of the alternatives"),
    "a daily plan": (("D", "", "", ""), "A plan is monthly or quarterly"),
    "nobody": (("M", "nobody@k.se", "", ""), "Nobody here has the e-mail address nobody@k.se."),
    "somebody who has left": (("", "", "gone@kommun.se", ""), "gone's access has ended."),
}


@pytest.mark.parametrize("name", PREMISES_ROWS)
def test_what_is_wrong_with_what_comes_along(name: str, key: bytes) -> None:
    from tracker.acts import people

    some_units()
    people.deactivate(OFFICE, makers.person("gone"), at=AT)
    along, told = PREMISES_ROWS[name]
    assert sentence(looked("lokaler", (*PREMISES, *ALONG), *premises_rows(1, *along))).startswith(told)


def test_the_same_key_twice_in_a_file(key: bytes) -> None:
    plan = looked("personer", PEOPLE, ("Bo", "bo@k.se"), ("Cia", "cia@k.se"), ("Bo B", "BO@k.se"))
    assert problems(plan) == [(4, "E-mail", "The same stands in row %(row)s already.")]


def test_units_that_would_lie_beneath_each_other(key: bytes) -> None:
    plan = looked("enheter", UNITS, *((a, a, "Enhet", b, "2020-01-01", "") for a, b in ("AB", "BC", "CA", "DA")))
    assert [number for number, _, _ in problems(plan)] == [2, 3, 4]
    some_units()
    saved("enheter", UNITS, ("A", "A", "Enhet", "KS", "2020-01-01", ""))
    plan = looked("enheter", UNITS, ("KS", "Kommunstyrelsen", "Nämnd", "A", "2020-01-01", ""))
    assert problems(plan) == [(2, "Belongs to", "The unit would lie beneath itself.")]


def test_nobody_gives_themselves_a_role(key: bytes) -> None:
    ada = makers.acting(Role.ADMIN, name="ada")
    plan = looked("personer", PEOPLE, ("Ada", "ada@kommun.se", "", "", "admin"), by=ada)
    assert not plan.problems  # she is that already
    plan = looked("personer", PEOPLE, ("Ada", "ada@kommun.se", "", "", "security"), by=ada)
    assert sentence(plan).startswith("You cannot give yourself a role.")


# Who may, and what happens meanwhile


def test_only_those_that_policy_lets_in(key: bytes) -> None:
    rows = {"enheter": (UNITS, UNITS), "personer": (PEOPLE, PEOPLE), "lokaler": (PREMISES, PREMISES)}
    for what, shape in SHAPES.items():
        allowed = policy.who_may(shape.record_type.declared.register, Act.IMPORT)
        for role in Role:
            somebody = Actor(1, "x", "x", frozenset({role}))
            if role in allowed:
                assert looked(what, *rows[what], by=somebody)
                continue
            with pytest.raises(Refused):
                looked(what, *rows[what], by=somebody)
            with pytest.raises(Refused):
                imports.save(somebody, looked(what, *rows[what]), AT)


def test_roles_are_given_only_by_who_manages_people(key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policy.GRANTS, (Register.PEOPLE, Act.IMPORT), frozenset({Role.SECURITY}))
    clerk = Actor(1, "x", "x", frozenset({Role.SECURITY}))
    assert fates(looked("personer", PEOPLE[:-1], ("Bo", "bo@k.se"), by=clerk)) == (1, 0, 0)
    with pytest.raises(Refused):
        looked("personer", PEOPLE, ("Bo", "bo@k.se"), by=clerk)


def test_rows_out_of_reach_are_told_and_new_ones_take_the_file_with_them(
    key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(policy.GRANTS, (Register.FIRE_SAFETY, Act.IMPORT), frozenset({Role.MANAGER}))
    some_units()
    makers.premises(number="0")
    mine = makers.premises(number="1")
    manager = makers.acting(Role.MANAGER, on=mine)
    plan = looked("lokaler", PREMISES, *premises_rows(2), by=manager)
    assert problems(plan) == [(2, "", "This lies outside what you are responsible for.")]
    before = entries()
    plan = looked("lokaler", PREMISES, *premises_rows(3)[1:], by=manager)
    with pytest.raises(Refused):
        imports.save(manager, plan, AT)
    assert (entries(), Premises.select().count()) == (before, 2)


def test_what_one_may_not_see_one_cannot_change(key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    some_units()
    saved("lokaler", PREMISES, *premises_rows(1))
    makers.mark(Premises.get(), "address")
    monkeypatch.setitem(policy.SEES, (Register.FIRE_SAFETY, Protection.SECRET), frozenset())
    row = premises_rows(1)[0]
    assert fates(looked("lokaler", PREMISES, row)) == (0, 0, 1)
    plan = looked("lokaler", PREMISES, (*row[:3], "Ny gata 7", *row[4:]))
    assert [(number, column) for number, column, _ in problems(plan)] == [(2, "Address")]


def test_who_was_first_meanwhile_is_not_overwritten(key: bytes) -> None:
    some_units()
    saved("lokaler", PREMISES, *premises_rows(2))
    rows = [(*row[:3], "Ny gata 7", *row[4:]) for row in premises_rows(2)]
    first, second = looked("lokaler", PREMISES, *rows), looked("lokaler", PREMISES, *rows)
    imports.save(OFFICE, first, AT)
    before = entries()
    with pytest.raises(ledger.Conflict):
        imports.save(OFFICE, second, AT)
    assert entries() == before


def test_what_came_meanwhile_is_told(key: bytes) -> None:
    some_units()
    first, second = (looked("lokaler", PREMISES, *premises_rows(2)) for _ in range(2))
    imports.save(OFFICE, first, AT)
    with pytest.raises(Invalid):
        imports.save(OFFICE, second, AT)
    assert Premises.select().count() == 2
    assert ledger.verify(RECORDS, [key]).whole


# Files that are not what they say


def _archive(*parts: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return file.getvalue()


def _changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(part, archive.read(part)) for part in archive.namelist()]
    return _archive(*((part, change(given) if part == name else given) for part, given in parts))


def _with(content: bytes, *more: tuple[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _archive(*((part, archive.read(part)) for part in archive.namelist()), *more)


def as_excel_itself(*rows: Sequence[str]) -> bytes:
    """As Excel writes: texts in a part of their own."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


EXCEL = as_excel_itself(["A", "B"], ["ett", "två"])
NAMES = ("[Content_Types].xml", "xl/workbook.xml")
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><'
EMPTY = "The one that came was empty."
NEITHER = "The file is neither Excel (.xlsx) nor CSV."
DAMAGED = "The Excel file is damaged, or is not what it says."
UNPACKED = "The Excel file becomes too large when it is unpacked."


def _laughing(xml: bytes) -> bytes:
    """With entities that are made of entities, before the root."""
    return re.sub(rb"<(?=[a-zA-Z])", LAUGHS, xml, count=1)


BAD_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", EMPTY),
    "blank": (lambda: b" \r\n ", EMPTY),
    "headings only": (lambda: as_csv(["A", "B"]), "The file holds no rows beneath its headings."),
    "an Excel file with headings only": (lambda: as_excel(["A"]), "The file holds no rows beneath its headings."),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", NEITHER),
    "text that is no text": (lambda: b"A;B\n\x81\x8d;\x90", NEITHER),
    "half of UTF-16": (lambda: b"\xff\xfeA", NEITHER),
    "an old Excel file": (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "This is an old Excel file (.xls)"),
    "an open quotation mark": (lambda: b'A;B\n"x;y\n', "The CSV file cannot be read"),
    "an endless cell": (lambda: b"A;B\n" + b"x" * 200_000, "The CSV file cannot be read"),
    "an odd delimiter": (lambda: b"sep=ab\nA;B\n1;2\n", "The CSV file cannot be read"),
    "too large": (lambda: b"A;B\n" + b"x;y\n" * 3_000_000, "The file may be at most 10 MB."),
    "too many rows": (lambda: b"A;B\n" + b"x;y\n" * 20_001, "At most 20,000 rows"),
    "too many rows in Excel": (lambda: as_excel(["A"], *([1] for _ in range(20_001))), "At most 20,000 rows"),
    "too many columns": (lambda: as_csv(["A"] * 61, ["x"]), "At most 60 columns"),
    "too many columns in Excel": (lambda: as_excel(["A"] * 70, ["x"]), "At most 60 columns"),
    "too much text": (lambda: b"A;B\n" + (b"x" * 100_000 + b"\n") * 90, "The file holds too much text."),
    "a zip of something else": (lambda: _archive(("a.txt", b"x")), NEITHER),
    "half an Excel file": (lambda: EXCEL[: len(EXCEL) // 2], DAMAGED),
    "only a beginning": (lambda: b"PK\x03\x04", DAMAGED),
    "with macros": (lambda: _with(EXCEL, ("xl/vbaProject.bin", b"x")), "The file holds macros"),
    "odd packing": (lambda: _archive(*((name, b"x") for name in NAMES), how=zipfile.ZIP_LZMA), DAMAGED),
    "not XML": (lambda: _changed(EXCEL, SHEET, lambda xml: b"\0\1\2"), DAMAGED),
    "no sheet": (lambda: _changed(EXCEL, "xl/workbook.xml", lambda xml: re.sub(rb"<sheet .*?/>", b"", xml)), DAMAGED),
    "an empty archive of the right names": (lambda: _archive(*((name, b"") for name in NAMES)), DAMAGED),
    "entities": (lambda: _changed(EXCEL, STRINGS, _laughing), DAMAGED),
    "entities in the sheet": (lambda: _changed(EXCEL, SHEET, _laughing), DAMAGED),
    "a row number without end": (
        lambda: _changed(EXCEL, SHEET, lambda xml: xml.replace(b'<row r="2"', b'<row r="%s"' % (b"9" * 5000))),
        DAMAGED,
    ),
    "a string that is not there": (
        lambda: _changed(EXCEL, SHEET, lambda xml: xml.replace(b"<v>3</v>", b"<v>99</v>")),
        DAMAGED,
    ),
    "a bomb": (lambda: _with(EXCEL, ("xl/media/a.bin", bytes(50 * 1024**2))), UNPACKED),
    "a large bomb": (lambda: _with(EXCEL, *((f"xl/media/{n}.bin", bytes(60 * 1024**2)) for n in range(2))), UNPACKED),
    "many parts": (lambda: _with(EXCEL, *((f"xl/media/{n}.bin", b"") for n in range(2_001))), UNPACKED),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_answered_with_a_sentence(name: str) -> None:
    made, told = BAD_FILES[name]
    with pytest.raises(Unreadable) as error:
        files.read(made())
    assert told in say(error.value.message, "en")


def test_a_row_far_down_is_found_and_one_beyond_excel_is_not_waited_for() -> None:
    far = _changed(EXCEL, SHEET, lambda xml: xml.replace(b'<row r="2"', b'<row r="1048576"'))
    assert files.read(far).rows == ((1_048_576, ("ett", "två")),)
    beyond = _changed(EXCEL, SHEET, lambda xml: xml.replace(b'<row r="2"', b'<row r="99999999999"'))
    with pytest.raises(Unreadable, match="no rows"):
        files.read(beyond)


def test_a_size_that_lies_is_kept_to() -> None:
    """The list of contents says 100 bytes of what is more; no more than those are unpacked, and they are not XML."""
    lying = bytearray(
        _changed(EXCEL, SHEET, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + b" " * 5_000_000))
    )
    with zipfile.ZipFile(io.BytesIO(lying)) as archive:
        size = archive.getinfo(SHEET).file_size
    for place in (m.start() for m in re.finditer(re.escape(size.to_bytes(4, "little")), bytes(lying))):
        lying[place : place + 4] = (100).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        files.read(bytes(lying))


def test_half_a_sign_becomes_a_whole_one() -> None:
    content = as_excel_itself(["A"], ["x"])
    broken = _changed(content, STRINGS, lambda xml: xml.replace(b"<t>x</t>", b"<t>_xD800_</t>"))
    sheet = files.read(broken)
    sheet.rows[0][1][0].encode()
    assert sheets.unpacked(sheets.packed(sheet)) == sheet


# Between the pages


def test_a_sheet_comes_back_as_it_left() -> None:
    sheet = Sheet(("A", "Å"), ((2, ("x", "y\nz")), (20_000, ("", "😀"))))
    assert sheets.unpacked(sheets.packed(sheet)) == sheet


def carried(plain: Any) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(plain).encode())).decode()


def squeezed(plain: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(plain)).decode()


BAD_SHEETS = {
    "nothing": "",
    "no base64": "åäö",
    "not packed": "eA==",
    "cut off": sheets.packed(Sheet(("A",), ((2, ("x",)),)))[:-4],
    "something after": carried([["A"], [[2, ["x"]]]])[:-2] + "AAAA",
    "a number": carried(3),
    "a text": carried("ab"),
    "three parts": carried([["A"], [], 1]),
    "no rows": carried([["A"], []]),
    "no header": carried([[], [[2, ["x"]]]]),
    "numbers for texts": carried([["A"], [[2, [3]]]]),
    "a text for a row": carried([["A"], [[2, "x"]]]),
    "no number": carried([["A"], [["2", ["x"]]]]),
    "a flag for a number": carried([["A"], [[True, ["x"]]]]),
    "row 0": carried([["A"], [[0, ["x"]]]]),
    "half a sign": carried([["A"], [[2, ["\ud800"]]]]),
    "many columns": carried([["A"], [[2, ["x"] * 61]]]),
    "many rows": carried([["A"], [[n, ["x"]] for n in range(1, 20_003)]]),
    "deep": squeezed(b"[" * 100_000),
    "a bomb": squeezed(bytes(200 * 1024**2)),
}


@pytest.mark.parametrize("name", BAD_SHEETS)
def test_what_did_not_leave_here_does_not_come_in(name: str) -> None:
    with pytest.raises(Unreadable, match="lost its way"):
        sheets.unpacked(BAD_SHEETS[name])


# Whatever is sent


@given(st.binary() | st.binary().map(lambda tail: b"PK\x03\x04" + tail) | st.text().map(str.encode))
def test_any_bytes_are_a_sheet_or_a_sentence(content: bytes) -> None:
    try:
        sheet = files.read(content)
    except Unreadable as error:
        assert say(error.message, "sv")
    else:
        assert sheets.unpacked(sheets.packed(sheet)) == sheet


@given(st.data())
def test_any_damage_to_an_excel_file_is_a_sheet_or_a_sentence(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([SHEET, STRINGS, "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"]))

    def damaged(xml: bytes) -> bytes:
        start = data.draw(st.integers(0, len(xml)))
        return xml[:start] + data.draw(st.binary(max_size=8)) + xml[start + data.draw(st.integers(0, 40)) :]

    try:
        files.read(_changed(EXCEL, name, damaged))
    except Unreadable as error:
        assert say(error.message, "sv")


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(zlib.compress(raw)).decode()))
def test_any_text_for_a_sheet_is_one_or_a_sentence(text: str) -> None:
    try:
        sheets.unpacked(text)
    except Unreadable as error:
        assert say(error.message, "sv")


WORDS = (
    "", "KS", "UF", "Nämnd", "enhet", "2020-01-01", "31/12/2026", "skola", "Monthly", "M", "D", "anna@kommun.se",
    "ny@kommun.se", "warden", "head", "chief, admin", "x" * 50, "\x00", "\ud800", "=1+1", "#REF!",
    "'", "İ", "ﬁ", "1e400", "None",
)  # fmt: skip
CELLS = st.sampled_from(WORDS) | st.text(max_size=12)


@st.composite
def any_file(draw: st.DrawFn) -> tuple[str, list[list[str]]]:
    """Rows under headings that are mostly the right ones."""
    what = draw(st.sampled_from(sorted(SHAPES)))
    header = [column.name for column in SHAPES[what].columns]
    header = header if draw(st.booleans()) else draw(st.permutations(header))
    width = len(header) + 1
    return what, [header, *draw(st.lists(st.lists(CELLS, max_size=width), min_size=1, max_size=4))]


def test_any_rows_are_saved_whole_told_or_refused_and_never_twice(key: bytes) -> None:
    some_units()
    makers.person("anna")

    @hypothesis(suppress_health_check=list(HealthCheck), deadline=None, max_examples=150)
    @given(any_file())
    def bring(file: tuple[str, list[list[str]]]) -> None:
        what, rows = file
        try:
            sheet = sheets.sheet_of(rows)
            plan = imports.look(OFFICE, SHAPES[what], sheet, AT)
            imports.save(OFFICE, plan, AT)
        except (Unreadable, Invalid):
            return
        again = imports.look(OFFICE, SHAPES[what], sheet, AT)
        assert (problems(again), fates(again)) == ([], (0, 0, len(plan.drafts)))

    bring()
    assert ledger.verify(RECORDS, [key]).whole


# In the browser


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with time_machine.travel(AT, tick=False):
        app = create_app(settings)
        with connection():
            some_units()
        yield app
    db.close_all()


@pytest.fixture
def office(app: Flask) -> Browser:
    return at_office(app, Role.ADMIN, Role.SECURITY)


def at_office(app: Flask, *roles: Role) -> Browser:
    with connection():
        actor = makers.acting(*roles)
    return browse(app, actor)


def sent(content: bytes, name: str = "fil.csv") -> dict[str, Any]:
    return {"file": (io.BytesIO(content), name)}


def carried_in(office: Browser) -> str:
    assert office.last is not None
    found = re.search(r'name="sheet" value="([^"]*)"', office.last.text)
    assert found
    return html.unescape(found[1])


@pytest.mark.parametrize("what", SHAPES)
def test_a_file_is_chosen_looked_through_and_saved(what: str, office: Browser) -> None:
    office.get(f"/inlasning/{what}")
    office.get(f"/inlasning/{what}/mall.csv")
    assert office.last is not None and office.last.mimetype == "text/csv"
    rows = {
        "enheter": (UNITS, ("UF", "Utbildning", "Förvaltning", "KS", "2020-01-01", "")),
        "personer": (PEOPLE, ("Bo", "bo@kommun.se", "", "KS", "warden")),
        "lokaler": ((*PREMISES, "Färg"), *premises_rows(60)),
    }[what]
    before = count(what)
    page = office.post(f"/inlasning/{what}", sent(as_excel(*rows), "namn.txt"), status=200)
    assert (count(what), "Färg" in page.text) == (before, what == "lokaler")
    office.post(f"/inlasning/{what}/spara", {"sheet": carried_in(office)})
    assert (office.went_to, count(what)) == (f"/{what}", before + len(rows) - 1)
    office.get(office.went_to)
    page = office.post(f"/inlasning/{what}", sent(as_csv(*rows)), status=200)
    assert not [form for form in page.forms if form["action"].endswith("/spara")]


def count(what: str) -> int:
    with connection():
        return SHAPES[what].record_type.select().count()


def test_problems_are_shown_and_cannot_be_saved(office: Browser) -> None:
    rows = [*premises_rows(300), ("x", "<b>Slott", "slott", "", "", "")]
    page = office.post("/inlasning/lokaler", sent(as_csv(PREMISES, *rows)), status=422)
    assert "302" in page.text and not [form for form in page.forms if form["action"].endswith("/spara")]
    sheet = sheets.packed(files.read(as_csv(PREMISES, *rows)))
    page = office.post("/inlasning/lokaler/spara", {"sheet": sheet}, status=422)
    assert "302" in page.text and count("lokaler") == 0


@pytest.mark.parametrize("name", ["empty", "a picture", "half an Excel file", "a bomb", "with macros"])
def test_a_file_that_cannot_be_read_brings_the_first_page_back(name: str, office: Browser) -> None:
    made, _ = BAD_FILES[name]
    page = office.post("/inlasning/lokaler", sent(made()), status=422)
    assert say("This needs to be put right", "sv") in page.text


@pytest.mark.parametrize("data", [{}, {"file": "text"}, {"sheet": "x"}], ids=["nothing", "a text", "a sheet"])
def test_no_file_is_told(data: dict[str, str], office: Browser) -> None:
    office.post("/inlasning/enheter", data, status=422)
    office.post("/inlasning/enheter/spara", data, status=422)


def noise(seed: int, length: int) -> str:
    """A text that hardly packs."""
    return hashlib.shake_256(str(seed).encode()).hexdigest(length // 2)


def test_a_file_of_many_megabytes_comes_through_both_pages(office: Browser) -> None:
    names = [noise(number, 100) for number in range(2000)]
    rows = [(f"K{n}", name, "Nämnd", "", "2020-01-01", "") for n, name in enumerate(names)]
    office.post("/inlasning/enheter", sent(as_csv(UNITS, *rows)), status=200)
    sheet = carried_in(office)
    assert len(sheet) > 100_000
    office.post("/inlasning/enheter/spara", {"sheet": sheet})
    assert count("enheter") == 2001
    filler = carried([["A"], [[2, [noise(0, 8_000_000)]]]])
    assert len(filler) > 4_000_000
    office.post("/inlasning/enheter/spara", {"sheet": filler}, status=422)


def test_what_happened_between_the_pages_is_told(office: Browser) -> None:
    office.post("/inlasning/lokaler", sent(as_csv(PREMISES, *premises_rows(2))), status=200)
    sheet = carried_in(office)
    office.post("/inlasning/lokaler/spara", {"sheet": sheet})
    office.post("/inlasning/lokaler/spara", {"sheet": sheet})  # all of it is there: nothing changes
    assert count("lokaler") == 2


def test_who_was_first_between_looking_and_saving_is_told(office: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    office.post("/inlasning/lokaler", sent(as_csv(PREMISES, *premises_rows(2))), status=200)

    def another_first(actor: Actor, plan: Plan, at: dt.datetime) -> None:
        raise ledger.Conflict(None)

    monkeypatch.setattr(imports, "save", another_first)
    page = office.post("/inlasning/lokaler/spara", {"sheet": carried_in(office)}, status=409)
    assert [form for form in page.forms if form["action"].endswith("/spara")]


def test_those_who_may_not_are_refused(app: Flask) -> None:
    warden, security = at_office(app, Role.WARDEN), at_office(app, Role.SECURITY)
    for what in SHAPES:
        expected = 200 if what == "lokaler" else 403
        security.get(f"/inlasning/{what}", expected)
        for path in ("", "/mall.csv"):
            warden.get(f"/inlasning/{what}{path}", 403)
        for path in ("", "/spara"):
            warden.post(f"/inlasning/{what}{path}", {}, 403)
        warden.get(f"/inlasning/{what}/spara", 405)
    warden.get("/inlasning/annat", 404)


def large(size: int, token: str = "") -> dict[str, Any]:
    """A form with a file of `size` bytes, written by hand: the test client would put it in a temporary file."""
    parts = {'name="csrf_token"': token.encode(), 'name="file"; filename="x"': b"x" * size}
    body = b"".join(
        f"--b\r\nContent-Disposition: form-data; {n}\r\n\r\n".encode() + c + b"\r\n" for n, c in parts.items()
    )
    return {"data": body + b"--b--\r\n", "content_type": "multipart/form-data; boundary=b"}


def test_a_file_that_is_too_large_is_told_by_us_and_one_larger_still_by_the_limit(office: Browser) -> None:
    for size, status in ((11 * 1024**2, 422), (26 * 1024**2, 413)):
        answer = office.client.post("/inlasning/lokaler", **large(size, office.token()), headers=OURS)
        assert answer.status_code == status


def test_somebody_not_signed_in_sends_no_large_file(app: Flask) -> None:
    answer = app.test_client().post("/inlasning/lokaler", **large(3 * 1024**2), headers=OURS)
    assert answer.status_code in (401, 413)


# What the preview tells


def test_a_changed_row_tells_what_stood_there_and_what_will(office: Browser) -> None:
    old = [(*row[:5], "Ägaren") for row in premises_rows(2)]
    with connection():
        saved("lokaler", PREMISES, *old)
    new = ("0", "Skola 0", "Kontor", "Nygatan 9", old[0][4], "Ägaren")
    page = office.post("/inlasning/lokaler", sent(as_csv(PREMISES, new, old[1])), status=200)
    assert f"Typ: {say(PremisesKind.SCHOOL, 'sv')} → Kontor; Adress: {old[0][3]} → Nygatan 9" in page.text
    assert "Ägs av" not in page.text


def test_a_changed_unit_is_told_by_its_name_also_when_the_file_brings_it(office: Browser) -> None:
    with connection():
        some_units()
        saved("enheter", UNITS, ("A", "Avdelning A", "Enhet", "KS", "2020-01-01", ""))
    rows = (("B", "Avdelning B", "Enhet", "KS", "2020-01-01", ""), ("A", "Avdelning A", "Enhet", "B", "2020-01-01", ""))
    page = office.post("/inlasning/enheter", sent(as_csv(UNITS, *rows)), status=200)
    assert re.search(r"Tillhör: Kommunstyrelsen → Avdelning B", page.text)


def test_every_fault_of_a_row_is_told(key: bytes) -> None:
    some_units()
    row = ("", "x" * 200, "slott", "Gatan", "Ingen enhet", "", "varannan", "ingen@kommun.se")
    plan = looked("lokaler", (*PREMISES, "Rondintervall", "Brandskyddsansvarig"), row)
    told = [column for _, column, _ in problems(plan)]
    assert sorted(told) == sorted(
        ["Object number", "Name", "Kind", "Used by (HG)", "Owned by (HV)", "Rounds are walked",
         "E-mail of who is responsible for fire safety"]
    )  # fmt: skip


def test_only_faulty_or_only_changed_rows_are_shown_on_request(office: Browser) -> None:
    with connection():
        saved("lokaler", PREMISES, *premises_rows(60))
    rows = list(premises_rows(60))
    rows[55] = (*rows[55][:3], "Nygatan 9", *rows[55][4:])
    page = office.post("/inlasning/lokaler", sent(as_csv(PREMISES, *rows)), status=200)
    assert "Nygatan 9" not in page.text and "Bara nya och ändrade (1)" in page.text and "fel (" not in page.text
    shown = {"sheet": carried_in(office), "visa": "andras"}
    page = office.post("/inlasning/lokaler", shown, status=200)
    assert "Nygatan 9" in page.text and "Alla rader (60)" in page.text
    office.post("/inlasning/lokaler/spara", {"sheet": carried_in(office)})
    rows[57] = (*rows[57][:2], "slott", *rows[57][3:])
    office.post("/inlasning/lokaler", sent(as_csv(PREMISES, *rows)), status=422)
    page = office.post("/inlasning/lokaler", {"sheet": carried_in(office), "visa": "fel"}, status=422)
    assert "Bara rader med fel (1)" in page.text and "Skola 57" in page.text and "Skola 5 " not in page.text
    office.post("/inlasning/lokaler", {"sheet": carried_in(office), "visa": "rymden"}, status=422)


@pytest.mark.parametrize("line", [b"\n", b"\r\n", b";\n", b"   \n"], ids=["empty", "windows", "cells", "spaces"])
def test_a_file_of_line_breaks_takes_little_memory(line: bytes) -> None:
    content = b"Kod;Namn\n" + line * (512 * 1024 // len(line))
    tracemalloc.start()
    with pytest.raises(Unreadable):
        files.read(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * len(content) + 1024**2, f"{peak // 1024**2} MB; a list of each line would be 40 and more"
