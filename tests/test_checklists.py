"""Checklists: shipped, versioned, and never changed."""

import datetime as dt
import html
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask

from models import RECORDS
from models.database import connection, db
from models.fire_safety import Checklist, ChecklistItem, Interval, Party, PremisesKind, Severity
from models.happenings import Verb
from models.ledger import Entry
from models.people import Actor
from models.words import Role
from tests.browse import Browser, browse
from tests.makers import AT, DAY, TODAY, acting, use_key
from tracker.acts import checklists
from tracker.application import create_app
from tracker.language import say
from tracker.laws import ledger
from tracker.settings import Settings
from tracker.spine.errors import Invalid, Missing, Refused

SYSTEM = Actor.system("install")


@pytest.fixture
def public_key(database: Any) -> bytes:
    key = use_key()
    checklists.install(SYSTEM, AT)
    return key


@pytest.fixture
def coordinator(public_key: bytes) -> Actor:
    return somebody(Role.SECURITY)


def somebody(*roles: Role, number: int = 1) -> Actor:
    return Actor(number, f"{number:032x}", "Somebody", frozenset(roles))


def school(number: int = 1) -> Checklist:
    return Checklist.get((Checklist.kind == PremisesKind.SCHOOL) & (Checklist.number == number))


def typed(checklist: Checklist, **first: Any) -> dict[int, dict[str, Any]]:
    """The points of a version as they come from the form; `first` are changes of the first."""
    items = {
        row: {name: getattr(item, name) for name in checklists.FIELDS}
        for row, item in enumerate(checklists.points(checklist), 1)
    }
    items[1] |= first
    return items


def refused(
    items: dict[int, dict[str, Any]], why: str | None = "Skarpare ord", on: dt.date | None = TODAY
) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        checklists.revise(somebody(Role.SECURITY), school().uid.hex, items, why, on, AT)
    assert Checklist.select().count() == 4
    return {problem.field: problem.message.msgid for problem in error.value.problems}


def test_four_checklists_are_shipped_each_as_version_1(public_key: bytes) -> None:
    there = {version.kind: len(checklists.points(version)) for version in Checklist.select()}
    assert there == {
        PremisesKind.SCHOOL: 20, PremisesKind.PRESCHOOL: 17, PremisesKind.CARE: 20, PremisesKind.OFFICE: 18,
    }  # fmt: skip
    assert {version.number for version in Checklist.select()} == {1}
    tenth = checklists.points(school())[9]
    assert (tenth.number, tenth.severity, tenth.party, tenth.interval) == (
        10,
        Severity.ACUTE,
        Party.LANDLORD,
        Interval.MONTH,
    )
    assert tenth.secret and not checklists.points(school())[0].secret
    assert ledger.verify(RECORDS, [public_key]).whole


def test_installing_again_changes_nothing(public_key: bytes) -> None:
    checklists.install(SYSTEM, AT + DAY)
    assert (Checklist.select().count(), Entry.select().count()) == (4, 4)


def test_only_who_decides_in_fire_safety(public_key: bytes) -> None:
    for role in set(Role) - {Role.CHIEF, Role.DEPUTY, Role.SECURITY}:
        with pytest.raises(Refused):
            checklists.install(somebody(role), AT)
        with pytest.raises(Refused):
            checklists.revise(somebody(role), school().uid.hex, typed(school(), text="Annat"), "x", TODAY, AT)


def test_a_new_version_leaves_the_old_one_as_it_is(coordinator: Actor, public_key: bytes) -> None:
    before = [dict(item.__data__) for item in checklists.points(school())]
    made = checklists.revise(
        coordinator, school().uid.hex, typed(school(), text="Annat"), "Skarpare ord", TODAY + DAY, AT
    )
    assert (made.number, made.kind, made.name, made.why) == (2, PremisesKind.SCHOOL, school().name, "Skarpare ord")
    assert made.valid_from == TODAY + DAY
    assert [item.text for item in checklists.points(made)][:2] == ["Annat", before[1]["text"]]
    assert [dict(item.__data__) for item in checklists.points(school())] == before
    assert Entry.select().order_by(Entry.number.desc()).first().verb == Verb.REVISED.value
    assert ledger.verify(RECORDS, [public_key]).whole


def test_clearing_the_text_takes_a_point_away_and_the_numbers_tell_the_order(coordinator: Actor) -> None:
    items = typed(school())
    items[2]["text"] = None
    items[1]["number"] = 99
    items[21] = items[3] | {"number": 2, "text": "En ny punkt"}
    items[22] = dict.fromkeys(checklists.FIELDS)
    made = checklists.revise(coordinator, school().uid.hex, items, "Ordning", TODAY, AT)
    points = checklists.points(made)
    assert [point.number for point in points] == [2, 3, *range(4, 21), 99]
    assert (points[0].text, points[-1].text) == ("En ny punkt", checklists.points(school())[0].text)


def test_problems_are_told_per_row_and_field(coordinator: Actor) -> None:
    items = typed(school(), category=None)
    items[2] |= {"severity": None, "text": "x" * 301}
    items[4] |= {"number": 3}
    items[5] |= {"number": None}
    assert refused(items) == {
        "category-1": "This must be filled in.",
        "severity-2": "This must be filled in.",
        "text-2": "At most %(longest)s characters; this is %(length)s.",
        "number-3": "Two points have the number %(number)s.",
        "number-4": "Two points have the number %(number)s.",
        "number-5": "This must be filled in.",
    }


def test_the_version_itself_has_its_rules(coordinator: Actor) -> None:
    changed = typed(school(), text="Annat")
    assert refused(changed, why=None) == {"why": "This must be filled in."}
    assert refused(changed, why="x" * 201) == {"why": "At most %(longest)s characters; this is %(length)s."}
    assert refused(changed, on=None) == {"valid_from": "This must be filled in."}
    assert refused(changed, on=TODAY - DAY) == {"valid_from": "The new version cannot be valid before %(day)s."}
    assert refused({}) == {"": "A checklist needs at least one point."}
    many = {row: typed(school())[1] | {"number": row} for row in range(1, checklists.MOST + 2)}
    assert refused(many) == {"": "A checklist has at most %(most)s points."}
    assert "differs" in refused(typed(school()))[""]


def test_a_version_is_not_valid_before_the_one_it_follows(coordinator: Actor) -> None:
    later = checklists.revise(coordinator, school().uid.hex, typed(school(), text="Annat"), "x", TODAY + 30 * DAY, AT)
    with pytest.raises(Invalid) as error:
        checklists.revise(coordinator, later.uid.hex, typed(later, text="Åter"), "x", TODAY, AT)
    assert [problem.field for problem in error.value.problems] == ["valid_from"]


def test_who_edited_another_than_the_newest_is_told(coordinator: Actor) -> None:
    made = checklists.revise(coordinator, school().uid.hex, typed(school(), text="Hennes"), "x", TODAY, AT)
    with pytest.raises(ledger.Conflict) as conflict:
        checklists.revise(coordinator, school().uid.hex, typed(school(), text="Hans"), "x", TODAY, AT)
    assert conflict.value.current.uid == made.uid
    assert Checklist.select().count() == 5


def test_of_two_who_adopt_at_the_same_moment_one_is_told(coordinator: Actor, public_key: bytes) -> None:
    together, answers = threading.Barrier(2), []

    def adopt(text: str) -> None:
        with connection():
            items = typed(school(), text=text)
            together.wait()
            try:
                answers.append(checklists.revise(coordinator, school().uid.hex, items, "x", TODAY, AT).number)
            except ledger.Conflict as conflict:
                answers.append(conflict.current.number)

    threads = [threading.Thread(target=adopt, args=(text,)) for text in ("Hennes", "Hans")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [2, 2]
    assert Checklist.select().count() == 5
    assert ChecklistItem.select().count() == 75 + 20
    assert ledger.verify(RECORDS, [public_key]).whole


def test_what_does_not_exist_is_missing(coordinator: Actor) -> None:
    for uid in ("0" * 32, "nonsense", ""):
        with pytest.raises(Missing):
            checklists.revise(coordinator, uid, typed(school(), text="Annat"), "x", TODAY, AT)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with time_machine.travel(AT, tick=False):
        app = create_app(settings)
        with connection():
            checklists.install(SYSTEM, AT)
        yield app
    db.close_all()


@pytest.fixture
def desk(app: Flask) -> Browser:
    return at_desk(app, Role.SECURITY)


def at_desk(app: Flask, role: Role) -> Browser:
    with connection():
        actor = acting(role)
    return browse(app, actor)


def form_of(browser: Browser) -> dict[str, str]:
    """What the latest page's form would send."""
    sent, text = {}, shown(browser)
    for tag, attributes in re.findall(r"<(input|select|textarea)\b([^>]*)>", text[text.index("points-form") :]):
        name, value = re.search(r'name="([^"]*)"', attributes), re.search(r'value="([^"]*)"', attributes)
        if name and tag == "input" and 'type="checkbox"' in attributes:
            sent |= {name[1]: "1"} if " checked" in attributes else {}
        elif name and tag == "input":
            sent[name[1]] = html.unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return {name: value for name, value in sent.items() if name != "csrf_token"}


def shown(browser: Browser) -> str:
    assert browser.last is not None
    return browser.last.text


def opened(desk: Browser, **changes: str) -> dict[str, str]:
    """The form as it is opened, with changes: names are written with _ for -."""
    desk.get(address())
    return form_of(desk) | {re.sub(r"_(\d+)$", r"-\1", name): text for name, text in changes.items()}


def address(number: int = 1) -> str:
    with connection():
        return f"/checklistor/{school(number).uid.hex}/ny-version"


def test_the_form_holds_every_point_and_three_empty_ones(desk: Browser) -> None:
    sent = opened(desk)
    assert [sent[f"number-{row}"] for row in range(1, 24)] == [*map(str, range(1, 21)), "", "", ""]
    assert sent["text-20"] and not sent["text-21"] and "text-24" not in sent
    assert ("secret-10" in sent, "secret-1" in sent) == (True, False)


def test_the_newest_version_leads_to_the_form(desk: Browser) -> None:
    page = desk.get(address().removesuffix("/ny-version"))
    assert address() in page.links
    desk.post(address(), opened(desk, text_1="Annat", why="x"))
    assert address() not in desk.get(address().removesuffix("/ny-version")).links


def test_a_new_version_by_the_form(desk: Browser) -> None:
    desk.post(address(), opened(desk, text_1="Annat", text_2="", why="Skarpare ord"))
    assert f"{desk.went_to}/ny-version" == address(2)
    with connection():
        points = checklists.points(school(2))
    assert [point.number for point in points] == [1, *range(3, 21)]
    assert [point.number for point in points if point.secret] == [10, 15]
    desk.get(desk.went_to)


def test_what_is_wrong_comes_back_with_everything_that_was_typed(desk: Browser) -> None:
    sent = opened(desk, text_1="Annat", number_3="tre", severity_4="9", text_21="Ny <b>punkt", why="")
    page = desk.post(address(), sent, status=422)
    again = form_of(desk)
    assert {name: again[name] for name in sent} == sent | {"severity-4": ""}
    assert say("Write a whole number, such as 12.", "sv") in page.text
    assert [name for name in again if name.startswith("text-")][-1] == "text-24"


def test_the_second_of_two_is_told_and_may_adopt_theirs_after_all(desk: Browser) -> None:
    hers, his = opened(desk, text_1="Hennes", why="Hennes"), opened(desk, text_1="Hans", why="Hans")
    desk.post(address(), hers)
    page = desk.post(address(), his, status=409)
    again = form_of(desk)
    assert again["text-1"] == "Hans"
    assert address(2) in [form["action"] for form in page.forms]
    desk.post(address(2), again)
    with connection():
        assert checklists.points(school(3))[0].text == "Hans"


def test_the_form_of_an_old_version_leads_to_the_newest(desk: Browser) -> None:
    desk.post(address(), opened(desk, text_1="Annat", why="x"))
    desk.get(address(), 303)
    assert desk.went_to == address(2)


NONSENSE: tuple[dict[str, str], ...] = (
    {},
    {"text-1": "x"},
    {"text-999": "x"},
    {"text-0": "x"},
    {"text-٣": "x"},
    {"number-1": "1"},
    {"nonsense": "x"},
    {"text-1": "x\0", "number-1": "1e9", "secret-1": "nonsense", "valid_from": "0001-01-01", "why": "\u202e"},
)


@pytest.mark.parametrize("sent", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_answered_with_a_sentence(desk: Browser, sent: dict[str, str]) -> None:
    assert say("This needs to be put right", "sv") in desk.post(address(), sent, 422).text


def test_others_may_neither_look_nor_adopt(app: Flask, desk: Browser) -> None:
    warden = at_desk(app, Role.WARDEN)
    warden.get(address(), 403)
    warden.post(address(), {}, 403)
    desk.get("/checklistor/" + "0" * 32 + "/ny-version", 404)
