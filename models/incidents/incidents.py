"""An information-security incident: from the first report until every clock has its outcome (guide B.5.1)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.calendar import months_before
from models.common import Unit
from models.incidents.deadlines import midnight_after
from models.incidents.words import (
    NOT_CLASSIFIED,
    OVER,
    REGISTER,
    SEVERE,
    AfterActionState,
    Answer,
    Category,
    ClockState,
    IncidentState,
    Sector,
    Severity,
)
from models.kinds import Choice, Day, Flag, Link, Moment, Note, Number, Text
from models.people import Person
from models.protective_security import Deposit
from models.record import Record, Step, among, declares, selection
from models.words import N_, Act, Message, Problem, Protection

SECRET = Protection.SECRET
S = IncidentState
TRIAGE = (
    "name", "category", "also", "confidentiality", "integrity", "availability", "severity", "unit", "known_at",
    "supplier_incident", "supplier", "personal_data", "high_risk", "significant", "assessed_at", "sector",
    "security_sensitive", "police",
)  # fmt: skip
"""What the coordinator answers; the answers start the clocks."""
NEEDED = N_("Needed when the answer above is yes.")
ANSWERED = ("name", "category", "severity", "known_at", "supplier_incident", "personal_data", "significant")


@declares(
    "Incident",
    "Incidents",
    register=REGISTER,
    slug="incidenter",
    title="number",
    columns=("number", "name", "category", "severity", "state", "reported_on"),
    filters=("category", "severity", "state"),
    sorts=("-id",),
    search=("number", "name"),
    form=(*TRIAGE, "happened_at", "system", "cost"),
    parts=("klockor", "drabbade", "handelser", "incidentbeslut", "referenser", "efteranalyser", "larm"),
    creatable=False,
    steps={
        "triage": Step("Triage", Act.EDIT, (S.NEW,), S.TRIAGE, asks=TRIAGE, needs=ANSWERED),
        "take_on": Step("Begin the work", Act.EDIT, (S.TRIAGE,), S.ONGOING),
        "contain": Step(
            "Record as contained", Act.EDIT, (S.TRIAGE, S.ONGOING, S.CONTAINED), S.CONTAINED,
            asks=("contained_at",), needs=("contained_at",), stamps={"noted_at": "now"},
        ),
        "restore": Step(
            "Record as restored", Act.EDIT, (S.TRIAGE, S.ONGOING, S.CONTAINED, S.RESTORED), S.RESTORED,
            asks=("restored_at",), needs=("restored_at",), stamps={"noted_at": "now"},
        ),
        "review": Step("Begin the review after it", Act.EDIT, (S.RESTORED,), S.REVIEW),
        "close": Step(
            "Close the incident", Act.DECIDE, (S.TRIAGE, S.ONGOING, S.CONTAINED, S.RESTORED, S.REVIEW), S.CLOSED,
            asks=("closed_at",), needs=("closed_at",), stamps={"noted_at": "now"},
        ),
        "dismiss": Step(
            "Dismiss: no incident", Act.DECIDE, (S.NEW, S.TRIAGE), S.DISMISSED,
            asks=("dismissed_because",), needs=("dismissed_because",),
        ),
        "reopen": Step("Reopen", Act.DECIDE, OVER, S.ONGOING, clears=("closed_at",)),
    },
)  # fmt: skip
class Incident(Record):
    """What happened, when it was discovered, known and found significant, and what the answers call for.

    What is told freely is secret from the start (OSL 18:8); a clock that says so marks the rest too (OSL 18:8 b).
    """

    alone_in = "itself"

    number = Text("Number", max_length=20, unique=True, typed=False)
    state = Choice("State", IncidentState, default=IncidentState.NEW, typed=False)
    drill = Flag(typed=False)
    reporter = Link("Reported by", to=Person, optional=True, typed=False)
    reported_on = Day("Reported", typed=False, index=True)
    reported_at = Moment(typed=False)
    what = Note("What has happened?", optional=True, typed=False, protection=SECRET)
    service = Text("Service or system", max_length=160, optional=True, typed=False, protection=SECRET)
    going_on = Choice("Is it still going on?", Answer, typed=False)
    sealed_report = Link("Sealed report", to=Deposit, optional=True, typed=False)

    name = Text("Short neutral title", max_length=120, optional=True, hint=N_("Neutral words: many read it."))
    category = Choice("Category", Category, optional=True)
    also = Choice("Also", Category, optional=True)
    confidentiality = Flag("Confidentiality affected")
    integrity = Flag("Correctness affected")
    availability = Flag("Availability affected")
    severity = Choice("Severity", Severity, optional=True)
    unit = Link("Unit", to=Unit, optional=True, hint=N_("Whose activity is hit: its nämnd has the clock for data."))
    supplier_incident = Choice("Struck through a supplier", Answer, optional=True)
    supplier = Text("Supplier and contract", max_length=160, optional=True, hint=NEEDED)
    personal_data = Choice("Personal data affected", Answer, optional=True)
    high_risk = Choice("High risk for those whose data it is", Answer, optional=True)
    significant = Choice("Significant under the cybersecurity act", Answer, optional=True)
    sector = Choice("A sector's own supervisor", Sector, optional=True)
    security_sensitive = Choice("Security-sensitive activity concerned", Answer, optional=True, protection=SECRET)
    police = Choice("To be reported to the police", Answer, optional=True, protection=SECRET)
    system = Text("System, from the inventory", max_length=120, optional=True, protection=SECRET, hint=NOT_CLASSIFIED)
    cost = Number("Cost so far (kronor)", optional=True)

    happened_at = Moment("Happened", optional=True)
    discovered_at = Moment("Discovered", typed=False)
    known_at = Moment(
        "Known to the organisation (kännedom)",
        optional=True,
        hint=N_("When anybody in the organisation knew of it. The law's hours count from here."),
    )
    assessed_at = Moment("When it was assessed as significant", optional=True, hint=NEEDED)
    contained_at = Moment("Contained at", optional=True)
    restored_at = Moment("Restored at", optional=True)
    closed_at = Moment("Closed at", optional=True)
    noted_at = Moment(optional=True, typed=False)
    dismissed_because = Note("Why it is dismissed", longest=1000, optional=True, protection=SECRET)

    class Meta:
        indexes = ((("drill", "state"), False), (("drill", "severity", "reported_on"), False))

    CONTENT = ("what", "service", "name", "supplier", "system", "dismissed_because")
    """What a clock's provision marks (guide C.2; OSL 18:8 b)."""

    @property
    def itself(self) -> "Incident":
        return self

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        yield from _order(values)
        if values.get("known_at") and values.get("reported_at") and values["known_at"] > values["reported_at"]:
            yield Problem("known_at", Message("It was known at the latest when it was reported."))
        if values.get("significant") is Answer.YES and not values.get("assessed_at"):
            yield Problem("assessed_at", Message("Say when it was assessed as significant."))
        if values.get("supplier_incident") is Answer.YES and not values.get("supplier"):
            yield Problem("supplier", Message("Say which supplier."))
        for name in ("contained_at", "restored_at", "closed_at"):
            if values.get(name) and values.get("noted_at") and values[name] > values["noted_at"]:
                yield Problem(name, Message("This is for what has happened: choose a time that has come."))
        if values.get("state") is IncidentState.CLOSED and not values.get("restored_at") and _status_sent(values["id"]):
            yield Problem("closed_at", Message("A status report was sent: record first when it was restored."))
        if values.get("state") in OVER and values.get("id") and (running := _running(values["id"])):
            where = "closed_at" if values["state"] is IncidentState.CLOSED else "dismissed_because"
            yield Problem(where, Message("These clocks have no outcome yet: %(clocks)s.", clocks=running))

    def follows(self, today: dt.date) -> Iterable[Record]:
        """The clocks that the answers call for, those that the times moved, and the marks that they bring."""
        from models.incidents.starting import called_for  # which makes clocks

        return called_for(self.id, today)

    def passes_on(self, other: Record, today: dt.date) -> Iterable[Record]:
        from models.incidents.masking import passed_on  # which looks at clocks

        return passed_on(other, self, today)

    @property
    def is_waiting(self) -> bool:
        return self.state not in OVER

    @property
    def is_locked(self) -> bool:
        return self.state in OVER

    @classmethod
    def real(cls) -> Any:
        """No exercise: what every figure counts."""
        return cls.drill == False  # noqa: E712

    @classmethod
    def severe(cls, today: dt.date) -> Any:
        """Severity 3 and 4 of the last twelve months."""
        recent = cls.reported_on.between(months_before(today, 12), today)
        return cls.real() & cls.severity.in_(SEVERE) & (cls.state != IncidentState.DISMISSED) & recent

    @selection("Open")
    def unfinished(cls, today):
        return cls.real() & cls.state.not_in(OVER)

    @selection("New, to triage")
    def new(cls, today):
        return cls.real() & (cls.state == IncidentState.NEW)

    @selection("With a clock running")
    def with_clock(cls, today):
        return cls.real() & among(cls.id, _clocks())

    @selection("Severe, last 12 months")
    def severe_last_year(cls, today):
        return cls.severe(today)

    @selection("Severe, review approved")
    def severe_reviewed(cls, today):
        return cls.severe(today) & among(cls.id, _reviewed())

    @selection("Severe, review late")
    def review_late(cls, today):
        """Severity 3 and 4 whose review is not approved in time after the service was restored (guide B.5.2)."""
        from models.incidents.targets import Aim, IncidentThreshold  # which counts in days

        last = today - dt.timedelta(days=IncidentThreshold.wanted(Aim.REVIEW) + 1)
        restored = cls.restored_at < midnight_after(last)
        return cls.severe(today) & restored & ~among(cls.id, _reviewed())

    @selection("Closed")
    def closed(cls, today):
        return cls.real() & (cls.state == IncidentState.CLOSED)

    @selection("Dismissed")
    def dismissed(cls, today):
        return cls.real() & (cls.state == IncidentState.DISMISSED)

    @selection("Exercises")
    def drills(cls, today):
        return cls.drill == True  # noqa: E712


NOT_BEFORE = (
    ("discovered_at", "happened_at", Message("It cannot be discovered before it happened.")),
    ("known_at", "discovered_at", Message("It cannot be known before it was discovered.")),
    ("assessed_at", "known_at", Message("It cannot be assessed before it was known.")),
    ("contained_at", "discovered_at", Message("It cannot be contained before it was discovered.")),
    ("restored_at", "discovered_at", Message("It cannot be restored before it was discovered.")),
    ("closed_at", "discovered_at", Message("It cannot be closed before it was discovered.")),
)
"""Which time cannot come before which, and what is said of it."""


def _order(values: Mapping[str, Any]) -> Iterable[Problem]:
    for name, after, message in NOT_BEFORE:
        if values.get(name) and values.get(after) and values[name] < values[after]:
            yield Problem("happened_at" if name == "discovered_at" else name, message)


def _status_sent(incident: int) -> bool:
    """Whether the final report waits for the incident to be handled."""
    from models.incidents.clocks import LegalClock  # which is part of this

    sent = (LegalClock.incident == incident) & (LegalClock.as_status == True)  # noqa: E712
    return bool(LegalClock.select().where(sent & (LegalClock.state == ClockState.SENT)).exists())


def _running(incident: int) -> list[str]:
    """The codes of its clocks without an outcome; of one whose being there is masked, only that there is one."""
    from models.incidents.clocks import ClockRule, LegalClock, open_clocks  # which are parts of this

    rows = open_clocks(incident).select(LegalClock.hushed, ClockRule.code).join(ClockRule)
    return ["…" if hushed else code for hushed, code in rows.order_by(LegalClock.id).tuples()]


def _clocks() -> Any:
    from models.incidents.clocks import with_open_clock  # which are parts of this

    return with_open_clock()


def _reviewed() -> Any:
    from models.incidents.parts import AfterAction  # which are parts of this

    return AfterAction.select(AfterAction.incident).where(AfterAction.state == AfterActionState.APPROVED)
