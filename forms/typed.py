"""What may be typed: from the kinds of field to inputs, and from what was sent to values and problems."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Form,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from forms import moments
from forms.excusing import names_beside, taken
from models.kinds import Choice, Day, Flag, Kind, Link, Moment, Note, Number
from models.words import Message, Problem

ALONG = frozenset({"csrf_token", "version"})
"""Names that every form sends along beside its fields."""

UNREADABLE = {
    Day: Message("Write the date as year-month-day, such as 2026-11-23."),
    Number: Message("Write a whole number, such as 12."),
    Choice: Message("Choose one of the alternatives."),
    Link: Message("Choose one of the alternatives."),
}


@dataclass(frozen=True)
class Choosable:
    """One alternative of a choice: what is sent, what it stands for, and what people read."""

    sent: str
    value: Any
    label: str


@dataclass(frozen=True)
class Typed:
    """What somebody typed: the values that could be read, what is wrong, and every text as it came."""

    values: dict[str, Any]
    problems: tuple[Problem, ...]
    texts: dict[str, str]


def _trimmed(text: str | None) -> str | None:
    return (text or "").replace("\r\n", "\n").strip() or None


def _input(kind: Kind, choices: Sequence[Choosable]) -> Any:
    """The input that a kind of field is typed in."""
    if isinstance(kind, (Choice, Link)):
        return SelectField(choices=[SelectChoice("", ""), *(SelectChoice(c.sent, c.label) for c in choices)])
    if isinstance(kind, Day):
        return DateField(format="%Y-%m-%d")
    if isinstance(kind, Number):
        return IntegerField()
    if isinstance(kind, Flag):
        return BooleanField()
    if isinstance(kind, Note):
        return TextAreaField(filters=[_trimmed])
    return StringField(filters=[_trimmed])


def form_class(kinds: Mapping[str, Kind], choices: Mapping[str, Sequence[Choosable]]) -> type[Form]:
    """A plain form with one input per field."""
    return type("Typed", (Form,), {name: _input(kind, choices.get(name, ())) for name, kind in kinds.items()})


def read(
    kinds: Mapping[str, Kind],
    sent: MultiDict[str, str],
    choices: Mapping[str, Sequence[Choosable]],
    also: Iterable[str] = (),
) -> Typed:
    """Reads what was sent for these fields. Whatever is wrong becomes a problem; nothing that was typed is lost."""
    beside = {along for name, kind in kinds.items() if kind.free for along in names_beside(name)}
    form = form_class(kinds, choices)(sent)
    form.validate()
    values: dict[str, Any] = {}
    problems = list(_manners(kinds, sent, frozenset(also) | ALONG | beside))
    for name, kind in kinds.items():
        values[name], problem = _value(kind, form[name], sent.get(name, ""), choices.get(name, ()))
        if kind.free and values[name]:
            values[name] = taken(name, values[name], sent)
        if problem:
            problems.append(Problem(name, problem))
    texts = {name: value for name, value in sent.items() if name in kinds or name in beside}
    return Typed(values, tuple(problems), texts)


def _value(kind: Kind, field: Any, text: str, choices: Sequence[Choosable]) -> tuple[Any, Message | None]:
    """The value of one field, or None and the sentence that tells why not."""
    if isinstance(kind, (Choice, Link)):
        found = next((choice.value for choice in choices if choice.sent == text), None)
        return found, UNREADABLE[Choice] if text and found is None else None
    if isinstance(kind, Moment):
        at = moments.read(text) if text.strip() else None
        return (None, at) if isinstance(at, Message) else (at, None)
    if field.errors and text.strip():
        return None, next(message for of, message in UNREADABLE.items() if isinstance(kind, of))
    return field.data, None


def _manners(kinds: Mapping[str, Kind], sent: MultiDict[str, str], along: frozenset[str]) -> Iterable[Problem]:
    for name in sent:
        if len(sent.getlist(name)) > 1:
            yield Problem(
                name if name in kinds else "", Message("This was sent twice with the form. Check it and send again.")
            )
        if name not in kinds and name not in along:
            yield Problem(
                "", Message("The form held something that this page does not ask for. Check it and send again.")
            )


def text_of(kind: Kind, value: Any) -> str:
    """A stored value as it stands in its input."""
    if value is None:
        return ""
    if isinstance(kind, Flag):
        return "y" if value else ""
    if isinstance(value, dt.datetime):
        return moments.written(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def input_of(name: str, kind: Kind, text: str) -> str:
    """The kind of input that a field is typed in while `text` stands in it."""
    if isinstance(kind, Moment):
        return "moment" if moments.in_browsers_words(text) else "text"
    return "email" if name == "email" else kind.input
