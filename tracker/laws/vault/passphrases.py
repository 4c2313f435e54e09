"""Passphrases that are generated, not thought out: six words of 7 776, 77 bits."""

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


def tidied(typed: str) -> str:
    """A passphrase as it was made, however it was typed: lower case, one space between, composed letters."""
    return " ".join(unicodedata.normalize("NFC", typed).casefold().split())
