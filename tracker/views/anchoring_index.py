"""How far the guidelines have landed: units beside what is asked of them, the index, and whose sign-off is awaited."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from flask import Blueprint, g
from werkzeug.wrappers import Response

from models.common import Unit, UnitKind
from models.integrity import NO_CASE, Anchoring, Guideline, RiskProcess, SideJobRound, Standing
from models.record import Record
from models.words import N_, Act, Register
from tracker import language
from tracker.acts import anchoring, landing
from tracker.acts.landing import Landed
from tracker.laws import policy
from tracker.pages import Column, Group, Link, MatrixPage, Row, Shown, Tile
from tracker.spine.list_page import SELECTION, to_list
from tracker.spine.reach import EVERYTHING, reach
from tracker.spine.reading import address
from tracker.views.anchoring import to_send
from tracker.views.answer import page, say
from tracker.views.guard import needs
from tracker.views.registers import reading

bp = Blueprint("anchoring_index", __name__)

GROUPS = {UnitKind.ADMINISTRATION: N_("Administrations"), UnitKind.COMPANY: N_("Municipal companies")}
COLUMNS = (
    ("unit", N_("Unit"), False),
    ("index", N_("Index"), True),
    ("standing", N_("Standing"), False),
    ("plan", N_("Plan"), False),
    ("signed", N_("Signed by the head"), False),
    ("trained", N_("Trained"), False),
    ("processes", N_("Risk processes this year"), True),
    ("tested", N_("Of them control tested"), False),
    ("side_jobs", N_("Side jobs this year, answered"), False),
    ("sample", N_("Sample on jäv this year"), False),
)
TILES: tuple[tuple[str, str, str, Callable[[Landed], bool]], ...] = (
    ("anchored", N_("anchored"), "ok", lambda place: place.standing is Standing.ANCHORED),
    ("superseded", N_("lapsed: a new version is in force"), "no", lambda place: place.standing is Standing.SUPERSEDED),
    ("aged", N_("lapsed: too long ago"), "no", lambda place: place.standing is Standing.AGED),
    ("without_plan", N_("without a plan"), "none", lambda place: place.planned_on is None),
)


@bp.get("/forankring")
@needs(Act.SEE, Register.INTEGRITY)
def show() -> Response:
    look = reading()
    within = reach(g.actor, Anchoring, Act.SEE, look.today)
    taking_part = Anchoring.declared.selections["taking_part"].where(Anchoring, look.today)
    rows = Anchoring.select(Anchoring, Unit).join(Unit).where(within & taking_part).order_by(Unit.kind, Unit.name_key)
    places = landing.places(rows, look.today)
    guideline = anchoring.in_force(look.today)
    awaited = [place.anchoring for place in places if not place.holds] if guideline and _sends() else []
    return page(
        MatrixPage(
            title=say("Anchoring index"),
            lead=say("How far each unit has come with the version in force. As of %(day)s.", day=look.today),
            actions=(Link(say("Targets of the anchoring"), "/forankringsmal"),),
            notices=(_in_force(guideline),),
            tiles=tuple(_tiles(places, within is EVERYTHING)),
            caption=say("Units and what is asked of them"),
            columns=tuple(Column(name, say(label), numeric=numeric) for name, label, numeric in COLUMNS),
            groups=tuple(_groups(places)),
            whole=_whole(places, within is EVERYTHING) if places else None,
            paragraphs=tuple(_told()),
            awaited=say("Copy each link and send it: it opens the page whose one button signs.") if awaited else "",
            copied=tuple(to_send(awaited, look)),
        )
    )


def _sends() -> bool:
    return policy.may(g.actor, Register.INTEGRITY, Act.DECIDE)


def _in_force(guideline: Guideline | None) -> str:
    if guideline is None:
        return say("No version is in force: nothing can be anchored.")
    return say("In force: %(name)s, from %(day)s.", name=guideline.name, day=guideline.valid_from)


def _told() -> Iterator[str]:
    yield say(
        "A unit's index is half the head's sign-off on the version in force and half the training against its target. "
        "It falls to 0 when a new version comes into force, or when it was too long ago."
    )
    yield say(NO_CASE)


def _tiles(places: Sequence[Landed], everywhere: bool) -> Iterator[Tile]:
    number = landing.whole(places)
    if number is None:
        return
    label = say("the index of the whole, of 100") if everywhere else say("the index of your units, of 100")
    yield Tile(str(number), label, note=say("The mean of the units' indexes."))
    for selection, text, tone, holds in TILES:
        count = sum(map(holds, places))
        yield Tile(str(count), say(text), _list(selection) if count else "", tone if count else "")


def _groups(places: Iterable[Landed]) -> Iterator[Group]:
    for kind, found in groupby(places, key=lambda place: place.anchoring.unit.kind):
        yield Group(say(GROUPS[kind]), tuple(map(_row, found)))


def _row(place: Landed) -> Row:
    row, done = place.anchoring, place.controls
    return Row(
        address(row),
        (
            Shown(row.unit.name, lang="sv"),
            Shown(str(place.index), numeric=True),
            Shown(say(place.standing), tone=place.standing.tone),
            _day(place.planned_on, row),
            _signed(place),
            _trained(place),
            _count(done.processes, "this_year", row.unit),
            _count(done.tested, "tested_this_year", row.unit, done.processes),
            _answered(done.side_jobs),
            _day(done.sample and done.sample.checked_on, done.sample),
        ),
    )


def _missing() -> Shown:
    return Shown(say("missing"), tone="no")


def _day(told: object, row: Record | None) -> Shown:
    """That something is done, by its day or in its words, as a way to its row."""
    return Shown(language.word(told, g.locale), href=address(row), tone="ok") if told and row else _missing()


def _signed(place: Landed) -> Shown:
    if place.signed is None:
        return _missing()
    day = language.word(place.signed.signed_on, g.locale)
    return Shown(day if place.holds else say("%(day)s, too old", day=day), address(place.signed),
                 "ok" if place.holds else "no")  # fmt: skip


def _answered(done: SideJobRound | None) -> Shown:
    return _day(say("%(some)s of %(all)s", some=done.answered, all=done.asked) if done else None, done)


def _trained(place: Landed) -> Shown:
    if place.coverage is None:
        return _missing()
    if not place.counted:
        told = say("%(day)s, too old", day=place.coverage.counted_on)
        return Shown(told, address(place.coverage), "no")
    tone = "ok" if place.reaches else "part" if place.covered else "no"
    below = say("%(share)s %%, target %(target)s %%", share=place.covered, target=place.target)
    told = say("%(share)s %%", share=place.covered) if place.reaches else below
    return Shown(told, address(place.coverage), tone)


def _count(number: int, selection: str, unit: Unit, of: int = 0) -> Shown:
    """A number that opens the rows it counts; `of` are those that it should be."""
    tone = "" if not of else "ok" if number == of else "part" if number else "no"
    href = to_list(RiskProcess, **{SELECTION: selection, "unit": unit.uid.hex}) if number else ""
    return Shown(str(number), href, tone, numeric=not of) if number or of else Shown()


def _whole(places: Sequence[Landed], everywhere: bool) -> Row:
    """How many units are anchored and have each of it; what is a selection of the list opens it."""
    done = [place.controls for place in places]
    return Row(
        "",
        (
            Shown(say("The whole") if everywhere else say("Your units")),
            Shown(str(landing.whole(places)), numeric=True),
            _share(sum(place.standing is Standing.ANCHORED for place in places), places, "anchored"),
            _share(sum(place.planned_on is not None for place in places), places, "with_plan"),
            _share(sum(place.signed is not None for place in places), places, "signed"),
            _share(sum(place.reaches for place in places), places, "covered"),
            Shown(str(sum(each.processes for each in done)), numeric=True),
            Shown(str(sum(each.tested for each in done))),
            _share(sum(each.side_jobs is not None for each in done), places),
            _share(sum(each.sample is not None for each in done), places),
        ),
    )


def _share(number: int, places: Sequence[Landed], selection: str = "") -> Shown:
    told = say("%(some)s of %(all)s", some=number, all=len(places))
    return Shown(told, _list(selection) if number and selection else "")


def _list(selection: str) -> str:
    return to_list(Anchoring, **{SELECTION: selection})
