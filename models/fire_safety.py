"""SBA: premises, checklists, control plans, rounds, deficiencies and the two governing documents."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.calendar import Window, months_before, windows
from models.common import (
    REMEDY_STEPS,
    UNVERIFIED,
    Remedy,
    Unit,
    a_paragraph,
    a_reference,
)
from models.kinds import (
    Choice,
    Day,
    Flag,
    Link,
    Moment,
    Note,
    Number,
    SortKey,
    Text,
    Uid,
)
from models.people import Person, RoleGrant
from models.record import Record, Step, declares, selection
from models.words import N_, Act, Labelled, Message, Problem, Register, named

REGISTER = Register.FIRE_SAFETY

PLANNED_AHEAD = 100
"""Days: rounds stand planned at least three months ahead."""


class PremisesKind(Labelled):
    SCHOOL = named("skola", "School")
    PRESCHOOL = named("forskola", "Preschool")
    CARE = named("vardboende", "Care home")
    OFFICE = named("kontor", "Office")


class Party(Labelled):
    TENANT = named("HG", "Tenant (HG)")
    LANDLORD = named("HV", "Landlord (HV)")


class Severity(Labelled):
    ACUTE = named("1", "Acute", "no")
    SERIOUS = named("2", "Serious", "part")
    MINOR = named("3", "Minor")
    IMPROVEMENT = named("4", "Improvement")


class Interval(Labelled):
    DAY = named("D", "Daily")
    MONTH = named("M", "Monthly")
    QUARTER = named("K", "Quarterly")
    TERM = named("T", "Each term")
    YEAR = named("A", "Yearly")


@declares(
    "Premises", "Premises",
    register=REGISTER, slug="lokaler", title="name",
    columns=("name", "number", "kind", "unit", "owner"),
    filters=("kind", "unit"), sorts=("name_key", "number"), search=("name", "number", "address"),
    form=("number", "name", "kind", "address", "unit", "owner", "ended_on"),
    parts=("kontrollplaner", "kontakter", "ansvar", "ronder", "brister"),
)
class Premises(Record):
    """A building or part of one that SBA is done for. HG uses it, HV owns it; both have duties (LSO 2:2)."""

    number = Text("Object number", max_length=20, unique=True)
    name = Text("Name", max_length=120)
    name_key = SortKey(of="name")
    kind = Choice("Kind", PremisesKind)
    address = Text("Address", max_length=160)
    unit = Link("Used by (HG)", to=Unit)
    owner = Text("Owned by (HV)", max_length=120)
    ended_on = Day("No longer used from", optional=True)

    @classmethod
    def own(cls, scope, person, today):
        if scope == "own unit":
            return cls.unit.in_(RoleGrant.headed(person, today))
        mine = Assignment.person == person
        return cls.id.in_(Assignment.select(Assignment.premises).where(mine & Assignment.held.where(Assignment, today)))

    @selection("In use")
    def current(cls, today):
        return cls.ended_on.is_null() | (cls.ended_on > today)


class Function(Labelled):
    MANAGER = named("manager", "Responsible for fire safety")
    WALKER = named("walker", "Walks the rounds")
    CARETAKER = named("caretaker", "Mends for the landlord (HV)")


@declares(
    "Responsibility", "Responsibilities",
    register=REGISTER, slug="ansvar", title="person",
    columns=("premises", "person", "function"), filters=("function",), sorts=("function",),
    form=("person", "function", "ended_on"), part_of="premises",
)
class Assignment(Record):
    """Who answers for what on a premises: what makes it one of a person's own premises."""

    premises = Link("Premises", to=Premises)
    person = Link("Person", to=Person)
    function = Choice("Function", Function)
    ended_on = Day("No longer from", optional=True)

    class Meta:
        indexes = ((("person", "premises"), False),)

    @selection("Now")
    def held(cls, today):
        return cls.ended_on.is_null() | (cls.ended_on > today)


@declares(
    "Contact", "Contacts",
    register=REGISTER, slug="kontakter", title="name",
    columns=("premises", "function", "name", "phone"), sorts=("name",),
    form=("function", "name", "phone", "email"), part_of="premises",
)
class Contact(Record):
    """Somebody outside Värna to call about a premises. Function first, name only where it is needed."""

    premises = Link("Premises", to=Premises)
    function = Text("Function", max_length=80)
    name = Text("Name", max_length=120)
    phone = Text("Telephone", max_length=40, optional=True)
    email = Text("E-mail", max_length=200, optional=True)


@declares(
    "Checklist", "Checklists",
    register=REGISTER, slug="checklistor", title="name",
    columns=("name", "kind", "number", "valid_from", "why"), filters=("kind",), sorts=("-valid_from",),
    parts=("kontrollpunkter",), creatable=False, editable=False,
)
class Checklist(Record):
    """One version of a kind's checklist. A round keeps the version it was walked with; versions never change."""

    frozen = True

    kind = Choice("Kind", PremisesKind, typed=False)
    number = Number("Version", typed=False)
    name = Text("Name", max_length=120, typed=False)
    valid_from = Day("Valid from", typed=False)
    why = Text("What was changed", max_length=200, typed=False)

    class Meta:
        indexes = ((("kind", "number"), True),)


@declares(
    "Checklist point", "Checklist points",
    register=REGISTER, slug="kontrollpunkter", title="text",
    columns=("number", "text", "deficiency", "interval", "party", "severity", "secret"), sorts=("number",),
    part_of="checklist", creatable=False, editable=False,
)
class ChecklistItem(Record):
    """One point of a checklist version."""

    frozen = True
    counted_in = "Checklist"

    checklist = Link("Checklist", to=Checklist, typed=False)
    number = Number("No.", typed=False)
    category = Text("Category", max_length=60)
    interval = Choice("Interval", Interval)
    party = Choice("Party", Party)
    severity = Choice("Severity", Severity)
    text = Text("What is checked", max_length=300)
    deficiency = Text("What is a deficiency", max_length=300)
    secret = Flag("Secret text")


@declares(
    "Control plan", "Control plans",
    register=REGISTER, slug="kontrollplaner", title="interval",
    columns=("premises", "interval", "starts_on", "ends_on"), filters=("interval",), sorts=("-starts_on",),
    form=("interval", "quarter_month", "year_month", "grace_days", "starts_on", "ends_on"), part_of="premises",
)
class ControlPlan(Record):
    """How often a premises is walked. Rounds are planned from it by the calendar, some months ahead."""

    premises = Link("Premises", to=Premises)
    interval = Choice("Interval", Interval, hint=N_("Monthly for schools, preschools and care; quarterly for offices."))
    quarter_month = Number("Month of the quarter", least=1, most=3, default=3, hint=N_("1, 2 or 3: when quarterly points are checked."))
    year_month = Number("Month of the year", least=1, most=12, default=10, hint=N_("When yearly points are checked."))
    grace_days = Number("Days of grace", most=31, default=5, hint=N_("How long after the month's end a round may be signed."))
    starts_on = Day("Starts")
    ends_on = Day("Ends", optional=True)
    def follows(self, today: dt.date) -> Iterable[Record]:
        """The rounds that the plan brings PLANNED_AHEAD days ahead; planned ones that it no longer asks for are cancelled."""
        ahead = Round.select().where((Round.plan == self.id) & (Round.due_on >= today.replace(day=1)))
        planned = {walk.due_on: walk for walk in ahead}
        for window in self._windows(today):
            walk = planned.pop(window.due_on, None) or Round(plan=self.id, premises=self.premises_id)
            if walk.state == RoundState.PLANNED:
                walk.covers, walk.kind = window.covers, Interval(window.covers[-1])
                walk.opens_on = window.opens_on
                walk.due_on, walk.closes_on = window.due_on, window.closes_on
                yield walk
        for walk in planned.values():
            if walk.state == RoundState.PLANNED and walk.due_on > today:
                walk.state, walk.cancelled_because = RoundState.CANCELLED, "Kontrollplanen har ändrats."
                yield walk

    def _windows(self, today: dt.date) -> Iterable[Window]:
        last = today + dt.timedelta(days=PLANNED_AHEAD)
        return windows(
            max(self.starts_on, today.replace(day=1)),
            min(self.ends_on or last, last),
            monthly=self.interval == Interval.MONTH,
            quarter_offset=self.quarter_month,
            year_month=self.year_month,
            grace_days=self.grace_days,
        )

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("interval") not in (None, Interval.MONTH, Interval.QUARTER):
            yield Problem("interval", Message("A plan is monthly or quarterly; the other points follow the months below."))
        if values.get("ends_on") and values.get("starts_on") and values["ends_on"] < values["starts_on"]:
            yield Problem("ends_on", Message("The last day cannot come before the first."))


class RoundState(Labelled):
    PLANNED = named("planned", "Planned", "none")
    SIGNED = named("signed", "Signed", "ok")
    AWAITING = named("awaiting", "Signed, to be counter-signed", "part")
    COUNTERSIGNED = named("countersigned", "Counter-signed", "ok")
    CANCELLED = named("cancelled", "Cancelled", "none")


WALKED = (RoundState.SIGNED, RoundState.AWAITING, RoundState.COUNTERSIGNED)

ROUND_STEPS = {
    "cancel": Step(
        "Cancel the round", Act.CANCEL, (RoundState.PLANNED,), RoundState.CANCELLED,
        asks=("cancelled_because",), needs=("cancelled_because",), stamps={"cancelled_by": "who"},
    ),
    "countersign": Step(
        "Counter-sign", Act.COUNTERSIGN, (RoundState.AWAITING,), RoundState.COUNTERSIGNED,
        stamps={"countersigned_by": "who", "countersigned_on": "today"}, barred="signed_by",
    ),
}


@declares(
    "Round", "Rounds",
    register=REGISTER, slug="ronder", title="due_on",
    columns=("premises", "kind", "due_on", "state", "signed_on", "signed_by", "deficient"),
    filters=("kind", "state"), sorts=("-due_on",), part_of="premises", parts=("brister", "svar"),
    steps=ROUND_STEPS, creatable=False, editable=False,
)
class Round(Record):
    """A walk through a premises by its checklist, inside a window. Signing locks it."""

    premises = Link("Premises", to=Premises, typed=False)
    plan = Link("Control plan", to=ControlPlan, optional=True, typed=False)
    kind = Choice("Kind", Interval, typed=False)
    covers = Text(max_length=8, typed=False)
    opens_on = Day("Opens", typed=False)
    due_on = Day("To be walked by", typed=False, index=True, deadline=True)
    closes_on = Day("Last day", typed=False)
    state = Choice("State", RoundState, default=RoundState.PLANNED, typed=False)
    checklist = Link("Checklist", to=Checklist, optional=True, typed=False)
    submission = Uid(optional=True, unique=True)
    started_at = Moment("Started", optional=True, typed=False)
    signed_at = Moment("Signed at", optional=True, typed=False)
    signed_on = Day("Signed", optional=True, typed=False)
    signed_by = Link("Signed by", to=Person, optional=True, typed=False)
    answers = Number("Points", default=0, typed=False)
    deficient = Number("Deficiencies", default=0, typed=False)
    remarks = Note("Remarks", optional=True, longest=2000)
    countersigned_by = Link("Counter-signed by", to=Person, optional=True, typed=False)
    countersigned_on = Day("Counter-signed", optional=True, typed=False)
    cancelled_because = Note("Why it is cancelled", optional=True, longest=1000)
    cancelled_by = Link("Cancelled by", to=Person, optional=True, typed=False)

    class Meta:
        indexes = ((("premises", "due_on"), False), (("state", "due_on"), False), (("closes_on", "state"), False))

    @property
    def is_waiting(self) -> bool:
        return self.state == RoundState.PLANNED

    @property
    def is_locked(self) -> bool:
        return self.state in WALKED

    @property
    def needs_countersign(self) -> bool:
        """Quarterly and yearly rounds are counter-signed (guide B.7)."""
        return bool({"K", "A"} & set(self.covers))

    @selection("To walk")
    def due(cls, today):
        return (cls.state == RoundState.PLANNED) & (cls.opens_on <= today)

    @selection("Late")
    def late(cls, today):
        return (cls.state == RoundState.PLANNED) & (cls.due_on < today)

    @selection("Missed")
    def missed(cls, today):
        return (cls.state == RoundState.PLANNED) & (cls.closes_on < today)

    @selection("To counter-sign")
    def to_countersign(cls, today):
        return cls.state == RoundState.AWAITING

    @selection("Due in the last 12 months", tally="rounds.due", months=12)
    def last_year(cls, today):
        return cls._closed_last_year(today)

    @selection("In time in the last 12 months", tally="rounds.in_time", months=12)
    def in_time_last_year(cls, today):
        return cls._closed_last_year(today) & cls.state.in_(WALKED) & (cls.signed_on <= cls.closes_on)

    @classmethod
    def _closed_last_year(cls, today):
        """Planned rounds, not cancelled, whose last day has passed in the 12 months before `today`."""
        closed = (cls.closes_on >= months_before(today, 12)) & (cls.closes_on < today)
        return closed & cls.plan.is_null(False) & (cls.state != RoundState.CANCELLED)

    @classmethod
    def tallied(cls, values: Mapping[str, Any]) -> Iterable[tuple[str, dt.date]]:
        if values.get("plan") and values["state"] != RoundState.CANCELLED:
            yield "rounds.due", values["closes_on"]
            if values.get("signed_on") and values["signed_on"] <= values["closes_on"]:
                yield "rounds.in_time", values["closes_on"]


class Answer(Labelled):
    OK = named("ok", "OK", "ok")
    DEFICIENT = named("deficient", "Deficiency", "no")
    FIXED = named("fixed", "Mended on the spot", "ok")
    NOT_APPLICABLE = named("not_applicable", "Not applicable", "none")
    NOT_CHECKED = named("not_checked", "Not checked", "part")


@declares(
    "Answer", "Answers",
    register=REGISTER, slug="svar", title="item",
    columns=("item", "answer", "remark"), part_of="round", creatable=False, editable=False,
)
class Observation(Record):
    """One point's answer in a round. Written once with its round, never changed."""

    frozen = True
    counted_in = "Round"

    round = Link("Round", to=Round, typed=False)
    item = Link("Point", to=ChecklistItem, typed=False)
    answer = Choice("Answer", Answer)
    remark = Note("Remark", optional=True, longest=1000)


@declares(
    "Deficiency", "Deficiencies",
    register=REGISTER, slug="brister", title="headline",
    columns=("headline", "premises", "severity", "party", "due_on", "state"),
    filters=("severity", "party", "state"), sorts=("due_on", "-found_on"), search=("headline", "what", "place"),
    form=("headline", "what", "place", "severity", "party", "due_on", "responsible", "fault_number", "temporary_measure"),
    part_of="premises", steps=REMEDY_STEPS,
)
class Deficiency(Remedy):
    """A brist: something that is not as it should be. Whoever mended it cannot verify it."""

    premises = Link("Premises", to=Premises, typed=False)
    round = Link("Round", to=Round, optional=True, typed=False)
    item = Link("Point", to=ChecklistItem, optional=True, typed=False)
    headline = Text("Deficiency", max_length=160, hint=N_("Neutral words: the list is read by many."))
    what = Note("What is wrong", longest=2000)
    place = Text("Where", max_length=120, optional=True)
    severity = Choice("Severity", Severity)
    party = Choice("Who mends", Party)
    responsible = Link("Responsible", to=Person, optional=True)
    fault_number = Text("Fault report no.", max_length=40, optional=True)
    temporary_measure = Note("Temporary measure", optional=True, longest=1000)
    found_on = Day("Found", typed=False)
    done_by = Link("Done by", to=Person, optional=True, typed=False)
    verified_by = Link("Verified by", to=Person, optional=True, typed=False)

    class Meta:
        indexes = ((("premises", "state"), False), (("state", "severity", "due_on"), False), (("round",), False))

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("severity") == Severity.ACUTE and not values.get("temporary_measure"):
            yield Problem("temporary_measure", Message("An acute deficiency needs a temporary measure until it is mended."))

    @selection("Mine")
    def mine(cls, today, person):
        return (cls.responsible == person) & cls.state.in_(UNVERIFIED)

    @selection("Acute, open")
    def acute(cls, today):
        return cls.state.in_(UNVERIFIED) & (cls.severity == Severity.ACUTE)

    @selection("Acute, past their date")
    def acute_late(cls, today):
        return cls.state.in_(UNVERIFIED) & (cls.severity == Severity.ACUTE) & (cls.due_on < today)


@declares(
    "Time limit", "Time limits",
    register=REGISTER, slug="tidsgranser", title="severity",
    columns=("severity", "days", "source", "checked_on"), sorts=("severity",),
    form=("days", "source", "checked_on"), creatable=False,
)
class SeverityLimit(Record):
    """How many days a deficiency of one severity may take. The municipality's own choice, with source and date."""

    severity = Choice("Severity", Severity, unique=True, typed=False)
    days = Number("Days", most=1000)
    source = Text("Source", max_length=200)
    checked_on = Day("Last checked")


class DocumentKind(Labelled):
    POLICY = named("policy", "SBA policy")
    GUIDELINE = named("guideline", "SBA guideline")


class DocumentState(Labelled):
    DRAFT = named("draft", "Draft", "none")
    REFERRED = named("referred", "Out for comment", "part")
    ADOPTED = named("adopted", "Adopted", "ok")
    REPEALED = named("repealed", "Repealed", "none")


@declares(
    "SBA document", "SBA documents",
    register=REGISTER, slug="styrdokument", title="title",
    columns=("title", "kind", "state", "body", "decided_on", "paragraph", "valid_to"),
    filters=("kind", "state"), sorts=("title_key", "-revise_by"), search=("title", "reference"),
    form=("kind", "title", "state", "body", "decided_on", "paragraph", "reference", "valid_from", "valid_to", "revise_by"),
)
class PolicyDocument(Record):
    """The municipality's SBA policy or guideline with its decision, validity and next revision."""

    kind = Choice("Kind", DocumentKind)
    title = Text("Title", max_length=160)
    title_key = SortKey(of="title")
    state = Choice("State", DocumentState)
    body = Text("Decided by", max_length=80, optional=True)
    decided_on = Day("Decided", optional=True)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)
    reference = Text("Diarienummer", max_length=30, optional=True, check=a_reference)
    valid_from = Day("Valid from", optional=True)
    valid_to = Day("Valid to", optional=True)
    revise_by = Day("To be revised by")

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("state") == DocumentState.ADOPTED:
            for name in ("body", "decided_on", "paragraph", "reference", "valid_from"):
                if not values.get(name):
                    yield Problem(name, Message("An adopted document needs this."))
        if values.get("valid_to") and values.get("valid_from") and values["valid_to"] < values["valid_from"]:
            yield Problem("valid_to", Message("The last day cannot come before the first."))

    @classmethod
    def _valid(cls, today):
        """Adopted, in force, and decided at most four years ago (programme point 4.3-U3)."""
        return (
            (cls.state == DocumentState.ADOPTED)
            & (cls.valid_from <= today)
            & (cls.valid_to.is_null() | (cls.valid_to >= today))
            & (cls.decided_on >= months_before(today, 48))
        )

    @selection("Policy in force")
    def policy(cls, today):
        return (cls.kind == DocumentKind.POLICY) & cls._valid(today)

    @selection("Guideline in force")
    def guideline(cls, today):
        return (cls.kind == DocumentKind.GUIDELINE) & cls._valid(today)

    @selection("Adopted or out for comment")
    def begun(cls, today):
        return cls.state.in_((DocumentState.ADOPTED, DocumentState.REFERRED))
