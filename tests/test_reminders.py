"""Letters that tell of clocks: in time, once, to those who may decide, and never what it is about."""

import dataclasses
import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, message_from_string
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
import time_machine

from models.database import connection, db
from models.incidents import Answer, ClockRule, Incident, LegalClock, Severity
from models.people import Actor, RoleGrant
from models.reminders import SentReminder
from models.words import Act, Register, Role
from tests import incident_makers as made
from tests import makers
from tests.mailbox import Mailbox
from tests.makers import AT
from tracker.acts import people
from tracker.acts.incidents import clocks, reminding, reporting
from tracker.application import create_app
from tracker.laws import policy, reminders
from tracker.settings import Settings
from tracker.spine import records

HOUR = dt.timedelta(hours=1)
KNOWN = AT - HOUR
CANARY = "Kungsfiskaren"


@pytest.fixture
def by(database: Any) -> Actor:
    makers.use_key()
    made.ready()
    return made.coordinator()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    with suppress(OSError):
        box.close()


def letters(outbox: Path) -> list[EmailMessage]:
    found = [message_from_bytes(path.read_bytes(), policy=default) for path in outbox.glob("*.eml")]
    return sorted((cast(EmailMessage, letter) for letter in found), key=lambda letter: str(letter["Subject"]))


def subjects(outbox: Path) -> list[str]:
    return [str(letter["Subject"]) for letter in letters(outbox)]


def one_clock(by: Actor, **answers: Any) -> Incident:
    """With CSL-24 alone, due 24 hours after KNOWN."""
    row = made.triaged(by=by, **answers)
    makers.moved(made.clocks_of(row)["CSL-72"], "send", by, sent_at=AT)
    makers.moved(made.clocks_of(row)["CSL-1M"], "leave", by, elsewhere="Leverantören", because="Enligt avtal.")
    return row


def test_a_clock_tells_at_each_milestone_once_however_often_it_is_asked(by: Actor, tmp_path: Path) -> None:
    row = one_clock(by)
    came = []
    for minutes in range(60, 26 * 60, 5):
        if reminding.remind(None, tmp_path / "ut", KNOWN + dt.timedelta(minutes=minutes)).clocks:
            came.append(minutes / 60)
    assert came == [1, 12, 18, 22, 24]
    told = {f"CSL-24 i {row.number}: {what}" for what in (
        "den har startat", "halva tiden har gått", "6 timmar återstår", "2 timmar återstår", "tiden har gått ut",
    )}  # fmt: skip
    assert set(subjects(tmp_path / "ut")) == told and len(letters(tmp_path / "ut")) == 5


def test_what_was_passed_long_ago_is_told_of_by_the_last_that_holds(by: Actor, tmp_path: Path) -> None:
    row = one_clock(by)
    assert reminding.remind(None, tmp_path, KNOWN + 100 * HOUR).clocks == 1
    assert subjects(tmp_path) == [f"CSL-24 i {row.number}: tiden har gått ut"]
    assert reminding.remind(None, tmp_path, KNOWN + 200 * HOUR).clocks == 0


def test_a_clock_that_is_moved_tells_of_its_new_time(by: Actor, tmp_path: Path) -> None:
    row = made.triaged(by=by, at=AT, known_at=AT - HOUR)
    reminding.remind(None, tmp_path / "a", AT)
    assert reminding.remind(None, tmp_path / "b", AT).clocks == 0
    now = Incident.get_by_id(row.id)
    records.change(by, now, {"assessed_at": AT, "known_at": AT}, now.version, AT)
    assert reminding.remind(None, tmp_path / "b", AT).clocks == 2
    assert "24 nov 2026 09:00" in letters(tmp_path / "b")[0].get_content()


def test_a_clock_with_its_outcome_is_silent(by: Actor, tmp_path: Path) -> None:
    row = made.triaged(by=by)
    for clock in made.clocks_of(row).values():
        makers.moved(clock, "leave", by, elsewhere="Leverantören", because="Enligt avtal.")
    assert reminding.remind(None, tmp_path, AT + 100 * HOUR).clocks == 0 and letters(tmp_path) == []


def test_a_clock_that_awaits_its_second_reader_is_told_of_still(by: Actor, tmp_path: Path) -> None:
    makers.moved(made.clocks_of(made.triaged(by=by))["CSL-24"], "propose", by, because="Under tröskeln.")
    assert "CSL-24" in {reminder.clock.rule.code for reminder in reminding.waiting(AT + 100 * HOUR)}


def test_those_who_may_decide_are_told_and_nobody_else(by: Actor, tmp_path: Path) -> None:
    one_clock(by)
    others = {role: makers.acting(role, name=f"Alva {role.value}") for role in Role}
    gone = makers.acting(Role.INFOSEC, name="Bo Borta")
    _ended(gone)
    reminding.remind(None, tmp_path, AT)
    decide = policy.who_may(Register.INCIDENTS, Act.DECIDE)
    expected = {f"alva.{role.value}@kommun.se" for role in others if role in decide}
    told = {str(letter["To"]) for letter in letters(tmp_path)}
    assert expected and expected <= told and "bo.borta@kommun.se" not in told
    assert not told & {f"alva.{role.value}@kommun.se" for role in others if role not in decide}


def _ended(who: Actor) -> None:
    for grant in RoleGrant.select().where(RoleGrant.person == who.id):
        people.end_role(makers.OFFICE, grant, at=AT - 48 * HOUR)


def test_while_nobody_may_decide_nothing_counts_as_told(by: Actor, tmp_path: Path) -> None:
    one_clock(by)
    _ended(by)
    assert reminding.remind(None, tmp_path, AT + HOUR).clocks == 0 == SentReminder.select().count()
    made.coordinator()
    assert reminding.remind(None, tmp_path, AT + HOUR).clocks == 1


def test_a_masked_clock_is_no_more_than_a_time_limit(by: Actor, tmp_path: Path) -> None:
    row = made.triaged(by=by, significant=Answer.NO, security_sensitive=Answer.YES)
    reminding.remind(None, tmp_path, AT)
    (letter,) = letters(tmp_path)
    assert str(letter["Subject"]) == f"En frist i {row.number}"
    words = letter.get_content().split("\n\n")
    assert words[0] == f"En frist i {row.number}." and "SÄK" not in letter.as_string() and "Säkerhets" not in words[1]


def test_an_exercise_says_so_first(by: Actor, tmp_path: Path) -> None:
    given = dict(what="Övning.", service=None, going_on=Answer.YES, discovered_at=AT - HOUR)
    drill = reporting.save(by, reporting.unsaved(given, AT, drill=True), AT)
    made.triaged(drill, by)
    reminding.remind(None, tmp_path, AT)
    assert subjects(tmp_path) and all(subject.startswith("ÖVNING: CSL-") for subject in subjects(tmp_path))


def test_no_letter_has_a_word_of_the_incident(by: Actor, tmp_path: Path) -> None:
    school = makers.unit(f"{CANARY}nämnden")
    row = made.incident(what=f"{CANARY} 1", service=f"{CANARY} 2", by=makers.acting(Role.EMPLOYEE, name=f"{CANARY} Å"))
    made.triaged(
        row, by, name=f"{CANARY} 3", unit=school.id, supplier_incident=Answer.YES, supplier=f"{CANARY} 4",
        personal_data=Answer.YES, high_risk=Answer.YES, security_sensitive=Answer.YES, police=Answer.YES,
        severity=Severity.SERIOUS,
    )  # fmt: skip
    clocks.start(by, row.uid.hex, ClockRule.get(ClockRule.code == "CSL-DEL"), AT, AT + HOUR, None, AT)
    for hours in (0, 40, 80):
        reminding.remind(None, tmp_path, AT + hours * HOUR)
    found = letters(tmp_path)
    assert len(found) > 10
    for letter in found:
        assert CANARY not in letter.as_string() and CANARY not in letter.get_content()
    assert not any(CANARY in path.name or row.number in path.name for path in tmp_path.iterdir())
    told = {letter.get_content() for letter in found}
    assert any("23 nov 2026 10:00" in text for text in told), "the authority's own time"


def test_the_outbox_is_its_owners_alone(by: Actor, tmp_path: Path) -> None:
    one_clock(by)
    reminding.remind(None, tmp_path / "ut", AT)
    (letter,) = (tmp_path / "ut").iterdir()
    assert (tmp_path / "ut").stat().st_mode & 0o777 == 0o700 and letter.stat().st_mode & 0o777 == 0o600


def test_it_goes_by_mail_where_there_is_a_server(by: Actor, mailbox: Mailbox, tmp_path: Path) -> None:
    row = one_clock(by)
    assert reminding.remind(mailbox.url, tmp_path / "ut", AT).not_sent == 0
    letter = message_from_string(mailbox.letters[0], policy=default)
    assert str(letter["Subject"]) == f"CSL-24 i {row.number}: den har startat"
    assert "24 nov 2026 08:00" in letter.get_content() and not (tmp_path / "ut").exists()


def test_what_the_server_does_not_take_lies_in_the_outbox(by: Actor, mailbox: Mailbox, tmp_path: Path) -> None:
    one_clock(by)
    mailbox.close()
    told = reminding.remind(mailbox.url, tmp_path, AT)
    assert (told.clocks, told.not_sent) == (1, 1) and len(letters(tmp_path)) == 1


def test_many_hosts_at_once_send_one_letter(by: Actor, tmp_path: Path) -> None:
    one_clock(by)
    begin, came = threading.Barrier(6), []

    def host() -> None:
        with connection():
            begin.wait(10)
            came.append(reminding.remind(None, tmp_path, AT).clocks)

    crowd = [threading.Thread(target=host) for _ in range(6)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert sorted(came) == [0, 0, 0, 0, 0, 1] and len(letters(tmp_path)) == 1


def test_a_host_that_dies_between_loses_one_letter_at_most(by: Actor, tmp_path: Path) -> None:
    one_clock(by)
    (waits,) = reminding.waiting(AT)
    assert reminders.claim(waits.told) and not reminders.claim(waits.told)
    assert reminding.remind(None, tmp_path, AT + HOUR).clocks == 0
    assert reminding.remind(None, tmp_path, AT + 12 * HOUR).clocks == 1


def test_the_command_tells_and_fails_when_a_letter_was_not_taken(settings: Settings, mailbox: Mailbox) -> None:
    app = create_app(dataclasses.replace(settings, smtp_url=mailbox.url))
    with time_machine.travel(AT, tick=False), app.app_context():
        with connection():
            made.ready()
            one_clock(made.coordinator())
        run = lambda: app.test_cli_runner().invoke(args=["remind"])  # noqa: E731
        assert [run().output, run().output] == ["Told of clocks: 1.\n", "Told of clocks: 0.\n"]
        with connection():
            one_clock(made.coordinator())
        mailbox.close()
        failed = run()
    db.close_all()
    assert failed.exit_code == 1 and "VARNA_OUTBOX" in failed.output and len(letters(settings.outbox)) == 2


def test_no_clock_is_counted_that_is_not_there(by: Actor) -> None:
    assert list(reminding.waiting(AT)) == [] and LegalClock.select().count() == 0
