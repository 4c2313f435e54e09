"""Walking a round: one page with all its points, one POST that signs it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from forms.excusing import taken
from forms.typed import Choosable
from models.fire_safety import (
    Answer,
    ChecklistItem,
    Deficiency,
    Interval,
    Lapse,
    Observation,
    Party,
    Premises,
    Round,
    RoundState,
    Severity,
)
from models.kinds import Kind, Note
from models.words import Act, Message, Problem, Register
from tracker import language
from tracker.acts import rounds
from tracker.acts.rounds import AlreadyWalked, Given, Sheet
from tracker.pages import Field, Form, FormPage, Link, Option, Shown, WalkPage, WalkPoint
from tracker.spine import records
from tracker.spine.errors import Invalid
from tracker.spine.form_page import choices, fields
from tracker.spine.reading import Reading, address
from tracker.views import own
from tracker.views.answer import page, said, say
from tracker.views.guard import needs
from tracker.views.registers import reading

bp = Blueprint("rounds", __name__)

REASON = Note("Why it was not checked", longest=1000)
WRONG = Note("What is wrong", longest=1000)
PARTS = ("answer", "what", "reason", "note", "place", "severity", "party", "temporary", "fault")

own.leads(
    Round,
    "Walk the round",
    "ga",
    Act.WALK,
    lambda row, look: row.state == RoundState.PLANNED and row.opens_on <= language.today(g.at),
    primary=True,
)
own.leads(Premises, "Walk an extra round", "extra-rond", Act.WALK, lambda row, look: row.ended_on is None)


@bp.get("/ronder/<uid>/ga")
@needs(Act.WALK, Register.FIRE_SAFETY)
def walk(uid: str) -> Response:
    asked = rounds.sheet(g.actor, uid, g.at)
    if asked.round.state != RoundState.PLANNED or asked.round.opens_on > language.today(g.at):
        return redirect(address(asked.round), 303)
    return page(_drawn(asked, {}))


@bp.post("/ronder/<uid>/ga")
@needs(Act.WALK, Register.FIRE_SAFETY)
def sign(uid: str) -> Response:
    sent = {name: text.replace("\r\n", "\n").strip() for name, text in request.form.items()}
    asked = rounds.sheet(g.actor, uid, g.at, sent.get("version", ""))
    try:
        submission = _submission(sent)
        given, problems = _given(asked.items, sent)
        if problems:
            raise Invalid(problems)
        remarks = taken("remarks", sent.get("remarks", ""), sent) or None
        walked = rounds.submit(g.actor, uid, submission, given, remarks, _started(sent), g.at, sent.get("version", ""))
    except Invalid as error:
        return page(_drawn(asked, sent, error.problems), 422)
    except AlreadyWalked as standing:
        return page(_drawn(asked, sent, conflict=_conflict(standing.round)), 409)
    said(_signed(walked))
    return redirect(address(walked), 303)


@bp.get("/lokaler/<uid>/extra-rond")
@needs(Act.WALK, Register.FIRE_SAFETY)
def ask_extra(uid: str) -> Response:
    """Nothing is written before the button is pressed: whoever came here by mistake leaves no trace."""
    premises = records.find(g.actor, Premises, uid, Act.WALK, g.at)
    lead = say("It is walked today, beside the plan, and counts in no figure of rounds in time. Nothing is saved yet.")
    return page(
        FormPage(
            title=say("Walk an extra round"),
            kicker=premises.name,
            crumbs=(Link(premises.name, address(premises)),),
            form=Form(request.path, say("Begin the round"), lead=lead),
        )
    )


@bp.post("/lokaler/<uid>/extra-rond")
@needs(Act.WALK, Register.FIRE_SAFETY)
def extra(uid: str) -> Response:
    return redirect(f"{address(rounds.begin_extra(g.actor, uid, g.at))}/ga", 303)


@own.tells(Round)
def told(walk: Round, look: Reading) -> Iterable[Message]:
    """Which kind of round it is, inside which days it is walked, and when it was."""
    asked = [Interval(letter) for letter in walk.covers]
    if walk.plan_id is None:
        yield Message(
            "An extra round beside the plan, for %(day)s. Points asked: %(kinds)s.", day=walk.opens_on, kinds=asked
        )
    else:
        yield Message(
            "A round of the plan: from %(opens)s, to be walked by %(due)s, in time until %(closes)s. "
            "Points asked: %(kinds)s.",
            opens=walk.opens_on, due=walk.due_on, closes=walk.closes_on, kinds=asked,
        )  # fmt: skip
    if walk.as_of("state", look.today) is Lapse.MISSED:
        yield Message(
            "Nobody walked it in time. It can still be walked, and is then late, or be cancelled with a reason."
        )
    if walk.signed_at and walk.plan_id and walk.signed_on > walk.closes_on:
        yield Message("Walked %(start)s to %(end)s: not in time.", start=walk.started_at, end=walk.signed_at)
    elif walk.signed_at:
        yield Message("Walked %(start)s to %(end)s.", start=walk.started_at, end=walk.signed_at)


def _signed(walk: Round) -> Message:
    """What came of the round: how many deficiencies, whose they are now, and by when."""
    goes = [
        Message("%(count)s to %(who)s, no later than %(day)s", count=count, who=who.name, day=day) if who
        else Message("%(count)s that nobody answers for yet, no later than %(day)s", count=count, day=day)
        for (who, day), count in rounds.goes_to(walk)
    ]  # fmt: skip
    if not goes:
        return Message("The round is signed. Thank you! No deficiency was found.")
    return Message(
        "The round is signed. Thank you! Deficiencies found: %(count)s. They go on: %(goes)s.",
        count=walk.deficient, goes=goes,
    )  # fmt: skip


def _submission(sent: Mapping[str, str]) -> uuid.UUID:
    try:
        return uuid.UUID(sent.get("submission", ""))
    except ValueError as error:
        raise Invalid([Problem("", rounds.LOST)]) from error


def _number(sent: Mapping[str, str], problems: Sequence[Problem]) -> str:
    """The number the round is sent under: the same again, unless it could not be used."""
    lost = any(problem.message is rounds.LOST for problem in problems)
    return uuid.uuid4().hex if lost or not sent.get("submission") else sent["submission"]


def _started(sent: Mapping[str, str]) -> dt.datetime | None:
    """When the walk began, by the phone's clock; a clock that is far off is not believed."""
    try:
        started = dt.datetime.fromisoformat(sent.get("started_at", "").replace("Z", "+00:00"))
    except ValueError:
        return None
    if started.tzinfo is None or not g.at - dt.timedelta(days=30) < started <= g.at + dt.timedelta(minutes=5):
        return None
    return started


def _given(items: Sequence[ChecklistItem], sent: Mapping[str, str]) -> tuple[dict[int, Given], list[Problem]]:
    """What was answered per point; an answer, severity or party that does not exist is a problem."""
    given, problems = {}, []
    unknown = Message("Choose one of the alternatives.")
    for item in items:
        names = {part: f"{part}-{item.id}" for part in PARTS}
        texts = {part: taken(name, sent.get(name, ""), sent) for part, name in names.items()}
        chosen = {}
        for part, members in (("answer", Answer), ("severity", Severity), ("party", Party)):
            chosen[part] = next((member for member in members if member.value == texts[part]), None)
            if texts[part] and chosen[part] is None:
                problems.append(Problem(f"{part}-{item.id}", unknown))
        given[item.id] = Given(
            chosen["answer"], texts[rounds.WORDS.get(chosen["answer"], "note")], texts["place"], chosen["severity"],
            chosen["party"],
            texts["temporary"], texts["fault"],
        )  # fmt: skip
    return given, problems


def _conflict(walk: Round) -> str:
    return say(
        "This round was signed %(day)s by somebody else or from another phone. Your answers are kept here: "
        "write what differs as a correction on the signed round.",
        day=walk.signed_on,
    )


def _drawn(asked: Sheet, sent: Mapping[str, str], problems: Sequence[Problem] = (), conflict: str = "") -> WalkPage:
    look = reading()
    remarks = fields(look, {"remarks": Round.kinds()["remarks"]}, {}, sent, problems)[0]
    _prepare(look, asked)
    return WalkPage(
        title=asked.premises.name,
        kicker=_kicker(asked),
        lead=asked.premises.address,
        action=f"{address(asked.round)}/ga",
        submission=_number(sent, problems),
        version=asked.checklist.uid.hex,
        started_at=sent.get("started_at") or g.at.isoformat(timespec="seconds"),
        answers=tuple(Option(member.value, say(member)) for member in Answer),
        points=tuple(_point(look, asked, item, sent, problems) for item in asked.items),
        remarks=remarks,
        problems=tuple((problem.field, say(problem.message)) for problem in problems),
        conflict=conflict,
    )


def _kicker(asked: Sheet) -> str:
    walk = asked.round
    return say("%(kind)s round, due %(day)s", kind=walk.kind, day=walk.due_on)


def _prepare(look: Reading, asked: Sheet) -> None:
    remarks = [observation for observation, _ in asked.last_remarks.values()]
    look.prepare(remarks, ["remark"])
    look.prepare([one for some in asked.open_deficiencies.values() for one in some], ["headline"])


def _point(
    look: Reading, asked: Sheet, item: ChecklistItem, sent: Mapping[str, str], problems: Sequence[Problem]
) -> WalkPoint:
    last = asked.last_remarks.get(item.number)
    known = asked.open_deficiencies.get(item.number, ())
    return WalkPoint(
        id=item.id,
        number=str(item.number),
        category=item.category,
        text=item.text,
        deficiency=item.deficiency,
        severity=say(item.severity),
        party=say(item.party),
        secret=say("What is written here is masked for those outside fire safety (OSL 18:8).") if item.secret else "",
        last_remark=_remark(look, *last) if last else "",
        open_deficiencies=tuple(_known(look, deficiency) for deficiency in known),
        answer=sent.get(f"answer-{item.id}", ""),
        fields=_fields(look, item, sent, problems),
        problem=next((say(problem.message) for problem in problems if problem.field == f"answer-{item.id}"), ""),
    )


def _remark(look: Reading, observation: Observation, walk: Round) -> str:
    shown = look.shown(observation, "remark")
    return f"{language.word(walk.signed_on, look.locale)}: {shown.masked or shown.text}"


def _known(look: Reading, deficiency: Deficiency) -> Shown:
    return Shown(deficiency.headline, href=address(deficiency))


def _fields(
    look: Reading, item: ChecklistItem, sent: Mapping[str, str], problems: Sequence[Problem]
) -> tuple[Field, ...]:
    """What is typed beside an answer, and for which answers each input is there."""
    deficiency, remark = Deficiency.kinds(), Observation.kinds()["remark"]
    acute = sent.get(f"severity-{item.id}", item.severity.value) == Severity.ACUTE.value
    wrong_here = (Answer.DEFICIENT,)
    asked: tuple[tuple[str, Kind, tuple[Answer, ...], str, bool], ...] = (
        ("what", WRONG, wrong_here, "", True),
        ("place", deficiency["place"], wrong_here, "", False),
        ("severity", deficiency["severity"], wrong_here, item.severity.value, True),
        ("temporary", deficiency["temporary_measure"], wrong_here, "", acute),
        ("party", deficiency["party"], wrong_here, item.party.value, True),
        ("fault", deficiency["fault_number"], wrong_here, "", False),
        ("reason", REASON, (Answer.NOT_CHECKED,), "", True),
        ("note", remark, (Answer.FIXED, Answer.NOT_APPLICABLE), "", False),
    )
    alternatives: dict[str, list[Choosable]] = choices(
        look, {"severity": deficiency["severity"], "party": deficiency["party"]}
    )
    made = []
    for part, kind, when, preset, needed in asked:
        name = f"{part}-{item.id}"
        texts = {name: preset, **sent}
        needs_it = (name,) if needed else ()
        one = fields(look, {name: kind}, {name: alternatives.get(part, [])}, texts, problems, needs=needs_it)[0]
        at = f"severity-{item.id}={Severity.ACUTE.value}" if part == "temporary" else ""
        made.append(replace(one, when=tuple(answer.value for answer in when), needed_at=at))
    return tuple(made)
