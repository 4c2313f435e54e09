"""Is guarding used well? What it cost, what came of it, and what to look into, of one contract or of everything."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from models.guarding import Contract, GuardedSite, Service
from models.kinds import FEWEST
from models.measures import Mark, Measure
from models.words import N_, Act, Message, Register
from tracker import language, pages
from tracker.acts import usage
from tracker.acts.usage import Period, Suggestion, Use
from tracker.laws import policy
from tracker.spine import records
from tracker.spine.list_page import SELECTION, to_list
from tracker.spine.reach import NOTHING, reads_secret
from tracker.spine.reading import Reading, address
from tracker.views import own
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.registers import reading
from tracker.views.usage_figures import charts, classes, dearest, tiles

bp = Blueprint("usage", __name__)
PERIOD, ONLY = "period", "forslag"
FIRST, ALL = 5, 200


@bp.get("/bevakning/nyttjande")
@needs(Act.SEE, Register.GUARDING)
def show() -> Response:
    return page(_page(None))


@bp.get("/bevakningsavtal/<uid>/nyttjande")
@needs(Act.SEE, Register.GUARDING)
def show_contract(uid: str) -> Response:
    return page(_page(records.find(g.actor, Contract, uid, Act.SEE, g.at)))


@bp.post("/bevakning/nyttjande/atgard")
@needs(Act.REPORT, Register.MEASURES)
def make() -> Response:
    """One click: a measure with a neutral title, for whoever pays; or the one that is there."""
    measure, new = usage.make_measure(g.actor, request.form.get("site", ""), _title, g.at)
    said(N_("A measure is made. Say who is responsible.") if new else N_("There is an open measure for it already."))
    return redirect(address(measure), 303)


def _title(site: GuardedSite) -> str:
    """Neutral, and in the municipality's language whoever presses: the list is read by many."""
    return language.say(Message("Review the guarding: %(site)s", site=site.name), "sv")


def _page(contract: Any) -> pages.UsagePage:
    look = reading()
    offered = usage.periods(look.today, contract)
    period = next((each for each in offered if each.name == request.args.get(PERIOD)), offered[0])
    use = Use(g.actor, period, g.at, contract)
    only = next((each for each in usage.SUGGESTIONS if each.name == request.args.get(ONLY)), None)
    months = language.span(period.first, period.last, g.locale)
    lead = say("Figures that hold, %(span)s. What to look into is as of %(day)s.", span=months, day=look.today)
    title = say("Use of guarding: %(supplier)s", supplier=contract.supplier) if contract else say("Use of guarding")
    head = {
        "title": title,
        "lead": lead if _everywhere() else f"{lead} {say('Of the sites that are your units’.')}",
        "crumbs": (pages.Link(contract.supplier, address(contract)),) if contract else (),
    }
    if only:
        back = pages.Link(say("Show all figures"), _here(contract, period.name))
        return pages.UsagePage(**head, actions=(back,), suggestions=(_suggestion(look, use, only, ALL),))
    return pages.UsagePage(
        **head,
        actions=tuple(_contracts(contract)),
        periods=tuple(pages.Link(_name(each), _here(contract, each.name), active=each is period) for each in offered),
        tiles=tuple(tiles(use, prices=_reads_prices(look, contract))),
        suggestions=tuple(_suggestion(look, use, each, FIRST) for each in usage.SUGGESTIONS),
        charts=tuple(charts(use)),
        classes=classes(use)
        if reads_secret(g.actor, GuardedSite, look.today) is not NOTHING
        else pages.Table("", (), ()),
        sites=dearest(look, use),
        more=pages.Link(say("Show all sites"), to_list(GuardedSite, **{SELECTION: "current"}, **_of(contract))),
    )


def _reads_prices(look: Reading, contract: Any) -> bool:
    """Whether what one task costs may be told: it is the unit price, which a decision may keep secret for a time."""
    if reads_secret(g.actor, Service, look.today) is not NOTHING:
        return True
    kept = Mark.select().where((Mark.about_type == Service._meta.table_name) & (Mark.field == "unit_price"))
    mine = Service.select(Service.uid).where(Service.contract == contract) if contract else Service.select(Service.uid)
    return not kept.where(Mark.about_uid.in_(mine) & Mark.lifted_on.is_null() & (Mark.until >= look.today)).exists()


def _everywhere() -> bool:
    return policy.Scope.EVERYWHERE in policy.scopes(g.actor, Register.GUARDING, Act.SEE)


def _here(contract: Any, period: str = "", **more: str) -> str:
    asked = {PERIOD: period, **more} if period else more
    return url_for("usage.show_contract", uid=contract.uid.hex, **asked) if contract else url_for("usage.show", **asked)


def _name(period: Period) -> str:
    names = {"12": say("Last 12 months"), "alla": say("The whole time")}
    return names.get(period.name, period.name)


def _contracts(contract: Any) -> Iterator[pages.Link]:
    if contract:
        yield pages.Link(say("All of guarding"), url_for("usage.show"))
        return
    current = Contract.declared.selections["current"].where(Contract, language.today(g.at))
    for each in Contract.select().where(current).order_by(Contract.supplier_key).limit(6):
        yield pages.Link(each.supplier, _here(each))


def _of(contract: Any) -> dict[str, str]:
    return {"contract": contract.uid.hex} if contract else {}


def _suggestion(look: Reading, use: Use, suggestion: Suggestion, most: int) -> pages.Suggestion:
    """A suggestion whose number opens its rows; of what is secret only to those who read it in the sites themselves."""
    number, cost = use.counted(suggestion)
    mine = reads_secret(g.actor, GuardedSite, look.today) if suggestion.secret else None
    hidden = mine is NOTHING
    rows = [] if hidden or not number else _rows(look, use, suggestion, mine, most)
    opens = "" if hidden or not number else _opens(use, suggestion)
    few = hidden and 0 < number < FEWEST
    told = say("fewer than %(fewest)s", fewest=FEWEST) if few else str(number)
    note = say("%(cost)s kronor per year together", cost=cost) if number and not hidden else ""  # a sum tells which
    tile = pages.Tile(told, say(suggestion.label), opens, "part" if number else "ok", note)
    more = pages.Link(say("Show all"), opens) if len(rows) < number and rows and most < ALL else None
    return pages.Suggestion(suggestion.name, tile, tuple(rows), more, _masked() if hidden and number else None)


def _opens(use: Use, suggestion: Suggestion) -> str:
    if suggestion.secret:
        return _here(use.contract, forslag=suggestion.name)
    return to_list(GuardedSite, **{SELECTION: suggestion.name}, **_of(use.contract))


def _masked() -> pages.Shown:
    return pages.Shown(masked=say("masked, %(ground)s", ground="OSL 18:8"))


def _rows(look: Reading, use: Use, suggestion: Suggestion, mine: Any, most: int) -> list[pages.SuggestedSite]:
    """The dearest first."""
    dearest_first = (GuardedSite.yearly_cost.is_null(), GuardedSite.yearly_cost.desc(), GuardedSite.name_key)
    sites = list(use.suggested(suggestion, mine).order_by(*dearest_first).limit(most))
    look.prepare(sites, ("name",))
    open_ones, may = usage.measures_of(sites), records.may_add(g.actor, Measure)
    made = []
    for site in sites:
        there = open_ones.get(site.uid)
        form = pages.Form(url_for("usage.make"), say("Make it a measure"), hidden=(("site", site.uid.hex),))
        made.append(
            pages.SuggestedSite(
                pages.Link(look.shown(site, "name").text, address(site)),
                say("%(cost)s kronor per year", cost=site.yearly_cost) if site.yearly_cost else "",
                form if may and there is None else None,
                pages.Link(say("There is a measure"), address(there)) if there and look.may_see(Measure) else None,
            )
        )
    return made


own.leads(Contract, "Use of guarding", "nyttjande", Act.SEE)
