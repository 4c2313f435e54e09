"""An incident drawn on its axis of time, with the table that tells the same."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from models.incidents import ClockState, Incident, LegalClock, Length, TimelineEntry
from tracker import language
from tracker.pages import Axis, Column, Row, Shown, Span, Spot, Table
from tracker.spine.reading import Reading, address
from tracker.views.answer import say
from tracker.views.incident_axis import Scale, scale, ticks

OWN = ("happened_at", "discovered_at", "known_at", "assessed_at", "contained_at", "restored_at")
"""The incident's own instants, in the order in which they come."""


def drawn(row: Incident, clocks: Sequence[LegalClock], entries: Iterable[TimelineEntry], look: Reading) -> Axis:
    """The picture as of now. Times of a clock that this reader may not know of are no part of `clocks`."""
    own = [(name, at) for name in OWN if (at := row.__data__[name])]
    noted = [entry.happened_at for entry in entries]
    dues = [clock.due_at for clock in clocks if clock.due_at]
    begins = [row.known_at or row.discovered_at, row.discovered_at, *(clock.started_at for clock in clocks)]
    over = scale(look.at, begins, [*(at for _, at in own), *noted, *dues])
    return Axis(
        summary=say("From %(first)s to %(last)s, Swedish time.", first=over.first, last=over.last),
        ticks=ticks(over, look.locale),
        now=over.at(look.at),
        spots=tuple(
            Spot(over.at(at), _label(name), language.word(at, look.locale), over.beyond(at)) for name, at in own
        ),
        dots=tuple(sorted({over.at(at) for at in noted if not over.beyond(at)})),
        spans=tuple(_span(clock, over, look) for clock in clocks),
        table=_table(own, clocks, look),
    )


def _label(name: str) -> str:
    return say(Incident._meta.fields[name].label)


def _ended(clock: LegalClock) -> dt.datetime | None:
    """When a clock got its outcome; None while it has none, or where only the day is known."""
    return clock.sent_at if clock.state is ClockState.SENT else None


def _span(clock: LegalClock, over: Scale, look: Reading) -> Span:
    ended = _ended(clock)
    until = ended or (look.at if clock.is_waiting else clock.due_at or look.at)
    end = clock.due_at or max(until, clock.started_at)
    return Span(
        label=clock.rule.code,
        words=_words(clock, look),
        start=over.at(clock.started_at),
        end=over.at(end),
        done=over.at(max(until, clock.started_at)),
        tone=_tone(clock, look.at),
        open_ended=clock.due_at is None,
        beyond=over.beyond(end) == "after",
    )


def _tone(clock: LegalClock, now: dt.datetime) -> str:
    due = clock.due_at
    if clock.is_waiting:
        return "no" if due and due < now else "part"
    return "no" if clock.sent_at and due and clock.sent_at > due else "ok"


def _words(clock: LegalClock, look: Reading) -> str:
    """What is left, or what came of it."""
    if clock.state is ClockState.RUNNING:
        return language.time_left(clock.due_at, look.at, look.locale) if clock.due_at else say(Length.PROMPTLY)
    if clock.state is ClockState.SENT:
        late = clock.due_at and clock.sent_at > clock.due_at
        return say("sent late %(at)s", at=clock.sent_at) if late else say("sent %(at)s", at=clock.sent_at)
    return say(clock.state)


def _table(own: Sequence[tuple[str, dt.datetime]], clocks: Iterable[LegalClock], look: Reading) -> Table:
    columns = (
        Column("what", say("What")),
        Column("from", say("From")),
        Column("due", say("Due")),
        Column("now", say("Just now")),
    )
    rows = [Row("", (Shown(_label(name)), look.moment(at), Shown(), Shown())) for name, at in own]
    rows += [Row(address(clock), tuple(_cells(clock, look))) for clock in clocks]
    return Table(say("The incident's times and clocks"), columns, tuple(rows))


def _cells(clock: Any, look: Reading) -> Iterator[Shown]:
    yield Shown(f"{clock.rule.code}: {clock.rule.name}")
    yield look.moment(clock.started_at)
    yield look.moment(clock.due_at) if clock.due_at else Shown(say(Length.PROMPTLY))
    yield Shown(_words(clock, look), tone=_tone(clock, look.at))
