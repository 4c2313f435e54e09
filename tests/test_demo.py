"""Ekdala kommun, the invented municipality: whole, the same each time, and with what a visitor is promised to find."""

from __future__ import annotations

import datetime as dt
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine

from models import RECORDS
from models.common import RemedyState, Unit
from models.database import connect_to, connection, db
from models.exercises import ContinuityPlan, Exercise, ExerciseGoal, ExercisePlan, PlanState, Scenario
from models.exercises import Standing as YearStanding
from models.fire_safety import (
    Assignment,
    Checklist,
    ChecklistItem,
    Contact,
    ControlPlan,
    Deficiency,
    DocumentKind,
    Interval,
    PolicyDocument,
    Premises,
    PremisesKind,
    Round,
    RoundState,
    Severity,
    SeverityLimit,
)
from models.guarding import Contract, GuardedSite, Review, ReviewAnswer
from models.incidents import AfterAction, ClockState, Incident, IncidentState, LegalClock
from models.incidents import Severity as IncidentSeverity
from models.integrity import Anchoring, Guideline, Standing
from models.kinds import Sealed, Secret, Uid
from models.ledger import Entry
from models.measures import Comment, Mark, Measure
from models.people import Actor, Person, RoleGrant
from models.programme import FollowUpPoint
from models.protective_security import (
    Analysis,
    Ceiling,
    MeasureKind,
    MeasureState,
    ProtectiveMeasure,
    SecurityOrder,
    ceiling,
)
from models.record import Record
from models.vault import VaultEpoch, VaultGrant, VaultHolder
from models.words import Role
from tests.applications import shared
from tests.browse import browse
from tests.journeys.moving import move
from tests.makers import AT
from tracker import demo
from tracker.acts import follow_up, landing, people, rounds, standing
from tracker.acts import today as what_waits
from tracker.acts.follow_up import Level
from tracker.application import hand_out
from tracker.demo import data
from tracker.demo.clock import DAY, moment
from tracker.laws import ledger, passwords
from tracker.settings import SECRETS, Settings, new_secret, read
from tracker.spine import records
from tracker.spine.reading import Reading

TODAY = dt.date(2026, 11, 23)
DAYS = (dt.date(2028, 2, 29),)
SOME = "100 110 201 202 203 204 205 213 214 222 306 311 312 401 402 411 741"
"""Premises that the demo tells something about: enough for the promises, and a quarter of the time."""


@dataclass
class Ekdala:
    """A built demo. `seconds` are the processor's, so that neighbours do not count."""

    settings: Settings
    key: bytes
    seconds: float

    @property
    def at(self) -> dt.datetime:
        return morning(TODAY)


def morning(today: dt.date) -> dt.datetime:
    return moment(today, 6, 30)


def settings_for(url: str, directory: Path) -> Settings:
    return read(
        {"VARNA_ENV": "test", "VARNA_DATA": str(directory), "DATABASE_URL": url} | {s: new_secret() for s in SECRETS}
    )


def built(url: str, directory: Path, today: dt.date) -> tuple[Settings, bytes]:
    settings = settings_for(url, directory)
    key = hand_out(settings)
    demo.build(settings, today, morning(today))
    return settings, key


KEYS = (VaultEpoch, VaultHolder, VaultGrant)
"""Random from end to end."""


def told() -> dict[str, list[tuple[Any, ...]]]:
    """Every row without what is random: uids, salts, hashes and verifiers."""
    rows = {record._meta.table_name: _values(record) for record in RECORDS if record not in KEYS}
    columns = (Entry.number, Entry.at, Entry.actor_name, Entry.verb, Entry.record_type)
    return rows | {"entry": list(Entry.select(*columns).order_by(Entry.number).tuples())}


def _values(record: type[Record]) -> list[tuple[Any, ...]]:
    fields = [field for field in record._meta.sorted_fields if not isinstance(field, (Uid, Secret, Sealed))]
    return [
        tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
        for row in record.select(*fields).order_by(record.id).tuples()
    ]


@pytest.fixture(scope="module")
def ekdalas(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Ekdala, made once on SQLite; on PostgreSQL its rows. That both make the same is asked of a part of it below."""
    engines = []

    @cache
    def on(name: str) -> Ekdala:
        engine = request.getfixturevalue(f"{name}_engine")
        url = engine.fresh()
        engines.append((engine, url))
        return made(url) if name == "sqlite" else moved(url)

    def made(url: str) -> Ekdala:
        connect_to(url)
        started = time.process_time()
        with connection():
            settings, key = built(url, tmp_path_factory.mktemp("ekdala"), TODAY)
            return Ekdala(settings, key, time.process_time() - started)

    def moved(url: str) -> Ekdala:
        first = on("sqlite")
        db.close_all()
        move(Path(first.settings.database_url.removeprefix("sqlite:///")), url)
        return replace(first, settings=replace(first.settings, database_url=url))

    yield on
    db.close_all()
    for engine, url in engines:
        engine.discard(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def ekdala(request: pytest.FixtureRequest, ekdalas: Any) -> Iterator[Ekdala]:
    """Ekdala of 23 November 2026, on each engine in its turn; to be read, not changed."""
    town = ekdalas(request.param)
    connect_to(town.settings.database_url)
    hand_out(town.settings)
    with connection():
        yield town
    db.close_all()


def test_it_is_made_within_half_a_minute(ekdalas):
    assert ekdalas("sqlite").seconds < 30


def test_every_row_is_what_its_entries_say(ekdala):
    found = ledger.verify(RECORDS, [ekdala.key])
    assert found.whole, found.broken
    assert found.rows > 10_000


def test_nothing_is_made_where_there_are_people(ekdala):
    entries = Entry.select().count()
    demo.build(ekdala.settings, TODAY + DAY, morning(TODAY + DAY))
    assert Entry.select().count() == entries


def test_the_past_is_told_in_its_order_and_leaves_today_to_the_visitor(ekdala):
    instants = [at for (at,) in Entry.select(Entry.at).order_by(Entry.number).tuples()]
    assert instants == sorted(instants)
    last_words = Entry.select().where(Entry.at >= moment(TODAY, 0).isoformat(timespec="microseconds"))
    assert {entry.verb for entry in last_words} <= {"planned"}
    assert rounds.plan_ahead(Actor.system("daily"), ekdala.at) == 0


def test_sixty_premises_of_four_kinds(ekdala):
    kinds = [premises.kind for premises in Premises.select()]
    assert len(kinds) == 60
    assert set(kinds) == set(PremisesKind)
    for premises in Premises.select():
        functions = [a.function.value for a in Assignment.select().where(Assignment.premises == premises)]
        assert set(functions) == {"manager", "walker", "caretaker"}
        assert Contact.select().where(Contact.premises == premises).exists()
    monthly = ControlPlan.select().where(ControlPlan.interval == Interval.MONTH).count()
    assert monthly == sum(kind is not PremisesKind.OFFICE for kind in kinds) + 2
    assert Premises.select().where(Premises.ended_on > TODAY).exists()
    assert Assignment.select().where(Assignment.ended_on > TODAY).exists()


def test_the_organisation_has_nine_administrations_and_three_companies(ekdala):
    kinds = [unit.kind.value for unit in Unit.select()]
    assert (kinds.count("administration"), kinds.count("company")) == (9, 3)
    ended = Unit.get(Unit.valid_to.is_null(False))
    follower = Unit.get(Unit.valid_from == ended.valid_to + DAY)
    assert ended.parent_id == follower.parent_id
    assert not Premises.select().where(Premises.unit == ended).exists()
    assert Premises.select().where(Premises.unit == follower).exists()


def test_fourteen_months_of_rounds_and_every_state(ekdala):
    assert {row.state for row in Round.select()} == set(RoundState)
    assert {row.state for row in Deficiency.select()} == set(RemedyState)
    assert {row.state for row in Measure.select()} == set(RemedyState)
    assert {row.severity for row in Deficiency.select()} == set(Severity)
    signed = [row.signed_on for row in Round.select().where(Round.signed_on.is_null(False))]
    assert len(signed) > 600
    assert (TODAY - min(signed)).days > 400
    assert Round.select().where(Round.plan.is_null() & Round.signed_on.is_null(False)).count() == 2
    assert len({measure.source_type for measure in Measure.select()} - {None}) > 2


def test_deficiencies_say_what_people_want_to_know(ekdala):
    rows = list(Deficiency.select())
    assert len({row.what for row in rows}) > 60
    assert sum(bool(row.place) for row in rows) > 50
    assert sum(bool(row.fault_number) for row in rows) > 20
    assert sum(bool(row.temporary_measure) for row in rows) > 10
    assert all(row.verified_by_id != row.done_by_id for row in rows if row.verified_by_id)
    assert Deficiency.select().where(Deficiency.returned_because.is_null(False)).exists()


def test_what_is_written_on_secret_points_is_masked(ekdala):
    secret = Deficiency.select().join(ChecklistItem).where(ChecklistItem.secret)
    assert secret.count() > 2
    marked = {(mark.about_uid, mark.field) for mark in Mark.select()}
    assert all((deficiency.uid, "what") in marked for deficiency in secret)
    assert Mark.select().where(Mark.by == "Malin Almbro").count() == 4


def test_remarks_and_corrections(ekdala):
    assert Comment.select().where(Comment.correction).count() == 2
    assert Comment.select().where(~Comment.correction).exists()


def test_policy_guideline_limits_and_a_second_checklist(ekdala):
    for kind in DocumentKind:
        assert PolicyDocument.declared.selections[kind.value]
        assert PolicyDocument.number(kind.value, TODAY) == 1
    assert verdict("4.3-U3", TODAY) is Level.FULFILLED
    limits = list(SeverityLimit.select().order_by(SeverityLimit.severity))
    assert [limit.days for limit in limits] == [0, 7, 30, 90]
    assert all("KS/" in limit.source for limit in limits)
    assert sorted((version.kind.value, version.number) for version in Checklist.select()) == [
        ("forskola", 1), ("kontor", 1), ("skola", 1), ("skola", 2), ("vardboende", 1),
    ]  # fmt: skip
    assert {row.checklist.number for row in Round.select().join(Checklist).where(Checklist.kind == "skola")} == {1, 2}


def test_people_come_in_with_the_passwords_that_are_shown(ekdala):
    shown = demo.people(ekdala.settings)
    assert shown == demo.people(ekdala.settings)
    roles = (
        "manager warden caretaker head chief deputy security board secretary auditor infosec integrity admin employee"
    )
    assert {person.role.value for person in shown} == set(roles.split())
    for person in shown:
        assert len(person.password) >= passwords.SHORTEST
        assert person.password.isascii()
        assert passwords.weakness(person.password, person.email) is None
        assert person.try_sv != person.try_en
        row = Person.get(Person.email == person.email)
        assert person.role in people.actor_for(row.id, TODAY).roles
    file = ekdala.settings.data / "demo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    pepper, cost = ekdala.settings.password_pepper, passwords.FLOOR
    credential = people.sign_in(shown[0].email, shown[0].password, "::1", pepper=pepper, at=ekdala.at, cost=cost)
    assert credential.email == shown[0].email


def test_nobody_is_real(ekdala):
    everybody = list(Person.select())
    assert 40 <= len(everybody) <= 60
    assert all(person.email.endswith("@ekdala.example") for person in everybody)
    assert all(person.phone.startswith("070-174 06 ") for person in everybody), "the numbers kept free for fiction"
    assert len({person.name.split()[-1] for person in everybody}) == len(everybody), "a surname each, put together"
    assert all(contact.phone.startswith("08-465 004 ") for contact in Contact.select())
    assert {grant.role for grant in RoleGrant.select()} == set(Role)
    assert Person.select().where(~Person.active).exists()


def test_two_contracts_guard_some_sixty_sites(ekdala):
    assert GuardedSite.number("current", TODAY) == 60
    assert GuardedSite.select().where(GuardedSite.premises.is_null()).count() == 6


def test_incidents_of_twelve_months(ekdala):
    rows = list(Incident.select())
    assert 14 <= len(rows) <= 16 and {row.severity for row in rows} - {None} == set(IncidentSeverity)
    assert len({row.category for row in rows} - {None}) > 9
    clocks = list(LegalClock.select())
    assert {clock.state for clock in clocks} == set(ClockState)
    assert {"CSL-24", "CSL-72", "CSL-1M", "GDPR-72", "GDPR-34", "SEKTOR", "POLIS"} == {row.rule.code for row in clocks}
    (attack,) = (row for row in rows if row.severity is IncidentSeverity.SERIOUS and row.state is IncidentState.CLOSED)
    theirs = [clock for clock in clocks if clock.incident_id == attack.id]
    assert {clock.controller.code for clock in theirs if clock.controller} == {"KS", "UN", "VON"}
    assert all(clock.due_at is None or clock.sent_at < clock.due_at for clock in theirs)
    assert AfterAction.get(AfterAction.incident == attack).approved_by.name == "Eva Rönnsjö"
    assert Measure.select().where(Measure.source_uid == attack.uid).count() == 2
    assert sum(row.sealed_report_id is not None for row in rows) == 1


def test_what_the_visitor_is_promised(ekdala):
    check_promises(cast_of(ekdala.settings, TODAY), TODAY)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_it_is_kept_on_any_day_and_alike_on_both_engines(
    today, sqlite_engine, postgresql_engine, tmp_path, monkeypatch
):
    """And then the head makes the point fulfilled."""
    monkeypatch.setattr(data, "places", cache(lambda: _some(dict(data._read("places")))))
    rows = [_kept(engine, tmp_path / engine.name, today) for engine in (sqlite_engine, postgresql_engine)]
    assert rows[0].keys() == rows[1].keys()
    for table, values in rows[0].items():
        assert values == rows[1][table], table


def test_holding_and_evaluating_the_exercise_against_overload_fulfils_its_point(ekdalas, tmp_path):
    """As the information-security coordinator does it, by the pages."""
    town = ekdalas("sqlite")
    db.close_all()
    shutil.copytree(Path(town.settings.database_url.removeprefix("sqlite:///")).parent, tmp_path / "copy")
    name = Path(town.settings.database_url).name
    settings = replace(town.settings, database_url=f"sqlite:///{tmp_path / 'copy' / name}")
    with time_machine.travel(AT, tick=False), shared(settings) as app:
        with connection():
            (soon,) = Exercise.select().where(Exercise.name == "Skrivbordsövning överbelastningsattack")
            goals = list(ExerciseGoal.select().where(ExerciseGoal.exercise == soon))
            coordinator = cast_of(settings, TODAY)[Role.INFOSEC]
        browser, path = browse(app, coordinator), f"/ovningar/{soon.uid.hex}"

        def point() -> str:
            return browser.get("/uppfoljning").text.partition("4.3-X2")[2].partition("4.3-X3")[0]

        assert "Delvis uppfylld" in point()
        held = {
            "held_on": str(TODAY),
            "functions": "Webb, it-jour, kommunikatör",
            "participants": "8",
            "minutes": "150",
        }
        browser.post(f"{path}/steg/exercise", held | {"version": str(soon.version)})
        assert "Delvis uppfylld" in point()
        report = {"evaluated_on": str(TODAY), "report": "KS/2026:512", "version": str(soon.version + 1)}
        assert "2 mål saknar utfall" in browser.post(f"{path}/steg/evaluate", report, 422).text
        for goal in goals:
            said = {
                "goal": goal.goal,
                "outcome": "yes",
                "seen": "Flytten tog 70 minuter.",
                "version": str(goal.version),
            }
            browser.post(f"/ovningsmalsattningar/{goal.uid.hex}/andra", said)
        browser.post(f"{path}/steg/evaluate", report)
        assert "Delvis uppfylld" not in point() and "Uppfylld: det finns en gällande plan för dataintrång" in point()
    db.close_all()


def _kept(engine, directory, today):
    url = engine.fresh()
    connect_to(url)
    with connection():
        settings, key = built(url, directory, today)
        rows, cast = told(), cast_of(settings, today)
        check_promises(cast, today)
        _the_head_verifies(cast[Role.HEAD], today)
        assert ledger.verify(RECORDS, [key]).whole
    db.close_all()
    engine.discard(url)
    return rows


def cast_of(settings: Settings, today: dt.date) -> dict[Role, Actor]:
    first = reversed(list(demo.people(settings)))  # of a role: who comes first stays
    ids = {person.role: Person.get(Person.email == person.email).id for person in first}
    return {role: people.actor_for(number, today) for role, number in ids.items()}


def _some(places: dict[str, Any]) -> dict[str, Any]:
    areas = [area | {"premises": [p for p in area["premises"] if p[0] in SOME.split()]} for area in places["areas"]]
    return places | {"areas": areas}


def check_promises(cast: dict[Role, Actor], today: dt.date) -> None:
    in_time, of = (Round.number(name, today) for name in ("in_time_last_year", "last_year"))
    assert 0.95 <= in_time / of < 1
    assert {row.state for row in Round.select()} == set(RoundState)
    assert {row.state for row in Measure.select()} == set(RemedyState)
    _protective_security_stands(cast, today)
    _guarding_is_under_review(cast, today)
    _the_guidelines_land(today)
    _the_nämnder_exercise(today)
    _the_warden_walks(cast[Role.WARDEN], today)
    _there_is_to_mend(cast, today)
    _one_acute_waits_for_the_head(cast, today)
    _a_clock_runs_out_tonight(cast, today)


def _a_clock_runs_out_tonight(cast: dict[Role, Actor], today: dt.date) -> None:
    """And a USB stick is to be triaged; one clock awaits a second reader, who is not the one that proposed it."""
    at = morning(today)
    soonest, *others = LegalClock.select().where(LegalClock.state == ClockState.RUNNING).order_by(LegalClock.urgent_at)
    assert (soonest.rule.code, len(others)) == ("CSL-24", 2)
    assert at + dt.timedelta(hours=12) < soonest.due_at < moment(today, 21)
    assert [row.category for row in Incident.select().where(Incident.state == IncidentState.NEW)] == [None]
    for role, needs in ((Role.INFOSEC, {"running", "new"}), (Role.DEPUTY, {"running", "new", "to_read"})):
        found = {waiting.need.selection for waiting in what_waits.waiting(Reading(cast[role], at, "sv"))}
        assert needs <= found and ("to_read" in found) is ("to_read" in needs)
    assert Incident.counting("review_late", today).scalar() == 0 < Incident.counting("severe_reviewed", today).scalar()


def _protective_security_stands(cast: dict[Role, Actor], today: dt.date) -> None:
    """4.3-U4 is fulfilled; beside it the analysis is in time, and some measures are not."""
    at = morning(today)
    point = follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == "4.3-U4"), today)
    assert point.level is Level.FULFILLED
    analysis, measures = (point.claims[name] for name in point.performance)
    assert analysis.holds and not measures.holds and 50 < measures.share < 90
    assert (Analysis.number("within_one", today), Analysis.number("ongoing", today)) == (1, 1)
    assert Analysis.number("overdue", today) == 0
    assert {row.state for row in ProtectiveMeasure.select()} == set(MeasureState)
    assert {row.kind for row in ProtectiveMeasure.select()} == set(MeasureKind)
    assert ProtectiveMeasure.number("late", today) > 3 and ProtectiveMeasure.number("due_soon", today) > 3
    assert (SecurityOrder.number("waiting", today), SecurityOrder.number("to_follow", today)) == (1, 1)
    assert ceiling(today) is Ceiling.RESTRICTED
    shown = standing.standing(today).measures
    assert ProtectiveMeasure.select().count() > 38 and len(shown.distributions) == 3
    needed = {waiting.need.slug for waiting in what_waits.waiting(Reading(cast[Role.CHIEF], at, "sv"))}
    assert {"analyser", "skyddsatgarder", "sakerhetsuppdrag"} <= needed


def _guarding_is_under_review(cast: dict[Role, Actor], today: dt.date) -> None:
    """4.3-U1 is partly fulfilled: all is as it should be but the review, which is out for comment."""
    point = follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == "4.3-U1"), today)
    holds = {name: claim.holds for name, claim in point.claims.items()}
    assert point.level is Level.PARTLY
    assert [name for name, so in holds.items() if not so] == ["review"]
    assert 90 <= point.claims["assessed"].share < 100
    assert Contract.number("current", today) == 2 and Contract.number("notice_near", today) == 1
    assert Contract.number("unauthorised", today) == 1
    assert (Review.number("ongoing", today), ReviewAnswer.number("waiting", today)) == (1, 2)
    needed = {waiting.need.slug for waiting in what_waits.waiting(Reading(cast[Role.SECURITY], morning(today), "sv"))}
    assert {"bevakningsavtal", "bevakningsobjekt"} <= needed


def _the_guidelines_land(today: dt.date) -> None:
    """4.3-U2 is partly fulfilled; three versions, and twelve units in every standing; one awaits only its head."""
    point = follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == "4.3-U2"), today)
    assert point.level is Level.PARTLY
    assert {name: claim.holds for name, claim in point.claims.items() if name in point.shown} == {
        "version": follow_up.running(today) is not None, "plans": False, "signed": False, "trained": False,
    }  # fmt: skip
    assert 30 < point.claims["signed"].share < 90
    assert Guideline.select().count() == 3
    places = landing.places(Anchoring.select(), today)
    assert len(places) == Anchoring.number("taking_part", today) == 12
    assert {place.standing for place in places} == set(Standing)
    assert 0 < landing.whole(places) < 100
    (awaited,) = [p for p in places if p.standing is Standing.ONGOING and p.covered >= p.target]
    assert awaited.anchoring.unit.code == "SF" and awaited.signed is None


def _the_nämnder_exercise(today: dt.date) -> None:
    """4.1-U1 and 4.3-X2 are partly fulfilled; of the latter only the exercise against overload fails, planned for soon."""
    programme, running = (verdict(code, today) for code in ("4.1-U1", "4.3-X2"))
    assert (programme, running) == (Level.PARTLY, Level.PARTLY)
    point = follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == "4.3-X2"), today)
    assert [name for name in point.shown if not point.claims[name].holds] == ["overload"]
    rows = ExercisePlan.select(ExercisePlan.standing(today)).where(ExercisePlan.year == today.year).tuples()
    assert {row[0] for row in rows} == {standing.value for standing in YearStanding}
    assert Exercise.number("unevaluated", today) == Exercise.number("left", today) == 1
    (soon,) = Exercise.select().where((Exercise.scenario == Scenario.OVERLOAD) & (Exercise.state == "planned"))
    assert today <= soon.planned_on <= today + 5 * DAY
    assert 50 < follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == "4.1-U1"), today).claims["tests"].share < 80
    assert {row.state for row in ContinuityPlan.select()} == set(PlanState)


def _the_warden_walks(warden: Actor, today: dt.date) -> None:
    at = morning(today)
    due = selected(warden, Round, "due", today)
    assert [row.due_on < today for row in due] == [True, False]
    late, now = due
    assert late.closes_on >= today, "late, but not missed"
    assert now.opens_on <= today <= now.due_on
    asked = rounds.sheet(warden, now.uid.hex, at)
    assert asked.premises.kind is PremisesKind.OFFICE
    assert len(asked.items) == 18
    assert len(rounds.sheet(warden, late.uid.hex, at).items) > 1
    assert asked.open_deficiencies


def _there_is_to_mend(cast: dict[Role, Actor], today: dt.date) -> None:
    for role in (Role.MANAGER, Role.CARETAKER):
        assert len(selected(cast[role], Deficiency, "mine", today)) > 2
    assert selected(cast[Role.MANAGER], Round, "due", today)
    assert selected(cast[Role.HEAD], Deficiency, "to_verify", today)
    assert selected(cast[Role.HEAD], Round, "to_countersign", today)


def _one_acute_waits_for_the_head(cast: dict[Role, Actor], today: dt.date) -> None:
    (acute,) = acute_late(today)
    assert (acute.state, acute.done_by_id) == (RemedyState.DONE, cast[Role.CARETAKER].id)
    assert acute in selected(cast[Role.MANAGER], Deficiency, "acute_late", today)
    assert acute in selected(cast[Role.HEAD], Deficiency, "to_verify", today)
    assert Deficiency.number("acute", today) == 1
    assert verdict("4.3-X3", today) is Level.PARTLY


def _the_head_verifies(head: Actor, today: dt.date) -> None:
    (acute,) = acute_late(today)
    records.step(head, Deficiency, acute.uid.hex, "verify", {}, acute.version, morning(today))
    assert verdict("4.3-X3", today) is Level.FULFILLED


def acute_late(today: dt.date) -> list[Deficiency]:
    return list(Deficiency.select().where(Deficiency.declared.selections["acute_late"].where(Deficiency, today)))


def selected(actor: Actor, record: type[Record], name: str, today: dt.date) -> list[Any]:
    """What a selection holds of a person's own, by due date."""
    scope = "own unit" if Role.HEAD in actor.roles else "own premises"
    condition = record.declared.selections[name].where(record, today, actor.id)
    return list(record.select().where(condition & record.own(scope, actor.id, today)).order_by(record.due_on))


def verdict(code: str, today: dt.date) -> Level:
    return follow_up.verdict(FollowUpPoint.get(FollowUpPoint.code == code), today).level
