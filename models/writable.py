"""What a text may be at all, whatever it says: it can be stored, seen, and read the way it was written."""

import unicodedata

from models.words import Message

EMPTY = Message("This must be filled in.")


def writable(text: str, longest: int) -> Message | None:
    """Refuses what cannot be stored or would deceive the eye: NUL, broken signs, reading turned, nothing to see."""
    if len(text) > longest:
        return Message("At most %(longest)s characters; this is %(length)s.", longest=longest, length=len(text))
    if any((unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t\r") or c == "\ufffd" for c in text):
        return Message("The text holds a sign that cannot be stored. Type it anew.")
    if any(c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" for c in text):
        return Message("The text holds a sign that turns the reading direction. Remove it.")
    if all(unicodedata.category(c)[0] in "ZC" for c in text):
        return EMPTY
    return None
