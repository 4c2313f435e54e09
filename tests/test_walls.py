"""The walls that depend on nobody's memory: layers, doors, guarded views, a small spine, numbers that open rows."""

from __future__ import annotations

import ast
import re
import sys
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Blueprint, template_rendered
from playhouse.schema_diff import diff_models

from models import RECORDS, TABLES
from models.common import UNVERIFIED, Unit
from models.database import connect_to, connection, db, housekeeping
from models.doors import HOUSEKEEPING, Door, NoDoor, WrongDoor
from models.fire_safety import Deficiency, Premises, Round, Severity
from models.kinds import KINDS, Kind
from models.record import DECLARED, Declaration, Selection, Step
from models.words import Act, Register, Role
from tests import makers
from tests.browse import OURS, Browser, browse
from tests.makers import AT, DAY, OFFICE, TODAY
from tracker.acts import installing, rounds
from tracker.application import create_app
from tracker.laws import ledger
from tracker.pages import FollowUpPage, HomePage, Link, ListPage, Point
from tracker.settings import SECRETS, Settings, new_secret, read
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused
from tracker.spine.list_page import SEARCH
from tracker.views import blueprints, guard

ROOT = Path(__file__).parent.parent
PRODUCT = sorted(path for folder in ("models", "forms", "tracker") for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def within(path: Path, *folders: str) -> bool:
    return any(name(path) == folder or name(path).startswith(f"{folder}/") for folder in folders)


# Layers


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; `from a import b` is a and a.b."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name(path)} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


LAYERS = {
    "models": ("models", "peewee", "playhouse"),
    "forms": ("models", "forms", "wtforms", "werkzeug.datastructures"),
    "tracker/laws": (
        "models",
        "peewee",
        "cryptography",
        "pyotp",
        "webauthn",
        "tracker.seals",
        "tracker.octets",
        "tracker.stretching",
    ),
    "tracker/spine": (
        "models",
        "forms",
        "peewee",
        "tracker.laws",
        "tracker.language",
        "tracker.pages",
        "tracker.spine",
    ),
    "tracker/acts": (
        "models",
        "peewee",
        "openpyxl",
        "yaml",
        "tracker.images",
        "tracker.seals",
        "tracker.laws",
        "tracker.language",
        "tracker.pages",
        "tracker.spine",
        "tracker.acts",
    ),
    "tracker/views": (
        "models",
        "forms",
        "flask",
        "flask_login",
        "flask_wtf",
        "segno",
        "werkzeug",
        "tracker.laws",
        "tracker.language",
        "tracker.settings",
        "tracker.stretching",
        "tracker.pages",
        "tracker.spine",
        "tracker.acts",
        "tracker.views",
    ),
    "tracker/language.py": ("models.words", "models.calendar", "babel"),
    "tracker/pages": ("tracker.pages",),
    "tracker/images.py": ("PIL",),
    "tracker/octets.py": (),
    "tracker/stretching.py": (),
    "tracker/seals.py": ("tracker.octets",),
    "tracker/settings.py": (),
}
"""Who may import what beside the standard library: downwards only."""

ONLY_STANDARD = frozenset(sys.stdlib_module_names) - {"sqlite3"}
DRIVERS = {
    "models/engines.py": ("sqlite3",),
    "models/copies/sqlite.py": ("sqlite3",),
    "models/copies/postgresql.py": ("psycopg",),
    "tracker/laws/vault/shares.py": ("shamir_mnemonic",),
}
NEVER_IN_MODELS = ("json.tool", "http", "urllib", "socket", "gettext", "locale", "smtplib")


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_run_downwards(layer: str) -> None:
    for path in PRODUCT:
        if within(path, layer):
            allowed = (*LAYERS[layer], *_own_law(path), *DRIVERS.get(name(path), ()))
            for module in imported(path):
                known = module.split(".")[0] in ONLY_STANDARD
                assert known or _is_in(module, allowed), f"{name(path)} may not import {module}"


def _is_in(module: str, allowed: tuple[str, ...]) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in allowed)


def _own_law(path: Path) -> tuple[str, ...]:
    """Laws import no law but themselves."""
    if not within(path, "tracker/laws"):
        return ()
    law = path.relative_to(ROOT / "tracker" / "laws").parts[0].removesuffix(".py")
    return (f"tracker.laws.{law}",)


def test_models_know_nothing_of_the_world() -> None:
    for path in PRODUCT:
        if within(path, "models"):
            assert not [module for module in imported(path) if _is_in(module, NEVER_IN_MODELS)], name(path)


def test_every_file_of_the_product_has_a_layer() -> None:
    """What puts the parts together lies beside them, and nothing else does."""
    together = {"application", "commands", "vault_commands", "backup_commands", "gunicorn", "matrix", "__init__"}
    loose = [name(path) for path in PRODUCT if not within(path, *LAYERS, "tracker/demo", "tracker/laws/__init__.py")]
    assert {Path(path).stem for path in loose} <= together, loose


def test_forms_and_acts_know_no_request() -> None:
    words = {"request", "session", "g", "current_app"}
    for path in PRODUCT:
        if within(path, "models", "forms", "tracker/laws", "tracker/spine", "tracker/acts", "tracker/language.py"):
            taken = {module.split(".")[-1] for module in imported(path) if module.startswith(("flask", "werkzeug"))}
            assert not taken & words, f"{name(path)} imports {taken & words}"


# Templates


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_only_lays_out(path: Path) -> None:
    text = path.read_text()
    code = " ".join(re.findall(r"\{[{%](.*?)[%}]\}", text, re.S))
    assert not re.search(r"\|\s*safe\b|\bMarkup\b|autoescape", code), "unescaped text"
    assert not re.search(r"\b(select|where|get_by_id|models?|actor|policy|roles? in|has_role)\b\s*[.(]", code), (
        "a query"
    )
    quoted = set(re.findall(r"""["'](\w+)["']""", code))
    assert not quoted & {role.value for role in Role} - {"secretary", "head"}, "a role"
    assert not quoted & set(DECLARED), "a register"


# Doors


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """The last name of whatever a file calls, with its line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield called, node.lineno


DOORS = {
    "writing": ("tracker/laws/ledger", "models/database.py", "models/engines.py"),
    "ActDoor": ("tracker/laws/ledger",),
    "Door": ("models/database.py",),
    "SchemaDoor": ("models/engines.py",),
    "migrating": ("models/database.py",),
    "housekeeping": ("tracker/laws",),
    "migrate": ("tracker/commands.py", "tracker/acts/keeping"),  # a copy is brought up to date before it is used
    "execute_sql": ("models/append_only.py", "models/engines.py", "models/migrations"),
    "cursor": ("models/engines.py",),
    "atomic": (),
    "manual_commit": (),
    "savepoint": (),
    "transaction": ("models/engines.py", "tracker/laws/ledger/verifying.py"),
    "raw": (),
    "copies_of": ("tracker/acts/keeping",),  # the whole database at once, which rows' doors do not guard
    "put_in_place": ("tracker/acts/keeping", "tracker/backup_commands.py"),
    "SqliteCopies": ("models/copies",),
    "PostgresqlCopies": ("models/copies",),
}
"""Who may call what opens a door, or could go round one."""


@pytest.mark.parametrize("door", DOORS)
def test_a_door_is_opened_where_it_belongs(door: str) -> None:
    found = [f"{name(path)}:{line}" for path in PRODUCT for called, line in calls(path) if called == door]
    wrong = [place for place in found if not within(ROOT / place.partition(":")[0], *DOORS[door])]
    assert not wrong, f"{door}() is called in {wrong}"


def test_there_is_no_fourth_door() -> None:
    """Kinds of door, by subclass; and the ways to one, by name."""
    kinds = {kind.__name__ for kind in _subclasses(Door)}
    assert kinds == {"SchemaDoor", "ActDoor"}
    defined = {
        node.name
        for path in PRODUCT
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and {c.id for c in _plain_calls(node)} & {"writing", "ActDoor", "Door", "SchemaDoor"}
    }
    assert defined == {"act", "note", "empty", "checkpoint", "housekeeping", "migrating"}


def _subclasses(kind: type) -> set[type]:
    return {found for child in kind.__subclasses__() for found in (child, *_subclasses(child))}


def _plain_calls(node: ast.AST) -> Iterator[ast.Name]:
    return (n.func for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name))


SEALING = {
    "encrypt": ("tracker/laws/vault", "tracker/laws/second_factor/codes.py"),
    "decrypt": ("tracker/laws/vault", "tracker/laws/second_factor/codes.py"),
    "Suite": ("tracker/laws/vault/envelopes.py",),
    "Receipt": ("tracker/laws/ledger/opening.py",),
    "Place": ("tracker/laws/vault/holding.py", "tracker/acts/vault/sealed.py"),
    "reveal": ("tracker/laws/vault", "tracker/acts/vault"),
}
"""Who may call what seals and opens: one wrapper round HPKE, one maker of receipts, one door to plain text."""


@pytest.mark.parametrize("door", SEALING)
def test_what_is_sealed_is_opened_in_one_place(door: str) -> None:
    found = [(path, f"{name(path)}:{line}") for path in PRODUCT for called, line in calls(path) if called == door]
    wrong = [place for path, place in found if not within(path, *SEALING[door])]
    assert found and not wrong, f"{door}() is called in {wrong}"


WRITES = ("save", "create", "insert", "insert_many", "insert_from", "update", "replace", "replace_many", "bulk_create",
          "bulk_update", "delete", "delete_instance", "delete_by_id", "set_by_id", "get_or_create")  # fmt: skip


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_no_table_is_written_outside_a_door(sqlite_database: Any, model: Any) -> None:
    """How each way of writing is refused: tests/test_database.py. Here: no table was forgotten."""
    column = model._meta.sorted_fields[-1]
    for write in (model.delete(), model.update({column: column}), model.insert({column: column.default})):
        with pytest.raises(NoDoor, match=f"“{model._meta.table_name}” cannot be written here: no door is open"):
            write.execute()
    with (
        pytest.raises(
            TypeError if model._meta.table_name not in HOUSEKEEPING else WrongDoor, match=r"Housekeeping|does not lead"
        ),
        housekeeping(model),
    ):
        TABLES[0].delete().execute()


@pytest.fixture
def sqlite_database(sqlite_engine: Any) -> Iterator[Any]:
    connect_to(url := sqlite_engine.fresh())
    with connection():
        yield db
    db.close_all()
    sqlite_engine.discard(url)


# Views


def test_a_view_that_declares_nothing_stops_the_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = Blueprint("stranger", __name__)
    stranger.get("/stranger")(lambda: "hello")
    monkeypatch.setattr(blueprints, "ALL", (*blueprints.ALL, stranger))
    with pytest.raises(guard.Undeclared, match=r"stranger.*has not declared its act"):
        create_app(settings)
    db.close_all()


def test_a_view_that_declares_starts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = Blueprint("stranger", __name__)
    stranger.get("/stranger")(guard.needs(Act.PUBLIC)(lambda: "hello"))
    monkeypatch.setattr(blueprints, "ALL", (*blueprints.ALL, stranger))
    assert create_app(settings).test_client().get("/stranger").text == "hello"
    db.close_all()


def test_every_view_of_a_register_names_it(settings: Settings) -> None:
    """Only PUBLIC and ENTER ask for no register; a view that names neither it nor a record type is open to nobody."""
    app = create_app(settings)
    for rule in app.url_map.iter_rules():
        act, register = guard.asked(app.view_functions[rule.endpoint], rule.defaults or {})
        assert act in (Act.PUBLIC, Act.ENTER) or register is not None, rule.rule
        assert act is not Act.PUBLIC or rule.rule.strip("/").split("/")[0] not in DECLARED, rule.rule
    db.close_all()


# Fences


SPINE_LINES = 1200
BEHAVIOUR_LINES = 300


def test_the_spine_is_read_in_one_sitting() -> None:
    lines = {path.name: len(path.read_text().splitlines()) for path in PRODUCT if within(path, "tracker/spine")}
    assert sum(lines.values()) < SPINE_LINES, f"{sum(lines.values())} lines: {lines}"


def test_there_are_at_most_twelve_kinds_of_field() -> None:
    assert len(KINDS) <= 12
    assert {kind for kind in _subclasses(Kind) if kind.__module__ == "models.kinds"} == set(KINDS)


def _options() -> dict[str, set[Register]]:
    """Each option of a declaration, of its steps and of its selections, with the registers that use it."""
    used: dict[str, set[Register]] = defaultdict(set)
    for record_type in DECLARED.values():
        declared = record_type.declared
        for part in (declared, *declared.steps.values(), *declared.selections.values()):
            for option, default in _defaults(type(part)):
                used[f"{type(part).__name__}.{option}"] |= (
                    {declared.register} if getattr(part, option) != default else set()
                )
    return used


def _defaults(kind: type) -> Iterator[tuple[str, Any]]:
    for one in fields(kind):  # type: ignore[arg-type]
        if one.default is not MISSING:
            yield one.name, one.default
        elif one.default_factory is not MISSING:
            yield one.name, one.default_factory()


@pytest.mark.parametrize(
    "option", [f"{kind.__name__}.{o}" for kind in (Declaration, Step, Selection) for o, _ in _defaults(kind)]
)
def test_an_option_exists_while_two_registers_use_it(option: str) -> None:
    registers = {register.value for register in _options()[option]}
    assert len(registers) >= 2, f"{option} is used by {sorted(registers) or 'none'} only"


SHARED = {"Comment", "Mark", "Measure", "Actor", "Person"}
"""Records that are words of every register."""


def test_the_spine_names_no_register() -> None:
    classes = {record.__name__ for record in RECORDS} - SHARED
    slugs = set(DECLARED)
    for path in PRODUCT:
        if within(path, "tracker/spine", "forms"):
            said = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
            said |= {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
            said |= {module.split(".")[-1] for module in imported(path)}
            assert not said & (classes | {"Role"}), f"{name(path)} names {said & (classes | {'Role'})}"
            texts = {n.value for n in ast.walk(tree(path)) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
            assert not texts & slugs, f"{name(path)} names {texts & slugs}"


NAME_ROLES = (
    "models/words.py",
    "tracker/laws/policy.py",
    "tracker/demo",
    "tracker/acts/people/appointing.py",
    "tracker/commands.py",
)
ALSO = {"models/people.py": {"HEAD"}}


def test_roles_are_named_in_few_places() -> None:
    wrong = []
    for path in PRODUCT:
        named = {
            node.attr
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role"
        }
        strangers = (named & set(Role.__members__)) - ALSO.get(name(path), set())
        if strangers and not within(path, *NAME_ROLES):
            wrong.append(f"{name(path)}: {', '.join(sorted(strangers))}")
    assert not wrong, wrong


def test_no_default_for_a_secret_and_nothing_swallowed() -> None:
    for path in PRODUCT:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler) and not within(path, "models/engines.py"):
                caught = ast.unparse(node.type) if node.type else "everything"
                assert caught not in ("Exception", "BaseException", "everything"), (
                    f"{name(path)}:{node.lineno} catches {caught}"
                )


def test_no_test_is_content_with_any_exception() -> None:
    for path in TESTS:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("raises"):
                said = " ".join(ast.unparse(argument) for argument in node.args)
                assert not re.search(r"\b(Exception|BaseException)\b", said), (
                    f"{name(path)}:{node.lineno} raises({said})"
                )


# Who may what: asked by the guard, the act and the page


@pytest.fixture
def house(settings: Settings) -> Iterator[Any]:
    with time_machine.travel(AT, tick=False):
        app = create_app(settings)
        with connection():
            yield app
    db.close_all()


def test_the_guard_asks_before_the_view(house: Any) -> None:
    nobody, outsider = browse(house), browse(house, makers.acting(Role.EMPLOYEE))
    for path in ("/brister", "/personer", "/logg", "/uppfoljning", "/brister/export", "/enheter/ny"):
        assert nobody.client.get(path).headers["Location"].startswith("/logga-in"), path
        assert outsider.client.get(path).status_code == 403, path


def test_nobody_reaches_beyond_their_own(house: Any) -> None:
    mine, theirs = makers.premises("Min skola"), makers.premises("Deras skola")
    warden = makers.acting(Role.WARDEN, on=mine)
    found = {place.name: makers.deficiency(place) for place in (mine, theirs)}
    browser = browse(house, warden)
    for path in ("/lokaler", "/brister", f"/lokaler?{SEARCH}=skola"):
        text = browser.client.get(path).text
        assert "Min skola" in text and "Deras skola" not in text, path
    assert browser.client.get(f"/brister/{found['Min skola'].uid.hex}").status_code == 200
    for path in (f"/lokaler/{theirs.uid.hex}", f"/brister/{found['Deras skola'].uid.hex}"):
        assert browser.client.get(path).status_code == 404, path
    values = {"done_how": "Klart", "version": "1", "csrf_token": browser.token()}
    for place, status in (("Min skola", 303), ("Deras skola", 404)):
        answer = browser.client.post(f"/brister/{found[place].uid.hex}/steg/finish", data=values, headers=OURS)
        assert answer.status_code == status, place


def test_what_one_exports_is_what_one_sees(house: Any) -> None:
    mine, theirs = makers.premises("Min skola"), makers.premises("Deras skola")
    manager = makers.acting(Role.MANAGER, on=mine)
    text = browse(house, manager).client.get("/lokaler/export").text
    assert mine.name in text and theirs.name not in text


def test_nothing_is_made_beyond_ones_own(house: Any) -> None:
    mine, theirs = makers.premises(), makers.premises()
    manager = makers.acting(Role.MANAGER, on=mine)
    assert makers.deficiency(mine, by=manager).premises_id == mine.id
    before = (Deficiency.select().count(), ledger.count_of_entries())
    with pytest.raises(Refused, match="outside what you are responsible for"):
        makers.deficiency(theirs, by=manager)
    assert (Deficiency.select().count(), ledger.count_of_entries()) == before


def test_whoever_did_the_work_does_not_verify_it(house: Any) -> None:
    place = makers.premises()
    one, other = (makers.acting(Role.WARDEN, on=place) for _ in range(2))
    found = makers.moved(makers.deficiency(place), "finish", one, done_how="Klart")
    offered = [dict(records.steps(who, found, TODAY)) for who in (one, other)]
    assert "verify" not in offered[0] and "verify" in offered[1]
    with pytest.raises(Refused, match="cannot verify it"):
        makers.moved(found, "verify", one)
    assert makers.moved(found, "verify", other).verified_by_id == other.id


def test_a_round_that_is_sent_twice_is_signed_once(house: Any) -> None:
    walk = makers.planned_round()
    warden = makers.acting(Role.WARDEN, on=walk.premises)
    given, submission = makers.answers(walk, warden, deficient=[1]), uuid.uuid4()

    def send(name: uuid.UUID) -> Any:
        return rounds.submit(warden, walk.uid.hex, name, given, None, AT, AT)

    send(submission)
    after = (ledger.count_of_entries(), Deficiency.select().count(), Round.get_by_id(walk.id).version)
    assert send(submission).id == walk.id
    with pytest.raises(rounds.AlreadyWalked):
        send(uuid.uuid4())
    assert (ledger.count_of_entries(), Deficiency.select().count(), Round.get_by_id(walk.id).version) == after


def test_what_is_taken_is_said_beside_its_field(house: Any) -> None:
    makers.unit(code="UF-1")
    with pytest.raises(Invalid) as error:
        makers.unit(code="UF-1")
    assert [problem.field for problem in error.value.problems] == ["code"]


# A number is the count of a selection that its link opens


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A municipality with something in most selections: late, missed, signed, acute, done."""
    engine = request.getfixturevalue(f"{request.param}_engine")
    environ = {"VARNA_ENV": "test", "VARNA_DATA": str(tmp_path_factory.mktemp("data")), "DATABASE_URL": engine.fresh()}
    with time_machine.travel(AT, tick=False):
        app = create_app(read(environ | {secret: new_secret() for secret in SECRETS}))
        with connection():
            _fill()
            yield app
    db.close_all()
    engine.discard(environ["DATABASE_URL"])


def _fill() -> None:
    installing.install(OFFICE, AT - 300 * DAY)
    unit = makers.unit()
    for number in range(3):
        place = makers.premises(unit=unit)
        warden = makers.acting(Role.WARDEN, on=place)
        earlier = AT - 150 * DAY
        made = makers.plan(place, at=earlier)
        walks = list(Round.select().where(Round.plan == made).order_by(Round.due_on))
        for walk in walks[number:2]:
            makers.signed(walk, warden, at=AT.combine(walk.closes_on, AT.timetz()), deficient=[1])
        makers.deficiency(place, responsible=warden.id, severity=list(Severity)[number], due_on=TODAY - 3 * DAY)
    makers.measure(unit, due_on=TODAY - DAY)
    makers.moved(makers.deficiency(place), "finish", warden, done_how="Klart")
    makers.document()


class Seen:
    """The page value behind what a browser just fetched."""

    def __init__(self, app: Any, actor: Any) -> None:
        self.browser: Browser = browse(app, actor)
        self._pages: list[Any] = []
        template_rendered.connect(self._keep, app)

    def _keep(self, sender: Any, template: Any, context: dict[str, Any], **more: Any) -> None:
        self._pages.append(context["page"])

    def get(self, path: str) -> Any:
        self.browser.get(path)
        return self._pages[-1]

    def count(self, path: str) -> int:
        """How many rows a list has, over all its pages; its own count agrees."""
        first = drawn = self.get(path)
        assert isinstance(drawn, ListPage), path
        rows = len(drawn.table.rows)
        while drawn.more:
            drawn = self.get(drawn.more)
            rows += len(drawn.table.rows)
        assert int(re.match(r"\d+", first.count).group()) == rows, (path, first.count)  # type: ignore[union-attr]
        return rows


SEE_THE_PROGRAMME = [Role.CHIEF, Role.SECURITY, Role.BOARD, Role.SECRETARY, Role.AUDITOR, Role.INFOSEC]


@pytest.mark.parametrize("role", SEE_THE_PROGRAMME)
def test_a_claims_number_is_the_count_of_the_rows_it_opens(town: Any, role: Role) -> None:
    seen = Seen(town, makers.acting(role))
    page = seen.get("/uppfoljning")
    assert isinstance(page, FollowUpPage)
    points = [point for area in page.areas for point in area.points]
    checked = [claim for point in points for claim in _checked(seen, point)]
    assert len(checked) > 5 and len({_number(figure) for figure in checked}) > 2


def _checked(seen: Seen, point: Point) -> Iterator[str]:
    """Opens what every figure of a point leads to. A share has no link of its own: the counts it is made of do."""
    for claim in (*point.claims, *point.performance):
        shown = claim.rows or (Link(claim.figure, claim.href),)
        assert claim.who_can or all(link.href for link in shown), claim
        for link in shown:
            if link.href:
                assert seen.count(link.href) == _number(link.label), (claim.label, link)
                yield link.label
        if claim.rows:
            count, of, rest = (_number(link.label) for link in claim.rows)
            assert not of or (_number(claim.figure), rest) == (count * 100 // of, of - count), claim


def _number(figure: str) -> int:
    """What a figure says; no number is none."""
    found = re.match(r"[\d\xa0]+", figure)
    return int(found.group().replace("\xa0", "")) if found else 0


@pytest.mark.parametrize("role", [Role.CHIEF, Role.SECURITY, Role.MANAGER, Role.WARDEN, Role.CARETAKER, Role.HEAD])
def test_a_tiles_number_is_the_count_of_the_rows_it_opens(town: Any, role: Role) -> None:
    seen = Seen(town, _somebody(role))
    page = seen.get("/")
    assert isinstance(page, HomePage)
    assert page.tiles or role is Role.CARETAKER
    for tile in page.tiles:
        assert seen.count(tile.href) == int(tile.figure) > 0, tile
    for point in page.points:
        list(_checked(seen, point))


def _somebody(role: Role) -> Any:
    """With this role, where something waits for them."""
    waiting = Deficiency.select(Deficiency.premises).where(Deficiency.state.in_(UNVERIFIED))
    place = Premises.select().where(Premises.id.in_(waiting)).order_by(Premises.id).first()
    return makers.acting(role, on=place, heads=Unit.get_by_id(place.unit_id))


@pytest.mark.parametrize("slug", sorted(DECLARED))
def test_every_selection_counts_what_it_lists(town: Any, slug: str) -> None:
    seen = Seen(town, makers.acting(Role.CHIEF))
    for selection in (*DECLARED[slug].declared.selections, "alla"):
        seen.count(f"/{slug}?urval={selection}")


# One schema


def schema(url: str) -> dict[str, Any]:
    """Tables with columns, types, nullability, keys and indexes, as the engine itself tells."""
    connect_to(url)
    with connection():
        told = _sqlite_schema() if url.startswith("sqlite") else _postgresql_schema()
    db.close_all()
    assert len(told) > 100
    return told


def _rows(sql: str) -> list[Any]:
    cursor = db.connection().cursor()
    cursor.execute(sql)
    return list(cursor.fetchall())


def _sqlite_schema() -> dict[str, Any]:
    found = {}
    tables = [
        t
        for (t,) in _rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not t.startswith(("sqlite_", "schema_migration"))
    ]
    for table in tables:
        for kind, name, sql in _rows(
            f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name = '{table}' AND type != 'trigger'"
        ):
            found["created", table, name] = _columns(sql) if kind == "table" else sql
        for column in _rows(f"PRAGMA table_xinfo('{table}')"):
            found["column", table, column[1]] = column[2:]
        found["links", table] = sorted(row[2:] for row in _rows(f"PRAGMA foreign_key_list('{table}')"))
    return found


def _columns(created: str) -> list[str]:
    """What CREATE TABLE says of each column, in whatever order they came; where they lead is told apart."""
    parts = re.split(r', (?=["F])', created.partition("(")[2].removesuffix(")"))
    return sorted(part.partition(" REFERENCES ")[0] for part in parts if not part.startswith("FOREIGN KEY"))


def _postgresql_schema() -> dict[str, Any]:
    columns = _rows(
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity "
        "FROM information_schema.columns WHERE table_schema = 'public'"
    )
    indexes = _rows("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
    constraints = _rows(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace"
    )
    rows = [
        *(("column", *row) for row in columns),
        *(("index", *row) for row in indexes),
        *(("must", *row) for row in constraints),
    ]
    return {row[:3]: row[3:] for row in rows if row[1] != "schema_migration"}


def test_migrations_make_the_tables_that_the_models_say(engine: Any) -> None:
    migrated, made = engine.fresh(), engine.empty()
    connect_to(made)
    with connection(), db.migrating():
        db.create_tables(TABLES)
    db.close_all()
    one, other = schema(migrated), schema(made)
    different = sorted(
        str((place, one.get(place), other.get(place)))
        for place in one.keys() | other.keys()
        if one.get(place) != other.get(place)
    )
    assert not different, "\n".join(different)
    connect_to(migrated)
    with connection():
        difference = diff_models(db.obj, list(TABLES))
        assert not difference, difference
    db.close_all()
    engine.discard(migrated), engine.discard(made)
