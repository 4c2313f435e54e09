"""Technical tests: what was tried, and whether its goal was met."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.calendar import months_before
from models.exercises.words import AT_MOST, REGISTER, TIMED, WEAKNESS, Met, OfUnit, TestKind
from models.integrity.rules import not_to_come
from models.kinds import Choice, Day, Note, Number, Text
from models.record import declares, selection
from models.words import N_, Message, Problem, Protection

SECRET = Protection.SECRET
MINUTES, COUNTS = ("minutes", "goal_minutes"), ("counted", "of_all", "goal_share")


@declares(
    "Technical test",
    "Technical tests",
    register=REGISTER,
    slug="tekniska-tester",
    title="reference",
    columns=("reference", "kind", "unit", "tested_on", "met", "system", "minutes"),
    filters=("unit", "kind", "met"),
    sorts=("-tested_on",),
    form=("reference", "kind", "unit", "tested_on", "system", *MINUTES, *COUNTS, "outcome"),
    begins={"noted_on": "today"},
)
class TechnicalTest(OfUnit):
    """A test of technique. Of which systems, and how long it took, is masked outside the owners (guide C.2)."""

    ground = WEAKNESS

    reference = Text("Diarienummer or number", max_length=30)
    kind = Choice("Kind", TestKind)
    tested_on = Day("Tested", index=True)
    system = Text("System group (code)", max_length=20, optional=True, protection=SECRET)
    minutes = Number("Minutes taken", most=1_000_000, optional=True, protection=SECRET)
    goal_minutes = Number("Goal: at most so many minutes", least=1, most=1_000_000, optional=True, protection=SECRET)
    counted = Number("Counted", most=1_000_000, optional=True, hint=N_("Clicks, people covered, or calls answered."))
    of_all = Number("Of all", least=1, most=1_000_000, optional=True)
    goal_share = Number(
        "Goal (per cent)", most=100, optional=True, hint=N_("Of clicks the most, of what else is counted the least.")
    )
    outcome = Note("What it showed", optional=True, longest=2000, protection=SECRET)
    met = Choice("Goal met", Met, optional=True, typed=False)
    noted_on = Day("Noted", typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        yield from not_to_come(values, "tested_on")
        for name in MINUTES if values["kind"] in TIMED else COUNTS:
            if values.get(name) is None:
                yield Problem(name, Message("A test of this kind needs this."))
        if (values.get("counted") or 0) > (values.get("of_all") or 0):
            yield Problem("counted", Message("No more can be counted than there are."))

    def settle(self) -> None:
        self.met = Met.YES if self._met() else Met.NO

    def _met(self) -> bool:
        if self.kind in TIMED:
            return (self.minutes or 0) <= (self.goal_minutes or 0)
        reached, wanted = (self.counted or 0) * 100, (self.goal_share or 0) * (self.of_all or 0)
        return reached <= wanted if self.kind in AT_MOST else reached >= wanted

    @selection("Last 12 months")
    def last_year(cls, today):
        return cls.tested_on.between(months_before(today, 12), today)

    @selection("Last 12 months, goal met")
    def met_last_year(cls, today):
        return cls.tested_on.between(months_before(today, 12), today) & (cls.met == Met.YES)

    @selection("Last 12 months, goal not met")
    def missed_last_year(cls, today):
        return cls.tested_on.between(months_before(today, 12), today) & (cls.met == Met.NO)
