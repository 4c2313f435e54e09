"""Passphrases that are generated, not thought out: six words of 7 776, 77 bits."""

import math
import secrets
import unicodedata
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parents[2] / "data" / "words.txt"
"""Swedish words of four to seven letters, out of xkcdpass's list `swe-short` (MIT)."""
LENGTH = 6


@cache
def words() -> tuple[str, ...]:
    return tuple(WORDS.read_text(encoding="utf-8").split())


def made() -> str:
    """A new passphrase: six words with a space between each."""
    return " ".join(secrets.choice(words()) for _ in range(LENGTH))


def bits() -> float:
    """How many bits of chance one holds."""
    return LENGTH * math.log2(len(words()))


def tidied(typed: str) -> str:
    """A passphrase as it was made, however it was typed: lower case, one space between, composed letters."""
    return " ".join(unicodedata.normalize("NFC", typed).casefold().split())


def is_strong(typed: str) -> bool:
    """Whether a passphrase has the form of a generated one: six words or more of the list, not all the same."""
    given = tidied(typed).split()
    return len(given) >= LENGTH and len(set(given)) >= LENGTH - 1 and set(given) <= set(words())
