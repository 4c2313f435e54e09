"""Markings of a säkerhetsskyddsklass (2 kap. 5 § säkerhetsskyddslagen), Swedish and foreign, as they are stamped.

The names of the classes are no secret: "uppgifter som kan vara begränsat hemliga" is an ordinary sentence. A marking
is a stamp in capitals, a heading or a phrase of its own kind.
"""

import re

_GAP = r"[^0-9A-Za-zÅÄÖåäö/]{0,3}"
"""What may lie between the letters of a spaced stamp: H E M L I G, H-E-M-L-I-G, HEM-\\nLIG."""

_WIDE = r"[^0-9A-Za-zÅÄÖåäö/]{0,9}"

_ALONE, _ENDED = r"(?<![0-9A-Za-zÅÄÖåäö])", r"(?![0-9A-Za-zÅÄÖåäö])"


def _stamp(stamp: str) -> str:
    """The capitals of a stamp, however far apart; its words lie further apart than its letters."""
    either = {"Ä": "[ÄA]", "È": "[ÈE]"}
    words = (_GAP.join(either.get(letter, letter) for letter in word) for word in stamp.split())
    return _WIDE.join(words)


_SWEDISH = "|".join(map(_stamp, ("HEMLIG", "BEGRÄNSAT HEMLIG", "KVALIFICERAT HEMLIG", "KONFIDENTIELL")))
_FOREIGN = "|".join(
    map(
        _stamp,
        (
            "TOP SECRET", "COSMIC TOP SECRET", "NATO SECRET", "NATO CONFIDENTIAL", "NATO RESTRICTED",
            "EU SECRET", "EU CONFIDENTIAL", "EU RESTRICTED", "SECRET UE", "CONFIDENTIEL UE", "RESTREINT UE",
        ),
    )
)  # fmt: skip

_STAMPS = re.compile(f"{_ALONE}(?:{_SWEDISH}|{_FOREIGN}|KH/TS|(?:TS|S|C|R)-UE/EU-(?:TS|S|C|R)){_ENDED}")

_ALONE_ON_ITS_LINE = re.compile(
    r"^[^0-9A-Za-zÅÄÖåäö\n]{0,9}(?:SECRET|CONFIDENTIAL|RESTRICTED"
    r"|Säkerhetsskyddsklassificerad (?:uppgift|handling)|SÄKERHETSSKYDDSKLASSIFICERAD (?:UPPGIFT|HANDLING))"
    r"[^0-9A-Za-zÅÄÖåäö\n]{0,9}$",
    re.MULTILINE,
)

_CLASS = r"(?:(?:begränsat|kvalificerat)\s{1,3})?hemlig|konfidentiell"

_PHRASES = (
    # "Hemlig enligt 15 kap. 2 §", as a heading or with its capital: the sentence "är hemlig enligt …" is ordinary
    re.compile(
        r"(?<![0-9A-Za-zÅÄÖåäö])(?:Hemlig|HEMLIG)\s{1,3}(?i:enligt)\s{1,3}"
        r"(?i:offentlighets|sekretess|säkerhetsskydd|osl\b|lagen\b|[0-9]{1,2}\s{0,2}kap)"
    ),
    re.compile(
        rf"säkerhetsskyddsklass(?:en|ning|ificering)?\s{{0,3}}[:=]\s{{0,3}}[\"'(\[]?(?:{_CLASS})\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![a-zåäö])(?:{_CLASS})\s{{0,2}}/\s{{0,2}}"
        r"(?:(?:eu|nato|cosmic|top)[ -])?(?:top[ -])?(?:secret|confidential|restricted)\b",
        re.IGNORECASE,
    ),
)


_CAPITAL = r"[A-ZÅÄÖ]" + _GAP + "/?"
_CAPITALS = re.compile(f"{_CAPITAL}{_CAPITAL}{_CAPITAL}[A-ZÅÄÖ]")
"""Four in a row, which every stamp has. It stands first since it is fast."""


def has_marking(text: str) -> bool:
    """Whether a folded text holds a marking."""
    if _CAPITALS.search(text) and (_STAMPS.search(text) or _ALONE_ON_ITS_LINE.search(text)):
        return True
    small = text.lower()
    if "lassificerad" in small and _ALONE_ON_ITS_LINE.search(text):
        return True
    return ("emlig" in small or "onfidentiell" in small) and any(phrase.search(text) for phrase in _PHRASES)
