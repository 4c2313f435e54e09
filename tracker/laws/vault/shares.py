"""Recovery: a 256-bit key in three printed shares (SLIP-39), of which any two give it back."""

import secrets
from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from tracker.laws.vault.envelopes import CannotOpen

NEEDED, MADE = 2, 3
KEY = 32  # bytes


def made() -> tuple[bytes, tuple[str, ...]]:
    """A new recovery key, and the three lines of words to print: 33 words each."""
    key = secrets.token_bytes(KEY)
    (lines,) = generate_mnemonics(1, [(NEEDED, MADE)], key)
    return key, tuple(lines)


def combined(lines: Sequence[str]) -> bytes:
    """The recovery key out of two different shares. Raises CannotOpen for anything else."""
    tidy = {" ".join(line.casefold().split()) for line in lines}
    try:
        key = combine_mnemonics(sorted(tidy))
    except (MnemonicError, ValueError, IndexError):
        raise CannotOpen from None
    if len(key) != KEY:
        raise CannotOpen
    return key
