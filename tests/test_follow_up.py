"""Kommunstyrelsen's page: each rule gives exactly one verdict, and every figure is the rows that its link opens."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from peewee import Value

from models.calendar import months_before
from models.database import connection
from models.exercises import ManagementReview, Trained, Training
from models.fire_safety import Deficiency, DocumentKind, DocumentState, Round, Severity
from models.happenings import Verb
from models.incidents import Answer
from models.incidents import Severity as IncidentSeverity
from models.measures import Measure
from models.people import Actor
from models.programme import FollowUpPoint
from models.protective_security import AnalysisScope, Post, UpdateReason
from models.words import Act, Register, Role
from tests import incident_makers as made
from tests import makers
from tests.makers import AT, DAY, OFFICE, TODAY, acting, premises
from tests.pages import Reader
from tracker import language
from tracker.acts import follow_up, installing, programmes, rounds
from tracker.acts.follow_up import Level, Verdict
from tracker.laws import ledger, policy
from tracker.spine import records

F, P, N, NO_EVIDENCE = Level.FULFILLED, Level.PARTLY, Level.NOT, Level.NO_EVIDENCE
POLICY, GUIDELINE = DocumentKind.POLICY, DocumentKind.GUIDELINE


def rules() -> dict[str, dict[str, Any]]:
    """The shipped rules, by their points' codes."""
    _, areas = programmes.load(programmes.SHIPPED)
    points = (row for _, rows in areas for row in rows if isinstance(row, FollowUpPoint) and row.rule)
    return {point.code: json.loads(point.rule) for point in points}


def told(code: str, holds: Mapping[str, bool]) -> Level:
    """The verdict as the programme's words say it: an oracle of its own."""
    if code == "4.3-U3":
        if holds["policy"] and holds["guideline"]:
            return F
        return P if holds["policy"] or holds["guideline"] or holds["begun"] else N
    if code == "4.3-X3":
        if holds["rounds"] and holds["acute"]:
            return F
        return P if holds["rounds_partly"] and holds["acute_few"] else N
    if code == "4.3-U1":
        wanted = ("review", "process", "meeting", "assessed", "measures")
        if all(holds[name] for name in wanted):
            return F
        return P if holds["review"] or holds["begun"] or holds["process"] else N
    if code == "4.3-U2":
        if all(holds[name] for name in ("version", "plans", "signed", "trained")):
            return F
        return P if holds["review"] or (holds["in_force"] and holds["signed_partly"]) else N
    if code == "4.3-U4":
        return {2: F, 1: P, 0: N}[holds["process"] + holds["chief"]]
    if code == "4.1-U1":
        if all(holds[name] for name in ("plans", "exercised", "trained")):
            return F
        return P if holds["adopted"] and holds["held"] else N
    if code == "4.3-X2":
        if all(holds[name] for name in ("plan_intrusion", "plan_overload", "intrusion", "overload")):
            return F
        return P if holds["intrusion_held"] or holds["overload_held"] else N
    if code == "4.3-X1":
        if all(holds[name] for name in ("review", "trained", "untrained", "learnt", "measures")):
            return F
        return P if any(holds[name] for name in ("review", "trained", "learnt", "measures")) else N
    raise AssertionError(f"{code} has a rule, but nobody has said what it should give")


@pytest.mark.parametrize("code", sorted(rules()))
def test_every_combination_of_claims_gives_exactly_one_verdict(code: str) -> None:
    rule = rules()[code]
    names = sorted(rule["claims"])
    for outcome in itertools.product((False, True), repeat=len(names)):
        holds = dict(zip(names, outcome, strict=True))
        assert follow_up.decided(rule, holds) is told(code, holds), holds


@pytest.mark.parametrize("code", sorted(rules()))
def test_more_that_holds_never_makes_it_worse(code: str) -> None:
    rule, order = rules()[code], [N, P, F]
    names = sorted(rule["claims"])
    for outcome in itertools.product((False, True), repeat=len(names)):
        holds = dict(zip(names, outcome, strict=True))
        now = order.index(follow_up.decided(rule, holds))
        for name in names:
            assert order.index(follow_up.decided(rule, holds | {name: True})) >= now, (holds, name)


@pytest.fixture
def programme(database: Any) -> None:
    makers.use_key()
    programmes.install(OFFICE, AT)


def verdict(code: str, on: dt.date = TODAY) -> Verdict:
    return follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == code), on)


def level(code: str, on: dt.date = TODAY) -> Level:
    """The verdict, which a page shows as one of the programme's points."""
    found = verdict(code, on)
    running = follow_up.running(on)
    if running is not None:
        shown = follow_up.followed_up(running, on).verdicts
        assert [v.level for v in shown if v.point.code == code] == [found.level]
    return found.level


# 4.3-U3: policy and guideline

FOUR_YEARS_AGO = months_before(TODAY, 48)
YESTERDAY, TOMORROW = TODAY - DAY, TODAY + DAY
EXPIRED = {"valid_to": YESTERDAY}
OLD = {"decided_on": FOUR_YEARS_AGO - DAY, "valid_from": FOUR_YEARS_AGO - DAY}
REFERRED, DRAFT, REPEALED = ({"state": DocumentState(word)} for word in ("referred", "draft", "repealed"))

DOCUMENTS: dict[str, tuple[list[tuple[DocumentKind, dict[str, Any]]], Level]] = {
    "nothing registered": ([], NO_EVIDENCE),
    "both in force": ([(POLICY, {}), (GUIDELINE, {})], F),
    "both, and an old one beside": ([(POLICY, {}), (GUIDELINE, {}), (POLICY, EXPIRED)], F),
    "only the policy": ([(POLICY, {})], P),
    "only the guideline": ([(GUIDELINE, {})], P),
    "two policies are no guideline": ([(POLICY, {}), (POLICY, {})], P),
    "one valid, one expired": ([(POLICY, {}), (GUIDELINE, EXPIRED)], P),
    "one expired": ([(POLICY, EXPIRED)], P),
    "both expired": ([(POLICY, EXPIRED), (GUIDELINE, EXPIRED)], P),
    "the last day of both": ([(POLICY, {"valid_to": TODAY}), (GUIDELINE, {"valid_to": TODAY})], F),
    "decided four years ago to the day": ([(POLICY, {"decided_on": FOUR_YEARS_AGO}), (GUIDELINE, {})], F),
    "decided a day more than four years ago": ([(POLICY, OLD), (GUIDELINE, {})], P),
    "both too old": ([(POLICY, OLD), (GUIDELINE, OLD)], P),
    "in force from tomorrow": ([(POLICY, {"valid_from": TOMORROW}), (GUIDELINE, {"valid_from": TOMORROW})], P),
    "in force from today": ([(POLICY, {"valid_from": TODAY}), (GUIDELINE, {"valid_from": TODAY})], F),
    "one out for comment": ([(POLICY, REFERRED)], P),
    "one valid, the other out for comment": ([(POLICY, {}), (GUIDELINE, REFERRED)], P),
    "only drafts": ([(POLICY, DRAFT), (GUIDELINE, DRAFT)], N),
    "repealed": ([(POLICY, REPEALED), (GUIDELINE, REPEALED)], N),
    "one valid, one repealed": ([(POLICY, {}), (GUIDELINE, REPEALED)], P),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_policy_and_guideline(programme: None, name: str) -> None:
    documents, expected = DOCUMENTS[name]
    for kind, values in documents:
        makers.document(kind, **values)
    assert level("4.3-U3") is expected


@pytest.mark.parametrize("code", ["4.1-U1", "4.3-U1", "4.3-U3", "4.3-U4", "4.3-X2", "4.3-X3"])
def test_stated_absence_is_not_fulfilled(programme: None, code: str) -> None:
    assert level(code) is NO_EVIDENCE
    point = FollowUpPoint.get(FollowUpPoint.code == code)
    values = {"absent_since": TODAY, "absent_because": "Inventerat"}
    records.change(acting(Role.SECRETARY), point, values, point.version, AT)
    assert level(code) is N
    assert level(code, YESTERDAY) is NO_EVIDENCE


def test_evidence_outweighs_a_stated_absence(programme: None) -> None:
    point = FollowUpPoint.get(FollowUpPoint.code == "4.3-U3")
    records.change(acting(Role.CHIEF), point, {"absent_since": TODAY}, point.version, AT)
    makers.document(POLICY)
    makers.document(GUIDELINE)
    assert level("4.3-U3") is F


def test_rounds_and_deficiencies_stand_beside_and_change_nothing(programme: None) -> None:
    """4.3-U3 asks whether there is a policy; whether it works stands on a line of its own."""
    makers.document(POLICY)
    makers.document(GUIDELINE)
    makers.planned_round(at=AT - 200 * DAY)
    makers.deficiency(severity=Severity.ACUTE, due_on=YESTERDAY)
    found = verdict("4.3-U3")
    assert found.level is F and found.performance == ("rounds", "acute")
    assert [found.claims[name].holds for name in found.performance] == [False, False]


SEVERE = dict(severity=IncidentSeverity.SERIOUS, significant=Answer.NO)


@pytest.mark.parametrize(
    ("held", "trained", "restored", "measure", "expected"),
    [
        (None, None, None, None, NO_EVIDENCE),
        (100, 9, None, None, F),
        (400, 9, None, None, P),
        (100, 1, None, None, P),
        (100, None, None, None, P),
        (100, 9, 29, None, F),
        (100, 9, 31, None, P),
        (100, 9, 1, 1, P),
        (100, 9, 1, 0, F),
        (400, None, 31, 1, N),
        (None, None, 31, 1, N),
        (None, None, 31, None, P),
    ],
)
def test_information_security_reviewed_trained_learnt_and_mended(
    programme: None, held: int | None, trained: int | None, restored: int | None, measure: int | None, expected: Level
) -> None:
    """A review so many days old, so many of ten trained, a severe incident and a measure of it so many days late."""
    if held is not None:
        values = dict(held_on=TODAY - held * DAY, body="Kommunstyrelsen", reference="KS/2026:12", decisions="Fortsätt.")
        records.add(OFFICE, ManagementReview, values, AT)
    if trained is not None:
        committee = makers.unit("Kommunstyrelsen")
        values = dict(unit=committee.id, group=Trained.MANAGEMENT, counted_on=TODAY, of_all=10, trained=trained)
        records.add(OFFICE, Training, values, AT)
    if restored is not None:
        then = AT - restored * DAY
        row = made.triaged(made.incident(at=then), at=then, **SEVERE)
        by = made.coordinator()
        makers.moved(row, "restore", by, at=then, restored_at=then)
        if measure is not None:
            values = dict(title="Prova", unit=makers.unit().id, due_on=TODAY - measure * DAY)
            records.add_from(by, Measure, row, values, AT)
    assert level("4.3-X1") is expected


def test_a_point_without_its_register_says_so(programme: None) -> None:
    waiting = [point.code for point in FollowUpPoint.select() if not point.rule]
    assert {level(code) for code in waiting} == {Level.LATER} and len(waiting) == 6


# 4.3-U4: a process and somebody who answers for it; the analysis itself beside


@pytest.mark.parametrize(
    ("process", "post", "expected"),
    [
        (None, None, NO_EVIDENCE),
        ({}, {}, F),
        ({}, None, P),
        (None, {}, P),
        ({"ended_on": YESTERDAY}, {}, P),
        ({"ended_on": TODAY}, {}, F),
        ({"adopted_on": TOMORROW}, {}, P),
        ({"adopted_on": None, "paragraph": None}, {}, P),
        ({"adopted_on": None}, None, N),
        ({}, {"ended_on": YESTERDAY}, P),
        ({}, {"ended_on": TODAY}, F),
        ({}, {"appointed_on": TOMORROW}, P),
        ({"ended_on": YESTERDAY}, {"ended_on": YESTERDAY}, N),
        ({}, {"post": Post.DEPUTY}, P),
        (None, {"post": Post.DEPUTY}, N),
    ],
)
def test_a_process_and_a_chief(
    programme: None, process: dict[str, Any] | None, post: dict[str, Any] | None, expected: Level
) -> None:
    if process is not None:
        makers.process(**process)
    if post is not None:
        makers.appointed(**post)
    assert level("4.3-U4") is expected


TWO_YEARS = {
    "adopted today": (TODAY, None, TODAY, True),
    "two years to the day": (dt.date(2024, 11, 23), None, TODAY, True),
    "a day more": (dt.date(2024, 11, 22), None, TODAY, False),
    "across a leap day": (dt.date(2026, 3, 1), None, dt.date(2028, 3, 1), True),
    "to be updated earlier": (dt.date(2026, 1, 8), YESTERDAY, TODAY, False),
}


@pytest.mark.parametrize("name", TWO_YEARS)
def test_that_the_analysis_is_up_to_date_stands_beside(programme: None, name: str) -> None:
    """Two years by the calendar, and not past the day by which it was to be updated."""
    adopted, due, today, holds = TWO_YEARS[name]
    makers.process()
    makers.appointed()
    makers.adopted_analysis(adopted, due)
    makers.analysis()
    found = verdict("4.3-U4", today)
    assert found.performance == ("analysis", "measures") and found.level is F
    claim = found.claims["analysis"]
    assert (claim.holds, claim.count, claim.newest) == (holds, int(holds), adopted if holds else None)


def test_only_an_analysis_of_the_whole_municipality_counts(programme: None) -> None:
    for scope in (AnalysisScope.COMPANIES, AnalysisScope.PART):
        makers.adopted_analysis(TODAY, scope=scope)
    assert not verdict("4.3-U4").claims["analysis"].holds
    row = makers.adopted_analysis(TODAY)
    assert verdict("4.3-U4").claims["analysis"].holds
    makers.moved(row, "outdate", makers.KEEPER, update_reason=UpdateReason.EVENT)
    assert not verdict("4.3-U4").claims["analysis"].holds


def shells_that_fell_due(in_time: int, late: int) -> None:
    """So many carried out on their last day, and one day after or not at all."""
    then, doer = AT - 40 * DAY, acting(Role.EMPLOYEE)
    for number in range(in_time + late):
        made = makers.shell(at=then, due_on=TODAY - 10 * DAY)
        if number < in_time or number % 2:
            at = AT - (10 if number < in_time else 9) * DAY
            moved = makers.moved(makers.moved(made, "prioritise", makers.KEEPER, at=then, priority=made.priority),
                                 "decide", makers.KEEPER, at=then, due_on=made.due_on)  # fmt: skip
            makers.moved(moved, "finish", makers.KEEPER, at=at, done_by=doer.id)


@pytest.mark.parametrize(("in_time", "late", "holds"), [(9, 1, True), (8, 1, False), (0, 2, False), (0, 0, False)])
def test_the_share_of_measures_in_time_stands_beside(programme: None, in_time: int, late: int, holds: bool) -> None:
    makers.process()
    shells_that_fell_due(in_time, late)
    makers.shell(due_on=TODAY)
    found = verdict("4.3-U4").claims["measures"]
    assert (found.count, found.of, found.holds) == (in_time, in_time + late, holds)


@pytest.mark.parametrize(
    ("in_time", "late", "shown"),
    [
        (0, 0, True),
        (0, 5, True),
        (5, 0, True),
        (5, 5, True),
        (1, 2, False),
        (0, 4, False),
        (9, 1, False),
        (4, 8, False),
    ],
)
def test_a_share_of_few_is_not_told_to_the_board(app: Flask, in_time: int, late: int, shown: bool) -> None:
    with connection():
        installing.install(OFFICE, AT - 300 * DAY)
        makers.process()
        shells_that_fell_due(in_time, late)
        board, chief = acting(Role.BOARD), acting(Role.CHIEF)
    told = {who: _share_in_time(app, who) for who in (board, chief)}
    exact = f"{in_time * 100 // (in_time + late)} procent" if in_time + late else "inget att räkna än"
    assert told[chief][0] == exact and told[chief][1]
    assert told[board] == ((exact, told[chief][1]) if shown else ("för få för att anges", ""))


def _share_in_time(app: Flask, who: Actor) -> tuple[str, str]:
    (point,) = [each for each in points(Reader(app, who).get("/uppfoljning")) if each.code == "4.3-U4"]
    return point.performance[1].figure, point.performance[1].tone


# 4.3-X3: whether the guideline is followed


@pytest.mark.parametrize(
    ("in_time", "due", "acute", "expected", "shown"),
    [
        (100, 100, 0, F, 100), (95, 100, 0, F, 95), (950, 1000, 0, F, 95), (1, 1, 0, F, 100), (19, 20, 0, F, 95),
        (949, 1000, 0, P, 94), (9499, 10000, 0, P, 94), (94999, 100000, 0, P, 94), (94, 100, 0, P, 94),
        (80, 100, 0, P, 80), (4, 5, 0, P, 80), (799, 1000, 0, N, 79), (79999, 100000, 0, N, 79), (0, 100, 0, N, 0),
        (100, 100, 1, P, 100), (100, 100, 3, P, 100), (100, 100, 4, N, 100), (80, 100, 3, P, 80), (80, 100, 4, N, 80),
        (79, 100, 1, N, 79), (0, 0, 0, N, None), (0, 0, 4, N, None),
    ],
)  # fmt: skip
def test_the_share_in_time_and_the_acute(
    programme: None, monkeypatch: pytest.MonkeyPatch, in_time: int, due: int, acute: int, expected: Level, shown: int
) -> None:
    makers.plan()
    counts = {"in_time_last_year": in_time, "last_year": due, "acute_late": acute}
    for record in (Round, Deficiency):
        monkeypatch.setattr(record, "counting", classmethod(lambda cls, selection, today: Value(counts[selection])))
    found = verdict("4.3-X3")
    assert (found.level, found.claims["rounds"].share) == (expected, shown)


@pytest.mark.parametrize(("late", "expected"), [(0, F), (1, P), (3, P), (4, N)])
def test_three_acute_are_partly_and_four_are_not(programme: None, late: int, expected: Level) -> None:
    then = AT - 60 * DAY
    walk = makers.planned_round(at=then, ends_on=dt.date(2026, 9, 30))
    makers.signed(walk, at=then)
    where = premises()
    for _ in range(late):
        makers.deficiency(where, severity=Severity.ACUTE, due_on=YESTERDAY)
    makers.deficiency(where, severity=Severity.ACUTE, due_on=TODAY)
    makers.deficiency(where, severity=Severity.SERIOUS, due_on=YESTERDAY)
    found = verdict("4.3-X3")
    assert (found.claims["rounds"].count, found.claims["rounds"].of) == (1, 1)
    assert (found.claims["acute"].count, found.level) == (late, expected)


def test_verified_and_accepted_are_no_longer_counted_and_done_still_is(programme: None) -> None:
    one, other = acting(Role.SECURITY), acting(Role.SECURITY)
    rows = [makers.deficiency(severity=Severity.ACUTE, due_on=YESTERDAY) for _ in range(3)]
    makers.moved(rows[0], "finish", one, done_how="Klart")
    makers.moved(makers.moved(rows[1], "finish", one, done_how="Klart"), "verify", other)
    makers.moved(rows[2], "accept", one, accepted_because="Rivs", accepted_until=TODAY + 90 * DAY)
    assert verdict("4.3-X3").claims["acute"].count == 1


def test_nothing_is_followed_up_when_no_programme_runs(programme: None) -> None:
    running = follow_up.running(TODAY)
    assert running is not None
    assert follow_up.running(running.ends_on) == follow_up.running(running.starts_on) == running
    assert follow_up.running(running.ends_on + DAY) is follow_up.running(running.starts_on - DAY) is None


def test_the_newest_of_something_ages(programme: None) -> None:
    makers.document(POLICY, decided_on=TODAY - 30 * DAY, valid_from=TODAY - 30 * DAY)
    for selection, target, newest, holds in (
        ("policy", 29, TODAY - 30 * DAY, False),
        ("policy", 30, TODAY - 30 * DAY, True),
        ("policy", 31, TODAY - 30 * DAY, True),
        ("guideline", 9, None, False),
    ):
        said = dict(label="x", label_en="x", record="styrdokument", selection=selection, day="decided_on")
        rule = dict(claims={"x": said | {"is": "newest", "target": target}}, evidence=["styrdokument"], shown=["x"])
        point = FollowUpPoint(rule=json.dumps(rule | dict(fulfilled=[["x"]], partly=[])))
        claim = follow_up.verdict(point, TODAY).claims["x"]
        assert (claim.newest, claim.holds) == (newest, holds)


# The page


@dataclass
class Town:
    app: Flask
    actors: dict[Role, Actor] = field(default_factory=dict)

    def read(self, role: Role) -> Reader:
        return Reader(self.app, self.actors[role])


@pytest.fixture(scope="module")
def town(house: Flask) -> Town:
    """Two units: rounds in time and missed, acute and late in each, one of two documents."""
    town = Town(house)
    with connection():
        installing.install(OFFICE, AT - 300 * DAY)
        here, there = premises("Björkskolan"), premises("Almskolan")
        for role in Role:
            town.actors[role] = acting(role, on=here, heads=here.unit)
        for place, walked in ((here, 2), (there, 1)):
            plan = makers.plan(place, at=AT - 200 * DAY)
            for walk in list(Round.select().where(Round.plan == plan).order_by(Round.due_on))[:walked]:
                makers.signed(walk, at=dt.datetime.combine(walk.due_on, AT.timetz()))
            makers.deficiency(place, severity=Severity.ACUTE, due_on=YESTERDAY)
        rounds.plan_ahead(OFFICE, AT)
        makers.document(POLICY)
        makers.document(GUIDELINE, **EXPIRED)
        makers.process()
        makers.adopted_analysis(TODAY - 900 * DAY)
        shells_that_fell_due(1, 2)
    return town


def points(page: Any) -> Iterator[Any]:
    yield from (point for area in page.areas for point in area.points)


def claims(page: Any) -> Iterator[Any]:
    yield from (claim for point in points(page) for claim in (*point.claims, *point.performance))


SEE = policy.who_may(Register.PROGRAMME, Act.SEE)


@pytest.mark.parametrize("role", sorted(SEE))
def test_every_figure_is_the_rows_that_its_link_opens(town: Town, role: Role) -> None:
    """Or stands without a link and says who can open it: nobody is led to a part of what was counted."""
    reader = town.read(role)
    found = list(claims(reader.get("/uppfoljning")))
    assert found
    for claim in found:
        links = [(claim.figure, claim.href)] if not claim.rows else [(link.label, link.href) for link in claim.rows]
        for label, href in links:
            number = int(label.split()[0]) if label.split()[0].isdigit() else 0
            assert bool(href) != bool(claim.who_can), claim.label
            assert not href or reader.rows(href) == number, (role, label, href)


@pytest.mark.parametrize("role", sorted(SEE))
def test_the_same_verdicts_for_everyone(town: Town, role: Role) -> None:
    """Two documents of which one expired; a process but no chief; 3 of 6 rounds in time; two acute past their date."""
    page = town.read(role).get("/uppfoljning")
    assert {point.code: point.verdict.tone for point in points(page)} == {
        "4.1-U1": "none",
        "4.3-U1": "none",
        "4.3-U2": "none",
        "4.3-U3": "part",
        "4.3-U4": "part",
        "4.3-X1": "none",
        "4.3-X2": "none",
        "4.3-X3": "no",
    }
    counts = [link.label.split()[0] for claim in claims(page) for link in claim.rows]
    small = ["1", "3", "2"] if role in policy.who_may(Register.PROTECTIVE_SECURITY, Act.SEE) else []
    assert counts == [*["0"] * 27, "3", "6", "3", *small, "3", "6", "3"]
    assert [tile.figure for tile in page.tiles] == ["0", "2", "1", "5", "6"]
    assert sum(len(area.later) for area in page.areas) == 6


@pytest.mark.parametrize("role", [Role.BOARD, Role.HEAD])
def test_a_tile_opens_the_points_that_it_counts(town: Town, role: Role) -> None:
    reader = town.read(role)
    for tile in reader.get("/uppfoljning").tiles:
        assert bool(tile.href) == (tile.figure != "0"), tile.label
        if tile.href:
            opened = reader.get(tile.href)
            assert len([*points(opened), *(each for area in opened.areas for each in area.later)]) == int(tile.figure)
            assert not any(area.gaps for area in opened.areas) and opened.actions
            assert [other.label for other in opened.tiles if other.active] == [tile.label]
    assert len(reader.get("/uppfoljning?bedomning=okand").areas) == len(reader.get("/uppfoljning").areas)


def test_each_point_says_in_one_sentence_why(town: Town) -> None:
    said = {point.code: point.why for point in points(town.read(Role.BOARD).get("/uppfoljning"))}
    nothing = "Underlag saknas: inget av det här slaget är registrerat, och ingen har angett att det inte finns."
    assert said == {
        "4.1-U1": nothing,
        "4.3-U1": nothing,
        "4.3-U2": nothing,
        "4.3-U3": "Delvis uppfylld: policyn är beslutad och gäller. "
        "För att vara uppfylld saknas: en riktlinje som är beslutad och gäller.",
        "4.3-U4": "Delvis uppfylld: processen är beslutad och gäller. "
        "För att vara uppfylld saknas: en utsedd säkerhetsskyddschef.",
        "4.3-X1": nothing,
        "4.3-X2": nothing,
        "4.3-X3": "Inte uppfylld. För att vara uppfylld saknas: 95 % av ronderna i tid (nu 50 %), "
        "ingen akut brist över tiden (nu 2).",
    }


def test_the_sentence_of_a_fulfilled_point_tells_its_figures(app: Flask) -> None:
    with connection():
        installing.install(OFFICE, AT - 300 * DAY)
        board, then = acting(Role.BOARD), AT - 60 * DAY
        makers.signed(makers.planned_round(at=then, ends_on=dt.date(2026, 9, 30)), at=then)
    said = {point.code: point.why for point in points(Reader(app, board).get("/uppfoljning"))}
    assert said["4.3-X3"] == "Uppfylld: 100 % av ronderna i tid, ingen akut brist över tiden."
    assert said["4.3-U3"].startswith("Underlag saknas: ")


def test_a_missed_round_says_so_in_lists_on_its_page_and_in_the_file(town: Town) -> None:
    """Stored as planned; what is missed follows from its last day, as the list of missed rounds does."""
    chief = town.read(Role.CHIEF)
    with connection():
        uids = {
            name: [row.uid.hex for row in Round.select().where(Round.declared.selections[name].where(Round, TODAY))]
            for name in ("missed", "due")
        }
    assert uids["missed"] and set(uids["due"]) - set(uids["missed"])
    states = {row.href: row.cells[3].text for row in chief.get("/ronder?urval=due").table.rows}
    for uid in uids["due"]:
        expected = "Missad" if uid in uids["missed"] else "Planerad"
        assert states[f"/ronder/{uid}"] == chief.get(f"/ronder/{uid}").state.text == expected
    chief.browser.get("/ronder/export?urval=missed")
    assert chief.browser.last.text.count("Missad") == len(uids["missed"])


def test_an_extra_round_that_nobody_walked_is_not_missed() -> None:
    extra = Round(kind="M", covers="M", opens_on=YESTERDAY, due_on=YESTERDAY, closes_on=YESTERDAY, plan=None)
    assert extra.as_of("state", TODAY) == extra.state


def test_a_head_sees_the_whole_municipalitys_figures_and_who_can_open_them(town: Town) -> None:
    """A head's lists hold the own unit's rows only, so the figure of all may not lead there."""
    page = town.read(Role.HEAD).get("/uppfoljning")
    closed = [claim for claim in claims(page) if not claim.href and not any(link.href for link in claim.rows)]
    of_the_register = {claim["label"] for claim in rules()["4.3-U4"]["claims"].values()}
    of_the_units = {claim["label"] for claim in rules()["4.3-U2"]["claims"].values() if "forank" in claim["record"]}
    rows = {"Ronder i tid, senaste 12 månaderna", "Akuta brister över tid"}
    rows |= {"Objekt med aktuell behovsprövning", "Åtgärder som är försenade över gränsen"}
    rows |= {
        claim["label"]
        for rule in (rules()["4.1-U1"], rules()["4.3-X2"])
        for name, claim in rule["claims"].items()
        if name in (*rule["shown"], *rule["performance"]) and claim["record"] != "incidentplaner"
    }
    rows |= {claim["label"] for name, claim in rules()["4.3-X1"]["claims"].items() if name != "review"}
    assert {claim.label for claim in closed} == rows | of_the_register | of_the_units
    chief, head = (language.say(role, "sv") for role in (Role.CHIEF, Role.HEAD))
    for claim in closed:
        assert chief in claim.who_can and head not in claim.who_can
    assert [claim.label for claim in claims(page) if claim.href] == [
        "Beslutad översyn, den senaste", "Nyttjandeprocess, beslutad", "Avtalsuppföljningsmöten, det senaste",
        "Gällande version, antagen eller bekräftad i perioden",
        "Policy för SBA, beslutad och gällande", "Riktlinje för SBA, beslutad och gällande",
        "Ledningens genomgång, högst 12 månader gammal",
        "Gällande plan för dataintrång", "Gällande plan för belastningsattack",
        "Planer vars översyn är försenad", "Planer vars kontaktlista inte är kontrollerad i tid",
    ]  # fmt: skip


@pytest.mark.parametrize("role", sorted(SEE))
def test_protective_security_shows_its_numbers_and_opens_to_the_chief_only(town: Town, role: Role) -> None:
    """The board and the auditors are led to the counts; whoever else may see the programme is not."""
    reader = town.read(role)
    (found,) = [point for point in points(reader.get("/uppfoljning")) if point.code == "4.3-U4"]
    links = [
        link for claim in (*found.claims, *found.performance) for link in (claim.href, *(r.href for r in claim.rows))
    ]
    assert any(links) == (role in policy.who_may(Register.PROTECTIVE_SECURITY, Act.SEE))
    sees = role in policy.who_may(Register.PROTECTIVE_SECURITY, Act.SEE)
    tones = [claim.tone for claim in (*found.claims, *found.performance)]
    assert tones == ["ok", "no", "no", "no" if sees else ""]
    assert found.performance[1].figure == ("33 procent" if sees else "för få för att anges")
    oversees = role in policy.who_may(Register.PROTECTIVE_SECURITY, Act.OVERSEE)
    assert bool(found.more) == oversees and (not oversees or reader.get(found.more.href))


@pytest.mark.parametrize("role", sorted(set(Role) - SEE))
def test_others_are_refused(town: Town, role: Role) -> None:
    page = town.read(role).get("/uppfoljning", 403)
    assert not hasattr(page, "areas")


def test_without_a_programme_the_page_says_so(app: Flask) -> None:
    with connection():
        board = acting(Role.BOARD)
    assert Reader(app, board).get("/uppfoljning").areas == ()


def test_a_programme_that_is_over_is_not_shown(app: Flask) -> None:
    with connection():
        programmes.install(OFFICE, AT)
        board, running = acting(Role.BOARD), follow_up.running(TODAY)
        assert running is not None
        running.ends_on = YESTERDAY
        with ledger.act(OFFICE, Verb.CHANGED, running, at=AT) as act:
            act.save(running)
    assert Reader(app, board).get("/uppfoljning").areas == ()


def test_the_months_are_the_rounds_that_the_share_counts(programme: None) -> None:
    """The chart and the share come from the same tallies, so they cannot disagree."""
    walked, missed = makers.planned_round(at=AT), makers.planned_round(at=AT)
    makers.signed(walked)
    later = walked.closes_on + DAY
    months = Round.by_month(later)
    assert months == [(walked.closes_on.replace(day=1), 1, 1)] and missed.closes_on == walked.closes_on
    assert Round.number("last_year", later) == sum(done + late for _, done, late in months)
    assert Round.number("in_time_last_year", later) == sum(done for _, done, _ in months)
    assert Round.by_month(walked.closes_on) == [], "whose last day has not passed counts nowhere yet"
