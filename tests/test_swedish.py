"""Swedish order and search words: the same bytes, and so the same order, on both engines."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.common import Unit
from models.swedish import folded, key, words
from tests import makers

ORDERED = [
    "", "1 avdelning", "2 avdelningar", "10 avdelningar", "100", "Abborren", "abborren 2", "Abborren 10", "Café Anna",
    "cafeteria", "Éva", "Evert", "Über", "Zebran", "Åbrinken", "åk 2", "Åk 10", "Ängen", "Ögat", "Ön", "östra",
    "Östra 2",
]  # fmt: skip
"""As a Swede expects a list to stand."""


def test_a_list_stands_in_swedish_order() -> None:
    mixed = sorted(ORDERED, key=lambda text: text[::-1])
    assert sorted(mixed, key=lambda text: (key(text), ORDERED.index(text))) == ORDERED
    distinct = [key(text) for text in ORDERED]
    assert distinct == sorted(distinct)


@pytest.mark.parametrize(("early", "late"), [("z", "å"), ("å", "ä"), ("ä", "ö"), ("Z", "Å"), ("zz", "å"), ("aö", "b")])
def test_å_ä_ö_come_last(early: str, late: str) -> None:
    assert key(early) < key(late)
    assert key(early.swapcase()) < key(late)


@pytest.mark.parametrize("text", ["Åsa Öberg", "ÄLVEN", "Crème Brûlée", "STRASSE", "Ærø"])
def test_case_makes_no_difference(text: str) -> None:
    assert key(text.upper()) == key(text.lower()) == key(text)


@given(st.text(max_size=30))
def test_how_a_letter_is_put_together_makes_no_difference(text: str) -> None:
    assert key(unicodedata.normalize("NFD", text)) == key(unicodedata.normalize("NFC", text))


@given(st.integers(0, 99_999_999), st.integers(0, 99_999_999), st.integers(0, 3))
def test_digits_stand_as_numbers(one: int, other: int, zeros: int) -> None:
    first, second = f"Hus {'0' * zeros}{one}", f"Hus {other}"
    assert (key(first) < key(second)) == (one < other)
    assert (key(first) == key(second)) == (one == other)


@given(st.text(max_size=400))
def test_a_key_is_never_too_long_and_any_text_has_one(text: str) -> None:
    assert len(key(text)) <= 200
    assert all(len(word) <= 40 for word in words(text))


def test_nothing_sorts_first() -> None:
    assert key(None) == key("") == b"" < key("0")


def test_words_are_found_without_case_and_accent() -> None:
    assert words("Åsa & Örjan, kök 3B", None, "Éva") == {b"{sa", b"}rjan", b"k}k", b"3b", b"eva"}
    assert words("ÅSA") == words("åsa") == words("A\u030asa")
    assert words("x" * 90) == {b"x" * 40}
    assert words("", None, "– !") == set()


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_every_word_is_part_of_what_was_folded(text: str) -> None:
    assert all(word.decode() in folded(text) for word in words(text))


def test_both_engines_order_by_the_bytes(database: Any) -> None:
    """ORDER BY on the key column is Python's order of bytes, so each engine answers with the same list."""
    makers.use_key()
    shuffled = sorted(ORDERED[1:], key=lambda text: text[::-1])
    for name in shuffled:
        makers.unit(name)
    found = [unit.name for unit in Unit.select().order_by(Unit.name_key, Unit.id)]
    assert found == sorted(shuffled, key=lambda name: (key(name), shuffled.index(name)))
    assert [key(name) for name in found] == [bytes(unit.name_key) for unit in Unit.select().order_by(Unit.name_key)]
    assert [unit.name for unit in Unit.select().order_by(Unit.name_key.desc())] == found[::-1]
    after = [unit.name for unit in Unit.select().where(Unit.name_key > key("Zebran")).order_by(Unit.name_key)]
    assert after == found[found.index("Zebran") + 1 :]
