"""Rounds: planned by a plan, walked once, locked by signing, counted as they are; and the life of what they found."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from peewee import fn

from models import RECORDS
from models.calendar import month_end
from models.common import REMEDY_STEPS, UNVERIFIED, RemedyState
from models.database import connection
from models.fire_safety import (
    Answer,
    Checklist,
    ChecklistItem,
    ControlPlan,
    Deficiency,
    Function,
    Interval,
    Observation,
    Party,
    Premises,
    PremisesKind,
    Round,
    RoundState,
    Severity,
    SeverityLimit,
)
from models.happenings import Verb
from models.ledger import Entry, Tally
from models.measures import Comment, Mark, Measure
from models.people import Actor, Person
from models.record import Record
from models.words import Act, Protection, Role
from tests import makers
from tests.makers import AT, DAY, OFFICE, TODAY, acting, moved, planned_round, premises, signed
from tracker.acts import installing, rounds
from tracker.acts.rounds import AlreadyWalked, Given
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Invalid, Missing, Refused
from tracker.spine.lists import Asked, counting, listing, query
from tracker.spine.reading import Reading

OK = Given(Answer.OK)
SYSTEM = Actor.system("daily")
NEXT = "Kontrollplanen har ändrats."


@pytest.fixture
def public_key(database: Any) -> bytes:
    return makers.use_key()


@pytest.fixture
def school(public_key: bytes) -> Premises:
    makers.checklist()
    installing.limits(OFFICE, AT)
    return premises()


@pytest.fixture
def warden(school: Premises) -> Actor:
    return acting(Role.WARDEN, on=school)


def fresh(row: Record) -> Any:
    return type(row).get_by_id(row.id)


def of(plan: ControlPlan, state: RoundState | None = None) -> list[Round]:
    found = Round.select().where(Round.plan == plan).order_by(Round.due_on)
    return [walk for walk in found if state is None or walk.state is state]


def changed(plan: ControlPlan, *, at: dt.datetime = AT, **values: Any) -> ControlPlan:
    now = fresh(plan)
    return records.change(OFFICE, now, values, now.version, at)


def entries(verb: Verb | None = None) -> int:
    return Entry.select().where(Entry.verb == verb.value if verb else True).count()


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, AT.timetz())


def sent(walk: Round, who: Actor, given: dict[int, Given] | None = None, **more: Any) -> Round:
    given = makers.answers(walk, who) if given is None else given
    moment = more.pop("at", AT)
    submission = more.pop("submission", None) or uuid.uuid4()
    return rounds.submit(who, walk.uid.hex, submission, given, more.pop("remarks", None), moment, moment, **more)


def first_point(walk: Round, who: Actor, **values: Any) -> dict[int, Given]:
    """Every point OK but the first, which is deficient unless said otherwise."""
    given = makers.answers(walk, who)
    number = min(given)
    return given | {number: Given(**{"answer": Answer.DEFICIENT, "note": "Kärvar"} | values)}


# Planning


def test_a_new_plan_brings_its_rounds_in_the_same_act(public_key: bytes) -> None:
    before = entries()
    plan = makers.plan(premises())
    assert [walk.due_on for walk in of(plan)] == [
        month_end(dt.date(2026, 11, 1)),
        dt.date(2026, 12, 31),
        dt.date(2027, 1, 31),
        dt.date(2027, 2, 28),
    ]
    assert [walk.covers for walk in of(plan)] == ["MT", "MK", "M", "M"]
    assert [walk.kind for walk in of(plan)] == [Interval.TERM, Interval.QUARTER, Interval.MONTH, Interval.MONTH]
    assert all(walk.closes_on == walk.due_on + 5 * DAY and walk.opens_on.day == 1 for walk in of(plan))
    assert entries() - before == 3, "unit, premises, and one for plan and rounds together"
    assert ledger.verify(RECORDS, [public_key]).whole


def test_planning_ahead_again_changes_nothing_and_leaves_no_entry(public_key: bytes) -> None:
    plan = makers.plan(premises())
    before = entries()
    assert rounds.plan_ahead(SYSTEM, AT) == 0
    assert entries() == before
    assert rounds.plan_ahead(SYSTEM, AT + 31 * DAY) == 1, "the month that has come within reach"
    assert entries() == before + 1
    assert rounds.plan_ahead(SYSTEM, AT + 31 * DAY) == 0
    assert len(of(plan)) == 5 and len({walk.due_on for walk in of(plan)}) == 5


def test_a_plan_that_starts_later_is_not_planned_before(public_key: bytes) -> None:
    plan = makers.plan(premises(), starts_on=dt.date(2027, 6, 15))
    assert of(plan) == [] and rounds.plan_ahead(SYSTEM, AT) == 0
    assert rounds.plan_ahead(SYSTEM, at(dt.date(2027, 5, 20))) == 2
    assert [walk.opens_on for walk in of(plan)] == [dt.date(2027, 6, 1), dt.date(2027, 7, 1)]


def test_a_changed_plan_cancels_only_unwalked_rounds_to_come(school: Premises, warden: Actor) -> None:
    earlier = AT - 62 * DAY
    plan = makers.plan(school, at=earlier)
    september, october, november, december = of(plan)
    signed(october, warden, at=at(dt.date(2026, 10, 20)))
    signed(november, warden)
    changed(plan, interval=Interval.QUARTER, quarter_month=1, year_month=6)
    stands = {walk.due_on.month: (walk.state, walk.cancelled_because) for walk in of(plan)}
    assert stands[9] == (RoundState.PLANNED, None), "missed stays missed"
    assert stands[10][0] is RoundState.AWAITING, "walked stays walked, counter-signed or not"
    assert stands[11][0] is RoundState.SIGNED
    assert stands[12] == (RoundState.CANCELLED, NEXT)
    assert stands[1] == (RoundState.PLANNED, None)
    assert fresh(december).cancelled_by is None
    assert [walk.covers for walk in of(plan, RoundState.PLANNED)] == [september.covers, "MK"]


def test_an_ended_plan_cancels_what_is_left(school: Premises, warden: Actor) -> None:
    plan = makers.plan(school)
    signed(of(plan)[0], warden)
    changed(plan, ends_on=dt.date(2026, 12, 30))
    assert [walk.state for walk in of(plan)] == [RoundState.SIGNED] + [RoundState.CANCELLED] * 3
    assert rounds.plan_ahead(SYSTEM, AT + 10 * DAY) == 0


def test_what_the_plan_cancelled_comes_back_with_the_plan_but_what_a_person_cancelled_does_not(
    school: Premises,
) -> None:
    plan = makers.plan(school)
    _, december, *_ = of(plan)
    moved(december, "cancel", acting(Role.SECURITY), cancelled_because="Ombyggnad")
    changed(plan, ends_on=dt.date(2026, 11, 30))
    assert [walk.state.value for walk in of(plan)] == ["planned", "cancelled", "cancelled", "cancelled"]
    changed(plan, ends_on=None)
    assert [walk.state.value for walk in of(plan)] == ["planned", "cancelled", "planned", "planned"]
    assert [walk.cancelled_because for walk in of(plan)] == [None, "Ombyggnad", None, None]
    assert len(of(plan)) == 4
    recounted()


def test_grace_days_move_the_last_day_of_rounds_to_come(school: Premises) -> None:
    plan = makers.plan(school)
    changed(plan, grace_days=0)
    assert all(walk.closes_on == walk.due_on for walk in of(plan))
    recounted()


def test_premises_that_are_no_longer_used_are_walked_no_more(school: Premises) -> None:
    plan = makers.plan(school)
    now = fresh(school)
    records.change(OFFICE, now, {"ended_on": dt.date(2027, 1, 1)}, now.version, AT)
    assert rounds.plan_ahead(SYSTEM, AT) == 2
    assert [walk.state.value for walk in of(plan)] == ["planned", "planned", "cancelled", "cancelled"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"interval": Interval.YEAR}, "interval"),
        ({"interval": Interval.DAY}, "interval"),
        ({"ends_on": dt.date(2025, 12, 31)}, "ends_on"),
        ({"quarter_month": 0}, "quarter_month"),
        ({"quarter_month": 4}, "quarter_month"),
        ({"year_month": 13}, "year_month"),
        ({"grace_days": 32}, "grace_days"),
        ({"starts_on": None}, "starts_on"),
    ],
)
def test_a_plan_has_its_rules(public_key: bytes, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        makers.plan(premises(), **values)
    assert [problem.field for problem in wrong.value.problems] == [field]
    assert not Round.select().exists()


# Walking


def test_signing_is_one_act(warden: Actor, school: Premises, public_key: bytes) -> None:
    walk = planned_round(school)
    before = entries()
    done = signed(walk, warden, deficient=[2, 3])
    assert (done.state, done.answers, done.deficient) == (RoundState.SIGNED, 3, 2)
    assert (done.signed_by_id, done.signed_on, done.signed_at) == (warden.id, TODAY, AT)
    assert entries() - before == 1 and entries(Verb.SIGNED) == 1
    assert Observation.select().where(Observation.round == walk).count() == 3
    assert ledger.verify(RECORDS, [public_key]).whole


def test_the_same_sending_again_is_the_same_round(warden: Actor, school: Premises) -> None:
    walk, submission = planned_round(school), uuid.uuid4()
    given = first_point(walk, warden)
    first = sent(walk, warden, given, submission=submission)
    before = (entries(), Observation.select().count(), Deficiency.select().count())
    again = sent(walk, warden, {}, submission=submission, at=AT + DAY)
    assert (again.id, again.signed_at) == (first.id, AT)
    assert (entries(), Observation.select().count(), Deficiency.select().count()) == before


def test_another_sending_is_told_what_stands(warden: Actor, school: Premises) -> None:
    walk = signed(planned_round(school), warden)
    with pytest.raises(AlreadyWalked) as stands:
        sent(walk, warden, {1: OK})
    assert stands.value.round.submission == walk.submission
    assert Observation.select().count() == 3


def at_once(monkeypatch: pytest.MonkeyPatch, *sendings: Callable[[], Any]) -> list[Any]:
    """The answers or refusals of sendings that have all been looked at before the first is written."""
    together, problems, answers = threading.Barrier(len(sendings)), rounds._problems, []

    def slowly(*given: Any) -> Iterator[Any]:
        together.wait(10)
        return problems(*given)

    def send(sending: Callable[[], Any]) -> None:
        with connection():
            try:
                answers.append(sending())
            except (AlreadyWalked, Invalid) as refusal:
                answers.append(refusal)

    monkeypatch.setattr(rounds, "_problems", slowly)
    threads = [threading.Thread(target=send, args=(sending,)) for sending in sendings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_the_same_sending_twice_at_once_is_one_round(
    warden: Actor, school: Premises, public_key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk, submission = planned_round(school), uuid.uuid4()
    given = first_point(walk, warden)
    one = lambda: sent(walk, warden, given, submission=submission)  # noqa: E731
    answers = at_once(monkeypatch, one, one)
    assert [type(answer) for answer in answers] == [Round, Round]
    assert {answer.submission for answer in answers} == {submission}
    assert (entries(Verb.SIGNED), Observation.select().count(), Deficiency.select().count()) == (1, 3, 1)
    assert ledger.verify(RECORDS, [public_key]).whole
    recounted()


def test_of_two_sendings_at_once_one_signs(
    warden: Actor, school: Premises, public_key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = planned_round(school)
    given = makers.answers(walk, warden)
    answers = at_once(monkeypatch, *[lambda: sent(walk, warden, given)] * 2)
    assert Counter(type(answer) for answer in answers) == {Round: 1, AlreadyWalked: 1}
    told = next(answer for answer in answers if isinstance(answer, AlreadyWalked))
    assert told.round.is_locked
    assert (entries(Verb.SIGNED), Observation.select().count()) == (1, 3)
    assert ledger.verify(RECORDS, [public_key]).whole


def test_a_sending_number_of_another_round_is_no_answer(warden: Actor, school: Premises) -> None:
    first = signed(planned_round(school), warden)
    other = rounds.begin_extra(warden, school.uid.hex, AT)
    with pytest.raises(Invalid) as wrong:
        sent(other, warden, submission=first.submission)
    assert [problem.message for problem in wrong.value.problems] == [rounds.LOST]
    assert fresh(other).state is RoundState.PLANNED
    assert Observation.select().where(Observation.round == other).count() == 0


RULES: dict[str, tuple[dict[str, Any], str | None]] = {
    "ok": ({"answer": Answer.OK}, None),
    "ok with a note": ({"answer": Answer.OK, "note": "Ny skylt"}, None),
    "not applicable": ({"answer": Answer.NOT_APPLICABLE}, None),
    "mended on the spot": ({"answer": Answer.FIXED, "note": "Flyttade kartongen"}, None),
    "mended without a word": ({"answer": Answer.FIXED}, None),
    "no answer": ({"answer": None}, "answer"),
    "no answer but a note": ({"answer": None, "note": "?"}, "answer"),
    "not checked, and why": ({"answer": Answer.NOT_CHECKED, "note": "Låst"}, None),
    "not checked without why": ({"answer": Answer.NOT_CHECKED}, "reason"),
    "deficient": ({"answer": Answer.DEFICIENT, "note": "Kärvar"}, None),
    "deficient in the checklist's words": ({"answer": Answer.DEFICIENT}, None),
    "acute without a measure": ({"answer": Answer.DEFICIENT, "severity": Severity.ACUTE}, "temporary"),
    "acute with a measure": ({"answer": Answer.DEFICIENT, "severity": Severity.ACUTE, "temporary": "Vakt"}, None),
    "acute but not deficient": ({"answer": Answer.OK, "severity": Severity.ACUTE}, None),
    "a note too long": ({"answer": Answer.OK, "note": "x" * 1001}, "note"),
    "too long on what is wrong": ({"answer": Answer.DEFICIENT, "note": "x" * 1001}, "what"),
    "too long on why": ({"answer": Answer.NOT_CHECKED, "note": "x" * 1001}, "reason"),
    "as long as may be": ({"answer": Answer.DEFICIENT, "note": "x" * 1000}, None),
    "a place too long": ({"answer": Answer.DEFICIENT, "place": "x" * 121}, "place"),
    "a place on two lines": ({"answer": Answer.DEFICIENT, "place": "Plan 1\nPlan 2"}, "place"),
    "a measure too long": ({"answer": Answer.DEFICIENT, "temporary": "x" * 1001}, "temporary"),
    "a fault number too long": ({"answer": Answer.DEFICIENT, "fault_number": "x" * 41}, "fault"),
    "a sign that cannot be stored": ({"answer": Answer.FIXED, "note": "a\0b"}, "note"),
    "a sign that turns the reading": ({"answer": Answer.FIXED, "note": "a\u202eb"}, "note"),
    "half of a sign": ({"answer": Answer.FIXED, "note": "a\ud83db"}, "note"),
    "a smile": ({"answer": Answer.FIXED, "note": "Bra 👩‍🚒"}, None),
}


def test_every_rule_of_an_answer(warden: Actor, school: Premises) -> None:
    """Each names the very field it is about; nothing is written while one is broken."""
    walk = planned_round(school)
    for name, (values, field) in RULES.items():
        given = first_point(walk, warden, **{"note": ""} | values)
        if field is None:
            continue
        with pytest.raises(Invalid) as wrong:
            sent(walk, warden, given)
        assert [problem.field for problem in wrong.value.problems] == [f"{field}-{min(given)}"], name
    assert fresh(walk).state is RoundState.PLANNED and not Observation.select().exists()


@pytest.mark.parametrize("name", [name for name, (_, field) in RULES.items() if field is None])
def test_an_answer_that_is_taken(warden: Actor, school: Premises, name: str) -> None:
    walk = planned_round(school)
    given = first_point(walk, warden, **{"note": ""} | RULES[name][0])
    sent(walk, warden, given)
    answer = given[min(given)]
    stored = Observation.get((Observation.round == walk) & (Observation.item == min(given)))
    assert (stored.answer, stored.remark) == (answer.answer, answer.note or None)
    assert Deficiency.select().count() == (answer.answer is Answer.DEFICIENT)


def test_all_that_is_wrong_is_told_at_once(warden: Actor, school: Premises) -> None:
    walk = planned_round(school)
    with pytest.raises(Invalid) as wrong:
        sent(walk, warden, {}, remarks="x" * 2001)
    fields = [problem.field.split("-")[0] for problem in wrong.value.problems]
    assert fields == ["answer"] * 3 + ["remarks"]


def test_answers_to_points_that_were_not_asked_are_left_out(warden: Actor, school: Premises) -> None:
    makers.checklist(PremisesKind.OFFICE)
    stranger = ChecklistItem.select().order_by(ChecklistItem.id.desc()).first()
    walk = planned_round(school)
    sent(walk, warden, makers.answers(walk, warden) | {stranger.id: Given(Answer.DEFICIENT, "x")})
    assert Observation.select().count() == 3 and not Deficiency.select().exists()


# What a round finds


@pytest.mark.parametrize(("severity", "days"), [*installing.LIMITS.items()])
def test_a_deficiency_is_due_by_the_limit_of_its_severity(
    warden: Actor, school: Premises, severity: Severity, days: int
) -> None:
    caretaker, manager = makers.person("Vakt Mästare"), makers.person("An Svarig")
    makers.responsible(school, caretaker, Function.CARETAKER)
    makers.responsible(school, manager, Function.MANAGER)
    walk = planned_round(school)
    given = first_point(
        walk, warden, severity=severity, party=Party.LANDLORD, temporary="Vakt", place="Plan 2", fault_number="F-12"
    )
    sent(walk, warden, given)
    made = Deficiency.get()
    assert (made.severity, made.party, made.responsible_id) == (severity, Party.LANDLORD, caretaker.id)
    assert (made.found_on, made.due_on) == (TODAY, TODAY + days * DAY)
    assert (made.what, made.place, made.temporary_measure, made.fault_number) == ("Kärvar", "Plan 2", "Vakt", "F-12")
    assert (made.premises_id, made.round_id, made.item_id) == (school.id, walk.id, min(given))
    assert (made.headline, made.state) == ("Utrymning: Brist vid punkt 1", RemedyState.OPEN)


def test_what_is_not_said_is_as_the_checklist_says(warden: Actor, school: Premises) -> None:
    manager = makers.person("An Svarig")
    makers.responsible(school, manager, Function.MANAGER)
    sent(walk := planned_round(school), warden, first_point(walk, warden, note=""))
    made = Deficiency.get()
    assert (made.severity, made.party, made.what) == (Severity.SERIOUS, Party.TENANT, "Brist vid punkt 1")
    assert made.responsible_id == manager.id and made.due_on == TODAY + 7 * DAY


def test_nobody_is_responsible_who_no_longer_is(warden: Actor, school: Premises) -> None:
    before, now = makers.person("Före Dettan"), makers.person("Ny Person")
    for who, ended in ((now, None), (before, TODAY)):
        held = makers.responsible(school, who, Function.MANAGER)
        records.change(OFFICE, held, {"ended_on": ended}, held.version, AT)
    sent(walk := planned_round(school), warden, first_point(walk, warden))
    assert Deficiency.get().responsible_id == now.id


def test_the_municipality_sets_its_own_limits(warden: Actor, school: Premises) -> None:
    limit = SeverityLimit.get(SeverityLimit.severity == Severity.SERIOUS)
    records.change(OFFICE, limit, {"days": 3}, limit.version, AT)
    sent(walk := planned_round(school), warden, first_point(walk, warden))
    assert Deficiency.get().due_on == TODAY + 3 * DAY


def test_a_secret_point_makes_its_words_secret_and_says_nothing_in_the_headline(public_key: bytes) -> None:
    makers.checklist(secret=[1])
    school = premises()
    warden = acting(Role.WARDEN, on=school)
    walk = planned_round(school)
    sent(walk, warden, first_point(walk, warden, note="Larmet är frånkopplat nattetid", place="Plan 2"))
    made, observation = Deficiency.get(), Observation.get(Observation.remark.is_null(False))
    assert made.headline == "Utrymning, punkt 1"
    marks = {(mark.about_uid, mark.field) for mark in Mark.select()}
    assert marks == {(observation.uid, "remark"), *((made.uid, name) for name in Deficiency.WORDS)}
    assert {(mark.provision, mark.by) for mark in Mark.select()} == {("OSL 18:8", "Checklistan")}
    board = Reading(acting(Role.BOARD), AT, "sv")
    board.prepare([made], ["what", "headline"])
    assert board.protection(made, "what") is Protection.SECRET
    assert board.shown(made, "what").masked and not board.shown(made, "what").text
    own = Reading(warden, AT, "sv")
    own.prepare([made], ["what"])
    assert own.shown(made, "what").text == "Larmet är frånkopplat nattetid"


def test_what_is_said_of_a_round_with_a_secret_answer_is_secret_too(public_key: bytes) -> None:
    makers.checklist(secret=[1])
    for masked in (False, True):
        warden = acting(Role.WARDEN, on=(school := premises()))
        walk = planned_round(school)
        points = {item.number: item.id for item in rounds.sheet(warden, walk.uid.hex, AT).items}
        given = makers.answers(walk, warden) | {points[1 if masked else 2]: Given(Answer.NOT_CHECKED, "Larmet är av")}
        signed_one = rounds.submit(warden, walk.uid.hex, uuid.uuid4(), given, "Se ovan: larmet", AT, AT)
        board = Reading(acting(Role.BOARD), AT, "sv")
        board.prepare([signed_one], ["remarks"])
        assert bool(board.shown(signed_one, "remarks").masked) is masked


def test_a_secret_point_without_a_word_has_nothing_to_mark(public_key: bytes) -> None:
    makers.checklist(secret=[1, 2, 3])
    signed(planned_round(school := premises()), acting(Role.WARDEN, on=school))
    assert not Mark.select().exists()


# Who, when, by which checklist


def test_the_version_begun_with_is_kept_but_not_one_that_was_already_replaced(public_key: bytes) -> None:
    makers.checklist(points=2)
    warden = acting(Role.WARDEN, on=(school := premises()))
    first, walk = Checklist.get(), planned_round(school)
    for from_day, asked in ((TODAY, 2), (walk.opens_on, 4)):
        newer = makers.checklist(points=4 if from_day == walk.opens_on else 3, valid_from=from_day)
        assert rounds.sheet(warden, walk.uid.hex, AT).checklist == newer
        begun = rounds.sheet(warden, walk.uid.hex, AT, first.uid.hex)
        assert len(begun.items) == asked, "it was in force as the round opened" if asked == 2 else "it was not"


def test_an_extra_round_is_walked_but_not_counted(warden: Actor, school: Premises) -> None:
    extra = rounds.begin_extra(warden, school.uid.hex, AT)
    assert (extra.covers, extra.plan_id, extra.closes_on) == ("M", None, TODAY)
    assert rounds.begin_extra(warden, school.uid.hex, AT).id == extra.id, "pressed twice"
    signed(extra, warden, deficient=[1])
    assert Deficiency.select().count() == 1
    assert not Tally.select().exists()
    for later in (AT + DAY, AT + 60 * DAY):
        assert rows(Round, "last_year", later) == rows(Round, "in_time_last_year", later) == 0
    assert rounds.begin_extra(warden, school.uid.hex, AT).id != extra.id, "the first is walked"


def test_an_extra_round_that_was_never_walked_bothers_nobody_the_day_after(warden: Actor, school: Premises) -> None:
    rounds.begin_extra(warden, school.uid.hex, AT)
    assert rows(Round, "due", AT) == 1
    tomorrow = AT + DAY
    assert [rows(Round, name, tomorrow) for name in ("due", "late", "missed")] == [0, 0, 0]


def test_an_extra_round_where_points_are_quarterly_asks_those_too(public_key: bytes) -> None:
    installing.checklists.install(Actor.system("install"), AT)
    office = premises(kind=PremisesKind.OFFICE)
    who = acting(Role.WARDEN, on=office)
    extra = rounds.begin_extra(who, office.uid.hex, AT)
    asked = Counter(item.interval.value for item in rounds.sheet(who, extra.uid.hex, AT).items)
    assert asked == {"M": 1, "K": 14}


def test_no_planned_round_of_a_shipped_checklist_is_empty(public_key: bytes) -> None:
    installing.checklists.install(Actor.system("install"), AT)
    who = acting(Role.SECURITY)
    for kind in PremisesKind:
        for interval in (Interval.MONTH, Interval.QUARTER):
            for quarter in (1, 2, 3):
                place = premises(kind=kind)
                plan = makers.plan(place, interval=interval, quarter_month=quarter)
                for walk in of(plan):
                    assert rounds.sheet(who, walk.uid.hex, AT).items, (kind, interval, quarter, walk.covers)


def test_a_round_keeps_the_checklist_it_was_begun_with(warden: Actor, school: Premises) -> None:
    walk = planned_round(school)
    begun = rounds.sheet(warden, walk.uid.hex, AT)
    newer = makers.checklist(points=5, valid_from=TODAY)
    assert len(rounds.sheet(warden, walk.uid.hex, AT).items) == 5, "who begins now walks by the newest"
    given = {item.id: OK for item in begun.items}
    done = sent(walk, warden, given, checklist=begun.checklist.uid.hex)
    assert (done.checklist_id, done.answers) == (begun.checklist.id, 3)
    assert rounds.sheet(warden, walk.uid.hex, AT, newer.uid.hex).checklist.id == begun.checklist.id, "and for ever"


@pytest.mark.parametrize("named", ["", "x", "0" * 32, "office", "future"])
def test_no_other_checklist_can_be_chosen(warden: Actor, school: Premises, named: str) -> None:
    walk, newest = planned_round(school), Checklist.get()
    other = makers.checklist(PremisesKind.OFFICE)
    given = {item.id: OK for item in rounds.sheet(warden, walk.uid.hex, AT).items}
    done = sent(walk, warden, given, checklist={"office": other.uid.hex}.get(named, named))
    assert done.checklist_id == newest.id


def test_a_checklist_is_not_used_before_its_day(warden: Actor, school: Premises) -> None:
    walk, old = planned_round(school), Checklist.get()
    new = Checklist(kind=PremisesKind.SCHOOL, number=2, name="Ny", why="Ny", valid_from=TODAY + DAY)
    with ledger.act(OFFICE, Verb.REVISED, new, at=AT) as act:
        act.save(new)
    assert rounds.sheet(warden, walk.uid.hex, AT).checklist == old
    assert rounds.sheet(warden, walk.uid.hex, AT, new.uid.hex).checklist == old
    assert rounds.sheet(warden, walk.uid.hex, AT + DAY).checklist == new


def test_without_a_checklist_nothing_can_be_walked(public_key: bytes) -> None:
    office = premises(kind=PremisesKind.OFFICE)
    plan = makers.plan(office)
    with pytest.raises(Refused, match="no checklist"):
        rounds.sheet(acting(Role.WARDEN, on=office), of(plan)[0].uid.hex, AT)


def test_a_round_is_not_walked_before_it_opens(warden: Actor, school: Premises) -> None:
    november, december, *_ = of(makers.plan(school))
    given = makers.answers(december, warden)
    with pytest.raises(Refused, match="before"):
        sent(december, warden, given, at=at(dt.date(2026, 11, 30)))
    midnight = dt.datetime(2026, 11, 30, 23, 0, tzinfo=dt.UTC)
    assert sent(december, warden, given, at=midnight).signed_on == dt.date(2026, 12, 1), "Stockholm's day, not UTC's"
    assert sent(november, warden, at=at(dt.date(2027, 4, 1))).state is RoundState.SIGNED, "too late is still walked"


def test_a_cancelled_round_is_not_walked(warden: Actor, school: Premises) -> None:
    walk = planned_round(school)
    given = makers.answers(walk, warden)
    moved(walk, "cancel", acting(Role.SECURITY), cancelled_because="Stängt")
    with pytest.raises(Refused, match="cancelled"):
        sent(walk, warden, given)


def test_cancelling_needs_a_reason_and_a_round_to_walk(warden: Actor, school: Premises) -> None:
    chief, walk = acting(Role.CHIEF), planned_round(school)
    for because in (None, "", "x" * 1001):
        with pytest.raises(Invalid) as wrong:
            moved(walk, "cancel", chief, cancelled_because=because)
        assert [problem.field for problem in wrong.value.problems] == ["cancelled_because"]
    signed(walk, warden)
    with pytest.raises(Refused, match="state"):
        moved(walk, "cancel", chief, cancelled_because="Stängt")
    with pytest.raises(Missing):
        moved(planned_round(), "cancel", warden, cancelled_because="Stängt")


@pytest.mark.parametrize("role", list(Role))
def test_who_may_walk_and_where(school: Premises, role: Role) -> None:
    """Owners everywhere, managers and wardens their own premises, nobody else."""
    walk = planned_round(school)
    own, other = acting(role, on=school), acting(role, on=premises())
    everywhere = role in (Role.CHIEF, Role.DEPUTY, Role.SECURITY)
    for who, may in ((own, everywhere or role in (Role.MANAGER, Role.WARDEN)), (other, everywhere)):
        if may:
            assert rounds.sheet(who, walk.uid.hex, AT).round == walk
        else:
            with pytest.raises(Missing):
                rounds.sheet(who, walk.uid.hex, AT)
            with pytest.raises(Missing):
                sent(walk, who, {})


def test_premises_are_ones_own_no_longer_than_ones_responsibility(school: Premises, warden: Actor) -> None:
    walk = planned_round(school)
    given = makers.answers(walk, warden)
    held = next(iter(Premises.select().where(Premises.own("own premises", warden.id, TODAY))))
    assert held == school
    from models.fire_safety import Assignment

    row = Assignment.get(Assignment.person == warden.id)
    records.change(OFFICE, row, {"ended_on": TODAY}, row.version, AT)
    with pytest.raises(Missing):
        sent(walk, warden, given)


# Signing locks


def test_a_signed_round_is_corrected_by_a_remark_and_never_edited(warden: Actor, school: Premises) -> None:
    walk = planned_round(school)
    assert not makers.remark(walk, warden, "Kommer på tisdag").correction
    done = signed(walk, warden)
    with pytest.raises(Refused, match="locked"):
        records.change(acting(Role.CHIEF), fresh(done), {"remarks": "Nej"}, done.version, AT)
    correction = makers.remark(fresh(done), warden, "Punkt 2 gällde plan 3.")
    assert correction.correction and correction.about_uid == walk.uid
    assert [Entry.select().order_by(Entry.number.desc()).first().verb] == [Verb.CORRECTED.value]
    assert [comment.correction for comment in Comment.select().order_by(Comment.id)] == [False, True]


def test_answers_are_never_changed(warden: Actor, school: Premises) -> None:
    signed(planned_round(school), warden)
    answer = Observation.select().first()
    answer.remark = "Något annat"
    with pytest.raises(TypeError, match="part of a Round"), ledger.act(OFFICE, Verb.CHANGED, answer, at=AT) as act:
        act.save(answer)


def december_round(school: Premises) -> tuple[Round, dt.datetime]:
    """A quarterly round, and when it is walked."""
    walk = next(walk for walk in of(makers.plan(school)) if walk.needs_countersign)
    return walk, at(walk.opens_on + 3 * DAY)


def test_a_quarterly_round_is_counter_signed_by_another(warden: Actor, school: Premises) -> None:
    walk, then = december_round(school)
    manager = acting(Role.MANAGER, on=school)
    done = signed(walk, manager, at=then)
    assert done.state is RoundState.AWAITING
    with pytest.raises(Refused, match="Somebody else"):
        moved(done, "countersign", manager, at=then)
    with pytest.raises(Missing):
        moved(done, "countersign", warden, at=then)
    with pytest.raises(Missing):
        moved(done, "countersign", acting(Role.HEAD), at=then)
    head = acting(Role.HEAD, heads=fresh(school).unit)
    stands = moved(done, "countersign", head, at=then + DAY)
    assert (stands.state, stands.countersigned_by_id) == (RoundState.COUNTERSIGNED, head.id)
    assert stands.countersigned_on == (then + DAY).date()
    with pytest.raises(Refused, match="state"):
        moved(done, "countersign", acting(Role.CHIEF), at=then)


def test_a_monthly_round_needs_no_second_signature(warden: Actor, school: Premises) -> None:
    done = signed(planned_round(school), warden)
    with pytest.raises(Refused, match="state"):
        moved(done, "countersign", acting(Role.CHIEF))


# The life of what is to be mended

WORDS = {
    "wait": {"waiting_for": "Låssmeden"},
    "finish": {"done_how": "Bytte lås"},
    "return": {"returned_because": "Kärvar än"},
    "accept": {"accepted_because": "Rivs i mars", "accepted_until": dt.date(2027, 3, 1)},
    "reject": {"rejected_because": "Är ingen brist"},
}
PATHS: dict[RemedyState, tuple[str, ...]] = {
    RemedyState.OPEN: (),
    RemedyState.ONGOING: ("start",),
    RemedyState.WAITING: ("wait",),
    RemedyState.DONE: ("finish",),
    RemedyState.VERIFIED: ("finish", "verify"),
    RemedyState.ACCEPTED: ("accept",),
    RemedyState.REJECTED: ("reject",),
}
LIFE: dict[tuple[str, str], str] = {
    **{(state, "start"): "ongoing" for state in ("open", "waiting")},
    **{(state, "wait"): "waiting" for state in ("open", "ongoing")},
    **{(state, "finish"): "done" for state in ("open", "ongoing", "waiting")},
    ("done", "verify"): "verified",
    ("done", "return"): "ongoing",
    **{(state, "accept"): "accepted" for state in ("open", "ongoing", "waiting")},
    **{(state, "reject"): "rejected" for state in ("open", "ongoing", "waiting")},
    **{(state, "reopen"): "open" for state in ("verified", "accepted", "rejected")},
}
"""Every step that may be taken: (state, step) → state. What is not here is refused."""


@pytest.fixture
def two(public_key: bytes) -> tuple[Actor, Actor]:
    """Two who may do everything."""
    return acting(Role.SECURITY), acting(Role.SECURITY)


def lived(row: Record, state: RemedyState, doer: Actor, verifier: Actor) -> Any:
    for step in PATHS[state]:
        row = moved(row, step, verifier if step == "verify" else doer, **WORDS.get(step, {}))
    assert row.state is state
    return row


@pytest.mark.parametrize("make", [makers.deficiency, makers.measure], ids=["deficiency", "measure"])
@pytest.mark.parametrize("state", list(RemedyState))
def test_every_step_in_every_state(two: tuple[Actor, Actor], make: Callable[[], Any], state: RemedyState) -> None:
    doer, verifier = two
    assert set(PATHS) == set(RemedyState)
    for name in REMEDY_STEPS:
        row = lived(make(), state, doer, verifier)
        after = LIFE.get((state.value, name))
        offered = dict(records.steps(verifier, fresh(row), TODAY))
        assert (name in offered) == (after is not None), (state, name)
        if after is None:
            before = entries()
            with pytest.raises(Refused, match="state"):
                moved(row, name, verifier, **WORDS.get(name, {}))
            assert (fresh(row).state, entries()) == (state, before)
        else:
            stands = moved(row, name, verifier, **WORDS.get(name, {}))
            assert fresh(stands).state.value == after


def test_what_a_step_notes_and_clears(two: tuple[Actor, Actor]) -> None:
    doer, verifier = two
    row = lived(makers.deficiency(), RemedyState.DONE, doer, verifier)
    assert (row.done_by_id, row.done_on, row.done_how) == (doer.id, TODAY, "Bytte lås")
    row = moved(row, "return", verifier, **WORDS["return"])
    assert (row.done_by_id, row.done_on, row.returned_because) == (None, None, "Kärvar än")
    row = moved(moved(row, "finish", doer, **WORDS["finish"]), "verify", verifier, at=AT + DAY)
    assert (row.verified_by_id, row.verified_on) == (verifier.id, TODAY + DAY)
    row = moved(row, "reopen", verifier)
    assert (row.done_by_id, row.done_on, row.verified_by_id, row.verified_on) == (None,) * 4


@pytest.mark.parametrize("make", [makers.deficiency, makers.measure], ids=["deficiency", "measure"])
def test_an_acceptance_has_an_end_and_lapses(two: tuple[Actor, Actor], make: Callable[[], Any]) -> None:
    _, head = two
    row = make()
    for until in (TODAY - DAY, TODAY):
        with pytest.raises(Invalid) as wrong:
            moved(row, "accept", head, **WORDS["accept"] | {"accepted_until": until})
        assert [problem.field for problem in wrong.value.problems] == ["accepted_until"]
    row = moved(row, "accept", head, **WORDS["accept"] | {"accepted_until": TODAY + DAY})
    assert (row.accepted_by_id, row.accepted_on) == (head.id, TODAY)
    for name in ("late", "lapsed"):
        assert [type(row).number(name, TODAY + days * DAY) for days in (1, 2)] == [0, 1], name
    row = moved(row, "reopen", head)
    assert (row.accepted_by_id, row.accepted_on, row.accepted_until) == (None, None, None)


def test_an_acute_risk_whose_acceptance_lapsed_is_acute_again(two: tuple[Actor, Actor]) -> None:
    row = makers.deficiency(severity=Severity.ACUTE)
    moved(row, "accept", two[1], **WORDS["accept"] | {"accepted_until": TODAY + DAY})
    for name in ("acute", "acute_late"):
        assert [Deficiency.number(name, TODAY + days * DAY) for days in (1, 2)] == [0, 1], name


@pytest.mark.parametrize("state", [RemedyState.VERIFIED, RemedyState.ACCEPTED, RemedyState.REJECTED])
def test_what_was_judged_stands_until_it_is_reopened(two: tuple[Actor, Actor], state: RemedyState) -> None:
    doer, head = two
    row = lived(makers.deficiency(), state, doer, head)
    with pytest.raises(Refused, match="locked"):
        records.change(OFFICE, row, {"place": "Plan 9"}, row.version, AT)
    row = moved(row, "reopen", head)
    records.change(OFFICE, row, {"place": "Plan 9"}, row.version, AT)
    assert fresh(row).place == "Plan 9"


@pytest.mark.parametrize("step", ["verify", "return"])
def test_whoever_did_it_does_not_verify_it(two: tuple[Actor, Actor], step: str) -> None:
    doer, verifier = two
    row = lived(makers.deficiency(), RemedyState.DONE, doer, verifier)
    assert step not in dict(records.steps(doer, fresh(row), TODAY))
    with pytest.raises(Refused, match="Somebody else"):
        moved(row, step, doer, **WORDS.get(step, {}))
    assert fresh(row).state is RemedyState.DONE


@pytest.mark.parametrize(("step", "field"), [(step, field) for step, words in WORDS.items() for field in words])
def test_a_step_needs_its_words(two: tuple[Actor, Actor], step: str, field: str) -> None:
    row = lived(makers.deficiency(), RemedyState.DONE if step == "return" else RemedyState.OPEN, *two)
    for empty in (None, ""):
        with pytest.raises(Invalid) as wrong:
            moved(row, step, two[1], **WORDS[step] | {field: empty})
        assert [problem.field for problem in wrong.value.problems] == [field]
    assert fresh(row).version == row.version


def test_a_step_writes_only_what_it_asks(two: tuple[Actor, Actor]) -> None:
    row = makers.deficiency()
    stands = moved(row, "finish", two[0], done_how="Klart", severity=Severity.IMPROVEMENT, verified_by=two[0].id)
    assert (stands.severity, stands.verified_by_id) == (Severity.SERIOUS, None)


def test_a_step_on_what_another_changed_is_a_conflict(two: tuple[Actor, Actor]) -> None:
    row = makers.deficiency()
    moved(row, "start", two[0])
    with pytest.raises(ledger.Conflict) as conflict:
        records.step(two[1], Deficiency, row.uid.hex, "finish", WORDS["finish"], row.version, AT)
    assert conflict.value.current.state is RemedyState.ONGOING


MAY = {
    "start": Act.MEND, "wait": Act.MEND, "finish": Act.MEND, "verify": Act.VERIFY, "return": Act.VERIFY,
    "accept": Act.ACCEPT, "reject": Act.ACCEPT, "reopen": Act.ACCEPT,
}  # fmt: skip


def test_each_step_is_the_act_that_policy_knows() -> None:
    assert {name: step.act for name, step in REMEDY_STEPS.items()} == MAY


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.CARETAKER, {Act.MEND}), (Role.WARDEN, {Act.MEND, Act.VERIFY}), (Role.MANAGER, {Act.MEND, Act.VERIFY}),
     (Role.HEAD, {Act.MEND, Act.VERIFY, Act.ACCEPT}), (Role.BOARD, set()), (Role.EMPLOYEE, set()), (Role.ADMIN, set())],
)  # fmt: skip
def test_who_takes_which_step_where(two: tuple[Actor, Actor], role: Role, may: set[Act]) -> None:
    here, elsewhere = premises(), premises()
    who = acting(role, on=here, heads=here.unit)
    for name, act in MAY.items():
        state = next(RemedyState(state) for state, step in LIFE if step == name)
        if act in may:
            moved(lived(makers.deficiency(here), state, *two), name, who, **WORDS.get(name, {}))
        for where in (elsewhere,) if act in may else (here, elsewhere):
            row = lived(makers.deficiency(where), state, *two)
            with pytest.raises(Missing):
                moved(row, name, who, **WORDS.get(name, {}))


def test_an_acute_deficiency_names_what_is_done_meanwhile(public_key: bytes) -> None:
    with pytest.raises(Invalid) as wrong:
        makers.deficiency(severity=Severity.ACUTE, temporary_measure=None)
    assert [problem.field for problem in wrong.value.problems] == ["temporary_measure"]


def test_a_measure_arises_from_a_record(warden: Actor, school: Premises) -> None:
    found = makers.deficiency(school)
    values = dict(title="Byt lås", unit=fresh(school).unit_id, due_on=TODAY + DAY)
    who = acting(Role.MANAGER, on=school)
    made = records.add_from(who, Measure, found, values | {"source_type": "x"}, AT)
    assert (made.source_type, made.source_uid) == ("brister", found.uid)
    assert made.proposed_by_id == who.id
    with pytest.raises(Refused):
        records.add_from(warden, Measure, found, values, AT)


# What only time changes


def rows(record_type: type[Record], selection: str, moment: dt.datetime, who: Actor = OFFICE) -> int:
    return counting(query(who, record_type, Asked(selection), moment)).scalar()


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-10-31", set()),
        ("2026-11-01", {"due"}),
        ("2026-11-30", {"due"}),
        ("2026-12-01", {"due", "late"}),
        ("2026-12-05", {"due", "late"}),
        ("2026-12-06", {"due", "late", "missed", "last_year"}),
        ("2027-12-05", {"due", "late", "missed", "last_year"}),
        ("2027-12-06", {"due", "late", "missed"}),
    ],
)
def test_a_round_becomes_due_late_and_missed_by_the_day(school: Premises, day: str, found: set[str]) -> None:
    makers.plan(school, ends_on=dt.date(2026, 11, 30))
    names = {"due", "late", "missed", "last_year", "in_time_last_year", "to_countersign"}
    assert {name for name in names if rows(Round, name, at(dt.date.fromisoformat(day)))} == found
    for name in ("last_year", "in_time_last_year"):
        assert Round.number(name, dt.date.fromisoformat(day)) == int(name in found)


@pytest.mark.parametrize(("day", "in_time"), [("2026-11-30", True), ("2026-12-05", True), ("2026-12-06", False)])
def test_in_time_is_signed_by_the_last_day_of_grace(school: Premises, warden: Actor, day: str, in_time: bool) -> None:
    walk = planned_round(school, ends_on=dt.date(2026, 11, 30))
    signed(walk, warden, at=at(dt.date.fromisoformat(day)))
    later = at(dt.date(2027, 1, 1))
    assert (rows(Round, "last_year", later), rows(Round, "in_time_last_year", later)) == (1, int(in_time))
    assert [rows(Round, name, later) for name in ("due", "late", "missed")] == [0, 0, 0]
    recounted()


@pytest.mark.parametrize("state", list(RemedyState))
def test_a_deficiency_is_late_the_day_after_and_until_it_is_verified(
    two: tuple[Actor, Actor], state: RemedyState
) -> None:
    row = lived(makers.deficiency(severity=Severity.ACUTE, due_on=TODAY), state, *two)
    waiting = state in UNVERIFIED
    assert row.is_waiting == waiting
    assert rows(Deficiency, "late", AT) == rows(Deficiency, "acute_late", AT) == 0
    assert rows(Deficiency, "late", AT + DAY) == rows(Deficiency, "acute_late", AT + DAY) == int(waiting)
    assert rows(Deficiency, "acute", AT) == int(waiting)
    assert rows(Deficiency, "closed", AT) == int(not waiting)
    assert rows(Deficiency, "to_verify", AT) == int(state is RemedyState.DONE)
    assert rows(Deficiency, "unfinished", AT) == int(waiting and state is not RemedyState.DONE)


def test_mine_is_what_i_answer_for(public_key: bytes) -> None:
    place = premises()
    caretaker = acting(Role.CARETAKER, on=place)
    makers.deficiency(place, responsible=caretaker.id)
    makers.deficiency(place)
    assert rows(Deficiency, "mine", AT, caretaker) == 1
    assert len(listing(caretaker, Deficiency, Asked(), AT).rows) == 2


# Figures that are kept


def recounted() -> None:
    """What is kept is what there is: every figure and day, counted from the rounds themselves."""
    kept = {(tally.figure, tally.day): tally.count for tally in Tally.select() if tally.count}
    found: Counter[tuple[str, dt.date]] = Counter()
    for walk in Round.select():
        if walk.plan_id and walk.state is not RoundState.CANCELLED:
            found["rounds.due", walk.closes_on] += 1
            found["rounds.in_time", walk.closes_on] += bool(walk.signed_on and walk.signed_on <= walk.closes_on)
    assert kept == +found


HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["sign", "sign", "sign", "cancel", "extra", "grace", "end", "restart", "quarterly", "ahead"]),
        st.integers(0, 20),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=7,
)


def test_after_any_history_the_figures_are_the_rows(school: Premises, warden: Actor, public_key: bytes) -> None:
    chief = acting(Role.CHIEF)

    @settings(
        max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate]
    )
    @given(HAPPENINGS)
    def anything(happenings: list[tuple[str, int, int]]) -> None:
        now = AT - 420 * DAY
        place = premises(at=now)
        makers.responsible(place, Person.get_by_id(warden.id), at=now)
        plan = makers.plan(place, at=now, starts_on=now.date())
        for what, which, days in happenings:
            now += days * DAY
            _happens(what, which, plan, place, warden, chief, now)
        recounted()
        for day in (TODAY, now.date(), TODAY + 200 * DAY, dt.date(2027, 1, 31)):
            for name in ("last_year", "in_time_last_year"):
                assert Round.number(name, day) == counting(query(OFFICE, Round, Asked(name), at(day))).scalar(), name

    anything()
    assert ledger.verify(RECORDS, [public_key]).whole


def _happens(
    what: str, which: int, plan: ControlPlan, place: Premises, warden: Actor, chief: Actor, now: dt.datetime
) -> None:
    ready = [walk for walk in of(plan, RoundState.PLANNED) if walk.opens_on <= now.date()]
    chosen = ready[which % len(ready)] if ready else None
    if what == "sign" and chosen:
        signed(chosen, warden, at=now, deficient=[1] if which % 2 else [])
    elif what == "cancel" and chosen:
        moved(chosen, "cancel", chief, at=now, cancelled_because="Stängt")
    elif what == "extra":
        signed(rounds.begin_extra(warden, place.uid.hex, now), warden, at=now)
    elif what == "grace":
        changed(plan, at=now, grace_days=which)
    elif what in ("end", "restart"):
        changed(plan, at=now, ends_on=now.date() + which * DAY if what == "end" else None)
    elif what == "quarterly":
        changed(plan, at=now, interval=Interval.QUARTER if which % 2 else Interval.MONTH, quarter_month=which % 3 + 1)
    elif what == "ahead":
        rounds.plan_ahead(SYSTEM, now)


def test_a_figure_is_never_below_nothing(school: Premises, warden: Actor) -> None:
    plan = makers.plan(school)
    signed(of(plan)[0], warden)
    changed(plan, ends_on=dt.date(2026, 11, 30), grace_days=0)
    assert Tally.select(fn.MIN(Tally.count)).scalar() >= 0
