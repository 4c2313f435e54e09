"""The first screen: what needs me today?"""

from collections.abc import Iterable
from dataclasses import replace

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from models.common import Remedy
from models.fire_safety import Deficiency
from models.integrity import Anchoring
from models.measures import Measure
from models.words import N_, Act, Message, Register
from tracker.acts import follow_up, today
from tracker.acts.today import Waiting
from tracker.laws import policy
from tracker.pages import HomePage, Link, Point, Section, Tile
from tracker.spine.list_page import SELECTION, table, to_list
from tracker.spine.lists import COUNTED_TO
from tracker.spine.reading import Reading, address
from tracker.views import orders, own, vault
from tracker.views.answer import page, say
from tracker.views.follow_up import point
from tracker.views.guard import needs
from tracker.views.registers import reading

bp = Blueprint("home", __name__)


@bp.get("/")
@needs(Act.ENTER)
def show() -> Response:
    look = reading()
    ordered = orders.section()
    if not ordered and not list(today.needs_of(g.actor)) and policy.may(g.actor, Register.PROGRAMME, Act.SEE):
        return redirect(url_for("follow_up.show"))
    found = list(today.waiting(look))
    if rows := [row for one in found for row in one.rows]:
        look.fetch_marks({row._meta.table_name for row in rows}, [row.uid for row in rows])
    notices = (*_notices(look), *vault.notices())
    return page(
        HomePage(
            title=say("Today"),
            lead=say("%(name)s, %(day)s.", name=g.actor.name, day=look.today),
            tiles=tuple(_tile(one) for one in found),
            primary=_primary(look, found),
            sections=(*filter(None, [ordered]), *(_section(look, one) for one in found)),
            points=_points(look),
            notices=notices,
            clear="" if found or notices or ordered else _clear(),
        )
    )


@own.tells(Deficiency)
@own.tells(Measure)
def sent_back(row: Remedy, look: Reading) -> Iterable[Message]:
    """Why it is to be done again, before anything else."""
    if row.is_sent_back:
        why = look.shown(row, "returned_because")
        yield Message("Sent back: %(why)s", why=why.masked or why.text)


def _notices(look: Reading) -> tuple[str, ...]:
    if not today.has_no_premises(g.actor, look.today):
        return ()
    who = today.who_gives_premises(look.today)
    return (
        say("No premises are yours yet, so nothing can be shown here. Ask %(who)s for those you answer for.", who=who),
    )


def _clear() -> str:
    if not list(today.needs_of(g.actor)):
        return say("Your roles have no daily work in Värna. What you can open is in the menu.")
    return say("Nothing needs you today.")


def _tile(one: Waiting) -> Tile:
    figure = str(one.count) if one.count <= COUNTED_TO else f"{COUNTED_TO}+"
    tone = "no" if one.need.selection in ("acute_late", "missed") else ""
    return Tile(figure, say(one.need.label), _rows(one), tone)


def _rows(one: Waiting) -> str:
    """The list that shows just these rows; "" when it would show more."""
    if not one.listed:
        return ""
    return to_list(one.record_type, **{SELECTION: one.need.selection, "ordning": one.need.order})


def _section(look: Reading, one: Waiting) -> Section:
    more = Link(say("Show all"), _rows(one)) if one.listed and one.count > len(one.rows) else None
    return Section(say(one.need.label), table(look, one.record_type, one.rows, only=one.need.columns), more)


def _primary(look: Reading, found: list[Waiting]) -> Link | None:
    """The one button: of a unit's head the sign-off; of whoever walks themselves the first round, late ones first."""
    if found and found[0].record_type is Anchoring:
        return _first(look, found[0], "unit", "kvittera", N_("Read and sign: %(what)s"))
    if not list(today.needs_of(g.actor)):
        return Link(say("Report an incident"), url_for("incidents.write"), primary=True)
    walk = next((one for one in found if one.need.act is Act.WALK), None)
    if walk is None or policy.Scope.EVERYWHERE in policy.scopes(g.actor, Register.FIRE_SAFETY, Act.WALK):
        return None
    return _first(look, walk, "premises", "ga", N_("Walk the round: %(what)s"))


def _first(look: Reading, one: Waiting, name: str, path: str, label: str) -> Link:
    """The way to what is done with the first that waits, called by its field `name`."""
    first = one.rows[0]
    look.prepare([first], [name])
    return Link(say(label, what=look.shown(first, name).text), f"{address(first)}/{path}", primary=True)


def _points(look: Reading) -> tuple[Point, ...]:
    if not policy.may(g.actor, Register.PROGRAMME, Act.SEE):
        return ()
    programme = follow_up.running(look.today)
    if programme is None:
        return ()
    verdicts = follow_up.followed_up(programme, look.today).verdicts
    return tuple(_in_short(point(verdict)) for verdict in verdicts if verdict.level is not follow_up.Level.LATER)


def _in_short(whole: Point) -> Point:
    """The verdict and its reason; how we know stands on the follow-up's own page."""
    there = Link(say("How do we know?"), f"{url_for('follow_up.show')}#{whole.code}")
    return replace(whole, claims=(), performance=(), rule="", more=there)
