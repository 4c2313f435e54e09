"""What can be brought in from a file: which record types, by which columns, known by which key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.common import Unit, UnitKind
from models.fire_safety import Interval, Premises, PremisesKind
from models.people import Person
from models.record import Record
from models.swedish import folded
from models.words import Message, Role
from tracker import language
from tracker.acts.imports.sheets import Unreadable
from tracker.laws import policy


@dataclass(frozen=True)
class Column:
    """A column of a file. `also` are headings of municipalities' own files; `extra` is no field of the record."""

    name: str
    label: Message
    required: bool
    extra: bool = False
    also: tuple[str, ...] = ()

    def answers_to(self, heading: str) -> bool:
        return plain(heading) in {plain(word) for word in (self.name, *self.also, *labels(self.label))}


@dataclass(frozen=True)
class Shape:
    """A kind of file: the record type its rows become, the field that tells them apart, and an example row."""

    what: str
    record_type: type[Record]
    key: str
    columns: tuple[Column, ...]
    example: Mapping[str, object]


def labels(text: object) -> tuple[str, ...]:
    """A text in every language: what a heading or a choice may be written as."""
    return tuple(language.word(text, locale) for locale in language.LOCALES)


def matched(shape: Shape, header: Sequence[str]) -> tuple[dict[int, Column], tuple[str, ...]]:
    """Which column of the shape stands where, and the headings that mean nothing here.

    Raises Unreadable when a required column is missing, or two headings mean the same.
    """
    found = {place: column for place, heading in enumerate(header) if (column := _column(shape, heading))}
    known = [column.name for column in found.values()]
    twice = next((column for column in found.values() if known.count(column.name) > 1), None)
    if twice:
        raise Unreadable(Message("Two columns of the file are both “%(column)s”. Take one away.", column=twice.label))
    missing = [column.label for column in shape.columns if column.required and column.name not in known]
    if missing:
        raise Unreadable(
            Message(
                "These columns are missing in the file: %(columns)s. The first row must hold the headings.",
                columns=missing,
            )
        )
    return found, tuple(heading for place, heading in enumerate(header) if heading and place not in found)


def _column(shape: Shape, heading: str) -> Column | None:
    return next((column for column in shape.columns if heading and column.answers_to(heading)), None)


def plain(text: str) -> str:
    """Without case, spaces and the signs that people put in headings."""
    return "".join(letter for letter in folded(text) if letter.isalnum() or letter in "{|}")


def _fields(record_type: type[Record], also: Mapping[str, tuple[str, ...]]) -> tuple[Column, ...]:
    """A column for each field of the record type's form."""
    kinds = record_type.kinds()
    return tuple(
        Column(name, Message(kinds[name].label), not kinds[name].optional, also=also.get(name, ()))
        for name in record_type.declared.form
    )


def _extra(name: str, label: Message, *also: str) -> Column:
    return Column(name, label, required=False, extra=True, also=also)


UNITS = Shape(
    Unit.declared.slug,
    Unit,
    "code",
    _fields(
        Unit,
        {
            "code": ("kod", "enhetskod"),
            "name": ("namn", "enhet", "enhetsnamn"),
            "kind": ("typ", "slag", "sort"),
            "parent": ("tillhör", "överordnad", "överordnad enhet", "hör till"),
            "valid_from": ("gäller från", "giltig från"),
            "valid_to": ("gäller till", "giltig till"),
        },
    ),
    {
        "code": "UF-03",
        "name": "Björkskolan",
        "kind": UnitKind.UNIT,
        "parent": "UF",
        "valid_from": "2026-01-01",
        "valid_to": "",
    },
)

PEOPLE = Shape(
    Person.declared.slug,
    Person,
    "email",
    (
        *_fields(
            Person,
            {
                "name": ("namn",),
                "email": ("e-post", "epost", "e-postadress", "mejl", "mail"),
                "phone": ("telefon", "telefonnummer", "mobil"),
                "unit": ("enhet", "enhetskod"),
            },
        ),
        _extra("roles", Message("Roles"), "roll", "roller", "role"),
    ),
    {
        "name": "Anna Andersson",
        "email": "anna.andersson@kommun.se",
        "phone": "08-123 45 67",
        "unit": "UF-03",
        "roles": tuple(role for role in Role if role not in policy.REGISTER_OWNERS)[:2],
    },
)

PREMISES = Shape(
    Premises.declared.slug,
    Premises,
    "number",
    (
        *_fields(
            Premises,
            {
                "number": ("objektnummer", "objektnr", "objekt"),
                "name": ("namn", "lokal", "objektsnamn"),
                "kind": ("typ", "slag", "sort"),
                "address": ("adress", "gatuadress"),
                "unit": ("enhet", "enhetskod", "nyttjas av", "hyresgäst", "nyttjanderättshavare"),
                "owner": ("ägare", "fastighetsägare", "ägs av"),
                "ended_on": ("upphör", "används inte längre från"),
            },
        ),
        _extra(
            "plan", Message("Rounds are walked"), "rondintervall", "intervall", "interval", "kontrollplan", "ronder"
        ),
        _extra(
            "manager",
            Message("E-mail of who is responsible for fire safety"),
            "anläggningsansvarig",
            "brandskyddsansvarig",
            "ansvarig",
            "föreståndare",
        ),
        _extra("wardens", Message("E-mail of who walks the rounds"), "brandskyddsombud", "ombud", "rondare", "warden"),
        _extra(
            "caretaker", Message("E-mail of the caretaker (HV)"), "vaktmästare", "fastighetsskötare", "drifttekniker"
        ),
    ),
    {
        "number": "1001",
        "name": "Björkskolan",
        "kind": PremisesKind.SCHOOL,
        "address": "Skolvägen 1",
        "unit": "UF-03",
        "owner": "Kommunala fastigheter AB",
        "ended_on": "",
        "plan": Interval.MONTH,
        "manager": "anna.andersson@kommun.se",
        "wardens": "bo.berg@kommun.se, cecilia.dahl@kommun.se",
        "caretaker": "",
    },
)

SHAPES = {shape.what: shape for shape in (UNITS, PEOPLE, PREMISES)}
