"""Time drawn: where instants stand on an axis that is true to UTC and told in Swedish time."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.calendar import STOCKHOLM
from models.incidents import instant
from tracker import language
from tracker.pages import Notch

HOUR = dt.timedelta(hours=1)
AHEAD = dt.timedelta(days=4)
"""How far beyond now the axis goes for what is due: a month's clock would make a day's too small to see."""
BACK = dt.timedelta(days=2)
STEPS = (1, 2, 3, 6, 12, 24, 48, 7 * 24, 28 * 24, 364 * 24, 3640 * 24)
"""Hours between two ticks."""
MOST = 11


@dataclass(frozen=True)
class Scale:
    """A stretch of time, as wide as what it holds."""

    first: dt.datetime
    last: dt.datetime

    def at(self, moment: dt.datetime) -> float:
        """Where an instant stands, in per cent; what lies outside stands at the edge."""
        share = (moment - self.first) / (self.last - self.first)
        return round(min(max(share, 0.0), 1.0) * 100, 2)

    def beyond(self, moment: dt.datetime) -> str:
        return "before" if moment < self.first else "after" if moment > self.last else ""


def scale(now: dt.datetime, begins: Sequence[dt.datetime], others: Iterable[dt.datetime]) -> Scale:
    """The stretch from the first of `begins` (at least one) until now, with what else comes near it, and some room."""
    first = min(begins)
    near = [moment for moment in others if first - BACK <= moment <= now + AHEAD]
    first, last = min([first, *near]), max([now, *near])
    room = max((last - first) / 30, HOUR / 2)
    return Scale(first - room, last + room)


def ticks(over: Scale, locale: str) -> tuple[Notch, ...]:
    """Whole hours, or midnights, of Swedish time: on the night the clocks change there is one hour more or fewer."""
    step = next((hours for hours in STEPS if (over.last - over.first) / (HOUR * hours) <= MOST), STEPS[-1])
    found = list(_days(over, step // 24) if step >= 24 else _hours(over, step))
    twice = {number for number, moment in enumerate(found) if _zone(moment)}
    midnight = next((number for number, moment in enumerate(found) if _is_midnight(moment)), 0)
    drawn = []
    for number, moment in enumerate(found):
        local, zone = moment.astimezone(STOCKHOLM), _zone(moment)
        kind = ("second" if local.fold else "first") if zone else "minor" if _gives_way(number, midnight, twice) else ""
        label = language.day_and_month(local.date(), locale) if _is_midnight(moment) else f"{local:%H:%M}"
        drawn.append(Notch(over.at(moment), label, language.say(zone, locale), kind))
    return tuple(drawn)


def _hours(over: Scale, step: int) -> Iterator[dt.datetime]:
    """The whole hours in Sweden that `step` divides."""
    moment = over.first.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    while moment < over.last:
        if moment.astimezone(STOCKHOLM).hour % step == 0:
            yield moment
        moment += HOUR


def _days(over: Scale, step: int) -> Iterator[dt.datetime]:
    """Every `step`th midnight in Sweden."""
    day = over.first.astimezone(STOCKHOLM).date()
    while (moment := instant(dt.datetime.combine(day, dt.time()))) < over.last:
        if moment > over.first:
            yield moment
        day += dt.timedelta(days=step)


def _zone(moment: dt.datetime) -> str:
    """Which of the two it is, in the hour that comes twice; else nothing."""
    local = moment.astimezone(STOCKHOLM)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset() or local.minute:
        return ""
    return language.STANDARD if local.fold else language.SUMMER


def _is_midnight(moment: dt.datetime) -> bool:
    return moment.astimezone(STOCKHOLM).hour == 0


def _gives_way(number: int, midnight: int, twice: set[int]) -> bool:
    """Where there is little room every second label is left out, never a date's, and what stands beside a twice."""
    return (number - midnight) % 2 == 1 or number - 1 in twice or number + 1 in twice
