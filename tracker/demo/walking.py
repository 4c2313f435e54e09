"""Rounds as they were walked: what was answered, who signed, who counter-signed."""

import datetime as dt
import uuid
from typing import Any

from models.fire_safety import Answer, Checklist, ChecklistItem, Deficiency, Party, PremisesKind, Round, Severity
from tracker.acts import rounds
from tracker.acts.rounds import Given
from tracker.demo import data, mending
from tracker.demo.clock import DAY, at_work
from tracker.demo.schedule import Visit
from tracker.demo.town import LIBRARY, Town
from tracker.spine import records

ONE, TWO = 0.17, 0.02
"""The shares of rounds in which one and two deficiencies are found."""
MENDED_ON_THE_SPOT, NOT_CHECKED, REMARKED = 0.03, 0.004, 0.08
MISSING = {
    PremisesKind.CARE: {"411": (10,), "412": (10, 11), "413": (10,), "414": (10, 11), "415": (10,)},
    PremisesKind.OFFICE: {"421": (14,), "422": (14,), "621": (14, 16), "721": (14,), "741": (14, 16)},
}
"""Points about what a building does not have."""


class Walking:
    """Walks the rounds of a town, by the checklists in force."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._items: dict[int, list[ChecklistItem]] = {}
        self._planned: dict[tuple[int, dt.date], str] = {}

    def know_the_plan(self) -> None:
        """To be told when rounds were planned."""
        rows = Round.select(Round.plan, Round.due_on, Round.uid).where(Round.plan.is_null(False)).tuples()
        self._planned = {(plan, due): uid.hex for plan, due, uid in rows}

    def cancel(self, visit: Visit, at: dt.datetime) -> None:
        self._step(visit, self.town.duties[visit.number].manager, "cancel", {"cancelled_because": visit.cancelled}, at)

    def walk(self, visit: Visit, at: dt.datetime) -> None:
        """Signs the round, and lets what was found in it and its counter-signature come in their time."""
        signed = self._submit(visit, self._uid(visit), visit.window.covers, at)
        if signed.needs_countersign and visit.countersigned:
            later = at_work(at + self.town.dice.randint(1, 9) * DAY)
            self.town.agenda.put(later, self._countersign, visit)

    def walk_extra(self, number: str, at: dt.datetime) -> None:
        """A round outside the plan, by whoever answers for the premises."""
        visit = Visit(number, None)
        walk = rounds.begin_extra(self._walker(visit), self.town.premises[number].uid.hex, at)
        self._submit(visit, walk.uid.hex, walk.covers, at + dt.timedelta(minutes=50))

    def _submit(self, visit: Visit, uid: str, covers: str, at: dt.datetime) -> Round:
        asked = self._asked(self.town.premises[visit.number].kind, covers, at)
        wrong = self._wrong(visit, asked)
        signed = rounds.submit(
            self._walker(visit),
            uid,
            uuid.uuid4(),
            {item.id: self._given(visit, item, wrong.get(item.number), at) for item in asked},
            self._remark(),
            at - dt.timedelta(minutes=8 + 2 * len(asked)),
            at,
        )
        found = Deficiency.select().where(Deficiency.round == signed).order_by(Deficiency.id) if wrong else ()
        for (_, finding), deficiency in zip(sorted(wrong.items()), found, strict=True):
            mending.begin(self.town, visit.number, deficiency, finding, at)
        return signed

    def _countersign(self, visit: Visit, at: dt.datetime) -> None:
        duties = self.town.duties[visit.number]
        self._step(visit, self.town.dice.choice((duties.manager, duties.head)), "countersign", {}, at)

    def _step(self, visit: Visit, who: str, name: str, values: dict[str, Any], at: dt.datetime) -> None:
        """A round has one step before this one at most: being planned, being signed."""
        walk = Round.get(Round.uid == uuid.UUID(self._uid(visit)))
        records.step(self.town.actor(who), Round, walk.uid.hex, name, values, walk.version, at)

    def _uid(self, visit: Visit) -> str:
        return self._planned[self.town.plans[visit.number].id, visit.window.due_on]

    def _walker(self, visit: Visit):
        return self.town.actor(self.town.duties[visit.number].walker)

    def _asked(self, kind: PremisesKind, covers: str, at: dt.datetime) -> list[ChecklistItem]:
        in_force = (Checklist.kind == kind) & (Checklist.valid_from <= at.date())
        version = Checklist.select().where(in_force).order_by(Checklist.number.desc()).first()
        if version.id not in self._items:
            points = ChecklistItem.select().where(ChecklistItem.checklist == version).order_by(ChecklistItem.number)
            self._items[version.id] = list(points)
        return [item for item in self._items[version.id] if item.interval.value in covers]

    def _wrong(self, visit: Visit, asked: list[ChecklistItem]) -> dict[int, dict[str, Any]]:
        """What is found, by the point's number: set pieces alone, or what the dice say."""
        findings = data.findings()[self.town.premises[visit.number].kind.value]
        if visit.found:
            return {piece["point"]: findings[piece["point"]][piece["text"]] | piece for piece in visit.found}
        roll = self.town.dice.random()
        wanted = 0 if visit.number == LIBRARY else 2 if roll < TWO else 1 if roll < TWO + ONE else 0
        open_to = [item for item in asked if item.number in findings and not self._is_missing(visit.number, item)]
        weights = [1 if item.severity is Severity.ACUTE else 3 for item in open_to]
        chosen = {item.number for item in self.town.dice.choices(open_to, weights, k=wanted)} if open_to else set()
        return {
            number: self.town.dice.choice([f for f in findings[number] if "what" in f]) for number in sorted(chosen)
        }

    def _given(self, visit: Visit, item: ChecklistItem, finding: dict[str, Any] | None, at: dt.datetime) -> Given:
        if finding:
            return self._deficient(item, finding, at)
        if self._is_missing(visit.number, item):
            return Given(Answer.NOT_APPLICABLE)
        dice, findings = self.town.dice, data.findings()
        if dice.random() < NOT_CHECKED:
            return Given(Answer.NOT_CHECKED, dice.choice(findings["not_checked"]))
        fixed = [
            f["fixed"]
            for f in findings[self.town.premises[visit.number].kind.value].get(item.number, ())
            if "fixed" in f
        ]
        if fixed and dice.random() < MENDED_ON_THE_SPOT:
            return Given(Answer.FIXED, dice.choice(fixed))
        return Given(Answer.OK)

    def _deficient(self, item: ChecklistItem, finding: dict[str, Any], at: dt.datetime) -> Given:
        party = Party(finding.get("party", item.party))
        reported = party is Party.LANDLORD and self.town.dice.random() < 0.6
        return Given(
            Answer.DEFICIENT,
            finding["what"],
            finding["where"],
            Severity(str(finding.get("sev", item.severity.value))),
            party,
            finding.get("until", ""),
            f"FA-{at:%y}-{1000 + at.timetuple().tm_yday * 7 + item.number}" if reported else "",
        )

    def _remark(self) -> str | None:
        said = data.findings()["round_remarks"]
        return self.town.dice.choice(said) if self.town.dice.random() < REMARKED else None

    def _is_missing(self, number: str, item: ChecklistItem) -> bool:
        return item.number in MISSING.get(self.town.premises[number].kind, {}).get(number, ())
