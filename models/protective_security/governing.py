"""Who was appointed, what the supervisor and kommunstyrelsen were told, the plan, and the approval of this system."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from models.calendar import months_before
from models.common import a_paragraph, a_reference
from models.kinds import Choice, Day, Flag, Text
from models.protective_security.words import REGISTER
from models.record import Record, declares, selection
from models.words import N_, Labelled, Message, Problem, Register, named


class Post(Labelled):
    CHIEF = named("chief", "Protective security manager")
    DEPUTY = named("deputy", "Deputy security manager")


def _in_order(values: Mapping[str, Any], first: str, last: str) -> Iterable[Problem]:
    if values.get(first) and values.get(last) and values[last] < values[first]:
        yield Problem(last, Message("The last day cannot come before the first."))


@declares(
    "Appointment",
    "Appointments",
    register=REGISTER,
    slug="utsedda",
    title="post",
    columns=("post", "appointed_on", "appointed_by", "under_director", "ended_on"),
    filters=("post",),
    sorts=("-appointed_on",),
    form=("post", "appointed_on", "appointed_by", "under_director", "ended_on"),
)
class Appointment(Record):
    """That a säkerhetsskyddschef or deputy is appointed (säkerhetsskyddslagen 2:7). Who it is, the roles tell."""

    post = Choice("Appointed as", Post)
    appointed_on = Day("Appointed")
    appointed_by = Text("Appointed by (function or body)", max_length=80)
    under_director = Flag("Directly under the kommundirektör")
    ended_on = Day("Ended on", optional=True)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        yield from _in_order(values, "appointed_on", "ended_on")

    @classmethod
    def _held(cls, today):
        return (cls.appointed_on <= today) & (cls.ended_on.is_null() | (cls.ended_on >= today))

    @selection("Appointed now")
    def held(cls, today):
        return cls._held(today)

    @selection("Protective security manager appointed")
    def chief(cls, today):
        return (cls.post == Post.CHIEF) & cls._held(today)

    @selection("Deputy appointed")
    def deputy(cls, today):
        return (cls.post == Post.DEPUTY) & cls._held(today)


@declares(
    "Protective security plan",
    "Protective security plans",
    register=REGISTER,
    slug="sakerhetsskyddsplaner",
    title="version_on",
    columns=("version_on", "adopted_on", "paragraph", "reference", "follow_up_on"),
    sorts=("-version_on",),
    form=("version_on", "adopted_on", "paragraph", "reference", "follow_up_on"),
)
class SecurityPlan(Record):
    """A version of the säkerhetsskyddsplan: its decision and when it is followed up. What it says is kept elsewhere."""

    version_on = Day("Version of")
    adopted_on = Day("Adopted", optional=True)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)
    reference = Text("Diarienummer", max_length=30, optional=True, check=a_reference)
    follow_up_on = Day("Next follow-up", optional=True)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values.get("adopted_on"):
            for name in ("paragraph", "reference"):
                if not values.get(name):
                    yield Problem(name, Message("An adopted document needs this."))

    @selection("Adopted")
    def adopted(cls, today):
        return cls.adopted_on <= today

    @selection("Follow-up due")
    def to_follow_up(cls, today):
        return (cls.adopted_on <= today) & (cls.follow_up_on <= today)


@declares(
    "Notice to the supervisor",
    "Notices to the supervisor",
    register=REGISTER,
    slug="tillsynsanmalningar",
    title="sent_on",
    columns=("sent_on", "sent_to"),
    sorts=("-sent_on",),
    form=("sent_on", "sent_to"),
)
class SupervisorNotice(Record):
    """That the supervisory authority was told that the municipality runs such activity (säkerhetsskyddslagen 2:6)."""

    sent_on = Day("Sent")
    sent_to = Text("To which authority", max_length=120)


class ReportForm(Labelled):
    OPEN = named("open", "Open")
    CLOSED = named("closed", "Behind closed doors")


@declares(
    "Report to kommunstyrelsen",
    "Reports to kommunstyrelsen",
    register=REGISTER,
    slug="styrelserapporter",
    title="reported_on",
    columns=("reported_on", "held", "paragraph"),
    filters=("held",),
    sorts=("-reported_on",),
    form=("reported_on", "held", "paragraph"),
)
class BoardReport(Record):
    """That kommunstyrelsen was told how things stand: when, in what form, and in which paragraph."""

    reported_on = Day("Reported")
    held = Choice("Form", ReportForm)
    paragraph = Text("Paragraph", max_length=12, optional=True, check=a_paragraph)

    @selection("Reported by now")
    def reported(cls, today):
        return cls.reported_on <= today

    @selection("Last 12 months")
    def last_year(cls, today):
        return (cls.reported_on > months_before(today, 12)) & (cls.reported_on <= today)


class Ceiling(Labelled):
    """The highest säkerhetsskyddsklass that may be written in this installation. There is no higher one."""

    NONE = named("none", "No säkerhetsskyddsklass")
    RESTRICTED = named("restricted", "Begränsat hemlig")


@declares(
    "Approval of the system",
    "Approvals of the system",
    register=Register.SYSTEM_APPROVAL,
    slug="godkannanden",
    title="reference",
    columns=("reference", "approved_on", "decided_by", "withdrawn_on"),
    sorts=("-approved_on",),
    form=("reference", "approved_on", "decided_by", "assessment", "withdrawn_on"),
)
class SystemApproval(Record):
    """The municipality's own documented approval of this installation (säkerhetsskyddsförordningen 3:3)."""

    reference = Text("Diarienummer", max_length=30, check=a_reference)
    approved_on = Day("Approved")
    decided_by = Text("Decided by", max_length=80)
    assessment = Text(
        "Assessment it rests on",
        max_length=30,
        check=a_reference,
        hint=N_("The diarienummer of the special security-protection assessment."),
    )
    withdrawn_on = Day("Withdrawn", optional=True)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        yield from _in_order(values, "approved_on", "withdrawn_on")

    @selection("In force")
    def in_force(cls, today):
        """From its day; no longer on the day it is withdrawn."""
        return (cls.approved_on <= today) & (cls.withdrawn_on.is_null() | (cls.withdrawn_on > today))


def ceiling(today: dt.date) -> Ceiling:
    """What the installation's approval allows on a day: nothing classified without one, begränsat hemlig with."""
    approved = SystemApproval.select().where(SystemApproval.in_force.where(SystemApproval, today)).exists()
    return Ceiling.RESTRICTED if approved else Ceiling.NONE
