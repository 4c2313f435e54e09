"""The anchoring (förankring) of the guidelines: what each förvaltning and bolag plans, has done and has signed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import Case, Expression, Select, fn

from models.calendar import months_before
from models.common import Unit, UnitKind
from models.integrity.guidelines import Guideline
from models.integrity.rules import not_to_come
from models.integrity.targets import Aim, AnchoringTarget, lasts_since
from models.integrity.words import COUNTS_ONLY, NO_CASE, REGISTER, Activity, Standing
from models.kinds import Choice, Day, Link, Note, Number, Text
from models.people import Person, RoleGrant
from models.record import Record, among, declares, selection
from models.words import N_, Message, Problem

TAKING_PART = (UnitKind.ADMINISTRATION, UnitKind.COMPANY)


@declares(
    "Anchoring",
    "Anchorings",
    register=REGISTER,
    slug="forankringar",
    title="unit",
    columns=("unit", "target_group", "head_count", "planned_on", "anchor_by"),
    sorts=("id",),
    form=("target_group", "head_count", "plan", "planned_on", "anchor_by", "coverage_target"),
    parts=("kvittenser", "forankringsaktiviteter", "utbildningstackning"),
    creatable=False,
)
class Anchoring(Record):
    """How a unit makes the guidelines its own. Each förvaltning and bolag has one, from the day that it is known.

    Its standing is computed from its parts, the version in force and the targets (guide B.3), never stored.
    """

    unit = Link("Unit", to=Unit, typed=False)
    target_group = Text("For whom", max_length=120, optional=True, hint=NO_CASE)
    head_count = Number("Staff", least=1, most=100_000, optional=True)
    plan = Note("What is planned", optional=True, longest=2000, hint=NO_CASE)
    planned_on = Day("Plan made or renewed", optional=True)
    anchor_by = Day("To be anchored by", optional=True)
    coverage_target = Number(
        "Own target for training (per cent)",
        least=1,
        most=100,
        optional=True,
        hint=N_("Left empty, the municipality's target holds."),
    )

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("planned_on"):
            for name in ("target_group", "plan"):
                if not values.get(name):
                    yield Problem(name, Message("A plan needs this."))
        elif values.get("anchor_by"):
            yield Problem("planned_on", Message("A plan needs this."))

    @classmethod
    def own(cls, scope: str, person: int, today: dt.date) -> Any:
        return among(cls.unit, RoleGrant.headed(person, today))

    @classmethod
    def asked_of(cls, person: int, today: dt.date) -> Expression:
        """Those whose sign-off is `person`'s to give: of the units they head; of one beneath, where it has no head."""
        heads = RoleGrant.select(RoleGrant.unit).where(among(RoleGrant.id, RoleGrant.heads(today)))
        beneath = among(cls.unit, RoleGrant.headed(person, today)) & ~among(cls.unit, heads)
        return among(cls.unit, heads.where(RoleGrant.person == person)) | beneath

    @classmethod
    def standing(cls, today: dt.date, since: dt.date | None = None) -> Any:
        """A unit's Standing on a day, as one SQL value: the first that holds. Without events it only ever sinks."""
        since = since or lasts_since(today)
        with_this_version = cls._signed(today) | cls._active(today)
        fresh = cls._signed(today, since)
        ways = (
            (fresh & cls._reaches(today, since), Standing.ANCHORED),
            (~with_this_version & cls._of_an_older_version(today), Standing.SUPERSEDED),
            (fresh & cls._reaches(today), Standing.AGED),
            (fresh | cls._active(today, since), Standing.ONGOING),
            (with_this_version, Standing.AGED),
            (cls.planned_on <= today, Standing.PLANNED),
        )
        return Case(None, tuple((rule, standing.value) for rule, standing in ways), Standing.NOT_BEGUN.value)

    @classmethod
    def _signed(cls, today: dt.date, since: dt.date = dt.date.min) -> Expression:
        """Its head has signed the version in force, on `since` or later."""
        rows = SignOff.select(SignOff.anchoring).where(among(SignOff.guideline, Guideline.now(today)))
        return among(cls.id, rows.where(SignOff.signed_on.between(since, today)))

    @classmethod
    def _active(cls, today: dt.date, since: dt.date = dt.date.min) -> Expression:
        """Something was done with the material of the version in force, on `since` or later."""
        done = AnchoringActivity
        rows = done.select(done.anchoring).where(among(done.guideline, Guideline.now(today)))
        return among(cls.id, rows.where(done.held_on.between(since, today)))

    @classmethod
    def _of_an_older_version(cls, today: dt.date) -> Expression:
        """Something was done, or planned, before the version in force; nothing of it counts for this one."""
        signed = SignOff.select(SignOff.anchoring).where(SignOff.signed_on <= today)
        active = AnchoringActivity.select(AnchoringActivity.anchoring).where(AnchoringActivity.held_on <= today)
        begins = Guideline.select(Guideline.valid_from).where(among(Guideline.id, Guideline.now(today)))
        planned = fn.COALESCE(cls.planned_on < begins, False)
        return among(cls.id, signed) | among(cls.id, active) | planned

    @classmethod
    def _reaches(cls, today: dt.date, since: dt.date = dt.date.min) -> Any:
        """So many of its staff are trained as its target says, by its latest count, made on `since` or later."""
        counts = Coverage.alias()
        latest = counts.select(counts.id).where((counts.anchoring == cls.id) & (counts.counted_on <= today))
        latest = latest.order_by(counts.counted_on.desc(), counts.id.desc()).limit(1)
        target = fn.COALESCE(cls.coverage_target, AnchoringTarget.of(Aim.COVERAGE))
        enough = (Coverage.trained * 100 >= target * Coverage.staff) & (Coverage.counted_on >= since)
        return fn.EXISTS(Coverage.select(Coverage.id).where((Coverage.id == latest) & enough))

    @classmethod
    def units(cls, today: dt.date) -> Select:
        """The förvaltningar and bolag that take part."""
        return Unit.select().where(Unit.kind.in_(TAKING_PART) & Unit.current.where(Unit, today))

    @classmethod
    def _taking_part(cls, today: dt.date) -> Expression:
        return among(cls.unit, cls.units(today).select(Unit.id))

    @classmethod
    def _standing_is(cls, today: dt.date, *standings: Standing) -> Expression:
        return cls._taking_part(today) & cls.standing(today).in_([standing.value for standing in standings])

    @selection("Taking part")
    def taking_part(cls, today):
        return cls._taking_part(today)

    @selection("Anchored")
    def anchored(cls, today):
        return cls._standing_is(today, Standing.ANCHORED)

    @selection("Not anchored")
    def unanchored(cls, today):
        return cls._taking_part(today) & (cls.standing(today) != Standing.ANCHORED.value)

    @selection("Under way")
    def ongoing(cls, today):
        return cls._standing_is(today, Standing.ONGOING)

    @selection("Planned")
    def planned(cls, today):
        return cls._standing_is(today, Standing.PLANNED)

    @selection("Not started")
    def not_begun(cls, today):
        return cls._standing_is(today, Standing.NOT_BEGUN)

    @selection("Lapsed")
    def lapsed(cls, today):
        return cls._standing_is(today, Standing.SUPERSEDED, Standing.AGED)

    @selection("Lapsed: a new version is in force")
    def superseded(cls, today):
        return cls._standing_is(today, Standing.SUPERSEDED)

    @selection("Lapsed: too long ago")
    def aged(cls, today):
        return cls._standing_is(today, Standing.AGED)

    @selection("With a plan")
    def with_plan(cls, today):
        return cls._taking_part(today) & cls.planned_on.is_null(False) & (cls.planned_on <= today)

    @selection("Without a plan")
    def without_plan(cls, today):
        return cls._taking_part(today) & (cls.planned_on.is_null() | (cls.planned_on > today))

    @selection("Signed by the head, the version in force")
    def signed(cls, today):
        return cls._taking_part(today) & cls._signed(today)

    @selection("Not signed, the version in force")
    def unsigned(cls, today):
        return cls._taking_part(today) & ~cls._signed(today)

    @selection("Awaiting the head's sign-off")
    def awaited(cls, today):
        """A version is in force, and no sign-off of it that still lasts."""
        unsigned = cls._taking_part(today) & ~cls._signed(today, lasts_since(today))
        return unsigned & fn.EXISTS(Guideline.now(today))

    @selection("Mine to sign")
    def mine(cls, today, person):
        return Anchoring.awaited.where(Anchoring, today) & cls.asked_of(person, today)

    @selection("Training reaches its target")
    def covered(cls, today):
        return cls._taking_part(today) & cls._reaches(today, lasts_since(today))

    @selection("Training below its target")
    def uncovered(cls, today):
        return cls._taking_part(today) & ~cls._reaches(today, lasts_since(today))


@declares(
    "Anchoring activity",
    "Anchoring activities",
    register=REGISTER,
    slug="forankringsaktiviteter",
    title="held_on",
    columns=("held_on", "anchoring", "kind", "participants", "guideline"),
    filters=("kind",),
    sorts=("-held_on",),
    form=("kind", "held_on", "participants", "guideline", "leader"),
    part_of="anchoring",
    begins={"noted_on": "today"},
)
class AnchoringActivity(Record):
    """Something that was done to anchor the guidelines: how many took part, never who (guide B.3)."""

    anchoring = Link("Unit", to=Anchoring)
    kind = Choice("Kind", Activity)
    held_on = Day("Held")
    participants = Number("Took part", most=100_000, hint=COUNTS_ONLY)
    guideline = Link("The material's version", to=Guideline)
    leader = Text("Led by (function)", max_length=80, optional=True, hint=N_("A function, never a name."))
    noted_on = Day("Noted", typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        yield from not_to_come(values, "held_on")

    @selection("Last 12 months")
    def last_year(cls, today):
        return (cls.held_on > months_before(today, 12)) & (cls.held_on <= today)


@declares(
    "Training coverage",
    "Training coverages",
    register=REGISTER,
    slug="utbildningstackning",
    title="counted_on",
    columns=("counted_on", "anchoring", "trained", "staff", "managers_trained", "managers"),
    sorts=("-counted_on",),
    form=("counted_on", "staff", "trained", "managers", "managers_trained", "elected", "elected_trained"),
    part_of="anchoring",
    begins={"noted_on": "today"},
)
class Coverage(Record):
    """How many of a unit's staff, managers and elected are trained on a day: counts from HR (guide B.3)."""

    anchoring = Link("Unit", to=Anchoring)
    counted_on = Day("Counted on")
    staff = Number("Staff", least=1, most=100_000)
    trained = Number("Of them trained", most=100_000, hint=COUNTS_ONLY)
    managers = Number("Managers", most=100_000, optional=True)
    managers_trained = Number("Managers trained", most=100_000, optional=True)
    elected = Number("Elected", most=100_000, optional=True)
    elected_trained = Number("Elected trained", most=100_000, optional=True)
    noted_on = Day("Noted", typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        yield from not_to_come(values, "counted_on")
        for some, of_all in (("trained", "staff"), ("managers_trained", "managers"), ("elected_trained", "elected")):
            if (values.get(some) or 0) > (values.get(of_all) or 0):
                yield Problem(some, Message("No more can be trained than there are."))

    @selection("Last 12 months")
    def last_year(cls, today):
        return (cls.counted_on > months_before(today, 12)) & (cls.counted_on <= today)


@declares(
    "Sign-off",
    "Sign-offs",
    register=REGISTER,
    slug="kvittenser",
    title="signed_on",
    columns=("signed_on", "anchoring", "guideline", "signed_by"),
    sorts=("-signed_on",),
    part_of="anchoring",
    creatable=False,
    editable=False,
)
class SignOff(Record):
    """A kvittens: the unit's head says "read and discussed" of the version that was in force. Written once."""

    frozen = True
    anchoring = Link("Unit", to=Anchoring, typed=False)
    guideline = Link("Guideline", to=Guideline, typed=False)
    signed_on = Day("Signed", typed=False)
    signed_by = Link("Signed by", to=Person, typed=False)

    @selection("Of the version in force")
    def of_this_version(cls, today):
        return among(cls.guideline, Guideline.now(today))
