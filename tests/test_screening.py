"""What the free-text guard finds and what it lets pass, as people in a Swedish municipality write it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po
from hypothesis import example, given
from hypothesis import strategies as st

from models.kinds import KINDS, Note, Text
from models.screening import LONGEST, SHORTEST, Caught, Excused, Rule, caught, found
from models.screening.folding import folded
from models.screening.rules import PATTERNS, SENTENCES
from models.words import Message

ROOT = Path(__file__).parent.parent

HITS: dict[Rule, tuple[str, ...]] = {
    Rule.MARKING: (
        "HEMLIG",
        "Bifogar utdrag. HEMLIG. Får ej spridas.",
        "KONFIDENTIELL",
        "BEGRÄNSAT HEMLIG",
        "BEGRANSAT HEMLIG",
        "BEGRÄNSATHEMLIG",
        "KVALIFICERAT HEMLIG",
        "BEGRÄNSAT  HEMLIG",
        "BEGRÄNSAT\nHEMLIG",
        "[HEMLIG]",
        "*HEMLIG*",
        "Bilaga 2/HEMLIG",
        "H E M L I G",
        "H.E.M.L.I.G.",
        "H-E-M-L-I-G",
        "HEM-\nLIG",
        "B E G R Ä N S A T   H E M L I G",
        "HEM\u00adLIG",
        "HEM\u200bLIG",
        "H\u200dE\u2060MLIG",
        "ＨＥＭＬＩＧ",
        "НЕМLIG",  # the first three are Cyrillic
        "BEGRA\u0308NSAT HEMLIG",
        "𝐇𝐄𝐌𝐋𝐈𝐆",
        "HEMLIG/SECRET",
        "Hemlig/Secret",
        "begränsat hemlig / restricted",
        "konfidentiell/nato confidential",
        "kvalificerat hemlig/top secret",
        "TOP SECRET",
        "COSMIC TOP SECRET",
        "NATO RESTRICTED",
        "NATO  SECRET",
        "EU CONFIDENTIAL",
        "CONFIDENTIEL UE/EU CONFIDENTIAL",
        "RESTREINT UE",
        "TRÈS SECRET UE",
        "R-UE/EU-R",
        "KH/TS",
        "Rad ett\nSECRET\nrad tre",
        "Hemlig enligt offentlighets- och sekretesslagen",
        "Hemlig enligt OSL 15:2",
        "Stämplad Hemlig enligt 15 kap. 2 § offentlighets- och sekretesslagen (2009:400)",
        "Säkerhetsskyddsklass: hemlig",
        "SÄKERHETSSKYDDSKLASS: Begränsat hemlig",
        "säkerhetsskyddsklassning = konfidentiell",
        "Säkerhetsskyddsklassificerad uppgift\nLarmet i norra delen kan kringgås.",
    ),
    Rule.PERSON: (
        "640823-3234",
        "640823+3234",
        "640823–3234",
        "6408233234",
        "19640823-3234",
        "196408233234",
        "19640823 3234",
        "Ring Anna (640823-3234) om nyckeln.",
        "pnr640823-3234",
        "701063-2391",  # a samordningsnummer: the day is 3
        "197010632391",
        "６４０８２３-３２３４",
        "640823\u200b-3234",
        "Personnummer 0008233231",
        "٦٤٠٨٢٣-٣٢٣٤",
    ),
    Rule.CODE: (
        "portkod 1234",
        "Portkoden är 4711",
        "Portkoden är 4711#",
        "Dörrkod: 1 2 3 4",
        "larmkod = 998877",
        "Passerkoden till plan 3 är *4711",
        "koden till porten är 4711",
        "kod: 4711",
        "Koden är 47 11",
        "PIN: 4321",
        "pinkod 4321",
        "pin-koden är 4321",
        "Port-kod 1234#",
        "Nyckelskåpskod 2580",
        "4711 är portkoden",
        "1234 (dörrkod)",
        "Låskod:1234",
    ),
    Rule.PLACE: (
        "59.3293, 18.0686",
        "59,32930 18,06860",
        "N 59.3293° E 18.0686°",
        "lat 59.329 long: 18.068",
        "18.0686, 59.3293",
        "59°19'46\"N 18°4'7\"E",
        "59° 19′ 46″ N, 18° 4′ 7″ O",
        "59º 19.767' N",
        "6580822, 674032",
        "N: 6580822 E: 674032",
        "X 6580822.123 Y 1628294.5",
        "674032 6580822",
        "N 6 580 822 E 674 032",
    ),
}

PASSES = (
    "Analysen berör uppgifter som kan vara begränsat hemliga.",
    "Uppgifter i klassen hemlig förvaras på papper.",
    "Säkerhetsskyddsklassen är lägst begränsat hemlig.",
    "Informationen är hemlig enligt offentlighets- och sekretesslagen, säger leverantören.",
    "Klasserna är kvalificerat hemlig, hemlig, konfidentiell och begränsat hemlig.",
    "Utbildning i hantering av säkerhetsskyddsklassificerade uppgifter",
    "Säkerhetsskyddsklassificerade uppgifter",
    "HEMLIGHETER", "OHEMLIG", "KONFIDENTIELLT AVTAL", "KONFIDENTIALITET", "Hemlig", "Begränsat hemlig",
    "Vi har en hemlig valurna.", "HEMTJÄNSTEN LIGGER EFTER", "SECRET_KEY saknas i inställningarna",
    "SBA, MSB, NCSC och OSL", "RESTRICTED stavas så på engelska",
    "640823-3235", "641323-3234", "640832-3234", "556036-0793", "212000-1355", "802401-5557",
    "0701234567", "070-123 45 67", "+46 70 123 45 67", "08-123 456 78", "0850820014", "016-710 10 00",
    "Faktura 1234567890", "KS/2026:123", "KS 2026/640823", "OCR 99640823323499", "Bankgiro 5050-1055", "9f6408233234a1", "c0ffee640823323442be", "1a6408233234", "6408233234af",
    "felkod 4711", "Felkoden är 4711", "statuskod: 404", "postkod 12345", "färgkod 123", "QR-kod: 1234",
    "kod i lagtext", "koden är fyra siffror lång", "Koden byttes 2026-11-23", "Portkoden är bytt 2026-11-23",
    "portkoder: 2026-03-01 byttes alla", "Larmkod delades ut till 12 personer", "passerkod 120 st",
    "Kodlåset på plan 1234 kärvar", "projektkod 45678", "kostnadskod=4711", "episkodtal 1234",
    "2026-11-23 kl. 10.15", "23.11.2026, 18.068", "59 329 kr och 18 068 kr", "59.329 kr, 18.068 kr",
    "192.168.1.20", "10.0.0.12", "59.329.18.068", "59.32, 18.06", "59,5 procent och 18,2 procent",
    "6580822 kr, 674032 kr", "5 000 000 kronor", "Vinkeln är 60° mot väggen", "45.1234, 18.0686", "lokal 59.329",
    "Mötet är 10:15–12:30 i sal 3.", "§ 104, punkt 4.3-U1", "Larmet går 03:15, se logg 20261123.",
)  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in HITS.items() for text in texts])
def test_what_must_not_stand_is_found(rule: Rule, text: str) -> None:
    assert found(text) == (rule,)


@pytest.mark.parametrize("text", PASSES)
def test_what_people_write_passes(text: str) -> None:
    assert found(text) == ()


def test_a_text_can_break_several_rules_and_the_gravest_is_told_first() -> None:
    told = caught("Portkod 4711, 640823-3234, HEMLIG, 59.3293 18.0686")
    assert told and told.rules == tuple(Rule) and told.refused
    assert told.values["more"] is SENTENCES[Rule.PLACE]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for each in pair for text in strings(each))
    elif isinstance(value, (list, tuple)):
        yield from (text for each in value for text in strings(each))


def own_texts() -> dict[str, list[str]]:
    """All that is shipped: the demonstration, the municipality's data, and every text on a screen, in both languages."""
    files = [*(ROOT / "tracker/demo").glob("*.yaml"), *(ROOT / "tracker/data").glob("*.yaml")]
    told = {path.name: list(strings(yaml.safe_load(path.read_text("utf-8")))) for path in files}
    with (ROOT / "translations/sv/LC_MESSAGES/messages.po").open("rb") as file:
        told["messages.po"] = [text for one in read_po(file) for text in strings([one.id, one.string])]
    return told


def test_nothing_that_is_shipped_is_caught() -> None:
    told = own_texts()
    assert len(told) > 10 and sum(map(len, told.values())) > 4000
    assert {text for texts in told.values() for text in texts if found(text)} == set()


# Properties

MARKINGS = st.sampled_from([text for text in HITS[Rule.MARKING] if "\n" not in text])
WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzåäö", min_size=1, max_size=9), max_size=12).map(" ".join)
STAMPS = st.sampled_from(["HEMLIG", "KONFIDENTIELL", "BEGRÄNSAT HEMLIG", "KVALIFICERAT HEMLIG", "NATO SECRET"])
PIECES = [
    "HEMLIG", "HEM", "LIG", "H", "E ", "Hemlig enligt ", "hemlig", "/", "secret", "SECRET", "kod", "portkod ", "är ", ": ",
    "1", "12", "640823", "-", "3234", " ", "59", ".329", "°", "19'", ", ", "18.068", "6580822 ", "674032", "\u200b", "å",
    "\u0308", "Säkerhetsskyddsklass", "\n", "º", "″", "pin", "(", "НЕМ", "１", "NATO ",
]  # fmt: skip


@given(WORDS, MARKINGS, WORDS)
def test_a_marking_is_found_in_any_ordinary_text(before: str, marking: str, after: str) -> None:
    text = f"{before}. {marking}\n{after}" if not marking.startswith("Säkerhetsskyddsklassi") else marking
    assert Rule.MARKING in found(text)


@given(STAMPS, st.sampled_from(["", "\u00ad", "\u200b", " ", "-", ". ", "\u00a0", "·"]), WORDS)
def test_a_stamp_is_found_however_its_letters_are_kept_apart(stamp: str, between: str, around: str) -> None:
    assert Rule.MARKING in found(f"{around} {between.join(stamp)} {around}")


@given(st.text(st.characters(categories=["Ll", "Zs"], include_characters="\n.,!?")))
def test_lower_case_letters_always_pass(text: str) -> None:
    assert found(text) == ()


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=60))
@example("hEmLiG/sEcReT")
def test_the_first_look_misses_nothing(text: str) -> None:
    read = folded(text)
    assert found(text) == tuple(rule for rule, holds in PATTERNS.items() if holds(read))


@given(
    st.integers(0, 99),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 999),
    st.booleans(),
    st.sampled_from("-+ "),
)
def test_every_personal_number_is_found_and_no_other_check_digit(
    year: int, month: int, day: int, number: int, coordination: bool, sign: str
) -> None:
    nine = f"{year:02}{month:02}{day + 60 * coordination:02}{number:03}"
    hits = [last for last in range(10) if found(f"{nine[:6]}{sign}{nine[6:]}{last}") == (Rule.PERSON,)]
    assert len(hits) == 1


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join))
@example("59° ")
@example("å\u0308")
def test_a_hostile_text_of_full_length_takes_no_time(piece: str) -> None:
    """A pattern that went back over the text would take seconds."""
    text = (piece * 4000)[:4000]
    least = 1.0
    for _ in range(3):
        began = time.process_time()
        found(text)
        least = min(least, time.process_time() - began)
    assert least < 0.05


# Excuses


def test_a_tick_is_enough_for_what_is_warned_of_and_a_reason_is_asked_for_the_rest() -> None:
    for rule, (text, *_) in HITS.items():
        plain, ticked = caught(text), caught(Excused(text))
        assert plain and plain.rules == (rule,)
        assert (ticked is not None) == plain.refused
        assert caught(Excused(text, "Det är namnet på en bok.")) is None


@pytest.mark.parametrize(
    "reason",
    ["", "x" * (SHORTEST - 1), "x" * (LONGEST + 1), "två\nhela rader till", "vänd \u202e text här", "dold\u200btext här då",
     "Det är HEMLIG på riktigt", "Gäller 640823-3234 så klart", "portkoden är 4711 faktiskt"],
)  # fmt: skip
def test_a_reason_is_one_readable_line_and_guarded_too(reason: str) -> None:
    told = caught(Excused("HEMLIG", reason))
    assert isinstance(told, Caught) and told.rules == (Rule.MARKING,)


def test_an_excuse_is_for_that_very_text() -> None:
    excused = Excused("HEMLIG", "Det är namnet på en bok.")
    assert excused == "HEMLIG" and caught(excused) is None
    assert caught(excused + "") and caught(excused.strip()) and caught(f"{excused}")


def test_the_sentence_holds_nothing_of_the_text() -> None:
    for texts in HITS.values():
        for text in texts:
            told = caught(text)
            assert told and not any(text in value for value in strings_of(told))


def strings_of(message: Message) -> Iterator[str]:
    yield message.msgid
    yield repr(message)
    for value in message.values.values():
        yield from strings_of(value) if isinstance(value, Message) else (str(value),)


def test_every_kind_of_free_text_is_guarded_and_what_stands_is_not_asked_about() -> None:
    assert {kind for kind in KINDS if kind.free} == {Text, Note}
    for kind in (Text("Label", max_length=60), Note("Label")):
        assert isinstance(kind.problem("HEMLIG"), Caught)
        assert kind.problem("HEMLIG", "HEMLIG") is None
        assert isinstance(kind.problem("HEMLIG igen", "HEMLIG"), Caught)
