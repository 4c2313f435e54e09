"""That somebody has looked, and that people were trained: dates, results in one word, and counts."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.calendar import months_before
from models.kinds import Choice, Day, Number, Text
from models.protective_security.words import REGISTER, Area
from models.record import Record, declares, selection
from models.words import N_, Labelled, Message, Problem, named


class CheckResult(Labelled):
    CLEAN = named("clean", "Without remarks", "ok")
    REMARKS = named("remarks", "With remarks", "part")


@declares(
    "Security check",
    "Security checks",
    register=REGISTER,
    slug="sakerhetskontroller",
    title="checked_on",
    columns=("checked_on", "area", "result", "followed_up_on"),
    filters=("area", "result"),
    sorts=("-checked_on",),
    form=("checked_on", "area", "result", "followed_up_on"),
)
class SecurityCheck(Record):
    """A check of one area: when, and whether there were remarks. What they were is kept elsewhere."""

    checked_on = Day("Checked on")
    area = Choice("Area", Area)
    result = Choice("Result", CheckResult)
    followed_up_on = Day("Remarks followed up", optional=True)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("followed_up_on") and values.get("result") == CheckResult.CLEAN:
            yield Problem("followed_up_on", Message("There were no remarks to follow up."))

    @selection("Last 12 months")
    def last_year(cls, today):
        return (cls.checked_on > months_before(today, 12)) & (cls.checked_on <= today)

    @selection("Remarks to follow up")
    def to_follow_up(cls, today):
        return (cls.result == CheckResult.REMARKS) & cls.followed_up_on.is_null()


@declares(
    "Training count",
    "Training counts",
    register=REGISTER,
    slug="sakerhetsskyddsutbildning",
    title="function_group",
    columns=("function_group", "held_on", "trained", "of_all"),
    sorts=("-held_on",),
    form=("function_group", "held_on", "trained", "of_all"),
)
class TrainingCount(Record):
    """How many of a group of functions have had the training of säkerhetsskyddsförordningen 5:1. Never who."""

    function_group = Text("Group of functions", max_length=80, hint=N_("A group of functions, never names."))
    held_on = Day("Counted on")
    trained = Number("Trained", most=100_000)
    of_all = Number("Of all", least=1, most=100_000)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values["trained"] > values["of_all"]:
            yield Problem("trained", Message("No more can be trained than there are."))

    @selection("Last 12 months")
    def last_year(cls, today):
        return (cls.held_on > months_before(today, 12)) & (cls.held_on <= today)
