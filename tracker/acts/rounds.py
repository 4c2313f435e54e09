"""Walking a round: what is asked, and sending it as one act that can be sent twice."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from peewee import JOIN, IntegrityError

from models.common import UNVERIFIED
from models.fire_safety import (
    Answer,
    Assignment,
    Checklist,
    ChecklistItem,
    ControlPlan,
    Deficiency,
    Function,
    Interval,
    Observation,
    Party,
    Premises,
    Round,
    RoundState,
    Severity,
    SeverityLimit,
)
from models.happenings import Verb
from models.people import Actor, Person
from models.words import Act, Message, Problem
from tracker.acts import marking
from tracker.language import today as day_of
from tracker.laws import ledger
from tracker.spine import records
from tracker.spine.errors import Invalid, Refused

SECRECY = "OSL 18:8"
CHECKLIST = Actor.system("Checklistan")


LOST = Message("The round lost its number on the way. Load the page again; your answers are kept.")

WORDS = {Answer.DEFICIENT: "what", Answer.NOT_CHECKED: "reason"}
"""What the words on a point are, by its answer; else a note."""


class AlreadyWalked(Exception):
    """The round was signed by another sending. `round` is what stands."""

    def __init__(self, round: Round) -> None:
        super().__init__("The round is already signed.")
        self.round = round


@dataclass(frozen=True)
class Given:
    """What was answered on one point. `note` is the remark, or what is wrong; the rest belongs to a deficiency."""

    answer: Answer | None = None
    note: str = ""
    place: str = ""
    severity: Severity | None = None
    party: Party | None = None
    temporary: str = ""
    fault_number: str = ""


@dataclass(frozen=True)
class Sheet:
    """A round as it is to be walked: its points, and beside each the last remark and what is still open."""

    round: Round
    premises: Premises
    checklist: Checklist
    items: tuple[ChecklistItem, ...]
    last_remarks: Mapping[int, tuple[Observation, Round]] = field(default_factory=dict)
    open_deficiencies: Mapping[int, list[Deficiency]] = field(default_factory=dict)


def sheet(actor: Actor, uid: str, at: dt.datetime, checklist: str = "") -> Sheet:
    """The round of this name for somebody who may walk it; with the version of the checklist it was begun with."""
    asked = _asked(actor, uid, at, checklist)
    numbers = {item.number for item in asked.items}
    return replace(
        asked,
        last_remarks=_last_remarks(asked.premises, numbers),
        open_deficiencies=_open(asked.premises, numbers),
    )


def begin_extra(actor: Actor, uid: str, at: dt.datetime) -> Round:
    """A round outside the plan on a premises, asking the monthly points; it counts in no share of rounds in time.

    The one begun earlier today that nobody has walked, if there is one: pressing twice makes one.
    """
    premises = records.find(actor, Premises, uid, Act.WALK, at)
    today = day_of(at)
    extra = (Round.premises == premises) & Round.plan.is_null() & (Round.opens_on == today)
    covers = "M" if _has_monthly(premises, today) else "MK"
    walk = Round(
        premises=premises.id, covers=covers, kind=Interval(covers[-1]), opens_on=today, due_on=today, closes_on=today
    )
    with ledger.act(actor, Verb.PLANNED, walk, at=at) as act:
        act.held(premises)
        begun = Round.get_or_none(extra & (Round.state == RoundState.PLANNED))
        if begun is not None:
            return begun
        act.save(walk)
    return walk


def submit(
    actor: Actor,
    uid: str,
    submission: uuid.UUID,
    given: Mapping[int, Given],
    remarks: str | None,
    started_at: dt.datetime | None,
    at: dt.datetime,
    checklist: str = "",
) -> Round:
    """Signs a round with all its answers, in one act. The same `submission` again gives the same round.

    `given` is by the point's id. Raises Missing, Refused, Invalid (nothing saved), AlreadyWalked, NoTurn.
    """
    asked = _asked(actor, uid, at, checklist)
    walk = asked.round
    if walk.submission == submission:
        return walk
    if walk.is_locked:
        raise AlreadyWalked(walk)
    if walk.state is not RoundState.PLANNED:
        raise Refused(Message("The round is cancelled and cannot be walked."))
    if walk.opens_on > day_of(at):
        raise Refused(Message("The round cannot be walked before %(day)s.", day=walk.opens_on))
    problems = list(_problems(asked.items, given, remarks))
    if problems:
        raise Invalid(problems)
    try:
        _sign(actor, asked, submission, given, remarks, started_at, at)
    except (ledger.Conflict, IntegrityError):
        return _settled(walk, submission)
    return walk


def goes_to(walk: Round) -> list[tuple[tuple[Person | None, dt.date], int]]:
    """How many deficiencies of a round went to whom, to be done by which day; the nearest day first."""
    found = Deficiency.select(Deficiency, Person).join(Person, JOIN.LEFT_OUTER, on=Deficiency.responsible)
    found = found.where(Deficiency.round == walk)
    return sorted(Counter((row.responsible, row.due_on) for row in found).items(), key=lambda each: each[0][1])


def plan_ahead(actor: Actor, at: dt.datetime) -> int:
    """Extends every running plan; returns how many rounds were planned or changed."""
    today = day_of(at)
    changed = 0
    running = ControlPlan.select().where(
        (ControlPlan.starts_on <= today + dt.timedelta(days=100))
        & (ControlPlan.ends_on.is_null() | (ControlPlan.ends_on >= today))
    )
    for plan in running:
        with ledger.act(actor, Verb.PLANNED, plan, at=at) as act:
            changed += sum(act.save(walk) for walk in plan.follows(today))
    return changed


def _asked(actor: Actor, uid: str, at: dt.datetime, checklist: str) -> Sheet:
    """A round with its points; without what stands beside them, which signing does not need."""
    walk = records.find(actor, Round, uid, Act.WALK, at)
    premises = Premises.get_by_id(walk.premises_id)
    version = walk.checklist or _version(premises, checklist, walk.opens_on, day_of(at))
    items = (
        ChecklistItem.select()
        .where((ChecklistItem.checklist == version) & ChecklistItem.interval.in_(list(walk.covers)))
        .order_by(ChecklistItem.number)
    )
    return Sheet(walk, premises, version, tuple(items))


def _sign(
    actor: Actor, asked: Sheet, submission: uuid.UUID, given: Mapping[int, Given], remarks: str | None,
    started_at: dt.datetime | None, at: dt.datetime,
) -> None:  # fmt: skip
    walk = asked.round
    observations = [
        Observation(round=walk.id, item=item.id, answer=given[item.id].answer, remark=given[item.id].note or None)
        for item in asked.items
    ]
    deficiencies = _deficiencies(asked, given, actor, day_of(at))
    walk.state = RoundState.AWAITING if walk.needs_countersign else RoundState.SIGNED
    walk.checklist, walk.submission, walk.remarks = asked.checklist.id, submission, remarks
    walk.started_at, walk.signed_at, walk.signed_on, walk.signed_by = started_at or at, at, day_of(at), actor.id
    walk.answers, walk.deficient = len(observations), len(deficiencies)
    secret = {item.id for item in asked.items if item.secret}
    with ledger.act(actor, Verb.SIGNED, walk, at=at) as act:
        act.save(walk)
        act.add(walk, observations)
        for deficiency in deficiencies:
            act.save(deficiency)
        for row, name in _secrets(walk, observations, deficiencies, secret):
            act.save(marking.unsaved(CHECKLIST, row, name, SECRECY, at))


def _secrets(
    walk: Round, observations: Iterable[Observation], deficiencies: Iterable[Deficiency], secret: set[int]
) -> Iterable[tuple[Round | Observation | Deficiency, str]]:
    """What a checklist point marked as secret makes secret: the words written on it, and on the round as a whole."""
    told = [observation for observation in observations if observation.item_id in secret and observation.remark]
    found = [deficiency for deficiency in deficiencies if deficiency.item_id in secret]
    yield from ((observation, "remark") for observation in told)
    yield from ((deficiency, name) for deficiency in found for name in Deficiency.WORDS)
    if (told or found) and walk.remarks:
        yield walk, "remarks"


def _deficiencies(asked: Sheet, given: Mapping[int, Given], actor: Actor, today: dt.date) -> list[Deficiency]:
    found = [item for item in asked.items if given[item.id].answer is Answer.DEFICIENT]
    if not found:
        return []
    limits = {limit.severity: limit.days for limit in SeverityLimit.select()}
    people = _responsible(asked.premises, today)
    return [_deficiency(asked, item, given[item.id], limits, people, actor, today) for item in found]


def _deficiency(
    asked: Sheet,
    item: ChecklistItem,
    given: Given,
    limits: Mapping[Severity, int],
    people: Mapping[Party, int],
    actor: Actor,
    today: dt.date,
) -> Deficiency:
    severity, party = given.severity or item.severity, given.party or item.party
    return Deficiency(
        premises=asked.premises.id, round=asked.round.id, item=item.id, headline=_headline(item),
        what=given.note or item.deficiency, place=given.place or None, severity=severity, party=party,
        responsible=people.get(party), fault_number=given.fault_number or None,
        temporary_measure=given.temporary or None, found_on=today, reported_by=actor.id,
        due_on=today + dt.timedelta(days=limits.get(severity, 30)),
    )  # fmt: skip


def _headline(item: ChecklistItem) -> str:
    """What the lists call it: the checklist's own words, but for a secret point only which point it is."""
    return f"{item.category}, punkt {item.number}" if item.secret else f"{item.category}: {item.deficiency}"[:160]


def _responsible(premises: Premises, today: dt.date) -> dict[Party, int]:
    """Who mends for each party: the landlord's caretaker, the tenant's manager."""
    held = Assignment.select().where((Assignment.premises == premises) & Assignment.held.where(Assignment, today))
    by = {assignment.function: assignment.person_id for assignment in held.order_by(Assignment.id.desc())}
    found = {Party.LANDLORD: by.get(Function.CARETAKER), Party.TENANT: by.get(Function.MANAGER)}
    return {party: person for party, person in found.items() if person}


def _problems(items: Iterable[ChecklistItem], given: Mapping[int, Given], remarks: str | None) -> Iterable[Problem]:
    kinds = Deficiency.kinds()
    note = Observation.kinds()["remark"]
    for item in items:
        answer = given.get(item.id, Given())
        words = WORDS.get(answer.answer, "note") if answer.answer else "note"
        for name, kind, value in (
            (words, note, answer.note), ("place", kinds["place"], answer.place),
            ("temporary", kinds["temporary_measure"], answer.temporary),
            ("fault", kinds["fault_number"], answer.fault_number),
        ):  # fmt: skip
            if message := kind.problem(value):
                yield Problem(f"{name}-{item.id}", message)
        if answer.answer is None:
            yield Problem(f"answer-{item.id}", Message("Point %(number)s has no answer yet.", number=item.number))
        if answer.answer is Answer.NOT_CHECKED and not answer.note:
            yield Problem(
                f"reason-{item.id}", Message("Write why point %(number)s was not checked.", number=item.number)
            )
        acute = (answer.severity or item.severity) is Severity.ACUTE
        if answer.answer is Answer.DEFICIENT and acute and not answer.temporary:
            yield Problem(
                f"temporary-{item.id}",
                Message("Point %(number)s is acute: write what is done until it is mended.", number=item.number),
            )
    if message := Round.kinds()["remarks"].problem(remarks):
        yield Problem("remarks", message)


def _settled(walk: Round, submission: uuid.UUID) -> Round:
    """Somebody signed while we did: the same sending is the same round, another is told."""
    stands = Round.get_by_id(walk.id)
    if stands.submission == submission:
        return stands
    if not stands.is_locked:  # the number is another round's, or the round itself was changed meanwhile
        raise Invalid([Problem("", LOST)])
    raise AlreadyWalked(stands)


def _version(premises: Premises, checklist: str, opens_on: dt.date, today: dt.date) -> Checklist:
    """The version begun with, if it was in force once the round was open; else the newest in force."""
    versions = Checklist.select().where((Checklist.kind == premises.kind) & (Checklist.valid_from <= today))
    newest = versions.order_by(Checklist.number.desc())
    begun = versions.where(Checklist.uid == records.as_uid(checklist)).first() if checklist else None
    then = newest.where(Checklist.valid_from <= opens_on).first() if begun else None
    found = begun if begun and (then is None or begun.number >= then.number) else newest.first()
    if found is None:
        raise Refused(Message("There is no checklist for this kind of premises yet."))
    return found


def _has_monthly(premises: Premises, today: dt.date) -> bool:
    version = _version(premises, "", today, today)
    monthly = (ChecklistItem.checklist == version) & (ChecklistItem.interval == "M")
    return ChecklistItem.select().where(monthly).count() > 1


def _last_remarks(premises: Premises, numbers: set[int]) -> dict[int, tuple[Observation, Round]]:
    """What was remarked on each point in the last round that was walked here."""
    last = (
        Round.select().where((Round.premises == premises) & Round.signed_on.is_null(False))
        .order_by(Round.signed_on.desc()).first()
    )  # fmt: skip
    if last is None:
        return {}
    rows = (
        Observation.select(Observation, ChecklistItem).join(ChecklistItem)
        .where((Observation.round == last) & Observation.remark.is_null(False) & ChecklistItem.number.in_(numbers))
    )  # fmt: skip
    return {row.item.number: (row, last) for row in rows}


def _open(premises: Premises, numbers: set[int]) -> dict[int, list[Deficiency]]:
    found: dict[int, list[Deficiency]] = {}
    rows = (
        Deficiency.select(Deficiency, ChecklistItem).join(ChecklistItem)
        .where((Deficiency.premises == premises) & Deficiency.state.in_(UNVERIFIED) & ChecklistItem.number.in_(numbers))
    )  # fmt: skip
    for row in rows:
        found.setdefault(row.item.number, []).append(row)
    return found
