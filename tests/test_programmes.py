"""The shipped programme: whole, once, and with rules that the registers can answer."""

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from models import RECORDS
from models.happenings import Verb
from models.ledger import Entry
from models.people import Actor
from models.programme import FocusArea, FollowUpPoint, Programme, ProgrammeMeasure, ProgrammeState
from models.record import DECLARED
from models.words import Role
from tests.makers import AT, use_key
from tracker.acts import programmes
from tracker.laws import ledger
from tracker.spine.errors import Refused

SYSTEM = Actor.system("install")


@pytest.fixture
def public_key(database: Any) -> bytes:
    return use_key()


@pytest.fixture
def rule() -> dict[str, Any]:
    """The rule of the SBA documents, to be spoilt."""
    said = yaml.safe_load(programmes.SHIPPED.read_text(encoding="utf-8"))
    points = {point["code"]: point for area in said["areas"] for point in area["points"]}
    return copy.deepcopy(points["4.3-U3"]["rule"])


def test_the_shipped_programme_is_for_the_term_that_runs(public_key: bytes) -> None:
    made = programmes.install(SYSTEM, dt.datetime(2027, 1, 1, 12, tzinfo=dt.UTC))
    assert (made.starts_on, made.ends_on) == (dt.date(2027, 1, 1), dt.date(2030, 12, 31))


def test_the_programme_is_installed_whole_in_one_entry(public_key: bytes) -> None:
    programme = programmes.install(SYSTEM, AT)
    assert (programme.name, programme.state) == ("Program för trygghet och säkerhet", ProgrammeState.RUNNING)
    assert (programme.starts_on, programme.ends_on) == (dt.date(2023, 1, 1), dt.date(2026, 12, 31))
    assert [area.code for area in FocusArea.select().order_by(FocusArea.code)] == ["4.1", "4.2", "4.3"]
    assert (ProgrammeMeasure.select().count(), FollowUpPoint.select().count()) == (15, 14)
    assert [entry.verb for entry in Entry.select()] == [Verb.INSTALLED.value]
    assert ledger.verify(RECORDS, [public_key]).whole


def test_installing_again_changes_nothing(public_key: bytes) -> None:
    first = programmes.install(SYSTEM, AT)
    assert programmes.install(SYSTEM, AT + dt.timedelta(days=1)).uid == first.uid
    assert (Programme.select().count(), Entry.select().count()) == (1, 1)


def without_its_rule(code: str, **values: Any) -> None:
    """A point as it was installed before its register came, or as the municipality has it."""
    point = FollowUpPoint.get(FollowUpPoint.code == code)
    point.rule, point.rule_sv = None, "Uppfylld: som förr"
    for name, value in values.items():
        setattr(point, name, value)
    with ledger.act(SYSTEM, Verb.CHANGED, point, at=AT) as act:
        act.save(point)


def test_an_upgrade_brings_the_rule_of_a_point_that_waited_for_its_register(public_key: bytes) -> None:
    programmes.install(SYSTEM, AT)
    shipped = {point.code: (point.rule, point.rule_sv) for point in FollowUpPoint.select()}
    without_its_rule("4.3-U4", absent_because="Inventerat")
    assert programmes.renew(SYSTEM, AT) == ["4.3-U4"]
    assert {point.code: (point.rule, point.rule_sv) for point in FollowUpPoint.select()} == shipped
    assert FollowUpPoint.get(FollowUpPoint.code == "4.3-U4").absent_because == "Inventerat"
    assert Entry.select().order_by(Entry.number.desc()).first().verb == Verb.RENEWED.value
    entries = Entry.select().count()
    assert programmes.renew(SYSTEM, AT) == [] and Entry.select().count() == entries
    assert ledger.verify(RECORDS, [public_key]).whole


def test_an_upgrade_leaves_what_is_the_municipalitys_own(public_key: bytes, tmp_path: Path) -> None:
    """A rule that is there, a point in other words, and a programme of another name."""
    programmes.install(SYSTEM, AT)
    point = FollowUpPoint.get(FollowUpPoint.code == "4.3-X3")
    point.rule = point.rule.replace("95", "85")
    with ledger.act(SYSTEM, Verb.CHANGED, point, at=AT) as act:
        act.save(point)
    without_its_rule("4.3-U4", sv="Våra egna ord")
    without_its_rule("4.3-U3")
    other = tmp_path / "other.yaml"
    text = programmes.SHIPPED.read_text(encoding="utf-8")
    other.write_text(text.replace("Program för trygghet", "Vårt program för trygghet", 1), encoding="utf-8")
    programmes.install(SYSTEM, AT, other)
    programme = Programme.get(Programme.name.startswith("Vårt"))
    theirs = FollowUpPoint.select().join(FocusArea).where(FocusArea.programme == programme)
    row = theirs.where(FollowUpPoint.code == "4.3-X3").get()
    row.rule = None
    with ledger.act(SYSTEM, Verb.CHANGED, row, at=AT) as act:
        act.save(row)
    concluded = Programme.get(Programme.name.startswith("Program "))
    for state, brought in ((ProgrammeState.CLOSED, []), (ProgrammeState.RUNNING, ["4.3-U3"])):
        concluded.state = state
        with ledger.act(SYSTEM, Verb.CHANGED, concluded, at=AT) as act:
            act.save(concluded)
        assert programmes.renew(SYSTEM, AT) == brought
    assert "85" in FollowUpPoint.get_by_id(point.id).rule
    with pytest.raises(Refused):
        programmes.renew(Actor(1, "x", "X", frozenset({Role.WARDEN})), AT)


def test_measures_that_no_point_follows_up_are_gaps(public_key: bytes) -> None:
    programmes.install(SYSTEM, AT)
    gaps = [measure.code for measure in ProgrammeMeasure.select() if not measure.followed_by]
    assert sorted(gaps) == ["4.1-A5", "4.2-A3", "4.2-A4", "4.3-A4", "4.3-A5"]
    codes = {point.code for point in FollowUpPoint.select()}
    assert all(
        set(measure.followed_by.split(", ")) <= codes for measure in ProgrammeMeasure.select() if measure.followed_by
    )


def test_own_points_are_marked_and_every_point_says_its_rule_in_words(public_key: bytes) -> None:
    programmes.install(SYSTEM, AT)
    points = list(FollowUpPoint.select().order_by(FollowUpPoint.position))
    assert [point.code for point in points if point.own] == ["4.3-X1", "4.3-X2", "4.3-X3"]
    assert all(point.rule_sv.startswith("Uppfylld: ") and "\nInte uppfylld: " in point.rule_sv for point in points)
    assert len({point.position for point in points}) == len(points)


def test_rules_for_the_machine_are_exactly_those_agreed(public_key: bytes) -> None:
    programmes.install(SYSTEM, AT)
    rules = {point.code: json.loads(point.rule) for point in FollowUpPoint.select() if point.rule}
    assert set(rules) == {"4.1-U1", "4.3-U1", "4.3-U2", "4.3-U3", "4.3-U4", "4.3-X1", "4.3-X2", "4.3-X3"}
    exercised, guarding, anchored, documents, protected, learnt, prepared, followed = (
        rules[code] for code in sorted(rules)
    )
    assert exercised["evidence"] == ["ovningar", "incidentutbildningar"]
    assert exercised["fulfilled"] == [["plans", "exercised", "trained"]] == [exercised["shown"]]
    assert exercised["partly"] == [["adopted", "held"]]
    assert {exercised["claims"][name]["target"] for name in exercised["shown"]} == {100}
    assert learnt["evidence"] == ["ledningens-genomgangar", "incidentutbildningar", "incidenter"]
    assert learnt["fulfilled"] == [["review", "trained", "untrained", "learnt", "measures"]] == [learnt["shown"]]
    assert learnt["partly"] == [["review"], ["trained"], ["learnt"], ["measures"]]
    assert prepared["evidence"] == ["incidentplaner", "ovningar"]
    assert (
        prepared["fulfilled"] == [["plan_intrusion", "intrusion", "plan_overload", "overload"]] == [prepared["shown"]]
    )
    assert prepared["partly"] == [["intrusion_held"], ["overload_held"]]
    assert guarding["evidence"] == ["oversyner", "nyttjandeprocesser"]
    assert guarding["fulfilled"] == [["review", "process", "meeting", "assessed", "measures"]] == [guarding["shown"]]
    assert guarding["partly"] == [["review"], ["begun"], ["process"]]
    assert {name: claim["target"] for name, claim in guarding["claims"].items() if "target" in claim} == {
        "review": "bevakningsmal/reviewed", "meeting": "bevakningsmal/met", "assessed": "bevakningsmal/assessed", "measures": 0,
    }  # fmt: skip
    assert anchored["fulfilled"] == [["version", "plans", "signed", "trained"]]
    assert anchored["partly"] == [["in_force", "signed_partly"], ["review"]]
    assert documents["evidence"] == ["styrdokument"]
    assert documents["fulfilled"] == [["policy", "guideline"]]
    assert documents["partly"] == [["policy"], ["guideline"], ["begun"]]
    assert (documents["shown"], documents["performance"]) == (["policy", "guideline"], ["rounds", "acute"])
    assert followed["evidence"] == ["ronder"]
    assert (followed["fulfilled"], followed["partly"]) == ([["rounds", "acute"]], [["rounds_partly", "acute_few"]])
    assert {name: claim["target"] for name, claim in followed["claims"].items()} == {
        "rounds": 95, "rounds_partly": 80, "acute": 0, "acute_few": 3,
    }  # fmt: skip
    assert (protected["fulfilled"], protected["partly"]) == ([["process", "chief"]], [["process"], ["chief"]])
    assert (protected["shown"], protected["performance"]) == (["process", "chief"], ["analysis", "measures"])
    assert protected["claims"]["measures"]["target"] == 90
    analysis = protected["claims"]["analysis"]
    assert (analysis["is"], analysis["selection"]) == ("exists", "whole_up_to_date")
    for claim in (claim for rule in rules.values() for claim in rule["claims"].values()):
        assert claim["selection"] in DECLARED[claim["record"]].declared.selections


def test_only_who_may_edit_the_programme_installs_it(public_key: bytes) -> None:
    with pytest.raises(Refused):
        programmes.install(Actor(1, "x", "x", frozenset({Role.WARDEN})), AT)
    assert not Programme.select().exists()


SPOILT = {
    "a record that is not there": (
        lambda r: r["claims"]["policy"].update(record="rymden"),
        "there is no such register",
    ),
    "a selection that is not there": (lambda r: r["claims"]["policy"].update(selection="nope"), "no such selection"),
    "a selection that is no text": (lambda r: r["claims"]["policy"].update(selection=["x"]), "no such selection"),
    "a personal selection": (lambda r: r["claims"]["acute"].update(selection="mine"), "depends on who asks"),
    "an unknown kind": (lambda r: r["claims"]["policy"].update({"is": "often"}), "one of exists, none, share, newest"),
    "what a kind does not know": (
        lambda r: r["claims"]["policy"].update(target=3),
        "nothing that its kind does not know",
    ),
    "no label": (lambda r: r["claims"]["policy"].pop("label_en"), "must have"),
    "a figure that is none": (lambda r: r["claims"]["rounds"].update(met="{many} i tid"), "only {share}"),
    "no sentence": (lambda r: r["claims"]["rounds"].update(wanted=95), "only {share}"),
    "an unknown rest": (lambda r: r["claims"]["rounds"].update(rest="others"), "no such selection"),
    "a share of nothing": (lambda r: r["claims"]["rounds"].pop("of"), "must have"),
    "too large a target": (lambda r: r["claims"]["rounds"].update(target=101), "whole number from 0 to 100"),
    "a target that is no number": (lambda r: r["claims"]["rounds"].update(target=True), "whole number from 0 to 100"),
    "the day of a text": (
        lambda r: r["claims"]["policy"].update({"is": "newest", "day": "title", "target": 30}),
        "no date of PolicyDocument",
    ),
    "a claim that is a text": (lambda r: r["claims"].update(policy="exists"), "one of exists"),
    "claims without names": (lambda r: r.update(claims=[]), "claims by name"),
    "evidence that is not there": (lambda r: r.update(evidence=["rymden"]), "there is no such register"),
    "evidence that is no list": (lambda r: r.update(evidence="styrdokument"), "a list of names"),
    "fulfilled by an unknown claim": (lambda r: r.update(fulfilled=[["policy", "dreams"]]), "no such claim"),
    "an empty alternative": (lambda r: r.update(partly=[[]]), "a list of names"),
    "a level without alternatives": (lambda r: r.update(partly=None), "a list of alternatives"),
    "an unknown claim shown": (lambda r: r.update(shown=["dreams"]), "no such claim"),
    "an unknown claim beside": (lambda r: r.update(performance=["dreams"]), "no such claim"),
    "a part too many": (lambda r: r.update(maybe=[]), "nothing else"),
    "a part too few": (lambda r: r.pop("shown"), "must have claims"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_rule_that_cannot_be_computed_is_refused(rule: dict[str, Any], name: str) -> None:
    spoil, sentence = SPOILT[name]
    programmes.check(rule, "4.3-U3")
    spoil(rule)
    with pytest.raises(TypeError, match=sentence):
        programmes.check(rule, "4.3-U3")


def test_a_rule_may_ask_how_new_something_is(rule: dict[str, Any]) -> None:
    rule["claims"]["policy"].update({"is": "newest", "day": "decided_on", "target": 730})
    programmes.check(rule, "4.3-U3")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('code: "4.1-U1"', "code: 4.1", "put texts in quotation marks"),
        ("starts_on: 2023-01-01", 'starts_on: "tomorrow"', "write dates as"),
        ("state: running", "state: gone", "is not a programme"),
        ('code: "4.1-A1"', "kod: x", "is not a programme"),
        ("areas:", "areas: [", "is not a programme"),
        ('code: "4.1-A1"', 'code: "' + "x" * 20 + '"', "At most 12 characters"),
        ("selection: acute_late", "selection: never", "no such selection"),
    ],
)
def test_a_file_that_is_no_programme_is_refused_whole(
    public_key: bytes, tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    spoilt = tmp_path / "programme.yaml"
    spoilt.write_text(programmes.SHIPPED.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TypeError, match=sentence):
        programmes.install(SYSTEM, AT, spoilt)
    assert not Programme.select().exists()
    assert not Entry.select().exists()


@pytest.mark.parametrize("text", ["", "- 1", "programme: 3", "3", "programme: {name: x}\nareas: 3"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(text)
    with pytest.raises(TypeError):
        programmes.load(other)
