"""How a text is read by the guard: without what only deceives the eye; and the first look, which most texts pass."""

import re
import unicodedata

_PLAIN = "\t\n\r -~åäöÅÄÖéÉüÜ§–—’”…·½×"
"""The signs of everyday Swedish: a text of these alone is what it looks like. A range goes from the space to ~."""

_UNEVEN = re.compile(rf"[^{_PLAIN}]|[–—’”]")
"""What folding changes."""

_CALM = "a-zåäöé ,.\\n!?"
_HINT = re.compile(  # begins with one set of signs: that is what makes it fast
    rf"[^{_CALM}](?:"
    rf"(?<=[^{_PLAIN}])"
    r"|(?<=[A-ZÅÄÖ])[^A-Za-zÅÄÖåäö0-9]{0,4}[A-ZÅÄÖ]"  # two capitals: a stamp, however it is spaced
    r"|(?<=[0-9])(?:[0-9. ,]{0,3}[0-9][0-9. ,]{0,3}[0-9]|\s?°)"
    r")"
)
_WORDS = ("emlig", "onfidentiell", "lassificerad")
"""What every text that breaks a rule holds at least one of."""

_BEFORE = {ord(sign): "°" for sign in "º˚⁰"} | {ord(sign): "'" for sign in "´`′’‘ʹ"}
_BEFORE |= {ord(sign): '"' for sign in "″”“˝ʺ"} | {ord(sign): "-" for sign in "‐‑‒–—―−⁃﹣－"}
"""Signs that are one to the eye; done first, since the normal form makes letters and blanks of some."""

_LOOKALIKES = str.maketrans(
    "АВЕЗІЈКМНОРСТУХЅԌ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "асеорху",
    "ABE3IJKMHOPCTYXSG" + "ABEZHIKMNOPTYX" + "aceopxy",
)
"""Cyrillic and Greek letters that are drawn as Latin ones."""


def may_hold(text: str) -> bool:
    """The first look: False for a text that breaks no rule."""
    if _HINT.search(text):
        return True
    small = text.lower()
    return any(word in small for word in _WORDS)


def folded(text: str) -> str:
    """The text in its normal form, with one sign for those that look alike and without those that are not seen."""
    if not _UNEVEN.search(text):
        return text
    normal = unicodedata.normalize("NFKC", text.translate(_BEFORE)).translate(_LOOKALIKES)
    seen = (sign for sign in normal if unicodedata.category(sign) != "Cf" and not 0xFE00 <= ord(sign) <= 0xFE0F)
    plain = (str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in seen)
    return unicodedata.normalize("NFC", "".join(plain)).translate(_BEFORE)
