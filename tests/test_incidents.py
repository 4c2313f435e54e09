"""Incidents: from the report of an employee, through triage and clocks, until the last has its outcome."""

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask

from models.database import connection
from models.incidents import Answer, ClockRule, ClockState, Impact, Incident, IncidentState, LegalClock
from models.measures import Mark, Measure
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tests.browse import browse
from tests.makers import AT
from tracker.acts.incidents import clocks
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused

UTC = dt.UTC
BACK = dt.datetime(2026, 10, 24, 23, 55, tzinfo=UTC)
"""01:55 in Sweden on the night the clocks go back."""


@pytest.fixture(autouse=True)
def _ready(database: Any) -> None:
    makers.use_key()
    made.ready()


def test_the_triage_starts_the_laws_clocks_from_kannedom_on_the_night_the_clocks_go_back() -> None:
    unit = makers.unit("Vård- och omsorgsnämnden")
    row = made.incident(at=BACK + dt.timedelta(minutes=5), discovered_at=BACK)
    made.triaged(row, at=BACK + dt.timedelta(hours=3), unit=unit.id, personal_data=Answer.YES)
    found = made.clocks_of(row)
    assert set(found) == {"CSL-24", "CSL-72", "GDPR-72"}
    assert found["CSL-24"].due_at == dt.datetime(2026, 10, 25, 23, 55, tzinfo=UTC)  # 00:55 on the 26th in Sweden
    assert found["CSL-72"].due_at == found["GDPR-72"].due_at == dt.datetime(2026, 10, 27, 23, 55, tzinfo=UTC)
    assert found["GDPR-72"].controller_id == unit.id


def test_a_clock_follows_the_times_until_its_outcome_and_is_then_frozen() -> None:
    by = made.coordinator()
    row = made.triaged(by=by)
    clock = made.clocks_of(row)["CSL-24"]
    sent = makers.moved(clock, "send", by, sent_at=AT, receipt="C-77")
    earlier = row.known_at - dt.timedelta(minutes=1)
    now = Incident.get_by_id(row.id)
    with pytest.raises(Invalid):  # not before it was discovered
        records.change(by, now, {"known_at": earlier}, now.version, AT)
    now = Incident.get_by_id(row.id)
    records.change(by, now, {"known_at": row.known_at + dt.timedelta(minutes=30)}, now.version, AT)
    after = made.clocks_of(row)
    assert after["CSL-24"].due_at == sent.due_at
    assert after["CSL-72"].started_at == row.known_at + dt.timedelta(minutes=30)


def test_the_final_report_is_counted_from_when_the_notification_was_sent() -> None:
    by = made.coordinator()
    row = made.triaged(by=by)
    sent_at = dt.datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    makers.moved(made.clocks_of(row)["CSL-72"], "send", by, sent_at=sent_at)
    assert made.clocks_of(row)["CSL-1M"].due_at == dt.datetime(2026, 12, 23, 7, 30, tzinfo=UTC)


def test_after_a_status_report_the_final_one_waits_for_the_incident_to_be_handled() -> None:
    by = made.coordinator()
    row = made.triaged(by=by)
    makers.moved(made.clocks_of(row)["CSL-72"], "send", by, sent_at=AT)
    later = AT + dt.timedelta(days=29)
    makers.moved(made.clocks_of(row)["CSL-1M"], "send", by, at=later, sent_at=later, as_status=True)
    assert "CSL-1M-S" not in made.clocks_of(row)
    restored = AT + dt.timedelta(days=40)
    makers.moved(row, "restore", by, at=restored, restored_at=restored)
    assert made.clocks_of(row)["CSL-1M-S"].due_at == dt.datetime(2027, 2, 2, 8, 0, tzinfo=UTC)


def test_not_reportable_takes_two_people() -> None:
    by, other = made.coordinator(), makers.acting(Role.DEPUTY)
    clock = made.clocks_of(made.triaged(by=by))["CSL-24"]
    makers.moved(clock, "propose", by, because="Under tröskeln.")
    with pytest.raises(Refused):
        makers.moved(clock, "agree", by)
    assert makers.moved(clock, "agree", other).state is ClockState.NOT_REPORTABLE


def test_an_incident_does_not_close_while_a_clock_runs_and_says_which() -> None:
    by, other = made.coordinator(), makers.acting(Role.DEPUTY)
    row = made.triaged(by=by)
    with pytest.raises(Invalid) as refused:
        makers.moved(row, "close", by, closed_at=AT)
    assert refused.value.problems[0].message.values["clocks"] == ["CSL-24", "CSL-72"]
    clock = made.clocks_of(row)["CSL-24"]
    makers.moved(clock, "leave", by, elsewhere="Leverantören", because="De anmäler för alla.")
    makers.moved(made.clocks_of(row)["CSL-72"], "propose", by, because="Under tröskeln.")
    with pytest.raises(Invalid):
        makers.moved(row, "close", by, closed_at=AT)
    makers.moved(made.clocks_of(row)["CSL-72"], "agree", other)
    assert makers.moved(row, "close", by, closed_at=AT).state is IncidentState.CLOSED


def test_no_clock_starts_in_a_closed_incident() -> None:
    by = made.coordinator()
    row = made.triaged(by=by, significant=Answer.NO)
    makers.moved(row, "close", by, closed_at=AT)
    rule = next(rule for rule in clocks.by_hand() if rule.code == "CSL-DEL")
    with pytest.raises(Refused):
        clocks.start(by, row.uid.hex, rule, AT, AT + dt.timedelta(days=1), None, AT)


def test_each_namnd_whose_data_are_hit_has_a_clock_of_its_own() -> None:
    by = made.coordinator()
    row = made.triaged(by=by)
    for name in ("Socialnämnden", "Utbildningsnämnden"):
        school = makers.unit(f"Enhet i {name}", parent=makers.unit(name))
        for _ in range(2):
            records.add(by, Impact, dict(incident=row.id, unit=school.id, personal_data=Answer.YES), AT)
    found = LegalClock.select().where(LegalClock.incident == row.id)
    assert sorted(c.controller.name for c in found if c.controller_id) == ["Socialnämnden", "Utbildningsnämnden"]


def test_a_clock_marks_the_content_with_provision_day_and_authority_also_what_comes_after() -> None:
    by = made.coordinator()
    unit = makers.unit("Socialnämnden")
    row = made.incident()
    before = made.entry(row, by)
    made.triaged(row, by, unit=unit.id)
    after = made.entry(row, by)
    for part in (before, after):
        (mark,) = Mark.select().where((Mark.about_uid == part.uid) & (Mark.field == "text"))
        assert (mark.provision, mark.on, mark.by) == ("OSL 18:8 b", makers.TODAY, "Socialnämnden")
    marked = {mark.field for mark in Mark.select().where(Mark.about_uid == row.uid)}
    assert marked == set(Incident.CONTENT)


def test_two_reports_at_once_get_a_number_each() -> None:
    assert [made.incident().number, made.incident().number] == ["INC-2026-0001", "INC-2026-0002"]


def test_a_measure_that_arises_from_a_marked_incident_is_marked_too() -> None:
    by = made.coordinator()
    unit = makers.unit()
    row = made.triaged(by=by, unit=unit.id)
    given = {"title": "Byt rutin", "what": "Stäng kopplingen", "unit": unit.id, "due_on": makers.TODAY}
    measure = records.add_from(by, Measure, Incident.get_by_id(row.id), given, AT)
    assert {mark.field for mark in Mark.select().where(Mark.about_uid == measure.uid)} >= {"what", "done_how"}


def test_a_measure_from_before_the_clock_is_marked_as_it_starts() -> None:
    by = made.coordinator()
    row = made.incident()
    given = {"title": "Byt rutin", "what": "Stäng kopplingen", "unit": makers.unit().id, "due_on": makers.TODAY}
    measure = records.add_from(by, Measure, row, given, AT)
    assert not Mark.select().where(Mark.about_uid == measure.uid).exists()
    made.triaged(row, by)
    assert Mark.select().where((Mark.about_uid == measure.uid) & (Mark.provision == "OSL 18:8 b")).exists()


def test_only_what_an_authority_asks_for_is_started_by_hand() -> None:
    """All else starts from the facts: a start of one's own choosing would be a second answer to when it is due."""
    by = made.coordinator()
    row = made.triaged(by=by, significant=Answer.NO)
    assert [rule.code for rule in clocks.by_hand()] == ["CSL-DEL"]
    for rule in ClockRule.select().where(ClockRule.code != "CSL-DEL"):
        with pytest.raises(Invalid) as refused:
            clocks.start(by, row.uid.hex, rule, AT, None, None, AT)
        assert refused.value.problems[0].field == "rule", rule.code


def test_an_authority_may_ask_twice_but_not_twice_by_the_same_time() -> None:
    by = made.coordinator()
    row = made.triaged(by=by, significant=Answer.NO)
    (rule,) = clocks.by_hand()
    for days in (1, 2):
        clocks.start(by, row.uid.hex, rule, AT, AT + dt.timedelta(days=days), None, AT)
    with pytest.raises(Invalid) as refused:
        clocks.start(by, row.uid.hex, rule, AT, AT + dt.timedelta(days=2), None, AT)
    assert [problem.field for problem in refused.value.problems] == ["rule"]
    assert len(LegalClock.select().where(LegalClock.incident == row.id)) == 2


def test_nothing_is_recorded_as_sent_before_it_is() -> None:
    """A year typed wrong would freeze the clock at it, and count the next report from there."""
    by = made.coordinator()
    clock = made.clocks_of(made.triaged(by=by))["CSL-72"]
    for wrong in (AT + dt.timedelta(minutes=1), AT + dt.timedelta(days=365)):
        with pytest.raises(Invalid) as refused:
            makers.moved(clock, "send", by, sent_at=wrong)
        assert [problem.field for problem in refused.value.problems] == ["sent_at"]
    assert makers.moved(clock, "send", by, sent_at=AT).decided_at == AT


def test_it_was_known_at_the_latest_when_it_was_reported() -> None:
    row = made.incident()
    with pytest.raises(Invalid) as refused:
        made.triaged(row, known_at=AT + dt.timedelta(minutes=1), assessed_at=AT + dt.timedelta(minutes=2))
    assert [problem.field for problem in refused.value.problems] == ["known_at"]


@pytest.mark.parametrize(("hour", "late"), [("21:59", True), ("22:01", False)])
def test_a_review_is_late_by_swedens_days(hour: str, late: bool) -> None:
    """Thirty days from the day in Sweden on which it was restored: 22:01 UTC in summer is the next there."""
    by = made.coordinator()
    then = dt.datetime.fromisoformat(f"2026-10-23T{hour}:00+00:00")
    row = made.triaged(made.incident(at=then), by, at=then, significant=Answer.NO)
    makers.moved(row, "restore", by, at=then, restored_at=then)
    assert bool(Incident.counting("review_late", makers.TODAY).scalar()) is late


def test_what_arose_from_a_part_is_marked_as_the_clock_starts_and_from_a_clock_at_once() -> None:
    by, unit = made.coordinator(), makers.unit()
    row = made.incident()
    part = records.add(by, Impact, dict(incident=row.id, unit=unit.id, personal_data=Answer.NO), AT)
    given = {"title": "Byt rutin", "what": "Stäng kopplingen", "unit": unit.id, "due_on": makers.TODAY}
    before = records.add_from(by, Measure, part, given, AT)
    made.triaged(row, by)
    after = records.add_from(by, Measure, made.clocks_of(row)["CSL-24"], given, AT)
    for measure in (before, after):
        marked = {mark.field for mark in Mark.select().where(Mark.about_uid == measure.uid)}
        assert marked == set(Measure.markable()) >= {"what", "rejected_because", "returned_because"}


def test_an_outcome_that_was_wrong_lets_the_clock_run_again_by_another_hand() -> None:
    by, other = made.coordinator(), makers.acting(Role.DEPUTY)
    clock = made.clocks_of(made.triaged(by=by))["CSL-72"]
    makers.moved(clock, "propose", by, because="Under tröskeln.")
    with pytest.raises(Refused):  # what awaits a second reader is not taken past them
        makers.moved(clock, "leave", by, elsewhere="Leverantören", because="De anmäler.")
    makers.moved(clock, "agree", other)
    with pytest.raises(Refused):
        makers.moved(clock, "rerun", by, objection="Fler drabbade.")
    assert makers.moved(clock, "rerun", other, objection="Fler drabbade.").state is ClockState.RUNNING


def test_after_a_status_report_it_does_not_close_before_it_is_restored_nor_in_a_time_to_come() -> None:
    by = made.coordinator()
    row = made.triaged(by=by)
    for name in ("CSL-24", "CSL-72"):
        makers.moved(made.clocks_of(row)[name], "send", by, sent_at=AT)
    makers.moved(made.clocks_of(row)["CSL-1M"], "send", by, sent_at=AT, as_status=True)
    with pytest.raises(Invalid) as refused:
        makers.moved(row, "close", by, closed_at=AT)
    assert [problem.field for problem in refused.value.problems] == ["closed_at"]
    with pytest.raises(Invalid):
        makers.moved(row, "restore", by, restored_at=AT + dt.timedelta(days=3650))
    makers.moved(row, "restore", by, restored_at=AT)
    with pytest.raises(Invalid) as refused:
        makers.moved(row, "close", by, closed_at=AT)
    assert refused.value.problems[0].message.values["clocks"] == ["CSL-1M-S"]


def test_nothing_that_belongs_to_a_closed_incident_is_changed() -> None:
    by, unit = made.coordinator(), makers.unit()
    row = made.triaged(by=by, significant=Answer.NO)
    part = records.add(by, Impact, dict(incident=row.id, unit=unit.id, personal_data=Answer.NO), AT)
    makers.moved(row, "close", by, closed_at=AT)
    stored = Impact.get_by_id(part.id)
    with pytest.raises(Refused):
        records.change(by, stored, {"personal_data": Answer.YES}, stored.version, AT)


def test_a_report_to_sakerhetspolisen_is_nowhere_for_those_who_read_no_secrets(app: Flask) -> None:
    with connection():
        made.ready()
        by = made.coordinator()
        row = made.triaged(by=by, significant=Answer.NO, security_sensitive=Answer.YES)
        clock = made.clocks_of(row)["SÄK"]
        makers.moved(clock, "send", by, sent_at=AT)
        another = made.triaged(made.incident(), by, significant=Answer.NO, security_sensitive=Answer.YES)
        readers = {role: makers.acting(role) for role in (Role.BOARD, Role.AUDITOR, Role.SECURITY, Role.SECRETARY)}
        chief = browse(app, by)
    own = f"/klockor/{clock.uid.hex}"
    for role, actor in readers.items():
        browser = browse(app, actor)
        browser.get(own, 404)
        pages = ["/klockor", "/klockor?urval=alla", "/klockor?urval=in_time", "/klockor?urval=alla&state=sent",
                 "/klockor/export?urval=alla", f"/incidenter/{row.uid.hex}", f"/incidenter/{row.uid.hex}/lage",
                 f"/incidenter/{row.uid.hex}/lagesbild", "/incidenter?urval=with_clock"]  # fmt: skip
        pages += ["/logg", "/logg?slag=legal_clock", "/logg?handelse=send"] if role is Role.AUDITOR else []
        for path in pages:
            told = re.sub(r"<select.*?</select>", "", browser.client.get(path).text, flags=re.DOTALL)
            for word in ("SÄK", "Säkerhetspolisen:", "registrerade rapporten som skickad", clock.uid.hex):
                assert word not in told, (role, path, word)
        assert another.number not in browser.get("/incidenter?urval=with_clock").text
    assert "SÄK" in chief.get("/klockor?urval=alla").text
