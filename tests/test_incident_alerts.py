"""Serious or extraordinary: the definitions' conditions, whom to tell in which order, and what is kept of it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from models.database import connection
from models.incidents import Alert, Answer, EscalationGround, EscalationTest, Incident, Told
from models.words import Role
from tests import incident_makers as made
from tests import makers
from tests.browse import browse
from tests.makers import AT
from tests.pages import Reader
from tracker.acts.incidents import alerting, escalating
from tracker.laws import ledger
from tracker.spine.errors import Invalid, Refused

SERIOUS, EXTRAORDINARY = EscalationGround
YES, NO, UNKNOWN = Answer


@pytest.fixture
def incident(app: Flask) -> Iterator[Incident]:
    with connection():
        made.ready()
        yield Incident.get_by_id(made.triaged().id)


def address(row: Any) -> str:
    return f"/incidenter/{row.uid.hex}/larmning"


@pytest.mark.parametrize("ground", list(EscalationGround))
def test_a_definition_has_conditions_a_source_and_says_that_it_is_uncertain(ground: EscalationGround) -> None:
    found = escalating.definition(ground)
    assert found.questions and found.source and found.doubt and found.checked_on
    assert all(question.endswith("?") for question in found.questions)


def test_the_extraordinary_one_is_the_laws() -> None:
    found = escalating.definition(EXTRAORDINARY)
    assert "2006:544" in found.source and "1 kap. 4 §" in found.source and len(found.questions) == 3


@pytest.mark.parametrize("answers", list(itertools.product([*Answer, None], repeat=2)))
def test_only_yes_to_all_holds(answers: tuple[Answer | None, ...]) -> None:
    assert escalating.holds(answers) == (set(answers) == {YES})


def test_what_was_answered_is_kept_and_the_gravest_that_holds_is_suggested(incident: Incident) -> None:
    by = made.coordinator()
    one = escalating.answer(by, incident.uid.hex, SERIOUS, [YES, YES], at=AT)
    assert one.holds and escalating.suggested(escalating.newest(incident)) is SERIOUS
    assert one.answers.splitlines()[1] == f"{escalating.definition(SERIOUS).questions[1]} Ja."
    escalating.answer(by, incident.uid.hex, EXTRAORDINARY, [YES, UNKNOWN, YES], at=AT)
    assert escalating.suggested(escalating.newest(incident)) is SERIOUS
    escalating.answer(by, incident.uid.hex, EXTRAORDINARY, [YES, YES, YES], at=AT)
    assert escalating.suggested(escalating.newest(incident)) is EXTRAORDINARY
    escalating.answer(by, incident.uid.hex, EXTRAORDINARY, [YES, YES, NO], at=AT)
    assert escalating.suggested(escalating.newest(incident)) is SERIOUS
    assert EscalationTest.select().count() == 4 and ledger.told(one, 5)


def test_every_condition_is_answered(incident: Incident) -> None:
    with pytest.raises(Invalid) as refused:
        escalating.answer(made.coordinator(), incident.uid.hex, EXTRAORDINARY, [YES, None, YES], at=AT)
    assert [problem.field for problem in refused.value.problems] == ["q2"]
    with pytest.raises(Invalid):
        escalating.answer(made.coordinator(), incident.uid.hex, EXTRAORDINARY, [YES], at=AT)


def test_they_are_told_in_the_programmes_order_once_for_each_ground(incident: Incident) -> None:
    by, order = made.coordinator(), []
    while following := alerting.next_to_tell(incident, SERIOUS):
        order.append(following)
        alerting.alert(by, incident.uid.hex, following, SERIOUS, AT, at=AT)
    assert order == [Told.TIB, Told.SECURITY, Told.CKL]
    assert alerting.next_to_tell(incident, EXTRAORDINARY) is Told.TIB


def test_a_closed_incident_tells_nobody(app: Flask, incident: Incident) -> None:
    by = made.coordinator()
    row = makers.moved(made.incident(), "dismiss", by, dismissed_because="Falskt larm.")
    with pytest.raises(Refused):
        escalating.answer(by, row.uid.hex, SERIOUS, [YES, YES], at=AT)
    with pytest.raises(Refused):
        alerting.alert(by, row.uid.hex, Told.TIB, SERIOUS, AT, at=AT)
    assert Reader(app, by).get(address(row)).forms == ()


def test_the_page_asks_suggests_and_keeps(app: Flask, incident: Incident) -> None:
    reader = Reader(app, made.coordinator())
    page = reader.get(address(incident))
    assert [form.submit for form in page.forms] == ["Spara svaren"] * 2
    page = reader.sent(f"{address(incident)}/prova", {"ground_of": "serious", "q1": "yes"}, 422)
    assert [field.problem for field in page.forms[0].fields] == ["", "Välj ett av alternativen."]
    assert page.forms[0].fields[0].value == "yes"
    reader.browser.post(f"{address(incident)}/prova", {"ground_of": "serious", "q1": "yes", "q2": "yes"})
    page = reader.get(address(incident))
    assert [form.title for form in page.forms][:3] == [
        "1. Tjänsteman i beredskap (TiB)", "2. Säkerhetschef", "3. Central krisledning (CKL)",
    ]  # fmt: skip
    assert page.forms[0].fields[0].value == "2026-11-23T09:00"
    told = dict(page.forms[0].hidden) | {"told_at": "2026-11-23T08:50", "how": "Telefon"}
    late = reader.sent(address(incident), told | {"told_at": "2026-11-24T08:50"}, 422)
    assert late.forms[0].fields[0].problem and late.forms[0].fields[1].value == "Telefon"
    reader.browser.post(address(incident), told)
    (row,) = Alert.select()
    assert (row.told, row.told_at, row.ground_of) == (Told.TIB, AT - dt.timedelta(minutes=10), SERIOUS)
    page = reader.get(address(incident))
    assert [form.title for form in page.forms][:2] == ["2. Säkerhetschef", "3. Central krisledning (CKL)"]
    room = reader.get(f"/incidenter/{incident.uid.hex}/lage").live
    assert room.tell.label == "Larma nu: Säkerhetschef" and room.tell.primary
    assert room.told[0].startswith("Tjänsteman i beredskap (TiB) larmades 23 nov 2026 08:50")
    assert "alla villkor är uppfyllda" in room.tested[0]


@pytest.mark.parametrize(
    ("path", "values"),
    [("", {"ground_of": "serious", "told": "nobody"}), ("", {"told": "tib"}), ("/prova", {"ground_of": "grave"})],
)
def test_what_the_page_cannot_have_sent_is_not_there(app: Flask, incident: Incident, path: str, values: Any) -> None:
    browse(app, made.coordinator()).post(address(incident) + path, values, 404)


@pytest.mark.parametrize("role", [Role.SECURITY, Role.BOARD, Role.EMPLOYEE])
def test_who_does_not_work_with_it_tells_nobody(app: Flask, incident: Incident, role: Role) -> None:
    browser = browse(app, makers.acting(role))
    browser.get(address(incident), 403)
    browser.post(f"{address(incident)}/prova", {"ground_of": "serious", "q1": "yes", "q2": "yes"}, 403)
    browser.post(address(incident), {"ground_of": "serious", "told": "tib", "told_at": "2026-11-23T08:50"}, 403)
    assert not Alert.select().exists() and not EscalationTest.select().exists()
