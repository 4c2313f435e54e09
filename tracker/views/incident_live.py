"""What of an incident changes by itself: its clocks, thresholds, who was told, and the timeline."""

from collections.abc import Iterator, Mapping

from flask import g, request, url_for

from models.incidents import (
    OVER,
    Alert,
    ClockState,
    EntryKind,
    EscalationGround,
    EscalationTest,
    Incident,
    LegalClock,
    Length,
    TimelineEntry,
)
from models.people import Person
from models.words import N_, Act, Message
from tracker.acts.incidents import alerting, clocks, escalating, significance, timeline
from tracker.laws import policy
from tracker.pages import ClockCard, Fact, Link, Noted, RoomLive, Shown, Threshold, Verdict
from tracker.spine import records
from tracker.spine.reading import Reading, address
from tracker.views.answer import say
from tracker.views.incident_drawn import drawn

AFTER, FOLLOWS = "efter", "foljer"
FACTS = ("name", "severity", "category", "unit", "going_on")
PERSONS = ("decided_by", "second_reader")
OF_A_CLOCK = ("rule", "controller", "elsewhere", "due_at", *PERSONS)
"""Fields that a card tells of."""
DRILL = N_("This is an exercise: nothing is sent to an authority, and whoever is told is told so.")
Tests = Mapping[EscalationGround, EscalationTest]


def live(row: Incident, look: Reading) -> RoomLive:
    """The working page's live part, as this reader may see it."""
    look.prepare([row], ("state", *FACTS))
    found = told_of(row, look)
    entries, after = timeline.entries(g.actor, row, g.at, request.args.get(AFTER, ""))
    look.prepare(entries, ("by", "follows_on"))
    here = url_for("incident_room.show", uid=row.uid.hex)
    tests = escalating.newest(row)
    may_follow = records.may_add_to(g.actor, TimelineEntry, row, look.today)
    return RoomLive(
        title=look.title(row),
        lead=say(DRILL) if row.drill else "",
        state=look.shown(row, "state"),
        facts=tuple(_facts(row, look)),
        clocks=tuple(card(each, look) for each in found),
        axis=drawn(row, found, entries, look),
        thresholds=tuple(thresholds(row, look)),
        tested=tuple(map(tested, tests.values())),
        told=tuple(alerts(row, look)),
        tell=_tell(row, tests, look),
        entries=tuple(_noted(each, look, here, may_follow) for each in entries),
        first=here if request.args.get(AFTER) else "",
        more=f"{here}?{AFTER}={after}" if after else "",
    )


def told_of(row: Incident, look: Reading) -> list[LegalClock]:
    """Its clocks, without those of which this reader may not know that they are there."""
    found = clocks.of(row)
    look.prepare(found, OF_A_CLOCK)
    return [each for each in found if not look.shown(each, "rule").masked]


def _facts(row: Incident, look: Reading) -> Iterator[Fact]:
    for name in FACTS:
        shown = look.shown(row, name)
        if shown.text or shown.masked:
            yield Fact(say(Incident._meta.fields[name].label), shown)


def card(clock: LegalClock, look: Reading) -> ClockCard:
    rule = clock.rule
    doubt = "" if rule.confirmed else rule.doubt or say("Not confirmed by the municipality.")
    may_read = Act.EDIT in look.acts(clock)
    return ClockCard(
        code=rule.code,
        name=rule.name,
        href=address(clock),
        state=Verdict(clock.state.tone, say(clock.state)),
        due=look.shown(clock, "due_at") if clock.due_at else Shown(say(Length.PROMPTLY)),
        receiver=rule.receiver,
        doubt=doubt,
        controller=look.shown(clock, "controller").text,
        outcome=tuple(_outcome(clock, look)),
        sheet=Link(say("Report sheet"), f"{address(clock)}/blad") if may_read else None,
    )


def _outcome(clock: LegalClock, look: Reading) -> Iterator[str]:
    who, other = (look.shown(clock, name).text for name in PERSONS)
    if clock.state is ClockState.SENT:
        late = clock.due_at is not None and clock.sent_at > clock.due_at
        sentence = N_("Sent late, %(at)s. Recorded by %(who)s.") if late else N_("Sent %(at)s. Recorded by %(who)s.")
        yield say(sentence, at=clock.sent_at, who=who)
        if clock.as_status:
            yield say("As a status report: the incident goes on.")
    elif clock.state is ClockState.PROPOSED:
        yield say("Found not reportable by %(who)s. A second reader is to agree.", who=who)
    elif clock.state is ClockState.NOT_REPORTABLE:
        yield say("Not reportable: %(who)s. Second reader: %(other)s, %(on)s.", who=who, other=other, on=clock.read_on)
    elif clock.state is ClockState.ELSEWHERE:
        elsewhere = look.shown(clock, "elsewhere")
        yield say(
            "Reported by: %(elsewhere)s. Decided by %(who)s.", elsewhere=elsewhere.text or elsewhere.masked, who=who
        )


def thresholds(row: Incident, look: Reading) -> Iterator[Threshold]:
    """What the impacts reach, as suggestions."""
    for each, held in significance.suggested(row, look.today):
        text = say("%(aim)s: %(amount)s. Here: %(by)s.", aim=each.aim, amount=held.amount, by=each.by)
        source = say("%(source)s, last checked %(on)s", source=held.source, on=held.checked_on)
        yield Threshold(text, address(held), source, "" if held.confirmed else say("uncertain"))


def tested(test: EscalationTest) -> str:
    """What a test of the event came to."""
    met, unmet = N_("%(ground)s: every condition is met. Tested %(at)s."), N_(
        "%(ground)s: not every condition is met. Tested %(at)s."
    )  # fmt: skip
    return say(met if test.holds else unmet, ground=test.ground_of, at=test.tested_at)


def alerts(row: Incident, look: Reading) -> Iterator[str]:
    """Who was told, when, by whom and how."""
    found = list(Alert.select(Alert, Person.name).join(Person).where(Alert.incident == row).order_by(Alert.id))
    look.prepare(found, ())
    for each in found:
        told = say("%(told)s was told %(at)s by %(by)s.", told=each.told, at=each.told_at, by=each.by.name)
        how = look.shown(each, "how")
        yield f"{told} {how.masked or how.text}".strip()


def _tell(row: Incident, tests: Tests, look: Reading) -> Link | None:
    if Act.EDIT not in look.acts(row) or row.state in OVER:
        return None
    to = url_for("incident_alerts.show", uid=row.uid.hex)
    ground = escalating.suggested(tests)
    following = alerting.next_to_tell(row, ground) if ground else None
    if following:
        return Link(say("Next to tell: %(told)s", told=following), to, primary=True)
    return Link(say("Is it a serious or an extraordinary event?"), to)


def _noted(entry: TimelineEntry, look: Reading, here: str, may_follow: bool) -> Noted:
    before = look.shown(entry, "follows_on")
    return Noted(
        name=entry.uid.hex,
        when=look.shown(entry, "happened_at"),
        kind=say(EntryKind(entry.kind)),
        text=look.shown(entry, "text"),
        who=look.shown(entry, "by").text,
        follows=Link(say(Message("Follows on %(at)s", at=before.text)), before.href) if before.text else None,
        follow=Link(say("Follow up"), f"{here}?{FOLLOWS}={entry.uid.hex}#ny") if may_follow else None,
    )


def reads_secrets() -> bool:
    """Whether the reader reads what is secret of incidents at all."""
    return bool(policy.sees(g.actor, Incident.declared.register, policy.Protection.SECRET))
