"""The kinds of field a record is declared with (at most twelve).

A kind is a column plus what people need to know of it: its label, a hint, how closely it is kept,
and the rule on its value. Labels are English; the extractor finds them by the kinds' names.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from peewee import (
    BlobField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
    UUIDField,
)
from playhouse.fields import EnumField

from models.screening import caught
from models.sealed import Envelope
from models.words import Message, Protection
from models.writable import EMPTY, writable

FEWEST = 5
"""A count under this, but for none at all, would tell of whom it counts (guide A.3, B.3)."""
Check = Callable[[Any], Message | None]


class Kind:
    """What every kind adds to its peewee column.

    `label` and `hint` are shown to people; `protection` is the field's floor; `check` is a pure rule on one value
    that answers with a Message when it is broken; `typed` is False for what only acts write.
    """

    readable = True
    input = "text"
    """The kind of input that it is typed in."""
    bounds = ("", "")
    """The least and the most that its input takes, as the input writes them."""
    longest = 0
    """How many characters its input takes; 0 where that is not counted."""
    free = False
    """Whether it is free text, which the guard reads (models.screening)."""

    def __init__(
        self,
        label: str = "",
        *args: Any,
        hint: str = "",
        optional: bool = False,
        protection: Protection = Protection.OPEN,
        check: Check | None = None,
        typed: bool = True,
        **column: Any,
    ) -> None:
        self.label, self.hint, self.protection, self.check, self.typed = label, hint, protection, check, typed
        super().__init__(*args, null=column.pop("null", optional), **column)  # type: ignore[call-arg]

    @property
    def optional(self) -> bool:
        return bool(self.null)  # type: ignore[attr-defined]

    def problem(self, value: Any, stored: Any = None) -> Message | None:
        """The sentence that tells what is wrong with `value`, or None. The guard asks nothing of what is `stored`."""
        if value in (None, ""):
            return None if self.optional else EMPTY
        told = self.limits(value) or (self.check(value) if self.check else None)
        return told or (caught(value) if self.free and value != stored else None)

    def limits(self, value: Any) -> Message | None:
        """The rule that the kind itself sets on a value."""
        return None

    def told(self, value: Any) -> str | int | Message:
        """`value` as it is read."""
        return str(value)

    def canonical(self, value: Any) -> Any:
        """`value` as plain JSON data, the same on both engines and for ever: what the ledger commits to."""
        return value


class Text(Kind, CharField):
    """One line, at most `max_length` characters."""

    free = True

    @property
    def longest(self) -> int:  # type: ignore[override]
        return int(self.max_length)

    def limits(self, value: str) -> Message | None:
        if len(value.splitlines()) > 1:
            return Message("This must be on one line.")
        return writable(value, self.max_length)


class Note(Kind, TextField):
    """Several lines, at most `longest` characters."""

    input = "note"
    free = True

    def __init__(self, *args: Any, longest: int = 4000, **more: Any) -> None:
        self.longest = longest
        super().__init__(*args, **more)

    def limits(self, value: str) -> Message | None:
        return writable(value, self.longest)


class Day(Kind, DateField):
    """A date of the civil calendar, 1990 to 2100. A `deadline` is also told as days left or late."""

    input = "day"
    earliest, latest = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
    bounds = (earliest.isoformat(), latest.isoformat())

    def __init__(self, *args: Any, deadline: bool = False, **more: Any) -> None:
        self.deadline = deadline
        super().__init__(*args, **more)

    def limits(self, value: dt.date) -> Message | None:
        if not self.earliest <= value <= self.latest:
            return Message(
                "The date must lie between %(earliest)s and %(latest)s.", earliest=self.earliest, latest=self.latest
            )
        return None

    def canonical(self, value: Any) -> Any:
        return value.isoformat() if value is not None else None


class Moment(Kind, DateTimeField):
    """An instant: UTC with zone in Python, UTC without zone in the column. A `deadline` is also told as time left."""

    input = "moment"

    def __init__(self, *args: Any, deadline: bool = False, **more: Any) -> None:
        self.deadline = deadline
        super().__init__(*args, **more)

    def limits(self, value: dt.datetime) -> Message | None:
        if not Day.earliest <= value.date() <= Day.latest:
            return Message(
                "The date must lie between %(earliest)s and %(latest)s.", earliest=Day.earliest, latest=Day.latest
            )
        return None

    def db_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            if value.tzinfo is None:
                raise TypeError("An instant needs its zone.")
            value = value.astimezone(dt.UTC).replace(tzinfo=None)
        return super().db_value(value)

    def python_value(self, value: Any) -> Any:
        value = super().python_value(value)
        if isinstance(value, str):
            value = dt.datetime.fromisoformat(value)
        return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value

    def canonical(self, value: Any) -> Any:
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds") if value is not None else None


class Choice(Kind, EnumField):
    """One of an enum's members; the enum's `labels` name them for people."""

    input = "choice"

    def __init__(self, label: str, enum_class: Any, **more: Any) -> None:
        super().__init__(label, enum_class, max_length=40, **more)

    def canonical(self, value: Any) -> Any:
        return self.enum_class(value).value if value is not None else None


class Link(Kind, ForeignKeyField):
    """Another record."""

    input = "choice"

    def __init__(self, label: str, to: Any, **more: Any) -> None:
        more.setdefault("on_delete", "RESTRICT")
        more.setdefault("backref", "+")
        super().__init__(label, to, **more)

    def canonical(self, value: Any) -> Any:
        return getattr(value, "id", value)


class Number(Kind, IntegerField):
    """A whole number between `least` and `most`. One that `hides_few` is read as "fewer than 5" by everyone."""

    input = "number"

    def __init__(
        self, *args: Any, least: int = 0, most: int = 2_000_000_000, hides_few: bool = False, **more: Any
    ) -> None:
        self.least, self.most, self.hides_few = least, most, hides_few
        self.bounds = (str(least), str(most))
        super().__init__(*args, **more)

    def limits(self, value: int) -> Message | None:
        if not self.least <= value <= self.most:
            return Message("The number must lie between %(least)s and %(most)s.", least=self.least, most=self.most)
        return None

    def told(self, value: Any) -> int | Message:
        few = self.hides_few and 0 < int(value) < FEWEST
        return Message("fewer than %(fewest)s", fewest=FEWEST) if few else int(value)


class Flag(Kind, BooleanField):
    """Yes or no."""

    input = "flag"

    def __init__(self, *args: Any, **more: Any) -> None:
        more.setdefault("default", False)
        super().__init__(*args, **more)

    def problem(self, value: Any, stored: Any = None) -> Message | None:
        return None

    def canonical(self, value: Any) -> Any:
        return bool(value)


class Uid(Kind, UUIDField):
    """A random name for a record, made before it is written."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, typed=False, **more)

    def canonical(self, value: uuid.UUID | None) -> Any:
        return value.hex if value is not None else None


class SortKey(Kind, BlobField):
    """The Swedish order of another field, kept by the ledger's act as that field changes."""

    def __init__(self, of: str, **more: Any) -> None:
        self.of = of
        super().__init__(typed=False, default=b"", index=True, **more)

    def canonical(self, value: Any) -> Any:
        return bytes(value).hex() if value is not None else None


class Secret(Kind, CharField):
    """A verifier (a password's hash): committed to by the ledger, never shown, never in a readable detail."""

    readable = False

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, typed=False, **more)


class Sealed(Kind, BlobField):
    """Ciphertext that only the säkerhetsskyddschef's vault opens. Plaintext raises TypeError."""

    readable = False

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, protection=Protection.SEALED, **more)

    def db_value(self, value: Any) -> Any:
        return super().db_value(self._ciphertext(value))

    def python_value(self, value: Any) -> Any:
        return None if value is None else Envelope.stored(bytes(value))

    def canonical(self, value: Any) -> Any:
        ciphertext = self._ciphertext(value)
        return ciphertext.hex() if ciphertext is not None else None

    def _ciphertext(self, value: Any) -> bytes | None:
        if value is not None and not isinstance(value, Envelope):
            raise TypeError("A sealed column takes an envelope of the vault only.")
        return None if value is None else bytes(value)


KINDS = (Text, Note, Day, Moment, Choice, Link, Number, Flag, Uid, SortKey, Secret, Sealed)
