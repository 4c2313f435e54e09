"""Deliberate mistakes are noticed by the test that has to, which says why. All of them: `python -m tests.attacks`."""

import pytest

from tests.attacks import MISTAKES, ROOT, Mistake, make

TRIED = {
    "a connection that writes",
    "a digest that skips a column",
    "a table without its trigger",
    "a view without its act",
    "whoever did it verifies it",
    "a sealed column that takes anything",
    "a CSV that forgets the marks",
    "a number whose link opens other rows",
    "forms without a token",
}
"""One or two for each wall; all of them take longer than a suite that is run often may."""


@pytest.mark.parametrize("mistake", [pytest.param(one, id=one.name) for one in MISTAKES if one.name in TRIED])
def test_a_mistake_is_noticed(mistake: Mistake) -> None:
    make(mistake)


@pytest.mark.parametrize("mistake", [pytest.param(one, id=one.name) for one in MISTAKES])
def test_a_mistake_can_still_be_made(mistake: Mistake) -> None:
    assert (ROOT / mistake.file).read_text().count(mistake.old) >= 1, "the old text is gone: write the mistake anew"
    assert mistake.old != mistake.new
    file, test = mistake.node.partition("[")[0].split("::")
    assert f"def {test}(" in (ROOT / file).read_text(), "the test that had to notice it is gone"


def test_they_are_many_and_each_is_its_own() -> None:
    names = {mistake.name for mistake in MISTAKES}
    assert len(names) == len(MISTAKES) >= 50
    assert names >= TRIED
