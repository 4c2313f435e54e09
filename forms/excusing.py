"""How somebody says that what the guard found is not what it looks like: a tick beside the field, and why.

The tick sends a digest of the very text that was shown, so that another text is asked about anew.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from models.screening import REFUSED, Caught, Excused, found
from models.words import Message

TICK, REASON = "ej-", "skal-"
"""What stands before a field's name in the names of its tick and its reason."""

Offer = tuple[str, str, bool, str, str, bool]
"""The tick's name, value and whether it is set; the reason's name and text, and whether one is asked for."""


def names_beside(name: str) -> Iterator[str]:
    """What may be sent along with a field of free text."""
    yield from (f"{TICK}{name}", f"{REASON}{name}")


def taken(name: str, text: str, sent: Mapping[str, str]) -> str:
    """The text of a field with its excuse, when the tick beside it was set for this very text."""
    if sent.get(f"{TICK}{name}") != _digest(text):
        return text
    return Excused(text, _trimmed(sent.get(f"{REASON}{name}", "")))


def offered(name: str, message: Message | None, texts: Mapping[str, str]) -> Offer | None:
    """The tick and the reason to draw beside a field: when the guard found something, and as long as it is ticked."""
    text, tick = _trimmed(texts.get(name, "")), texts.get(f"{TICK}{name}", "")
    rules = message.rules if isinstance(message, Caught) else found(text) if tick else ()
    if not rules:
        return None
    reason, asks = f"{REASON}{name}", any(rule in REFUSED for rule in rules)
    return f"{TICK}{name}", _digest(text), tick == _digest(text), reason, texts.get(reason, ""), asks


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def _trimmed(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
