"""Protective security as far as it is open: the shells' lives and days, who sees them, and what the board may know."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from hypothesis import assume, given
from hypothesis import strategies as st

from models import RECORDS
from models.calendar import latest_reaching, months_before
from models.database import connection
from models.ledger import Entry
from models.people import Actor, Person
from models.protective_security import (
    Analysis,
    AnalysisScope,
    AnalysisState,
    Area,
    BoardReport,
    Ceiling,
    CheckResult,
    MeasureKind,
    MeasureState,
    OrderState,
    Priority,
    ProtectiveMeasure,
    ReportForm,
    SecurityCheck,
    SecurityOrder,
    SecurityPlan,
    Standing,
    SystemApproval,
    TrainingCount,
    UpdateReason,
    ceiling,
    latest_update,
)
from models.protective_security.measures import MEASURE_STEPS, next_code
from models.record import DECLARED
from models.words import Act, Register, Role
from tests import makers
from tests.browse import browse
from tests.makers import AT, DAY, KEEPER, TODAY, acting, moved
from tests.pages import Reader
from tracker import language
from tracker.acts import installing, orders, small_counts
from tracker.acts.small_counts import Shown
from tracker.acts.standing import standing
from tracker.laws import ledger, policy
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing, Refused

REGISTER = Register.PROTECTIVE_SECURITY
SLUGS = sorted(slug for slug, record_type in DECLARED.items() if record_type.declared.register is REGISTER)
KEEPERS = policy.who_may(REGISTER, Act.SEE)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2098, 12, 31))
LEAP_DAY = dt.date(2024, 2, 29)


@pytest.fixture
def register(database: Any) -> bytes:
    return makers.use_key()


def selected(record_type: Any, name: str, today: dt.date = TODAY) -> set[int]:
    condition = record_type.declared.selections[name].where(record_type, today)
    return {row.id for row in record_type.select(record_type.id).where(condition)}


def wrong(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.field, language.say(problem.message, "sv")) for problem in error.value.problems]


# Days


@given(DAYS, DAYS, st.integers(-30, 30))
def test_the_latest_day_that_has_come_when_moved(day: dt.date, other: dt.date, months: int) -> None:
    """Whatever day is asked about, it is at most that one just when it has come once it is moved."""
    assert (other <= latest_reaching(day, months)) == (months_before(other, months) <= day)


@given(DAYS, st.integers(-3, 3), st.sampled_from([1, 3, 6, -24]))
def test_also_around_the_ends_of_months(day: dt.date, beside: int, months: int) -> None:
    other = latest_reaching(day, months) + beside * DAY
    assert (beside <= 0) == (months_before(other, months) <= day)


@given(DAYS)
def test_an_analysis_is_updated_within_two_years(adopted: dt.date) -> None:
    due = latest_update(adopted)
    assert due.year == adopted.year + 2
    assert (due.month, due.day) == (
        (2, 28) if (adopted.month, adopted.day) == (2, 29) else (adopted.month, adopted.day)
    )


def reminders(due: dt.date, today: dt.date) -> str:
    """What the chief is reminded of on a day, told in months left: an oracle of its own."""
    if due < today:
        return "overdue"
    for months, name in ((1, "within_one"), (3, "within_three"), (6, "within_six")):
        if months_before(due, months) <= today:
            return name
    return ""


REMINDERS = {"overdue", "within_one", "within_three", "within_six"}


def test_each_analysis_is_in_the_one_selection_of_its_day(register: bytes) -> None:
    """Adopted on leap days and the ends of months; looked at around every day on which something changes."""
    adopted = [LEAP_DAY, dt.date(2024, 8, 31), dt.date(2024, 3, 1), dt.date(2025, 2, 28), dt.date(2024, 12, 31)]
    rows = [makers.adopted_analysis(day, scope=list(AnalysisScope)[n % 3]) for n, day in enumerate(adopted[:3])]
    rows += [makers.adopted_analysis(adopted[3], dt.date(2026, 2, 28)), makers.analysis()]
    standing_ones = [row for row in Analysis.select() if row.state is AnalysisState.ADOPTED]
    assert len(standing_ones) == 3
    for row in standing_ones:
        changes = [months_before(row.due_on, months) for months in (6, 3, 1, 0)]
        for today in (change + beside * DAY for change in changes for beside in (-1, 0, 1)):
            found = {name for name in REMINDERS if row.id in selected(Analysis, name, today)}
            assert found == {reminders(row.due_on, today)} - {""}, (row.adopted_on, today)
            assert (row.id in selected(Analysis, "up_to_date", today)) == (row.due_on >= today)
            expected = Standing.OVERDUE if row.due_on < today else Standing.CURRENT
            assert row.as_of("state", today) is expected


def test_the_reminders_come_18_21_and_23_months_after_the_adoption(register: bytes) -> None:
    row = makers.adopted_analysis(dt.date(2024, 5, 10))
    for months, name in ((18, "within_six"), (21, "within_three"), (23, "within_one")):
        day = months_before(dt.date(2024, 5, 10), -months)
        assert row.id in selected(Analysis, name, day) and row.id not in selected(Analysis, name, day - DAY)
    assert selected(Analysis, "overdue", dt.date(2026, 5, 10)) == set()
    assert selected(Analysis, "overdue", dt.date(2026, 5, 11)) == {row.id}


# Analyses


def test_an_analysis_lives_from_not_begun_to_adopted(register: bytes) -> None:
    row = makers.analysis(code="SSA-2026")
    assert row.state is AnalysisState.NOT_BEGUN and row.due_on is None and row.steps_done == 0
    row = moved(row, "start", KEEPER, started_on=TODAY - 90 * DAY)
    assert row.id in selected(Analysis, "ongoing")
    row = records.change(KEEPER, row, {"described_on": TODAY - 50 * DAY, "valued_on": TODAY - 2 * DAY}, row.version, AT)
    row = moved(row, "adopt", KEEPER, adopted_on=TODAY, adopted_by="Kommundirektör")
    assert (row.steps_done, row.next_due_on, row.as_of("next_due_on", TODAY)) == (3, None, dt.date(2028, 11, 23))
    assert row.as_of("state", TODAY) is Standing.CURRENT
    row = moved(row, "outdate", KEEPER, update_reason=UpdateReason.THREAT)
    assert row.as_of("state", TODAY) is Standing.UPDATE and selected(Analysis, "outdated") == {row.id}
    assert row.update_since == TODAY and selected(Analysis, "up_to_date") == set()
    row = moved(row, "uphold", KEEPER)
    assert row.as_of("state", TODAY) is Standing.CURRENT and row.update_since is None
    row = moved(row, "correct", KEEPER, adopted_on=TODAY - DAY, adopted_by="Kommunstyrelsen")
    assert row.due_on == dt.date(2028, 11, 22)
    assert ledger.verify(RECORDS, [register]).whole


def test_what_is_adopted_was_worked_out_before(register: bytes) -> None:
    row = makers.analysis(threats_on=TODAY + DAY, planned_on=TODAY + 9 * DAY)
    with pytest.raises(Invalid) as error:
        moved(row, "adopt", KEEPER, adopted_on=TODAY, adopted_by="Kommundirektör")
    assert wrong(error) == [("adopted_on", "Ett steg är daterat 24 nov 2026, efter att den fastställdes.")]
    row = records.change(KEEPER, row, {"threats_on": TODAY}, row.version, AT)
    assert moved(row, "adopt", KEEPER, adopted_on=TODAY, adopted_by="Kommundirektör").adopted_on == TODAY


@pytest.mark.parametrize(
    ("due", "sentence"),
    [
        (dt.date(2028, 11, 23), ""),
        (dt.date(2027, 1, 1), ""),
        (
            dt.date(2028, 11, 24),
            "minst vartannat år (2 kap. 1 § säkerhetsskyddsförordningen): 23 nov 2028 är sista dag",
        ),
        (TODAY, "inte före"),
    ],
)
def test_a_later_day_than_the_law_gives_is_refused_with_why(register: bytes, due: dt.date, sentence: str) -> None:
    if not sentence:
        assert makers.adopted_analysis(TODAY, due).due_on == due
        return
    with pytest.raises(Invalid) as error:
        makers.adopted_analysis(TODAY, due)
    ((name, told),) = wrong(error)
    assert name == "next_due_on" and sentence in told


def test_a_leap_day_is_followed_by_the_last_of_february(register: bytes) -> None:
    assert makers.adopted_analysis(LEAP_DAY, dt.date(2026, 2, 28)).due_on == latest_update(LEAP_DAY)
    with pytest.raises(Invalid):
        makers.adopted_analysis(LEAP_DAY, dt.date(2026, 3, 1))


def test_a_newer_one_of_the_same_scope_replaces_the_older(register: bytes) -> None:
    older = makers.adopted_analysis(TODAY - 800 * DAY)
    other = makers.adopted_analysis(TODAY - 800 * DAY, scope=AnalysisScope.COMPANIES)
    newer = makers.adopted_analysis(TODAY - 10 * DAY)
    states = {row.id: row.state for row in Analysis.select()}
    assert states == {
        older.id: AnalysisState.REPLACED,
        other.id: AnalysisState.ADOPTED,
        newer.id: AnalysisState.ADOPTED,
    }
    assert selected(Analysis, "overdue") == {other.id}
    assert ledger.verify(RECORDS, [register]).whole


def test_an_older_one_is_not_adopted_beside_a_newer(register: bytes) -> None:
    newer = makers.adopted_analysis(TODAY - 10 * DAY)
    with pytest.raises(Invalid) as error:
        makers.adopted_analysis(TODAY - 400 * DAY)
    ((name, told),) = wrong(error)
    assert name == "adopted_on" and "13 nov 2026" in told
    makers.adopted_analysis(TODAY - 400 * DAY, scope=AnalysisScope.PART)
    other = makers.adopted_analysis(TODAY - 400 * DAY, scope=AnalysisScope.COMPANIES)
    with pytest.raises(Invalid):
        records.change(KEEPER, other, {"scope": AnalysisScope.WHOLE}, other.version, AT)
    assert selected(Analysis, "whole_up_to_date") == {newer.id}


def test_nothing_is_adopted_on_a_day_to_come(register: bytes) -> None:
    with pytest.raises(Invalid) as error:
        makers.adopted_analysis(TODAY + DAY)
    ((name, told),) = wrong(error)
    assert name == "adopted_on" and "som kommer" in told
    row = makers.adopted_analysis(TODAY)
    with pytest.raises(Invalid):
        moved(row, "correct", KEEPER, adopted_on=TODAY + DAY, adopted_by="Kommundirektör")
    later = moved(row, "correct", KEEPER, at=AT + DAY, adopted_on=TODAY + DAY, adopted_by="Kommundirektör")
    assert (later.adopted_on, later.noted_on) == (TODAY + DAY, TODAY + DAY)


@pytest.mark.parametrize(
    "number", ["/srv/hemligt/SSA.docx", "C:\\SSA", "Kassaskåp B, rum 214", "https://x.se/1", "SÄK 2026:14 bilaga"]
)
def test_where_something_is_kept_is_a_number_in_a_register(register: bytes, number: str) -> None:
    assert makers.analysis(kept_at="SÄK 2026:14").kept_at == "SÄK 2026:14"
    with pytest.raises(Invalid):
        makers.analysis(kept_at=number)
    with pytest.raises(Invalid):
        makers.shell(kept_elsewhere=True, kept_at=number)


# Shells


def driven(until: MeasureState, **values: Any) -> ProtectiveMeasure:
    """A shell in a state, by the steps that lead there."""
    row, doer = makers.shell(**values), acting(Role.EMPLOYEE)
    asked: dict[str, dict[str, Any]] = {
        "prioritise": {"priority": Priority.FIRST},
        "decide": {"due_on": row.due_on, "budget_decided": True},
        "start": {},
        "finish": {"done_by": doer.id},
        "verify": {},
        "postpone": {"postponed_until": TODAY + 30 * DAY},
        "drop": {},
    }
    for step in WAYS[until]:
        row = moved(row, step, KEEPER, **asked[step])
    assert row.state is until
    return row


WAYS: dict[MeasureState, list[str]] = {
    MeasureState.IDENTIFIED: [],
    MeasureState.PRIORITISED: ["prioritise"],
    MeasureState.DECIDED: ["prioritise", "decide"],
    MeasureState.ONGOING: ["prioritise", "decide", "start"],
    MeasureState.DONE: ["prioritise", "decide", "start", "finish"],
    MeasureState.VERIFIED: ["prioritise", "decide", "start", "finish", "verify"],
    MeasureState.POSTPONED: ["prioritise", "postpone"],
    MeasureState.DROPPED: ["drop"],
}

ALLOWED = {
    MeasureState.IDENTIFIED: {"prioritise", "drop"},
    MeasureState.PRIORITISED: {"decide", "postpone", "drop"},
    MeasureState.DECIDED: {"start", "finish", "postpone", "drop"},
    MeasureState.ONGOING: {"finish", "postpone", "drop"},
    MeasureState.DONE: {"verify", "return"},
    MeasureState.VERIFIED: {"reopen"},
    MeasureState.POSTPONED: {"resume", "drop"},
    MeasureState.DROPPED: {"reopen"},
}


@pytest.mark.parametrize("state", list(MeasureState))
def test_a_measure_goes_the_guides_way_and_no_other(register: bytes, state: MeasureState) -> None:
    row, chief = driven(state), acting(Role.CHIEF)
    assert {name for name, _ in records.steps(chief, row, TODAY)} == ALLOWED[state]
    for name in set(MEASURE_STEPS) - ALLOWED[state]:
        with pytest.raises(Refused, match="cannot be taken from the state"):
            moved(row, name, chief)


def test_a_shell_has_no_free_text() -> None:
    """Everything typed is a choice, a day, a flag or a person, but the numbers and the function."""
    kinds = {name: type(kind).__name__ for name, kind in ProtectiveMeasure.kinds().items() if kind.typed}
    assert {name for name, kind in kinds.items() if kind in ("Text", "Note")} == {"code", "function", "kept_at"}
    assert not policy.who_may(REGISTER, Act.COMMENT)
    assert not any(records.arises_from(DECLARED["atgarder"], DECLARED[slug]) for slug in SLUGS)


def test_whoever_carried_it_out_does_not_check_it(register: bytes) -> None:
    chief, deputy = acting(Role.CHIEF), acting(Role.DEPUTY)
    row = moved(driven(MeasureState.DECIDED), "finish", chief, done_by=chief.id)
    for step in ("verify", "return"):
        assert step not in dict(records.steps(chief, row, TODAY))
        with pytest.raises(Refused, match="Somebody else must"):
            moved(row, step, chief)
    checked = moved(row, "verify", deputy)
    assert (checked.done_by_id, checked.verified_by_id, checked.verified_on) == (chief.id, deputy.id, TODAY)


def test_the_next_number_is_given(register: bytes) -> None:
    assert next_code() == "Å-001"
    assert [makers.shell().code for _ in range(3)] == ["Å-001", "Å-002", "Å-003"]
    makers.shell(code="S-041")
    makers.shell(code="S-1043")
    makers.shell(code="S-043")
    assert next_code() == "S-1044"
    with pytest.raises(Invalid) as error:
        makers.shell(code="Å-002")
    assert [name for name, _ in wrong(error)] == ["code"]
    with pytest.raises(Invalid):
        makers.shell(code="Grinden vid vattenverket")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kept_elsewhere": True}, "kept_at"),
        ({"kept_at": "SÄK 2026:14"}, "kept_elsewhere"),
        ({"due_on": None}, "due_on"),
        ({"function": ""}, "function"),
    ],
)
def test_what_a_shell_needs(register: bytes, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as error:
        makers.shell(**values)
    assert [name for name, _ in wrong(error)] == [field]


def test_a_priority_once_set_is_kept(register: bytes) -> None:
    row = driven(MeasureState.PRIORITISED)
    with pytest.raises(Invalid):
        records.change(KEEPER, row, {"priority": None}, row.version, AT)


def test_it_is_postponed_until_a_day_to_come_and_then_late(register: bytes) -> None:
    row = driven(MeasureState.PRIORITISED)
    for day in (TODAY, TODAY - DAY):
        with pytest.raises(Invalid) as error:
            moved(row, "postpone", KEEPER, postponed_until=day)
        assert [name for name, _ in wrong(error)] == ["postponed_until"]
    chief = acting(Role.CHIEF)
    row = moved(row, "postpone", chief, postponed_until=TODAY + DAY)
    assert (row.postponed_by_id, row.postponed_on) == (chief.id, TODAY)
    late = {day: selected(ProtectiveMeasure, "late", TODAY + day * DAY) for day in (0, 1, 2)}
    assert late == {0: set(), 1: set(), 2: {row.id}}
    row = moved(row, "resume", chief)
    assert row.state is MeasureState.PRIORITISED and row.postponed_until is None


def expected(row: ProtectiveMeasure, today: dt.date) -> set[str]:
    """Which selections a shell is in, said anew."""
    is_open = row.state in (
        MeasureState.IDENTIFIED, MeasureState.PRIORITISED, MeasureState.DECIDED, MeasureState.ONGOING,
    )  # fmt: skip
    finished = row.state in (MeasureState.DONE, MeasureState.VERIFIED)
    passed, lapsed = row.due_on < today, row.state is MeasureState.POSTPONED and row.postponed_until < today
    kept = row.done_on is not None and row.done_on <= row.due_on
    told = {
        "unfinished": is_open,
        "late": (is_open and passed) or lapsed,
        "due_soon": is_open and today <= row.due_on <= today + 30 * DAY,
        "to_verify": row.state is MeasureState.DONE,
        "verified": row.state is MeasureState.VERIFIED,
        "postponed": row.state is MeasureState.POSTPONED,
        "fallen_due": ((is_open or finished) and passed) or lapsed,
        "in_time": finished and passed and kept,
        "not_in_time": ((is_open or finished) and passed and not kept) or lapsed,
        row.area.value: True,
    }
    return {name for name, holds in told.items() if holds}


def test_every_selection_of_shells_on_every_day(register: bytes) -> None:
    """In each state, due before, on and after the day that it was carried out; looked at before, on and after."""
    areas = itertools.cycle(Area)
    rows = [
        driven(state, due_on=TODAY + days * DAY, area=next(areas)) for state in MeasureState for days in (-1, 0, 1, 40)
    ]
    for today in (TODAY + days * DAY for days in (-40, -1, 0, 1, 2, 10, 29, 30, 31, 41)):
        found = {name: selected(ProtectiveMeasure, name, today) for name in ProtectiveMeasure.declared.selections}
        for row in rows:
            assert {name for name, ids in found.items() if row.id in ids} == expected(row, today), (row.state, today)


# What else is noted


@pytest.mark.parametrize(
    ("record_type", "values", "field"),
    [
        (SecurityCheck, dict(checked_on=TODAY, area=Area.PHYSICAL, result=CheckResult.CLEAN, followed_up_on=TODAY), "followed_up_on"),
        (TrainingCount, dict(function_group="Drift", held_on=TODAY, trained=3, of_all=2), "trained"),
        (SecurityPlan, dict(version_on=TODAY, adopted_on=TODAY, paragraph="§ 3"), "reference"),
        (BoardReport, dict(reported_on=TODAY, held=ReportForm.OPEN, paragraph="tre"), "paragraph"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(register: bytes, record_type: Any, values: Any, field: str) -> None:
    with pytest.raises(Invalid) as error:
        records.add(KEEPER, record_type, values, AT)
    assert [name for name, _ in wrong(error)] == [field]


def test_nothing_classified_until_the_system_is_approved_and_never_more_than_restricted(register: bytes) -> None:
    assert [member.value for member in Ceiling] == ["none", "restricted"]
    assert ceiling(TODAY) is Ceiling.NONE
    row = makers.approval(approved_on=TODAY)
    assert [ceiling(TODAY + days * DAY) for days in (-1, 0, 1)] == [Ceiling.NONE, *[Ceiling.RESTRICTED] * 2]
    makers.approval(reference="KS/2026:78")
    assert ceiling(TODAY) is Ceiling.RESTRICTED
    for approval in SystemApproval.select():
        records.change(KEEPER, approval, {"withdrawn_on": TODAY + DAY}, approval.version, AT)
    assert [ceiling(TODAY), ceiling(TODAY + DAY)] == [Ceiling.RESTRICTED, Ceiling.NONE]
    with pytest.raises(Invalid):
        makers.approval(withdrawn_on=row.approved_on - 20 * DAY)


def test_a_shell_says_what_may_be_written(app: Flask) -> None:
    with connection():
        chief, shell = acting(Role.CHIEF), makers.shell()
    reader = Reader(app, chief)
    path = f"/skyddsatgarder/{shell.uid.hex}"
    assert reader.get(path).notices == ("Inga uppgifter i säkerhetsskyddsklass får skrivas i den här installationen.",)
    with connection():
        makers.approval()
    (told,) = reader.get(path).notices
    assert told == "Högst begränsat hemlig får skrivas i den här installationen, och bara i förseglade fält."


# Orders, and who sees what


@dataclass
class Town:
    app: Flask
    actors: dict[Role, Actor] = field(default_factory=dict)
    sent: dict[Role, SecurityOrder] = field(default_factory=dict)
    shells: dict[Role, ProtectiveMeasure] = field(default_factory=dict)

    def read(self, role: Role) -> Reader:
        return Reader(self.app, self.actors[role])


@pytest.fixture(scope="module")
def town(house: Flask) -> Town:
    """An order to somebody of every role, each about a shell of its own."""
    town = Town(house)
    with connection():
        installing.install(makers.OFFICE, AT - 300 * DAY)
        here = makers.premises("Björkskolan")
        for number, role in enumerate(Role):
            town.actors[role] = acting(role, name=f"Alva {role.value}", on=here, heads=here.unit)
            shell = makers.shell(code=f"Å-{number + 500}", function="Vattenchefen", kind=MeasureKind.IT)
            town.shells[role], town.sent[role] = shell, makers.order(shell, town.actors[role], at=AT - 3 * DAY)
    return town


TOLD = ("Vattenchefen", "IT-åtgärd", "Fysisk säkerhet", "2 Hög", "Identifierad")


@pytest.mark.parametrize("role", sorted(set(Role) - KEEPERS))
def test_a_recipient_sees_a_number_and_a_day_and_nothing_else(town: Town, role: Role) -> None:
    mine, others = town.shells[role].code, [row.code for other, row in town.shells.items() if other is not role]
    reader = town.read(role)
    page = reader.get("/uppdrag")
    assert [(form.title, form.lead) for form in page.forms] == [(mine, "Skickat 20 nov 2026.")]
    home = reader.get("/")
    (section,) = [one for one in home.sections if one.title == "Uppdrag till dig"]
    assert [[cell.text for cell in row.cells] for row in section.table.rows] == [[mine, "20 nov 2026"]]
    for path in ("/uppdrag", "/"):
        text = reader.browser.get(path).text
        assert mine in text and not [word for word in (*TOLD, *others) if word in text], path
    for slug in SLUGS:
        reader.get(f"/{slug}", 403)
    for row in (town.shells[role], town.sent[role]):
        reader.get(f"/{row.declared.slug}/{row.uid.hex}", 403)


@pytest.mark.parametrize("role", sorted(set(Role)))
def test_nobody_answers_anothers_order(town: Town, role: Role) -> None:
    """Not the chief either: an answer is the recipient's."""
    reader = town.read(role)
    for other, order in town.sent.items():
        if other is not role:
            reader.sent(f"/uppdrag/{order.uid.hex}/svar", {}, 404)
    with connection():
        assert SecurityOrder.select().where(SecurityOrder.state != OrderState.SENT).count() == 0
    reader.browser.post(f"/uppdrag/{town.sent[role].uid.hex}/svar", {}, 400, token=False)
    reader.get(f"/uppdrag/{town.sent[role].uid.hex}/svar", 405)


def test_signed_out_sees_no_order(town: Town) -> None:
    browse(town.app).get("/uppdrag", 302)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("act", [Act.ADD, Act.EDIT, Act.EXPORT, Act.VERIFY, Act.MEND, Act.DECIDE, Act.ACCEPT])
def test_only_the_chief_and_the_deputy_do_anything(slug: str, act: Act) -> None:
    assert policy.who_may(REGISTER, act) == KEEPERS == {Role.CHIEF, Role.DEPUTY}


def test_only_the_chief_raises_the_ceiling(town: Town) -> None:
    with connection():
        row = makers.approval(withdrawn_on=TODAY)
    chief, deputy = town.read(Role.CHIEF), town.read(Role.DEPUTY)
    for reader, status in ((chief, 200), (deputy, 403)):
        reader.get("/godkannanden/ny", status)
        reader.get(f"/godkannanden/{row.uid.hex}/andra", status)
    assert deputy.get(f"/godkannanden/{row.uid.hex}").actions == () and deputy.rows("/godkannanden?urval=alla") == 1
    with connection(), pytest.raises(Refused):
        makers.approval(by=town.actors[Role.DEPUTY])


def test_whoever_has_no_role_yet_can_report_and_answer(app: Flask) -> None:
    with connection():
        nobody = makers.actor(makers.person("Ny Person"))
        sent = makers.order(makers.shell(), nobody)
    assert nobody.roles == frozenset()
    reader = Reader(app, nobody)
    assert [form.title for form in reader.get("/uppdrag").forms] and reader.get("/")
    reader.browser.get("/rapportera")
    reader.browser.post(f"/uppdrag/{sent.uid.hex}/svar", {}, 303)
    for path in ("/skyddsatgarder", "/uppfoljning", "/sakerhetsskydd/lage", "/logg"):
        reader.get(path, 403)


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_shows_the_register_to_those_who_see_it(town: Town, role: Role) -> None:
    links = town.read(role).browser.get("/begransningar").links
    assert ("/skyddsatgarder" in links) == (role in KEEPERS)


def test_an_answer_is_one_button_and_is_seen_on_the_shell(app: Flask) -> None:
    with connection():
        chief, doer = acting(Role.CHIEF), acting(Role.CARETAKER, on=makers.premises())
        shell = makers.shell(by=chief)
        shell = moved(moved(shell, "prioritise", chief, priority=Priority.FIRST), "decide", chief, due_on=shell.due_on)
        sent = makers.order(shell, doer, by=chief)
        before = Entry.select().count()
    reader, owner = Reader(app, doer), Reader(app, chief)
    reader.browser.post(f"/uppdrag/{sent.uid.hex}/svar", {}, 303)
    assert reader.get("/uppdrag").forms == () and "Inget uppdrag väntar" in reader.browser.get("/uppdrag").text
    reader.sent(f"/uppdrag/{sent.uid.hex}/svar", {}, 404)
    with connection():
        row = SecurityOrder.get_by_id(sent.id)
        assert (row.state, row.answered_on) == (OrderState.ANSWERED, TODAY)
        assert Entry.select().count() == before + 1 and ProtectiveMeasure.get_by_id(shell.id).version == shell.version
    _, part = owner.get(f"/skyddsatgarder/{shell.uid.hex}").parts
    assert [cell.text for cell in part.table.rows[0].cells][-2:] == ["23 nov 2026", "Besvarat: utfört"]
    tiles = {tile.label: tile.figure for tile in owner.get("/").tiles}
    assert tiles["Uppdrag som är besvarade"] == "1"
    with connection():
        moved(moved(shell, "finish", chief, done_by=doer.id), "verify", chief)
    assert "Uppdrag som är besvarade" not in {tile.label for tile in owner.get("/").tiles}


def test_an_order_is_withdrawn_or_answered_once(register: bytes) -> None:
    doer, other = acting(Role.EMPLOYEE), acting(Role.BOARD)
    first, second = (makers.order(makers.shell(), doer, at=AT - days * DAY) for days in (2, 1))
    assert [order.sent_on for order in orders.waiting(doer)] == [TODAY - 2 * DAY, TODAY - DAY]
    assert list(orders.waiting(other)) == [] == list(orders.waiting(makers.OFFICE))
    moved(first, "withdraw", KEEPER)
    for actor, uid in ((doer, first.uid.hex), (other, second.uid.hex), (doer, "x"), (doer, "0" * 32)):
        with pytest.raises(Missing):
            orders.answer(actor, uid, AT)
    assert orders.answer(doer, second.uid.hex, AT).reference == second.measure.code
    with pytest.raises(Missing):
        orders.answer(doer, second.uid.hex, AT)
    with pytest.raises(Refused):
        orders.answer(makers.OFFICE, second.uid.hex, AT)
    with pytest.raises(Refused, match="cannot be taken"):
        moved(SecurityOrder.get_by_id(second.id), "withdraw", KEEPER)
    assert ledger.verify(RECORDS, [register]).whole


@pytest.mark.parametrize("state", [MeasureState.VERIFIED, MeasureState.DROPPED])
def test_no_order_is_sent_when_nothing_is_to_be_done(register: bytes, state: MeasureState) -> None:
    doer, row = acting(Role.EMPLOYEE), driven(state)
    with pytest.raises(Invalid) as error:
        makers.order(row, doer)
    assert [name for name, _ in wrong(error)] == ["recipient"]
    assert not records.may_add_to(acting(Role.CHIEF), SecurityOrder, row, TODAY)
    makers.order(moved(row, "reopen", KEEPER), doer)


@pytest.mark.parametrize("way", [["drop"], ["prioritise", "decide", "finish", "verify"]])
def test_what_nobody_has_answered_is_withdrawn_when_the_measure_ends(register: bytes, way: list[str]) -> None:
    doer, other, third = (acting(Role.EMPLOYEE) for _ in range(3))
    row, beside = makers.shell(), makers.order(makers.shell(), doer)
    sent, answered = makers.order(row, doer), makers.order(row, other)
    orders.answer(other, answered.uid.hex, AT)
    asked: dict[str, dict[str, Any]] = {
        "prioritise": {"priority": Priority.FIRST},
        "decide": {"due_on": row.due_on},
        "finish": {"done_by": third.id},
    }
    for step in way:
        assert [one.uid for one in orders.waiting(doer)] == [beside.uid.hex, sent.uid.hex]
        row = moved(row, step, KEEPER, **asked.get(step, {}))
    assert [one.uid for one in orders.waiting(doer)] == [beside.uid.hex]
    states = [SecurityOrder.get_by_id(one.id).state for one in (beside, sent, answered)]
    assert states == [OrderState.SENT, OrderState.WITHDRAWN, OrderState.ANSWERED]
    assert ledger.verify(RECORDS, [register]).whole


def test_an_order_goes_once_to_each(register: bytes) -> None:
    doer, row = acting(Role.EMPLOYEE), makers.shell()
    sent = makers.order(row, doer)
    with pytest.raises(Invalid) as error:
        makers.order(row, doer)
    assert [name for name, _ in wrong(error)] == ["recipient"]
    makers.order(row, acting(Role.EMPLOYEE))
    orders.answer(doer, sent.uid.hex, AT)
    makers.order(row, doer)


def test_what_is_answered_while_the_measure_is_postponed_is_followed_up(register: bytes) -> None:
    doer, row = acting(Role.EMPLOYEE), driven(MeasureState.POSTPONED)
    sent = makers.order(row, doer)
    orders.answer(doer, sent.uid.hex, AT)
    assert selected(SecurityOrder, "to_follow") == {sent.id}


def test_a_step_is_filled_in_from_what_stands_there(app: Flask) -> None:
    """Pressed as it is drawn it changes nothing that it does not ask anew."""
    with connection():
        chief = acting(Role.CHIEF)
        row = makers.shell(budget_decided=True, at=AT - DAY)
        row = moved(row, "prioritise", chief, priority=Priority.FIRST)
        analysis = makers.adopted_analysis(TODAY - 10 * DAY, TODAY + 100 * DAY)
    reader = Reader(app, chief)
    for path, step, expected in (
        (f"/skyddsatgarder/{row.uid.hex}", "decide", {"due_on": row.due_on.isoformat(), "budget_decided": "y"}),
        (f"/analyser/{analysis.uid.hex}", "correct", {
            "adopted_on": (TODAY - 10 * DAY).isoformat(), "adopted_by": "Kommundirektör",
            "next_due_on": (TODAY + 100 * DAY).isoformat(),
        }),
    ):  # fmt: skip
        (form,) = [one for one in reader.get(path).steps if one.action.endswith(f"/steg/{step}")]
        filled = {field.name: field.value for field in form.fields}
        assert filled == expected
        reader.browser.post(form.action, {**filled, **dict(form.hidden)}, 303)
    with connection():
        assert ProtectiveMeasure.get_by_id(row.id).budget_decided
        assert Analysis.get_by_id(analysis.id).next_due_on == TODAY + 100 * DAY


def test_whoever_may_not_come_in_has_no_orders_sent(app: Flask) -> None:
    """The choice of recipients is of those who may sign in."""
    with connection():
        chief, gone = acting(Role.CHIEF), acting(Role.EMPLOYEE, name="Borta Bra")
        row = Person.get_by_id(gone.id)
        row.active = False
        with ledger.act(makers.OFFICE, makers.Verb.DEACTIVATED, row, at=AT) as act:
            act.save(row)
        shell = makers.shell()
    form = Reader(app, chief).get(f"/skyddsatgarder/{shell.uid.hex}/sakerhetsuppdrag/ny").form
    (recipient,) = form.fields
    assert "Borta Bra" not in [option.label for option in recipient.options]


# The chief's first page


def test_the_chief_is_reminded_and_nobody_else(app: Flask) -> None:
    with connection():
        for scope, days in ((AnalysisScope.WHOLE, 735), (AnalysisScope.COMPANIES, 715), (AnalysisScope.PART, 560)):
            makers.adopted_analysis(TODAY - days * DAY, scope=scope, at=AT - DAY)
        moved(Analysis.get(Analysis.scope == AnalysisScope.PART), "outdate", KEEPER, update_reason=UpdateReason.RULES)
        for days in (-1, -2, 5):
            makers.shell(due_on=TODAY + days * DAY, at=AT - 9 * DAY)
        driven(MeasureState.DONE)
        readers = {role: Reader(app, acting(role)) for role in (Role.CHIEF, Role.DEPUTY, Role.SECURITY)}
    for role, reader in readers.items():
        tiles = {tile.label: (tile.figure, tile.href) for tile in reader.get("/").tiles}
        mine = {
            label: figure
            for label, (figure, _) in tiles.items()
            if label.startswith(("Analyser", "Säkerhetsskyddsåtgärder"))
        }
        assert mine == ({} if role is Role.SECURITY else {
            "Analyser som är försenade": "1",
            "Analyser som måste uppdateras": "1",
            "Analyser att uppdatera inom en månad": "1",
            "Analyser att uppdatera inom sex månader": "1",
            "Säkerhetsskyddsåtgärder som är försenade": "2",
            "Säkerhetsskyddsåtgärder att kontrollera": "1",
        })  # fmt: skip
        for label, (figure, href) in tiles.items():
            assert reader.rows(href) == int(figure), label


# How it stands, for kommunstyrelsen

OVERSEERS = {Role.CHIEF, Role.DEPUTY, Role.BOARD, Role.SECRETARY, Role.AUDITOR}


@pytest.mark.parametrize("role", list(Role))
def test_how_it_stands_is_read_by_the_board_its_secretary_the_auditors_and_the_keepers(town: Town, role: Role) -> None:
    """Not by whoever may see the programme: how often the vault was tried in vain is no head's matter."""
    page = town.read(role).get("/sakerhetsskydd/lage", 200 if role in OVERSEERS else 403)
    if role in OVERSEERS:
        text = " ".join(item for _, items in page.sections for item in items)
        assert not [word for word in ("Vattenchefen", "Å-5", "Björkskolan") if word in text]


def lines(page: Any) -> dict[str, tuple[str, ...]]:
    return dict(page.sections)


def test_how_it_stands_in_counts_and_days(app: Flask) -> None:
    with connection():
        board = acting(Role.BOARD)
    reader = Reader(app, board)
    empty = lines(reader.get("/sakerhetsskydd/lage"))
    assert empty["Säkerhetsskyddsanalyser"] == ("Ingen är fastställd.", "Ingen pågår.")
    assert empty["Säkerhetsskyddsåtgärder per område"][-1] == "Alla: 0"
    with connection():
        makers.adopted_analysis(dt.date(2025, 1, 8))
        makers.analysis()
        for area, number in ((Area.INFORMATION, 7), (Area.PHYSICAL, 6), (Area.PERSONNEL, 5)):
            for _ in range(number):
                makers.shell(area=area)
        for state in (MeasureState.PRIORITISED, MeasureState.PRIORITISED, MeasureState.ONGOING):
            driven(state, area=Area.PHYSICAL)
    told = lines(reader.get("/sakerhetsskydd/lage"))
    assert told["Säkerhetsskyddsanalyser"] == (
        "Hela kommunen: fastställd 8 jan 2025, ska uppdateras senast 8 jan 2027. Aktuell.", "En analys pågår.",
    )  # fmt: skip
    assert told["Säkerhetsskyddsåtgärder per år de ska vara klara"] == ("2026: visas inte",)
    assert told["Säkerhetsskyddsåtgärder per område"] == (
        "Informationssäkerhet: 7", "Fysisk säkerhet: visas inte", "Personalsäkerhet: 5",
    )  # fmt: skip
    assert told["Säkerhetsskyddsåtgärder per status"][:4] == (
        "Identifierad: 18", "Prioriterad: färre än 5", "Beslutad i plan: 0", "Pågår: färre än 5",
    )  # fmt: skip


def test_how_it_stands_says_what_is_decided_and_what_is_late(app: Flask) -> None:
    with connection():
        board = acting(Role.BOARD)
        makers.adopted_analysis(TODAY - 735 * DAY)
        moved(
            makers.adopted_analysis(TODAY, scope=AnalysisScope.PART),
            "outdate",
            KEEPER,
            update_reason=UpdateReason.RULES,
        )
    reader = Reader(app, board)
    empty = lines(reader.get("/sakerhetsskydd/lage"))
    states = {line.rpartition(". ")[2] for line in empty["Säkerhetsskyddsanalyser"] if "fastställd" in line}
    assert states == {"Försenad.", "Uppdatering krävs."}
    assert empty["Beslutat och rapporterat"] == (
        "Ingen process är fastställd.", "Ingen plan är fastställd.", "Kommunstyrelsen har inte fått veta läget.",
    )  # fmt: skip
    with connection():
        makers.process(adopted_on=TODAY - 300 * DAY, paragraph="§ 12")
        for days in (400, 90):
            plan = dict(version_on=TODAY - days * DAY, adopted_on=TODAY - days * DAY, paragraph=f"§ {days}")
            records.add(KEEPER, SecurityPlan, plan | {"reference": "KS/2026:41", "follow_up_on": TODAY + DAY}, AT)
        for days in (-9, 40, 30):
            report = dict(reported_on=TODAY - days * DAY, held=ReportForm.OPEN, paragraph=f"§ {days + 10}")
            records.add(KEEPER, BoardReport, report, AT)
    assert lines(reader.get("/sakerhetsskydd/lage"))["Beslutat och rapporterat"] == (
        "Processen fastställdes 27 jan 2026, § 12.",
        "Planen fastställdes 25 aug 2026, § 90.",
        "Planen följs upp nästa gång 24 nov 2026.",
        "Kommunstyrelsen fick senast veta läget 24 okt 2026, § 40.",
    )


def test_what_is_counted_is_what_there_is(register: bytes) -> None:
    for state in MeasureState:
        for _ in range(6):
            driven(state)
    by_area, by_state, by_year = standing(TODAY).measures.distributions
    assert [(cell.label, cell.number) for cell in by_year] == [("2026", 48)]
    assert [cell.number for cell in by_area] == [0, 48, 0]
    assert [cell.number for cell in by_state] == [6] * 8 and standing(TODAY).measures.total == 48


# Small counts

COUNTS = st.lists(st.integers(0, 14), min_size=1, max_size=5)


def labelled(counts: list[int]) -> Mapping[str, int]:
    return {f"c{place}": number for place, number in enumerate(counts)}


@st.composite
def wholes(draw: st.DrawFn) -> list[Mapping[str, int]]:
    """One to three distributions of the same whole."""
    first = draw(COUNTS)
    found = [labelled(first)]
    for _ in range(draw(st.integers(0, 2))):
        other, left = draw(COUNTS), sum(first)
        cut = [min(number, max(0, left - sum(other[:place]))) for place, number in enumerate(other)]
        found.append(labelled([*cut, left - sum(cut)]))
    return found


@given(wholes())
def test_few_are_never_shown_and_nothing_shown_is_changed(counts: list[Mapping[str, int]]) -> None:
    found = small_counts.shown(*counts)
    assert found.total in (None, sum(counts[0].values()))
    for said, told in zip(counts, found.distributions, strict=False):
        for cell in told:
            assert cell.few == (0 < said[cell.label] < 5)
            assert cell.number == said[cell.label] if not cell.hidden else said[cell.label] > 0
            assert not (cell.few and not cell.hidden)


@given(wholes())
def test_where_none_are_few_everything_is_shown(counts: list[Mapping[str, int]]) -> None:
    assume(not any(0 < number < 5 for each in counts for number in each.values()))
    found = small_counts.shown(*counts)
    assert found.total == sum(counts[0].values())
    assert [[cell.number for cell in each] for each in found.distributions] == [list(c.values()) for c in counts]


def splits(whole: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to split a whole in so many parts, zeros too."""
    if parts == 1:
        yield (whole,)
        return
    for first in range(whole + 1):
        for rest in splits(whole - first, parts - 1):
            yield (first, *rest)


@pytest.mark.parametrize(("shape", "most"), [((2, 3), 14), ((2, 2, 2), 11), ((3, 3), 8), ((1, 4), 8), ((5,), 10)])
def test_whoever_knows_the_rule_learns_no_hidden_count(shape: tuple[int, ...], most: int) -> None:
    """The inverse image: among all tables that give the very same page, each hidden count is at least two numbers.

    What a page of a whole of `most` hides could add up to three more for each of its few, at most three beside it.
    """
    pages: dict[Shown, list[tuple[tuple[int, ...], ...]]] = {}
    for whole in range(most + 3 * min(max(shape), 3) + 1):
        for tables in itertools.product(*(list(splits(whole, parts)) for parts in shape)):
            pages.setdefault(small_counts.shown(*(labelled(list(table)) for table in tables)), []).append(tables)
    looked_at = 0
    for page, tables_of in pages.items():
        if sum(tables_of[0][0]) <= most:
            for place, each in enumerate(page.distributions):
                for at, cell in enumerate(each):
                    if cell.hidden:
                        looked_at += 1
                        assert len({tables[place][at] for tables in tables_of}) > 1, (page, tables_of)
    assert looked_at > 10


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [
        ([[5, 6, 0]], [[5, 6, 0]], 11),
        ([[20, 3]], [[20, None]], None),
        ([[20, 3], [13, 10]], [[20, None], [None, 10]], None),
        ([[20, 2, 3], [13, 12]], [[20, None, None], [None, 12]], None),
        ([[8, 0, 0], [6, 1, 1]], [[None, 0, 0], [6, None, None]], None),
        ([[20, 1, 1], [12, 10], [9, 13]], [[20, None, None], [None, 10], [9, None]], None),
        ([[4, 4], [7, 1]], [], None),
        ([[10, 4], [7, 7]], [], None),
        ([[0, 0], [0]], [[0, 0], [0]], 0),
    ],
)
def test_known_cases(counts: list[list[int]], shown: list[list[int | None]], total: int | None) -> None:
    found = small_counts.shown(*map(labelled, counts))
    assert [[cell.number for cell in each] for each in found.distributions] == shown
    assert found.total == total


def test_different_wholes_are_refused() -> None:
    with pytest.raises(ValueError, match="the same total"):
        small_counts.shown({"a": 5}, {"a": 6})
