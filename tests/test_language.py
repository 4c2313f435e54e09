"""Two languages, both whole: every text of the sources has its Swedish, and no text on a page escapes translation."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import time_machine
from babel.messages.catalog import Catalog
from babel.support import NullTranslations
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from models import RECORDS
from models.database import connection, db
from models.fire_safety import Contact, Function, Round, RoundState
from models.guarding import Contract, GuardedSite, ServiceKind
from models.happenings import COMMANDS
from models.kinds import Note, Text
from models.ledger import Checkpoint, Entry
from models.people import Actor, Person
from models.programme import FollowUpPoint
from models.record import DECLARED
from models.words import Labelled, Message, Role, named
from tests import incident_makers, makers
from tests.browse import OURS, browse
from tests.makers import AT, TODAY
from tracker import language
from tracker.acts import imports, installing
from tracker.acts.supplier_files import layouts, working
from tracker.acts.supplier_files.layouts import Layout
from tracker.application import create_app
from tracker.laws import ledger, links, staging
from tracker.settings import SECRETS, new_secret, read
from translations import extract

SAME = Path(extract.__file__).parent / "same.txt"
GLOSSARY = Path(__file__).parent.parent / "docs" / "glossary.md"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|{\w+}|%(?!\()")


# The catalogue


@pytest.fixture(scope="module")
def sources() -> Catalog:
    return extract.extracted()


@pytest.fixture(scope="module")
def swedish() -> Catalog:
    return extract.catalogue()


def pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Each English text with its Swedish; a plural gives both its forms."""
    for message in catalogue:
        if message.id:
            both = zip(message.id, message.string, strict=True)
            yield from both if message.pluralizable else [(message.id, message.string)]


def forms(catalogue: Catalog) -> list[tuple[str, ...]]:
    return [tuple(m.id) if m.pluralizable else (m.id,) for m in catalogue if m.id]


def test_every_text_has_its_swedish(sources: Catalog, swedish: Catalog) -> None:
    new = set(forms(sources)) - set(forms(swedish))
    assert new == set(), "run `make translations`, then write the Swedish"
    assert extract.untranslated(swedish) == []


def test_nothing_is_translated_that_is_no_longer_said(sources: Catalog, swedish: Catalog) -> None:
    gone = set(forms(swedish)) - set(forms(sources))
    assert gone == set() and not swedish.obsolete, "run `make translations`"


def test_swedish_differs_from_english_unless_listed(swedish: Catalog) -> None:
    listed = SAME.read_text(encoding="utf-8").splitlines()
    assert {english for english, text in pairs(swedish) if english == text} == set(listed)
    assert listed == sorted(listed)


def test_every_value_keeps_its_place(swedish: Catalog) -> None:
    lost = [e for e, s in pairs(swedish) if sorted(PLACEHOLDER.findall(e)) != sorted(PLACEHOLDER.findall(s))]
    assert lost == []


def test_swedish_begins_and_ends_as_the_english_does(swedish: Catalog) -> None:
    def shape(text: str) -> tuple[bool, str]:
        return text[:1].islower(), next((end for end in ("…", ":", ".", "\n") if text.endswith(end)), "")

    beginning_otherwise = "%(name)s's access has ended. Give it back first."
    told = {english for english, text in pairs(swedish) if shape(english) != shape(text)}
    assert told <= {"No.", "Fault report no.", "Signed at", "CEST", "CET", beginning_otherwise}


@pytest.mark.parametrize("word", ["ogiltig", "vänligen", "ni ", "klicka", "record", "ledger", "token", "inspektion"])
def test_swedish_is_plain(swedish: Catalog, word: str) -> None:
    assert [text for _, text in pairs(swedish) if re.search(rf"\b{word}\b", text.lower())] == []


def test_the_file_keeps_still() -> None:
    """Sorted, without dates, lines or guesses: storing it again changes nothing."""
    text = extract.SWEDISH.read_text(encoding="utf-8")
    assert "POT-Creation-Date" not in text and "#:" not in text and "fuzzy" not in text and "#~" not in text
    texts = [english for english, *_ in forms(extract.catalogue())]
    assert texts == sorted(texts)


def test_extraction_finds_a_text_wherever_it_is_said(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "title = f\"{reading.say('In an f-string')}: {name}\"\n"
        'say("Beside a call", what=where(found.broken))\n'
        'say("One way" if this else "Other way")\n'
        '@declares("One", "Many")\nclass Some:\n    due = Day("Field")\n'
        "say(label)\n"
    )
    with module.open("rb") as file:
        found = [text for _, _, text, _ in extract.in_python(file, None, None, None)]
    texts = {"In an f-string", "Beside a call", "One way", "Other way", ("One", "Many"), "Field"}
    assert set(found) == texts


def test_a_plural_is_found_as_one_word_too() -> None:
    assert language.say("Role", "sv") == "Roll"
    assert [language.count("Role", "Roles", number, "sv") for number in (0, 1, 2)] == ["Roller", "Roll", "Roller"]
    assert language.say("Deficiency", "sv") == "Brist" and language.say("Deficiency", "en") == "Deficiency"


def test_the_glossary_says_what_the_screen_says() -> None:
    lines = [re.split(r" *\| *", line) for line in GLOSSARY.read_text(encoding="utf-8").splitlines()]
    terms = [(line[2], line[3]) for line in lines if len(line) > 5 and line[1].startswith("`")]
    assert len(terms) > 50
    assert [(english, text) for english, text in terms if language.say(english, "sv") != text] == []


# Dates, deadlines, times and numbers

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))
MONTHS = {
    "sv": ["jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


@given(day=DAYS, locale=st.sampled_from(language.LOCALES))
def test_a_day_is_worded(day: dt.date, locale: str) -> None:
    assert language.word(day, locale) == f"{day.day} {MONTHS[locale][day.month - 1]} {day.year}"


@given(day=DAYS, ahead=st.integers(-5000, 5000))
def test_a_deadline_is_worded(day: dt.date, ahead: int) -> None:
    words = [language.distance(day + dt.timedelta(days=ahead), day, locale) for locale in language.LOCALES]
    many, s = abs(ahead), "" if abs(ahead) == 1 else "s"
    if ahead == 0:
        assert words == ["i dag", "today"]
    elif ahead > 0:
        assert words == [f"om {many} dag{'ar' * (many > 1)}", f"in {many} day{s}"]
    else:
        assert words == [f"{many} dag{'ar' * (many > 1)} försenad", f"{many} day{s} late"]


@given(
    st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 12, 31), timezones=st.timezones()),
    st.sampled_from(language.LOCALES),
)
def test_an_instant_is_told_in_stockholms_time(at: dt.datetime, locale: str) -> None:
    local = at.astimezone(language.STOCKHOLM)
    told = f"{language.word(local.date(), locale)} {local:%H:%M}"
    comes_twice = local.replace(fold=0).utcoffset() > local.replace(fold=1).utcoffset()  # type: ignore[operator]
    zones = {"sv": ("sommartid", "normaltid"), "en": ("CEST", "CET")}[locale]
    assert language.word(at, locale) == (f"{told} {zones[local.fold]}" if comes_twice else told)
    assert language.today(at) == local.date()


@pytest.mark.parametrize(
    ("utc", "told"),
    [
        ("2026-03-29T00:59", "29 mars 2026 01:59"),
        ("2026-03-29T01:00", "29 mars 2026 03:00"),  # summer time begins
        ("2026-10-25T00:59", "25 okt 2026 02:59 sommartid"),
        ("2026-10-25T01:00", "25 okt 2026 02:00 normaltid"),  # the same hour once more
        ("2026-06-30T22:30", "1 juli 2026 00:30"),
        ("2026-12-31T23:00", "1 jan 2027 00:00"),
    ],
)
def test_the_hours_around_the_change_of_clocks(utc: str, told: str) -> None:
    at = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert language.word(at, "sv") == told


@given(st.integers(-(10**12), 10**12))
def test_a_number_is_grouped_and_keeps_together(number: int) -> None:
    told = language.word(number, "sv")
    assert not re.search(r"[ ,.]", told)  # only spaces that no line breaks
    assert int(re.sub(r"\s", "", told).replace("\N{MINUS SIGN}", "-")) == number
    assert language.word(number, "en").replace(",", "") == str(number)


def test_what_is_said_carries_its_values_in_the_same_language() -> None:
    class Fruit(Labelled):
        PEAR = named("pear", "Round")

    said = Message("Fulfilled: %(met)s.", met=[Fruit.PEAR, True, dt.date(2026, 11, 23), None, 1234])
    assert language.say(said, "sv") == "Uppfylld: Rond, Ja, 23 nov 2026, , 1\N{NO-BREAK SPACE}234."
    assert language.say(said, "en") == "Fulfilled: Round, Yes, 23 Nov 2026, , 1,234."


# No text on a page escapes translation

LETTERS = re.compile(r"[^\W\d_]{2,}")
LONG = {language.month(dt.date(2026, n, 1), locale).split()[0] for n in range(1, 13) for locale in MONTHS}
DATES = re.compile(
    rf"\b(?:\d{{1,2}} )?(?:{'|'.join({*MONTHS['sv'], *MONTHS['en'], *LONG})})(?: \d{{4}})?\b", re.IGNORECASE
)
"""Days, and months by themselves: babel words them, not the catalogue."""
WORDED = ("aria-label", "title", "placeholder", "alt", "data-copy", "data-label")
NAMES = ("Värna", "CSV")


class Pseudo(NullTranslations):
    """A language in which every text stands in ⟦brackets⟧."""

    def ugettext(self, text: str) -> str:
        return f"⟦{text}⟧"

    def ungettext(self, one: str, many: str, number: int) -> str:
        return f"⟦{one if number == 1 else many}⟧"


class Read(HTMLParser):
    """A page's texts as people meet them, without what says itself to be in a language of its own."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        own = "lang" in given and tag != "html"
        if tag not in ("meta", "link", "input", "br", "hr", "img"):
            self._open.append((tag, own or any(mine for _, mine in self._open)))
        if not own:
            self.texts += [value for name, value in given.items() if name in WORDED or name.startswith("data-text-")]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(own for _, own in self._open) and not {"script", "style"} & {tag for tag, _ in self._open}:
            self.texts.append(data)


def escaped(html: str, own_words: list[str]) -> list[str]:
    """The texts that are neither translated nor the municipality's own words, dates or signs."""
    return [text.strip() for text in Read(html).texts if LETTERS.search(_without(text, own_words))]


def _without(text: str, own_words: list[str]) -> str:
    inner = re.compile("⟦[^⟦⟧]*⟧")
    while inner.search(text):
        text = inner.sub(" ", text)
    text = DATES.sub(" ", " ".join(text.split()))
    for words in own_words:
        if words in text:
            text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", text)
    return text


def own_words() -> list[str]:
    """What the database and the examples hold in words, longest first; not what an enum is stored as."""
    found = {entry.actor_name for entry in Entry.select(Entry.actor_name)} - set(COMMANDS)
    for record_type in RECORDS:
        for kind in record_type.kinds().values():
            if isinstance(kind, (Text, Note)):
                found |= {" ".join(value.split()) for (value,) in record_type.select(kind).tuples() if value}
    for (rule,) in FollowUpPoint.select(FollowUpPoint.rule).where(FollowUpPoint.rule.is_null(False)).tuples():
        found |= {claim[label] for claim in json.loads(rule)["claims"].values() for label in ("label", "label_en")}
    found |= {" ".join(kept.note.split()) for kept in Checkpoint.select()}
    for shape in imports.SHAPES.values():
        found |= {cell for cell in shape.example.values() if type(cell) is str}
    found = {words for words in found if LETTERS.search(words)}
    return sorted({*found, *NAMES, "Kommunen"}, key=len, reverse=True)


class World:
    """A municipality with something in every register, and somebody in every role."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.app = create_app(read(settings))
        with connection():
            self._fill()
            self.rows = {slug: list(record_type.select().limit(3)) for slug, record_type in DECLARED.items()}
            self.rows["ronder"] = list(Round.select().where(Round.opens_on <= TODAY).limit(3))
            self.words = [self.fingerprint, *own_words()]
            self.file = self._sent(self.rows["bevakningsavtal"][0])
            self.token = links.make(self.actors[Role.EMPLOYEE].id, links.Purpose.INVITE, None, AT)
        self.browsers = {role: browse(self.app, actor) for role, actor in self.actors.items()}

    def _fill(self) -> None:
        installing.install(Actor.system("install"), AT)
        unit = makers.unit("Utbildningsförvaltningen")
        place, other = (makers.premises(name, unit=unit) for name in ("Björkskolan", "Linden"))
        self.actors = {role: makers.acting(role, name=f"Alva {role.value}", on=place, heads=unit) for role in Role}
        makers.responsible(place, Person.get_by_id(self.actors[Role.CARETAKER].id), Function.CARETAKER)
        makers.signed(makers.planned_round(place), self.actors[Role.WARDEN], deficient=[1, 10])
        makers.planned_round(other)
        makers.responsible(other, Person.get_by_id(self.actors[Role.WARDEN].id))
        makers.document()
        self.fingerprint = makers.vault(self.actors[Role.CHIEF]).fingerprint
        makers.deposit(self.actors[Role.WARDEN])
        makers.core(makers.shell(), self.actors[Role.CHIEF])
        ledger.checkpoint(AT)
        contact = {"premises": place.id, "function": "Larmbolag", "name": "Larm i Ekdala"}
        makers.records.add(makers.OFFICE, Contact, contact, AT)
        makers.protected(self.actors[Role.CHIEF])
        makers.guarding(unit)
        incident_makers.incidents(unit)
        makers.against_irregularities(unit, self.actors[Role.HEAD])
        makers.exercises(unit)
        measure = makers.measure(unit, responsible=self.actors[Role.WARDEN].id)
        found = makers.deficiency(place, responsible=self.actors[Role.CARETAKER].id)
        makers.mark(found, "what")
        makers.remark(found, self.actors[Role.CHIEF])
        for row, by in ((found, Role.CARETAKER), (measure, Role.WARDEN)):
            makers.moved(row, "start", self.actors[by])
            makers.moved(row, "finish", self.actors[by], done_how="Lagade låset")

    def _sent(self, contract: Contract) -> str:
        """A file of the coordinator's that was looked through: one row to save, one that is wrong."""
        who = self.actors[Role.SECURITY]
        site = GuardedSite.get(GuardedSite.contract == contract)
        lines = ("Utbildningsförvaltningen;Linden;Björkskolan", f"{site.name};2026-10;30", "?;2026-10;30")
        name, file = working.stage(who, contract, "\n".join(lines).encode(), None, AT)
        said = {"columns": {"site": 0, "month": 1, "ordered": 2}, "service": ServiceKind.CALL_OUT}
        layout = Layout(**vars(layouts.unpacked(file.layout)) | said)
        staging.lay_out(file, layouts.packed(layout), AT)
        working.look(who, contract, file, AT)
        return name

    def paths(self) -> Iterator[str]:
        """Every address that can be fetched, with names of records that are there."""
        with self.app.test_request_context():
            for rule in self.app.url_map.iter_rules():
                if "GET" in rule.methods and not rule.endpoint.endswith("static"):
                    yield rule.rule

    def filled(self, rule: str) -> list[str]:
        """The addresses of a rule, for up to three records."""
        if "<" not in rule:
            return [rule]
        if "<name>" in rule:
            return [rule.replace("<uid>", self.rows["bevakningsavtal"][0].uid.hex).replace("<name>", self.file)]
        if "<token>" in rule:
            return [rule.replace("<token>", self.token)]
        slug = rule.split("/")[1]
        return [re.sub("<uid>|<whole>", row.uid.hex, rule) for row in self.rows.get(slug, [])]

    def page(self, rule: str) -> str | None:
        """The page that the first person who may open it sees; None when it is no page."""
        for path in self.filled(rule):
            for browser in (*self.browsers.values(), browse(self.app)):
                answer = browser.client.get(path)
                if answer.status_code == 200:
                    return answer.text if answer.mimetype == "text/html" else None
        return None


@pytest.fixture(scope="module")
def world(sqlite_engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:  # type: ignore[no-untyped-def]
    url = sqlite_engine.fresh()
    environ = {"VARNA_ENV": "test", "VARNA_DATA": str(tmp_path_factory.mktemp("data")), "DATABASE_URL": url}
    with time_machine.travel(AT, tick=False):
        yield World(environ | {name: new_secret() for name in SECRETS})
    db.close_all()
    sqlite_engine.discard(url)


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every text is said in brackets."""
    monkeypatch.setattr(language, "catalogue", lambda locale: Pseudo())


NO_PAGE = re.compile(r"/export$|\.csv$|^/sprak|^/halsa|^/valv|^/logga-in/steg-tva$")
"""Files, and addresses that only lead on; and the second step, which is read where somebody has one."""


def test_no_text_of_any_page_escapes_translation(world: World, pseudo: None) -> None:
    seen, missed, found = 0, [], {}
    for rule in world.paths():
        html = world.page(rule)
        if html is None:
            missed += [] if NO_PAGE.search(rule) else [rule]
            continue
        seen += 1
        if texts := escaped(html, world.words):
            found[rule] = sorted(set(texts))
    assert found == {}
    assert missed == [], "nobody could open these"
    assert seen > 40


@pytest.mark.parametrize("role", Role)
def test_no_text_escapes_on_the_first_page_of_any_role(world: World, pseudo: None, role: Role) -> None:
    answer = world.browsers[role].client.get("/", follow_redirects=True)
    assert answer.status_code == 200 and escaped(answer.text, world.words) == []


@pytest.mark.parametrize(
    ("path", "status"), [("/finns-inte", 404), ("/brister", 403), ("/logga-ut", 405), ("/personer/ny", 403)]
)
def test_no_text_of_an_error_escapes(world: World, pseudo: None, path: str, status: int) -> None:
    answer = world.browsers[Role.EMPLOYEE].client.get(path)
    assert answer.status_code == status and escaped(answer.text, world.words) == []


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.ADMIN, "/enheter/ny"),
        (Role.ADMIN, "/personer/ny"),
        (Role.CHIEF, "/lokaler/ny"),
        (Role.CHIEF, "/atgarder/ny"),
        (Role.CHIEF, "/styrdokument/ny"),
    ],
)
def test_no_text_of_a_problem_escapes(world: World, pseudo: None, role: Role, path: str) -> None:
    browser = world.browsers[role]
    browser.post(path, {}, status=422)
    assert browser.last is not None and escaped(browser.last.text, world.words) == []


def test_no_text_escapes_when_a_round_is_sent_half_done(world: World, pseudo: None) -> None:
    walk = next(row for row in world.rows["ronder"] if row.state == RoundState.PLANNED)
    browser = world.browsers[Role.WARDEN]
    answer = browser.client.post(f"/ronder/{walk.uid.hex}/ga", data={"csrf_token": browser.token()}, headers=OURS)
    assert answer.status_code == 422 and escaped(answer.text, world.words) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kod",
        "Kod;Namn;Typ;Gäller från\nE-900;Provenheten;Nämnd;2026-13-01",
        "code;name;kind;valid from;x\nE-9;Ny;committee;2026-01-01;1",
    ],
)
def test_no_text_of_a_file_that_is_looked_through_escapes(world: World, pseudo: None, text: str) -> None:
    browser = world.browsers[Role.ADMIN]
    sent = {"csrf_token": browser.token(), "file": (io.BytesIO(text.encode()), "enheter.csv")}
    answer = browser.client.post("/inlasning/enheter", data=sent, headers=OURS)
    typed = [*re.split("[;\n]", text), *world.words]
    assert (
        answer.status_code in (200, 422)
        and escaped(answer.text, sorted(filter(None, typed), key=len, reverse=True)) == []
    )


@pytest.mark.parametrize("broken", [False, True])
def test_no_text_escapes_when_the_event_log_is_verified(
    world: World, pseudo: None, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    if broken:
        found = ledger.Verified(2, 3, ledger.Broken("the row was removed", 7, "deficiency", "a" * 32, "what"))
        monkeypatch.setattr(ledger, "verify", lambda *some: found)
    browser = world.browsers[Role.CHIEF]
    answer = browser.client.post("/logg/kontroll", data={"csrf_token": browser.token()}, headers=OURS)
    assert answer.status_code == 200 and escaped(answer.text, ["a" * 32, *world.words]) == []
    assert ("⟦the row was removed⟧ (⟦entry 7⟧, ⟦Deficiency⟧" in answer.text) == broken


@pytest.mark.parametrize("path", ["/brister/export", "/inlasning/lokaler/mall.csv"])
def test_the_headings_of_a_file_are_translated(world: World, pseudo: None, path: str) -> None:
    answer = world.browsers[Role.CHIEF].client.get(path)
    assert answer.status_code == 200
    headings = answer.text.removeprefix("\ufeff").splitlines()[0].split(";")
    assert headings and all(re.fullmatch("⟦.+⟧", heading) for heading in headings)


def test_a_planted_text_is_found(world: World, pseudo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself: texts that are said without the catalogue, in code and in a template, are reported."""
    browser = world.browsers[Role.CHIEF]
    monkeypatch.setattr("tracker.views.frame.say", lambda text: text)
    assert "Accessibility" in escaped(browser.client.get("/").text, world.words)
    html = '<html lang="sv"><p>Planted <b title="Also this">⟦Not ⟦this⟧⟧</b> 23 nov 2026</p><i lang="en">Nor</i></html>'
    assert escaped(html, []) == ["Planted", "Also this"]
    assert escaped("<p>Björkskolan is planted</p>", ["Björkskolan"]) == ["Björkskolan is planted"]


def test_what_does_not_hold_in_the_event_log_is_said_in_the_readers_language(app: Flask) -> None:
    from tracker.laws.ledger import Broken
    from tracker.views.ledger import _where

    broken = Broken("its parts are not those that were witnessed", 7, "round", "ab", "parts:observation")
    with app.test_request_context():
        g.locale = "sv"
        assert _where(broken) == "dess delar är inte de som bevittnades (händelse 7, Rond ab, Svar)"
        assert _where(Broken("the table is gone", None, "entry_detail")).endswith("(detalj i en händelse)")
