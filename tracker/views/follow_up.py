"""Kommunstyrelsen's page: is it done, how do we know, and what is missing?"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from flask import Blueprint, g, request, url_for
from werkzeug.wrappers import Response

from models.exercises import ExercisePlan
from models.fire_safety import Round
from models.record import Record
from models.words import N_, Act, Register
from tracker import language, pages
from tracker.acts import follow_up
from tracker.acts.follow_up import Area, Claim, FollowedUp, Level, Verdict, Words
from tracker.laws import policy
from tracker.spine.list_page import SELECTION, to_list
from tracker.spine.reach import EVERYTHING, reach
from tracker.views.answer import page, say
from tracker.views.guard import needs

bp = Blueprint("follow_up", __name__)

ONLY = "bedomning"

TONES = {
    Level.FULFILLED: ("ok", N_("Fulfilled")),
    Level.PARTLY: ("part", N_("Partly")),
    Level.NOT: ("no", N_("Not fulfilled")),
    Level.NO_EVIDENCE: ("none", N_("No evidence")),
    Level.LATER: ("later", N_("The evidence comes with its register")),
}


@bp.get("/uppfoljning")
@needs(Act.SEE, Register.PROGRAMME)
def show() -> Response:
    today = language.today(g.at)
    programme = follow_up.running(today)
    if programme is None:
        return page(pages.FollowUpPage(title=say("Follow-up"), lead=say("No programme runs today.")))
    done = follow_up.followed_up(programme, today)
    only = next((level for level in Level if level.name.lower() == request.args.get(ONLY)), None)
    return page(
        pages.FollowUpPage(
            title=say("Follow-up of internal protection and security"),
            lead=say(
                "%(programme)s. Each verdict is computed from the registers. As of %(day)s.",
                programme=done.name, day=today,
            ),
            actions=(pages.Link(say("Show all points"), url_for("follow_up.show")),) if only else (),
            tiles=tuple(_tiles(done.verdicts, only)),
            areas=tuple(_areas(done, only)),
            charts=() if only else tuple(_charts(today)),
        )
    )  # fmt: skip


def _charts(today: dt.date) -> Iterator[pages.Chart]:
    """The rounds behind 4.3-X3 month by month; nothing before the first."""
    months = Round.by_month(today)
    if not months:
        return
    title, series = say("Rounds month by month"), (("ok", say("In time")), ("no", say("Not in time")))
    amounts = (pages.Column(tone, name, numeric=True) for tone, name in series)
    yield pages.Chart(
        title,
        "columns",
        tuple(pages.Verdict(*each) for each in series),
        tuple(pages.Bar(_month(day, True), tuple(counts), _month(day) == _month(today)) for day, *counts in months),
        pages.Table(
            title,
            (pages.Column("month", say("Month")), *amounts),
            tuple(pages.Row("", (pages.Shown(_month(day)), *map(_number, counts))) for day, *counts in months),
        ),
        say("By the last day on which each round could be walked in time; the last 12 months."),
    )


def _month(day: dt.date, short: bool = False) -> str:
    return language.month(day, g.locale, short)


def _number(number: int) -> pages.Shown:
    return pages.Shown(str(number), numeric=True)


def _areas(done: FollowedUp, only: Level | None) -> list[pages.Area]:
    """Those with something to judge first; of one level, the points that its tile counts and nothing else."""
    if only is None:
        return sorted(map(area, done.areas), key=lambda each: not each.points)
    chosen = (
        replace(each, verdicts=tuple(v for v in each.verdicts if v.level is only), gaps=()) for each in done.areas
    )
    return [area(each) for each in chosen if each.verdicts]


def area(focus: Area) -> pages.Area:
    goal = focus.goal_sv if g.locale == "sv" else focus.goal_en
    points = tuple(point(verdict) for verdict in focus.verdicts if verdict.level is not Level.LATER)
    later = tuple((v.point.code, _own_words(v.point)) for v in focus.verdicts if v.level is Level.LATER)
    unfollowed = tuple((gap.code, _own_words(gap)) for gap in focus.gaps)
    return pages.Area(focus.code, _own_words(focus), goal, g.locale, points, later, unfollowed)


def point(verdict: Verdict) -> pages.Point:
    """A point as it is drawn: its verdict, the claims it rests on, and on a line of its own how it works in fact."""
    tone, label = TONES[verdict.level]
    stored = verdict.point
    return pages.Point(
        code=stored.code,
        title=_own_words(stored),
        lang=g.locale,
        verdict=pages.Verdict(tone, say(label)),
        own=say("The municipality's own point") if stored.own else "",
        claims=tuple(claim(verdict.claims[name]) for name in verdict.shown),
        performance=tuple(claim(verdict.claims[name]) for name in verdict.performance),
        rule=stored.rule_sv,
        why=why(verdict),
        more=_more(verdict),
    )


def _more(verdict: Verdict) -> pages.Link | None:
    """A point's page of its own; of rows that few may open what may be told of them, for those it is told to."""
    registers = {claim.record.declared.register for claim in verdict.claims.values()}
    kept = Register.PROTECTIVE_SECURITY
    if Register.INTEGRITY in registers and policy.may(g.actor, Register.INTEGRITY, Act.SEE):
        return pages.Link(say("Anchoring index"), url_for("anchoring_index.show"))
    if any(claim.record is ExercisePlan for claim in verdict.claims.values()):
        sees = policy.may(g.actor, Register.EXERCISES, Act.SEE)
        return pages.Link(say("Exercises per nämnd"), url_for("exercises.show")) if sees else None
    if kept not in registers or not policy.may(g.actor, kept, Act.OVERSEE):
        return None
    return pages.Link(say("How protective security stands"), url_for("protective_security.show"))


def claim(made: Claim) -> pages.Claim:
    """A claim's figure as a link to exactly the rows it counted, or who can open them: all of them, not only theirs."""
    register = made.record.declared.register
    may = (
        policy.may(g.actor, register, Act.SEE)
        and reach(g.actor, made.record, Act.SEE, language.today(g.at)) is EVERYTHING
    )
    everywhere = (role for role in policy.who_may(register, Act.SEE) if (register, role) not in policy.WITHIN)
    who = ", ".join(sorted(say(role) for role in everywhere))
    few = made.tells_of_few and not may
    return pages.Claim(
        label=made.label if g.locale == "sv" else made.label_en,
        figure=say("too few to be told") if few else _figure(made),
        tone="" if few else "ok" if made.holds else "no",
        href=_rows(made.record, made.selection) if may and made.kind != "share" else "",
        who_can="" if may else say("can be opened by: %(who)s", who=who),
        newest=language.word(made.newest, g.locale),
        target=_target(made),
        rows=_counts(made, may),
    )


def _figure(made: Claim) -> str:
    if made.kind == "share":
        if made.share is None:
            return say("nothing to count yet")
        return say("%(share)s per cent", share=made.share)
    declared = made.record.declared
    things = language.count(declared.one, declared.many, made.count, g.locale).lower()
    return f"{made.count} {things}" if made.count else say("none")


def _target(made: Claim) -> str:
    """What a claim was held against; nothing where it only asks whether there is any."""
    if made.kind == "share":
        return say("target: %(target)s per cent", target=made.target)
    if made.kind == "newest":
        return say("target: the last %(target)s days", target=made.target)
    return say("target: at most %(target)s", target=made.target) if made.kind == "none" else ""


def _counts(made: Claim, may: bool) -> tuple[pages.Link, ...]:
    """The counts of a share, each opening exactly its rows: those that hold, all of them, and the rest.

    Of protective security only to those who see it: a small count beside its whole would tell which.
    """
    if made.kind != "share":
        return ()
    selections = made.record.declared.selections
    counted = [(made.count, made.selection), (made.of, made.of_selection)]
    counted += [(made.of - made.count, made.rest_selection)] if made.rest_selection else []
    hidden = not may and made.record.declared.register is Register.PROTECTIVE_SECURITY
    return (
        ()
        if hidden
        else tuple(
            pages.Link(f"{number} · {say(selections[name].label)}", _rows(made.record, name) if may else "")
            for number, name in counted
        )
    )


def _rows(record: type[Record], selection: str) -> str:
    return to_list(record, **{SELECTION: selection})


def why(verdict: Verdict) -> str:
    """The verdict and its reason in one sentence: what holds, and what is missing to be fulfilled."""
    if verdict.level is Level.NO_EVIDENCE:
        return say("No evidence: nothing of this kind is registered, and nobody has stated that it does not exist.")
    shown = [verdict.claims[name] for name in verdict.shown]
    met = [_in_the_sentence(claim, "met") for claim in shown if claim.holds]
    wanted = [_in_the_sentence(claim, "wanted") for claim in shown if not claim.holds]
    if verdict.level is Level.FULFILLED:
        return say("Fulfilled: %(met)s.", met=met)
    missing = say("To be fulfilled it lacks: %(wanted)s.", wanted=wanted) if wanted else ""
    if verdict.level is Level.PARTLY:
        return f"{say('Partly fulfilled: %(met)s.', met=met) if met else say('Partly fulfilled.')} {missing}".strip()
    return f"{say('Not fulfilled.')} {missing}".strip()


def _in_the_sentence(made: Claim, name: str) -> str:
    return made.said(name if g.locale == "sv" else f"{name}_en")


def _own_words(said: Words) -> str:
    return said.sv if g.locale == "sv" else said.en


def _tiles(verdicts: Iterable[Verdict], only: Level | None) -> Iterable[pages.Tile]:
    """How many points of each level; a number opens just those points."""
    counted = Counter(verdict.level for verdict in verdicts)
    labels = {
        Level.FULFILLED: (N_("points fulfilled"), "ok"),
        Level.PARTLY: (N_("points partly fulfilled"), "part"),
        Level.NOT: (N_("points not fulfilled"), "no"),
        Level.NO_EVIDENCE: (N_("points without evidence"), "none"),
        Level.LATER: (N_("points whose register comes later"), "later"),
    }
    for level, (label, tone) in labels.items():
        if counted[level] or level in (Level.FULFILLED, Level.PARTLY, Level.NOT):
            opens = url_for("follow_up.show", **{ONLY: level.name.lower()}) if counted[level] else ""
            yield pages.Tile(str(counted[level]), say(label), opens, tone, active=level is only)
