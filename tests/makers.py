"""Makers: small data with sensible defaults, made through the acts and so witnessed like everything else.

    use_key()                                         # once per database: makers sign what they write
    school = premises()                               # with a unit of its own
    warden = acting(Role.WARDEN, on=school)           # an Actor; on=… makes it one of the warden's own premises
    walk = planned_round(school)                      # due this month, with a checklist to walk it by
    signed(walk, warden, deficient=[2])               # every point OK but the second

Everything happens at AT unless a test says `at`. Fields are given by name: `deficiency(school, place="Plan 3")`.
"""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
import uuid
from collections.abc import Iterable
from typing import Any

import pyotp

from models.common import Unit, UnitKind
from models.exercises import (
    ContinuityPlan,
    Exercise,
    ExerciseGoal,
    ExerciseKind,
    ExerciseObservation,
    ExercisePlan,
    ExerciseTarget,
    ManagementReview,
    Met,
    Scenario,
    TechnicalTest,
    TestKind,
    Trained,
    Training,
)
from models.fire_safety import (
    Answer,
    Assignment,
    Checklist,
    ChecklistItem,
    ControlPlan,
    Deficiency,
    DocumentKind,
    DocumentState,
    Function,
    Interval,
    Party,
    PolicyDocument,
    Premises,
    PremisesKind,
    Round,
    RoundState,
    Severity,
)
from models.guarding import (
    Alternative,
    Conclusion,
    Contract,
    ContractMeeting,
    ContractOption,
    Criterion,
    CriterionScore,
    Deviation,
    DeviationKind,
    GuardedSite,
    GuardingTarget,
    MonthlyFigure,
    NeedAssessment,
    PriceModel,
    ResponseClass,
    Review,
    ReviewAnswer,
    Risk,
    Score,
    Service,
    ServiceKind,
    ServiceLevel,
    SpotCheck,
    UsageProcess,
)
from models.guarding import Severity as GuardingSeverity
from models.happenings import Verb
from models.integrity import (
    Activity,
    Anchoring,
    AnchoringActivity,
    AnchoringTarget,
    AuditRemark,
    ChannelStatus,
    ChannelYear,
    Coverage,
    Guideline,
    GuidelineReview,
    JavSample,
    Level,
    Process,
    RiskProcess,
    SideJobRound,
    SignOff,
    Trigger,
    UnannouncedControl,
)
from models.measures import Comment, Mark, Measure
from models.people import LONGEST, Actor, Person
from models.protective_security import (
    Analysis,
    AnalysisProcess,
    AnalysisScope,
    Appointment,
    Area,
    BoardReport,
    CheckResult,
    Deposit,
    MeasureCore,
    MeasureKind,
    Post,
    Priority,
    ProtectiveMeasure,
    ReportForm,
    SecrecyClass,
    SecurityCheck,
    SecurityOrder,
    SecurityPlan,
    SupervisorNotice,
    SystemApproval,
    TrainingCount,
)
from models.record import Record
from models.words import FOR_A_TIME, Role
from tracker.acts import anchoring, installing, marking, people, rounds
from tracker.acts import figures as figures_came
from tracker.acts.rounds import Given
from tracker.acts.vault import ceremony, clearing, cores, deposits, unlocking
from tracker.acts.vault.asking import Secrets
from tracker.language import today
from tracker.laws import ledger, passwords
from tracker.laws.vault import wraps
from tracker.laws.vault.holding import Keys
from tracker.spine import records

AT = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
TODAY = today(AT)
DAY = dt.timedelta(days=1)
LAST_MONTH = dt.date(2026, 10, 1)
BEFORE = AT - 60 * DAY  # when people got their roles

PASSWORD = "fyra ord i en rad"
PEPPER = b"the pepper of a test, of 32 bytes"
CHEAP = passwords.Cost(64, 1, 1)
CHEAP_VAULT = wraps.Cost(64, 1, 1)

OFFICE = Actor(None, "system:test", "Test", frozenset({Role.ADMIN, Role.SECURITY}))
"""Who makes what no test asks about."""

KEEPER = Actor(None, "system:test", "Test", frozenset({Role.CHIEF}))
"""Who makes what only the säkerhetsskyddschef may."""

_numbers = itertools.count(1)


def use_key(seed: bytes | None = None) -> bytes:
    """Signs with this seed, or a random one; returns the public key."""
    return ledger.use_key(seed or secrets.token_bytes(32))


# The organisation and its people


def unit(
    name: str = "", parent: Unit | None = None, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any
) -> Unit:
    """A committee, or a unit when it has a parent."""
    number = next(_numbers)
    kind = UnitKind.UNIT if parent else UnitKind.COMMITTEE
    given = dict(code=f"E-{number}", name=name or f"Enhet {number}", kind=kind, parent=parent and parent.id)
    return records.add(by, Unit, given | {"valid_from": dt.date(2020, 1, 1)} | values, at)


def person(name: str = "", *roles: Role, heads: Unit | None = None, at: dt.datetime = BEFORE) -> Person:
    """Somebody with these roles since `at`; a head heads `heads`, or a unit of their own. They have no password yet."""
    name = name or f"Person {next(_numbers)}"
    email = f"{name.lower().replace(' ', '.')}@kommun.se"
    made = people.add(OFFICE, name, email, at=at)
    for role in roles:
        if role is Role.CHIEF:
            people.make_chief(email, name, at=at)
        else:
            headed = (heads or unit()) if role is Role.HEAD else None
            people.grant_role(OFFICE, made, role, unit=headed, ends_on=last_of(role, at), at=at)
    return Person.get_by_id(made.id)


def last_of(role: Role, at: dt.datetime) -> dt.date | None:
    """The last day of a role that is given for a time: as late as may be."""
    return today(at) + LONGEST if role in FOR_A_TIME else None


def actor(who: Person, at: dt.datetime = AT) -> Actor:
    found = people.actor_for(who.id, today(at))
    assert found, f"{who.name} may not sign in"
    return found


def acting(*roles: Role, name: str = "", on: Premises | None = None, heads: Unit | None = None) -> Actor:
    """A new person with these roles, as one who acts; `on` a premises that is theirs."""
    who = person(name, *roles, heads=heads)
    if on is not None:
        responsible(on, who)
    return actor(who)


def came_in(who: Person, password: str = PASSWORD, *, pepper: bytes = PEPPER, at: dt.datetime = BEFORE) -> Person:
    """Gives them a password as they would themselves: by an invitation."""
    from tracker.laws import links

    token = links.make(who.id, links.Purpose.INVITE, None, at)
    return people.choose_password(token, password, pepper=pepper, at=at, cost=CHEAP)


# The vault


def vault(chief: Actor, *, pepper: bytes = PEPPER, at: dt.datetime = AT) -> ceremony.Printed:
    """The ceremony from beginning to end; the chief has passed the gate. What was printed opens it."""
    host = Secrets(pepper, CHEAP_VAULT)
    printed = ceremony.prepare(chief, host, at=at)
    ceremony.perform(chief, printed.draft, printed.passphrase, printed.shares[:2], host, at=at)
    cleared(chief, at=at)
    return printed


def cleared(who: Actor, *, at: dt.datetime = AT) -> None:
    clearing.state(who, dict.fromkeys(clearing.DAYS, today(at)), at=at)


def opened_keys(who: Actor, words: str, *, pepper: bytes = PEPPER, at: dt.datetime = AT) -> Keys:
    """What an unlocked vault has in hand."""
    return unlocking.passphrase(who, words, "127.0.0.1", Secrets(pepper, CHEAP_VAULT), at=at)


def deposit(by: Actor, text: str = "En låst dörr stod öppen.", photo: bytes = b"", *, at: dt.datetime = AT) -> Deposit:
    return deposits.send(by, text, photo, at=at)


def code_app(who: Person, name: str = "Telefonen", *, at: dt.datetime = AT - DAY) -> pyotp.TOTP:
    """An app that is their second factor and has shown its first code; ends their sessions. `code_app(eva).at(AT)`."""
    me = people.actor_of(who)
    secret, _, ticket = people.factors.begin_app(me, "Värna", at=at)
    app = pyotp.TOTP(secret)
    people.factors.add_app(me, name, ticket, app.at(at), at=at)
    return app


# Premises and how they are walked


def premises(name: str = "", *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any) -> Premises:
    number = next(_numbers)
    given = dict(number=f"L-{number}", name=name or f"Skola {number}", kind=PremisesKind.SCHOOL, address="Skolgatan 1")
    given |= {"owner": "Ekdala Fastigheter AB"} | values
    return records.add(by, Premises, given | {"unit": _id(values.get("unit") or unit())}, at)


def responsible(
    where: Premises, who: Person, function: Function = Function.WALKER, *, by: Actor = OFFICE, at: dt.datetime = AT
) -> Assignment:
    return records.add(by, Assignment, dict(premises=where.id, person=who.id, function=function), at)


def checklist(
    kind: PremisesKind = PremisesKind.SCHOOL,
    points: int = 3,
    secret: Iterable[int] = (),
    *,
    at: dt.datetime = AT,
    valid_from: dt.date = dt.date(2020, 1, 1),
) -> Checklist:
    """The next version for a kind of premises: monthly points from number 1, of which those in `secret` are secret."""
    version = Checklist.select().where(Checklist.kind == kind).count() + 1
    made = Checklist(kind=kind, number=version, name=f"Egenkontroll {kind.value}", why="Ny", valid_from=valid_from)
    with ledger.act(OFFICE, Verb.REVISED, made, at=at) as act:
        act.save(made)
        act.add(made, [_point(made, number, number in set(secret)) for number in range(1, points + 1)])
    return made


def _point(whole: Checklist, number: int, secret: bool) -> ChecklistItem:
    return ChecklistItem(
        checklist=whole.id, number=number, category="Utrymning", interval=Interval.MONTH, party=Party.TENANT,
        severity=Severity.SERIOUS, text=f"Punkt {number}", deficiency=f"Brist vid punkt {number}", secret=secret,
    )  # fmt: skip


def plan(where: Premises | None = None, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any) -> ControlPlan:
    """A monthly plan from the year's start; saving it brings its rounds from this month on."""
    given = dict(interval=Interval.MONTH, quarter_month=3, year_month=10, grace_days=5, starts_on=dt.date(2026, 1, 1))
    return records.add(by, ControlPlan, given | {"premises": _id(where or premises())} | values, at)


def planned_round(where: Premises | None = None, *, at: dt.datetime = AT, **plan_values: Any) -> Round:
    """The first round of a new plan: this month's. Makes a checklist where the kind has none."""
    where = where or premises(at=at)
    if not Checklist.select().where(Checklist.kind == where.kind).exists():
        checklist(PremisesKind(where.kind), at=at)
    made = plan(where, at=at, **plan_values)
    return Round.select().where((Round.plan == made) & (Round.state == RoundState.PLANNED)).order_by(Round.due_on).get()


def answers(
    walk: Round, who: Actor, *, deficient: Iterable[int] = (), at: dt.datetime = AT, note: str = ""
) -> dict[int, Given]:
    """An answer to every point of a round: OK, or deficient for the numbers given."""
    asked = rounds.sheet(who, walk.uid.hex, at)
    wrong = Given(Answer.DEFICIENT, note or "Dörren går inte att öppna", place="Entrén", temporary="Avspärrat")
    return {item.id: wrong if item.number in set(deficient) else Given(Answer.OK) for item in asked.items}


def signed(
    walk: Round, who: Actor = OFFICE, *, deficient: Iterable[int] = (), note: str = "", at: dt.datetime = AT
) -> Round:
    """Walks the round with every point OK but those in `deficient`, and signs it. By a new warden unless said."""
    who = who if who.id is not None else acting(Role.WARDEN, on=Premises.get_by_id(walk.premises_id))
    given = answers(walk, who, deficient=deficient, at=at, note=note)
    return rounds.submit(who, walk.uid.hex, uuid.uuid4(), given, None, at, at)


# What is found and what is done about it


def deficiency(where: Premises | None = None, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any) -> Deficiency:
    given = dict(
        headline="Utrymningsvägen är blockerad", what="Pallar framför", place="Plan 2", severity=Severity.SERIOUS,
        party=Party.TENANT, found_on=today(at), due_on=today(at) + 7 * DAY, temporary_measure="Avspärrat",
    )  # fmt: skip
    return records.add(by, Deficiency, given | {"premises": _id(where or premises())} | _plain(values), at)


def measure(where: Unit | None = None, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any) -> Measure:
    given = dict(title="Se över nyckelskåpet", what="Byt lås", due_on=today(at) + 30 * DAY)
    return records.add(by, Measure, given | {"unit": _id(where or unit())} | _plain(values), at)


def document(
    kind: DocumentKind = DocumentKind.POLICY, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any
) -> PolicyDocument:
    """A document adopted half a year ago."""
    decided = today(at) - 180 * DAY
    given = dict(
        kind=kind, title=f"SBA: {kind.value}", state=DocumentState.ADOPTED, body="Kommunstyrelsen", decided_on=decided,
        paragraph="§ 104", reference="KS/2026:123", valid_from=decided, revise_by=decided + 4 * 365 * DAY,
    )  # fmt: skip
    return records.add(by, PolicyDocument, given | values, at)


# Protective security


def process(*, by: Actor = KEEPER, at: dt.datetime = AT, **values: Any) -> AnalysisProcess:
    """Adopted half a year ago."""
    given = dict(owner="Säkerhetsskyddschef", adopted_on=today(at) - 180 * DAY, paragraph="§ 12")
    return records.add(by, AnalysisProcess, given | {"reference": "KS/2026:40"} | values, at)


def analysis(*, by: Actor = KEEPER, at: dt.datetime = AT, **values: Any) -> Analysis:
    """One that has not begun; see `adopted_analysis`."""
    given = dict(code=f"SSA-{next(_numbers)}", scope=AnalysisScope.WHOLE)
    return records.add(by, Analysis, given | values, at)


def adopted_analysis(on: dt.date, due: dt.date | None = None, *, at: dt.datetime = AT, **values: Any) -> Analysis:
    made = analysis(at=at, **values)
    return moved(made, "adopt", KEEPER, at=at, adopted_on=on, adopted_by="Kommundirektör", next_due_on=due)


def core(measure: ProtectiveMeasure, by: Actor, title: str = "Stängsla täkten", *, at: dt.datetime = AT) -> MeasureCore:
    """What a measure is about, sealed; there must be a vault, and its writer has passed the gate."""
    before = MeasureCore.newest(measure)
    said = cores.Content({"title": title}, SecrecyClass.NONE)
    return cores.write(by, measure.uid.hex, said, before.edition if before else 0, at=at)


def shell(*, by: Actor = KEEPER, at: dt.datetime = AT, **values: Any) -> ProtectiveMeasure:
    given = dict(area=Area.PHYSICAL, kind=MeasureKind.ROUTINE, priority=Priority.SECOND, function="Fastighetschef")
    return records.add(by, ProtectiveMeasure, given | {"due_on": today(at) + 30 * DAY} | values, at)


def order(measure: ProtectiveMeasure, to: Actor, *, by: Actor = KEEPER, at: dt.datetime = AT) -> SecurityOrder:
    return records.add(by, SecurityOrder, {"measure": measure.id, "recipient": to.id}, at)


def appointed(post: Post = Post.CHIEF, *, by: Actor = KEEPER, at: dt.datetime = AT, **values: Any) -> Appointment:
    given = dict(post=post, appointed_on=today(at) - 300 * DAY, appointed_by="Kommunstyrelsen", under_director=True)
    return records.add(by, Appointment, given | values, at)


def approval(*, by: Actor = KEEPER, at: dt.datetime = AT, **values: Any) -> SystemApproval:
    given = dict(reference="KS/2026:77", approved_on=today(at) - 10 * DAY, decided_by="Kommundirektör")
    return records.add(by, SystemApproval, given | {"assessment": "KS/2026:70"} | values, at)


def protected(to: Actor) -> dict[str, Record]:
    """One record of every type of the open part of protective security, by slug; the order is `to` somebody."""
    day, measure = TODAY - 100 * DAY, shell(kept_elsewhere=True, kept_at="SÄK 2026:14")
    check = dict(checked_on=day, area=Area.PHYSICAL, result=CheckResult.REMARKS)
    plan = dict(version_on=day, adopted_on=day, paragraph="§ 3", reference="KS/2026:41", follow_up_on=TODAY + DAY)
    made = [
        process(), analysis(), measure, order(shell(), to), appointed(), approval(),
        records.add(KEEPER, SecurityCheck, check, AT),
        records.add(KEEPER, TrainingCount, dict(function_group="Drift", held_on=day, trained=7, of_all=9), AT),
        records.add(KEEPER, SecurityPlan, plan, AT),
        records.add(KEEPER, SupervisorNotice, dict(sent_on=day, sent_to="Länsstyrelsen"), AT),
        records.add(KEEPER, BoardReport, dict(reported_on=day, held=ReportForm.CLOSED, paragraph="§ 8"), AT),
    ]  # fmt: skip
    return {row.declared.slug: row for row in made}


# Guarding


def contract(*, by: Actor = OFFICE, at: dt.datetime = AT, in_force: bool = True, **values: Any) -> Contract:
    """In force since a year, for three more, unless said."""
    given = dict(supplier=f"Vakt {next(_numbers)} AB", company_number="556999-0001", reference="KS/2025:12")
    given |= dict(price_model=PriceModel.MIXED, manager="Säkerhetssamordnare", authorised_on=today(at) - 30 * DAY)
    given |= dict(starts_on=today(at) - 365 * DAY, ends_on=today(at) + 3 * 365 * DAY)
    made = records.add(by, Contract, given | values, at)
    return moved(made, "bring", by, at=at) if in_force else made


def option(whole: Contract, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any) -> ContractOption:
    begins = whole.ends_on + DAY
    given = dict(contract=whole.id, begins_on=begins, ends_on=begins + 365 * DAY, notice_months=6)
    return records.add(by, ContractOption, given | values, at)


def site(whole: Contract | None = None, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any) -> GuardedSite:
    """Guarded by a contract in force, of a unit of its own unless said; nobody has assessed the need."""
    given = dict(
        name=f"Objekt {next(_numbers)}", level=ServiceLevel.BASIC, instruction="SÄK 2026:9", yearly_cost=48_000
    )
    given |= {"contract": (whole or contract()).id, "unit": _id(values.pop("unit", None) or unit())}
    return records.add(by, GuardedSite, given | _plain(values), at)


def assessment(
    where: GuardedSite, on: dt.date = TODAY, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any
) -> NeedAssessment:
    given = dict(site=where.id, assessed_on=on, risk=Risk.MEDIUM, incidents=1, alternative=Alternative.LIGHT)
    given |= dict(conclusion=Conclusion.KEEP, because="Enstaka skadegörelse.")
    return records.add(by, NeedAssessment, given | values, at)


def meeting(
    whole: Contract | None = None, on: dt.date = TODAY, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any
) -> ContractMeeting:
    given = dict(contract=(whole or contract()).id, held_on=on, present="Säkerhetssamordnare, avtalschef")
    return records.add(by, ContractMeeting, given | values, at)


def deviation(
    where: GuardedSite, on: dt.date = TODAY, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any
) -> Deviation:
    """Told on its day; not answered."""
    given = dict(site=where.id, happened_on=on, kind=DeviationKind.MISSED, severity=GuardingSeverity.SERIOUS)
    given |= dict(what="Två ronder uteblev.", told_on=on)
    return records.add(by, Deviation, given | values, at)


def spot_check(
    whole: Contract | None = None, on: dt.date = TODAY, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any
) -> SpotCheck:
    given = dict(contract=(whole or contract()).id, checked_on=on, compared="Rondlogg mot faktura", sample=60, errors=1)
    return records.add(by, SpotCheck, given | dict(amount=80_000, wrong=600) | values, at)


def figures(
    where: GuardedSite, month: dt.date = LAST_MONTH, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any
) -> MonthlyFigure:
    """One month of one site, as it was delivered."""
    given = dict(site=where.id, service=ServiceKind.OUTER_ROUND, month=month, ordered=60, delivered=59, missed=1)
    given |= dict(alarms=3, unjustified=1, responses="12:1 18:2", invoiced=4_000)
    row = MonthlyFigure(**given | values)
    figures_came.receive(by, where.contract, [row], at)
    return row


def review(*, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any) -> Review:
    """Planned; with a score to be set for each criterion in use."""
    given = dict(name="Översyn av bevakningen", period_from=today(at) - 365 * DAY, period_to=today(at), scope="Allt")
    return records.add(by, Review, given | values, at)


def scored(made: Review, *, by: Actor = OFFICE, at: dt.datetime = AT) -> None:
    for row in CriterionScore.select().where(CriterionScore.review == made):
        records.change(by, row, {"score": Score.FAIR, "evidence": "Statistik"}, row.version, at)


def decided_review(on: dt.date = TODAY, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any) -> Review:
    made = review(by=by, at=at, **values)
    for step in ("gather", "draft"):
        moved(made, step, by, at=at)
    scored(made, by=by, at=at)
    said = dict(decided_on=on, decided_by="Kommunstyrelsen", paragraph="§ 7", reference="KS/2026:9")
    return moved(made, "resolve", by, at=at, next_on=on + 365 * DAY, **said)


def usage_process(
    on: dt.date | None = TODAY - 90 * DAY, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any
) -> UsageProcess:
    """Adopted `on` a day, or a draft."""
    given = dict(edition=f"{next(_numbers)}.0", owner="Säkerhetschef", describes_order=True)
    made = records.add(by, UsageProcess, given | values, at)
    if on is None:
        return made
    said = dict(adopted_on=on, adopted_by="Kommundirektör", paragraph="§ 3", reference="KS/2026:8")
    return moved(made, "adopt", by, at=at, **said)


def guarding(where: Unit, by: Actor = OFFICE) -> dict[str, Record]:
    """One record of every type of guarding, by slug; the site is the unit's."""
    from tracker.acts import guarding as shipped

    shipped.install(OFFICE, AT)
    installing.targets(OFFICE, AT)
    whole, planned = contract(by=by), review(by=by)
    place = site(whole, unit=where, response=ResponseClass.select().first(), by=by)
    answer = dict(review=planned.id, unit=where.id, answer_by=TODAY + 30 * DAY)
    figure = figures(place)
    made = [
        figure, figure.delivery, whole, option(whole), place, assessment(place), meeting(whole), planned,
        usage_process(None), deviation(place), spot_check(whole),
        records.add(by, Service, dict(contract=whole.id, kind=ServiceKind.CALL_OUT), AT),
        records.add(by, ReviewAnswer, answer, AT),
        CriterionScore.select().where(CriterionScore.review == planned).first(),
        ResponseClass.select().first(), Criterion.select().first(), GuardingTarget.select().first(),
    ]  # fmt: skip
    return {row.declared.slug: type(row).get_by_id(row.id) for row in made}


# Against irregularities


def guideline(*, by: Actor = KEEPER, at: dt.datetime = AT, **values: Any) -> Guideline:
    """A draft; see `adopted_guideline`."""
    return records.add(by, Guideline, {"name": f"Riktlinjer {next(_numbers)}"} | values, at)


def adopted_guideline(on: dt.date, *, at: dt.datetime = AT, **values: Any) -> Guideline:
    """A version decided, and in force, from a day."""
    decision = dict(body="Kommunstyrelsen", decided_on=on, paragraph="§ 41", reference="KS/2026:208", valid_from=on)
    return moved(guideline(at=at), "adopt", KEEPER, at=at, **decision | values)


def anchored_in(unit: Unit, *, at: dt.datetime = AT, **values: Any) -> Anchoring:
    """The anchoring of a unit, of whatever kind; see `acts.anchoring.cover`."""
    row = Anchoring(unit=unit.id, **values)
    with ledger.act(OFFICE, Verb.INSTALLED, row, at=at) as act:
        act.save(row)
    return row


def activity(row: Anchoring, version: Guideline, on: dt.date = TODAY, *, at: dt.datetime = AT) -> AnchoringActivity:
    given = dict(anchoring=row.id, kind=Activity.WORKSHOP, held_on=on, participants=12, guideline=version.id)
    return records.add(KEEPER, AnchoringActivity, given, at)


def coverage(row: Anchoring, trained: int, staff: int = 100, on: dt.date = TODAY, *, at: dt.datetime = AT) -> Coverage:
    given = dict(anchoring=row.id, counted_on=on, staff=staff, trained=trained)
    return records.add(KEEPER, Coverage, given, at)


def signed_off(row: Anchoring, head: Actor, *, at: dt.datetime = AT) -> SignOff:
    """The head's sign-off of the version in force."""
    asked = anchoring.signing(head, row.uid.hex, at)
    assert asked.guideline
    signed = anchoring.sign(head, row.uid.hex, anchoring.shown(asked.guideline), at).signed
    assert signed
    return signed


def risk_process(unit: Unit, **values: Any) -> RiskProcess:
    given = dict(
        unit=unit.id, area=Process.PURCHASING, year=2026, risk="Direktköp utan jämförelse", likelihood=Level.MEDIUM,
        effect=Level.HIGH, control="Stickprov varje kvartal", residual=Level.LOW, owner="Upphandlingschef",
    )  # fmt: skip
    return records.add(KEEPER, RiskProcess, given | values, AT)


def unannounced(unit: Unit, *, at: dt.datetime = AT, **values: Any) -> UnannouncedControl:
    """Planned; see `moved(…, "hold", …)`."""
    given = dict(reference=f"IK {next(_numbers)}", area=Process.PURCHASING, unit=unit.id, planned_on=TODAY + 30 * DAY,
                 sample="Var tionde faktura", owner="Controller")  # fmt: skip
    return records.add(KEEPER, UnannouncedControl, given | values, at)


def against_irregularities(unit: Unit, head: Actor) -> dict[str, Record]:
    """One record of every type of this register, by slug; `head` heads the unit."""
    installing.targets(OFFICE, AT)
    version, place = adopted_guideline(TODAY - 100 * DAY), anchored_in(unit)
    review = dict(guideline=version.id, started_on=TODAY - 30 * DAY, trigger=Trigger.AUDIT)
    made = [
        guideline(replaces=version.id), place, AnchoringTarget.get(),
        activity(place, version), coverage(place, 70), signed_off(place, head),
        records.add(KEEPER, GuidelineReview, review, AT),
        risk_process(unit),
        records.add(KEEPER, SideJobRound, dict(unit=unit.id, year=2026, asked=90, answered=81, assessed=9, prohibited=1), AT),
        records.add(KEEPER, JavSample, dict(unit=unit.id, checked_on=TODAY - DAY, decisions=40, noted=3, followed=3), AT),
        records.add(KEEPER, AuditRemark, dict(year=2025, reference="KS/2025:9", remark="Jäv noteras inte alltid."), AT),
        moved(unannounced(unit), "hold", KEEPER, held_on=TODAY, looked_at=40, faults=3),
        unannounced(unit),
        records.add(KEEPER, ChannelYear, dict(year=2025, received=3), AT),
        records.add(KEEPER, ChannelStatus, dict(owner="Kommunjurist", exists=True, tested_on=TODAY - DAY), AT),
    ]  # fmt: skip
    return {row.declared.slug: row for row in made}


# Exercises


def continuity_plan(
    scenario: Scenario = Scenario.INTRUSION,
    on: dt.date | None = TODAY - 90 * DAY,
    *,
    at: dt.datetime = AT,
    **values: Any,
) -> ContinuityPlan:
    """Adopted `on` a day, or a draft."""
    given = dict(name=f"Plan {next(_numbers)}", scenario=scenario, kept_at="Kassaskåpet, larmcentralen")
    made = records.add(OFFICE, ContinuityPlan, given | _plain(values), at)
    if on is None:
        return made
    said = dict(adopted_on=on, adopted_by="Kommundirektör", paragraph="§ 3", reference="KS/2026:8")
    return moved(made, "adopt", OFFICE, at=at, review_on=on + 365 * DAY, **said)


def year_plan(committee: Unit, year: int = TODAY.year, *, at: dt.datetime = AT, **values: Any) -> ExercisePlan:
    """A nämnd's plan of a year, a draft; see `acts.exercises.cover`."""
    row = ExercisePlan(unit=committee.id, year=year, name=f"{committee.name} {year}", **values)
    with ledger.act(OFFICE, Verb.INSTALLED, row, at=at) as act:
        act.save(row)
    return row


def adopted_plan(committee: Unit, on: dt.date = TODAY - 200 * DAY, *, at: dt.datetime = AT) -> ExercisePlan:
    row = year_plan(committee, on.year, at=at)
    said = dict(adopted_on=on, adopted_by="Nämnden", paragraph="§ 14", reference="KS/2026:30")
    return moved(row, "adopt", OFFICE, at=at, **said)


def exercise(
    where: Unit, plan: ExercisePlan | None = None, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any
) -> Exercise:
    """Planned for a month ahead; see `held` and `evaluated`."""
    given = dict(name=f"Övning {next(_numbers)}", kind=ExerciseKind.TABLE_TOP, planned_on=today(at) + 30 * DAY)
    given |= {"unit": where.id, "plan": plan and plan.id}
    return records.add(by, Exercise, given | values, at)


def held(row: Exercise, on: dt.date = TODAY, *, by: Actor = OFFICE, at: dt.datetime = AT) -> Exercise:
    said = dict(held_on=on, minutes=120, functions="Ledningsgrupp, it-chef", participants=9)
    return moved(row, "exercise", by, at=at, **said)


def goal(row: Exercise, met: Met | None = Met.YES, *, by: Actor = OFFICE, at: dt.datetime = AT) -> ExerciseGoal:
    given = dict(
        exercise=row.id, goal="Kontaktvägarna används", outcome=met, seen="Larmlistan ringdes" if met else None
    )
    return records.add(by, ExerciseGoal, given, at)


def observation(row: Exercise, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any) -> ExerciseObservation:
    given = dict(exercise=row.id, about="Kontaktvägar", observed="Två nummer gick inte fram.")
    return records.add(by, ExerciseObservation, given | values, at)


def evaluated(row: Exercise, on: dt.date = TODAY, *, by: Actor = OFFICE, at: dt.datetime = AT) -> Exercise:
    """With a goal, unless it has one."""
    if not ExerciseGoal.select().where(ExerciseGoal.exercise == row).exists():
        goal(row, by=by, at=at)
    return moved(row, "evaluate", by, at=at, evaluated_on=on, report="KS/2026:77", next_on=None)


def technical_test(where: Unit, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any) -> TechnicalTest:
    given = dict(reference=f"TT {next(_numbers)}", kind=TestKind.RESTORE, unit=where.id, tested_on=today(at))
    given |= dict(system="SG-07", minutes=180, goal_minutes=240, outcome="Nyckeln låg i fel kassaskåp.")
    return records.add(by, TechnicalTest, given | values, at)


def training(
    committee: Unit, trained: int, on: dt.date = TODAY, *, by: Actor = OFFICE, at: dt.datetime = AT, **values: Any
) -> Training:
    given = dict(unit=committee.id, group=Trained.STAFF, counted_on=on, of_all=100, trained=trained)
    return records.add(by, Training, given | values, at)


def management_review(on: dt.date = TODAY, *, at: dt.datetime = AT, **values: Any) -> ManagementReview:
    given = dict(held_on=on, body="Kommunstyrelsen", paragraph="§ 9", reference="KS/2026:55", decisions="Öva oftare.")
    return records.add(OFFICE, ManagementReview, given | values, at)


def exercises(where: Unit) -> dict[str, Record]:
    """One record of every type of exercises, by slug; what is of a unit is of this one, the plan and count its nämnd's."""
    installing.targets(OFFICE, AT)
    committee = where if where.kind is UnitKind.COMMITTEE else where.parent
    plan = year_plan(committee)
    planned = exercise(where, plan, scenario=Scenario.OVERLOAD)
    made = [
        ExerciseTarget.get(), continuity_plan(on=None, replaces=continuity_plan()), plan, planned, goal(planned, None),
        observation(planned), technical_test(where), training(committee, 60), management_review(),
    ]  # fmt: skip
    return {row.declared.slug: row for row in made}


def moved(row: Record, step: str, by: Actor, *, at: dt.datetime = AT, **values: Any) -> Record:
    """The record after a step in its life, such as "finish"."""
    now = type(row).get_by_id(row.id)
    return records.step(by, type(row), row.uid.hex, step, values, now.version, at)


def remark(row: Record, by: Actor, text: str = "Ser bra ut.", *, at: dt.datetime = AT) -> Comment:
    return records.remark(by, row, text, at)


def mark(row: Record, field: str, *, by: Actor = OFFICE, at: dt.datetime = AT, provision: str = "OSL 18:8") -> Mark:
    return marking.mark(by, row, field, provision, at)


def _id(row: Any) -> Any:
    return getattr(row, "id", row)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Records given where their ids are meant."""
    return {name: _id(value) if isinstance(value, Record) else value for name, value in values.items()}
