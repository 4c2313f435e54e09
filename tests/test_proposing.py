"""What the figures propose for a review: computed by the municipality's targets, taken over by a button, never alone."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import months_before
from models.database import connection
from models.guarding import Aim, Criterion, CriterionScore, GuardingTarget, Review, Score
from models.words import Role
from tests import makers
from tests.browse import browse
from tests.makers import AT, DAY, OFFICE, TODAY, acting
from tracker.acts import guarding, installing, proposing
from tracker.acts.usage import Figure
from tracker.spine import records
from tracker.spine.errors import Missing, Refused

LAST = months_before(TODAY.replace(day=1), 1)


@pytest.fixture
def installed(database: Any) -> None:
    makers.use_key()
    guarding.install(OFFICE, AT)
    installing.targets(OFFICE, AT)


def begun(**values: Any) -> Review:
    return makers.moved(makers.review(**values), "gather", OFFICE)


def score(review: Review, number: int) -> Any:
    return CriterionScore.get((CriterionScore.review == review) & (CriterionScore.number == number))


def proposed(review: Review, number: int) -> proposing.Proposal | None:
    return proposing.proposal(OFFICE, score(review, number), AT)


def test_the_figures_named_are_there_and_answer_a_criterion_each(installed: None) -> None:
    texts = {row.text for row in Criterion.select()}
    assert set(proposing._answers()) <= texts and len(proposing._answers()) == 5
    assert {name for names in proposing._answers().values() for name in names} == set(proposing.COUNTED)


def test_a_target_that_is_met_is_good_and_less_of_it_is_less(installed: None) -> None:
    for top, expected in ((98, Score.GOOD), (97, Score.FAIR), (94, Score.FAIR), (93, Score.WEAK), (78, Score.NONE)):
        assert proposing._score(Figure(top, 100, 100, 98, smallest=20)) is expected, top
    for top, expected in ((40, Score.GOOD), (42, Score.FAIR), (49, Score.WEAK), (51, Score.NONE)):
        assert proposing._score(Figure(top, 120, 12, 4, at_least=False, smallest=20)) is expected, top


@given(top=st.integers(0, 100), n=st.integers(0, 19))
def test_nothing_is_proposed_of_too_few(top: int, n: int) -> None:
    assert proposing._score(Figure(top, n, 100, 98, smallest=20)) is None


def test_delivery_and_spot_checks_answer_one_criterion_by_the_weaker(installed: None) -> None:
    site, review = makers.site(), begun()
    makers.figures(site, ordered=2310, delivered=2250)
    made = proposed(review, 6)
    assert made and made.score is None, "no spot check"
    makers.spot_check(amount=100_000, wrong=600, on=TODAY - DAY)
    made = proposed(review, 6)
    assert made and made.score is Score.FAIR
    told = made.told("sv")
    assert "Levererat av det beställda: 97,4 procent (n = 2\N{NO-BREAK SPACE}310," in told and "mål minst 98" in told
    assert "Felaktiga belopp enligt stickprov: 0,6 procent (n = 60," in told and "mål högst 1" in told
    makers.spot_check(amount=1_000, wrong=900, on=TODAY - DAY)
    again = proposed(review, 6)
    assert again and again.score is Score.NONE


def test_answers_count_from_when_they_are_due(installed: None) -> None:
    site, review = makers.site(), begun()
    for number in range(19):
        makers.deviation(site, TODAY - 60 * DAY, answered_on=TODAY - (51 if number else 40) * DAY, answer="Ja.")
    makers.deviation(site, TODAY - 9 * DAY)
    made = proposed(review, 8)
    assert made and (made.facts[0].figure.top, made.facts[0].figure.n, made.score) == (18, 19, None)
    makers.deviation(site, TODAY - 11 * DAY)
    made = proposed(review, 8)
    assert made and (made.facts[0].figure.top, made.facts[0].figure.n, made.score) == (18, 20, Score.GOOD)


def test_it_is_proposed_while_the_review_is_made_and_in_the_shipped_words_only(installed: None) -> None:
    planned = makers.review()
    assert proposed(planned, 1) is None and proposing.answerable(planned) == []
    review = makers.moved(planned, "gather", OFFICE)
    assert proposed(review, 1) and proposing.answerable(review) == [1, 5, 6, 7, 8]
    assert proposed(review, 2) is None
    first = Criterion.get(Criterion.number == 1)
    records.change(OFFICE, first, {"text": "Något annat"}, first.version, AT)
    assert proposed(review, 1) is None and proposing.answerable(review) == [5, 6, 7, 8]


def test_nothing_is_scored_by_itself(installed: None) -> None:
    makers.figures(makers.site(), ordered=100, delivered=100)
    begun()
    assert not CriterionScore.select().where(CriterionScore.score.is_null(False)).exists()


def test_it_is_taken_over_by_a_button_by_those_who_score(app: Flask) -> None:
    with connection():
        guarding.install(OFFICE, AT)
        installing.targets(OFFICE, AT)
        for _ in range(2):
            makers.figures(makers.site(), LAST, alarms=1, unjustified=1)
        target = GuardingTarget.get(GuardingTarget.aim == Aim.SMALLEST)
        records.change(OFFICE, target, {"amount": 2}, target.version, AT)
        review = begun()
        row = score(review, 7)
        readers = {role: browse(app, acting(role)) for role in (Role.SECURITY, Role.BOARD)}
    path = f"/kriteriepoang/{row.uid.hex}"
    page = readers[Role.SECURITY].get(path)
    assert "Siffrorna föreslår: 0 Saknas" in page.text
    assert "Siffrorna föreslår" not in readers[Role.BOARD].get(path).text
    readers[Role.BOARD].post(f"{path}/forslag", {"version": row.version}, 403)
    readers[Role.SECURITY].post(f"{path}/forslag", {"version": row.version + 1})
    assert "Någon annan ändrade" in readers[Role.SECURITY].get(path).text
    readers[Role.SECURITY].post(f"{path}/forslag", {"version": "x"})
    with connection():
        assert score(review, 7).score is None
    readers[Role.SECURITY].post(f"{path}/forslag", {"version": row.version})
    with connection():
        after = score(review, 7)
        assert after.score is Score.NONE and after.evidence.startswith("Obefogade larm per objekt och år: 12 (n = 2,")
    assert "Gör till åtgärd" in readers[Role.SECURITY].get(path).text
    whole = f"/oversyner/{review.uid.hex}"
    assert "Ta över alla förslag" in readers[Role.SECURITY].get(whole).text
    readers[Role.BOARD].post(f"{whole}/forslag", {}, 403)
    readers[Role.SECURITY].post(f"{whole}/forslag", {})
    assert "Bedömt som siffrorna föreslår: 1" in readers[Role.SECURITY].get(whole).text
    none = f"/kriteriepoang/{score_uid(review, 2)}/forslag"
    readers[Role.SECURITY].post(none, {"version": 1}, 404)


def test_all_that_is_proposed_is_taken_over_at_once_and_nothing_that_somebody_scored(installed: None) -> None:
    site, review = makers.site(), begun()
    makers.figures(site, ordered=2310, delivered=2250)
    makers.spot_check(amount=100_000, wrong=600, on=TODAY - DAY)
    own = score(review, 1)
    records.change(OFFICE, own, {"score": Score.FAIR, "evidence": "Eget"}, own.version, AT)
    open_ones = [n for n in proposing.answerable(review) if (made := proposed(review, n)) and made.score is not None]
    assert 6 in open_ones and 1 not in open_ones
    assert proposing.take_over_all(OFFICE, review, AT) == len(open_ones)
    assert all(score(review, n).score is not None and score(review, n).evidence for n in open_ones)
    assert (score(review, 1).score, score(review, 1).evidence) == (Score.FAIR, "Eget")
    assert proposing.take_over_all(OFFICE, review, AT) == 0


def score_uid(review: Review, number: int) -> str:
    with connection():
        return score(review, number).uid.hex


def test_the_next_review_is_planned_by_the_cycle(app: Flask) -> None:
    with connection():
        guarding.install(OFFICE, AT)
        installing.targets(OFFICE, AT)
        review = makers.review()
        browser = browse(app, acting(Role.SECURITY))
    path = f"/oversyner/{review.uid.hex}"
    assert "Planera nästa översyn" in browser.get(path).text
    browser.post(f"{path}/nasta", {"version": review.version})
    with connection():
        assert Review.get_by_id(review.id).next_on == months_before(TODAY, -12)
    assert "Planera nästa översyn" not in browser.get(path).text


def test_what_is_decided_is_scored_no_more(installed: None) -> None:
    makers.decided_review()
    row = CriterionScore.get(CriterionScore.number == 1)
    with pytest.raises(Missing):
        proposing.take_over(OFFICE, row.uid.hex, row.version, AT)
    review = Review.get()
    with pytest.raises(Refused):
        proposing.set_next_review(OFFICE, review.uid.hex, review.version, AT)
