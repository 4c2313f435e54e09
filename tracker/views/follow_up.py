"""Kommunstyrelsen's page: is it done, how do we know, and what is missing?"""

from collections import Counter
from collections.abc import Iterable

from flask import Blueprint, g
from werkzeug.wrappers import Response

from models.programme import FocusArea, ProgrammeMeasure
from models.record import Record
from models.words import N_, Act, Register
from tracker import language, pages
from tracker.acts import follow_up
from tracker.acts.follow_up import Claim, Level, Verdict
from tracker.laws import policy
from tracker.spine.list_page import SELECTION, to_list
from tracker.spine.reach import reaches_all
from tracker.views.answer import page, say
from tracker.views.guard import needs

bp = Blueprint("follow_up", __name__)

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
    return page(
        pages.FollowUpPage(
            title=say("Follow-up of internal protection and security"),
            lead=say(
                "%(programme)s. Each verdict is computed from the registers. As of %(day)s.",
                programme=programme.name, day=today,
            ),
            tiles=tuple(_tiles(verdict for _, verdicts, _ in done.areas for verdict in verdicts)),
            areas=tuple(sorted((area(*each) for each in done.areas), key=lambda each: not each.points)),
        )
    )  # fmt: skip


def area(focus: FocusArea, verdicts: Iterable[Verdict], gaps: Iterable[ProgrammeMeasure]) -> pages.Area:
    goal = focus.goal_sv if g.locale == "sv" else focus.goal_en
    points = tuple(point(verdict) for verdict in verdicts if verdict.level is not Level.LATER)
    later = tuple((v.point.code, _own_words(v.point)) for v in verdicts if v.level is Level.LATER)
    unfollowed = tuple((gap.code, gap.sv if g.locale == "sv" else gap.en) for gap in gaps)
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
        rule=stored.rule_sv or "",
        missing=_missing(verdict),
    )


def claim(made: Claim) -> pages.Claim:
    """A claim's figure as a link to exactly the rows it counted, or who can open them: all of them, not only theirs."""
    register = made.record.declared.register
    may = policy.may(g.actor, register, Act.SEE) and reaches_all(g.actor, made.record, Act.SEE, language.today(g.at))
    everywhere = (role for role in policy.who_may(register, Act.SEE) if (register, role) not in policy.WITHIN)
    who = ", ".join(sorted(say(role) for role in everywhere))
    return pages.Claim(
        label=made.label if g.locale == "sv" else made.label_en,
        figure=_figure(made),
        tone="ok" if made.holds else "no",
        href=_rows(made.record, made.selection) if may and made.kind != "share" else "",
        who_can="" if may else say("can be opened by: %(who)s", who=who),
        newest=language.word(made.newest, g.locale),
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


def _counts(made: Claim, may: bool) -> tuple[pages.Link, ...]:
    """The two counts of a share, each opening exactly its rows."""
    if made.kind != "share":
        return ()
    selections = made.record.declared.selections
    counted = ((made.count, made.selection), (made.of, made.of_selection))
    return tuple(
        pages.Link(f"{number} · {say(selections[name].label)}", _rows(made.record, name) if may else "")
        for number, name in counted
    )


def _rows(record: type[Record], selection: str) -> str:
    return to_list(record, **{SELECTION: selection})


def _missing(verdict: Verdict) -> str:
    """What is missing, in words: the claims that do not hold."""
    if verdict.level is Level.NO_EVIDENCE:
        return say("Nothing of this kind has been registered, and nobody has stated that it does not exist.")
    broken = [c for name, c in verdict.claims.items() if name in verdict.shown and not c.holds]
    names = [c.label if g.locale == "sv" else c.label_en for c in broken]
    return (
        say("Not met: %(claims)s.", claims=", ".join(names)) if names and verdict.level is not Level.FULFILLED else ""
    )


def _own_words(row: FocusArea | object) -> str:
    return row.sv if g.locale == "sv" else row.en  # type: ignore[attr-defined]


def _tiles(verdicts: Iterable[Verdict]) -> Iterable[pages.Tile]:
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
            yield pages.Tile(str(counted[level]), say(label), tone=tone)
