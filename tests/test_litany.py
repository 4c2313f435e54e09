"""The litany: what must hold for every record type and role, generated from the declarations and the policy."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask, g, request, request_finished

from models.database import connection
from models.fire_safety import Contact, DocumentKind, Function, Observation, Premises, SeverityLimit
from models.kinds import Choice, Day, Flag, Kind, Link, Note, Number
from models.ledger import Entry
from models.people import Actor, Person, RoleGrant
from models.programme import FocusArea, FollowUpPoint, Programme, ProgrammeState
from models.record import DECLARED, Record
from models.words import Act, Role
from tests import incident_makers, litany, makers
from tests.browse import Browser, browse
from tests.makers import AT, OFFICE
from tests.pages import Lasting
from tracker.acts import installing
from tracker.laws import ledger, policy
from tracker.spine import records
from tracker.spine.form_page import choices, stored_texts
from tracker.spine.reach import reach
from tracker.spine.reading import Reading

CASES: Counter[str] = Counter()
VISITED: set[str] = set()
"""What the test that runs has asked so far, and the routes whose own view has answered it."""

ANSWERED = (200, 303, 404, 409, 422)


@dataclass
class World:
    """One record of every declared type, and one person of every role, to whom it belongs where it can."""

    app: Flask
    rows: dict[str, Record] = field(default_factory=dict)
    actors: dict[Role, Actor] = field(default_factory=dict)

    browsers: dict[Role, Browser] = field(default_factory=dict)

    def browser(self, role: Role | None) -> Browser:
        """One browser for each role, that stays signed in; a new one for nobody."""
        if role is None:
            return browse(self.app)
        if role not in self.browsers:
            self.browsers[role] = Lasting(self.app, self.actors[role])
        return self.browsers[role]

    @property
    def routes(self) -> set[str]:
        """Every route that belongs to a record type."""
        rules = self.app.url_map.iter_rules()
        return {f"{rule.endpoint} {rule.rule}" for rule in rules if "record_type" in (rule.defaults or {})}


@pytest.fixture(scope="module")
def world(house: Flask) -> Iterator[World]:
    with connection():
        made = _world(World(house))
    with request_finished.connected_to(_visit, house):
        yield made


def _visit(sender: Flask, response: object, **more: object) -> None:
    """A route counts as visited when its own view answered somebody who is signed in."""
    if request.url_rule is not None and g.get("actor") is not None and response.status_code in ANSWERED:  # type: ignore[attr-defined]
        VISITED.add(f"{request.url_rule.endpoint} {request.url_rule.rule}")


@pytest.fixture(autouse=True)
def recited(world: World, record_property: object) -> Iterator[None]:
    CASES.clear()
    VISITED.clear()
    yield
    told = litany.property_of(CASES, VISITED, world.routes, types=len(DECLARED), roles=len(Role))
    record_property(litany.PROPERTY, told)  # type: ignore[operator]


def _world(world: World) -> World:
    unit = makers.unit("Utbildningsförvaltningen")
    place = makers.premises("Björkskolan", unit=unit)
    for role in Role:
        world.actors[role] = makers.acting(role, name=f"Alva {role.value}", on=place, heads=unit)
    chief, warden = world.actors[Role.CHIEF], world.actors[Role.WARDEN]
    makers.responsible(place, Person.get_by_id(world.actors[Role.CARETAKER].id), Function.CARETAKER)
    installing.limits(OFFICE, AT)
    walk = makers.signed(makers.planned_round(place), warden, deficient=[2])
    area = _programme()
    contact = dict(premises=place.id, function="Larmbolag", name="Larm i Ekdala", phone="016-000 00")
    measure = makers.measure(unit, responsible=world.actors[Role.WARDEN].id, proposed_by=world.actors[Role.MANAGER].id)
    world.rows = {
        "enheter": unit,
        "lokaler": Premises.get_by_id(place.id),
        "personer": Person.get_by_id(world.actors[Role.EMPLOYEE].id),
        "roller": RoleGrant.select().first(),
        "ansvar": place and DECLARED["ansvar"].select().first(),
        "kontakter": records.add(OFFICE, Contact, contact, AT),
        "checklistor": walk.checklist,
        "kontrollpunkter": DECLARED["kontrollpunkter"].select().first(),
        "kontrollplaner": walk.plan,
        "ronder": walk,
        "svar": Observation.select().first(),
        "brister": makers.deficiency(place, responsible=warden.id),
        "tidsgranser": SeverityLimit.select().first(),
        "styrdokument": makers.document(DocumentKind.GUIDELINE, by=chief),
        "atgarder": measure,
        "punkter": _point(area),
        "rapporter": _report(chief),
        "innehall": makers.core(makers.shell(), chief),
        **makers.guarding(unit),
        **incident_makers.incidents(unit),
        **makers.protected(world.actors[Role.EMPLOYEE]),
        **makers.against_irregularities(unit, world.actors[Role.HEAD]),
        **makers.exercises(unit),
    }
    return world


def _report(chief: Actor) -> Record:
    makers.vault(chief)
    return makers.deposit(chief)


def _programme() -> FocusArea:
    programme = Programme(
        name="Program", starts_on=dt.date(2023, 1, 1), ends_on=dt.date(2026, 12, 31), state=ProgrammeState.RUNNING
    )
    area = FocusArea(code="4.3", sv="Skydd", en="Protection", goal_sv="Mål", goal_en="Goal")
    with ledger.act(OFFICE, makers.Verb.INSTALLED, programme, at=AT) as act:
        act.save(programme)
        area.programme = programme.id
        act.save(area)
    return area


def _point(area: FocusArea) -> FollowUpPoint:
    point = FollowUpPoint(area=area.id, code="4.3-U9", sv="Punkt", en="Point", position=1)
    with ledger.act(OFFICE, makers.Verb.INSTALLED, point, at=AT) as act:
        act.save(point)
    return point


def stored(row: Record) -> Record:
    with connection():
        return type(row).get_by_id(row.id)


def reaches(actor: Actor, row: Record, act: Act) -> bool:
    """Whether policy lets `actor` do `act` with this very row: the product's own question, asked by the test."""
    with connection():
        mine = reach(actor, type(row), act, AT.date())
        return type(row).select().where((type(row).id == row.id) & mine).exists()


@pytest.fixture(params=sorted(DECLARED))
def slug(request: pytest.FixtureRequest) -> str:
    return request.param


def test_the_world_holds_every_type_and_role(world: World) -> None:
    assert set(world.rows) == set(DECLARED)
    assert set(world.actors) == set(Role)


def test_every_role_gets_its_list_and_record_or_is_refused(world: World, slug: str) -> None:
    row = world.rows[slug]
    register = row.declared.register
    for role, actor in world.actors.items():
        browser = world.browser(role)
        may = policy.may(actor, register, Act.SEE)
        listed = browser.get(f"/{slug}?urval=alla", 200 if may else 403)
        found = reaches(actor, row, Act.SEE)
        browser.get(f"/{slug}/{row.uid.hex}", 403 if not may else 200 if found else 404)
        browser.get(f"/{slug}/{uuid.uuid4().hex}", 404 if may else 403)
        if may and found and row.declared.part_of == "":
            assert any(link.endswith(row.uid.hex) for link in listed.links), f"{role}: not listed"
        CASES.update(["works", "listed", "wrong id", "refused"])


def test_signed_out_goes_to_sign_in(world: World, slug: str) -> None:
    browser = world.browser(None)
    for path in (f"/{slug}", f"/{slug}/{world.rows[slug].uid.hex}", f"/{slug}/export"):
        browser.get(path, 302)
        assert "/logga-in" in browser.went_to
        CASES["signed out"] += 1


def test_export_follows_policy(world: World, slug: str) -> None:
    for role, actor in world.actors.items():
        may = policy.may(actor, world.rows[slug].declared.register, Act.EXPORT)
        world.browser(role).get(f"/{slug}/export?urval=alla", 200 if may else 403)
        CASES["export"] += 1


def sent_as(row: Record) -> dict[str, str]:
    """The record's form as it stands, ready to send."""
    with connection():
        look = Reading(OFFICE, AT, "sv")
        kinds = {name: type(row)._meta.fields[name] for name in row.declared.form}
        return stored_texts(kinds, row, choices(look, kinds, row)) | {"version": str(row.version)}


def a_bad(row: Record) -> dict[str, str]:
    """One value that the first field that can be wrong does not take."""
    for name in row.declared.form:
        kind = type(row)._meta.fields[name]
        if isinstance(kind, (Choice, Link)):
            return {name: "finns-inte"}
        if isinstance(kind, (Day, Number)):
            return {name: "igår-ish"}
        if not isinstance(kind, Flag):
            return {name: "x" * (kind.longest + 1 if isinstance(kind, Note) else kind.max_length + 1)}
    raise AssertionError("nothing can be wrong")


def editable(slug: str) -> bool:
    declared = DECLARED[slug].declared
    return bool(declared.editable and declared.form)


@pytest.mark.parametrize("slug", sorted(filter(editable, DECLARED)))
def test_changing_a_record(world: World, slug: str) -> None:
    row = stored(world.rows[slug])
    path = f"/{slug}/{row.uid.hex}/andra"
    for role, actor in world.actors.items():
        may = policy.may(actor, row.declared.register, Act.EDIT)
        found = may and reaches(actor, row, Act.EDIT)
        browser = world.browser(role)
        browser.get(path, 403 if not may else 200 if found else 404)
        if not found:
            browser.post(path, {}, 403 if not may else 404)
            CASES["refused"] += 1
            continue
        _change(browser, row, path)


def _change(browser: Browser, row: Record, path: str) -> None:
    sent = sent_as(row)
    browser.post(path, sent, 400, token=False)
    CASES["no token"] += 1
    bad = a_bad(row)
    page = browser.post(path, sent | bad, 422)
    name = next(iter(bad))
    wrong = next(one for one in page.inputs if one.get("name") == name)
    assert wrong.get("aria-invalid") == "true" and wrong.get("aria-describedby"), f"{name}: no sentence beside it"
    CASES["bad value"] += 1
    before = _entries()
    browser.post(path, sent, 303)
    assert _entries() == before, "an entry although nothing changed"
    CASES["nothing changed"] += 1
    page = browser.post(path, sent | {"version": "0"} | _other(row), 409)
    CASES["someone else first"] += 1
    assert browser.client.put(path, headers={"Origin": "http://localhost"}).status_code in (400, 405)
    CASES["wrong method"] += 1


def _other(row: Record) -> dict[str, str]:
    """A change that the form would accept: another text, else another day."""
    kinds = {name: type(row)._meta.fields[name] for name in row.declared.form}
    for name, kind in kinds.items():
        if not isinstance(kind, (Choice, Link, Day, Number, Flag)) and not kind.check:
            return {name: "Något annat"}
    return next(({name: "2026-11-20"} for name, kind in kinds.items() if isinstance(kind, Day)), {})


def _entries() -> int:
    with connection():
        return Entry.select().count()


def creatable(slug: str) -> bool:
    declared = DECLARED[slug].declared
    return declared.creatable and not declared.part_of


@pytest.mark.parametrize("slug", sorted(filter(creatable, DECLARED)))
def test_making_a_record(world: World, slug: str) -> None:
    row = world.rows[slug]
    for role, actor in world.actors.items():
        may = records.may_add(actor, type(row))
        browser = world.browser(role)
        browser.get(f"/{slug}/ny", 200 if may else 403)
        CASES["new"] += 1
        if may:
            _empty(browser, f"/{slug}/ny", row)
    maker = next(role for role, actor in world.actors.items() if records.may_add(actor, type(row)))
    world.browser(maker).post(f"/{slug}/ny", _another(row), 303)
    CASES["made"] += 1


def _empty(browser: Browser, path: str, row: Record) -> None:
    """A form sent empty names every field that must be filled in."""
    empty = browser.post(path, {}, 422)
    kinds = {name: type(row)._meta.fields[name] for name in row.declared.form}
    needed = {name for name, kind in kinds.items() if not kind.optional and not isinstance(kind, Flag)}
    wrong = {one.get("name") for one in empty.inputs if one.get("aria-invalid") == "true"}
    assert needed <= wrong, f"nothing is said of what is missing: {needed - wrong}"
    browser.post(path, {}, 400, token=False)
    CASES.update(["empty", "no token"])


def _another(row: Record) -> dict[str, str]:
    """What makes a record like this one, but for what only one may have."""
    sent = sent_as(row)
    del sent["version"]
    kinds = type(row)._meta.fields
    if row.alone_in and "starts_on" in kinds:
        sent |= {"starts_on": "2001-01-01", "ends_on": "2001-01-31"}
    return {name: _own(kinds[name], text) if kinds[name].unique else text for name, text in sent.items()}


def _own(kind: Kind, text: str) -> str:
    return str(int(text) - 1) if isinstance(kind, Number) else f"x{text}"


def made_from() -> list[tuple[str, str]]:
    """(whole, part): the records that are made from another's page."""
    pairs = []
    for slug, whole in DECLARED.items():
        for part_slug, part in DECLARED.items():
            link = part._meta.fields.get(part.declared.part_of)
            is_part = part.declared.creatable and link is not None and link.rel_model is whole
            if is_part or records.arises_from(part, whole):
                pairs.append((slug, part_slug))
    return sorted(pairs)


@pytest.mark.parametrize(("slug", "part"), made_from())
def test_making_a_part(world: World, slug: str, part: str) -> None:
    whole, row = world.rows[slug], world.rows[part]
    path = f"/{slug}/{whole.uid.hex}/{part}/ny"
    for role, actor in world.actors.items():
        may = policy.may(actor, row.declared.register, row.declared.adding)
        found = reaches(actor, whole, Act.SEE)
        makes = records.may_add(actor, type(row))
        browser = world.browser(role)
        browser.get(path, 403 if not may else 404 if not found else 200 if makes else 403)
        if may and found and makes:
            _empty(browser, path, row)
        browser.get(f"/{slug}/{uuid.uuid4().hex}/{part}/ny", 404 if may else 403)
        CASES.update(["new part", "wrong id"])
    world.browser(Role.CHIEF).post(path, _another(row), 303)
    CASES["made"] += 1


def asks(world: World, name: str) -> list[str]:
    """The types whose records have such a form on their page."""
    return [slug for slug in sorted(DECLARED) if f"registers.{slug}_{name}" in world.app.view_functions]


@pytest.mark.parametrize(
    ("name", "act", "path", "wrong", "status"),
    [
        ("remark", Act.COMMENT, "anmarkningar", {"text": ""}, 422),
        ("mark", Act.MARK, "markning", {"field": "", "provision": ""}, 422),
        ("lift", Act.MARK, "markning/havning", {"field": ""}, 404),
    ],
)
def test_remarks_and_marks_follow_policy(
    world: World, name: str, act: Act, path: str, wrong: dict[str, str], status: int
) -> None:
    for slug in asks(world, name):
        row = world.rows[slug]
        to = f"/{slug}/{row.uid.hex}/{path}"
        for role, actor in world.actors.items():
            may = policy.may(actor, row.declared.register, act)
            found = may and reaches(actor, row, act)
            browser = world.browser(role)
            browser.post(to, wrong, 403 if not may else status if found else 404)
            if found and name == "remark":
                browser.post(to, {"text": f"Anmärkning av {role}"}, 303)
            CASES[name] += 1
        _only_sent(browser, to)


def _only_sent(browser: Browser, path: str) -> None:
    """Refused alike to all roles: asking for what is only sent, and sending without a token."""
    browser.get(path, 405)
    browser.post(path, {}, 400, token=False)
    CASES.update(["wrong method", "no token"])


def stepping(slug: str) -> bool:
    return bool(DECLARED[slug].declared.steps)


@pytest.mark.parametrize("slug", sorted(filter(stepping, DECLARED)))
def test_steps_follow_policy(world: World, slug: str) -> None:
    row = world.rows[slug]
    for name, step in row.declared.steps.items():
        path = f"/{slug}/{row.uid.hex}/steg/{name}"
        for role, actor in world.actors.items():
            may = policy.may(actor, row.declared.register, step.act)
            browser = world.browser(role)
            found = may and reaches(actor, row, Act.SEE) and reaches(actor, row, step.act)
            taken = 422 if step.needs else 409
            browser.post(path, {"version": "0"}, 403 if not may else taken if found else 404)
            CASES["step"] += 1
        _only_sent(browser, path)
