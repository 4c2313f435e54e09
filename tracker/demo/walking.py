"""Rounds as they were walked: what was answered, who signed, who counter-signed."""

import datetime as dt
import uuid
from typing import Any

from models.fire_safety import Answer, Checklist, ChecklistItem, Deficiency, Party, PremisesKind, Round, Severity
from models.people import Actor
from tracker.acts import checklists, rounds
from tracker.acts.rounds import Given
from tracker.demo import data, mending
from tracker.demo.clock import DAY, at_work
from tracker.demo.schedule import Visit
from tracker.demo.town import LIBRARY, Town
from tracker.language import today as day_of
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
        self._versions: list[Checklist] = []
        self._points: dict[int, list[ChecklistItem]] = {}
        self._planned: dict[tuple[int, dt.date], tuple[str, int]] = {}

    def know_the_plan(self) -> None:
        """What is to be walked, and by which points. To be told when that has changed."""
        self._versions = list(Checklist.select().order_by(Checklist.number))
        self._points = {version.id: checklists.points(version) for version in self._versions}
        rows = Round.select(Round.plan, Round.due_on, Round.uid, Round.version).where(Round.plan.is_null(False))
        self._planned = {(plan, due): (uid.hex, version) for plan, due, uid, version in rows.tuples()}

    def cancel(self, visit: Visit, at: dt.datetime) -> None:
        actor = self.town.actor(self.town.duties[visit.number].manager)
        uid, version = self._round(visit)
        records.step(actor, Round, uid, "cancel", {"cancelled_because": visit.cancelled}, version, at)

    def walk(self, visit: Visit, at: dt.datetime) -> None:
        """Signs the round, and lets what was found in it and its counter-signature come in their time."""
        signed = self._submit(visit, self._round(visit)[0], visit.window.covers, at)
        if signed.needs_countersign and visit.countersigned:
            later = at_work(at + self.town.dice.randint(1, 9) * DAY)
            self.town.agenda.put(later, self._countersign, visit.number, signed)

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

    def _countersign(self, number: str, signed: Round, at: dt.datetime) -> None:
        duties = self.town.duties[number]
        actor = self.town.actor(self.town.dice.choice((duties.manager, duties.head)))
        records.step(actor, Round, signed.uid.hex, "countersign", {}, signed.version, at)

    def _round(self, visit: Visit) -> tuple[str, int]:
        """A planned round's name and version."""
        return self._planned[self.town.plans[visit.number].id, visit.window.due_on]

    def _walker(self, visit: Visit) -> Actor:
        return self.town.actor(self.town.duties[visit.number].walker)

    def _asked(self, kind: PremisesKind, covers: str, at: dt.datetime) -> list[ChecklistItem]:
        in_force = [version for version in self._versions if version.kind is kind and version.valid_from <= day_of(at)]
        return [item for item in self._points[in_force[-1].id] if item.interval.value in covers]

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
