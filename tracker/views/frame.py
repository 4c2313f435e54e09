"""What stands around every page: the menu of what this person may open, and who they are."""

from collections.abc import Iterator
from typing import Any

from flask import Flask, g, get_flashed_messages, request, url_for

from models.record import DECLARED, Record
from models.words import N_, Act, Register
from tracker import language
from tracker.laws import policy
from tracker.pages import Frame, Link, MenuGroup, Vault
from tracker.views import unlocked
from tracker.views.answer import say

MENU: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Fire safety (SBA)"), ("ronder", "brister", "lokaler", "styrdokument", "checklistor", "tidsgranser")),
    (
        N_("Guarding"),
        (
            "bevakningsavtal",
            "bevakningsobjekt",
            "behovsprovningar",
            "avvikelser",
            "stickprov",
            "avtalsmoten",
            "oversyner",
            "nyttjandeprocesser",
            "bevakningsmal",
            "insatsklasser",
            "oversynskriterier",
        ),
    ),
    (
        N_("Against irregularities"),
        (
            "forankringar",
            "riktlinjer",
            "riktlinjeoversyner",
            "riskprocesser",
            "kvittenser",
            "forankringsaktiviteter",
            "bisyssleomgangar",
            "javsprov",
            "oanmalda-kontroller",
            "revisionsanmarkningar",
            "visselblasarkanal",
            "visselblasning-per-ar",
            "forankringsmal",
        ),
    ),
    (
        N_("Incidents and exercises"),
        (
            "incidenter",
            "klockor",
            "efteranalyser",
            "ovningar",
            "ovningsplaner",
            "incidentplaner",
            "tekniska-tester",
            "incidentutbildningar",
            "ledningens-genomgangar",
            "ovningsobservationer",
            "klockregler",
            "incidenttrosklar",
            "ovningsmal",
        ),
    ),
    (
        N_("Protective security"),
        (
            "skyddsatgarder",
            "analyser",
            "sakerhetsuppdrag",
            "sakerhetskontroller",
            "sakerhetsskyddsplaner",
            "analysprocesser",
            "utsedda",
            "sakerhetsskyddsutbildning",
            "styrelserapporter",
            "tillsynsanmalningar",
            "godkannanden",
            "rapporter",
        ),
    ),
    (N_("In common"), ("atgarder",)),
    (N_("Organisation"), ("enheter", "personer")),
)
"""Which lists the menu shows, and under what."""

BEFORE = {
    N_("Guarding"): (N_("Use of guarding"), "usage.show"),
    N_("Against irregularities"): (N_("Anchoring index"), "anchoring_index.show"),
}
"""The view of its own that a register's lists begin with."""


SEEN_WHOLE = 12
"""Links of a menu that need no folding: they are on the screen beside the buttons beneath."""


def surround(app: Flask) -> None:
    """Gives every page its frame."""
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    actor = g.get("actor")
    return {"frame": Frame(
        municipality=g.municipality,
        locale=g.locale,
        language=_other_language(),
        home=url_for("home.show"),
        person=actor.name if actor else "",
        person_uid=actor.uid if actor else "",
        roles=language.listed(sorted(actor.roles), g.locale) if actor else "",
        menu=_menu() if actor and not g.get("confined") else (),
        account=url_for("account.show") if actor else "",
        sign_out=url_for("signing_in.sign_out") if actor else "",
        footer=(
            Link(say("What Värna does not do"), url_for("texts.limits")),
            Link(say("What is promised"), url_for("texts.security")),
            Link(say("Accessibility"), url_for("texts.accessibility")),
        ),
        notice=say("Demonstration with invented data. Its secrets lie beside the database.") if g.demo else "",
        vault=_vault() if actor else None,
        flashes=tuple(get_flashed_messages(with_categories=True)),
    )}  # fmt: skip


def _vault() -> Vault | None:
    """Told on every page while it is open."""
    until = unlocked.until()
    return Vault(until.isoformat(timespec="seconds"), language.clock(until), url_for("vault.lock")) if until else None


def _other_language() -> Link:
    code, label = ("en", "In English") if g.locale == "sv" else ("sv", "På svenska")
    return Link(label, url_for("account.language", code=code, next=_here()))


def _here() -> str:
    """Where the reader comes back to after changing language."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def _menu() -> tuple[MenuGroup, ...]:
    """Short enough to be seen whole, all of it is open; else only where the reader is."""
    groups = [(title, links) for title, links in _groups() if links]
    whole = sum(len(links) for _, links in groups) <= SEEN_WHOLE
    return tuple(
        MenuGroup(title, links, open=whole or not title or any(link.active for link in links))
        for title, links in groups
    )


def _groups() -> Iterator[tuple[str, tuple[Link, ...]]]:
    yield "", tuple(_top())
    for title, slugs in MENU:
        links = tuple(_list(DECLARED[slug]) for slug in slugs if _sees(DECLARED[slug].declared.register))
        if links and title in BEFORE:
            label, endpoint = BEFORE[title]
            links = (Link(say(label), url_for(endpoint), active=request.path == url_for(endpoint)), *links)
        yield say(title), links
    yield say("Control"), tuple(_control())
    yield say("Sealed"), tuple(_sealed())


def _top() -> list[Link]:
    top = [Link(say("Today"), url_for("home.show"), active=request.path == "/")]
    if _sees(Register.PROGRAMME):
        top.append(Link(say("Follow-up"), url_for("follow_up.show"), active=request.path == "/uppfoljning"))
    if policy.may(g.actor, Register.INCIDENTS, Act.REPORT):
        to = url_for("incidents.write")
        top.append(Link(say("Report an incident"), to, active=request.path == to))
    return top


def _sealed() -> list[Link]:
    links = []
    if policy.may(g.actor, Register.PROTECTIVE_SECURITY, Act.DEPOSIT):
        here = request.path == "/rapportera"
        links.append(Link(say("Report to the säkerhetsskyddschef"), url_for("deposits.write"), active=here))
    if policy.may(g.actor, Register.PROTECTIVE_SECURITY, Act.OPEN):
        links.append(Link(say("The vault"), url_for("vault.show"), active=request.path.startswith("/valv")))
    return links


def _control() -> list[Link]:
    links = []
    if _sees(Register.LEDGER):
        links.append(Link(say("Event log"), url_for("ledger.show"), active=request.path == "/logg"))
    for what, register in (
        ("enheter", Register.ORGANISATION),
        ("personer", Register.PEOPLE),
        ("lokaler", Register.FIRE_SAFETY),
    ):
        if policy.may(g.actor, register, Act.IMPORT):
            links.append(
                Link(say("Read in from a file"), f"/inlasning/{what}", active=request.path.startswith("/inlasning"))
            )
            break
    return links


def _list(record_type: type[Record]) -> Link:
    declared = record_type.declared
    address = f"/{declared.slug}"
    label = language.count(declared.one, declared.many, 2, g.locale)
    return Link(label, address, active=request.path.startswith(address))


def _sees(register: Register) -> bool:
    return policy.may(g.actor, register, Act.SEE)
