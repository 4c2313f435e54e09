"""Years of walked rounds: all of it closed, so that nothing more is open after a hundred times the history.

Of twenty points in a round one is deficient; its deficiency was mended and verified. Entries and details are in
proportion to what the acts write, but witness nothing: they are there to be as many.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from benchmarks.bulk import Bulk
from models.calendar import month_end, months_before
from models.fire_safety import ChecklistItem, ControlPlan, Deficiency, Observation, Premises, Round, RoundState
from models.ledger import Entry, EntryDetail, Tally, Word
from models.measures import Comment, Mark
from models.people import Person
from models.swedish import words

BATCH = 500  # rounds
GRACE = 5  # days
LATE = 0.04  # of the rounds are signed after their last day
HEADLINES = (
    "Dörren kan inte öppnas helt",
    "Släckt, trasig eller skymd skylt",
    "Uppkilad eller uppställd dörr",
    "Fel förvaring",
)
PLACES = ("Entrén", "Plan 2", "Källaren", "Kapprummet", "Matsalen", "Trapphus B")
TOLD = {  # what the details say that a field became, by its name; a day for the others
    **dict.fromkeys(("headline", "what", "done_how", "covers"), '"Dörren kan inte öppnas helt"'),
    **dict.fromkeys(("premises", "round", "checklist", "signed_by", "countersigned_by", "answers"), "1"),
    "severity": '"2"',
    "party": '"HG"',
    "submission": '"0"',
    "signed_at": '"2026-01-31T09:00:00.000000+00:00"',
    "parts:observation": "20",
}
STATES = {"round": ('"planned"', '"countersigned"'), "deficiency": ('"open"', '"verified"')}
WHATS = (
    "Kärvar mot tröskeln sedan regnet.",
    "Lampan är trasig.",
    "Kilen togs bort, lärarna informerades.",
    "Kartonger i elrummet.",
)


@dataclass
class History:
    """Writes `rounds` walked rounds for each of the premises, one each month backwards from the month before `day`."""

    bulk: Bulk
    day: dt.date
    chance: random.Random
    items: list[ChecklistItem]
    signer: Person
    verifier: Person
    _rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    _columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _tallies: Counter[tuple[str, dt.date]] = field(default_factory=Counter)
    _ids: dict[str, Iterator[int]] = field(default_factory=dict)
    _entries: Iterator[int] = field(default_factory=lambda: count(1))

    def write(self, premises: Iterable[tuple[Premises, ControlPlan]], rounds: int) -> int:
        """Returns how many observations were written."""
        size = self.bulk.run("SELECT size FROM head")[0][0]
        self._entries = count(size + 1)
        written = 0
        for place, plan in premises:
            for back in range(rounds, 0, -1):
                self._round(place, plan, month_end(months_before(self.day.replace(day=1), back)))
                written += len(self.items)
            if sum(map(len, self._rows.values())) > BATCH * 100:
                self._flush()
        self._put_tallies()
        self._flush()
        self.bulk.run(f"UPDATE head SET size = {next(self._entries) - 1}")  # noqa: S608
        return written

    def _round(self, place: Premises, plan: ControlPlan, due: dt.date) -> None:
        closes = due + dt.timedelta(days=GRACE)
        late = self.chance.random() < LATE
        signed = closes + dt.timedelta(days=3) if late else due - dt.timedelta(days=self.chance.randrange(20))
        number, uid = self._next("round"), self._uid()
        wrong = {item.id for item in self.items if self.chance.random() < 1 / len(self.items)}
        moment = f"{signed} 09:00:00"
        self._put(
            Round,
            id=number,
            uid=uid,
            version=2,
            premises=place.id,
            plan=plan.id,
            covers="MKTA",
            kind="A",
            opens_on=due.replace(day=1),
            due_on=due,
            closes_on=closes,
            state=RoundState.COUNTERSIGNED.value,
            checklist=self.items[0].checklist_id,
            submission=self._uid(),
            started_at=moment,
            signed_at=moment,
            signed_on=signed,
            signed_by=self.signer.id,
            answers=len(self.items),
            deficient=len(wrong),
            remarks=None,
            countersigned_by=self.verifier.id,
            countersigned_on=signed + dt.timedelta(days=2),
            cancelled_because=None,
            cancelled_by=None,
        )
        self._tallies["rounds.due", closes] += 1
        self._tallies["rounds.in_time", closes] += not late
        self._entry(
            "planned",
            "round",
            uid,
            signed,
            [("round", uid, name) for name in ("premises", "due_on", "opens_on", "closes_on", "covers", "state")],
        )
        found = [self._deficiency(place, number, item, signed) for item in self.items if item.id in wrong]
        self._observations(number, wrong)
        changed = (
            "state",
            "checklist",
            "submission",
            "signed_at",
            "signed_on",
            "signed_by",
            "answers",
            "parts:observation",
        )
        grown = [
            ("deficiency", d, name)
            for d in found
            for name in ("state", "due_on", "headline", "what", "severity", "party", "premises", "round")
        ]
        self._entry("signed", "round", uid, signed, [("round", uid, name) for name in changed] + grown)
        self._entry(
            "countersign", "round", uid, signed, [("round", uid, name) for name in ("state", "countersigned_by")]
        )
        for deficiency in found:
            self._entry(
                "finish",
                "deficiency",
                deficiency,
                signed,
                [("deficiency", deficiency, n) for n in ("state", "done_on", "done_how")],
            )
            self._entry(
                "verify",
                "deficiency",
                deficiency,
                signed,
                [("deficiency", deficiency, n) for n in ("state", "verified_on")],
            )
        if self.chance.random() < 0.1:
            self._put(
                Comment,
                id=self._next("comment"),
                uid=self._uid(),
                version=1,
                about_type="round",
                about_uid=uid,
                text="Vaktmästaren är underrättad.",
                by=self.signer.id,
                at=moment,
                correction=True,
            )

    def _observations(self, number: int, wrong: set[int]) -> None:
        for item in self.items:
            bad = item.id in wrong
            answer, remark = ("deficient", self.chance.choice(WHATS)) if bad else ("ok", None)
            self._put(Observation, uid=self._uid(), version=1, round=number, item=item.id, answer=answer, remark=remark)

    def _deficiency(self, place: Premises, walk: int, item: ChecklistItem, found: dt.date) -> str:
        number, uid, mended = self._next("deficiency"), self._uid(), found + dt.timedelta(days=5)
        texts = {
            "headline": self.chance.choice(HEADLINES),
            "what": self.chance.choice(WHATS),
            "place": self.chance.choice(PLACES),
        }
        self._put(
            Deficiency,
            id=number,
            uid=uid,
            version=3,
            state="verified",
            due_on=found + dt.timedelta(days=7),
            waiting_for=None,
            done_how="Justerat på plats.",
            done_on=mended,
            verified_on=mended,
            returned_because=None,
            accepted_because=None,
            accepted_until=None,
            rejected_because=None,
            premises=place.id,
            round=walk,
            item=item.id,
            **texts,
            severity=item.severity.value,
            party=item.party.value,
            responsible=None,
            fault_number=None,
            temporary_measure="Avspärrat",
            found_on=found,
            done_by=self.signer.id,
            verified_by=self.verifier.id,
        )
        for word in words(*texts.values()):
            self._put(Word, record_type="deficiency", word=word, record=number)
        if item.secret:
            for name in Deficiency.WORDS:
                self._put(
                    Mark,
                    id=self._next("mark"),
                    uid=self._uid(),
                    version=1,
                    about_type="deficiency",
                    about_uid=uid,
                    field=name,
                    provision="OSL 18:8",
                    on=found,
                    by="checklist",
                    lifted_on=None,
                )
        return uid

    def _entry(self, verb: str, record_type: str, uid: str, day: dt.date, details: list[tuple[str, str, str]]) -> None:
        number, digest = next(self._entries), f"{self.chance.getrandbits(256):064x}"
        self._put(
            Entry,
            number=number,
            at=f"{day}T09:00:00.000000+00:00",
            actor=self.signer.uid.hex,
            actor_name=self.signer.name,
            verb=verb,
            record_type=record_type,
            record_uid=uid,
            previous=digest,
            hash=digest,
            key_id=digest[:16],
            signature=digest + digest,
            body=f'{{"changes":{{}},"facts":{{}},"others":{{}},"request":"{digest}"}}',
        )
        for about, record, name in details:
            old, new = STATES[about] if name == "state" else ("null", TOLD.get(name) or f'"{day}"')
            self._put(
                EntryDetail,
                entry=number,
                record_type=about,
                record_uid=record,
                field=name,
                commitment=digest,
                salt=digest[:32],
                old=old,
                new=new,
            )

    def _put_tallies(self) -> None:
        for (figure, day), number in self._tallies.items():
            self._put(Tally, figure=figure, day=day, count=number)

    def _put(self, model: Any, **values: Any) -> None:
        """One row, by field names, as they are stored; every row of a table names the same fields in the same order."""
        table = model._meta.table_name
        if table not in self._columns:
            self._columns[table] = tuple(model._meta.fields[name].column_name for name in values)
            self._rows[table] = []
        self._rows[table].append(tuple(values.values()))

    def _flush(self) -> None:
        for table, rows in self._rows.items():
            self.bulk.put(table, self._columns[table], rows)
            rows.clear()

    def _next(self, table: str) -> int:
        if table not in self._ids:
            self._ids[table] = count(self.bulk.run(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}")[0][0])  # noqa: S608
        return next(self._ids[table])

    def _uid(self) -> str:
        return f"{self.chance.getrandbits(128):032x}"
