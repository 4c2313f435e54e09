"""The law of passwords: Argon2id with a pepper, dear to compute, one at a time in a process.

A stored password is a PHC string (`$argon2id$v=19$m=…,t=…,p=…$salt$hash`). The pepper is the host's and in no database.
"""

import re
import secrets
import unicodedata
from typing import NamedTuple

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from models.words import Message
from tracker import stretching


class Cost(NamedTuple):
    """What one hashing takes: memory in KiB, passes over it, and lanes side by side."""

    memory: int
    passes: int
    lanes: int


COST = Cost(64 * 1024, 3, 4)
FLOOR = Cost(19 * 1024, 2, 1)  # OWASP's least for Argon2id; a cheaper stored hash was not made here
CEILING = Cost(256 * 1024, 10, 16)  # a dearer one would let whoever writes the database stop the host

SHORTEST, LONGEST = 12, 256

_PHC = re.compile(r"\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,3}),p=(\d{1,3})\$[A-Za-z0-9+/]{20,90}\$[A-Za-z0-9+/]{40,90}")
_LETTERS = re.compile(r"[^\W\d_]+")
_WORDS = """
    abcdefghijkl admin administrator administratör asdfghjkl asdfghjklöä brandskydd dragon football fotboll
    hejhej hejsan hemlig hemligt hösten iloveyou kommun kommunen letmein losenord lösen lösenord monkey passord
    passwort password princess qwerty qwertyuiop qwertyuiopå sakerhet secret sommar sommaren sverige säkerhet
    test testar valkommen varna vinter vintern våren välkommen välkommenhit värna welcome zxcvbnm
"""
_COMMON = frozenset(_WORDS.split())


def hashed(password: str, pepper: bytes, cost: Cost = COST) -> str:
    """`password` as it may be stored."""
    with stretching.turn():
        return _argon2(cost, pepper).derive_phc_encoded(_octets(password))


def matches(password: str, stored: str | None, pepper: bytes, cost: Cost = COST) -> bool:
    """Whether `stored` was made from `password`. Nothing stored, or what is not ours, costs the same and is False.

    A stored hash cheaper than FLOOR (or than `cost`, where that is cheaper still) counts as not ours.
    """
    if stored is None or not _ours(stored, cost):
        hashed(password, pepper, cost)
        return False
    try:
        with stretching.turn():
            Argon2id.verify_phc_encoded(_octets(password), stored, secret=pepper)
    except InvalidKey:
        return False
    return True


def needs_rehash(stored: str, cost: Cost = COST) -> bool:
    """Whether `stored` was made at another cost than today's."""
    return _cost(stored) != cost


def weakness(password: str, email: str = "") -> Message | None:
    """Why this cannot be somebody's password, in one sentence, or None."""
    if len(password) < SHORTEST:
        return Message(
            "Use at least %(shortest)s characters. Four words in a row are easy to remember.", shortest=SHORTEST
        )
    if len(password) > LONGEST:
        return Message("Use at most %(longest)s characters.", longest=LONGEST)
    if email and password.casefold() in (email.casefold(), email.casefold()[::-1]):
        return Message("The password cannot be your e-mail address.")
    if len(set(password)) < 5 or _common(password):
        return Message("That password is among the first that others would guess. Choose another.")
    return None


def _common(password: str) -> bool:
    """Whether a word of the short list is all the letters there are in `password`, however often."""
    found = set(_LETTERS.findall(password.casefold()))
    return found <= _COMMON


def _argon2(cost: Cost, pepper: bytes) -> Argon2id:
    return Argon2id(
        salt=secrets.token_bytes(16),
        length=32,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory,
        secret=pepper,
    )


def _octets(password: str) -> bytes:
    """The same for å typed as one sign and as two, whatever the keyboard."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _cost(stored: str) -> Cost | None:
    found = _PHC.fullmatch(stored)
    return Cost(*map(int, found.groups())) if found else None


def _ours(stored: str, asked: Cost) -> bool:
    cost = _cost(stored)
    least = map(min, FLOOR, asked)
    return cost is not None and all(low <= made <= high for low, made, high in zip(least, cost, CEILING, strict=True))
