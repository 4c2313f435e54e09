"""Ekdala's guarding: two contracts, what they guard and why, a usage process, and a review that is out for comment."""

import datetime as dt
from typing import Any

from models.calendar import months_before
from models.guarding import (
    Alternative,
    Conclusion,
    Contract,
    ContractMeeting,
    ContractOption,
    CriterionScore,
    GuardedSite,
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
    UsageProcess,
)
from models.measures import Measure
from models.record import Record
from tracker.demo import data
from tracker.demo.clock import DAY
from tracker.demo.town import Town
from tracker.language import today as day_of
from tracker.spine import records

WHO = "malin"
MAIN = "ek"
LONG_AGO, NEVER = 800, -1
"""Days since an assessment that holds no longer; and that there is none."""


def plan(town: Town) -> None:
    """Puts all of it on the agenda."""
    put = town.agenda.put
    for place, key in enumerate(data.guarding()["contracts"]):
        put(town.ago(400 - place, 10), _contract, town, key)
    put(town.ago(300, 13), _process, town)
    for days, reference in ((310, "61"), (190, "88"), (47, "104")):
        put(town.ago(days, 15), _met, town, reference)
    put(town.ago(90, 9), _review, town)


def _contract(town: Town, key: str, at: dt.datetime) -> None:
    """The contract as it was when Ekdala began to keep it here, with its sites."""
    said = data.guarding()["contracts"][key]
    first, last = months_before(town.today, said["months"]).replace(day=1), town.today - said["ends"] * DAY
    values = {name: said[name] for name in ("supplier", "company_number")}
    values |= {"price_model": PriceModel(said["price_model"]), "manager": "Säkerhetssamordnare"}
    values |= {"reference": f"KS/{first.year}:{said['number']}", "procurement": f"KS/{first.year - 1}:212"}
    values |= {"starts_on": first, "ends_on": last, "authorised_on": town.today - said["authorised"] * DAY}
    made = _add(town, Contract, values | {"security_agreement_on": first}, at)
    records.step(town.actor(WHO), Contract, made.uid.hex, "bring", {}, made.version, at)
    until = months_before(last, -said["option"])
    option = {"begins_on": last + DAY, "ends_on": until, "notice_months": said["notice"]}
    _add(town, ContractOption, {"contract": made.id, **option}, at)
    for kind, scope, inner in said["services"]:
        values = {"kind": ServiceKind(kind), "scope": scope, "inner_check": inner}
        _add(town, Service, {"contract": made.id, **values}, at)
    _sites(town, key, made, at)


def _sites(town: Town, key: str, made: Record, at: dt.datetime) -> None:
    said = data.guarding()
    wanted = [row for row in said["others"] if row[0] == key]
    for place, (_, name, unit, level, cost) in enumerate(wanted):
        _site(town, made, place, WHO, {"name": name, "unit": town.units[unit], "level": level, "yearly_cost": cost}, at)
    if key != MAIN:
        return
    for place, (number, premises) in enumerate(sorted(town.premises.items()), len(wanted)):
        if number in said["not_guarded"]:
            continue
        kind = premises.kind.value
        values = {"name": premises.name, "premises": premises.id, "unit": premises.unit, "level": said["levels"][kind]}
        cost = said["costs"][kind] + 500 * (place % 7)
        _site(town, made, place, town.duties[number].head, values | {"yearly_cost": cost}, at)


def _site(town: Town, whole: Record, place: int, head: str, values: dict[str, Any], at: dt.datetime) -> None:
    classes = list(ResponseClass.select().order_by(ResponseClass.minutes))
    values |= {"level": ServiceLevel(values["level"]), "response": classes[place % len(classes)].id}
    values |= {"instruction": f"SÄK {at.year}:{200 + place}", "needed_since": town.start - (300 + 40 * place) * DAY}
    made = _add(town, GuardedSite, {"contract": whole.id, **values}, at)
    ago = NEVER if place % 30 == 4 else LONG_AGO if place % 25 == 7 else 20 + (place * 37) % 340
    if ago != NEVER:
        town.agenda.put(town.ago(min(ago, 380), 11), _assess, town, made.id, place, head, town.today - ago * DAY)


def _assess(town: Town, site: int, place: int, head: str, day: dt.date, at: dt.datetime) -> None:
    """By whoever heads the unit that pays; where it has none, by the coordinator."""
    why = data.guarding()["why"]
    risk, incidents, alternative, conclusion, because = why[place % len(why)]
    values = {"risk": Risk(risk), "incidents": incidents, "alternative": Alternative(alternative), "because": because}
    values |= {"site": site, "assessed_on": day, "conclusion": Conclusion(conclusion)}
    records.add(town.actor(head), NeedAssessment, values, at)


def _process(town: Town, at: dt.datetime) -> None:
    values = {"edition": "1.0", "owner": "Säkerhetschef", "budget": "Den enhet som bevakas", "kept_at": "KS 2026:77"}
    values |= {f"describes_{name}": True for name in ("order", "change", "stop")}
    made = _add(town, UsageProcess, values, at)
    decided = day_of(at) - 6 * DAY
    said = {"adopted_on": decided, "adopted_by": "Kommundirektör", "paragraph": "§ 21"}
    said["reference"] = f"KS/{decided.year}:77"
    records.step(town.actor(WHO), UsageProcess, made.uid.hex, "adopt", said, made.version, at)


def _met(town: Town, reference: str, at: dt.datetime) -> None:
    contract = Contract.select().order_by(Contract.id).first()
    values = {"present": "Säkerhetssamordnare, avtalschef", "decided": "Uteblivna ronder krediteras nästa faktura."}
    values |= {"held_on": day_of(at), "reference": f"KS {at.year}:{reference}"}
    made = _add(town, ContractMeeting, {"contract": contract.id, **values}, at)
    todo = {"title": f"Gå igenom nyckelkvittenser, protokoll {reference}", "unit": town.units["KLF-01"].id}
    todo |= {"responsible": town.people[WHO].id, "due_on": day_of(at) + 100 * DAY}
    task = records.add_from(town.actor(WHO), Measure, made, todo, at)
    town.agenda.put(at + 60 * DAY, _done, town, task.id)


def _done(town: Town, measure: int, at: dt.datetime) -> None:
    row = Measure.get_by_id(measure)
    said = {"done_how": "Genomgångna tillsammans med leverantören."}
    records.step(town.actor(WHO), Measure, row.uid.hex, "finish", said, row.version, at)
    town.agenda.put(at + 5 * DAY, _verified, town, measure)


def _verified(town: Town, measure: int, at: dt.datetime) -> None:
    row = Measure.get_by_id(measure)
    records.step(town.actor("eva"), Measure, row.uid.hex, "verify", {}, row.version, at)


def _review(town: Town, at: dt.datetime) -> None:
    last = months_before(town.today, 4)
    values = {"name": f"Översyn av bevakningen {last.year}", "period_from": months_before(last, 24), "period_to": last}
    values |= {"scope": "Båda avtalen och alla objekt.", "findings": "Enheterna vet inte vad bevakningen kostar."}
    made = _add(town, Review, values, at)
    for days, step, asked in (
        (85, "gather", {}),
        (40, "draft", {}),
        (12, "refer", {"answer_by": town.today + 18 * DAY}),
    ):
        town.agenda.put(town.ago(days, 9), _move, town, made.id, step, asked)
    for number, (score, evidence) in data.guarding()["scores"].items():
        town.agenda.put(town.ago(60 - number, 14), _score, town, made.id, number, score, evidence)
    for unit, days, answer in data.guarding()["answers"]:
        town.agenda.put(town.ago(12, 10), _ask, town, made.id, unit, days, answer)


def _move(town: Town, review: int, step: str, asked: dict[str, Any], at: dt.datetime) -> None:
    row = Review.get_by_id(review)
    records.step(town.actor(WHO), Review, row.uid.hex, step, asked, row.version, at)


def _score(town: Town, review: int, number: int, score: int, evidence: str, at: dt.datetime) -> None:
    of = (CriterionScore.review == review) & (CriterionScore.number == number)
    row = CriterionScore.select().where(of).get()
    records.change(town.actor(WHO), row, {"score": Score(str(score)), "evidence": evidence}, row.version, at)


def _ask(town: Town, review: int, unit: str, days: int | None, answer: str | None, at: dt.datetime) -> None:
    values = {"review": review, "unit": town.units[unit].id, "answer_by": town.today + 18 * DAY}
    made = _add(town, ReviewAnswer, values, at)
    if days is not None:
        said = {"answered_on": town.today - days * DAY, "answer": answer}
        town.agenda.put(town.ago(days, 15), _answered, town, made.id, said)


def _answered(town: Town, asked: int, said: dict[str, Any], at: dt.datetime) -> None:
    row = ReviewAnswer.get_by_id(asked)
    records.change(town.actor(WHO), row, said, row.version, at)


def _add(town: Town, record_type: type[Record], values: dict[str, Any], at: dt.datetime) -> Any:
    return records.add(town.actor(WHO), record_type, values, at)
